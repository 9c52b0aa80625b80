"""How high the ground stands around every place on the Moon, and how much of the Sun is seen over it.

Horizon maps hold, for a set of azimuths, the elevation under which the highest ground in that direction is seen:
on the faces of a cube for the globe, azimuths from north through east, and on a polar stereographic square about the
south pole, azimuths in the map's plane from its +y (longitude 0) toward its +x (longitude 90 E). They are byte codes,
elevation_deg = -2 + 32 (v / 255)^2. Maps may be made from synthetic relief (see `core.relief`); so are shadows then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import face_axes, texel_of_direction
from visualizer.errors import AssetError
from visualizer.resources import asset_path

SUN_RADIUS_RAD: Final = float(np.deg2rad(0.2666))
LOWEST_DEG: Final = -2.0
SPAN_DEG: Final = 32.0
SOUTH_STEP_KM: Final = 0.5
SOUTH_EDGE_KM: Final = 676.0
BLEND_KM: Final = 40.0

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class HorizonMaps:
    """Coded horizons of the globe and of the south polar square.

    Attributes
    ----------
    cube : (azimuths, 6, n, n) uint8, faces in OpenGL's order
    south : (azimuths, m, m) uint8 or None, row 0 at the top (+y), column 0 at the left (-x)
    south_edge_km : half the width of the south square
    """

    cube: Codes
    south: Codes | None = None
    south_edge_km: float = SOUTH_EDGE_KM

    def elevation_rad(self, dir_up: FloatArray, azimuth_rad: FloatArray) -> FloatArray:
        """Return the elevation of the horizon, between texels and between azimuths, (...) rad.

        Parameters
        ----------
        dir_up : (..., 3) unit vectors to the places, Moon-fixed axes
        azimuth_rad : (...) from north through east at each place
        """
        up, azimuth = np.asarray(dir_up, dtype=np.float64), np.asarray(azimuth_rad, dtype=np.float64)
        code = self._cube_code(up, azimuth)
        if self.south is not None:
            x, y = south_plane_km(up)
            weight = south_weight(x, y, self.south_edge_km)
            if np.any(weight > 0.0):
                # In the map's plane a place's north points away from the pole, along its longitude.
                polar = self._south_code(x, y, azimuth + np.arctan2(up[..., 1], up[..., 0]))
                code = np.where((weight > 0.0) & (up[..., 2] < 0.0), code + weight * (polar - code), code)
        return decoded_rad(code)

    def lit_fraction(self, dir_up: FloatArray, dir_sun: FloatArray) -> FloatArray:
        """Return how much of the Sun's disc stands over the ground, 0 to 1, (...).

        Parameters
        ----------
        dir_up : (..., 3) unit vectors to the places, Moon-fixed axes
        dir_sun : (3,) or (..., 3) unit vector to the Sun, same axes
        """
        elevation, azimuth = sun_place_rad(np.asarray(dir_up), np.asarray(dir_sun))
        return disc_fraction(elevation - self.elevation_rad(dir_up, azimuth))

    def _cube_code(self, up: FloatArray, azimuth: FloatArray) -> FloatArray:
        size = self.cube.shape[2]
        i_face, row, column = _face_coordinates(up, size)
        corners = _corners(row, column, size)
        return _between_azimuths(self.cube, azimuth, lambda k: _mixed(corners, lambda r, c: self.cube[k, i_face, r, c]))

    def _south_code(self, x_km: FloatArray, y_km: FloatArray, azimuth: FloatArray) -> FloatArray:
        south = self.south
        assert south is not None
        size = south.shape[1]
        step = 2.0 * self.south_edge_km / size
        corners = _corners(0.5 * (size - 1) - y_km / step, 0.5 * (size - 1) + x_km / step, size)
        return _between_azimuths(south, azimuth, lambda k: _mixed(corners, lambda r, c: south[k, r, c]))


def _face_coordinates(up: FloatArray, size: int) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray]:
    """Return face and fractional row and column of directions on cube faces."""
    i_face, _, _ = texel_of_direction(up, size)
    axes = np.stack([face_axes(i) for i in range(6)])[i_face]
    s, t, major = np.moveaxis(np.einsum("...ij,...j->...i", axes, up), -1, 0)
    return i_face, (t / major + 1.0) * 0.5 * size - 0.5, (s / major + 1.0) * 0.5 * size - 0.5


def _corners(row: FloatArray, column: FloatArray, size: int) -> Any:
    """Return the four texels about each place with their shares."""
    row, column = np.clip(row, 0.0, size - 1.0), np.clip(column, 0.0, size - 1.0)
    row_0 = np.minimum(row.astype(np.intp), size - 2)
    column_0 = np.minimum(column.astype(np.intp), size - 2)
    down, right = row - row_0, column - column_0
    return (
        (row_0, column_0, (1 - down) * (1 - right)),
        (row_0, column_0 + 1, (1 - down) * right),
        (row_0 + 1, column_0, down * (1 - right)),
        (row_0 + 1, column_0 + 1, down * right),
    )


def _mixed(corners: Any, look_up: Any) -> FloatArray:
    return np.asarray(sum(share * look_up(row, column) for row, column, share in corners), dtype=np.float64)


def _between_azimuths(maps: Codes, azimuth: FloatArray, look_up: Any) -> FloatArray:
    """Mix what two neighbouring azimuths give."""
    count = len(maps)
    place = (azimuth / (2.0 * np.pi) * count) % count
    k = np.minimum(place.astype(np.intp), count - 1)
    share = place - k
    return np.asarray(look_up(k) * (1.0 - share) + look_up((k + 1) % count) * share)


def decoded_rad(code: FloatArray | Codes) -> FloatArray:
    """Return elevations, rad, of codes 0 to 255."""
    return np.asarray(np.deg2rad(LOWEST_DEG + SPAN_DEG * (np.asarray(code, dtype=np.float64) / 255.0) ** 2))


def sun_place_rad(dir_up: FloatArray, dir_sun: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return elevation and azimuth (from north through east) of a far light, (...) rad each."""
    x, y, z = dir_up[..., 0], dir_up[..., 1], dir_up[..., 2]
    sine = np.clip(np.sum(dir_up * dir_sun, axis=-1), -1.0, 1.0)
    east = x * dir_sun[..., 1] - y * dir_sun[..., 0]
    north = dir_sun[..., 2] - sine * z
    return np.asarray(np.arcsin(sine)), np.asarray(np.arctan2(east, north))


def disc_fraction(above_rad: FloatArray, disc_rad: float = SUN_RADIUS_RAD) -> FloatArray:
    """Return the part of a disc's area over a straight horizon, its middle `above_rad` over it, (...) 0 to 1."""
    t = np.clip(np.asarray(above_rad, dtype=np.float64) / disc_rad, -1.0, 1.0)
    return np.asarray(0.5 + (t * np.sqrt(1.0 - t * t) + np.arcsin(t)) / np.pi)


def south_plane_km(dir_up: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return x (toward 90 E) and y (toward longitude 0) on the south polar stereographic plane, (...) km."""
    # r = 2 R tan(colatitude / 2), and tan(c / 2) = sin c / (1 + cos c).
    scale = 2.0 * RADIUS_MOON_KM / np.maximum(1.0 - dir_up[..., 2], 1e-9)
    return np.asarray(dir_up[..., 1] * scale), np.asarray(dir_up[..., 0] * scale)


def south_weight(x_km: FloatArray, y_km: FloatArray, edge_km: float = SOUTH_EDGE_KM) -> FloatArray:
    """Return how far the polar map counts at a place: 1 inside, falling to 0 along the square's edge, (...)."""
    return np.asarray(np.clip((edge_km - np.maximum(np.abs(x_km), np.abs(y_km))) / BLEND_KM, 0.0, 1.0))


def read_strip(name: str) -> Codes:
    """Return a gray picture of squares stacked downward, (count, n, n) uint8.

    Raises
    ------
    AssetError
        If the file is missing or damaged.
    """
    from PIL import Image

    try:
        with Image.open(asset_path(name)) as image:
            pixels = np.asarray(image.convert("L"))
    except (OSError, SyntaxError, ValueError) as error:
        raise AssetError(f"bundled file assets/{name} is damaged ({error}); install Perilune again") from error
    size = pixels.shape[1]
    if pixels.shape[0] % size or pixels.shape[0] < 4 * size:
        raise AssetError(f"bundled file assets/{name} is damaged (its form); install Perilune again")
    return pixels.reshape(-1, size, size)


def flat_horizon() -> HorizonMaps:
    """Return horizons of level ground: where nothing is known, no relief casts a shadow."""
    level = round(255.0 * float(np.sqrt(-LOWEST_DEG / SPAN_DEG)))
    return HorizonMaps(np.full((4, 6, 4, 4), level, dtype=np.uint8))


def belongs_to_relief(name: str) -> bool:
    """Tell whether a file lies beside the heights in use: measured heights may come without it."""
    return asset_path(name).parent == asset_path("moon/height.png").parent


@cache
def bundled_horizon() -> HorizonMaps:
    """Return the Moon's horizons as bundled with the app, loaded once (about 0.5 s)."""
    if not belongs_to_relief("moon/horizon_cube.jpg"):
        return flat_horizon()
    cube = read_strip("moon/horizon_cube.jpg")
    faces = cube.reshape(-1, 6, *cube.shape[1:])
    if not belongs_to_relief("moon/south_horizon.jpg"):
        return HorizonMaps(faces)
    edge_km = south_edge_km() if belongs_to_relief("moon/south_height.png") else SOUTH_EDGE_KM
    return HorizonMaps(faces, read_strip("moon/south_horizon.jpg"), edge_km)


def south_edge_km() -> float:
    """Return half the width of the south polar maps: they share one square."""
    from PIL import Image

    try:
        with Image.open(asset_path("moon/south_height.png")) as image:
            return 0.5 * SOUTH_STEP_KM * image.width
    except (OSError, SyntaxError) as error:
        raise AssetError(f"bundled file assets/moon/south_height.png is damaged ({error})") from error
