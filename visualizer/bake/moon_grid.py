"""The global map on which the Moon is made: windows around a place, doubling, noise on the sphere.

Layer: bake. All fields are equirectangular maps with twice as many columns as rows, row 0 northernmost,
column 0 at 180 W. Noise is cut from a periodic three-dimensional lattice by the sphere itself, so that it has
neither seams nor poles; coarse octaves are made on coarse maps and doubled up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from .cubemap import pad_equirect

Field = NDArray[np.float32]

RADIUS_KM = 1737.4


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the map around a place.

    Attributes
    ----------
    index : pair of broadcastable index arrays (rows, 1) and (cols,), for reading and writing the map
    range_km : (rows, cols) float32, km, great-circle distance from the place
    east, north : (rows, cols) float32, unit vector components of the bearing from the place
    """

    index: tuple[NDArray[np.int64], NDArray[np.int64]]
    range_km: Field
    east: Field
    north: Field


class Raster(Protocol):
    """A map on which craters can be pressed: the globe's or the polar patch's."""

    @property
    def step_km(self) -> float:
        """Return the spacing of texels, km."""

    def window(self, lat_deg: float, lon_deg: float, reach_km: float) -> Window | None:
        """Return the texels within `reach_km` of a place (and some more), or None if there are none."""

    def texel(self, places_deg: Field) -> tuple[Field, Field, Field, Field]:
        """Return row, column and the spacing of rows and of columns, km, at places (n, 2) deg, each (n,)."""

    def flat_index(self, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return places in the flattened map of texels that may lie over its edges, -1 where there are none."""


class Grid:
    """An equirectangular raster of the Moon.

    Attributes
    ----------
    rows, cols : raster size
    step_km : km, spacing of rows
    """

    def __init__(self, rows: int) -> None:
        self.rows, self.cols = rows, 2 * rows
        self.step_km = np.pi * RADIUS_KM / rows
        self.lat_rad = np.pi * (0.5 - (np.arange(rows) + 0.5) / rows)
        self.lon_rad = np.pi * ((np.arange(self.cols) + 0.5) / rows - 1)

    def directions(self, first: int = 0, last: int | None = None) -> NDArray[np.float32]:
        """Return (rows, cols, 3) unit directions of the texels of rows `first` to `last`."""
        lat = self.lat_rad[first:last, None]
        lon = self.lon_rad[None, :]
        parts = [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat) + 0 * lon]
        return np.stack(parts, axis=-1).astype(np.float32)

    def window(self, lat_deg: float, lon_deg: float, reach_km: float) -> Window | None:
        """Return the texels within `reach_km` of a place (and some more), or None if there are none."""
        lat, lon, reach = np.radians(lat_deg), np.radians(lon_deg), reach_km / RADIUS_KM
        first = max(int((0.5 - (lat + reach) / np.pi) * self.rows), 0)
        last = min(int((0.5 - (lat - reach) / np.pi) * self.rows) + 1, self.rows)
        if last <= first:
            return None
        rows = np.arange(first, last)
        cols = self._columns(lat, lon, reach)
        return self._measured(rows, cols, lat, lon)

    def texel(self, places_deg: Field) -> tuple[Field, Field, Field, Field]:
        """Return row, column and the spacing of rows and of columns, km, at places (n, 2) deg, each (n,)."""
        row = (0.5 - places_deg[:, 0] / 180) * self.rows - 0.5
        col = (0.5 + places_deg[:, 1] / 360) * self.cols - 0.5
        spacing = np.full(len(row), self.step_km)
        return row, col, spacing, self.step_km * np.cos(np.radians(places_deg[:, 0]))

    def flat_index(self, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return places in the flattened map of texels that may lie over its edges, -1 where there are none."""
        inside = (rows >= 0) & (rows < self.rows)
        return np.where(inside, rows * self.cols + cols % self.cols, -1)

    def _columns(self, lat: float, lon: float, reach: float) -> NDArray[np.int64]:
        over_pole = abs(lat) + reach >= np.pi / 2 - 1e-3 or reach > 1.2
        half_width = np.pi if over_pole else np.arcsin(min(np.sin(reach) / np.cos(lat), 1.0))
        centre, n = (lon / np.pi + 1) * self.rows, half_width / np.pi * self.rows
        if n >= self.rows - 1:
            return np.arange(self.cols)
        return np.arange(int(centre - n), int(centre + n) + 1) % self.cols

    def _measured(self, rows: NDArray[np.int64], cols: NDArray[np.int64], lat: float, lon: float) -> Window:
        lat_row, d_lon = self.lat_rad[rows], self.lon_rad[cols] - lon
        cos_row = np.cos(lat_row).astype(np.float32)[:, None]
        tilt = (np.sin((lat_row - lat) / 2) ** 2).astype(np.float32)[:, None]
        half = (np.sin(d_lon / 2) ** 2).astype(np.float32)
        haversine = np.minimum(tilt + np.float32(np.cos(lat)) * cos_row * half, 1)
        sine = 2 * np.sqrt(haversine * (1 - haversine)) + np.float32(1e-7)
        east = cos_row * np.sin(d_lon).astype(np.float32) / sine
        north = (
            np.sin(lat_row - lat).astype(np.float32)[:, None] + 2 * np.float32(np.sin(lat)) * cos_row * half
        ) / sine
        range_km = np.float32(2 * RADIUS_KM) * np.arcsin(np.sqrt(haversine))
        return Window((rows[:, None], cols), range_km, east, north)


def doubled(field: Field) -> Field:
    """Return a global map at twice the resolution, by cubic convolution over poles and date line."""
    near, far, out = np.float32(0.8671875), np.float32(0.2265625), np.float32(-0.0703125)
    last = np.float32(1) - near - far - out
    wide = pad_equirect(field, 2)
    tall = np.empty((2 * field.shape[0], wide.shape[1]), np.float32)
    b = [wide[i : i + field.shape[0]] for i in range(5)]
    tall[0::2] = near * b[2] + far * b[1] + out * b[3] + last * b[0]
    tall[1::2] = near * b[2] + far * b[3] + out * b[1] + last * b[4]
    full = np.empty((tall.shape[0], 2 * field.shape[1]), np.float32)
    c = [tall[:, i : i + field.shape[1]] for i in range(5)]
    full[:, 0::2] = near * c[2] + far * c[1] + out * c[3] + last * c[0]
    full[:, 1::2] = near * c[2] + far * c[3] + out * c[1] + last * c[4]
    return full


def halved(field: Field) -> Field:
    """Return a global map at half the resolution, by the mean of two by two texels."""
    rows, cols = field.shape
    return field.reshape(rows // 2, 2, cols // 2, 2).mean(axis=(1, 3), dtype=np.float32)


def to_rows(field: Field, rows: int) -> Field:
    """Double or halve a global map until it has `rows` rows."""
    while field.shape[0] < rows:
        field = doubled(field)
    while field.shape[0] > rows:
        field = halved(field)
    return field


def noise_octave(rows: int, wavelength_km: float, rng: np.random.Generator) -> Field:
    """Return smooth noise of about unit standard deviation and one wavelength on a map of `rows` rows."""
    lattice = rng.standard_normal((64, 64, 64), dtype=np.float32)
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0].astype(np.float32)
    grid, out = Grid(rows), np.empty((rows, 2 * rows), np.float32)
    scale = np.float32(2 * RADIUS_KM / wavelength_km)
    for first in range(0, rows, 64):
        points = (grid.directions(first, first + 64) @ turn) * scale + np.float32(640.37)
        planes = [points[..., i] for i in range(3)]
        part = map_coordinates(lattice, planes, order=2, mode="grid-wrap", prefilter=False, output=np.float32)
        out[first : first + 64] = part
    return out * np.float32(2.25)


def fractal(rows: int, coarse_km: float, fine_km: float, gain: float, seed: int) -> Field:
    """Return noise summed over octaves of halving wavelength.

    Parameters
    ----------
    rows : rows of the map asked for
    coarse_km, fine_km : km, longest and about the shortest wavelength
    gain : amplitude of each octave over that of the octave above; the first has unit deviation
    seed : of the generator, so that a re-run gives the same field

    Returns
    -------
    (rows, 2 rows) float32, dimensionless, mean near zero
    """
    rng = np.random.default_rng(seed)
    total, wavelength, amplitude = np.zeros((32, 64), np.float32), coarse_km, 1.0
    while wavelength >= fine_km:
        needed = np.pi * RADIUS_KM / (wavelength / 3.2)
        while total.shape[0] < min(needed, rows):
            total = doubled(total)
        total += np.float32(amplitude) * noise_octave(total.shape[0], wavelength, rng)
        wavelength, amplitude = wavelength / 2, amplitude * gain
    return to_rows(total, rows)


def smoothstep(low: float, high: float, x: Field) -> Field:
    """Return 0 below `low`, 1 above `high`, with a smooth cubic between; falls if `high` is below `low`."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
