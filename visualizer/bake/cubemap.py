"""Global maps onto cube maps and pictures onto disk, for the recipes that bake them.

Layer: bake (never imported at run time). The geometry of the faces is `visualizer.core.cube_faces`.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import map_coordinates

from visualizer.core.cube_faces import (
    FACES,
    direction_of_lat_lon,
    equirect_coordinates,
    face_axes,
    face_directions,
    pad_equirect,
    srgb_encode,
    texel_centres,
    texel_of_direction,
)

__all__ = [
    "FACES",
    "direction_of_lat_lon",
    "equirect_coordinates",
    "face_axes",
    "face_directions",
    "pad_equirect",
    "sample_equirect",
    "save_image",
    "srgb_encode",
    "texel_centres",
    "texel_of_direction",
]


def sample_equirect(
    field: NDArray[np.floating], direction: NDArray[np.floating], order: int = 1
) -> NDArray[np.float32]:
    """Interpolate a single-channel global map at directions.

    Parameters
    ----------
    field : (rows, cols), row 0 northernmost, column 0 at 180 W, values at texel centres
    direction : (..., 3), body-fixed axes
    order : 0 nearest, 1 linear, 3 cubic spline

    Returns
    -------
    (...) float32, unit of the field
    """
    margin = 8
    row, col = equirect_coordinates(direction, *field.shape)
    padded = pad_equirect(field, margin).astype(np.float32, copy=False)
    return map_coordinates(padded, [row + margin, col + margin], order=order, mode="nearest", output=np.float32)


def save_image(pixels: NDArray[np.uint8] | NDArray[np.uint16], path: Path, **options: object) -> None:
    """Write an image by the suffix of its path, whole or not at all; options go to Pillow's writer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    kind = {".jpg": "JPEG", ".png": "PNG"}[path.suffix]
    Image.fromarray(pixels).save(buffer, format=kind, **options)
    path.write_bytes(buffer.getvalue())
