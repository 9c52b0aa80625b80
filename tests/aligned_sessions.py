"""Sessions of flights of different times laid side by side."""

from __future__ import annotations

from visualizer.missions.alignment import anchor_tdb_s
from visualizer.model.session import Session

HOUR_S, DAY_S = 3600.0, 86400.0


def session_of(flights, names, anchor, view="moon", since_s=0.0):
    missions = [flights[name] for name in names]
    session = Session(missions, anchor_tdb_s(missions[0], anchor) + since_s)
    session.lineup.align(anchor)
    session.choose_view(view, at_once=True)
    return session


def craft_of(state, name):
    return next(craft for craft in state.crafts if craft.mission_id == name)
