"""The shadows of Earth and Moon as cones: the umbra to its apex, the penumbra as far."""

from __future__ import annotations

from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, cross, perpendicular, unit
from visualizer.core.constants import RADIUS_SUN_KM
from visualizer.model.shapes import VeilState

COLUMNS: Final = 96
SHARES: Final = np.linspace(0.0, 1.0, 13) ** 2  # denser at the body


def umbra_length_km(body_radius_km: float, sun_distance_km: float) -> float:
    """Return how far behind a body's centre its umbra ends: R d / (R_sun - R)."""
    return body_radius_km * sun_distance_km / (RADIUS_SUN_KM - body_radius_km)


def shadow_radius_km(body_radius_km: float, sun_distance_km: float, behind_km: FloatArray, sign: float) -> FloatArray:
    """Return the radius of the umbra (`sign` -1) or penumbra (+1) at distances behind a body's centre, (...) km."""
    sine = (RADIUS_SUN_KM + sign * body_radius_km) / sun_distance_km
    return np.asarray((body_radius_km + sign * behind_km * sine) / np.sqrt(1.0 - sine * sine))


def shadow_veil(
    name: str, body_pos_km: FloatArray, body_radius_km: float, sun_pos_km: FloatArray, sign: float
) -> VeilState:
    """Return the surface of a body's umbra (`sign` -1) or penumbra (+1).

    Parameters
    ----------
    name : of the body
    body_pos_km, sun_pos_km : (3,) relative to the Earth, ICRF axes
    """
    offset = body_pos_km - sun_pos_km
    distance = float(np.linalg.norm(offset))
    axis = unit(offset)
    aside = perpendicular(axis)
    sine = (RADIUS_SUN_KM + sign * body_radius_km) / distance
    # The cone touches the body a little toward the Sun for the umbra, away from it for the penumbra.
    touch_km = sign * body_radius_km * sine
    behind = touch_km + (umbra_length_km(body_radius_km, distance) - touch_km) * SHARES
    around = np.linspace(0.0, 2.0 * np.pi, COLUMNS + 1)[:, np.newaxis]
    ring = np.cos(around) * aside + np.sin(around) * cross(axis, aside)
    radius = np.maximum(shadow_radius_km(body_radius_km, distance, behind, sign), 0.0)
    points = behind[:, np.newaxis, np.newaxis] * axis + radius[:, np.newaxis, np.newaxis] * ring
    normals = np.sqrt(1.0 - sine * sine) * ring - sign * sine * axis
    role = "umbra" if sign < 0.0 else "penumbra"
    return VeilState(f"{role}/{name}", role, body_pos_km, points, np.broadcast_to(normals, points.shape))
