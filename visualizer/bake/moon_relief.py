"""Heights of the made Moon: swells, basins, seas, craters.

Layer: bake. The order is that of the Moon's own history: broad relief, basins, old craters, the flooding of the seas,
young craters, small craters to saturation; at last the ground is brought to the known height at pinned places.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d, map_coordinates

from .cubemap import direction_of_lat_lon, pad_equirect, sample_equirect
from .moon_craters import crowd, stamp_all
from .moon_features import BASINS, ISLANDS, MARE_DISCS, SWELLS, Feature
from .moon_grid import Field, Grid, Window, fractal, halved, smoothstep, to_rows
from .moon_population import chains, named_craters, random_craters, random_crowd, secondaries, sparse_on_maria

PINNED_M = [(-57.865, 61.360, -360.0)]  # Luna-25's impact point
PIN_WIDTH_KM = 15.0


def build_relief(rows: int, features: list[Feature]) -> tuple[Field, Field]:
    """Return the height in metres and the share of mare, both on a map of `rows` rows."""
    grid = Grid(rows)
    warp = fractal(rows, 40, 5, 0.62, seed=21)
    height = to_rows(broad_relief(min(rows, 1024)), rows)
    old, young = named_craters(features)
    smallest = max(6.0, 5 * grid.step_km)
    ancient = random_craters(smallest, 75, seed=31, share=1.5)
    stamp_all(grid, height, warp, sorted(old + ancient + chains(features), key=lambda c: -c.diameter_km), seed=32)
    mare = sea_mask(rows, height)
    flood(height, mare)
    late = random_craters(smallest, 32, seed=33, share=0.07)
    stamp_all(grid, height, warp, sorted(young + late, key=lambda c: -c.diameter_km), seed=34)
    _small_craters(grid, height, mare, young, smallest)
    hummocks = np.float32(32) * warp + np.float32(34) * fractal(rows, 14, 3.4, 0.8, seed=62)
    height += hummocks * (1 - np.float32(0.85) * mare)
    _soften_poles(height)
    np.copyto(height, -8000 - 1300 * np.tanh((-8000 - height) / 1300), where=height < -8000)
    for lat, lon, level in PINNED_M:
        pin(grid, height, lat, lon, level)
    return height, mare


def broad_relief(rows: int) -> Field:
    """Return swells, basins and their rings, and rolling noise, m."""
    grid = Grid(rows)
    height = np.float32(420) * fractal(rows, 1100, 60, 0.62, seed=41)
    for lat, lon, reach, top in SWELLS:
        window = grid.window(lat, lon, 3 * reach)
        height[window.index] += np.float32(1000 * top) * np.exp(-0.5 * (window.range_km / reach) ** 2)
    ragged = fractal(rows, 260, 30, 0.6, seed=42)
    massif = fractal(rows, 44, 20, 0.7, seed=44)
    for i, basin in enumerate(BASINS):
        _dig_basin(grid, height, (ragged, massif), basin, np.random.default_rng([43, i]))
    return height


def _dig_basin(grid: Grid, height: Field, noises: tuple[Field, Field], basin: tuple, rng: np.random.Generator) -> None:
    lat, lon, diameter, depth, sharp, rings = basin
    window = grid.window(lat, lon, diameter * 1.25)
    rough, massif = (noise[window.index] for noise in noises)
    is_spa = diameter > 2000 and lat < -40
    egg = np.sqrt(1.17 - 0.34 * (window.east * np.sin(0.33) + window.north * np.cos(0.33)) ** 2) if is_spa else 1
    over = window.range_km / (diameter / 2) * egg * (1 + 0.05 * rough * (1.3 - sharp))
    ground = height[window.index]
    bowl = -1000 * depth * smoothstep(1.04, 0.86 - 0.6 * (1 - sharp), over) * (1 - 0.12 * sharp * over)
    crest = 950 * depth * sharp * _ridge(over, 1.0, 0.045, 0.20) * np.clip(1 + 0.5 * rough + 0.75 * massif, 0.05, 2.8)
    flat = np.float32(0.5 * sharp) * smoothstep(1.0, 0.7, over)
    height[window.index] = ground * (1 - flat) + bowl + crest
    for ring in rings:
        wave = _ridge(window.range_km / (ring / 2) * (1 + 0.035 * rough), 1.0, 0.05, 0.10)
        height[window.index] += (
            500 * depth * (0.3 + 0.7 * sharp) * wave * np.clip(0.9 + 0.8 * rough + 0.5 * massif, 0, 2.5)
        )
    if sharp >= 0.55 and diameter > 600:
        _sculpture(height, window, rough, diameter, 150 * depth / 2.2, rng)


def _ridge(over: Field, centre: float, inner: float, outer: float) -> Field:
    """Return a ridge with a steep inner face and a gentle outer one."""
    width = np.where(over < centre, inner, outer)
    return np.exp(-(((over - centre) / width) ** 2))


def _sculpture(
    height: Field, window: Window, rough: Field, diameter: float, size_m: float, rng: np.random.Generator
) -> None:
    """Add grooves and ridges radial to a basin, fading outward."""
    bearings = 1440
    plane = gaussian_filter1d(rng.standard_normal((64, bearings)), 1.6, axis=1, mode="wrap")
    plane = gaussian_filter1d(plane, 3.0, axis=0)
    plane /= plane.std()
    over = window.range_km / (diameter / 2)
    row, col = np.clip(over / 2.6, 0, 1) * 63, np.arctan2(window.east, window.north) / (2 * np.pi) % 1 * bearings
    grooves = map_coordinates(plane, [row, col], order=1, mode="grid-wrap", output=np.float32)
    height[window.index] += (
        size_m * grooves * np.clip(1 + 0.8 * rough, 0, 2.5) * smoothstep(0.95, 1.1, over) * smoothstep(2.4, 1.1, over)
    )


def sea_level(height: Field) -> Field:
    """Return the level of lava over a map of 512 rows: the ground blurred, held to the range of real maria."""
    small = to_rows(height, 512)
    blurred = gaussian_filter(pad_equirect(small, 32), 9)[32:-32, 32:-32]
    return np.clip(blurred - 350, -4300, -900).astype(np.float32)


def shore_distance(rows: int) -> Field:
    """Return the distance inside (positive) or outside the seas' outline before fraying, km."""
    grid = Grid(rows)
    inside = np.full((rows, 2 * rows), -150, np.float32)
    for lat, lon, radius in MARE_DISCS:
        window = grid.window(lat, lon, radius + 150)
        depth = radius - window.range_km
        inside[window.index] = np.maximum(inside[window.index], depth)
    inside = np.minimum(inside, 90)
    for lat, lon, radius, strength in ISLANDS:
        window = grid.window(lat, lon, radius * 1.6)
        inside[window.index] -= np.float32(strength) * 105 * smoothstep(1.25, 0.2, window.range_km / radius)
    return inside


def sea_mask(rows: int, height: Field) -> Field:
    """Return the share of mare, 0 to 1, with a shore frayed by noise and by high ground."""
    work = min(rows, 2048)
    inside = to_rows(shore_distance(512), work)
    inside += 33 * fractal(work, 240, 18, 0.62, seed=51)
    above = to_rows(height, work) - to_rows(sea_level(height), work)
    inside -= np.clip(above - 600, -900, 2200) * np.float32(0.026)
    softness = 4 + 15 * smoothstep(-0.3, 1.4, fractal(work, 500, 120, 0.5, seed=52))
    return np.clip(to_rows(smoothstep(-1, 1, inside / softness), rows), 0, 1)


def flood(height: Field, mare: Field) -> None:
    """Lay lava over the ground where there is mare, in place, with swells and wrinkle ridges."""
    rows = height.shape[0]
    level = to_rows(sea_level(height), rows)
    crease = fractal(min(rows, 2048), 210, 26, 0.5, seed=53)
    ridges = np.exp(-((crease / 0.075) ** 2)) * smoothstep(0.1, 0.9, fractal(min(rows, 2048), 420, 200, 0.5, seed=54))
    lava = 55 * crease + 150 * ridges
    height += mare * (level + to_rows(lava.astype(np.float32), rows) + 0.05 * (height - level) - height)


def _small_craters(grid: Grid, height: Field, mare: Field, young: list, largest_km: float) -> None:
    rng = np.random.default_rng(61)
    smallest = max(2.4, 1.8 * grid.step_km)
    crowds = [random_crowd(smallest, largest_km, rng, 1.9)]
    if largest_km < 8:
        crowds.append(secondaries(young, rng))
    for places, sizes, fresh in crowds:
        keep = sparse_on_maria(grid, mare, places, rng) & (np.abs(places[:, 0]) < 86)
        crowd(grid, height, places[keep], sizes[keep], fresh[keep])


def _soften_poles(height: Field) -> None:
    """Blur rows near the poles along longitude, where texels are far finer than the map's step."""
    rows = height.shape[0]
    for i in range(rows // 60):
        width = 0.35 / np.sin(np.pi * (i + 0.5) / rows)
        for row in (i, rows - 1 - i):
            height[row] = gaussian_filter1d(height[row], width, mode="wrap")


def pin(grid: Grid, height: Field, lat_deg: float, lon_deg: float, level_m: float) -> None:
    """Raise or lower the ground around a place, by a Gaussian, until the half-size map passes through a level."""
    window = grid.window(lat_deg, lon_deg, 5 * PIN_WIDTH_KM)
    bump = np.exp(-0.5 * (window.range_km / PIN_WIDTH_KM) ** 2)
    for _ in range(3):
        here = sample_equirect(halved(height), direction_of_lat_lon([lat_deg], [lon_deg]))[0]
        height[window.index] += np.float32(level_m - here) * bump
