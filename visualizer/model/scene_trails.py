"""Which paths a frame shows: of each mission and its branches, by the calendar or put there from another time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.missions.catalogue import Branch, Mission
from visualizer.model.aligned import EARTH_FIXED, MOON_FIXED, OWN, TURNING, Mapping, Placed
from visualizer.model.near_path import near_trail
from visualizer.model.rotating import rotating_trails, sample_rotating
from visualizer.model.trails import TrailState, mission_trails, trail_states

CENTRE_ZONES = {EARTH.naif_id: EARTH_FIXED, MOON.naif_id: MOON_FIXED}


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """A mission in a frame.

    Attributes
    ----------
    mission, index : what, and its number among the shown ones
    tdb_s : its own epoch
    place : its craft, or None where it does not fly
    mapping : from its own epoch to the scene's, or None where they are the same
    branches : those that are drawn with it
    from_tdb_s : where its path begins, or None: the plan of a mission that is shown too begins where it leaves that
    """

    mission: Mission
    index: int
    tdb_s: float
    place: Placed | None
    mapping: Mapping | None
    branches: tuple[Branch, ...]
    from_tdb_s: float | None = None


def paths_of(
    shown: Shown, frame: str, scene_tdb_s: float, moon_pos_km: FloatArray, camera_pos_km: FloatArray
) -> list[TrailState]:
    """Return the paths of a mission and of its branches.

    Parameters
    ----------
    shown : the mission
    frame : of `aligned.FRAME_WORDS`
    scene_tdb_s : the epoch of bodies
    moon_pos_km, camera_pos_km : (3,) relative to the Earth, ICRF
    """
    alone = [shown.mission.along(branch) for branch in shown.branches]
    if frame == TURNING:
        whole = rotating_trails(shown.mission, shown.index, shown.tdb_s, scene_tdb_s)
        found = [state for state in (_begun(one, shown.from_tdb_s) for one in whole) if state is not None]
        for one in alone:
            found += rotating_trails(one, shown.index, shown.tdb_s, scene_tdb_s)
        return found
    paths = _flown(shown, frame, moon_pos_km, camera_pos_km)
    if shown.from_tdb_s is not None:
        begun = (_begun(state, shown.from_tdb_s) for state in paths)
        paths = [state for state in begun if state is not None]
    for one in alone:
        paths += _states(one, shown, frame, moon_pos_km, camera_pos_km)
    return paths


def _begun(state: TrailState, from_tdb_s: float | None) -> TrailState | None:
    if from_tdb_s is None or state.start_tdb_s >= from_tdb_s:
        return state
    return state._replace(start_tdb_s=from_tdb_s, dawn_s=0.0) if state.end_tdb_s > from_tdb_s else None


def _flown(shown: Shown, frame: str, moon_pos_km: FloatArray, camera_pos_km: FloatArray) -> list[TrailState]:
    """Return a mission's own paths, and beside its craft the one that goes through it."""
    states, place = _states(shown.mission, shown, frame, moon_pos_km, camera_pos_km), shown.place
    if place is None:
        return states
    near = near_trail(shown.mission, shown.index, shown.tdb_s, place.drawn.pos_earth_km, camera_pos_km)
    if near is None:
        return states
    gap = (near.start_tdb_s, near.end_tdb_s)
    turned = near._replace(rot_line_from_icrf=place.rot_scene_from_own.T) if place.is_moved else near
    return [*(state._replace(gap_tdb_s=gap, is_close=True) for state in states), turned]


def _states(
    mission: Mission, shown: Shown, frame: str, moon_pos_km: FloatArray, camera_pos_km: FloatArray
) -> list[TrailState]:
    """Return the sampled paths; those of another time in the axes of the body that they are about."""
    mapping = shown.mapping
    if mapping is None:
        # Side by side with others, dozens of revolutions of the active mission would hide them.
        number = shown.index if frame == OWN else max(shown.index, 1)
        states = trail_states(mission, number, shown.tdb_s, moon_pos_km, camera_pos_km)
        if number == shown.index:
            return list(states)
        return [state._replace(mission_index=shown.index) for state in states]
    chosen_by = moon_pos_km if frame == MOON_FIXED else np.zeros(3)
    states = trail_states(mission, shown.index, shown.tdb_s, moon_pos_km, chosen_by)
    wanted = (state for state in states if frame != MOON_FIXED or state.line.anchor_id == MOON.naif_id)
    return [_mapped(state, mapping.rot_scene_from_own(CENTRE_ZONES[state.line.anchor_id])) for state in wanted]


def _mapped(state: TrailState, rot_scene_from_own: FloatArray) -> TrailState:
    """Return a path turned from its own time's axes to the scene's."""
    own = state.rot_line_from_icrf
    return state._replace(rot_line_from_icrf=rot_scene_from_own.T if own is None else own @ rot_scene_from_own.T)


def prepare_paths(missions: Iterable[Mission]) -> None:
    """Sample the paths of missions and their branches before a frame needs them: a second for the longest flights."""
    for mission in missions:
        for one in (mission, *(mission.along(branch) for branch in mission.branches)):
            mission_trails(one)
            sample_rotating(one)
