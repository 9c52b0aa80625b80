"""The path close to the craft, sampled anew for each frame: a camera metres away sees the line go through it.

The long paths turn by a degree from point to point, which is 100 m beside the craft at the middle of a chord. So the
minute on either side of now is drawn by points that crowd toward the craft, relative to the craft itself.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, length, rotate
from visualizer.core.bodies import MOON
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.missions.catalogue import Mission
from visualizer.model.ground_paths import rot_me_at
from visualizer.model.trail_line import TrailLine, kind_code
from visualizer.model.trails import TrailState, mission_trails

CAMERA_WITHIN_KM: Final = 3000.0
REACH_S: Final = 60.0
_STEPS: Final[FloatArray] = np.geomspace(0.02, REACH_S, 30)
OFFSETS_S: Final[FloatArray] = np.concatenate([-_STEPS[::-1], [0.0], _STEPS])


def near_trail(
    mission: Mission, index: int, tdb_s: float, craft_pos_km: FloatArray, camera_km: FloatArray
) -> TrailState | None:
    """Return the path within a minute of now, or None where the camera is far from the craft.

    Parameters
    ----------
    mission, index : whose path, and its number among the shown ones
    tdb_s : now, inside the flight
    craft_pos_km, camera_km : (3,) relative to the Earth, ICRF axes
    """
    if length(camera_km - craft_pos_km) > CAMERA_WITHIN_KM:
        return None
    trajectory = mission.trajectory
    first, last = whole_around(mission, tdb_s)
    epochs = np.unique(np.clip(tdb_s + OFFSETS_S, first, last))
    if len(epochs) < 2:
        return None
    centre = trajectory.arc_at(tdb_s).centre_id
    position, here = trajectory.state_km(epochs, centre)[0], trajectory.state_km(tdb_s, centre)[0]
    if centre == MOON.naif_id and is_near_ground(mission, tdb_s):
        # As the ground sees it, which turns below: a craft that comes down straight has a straight path.
        position = rotate(rot_moon_me_from_icrf(epochs), position) @ rot_me_at(tdb_s)
    kinds = np.array([kind_code(trajectory.arcs[i]) for i in trajectory.arc_index(epochs)])
    line = TrailLine(f"{mission.id}/near", centre, epochs, position - here, kinds)
    return TrailState(line, craft_pos_km, float(epochs[0]), float(epochs[-1]), tdb_s, "flight", index, is_close=True)


def is_near_ground(mission: Mission, tdb_s: float) -> bool:
    """Tell whether an epoch is in the last half hour before the Moon's ground, or the first after it."""
    spans = (ground.span_tdb_s for ground in mission_trails(mission).grounds)
    return any(first <= tdb_s <= last for first, last in spans)


def whole_around(mission: Mission, tdb_s: float) -> tuple[float, float]:
    """Return the first and last epoch of the unbroken piece of flight around an epoch."""
    first, last = mission.trajectory.span_tdb_s
    for gap_start, gap_end in mission.trajectory.gaps_tdb_s:
        if gap_end <= tdb_s:
            first = max(first, gap_end)
        if gap_start >= tdb_s:
            last = min(last, gap_start)
    return first, last
