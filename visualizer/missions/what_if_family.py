"""The last burn for many durations at once: a table fast enough for a slider.

Missions. One batch flies every duration; `what_if.last_burn` flies a single one in finer steps and keeps its
path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_MOON_KM
from visualizer.core.elements import elements_from_state
from visualizer.core.forces import Engine, Force, Gravity, flow_from_thrust_kg_s
from visualizer.core.geometry import spherical_subpoint
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.propagation import Path, even_fractions, find_crossing, propagate
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission
from visualizer.missions.what_if import LONGEST_S, WhatIfImpact, burn_start, ground_radius_km, last_burn_of

FIELD_DEGREE: Final = 30
LOOK_S: Final = 4200.0
STEP_S: Final = 84.0
SHORTEST_S: Final = 1e-3


@dataclass(frozen=True, slots=True)
class WhatIfRow:
    """What one duration of the burn leads to.

    Attributes
    ----------
    duration_s : of the burn
    delta_v_m_s : how much it changes the speed
    perilune_km, apolune_km : osculating heights over the 1737.4 km sphere when it ends
    lowest_km : the lowest height in the 70 minutes after it (perilune comes 50 to 60 minutes after)
    impact : where and when it hits the ground in that time, or None
    """

    duration_s: float
    delta_v_m_s: float
    perilune_km: float
    apolune_km: float
    lowest_km: float
    impact: WhatIfImpact | None


def last_burn_family(mission: Mission, durations_s: Sequence[float]) -> list[WhatIfRow]:
    """Fly the last burn for each duration, then on for 70 minutes or to the ground.

    Parameters
    ----------
    mission : one with a burn `last-burn` (Luna-25)
    durations_s : each from 0 to 127 s

    Raises
    ------
    CommandError
        If a duration is outside 0 to 127 s, or there are none.
    MissionError
        If the mission has no such burn.

    Notes
    -----
    Lunar field 30 x 30 in steps of 84 s: perilune and impact agree with `last_burn` within 0.1 km and
    1 s (`tests/test_what_if_family.py`). 128 durations take under a second on one core.
    """
    lengths = np.array(durations_s, dtype=np.float64)
    if not len(lengths) or not np.all((lengths >= 0.0) & (lengths <= LONGEST_S)):
        raise CommandError(f"last burn: choose durations from 0 to {LONGEST_S:g} s")
    start_tdb_s, state = burn_start(mission)
    burnt = _burn(mission, start_tdb_s, state, lengths)
    orbit = elements_from_state(burnt[:, :3], burnt[:, 3:6], GM_MOON_LP165P_KM3_S2)
    begin = start_tdb_s + lengths
    path = propagate(Force(_gravity()), begin, begin + LOOK_S, even_fractions(round(LOOK_S / STEP_S)), burnt)
    impacts = _impacts(path, ground_radius_km(mission))
    lowest = norm(path.state[..., :3]).min(axis=0) - RADIUS_MOON_KM
    exhaust_m_s = 9.80665 * last_burn_of(mission).specific_impulse_s
    delta_v = exhaust_m_s * np.log(state[0, 6] / burnt[:, 6])
    return [
        WhatIfRow(
            float(length),
            float(delta_v[i]),
            float(orbit.periapsis_radius_km[i]) - RADIUS_MOON_KM,
            float(orbit.apoapsis_radius_km[i]) - RADIUS_MOON_KM,
            float(lowest[i]),
            impacts[i],
        )
        for i, length in enumerate(lengths)
    ]


def _gravity() -> Gravity:
    return Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), FIELD_DEGREE)


def _burn(mission: Mission, start_tdb_s: float, state: FloatArray, lengths: FloatArray) -> FloatArray:
    """Return the states at the ends of the burns, (b, 7); the shortest burn is a millisecond."""
    burn = last_burn_of(mission)
    count = len(lengths)
    thrust = np.full(count, burn.thrust_n)
    aim = np.tile(np.deg2rad([[burn.pitch_deg, burn.yaw_deg]]), (count, 1))
    engine = Engine(thrust, flow_from_thrust_kg_s(thrust, burn.specific_impulse_s), "velocity", aim)
    ends = start_tdb_s + np.maximum(lengths, SHORTEST_S)
    starts = np.full(count, start_tdb_s)
    path = propagate(Force(_gravity(), engine), starts, ends, even_fractions(3), np.repeat(state, count, axis=0))
    return path.last


def _impacts(path: Path, ground_km: float) -> list[WhatIfImpact | None]:
    hit = find_crossing(path, ground_km)
    found = np.isfinite(hit.tdb_s)
    epochs = np.where(found, hit.tdb_s, path.tdb_s[0])
    places = np.where(found[:, None], hit.position_km, np.array([1.0, 0.0, 0.0]))
    lat, lon = spherical_subpoint(rotate(rot_moon_me_from_icrf(epochs), places))
    return [
        WhatIfImpact(float(t), float(np.rad2deg(a)), float(np.rad2deg(o))) if is_hit else None
        for is_hit, t, a, o in zip(found, epochs, lat, lon, strict=True)
    ]
