"""Heights of the patch around the south pole: the globe's own craters pressed again, sharper, and smaller ones.

Layer: bake. Where the patch ends it becomes the globe over two degrees, and the globe's map takes the patch's ground,
so that both show one Moon.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from .moon_craters import crowd, stamp_all
from .moon_grid import RADIUS_KM, Field, Grid, smoothstep
from .moon_polar import EDGE_LAT_DEG, PATCH_PX, STEP_KM, PolarGrid, from_globe
from .moon_population import random_crowd
from .moon_relief import PINNED_M, Relief, held, hummocks, pin_all

BLEND_KM = 60.0
SMALLEST_KM = 1.2
MARGIN_KM = 200.0


def build_south(relief: Relief, size_px: int = PATCH_PX, step_km: float = STEP_KM) -> Field:
    """Return the heights of the patch, m, and lay them, in place, into the relief's global map.

    Returns
    -------
    (size_px, size_px) float32, m above the sphere of 1737.4 km
    """
    grid, made = PolarGrid(size_px, step_km), relief.population
    patch = from_globe(relief.base_m, size_px, step_km)
    warp = from_globe(relief.warp, size_px, step_km, 1) + np.float32(0.22) * polar_noise(grid, (3.1, 1.7), 64)
    stamp_all(grid, patch, warp, made.early, seed=32)
    stamp_all(grid, patch, warp, made.late, seed=34)
    for places, sizes, fresh in (_crowd_of(relief, grid), _smaller_still(relief, grid)):
        crowd(grid, patch, places, sizes, fresh)
    patch += hummocks(warp, polar_noise(grid, (14.0, 7.0, 3.5, 1.75), 65))
    held(patch)
    share = patch_share(grid)
    patch = share * patch + (1 - share) * from_globe(relief.height_m, size_px, step_km)
    lay_into_globe(relief.height_m, patch, grid)
    pin_all(grid, patch, [place for place in PINNED_M if place[0] < EDGE_LAT_DEG], partial(seen_on_patch, grid))
    return patch


def polar_noise(grid: PolarGrid, wavelengths_km: tuple[float, ...], seed: int) -> Field:
    """Return noise on the plane of the patch, octaves of falling amplitude, the first of unit deviation."""
    rng, total = np.random.default_rng(seed), np.zeros((grid.size_px, grid.size_px), np.float32)
    for i, wavelength in enumerate(wavelengths_km):
        lattice = rng.standard_normal((256, 256), dtype=np.float32)
        place = (grid.centres_km / wavelength + 1024.37).astype(np.float32)
        turned = 0.8 * place[:, None] + 0.6 * place[None, :], 0.8 * place[None, :] - 0.6 * place[:, None]
        octave = map_coordinates(lattice, turned, order=2, mode="grid-wrap", prefilter=False, output=np.float32)
        total += np.float32(1.7 * 0.8**i) * octave
    return total


def patch_share(grid: PolarGrid) -> Field:
    """Return how far the patch counts, 1 inside and 0 at its edge, falling over two degrees."""
    inward = grid.centres_km[-1] - np.abs(grid.centres_km)
    return smoothstep(0, BLEND_KM, np.minimum(inward[:, None], inward[None, :])).astype(np.float32)


def lay_into_globe(height_m: Field, patch: Field, grid: PolarGrid) -> None:
    """Give the global map, in place, the patch's ground, smoothed to its own texels."""
    globe = Grid(height_m.shape[0])
    first = int(globe.rows * (0.5 + 58 / 180))
    smooth = gaussian_filter(patch, 0.4 * globe.step_km / grid.step_km)
    lat, lon = globe.lat_rad[first:, None], globe.lon_rad[None, :]
    range_km = 2 * RADIUS_KM * np.tan((np.pi / 2 + lat) / 2)
    half = 0.5 * (grid.size_px - 1)
    row, col = half - range_km * np.cos(lon) / grid.step_km, half + range_km * np.sin(lon) / grid.step_km
    inside = (np.abs(row - half) < half - 1) & (np.abs(col - half) < half - 1)
    there = map_coordinates(smooth, [row[inside], col[inside]], order=1, output=np.float32)
    height_m[first:][inside] = there


def seen_on_patch(grid: PolarGrid, patch: Field, lat_deg: float, lon_deg: float) -> float:
    """Return a place's height between texels by lines, m."""
    row, col, _, _ = grid.texel(np.array([[lat_deg, lon_deg]]))
    return float(map_coordinates(patch, [row, col], order=1, mode="nearest")[0])


def with_margin(patch: Field, height_m: Field, step_km: float = STEP_KM) -> tuple[Field, int]:
    """Return the patch with the globe's ground around it, as far as rays reach, and the margin in texels."""
    margin = int(MARGIN_KM / step_km)
    wide = from_globe(height_m, patch.shape[0] + 2 * margin, step_km, 1)
    wide[margin:-margin, margin:-margin] = patch
    return wide, margin


def _on_patch(places: Field, grid: PolarGrid) -> np.ndarray:
    row, col, _, _ = grid.texel(places)
    return (places[:, 0] < -50) & (np.maximum(np.abs(row), np.abs(col)) < 1.1 * grid.size_px)


def _crowd_of(relief: Relief, grid: PolarGrid) -> tuple[Field, Field, Field]:
    made = relief.population
    near = _on_patch(made.places_deg, grid)
    return made.places_deg[near], made.diameters_km[near], made.freshness[near]


def _smaller_still(relief: Relief, grid: PolarGrid) -> tuple[Field, Field, Field]:
    """Return craters between the globe's smallest and what the patch can show."""
    largest = float(relief.population.diameters_km.min())
    smallest = max(SMALLEST_KM, 2.2 * grid.step_km)
    if smallest >= largest:
        return np.zeros((0, 2)), np.zeros(0), np.zeros(0)
    places, sizes, fresh = random_crowd(smallest, largest, np.random.default_rng(66), 1.3)
    near = _on_patch(places, grid)
    return places[near], sizes[near], fresh[near]
