"""Ways over the ground."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.constants import RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM
from visualizer.core.geodesic import arc_on_earth, arc_on_sphere


def angle(degrees: float, minutes: float, seconds: float) -> float:
    """Return an angle in radians."""
    return float(np.deg2rad(degrees + minutes / 60.0 + seconds / 3600.0))


def test_flinders_peak_to_buninyong_as_the_surveyors_have_it():
    here = (-angle(37, 57, 3.72030), angle(144, 25, 29.52440))
    there = (-angle(37, 39, 10.15610), angle(143, 55, 35.38390))
    length, azimuth = arc_on_earth(*here, *there)
    assert float(length) == pytest.approx(54.972271, abs=2e-6)
    assert float(azimuth) == pytest.approx(angle(306, 52, 5.37), abs=1e-7)


def test_along_the_equator_and_the_meridian():
    quarter, azimuth = arc_on_earth(0.0, 0.0, 0.0, np.pi / 2)
    assert float(quarter) == pytest.approx(RADIUS_EARTH_EQUATOR_KM * np.pi / 2, rel=1e-12)
    assert float(azimuth) == pytest.approx(np.pi / 2)
    meridian, azimuth = arc_on_earth(0.0, 1.0, np.pi / 2, 1.0)
    assert float(meridian) == pytest.approx(10_001.965729, abs=1e-5)
    assert float(azimuth) == pytest.approx(0.0, abs=1e-12)


def test_the_same_place_is_no_way():
    assert float(arc_on_earth(0.3, 0.2, 0.3, 0.2)[0]) == pytest.approx(0.0, abs=1e-9)
    assert float(arc_on_sphere(0.3, 0.2, 0.3, 0.2, 1.0)[0]) == 0.0


def test_ways_there_and_back_are_as_long_and_across_the_date_line_short():
    rng = np.random.default_rng(5)
    lat, other_lat = np.deg2rad(rng.uniform(-80, 80, (2, 200)))
    lon, other_lon = np.deg2rad(rng.uniform(-180, 180, (2, 200)))
    there, _ = arc_on_earth(lat, lon, other_lat, other_lon)
    back, _ = arc_on_earth(other_lat, other_lon, lat, lon)
    chord, _ = arc_on_sphere(lat, lon, other_lat, other_lon, 6371.0)
    np.testing.assert_allclose(there, back, rtol=2e-3)
    np.testing.assert_allclose(there, chord, rtol=7e-3)
    near, azimuth = arc_on_sphere(0.0, np.deg2rad(179.5), 0.0, np.deg2rad(-179.5), RADIUS_MOON_KM)
    assert float(near) == pytest.approx(np.deg2rad(1.0) * RADIUS_MOON_KM)
    assert float(azimuth) == pytest.approx(np.pi / 2)


def test_nan_stays_nan():
    assert np.isnan(arc_on_earth(np.array([np.nan, 0.1]), 0.0, 0.2, 0.3)[0][0])
