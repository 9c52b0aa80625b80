"""The shortest way over the ground: its length and the direction it sets out in, on a sphere and on the ellipsoid."""

from __future__ import annotations

from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import FLATTENING_EARTH, RADIUS_EARTH_EQUATOR_KM

ROUNDS: Final = 60
CLOSE_RAD: Final = 1e-13


def arc_on_sphere(
    lat_rad: FloatArray, lon_rad: FloatArray, other_lat_rad: FloatArray, other_lon_rad: FloatArray, radius_km: float
) -> tuple[FloatArray, FloatArray]:
    """Return length (km) and initial azimuth (rad, from north over east, 0 to 2 pi) of the great circle, (...) each."""
    turn = other_lon_rad - lon_rad
    east = np.cos(other_lat_rad) * np.sin(turn)
    north = np.cos(lat_rad) * np.sin(other_lat_rad) - np.sin(lat_rad) * np.cos(other_lat_rad) * np.cos(turn)
    up = np.sin(lat_rad) * np.sin(other_lat_rad) + np.cos(lat_rad) * np.cos(other_lat_rad) * np.cos(turn)
    arc = np.arctan2(np.hypot(east, north), up)
    return np.asarray(radius_km * arc), np.asarray(np.mod(np.arctan2(east, north), 2.0 * np.pi))


def arc_on_earth(
    lat_rad: FloatArray, lon_rad: FloatArray, other_lat_rad: FloatArray, other_lon_rad: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return length (km) and initial azimuth (rad, from north over east) of the geodesic on WGS84, (...) each.

    Parameters
    ----------
    lat_rad, lon_rad, other_lat_rad, other_lon_rad : (...) geodetic

    Notes
    -----
    Vincenty (1975), inverse formula: under a millimetre, but for points within half a degree of each other's
    antipodes, where its rounds do not close; there the length is good to 0.2 %.
    """
    f, a = FLATTENING_EARTH, RADIUS_EARTH_EQUATOR_KM
    b = a * (1.0 - f)
    u1, u2 = np.arctan((1.0 - f) * np.tan(lat_rad)), np.arctan((1.0 - f) * np.tan(other_lat_rad))
    s1, c1, s2, c2 = np.sin(u1), np.cos(u1), np.sin(u2), np.cos(u2)
    turn = np.mod(np.asarray(other_lon_rad - lon_rad) + np.pi, 2.0 * np.pi) - np.pi
    swept = np.array(turn, dtype=np.float64)
    for _ in range(ROUNDS):
        sine = np.hypot(c2 * np.sin(swept), c1 * s2 - s1 * c2 * np.cos(swept))
        cosine = s1 * s2 + c1 * c2 * np.cos(swept)
        sigma = np.arctan2(sine, cosine)
        tilt = c1 * c2 * np.sin(swept) / np.maximum(sine, 1e-300)
        flat = 1.0 - tilt**2
        middle = np.where(flat > 1e-15, cosine - 2.0 * s1 * s2 / np.maximum(flat, 1e-15), 0.0)
        k = f / 16.0 * flat * (4.0 + f * (4.0 - 3.0 * flat))
        bend = sigma + k * sine * (middle + k * cosine * (2.0 * middle**2 - 1.0))
        wanted = turn + (1.0 - k) * f * tilt * bend
        is_close = np.all(np.abs(wanted - swept)[np.isfinite(swept)] < CLOSE_RAD)
        swept = np.clip(wanted, -np.pi, np.pi)
        if is_close:
            break
    squared = flat * (a**2 - b**2) / b**2
    big_a = 1.0 + squared / 16384.0 * (4096.0 + squared * (squared * (320.0 - 175.0 * squared) - 768.0))
    big_b = squared / 1024.0 * (256.0 + squared * (squared * (74.0 - 47.0 * squared) - 128.0))
    first = cosine * (2.0 * middle**2 - 1.0)
    second = big_b / 6.0 * middle * (4.0 * sine**2 - 3.0) * (4.0 * middle**2 - 3.0)
    length = b * big_a * (sigma - big_b * sine * (middle + big_b / 4.0 * (first - second)))
    azimuth = np.arctan2(c2 * np.sin(swept), c1 * s2 - s1 * c2 * np.cos(swept))
    return np.asarray(length), np.asarray(np.mod(azimuth, 2.0 * np.pi))
