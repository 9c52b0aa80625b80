"""From the pad to the third stage's separation: a smooth schematic arc, not a simulation.

Missions, reconstruction. No ascent data were published beyond its direction and two times, so the arc is three
polynomials of the fifth degree (height, angle along the orbit plane, angle across it) that leave the turning pad
at rest on it and meet the solved flight in position and velocity.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.constants import EARTH_ROTATION_RAD_S
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.missions.reconstruction.plan import Plan

STEP_S = 6.0
LIFT_OFF_KM_S2 = 0.004
CUT_OFF_KM_S2 = 0.012


def ascent_states(plan: Plan, end_state: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return epochs (n,), positions (n, 3) km and velocities (n, 3) km/s, ICRF axes about the Earth.

    Parameters
    ----------
    plan : for the pad and the times
    end_state : (7,) state at the third stage's separation
    """
    start, end = plan.epoch("launch-time"), plan.epoch("third-stage-separation")
    span_s = end - start
    tdb_s = np.linspace(start, end, round(span_s / STEP_S) + 1)
    place, speed = _pad_state(plan, start)
    axes = _plane_axes(end_state)
    first, last = _polar(axes, place, speed), _polar(axes, end_state[:3], end_state[3:6])
    radius, radius_rate = _quintic(tdb_s - start, span_s, first[0], last[0], LIFT_OFF_KM_S2, -0.002)
    pull = CUT_OFF_KM_S2 / last[0][0]
    along, along_rate = _quintic(tdb_s - start, span_s, first[1], last[1], 0.0, pull)
    across, across_rate = _quintic(tdb_s - start, span_s, first[2], last[2], 0.0, 0.0)
    return tdb_s, *_cartesian(axes, np.stack([radius, along, across]), np.stack([radius_rate, along_rate, across_rate]))


def _pad_state(plan: Plan, tdb_s: float) -> tuple[FloatArray, FloatArray]:
    """Return the pad's position and its velocity with the turning Earth, ICRF axes."""
    place = plan.pad_icrf_km(tdb_s)
    pole = rot_itrs_from_icrf(tdb_s)[2]
    return place, EARTH_ROTATION_RAD_S * np.cross(pole, place)


def _plane_axes(state: FloatArray) -> FloatArray:
    """Return rows: towards the end of the ascent, ahead of it in the orbit plane, the plane's normal."""
    outward = unit(state[:3])
    normal = unit(np.cross(state[:3], state[3:6]))
    return np.stack([outward, np.cross(normal, outward), normal])


def _polar(axes: FloatArray, place: FloatArray, speed: FloatArray) -> FloatArray:
    """Return (3, 2): radius, angle along the plane, angle across it, each with its rate."""
    (x, y, z), (u, v, w) = axes @ place, axes @ speed
    level2, radius = x * x + y * y, float(norm(place))
    radius_rate = float(place @ speed) / radius
    along_rate = (x * v - y * u) / level2
    across_rate = (w * radius - z * radius_rate) / (radius * np.sqrt(level2))
    angles = np.arctan2(y, x), np.arcsin(z / radius)
    return np.array([[radius, radius_rate], [angles[0], along_rate], [angles[1], across_rate]])


def _quintic(
    t_s: FloatArray, span_s: float, first: FloatArray, last: FloatArray, first_pull: float, last_pull: float
) -> tuple[FloatArray, FloatArray]:
    """Return the polynomial of degree 5 with given values, rates and second rates at both ends, and its rate."""
    x = t_s / span_s
    value, rate, pull = first[0], first[1] * span_s, 0.5 * first_pull * span_s**2
    rest = np.array(
        [
            last[0] - value - rate - pull,
            last[1] * span_s - rate - 2.0 * pull,
            last_pull * span_s**2 - 2.0 * pull,
        ]
    )
    a, b, c = np.linalg.solve(np.array([[1.0, 1.0, 1.0], [3.0, 4.0, 5.0], [6.0, 12.0, 20.0]]), rest)
    curve = np.polynomial.Polynomial([value, rate, pull, a, b, c])
    return np.asarray(curve(x)), np.asarray(curve.deriv()(x) / span_s)


def _cartesian(axes: FloatArray, polar: FloatArray, rates: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return positions and velocities, (n, 3) each, from radius and the two angles and their rates."""
    radius, along, across = polar
    ca, sa, cb, sb = np.cos(along), np.sin(along), np.cos(across), np.sin(across)
    outward = np.stack([cb * ca, cb * sa, sb], axis=-1)
    ahead = np.stack([-sa, ca, np.zeros_like(ca)], axis=-1)
    aside = np.stack([-sb * ca, -sb * sa, cb], axis=-1)
    velocity = (
        rates[0][:, None] * outward + (radius * cb * rates[1])[:, None] * ahead + (radius * rates[2])[:, None] * aside
    )
    return np.asarray((radius[:, None] * outward) @ axes), np.asarray(velocity @ axes)
