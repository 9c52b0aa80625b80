"""Turn the fetched maps into the files that the scene draws with, in the form of the bundled ones.

Maps. Heights come in half metres above -10 km, colours as the CGI Moon Kit codes them; what leaves is coded as
`assets/moon` is. Takes two minutes or so; nothing of it happens while the app draws.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import face_directions, srgb_encode
from visualizer.core.slopes import code_slope, face_gradient
from visualizer.errors import FileFormatError
from visualizer.maps.sampling import Field, map_directions, sampled, smooth_sampled, write_picture
from visualizer.maps.sets import MapFile, MapSet
from visualizer.maps.shadows import write_globe_horizon, write_south_horizon

Tell = Callable[[str, float], None]
HEIGHT_ROWS: Final = 2048
SLOPE_FACE_PX: Final = 2048
ALBEDO_FULL: Final = 0.30
# The kit's words: gamma 2.8, then 0.16 to 0.40 spread over a byte; balanced by these factors.
GAMMA, DARKEST, BRIGHTEST = 2.8, 0.16, 0.40
# Area mean of the normal albedo, so that measured and made maps are exposed alike.
MEAN_ALBEDO: Final = 0.12


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


def height_codes(heights: Field) -> NDArray[np.uint16]:
    """Return heights in km as `assets/moon` has them: half metres above -10 km."""
    return np.asarray(np.clip(np.rint((heights + 10.0) * 2000.0), 0, 65535), dtype=np.uint16)


def resampled(heights: Field, rows: int) -> Field:
    """Return a global map with so many rows."""
    return np.concatenate([sampled(heights, map_directions(rows, k, min(k + 128, rows))) for k in range(0, rows, 128)])


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
    drawn = resampled(heights, min(HEIGHT_ROWS, len(heights)))
    write_picture(height_codes(drawn), folder / "height.png")
    tell("making slopes", 0.06)
    write_slopes(heights, folder / "slope_cube.jpg", min(SLOPE_FACE_PX, len(heights)))
    tell("making colours", 0.2)
    colours = albedo_of(pictures["colour"])
    write_albedo(colours, folder / "albedo_cube.jpg", len(colours) // 2)
    write_globe_horizon(
        drawn,
        folder / "horizon_cube.jpg",
        len(drawn) // 4,
        lambda share: tell("working out shadows", 0.4 + 0.3 * share),
    )
    write_south_horizon(
        heights, folder / "south_horizon.jpg", lambda share: tell("working out the pole's shadows", 0.7 + 0.3 * share)
    )
    tell("done", 1.0)
