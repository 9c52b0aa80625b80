"""Branches as missions of their own: a plan beside the flight, a second craft beside the first.

Missions. A plan shares its beginning with what was flown, so as a mission it has that beginning too: launch, transfer
and orbits as flown, and from the branching on what was planned. A second craft has its own flight alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Branch, Mission, Phase, load_mission

PLANNED = "planned"
SLACK_S = 1e-3


def branch_mission(mission: Mission, branch: Branch) -> Mission:
    """Return a branch as a mission with the id `<mission>/<branch>`; its uncertainty is not known."""
    alone = replace(mission.along(branch), burns=branch.burns)
    start = branch.trajectory.span_tdb_s[0]
    before = tuple(arc for arc in mission.trajectory.arcs if arc.end_tdb_s <= start + SLACK_S)
    if branch.kind != PLANNED or not before or start - before[-1].end_tdb_s > SLACK_S:
        return alone
    return replace(
        alone,
        trajectory=Trajectory(alone.name, (*before, *branch.trajectory.arcs)),
        sites=tuple(site for site in mission.sites if site.kind != "impact"),
        events=(*(e for e in mission.events if e.tdb_s < start - SLACK_S), *branch.events),
        phases=(*_phases_until(mission.phases, start), *branch.phases),
        burns=(*(burn for burn in mission.burns if burn.end_tdb_s <= start + SLACK_S), *branch.burns),
    )


def _phases_until(phases: Iterable[Phase], end_tdb_s: float) -> tuple[Phase, ...]:
    kept = (phase for phase in phases if phase.start_tdb_s < end_tdb_s - SLACK_S)
    return tuple(replace(phase, end_tdb_s=min(phase.end_tdb_s, end_tdb_s)) for phase in kept)


def flights_of(missions: Iterable[Mission]) -> list[Mission]:
    """Return all that can be laid side by side: each mission, and after it its branches."""
    found: list[Mission] = []
    for mission in missions:
        found += [mission, *(branch_mission(mission, branch) for branch in mission.branches)]
    return found


def load_flight(mission_id: str) -> Mission:
    """Load a mission, or a branch of one by `<mission>/<branch>`.

    Raises
    ------
    MissionError
        If there is no such mission or branch, listing those there are.
    """
    parent_id, is_branch, branch_id = mission_id.partition("/")
    mission = load_mission(parent_id)
    return branch_mission(mission, mission.branch(branch_id)) if is_branch else mission


def parent_id_of(mission_id: str) -> str:
    """Return the id of the mission that a branch belongs to; a mission's own id otherwise."""
    return mission_id.partition("/")[0]


def craft_id_of(mission_id: str) -> str:
    """Return the id of the mission whose craft is drawn: a plan is flown by the same one."""
    parent_id, _, branch_id = mission_id.partition("/")
    return parent_id if branch_id == PLANNED else mission_id


def branching_tdb_s(missions: Iterable[Mission], branch_id: str) -> float | None:
    """Return when the branch `<mission>/<branch>` leaves its mission, where that is among some missions, or None."""
    parent_id, _, name = branch_id.partition("/")
    for mission in missions:
        if mission.id == parent_id:
            starts = (branch.trajectory.span_tdb_s[0] for branch in mission.branches if branch.id == name)
            return next(starts, None)
    return None
