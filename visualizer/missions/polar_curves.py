"""Smooth schematic curves about a body: distance, angle along a plane and angle across it, each a curve of its own.

Missions. For stretches of which nothing was measured; what is drawn with them is marked synthetic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit

Ends = Sequence[float]


def plane_axes(state: FloatArray) -> FloatArray:
    """Return rows: outwards at a state (6 or more), ahead in its orbit plane, the plane's normal."""
    outward, normal = unit(state[:3]), unit(np.cross(state[:3], state[3:6]))
    return np.stack([outward, np.cross(normal, outward), normal])


def polar(axes: FloatArray, state: FloatArray) -> FloatArray:
    """Return (3, 2): radius, angle along the plane, angle across it, each with its rate."""
    (x, y, z), (u, v, w) = axes @ state[:3], axes @ state[3:6]
    level2, radius = x * x + y * y, float(norm(state[:3]))
    radius_rate = float(state[:3] @ state[3:6]) / radius
    along_rate = (x * v - y * u) / level2
    across_rate = (w * radius - z * radius_rate) / (radius * np.sqrt(level2))
    angles = np.arctan2(y, x), np.arcsin(z / radius)
    return np.array([[radius, radius_rate], [angles[0], along_rate], [angles[1], across_rate]])


def cartesian(axes: FloatArray, polar: FloatArray, rates: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return positions and velocities, (n, 3) each, from radius and the two angles, (3, n), and their rates."""
    radius, along, across = polar
    ca, sa, cb, sb = np.cos(along), np.sin(along), np.cos(across), np.sin(across)
    outward = np.stack([cb * ca, cb * sa, sb], axis=-1)
    ahead = np.stack([-sa, ca, np.zeros_like(ca)], axis=-1)
    aside = np.stack([-sb * ca, -sb * sa, cb], axis=-1)
    velocity = (
        rates[0][:, None] * outward + (radius * cb * rates[1])[:, None] * ahead + (radius * rates[2])[:, None] * aside
    )
    return np.asarray((radius[:, None] * outward) @ axes), np.asarray(velocity @ axes)


def quintic(t_s: FloatArray, span_s: float, first: Ends, last: Ends) -> tuple[FloatArray, FloatArray]:
    """Return the polynomial of degree 5 with given values, rates and second rates at both ends, and its rate."""
    x = t_s / span_s
    value, rate, pull = first[0], first[1] * span_s, 0.5 * first[2] * span_s**2
    rest = np.array(
        [
            last[0] - value - rate - pull,
            last[1] * span_s - rate - 2.0 * pull,
            last[2] * span_s**2 - 2.0 * pull,
        ]
    )
    a, b, c = np.linalg.solve(np.array([[1.0, 1.0, 1.0], [3.0, 4.0, 5.0], [6.0, 12.0, 20.0]]), rest)
    curve = np.polynomial.Polynomial([value, rate, pull, a, b, c])
    return np.asarray(curve(x)), np.asarray(curve.deriv()(x) / span_s)
