"""What gravity does to a coasting craft, well enough to tell thrust from it. Core.

Earth, Moon and Sun as points, the flattening of the centre; what is left out (the Moon's lumps, sunlight, drag) moves a
craft by less than 0.5 m/s between nodes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.bodies import EARTH, MOON, SUN, body_of_id
from visualizer.core.constants import J2_EARTH
from visualizer.core.ephemeris import Ephemeris
from visualizer.core.moon_axes import rot_moon_pa_from_icrf

# LP165P: J2 of the Moon (Konopliv et al. 2001); the Earth's pole is taken as ICRF's, 0.3 degrees off at most.
J2_MOON: Final = 2.0323e-4
STEP_RAD: Final = 0.02
STEPS_MAX: Final = 20_000
DOUBT_RATIO: Final = {EARTH.naif_id: 1e-5, MOON.naif_id: 1e-3}
DOUBT_LEAST_KM_S2: Final = 1e-9


def pull_km_s2(pos_km: FloatArray, tdb_s: FloatArray, centre_id: int, ephemeris: Ephemeris) -> FloatArray:
    """Return the acceleration of a coasting craft relative to its centre, (n, 3) km/s2, ICRF axes."""
    return central_pull_km_s2(pos_km, centre_id) + small_pulls_km_s2(pos_km, tdb_s, centre_id, ephemeris)


def central_pull_km_s2(pos_km: FloatArray, centre_id: int) -> FloatArray:
    """Return the pull of the centre as a point, (n, 3) km/s2."""
    return -body_of_id(centre_id).gm_km3_s2 * _inverse_square(pos_km)


def small_pulls_km_s2(pos_km: FloatArray, tdb_s: FloatArray, centre_id: int, ephemeris: Ephemeris) -> FloatArray:
    """Return the pulls of the other bodies and of the centre's flattening, (n, 3) km/s2."""
    total = np.zeros_like(pos_km)
    for body in (EARTH, MOON, SUN):
        if body.naif_id != centre_id:
            to_body = ephemeris.position_km(body.naif_id, centre_id, tdb_s)
            to_craft = to_body - pos_km
            total += body.gm_km3_s2 * (_inverse_square(to_craft) - _inverse_square(to_body))
    if centre_id in DOUBT_RATIO:
        total += _flattening(pos_km, tdb_s, centre_id)
    return np.asarray(total)


def _inverse_square(vectors_km: FloatArray) -> FloatArray:
    return np.asarray(vectors_km / norm(vectors_km)[..., np.newaxis] ** 3)


def _flattening(pos_km: FloatArray, tdb_s: FloatArray, centre_id: int) -> FloatArray:
    """Return the pull of the second zonal harmonic, (n, 3) km/s2."""
    body = body_of_id(centre_id)
    pole = rot_moon_pa_from_icrf(tdb_s)[..., 2, :] if body is MOON else np.array([0.0, 0.0, 1.0])
    j2 = J2_MOON if body is MOON else J2_EARTH
    away, distance = unit(pos_km), norm(pos_km)[..., np.newaxis]
    sine = np.sum(away * pole, axis=-1, keepdims=True)
    strength = -1.5 * j2 * body.gm_km3_s2 * body.radius_km**2 / distance**4
    return np.asarray(strength * ((1.0 - 5.0 * sine**2) * away + 2.0 * sine * pole))


def doubt_km_s2(pos_km: FloatArray, centre_id: int) -> FloatArray:
    """Return how much acceleration `pull_km_s2` may lack, (n,) km/s2: lumps fade with the fifth power of distance."""
    body, distance = body_of_id(centre_id), norm(pos_km)
    lumps = DOUBT_RATIO.get(centre_id, 0.0) * body.gm_km3_s2 / distance**2 * (body.radius_km / distance) ** 3
    return np.asarray(np.maximum(lumps, DOUBT_LEAST_KM_S2))


def coast(
    pos_km: FloatArray, vel_km_s: FloatArray, start_tdb_s: float, end_tdb_s: float, centre_id: int, ephemeris: Ephemeris
) -> tuple[FloatArray, FloatArray]:
    """Return where a coasting craft gets to, (3,) km and (3,) km/s, by Runge and Kutta's fourth order.

    Steps are a fiftieth of the distance from the centre at most.
    """
    now, pos, vel = start_tdb_s, pos_km, vel_km_s
    for _ in range(STEPS_MAX):
        h = min(end_tdb_s - now, STEP_RAD * float(norm(pos) / norm(vel)))
        if h <= 0.0:
            break
        a1 = pull_km_s2(pos, np.asarray(now), centre_id, ephemeris)
        a2 = pull_km_s2(pos + 0.5 * h * vel, np.asarray(now + 0.5 * h), centre_id, ephemeris)
        a3 = pull_km_s2(pos + 0.5 * h * vel + 0.25 * h * h * a1, np.asarray(now + 0.5 * h), centre_id, ephemeris)
        a4 = pull_km_s2(pos + h * vel + 0.5 * h * h * a2, np.asarray(now + h), centre_id, ephemeris)
        pos = pos + h * vel + h * h * (a1 + a2 + a3) / 6.0
        vel = vel + h * (a1 + 2.0 * a2 + 2.0 * a3 + a4) / 6.0
        now += h
    return pos, vel
