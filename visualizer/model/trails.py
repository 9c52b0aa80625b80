"""Paths to draw: a flight sampled finely enough to look smooth, relative to the Earth and to the Moon.

A path has no place of its own: about the Moon it is an ellipse, about the Earth the same hours are a wave along
the Moon's orbit. So each flight is sampled about both bodies, and the frame says which piece of each is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from visualizer.core.arrays import FloatArray, angle_between_rad, norm
from visualizer.core.constants import MOON_INFLUENCE_KM, S_PER_DAY
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.missions.catalogue import Mission

KIND_CODES: Final = {"coast": 0.0, "burn": 1.0, "ascent": 2.0}
DASHED: Final = 10.0
TURN_PER_POINT_RAD: Final = np.deg2rad(1.2)
MOON_CAMERA_KM: Final = 150_000.0
ARRIVAL_MARGIN_S: Final = 3600.0
DAWN_S: Final = 20_000.0
MONTH_S: Final = 27.3 * S_PER_DAY


@dataclass(frozen=True, eq=False)
class TrailLine:
    """A sampled path.

    Attributes
    ----------
    id : unique, `<mission>/<anchor>`
    anchor_id : SPICE id of the body that positions are relative to
    tdb_s : (n,); position_km : (n, 3) ICRF axes
    kind : (n,) 0 coast, 1 burn, 2 ascent; 10 more where planned or synthetic, which is drawn dashed
    """

    id: str
    anchor_id: int
    tdb_s: FloatArray
    position_km: FloatArray
    kind: FloatArray


@dataclass(frozen=True, slots=True)
class MissionTrails:
    """Both paths of a mission and the epochs between which each takes over."""

    about_earth: TrailLine
    about_moon: TrailLine | None
    enters_influence_tdb_s: float
    arrives_tdb_s: float


_SAMPLED: WeakKeyDictionary[Trajectory, MissionTrails] = WeakKeyDictionary()


def mission_trails(mission: Mission) -> MissionTrails:
    """Return a mission's paths, sampled once for as long as its trajectory lives."""
    trails = _SAMPLED.get(mission.trajectory)
    if trails is None:
        trails = _SAMPLED[mission.trajectory] = sample_trails(mission.id, mission.trajectory)
    return trails


def sample_trails(mission_id: str, trajectory: Trajectory) -> MissionTrails:
    """Sample a flight about the Earth and, where it comes within the Moon's influence, about the Moon."""
    epochs, kinds = _path_epochs(trajectory)
    about_earth, _ = trajectory.state_km(epochs, 399)
    line = TrailLine(f"{mission_id}/earth", 399, epochs, about_earth, kinds)
    about_moon, _ = trajectory.state_km(epochs, 301)
    is_near = norm(about_moon) < MOON_INFLUENCE_KM
    if not np.any(is_near):
        return MissionTrails(line, None, np.inf, np.inf)
    enters = float(epochs[np.argmax(is_near)])
    arrives = _arrival_tdb_s(trajectory, enters)
    to_arrival = epochs <= arrives + ARRIVAL_MARGIN_S
    line = TrailLine(line.id, 399, epochs[to_arrival], about_earth[to_arrival], kinds[to_arrival])
    return MissionTrails(
        line,
        TrailLine(f"{mission_id}/moon", 301, epochs[is_near], about_moon[is_near], kinds[is_near]),
        enters,
        arrives,
    )


def _arrival_tdb_s(trajectory: Trajectory, enters_tdb_s: float) -> float:
    """Return the start of the first burn about the Moon, or the entry into its influence."""
    burns = [a for a in trajectory.arcs if a.kind == "burn" and a.start_tdb_s > enters_tdb_s and a.centre_id == 301]
    return burns[0].start_tdb_s if burns else enters_tdb_s


def _path_epochs(trajectory: Trajectory) -> tuple[FloatArray, FloatArray]:
    epochs = [_arc_epochs(arc) for arc in trajectory.arcs]
    kinds = [np.full(len(times), kind_code(arc)) for arc, times in zip(trajectory.arcs, epochs, strict=True)]
    return np.concatenate(epochs), np.concatenate(kinds)


def kind_code(arc: Arc) -> float:
    """Return the code of an arc's kind, 10 more where it is planned or synthetic."""
    is_dashed = arc.provenance in (Provenance.PLANNED, Provenance.SYNTHETIC)
    return KIND_CODES.get(arc.kind, 0.0) + (DASHED if is_dashed else 0.0)


def _arc_epochs(arc: Arc) -> FloatArray:
    """Return epochs so that the path turns by no more than about a degree between them, ends included."""
    turn = angle_between_rad(arc.velocity_km_s[:-1], arc.velocity_km_s[1:])
    counts = np.maximum(1, np.ceil(turn / TURN_PER_POINT_RAD)).astype(int)
    pieces = [
        np.linspace(a, b, n, endpoint=False) for a, b, n in zip(arc.tdb_s[:-1], arc.tdb_s[1:], counts, strict=True)
    ]
    inner = np.concatenate(pieces)
    return np.append(inner, arc.end_tdb_s - min(1e-3, 1e-6 * (arc.end_tdb_s - arc.start_tdb_s)))


@dataclass(frozen=True, slots=True)
class TrailState:
    """One path in one frame: where its anchor is, which epochs of it are shown, how far time has come.

    `role` is 'flight' or 'orbit' (a body's, for orientation); `mission_index` counts the shown missions;
    `gap_tdb_s` is left out, because another path shows it finer; `is_close`: the camera is beside the craft;
    over the first `dawn_s` it comes up from nothing, where it does not really begin.
    """

    line: TrailLine
    anchor_pos_km: FloatArray
    start_tdb_s: float
    end_tdb_s: float
    now_tdb_s: float
    role: str = "flight"
    mission_index: int = 0
    gap_tdb_s: tuple[float, float] = (0.0, 0.0)
    is_close: bool = False
    dawn_s: float = 0.0


def trail_states(
    mission: Mission, mission_index: int, tdb_s: float, moon_pos_km: FloatArray, camera_pos_km: FloatArray
) -> tuple[TrailState, ...]:
    """Return what to draw of a mission's paths.

    With the camera near the Moon, what happens inside the Moon's influence is drawn, about the Moon; from afar the
    transfer is one curve about the Earth up to its arrival, and only the lunar orbits ride on the Moon.
    """
    trails = mission_trails(mission)
    first, last = mission.trajectory.span_tdb_s
    if trails.about_moon is None:
        return (TrailState(trails.about_earth, np.zeros(3), first, last, tdb_s, "flight", mission_index),)
    if is_near_moon(camera_pos_km, moon_pos_km):
        enters = trails.enters_influence_tdb_s
        return (
            TrailState(trails.about_moon, moon_pos_km, enters, last, tdb_s, "flight", mission_index, dawn_s=DAWN_S),
        )
    change = trails.arrives_tdb_s
    return (
        TrailState(trails.about_earth, np.zeros(3), first, change, tdb_s, "flight", mission_index),
        TrailState(trails.about_moon, moon_pos_km, change, last, tdb_s, "flight", mission_index),
    )


def is_near_moon(camera_pos_km: FloatArray, moon_pos_km: FloatArray) -> bool:
    """Tell whether a camera (relative to the Earth) is near enough for paths about the Moon."""
    return float(np.linalg.norm(camera_pos_km - moon_pos_km)) < MOON_CAMERA_KM


@lru_cache(maxsize=8)
def moon_orbit_line(whole_day: int) -> TrailLine:
    """Return the Moon's way about the Earth over a month around a day (days past J2000)."""
    first, last = bundled_ephemeris().span_tdb_s
    middle = whole_day * S_PER_DAY
    epochs = np.linspace(max(first, middle - MONTH_S / 2), min(last, middle + MONTH_S / 2), 361)
    position = bundled_ephemeris().position_km(301, 399, epochs)
    return TrailLine(f"moon-orbit/{whole_day}", 399, epochs, position, np.zeros(len(epochs)))


def moon_orbit_state(tdb_s: float) -> TrailState:
    """Return the Moon's orbit as a line for orientation."""
    line = moon_orbit_line(int(tdb_s // S_PER_DAY))
    return TrailState(line, np.zeros(3), float(line.tdb_s[0]), float(line.tdb_s[-1]), tdb_s, "orbit")
