"""Events of light: shadows of the Earth and the Moon, sunrise and sunset below the craft and at sites. Core.

Shadows are those of `core.shadow`: discs on the sky, a sphere for each body (the Earth's of its equatorial radius).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, angle_between_rad, dot, norm, rotate, unit
from visualizer.core.bodies import MOON, Body
from visualizer.core.constants import RADIUS_SUN_KM
from visualizer.core.events.intervals import Intervals, below_zero, least_within, some_of
from visualizer.core.events.moments import Moments
from visualizer.core.events.orbit import OneChannel, passes
from visualizer.core.events.places import Place
from visualizer.core.events.record import Event, Kind
from visualizer.core.events.search import Channel, Search
from visualizer.core.events.texts import duration_words, place_words
from visualizer.core.shadow import sunlit_fraction


def disc_gap(body: Body, sun_sign: float) -> Channel:
    """Return the angle between the discs of the Sun and a body as a function of moments.

    Parameters
    ----------
    body : what casts the shadow
    sun_sign : +1 for the gap between the discs (below zero: penumbra), -1 for how far the Sun's disc reaches out
        from behind the body's (below zero: umbra)
    """

    def gap(moments: Moments) -> FloatArray:
        pos = moments.about(body.naif_id)[0]
        sun = moments.sun_from(body.naif_id) - pos
        sun_rad = np.arcsin(RADIUS_SUN_KM / norm(sun))
        body_rad = np.arcsin(np.clip(body.radius_km / norm(pos), 0.0, 1.0))
        return np.asarray(angle_between_rad(sun, -pos) - body_rad - sun_sign * sun_rad)

    return gap


@dataclass(frozen=True, eq=False)
class Eclipses:
    """Times in the shadow of a body."""

    body: Body
    penumbra: Channel
    umbra: Channel

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is sampled."""
        return self.penumbra, self.umbra

    def find(self, search: Search) -> Iterator[Event]:
        """Yield penumbra intervals (the umbra is part of them) and umbra intervals."""
        partial, full = below_zero(search, self.penumbra), below_zero(search, self.umbra)
        where, name = f"shadow of the {self.body.name}", self.body.name
        rows = zip(partial.rows(), self._least_light(search, partial, full).tolist(), strict=True)
        for (start, end, before, after, cut), light in rows:
            deep = "darkest: no sunlight" if light <= 0.0 else f"darkest: {100.0 * light:.1f} % of the sunlight"
            words = f"In the {where} for {duration_words(end - start)}, {deep}{cut}"
            yield Event(Kind.PENUMBRA, start, light, "1", name, words, end, "", before, after)
        for start, end, before, after, cut in full.rows():
            words = f"In the full {where} for {duration_words(end - start)}{cut}"
            yield Event(Kind.UMBRA, start, end - start, "s", name, words, end, "", before, after)

    def _least_light(self, search: Search, partial: Intervals, full: Intervals) -> FloatArray:
        """Return the least part of the Sun's disc in view during each penumbra interval."""
        first = np.searchsorted(full.start_tdb_s, partial.start_tdb_s - 1e-3)
        last = np.searchsorted(full.end_tdb_s, partial.end_tdb_s + 1e-3, side="right")
        least = np.zeros(len(first))
        bright = np.flatnonzero(last <= first)
        if bright.size:
            least[bright] = least_within(search, self._light, some_of(partial, bright))
        return least

    def _light(self, moments: Moments) -> FloatArray:
        body_id = self.body.naif_id
        return sunlit_fraction(moments.about(body_id)[0], moments.sun_from(body_id), self.body.radius_km)


@dataclass(frozen=True, eq=False)
class GroundLight(OneChannel):
    """Sunrise and sunset at the point below the craft: its Sun's centre at a level horizon, no refraction."""

    body: Body
    channel: Channel

    def find(self, search: Search) -> Iterator[Event]:
        """Yield sunrises and sunsets of the ground below."""
        for t, up, north, east, _ in passes(search, self.body, *search.zeros(self.channel)):
            kind, word = (Kind.GROUND_SUNRISE, "lit") if up else (Kind.GROUND_SUNSET, "dark")
            words = f"The ground below turns {word} at {place_words(north, east)}"
            yield Event(kind, t, float(np.degrees(north)), "deg", self.body.name, words)


def ground_light(body: Body) -> GroundLight:
    """Return the finder of sunrise and sunset below the craft, on one body."""
    name = body.naif_id
    return GroundLight(body, lambda moments: dot(unit(moments.about(name)[0]), unit(moments.sun_from(name))))


@dataclass(frozen=True, eq=False)
class SiteLight(OneChannel):
    """Sunrise and sunset at a place: its Sun's centre at a level horizon, no refraction, no hills."""

    place: Place
    channel: Channel

    def find(self, search: Search) -> Iterator[Event]:
        """Yield sunrises and sunsets."""
        at, rising = search.zeros(self.channel)
        sun = _sun_from_place(search.at(at), self.place)
        up, north = self.place.up_unit, self.place.north_unit
        azimuth = np.degrees(np.mod(np.arctan2(dot(sun, np.cross(north, up)), dot(sun, north)), 2.0 * np.pi))
        for t, rises, degrees in zip(at, rising, azimuth, strict=True):
            kind, word = (Kind.SITE_SUNRISE, "rises") if rises else (Kind.SITE_SUNSET, "sets")
            words = f"The Sun {word} at {self.place.name}, in azimuth {degrees:.1f}°"
            yield Event(kind, float(t), float(degrees), "deg", self.place.body_name, words, place=self.place.name)


def site_light(place: Place) -> SiteLight:
    """Return the finder of sunrise and sunset at a place."""
    return SiteLight(place, lambda moments: dot(unit(_sun_from_place(moments, place)), place.up_unit))


def eclipses(body: Body) -> Eclipses:
    """Return the finder of eclipses by the Earth or the Moon."""
    return Eclipses(body, disc_gap(body, 1.0), disc_gap(body, -1.0))


def _sun_from_place(moments: Moments, place: Place) -> FloatArray:
    """Return the Sun seen from a place, (n, 3) km in the axes of the place's body."""
    rot = moments.rot_me if place.body_id == MOON.naif_id else moments.rot_itrs
    return rotate(rot, moments.sun_from(place.body_id)) - place.pos_fixed_km
