"""Osculating elements: there and back, and against textbook facts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.elements import (
    Elements,
    elements_from_state,
    state_from_elements,
    true_from_mean_anomaly_rad,
)

GM = 4902.80105600
angles = st.floats(0.01, 2.0 * np.pi - 0.01)


@given(st.floats(1800.0, 60000.0), st.floats(1e-4, 0.95), st.floats(0.01, np.pi - 0.01), angles, angles, angles)
def test_ellipses_survive_the_way_to_a_state_and_back(a, e, tilt, node, periapsis, anomaly):
    made = Elements(*(np.array([x]) for x in (a, e, tilt, node, periapsis, anomaly)), GM)
    found = elements_from_state(*state_from_elements(made), GM)
    np.testing.assert_allclose(found.semi_major_axis_km, a, rtol=1e-10)
    np.testing.assert_allclose(found.eccentricity, e, atol=1e-11)
    np.testing.assert_allclose(found.inclination_rad, tilt, atol=1e-9)
    for name, wanted in (("node_rad", node), ("periapsis_rad", periapsis), ("true_anomaly_rad", anomaly)):
        turn = getattr(found, name)[0] - wanted
        assert abs(np.sin(0.5 * turn)) < 1e-8 / max(e, 1e-3), name


@given(st.floats(1.05, 5.0), st.floats(0.01, 1.2) | st.floats(-1.2, -0.01))
def test_hyperbolas_keep_their_periapsis_and_time(e, anomaly):
    made = Elements(*(np.array([x]) for x in (-8000.0, e, 1.4, 0.3, 2.0, anomaly)), GM)
    found = elements_from_state(*state_from_elements(made), GM)
    np.testing.assert_allclose(found.periapsis_radius_km, -8000.0 * (1.0 - e), rtol=1e-9)
    assert np.sign(found.time_from_periapsis_s[0]) == np.sign(np.sin(anomaly))


@given(st.floats(-20.0, 20.0), st.floats(0.0, 0.98))
def test_kepler_s_equation_is_solved(mean, e):
    anomaly = float(true_from_mean_anomaly_rad(np.array(mean), np.array(e)))
    eccentric = 2.0 * np.arctan(np.sqrt((1.0 - e) / (1.0 + e)) * np.tan(0.5 * anomaly))
    turn = eccentric - e * np.sin(eccentric) - mean
    assert abs(np.sin(0.5 * turn)) < 1e-12


def test_arrays_of_any_shape_go_through():
    rng = np.random.default_rng(3)
    position = rng.normal(size=(4, 5, 3)) * 200.0 + np.array([1800.0, 0.0, 0.0])
    velocity = rng.normal(size=(4, 5, 3)) * 0.1 + np.array([0.0, 1.2, 1.1])
    elements = elements_from_state(position, velocity, GM)
    assert elements.semi_major_axis_km.shape == (4, 5)
    back = state_from_elements(elements)
    np.testing.assert_allclose(back[0], position, atol=1e-8)
    np.testing.assert_allclose(back[1], velocity, atol=1e-11)


def test_a_circular_equatorial_orbit_has_finite_elements():
    speed = np.sqrt(GM / 1837.4)
    orbit = elements_from_state(np.array([0.0, 1837.4, 0.0]), np.array([-speed, 0.0, 0.0]), GM)
    np.testing.assert_allclose(orbit.argument_of_latitude_rad, 0.5 * np.pi, atol=1e-12)
    np.testing.assert_allclose(2.0 * np.pi / orbit.mean_motion_rad_s, 7067.0, atol=5.0)
