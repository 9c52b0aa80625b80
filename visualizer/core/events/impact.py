"""Where a flight meets the ground. Core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, norm
from visualizer.core.bodies import EARTH, MOON, Body
from visualizer.core.events.intervals import below_zero
from visualizer.core.events.moments import Moments
from visualizer.core.events.orbit import sub_point
from visualizer.core.events.record import Event, Kind
from visualizer.core.events.roots import crossings
from visualizer.core.events.search import Channel, Search
from visualizer.core.events.texts import place_words
from visualizer.core.relief import ReliefMap

HILLS_BELOW_KM: Final = 11.0
RELIEF_STEP_S: Final = 1.0
STILL_KM_S: Final = 1e-5


@dataclass(frozen=True, eq=False)
class Impact:
    """Where the height above the Moon's sphere or the Earth's ellipsoid falls through zero."""

    body: Body

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is sampled."""
        return (self._height,)

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the impacts."""
        at, rising = search.zeros(self._height)
        surface = "the 1737.4 km sphere of the Moon" if self.body is MOON else "the Earth's ellipsoid"
        yield from _events(search, at[~rising], self.body, surface)

    def _height(self, moments: Moments) -> FloatArray:
        return sub_point(moments, self.body)[2]


@dataclass(frozen=True, eq=False)
class ReliefImpact:
    """Where a flight falls through the relief, which is drawn by recipe and not measured.

    Notes
    -----
    Relief is rough, so below 11 km the flight is sampled every second; a peak that is only brushed for less may
    be missed.
    """

    relief: ReliefMap

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is sampled."""
        return (self._over_hills,)

    def find(self, search: Search) -> Iterator[Event]:
        """Yield the impacts."""
        low = below_zero(search, self._over_hills)
        for start, end, *_ in low.rows():
            at, rising = self._crossings(search, start, end)
            yield from _events(search, at[~rising], MOON, "the relief as drawn")

    def _crossings(self, search: Search, start: float, end: float) -> tuple[FloatArray, BoolArray]:
        epochs = np.linspace(start, end, max(3, int((end - start) / RELIEF_STEP_S) + 2))
        height = search.value(self._height)
        return crossings(height, epochs, height(epochs))

    def _over_hills(self, moments: Moments) -> FloatArray:
        return np.asarray(moments.range_moon_km - MOON.radius_km - HILLS_BELOW_KM)

    def _height(self, moments: Moments) -> FloatArray:
        lat, lon, height = sub_point(moments, MOON)
        return np.asarray(height - self.relief.height_km(lat, lon))


def impact_finders(relief: ReliefMap | None) -> tuple[Impact | ReliefImpact, ...]:
    """Return the finders of impacts; on the relief too where there is one."""
    plain = (Impact(MOON), Impact(EARTH))
    return plain if relief is None else (*plain, ReliefImpact(relief))


def _events(search: Search, at: FloatArray, body: Body, surface: str) -> Iterator[Event]:
    moments = search.at(at)
    lat, lon, _ = sub_point(moments, body)
    for t, north, east, speed in zip(at, lat, lon, norm(moments.fixed(body.naif_id)[1]), strict=True):
        if speed < STILL_KM_S:  # at rest on the ground: the last digits of its height are no fall
            continue
        words = f"Impact: falls through {surface} at {place_words(north, east)}, at {speed:.3f} km/s"
        yield Event(Kind.IMPACT, float(t), float(speed), "km/s", body.name, words)
