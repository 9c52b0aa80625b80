"""The Moon's ground as patches: a quadtree on the faces of a cube, finer the nearer, without cracks.

Every patch is the same grid of 16 x 16 squares, half as wide on each level down. A patch is cut finer where the
camera is nearer than some times its width: more at the horizon, where mountains stand against the sky. Toward the
far end of its range every vertex slides to where the coarser grid has it, so neighbouring levels meet exactly and
nothing pops as the camera moves; short skirts close what rounding leaves. Places are float64; patches are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, length
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import face_axes
from visualizer.core.ground_detail import HALF_FACE_KM, edge_weight, octaves_for, site_range_km

SQUARES: Final = 16
SIDE: Final = SQUARES + 1
REACH: Final = 2.4
HORIZON_REACH: Final = 4.6
DEEPEST_LEVEL: Final = 19
KEPT_PATCHES: Final = 2000
LOWEST_KM: Final = -9.2
HIGHEST_KM: Final = 11.0
SKIRT_SHARE: Final = 0.04
VERTEX: Final = np.dtype(
    [("a_position_km", "f4", 3), ("a_slide_km", "f4", 3), ("a_plane_km", "f4", 2), ("a_ground", "f4", 4)]
)
Key = tuple[int, int, int, int]
Heights = Callable[[FloatArray, int], FloatArray]
_AXES: Final = np.stack([face_axes(i) for i in range(6)])


@dataclass(frozen=True, eq=False, slots=True)
class Patch:
    """One patch.

    Attributes
    ----------
    vertices : (n, 12) float32 as in `VERTEX`, relative to the patch's own middle; ground holds height, distance at
        which sliding ends (set by `gathered`), distance to the nearest site, weight of detail
    level : 0 for a whole face
    middle_km, radius_km : a ball that holds it, Moon-fixed axes
    plane_km : (2,) middle on the plane of its face
    highest_km : above the sphere
    """

    vertices: npt.NDArray[np.float32]
    level: int
    middle_km: FloatArray
    plane_km: FloatArray
    radius_km: float
    highest_km: float


@dataclass(frozen=True, slots=True)
class Eye:
    """What decides which patches are seen.

    Attributes
    ----------
    camera_km : (3,) from the Moon's centre, Moon-fixed axes
    rot_view_from_fixed : (3, 3); the view's axes are right, up, backward
    half_rad : half the fields of view, horizontal and vertical
    """

    camera_km: FloatArray
    rot_view_from_fixed: FloatArray
    half_rad: tuple[float, float]

    def sees(self, middle_km: FloatArray, radius_km: FloatArray, highest_km: FloatArray) -> npt.NDArray[np.bool_]:
        """Tell which balls, (n, 3) and (n,), may be in the picture and before the horizon, (n,)."""
        relative = middle_km - self.camera_km
        view = relative @ self.rot_view_from_fixed.T
        seen = np.ones(len(view), dtype=bool)
        for axis, half in zip((0, 1), self.half_rad, strict=True):
            sine, cosine = np.sin(half), np.cos(half)
            seen &= np.abs(view[:, axis]) * cosine + view[:, 2] * sine < radius_km
        distance = length(self.camera_km)
        floor = RADIUS_MOON_KM + LOWEST_KM
        horizon = np.arccos(min(floor / distance, 1.0)) + np.arccos(floor / (RADIUS_MOON_KM + highest_km))
        away_km = np.linalg.norm(middle_km, axis=1)
        cosine = np.clip(middle_km @ self.camera_km / (away_km * distance), -1.0, 1.0)
        return np.asarray(seen & (np.arccos(cosine) < horizon + radius_km / away_km))


class Terrain:
    """Patches of a height field, made when first wanted.

    Parameters
    ----------
    height_km : of unit directions, (..., 3), with so many octaves of detail, (...)
    """

    def __init__(self, height_km: Heights) -> None:
        self._height_km = height_km
        self._patches: OrderedDict[Key, Patch] = OrderedDict()

    def chosen(self, eye: Eye, new_at_most: int | None = None) -> tuple[list[Patch], bool]:
        """Return the patches to draw, and whether they are as fine as they should be.

        Parameters
        ----------
        new_at_most : patches made at most in this call; None for all that are wanted
        """
        left = 10**9 if new_at_most is None else new_at_most
        reach_km = reaches_km(eye.camera_km)
        leaves: list[Patch] = []
        level, keys = 0, [(i, 0, 0, 0) for i in range(6)]
        is_whole = True
        self._make([key for key in keys if key not in self._patches])
        while keys:
            patches = [self._patches[key] for key in keys]
            for key in keys:
                self._patches.move_to_end(key)
            middle = np.array([p.middle_km for p in patches])
            radius = np.array([p.radius_km for p in patches])
            seen = eye.sees(middle, radius, np.array([p.highest_km for p in patches]))
            gap = np.linalg.norm(middle - eye.camera_km, axis=1) - radius
            is_cut = seen & (gap < reach_km[level]) & (level < DEEPEST_LEVEL)
            order = np.argsort(gap)
            cut, left = self._make_children([keys[i] for i in order if is_cut[i]], left)
            is_whole &= len(cut) == int(is_cut.sum())
            leaves += [p for p, key, is_seen in zip(patches, keys, seen, strict=True) if is_seen and key not in cut]
            following = [child for key in cut for child in _children(key)]
            level, keys = level + 1, following
        while len(self._patches) > KEPT_PATCHES:
            self._patches.popitem(last=False)
        return leaves, is_whole

    def _make_children(self, keys: list[Key], left: int) -> tuple[dict[Key, None], int]:
        """Make what patches, the nearest first, are cut into; return those it was done for, and what is left."""
        done: dict[Key, None] = {}
        missing: list[Key] = []
        for key in keys:
            lacking = [child for child in _children(key) if child not in self._patches]
            if len(missing) + len(lacking) <= left:
                missing += lacking
                done[key] = None
        self._make(missing)
        return done, left - len(missing)

    def _make(self, keys: list[Key]) -> None:
        """Make patches of one level together."""
        if keys:
            self._patches.update(zip(keys, make_patches(keys, self._height_km), strict=True))


def width_km(level: int) -> float:
    """Return the width of a patch along the ground, about."""
    return 2.0 * HALF_FACE_KM / 2.0**level


def reaches_km(camera_km: FloatArray) -> FloatArray:
    """Return the distance within which patches of each level are cut finer."""
    width = np.array([width_km(level) for level in range(DEEPEST_LEVEL + 1)])
    height = max(length(camera_km) - RADIUS_MOON_KM, 0.1)
    to_horizon = float(np.sqrt(height * (2.0 * RADIUS_MOON_KM + height)))
    t = np.clip((REACH * width / to_horizon - 0.1) / 0.3, 0.0, 1.0)
    return np.asarray(width * (REACH + (HORIZON_REACH - REACH) * t * t * (3.0 - 2.0 * t)))


def _children(key: Key) -> list[Key]:
    i_face, level, i, j = key
    return [(i_face, level + 1, 2 * i + a, 2 * j + b) for a in (0, 1) for b in (0, 1)]


def make_patches(keys: list[Key], height_km: Heights) -> list[Patch]:
    """Work out patches of one level: face, level, column and row on its face."""
    level = keys[0][1]
    x, y = (_lines_km(np.array([key[k] for key in keys]), level) for k in (2, 3))
    x, y = np.broadcast_arrays(x[:, np.newaxis, :], y[:, :, np.newaxis])
    up = face_directions_km(np.array([key[0] for key in keys]), x, y)
    spacing = width_km(level) / SQUARES
    octaves, coarser = octaves_for(spacing), octaves_for(2.0 * spacing)
    height = height_km(up, octaves)
    even = height[:, ::2, ::2] if coarser == octaves else height_km(up[:, ::2, ::2], coarser)
    position = up * (RADIUS_MOON_KM + height)[..., np.newaxis]
    slide = _between(up[:, ::2, ::2] * (RADIUS_MOON_KM + even)[..., np.newaxis]) - position
    parts = [x, y, height, np.zeros(x.shape), site_range_km(up), edge_weight(x, y)]
    vertices = np.concatenate([position, slide, np.stack(parts, axis=-1)], axis=-1)
    return [_patch(one.reshape(SIDE * SIDE, -1), level) for one in vertices]


def _lines_km(index: npt.NDArray[np.int64], level: int) -> FloatArray:
    """Return the coordinates of the grid lines of patches, (n, 17)."""
    return np.asarray(HALF_FACE_KM * (2.0 * (index[:, np.newaxis] + np.arange(SIDE) / SQUARES) / 2**level - 1.0))


def _patch(vertices: FloatArray, level: int) -> Patch:
    """Return a patch from its grid, (289, 12) float64, by adding a skirt and making it relative to its middle."""
    depth_km = SKIRT_SHARE * width_km(level) / SQUARES
    skirt = vertices[_RIM].copy()
    skirt[:, :3] *= 1.0 - depth_km / np.linalg.norm(skirt[:, :3], axis=1, keepdims=True)
    middle, plane = vertices[:, :3].mean(axis=0), vertices[:, 6:8].mean(axis=0)
    slide = float(np.abs(vertices[:, 3:6]).max()) * 1.8
    highest = float(vertices[:, 8].max()) + slide
    whole = np.concatenate([vertices, skirt])
    whole[:, :3] -= middle
    whole[:, 6:8] -= plane
    radius = float(np.sqrt(np.einsum("ij,ij->i", whole[:, :3], whole[:, :3]).max())) + slide
    return Patch(whole.astype(np.float32), level, middle, plane, radius, highest)


def face_directions_km(i_face: npt.NDArray[np.int64], x_km: FloatArray, y_km: FloatArray) -> FloatArray:
    """Return the unit directions of places of faces' planes, (n, ..., 3), faces (n,)."""
    s, t = np.tan(x_km / RADIUS_MOON_KM), np.tan(y_km / RADIUS_MOON_KM)
    direction = np.einsum("...nijk,nkl->...nijl", np.stack([s, t, np.ones_like(s)], axis=-1), _AXES[i_face])
    return np.asarray(direction / np.linalg.norm(direction, axis=-1, keepdims=True))


def _between(even: FloatArray) -> FloatArray:
    """Return the coarser grid at all vertices, (n, 17, 17, 3), from every second one, (n, 9, 9, 3).

    The coarser squares are cut from their first corner to the opposite one, as the triangles are.
    """
    full = np.empty((len(even), SIDE, SIDE, 3))
    full[:, ::2, ::2] = even
    full[:, ::2, 1::2] = 0.5 * (even[:, :, :-1] + even[:, :, 1:])
    full[:, 1::2, ::2] = 0.5 * (even[:, :-1] + even[:, 1:])
    full[:, 1::2, 1::2] = 0.5 * (even[:, :-1, :-1] + even[:, 1:, 1:])
    return full


def _rim() -> npt.NDArray[np.intp]:
    """Return the vertices along a patch's edge, once around, the first one again at the end."""
    index = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    return np.concatenate([index[0, :-1], index[:-1, -1], index[-1, :0:-1], index[::-1, 0]])


_RIM: Final = _rim()


def patch_indices() -> npt.NDArray[np.uint32]:
    """Return the triangles of one patch with its skirt, (m * 3,), the ground's counter-clockwise seen from above."""
    index = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    ground = np.stack([a, c, b, a, d, c], axis=-1).reshape(-1)
    rim = _RIM
    low = SIDE * SIDE + np.arange(len(rim))
    around = np.stack([rim[:-1], low[:-1], rim[1:], rim[1:], low[:-1], low[1:]], axis=-1).reshape(-1)
    return np.concatenate([ground, around]).astype(np.uint32)


def gathered(
    patches: list[Patch], camera_km: FloatArray, origin_km: FloatArray, origin_plane_km: FloatArray
) -> npt.NDArray[np.void]:
    """Return the vertices of all patches as the GPU takes them, relative to a place near the camera, (n,) `VERTEX`.

    Parameters
    ----------
    camera_km : (3,) for which the patches were chosen
    origin_km : (3,) from the Moon's centre, Moon-fixed axes
    origin_plane_km : (2,) subtracted from the coordinates of faces' planes
    """
    out = np.stack([patch.vertices for patch in patches])
    out[..., :3] += (np.array([p.middle_km for p in patches]) - origin_km)[:, np.newaxis].astype(np.float32)
    out[..., 6:8] += (np.array([p.plane_km for p in patches]) - origin_plane_km)[:, np.newaxis].astype(np.float32)
    # What a patch was cut from slides into it at the distance at which it was cut.
    ends = np.concatenate([[1e9], reaches_km(camera_km)[:-1]])
    out[..., 9] = ends[[patch.level for patch in patches], np.newaxis]
    return out.reshape(-1).view(VERTEX)
