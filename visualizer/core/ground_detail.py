"""Relief finer than the maps: craters below a few kilometres and rolling ground, made by rule, everywhere the same.

Craters of some metres to a kilometre are in equilibrium on the Moon: as many are worn away as are made, and their
number above a diameter D goes with D^-2 (Trask 1966; Xiao and Werner 2015 put it at some per cent of geometric
saturation, 1.54 D^-2). Such a field looks alike at every scale, so one square of it, repeated without a seam, serves
all: octave k is the square at a quarter of the size of octave k - 1. Nothing of it is measured.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import face_axes, texel_of_direction

Field = npt.NDArray[np.float32]

_AXES: Final = np.stack([face_axes(i) for i in range(6)])
TILE_PX: Final = 512
OCTAVES: Final = 7
SMALLEST_PX, LARGEST_PX = 7.0, 28.0
SATURATION: Final = 0.10
ROLLING_SLOPE: Final = 0.03
# Octave 0 begins where the maps end: its largest craters are 4.5 km wide.
COARSEST_TEXEL_KM: Final = 0.16
TEXEL_KM: Final = tuple(COARSEST_TEXEL_KM / 4.0**k for k in range(OCTAVES))
# One octave more, of pits below 30 cm, is seen as light and shade only: no mesh is as fine.
SHADED_TEXEL_KM: Final = (*TEXEL_KM, TEXEL_KM[-1] / 4.0)
PERIOD_KM: Final = tuple(TILE_PX * texel for texel in SHADED_TEXEL_KM)
# The planes of two faces do not meet, so detail ends before their edges.
EDGE_FADE_KM: Final = 30.0
HALF_FACE_KM: Final = float(np.pi / 4.0) * RADIUS_MOON_KM

# Places whose height is published or shown: latitude, east longitude. Detail fades out toward them.
SITES_DEG: Final = (
    (-57.865, 61.360),  # Luna-25, impact
    (-69.545, 43.544),  # Luna-25, planned
    (-69.373, 32.319),  # Chandrayaan-3
    (-80.130, 1.440),  # Odysseus
    (12.7145, 62.2097),  # Luna-24
    (-70.881, 22.784),  # Chandrayaan-2
    (-70.9003, 22.7811),  # Chandrayaan-2, planned
    (-84.7906, 29.1957),  # Athena
    (-85.43, 31.8),  # Artemis IV, planned
    (-84.729, -49.360),  # LCROSS
    (-84.675, -48.725),  # LCROSS, Centaur
    (-13.316, 25.251),  # SLIM
    (0.674, 23.473),  # Apollo 11
)
# Toward a site each octave is gone within so many of its own texels, within 100 m at the most and the 4 m that a craft
# stands on at the least; it fades in over as many texels beyond.
SITE_CLEAR_KM: Final = (0.004, 0.1)
SITE_FADE_TEXELS: Final = 40.0


@cache
def detail_tile() -> Field:
    """Return one square of detail, (512, 512) float32 heights in texels; it repeats without a seam."""
    rng = np.random.default_rng(25)
    tile = _rolling(rng)
    area = SATURATION * 1.54 * TILE_PX**2
    count = int(area * (SMALLEST_PX**-2 - LARGEST_PX**-2))
    share = rng.random(count)
    diameter = 1.0 / np.sqrt(SMALLEST_PX**-2 + share * (LARGEST_PX**-2 - SMALLEST_PX**-2))
    freshness = rng.random(count) ** 3.0
    places = rng.random((count, 2)) * TILE_PX
    # Old craters first: young ones lie on top.
    for i in np.argsort(freshness):
        _stamp(tile, places[i], diameter[i], freshness[i])
    return np.asarray(tile - tile.mean(), dtype=np.float32)


def _rolling(rng: np.random.Generator) -> FloatArray:
    """Return rolling ground whose slopes are alike at every wavelength from a few texels to the square's width."""
    frequency = np.fft.fftfreq(TILE_PX)
    length = np.hypot(frequency[:, np.newaxis], frequency)
    length[0, 0] = 1.0
    spectrum = np.fft.fft2(rng.standard_normal((TILE_PX, TILE_PX)))
    shaped = spectrum * length**-2.0 * np.exp(-((length * 5.0) ** 2)) * (1.0 - np.exp(-((length * 40.0) ** 2)))
    field = np.fft.ifft2(shaped).real
    slope = np.hypot(*np.gradient(field))
    return np.asarray(field * (ROLLING_SLOPE / np.sqrt(np.mean(slope**2))))


def _stamp(tile: FloatArray, place: FloatArray, diameter: float, freshness: float) -> None:
    """Put a bowl with a rim into the square; worn ones are shallow, smooth and partly filled."""
    radius = 0.5 * diameter
    reach = int(np.ceil(2.2 * radius))
    index = np.arange(-reach, reach + 1)
    middle = np.floor(place).astype(int)
    rows, columns = ((middle[k] + index) % TILE_PX for k in (0, 1))
    offset = [middle[k] + index - place[k] for k in (0, 1)]
    r = np.hypot(offset[0][:, np.newaxis], offset[1]) / radius
    depth = diameter * (0.02 + 0.15 * freshness)
    rim = depth * (0.08 + 0.14 * freshness)
    softness = 1.0 - 0.55 * freshness
    bowl = np.where(r < 1.0, -(depth - rim) + depth * r ** (2.0 + 0.8 * freshness), rim * np.maximum(r, 1.0) ** -3.2)
    worn = -(depth - rim) * np.exp(-((r / 0.75) ** 2)) + rim * np.exp(-(((r - 1.05) / 0.45) ** 2))
    shape = (1.0 - softness) * bowl + softness * worn
    shape *= np.clip((2.2 - r) / 0.8, 0.0, 1.0)
    block = tile[np.ix_(rows, columns)]
    # A crater erases part of what was there.
    kept = 1.0 - 0.8 * freshness * np.clip(1.25 - r, 0.0, 1.0)
    tile[np.ix_(rows, columns)] = block * kept + shape


def face_plane_km(dir_up: FloatArray) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray]:
    """Return cube face and its plane's coordinates, even in angle: 0 in the middle, (...) each, km."""
    i_face, _, _ = texel_of_direction(dir_up, 2)
    s, t, major = np.moveaxis(np.einsum("...ij,...j->...i", _AXES[i_face], dir_up), -1, 0)
    return i_face, np.arctan2(s, major) * RADIUS_MOON_KM, np.arctan2(t, major) * RADIUS_MOON_KM


@cache
def _site_directions() -> FloatArray:
    lat, lon = np.deg2rad(np.array(SITES_DEG)).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def site_range_km(dir_up: FloatArray) -> FloatArray:
    """Return the distance to the nearest site, (...) km, at most 1000."""
    nearest = np.argmax(dir_up @ _site_directions().T, axis=-1)
    # The chord keeps metres, which an arc cosine near 1 loses.
    apart = dir_up - _site_directions()[nearest]
    return np.asarray(np.minimum(np.sqrt(np.sum(apart * apart, axis=-1)) * RADIUS_MOON_KM, 1000.0))


def edge_weight(x_km: FloatArray, y_km: FloatArray) -> FloatArray:
    """Return how much of the detail is left toward the edges of a face's plane, (...) 0 to 1."""
    t = (HALF_FACE_KM - np.maximum(np.abs(x_km), np.abs(y_km))) / EDGE_FADE_KM
    t = np.minimum(np.maximum(t, 0.0), 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def octave_shift(octave: int) -> tuple[float, float]:
    """Return how far an octave's square is moved, in periods: neighbours in scale must not line up."""
    return (0.37 * octave) % 1.0, (0.61 * octave) % 1.0


def sample_tile(row: FloatArray, column: FloatArray) -> FloatArray:
    """Return the square's height between its texels, bilinear, (...) texels."""
    flat = detail_tile().reshape(-1)
    row_floor, column_floor = np.floor(row), np.floor(column)
    down, right = (row - row_floor).astype(np.float32), (column - column_floor).astype(np.float32)
    # The square is a power of two wide, so a mask wraps around it, negative places too.
    wrap = TILE_PX - 1
    r0, c0 = row_floor.astype(np.int64) & wrap, column_floor.astype(np.int64) & wrap
    r1, c1 = (r0 + 1 & wrap) * TILE_PX, c0 + 1 & wrap
    r0 = r0 * TILE_PX
    upper, lower = flat[r0 + c0], flat[r1 + c0]
    upper = upper + right * (flat[r0 + c1] - upper)
    lower = lower + right * (flat[r1 + c1] - lower)
    return np.asarray(upper + down * (lower - upper), dtype=np.float64)


def detail_km(dir_up: FloatArray, octaves: int = OCTAVES) -> FloatArray:
    """Return the height of the coarsest octaves at places, (...) km.

    Parameters
    ----------
    dir_up : (..., 3) unit vectors, Moon-fixed axes, float64
    """
    _, x, y = face_plane_km(dir_up)
    texel, period = np.array(TEXEL_KM[:octaves]), np.array(PERIOD_KM[:octaves])
    shift_x, shift_y = np.array([octave_shift(k) for k in range(octaves)]).T
    column = (x[..., np.newaxis] / period + shift_x) * TILE_PX - 0.5
    row = (y[..., np.newaxis] / period + shift_y) * TILE_PX - 0.5
    fade = SITE_FADE_TEXELS * texel
    t = (site_range_km(dir_up)[..., np.newaxis] - np.clip(fade, *SITE_CLEAR_KM)) / fade
    t = np.minimum(np.maximum(t, 0.0), 1.0)
    total = (sample_tile(row, column) * (t * t * (3.0 - 2.0 * t))) @ texel
    return np.asarray(total * edge_weight(x, y))


def octaves_for(spacing_km: float) -> int:
    """Return how many octaves matter on a mesh of this spacing: those whose craters it can show."""
    return sum(LARGEST_PX * texel > spacing_km for texel in TEXEL_KM)
