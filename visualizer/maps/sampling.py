"""Read global maps between their texels, and write pictures whole or not at all. Maps."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from visualizer.core.arrays import FloatArray
from visualizer.core.cube_faces import equirect_coordinates, pad_equirect

Field = NDArray[np.float32]
MARGIN_PX: Final = 4


def sampled(field: Field, direction: NDArray[np.floating]) -> Field:
    """Return a global map at directions, linear between pixels.

    Parameters
    ----------
    field : (rows, cols), row 0 northernmost, column 0 at 180 W
    direction : (..., 3) body-fixed axes
    """
    row, col = (at + MARGIN_PX for at in equirect_coordinates(direction, *field.shape))
    padded = pad_equirect(field, MARGIN_PX)
    i, j = np.floor(row).astype(np.intp), np.floor(col).astype(np.intp)
    down, right = (row - i).astype(np.float32), (col - j).astype(np.float32)
    top = padded[i, j] * (1.0 - right) + padded[i, j + 1] * right
    return np.asarray(top * (1.0 - down) + (padded[i + 1, j] * (1.0 - right) + padded[i + 1, j + 1] * right) * down)


def smooth_sampled(field: Field, direction: NDArray[np.floating]) -> Field:
    """Return a global map at directions by Catmull's and Rom's cubic: its slopes have no steps at pixels."""
    row, col = (at + MARGIN_PX for at in equirect_coordinates(direction, *field.shape))
    padded = pad_equirect(field, MARGIN_PX)
    i, j = np.floor(row).astype(np.intp), np.floor(col).astype(np.intp)
    down, right = _cubic(row - i), _cubic(col - j)
    total = np.zeros(i.shape, dtype=np.float32)
    for a in range(4):
        line = sum(padded[i + a - 1, j + b - 1] * right[b] for b in range(4))
        total += down[a] * line
    return total


def _cubic(x: FloatArray) -> list[Field]:
    """Return the weights of four neighbours at -1, 0, 1, 2."""
    x2, x3 = x * x, x * x * x
    weights = (-x3 + 2 * x2 - x, 3 * x3 - 5 * x2 + 2, -3 * x3 + 4 * x2 + x, x3 - x2)
    return [np.asarray(0.5 * weight, dtype=np.float32) for weight in weights]


def map_directions(rows: int, first: int, last: int) -> Field:
    """Return directions of the pixels of some rows of a global map, (last - first, 2 rows, 3)."""
    lat = np.pi * (0.5 - (np.arange(first, last) + 0.5) / rows)[:, np.newaxis]
    lon = (np.pi * ((np.arange(2 * rows) + 0.5) / rows - 1.0))[np.newaxis]
    parts = [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat) + 0.0 * lon]
    return np.stack(parts, axis=-1).astype(np.float32)


def write_picture(pixels: NDArray[np.generic], path: Path, **options: object) -> None:
    """Write a picture, whole or not at all."""
    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, format={".jpg": "JPEG", ".png": "PNG"}[path.suffix], **options)
    part = path.with_suffix(path.suffix + ".part")
    part.write_bytes(buffer.getvalue())
    part.replace(path)
