"""Measured heights cast shadows: their horizons are worked out while maps are made."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter, maximum_filter

from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import direction_of_lat_lon
from visualizer.core.horizon import HorizonMaps
from visualizer.core.horizon_making import highest_near
from visualizer.maps.sampling import map_directions
from visualizer.maps.shadows import blurred, south_directions, write_globe_horizon, write_south_horizon

ROWS, TOP_KM, WIDTH_KM = 720, 6.0, 24.0


def peak_at(lat_deg: float, lon_deg: float) -> np.ndarray:
    """Return level ground with one mountain, km."""
    cosine = map_directions(ROWS, 0, ROWS) @ direction_of_lat_lon(lat_deg, lon_deg)
    away_km = RADIUS_MOON_KM * np.arccos(np.clip(cosine, -1.0, 1.0))
    return (TOP_KM * np.exp(-0.5 * (away_km / WIDTH_KM) ** 2)).astype(np.float32)


def strip(path) -> np.ndarray:
    with Image.open(path) as image:
        pixels = np.asarray(image)
    return pixels.reshape(-1, pixels.shape[1], pixels.shape[1])


def seen_from_deg(away_km: float) -> float:
    """Return the elevation of the mountain's top over level ground."""
    arc = away_km / RADIUS_MOON_KM
    return float(np.degrees(np.arctan(TOP_KM / (RADIUS_MOON_KM + TOP_KM) / np.sin(arc) - np.tan(arc / 2))))


@pytest.fixture(scope="module")
def horizons(tmp_path_factory) -> HorizonMaps:
    """What is made of two mountains, one on the equator and one near the pole."""
    folder, shares = tmp_path_factory.mktemp("horizons"), []
    heights = np.maximum(peak_at(0.0, 20.0), peak_at(-80.0, 22.5))
    write_globe_horizon(heights, folder / "cube.jpg", ROWS // 4, shares.append)
    write_south_horizon(heights, folder / "south.jpg", shares.append)
    assert len(shares) == 32
    assert shares[:16] == sorted(shares[:16])
    cube = strip(folder / "cube.jpg")
    return HorizonMaps(cube.reshape(-1, 6, *cube.shape[1:]), strip(folder / "south.jpg"))


@pytest.mark.parametrize(("lat_deg", "azimuth_deg"), [(-4.0, 0.0), (4.0, 180.0), (-76.5, 180.0), (-83.5, 0.0)])
def test_a_mountain_stands_where_it_is_seen_from_north_and_south(horizons, lat_deg, azimuth_deg):
    lon_deg, top_deg = (20.0, 0.0) if abs(lat_deg) < 45.0 else (22.5, -80.0)
    place = direction_of_lat_lon(lat_deg, lon_deg)
    seen = np.degrees(horizons.elevation_rad(place, np.asarray(np.radians(azimuth_deg))))
    away_km = np.radians(abs(lat_deg - top_deg)) * RADIUS_MOON_KM
    assert seen == pytest.approx(seen_from_deg(away_km), abs=0.4)
    behind = np.degrees(horizons.elevation_rad(place, np.asarray(np.radians(azimuth_deg + 180.0))))
    assert behind < 0.5


def test_level_ground_far_off_has_a_level_horizon(horizons):
    for lat_deg, lon_deg in ((0.0, -100.0), (-75.0, -120.0), (50.0, 60.0)):
        place = direction_of_lat_lon(lat_deg, lon_deg)
        seen = [np.degrees(horizons.elevation_rad(place, np.asarray(a))) for a in np.arange(0.0, 6.2, 0.7)]
        assert np.abs(seen).max() < 0.3


def test_the_square_about_the_pole_has_longitude_0_up_and_90_east_right():
    directions = south_directions(26.0, 0)
    n = len(directions)
    assert np.allclose(np.linalg.norm(directions, axis=-1), 1.0, atol=1e-6)
    up, right = directions[0, n // 2], directions[n // 2, -1]
    assert up[0] > 0.3
    assert abs(up[1]) < 0.01
    assert right[1] > 0.3
    assert directions[n // 2, n // 2, 2] < -0.999


@pytest.mark.parametrize("wraps", [False, True])
def test_smoothing_and_highest_ground_are_as_scipy_has_them(wraps):
    field = np.random.default_rng(3).normal(size=(40, 60)).astype(np.float32)
    mode = ("nearest", "wrap") if wraps else "nearest"
    assert np.array_equal(highest_near(field, 7, wraps=wraps), maximum_filter(field, 7, mode=mode))
    assert np.allclose(blurred(field, 1.2, wraps), gaussian_filter(field, 1.2, mode=mode, truncate=3.4), atol=3e-3)
