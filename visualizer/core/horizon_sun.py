"""The horizon toward the Sun, whole maps at a time: what the picture's shadows are made from.

For a Sun that stands still, of all azimuths of a horizon map only the Sun's own matters at each place. These
functions pick it, texel by texel, where the Sun stands low enough for the ground to hide it; the picture then
compares it with the Sun's exact elevation at every pixel. Arrays are float32: this runs between two frames. What it
writes is finer than the maps' own codes: the Sun's disc is five of those wide, and edges of shadows would be in steps.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import face_axes
from visualizer.core.horizon import Codes, HorizonMaps

Field = npt.NDArray[np.float32]
FineCodes = npt.NDArray[np.uint16]
Index = npt.NDArray[np.int32]
# Steps of what is written to one of the maps': as a share of the whole, both are the same.
FINE: Final = 257
# Below, no place sees the Sun; above, no coded horizon hides it.
LOWEST_SINE: Final = float(np.sin(np.deg2rad(-2.4)))
HIGHEST_SINE: Final = float(np.sin(np.deg2rad(30.5)))


def cube_codes(
    maps: HorizonMaps, i_face: int, rows: slice, dir_sun: FloatArray, out: FineCodes, every: int = 1
) -> None:
    """Write the codes of the horizon toward the Sun for some rows of a cube face.

    Parameters
    ----------
    rows : of the face; it begins at a multiple of `every`
    dir_sun : (3,) unit, Moon-fixed axes
    out : (rows, n) uint16, changed where the Sun stands low; codes times `FINE`
    every : 1 for each texel, or one answer for every so many by so many
    """
    size = maps.cube.shape[2]
    across, down = _texels(slice(0, size), size, every), _texels(rows, size, every)
    axes, sun = face_axes(i_face).astype(np.float32), dir_sun.astype(np.float32)
    s = ((2 * across + 1) / size - 1).astype(np.float32)
    t = ((2 * down + 1) / size - 1).astype(np.float32)
    sun_s, sun_t, sun_m = axes @ sun
    inverse = 1.0 / np.sqrt((1.0 + s * s) + (t * t)[:, np.newaxis])
    sine = ((sun_s * s + sun_m) + (sun_t * t)[:, np.newaxis]) * inverse
    low = _low_part(sine)
    if low is None:
        return
    s, t, across, down = s[low[1]], t[low[0], np.newaxis], across[low[1]], down[low[0], np.newaxis]
    sine, inverse = sine[low], inverse[low]
    x, y, z = ((axes[0, i] * s + axes[2, i] + axes[1, i] * t) * inverse for i in range(3))
    azimuth = np.arctan2(x * sun[1] - y * sun[0], sun[2] - sine * z)
    _put(out, low, _picked(maps.cube, azimuth, (i_face * size + down) * size + across), every)


def south_codes(maps: HorizonMaps, rows: slice, dir_sun: FloatArray, out: FineCodes, every: int = 1) -> None:
    """Write the codes of the horizon toward the Sun for some rows of the south polar square; see `cube_codes`."""
    assert maps.south is not None
    size = maps.south.shape[1]
    across, down = _texels(slice(0, size), size, every), _texels(rows, size, every)
    scale = maps.south_edge_km / size / RADIUS_MOON_KM
    x = ((across - 0.5 * (size - 1)) * scale).astype(np.float32)
    y = ((0.5 * (size - 1) - down) * scale).astype(np.float32)
    sx, sy, sz = dir_sun.astype(np.float32)
    # With rho = tan(c / 2), c from the south pole: up = (2 y, 2 x, rho^2 - 1) / (1 + rho^2).
    whole = 1.0 + x * x + (y * y)[:, np.newaxis]
    sine = (2.0 * sy * x + (2.0 * sx * y)[:, np.newaxis] + sz * (whole - 2.0)) / whole
    low = _low_part(sine)
    if low is None:
        return
    x, y, whole = x[low[1]], y[low[0], np.newaxis], whole[low]
    # The Sun's direction along the derivatives of `up` by x and by y, scaled alike.
    mixed = sz - sx * y - sy * x
    right, top = sy * whole + 2.0 * x * mixed, sx * whole + 2.0 * y * mixed
    source = down[low[0], np.newaxis] * size + across[low[1]]
    _put(out, low, _picked(maps.south, np.arctan2(right, top), source), every)


def _texels(part: slice, size: int, every: int) -> Index:
    """Return the texels that stand for blocks of `every`."""
    texels = np.arange(part.start, part.stop, every, dtype=np.int32) + np.int32(every // 2)
    return np.asarray(np.minimum(texels, size - 1), dtype=np.int32)


def _low_part(sine: Field) -> tuple[slice, slice] | None:
    """Return the smallest block that holds all texels with a low Sun."""
    is_low = (sine > LOWEST_SINE) & (sine < HIGHEST_SINE)
    rows, columns = np.flatnonzero(is_low.any(axis=1)), np.flatnonzero(is_low.any(axis=0))
    if not len(rows):
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _picked(maps: Codes, azimuth_rad: Field, source: Index) -> FineCodes:
    """Return fine codes between the two azimuths nearest to the Sun's."""
    count, flat = len(maps), maps.reshape(-1)
    texels = np.int32(len(flat) // count)
    place = azimuth_rad * np.float32(count / (2.0 * np.pi))
    place += np.float32(count) * (place < 0.0)
    k = np.minimum(place.astype(np.int32), np.int32(count - 1))
    share = place - k
    after = np.where(k == count - 1, np.int32(0), k + np.int32(1))
    first = flat.take(k * texels + source).astype(np.float32)
    second = flat.take(after * texels + source)
    return np.asarray((first + share * (second - first)) * np.float32(FINE) + np.float32(0.5), dtype=np.uint16)


def _put(out: FineCodes, low: tuple[slice, slice], codes: FineCodes, every: int) -> None:
    if every > 1:
        codes = codes.repeat(every, axis=0).repeat(every, axis=1)
    block = out[tuple(slice(part.start * every, part.stop * every) for part in low)]
    block[...] = codes[: block.shape[0], : block.shape[1]]
