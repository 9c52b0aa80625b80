"""The Moon's horizon maps as they are shipped: the core's rays over heights smoothed by scipy.

Layer: bake. Elevations are stored as bytes, elevation_deg = -2 + 32 (v / 255)^2, which spends them on grazing light.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from visualizer.core import horizon_making

from .cubemap import sample_equirect
from .moon_grid import Field


def _smooth(field: Field, width: float, wraps: bool) -> Field:
    if wraps:
        return gaussian_filter(field, width, mode=("nearest", "wrap"))
    return gaussian_filter(field, width)


def globe_strip(height_m: Field, size_px: int) -> NDArray[np.uint8]:
    """Return the coded horizons of the globe, as `core.horizon_making` does."""
    return horizon_making.globe_strip(height_m, size_px, _smooth, sample_equirect)


def polar_strip(height_km: Field, step_km: float, margin_px: int, every_px: int = 2) -> NDArray[np.uint8]:
    """Return the coded horizons of the polar patch, as `core.horizon_making` does."""
    return horizon_making.polar_strip(height_km, step_km, margin_px, every_px, _smooth)
