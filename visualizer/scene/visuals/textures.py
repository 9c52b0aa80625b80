"""Read the bundled pictures, in threads: decoding is most of what the first frame waits for."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from visualizer.core.horizon import HorizonMaps, bundled_horizon
from visualizer.core.relief import bundled_relief, drawn_height_km, south_steps
from visualizer.errors import AssetError
from visualizer.resources import asset_path
from visualizer.scene import gl as door

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels = npt.NDArray[np.uint8]
# Faces of a cube map, (6, n, n, channels), then the same halved again and again down to one pixel.
Levels = tuple[Pixels, ...]
CUBES = (
    "moon/slope_cube.jpg", "moon/albedo_cube.jpg", "earth/colour_cube.jpg", "earth/water_cube.png",
    "earth/clouds_cube.jpg",
)  # fmt: skip
# Where little memory may be taken, relief is worth more than colour.
COLOURS = CUBES[1:]
FULL_PX = 2048


def read_cube(name: str, most_px: int) -> Levels:
    """Return a cube map's faces and their mipmaps, n at most `most_px`.

    The mipmaps are made here, in a thread: a software renderer takes longer for them, and the window would wait.

    Raises
    ------
    AssetError
        If the file is missing or damaged.
    """
    from PIL import Image

    try:
        with Image.open(asset_path(name)) as image:
            factor = 1
            while image.width // factor > most_px:
                factor *= 2
            wanted_px = image.width // factor
            if factor > 1:
                # Quicker while decoding; only JPEG can.
                image.draft(None, (wanted_px, image.height // factor))
            image.load()
            return _levels(image.reduce(image.width // wanted_px) if image.width > wanted_px else image)
    except (OSError, SyntaxError) as error:
        raise AssetError(f"bundled file assets/{name} is damaged ({error}); install Perilune again") from error


def _levels(image: Image) -> Levels:
    """Halve a strip of six faces down to one pixel each; pixels of different faces never meet."""
    levels, side = [], image.width
    while True:
        levels.append(np.asarray(image).reshape(6, side, side, -1))
        if side % 2:
            break
        image, side = image.reduce(2), side // 2
    while side > 1:
        even = 2 * (side // 2)
        faces = levels[-1][:, :even, :even].reshape(6, even // 2, 2, even // 2, 2, -1)
        levels.append((faces.mean(axis=(2, 4)) + 0.5).astype(np.uint8))
        side //= 2
    return tuple(levels)


# How large faces may be, which the tier of quality decides.
_limit = {"largest_px": FULL_PX}


def largest_px(name: str) -> int:
    """Return how large faces of a cube map may be now; small ones are smaller still where they hold colours."""
    limit = _limit["largest_px"]
    return limit // 2 if limit < FULL_PX and name in COLOURS else limit


def are_small() -> bool:
    """Tell whether textures are to take little memory."""
    return _limit["largest_px"] < FULL_PX


def limit_cubes(most_px: int) -> None:
    """Let faces be at most so large from now on; visuals that are made afterwards read them anew."""
    if most_px != _limit["largest_px"]:
        _limit["largest_px"] = most_px
        _reading.clear()


# What is being decoded, or is decoded and kept for the next context.
_reading: dict[str, Future[Levels]] = {}


def start_reading(names: tuple[str, ...] = CUBES) -> None:
    """Begin to decode cube maps on two threads; callers wait for the ones they need."""
    wanted = [name for name in names if name not in _reading]
    if wanted:
        pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="textures")
        _reading.update({name: pool.submit(read_cube, name, largest_px(name)) for name in wanted})
        pool.shutdown(wait=False)


def cube_levels(name: str) -> Levels:
    """Return a cube map, waiting for it if it is being decoded."""
    start_reading((name,))
    return _reading[name].result()


# Textures by their uniforms, and the cube maps whose channels they hold.
Cubes = dict[str, tuple[str, ...]]


class CubeTextures:
    """The cube maps of a visual on their way to the GPU.

    Attributes
    ----------
    textures : by their uniforms, once all are there
    """

    def __init__(self, cubes: Cubes) -> None:
        uploads = {uniform: door.CubeUpload([cube_levels(n) for n in names]) for uniform, names in cubes.items()}
        self.textures = {uniform: upload.texture for uniform, upload in uploads.items()}
        self._left = list(uploads.values())

    def go_on(self, most_s: float = np.inf) -> bool:
        """Send as much as fits into a time, a piece at least; return whether all is there."""
        end = time.perf_counter() + most_s
        while self._left:
            if self._left[0].go_on():
                self._left.pop(0)
            if time.perf_counter() > end:
                break
        return not self._left


def are_read(prefix: str = "") -> bool:
    """Tell whether cube maps are decoded, and begin with those that nobody has asked for yet."""
    names = tuple(name for name in CUBES if name.startswith(prefix))
    start_reading(names)
    return all(_reading[name].done() for name in names)


def let_go(prefix: str) -> None:
    """Forget decoded cube maps that a window has uploaded: some 100 MB each, of no use to anybody then."""
    for name in [name for name in _reading if name.startswith(prefix)]:
        del _reading[name]


@cache
def start_moon() -> Future[HorizonMaps]:
    """Begin to decode the Moon's heights and horizons on a thread; its answer is the horizons."""

    def read() -> HorizonMaps:
        # The first picture waits for the cube maps; these come after them.
        wait(list(_reading.values()))
        relief = bundled_relief()
        relief.height_km(-np.pi / 2.0, 0.0)
        return bundled_horizon()

    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moon")
    future = pool.submit(read)
    pool.shutdown(wait=False)
    return future


def forget_pictures() -> None:
    """Read everything anew from now on: other maps have taken the place of these."""
    _reading.clear()
    start_moon.cache_clear()
    for once in (bundled_relief, south_steps, drawn_height_km, bundled_horizon):
        once.cache_clear()
