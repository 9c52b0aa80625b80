"""The patch around the Moon's south pole, 68 to 90 S, finer than the global map.

Layer: bake. Polar stereographic, true to scale at the pole: the texel in row i and column j lies in the plane at
x = (j - (N - 1) / 2) step, y = ((N - 1) / 2 - i) step, whose longitude is atan2(x, y) (0 up, 90 E right) and whose
distance from the pole is r = 2 R tan(colatitude from the south / 2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .cubemap import direction_of_lat_lon, sample_equirect
from .moon_grid import RADIUS_KM, Field, Window

PATCH_PX, STEP_KM, EDGE_LAT_DEG = 2704, 0.5, -68.0


def plane_direction(x_km: NDArray[np.floating], y_km: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return (..., 3) unit directions, ME axes, of points of the polar plane."""
    u, v = x_km / (2 * RADIUS_KM), y_km / (2 * RADIUS_KM)
    square = u * u + v * v
    parts = np.broadcast_arrays(2 * v, 2 * u, square - 1)
    return (np.stack(parts, axis=-1) / (1 + square)[..., None]).astype(np.float32)


def place_in_plane(lat_deg: float, lon_deg: float) -> tuple[float, float]:
    """Return x and y, km, of a place in the polar plane."""
    range_km, lon = 2 * RADIUS_KM * np.tan(np.radians(90 + lat_deg) / 2), np.radians(lon_deg)
    return float(range_km * np.sin(lon)), float(range_km * np.cos(lon))


def from_globe(height_m: Field, size_px: int, step_km: float, order: int = 3) -> Field:
    """Return a polar map, size_px square, cut from a global one."""
    centres = (np.arange(size_px) - 0.5 * (size_px - 1)) * step_km
    return sample_equirect(height_m, plane_direction(centres[None, :], -centres[:, None]), order=order)


class PolarGrid:
    """The raster of a polar patch, on which craters are pressed as on the globe's.

    Attributes
    ----------
    size_px, step_km : texels along an edge; km, their spacing at the pole
    """

    def __init__(self, size_px: int, step_km: float) -> None:
        self.size_px, self.step_km = size_px, step_km
        self.centres_km = (np.arange(size_px) - 0.5 * (size_px - 1)) * step_km

    def _middle(self, x_km: Field, y_km: Field) -> tuple[Field, Field]:
        """Return fractional row and column of points of the plane."""
        half = 0.5 * (self.size_px - 1)
        return half - y_km / self.step_km, half + x_km / self.step_km

    def window(self, lat_deg: float, lon_deg: float, reach_km: float) -> Window | None:
        """Return the texels within `reach_km` of a place (and some more), or None if there are none."""
        if lat_deg > -25:
            return None
        x, y = place_in_plane(lat_deg, lon_deg)
        reach = reach_km * self._stretch(x, y, reach_km) / self.step_km
        row, col = self._middle(np.float64(x), np.float64(y))
        rows, cols = (
            np.arange(max(int(mid - reach), 0), min(int(mid + reach) + 2, self.size_px)) for mid in (row, col)
        )
        if len(rows) == 0 or len(cols) == 0:
            return None
        return self._measured(rows, cols, lat_deg, lon_deg)

    def _stretch(self, x_km: float, y_km: float, reach_km: float) -> float:
        far = np.hypot(x_km, y_km) + 1.6 * reach_km
        return float(1 + (far / (2 * RADIUS_KM)) ** 2)

    def _measured(self, rows: NDArray[np.int64], cols: NDArray[np.int64], lat_deg: float, lon_deg: float) -> Window:
        lat, lon = np.radians(lat_deg), np.radians(lon_deg)
        at = direction_of_lat_lon(lat_deg, lon_deg).astype(np.float32)
        east_axis = np.array([-np.sin(lon), np.cos(lon), 0], np.float32)
        north_axis = np.array([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)], np.float32)
        direction = plane_direction(self.centres_km[cols][None, :], -self.centres_km[rows][:, None])
        apart = direction - at
        chord = np.sqrt(np.einsum("ijk,ijk->ij", apart, apart))
        east, north = apart @ east_axis, apart @ north_axis
        length = np.sqrt(east * east + north * north) + np.float32(1e-9)
        range_km = np.float32(2 * RADIUS_KM) * np.arcsin(np.minimum(chord / 2, 1))
        return Window((rows[:, None], cols), range_km, east / length, north / length)

    def texel(self, places_deg: Field) -> tuple[Field, Field, Field, Field]:
        """Return row, column and the spacing of rows and of columns, km, at places (n, 2) deg, each (n,)."""
        range_km = 2 * RADIUS_KM * np.tan(np.radians(90 + places_deg[:, 0]) / 2)
        lon = np.radians(places_deg[:, 1])
        row, col = self._middle(range_km * np.sin(lon), range_km * np.cos(lon))
        spacing = self.step_km / (1 + (range_km / (2 * RADIUS_KM)) ** 2)
        return row, col, spacing, spacing

    def flat_index(self, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return places in the flattened map of texels that may lie over its edges, -1 where there are none."""
        inside = (rows >= 0) & (rows < self.size_px) & (cols >= 0) & (cols < self.size_px)
        return np.where(inside, rows * self.size_px + cols, -1)
