"""Lines on the globes: graticule, coasts, terminator. Points lie on the ellipsoid or on the relief."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, cross, perpendicular, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import (
    RADIUS_EARTH_EQUATOR_KM,
    RADIUS_EARTH_POLE_KM,
    RADIUS_MOON_KM,
)
from visualizer.core.geometry import earth_geodetic, earth_position_itrs_km, position_on_sphere_km, spherical_subpoint
from visualizer.core.relief import bundled_relief
from visualizer.model.shapes import IndexArray, joined
from visualizer.resources import load_arrays

GRATICULE_STEP_DEG: Final = 15
LIFT_KM: Final = {EARTH.naif_id: 1.0, MOON.naif_id: 0.15}
LABELS_WITHIN_RADII: Final = 25.0


def on_ground_km(body_id: int, lat_rad: FloatArray, lon_rad: FloatArray, lift_km: float = 0.0) -> FloatArray:
    """Return places on a body's ground, (n, 3) km, body-fixed: on WGS84 (geodetic latitude) or the Moon's relief."""
    if body_id == EARTH.naif_id:
        return earth_position_itrs_km(lat_rad, lon_rad, lift_km)
    height = bundled_relief().height_km(lat_rad, lon_rad)
    return position_on_sphere_km(lat_rad, lon_rad, RADIUS_MOON_KM + height + lift_km)


@cache
def graticule(body_id: int) -> tuple[FloatArray, IndexArray]:
    """Return meridians and parallels every 15 degrees, body-fixed km, and where each line begins."""
    along_lat, along_lon = np.deg2rad(np.arange(-90.0, 90.5, 1.0)), np.deg2rad(np.arange(-180.0, 180.5, 1.0))
    lift = LIFT_KM[body_id]
    # Only every third meridian goes on to the poles, so that they do not crowd there.
    lines = []
    for lon_deg in range(-180, 180, GRATICULE_STEP_DEG):
        lat = along_lat if lon_deg % 90 == 0 else along_lat[15:-15]
        lines.append(on_ground_km(body_id, lat, np.full(len(lat), np.deg2rad(lon_deg)), lift))
    for lat_deg in range(-75, 90, GRATICULE_STEP_DEG):
        lines.append(on_ground_km(body_id, np.full(len(along_lon), np.deg2rad(lat_deg)), along_lon, lift))
    return joined(lines)


def graticule_labels(body_id: int, camera_fixed_km: FloatArray) -> list[tuple[str, FloatArray]]:
    """Return words and places (body-fixed km) of the lines' degrees, along the line nearest to the camera each way."""
    lat, lon = (
        (earth_geodetic(camera_fixed_km)[:2]) if body_id == EARTH.naif_id else spherical_subpoint(camera_fixed_km)
    )
    radius = RADIUS_EARTH_EQUATOR_KM if body_id == EARTH.naif_id else RADIUS_MOON_KM
    if float(np.linalg.norm(camera_fixed_km)) > LABELS_WITHIN_RADII * radius:
        return []
    step = GRATICULE_STEP_DEG
    near_lat = float(np.clip(step * round(float(np.rad2deg(lat)) / step), -60, 60))
    near_lon = float(step * round(float(np.rad2deg(lon)) / step))
    places: list[tuple[str, float, float]] = [
        (f"{abs(a)}° {'N' if a > 0 else 'S'}" if a else "0°", a, near_lon + 0.5 * step) for a in range(-75, 90, step)
    ]
    for b in range(-180, 180, step):
        words = f"{abs(b)}°" if b in (0, -180) else f"{abs(b)}° {'E' if b > 0 else 'W'}"
        places.append((words, near_lat + 0.5 * step, b))
    at = np.deg2rad(np.array([place[1:] for place in places], dtype=np.float64))
    ground = on_ground_km(body_id, at[:, 0], at[:, 1], LIFT_KM[body_id])
    return [(words, place) for (words, _, _), place in zip(places, ground, strict=True)]


@cache
def coasts() -> tuple[FloatArray, IndexArray]:
    """Return the Earth's coasts, body-fixed km, and where each line begins."""
    data = load_arrays("earth/coast.npz")
    lat_lon = np.deg2rad(data["lat_lon"].astype(np.float64) * float(data["unit_deg"][0]))
    return on_ground_km(EARTH.naif_id, lat_lon[:, 0], lat_lon[:, 1], LIFT_KM[EARTH.naif_id]), data["starts"].astype(
        np.intp
    )


def terminator_km(body_id: int, sun_fixed_unit: FloatArray, points: int = 361) -> FloatArray:
    """Return where the Sun's centre stands on the horizon, (points, 3) body-fixed km, closed.

    Notes
    -----
    On the ellipsoid with half axes A = diag(a, a, b) a point is A u with |u| = 1 and its normal is along A^-1 u; the
    Sun is on the horizon where u is at right angles to A^-1 s. On the Moon the line follows the relief, but the
    horizon is the mean sphere's.
    """
    is_earth = body_id == EARTH.naif_id
    half = np.array([RADIUS_EARTH_EQUATOR_KM] * 2 + [RADIUS_EARTH_POLE_KM]) if is_earth else np.full(3, RADIUS_MOON_KM)
    pole = unit(sun_fixed_unit / half)
    first = perpendicular(pole)
    angle = np.linspace(0.0, 2.0 * np.pi, points)[:, np.newaxis]
    circle = np.cos(angle) * first + np.sin(angle) * cross(pole, first)
    place = circle * half
    if is_earth:
        return np.asarray(place * (1.0 + LIFT_KM[body_id] / RADIUS_EARTH_EQUATOR_KM))
    return on_ground_km(body_id, *spherical_subpoint(place), LIFT_KM[body_id])
