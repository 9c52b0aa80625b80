"""Horizon maps of measured heights: without them no mountain of theirs would cast a shadow.

Maps. The rays are the core's; about a minute and a half, once, while maps are made.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.horizon import SOUTH_EDGE_KM
from visualizer.core.horizon_making import REACH_KM, Field, Progress, globe_strip, polar_strip
from visualizer.maps.sampling import sampled, smooth_sampled, write_picture

QUALITY: Final = 85
REACH_SIGMAS: Final = 3.0


def blurred(field: Field, width: float, wraps: bool) -> Field:
    """Return a map smoothed by a Gaussian of so many texels; beyond edges lies what lies at them."""
    reach = int(np.ceil(REACH_SIGMAS * width))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    tall = np.pad(field, ((reach, reach), (0, 0)), mode="edge")
    rows = len(field)
    total = sum(weight * tall[k : k + rows] for k, weight in enumerate(weights))
    wide = np.pad(np.asarray(total, dtype=np.float32), ((0, 0), (reach, reach)), mode="wrap" if wraps else "edge")
    columns = field.shape[1]
    return np.asarray(sum(weight * wide[:, k : k + columns] for k, weight in enumerate(weights)), dtype=np.float32)


def write_globe_horizon(heights_km: Field, path: Path, size_px: int, tell: Progress) -> None:
    """Write the horizons of the globe, as `assets/moon/horizon_cube.jpg` is coded.

    Parameters
    ----------
    heights_km : (rows, 2 rows), km above 1737.4 km
    size_px : of a face
    tell : called with the share that is done; may raise to stop
    """
    metres = heights_km * np.float32(1000)
    write_picture(globe_strip(metres, size_px, blurred, sampled, tell), path, quality=QUALITY)


def write_south_horizon(heights_km: Field, path: Path, tell: Progress) -> None:
    """Write the horizons about the south pole, as `assets/moon/south_horizon.jpg` is coded, as fine as the heights."""
    texel_km = SOUTH_EDGE_KM / round(SOUTH_EDGE_KM * len(heights_km) / (np.pi * RADIUS_MOON_KM))
    # An answer for every two by two places that rays start from.
    step_km = 0.5 * texel_km
    margin_px = 2 * round(REACH_KM / texel_km)
    plane = smooth_sampled(heights_km, south_directions(step_km, margin_px))
    write_picture(polar_strip(plane, step_km, margin_px, 2, blurred, tell), path, quality=QUALITY)


def south_directions(step_km: float, margin_px: int) -> FloatArray:
    """Return directions of a polar stereographic square about the south pole, (n, n, 3) float32.

    Parameters
    ----------
    step_km : spacing at the pole
    margin_px : beyond the square that `core.horizon` reads, on each side
    """
    half_px = round(SOUTH_EDGE_KM / step_km) + margin_px
    along = (np.arange(2 * half_px) + 0.5 - half_px) * step_km / (2.0 * RADIUS_MOON_KM)
    # Row 0 is at the top (longitude 0), column 0 at the left (90 W).
    x, y = along[np.newaxis, :], -along[:, np.newaxis]
    r2 = x * x + y * y
    parts = [2.0 * y / (1.0 + r2), 2.0 * x / (1.0 + r2), (r2 - 1.0) / (r2 + 1.0)]
    return np.stack(parts, axis=-1).astype(np.float32)
