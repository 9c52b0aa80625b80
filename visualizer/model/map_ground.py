"""The ground of a map in gray, and the light on it: worked out for the pixels of a view, a few rows at a time.

Model. The gray is albedo times a hill shading whose light comes from the upper left, as on maps, whatever the Sun
does; the light of the minute is a layer of its own over it: the night, and the shadows that the horizon maps cast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.core.cube_faces import texel_of_direction
from visualizer.core.horizon import (
    SOUTH_STEP_KM,
    belongs_to_relief,
    bundled_horizon,
    read_strip,
    south_plane_km,
    south_weight,
    sun_place_rad,
)
from visualizer.core.relief import METRES_PER_STEP, ZERO_STEP, bundled_relief, south_steps
from visualizer.model.map_projection import directions
from visualizer.model.map_view import MapView
from visualizer.resources import asset_path

Gray = npt.NDArray[np.uint8]
Small = npt.NDArray[np.float32]
ROWS_AT_ONCE: Final = 48
GLOBE_TEXEL_KM: Final = 2.665
ALBEDO_TEXEL_KM: Final = 1.34
LIGHT_FROM: Final = (-0.5, 0.5, 0.7071)
# Shaded hills at small scales would be flat: heights are raised with the square root of the scale.
STEEPENED: Final = 2.2
DARK: Final = np.array([3, 6, 18], dtype=np.uint8)
NIGHT_ALPHA, SHADOW_ALPHA = 150, 200
LOWEST_RAD, HIGHEST_RAD = float(np.deg2rad(-2.4)), float(np.deg2rad(30.5))
# Lines and names have to be read on it.
TONE: Final = 0.60


def ground_files() -> tuple[str, ...]:
    """Return the files in use: measured maps may take the place of the bundled ones."""
    return tuple(str(asset_path(f"moon/{name}")) for name in ("height.png", "south_height.png", "albedo_cube.jpg"))


def _bands(view: MapView, every_px: float) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
    """Yield rows, and x and y of their pixels, (rows, columns) km; pixels are `every_px` wide."""
    columns, rows = grid_size(view, every_px)
    left, _, _, top = view.edges_km
    step = every_px * view.km_per_px
    x = left + (np.arange(columns) + 0.5) * step
    for first in range(0, rows, ROWS_AT_ONCE):
        part = slice(first, min(first + ROWS_AT_ONCE, rows))
        y = top - (np.arange(part.start, part.stop) + 0.5) * step
        yield part, *np.meshgrid(x, y)


def grid_size(view: MapView, every_px: float) -> tuple[int, int]:
    """Return columns and rows of a picture of a view with pixels `every_px` wide."""
    return max(1, round(view.width_px / every_px)), max(1, round(view.height_px / every_px))


def ground_gray(view: MapView, every_px: float = 1.0, is_wanted: Callable[[], bool] = lambda: True) -> Gray | None:
    """Return the ground of a view, (rows, columns) uint8, 0 beside the paper; None once it is not wanted."""
    columns, rows = grid_size(view, every_px)
    step = every_px * view.km_per_px
    heights, gray = np.zeros((rows, columns), np.float32), np.zeros((rows, columns), np.float32)
    for part, x, y in _bands(view, every_px):
        if not is_wanted():
            return None
        up = directions(view.projection, x, y)
        heights[part] = _heights_km(up, step)
        gray[part] = _albedo(up, step)
    for part, x, y in _bands(view, every_px):
        gray[part] *= _shade(heights, part, view, x, y, step)
        gray[part][~view.projection.is_on_paper(x, y)] = 0.0
    return np.asarray(np.clip(TONE * gray, 0.0, 255.0), dtype=np.uint8)


def _shade(heights: Small, part: slice, view: MapView, x: FloatArray, y: FloatArray, step_km: float) -> Small:
    """Return how bright slopes are, about 1 on level ground, (rows, columns)."""
    first, end = max(part.start - 1, 0), min(part.stop + 1, len(heights))
    block = heights[first:end]
    if min(block.shape) < 2:
        return np.ones((part.stop - part.start, heights.shape[1]), np.float32)
    down, right = (np.asarray(part_of, dtype=np.float32) for part_of in np.gradient(block, step_km))
    inner = slice(part.start - first, part.start - first + part.stop - part.start)
    lat, _ = view.projection.place_rad(x, y)
    along_parallel, along_meridian = view.projection.scale(lat)
    raised = STEEPENED * float(np.clip(step_km, 0.05, 30.0)) ** 0.5
    east, north = raised * right[inner] * along_parallel, -raised * down[inner] * along_meridian
    shade = (-LIGHT_FROM[0] * east - LIGHT_FROM[1] * north + LIGHT_FROM[2]) / np.sqrt(1.0 + east**2 + north**2)
    return np.asarray(0.25 + 0.75 * np.maximum(shade, 0.0) / LIGHT_FROM[2], dtype=np.float32)


def _heights_km(up: FloatArray, texel_km: float) -> FloatArray:
    """Return heights averaged over about a pixel: mean heights of coarser maps, or the relief between its texels."""
    if texel_km < GLOBE_TEXEL_KM:
        return bundled_relief().map_height_km(up)
    globe = _pooled_globe(str(asset_path("moon/height.png")), _level(texel_km, GLOBE_TEXEL_KM))
    rows, columns = globe.shape
    lat, lon = np.arctan2(up[..., 2], np.hypot(up[..., 0], up[..., 1])), np.arctan2(up[..., 1], up[..., 0])
    height = _between(globe, (0.5 - lat / np.pi) * rows - 0.5, (lon / (2.0 * np.pi) + 0.5) * columns - 0.5, wraps=True)
    if belongs_to_relief("moon/south_height.png") and np.any(up[..., 2] < -0.85):
        south = _pooled_south(str(asset_path("moon/south_height.png")), _level(texel_km, SOUTH_STEP_KM))
        edge = 0.5 * SOUTH_STEP_KM * len(south_steps("moon/south_height.png"))
        x, y = south_plane_km(up)
        weight = np.where(up[..., 2] < 0.0, south_weight(x, y, edge), 0.0)
        step = 2.0 * edge / len(south)
        polar = _between(south, 0.5 * (len(south) - 1) - y / step, 0.5 * (len(south) - 1) + x / step)
        height = height + weight * (polar - height)
    return height


def _level(wanted_km: float, texel_km: float) -> int:
    """Return how often a map is to be halved so that its texels are about as large as wanted."""
    return int(np.clip(np.round(np.log2(max(wanted_km / texel_km, 1.0))), 0, 6))


@lru_cache(maxsize=8)
def _pooled_globe(_path: str, level: int) -> Small:
    return _pooled(bundled_relief().steps, level)


@lru_cache(maxsize=8)
def _pooled_south(_path: str, level: int) -> Small:
    return _pooled(south_steps("moon/south_height.png"), level)


def _pooled(steps: npt.NDArray[np.uint16], level: int) -> Small:
    """Return heights, km, averaged over squares of 2^level texels; a rest at the edge goes with its neighbours."""
    size = 2**level
    rows, columns = steps.shape[0] // size * size, steps.shape[1] // size * size
    whole = steps[:rows, :columns].reshape(rows // size, size, columns // size, size)
    mean = whole.mean(axis=(1, 3), dtype=np.float32)
    return np.asarray((mean - ZERO_STEP) * (METRES_PER_STEP * 1e-3), dtype=np.float32)


def _between(raster: Small, row: FloatArray, column: FloatArray, wraps: bool = False) -> FloatArray:
    """Return a raster between its texels, linear, (...)."""
    rows, columns = raster.shape
    row = np.clip(row, 0.0, rows - 1.0)
    column = column % columns if wraps else np.clip(column, 0.0, columns - 1.0)
    r0, c0 = np.minimum(row.astype(np.intp), rows - 2), column.astype(np.intp)
    c0 = c0 % columns if wraps else np.minimum(c0, columns - 2)
    c1 = (c0 + 1) % columns
    down, right = row - r0, column - np.floor(column) if wraps else column - c0
    top = raster[r0, c0] * (1.0 - right) + raster[r0, c1] * right
    low = raster[r0 + 1, c0] * (1.0 - right) + raster[r0 + 1, c1] * right
    return np.asarray(top * (1.0 - down) + low * down, dtype=np.float64)


def _albedo(up: FloatArray, texel_km: float) -> FloatArray:
    """Return the tone of level ground, 0 to 255, stretched for maps."""
    faces = _albedo_faces(str(asset_path("moon/albedo_cube.jpg")), _level(texel_km, ALBEDO_TEXEL_KM))
    i_face, row, column = texel_of_direction(up, faces.shape[1])
    return np.asarray(58.0 + 0.95 * faces[i_face, row, column], dtype=np.float64)


@lru_cache(maxsize=6)
def _albedo_faces(path: str, level: int) -> Gray:
    faces = read_strip("moon/albedo_cube.jpg")[:6] if level == 0 else _albedo_faces(path, level - 1)
    if level == 0:
        return faces
    quarters = [faces[:, i::2, j::2].astype(np.uint16) for i in range(2) for j in range(2)]
    return np.asarray((sum(quarters) + 2) // 4, dtype=np.uint8)


def light_rgba(
    view: MapView, dir_sun: FloatArray, every_px: float = 2.0, is_wanted: Callable[[], bool] = lambda: True
) -> Gray | None:
    """Return the night and the shadows over a view, (rows, columns, 4) uint8, alpha not multiplied in.

    Parameters
    ----------
    dir_sun : (3,) unit vector to the Sun, Moon-fixed axes
    """
    columns, rows = grid_size(view, every_px)
    rgba = np.zeros((rows, columns, 4), np.uint8)
    rgba[..., :3] = DARK
    for part, x, y in _bands(view, every_px):
        if not is_wanted():
            return None
        dark, elevation = dark_share(directions(view.projection, x, y), dir_sun)
        # Shadows by day are darker than the night, so that the two are told apart.
        by_day = np.clip(np.rad2deg(elevation), 0.0, 1.0)
        alpha = dark * (NIGHT_ALPHA + (SHADOW_ALPHA - NIGHT_ALPHA) * by_day)
        alpha[~view.projection.is_on_paper(x, y)] = 0.0
        rgba[part, :, 3] = alpha.astype(np.uint8)
    return rgba


def dark_share(up: FloatArray, dir_sun: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how much of the Sun's disc is hidden, 0 to 1, and the elevation of its middle, rad, (...) each.

    Parameters
    ----------
    up : (..., 3) unit vectors to the places, Moon-fixed axes
    dir_sun : (3,) unit vector, same axes
    """
    elevation, _ = sun_place_rad(up, dir_sun)
    dark = np.where(elevation < 0.0, 1.0, 0.0)
    # Only here the ground decides: hills beyond the terminator still see the Sun, hollows before it do not.
    is_low = (elevation > LOWEST_RAD) & (elevation < HIGHEST_RAD)
    if np.any(is_low):
        dark[is_low] = 1.0 - bundled_horizon().lit_fraction(up[is_low], dir_sun)
    return dark, elevation
