"""Which way a craft points, by stated rules: no attitude of these flights is published.

Model, pure. Burns hold the engine along the solved thrust; descents along the push that the path itself shows; on the
ground the craft stands upright; otherwise its panels face the Sun, or its cameras the ground. Between two rules it
turns evenly. Body axes: +z is the way the engine pushes, its nozzle points to -z.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.sky import Sky
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import FlightState
from visualizer.model.attitude_rules import (
    SHORT_TURN_S,
    TIP_OVER_S,
    Moment,
    Rule,
    ahead,
    backwards,
    burn_rule,
    cameras_to_ground,
    eased,
    panels_to_sun,
    pushed_rule,
    standing_rule,
)
from visualizer.model.craft_models import Holding, craft_table
from visualizer.model.rotation import slerp

TURN_S: Final = 90.0
WORDS: Final = {
    "thrust": "engine along the solved thrust",
    "descent": "engine along the push of the descent",
    "push": "engine along the push that the path shows",
    "ascent": "engine along the flight",
    "entry": "heat shield ahead",
    "surface": "standing on the ground",
    "tilted": "lying as it was found",
    "sun": "panels to the Sun",
    "nadir": "cameras to the ground",
    "turn": "turning",
}


@dataclass(frozen=True, eq=False, slots=True)
class Stretch:
    """A time over which a rule holds strictly: `kind` is a key of `WORDS`."""

    start_tdb_s: float
    end_tdb_s: float
    kind: str
    rule: Rule


@dataclass(frozen=True, eq=False, slots=True)
class Attitude:
    """Where the body axes point, and by which rule in words."""

    rot_body_from_icrf: FloatArray
    kind: str

    @property
    def words(self) -> str:
        """The rule in words."""
        return WORDS[self.kind]


_STRETCHES: WeakKeyDictionary[Trajectory, tuple[Stretch, ...]] = WeakKeyDictionary()


def attitude_at(mission: Mission, flight: FlightState, sky: Sky, holding: Holding) -> Attitude:
    """Return how a craft is drawn at an epoch.

    Parameters
    ----------
    mission : whose burns, phases and arcs are followed
    flight, sky : its state and the bodies at one epoch
    holding : the axes of its panels and cameras

    Notes
    -----
    Continuous in time: rules meet in turns of 90 s, shorter where two strict rules lie closer together.
    """
    moment = Moment(mission.trajectory, flight, sky, holding)
    stretches = strict_stretches(mission)
    here = bisect_right([s.start_tdb_s for s in stretches], moment.tdb_s) - 1
    if here >= 0 and moment.tdb_s <= stretches[here].end_tdb_s:
        return _strict(moment, stretches, here)
    before = stretches[here] if here >= 0 else None
    after = stretches[here + 1] if here + 1 < len(stretches) else None
    return _loose(moment, mission, before, after)


def _strict(moment: Moment, stretches: tuple[Stretch, ...], here: int) -> Attitude:
    """Follow a strict rule; where it follows another one at once, turn to it in its first seconds."""
    stretch = stretches[here]
    rot = stretch.rule(moment)
    before = stretches[here - 1] if here else None
    if before is None or stretch.start_tdb_s - before.end_tdb_s > 1.0 or stretch.kind == "surface":
        return Attitude(rot, _surface_kind(stretch, moment))
    length_s = stretch.end_tdb_s - stretch.start_tdb_s
    turn_s = min(SHORT_TURN_S, max(0.25 * length_s, min(length_s, 15.0)))
    fraction = (moment.tdb_s - stretch.start_tdb_s) / max(turn_s, 1e-3)
    if fraction >= 1.0:
        return Attitude(rot, stretch.kind)
    return Attitude(slerp(before.rule(moment), rot, eased(fraction)), "turn")


def _surface_kind(stretch: Stretch, moment: Moment) -> str:
    is_tipped = stretch.kind == "surface" and moment.holding.tilt_deg and moment.tdb_s > stretch.start_tdb_s
    return "tilted" if is_tipped else stretch.kind


def _loose(moment: Moment, mission: Mission, before: Stretch | None, after: Stretch | None) -> Attitude:
    now = moment.tdb_s
    since = now - before.end_tdb_s if before else np.inf
    left = after.start_tdb_s - now if after else np.inf
    if before and after and since + left < 3.0 * TURN_S:
        share = eased(since / (since + left))
        return Attitude(slerp(before.rule(moment), after.rule(moment), share), "turn")
    rest, kind = _at_rest(moment, mission)
    if before and since < TURN_S:
        return Attitude(slerp(before.rule(moment), rest, eased(since / TURN_S)), "turn")
    if after and left < TURN_S:
        return Attitude(slerp(after.rule(moment), rest, eased(left / TURN_S)), "turn")
    return Attitude(rest, kind)


def _at_rest(moment: Moment, mission: Mission) -> tuple[FloatArray, str]:
    """Return the attitude while nothing burns, with an even turn where cruise becomes lunar orbit."""
    if moment.holding.orbit_rule != "nadir":
        return panels_to_sun(moment), "sun"
    for phase in mission.phases:
        if phase.kind == "orbit" and phase.start_tdb_s <= moment.tdb_s <= phase.end_tdb_s:
            since = min(moment.tdb_s - phase.start_tdb_s, phase.end_tdb_s - moment.tdb_s)
            if since >= TURN_S:
                return cameras_to_ground(moment), "nadir"
            return slerp(panels_to_sun(moment), cameras_to_ground(moment), eased(since / TURN_S)), "turn"
    return panels_to_sun(moment), "sun"


# ---------------------------------------------------------------- when which strict rule holds


def strict_stretches(mission: Mission) -> tuple[Stretch, ...]:
    """Return the times of burns, descent, ascent and the stay on the ground, in order, none overlapping."""
    known = _STRETCHES.get(mission.trajectory)
    if known is None:
        known = _STRETCHES[mission.trajectory] = _find_stretches(mission)
    return known


def _find_stretches(mission: Mission) -> tuple[Stretch, ...]:
    landed = _landing_tdb_s(mission)
    # A whole powered descent may stand as one burn with a mean direction; the path itself knows better.
    burns = [b for b in mission.burns if not _is_near(landed, (b.start_tdb_s, b.end_tdb_s))]
    found = [Stretch(b.start_tdb_s, b.end_tdb_s, "thrust", burn_rule(b.pitch_deg, b.yaw_deg)) for b in burns]
    for arc in mission.trajectory.arcs:
        is_moon = arc.centre_id == MOON.naif_id
        span = (arc.start_tdb_s, arc.end_tdb_s)
        if arc.kind == "surface":
            found.append(Stretch(*span, "surface", standing_rule(arc.start_tdb_s)))
        elif arc.kind == "ascent":
            rule = pushed_rule(mission.trajectory, *span, arc.centre_id) if is_moon else ahead
            found.append(Stretch(*span, "ascent", rule))
        elif arc.kind == "burn" and not any(b.start_tdb_s < span[1] and b.end_tdb_s > span[0] for b in burns):
            is_last = landed is not None and abs(landed - span[1]) < 1.0
            rule = pushed_rule(mission.trajectory, *span, arc.centre_id, landed if is_last else None)
            found.append(Stretch(*span, "push", rule))
    for phase in mission.phases:
        if phase.kind == "descent":
            span = (phase.start_tdb_s, phase.end_tdb_s)
            centre_id = mission.trajectory.arc_at(0.5 * (span[0] + span[1])).centre_id
            if centre_id == EARTH.naif_id:
                found.append(Stretch(*span, "entry", backwards))
            else:
                rule = pushed_rule(mission.trajectory, *span, centre_id, landed if _is_near(landed, span) else None)
                found.insert(0, Stretch(*span, "descent", rule))
    return _apart(found)


def _is_near(landed_tdb_s: float | None, span: tuple[float, float]) -> bool:
    return landed_tdb_s is not None and span[0] < landed_tdb_s < span[1] + 60.0


def _landing_tdb_s(mission: Mission) -> float | None:
    starts = [arc.start_tdb_s for arc in mission.trajectory.arcs if arc.kind == "surface"]
    if starts:
        return starts[0]
    events = [e.tdb_s for e in mission.events if e.kind == "landing"]
    return events[0] if events and mission.trajectory.arcs[-1].centre_id == MOON.naif_id else None


def _apart(found: list[Stretch]) -> tuple[Stretch, ...]:
    """Keep the earlier in the list where two overlap; a whole descent goes before the arcs inside it."""
    order = {"thrust": 0, "surface": 1, "descent": 2, "entry": 2, "push": 3, "ascent": 4}
    kept: list[Stretch] = []
    for stretch in sorted(found, key=lambda s: order[s.kind]):
        pieces = [(stretch.start_tdb_s, stretch.end_tdb_s)]
        for other in kept:
            pieces = [p for piece in pieces for p in _less(piece, (other.start_tdb_s, other.end_tdb_s))]
        kept += [Stretch(start, end, stretch.kind, stretch.rule) for start, end in pieces if end - start > 1e-3]
    return tuple(sorted(kept, key=lambda s: s.start_tdb_s))


def _less(piece: tuple[float, float], taken: tuple[float, float]) -> list[tuple[float, float]]:
    left, right = (piece[0], min(piece[1], taken[0])), (max(piece[0], taken[1]), piece[1])
    return [p for p in (left, right) if p[1] > p[0]]


def height_of_origin_m(mission: Mission, tdb_s: float, foot_m: float, rest_m: float) -> float:
    """Return how far above the path's end the model's origin is, so that its feet stand on the ground, m."""
    for stretch in strict_stretches(mission):
        if stretch.kind == "surface" and 0.0 <= tdb_s - stretch.end_tdb_s < SHORT_TURN_S:
            return foot_m * (1.0 - eased((tdb_s - stretch.end_tdb_s) / SHORT_TURN_S))
        if stretch.kind == "surface" and stretch.start_tdb_s - SHORT_TURN_S < tdb_s < stretch.end_tdb_s:
            share = eased((tdb_s - stretch.start_tdb_s) / TIP_OVER_S)
            return foot_m * eased((tdb_s - stretch.start_tdb_s) / SHORT_TURN_S + 1.0) * (1.0 - share) + rest_m * share
    landed = _landing_tdb_s(mission)
    return foot_m * eased((tdb_s - landed) / SHORT_TURN_S + 1.0) if landed and tdb_s < landed + 1.0 else 0.0


def lift_of_origin_km(mission: Mission, tdb_s: float) -> float:
    """Return how far above its path the model of a mission's craft has its origin now, km."""
    stage = craft_table(mission.id).stage_at(mission, tdb_s)
    return 1e-3 * height_of_origin_m(mission, tdb_s, stage.foot_m, stage.rest_m)
