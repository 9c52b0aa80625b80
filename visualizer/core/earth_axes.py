"""Which way the Earth points: IAU 2006/2000A by ERFA with the bundled IERS table.

UT1 - UTC and polar motion are daily values (`assets/orientation/earth_iers.npz`, an excerpt of the tables in
the package astropy-iers-data, predictions included); before the table and after it the first and last values
hold. Within the table this agrees with astropy's ITRS to 1e-9 rad; outside it UT1 drifts from the held value
by up to about a second in a few years (7e-5 rad).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import erfa
import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import EARTH_ROTATION_RAD_S, J2000_JD, S_PER_DAY
from visualizer.core.epochs import NODE_S, tt_days_from_tdb_s, utc_jd_parts_from_tdb_s
from visualizer.core.moon_axes import rotation_z
from visualizer.resources import load_arrays

QUICK_STEP_S: Final = 10_800.0


@dataclass(frozen=True, slots=True)
class EarthOrientationTable:
    """Daily Earth orientation.

    Attributes
    ----------
    mjd_utc : (n,) days; ut1_minus_tai_s : (n,) s, free of leaps, so that it can be interpolated;
    pole_x_rad, pole_y_rad : (n,) rad
    """

    mjd_utc: FloatArray
    ut1_minus_tai_s: FloatArray
    pole_x_rad: FloatArray
    pole_y_rad: FloatArray


@cache
def bundled_earth_orientation() -> EarthOrientationTable:
    """Return the bundled daily table, loaded once."""
    data = load_arrays("orientation/earth_iers.npz")
    return EarthOrientationTable(data["mjd_utc"], data["ut1_minus_tai_s"], data["pole_x_rad"], data["pole_y_rad"])


def rot_itrs_from_icrf(tdb_s: float | FloatArray) -> FloatArray:
    """Return the rotation from ICRF (GCRS) to Earth-fixed axes (ITRS), (..., 3, 3).

    Notes
    -----
    Follows the IERS Conventions 2010, CIO based: polar motion x Earth rotation angle x IAU 2006/2000A.
    """
    rot_cirs_from_gcrs, angle, rot_polar_motion = _factors(tdb_s)
    return np.asarray(erfa.ufunc.c2tcio(rot_cirs_from_gcrs, angle, rot_polar_motion))


def _factors(tdb_s: float | FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the rotation to the intermediate axes (CIRS), the Earth rotation angle, and polar motion."""
    tt_days = tt_days_from_tdb_s(tdb_s)
    utc1, utc2 = utc_jd_parts_from_tdb_s(tdb_s)
    table = bundled_earth_orientation()
    mjd = (utc1 - 2400000.5) + utc2
    ut1_days = tt_days - (32.184 - np.interp(mjd, table.mjd_utc, table.ut1_minus_tai_s)) / S_PER_DAY
    pole_x = np.interp(mjd, table.mjd_utc, table.pole_x_rad)
    pole_y = np.interp(mjd, table.mjd_utc, table.pole_y_rad)
    precession_nutation = erfa.ufunc.pnm06a(J2000_JD, tt_days)
    x, y = erfa.ufunc.bpn2xy(precession_nutation)
    rot_cirs_from_gcrs = erfa.ufunc.c2ixys(x, y, erfa.ufunc.s06(J2000_JD, tt_days, x, y))
    rot_polar_motion = erfa.ufunc.pom00(pole_x, pole_y, erfa.ufunc.sp00(J2000_JD, tt_days))
    return rot_cirs_from_gcrs, erfa.ufunc.era00(J2000_JD, ut1_days), rot_polar_motion


@lru_cache(maxsize=16)
def _factors_at_node(node: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the same at a multiple of `NODE_S`."""
    return _factors(node * NODE_S)


def rot_itrs_from_icrf_at_one(tdb_s: float | FloatArray) -> FloatArray:
    """Return the rotation at one epoch, (3, 3): exact every minute, between by the Earth's turning alone.

    Notes
    -----
    In half a minute precession, nutation and polar motion move the axes by 3e-10 rad, two millimetres on the ground.
    It follows from the epoch alone, and for pictures that follow each other the long series are summed once a minute.
    """
    node = round(float(tdb_s) / NODE_S)
    rot_cirs_from_gcrs, angle, rot_polar_motion = _factors_at_node(node)
    turned = angle + EARTH_ROTATION_RAD_S * (float(tdb_s) - node * NODE_S)
    return np.asarray(erfa.ufunc.c2tcio(rot_cirs_from_gcrs, turned, rot_polar_motion))


def rot_itrs_from_icrf_quick(tdb_s: FloatArray) -> FloatArray:
    """Return the same for many epochs, (n, 3, 3): exact every three hours, between by the Earth's turning alone.

    Notes
    -----
    Precession, nutation and polar motion move the axes by 7 m on the ground at most in an hour and a half: enough
    for charts, at a tenth of the cost where epochs are dense.
    """
    nodes, owner = np.unique(np.round(tdb_s / QUICK_STEP_S), return_inverse=True)
    if 2 * len(nodes) > len(tdb_s):
        return rot_itrs_from_icrf(tdb_s)
    angle = EARTH_ROTATION_RAD_S * (tdb_s - nodes[owner] * QUICK_STEP_S)
    return np.asarray(rotation_z(angle) @ rot_itrs_from_icrf(nodes * QUICK_STEP_S)[owner])
