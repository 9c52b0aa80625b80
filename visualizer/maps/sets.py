"""Which measured maps there are, where they come from and how large they are.

Maps. Both sets are parts of NASA's CGI Moon Kit (svs.gsfc.nasa.gov/4720): colour from the camera of the Lunar
Reconnaissance Orbiter, heights from its laser altimeter.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Literal

from visualizer.errors import CommandError

BASE_URL: Final = "https://svs.gsfc.nasa.gov/vis/a000000/a004700/a004720/"
BASE_VARIABLE: Final = "PERILUNE_MAPS_URL"
CREDIT: Final = (
    "Colour: NASA/GSFC/Arizona State University (LROC WAC). Heights: NASA/GSFC/MIT (LOLA). "
    "Arranged by NASA's Scientific Visualization Studio, CGI Moon Kit (2019)."
)


@dataclass(frozen=True, slots=True)
class MapFile:
    """One file of a set.

    Attributes
    ----------
    name : at the source
    kind : what it holds
    width_px, height_px : of the picture, an equirectangular map with longitude 0 in the middle
    about_bytes : how much is fetched, to tell the user beforehand
    sha256 : of the file, or empty where it is not known
    """

    name: str
    kind: Literal["colour", "height"]
    width_px: int
    height_px: int
    about_bytes: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class MapSet:
    """Maps that belong together; `id` is what the user types."""

    id: str
    title: str
    files: tuple[MapFile, ...]

    @property
    def about_bytes(self) -> int:
        """How much is fetched in all."""
        return sum(file.about_bytes for file in self.files)


HEIGHTS: Final = MapFile(
    "ldem_16_uint.tif", "height", 5760, 2880, 33_201_026,
    "45a2b32d56e81ed30db07fead8abc842b249b6511219d9ca2c53f81bc2dc5d62",
)  # fmt: skip
SETS: Final = (
    MapSet("small", "Colour 4096 x 2048, heights 5760 x 2880",
           (MapFile("lroc_color_poles_4k.tif", "colour", 4096, 2048, 13_000_000), HEIGHTS)),
    MapSet("large", "Colour 8192 x 4096, heights 5760 x 2880",
           (MapFile("lroc_color_poles_8k.tif", "colour", 8192, 4096, 50_000_000), HEIGHTS)),
)  # fmt: skip


def set_of_id(set_id: str) -> MapSet:
    """Return a set by its id; raise `CommandError` that lists them."""
    for one in SETS:
        if one.id == set_id:
            return one
    raise CommandError(f"maps {set_id!r}: unknown; one of {', '.join(one.id for one in SETS)}")


def base_url() -> str:
    """Return where files are fetched from: NASA, or another https address that the environment names."""
    base = os.environ.get(BASE_VARIABLE, BASE_URL)
    if not base.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise CommandError(f"fetching maps: {BASE_VARIABLE} must be an https address, or one on this machine")
    return base if base.endswith("/") else base + "/"
