"""What is said of positions: sub-points, shadow, occultation, light time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core import geometry, shadow
from visualizer.core.arrays import angle_between_rad, cross
from visualizer.core.relief import bundled_relief
from visualizer.core.shadow import Light

ANGLES = st.floats(-1.5, 1.5)
SUN = np.array([1.496e8, 0.0, 0.0])


@given(ANGLES, st.floats(-3.1, 3.1), st.floats(1.0, 1e6))
def test_subpoint_is_the_inverse_of_position(lat, lon, radius):
    position = geometry.position_on_sphere_km(lat, lon, radius)
    back_lat, back_lon = geometry.spherical_subpoint(position)
    assert abs(back_lat - lat) < 1e-12
    assert abs(back_lon - lon) < 1e-12


@given(ANGLES, st.floats(-3.1, 3.1), st.floats(-5.0, 5e5))
def test_earth_geodetic_is_the_inverse_of_position(lat, lon, height):
    lat_2, lon_2, height_2 = geometry.earth_geodetic(geometry.earth_position_itrs_km(lat, lon, height))
    assert abs(lat_2 - lat) < 1e-9
    assert abs(lon_2 - lon) < 1e-9
    assert abs(height_2 - height) < 1e-6


def test_cross_is_numpys():
    rng = np.random.default_rng(1)
    left, right = rng.normal(size=(2, 7, 3))
    assert np.abs(cross(left, right) - np.cross(left, right)).max() < 1e-15


def test_small_angles_are_not_lost():
    assert abs(float(angle_between_rad(np.array([1.0, 0, 0]), np.array([1.0, 1e-9, 0]))) - 1e-9) < 1e-18


@pytest.mark.parametrize(
    ("place", "light"),
    [((1800.0, 0, 0), Light.SUNLIT), ((-1800.0, 0, 0), Light.UMBRA), ((0, 1800.0, 0), Light.SUNLIT),
     ((-1800.0, 1737.4, 0), Light.PENUMBRA), ((-6e5, 0, 0), Light.PENUMBRA)],
)  # fmt: skip
def test_light_by_the_moon(place, light):
    fraction = shadow.sunlit_fraction(np.array(place), SUN, 1737.4)
    assert shadow.light_of_fraction(float(fraction)) is light


def test_an_annular_eclipse_leaves_a_ring():
    """From 600,000 km the Moon covers 1,737.4 / 6e5 against the Sun's 0.00465 rad: 39 % of the disc."""
    fraction = float(shadow.sunlit_fraction(np.array([-6e5, 0, 0]), SUN, 1737.4))
    assert abs(fraction - (1.0 - (np.arcsin(1737.4 / 6e5) / np.arcsin(695700.0 / (1.496e8 + 6e5))) ** 2)) < 1e-6


def test_penumbra_is_monotone():
    heights = np.linspace(1720.0, 1760.0, 200)
    places = np.stack([np.full(200, -1800.0), heights, np.zeros(200)], axis=-1)
    fraction = shadow.sunlit_fraction(places, SUN, 1737.4)
    assert np.all(np.diff(fraction) >= -1e-12)
    assert fraction[0] == 0.0
    assert fraction[-1] == 1.0


def test_occultation_needs_the_body_between():
    earth = np.array([-384400.0, 0.0, 0.0])
    near, far = np.array([-1800.0, 0.0, 0.0]), np.array([1800.0, 0.0, 0.0])
    assert not shadow.is_occulted(near, earth, 1737.4)
    assert shadow.is_occulted(far, earth, 1737.4)
    assert not shadow.is_occulted(np.array([1800.0, 1800.0, 0.0]), earth, 1737.4)


def test_light_time_to_the_moon():
    assert abs(float(geometry.light_time_s(384400.0)) - 1.28222) < 1e-4


def test_speed_over_ground_of_a_geostationary_satellite_is_zero():
    position = np.array([42164.17, 0.0, 0.0])
    spin = np.array([0.0, 0.0, 7.292115e-5])
    velocity = np.cross(spin, position)
    assert np.abs(geometry.velocity_in_rotating_axes_km_s(position, velocity, spin)).max() < 1e-12


def test_relief_wraps_round_and_knows_the_impact_point():
    relief = bundled_relief()
    lat = np.deg2rad(-57.865)
    assert abs(float(relief.height_km(lat, np.deg2rad(61.360))) + 0.360) < 0.010
    west, east = relief.height_km(lat, -np.pi + 1e-9), relief.height_km(lat, np.pi - 1e-9)
    assert abs(float(west - east)) < 1e-3
    assert np.isfinite(relief.height_km(np.array([-np.pi / 2, np.pi / 2]), np.zeros(2))).all()


def test_one_vector_product_is_that_of_a_stack_digit_for_digit():
    rng = np.random.default_rng(5)
    pairs = rng.standard_normal((500, 2, 3)) * 10.0 ** rng.uniform(-6.0, 9.0, (500, 1, 1))
    many = cross(pairs[:, 0], pairs[:, 1])
    for (left, right), one in zip(pairs, many, strict=True):
        assert cross(left, right).tobytes() == one.tobytes()
