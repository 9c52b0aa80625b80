"""Turn the fetched maps into the files that the scene draws with, in the form of the bundled ones.

Maps. Heights come in half metres above -10 km, colours as the CGI Moon Kit codes them; what leaves is coded as
`assets/moon` is. Takes about a minute; nothing of it happens while the app draws.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import equirect_coordinates, face_directions, pad_equirect, srgb_encode
from visualizer.core.slopes import code_slope, face_gradient
from visualizer.errors import FileFormatError
from visualizer.maps.sets import MapFile, MapSet

Field = NDArray[np.float32]
Tell = Callable[[str, float], None]
HEIGHT_ROWS: Final = 2048
SLOPE_FACE_PX: Final = 2048
ALBEDO_FULL: Final = 0.30
# The kit's words: gamma 2.8, then 0.16 to 0.40 spread over a byte; balanced by these factors.
GAMMA, DARKEST, BRIGHTEST = 2.8, 0.16, 0.40
# Area mean of the normal albedo, so that measured and made maps are exposed alike.
MEAN_ALBEDO: Final = 0.12
MARGIN_PX: Final = 4


def read_picture(path: Path, file: MapFile) -> NDArray[np.generic]:
    """Return the pixels of a fetched file.

    Raises
    ------
    FileFormatError
        If it is no picture, or not of the size and form that the set names.
    """
    from PIL import Image

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(path) as image:
            if image.size != (file.width_px, file.height_px):
                found = f"{image.width} x {image.height} pixels"
                raise FileFormatError(path, found, expected=f"{file.width_px} x {file.height_px}", found=found)
            pixels = np.asarray(image)
    except (OSError, SyntaxError, ValueError) as error:
        raise FileFormatError(path, f"not a picture that can be read ({error})") from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    form = (2, 2) if file.kind == "height" else (3, 1)
    if (pixels.ndim, pixels.dtype.itemsize) != form:
        raise FileFormatError(path, f"{pixels.ndim} axes of {pixels.dtype}: not a map of {file.kind}")
    return pixels


def heights_km(pixels: NDArray[np.generic]) -> Field:
    """Return heights above 1737.4 km from half metres above -10 km, km."""
    return np.asarray(pixels, dtype=np.float32) * np.float32(0.0005) - np.float32(10.0)


def albedo_of(pixels: NDArray[np.generic]) -> Field:
    """Return normal albedo, (rows, cols, 3), of the kit's colours."""
    coded = np.arange(256, dtype=np.float32) / 255.0
    linear = (DARKEST + (BRIGHTEST - DARKEST) * coded) ** GAMMA
    colours = linear.astype(np.float32)[np.asarray(pixels, dtype=np.uint8)[..., :3]]
    weight = np.cos(np.linspace(-0.5, 0.5, len(colours)) * np.pi)[:, np.newaxis]
    mean = float(np.sum(colours.mean(axis=2) * weight) / (np.sum(weight) * colours.shape[1]))
    return colours * np.float32(MEAN_ALBEDO / mean)


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


def height_codes(heights: Field) -> NDArray[np.uint16]:
    """Return heights in km as `assets/moon` has them: half metres above -10 km."""
    return np.asarray(np.clip(np.rint((heights + 10.0) * 2000.0), 0, 65535), dtype=np.uint16)


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


def write_heights(heights: Field, path: Path, rows: int) -> None:
    """Write the global map of heights."""
    bands = [sampled(heights, map_directions(rows, k, min(k + 128, rows))) for k in range(0, rows, 128)]
    write_picture(height_codes(np.concatenate(bands)), path)


def write_albedo(albedo: Field, path: Path, size_px: int) -> None:
    """Write the colour cube."""
    faces = []
    for i_face in range(6):
        direction = face_directions(i_face, size_px)
        channels = [sampled(albedo[..., k], direction) for k in range(3)]
        faces.append(np.rint(255 * srgb_encode(np.stack(channels, axis=-1) / ALBEDO_FULL)).astype(np.uint8))
    write_picture(np.concatenate(faces), path, quality=90, subsampling=0)


def write_slopes(heights: Field, path: Path, size_px: int) -> None:
    """Write the slope cube."""
    faces = []
    for i_face in range(6):
        level = smooth_sampled(heights, face_directions(i_face, size_px, 1)) / np.float32(RADIUS_MOON_KM)
        faces.append(code_slope(face_gradient(level, i_face, size_px)))
    write_picture(np.concatenate(faces), path, quality=85, subsampling=0)


def make_set(map_set: MapSet, files: list[Path], folder: Path, tell: Tell) -> None:
    """Write everything that is drawn with into a folder.

    Parameters
    ----------
    map_set : which set the files are of
    files : fetched files in the order of the set
    folder : an empty one
    tell : called with what comes next and the share that is done; may raise to stop
    """
    pictures = {file.kind: read_picture(path, file) for file, path in zip(map_set.files, files, strict=True)}
    heights = heights_km(pictures["height"])
    tell("making heights", 0.0)
    write_heights(heights, folder / "height.png", min(HEIGHT_ROWS, len(heights)))
    tell("making slopes", 0.15)
    write_slopes(heights, folder / "slope_cube.jpg", min(SLOPE_FACE_PX, len(heights)))
    tell("making colours", 0.35)
    colours = albedo_of(pictures["colour"])
    write_albedo(colours, folder / "albedo_cube.jpg", len(colours) // 2)
    tell("done", 1.0)
