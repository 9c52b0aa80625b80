"""What can be said of a position: altitude, sub-point, range, light time, angles, speeds.

Vectors are relative to the named body; `fixed` means that body's rotating axes. Angles are radians.
"""

from __future__ import annotations

import erfa
import numpy as np

from visualizer.core.arrays import FloatArray, angle_between_rad, cross, dot, norm
from visualizer.core.constants import C_KM_S, FLATTENING_EARTH, RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM


def spherical_subpoint(pos_fixed_km: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return latitude and longitude (east positive, -pi to pi) of the point below, (...) rad each."""
    x, y, z = pos_fixed_km[..., 0], pos_fixed_km[..., 1], pos_fixed_km[..., 2]
    return np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)


def position_on_sphere_km(
    lat_rad: float | FloatArray, lon_rad: float | FloatArray, radius_km: float | FloatArray
) -> FloatArray:
    """Return the body-fixed position at a latitude, an east longitude and a radius, (..., 3) km."""
    cos_lat = np.cos(lat_rad)
    parts = [cos_lat * np.cos(lon_rad), cos_lat * np.sin(lon_rad), np.sin(lat_rad) * np.ones_like(lon_rad)]
    return np.asarray(np.stack(parts, axis=-1) * np.asarray(radius_km)[..., np.newaxis], dtype=np.float64)


def moon_altitude_km(pos_wrt_moon_km: FloatArray) -> FloatArray:
    """Return the height above the 1737.4 km sphere, (...) km; negative below it."""
    return np.asarray(norm(pos_wrt_moon_km) - RADIUS_MOON_KM)


def earth_geodetic(pos_wrt_earth_itrs_km: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return geodetic latitude (rad), east longitude (rad) and height (km) on WGS84, (...) each.

    Notes
    -----
    ERFA's `gc2gde` (Fukushima 2006); exact to nanometres outside the Earth's core.
    """
    lon, lat, height, _ = erfa.ufunc.gc2gde(RADIUS_EARTH_EQUATOR_KM, FLATTENING_EARTH, pos_wrt_earth_itrs_km)
    return np.asarray(lat), np.asarray(lon), np.asarray(height)


def earth_position_itrs_km(
    lat_rad: float | FloatArray, lon_rad: float | FloatArray, height_km: float | FloatArray
) -> FloatArray:
    """Return the Earth-fixed position of geodetic places on WGS84, (..., 3) km."""
    position, _ = erfa.ufunc.gd2gce(RADIUS_EARTH_EQUATOR_KM, FLATTENING_EARTH, lon_rad, lat_rad, height_km)
    return np.asarray(position, dtype=np.float64)


def velocity_in_rotating_axes_km_s(
    pos_fixed_km: FloatArray, vel_inertial_in_fixed_km_s: FloatArray, rotation_rad_s: FloatArray
) -> FloatArray:
    """Return the velocity that an observer turning with the body sees, (..., 3) km/s.

    Parameters
    ----------
    pos_fixed_km : (..., 3) in body-fixed axes
    vel_inertial_in_fixed_km_s : (..., 3) inertial velocity, its components taken along the fixed axes
    rotation_rad_s : (..., 3) the body's angular velocity in its fixed axes
    """
    return np.asarray(vel_inertial_in_fixed_km_s - cross(rotation_rad_s, pos_fixed_km))


def range_rate_km_s(pos_km: FloatArray, vel_km_s: FloatArray) -> FloatArray:
    """Return how fast the distance grows, (...) km/s."""
    return np.asarray(dot(pos_km, vel_km_s) / norm(pos_km))


def light_time_s(distance_km: float | FloatArray) -> FloatArray:
    """Return how long light takes over a distance, (...) s; geometric, positions of one instant."""
    return np.asarray(distance_km, dtype=np.float64) / C_KM_S


def phase_angle_rad(pos_sun_wrt_body_km: FloatArray, pos_observer_wrt_body_km: FloatArray) -> FloatArray:
    """Return the angle Sun - body - observer: 0 when the observer sees a full disc, (...) rad."""
    return angle_between_rad(pos_sun_wrt_body_km, pos_observer_wrt_body_km)


def lit_fraction_of_disc(phase_rad: float | FloatArray) -> FloatArray:
    """Return which part of a far sphere's disc is lit, 0 to 1."""
    return np.asarray(0.5 * (1.0 + np.cos(phase_rad)))


def elevation_rad(pos_target_wrt_site_km: FloatArray, up_unit: FloatArray) -> FloatArray:
    """Return the angle of a target above the plane normal to `up_unit`, (...) rad; no refraction."""
    return np.asarray(np.pi / 2.0 - angle_between_rad(pos_target_wrt_site_km, up_unit))
