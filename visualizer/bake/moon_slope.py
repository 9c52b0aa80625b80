"""The Moon's slopes on cube faces, from the global map of heights.

Layer: bake. The code of the bytes is `visualizer.core.slopes`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.core.slopes import FULL_SLOPE, code_slope, decode_slope, face_gradient, tangent_gradient

from .cubemap import face_directions, sample_equirect
from .moon_grid import RADIUS_KM, Field

__all__ = ["FULL_SLOPE", "code_slope", "decode_slope", "face_slope", "tangent_gradient"]


def face_slope(height_m: Field, i_face: int, size_px: int) -> NDArray[np.float32]:
    """Return the slope vectors of one cube face.

    Parameters
    ----------
    height_m : global map, m
    i_face : 0 to 5 in OpenGL's order
    size_px : texels along one edge

    Returns
    -------
    (size, size, 3) float32, dimensionless, Moon-fixed axes, tangent to the sphere
    """
    direction = face_directions(i_face, size_px, 1)
    level = sample_equirect(height_m, direction, order=3) / np.float32(1000 * RADIUS_KM)
    return face_gradient(level, i_face, size_px)
