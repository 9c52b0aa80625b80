"""Tracked positions as they come: noisy, with seams, about the Earth and about the Moon.

Missions, tracking. The files are reference material beside the repository; they are read by the recipe that fits
the flights and by tests, and are not shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import J2000_JD, S_PER_DAY


@dataclass(frozen=True, slots=True)
class TrackedPositions:
    """Positions about one body.

    Attributes
    ----------
    centre_id : SPICE id of the body
    tdb_s : (n,) TDB seconds past J2000
    position_km : (n, 3) km, ICRF axes
    """

    centre_id: int
    tdb_s: FloatArray
    position_km: FloatArray

    def between(self, start_tdb_s: float, end_tdb_s: float) -> TrackedPositions:
        """Return those at or after the start and before the end."""
        chosen = (self.tdb_s >= start_tdb_s) & (self.tdb_s < end_tdb_s)
        return TrackedPositions(self.centre_id, self.tdb_s[chosen], self.position_km[chosen])


def read_tracked(path: Path) -> dict[int, TrackedPositions]:
    """Read a file of tracked positions: by the SPICE id of their centre."""
    found = {}
    with np.load(path) as arrays:
        for body, words in ((EARTH.naif_id, "earth"), (MOON.naif_id, "moon")):
            if f"{words}_jd_tdb" in arrays:
                tdb_s = (arrays[f"{words}_jd_tdb"] - J2000_JD) * S_PER_DAY
                found[body] = TrackedPositions(body, tdb_s, np.array(arrays[f"{words}_position_km"]))
    return found
