"""A south-pole landing from a near-rectilinear halo orbit, as an example of what is planned for 2028.

Missions, halo orbits. Crew and lander leave the halo orbit some hours before a perilune, go into a low polar orbit
whose plane holds the site, land, stay for about six days and go back the same way to where the capsule waits. No
timeline, mass or engine of it is published: epochs are chosen, the engine is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_MOON_KM
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Force
from visualizer.core.propagation import even_fractions, propagate
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.missions.halo.lander import Piece, Ship, circle, fall, low_burn, low_coast, up_icrf
from visualizer.missions.halo.shooting import GRAVITY, Halo, solve_halo
from visualizer.missions.powered import (
    Choice,
    Gate,
    Ground,
    OrbitState,
    Powered,
    descend,
    ignition_tdb_s,
    passage,
    rise,
    stay,
    steadiest,
    thrust_of,
)

FIRST_APOLUNE_UTC = "2028-08-22T00:00:00"
REVOLUTIONS = 12
START_UTC, END_UTC = "2028-09-16T12:00:00", "2028-10-10T00:00:00"
DOWN_PERILUNE_UTC, UP_PERILUNE_UTC = "2028-09-26T21:00:00", "2028-10-03T16:00:00"
BESIDE_S = 8.0 * 3600.0
LOW_KM, DESCENT_KM, ASCENT_KM = 100.0, 15.0, 30.0
LOW_STAY_S = 6.0 * 3600.0
HALO_STEP_S = 300.0
END_KG = 12_700.0
BRAKING, ASCENT = "powered descent", "ascent"
VERTICAL_KM, VERTICAL_SINK_M_S = 1.0, 25.0
SOFT_KM, SOFT_SINK_M_S = 0.03, 2.0
BRAKING_S, TO_GO_KM = np.arange(480.0, 761.0, 20.0), np.arange(380.0, 661.0, 20.0)
ASCENT_S, DOWNRANGE_KM = np.arange(380.0, 641.0, 20.0), np.arange(200.0, 561.0, 20.0)
ASCENT_KM_S = 2.0
RISE_S, RISE_KM = 15.0, 0.15


@dataclass(frozen=True, eq=False)
class Landing:
    """The example.

    Attributes
    ----------
    lander : from the halo orbit to the ground and back into it
    waiting : the capsule in the halo orbit meanwhile
    event_tdb_s : event id -> TDB seconds past J2000
    down, up : the powered descent and ascent
    perilunes_km, apolunes_km : radii of the halo orbit over the shown span
    aside_km : how far the orbit of the descent passes beside the site
    """

    lander: Trajectory
    waiting: Trajectory
    event_tdb_s: dict[str, float]
    down: Choice
    up: Choice
    perilunes_km: tuple[float, ...]
    apolunes_km: tuple[float, ...]
    aside_km: float


def plan_landing(ground: Ground, ship: Ship, mass_kg: float) -> Landing:
    """Fly the example.

    Parameters
    ----------
    ground : where it lands
    ship, mass_kg : engine of the lander and its mass in the halo orbit
    """
    start, end = tdb_s_from_utc_text(START_UTC), tdb_s_from_utc_text(END_UTC)
    halo = solve_halo(tdb_s_from_utc_text(FIRST_APOLUNE_UTC), REVOLUTIONS)
    leave = _perilune(halo, DOWN_PERILUNE_UTC) - BESIDE_S
    back = _perilune(halo, UP_PERILUNE_UTC) + BESIDE_S
    first = _halo_piece("halo orbit before landing", start, _state_at(halo, start), leave)
    second = _halo_piece("halo orbit, waiting", leave, first.path.last, back)
    third = _halo_piece("halo orbit after landing", back, second.path.last, end)
    arcs_down, down, aside_km = _way_down(ground, ship, leave, np.append(first.path.last[0, :6], mass_kg))
    arcs_up, up = _way_up(ground, ship, back, np.append(second.path.last[0, :6], END_KG))
    landed, left = down.powered.event_tdb_s["touchdown"], up.powered.event_tdb_s["lift-off"]
    arcs = (
        first.arc(),
        *arcs_down,
        stay(ground, landed, left, Provenance.PLANNED),
        *arcs_up,
        third.arc(),
    )
    waiting = (first.arc(), second.arc(), third.arc())
    events = {"leave-halo": leave, "back-in-halo": back, "end": end, "begin": start}
    events |= {"low-orbit": arcs_down[2].end_tdb_s, "descent-burn": arcs_down[4].start_tdb_s}
    events |= down.powered.event_tdb_s | up.powered.event_tdb_s | {"leave-low-orbit": arcs_up[-3].start_tdb_s}
    turns = [turn for arc in waiting for turn in _turns(arc)]
    low, high = ([turn for turn in turns if (turn[1] < 2e4) == is_low] for is_low in (True, False))
    for number, name, many in ((1, "apolune", high), (2, "apolune", high), (1, "perilune", low)):
        events[f"{name}-{number}"] = many[number - 1][0]
    return Landing(
        Trajectory("Crew lander", arcs), Trajectory("Orion", waiting), events, down, up,
        tuple(r for _, r in low), tuple(r for _, r in high), aside_km,
    )  # fmt: skip


def _turns(arc: Arc) -> list[tuple[float, float]]:
    """Return epochs and radii (km) of the perilunes and apolunes of an arc, to a minute."""
    epochs = np.arange(arc.start_tdb_s, arc.end_tdb_s, 60.0)
    radius = np.linalg.norm(arc.table.evaluate(epochs)[0], axis=1)
    turns = np.flatnonzero(np.diff(np.sign(np.diff(radius)))) + 1
    return [(float(epochs[i]), float(radius[i])) for i in turns]


def _way_down(ground: Ground, ship: Ship, leave: float, state: FloatArray) -> tuple[tuple[Arc, ...], Choice, float]:
    """Return the arcs from the halo orbit to the touchdown, the descent, and how far aside its orbit passes."""
    burn, coast, insertion = _into_low_orbit(ground, ship, leave, state, 1.0)
    at, low = float(insertion.path.tdb_s[-1, 0]), insertion.path.last
    orbit = low_coast("low orbit", at, low, at + LOW_STAY_S + 9000.0).arc()
    passed, _ = passage(orbit, ground, at + LOW_STAY_S)
    half_turn = np.pi * np.sqrt((RADIUS_MOON_KM + LOW_KM) ** 3 / GM_MOON_LP165P_KM3_S2)
    waiting = low_coast("low orbit", at, low, passed - half_turn)
    lowering = low_burn(ship, "descent orbit burn", passed - half_turn, waiting.path.last, _lowering_km_s())
    begin = float(lowering.path.tdb_s[-1, 0])
    falling = low_coast("descent orbit", begin, lowering.path.last, begin + 1.2 * half_turn)
    orbit = falling.arc()
    aside_km = passage(orbit, ground, passed)[1]
    states = [_state_of(falling, ignition_tdb_s(orbit, ground, float(go), passed)) for go in TO_GO_KM]
    mass = float(falling.path.last[0, 6])
    engine = ship.thrust_n, ship.specific_impulse_s
    chosen = steadiest(states, BRAKING_S, partial(_descent, ground), BRAKING, engine, mass)
    falling = low_coast("descent orbit", begin, lowering.path.last, chosen.state.tdb_s)
    met = OrbitState(chosen.state.tdb_s, falling.path.last[0, :3], falling.path.last[0, 3:6])
    powered = _descent(ground, met, chosen.duration_s)
    pieces = (burn, coast, insertion, waiting, lowering, falling)
    arcs = (*(piece.arc() for piece in pieces), *powered.arcs)
    return arcs, Choice(met, chosen.duration_s, powered, chosen.thrust), aside_km


def _into_low_orbit(
    ground: Ground, ship: Ship, tdb_s: float, state: FloatArray, sign: float
) -> tuple[Piece, Piece, Piece]:
    """Return departure, fall and insertion; the plane holds the site where it is when the low orbit passes it."""
    low_km = RADIUS_MOON_KM + (LOW_KM if sign > 0 else ASCENT_KM)
    up_tdb_s = tdb_s + sign * (BESIDE_S + LOW_STAY_S)
    for _ in range(2):
        burn, coast = fall(ship, tdb_s, state, sign, low_km, up_icrf(ground, up_tdb_s), BESIDE_S)
        coast, insertion = circle(ship, coast, sign)
        at = float(insertion.path.tdb_s[-1, 0])
        orbit = low_coast("low orbit", at, insertion.path.last, at + sign * (LOW_STAY_S + 9000.0)).arc()
        up_tdb_s = passage(orbit, ground, at + sign * LOW_STAY_S)[0]
    return burn, coast, insertion


def _way_up(ground: Ground, ship: Ship, back: float, state: FloatArray) -> tuple[tuple[Arc, ...], Choice]:
    """Return the arcs from lift-off to the halo orbit, in order of time, and the ascent."""
    burn, coast, insertion = _into_low_orbit(ground, ship, back, state, -1.0)
    at, low = float(insertion.path.tdb_s[-1, 0]), insertion.path.last
    whole = low_coast("low orbit after ascent", at, low, at - LOW_STAY_S - 9000.0)
    orbit = whole.arc()
    near = passage(orbit, ground, at - LOW_STAY_S)[0]
    states = [_state_of(whole, ignition_tdb_s(orbit, ground, -float(km), near)) for km in DOWNRANGE_KM]
    after = float(low[0, 6])
    mass = after * float(np.exp(ASCENT_KM_S / ship.exhaust_km_s))
    engine = ship.thrust_n, ship.specific_impulse_s
    chosen = steadiest(states, ASCENT_S, partial(_ascent, ground), ASCENT, engine, mass)
    kept = low_coast("low orbit after ascent", at, low, chosen.state.tdb_s)
    met = OrbitState(chosen.state.tdb_s, kept.path.last[0, :3], kept.path.last[0, 3:6])
    powered = _ascent(ground, met, chosen.duration_s)
    arcs = (*powered.arcs, *(piece.arc() for piece in (kept, insertion, coast, burn)))
    begun = after * float(np.exp(1e-3 * chosen.thrust.delta_v_m_s / ship.exhaust_km_s))
    thrust = thrust_of(powered.arcs, begun, ship.specific_impulse_s)
    return arcs, Choice(met, chosen.duration_s, powered, thrust)


def _descent(ground: Ground, lit: OrbitState, braking_s: float) -> Powered:
    vertical = lit.tdb_s + braking_s
    soft = vertical + 2e3 * (VERTICAL_KM - SOFT_KM) / (VERTICAL_SINK_M_S + SOFT_SINK_M_S)
    gates = (
        Gate("powered-descent", BRAKING, lit.tdb_s),
        Gate("vertical", "vertical descent", vertical, VERTICAL_KM, VERTICAL_SINK_M_S, 0.0, 0.0),
        Gate("soft-landing", "soft landing", soft, SOFT_KM, SOFT_SINK_M_S, 0.0, 0.0),
    )
    return descend(lit, ground, gates, soft + 2e3 * SOFT_KM / SOFT_SINK_M_S, Provenance.PLANNED)


def _ascent(ground: Ground, met: OrbitState, ascent_s: float) -> Powered:
    begin = met.tdb_s - ascent_s
    gates = (
        Gate("lift-off", "vertical rise", begin),
        Gate("pitch-over", ASCENT, begin + RISE_S, RISE_KM, None, 0.0, 0.0),
    )
    return rise(ground, gates, met, Provenance.PLANNED)


def _lowering_km_s() -> float:
    """Return the velocity change that lowers the other side of the circular orbit."""
    high, low = RADIUS_MOON_KM + LOW_KM, RADIUS_MOON_KM + DESCENT_KM
    speed = np.sqrt(GM_MOON_LP165P_KM3_S2 / high)
    return float(speed - np.sqrt(2.0 * GM_MOON_LP165P_KM3_S2 * (1.0 / high - 1.0 / (high + low))))


def _state_of(piece: Piece, tdb_s: float) -> OrbitState:
    position, velocity = piece.arc().table.evaluate(tdb_s)
    return OrbitState(tdb_s, position, velocity)


def _state_at(halo: Halo, tdb_s: float) -> FloatArray:
    """Return the state (1, 7) of a halo orbit at an epoch, flown from the chain's state before it."""
    before = int(np.searchsorted(halo.tdb_s, tdb_s, side="right")) - 1
    state = np.append(halo.state[before], 1.0)[None]
    return _halo_piece("", float(halo.tdb_s[before]), state, tdb_s).path.last


def _halo_piece(name: str, start_tdb_s: float, state: FloatArray, end_tdb_s: float) -> Piece:
    """Return a piece of the halo orbit flown from a state (1, 7)."""
    steps = even_fractions(max(3, round((end_tdb_s - start_tdb_s) / HALO_STEP_S)))
    return Piece(name, "coast", propagate(Force(GRAVITY), start_tdb_s, end_tdb_s, steps, state))


def _perilune(halo: Halo, near_utc: str) -> float:
    """Return the epoch of the perilune nearest to a time, to half a minute."""
    near = tdb_s_from_utc_text(near_utc)
    begin = near - 86400.0
    arc = _halo_piece("", begin, _state_at(halo, begin), near + 86400.0).arc()
    epochs = np.linspace(near - 86000.0, near + 86000.0, 5734)
    return float(epochs[np.argmin(np.linalg.norm(arc.table.evaluate(epochs)[0], axis=1))])
