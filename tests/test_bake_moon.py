"""The recipe of the Moon: laws, places, horizons, and what the shipped files must show; pure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from visualizer.bake import moon_craters, moon_features, moon_polar, moon_population, moon_relief
from visualizer.bake.moon_albedo import fresh_ground, soils
from visualizer.bake.moon_craters import Crater
from visualizer.bake.moon_grid import RADIUS_KM, Grid
from visualizer.bake.moon_polar import PolarGrid, place_in_plane, plane_direction
from visualizer.bake.moon_south import build_south, patch_share, seen_on_patch
from visualizer.core import horizon_making
from visualizer.core.cube_faces import direction_of_lat_lon, texel_of_direction
from visualizer.core.horizon import decoded_rad
from visualizer.core.relief import bundled_relief

MOON = Path(__file__).resolve().parents[1] / "assets" / "moon"
PATCH = PolarGrid(moon_polar.PATCH_PX, moon_polar.STEP_KM)


@cache
def picture(name: str) -> np.ndarray:
    with Image.open(MOON / name) as image:
        return np.asarray(image)


@cache
def south_m() -> np.ndarray:
    return picture("south_height.png").astype(np.float32) * 0.5 - 10000


def south_at(lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    """Return the patch's heights, m, at the nearest texels."""
    row, col, _, _ = PATCH.texel(np.stack([lat_deg, lon_deg], axis=1))
    return south_m()[np.rint(row).astype(int), np.rint(col).astype(int)]


def circle(lat_deg: float, lon_deg: float, radius_km: float, count: int = 180) -> np.ndarray:
    """Return (count, 2) places, deg, on a circle."""
    bearings = np.arange(count) * 360 / count
    return np.array([moon_craters.at_bearing(lat_deg, lon_deg, b, radius_km) for b in bearings])


def small_patch(crater: Crater) -> tuple[PolarGrid, np.ndarray]:
    grid = PolarGrid(801, 0.25)
    height = np.zeros((801, 801), np.float32)
    moon_craters.stamp(grid, height, np.zeros_like(height), crater, np.random.default_rng(5))
    return grid, height


def test_depth_and_rim_follow_pike() -> None:
    assert moon_craters.depth_m(10) == pytest.approx(196 * 10**1.01, rel=1e-6)
    assert moon_craters.depth_m(100) == pytest.approx(1044 * 100**0.301, rel=1e-6)
    assert moon_craters.rim_m(10) == pytest.approx(36 * 10**1.014, rel=1e-6)
    assert moon_craters.rim_m(100) == pytest.approx(236 * 100**0.399, rel=1e-6)


@pytest.mark.parametrize("diameter_km", [6.0, 12.0, 22.0, 50.0])
def test_a_fresh_crater_is_as_deep_and_as_high_as_the_law_says(diameter_km: float) -> None:
    grid, height = small_patch(Crater(-89.0, 40.0, diameter_km, 1.0))
    rings = [grid.window(-89.0, 40.0, diameter_km).range_km / (diameter_km / 2)]
    ground = height[grid.window(-89.0, 40.0, diameter_km).index]
    crest = max(np.median(ground[np.abs(rings[0] - over) < 0.04]) for over in np.arange(0.85, 1.2, 0.02))
    depth = moon_craters.depth_m(diameter_km)
    assert 0.75 * depth < crest - ground.min() < 1.2 * depth
    assert 0.6 * moon_craters.rim_m(diameter_km) < crest < 1.3 * moon_craters.rim_m(diameter_km)


@pytest.mark.parametrize("lat, lon", [(-89.2, 10.0), (-88.4, -70.0), (-89.5, 170.0)])
def test_a_crater_lies_at_its_place_on_the_patch(lat: float, lon: float) -> None:
    grid, height = small_patch(Crater(lat, lon, 20.0, 1.0))
    hollow = np.clip(-height, 0, None)
    rows, cols = np.indices(height.shape)
    row, col, _, _ = grid.texel(np.array([[lat, lon]]))
    # The outline is uneven: its middle may stray by a little of the radius, 40 texels.
    assert (hollow * rows).sum() / hollow.sum() == pytest.approx(row[0], abs=1)
    assert (hollow * cols).sum() / hollow.sum() == pytest.approx(col[0], abs=1)


@pytest.mark.parametrize("lat, lon", [(-43.3, -11.2), (9.6, -20.1), (60.0, 179.9)])
def test_a_crater_lies_at_its_place_on_the_globe(lat: float, lon: float) -> None:
    grid = Grid(1024)
    height = np.zeros((1024, 2048), np.float32)
    moon_craters.stamp(grid, height, np.zeros_like(height), Crater(lat, lon, 120.0, 1.0), np.random.default_rng(5))
    hollow = np.clip(-height, 0, None)
    row, col, _, _ = grid.texel(np.array([[lat, lon]]))
    rows, cols = np.indices(height.shape)
    around = (cols - col[0] + 1024) % 2048 - 1024
    assert (hollow * rows).sum() / hollow.sum() == pytest.approx(row[0], abs=1)
    assert (hollow * around).sum() / hollow.sum() == pytest.approx(0, abs=1 / np.cos(np.radians(lat)))


def test_globe_and_patch_press_the_same_crater() -> None:
    crater = Crater(-84.0, 30.0, 90.0, 0.9)
    globe, patch = Grid(1024), PolarGrid(400, 2.0)
    heights = [np.zeros((1024, 2048), np.float32), np.zeros((400, 400), np.float32)]
    for grid, height in zip((globe, patch), heights, strict=True):
        moon_craters.stamp_all(grid, height, np.zeros_like(height), [crater], seed=3)
    places = np.concatenate([circle(-84.0, 30.0, r, 60) for r in (5, 20, 35, 45, 60)])
    seen = []
    for grid, height in zip((globe, patch), heights, strict=True):
        row, col, _, _ = grid.texel(places)
        seen.append(height[np.rint(row).astype(int), np.rint(col).astype(int) % height.shape[1]])
    assert np.corrcoef(*seen)[0, 1] > 0.98
    assert np.abs(seen[0] - seen[1]).mean() < 0.06 * np.ptp(seen[0])


def test_numbers_of_small_craters_follow_the_law() -> None:
    _, sizes, _ = moon_population.random_crowd(2.5, 40, np.random.default_rng(1), 1.0)
    for size in (5.0, 10.0, 20.0):
        expected = moon_population.COUNT_AT_10_KM * ((10 / size) ** 1.75 - (10 / 40) ** 1.75)
        assert (sizes > size).sum() == pytest.approx(expected, rel=0.06)


def test_random_craters_spare_the_outline_of_named_ones() -> None:
    known = [Crater(-75.07, -135.06, 186.6, 0.4)]
    spared = moon_population.random_craters(45, 60, 31, 20.0, known)
    free = moon_population.random_craters(45, 60, 31, 20.0)
    middle = direction_of_lat_lon(-75.07, -135.06)

    def touching(craters: list[Crater]) -> int:
        away = [np.arccos(direction_of_lat_lon(c.lat_deg, c.lon_deg) @ middle) * RADIUS_KM for c in craters]
        return int(np.sum(np.array(away) < 110))

    assert touching(free) > 8
    assert touching(spared) < 0.4 * touching(free)


def test_the_recipe_gives_the_same_every_time() -> None:
    features = [f for f in moon_features.load_features(MOON / "features.csv") if f.diameter_km > 150]
    runs = []
    for _ in range(2):
        relief = moon_relief.build_relief(128, features)
        south = build_south(relief, 169, 8.0)
        light = fresh_ground(Grid(128), relief.population)
        runs.append((relief.height_m, south, light, *soils(128, relief, features)))
    for first, second in zip(*runs, strict=True):
        assert first.tobytes() == second.tobytes()
    assert np.ptp(runs[0][0]) > 8000


@pytest.mark.parametrize("azimuth_deg", [0.0, 22.5, 90.0, 200.0])
@pytest.mark.parametrize("sun_deg", [2.0, 5.0])
def test_the_shadow_of_an_isolated_peak_is_as_long_as_geometry_says(azimuth_deg: float, sun_deg: float) -> None:
    n, step, top = 401, 0.5, 3.0
    offset = (np.arange(n) - 200) * step
    peak = top * np.exp(-(offset[:, None] ** 2 + offset[None, :] ** 2) / (2 * 1.5**2))
    azimuth = np.radians(azimuth_deg)
    elevation = np.degrees(horizon_making.horizon_elevation(peak, step, azimuth, reach_km=120))
    away = np.arange(8, 95, 0.25)
    row, col = (200 + away * np.cos(azimuth) / step), (200 - away * np.sin(azimuth) / step)
    seen = elevation[np.rint(row).astype(int), np.rint(col).astype(int)]
    arc = away / RADIUS_KM
    exact = np.degrees(np.arctan(top / (RADIUS_KM + top) / np.sin(arc) - np.tan(arc / 2)))
    assert away[seen > sun_deg].max() == pytest.approx(away[exact > sun_deg].max(), rel=0.05)
    beside = elevation[200 + round(60 / step * np.sin(azimuth)), 200 + round(60 / step * np.cos(azimuth))]
    assert beside < 0.1


def test_the_horizon_of_the_globe_sees_a_peak_in_its_direction() -> None:
    rows, lat0, lon0, top = 1024, 40.0, 175.0, 6.0
    grid = Grid(rows)
    height = np.zeros((rows, 2 * rows), np.float32)
    window = grid.window(lat0, lon0, 120)
    height[window.index] = 1000 * top * np.exp(-0.5 * (window.range_km / 18) ** 2)
    for bearing in (0, 90, 225):
        elevation = horizon_making.globe_horizon(height, np.radians(bearing))
        for away in (70.0, 110.0, 140.0):
            lat, lon = _origin_of(lat0, lon0, bearing, away)
            row, col = round((0.5 - lat / 180) * 512 - 0.5), round((0.5 + lon / 360) * 1024 - 0.5) % 1024
            there = 180 * (0.5 - (row + 0.5) / 512), 360 * ((col + 0.5) / 1024 - 0.5)
            away_km = RADIUS_KM * np.arccos(direction_of_lat_lon(*there) @ direction_of_lat_lon(lat0, lon0))
            seen = np.degrees(elevation[row, col])
            # Far steps may find the peak one step of the map and half a step of the ray nearer than it is.
            nearest = away_km - 1.4 * grid.step_km - 0.02 * away_km
            assert _seen_from(top, away_km) - 0.12 < seen < _seen_from(top, nearest) + 0.12


def _seen_from(top_km: float, away_km: float) -> float:
    """Return the elevation, deg, of a peak over a level globe."""
    arc = away_km / RADIUS_KM
    return float(np.degrees(np.arctan(top_km / (RADIUS_KM + top_km) / np.sin(arc) - np.tan(arc / 2))))


def _origin_of(lat: float, lon: float, bearing: float, away: float) -> tuple[float, float]:
    """Return where one must stand for a place to lie `away` km off under a bearing."""
    back = bearing + 180.0
    for _ in range(20):
        place = moon_craters.at_bearing(lat, lon, back, away)
        d_lon = np.radians(lon - place[1])
        a, b = np.radians(place[0]), np.radians(lat)
        seen = np.degrees(
            np.arctan2(np.sin(d_lon) * np.cos(b), np.cos(a) * np.sin(b) - np.sin(a) * np.cos(b) * np.cos(d_lon))
        )
        back += (bearing - seen + 180) % 360 - 180
    return place


def test_level_ground_has_its_horizon_just_below_level() -> None:
    flat = horizon_making.horizon_elevation(np.zeros((41, 41)), 1.0, 0.3, reach_km=20)
    assert (flat[14:-14, 14:-14] <= 0).all()
    assert flat[14:-14, 14:-14].min() > -0.002


def test_codes_of_elevations_return_what_went_in() -> None:
    elevation = np.radians(np.linspace(-1.5, 29, 900)).astype(np.float32)
    back = decoded_rad(horizon_making.code_elevation(elevation))
    low = elevation < np.radians(5)
    assert np.degrees(np.abs(back - elevation)[low]).max() < 0.07
    assert np.degrees(np.abs(back - elevation)).max() < 0.13


def test_the_polar_plane_has_longitude_0_up_and_90_east_right() -> None:
    for lat, lon in [(-70.0, 0.0), (-80.0, 90.0), (-66.0, -135.0), (-89.9, 20.0)]:
        x, y = place_in_plane(lat, lon)
        assert plane_direction(np.array(x), np.array(y)) == pytest.approx(direction_of_lat_lon(lat, lon), abs=1e-6)
    assert place_in_plane(-80, 90)[0] > 0
    assert place_in_plane(-80, 0)[1] > 0


# What is shipped.


def test_files_have_the_forms_agreed_on() -> None:
    assert picture("south_height.png").shape == (2704, 2704)
    assert picture("horizon_cube.jpg").shape == (16 * 6 * 512, 512)
    assert picture("south_horizon.jpg").shape == (16 * 1352, 1352)
    assert picture("albedo_cube.jpg").shape == (6 * 2048, 2048, 3)
    assert picture("slope_cube.jpg").shape == (6 * 2048, 2048, 3)
    assert sum(path.stat().st_size for path in MOON.iterdir()) < 43e6
    assert max(path.stat().st_size for path in MOON.iterdir()) < 20e6


@pytest.mark.parametrize("lat, lon, level_m", moon_relief.PINNED_M)
def test_sites_stand_at_their_published_heights(lat: float, lon: float, level_m: float) -> None:
    is_published = (lat, lon, level_m) in moon_relief.PINNED_M[:2]  # the others are round figures
    # By the maps alone; what is finer than they are fades out toward the app's own list of sites.
    direction = direction_of_lat_lon([lat], [lon])
    assert 1000 * bundled_relief().map_height_km(direction)[0] == pytest.approx(level_m, abs=5 if is_published else 15)
    if lat < -68:
        assert seen_on_patch(PATCH, south_m(), lat, lon) == pytest.approx(level_m, abs=8)


def test_patch_and_globe_show_one_moon() -> None:
    rng = np.random.default_rng(2)
    lat, lon = np.degrees(-np.arccos(rng.uniform(0.02, 0.37, 4000))), rng.uniform(-180, 180, 4000)
    metres = (picture("height.png").astype(np.float32) * 0.5 - 10000) / 1000
    globe = np.array(
        [metres[int((0.5 - a / 180) * 2048), int((0.5 + o / 360) * 4096)] for a, o in zip(lat, lon, strict=True)]
    )
    patch = south_at(lat, lon) / 1000
    assert np.corrcoef(globe, patch)[0, 1] > 0.98
    edge = patch_share(PATCH)
    assert edge[0].max() == 0
    assert edge[1352, 1352] == 1


@pytest.mark.parametrize("name", ["Zeeman", "Boguslawsky", "Schrödinger", "Moretus", "Shackleton", "Amundsen", "Scott"])
def test_polar_craters_are_hollows_with_rims_where_the_gazetteer_has_them(name: str) -> None:
    found = next(f for f in moon_features.load_features(MOON / "features.csv") if f.name == name)
    radius = found.diameter_km / 2
    rim = np.mean([south_at(*circle(found.lat_deg, found.lon_deg, r * radius).T).mean() for r in (0.96, 1.0, 1.04)])
    floor = np.mean([np.median(south_at(*circle(found.lat_deg, found.lon_deg, r * radius).T)) for r in (0.3, 0.5)])
    outside = south_at(*circle(found.lat_deg, found.lon_deg, 1.6 * radius).T).mean()
    assert rim > floor + 0.25 * moon_craters.depth_m(found.diameter_km)
    assert rim > outside


def test_the_floor_of_shackleton_never_sees_the_sun() -> None:
    row, col, _, _ = PATCH.texel(np.array([[-89.67, 129.78]]))
    strip = picture("south_horizon.jpg").reshape(16, 1352, 1352)
    elevation = np.degrees(decoded_rad(strip[:, round(row[0] / 2), round(col[0] / 2)]))
    assert (elevation > 2.0).all()


def test_horizons_of_plains_are_low_and_of_crater_walls_high() -> None:
    strip = picture("horizon_cube.jpg").reshape(16, 6, 512, 512)
    degrees = np.degrees(decoded_rad(strip))
    assert 0.2 < np.median(degrees) < 4

    def at(lat: float, lon: float) -> np.ndarray:
        face, row, col = texel_of_direction(direction_of_lat_lon(lat, lon), 512)
        return degrees[:, face, row, col]

    assert at(35.0, -20.0).mean() < 1.5
    west = at(9.621, -20.079 - 1.35)  # within the western wall of Copernicus: low sky to the west
    assert west[12] > west[4] + 4
