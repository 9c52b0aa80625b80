"""Flights as the Earth-Moon line sees them: the frame that turns with the Moon, in which transfers are comparable.

Each point of a path is expressed in the axes of its own epoch (x from the Earth to the Moon, z along the normal of
the Moon's orbit). So Earth and Moon stand still for the whole flight, and the path is drawn in the axes of now. The
Moon's distance changes by 12 % in a month: near the Earth a path keeps its distance from the Earth and near the Moon
its distance from the Moon, so that orbits stay above the ground; between them it is stretched along the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from visualizer.core.arrays import FloatArray, cross, norm, rotate, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Mission
from visualizer.model.trail_line import TrailLine
from visualizer.model.trails import TrailState, is_covered, path_epochs, subdivided

AXES: Final = "rotating"
LONGEST_S: Final = 3600.0
# In shares of the Moon's distance: how much farther from one body than from the other a place is that is wholly the
# other's; within the Moon's influence it is more than that.
EDGE: Final = 0.65
STEP_KM: Final = 200.0
LINES_KEPT: Final = 3
NEAR_EARTH, BETWEEN, NEAR_MOON = 0, 1, 2


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
    if np.ndim(tdb_s) == 0:
        return _axes_at(float(tdb_s))
    return _axes(np.asarray(tdb_s))


@lru_cache(maxsize=32)
def _axes_at(tdb_s: float) -> tuple[FloatArray, FloatArray]:
    """Return the axes of one epoch: a frame asks for the same ones for each of its paths."""
    axes, distance_km = _axes(np.asarray(tdb_s))
    axes.flags.writeable = False
    return axes, distance_km


def _axes(tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    position, velocity = bundled_ephemeris().state_km(MOON.naif_id, EARTH.naif_id, tdb_s)
    x, z = unit(position), unit(cross(position, velocity))
    return np.stack([x, cross(z, x), z], axis=-2), norm(position)


def stretching(place_km: FloatArray, distance_km: float | FloatArray) -> FloatArray:
    """Return how far places belong to the Moon: 0 in the Earth's neighbourhood, 1 in the Moon's, (...).

    Parameters
    ----------
    place_km : (..., 3) relative to the Earth, in the turning axes
    distance_km : of the Moon, (...)
    """
    from_moon = place_km - np.asarray(distance_km)[..., np.newaxis] * np.array([1.0, 0.0, 0.0])
    side = (norm(place_km) - norm(from_moon)) / distance_km
    share = np.clip(0.5 * (side / EDGE + 1.0), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def stretched_km(
    place_km: FloatArray, share: FloatArray, distance_km: float | FloatArray, wanted_km: float
) -> FloatArray:
    """Return places in the turning axes as they are drawn where the Moon is `wanted_km` away instead.

    Near the Earth they stay, near the Moon they go with it, so that heights above both are kept.
    """
    moved = np.array(place_km)
    moved[..., 0] += share * (wanted_km - distance_km)
    return moved


@dataclass(frozen=True, eq=False)
class _Piece:
    """A part of a path in the turning axes that belongs to one body, or lies between both.

    Attributes
    ----------
    name : unique
    zone : `NEAR_EARTH`, `BETWEEN` or `NEAR_MOON`; between the bodies its form depends on the Moon's distance
    tdb_s, kind : (n,) as in `TrailLine`
    place_km : (n, 3) relative to the Earth, near the Moon relative to that
    share, distance_km : (n,) see `stretching`; the Moon's distance at each epoch
    lines : for pieces between the bodies, those made last, by the Moon's distance
    """

    name: str
    zone: int
    tdb_s: FloatArray
    kind: FloatArray
    place_km: FloatArray
    share: FloatArray
    distance_km: FloatArray
    lines: dict[float, TrailLine]

    def line(self, moon_km: float) -> TrailLine:
        """Return it for a Moon at this distance along x."""
        key = moon_km if self.zone == BETWEEN else 0.0
        if key not in self.lines:
            while len(self.lines) >= LINES_KEPT:
                self.lines.pop(next(iter(self.lines)))
            place = self.place_km
            if self.zone == BETWEEN:
                place = stretched_km(place, self.share, self.distance_km, moon_km)
            self.lines[key] = TrailLine(self.name, EARTH.naif_id, self.tdb_s, place, self.kind)
        return self.lines[key]


_SAMPLED: WeakKeyDictionary[Trajectory, tuple[_Piece, ...]] = WeakKeyDictionary()


def _pieces(mission_id: str, trajectory: Trajectory) -> tuple[_Piece, ...]:
    """Return a path in the turning axes, sampled once for as long as its trajectory lives."""
    if trajectory not in _SAMPLED:
        _SAMPLED[trajectory] = _sample(f"{mission_id}/rotating", trajectory)
    return _SAMPLED[trajectory]


def _sample(name: str, trajectory: Trajectory) -> tuple[_Piece, ...]:
    epochs, kinds = _even_enough(*path_epochs(trajectory))
    covered = is_covered(trajectory, epochs)
    epochs, kinds = epochs[covered], kinds[covered]
    position, _ = trajectory.state_km(epochs, EARTH.naif_id)
    axes, distance_km = rotating_axes(epochs)
    place = rotate(axes, position)
    share = stretching(place, distance_km)
    # A segment belongs to a body where both its ends do.
    is_low = (share[:-1] == 0.0) & (share[1:] == 0.0)
    zone = np.where(is_low, NEAR_EARTH, np.where((share[:-1] == 1.0) & (share[1:] == 1.0), NEAR_MOON, BETWEEN))
    edges = [0, *(np.flatnonzero(np.diff(zone)) + 1).tolist(), len(zone)]
    found = []
    for number, (first, after) in enumerate(pairwise(edges)):
        part = slice(first, after + 1)
        here = int(zone[first])
        own = np.array(place[part])
        own[:, 0] -= distance_km[part] if here == NEAR_MOON else 0.0
        found.append(
            _Piece(f"{name}/{number}", here, epochs[part], kinds[part], own, share[part], distance_km[part], {})
        )
    return tuple(found)


def _even_enough(epochs: FloatArray, kinds: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return epochs with more between those that lie far apart: there the axes turn though the path does not."""
    counts = np.maximum(1, np.ceil(np.diff(epochs) / LONGEST_S)).astype(int)
    return np.append(subdivided(epochs, counts), epochs[-1]), np.append(np.repeat(kinds[:-1], counts), kinds[-1])


def sample_rotating(mission: Mission) -> None:
    """Sample a mission's path in the turning axes, if that is not done yet."""
    _pieces(mission.id, mission.trajectory)


def rotating_trails(
    mission: Mission, mission_index: int, tdb_s: float, scene_tdb_s: float | None = None
) -> tuple[TrailState, ...]:
    """Return the whole path of a mission in the turning axes, to be drawn in those of now.

    Parameters
    ----------
    mission, mission_index : whose path, and its number among the shown ones
    tdb_s : how far time has come on the path
    scene_tdb_s : the epoch of the axes and of the Moon that are drawn, if it is another
    """
    axes, distance_km = rotating_axes(tdb_s if scene_tdb_s is None else scene_tdb_s)
    away = float(distance_km)
    # Steps, so that what lies between the bodies changes its form once in a while and not with every frame.
    moon_km = STEP_KM * round(away / STEP_KM)
    found = []
    for piece in _pieces(mission.id, mission.trajectory):
        first, last = float(piece.tdb_s[0]), float(piece.tdb_s[-1])
        shift = away if piece.zone == NEAR_MOON else 0.0
        if piece.zone == BETWEEN and first <= tdb_s <= last:
            # What the step lacks at the craft, so that the path goes through it.
            shift = float(np.interp(tdb_s, piece.tdb_s, piece.share)) * (away - moon_km)
        state = TrailState(piece.line(moon_km), axes[0] * shift, first, last, tdb_s, "flight", mission_index)
        found.append(state._replace(rot_line_from_icrf=axes))
    return tuple(found)
