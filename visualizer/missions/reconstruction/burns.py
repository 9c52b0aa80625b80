"""The burns of a solved flight as a table: when, how strong, whither, and what they did to the orbit.

Missions, reconstruction.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import MOON
from visualizer.core.constants import (
    G0_KM_S2,
    GM_EARTH_KM3_S2,
    GM_MOON_LP165P_KM3_S2,
    RADIUS_EARTH_EQUATOR_KM,
    RADIUS_MOON_KM,
)
from visualizer.core.elements import elements_from_state
from visualizer.core.forces import Engine
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.reconstruction.arcs import Piece, nodes_of
from visualizer.missions.reconstruction.flight import Legs
from visualizer.missions.reconstruction.plan import Plan

# id, name, engine, legs
BURNS = (
    ("fregat-burn-1", "Fregat's first burn", "fregat", ("fregat-1",)),
    ("tli", "injection burn", "fregat", ("tli",)),
    ("tcm-1", "first correction", "small", ("tcm-1",)),
    ("tcm-2", "second correction", "small", ("tcm-2",)),
    ("insertion-1", "insertion, main engine", "ktd", ("insertion-1",)),
    ("insertion-2", "insertion, soft-landing engines", "dmp", ("insertion-2",)),
    ("correction", "orbit correction", "small", ("correction",)),
    ("last-burn", "last burn", "small", ("last-a", "last-b")),
)


def burns_of(plan: Plan, legs: Legs) -> tuple[SolvedBurn, ...]:
    """Return the burns of the first member of some legs, in order of time."""
    return tuple(_burn(plan, legs, *row) for row in BURNS)


def _burn(plan: Plan, legs: Legs, burn_id: str, name: str, engine_id: str, parts: tuple[str, ...]) -> SolvedBurn:
    tdb_s, state = nodes_of(legs, Piece(name, "burn", parts))
    engine = legs[parts[0]].force.engine
    assert isinstance(engine, Engine)
    impulse_s = plan.impulse_s(engine_id)
    pitch, yaw = (float(angle) for angle in np.rad2deg(engine.aim[0]))
    before, after = float(state[0, 6]), float(state[-1, 6])
    centre = legs[parts[0]].force.gravity.centre_id
    return SolvedBurn(
        burn_id, name, plan.document.engine(engine_id).name, float(tdb_s[0]), float(tdb_s[-1]),
        float(engine.thrust_n[0]), impulse_s, pitch, yaw,
        float(1e3 * impulse_s * G0_KM_S2 * np.log(before / after)), before, after,
        *heights_km(state[0], centre), *heights_km(state[-1], centre),
    )  # fmt: skip


def heights_km(state: FloatArray, centre_id: int) -> tuple[float, float]:
    """Return osculating periapsis and apoapsis heights of a state (7,), km; infinite where the orbit is open."""
    moon = centre_id == MOON.naif_id
    gm = GM_MOON_LP165P_KM3_S2 if moon else GM_EARTH_KM3_S2
    radius = RADIUS_MOON_KM if moon else RADIUS_EARTH_EQUATOR_KM
    orbit = elements_from_state(state[:3], state[3:6], gm)
    high = float(orbit.apoapsis_radius_km) - radius if float(orbit.eccentricity) < 1.0 else np.inf
    return float(orbit.periapsis_radius_km) - radius, high
