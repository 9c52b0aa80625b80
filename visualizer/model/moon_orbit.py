"""The Moon's way about the Earth, as a line for orientation."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from visualizer.core.constants import S_PER_DAY
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.model.trail_line import TrailLine
from visualizer.model.trails import TrailState

MONTH_S: Final = 27.3 * S_PER_DAY


@lru_cache(maxsize=8)
def moon_orbit_line(whole_day: int) -> TrailLine:
    """Return the Moon's way about the Earth over a month around a day (days past J2000)."""
    first, last = bundled_ephemeris().span_tdb_s
    middle = whole_day * S_PER_DAY
    epochs = np.linspace(max(first, middle - MONTH_S / 2), min(last, middle + MONTH_S / 2), 361)
    position = bundled_ephemeris().position_km(301, 399, epochs)
    return TrailLine("moon-orbit", 399, epochs, position, np.zeros(len(epochs)))


def moon_orbit_state(tdb_s: float) -> TrailState:
    """Return the Moon's orbit as a line for orientation."""
    line = moon_orbit_line(int(tdb_s // S_PER_DAY))
    return TrailState(line, np.zeros(3), float(line.tdb_s[0]), float(line.tdb_s[-1]), tdb_s, "orbit")
