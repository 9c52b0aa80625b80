"""From the flown legs of one member of a batch to arcs, burns and epochs.

Missions, by facts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import G0_KM_S2
from visualizer.core.forces import Engine
from visualizer.core.propagation import Path, between_steps
from visualizer.core.trajectory import Arc, Provenance
from visualizer.missions.by_facts.burn_plan import BurnPlan
from visualizer.missions.by_facts.stretches import Legs, Stretch
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.tracking.shipping import heights_km


@dataclass(frozen=True)
class Member:
    """One flown member of a stretch.

    Attributes
    ----------
    arcs : one per leg
    burn : the burn in it, or None
    end_tdb_s : where it ends (on the ground, for an impact)
    """

    arcs: tuple[Arc, ...]
    burn: SolvedBurn | None
    end_tdb_s: float


def member_of(stretch: Stretch, legs: Legs, m: int) -> Member:
    """Return one member of a flown batch."""
    arcs, burn = [], None
    for kind, force, path in legs:
        tdb_s, state = path.tdb_s[:, m], path.state[:, m]
        if stretch.impact_radius_km is not None:
            tdb_s, state = cut_at_ground(path, m, stretch.impact_radius_km)
        arcs.append(
            Arc(stretch.name, stretch.centre_id, np.array(tdb_s), state[:, :3].copy(), state[:, 3:6].copy(),
                Provenance.RECONSTRUCTED, kind)
        )  # fmt: skip
        if kind == "burn" and stretch.burn is not None and isinstance(force.engine, Engine):
            burn = _burn(stretch, stretch.burn, force.engine, path, m)
    return Member(tuple(arcs), burn, float(arcs[-1].end_tdb_s))


def _burn(stretch: Stretch, plan: BurnPlan, engine: Engine, path: Path, m: int) -> SolvedBurn:
    first, last = path.state[0, m], path.state[-1, m]
    before, after = float(first[6]), float(last[6])
    pitch, yaw = _angles_deg(engine, first, m)
    if plan.frame == "up":
        # A craft that lifts off has no way of its own at ignition yet: there the angles are those at cut-off.
        pitch, yaw = (round(angle, 6) for angle in _angles_deg(engine, last, m))
    return SolvedBurn(
        plan.id, plan.name, plan.engine, float(path.tdb_s[0, m]), float(path.tdb_s[-1, m]),
        float(engine.thrust_n[m]), plan.impulse_s, pitch, yaw,
        float(1e3 * plan.impulse_s * G0_KM_S2 * np.log(before / after)), before, after,
        *heights_km(first, stretch.centre_id), *heights_km(last, stretch.centre_id),
    )  # fmt: skip


def _angles_deg(engine: Engine, state: FloatArray, m: int) -> tuple[float, float]:
    """Return the angles of the thrust to the velocity of a state."""
    if engine.steering == "velocity":
        return float(np.rad2deg(engine.aim[m, 0])), float(np.rad2deg(engine.aim[m, 1]))
    along = state[3:6] / np.linalg.norm(state[3:6])
    spin = np.cross(state[:3], state[3:6])
    size = np.linalg.norm(spin)
    normal = spin / size if size > 1e-9 else np.array([0.0, 0.0, 1.0])
    parts = np.array([along, np.cross(along, normal), normal]) @ engine.aim[m]
    return float(np.rad2deg(np.arctan2(parts[1], parts[0]))), float(np.rad2deg(np.arcsin(np.clip(parts[2], -1.0, 1.0))))


def cut_at_ground(path: Path, m: int, radius_km: float) -> tuple[FloatArray, FloatArray]:
    """Return the nodes of one member down to where it first meets a sphere; all of them if it does not."""
    tdb_s, state = path.tdb_s[:, m], path.state[:, m]
    distance = np.linalg.norm(state[:, :3], axis=1)
    below = np.flatnonzero((distance[1:] < radius_km) & (distance[:-1] >= radius_km))
    if not len(below):
        return tdb_s, state
    step = int(below[0])
    one = Path(path.tdb_s[:, m : m + 1], path.state[:, m : m + 1])
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        place, _ = between_steps(one, np.array([step]), np.array([middle]))
        low, high = (middle, high) if float(np.linalg.norm(place[0])) >= radius_km else (low, middle)
    place, speed = between_steps(one, np.array([step]), np.array([low]))
    at = tdb_s[step] + low * (tdb_s[step + 1] - tdb_s[step])
    last = np.concatenate([place[0], speed[0], state[step, 6:]])
    keep = step + 1 if low > 1e-6 else step
    return np.append(tdb_s[:keep], at), np.vstack([state[:keep], last])
