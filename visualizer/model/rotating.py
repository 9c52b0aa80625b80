"""Flights as the Earth-Moon line sees them: the frame that turns with the Moon, in which transfers are comparable.

Each point of a path is expressed in the axes of its own epoch (x from the Earth to the Moon, z along the normal of
the Moon's orbit) and measured in that epoch's distance of the Moon. So Earth and Moon stand still for the whole
flight, and the path is drawn in the axes and the distance of now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from visualizer.core.arrays import FloatArray, cross, norm, rotate, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Mission
from visualizer.model.trails import TrailLine, TrailState, path_epochs

# Lines are kept in the scale of this distance, so that thinning and fading work in familiar km.
UNIT_KM: Final = 384_400.0
AXES: Final = "rotating"
LONGEST_S: Final = 3600.0

_SAMPLED: WeakKeyDictionary[Trajectory, TrailLine] = WeakKeyDictionary()


def rotating_axes(tdb_s: float | FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the axes that turn with the Moon and its distance.

    Parameters
    ----------
    tdb_s : scalar or (n,) TDB seconds past J2000

    Returns
    -------
    rot_rotating_from_icrf : (..., 3, 3); rows: from the Earth to the Moon, along the Moon's motion, orbit normal
    distance_km : (...) from the Earth's centre to the Moon's
    """
    position, velocity = bundled_ephemeris().state_km(MOON.naif_id, EARTH.naif_id, tdb_s)
    x, z = unit(position), unit(cross(position, velocity))
    return np.stack([x, cross(z, x), z], axis=-2), norm(position)


def rotating_line(mission_id: str, trajectory: Trajectory) -> TrailLine:
    """Return a path in the turning axes, sampled once for as long as its trajectory lives.

    Positions are relative to the Earth, in the axes of each point's epoch, scaled so that the Moon stands at
    `UNIT_KM` along x.
    """
    line = _SAMPLED.get(trajectory)
    if line is None:
        epochs, kinds = _even_enough(*path_epochs(trajectory))
        position, _ = trajectory.state_km(epochs, EARTH.naif_id)
        axes, distance_km = rotating_axes(epochs)
        place = rotate(axes, position) * (UNIT_KM / distance_km)[:, np.newaxis]
        line = _SAMPLED[trajectory] = TrailLine(f"{mission_id}/rotating", EARTH.naif_id, epochs, place, kinds)
    return line


def _even_enough(epochs: FloatArray, kinds: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return epochs with more between those that lie far apart: there the axes turn though the path does not."""
    counts = np.maximum(1, np.ceil(np.diff(epochs) / LONGEST_S)).astype(int)
    pieces = [np.linspace(a, b, n, endpoint=False) for a, b, n in zip(epochs[:-1], epochs[1:], counts, strict=True)]
    return np.append(np.concatenate(pieces), epochs[-1]), np.append(np.repeat(kinds[:-1], counts), kinds[-1])


def rotating_trail(mission: Mission, mission_index: int, tdb_s: float) -> TrailState:
    """Return the whole path of a mission in the turning axes, to be drawn in those of now."""
    line = rotating_line(mission.id, mission.trajectory)
    axes, distance_km = rotating_axes(tdb_s)
    first, last = mission.trajectory.span_tdb_s
    state = TrailState(line, np.zeros(3), first, last, tdb_s, "flight", mission_index)
    return replace(state, rot_line_from_icrf=axes, scale=float(distance_km) / UNIT_KM)
