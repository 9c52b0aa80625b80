"""Events of the orbit itself: apsides, nodes, extremes of latitude, the sphere of influence. Core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, dot, norm
from visualizer.core.bodies import EARTH, MOON, Body
from visualizer.core.constants import MOON_INFLUENCE_KM
from visualizer.core.events.moments import Moments
from visualizer.core.events.record import Event, Kind
from visualizer.core.events.search import Channel, Search
from visualizer.core.events.texts import place_words
from visualizer.core.geometry import earth_geodetic, moon_altitude_km, spherical_subpoint

PERILUNE_WITHIN_KM: Final = 100_000.0
PROMINENCE_KM: Final = 1e-3
PROMINENCE_RAD: Final = 1e-7
STILL_KM_S: Final = 1e-9


def sub_point(moments: Moments, body: Body) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return latitude (rad), east longitude (rad) and height (km) above a body, (n,) each."""
    if body is MOON:
        pos = moments.fixed_moon[0]
        return *spherical_subpoint(pos), moon_altitude_km(pos)
    return earth_geodetic(moments.fixed_earth[0])


def passes(
    search: Search, body: Body, at: FloatArray, rising: BoolArray, is_here: Callable[[Moments], BoolArray] | None = None
) -> Iterator[tuple[float, bool, float, float, float]]:
    """Yield zeros with the place below: epoch, whether it rises, latitude, east longitude (rad), height (km).

    Parameters
    ----------
    search, body : the flight, and what it is above
    at, rising : (n,) s, (n,) bool, of `search.zeros`
    is_here : tells which count, (n,) bool; by default those where the body is the craft's home
    """
    moments = search.at(at)
    here = is_here(moments) if is_here else moments.is_home(body.naif_id)
    for t, up, counts, *place in zip(at, rising, here, *sub_point(moments, body), strict=True):
        if counts:
            yield float(t), bool(up), float(place[0]), float(place[1]), float(place[2])


class OneChannel:
    """What finders share that look for the zeros of one function."""

    channel: Channel

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is sampled."""
        return (self.channel,)


def _range_rates(body: Body) -> Channel:
    return lambda moments: dot(*moments.about(body.naif_id))


def stand_out(search: Search, at: FloatArray, measure: Channel, least: float) -> BoolArray:
    """Tell which turns of a measure stand out, (n,) bool: pairs of turns that undo each other do not count.

    Parameters
    ----------
    at : (n,) s, epochs of all turns in order
    measure : what turns there
    least : how much it must change from turn to turn
    """
    ends = (search.pieces[0].tdb_s[:1], search.pieces[-1].tdb_s[-1:])
    start, *values, end = search.value(measure)(np.concatenate([ends[0], at, ends[1]])).tolist()
    kept: list[int] = []
    for i, value in enumerate(values):
        before = values[kept[-1]] if kept else start
        if abs(value - before) >= least:
            kept.append(i)
        elif kept:
            kept.pop()
    if kept and abs(values[kept[-1]] - end) < least:
        kept.pop()
    chosen = np.zeros(len(at), dtype=bool)
    chosen[kept] = True
    return chosen


@dataclass(frozen=True, eq=False)
class Apsides(OneChannel):
    """Least and greatest distances from a body.

    Notes
    -----
    Perilune and apolune count within 100,000 km of the Moon (halo orbits included), perigee and apogee outside its
    sphere of influence. Turns of less than a metre, as on a circle, do not count.
    """

    body: Body
    channel: Channel

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the passes."""
        at, rising = search.zeros(self.channel)
        kept = stand_out(search, at, lambda m: norm(m.about(self.body.naif_id)[0]), PROMINENCE_KM)
        low, high = (Kind.PERILUNE, Kind.APOLUNE) if self.body is MOON else (Kind.PERIGEE, Kind.APOGEE)
        surface = "the 1737.4 km sphere" if self.body is MOON else "the ellipsoid"
        for t, is_low, north, east, height in passes(search, self.body, at[kept], rising[kept], self._is_here):
            kind = low if is_low else high
            words = f"{kind.capitalize()}, {height:,.3f} km above {surface} at {place_words(north, east)}"
            yield Event(kind, t, height, "km", self.body.name, words)

    def _is_here(self, moments: Moments) -> BoolArray:
        if self.body is MOON:
            return np.asarray(moments.range_moon_km < PERILUNE_WITHIN_KM)
        return moments.is_home(EARTH.naif_id)


@dataclass(frozen=True, eq=False)
class Nodes(OneChannel):
    """Crossings of a body's equator: of latitude zero in its rotating axes."""

    body: Body
    channel: Channel

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the nodes."""
        for t, up, _, east, height in passes(search, self.body, *search.zeros(self.channel)):
            kind, word = (Kind.ASCENDING_NODE, "north") if up else (Kind.DESCENDING_NODE, "south")
            words = (f"{kind.replace('-', ' ').capitalize()}: crosses the equator to the {word} at "
                     f"{place_words(0.0, east).split(', ')[1]}, {height:,.1f} km up")  # fmt: skip
            yield Event(kind, t, _deg(east), "deg", self.body.name, words)


@dataclass(frozen=True, eq=False)
class LatitudeExtremes(OneChannel):
    """Greatest and least latitudes of the point below the craft."""

    body: Body
    channel: Channel

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the extremes."""
        at, rising = search.zeros(self.channel)
        kept = stand_out(search, at, lambda m: sub_point(m, self.body)[0], PROMINENCE_RAD)
        for t, low, north, east, _ in passes(search, self.body, at[kept], rising[kept]):
            kind, word = (Kind.LATITUDE_MINIMUM, "least") if low else (Kind.LATITUDE_MAXIMUM, "greatest")
            words = f"Latitude {word}, at {place_words(north, east)}"
            yield Event(kind, t, _deg(north), "deg", self.body.name, words)


@dataclass(frozen=True, eq=False)
class Influence:
    """Crossings of the sphere of 66,000 km round the Moon."""

    channels: tuple[Channel, ...]

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the crossings."""
        at, rising = search.zeros(self.channels[0])
        for t, out, speed in zip(at, rising, norm(search.at(at).about_moon[1]), strict=True):
            kind, word = (Kind.INFLUENCE_EXIT, "Leaves") if out else (Kind.INFLUENCE_ENTRY, "Enters")
            words = (f"{word} the Moon's sphere of influence, {MOON_INFLUENCE_KM:,.0f} km from its centre, "
                     f"at {speed:.3f} km/s")  # fmt: skip
            yield Event(kind, float(t), float(speed), "km/s", MOON.name, words)


def orbit_finders() -> tuple[tuple[frozenset[Kind], Apsides | Nodes | LatitudeExtremes | Influence], ...]:
    """Return the finders of this module with the kinds they find."""
    influence = Influence((lambda moments: moments.range_moon_km - MOON_INFLUENCE_KM,))
    return (
        (frozenset({Kind.PERILUNE, Kind.APOLUNE}), Apsides(MOON, _range_rates(MOON))),
        (frozenset({Kind.PERIGEE, Kind.APOGEE}), Apsides(EARTH, _range_rates(EARTH))),
        *(
            (frozenset({Kind.ASCENDING_NODE, Kind.DESCENDING_NODE}), Nodes(body, _north_of_equator(body)))
            for body in (MOON, EARTH)
        ),
        *(
            (frozenset({Kind.LATITUDE_MAXIMUM, Kind.LATITUDE_MINIMUM}), LatitudeExtremes(body, _northward(body)))
            for body in (MOON, EARTH)
        ),
        (frozenset({Kind.INFLUENCE_ENTRY, Kind.INFLUENCE_EXIT}), influence),
    )


def _north_of_equator(body: Body) -> Channel:
    def sine(moments: Moments) -> FloatArray:
        pos = moments.fixed(body.naif_id)[0]
        return np.asarray(pos[..., 2] / norm(pos))

    return sine


def _northward(body: Body) -> Channel:
    """Return the part of the velocity that points north along the ground, over speed; with its sign latitude grows."""

    def share(moments: Moments) -> FloatArray:
        vel = moments.fixed(body.naif_id)[1]
        lat, lon, _ = sub_point(moments, body)
        sine = np.sin(lat)
        north = np.stack([-sine * np.cos(lon), -sine * np.sin(lon), np.cos(lat)], axis=-1)
        return np.asarray(dot(vel, north) / np.maximum(norm(vel), STILL_KM_S))

    return share


def _deg(angle_rad: float) -> float:
    return float(np.degrees(np.remainder(angle_rad + np.pi, 2.0 * np.pi) - np.pi))
