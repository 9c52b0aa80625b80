"""Flights that were planned and not flown: Luna-25's landing, from the burn of 84 s that it was to be.

Missions. The burn is the solved one, cut off where it was meant to be; what follows is free flight through the real
forces, then a powered descent whose gates were never published and are quoted from memory. Which revolution was to
land is not known either: the one nearest to the announced hour is taken, and how far its ground track passes from
the site is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import MOON
from visualizer.core.constants import G0_KM_S2
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Force
from visualizer.core.propagation import Path, even_fractions, propagate
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.missions.catalogue import Mission, SolvedBurn
from visualizer.missions.powered import (
    Gate,
    Ground,
    OrbitState,
    Powered,
    Thrust,
    descend,
    ignition_tdb_s,
    passage,
    stay,
    steadiest,
)
from visualizer.missions.reconstruction.burns import heights_km
from visualizer.missions.what_if import GRAVITY, burn_start, last_burn_engine, last_burn_of

PLANNED_BURN_S = 84.0
LANDING_UTC = "2023-08-21T11:45:00"
END_UTC = "2023-08-24T12:00:00"
COAST_STEP_S = 60.0
# From memory: main braking ends in a vertical descent from 1.5 to 2 km; soft-landing engines for the last 20 m.
VERTICAL_KM, VERTICAL_SINK_M_S = 1.75, 50.0
SOFT_KM, SOFT_SINK_M_S = 0.020, 2.5
BRAKING = "main braking"
BRAKING_S = np.arange(440.0, 601.0, 10.0)
TO_GO_KM = np.arange(360.0, 521.0, 10.0)


@dataclass(frozen=True, eq=False)
class PlannedLanding:
    """A planned landing.

    Attributes
    ----------
    trajectory : from the ignition of the planned burn to a stay on the site
    event_tdb_s : event id -> TDB seconds past J2000
    passage_tdb_s, aside_km : when the orbit, without braking, would pass the site, and how far beside it
    thrust : what the engine has to do during the descent
    burn : the planned burn of 84 s
    """

    trajectory: Trajectory
    event_tdb_s: dict[str, float]
    passage_tdb_s: float
    aside_km: float
    thrust: Thrust
    burn: SolvedBurn


def planned_luna_25(mission: Mission) -> PlannedLanding:
    """Fly Luna-25's plan: burn, orbit of 18 x 100 km, descent to the main site on 21 August 2023.

    Parameters
    ----------
    mission : Luna-25 as it is shipped
    """
    start, state = burn_start(mission)
    cutoff = start + PLANNED_BURN_S
    burn = propagate(Force(GRAVITY, last_burn_engine(mission)), start, cutoff, even_fractions(12), state)
    end = tdb_s_from_utc_text(LANDING_UTC) + 3600.0
    coast = propagate(Force(GRAVITY), cutoff, end, even_fractions(round((end - cutoff) / COAST_STEP_S)), burn.last)
    orbit = _arc("orbit before landing", coast, "coast")
    site = next(one for one in mission.sites if one.id == "main-site")
    ground = Ground(site.lat_deg, site.lon_deg, site.height_m)
    passed, aside_km = passage(orbit, ground, tdb_s_from_utc_text(LANDING_UTC))
    mass = float(burn.last[0, 6])
    engine = mission.burn("insertion-1")
    near = tdb_s_from_utc_text(LANDING_UTC)
    chosen = steadiest(
        [_state_at(coast, ignition_tdb_s(orbit, ground, float(to_go_km), near)) for to_go_km in TO_GO_KM],
        BRAKING_S, partial(_descent, ground), BRAKING, (engine.thrust_n, engine.specific_impulse_s), mass,
    )  # fmt: skip
    powered = chosen.powered
    arcs = (
        _arc("planned burn of 84 s", burn, "burn"),
        _cut(orbit, chosen.state),
        *powered.arcs,
        stay(ground, powered.event_tdb_s["touchdown"], tdb_s_from_utc_text(END_UTC), Provenance.PLANNED),
    )
    events = {"planned-burn": start, "planned-orbit": cutoff} | powered.event_tdb_s
    trajectory = Trajectory("Luna-25 as planned", arcs)
    return PlannedLanding(trajectory, events, passed, aside_km, chosen.thrust, _planned_burn(mission, burn))


def _planned_burn(mission: Mission, path: Path) -> SolvedBurn:
    """Return the table of the planned burn: the flown one, as it would have been after its 84 s."""
    flown, end = last_burn_of(mission), path.last[0]
    low, high = heights_km(end, MOON.naif_id)
    gained = 1e3 * flown.specific_impulse_s * G0_KM_S2 * np.log(flown.mass_before_kg / end[6])
    return replace(
        flown, id="planned-burn", name="planned burn of 84 s", end_tdb_s=float(path.tdb_s[-1, 0]),
        delta_v_m_s=float(gained), mass_after_kg=float(end[6]), periapsis_after_km=low, apoapsis_after_km=high,
    )  # fmt: skip


def _descent(ground: Ground, lit: OrbitState, braking_s: float) -> Powered:
    vertical = lit.tdb_s + braking_s
    soft = vertical + 2e3 * (VERTICAL_KM - SOFT_KM) / (VERTICAL_SINK_M_S + SOFT_SINK_M_S)
    touchdown = soft + 2e3 * SOFT_KM / SOFT_SINK_M_S
    gates = (
        Gate("braking", BRAKING, lit.tdb_s),
        Gate("vertical", "vertical descent", vertical, VERTICAL_KM, VERTICAL_SINK_M_S, 0.0, 0.0),
        Gate("soft-landing", "soft landing", soft, SOFT_KM, SOFT_SINK_M_S, 0.0, 0.0),
    )
    return descend(lit, ground, gates, touchdown, Provenance.PLANNED)


def _state_at(coast: Path, tdb_s: float) -> OrbitState:
    """Fly on from the last node before an epoch: exact where interpolation would be a millimetre off."""
    step = int(np.searchsorted(coast.tdb_s[:, 0], tdb_s, side="right")) - 1
    begin = float(coast.tdb_s[step, 0])
    last = propagate(Force(GRAVITY), begin, tdb_s, even_fractions(3), coast.state[step]).last[0]
    return OrbitState(tdb_s, last[:3].copy(), last[3:6].copy())


def _cut(orbit: Arc, end: OrbitState) -> Arc:
    """Return an arc up to a state, which becomes its last node."""
    kept = orbit.tdb_s < end.tdb_s - 1.0

    def with_end(nodes: FloatArray, last: FloatArray | float) -> FloatArray:
        return np.concatenate([nodes[kept], np.asarray(last)[None]])

    return Arc(
        orbit.name, orbit.centre_id, with_end(orbit.tdb_s, end.tdb_s), with_end(orbit.position_km, end.position_km),
        with_end(orbit.velocity_km_s, end.velocity_km_s), orbit.provenance, orbit.kind,
    )  # fmt: skip


def _arc(name: str, path: Path, kind: str) -> Arc:
    return Arc(
        name, MOON.naif_id, path.tdb_s[:, 0].copy(), path.state[:, 0, :3].copy(),
        path.state[:, 0, 3:6].copy(), Provenance.PLANNED, kind,
    )  # fmt: skip
