"""Heights of the Moon's surface from the bundled map.

The map is synthetic where no feature is catalogued (see `assets/MANIFEST.toml`): made from names, places and
sizes of features and published laws. Altitude above it is therefore an illustration, altitude above the sphere
is the number to quote.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.errors import AssetError
from visualizer.resources import asset_path

METRES_PER_STEP = 0.5
ZERO_STEP = 20000


@dataclass(frozen=True, slots=True)
class ReliefMap:
    """Equirectangular heights; row 0 is the north, column 0 the west of longitude 180.

    Attributes
    ----------
    steps : (rows, columns) uint16; height above 1737.4 km is (steps - 20000) / 2 metres
    """

    steps: npt.NDArray[np.uint16]

    def height_km(self, lat_rad: float | FloatArray, lon_rad: float | FloatArray) -> FloatArray:
        """Return the height above the 1737.4 km sphere, bilinear between texels, (...) km."""
        rows, columns = self.steps.shape
        row = np.clip((0.5 - np.asarray(lat_rad) / np.pi) * rows - 0.5, 0.0, rows - 1.0)
        column = (np.asarray(lon_rad) / (2.0 * np.pi) + 0.5) * columns - 0.5
        row_0 = np.minimum(row.astype(np.intp), rows - 2)
        column_0 = np.floor(column).astype(np.intp)
        down, right = row - row_0, column - column_0
        west, east = column_0 % columns, (column_0 + 1) % columns
        upper = self.steps[row_0, west] * (1.0 - right) + self.steps[row_0, east] * right
        lower = self.steps[row_0 + 1, west] * (1.0 - right) + self.steps[row_0 + 1, east] * right
        steps = upper * (1.0 - down) + lower * down
        return np.asarray((steps - ZERO_STEP) * METRES_PER_STEP * 1e-3, dtype=np.float64)


@cache
def bundled_relief() -> ReliefMap:
    """Return the Moon's heights as bundled with the app, loaded once (about 0.15 s)."""
    from PIL import Image

    path = asset_path("moon/height.png")
    try:
        with path.open("rb") as file, Image.open(file) as image:
            image.load()
            steps: npt.NDArray[Any] = np.asarray(image)
    except (OSError, SyntaxError) as error:
        raise AssetError(f"bundled file assets/moon/height.png is damaged ({error})") from error
    return ReliefMap(steps.astype(np.uint16, copy=False))
