"""Directions and texels of OpenGL cube maps.

Core. A cube map is looked up by a direction in body-fixed axes (x toward latitude 0, longitude 0; y toward 90 E; z
north), used directly as the texture coordinate. Face order and orientation are those of the OpenGL specification
(section "Cube Map Texture Selection"), and files hold the six faces stacked downward: width N, height 6N, row 0 of
each face first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FACES = ("+X", "-X", "+Y", "-Y", "+Z", "-Z")

# Rows give sc, tc and the major axis of each face as vectors in body axes.
_AXES = np.array(
    [
        [[0, 0, -1], [0, -1, 0], [1, 0, 0]],
        [[0, 0, 1], [0, -1, 0], [-1, 0, 0]],
        [[1, 0, 0], [0, 0, 1], [0, 1, 0]],
        [[1, 0, 0], [0, 0, -1], [0, -1, 0]],
        [[1, 0, 0], [0, -1, 0], [0, 0, 1]],
        [[-1, 0, 0], [0, -1, 0], [0, 0, -1]],
    ],
    dtype=np.float64,
)


def face_axes(i_face: int) -> NDArray[np.float64]:
    """Return the (3, 3) matrix whose rows are the directions of growing s, growing t and outward."""
    return np.asarray(_AXES[i_face])


def texel_centres(size_px: int, margin_px: int = 0) -> NDArray[np.float64]:
    """Return the face coordinate, -1 to 1 on the face itself, of each column (or row) of a face.

    Parameters
    ----------
    size_px : texels along one edge of a face
    margin_px : extra texels on both ends, which lie beyond -1 and 1

    Returns
    -------
    (size_px + 2 margin_px,) float64, dimensionless
    """
    return (2 * np.arange(-margin_px, size_px + margin_px) + 1) / size_px - 1


def face_directions(i_face: int, size_px: int, margin_px: int = 0) -> NDArray[np.float32]:
    """Return the unit direction of every texel centre of a face.

    Returns
    -------
    (n, n, 3) float32, unit vectors, body-fixed axes; first axis is the row (t), second the column (s)
    """
    centres = texel_centres(size_px, margin_px)
    s, t = np.meshgrid(centres, centres)
    direction = np.stack([s, t, np.ones_like(s)], axis=-1) @ face_axes(i_face)
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    return direction.astype(np.float32)


def texel_of_direction(
    direction: NDArray[np.floating], size_px: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return face, row and column of the texel that OpenGL would pick for each direction.

    Parameters
    ----------
    direction : (..., 3), any length but zero, body-fixed axes
    size_px : texels along one edge of a face

    Returns
    -------
    i_face, row, column : (...) int64; row is counted within the face
    """
    direction = np.asarray(direction, dtype=np.float64)
    i_major = np.argmax(np.abs(direction), axis=-1)
    major = np.take_along_axis(direction, i_major[..., None], axis=-1)[..., 0]
    i_face = 2 * i_major + (major < 0)
    sc_tc = np.einsum("...ij,...j->...i", _AXES[i_face][..., :2, :], direction)
    s_t = (sc_tc / np.abs(major)[..., None] + 1) / 2
    column_row = np.clip((s_t * size_px).astype(np.int64), 0, size_px - 1)
    return i_face, column_row[..., 1], column_row[..., 0]


def direction_of_lat_lon(lat_deg: object, lon_east_deg: object) -> NDArray[np.float64]:
    """Return (..., 3) unit vectors in body-fixed axes for latitudes and east longitudes in degrees."""
    lat, lon = np.radians(np.asarray(lat_deg, float)), np.radians(np.asarray(lon_east_deg, float))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat) + 0 * lon], axis=-1)


def equirect_coordinates(
    direction: NDArray[np.floating], rows: int, cols: int
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return fractional row and column of directions in a map with row 0 north and column 0 at 180 W."""
    lat = np.arctan2(direction[..., 2], np.hypot(direction[..., 0], direction[..., 1]))
    lon = np.arctan2(direction[..., 1], direction[..., 0])
    return (0.5 - lat / np.pi) * rows - 0.5, (0.5 + lon / (2 * np.pi)) * cols - 0.5


def pad_equirect(field: NDArray[np.floating], margin_px: int) -> NDArray[np.floating]:
    """Extend a global map over its edges: around in longitude, across the pole in latitude."""
    half = field.shape[1] // 2
    north = np.roll(field[:margin_px][::-1], half, axis=1)
    south = np.roll(field[-margin_px:][::-1], half, axis=1)
    tall = np.concatenate([north, field, south])
    return np.concatenate([tall[:, -margin_px:], tall, tall[:, :margin_px]], axis=1)


def srgb_encode(linear: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return sRGB-coded values, 0 to 1, of linear values, which are clipped to 0 to 1 (IEC 61966-2-1)."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
