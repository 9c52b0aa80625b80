"""What the shipped Moon's colours must show at a high Sun: mottled highlands, seas, shores, young craters; pure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter, uniform_filter1d

from visualizer.bake.cubemap import direction_of_lat_lon, pad_equirect, texel_of_direction
from visualizer.bake.moon_albedo import FULL_SCALE
from visualizer.bake.moon_craters import at_bearing
from visualizer.bake.moon_grid import RADIUS_KM, Grid, halved

CUBE = Path(__file__).resolve().parents[1] / "assets" / "moon" / "albedo_cube.jpg"
STEP_KM = Grid(512).step_km
SEAS = [(34, -18), (27, 18), (8, 30), (17, 59), (20, -57), (-24, -39)]
# South, north, west, east, deg.
HIGHLANDS = {
    "northern far side": (0, 45, 150, 179),
    "eastern far side": (-35, 10, 95, 150),
    "western far side": (-10, 40, -178, -115),
    "southern near side": (-55, -20, 5, 50),
}
AITKEN = (-65, -40, -180, -150)


@cache
def cube() -> np.ndarray:
    with Image.open(CUBE) as image:
        coded = np.asarray(image)[..., 1].astype(np.float32) / 255
    return FULL_SCALE * np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def albedo_at(lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    face, row, column = texel_of_direction(direction_of_lat_lon(lat_deg, lon_deg), cube().shape[1])
    return cube()[face * cube().shape[1] + row, column]


@cache
def albedo() -> np.ndarray:
    """Return the normal albedo on a map of 512 rows, each texel the mean of 16."""
    lat, lon = np.degrees(Grid(2048).lat_rad), np.degrees(Grid(2048).lon_rad)
    return halved(halved(np.stack([albedo_at(np.full_like(lon, one), lon) for one in lat]).astype(np.float32)))


def within(field: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    south, north, west, east = box
    lat, lon = np.degrees(Grid(512).lat_rad), np.degrees(Grid(512).lon_rad)
    return field[np.ix_((lat > south) & (lat < north), (lon > west) & (lon < east))]


def blurred(field: np.ndarray, reach_km: float) -> np.ndarray:
    return gaussian_filter(pad_equirect(field, 64), reach_km / STEP_KM)[64:-64, 64:-64]


def ring(lat_deg: float, lon_deg: float, inner_km: float, outer_km: float) -> float:
    """Return the mean albedo of the ground from one range to another about a place."""
    ranges = np.sqrt(np.linspace(inner_km**2, outer_km**2, 24))
    places = np.array([at_bearing(lat_deg, lon_deg, b, r) for b in range(0, 360, 6) for r in ranges])
    return float(albedo_at(places[:, 0], places[:, 1]).mean())


@pytest.mark.parametrize("name", HIGHLANDS)
def test_highlands_are_mottled_at_20_to_300_km(name: str) -> None:
    wide = blurred(albedo(), 150)
    spread = within((blurred(albedo(), 10) - wide) / wide, HIGHLANDS[name]).std()
    assert 0.09 < spread < 0.18


def test_seas_are_half_as_bright_as_highlands() -> None:
    sea = np.mean([within(albedo(), (lat - 6, lat + 6, lon - 6, lon + 6)).mean() for lat, lon in SEAS])
    land = np.mean([within(albedo(), box).mean() for box in HIGHLANDS.values()])
    assert 0.44 < sea / land < 0.56
    weight = np.cos(Grid(512).lat_rad)[:, None]
    assert (albedo() * weight).sum() / (weight.sum() * 1024) == pytest.approx(0.12, abs=0.008)


def test_south_pole_aitken_is_darker_than_the_northern_far_side() -> None:
    north = within(albedo(), HIGHLANDS["northern far side"]).mean()
    assert 0.72 < within(albedo(), AITKEN).mean() / north < 0.88


def test_the_western_shore_of_procellarum_is_no_smooth_line() -> None:
    lat, lon = np.arange(-6, 46, 0.1), np.arange(-85, -45, 0.05)
    rows = albedo_at(np.repeat(lat, len(lon)), np.tile(lon, len(lat))).reshape(len(lat), len(lon))
    # The westernmost sea that goes on for three degrees.
    ahead = uniform_filter1d((rows < 0.09).astype(float), 60, origin=-29, mode="nearest")
    shore_deg = lon[np.argmax((uniform_filter1d(rows, 7) < 0.09) & (ahead > 0.8), axis=1)]
    shore_km = shore_deg * np.radians(RADIUS_KM) * np.cos(np.radians(lat))
    away = (shore_km - uniform_filter1d(shore_km, 51))[51:-51]
    assert np.sqrt(np.mean(away**2)) > 19


def test_the_lava_of_orientale_is_no_disc() -> None:
    ranges = np.arange(10.0, 260, 4)
    reach = []
    for bearing in range(0, 360, 5):
        places = np.array([at_bearing(-19.4, -94.5, bearing, r) for r in ranges])
        is_land = uniform_filter1d((albedo_at(*places.T) > 0.095).astype(float), 4)
        reach.append(ranges[np.argmax(is_land > 0.7)])
    assert 90 < np.mean(reach) < 170
    assert np.std(reach) > 20


def test_tycho_has_a_bright_peak_and_a_dark_collar() -> None:
    floor, collar = ring(-43.3, -11.2, 14, 22), ring(-43.3, -11.2, 50, 64)
    assert ring(-43.3, -11.2, 0, 5) > 1.1 * floor
    assert collar < 0.93 * ring(-43.3, -11.2, 90, 120)
