"""Smooth curves where nothing was tracked: ascent to the first tracked position, entry after the last one.

Missions, tracking. Distance, angle along the plane and angle across it are polynomials of the fifth degree that meet
the states at both ends. They are drawn for completeness and are marked synthetic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.bodies import EARTH
from visualizer.core.constants import EARTH_ROTATION_RAD_S
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.geometry import earth_position_itrs_km
from visualizer.core.trajectory import Arc, Provenance
from visualizer.missions.document import DocumentSite

Ends = Sequence[float]


def place_on_earth(site: DocumentSite, tdb_s: float) -> FloatArray:
    """Return the state (6,) of a place on the turning Earth, km and km/s, ICRF axes."""
    fixed = earth_position_itrs_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1e-3 * site.height_m)
    rot = rot_itrs_from_icrf(tdb_s)
    place = rot.T @ fixed
    return np.concatenate([place, EARTH_ROTATION_RAD_S * np.cross(rot[2], place)])


def schematic_arc(
    name: str, kind: str, start_tdb_s: float, start: FloatArray, end_tdb_s: float, end: FloatArray,
    plane: FloatArray, *, turns: int = 0, step_s: float = 10.0,
) -> Arc:  # fmt: skip
    """Return a smooth arc about the Earth between two states.

    Parameters
    ----------
    name, kind : of the arc
    start, end : (6,) states, km and km/s, ICRF axes
    plane : (6,) state whose orbit plane is flown in
    turns : whole revolutions beyond the shortest way ahead
    step_s : between nodes
    """
    axes = _plane_axes(plane)
    first, last = _polar(axes, start), _polar(axes, end)
    while last[1][0] < first[1][0]:
        last[1][0] += 2.0 * np.pi
    last[1][0] += 2.0 * np.pi * turns
    span_s = end_tdb_s - start_tdb_s
    t_s = np.linspace(0.0, span_s, max(4, round(span_s / step_s)) + 1)
    curves = [quintic(t_s, span_s, a, b) for a, b in zip(first, last, strict=True)]
    position, velocity = _cartesian(axes, *(np.stack([curve[i] for curve in curves]) for i in (0, 1)))
    return Arc(name, EARTH.naif_id, start_tdb_s + t_s, position, velocity, Provenance.SYNTHETIC, kind)


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


def _plane_axes(state: FloatArray) -> FloatArray:
    """Return rows: outwards, ahead in the orbit plane, the plane's normal."""
    outward, normal = unit(state[:3]), unit(np.cross(state[:3], state[3:6]))
    return np.stack([outward, np.cross(normal, outward), normal])


def _polar(axes: FloatArray, state: FloatArray) -> list[list[float]]:
    """Return radius, angle along the plane and angle across it, each with its rate and no second rate."""
    (x, y, z), (u, v, w) = axes @ state[:3], axes @ state[3:6]
    level2, radius = x * x + y * y, float(norm(state[:3]))
    radius_rate = float(state[:3] @ state[3:6]) / radius
    along_rate = (x * v - y * u) / level2
    across_rate = (w * radius - z * radius_rate) / (radius * np.sqrt(level2))
    return [
        [radius, radius_rate, 0.0],
        [float(np.arctan2(y, x)), float(along_rate), 0.0],
        [float(np.arcsin(z / radius)), float(across_rate), 0.0],
    ]


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
