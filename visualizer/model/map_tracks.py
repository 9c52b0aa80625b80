"""Ground tracks for maps: a flight near the Moon as places below it, worked out once and cut to what is shown.

Model, pure. Points lie so close that the track bends by less than three degrees between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import MOON
from visualizer.core.constants import MOON_INFLUENCE_KM
from visualizer.core.geometry import spherical_subpoint
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.trajectory import Provenance, Trajectory
from visualizer.missions.catalogue import Mission

COARSE_S: Final = 120.0
TURN_RAD: Final = 0.05
MOST_POINTS: Final = 60_000
KINDS: Final = tuple(Provenance)


@dataclass(frozen=True)
class MapTrack:
    """A flight's track on the Moon.

    Attributes
    ----------
    tdb_s : (n,) increasing, the flight's own epochs
    lat_rad, lon_rad : (n,) sub-point
    across_km : (n,) one sigma across the track, on the ground; NaN where unknown
    kind : (n,) index in `KINDS` of how the flight is known from here on
    is_joined : (n,) whether the line goes on to the next point
    """

    tdb_s: FloatArray
    lat_rad: FloatArray
    lon_rad: FloatArray
    across_km: FloatArray
    kind: npt.NDArray[np.intp]
    is_joined: npt.NDArray[np.bool_]

    def part(self, start_tdb_s: float, end_tdb_s: float) -> slice:
        """Return which points lie in a span."""
        first, last = np.searchsorted(self.tdb_s, [start_tdb_s, end_tdb_s])
        return slice(int(first), int(last))

    def cut(self, start_tdb_s: float, end_tdb_s: float) -> MapTrack:
        """Return the points of a span, and one more on either side of it."""
        inside = self.part(start_tdb_s, end_tdb_s)
        part = slice(max(inside.start - 1, 0), inside.stop + 1)
        return MapTrack(
            self.tdb_s[part], self.lat_rad[part], self.lon_rad[part], self.across_km[part],
            self.kind[part], self.is_joined[part],
        )  # fmt: skip

    def runs(self, part: slice) -> list[tuple[slice, Provenance]]:
        """Cut a part where the line breaks or is known otherwise; neighbours share a point."""
        first, end = part.start, part.stop
        if end - first < 2:
            return []
        inside = slice(first, end - 1)
        is_cut = np.diff(self.kind[first:end]) != 0
        breaks = np.flatnonzero(is_cut | ~self.is_joined[inside]) + first
        runs, begin = [], first
        for at in [*breaks.tolist(), end - 1]:
            stop = at + 2 if at < end - 1 and self.is_joined[at] else at + 1
            if stop - begin > 1:
                runs.append((slice(begin, stop), KINDS[int(self.kind[begin])]))
            begin = at + 1
        return runs


def moon_track(trajectory: Trajectory) -> MapTrack:
    """Return the track of a flight where it is near the Moon; stays on the ground are one point."""
    epochs, owners = [], []
    for number, arc in enumerate(trajectory.arcs):
        if arc.kind == "surface":
            found = np.array([arc.start_tdb_s])
        else:
            found = _epochs(trajectory, arc.start_tdb_s, arc.end_tdb_s)
        epochs.append(found)
        owners.append(np.full(len(found), number))
    tdb_s, owner = np.concatenate(epochs), np.concatenate(owners).astype(np.intp)
    order = np.argsort(tdb_s, kind="stable")
    tdb_s, owner = tdb_s[order], owner[order]
    if not len(tdb_s):
        nothing = np.empty(0)
        return MapTrack(nothing, nothing, nothing, nothing, owner, np.empty(0, dtype=bool))
    position, _ = trajectory.state_km(tdb_s, MOON.naif_id)
    lat, lon = spherical_subpoint(rotate(rot_moon_me_from_icrf(tdb_s), position))
    across = trajectory.sigma_km(tdb_s)[:, 2] * MOON.radius_km / norm(position)
    kinds = np.array([KINDS.index(arc.provenance) for arc in trajectory.arcs], dtype=np.intp)
    return MapTrack(tdb_s, lat, lon, across, kinds[owner], _joined(trajectory, tdb_s, lat, lon))


def _joined(trajectory: Trajectory, tdb_s: FloatArray, lat: FloatArray, lon: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which points are followed by the next one without a gap."""
    joined = np.ones(len(tdb_s), dtype=bool)
    joined[-1] = False
    for first, _ in trajectory.gaps_tdb_s:
        joined[np.searchsorted(tdb_s, first + 1e-3, side="right") - 1] = False
    sine = np.sin(0.5 * np.diff(lat)) ** 2 + np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(0.5 * np.diff(lon)) ** 2
    # Out of the Moon's reach and back again.
    joined[:-1] &= 2.0 * np.arcsin(np.sqrt(np.clip(sine, 0.0, 1.0))) < 6.0 * TURN_RAD
    return joined


def _epochs(trajectory: Trajectory, first: float, last: float) -> FloatArray:
    """Return epochs along an arc, closer where the track is faster."""
    count = int(np.clip((last - first) / COARSE_S, 8, MOST_POINTS))
    coarse = np.linspace(first, np.nextafter(last, first), count)
    position, velocity = trajectory.state_km(coarse, MOON.naif_id)
    away = norm(position)
    is_near = away < MOON_INFLUENCE_KM
    if not np.any(is_near):
        return np.empty(0)
    turning = np.maximum(norm(np.cross(position, velocity)) / away**2, 1e-6)
    wanted = np.where(is_near, turning / TURN_RAD, 0.0)
    turned = np.concatenate([[0.0], np.cumsum(0.5 * (wanted[1:] + wanted[:-1]) * np.diff(coarse))])
    points = int(np.clip(np.ceil(turned[-1]), 2, MOST_POINTS))
    found = np.interp(np.linspace(0.0, turned[-1], points + 1), turned, coarse)
    return np.unique(found)


def flights_on_map(mission: Mission) -> list[tuple[str, str, Trajectory]]:
    """Return id, name and flight of a mission and of its branches."""
    own = [(mission.id, mission.name, mission.trajectory)]
    return own + [(f"{mission.id}/{b.id}", f"{mission.name}: {b.title}", b.trajectory) for b in mission.branches]
