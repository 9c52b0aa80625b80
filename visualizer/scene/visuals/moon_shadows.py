"""The horizon toward the Sun as textures, kept up with the Sun: at once for files, by a thread for a window.

The shader compares the Sun's exact elevation at each pixel with these textures, so the terminator never lags; only
the azimuth, in which the ground was looked at, may be old by a tenth of a degree, or by more while time flies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.core.arrays import FloatArray, length
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import face_axes
from visualizer.core.horizon import HorizonMaps
from visualizer.core.horizon_sun import FINE, FineCodes, cube_codes, south_codes
from visualizer.scene import gl as door
from visualizer.scene.visuals.shadow_work import ShadowWork

BAND_ROWS: Final = 64
# Shadows are worked out for a Sun on a grid this fine, so that a moment's picture never depends on those before.
SUN_GRID: Final = 600.0
COARSE_RAD: Final = float(np.deg2rad(1.5))
COARSE_EVERY: Final = 4
LOWEST_RAD, HIGHEST_RAD = np.deg2rad(-3.0), np.deg2rad(31.0)
# A Moon that looks smaller shows no single texel of these maps.
SMALL_PX: Final = 100.0
# A camera that has moved by less than this share of its distance sees nothing of which no shadows are worked out.
NEARBY: Final = 0.02
# Until it is worked out, ground is level.
LEVEL: Final = 64 * FINE
SOUTH_SEEN_KM: Final = 6500.0
SOUTH_FULL_KM: Final = 4500.0


@dataclass(eq=False)
class _Band:
    """Some rows of a map: where it lies and how it is worked out.

    Attributes
    ----------
    dir_middle, radius_rad : a circle on the globe that holds it
    codes : as they are in the texture
    fill : works out rows for a Sun, at every so many texels
    send : brings rows to the texture
    """

    codes: FineCodes
    dir_middle: FloatArray
    radius_rad: float
    fill: Callable[[FloatArray, FineCodes, int], None]
    send: Callable[[FineCodes], None]
    is_south: bool = False

    def made(self, dir_sun: FloatArray, every: int) -> FineCodes:
        """Return what it is for a Sun; it stays as it is."""
        codes = self.codes.copy()
        self.fill(dir_sun, codes, every)
        return codes

    def take(self, codes: FineCodes) -> None:
        """Bring codes to the texture."""
        self.codes = codes
        self.send(codes)


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """For what shadows are wanted: the Sun, the camera, and whether some texels will do."""

    dir_sun: FloatArray
    camera_km: FloatArray
    is_small: bool

    def is_met_by(self, known: _Wish | None) -> bool:
        """Tell whether what was worked out for another is as good: the same Sun, as fine, and a camera close by."""
        if known is None or (known.is_small and not self.is_small):
            return False
        moved = self.camera_km - known.camera_km
        return (
            known.dir_sun.tolist() == self.dir_sun.tolist()
            and float(moved @ moved) < (NEARBY * length(known.camera_km)) ** 2
        )


class MoonShadows:
    """Textures `cube` and `south` (None without polar maps); codes as in `core.horizon_sun`.

    Parameters
    ----------
    maps : horizons of all azimuths
    is_patient : whether every picture waits until all is new (files), or a thread works meanwhile (a window)

    Attributes
    ----------
    is_whole : whether all that can be seen is worked out for the present Sun
    """

    def __init__(self, maps: HorizonMaps, is_patient: bool = True) -> None:
        self.is_patient = is_patient
        self.is_whole = True
        self.south_edge_km = maps.south_edge_km
        size = maps.cube.shape[2]
        self._faces = np.full((6, size, size), LEVEL, dtype=np.uint16)
        self.cube = door.make_fine_cube(self._faces)
        self._bands = [self._cube_band(maps, i, rows) for i in range(6) for rows in _rows(size)]
        self.south: gloo.Texture2D | None = None
        if maps.south is not None:
            size = maps.south.shape[1]
            self._square = np.full((size, size), LEVEL, dtype=np.uint16)
            self.south = door.make_fine_plane(self._square)
            self._bands += [self._south_band(maps, rows) for rows in _rows(size)]
        self._middles = np.array([band.dir_middle for band in self._bands])
        self._radii = np.array([band.radius_rad for band in self._bands])
        self._is_south = np.array([band.is_south for band in self._bands])
        # For which Sun each was last worked out, none at first, and whether only at some texels.
        self._suns = np.full((len(self._bands), 3), 9.0)
        self._is_coarse = np.zeros(len(self._bands), dtype=bool)
        self._work = ShadowWork(lambda number, dir_sun, every: self._bands[number].made(dir_sun, every))
        # The Sun and the camera when nothing was left to do, and the Sun that the thread works for.
        self._done_for: _Wish | None = None
        self._begun_for = np.zeros(3)

    def _cube_band(self, maps: HorizonMaps, i_face: int, rows: slice) -> _Band:
        size = maps.cube.shape[2]
        t = (np.array([rows.start, rows.stop]) * 2.0) / size - 1.0
        corners = np.array([[s, v, 1.0] for s in (-1.0, 1.0) for v in t]) @ face_axes(i_face)

        def fill(dir_sun: FloatArray, codes: FineCodes, every: int) -> None:
            cube_codes(maps, i_face, rows, dir_sun, codes, every)

        def send(codes: FineCodes) -> None:
            door.update_cube_rows(self.cube, i_face, rows.start, codes)

        return _Band(self._faces[i_face, rows], *_circle(corners), fill, send)

    def _south_band(self, maps: HorizonMaps, rows: slice) -> _Band:
        size, edge, texture = self._square.shape[0], maps.south_edge_km, self.south
        y = edge * (1.0 - 2.0 * np.array([rows.start, rows.stop]) / size) / (2.0 * RADIUS_MOON_KM)
        x = np.array([-edge, edge]) / (2.0 * RADIUS_MOON_KM)
        corners = np.array([[2 * v, 2 * u, u * u + v * v - 1.0] for u in x for v in y])

        def fill(dir_sun: FloatArray, codes: FineCodes, every: int) -> None:
            south_codes(maps, rows, dir_sun, codes, every)

        def send(codes: FineCodes) -> None:
            assert texture is not None
            door.update_plane_rows(texture, rows.start, codes)

        return _Band(self._square[rows], *_circle(corners), fill, send, is_south=True)

    def update(self, dir_sun: FloatArray, camera_km: FloatArray, radius_px: float = np.inf) -> None:
        """Bring what the camera can see up to the Sun's place, as far as this frame's work allows.

        Parameters
        ----------
        dir_sun : (3,) unit, Moon-fixed axes
        camera_km : (3,) relative to the Moon's centre, same axes
        radius_px : how large the Moon looks; of a small one a window works out some texels only
        """
        dir_sun = np.rint(dir_sun * SUN_GRID)
        dir_sun /= length(dir_sun)
        wish = _Wish(dir_sun, camera_km, radius_px < SMALL_PX and not self.is_patient)
        if self.is_patient:
            self._renew(dir_sun, self._due(wish))
            self.is_whole = True
        else:
            self._go_on(wish)

    @property
    def is_waiting(self) -> bool:
        """Whether the thread still works at what the last picture lacked."""
        return self._work.is_going_on

    def _go_on(self, wish: _Wish) -> None:
        """Take what the thread has made, and let it work on what is lacking."""
        for made in self._work.take():
            self._bands[made.number].take(made.codes)
            self._suns[made.number], self._is_coarse[made.number] = made.dir_sun, made.every > 1
        if wish.is_met_by(self._done_for):
            return
        if self._work.is_going_on:
            # Work for the same Sun goes on: it may be for another picture of this frame, with a camera of its own.
            if wish.dir_sun.tolist() != self._begun_for.tolist():
                self._work.stop()
            self.is_whole = False
            return
        due = self._due(wish)
        self.is_whole = len(due) == 0
        self._done_for = wish if self.is_whole else None
        if not self.is_whole:
            # Of what is much too old, or small, some texels only.
            self._begun_for = wish.dir_sun
            is_rough = wish.is_small | (self._age(wish.dir_sun)[due] > COARSE_RAD)
            self._work.begin(wish.dir_sun, due.tolist(), np.where(is_rough, COARSE_EVERY, 1).tolist())

    def _due(self, wish: _Wish) -> npt.NDArray[np.intp]:
        """Return which bands are to be worked out, those of the oldest Sun first."""
        age = self._age(wish.dir_sun)
        lacks = age > 0.0 if wish.is_small else (age > 0.0) | self._is_coarse
        due = np.flatnonzero(self._wanted(wish.dir_sun, wish.camera_km) & lacks)
        return due[np.argsort(-age[due])]

    def _age(self, dir_sun: FloatArray) -> FloatArray:
        """Return how far the Sun has moved since each band was worked out."""
        return np.asarray(np.linalg.norm(self._suns - dir_sun, axis=1))

    def _renew(self, dir_sun: FloatArray, numbers: npt.NDArray[np.intp]) -> None:
        """Work out bands at once."""
        for i in numbers:
            self._bands[i].take(self._bands[i].made(dir_sun, 1))
            self._suns[i], self._is_coarse[i] = dir_sun, False

    def _wanted(self, dir_sun: FloatArray, camera_km: FloatArray) -> npt.NDArray[np.bool_]:
        """Tell which bands can be seen and have a low Sun somewhere."""
        distance = length(camera_km)
        # Mountains are seen beyond the sphere's own horizon.
        seen = float(np.arccos(min(RADIUS_MOON_KM / distance, 1.0))) + 0.12
        sun_rad = np.arcsin(np.clip(self._middles @ dir_sun, -1.0, 1.0))
        away = np.arccos(np.clip(self._middles @ camera_km / distance, -1.0, 1.0))
        low = (sun_rad > LOWEST_RAD - self._radii) & (sun_rad < HIGHEST_RAD + self._radii)
        return np.asarray(low & (away < seen + self._radii) & (~self._is_south | (distance < SOUTH_SEEN_KM)))

    def south_weight(self, camera_km: FloatArray) -> float:
        """Return how far the finer polar map counts from this distance, 0 to 1."""
        distance = length(camera_km)
        return min(max((SOUTH_SEEN_KM - distance) / (SOUTH_SEEN_KM - SOUTH_FULL_KM), 0.0), 1.0)


def _rows(size: int) -> list[slice]:
    return [slice(first, min(first + BAND_ROWS, size)) for first in range(0, size, BAND_ROWS)]


def _circle(corners: FloatArray) -> tuple[FloatArray, float]:
    """Return middle and radius of a circle about corners given as directions of any length."""
    directions = corners / np.linalg.norm(corners, axis=1, keepdims=True)
    middle = directions.sum(axis=0)
    middle /= np.linalg.norm(middle)
    return middle, float(np.arccos(np.clip((directions @ middle).min(), -1.0, 1.0)))
