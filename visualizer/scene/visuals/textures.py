"""Read the bundled pictures, in threads: decoding is most of what the first frame waits for."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache

import numpy as np
import numpy.typing as npt

from visualizer.core.horizon import HorizonMaps, bundled_horizon
from visualizer.core.relief import bundled_relief, drawn_height_km, south_steps
from visualizer.errors import AssetError
from visualizer.resources import asset_path

Pixels = npt.NDArray[np.uint8]
CUBES = (
    "moon/slope_cube.jpg", "moon/albedo_cube.jpg", "earth/colour_cube.jpg", "earth/water_cube.png",
    "earth/clouds_cube.jpg",
)  # fmt: skip


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


# How large faces may be, which the tier of quality decides.
_limit = {"largest_px": 2048}


def limit_cubes(largest_px: int) -> None:
    """Let faces be at most so large from now on; visuals that are made afterwards read them anew."""
    if largest_px != _limit["largest_px"]:
        _limit["largest_px"] = largest_px
        start_reading.cache_clear()


@cache
def start_reading() -> dict[str, Future[Pixels]]:
    """Begin to decode every cube map on two threads; callers wait for the ones they need."""
    pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="textures")
    futures = {name: pool.submit(read_cube, name, _limit["largest_px"]) for name in CUBES}
    pool.shutdown(wait=False)
    return futures


def cube_pixels(name: str) -> Pixels:
    """Return a cube map that `start_reading` has begun, waiting for it if need be."""
    return start_reading()[name].result()


@cache
def start_moon() -> Future[HorizonMaps]:
    """Begin to decode the Moon's heights and horizons on a thread; its answer is the horizons."""

    def read() -> HorizonMaps:
        # The first picture waits for the cube maps; these come after them.
        wait(start_reading().values())
        relief = bundled_relief()
        relief.height_km(-np.pi / 2.0, 0.0)
        return bundled_horizon()

    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moon")
    future = pool.submit(read)
    pool.shutdown(wait=False)
    return future


def forget_pictures() -> None:
    """Read everything anew from now on: other maps have taken the place of these."""
    start_reading.cache_clear()
    start_moon.cache_clear()
    for once in (bundled_relief, south_steps, drawn_height_km, bundled_horizon):
        once.cache_clear()
