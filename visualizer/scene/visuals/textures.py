"""Read the bundled pictures, in threads: decoding is most of what the first frame waits for."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

import numpy as np
import numpy.typing as npt

from visualizer.errors import AssetError
from visualizer.resources import asset_path

Pixels = npt.NDArray[np.uint8]
CUBES = ("moon/slope_cube.jpg", "moon/albedo_cube.jpg", "earth/colour_cube.jpg", "earth/water_cube.png")


def read_cube(name: str, largest_px: int) -> Pixels:
    """Return a cube map's faces, (6, n, n, channels) uint8, n at most `largest_px`.

    Raises
    ------
    AssetError
        If the file is missing or damaged.
    """
    from PIL import Image

    try:
        with Image.open(asset_path(name)) as image:
            side = image.width
            factor = 1
            while side // factor > largest_px:
                factor *= 2
            if factor > 1:
                image.draft(None, (side // factor, image.height // factor))
            pixels = np.asarray(image)
    except (OSError, SyntaxError) as error:
        raise AssetError(f"bundled file assets/{name} is damaged ({error}); install Perilune again") from error
    side = pixels.shape[1]
    return pixels.reshape(6, side, side, -1)


@cache
def start_reading(largest_px: int = 2048) -> dict[str, Future[Pixels]]:
    """Begin to decode every cube map on two threads; callers wait for the ones they need."""
    pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="textures")
    futures = {name: pool.submit(read_cube, name, largest_px) for name in CUBES}
    pool.shutdown(wait=False)
    return futures


def cube_pixels(name: str) -> Pixels:
    """Return a cube map that `start_reading` has begun, waiting for it if need be."""
    return start_reading()[name].result()
