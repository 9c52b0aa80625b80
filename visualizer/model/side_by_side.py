"""A session for pictures of several missions, without a window. Model."""

from __future__ import annotations

from collections.abc import Iterable

from visualizer.missions.alignment import CALENDAR
from visualizer.missions.branch_missions import load_flight
from visualizer.missions.catalogue import Mission
from visualizer.model.session import Session


def session_with(active: Mission, other_ids: Iterable[str], tdb_s: float, anchor: str = CALENDAR) -> Session:
    """Return a session that draws a mission and others beside it.

    Parameters
    ----------
    active : whose clock it is
    other_ids : ids of missions, or of branches as `luna-25/planned`
    tdb_s : the epoch on that clock
    anchor : of `missions.alignment.ANCHORS`

    Raises
    ------
    CommandError
        If there is no such kind of moment, or the active mission does not have it.
    MissionError
        If there is no such mission or branch.
    """
    others = [load_flight(mission_id) for mission_id in dict.fromkeys(other_ids) if mission_id != active.id]
    session = Session([active, *others], tdb_s)
    session.lineup.align(anchor)
    session.clock.seek(tdb_s)
    return session
