"""Heights of the made Moon: swells, basins, seas, craters.

Layer: bake. The order is that of the Moon's own history: broad relief, basins, old craters, the flooding of the seas,
young craters, small craters to saturation; at last the ground is brought to the known height at pinned places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d, map_coordinates

from .cubemap import direction_of_lat_lon, pad_equirect, sample_equirect
from .moon_craters import Crater, crowd, stamp_all
from .moon_features import BASINS, ISLANDS, MARE_DISCS, SWELLS, Feature
from .moon_grid import RADIUS_KM, Field, Grid, Raster, Window, fractal, smoothstep, to_rows
from .moon_population import (
    Population,
    chains,
    named_craters,
    random_craters,
    random_crowd,
    secondaries,
    sparse_on_maria,
)

# Places where craft came down: lat, lon (deg), m over 1737.4 km, as the missions' documents have them. The first two
# are published by LROC; the others are the documents' round figures.
PINNED_M = [
    (-57.865, 61.360, -360.0), (-80.13, 1.44, 2579.0),  # Luna-25, Odysseus
    (-70.881, 22.784, 834.0), (-84.7906, 29.1957, 4400.0),  # Chandrayaan-2's lander, Athena
    (-84.729, -49.360, -3825.0), (-84.675, -48.725, -3825.0),  # LCROSS and its Centaur
    (12.7145, 62.2097, -3900.0), (-13.316, 25.251, -900.0),  # Luna-24, SLIM
]  # fmt: skip
PIN_WIDTHS_KM = (15.0, 6.0, 6.0, 2.5, 2.5, 2.5, 2.5, 2.5)
SINGLE_KM = 9.0  # smaller craters come in crowds


@dataclass(frozen=True, slots=True)
class Relief:
    """What the recipe of the heights leaves.

    Attributes
    ----------
    height_m, mare : (rows, 2 rows), m above 1737.4 km; share of mare 0 to 1
    base_m, warp : broad relief before any crater, m; the noise that frays craters
    population : the craters pressed in
    """

    height_m: Field
    mare: Field
    base_m: Field
    warp: Field
    population: Population


def build_relief(rows: int, features: list[Feature]) -> Relief:
    """Return the heights of the globe on a map of so many rows, and what they were made from."""
    grid = Grid(rows)
    warp = fractal(rows, 40, 5, 0.62, seed=21)
    base = broad_relief(min(rows, 1024))
    height = to_rows(base, rows).copy()
    old, young = named_craters(features)
    smallest = max(SINGLE_KM, 5 * grid.step_km)
    ancient = random_craters(smallest, 60, seed=31, share=1.0, known=old + young)
    early = sorted(old + ancient + chains(features), key=lambda c: -c.diameter_km)
    stamp_all(grid, height, warp, early, seed=32)
    mare = sea_mask(rows, height)
    flood(height, mare)
    late = random_craters(smallest, 32, seed=33, share=0.07, known=young)
    late = sorted(young + late, key=lambda c: -c.diameter_km)
    stamp_all(grid, height, warp, late, seed=34)
    population = Population(early, late, *_small_craters(grid, mare, young, smallest))
    away = np.abs(population.places_deg[:, 0]) < 86
    crowd(grid, height, population.places_deg[away], population.diameters_km[away], population.freshness[away])
    height += hummocks(warp, fractal(rows, 14, 3.4, 0.8, seed=62)) * (1 - np.float32(0.85) * mare)
    _soften_poles(height)
    held(height)
    return Relief(height, mare, base, warp, population)


def hummocks(warp: Field, fine: Field) -> Field:
    """Return the roughness of ground between craters, m."""
    return np.float32(32) * warp + np.float32(34) * fine


def held(height: Field) -> None:
    """Hold the deepest places, in place, near the depth of the Moon's deepest."""
    np.copyto(height, -8000 - 1300 * np.tanh((-8000 - height) / 1300), where=height < -8000)


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
        tall = (620 if sharp > 0.9 else 500) * depth * (0.3 + 0.7 * sharp)
        height[window.index] += tall * wave * np.clip(0.9 + 0.8 * rough + 0.5 * massif, 0, 2.5)
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
    bend = np.stack([fractal(rows, 420, 90, 0.55, seed=55 + i) for i in range(3)], axis=-1)
    inside = sample_equirect(inside, grid.directions() + np.float32(26 / RADIUS_KM) * bend)
    inside = np.minimum(inside, 90)
    for lat, lon, radius, strength in ISLANDS:
        window = grid.window(lat, lon, radius * 1.6)
        inside[window.index] -= np.float32(strength) * 105 * smoothstep(1.25, 0.2, window.range_km / radius)
    return inside


def sea_mask(rows: int, height: Field) -> Field:
    """Return the share of mare, 0 to 1, with a shore here smooth, there frayed by noise and by high ground."""
    work = min(rows, 2048)
    inside = to_rows(shore_distance(512), work)
    unrest = np.float32(0.25) + np.float32(1.1) * smoothstep(-0.9, 1.1, fractal(work, 620, 200, 0.5, seed=58))
    inside += 26 * unrest * fractal(work, 240, 18, 0.58, seed=51)
    above = to_rows(height, work) - to_rows(sea_level(height), work)
    inside -= np.clip(above - 550, -900, 2400) * np.float32(0.034)
    softness = 5 + 20 * smoothstep(-0.5, 1.3, fractal(work, 500, 120, 0.5, seed=52))
    return np.clip(to_rows(smoothstep(-1, 1, inside / softness), rows), 0, 1)


def flood(height: Field, mare: Field) -> None:
    """Lay lava over the ground where there is mare, in place, with swells and wrinkle ridges."""
    rows = height.shape[0]
    level = to_rows(sea_level(height), rows)
    crease = fractal(min(rows, 2048), 210, 26, 0.5, seed=53)
    ridges = np.exp(-((crease / 0.075) ** 2)) * smoothstep(0.1, 0.9, fractal(min(rows, 2048), 420, 200, 0.5, seed=54))
    lava = 55 * crease + 150 * ridges
    height += mare * (level + to_rows(lava.astype(np.float32), rows) + 0.07 * (height - level) - height)


def _small_craters(grid: Grid, mare: Field, young: list[Crater], largest_km: float) -> tuple[Field, Field, Field]:
    """Return places, diameters and freshness of all craters too small to be pressed one by one."""
    rng = np.random.default_rng(61)
    smallest = max(2.4, 1.8 * grid.step_km)
    crowds = [random_crowd(smallest, largest_km, rng, 1.6)]
    if largest_km < 10:
        crowds.append(secondaries(young, rng))
    places, sizes, fresh = (np.concatenate(parts) for parts in zip(*crowds, strict=True))
    keep = sparse_on_maria(grid, mare, places, rng)
    return places[keep], sizes[keep], fresh[keep]


def _soften_poles(height: Field) -> None:
    """Blur rows near the poles along longitude, where texels are far finer than the map's step."""
    rows = height.shape[0]
    for i in range(rows // 60):
        width = 0.35 / np.sin(np.pi * (i + 0.5) / rows)
        for row in (i, rows - 1 - i):
            height[row] = gaussian_filter1d(height[row], width, mode="wrap")


def pin_all(grid: Raster, height: Field, places: list[tuple], look: Callable[[Field, float, float], float]) -> None:
    """Raise or lower the ground around places, by ever narrower Gaussians, until they are seen at their heights.

    Parameters
    ----------
    places : latitude and longitude (deg), height (m) of each
    look : what reads the height, m, at a latitude and longitude from the map as it will be read
    """
    for i, narrow_km in enumerate(PIN_WIDTHS_KM):
        for lat, lon, level in places:
            missing = level - look(height, lat, lon)
            width = max(narrow_km, 0.012 * abs(missing) if i == 0 else 0, 1.5 * grid.step_km)
            window = grid.window(lat, lon, 5 * width)
            height[window.index] += np.float32(missing) * np.exp(-0.5 * (window.range_km / width) ** 2)


def seen_on_globe(height: Field, lat_deg: float, lon_deg: float) -> float:
    """Return a place's height, m, between texels by lines, from the shipped map: half the rows of the working one."""
    direction = direction_of_lat_lon([lat_deg], [lon_deg])
    return float(sample_equirect(to_rows(height, min(height.shape[0], 2048)), direction)[0])


def pin_globe(height: Field) -> None:
    """Bring the globe, in place, to the heights of the places, of which two may be too near for its texels."""
    pin_all(Grid(height.shape[0]), height, PINNED_M[:5] + PINNED_M[6:], seen_on_globe)
