"""Heights of the Moon's surface: the bundled maps, and the finer relief drawn with them.

The maps are synthetic where no feature is catalogued (see `assets/MANIFEST.toml`): made from names, places and
sizes of features and published laws, and what is finer is made by rule (`core.ground_detail`). Altitude above it is
therefore an illustration, altitude above the sphere is the number to quote.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, cross, length, perpendicular
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.ground_detail import OCTAVES, detail_km
from visualizer.core.horizon import SOUTH_STEP_KM, belongs_to_relief, south_plane_km, south_weight
from visualizer.errors import AssetError
from visualizer.resources import asset_path, is_overridden

# Heights of places where craft stand or fell, as the missions' documents have them; the maps' own are moved to them.
# Latitude, longitude (deg), km above the sphere, and how far around the maps are moved with them (km).
PINNED: Final = (
    (-57.865, 61.360, -0.360, 6.0),
    (-69.545, 43.544, 0.0, 6.0),
    (-69.373, 32.319, 0.0, 6.0),
    (-80.130, 1.440, 2.579, 6.0),
    (-84.7906, 29.1957, 4.400, 6.0),
    (-13.316, 25.251, -0.900, 6.0),
    (12.7145, 62.2097, -3.900, 6.0),
    (-70.881, 22.784, 0.834, 6.0),
    (-70.9003, 22.7811, 0.834, 0.25),
    (-84.729, -49.360, -3.825, 0.8),
    (-84.675, -48.725, -3.825, 0.8),
    (-85.43, 31.8, 4.5405, 1.0),
)
# Made ground that stood in the way of a craft which came down: Athena flew through a hill. The same numbers, but the
# height is the most that the maps may have there. Measured ground gives way to no path.
CLEARED: Final = ((-84.7082, 29.5383, 4.467, 0.45),)
# So many reaches away from its place a pin adds less than a float64 can tell.
PIN_ENDS: Final = 6.0
# No place of the south map's square lies north of this (its corners reach 59 S).
SOUTH_BEGINS_Z: Final = -0.85
METRES_PER_STEP: Final = 0.5
ZERO_STEP: Final = 20000
Steps = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class ReliefMap:
    """Equirectangular heights; row 0 is the north, column 0 the west of longitude 180.

    Attributes
    ----------
    steps : (rows, columns) uint16; height above 1737.4 km is (steps - 20000) / 2 metres
    """

    steps: Steps

    def height_km(self, lat_rad: float | FloatArray, lon_rad: float | FloatArray) -> FloatArray:
        """Return the height above the 1737.4 km sphere, smooth between texels, (...) km."""
        rows, columns = self.steps.shape
        row = np.clip((0.5 - np.asarray(lat_rad) / np.pi) * rows - 0.5, 0.0, rows - 1.0)
        column = (np.asarray(lon_rad) / (2.0 * np.pi) + 0.5) * columns - 0.5
        return _height_km(_smooth(self.steps, row, column, wraps=True))


@dataclass(frozen=True, slots=True)
class DrawnRelief(ReliefMap):
    """What the picture draws: the global map, the finer map about the south pole, and detail finer than both.

    Attributes
    ----------
    south_name : file of the map about the south pole, polar stereographic, 500 m a texel, coded as `steps`; read
        when first needed; empty if there is none
    pins : places, (3,) unit, with what is added to the maps' height there (km), and how far around it fades out (km)
    """

    south_name: str = ""
    pins: tuple[tuple[FloatArray, float, float], ...] = ()

    def height_km(self, lat_rad: float | FloatArray, lon_rad: float | FloatArray) -> FloatArray:
        """Return the height of the drawn ground above the 1737.4 km sphere, (...) km."""
        lat, lon = np.broadcast_arrays(np.asarray(lat_rad, float), np.asarray(lon_rad, float))
        return self.height_of_directions_km(position_on_sphere_km(lat, lon, 1.0))

    def height_of_directions_km(self, dir_up: FloatArray, octaves: int = OCTAVES) -> FloatArray:
        """Return the height with the coarsest octaves of detail, (...) km.

        Parameters
        ----------
        dir_up : (..., 3) unit vectors, Moon-fixed axes, float64
        """
        height = self.map_height_km(dir_up) + self._pinned_km(dir_up)
        return height + detail_km(dir_up, octaves) if octaves else height

    def upright(self, dir_up: FloatArray, half_km: float) -> FloatArray:
        """Return the direction that stands upright on the ground about a place, (3,) unit, Moon-fixed axes.

        Parameters
        ----------
        dir_up : (3,) unit vector to the place
        half_km : how far to each side the ground is looked at
        """
        along = perpendicular(dir_up)
        across = cross(dir_up, along)
        sides = dir_up + half_km / RADIUS_MOON_KM * np.array([along, -along, across, -across])
        height = self.height_of_directions_km(sides / np.linalg.norm(sides, axis=1, keepdims=True))
        rise = (height[0] - height[1]) * along + (height[2] - height[3]) * across
        found = dir_up - rise / (2.0 * half_km)
        return np.asarray(found / length(found))

    def _pinned_km(self, dir_up: FloatArray) -> FloatArray:
        """Return what pins add to the maps, (...) km."""
        total = np.zeros(dir_up.shape[:-1])
        if not self.pins:
            return total
        cosine = dir_up @ np.array([place for place, _, _ in self.pins]).T
        for k, (place, added_km, reach_km) in enumerate(self.pins):
            near = cosine[..., k] > 1.0 - 0.5 * (PIN_ENDS * reach_km / RADIUS_MOON_KM) ** 2
            if np.any(near):
                total[near] += added_km * _share_of_pin(dir_up[near], place, reach_km)
        return total

    def map_height_km(self, dir_up: FloatArray) -> FloatArray:
        """Return the height by the maps alone, (...) km."""
        x, y, z = dir_up[..., 0], dir_up[..., 1], dir_up[..., 2]
        lat, lon = np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)
        # Not super(): a slotted dataclass is made anew, and super() would look for the old class.
        if not self.south_name or not np.any(z < SOUTH_BEGINS_Z):
            return ReliefMap.height_km(self, lat, lon)
        south = south_steps(self.south_name)
        plane_x, plane_y = south_plane_km(dir_up)
        n = len(south)
        weight = np.where(z < 0.0, south_weight(plane_x, plane_y, 0.5 * SOUTH_STEP_KM * n), 0.0)
        row, column = 0.5 * (n - 1) - plane_y / SOUTH_STEP_KM, 0.5 * (n - 1) + plane_x / SOUTH_STEP_KM
        inside = weight > 0.0
        polar = _height_km(_smooth(south, np.where(inside, row, 2.0), np.where(inside, column, 2.0)))
        if np.all(weight >= 1.0):
            return polar
        globe = ReliefMap.height_km(self, lat, lon)
        return np.asarray(globe + weight * (polar - globe))


def _height_km(steps: FloatArray) -> FloatArray:
    return np.asarray((steps - ZERO_STEP) * METRES_PER_STEP * 1e-3, dtype=np.float64)


def _smooth(steps: Steps, row: FloatArray, column: FloatArray, wraps: bool = False) -> FloatArray:
    """Return a map between its texels by Catmull's and Rom's cubic, (...): slopes have no steps at texels."""
    rows, columns = steps.shape
    row_0, column_0 = np.floor(row), np.floor(column)
    by_row, by_column = _shares(row - row_0), _shares(column - column_0)
    flat = steps.reshape(-1)
    r, c = row_0.astype(np.int64), column_0.astype(np.int64)
    columns_at = [(c + j - 1) % columns if wraps else np.clip(c + j - 1, 0, columns - 1) for j in range(4)]
    total = np.zeros(np.broadcast(row, column).shape)
    for i in range(4):
        base = np.clip(r + i - 1, 0, rows - 1) * columns
        total += by_row[i] * sum(by_column[j] * flat[base + columns_at[j]] for j in range(4))
    return total


def _shares(t: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the four weights of the cubic for a place `t`, 0 to 1, between the middle two."""
    t2, t3 = t * t, t * t * t
    return (
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    )


def read_steps(name: str) -> Steps:
    """Return the codes of a 16-bit map of heights; raise `AssetError` where it is missing or damaged."""
    from PIL import Image

    try:
        with asset_path(name).open("rb") as file, Image.open(file) as image:
            image.load()
            steps: npt.NDArray[Any] = np.asarray(image)
    except (OSError, SyntaxError) as error:
        raise AssetError(f"bundled file assets/{name} is damaged ({error})") from error
    return steps.astype(np.uint16, copy=False)


@cache
def south_steps(name: str) -> Steps:
    """Return the map about the south pole, read once."""
    return read_steps(name)


@cache
def bundled_relief() -> DrawnRelief:
    """Return the Moon's drawn ground, loaded once (about 0.3 s)."""
    steps = read_steps("moon/height.png")
    has_south = belongs_to_relief("moon/south_height.png")
    maps = DrawnRelief(steps, "moon/south_height.png" if has_south else "")
    pinned = replace(maps, pins=_pins(maps, PINNED))
    return pinned if is_overridden("moon/") else replace(pinned, pins=(*pinned.pins, *_clearing(pinned, CLEARED)))


def relief_if_loaded() -> DrawnRelief | None:
    """Return the drawn ground if someone has loaded it; a window does not wait for it."""
    return bundled_relief() if bundled_relief.cache_info().currsize else None


def _share_of_pin(dir_up: FloatArray, place: FloatArray, reach_km: FloatArray | float) -> FloatArray:
    """Return how much of what is added at a place is added elsewhere, (...) 0 to 1."""
    chord2 = np.sum((dir_up - place) ** 2, axis=-1)
    return np.asarray(np.exp(-chord2 * (RADIUS_MOON_KM / reach_km) ** 2))


def _directions(table: tuple[tuple[float, ...], ...]) -> FloatArray:
    lat, lon = np.deg2rad(np.array(table)[:, :2]).T
    return position_on_sphere_km(lat, lon, 1.0)


def _pins(maps: DrawnRelief, table: tuple[tuple[float, ...], ...]) -> tuple[tuple[FloatArray, float, float], ...]:
    """Return what to add to the maps so that places have their heights, near each other or not."""
    places, (heights, reaches) = _directions(table), np.array(table)[:, 2:].T
    shares = _share_of_pin(places[:, np.newaxis], places, reaches)
    added = np.linalg.solve(shares, heights - maps.map_height_km(places))
    return tuple(zip(places, added.tolist(), reaches.tolist(), strict=True))


def _clearing(relief: DrawnRelief, table: tuple[tuple[float, ...], ...]) -> list[tuple[FloatArray, float, float]]:
    """Return what to take off ground that is higher than it may be."""
    places = _directions(table)
    taken = np.minimum(np.array(table)[:, 2] - relief.height_of_directions_km(places, 0), 0.0)
    return [(place, float(km), row[3]) for place, km, row in zip(places, taken, table, strict=True) if km < 0.0]


@lru_cache(maxsize=256)
def drawn_height_km(lat_deg: float, lon_deg: float) -> float:
    """Return the drawn ground's height at a place that is asked for again and again, km."""
    return float(bundled_relief().height_km(np.deg2rad(lat_deg), np.deg2rad(lon_deg)))
