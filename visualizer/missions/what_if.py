"""What if the last burn had ended sooner? The same burn, any duration, flown again.

Missions. Engine, angles and mass are the solution's; only the end of the burn moves. Epochs are the flight's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_MOON_KM
from visualizer.core.elements import elements_from_state
from visualizer.core.forces import Engine, Force, Gravity, flow_from_thrust_kg_s
from visualizer.core.geometry import spherical_subpoint
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.propagation import Crossing, Path, even_fractions, find_crossing, propagate
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission, SolvedBurn

LAST_BURN = "last-burn"
LONGEST_S = 127.0
HORIZON_S = 9000.0
FIRST_LOOK_S = 4200.0
GRAVITY = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 30)
COAST_STEP_S = 60.0


@dataclass(frozen=True, slots=True)
class WhatIfImpact:
    """Where and when it would hit the ground: TDB s past J2000; deg, mean-Earth axes, east-positive."""

    tdb_s: float
    lat_deg: float
    lon_deg: float


@dataclass(frozen=True)
class WhatIf:
    """The flight after a last burn of another length.

    Attributes
    ----------
    duration_s : of the burn
    perilune_km, apolune_km : osculating heights over the 1737.4 km sphere when the burn ends
    impact : or None where it stays above the ground that long
    trajectory : from the start of the burn to the impact, or two and a half hours past the burn
    """

    duration_s: float
    perilune_km: float
    apolune_km: float
    impact: WhatIfImpact | None
    trajectory: Trajectory


def last_burn(mission: Mission, duration_s: float) -> WhatIf:
    """Fly the last burn for another duration, then on to the ground or for two and a half hours.

    Parameters
    ----------
    mission : one with a burn `last-burn` (Luna-25)
    duration_s : 0 to 127 s

    Raises
    ------
    CommandError
        If the duration is outside 0 to 127 s.
    MissionError
        If the mission has no such burn.

    Notes
    -----
    The ground is a sphere at the height of the real impact (-360 m); hills and valleys are not felt.
    """
    if not 0.0 <= duration_s <= LONGEST_S:
        raise CommandError(f"last burn of {duration_s:g} s: choose 0 to {LONGEST_S:g} s")
    start, state = burn_start(mission)
    arcs = []
    if duration_s > 0.0:
        steps = even_fractions(max(3, round(duration_s / 21.0)))
        path = propagate(Force(GRAVITY, last_burn_engine(mission)), start, start + duration_s, steps, state)
        arcs.append(_arc(f"last burn of {duration_s:g} s", path, "burn"))
        state = path.last
    orbit = elements_from_state(state[0, :3], state[0, 3:6], GM_MOON_LP165P_KM3_S2)
    path, hit = _coast(start + duration_s, state, ground_radius_km(mission))
    arcs.append(_arc("after the burn", path, "coast"))
    return WhatIf(
        duration_s,
        float(orbit.periapsis_radius_km) - RADIUS_MOON_KM,
        float(orbit.apoapsis_radius_km) - RADIUS_MOON_KM,
        hit,
        Trajectory(f"{mission.name}, burn of {duration_s:g} s", tuple(arcs)),
    )


def last_burn_of(mission: Mission) -> SolvedBurn:
    """Return the burn that is varied; raise `MissionError` where the mission has none."""
    return mission.burn(LAST_BURN)


def burn_start(mission: Mission) -> tuple[float, FloatArray]:
    """Return the epoch (TDB s) and the state (1, 7) km, km/s, kg about the Moon where the last burn begins."""
    burn = last_burn_of(mission)
    arc = mission.trajectory.arc_at(burn.start_tdb_s + 1e-3)
    row = np.concatenate([arc.position_km[0], arc.velocity_km_s[0], [burn.mass_before_kg]])
    return arc.start_tdb_s, row[None]


def last_burn_engine(mission: Mission) -> Engine:
    """Return the engine of the last burn as it was solved."""
    burn = last_burn_of(mission)
    thrust = np.array([burn.thrust_n])
    angles = np.deg2rad([[burn.pitch_deg, burn.yaw_deg]])
    return Engine(thrust, flow_from_thrust_kg_s(thrust, burn.specific_impulse_s), "velocity", angles)


def ground_radius_km(mission: Mission) -> float:
    """Return the radius of the ground at the impact, km from the Moon's centre."""
    heights = [site.height_m for site in mission.sites if site.kind == "impact"]
    return RADIUS_MOON_KM + 1e-3 * (heights[0] if heights else 0.0)


def _coast(start_tdb_s: float, state: FloatArray, ground_km: float) -> tuple[Path, WhatIfImpact | None]:
    """Fly on for one look of 70 min, then to the horizon; stop at the ground."""
    path = _look(start_tdb_s, FIRST_LOOK_S, state)
    hit = find_crossing(path, ground_km)
    if np.isnan(hit.tdb_s[0]):
        rest = _look(start_tdb_s + FIRST_LOOK_S, HORIZON_S - FIRST_LOOK_S, path.last)
        parts = zip((path.tdb_s, path.state), (rest.tdb_s[1:], rest.state[1:]), strict=True)
        path = Path(*(np.concatenate(pair) for pair in parts))
        hit = find_crossing(path, ground_km)
    if np.isnan(hit.tdb_s[0]):
        return path, None
    return _look(start_tdb_s, float(hit.tdb_s[0]) - start_tdb_s, state), _impact(hit)


def _look(start_tdb_s: float, span_s: float, state: FloatArray) -> Path:
    steps = even_fractions(max(3, round(span_s / COAST_STEP_S)))
    return propagate(Force(GRAVITY), start_tdb_s, start_tdb_s + span_s, steps, state)


def _impact(hit: Crossing) -> WhatIfImpact:
    tdb_s = float(hit.tdb_s[0])
    lat, lon = spherical_subpoint(rot_moon_me_from_icrf(tdb_s) @ hit.position_km[0])
    return WhatIfImpact(tdb_s, float(np.rad2deg(lat)), float(np.rad2deg(lon)))


def _arc(name: str, path: Path, kind: str) -> Arc:
    return Arc(
        name, MOON.naif_id, path.tdb_s[:, 0].copy(), path.state[:, 0, :3].copy(),
        path.state[:, 0, 3:6].copy(), Provenance.SYNTHETIC, kind,
    )  # fmt: skip
