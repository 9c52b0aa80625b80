"""Events between the craft and places: passes over stations, occultations by the Moon, closest approaches. Core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, angle_between_rad, dot, norm
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.events.intervals import below_zero, least_within
from visualizer.core.events.moments import Moments
from visualizer.core.events.orbit import PROMINENCE_KM, STILL_KM_S, stand_out, sub_point
from visualizer.core.events.places import Place
from visualizer.core.events.record import Event, Kind
from visualizer.core.events.search import Channel, Search
from visualizer.core.events.texts import duration_words
from visualizer.core.geometry import elevation_rad

EARTH_MEAN_RADIUS_KM: Final = 6371.0


def craft_from_place(moments: Moments, place: Place) -> FloatArray:
    """Return the craft seen from a place, (n, 3) km in the axes of the place's body."""
    return moments.fixed(place.body_id)[0] - place.pos_fixed_km


@dataclass(frozen=True, eq=False)
class Passes:
    """Times above a station's elevation mask; geometric, without refraction, the Moon in between or not."""

    station: Place

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is sampled."""
        return self._under_mask, self._depression

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the passes, with the greatest elevation of each."""
        passes = below_zero(search, self._under_mask)
        highest = -np.degrees(least_within(search, self._depression, passes))
        name, mask = self.station.name, np.degrees(self.station.mask_rad)
        for (start, end, before, after, cut), high in zip(passes.rows(), highest.tolist(), strict=True):
            words = f"Above {mask:.0f}° at {name} for {duration_words(end - start)}, up to {high:.1f}°{cut}"
            yield Event(Kind.STATION_PASS, start, high, "deg", EARTH.name, words, end, name, before, after)

    def _under_mask(self, moments: Moments) -> FloatArray:
        # The height over the mask's cone rather than the angle: smooth even for a craft that rushes overhead.
        sight = craft_from_place(moments, self.station)
        height = dot(sight, self.station.up_unit) - np.sin(self.station.mask_rad) * norm(sight)
        return np.asarray(-height / norm(moments.about_earth[0]))

    def _depression(self, moments: Moments) -> FloatArray:
        return -elevation_rad(craft_from_place(moments, self.station), self.station.up_unit)


@dataclass(frozen=True, eq=False)
class Occultations:
    """Times when the Moon's sphere stands between a station and the craft."""

    station: Place

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is sampled."""
        return (self._clearance,)

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the occultations; those that happen below the station's horizon say so."""
        hidden = below_zero(search, self._clearance)
        elevation = search.value(lambda m: elevation_rad(craft_from_place(m, self.station), self.station.up_unit))
        is_down = (elevation(hidden.start_tdb_s) < 0.0) & (elevation(hidden.end_tdb_s) < 0.0)
        name = self.station.name
        for (start, end, before, after, cut), down in zip(hidden.rows(), is_down, strict=True):
            horizon = ", below the horizon there" if down else ""
            words = f"Behind the Moon seen from {name} for {duration_words(end - start)}{horizon}{cut}"
            yield Event(Kind.OCCULTATION, start, end - start, "s", MOON.name, words, end, name, before, after)

    def _clearance(self, moments: Moments) -> FloatArray:
        # Seen from the Moon's centre: each of the two sees its own cap of directions over the limb; while the caps
        # meet, so do the eyes.
        craft = moments.about_moon[0]
        station = moments.place_icrf_km(self.station) - moments.moon_about_earth[0]
        caps = (np.arccos(np.clip(RADIUS_MOON_KM / norm(v), 0.0, 1.0)) for v in (craft, station))
        return np.asarray(sum(caps) - angle_between_rad(craft, station))


@dataclass(frozen=True, eq=False)
class Approaches:
    """Least distances from a place: each one in view of it, and the least of all."""

    place: Place

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is sampled."""
        return (self._closing,)

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the closest approaches, with slant range and distance of the point below."""
        at, rising = search.zeros(self._closing)
        kept = stand_out(search, at, lambda m: norm(craft_from_place(m, self.place)), PROMINENCE_KM)
        at, rising = at[kept], rising[kept]
        ends = np.array([t for piece in search.pieces for t in (piece.tdb_s[0], piece.tdb_s[-1])])
        times = np.concatenate([at[rising], ends])
        is_turn = np.arange(len(times)) < np.count_nonzero(rising)
        moments = search.at(times)
        sight = craft_from_place(moments, self.place)
        slant = norm(sight)
        is_best = np.arange(len(times)) == np.argmin(slant)
        is_shown = is_best | (is_turn & (dot(sight, self.place.up_unit) > 0.0) & moments.is_home(self.place.body_id))
        below = self._ground_distance_km(moments)
        for i in np.flatnonzero(is_shown):
            yield self._event(float(times[i]), float(slant[i]), float(below[i]), bool(is_best[i]), bool(is_turn[i]))

    def _event(self, tdb_s: float, slant_km: float, below_km: float, is_best: bool, is_turn: bool) -> Event:
        lead = "Closest of all to" if is_best else "Closest to"
        edge = "" if is_turn else ", where the flight searched is cut"
        words = f"{lead} {self.place.name}: {slant_km:,.1f} km away, sub-point {below_km:,.1f} km from it{edge}"
        return Event(Kind.CLOSEST_APPROACH, tdb_s, slant_km, "km", self.place.body_name, words, place=self.place.name)

    def _closing(self, moments: Moments) -> FloatArray:
        pos, vel = moments.fixed(self.place.body_id)
        return np.asarray(dot(pos - self.place.pos_fixed_km, vel) / (norm(pos) * np.maximum(norm(vel), STILL_KM_S)))

    def _ground_distance_km(self, moments: Moments) -> FloatArray:
        body, radius = (MOON, RADIUS_MOON_KM) if self.place.body_id == MOON.naif_id else (EARTH, EARTH_MEAN_RADIUS_KM)
        lat, lon, _ = sub_point(moments, body)
        up = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)
        return np.asarray(radius * angle_between_rad(up, self.place.up_unit))
