"""Moments by which missions are laid beside one another: launch, injection, insertion, descent, landing.

Missions. Documents name their events as their agencies do; what they have in common are the kinds of phases and
events, so those decide.
"""

from __future__ import annotations

from typing import Final

from visualizer.core.arrays import norm
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission, Phase

CALENDAR: Final = "calendar"
ANCHORS: Final = {
    CALENDAR: "by the calendar",
    "launch": "at launch",
    "tli": "at translunar injection",
    "loi": "at lunar orbit insertion, or the passage of the Moon",
    "descent": "at the start of the descent",
    "landing": "at landing or impact",
}
# What the moment is called when a time is counted from it.
NAMES: Final = {
    CALENDAR: "the calendar",
    "launch": "launch",
    "tli": "translunar injection",
    "loi": "arrival at the Moon",
    "descent": "start of the descent",
    "landing": "landing or impact",
}
_LUNAR_ARRIVAL: Final = ("insertion", "flyby")
_DOWN: Final = ("descent", "fall")
# A craft that is said to be down is below this height over the sphere.
DOWN_KM: Final = 12.0


def anchor_tdb_s(mission: Mission, anchor: str) -> float | None:
    """Return the epoch of a moment of a mission, TDB seconds past J2000; None where it has none.

    Raises
    ------
    CommandError
        If there is no such kind of moment; lists them.
    """
    if anchor not in ANCHORS:
        raise CommandError(f"aligning by {anchor!r}: unknown; one of {', '.join(ANCHORS)}")
    if anchor == CALENDAR:
        return 0.0
    return {"launch": _launch, "tli": _injection, "loi": _arrival, "descent": _descent, "landing": _landing}[anchor](
        mission
    )


def offset_s(mission: Mission, active: Mission, anchor: str) -> float | None:
    """Return by how much a mission's own epoch is later than the active mission's, s, when their moments coincide.

    None where one of them does not have that moment; 0 by the calendar.
    """
    own, zero = anchor_tdb_s(mission, anchor), anchor_tdb_s(active, anchor)
    return None if own is None or zero is None else own - zero


def nearest_anchor(mission: Mission, tdb_s: float) -> str:
    """Return the kind of moment of a mission that lies nearest to an epoch; the calendar where it has none."""
    moments = {anchor: anchor_tdb_s(mission, anchor) for anchor in ANCHORS if anchor != CALENDAR}
    known = {anchor: abs(moment - tdb_s) for anchor, moment in moments.items() if moment is not None}
    return min(known, key=lambda anchor: known[anchor]) if known else CALENDAR


def common_anchors(missions: list[Mission]) -> list[str]:
    """Return the kinds of moments that every one of some missions has."""
    return [anchor for anchor in ANCHORS if all(anchor_tdb_s(one, anchor) is not None for one in missions)]


def _launch(mission: Mission) -> float | None:
    """Return the launch from the Earth; a lift-off from the Moon is none."""
    launches = [event.tdb_s for event in mission.events if event.kind == "launch"]
    return next((tdb_s for tdb_s in launches if _is_on_earth(mission, tdb_s + 2e-3)), None)


def _injection(mission: Mission) -> float | None:
    phase = _first(mission, ("injection",))
    return phase.start_tdb_s if phase else None


def _arrival(mission: Mission) -> float | None:
    phase = _first(mission, _LUNAR_ARRIVAL)
    return phase.start_tdb_s if phase else None


def _descent(mission: Mission) -> float | None:
    for phase in mission.phases:
        if phase.kind in _DOWN and not _ends_on_earth(mission, phase):
            return phase.start_tdb_s
    return None


def _landing(mission: Mission) -> float | None:
    """Return the first landing or impact on the Moon; of a plan, whose events are plans, when it stands there.

    What a companion does, such as a stage that hits before, is among the events too, but the craft is not down then.
    """
    ends = {event.tdb_s for event in mission.events if event.kind in ("landing", "impact")}
    lunar = [end for end in ends if not _is_on_earth(mission, end) and _is_down(mission, end)]
    stands = [a.start_tdb_s for a in mission.trajectory.arcs if a.kind == "surface" and a.centre_id == MOON.naif_id]
    return min(lunar) if lunar else min(stands, default=None)


def _is_down(mission: Mission, tdb_s: float) -> bool:
    first, last = mission.trajectory.span_tdb_s
    place, _ = mission.trajectory.state_km(min(max(tdb_s, first), last - 1e-3), MOON.naif_id)
    return float(norm(place)) < RADIUS_MOON_KM + DOWN_KM


def _first(mission: Mission, kinds: tuple[str, ...]) -> Phase | None:
    return next((phase for phase in mission.phases if phase.kind in kinds), None)


def _ends_on_earth(mission: Mission, phase: Phase) -> bool:
    return _is_on_earth(mission, phase.end_tdb_s)


def _is_on_earth(mission: Mission, tdb_s: float) -> bool:
    first, last = mission.trajectory.span_tdb_s
    arc = mission.trajectory.arc_at(min(max(tdb_s - 1e-3, first), last))
    return arc.centre_id == EARTH.naif_id
