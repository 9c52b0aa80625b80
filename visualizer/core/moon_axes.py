"""Which way the Moon points: principal axes and mean-Earth axes, from JPL's DE421 binary PCK.

Gravity fields live in principal axes (PA). Coordinates people read (latitude, longitude) are in mean-Earth
polar axes (ME), a constant 0.9 km rotation away. DE421's constants, from the SPICE frames kernel
moon_080317.tf: ME = Rx(0.30") Ry(78.56") Rz(67.92") PA in the sense used below.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.chebyshev import ChebyshevTable
from visualizer.core.ephemeris import read_chebyshev_daf
from visualizer.errors import AssetError
from visualizer.resources import asset_path

_ARCSEC_RAD: Final = np.pi / 648000.0


def rotation_x(angle_rad: float | FloatArray) -> FloatArray:
    """Return the frame rotation about x, (..., 3, 3): the axes turn by the angle, right-handed."""
    return _axis_rotation(angle_rad, 1, 2)


def rotation_y(angle_rad: float | FloatArray) -> FloatArray:
    """Return the frame rotation about y, (..., 3, 3)."""
    return _axis_rotation(angle_rad, 2, 0)


def rotation_z(angle_rad: float | FloatArray) -> FloatArray:
    """Return the frame rotation about z, (..., 3, 3)."""
    return _axis_rotation(angle_rad, 0, 1)


def _axis_rotation(angle_rad: float | FloatArray, first: int, second: int) -> FloatArray:
    cosine, sine = np.cos(angle_rad), np.sin(angle_rad)
    rotation = np.zeros(np.shape(angle_rad) + (3, 3))
    rotation[..., 3 - first - second, 3 - first - second] = 1.0
    rotation[..., first, first] = rotation[..., second, second] = cosine
    rotation[..., first, second], rotation[..., second, first] = sine, -sine
    return rotation


ROT_ME_FROM_PA: Final[FloatArray] = np.asarray(
    rotation_x(-0.30 * _ARCSEC_RAD) @ rotation_y(-78.56 * _ARCSEC_RAD) @ rotation_z(-67.92 * _ARCSEC_RAD)
)


@cache
def _libration_table() -> ChebyshevTable:
    tables = read_chebyshev_daf(str(asset_path("orientation/moon_pa_de421_1970_2040.bpc")), 5)
    if len(tables) != 1:
        raise AssetError("assets/orientation/moon_pa_de421_1970_2040.bpc: one segment was expected")
    return next(iter(tables.values()))


def rot_moon_pa_from_icrf(tdb_s: float | FloatArray) -> FloatArray:
    """Return the rotation from ICRF to the Moon's principal axes, (..., 3, 3); agrees with SPICE to 1e-12 rad."""
    angles = _libration_table().position(tdb_s)
    phi, theta, psi = angles[..., 0], angles[..., 1], angles[..., 2]
    return np.asarray(rotation_z(psi) @ rotation_x(theta) @ rotation_z(phi))


def rot_moon_me_from_icrf(tdb_s: float | FloatArray) -> FloatArray:
    """Return the rotation from ICRF to the Moon's mean-Earth polar axes, (..., 3, 3)."""
    return np.asarray(ROT_ME_FROM_PA @ rot_moon_pa_from_icrf(tdb_s))


def rot_moon_me_from_icrf_at_one(tdb_s: float) -> FloatArray:
    """Return the same at one epoch, (3, 3), to the last digit but one, in a third of the time: for pictures."""
    phi, theta, psi = _libration_table().position_at_one(tdb_s).tolist()
    c1, s1, c2, s2 = math.cos(phi), math.sin(phi), math.cos(theta), math.sin(theta)
    c3, s3 = math.cos(psi), math.sin(psi)
    rot_pa_from_icrf = np.array([
        [c3 * c1 - s3 * c2 * s1, c3 * s1 + s3 * c2 * c1, s3 * s2],
        [-s3 * c1 - c3 * c2 * s1, -s3 * s1 + c3 * c2 * c1, c3 * s2],
        [s2 * s1, -s2 * c1, c2],
    ])  # fmt: skip
    return np.asarray(ROT_ME_FROM_PA @ rot_pa_from_icrf)


def moon_rotation_rate_rad_s(tdb_s: float | FloatArray) -> FloatArray:
    """Return the Moon's angular velocity vector in its principal axes, (..., 3) rad/s.

    Notes
    -----
    From the 3-1-3 Euler angles and their rates as the kernel gives them.
    """
    angles, rates = _libration_table().position_and_rate(tdb_s)
    theta, psi = angles[..., 1], angles[..., 2]
    phi_rate, theta_rate, psi_rate = rates[..., 0], rates[..., 1], rates[..., 2]
    return np.stack(
        [
            phi_rate * np.sin(theta) * np.sin(psi) + theta_rate * np.cos(psi),
            phi_rate * np.sin(theta) * np.cos(psi) - theta_rate * np.sin(psi),
            phi_rate * np.cos(theta) + psi_rate,
        ],
        axis=-1,
    )
