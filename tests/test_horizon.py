"""Shadows of the relief: from the maker of horizon maps through the reader to the lit part of the Sun's disc."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.bake import moon_horizon
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import direction_of_lat_lon, face_directions
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.horizon import (
    SUN_RADIUS_RAD,
    HorizonMaps,
    bundled_horizon,
    decoded_rad,
    disc_fraction,
    flat_horizon,
    south_plane_km,
    sun_place_rad,
)
from visualizer.core.horizon_sun import FINE, cube_codes, south_codes
from visualizer.core.relief import bundled_relief
from visualizer.missions.catalogue import load_mission
from visualizer.model.features import bundled_features
from visualizer.model.session import Session

PEAK_KM, PEAK_WIDTH_KM, STEP_KM, HALF_PX = 4.0, 5.0, 0.5, 200


def polar_direction(x_km, y_km):
    """Return the unit direction of a place of the polar plane."""
    u, v = np.asarray(x_km) / (2 * RADIUS_MOON_KM), np.asarray(y_km) / (2 * RADIUS_MOON_KM)
    square = u * u + v * v
    return np.stack([2 * v, 2 * u, square - 1], axis=-1) / (1 + square)[..., np.newaxis]


@pytest.fixture(scope="module")
def peak_maps():
    """Return horizons of level ground with one mountain at the pole, by the maker of the bundled ones."""
    centres = (np.arange(2 * HALF_PX) - HALF_PX + 0.5) * STEP_KM
    height = PEAK_KM * np.exp(-(centres[None, :] ** 2 + centres[:, None] ** 2) / (2 * PEAK_WIDTH_KM**2))
    strip = moon_horizon.polar_strip(height.astype(np.float32), STEP_KM, 0, 2)
    size = strip.shape[1]
    return HorizonMaps(flat_horizon().cube, strip.reshape(-1, size, size), HALF_PX * STEP_KM)


def sun_direction(elevation_deg, azimuth_deg):
    """Return the direction to a Sun so high over the pole's plane, so far from +y toward +x in the polar map."""
    e, a = np.deg2rad([elevation_deg, azimuth_deg])
    return np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), -np.sin(e)])


def shadow_end_km(elevation_deg):
    """Return how far from the mountain its top is seen as high as the Sun's middle stands there."""
    x = np.linspace(5.0, 150.0, 200_000)
    arc = 2.0 * np.arctan(x / (2.0 * RADIUS_MOON_KM))
    top = np.arctan2(
        (RADIUS_MOON_KM + PEAK_KM) * np.cos(arc) - RADIUS_MOON_KM, (RADIUS_MOON_KM + PEAK_KM) * np.sin(arc)
    )
    # Away from the Sun the ground falls off below it, so it stands lower there by the arc.
    return x[np.argmin(np.abs(top - (np.deg2rad(elevation_deg) - arc)))]


@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0, 202.5])
@pytest.mark.parametrize("elevation_deg", [8.0, 10.0, 13.0])
def test_the_shadow_of_a_lone_mountain_is_as_long_as_geometry_says(peak_maps, elevation_deg, azimuth_deg):
    away = np.arange(8.0, 58.0, 0.05)
    sun = sun_direction(elevation_deg, azimuth_deg)
    turn = np.deg2rad(azimuth_deg)
    places = polar_direction(-away * np.sin(turn), -away * np.cos(turn))
    lit = peak_maps.lit_fraction(places, sun)
    end = away[np.flatnonzero(lit < 0.5)[-1]]
    assert end == pytest.approx(shadow_end_km(elevation_deg), rel=0.05)
    assert lit[-1] == 1.0


def test_the_sunward_side_of_the_mountain_is_lit(peak_maps):
    towards = np.arange(8.0, 58.0, 1.0)
    assert peak_maps.lit_fraction(polar_direction(0 * towards, towards), sun_direction(8.0, 0.0)).min() > 0.99


def test_the_lit_part_of_the_disc_is_its_area_over_the_horizon():
    rng = np.random.default_rng(1)
    points = rng.uniform(-1.0, 1.0, (400_000, 2))
    disc = points[np.hypot(*points.T) < 1.0]
    for above in (-1.2, -0.7, -0.2, 0.0, 0.4, 0.9, 1.3):
        expected = np.mean(disc[:, 1] + above > 0.0)
        assert float(disc_fraction(above * SUN_RADIUS_RAD)) == pytest.approx(expected, abs=0.004)


def test_on_level_ground_the_terminator_is_where_the_sun_sets():
    maps = flat_horizon()
    sun = np.array([1.0, 0.0, 0.0])
    away = np.deg2rad(np.array([89.0, 89.5, 90.5, 91.0]))
    places = np.stack([np.cos(away), np.sin(away), np.zeros(4)], axis=-1)
    assert maps.lit_fraction(places, sun).tolist() == [1.0, 1.0, 0.0, 0.0]


@pytest.fixture(scope="module")
def random_maps():
    rng = np.random.default_rng(3)
    cube = rng.integers(0, 256, (16, 6, 32, 32), dtype=np.uint8)
    return HorizonMaps(cube, rng.integers(0, 256, (16, 65, 65), dtype=np.uint8), 676.0)


@pytest.mark.parametrize("i_face", range(6))
def test_whole_faces_say_the_same_as_the_reader(random_maps, i_face):
    sun = np.array([0.81, -0.3, 0.2])
    sun /= np.linalg.norm(sun)
    out = np.zeros((16, 32), dtype=np.uint16)
    cube_codes(random_maps, i_face, slice(8, 24), sun, out)
    up = face_directions(i_face, 32)[8:24].astype(np.float64)
    elevation, azimuth = sun_place_rad(up, sun)
    low = (elevation > np.deg2rad(-2.0)) & (elevation < np.deg2rad(30.0)) & (np.abs(up[..., 2]) < 0.8)
    expected = HorizonMaps(random_maps.cube).elevation_rad(up, azimuth)
    assert np.abs(decoded_rad(out / FINE) - expected)[low].max(initial=0.0) < np.deg2rad(0.002)


def test_the_whole_polar_map_says_the_same_as_the_reader(random_maps):
    sun = sun_direction(1.2, 77.0)
    out = np.zeros((40, 65), dtype=np.uint16)
    south_codes(random_maps, slice(12, 52), sun, out)
    step = 2 * 676.0 / 65
    row, column = np.mgrid[12:52, 0:65]
    x, y = (column - 32) * step, (32 - row) * step
    up = polar_direction(x, y)
    assert np.allclose(south_plane_km(up), (x, y), atol=1e-6)
    inside = (np.maximum(np.abs(x), np.abs(y)) < 630.0) & (np.hypot(x, y) > 1.0)
    elevation, azimuth = sun_place_rad(up, sun)
    low = inside & (elevation > np.deg2rad(-2.0)) & (elevation < np.deg2rad(30.0))
    difference = np.abs(decoded_rad(out / FINE) - random_maps.elevation_rad(up, azimuth))[low]
    assert difference.max() < np.deg2rad(0.002)


@pytest.mark.parametrize(
    ("name", "dark_share"),
    [("Shackleton", 0.95), ("Shoemaker", 0.95), ("Sverdrup", 0.95), ("Faustini", 0.85), ("Haworth", 0.5)],
)
def test_permanently_shadowed_floors_stay_dark_all_year(name, dark_share):
    """The Sun comes no farther than 1.59 degrees to either side of the Moon's equator; floors are judged all over."""
    table = bundled_features()
    i = list(table.names).index(name)
    middle = table.dir_me_unit[i]
    east = np.cross([0.0, 0.0, 1.0], middle)
    east /= np.linalg.norm(east)
    north = np.cross(middle, east)
    share = np.linspace(-0.25, 0.25, 15) * table.diameter_km[i] / RADIUS_MOON_KM
    x, y = (values.ravel() for values in np.meshgrid(share, share))
    inside = np.hypot(x, y) <= share[-1]
    floor = middle + x[inside, np.newaxis] * east + y[inside, np.newaxis] * north
    floor /= np.linalg.norm(floor, axis=1, keepdims=True)
    most = np.zeros(len(floor))
    for latitude_deg in (-1.59, 0.0, 1.59):
        for longitude_deg in np.arange(0.0, 360.0, 3.0):
            most = np.maximum(
                most, bundled_horizon().lit_fraction(floor, direction_of_lat_lon(latitude_deg, longitude_deg))
            )
    assert np.mean(most == 0.0) > dark_share


def test_somewhere_at_the_pole_the_sun_shines():
    """Not everything is dark there: rims stand in light for much of the year."""
    places = direction_of_lat_lon(*np.meshgrid(np.linspace(-89.9, -88.0, 12), np.arange(0.0, 360.0, 5.0)))
    lit = bundled_horizon().lit_fraction(places, direction_of_lat_lon(-1.5, 40.0))
    assert lit.max() == 1.0
    assert lit.min() == 0.0


def test_telemetry_tells_the_light_on_the_ground_below_a_low_craft():
    bundled_relief()  # a window does not wait for it
    mission = load_mission("luna-25")
    low = Session([mission], tdb_s_from_utc_text("2023-08-19T11:53:00")).frame_state()
    assert low.telemetry is not None
    moon = low.body(301)
    up = direction_of_lat_lon(low.telemetry.lat_deg, low.telemetry.lon_deg)
    to_sun = moon.rot_fixed_from_icrf @ (low.body(10).pos_km - moon.pos_km)
    expected = float(bundled_horizon().lit_fraction(up, to_sun / np.linalg.norm(to_sun)))
    assert low.telemetry.ground_sunlit_fraction == pytest.approx(expected, abs=1e-6)
    high = Session([mission], tdb_s_from_utc_text("2023-08-14T00:00:00")).frame_state()
    assert high.telemetry is not None
    assert high.telemetry.ground_sunlit_fraction is None
