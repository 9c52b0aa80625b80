"""From the solved unknowns to the arcs that are shipped: one per coast, one per burn, meeting at burn edges.

Missions, reconstruction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.propagation import find_crossing, propagate
from visualizer.core.trajectory import Arc, Provenance
from visualizer.missions.reconstruction.ascent import ascent_states
from visualizer.missions.reconstruction.flight import Leg, Legs
from visualizer.missions.reconstruction.plan import Plan


@dataclass(frozen=True, slots=True)
class Piece:
    """How legs become an arc: its name, its kind, its legs in order of time."""

    name: str
    kind: str
    legs: tuple[str, ...]


PIECES = (
    Piece("before Fregat's first burn", "coast", ("pause",)),
    Piece("Fregat's first burn", "burn", ("fregat-1",)),
    Piece("parking orbit", "coast", ("parking",)),
    Piece("injection burn", "burn", ("tli",)),
    Piece("transfer to the first correction", "coast", ("cruise-1",)),
    Piece("first correction", "burn", ("tcm-1",)),
    Piece("transfer to the second correction", "coast", ("cruise-2", "cruise-3")),
    Piece("second correction", "burn", ("tcm-2",)),
    Piece("transfer to the Moon's influence", "coast", ("cruise-4",)),
    Piece("approach to the Moon", "coast", ("approach",)),
    Piece("insertion, main engine", "burn", ("insertion-1",)),
    Piece("between the insertion burns", "coast", ("insertion-gap",)),
    Piece("insertion, soft-landing engines", "burn", ("insertion-2",)),
    Piece("lunar orbit", "coast", ("orbit-0", "orbit-1", "orbit-2")),
    Piece("orbit correction", "burn", ("correction",)),
    Piece("lunar orbit after the correction", "coast", ("orbit-3",)),
    Piece("last burn", "burn", ("last-a", "last-b")),
    Piece("fall", "coast", ("fall",)),
)
ASCENT = "ascent (schematic)"


def fall_to_impact(plan: Plan, leg: Leg) -> Leg:
    """Fly the fall again so that its last node is the impact; one member."""
    impact = float(find_crossing(leg.path, plan.impact_radius_km).tdb_s[0])
    start = float(leg.path.tdb_s[0, 0])
    count = len(leg.path.tdb_s)
    fractions = np.linspace(0.0, 1.0, count)
    for _ in range(2):
        path = propagate(leg.force, start, impact, fractions, leg.path.state[0])
        radius = np.linalg.norm(path.last[0, :3])
        rate = path.last[0, :3] @ path.last[0, 3:6] / radius
        impact -= (radius - plan.impact_radius_km) / rate
    path = propagate(leg.force, start, impact, fractions, leg.path.state[0])
    return Leg(leg.name, leg.force, path)


def nodes_of(legs: Legs, piece: Piece) -> tuple[FloatArray, FloatArray]:
    """Return the epochs (n,) and states (n, 7) of the first member of some legs, in order of time."""
    epochs: list[FloatArray] = []
    states: list[FloatArray] = []
    for name in piece.legs:
        path = legs[name].path
        order = slice(None, None, 1 if path.tdb_s[-1, 0] > path.tdb_s[0, 0] else -1)
        first = 1 if epochs else 0
        epochs.append(path.tdb_s[order, 0][first:])
        states.append(path.state[order, 0][first:])
    return np.concatenate(epochs), np.concatenate(states)


def arcs_of(plan: Plan, legs: Legs) -> tuple[Arc, ...]:
    """Return the whole flight as arcs, from lift-off to impact.

    Parameters
    ----------
    plan : of the flight
    legs : of one member, the fall already flown to the impact
    """
    separation_state = legs["pause"].path.last[0]
    tdb_s, position, velocity = ascent_states(plan, separation_state)
    ascent = Arc(ASCENT, EARTH.naif_id, tdb_s, position, velocity, Provenance.SYNTHETIC, "ascent")
    return (ascent, *(_arc(legs, piece) for piece in PIECES))


def _arc(legs: Legs, piece: Piece) -> Arc:
    tdb_s, state = nodes_of(legs, piece)
    centre = legs[piece.legs[0]].force.gravity.centre_id
    return Arc(
        piece.name, centre, tdb_s, state[:, :3].copy(), state[:, 3:6].copy(),
        Provenance.RECONSTRUCTED, piece.kind,
    )  # fmt: skip


def force_words(leg: Leg) -> str:
    """Return a leg's forces in words."""
    gravity = leg.force.gravity
    if gravity.centre_id == MOON.naif_id:
        words = f"Moon LP165P {gravity.moon_degree}x{gravity.moon_degree}, Earth and Sun as points"
    else:
        words = "Earth with J2, Moon and Sun as points"
    return words if leg.force.engine is None else f"{words}, constant thrust at fixed angles to the velocity"
