"""The Moon's ground as patches: a quadtree on the faces of a cube, finer the nearer, without cracks.

Every patch is the same grid of 16 x 16 squares, half as wide on each level down. A patch is cut finer where the
camera is nearer than some times its width: more at the horizon, where mountains stand against the sky. Toward the
far end of its range every vertex slides to where the coarser grid has it, so neighbouring levels meet exactly and
nothing pops as the camera moves; short skirts close what rounding leaves. Places are float64; patches are kept.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, length
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import face_axes
from visualizer.core.ground_detail import HALF_FACE_KM, edge_weight, octaves_for, site_range_km
from visualizer.scene.stand_back import stand_back
from visualizer.scene.terrain_hidden import Ground, hidden

SQUARES: Final = 16
SIDE: Final = SQUARES + 1
REACH: Final = 2.4
HORIZON_REACH: Final = 4.6
DEEPEST_LEVEL: Final = 19
KEPT_PATCHES: Final = 2000
# Made at once where there are none, and by a thread before it looks whether the camera has moved meanwhile.
FIRST_PATCHES: Final = 24
PATCHES_AT_ONCE: Final = 64
# A thread that makes patches stands back while a picture is drawn: so many are made in one go.
PATCHES_IN_A_GO: Final = 12
# A camera at rest is shown what was made after so long: each picture with all pixels takes a tenth of a second.
JOB_S: Final = 0.4
LOWEST_KM: Final = -9.2
SKIRT_SHARE: Final = 0.04
# From higher up hardly anything is hidden but by the Moon's own curve.
SEES_ALL_KM: Final = 12.0
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
    coarse : the same with every second line of the grid only; coarse patches meet each other as exactly
    level : 0 for a whole face
    middle_km, radius_km : a ball that holds it, Moon-fixed axes
    plane_km : (2,) middle on the plane of its face
    highest_km : above the sphere
    quarters : (4, 6) of its quarters: middle and radius of a ball that holds it, lowest and highest above the sphere
    """

    vertices: npt.NDArray[np.float32]
    coarse: npt.NDArray[np.float32]
    level: int
    middle_km: FloatArray
    plane_km: FloatArray
    radius_km: float
    highest_km: float
    quarters: FloatArray


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
        self._in_a_go = 10**9
        self._patches: OrderedDict[Key, Patch] = OrderedDict()
        self._job: Future[dict[Key, Patch]] | None = None
        self._job_eye: Eye | None = None
        self._must_stop = Event()

    @property
    def is_waiting(self) -> bool:
        """Whether patches are being made, so that there is nothing new to draw yet."""
        return self._job is not None and not self._job.done()

    def there(self, eye: Eye) -> tuple[list[Patch], bool]:
        """Return the patches to draw of those that are there, and whether that is all; a thread makes what is not."""
        if self._job is not None and self._job.done():
            job, self._job = self._job, None
            self._patches.update(job.result())
        leaves, is_whole = self.chosen(eye, 0 if self._patches else FIRST_PATCHES)
        if eye is not self._job_eye:
            self._must_stop.set()
        if not is_whole and self._job is None:
            self._job_eye, self._must_stop = eye, Event()
            pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ground")
            self._job = pool.submit(_made, self._height_km, eye, self._patches.copy(), self._must_stop)
            pool.shutdown(wait=False)
        return leaves, is_whole

    def chosen(self, eye: Eye, new_at_most: int | None = None) -> tuple[list[Patch], bool]:
        """Return the patches to draw, and whether they are as fine as they should be.

        Parameters
        ----------
        new_at_most : patches made at most in this call; None for all that are wanted
        """
        leaves, unseen, is_whole = self._front(eye, new_at_most)
        return _not_hidden(leaves, unseen, eye.camera_km), is_whole

    def _front(self, eye: Eye, new_at_most: int | None) -> tuple[list[Patch], list[Patch], bool]:
        """Return the patches that are not cut, in the picture and outside, and whether they are fine enough."""
        left = 10**9 if new_at_most is None else new_at_most
        reach_km = reaches_km(eye.camera_km)
        leaves: list[Patch] = []
        unseen: list[Patch] = []
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
            for patch, key, is_seen in zip(patches, keys, seen, strict=True):
                if key not in cut:
                    (leaves if is_seen else unseen).append(patch)
            following = [child for key in cut for child in _children(key)]
            level, keys = level + 1, following
        while len(self._patches) > KEPT_PATCHES:
            self._patches.popitem(last=False)
        return leaves, unseen, is_whole

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
        """Make patches of one level together, on a thread a few at a time."""
        for first in range(0, len(keys), self._in_a_go):
            if self._in_a_go == PATCHES_IN_A_GO:
                stand_back()
            part = keys[first : first + self._in_a_go]
            self._patches.update(zip(part, make_patches(part, self._height_km), strict=True))


def _made(height_km: Heights, eye: Eye, known: OrderedDict[Key, Patch], must_stop: Event) -> dict[Key, Patch]:
    """Make patches that a camera lacks beside the known ones, the nearest first, until it is time to show them."""
    terrain, before, end_s = Terrain(height_km), set(known), time.perf_counter() + JOB_S
    terrain._patches, terrain._in_a_go = known, PATCHES_IN_A_GO
    is_whole = False
    while not is_whole:
        is_whole = terrain._front(eye, PATCHES_AT_ONCE)[2]
        if must_stop.is_set() or time.perf_counter() > end_s:
            break
    return {key: patch for key, patch in known.items() if key not in before}


def _not_hidden(leaves: list[Patch], unseen: list[Patch], camera_km: FloatArray) -> list[Patch]:
    """Return the leaves that are not behind nearer ground; those outside of the picture cover the rest of the Moon."""
    if length(camera_km) > RADIUS_MOON_KM + SEES_ALL_KM:
        return leaves
    quarters = np.concatenate([patch.quarters for patch in leaves + unseen])
    is_hidden = hidden(Ground(quarters[:, :3], *quarters[:, 3:].T), camera_km)[: 4 * len(leaves)]
    return [patch for patch, is_gone in zip(leaves, is_hidden.reshape(-1, 4).all(axis=1), strict=True) if not is_gone]


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
    parts = np.stack([x, y, height, np.zeros(x.shape), site_range_km(up), edge_weight(x, y)], axis=-1)
    # Every second line alone: where that slides, every fourth line is.
    fourth = (position + slide)[:, ::4, ::4]
    coarse_slide = _between(fourth) - position[:, ::2, ::2]
    fine = np.concatenate([position, slide, parts], axis=-1)
    coarse = np.concatenate([position[:, ::2, ::2], coarse_slide, parts[:, ::2, ::2]], axis=-1)
    quarters = _quarters(position, slide, width_km(level))
    return [_patch(*three, level) for three in zip(fine, coarse, quarters, strict=True)]


def _quarters(position: FloatArray, slide: FloatArray, width: float) -> FloatArray:
    """Return the bounds of patches' quarters, (n, 4, 6), wherever their vertices slide."""
    target = position + slide
    height, slid = (np.linalg.norm(p, axis=-1) - RADIUS_MOON_KM for p in (position, target))
    # Between vertices, of coarse patches' slid grids too, ground is straight and so below the curve.
    sag = (0.375 * width) ** 2 / (4.0 * RADIUS_MOON_KM)
    lowest, highest = np.minimum(height, slid), np.maximum(height, slid)
    half = SQUARES // 2
    found = []
    for row, column in ((0, 0), (0, half), (half, 0), (half, half)):
        part = (slice(None), slice(row, row + half + 1), slice(column, column + half + 1))
        places = position[part].reshape(len(position), -1, 3)
        middle = places.mean(axis=1)
        radius = np.linalg.norm(places - middle[:, np.newaxis], axis=-1).max(axis=1)
        bounds = [lowest[part].min(axis=(1, 2)) - sag, highest[part].max(axis=(1, 2))]
        radius = radius + np.abs(slide[part]).max(axis=(1, 2, 3))
        found.append(np.concatenate([middle, np.stack([radius, *bounds], axis=-1)], axis=-1))
    return np.stack(found, axis=1)


def _lines_km(index: npt.NDArray[np.int64], level: int) -> FloatArray:
    """Return the coordinates of the grid lines of patches, (n, 17)."""
    return np.asarray(HALF_FACE_KM * (2.0 * (index[:, np.newaxis] + np.arange(SIDE) / SQUARES) / 2**level - 1.0))


def _patch(fine: FloatArray, coarse: FloatArray, quarters: FloatArray, level: int) -> Patch:
    """Return a patch from its grids, (17, 17, 12) and (9, 9, 12) float64, relative to its middle and with skirts."""
    flat = fine.reshape(SIDE * SIDE, -1)
    middle, plane = flat[:, :3].mean(axis=0), flat[:, 6:8].mean(axis=0)
    slide = float(np.abs(flat[:, 3:6]).max()) * 1.8
    whole, fewer = (_with_skirt(grid, level, middle, plane) for grid in (fine, coarse))
    radius = float(np.sqrt(np.einsum("ij,ij->i", whole[:, :3], whole[:, :3]).max())) + slide
    highest = float(flat[:, 8].max()) + slide
    return Patch(whole.astype(np.float32), fewer.astype(np.float32), level, middle, plane, radius, highest, quarters)


def _with_skirt(grid: FloatArray, level: int, middle_km: FloatArray, plane_km: FloatArray) -> FloatArray:
    """Return the vertices of a grid, (n, n, 12), and of its skirt, relative to a middle."""
    squares = grid.shape[0] - 1
    vertices = grid.reshape((squares + 1) ** 2, -1)
    skirt = vertices[_RIMS[squares]].copy()
    skirt[:, :3] *= 1.0 - SKIRT_SHARE * width_km(level) / squares / np.linalg.norm(skirt[:, :3], axis=1, keepdims=True)
    whole = np.concatenate([vertices, skirt])
    whole[:, :3] -= middle_km
    whole[:, 6:8] -= plane_km
    return whole


def face_directions_km(i_face: npt.NDArray[np.int64], x_km: FloatArray, y_km: FloatArray) -> FloatArray:
    """Return the unit directions of places of faces' planes, (n, ..., 3), faces (n,)."""
    s, t = np.tan(x_km / RADIUS_MOON_KM), np.tan(y_km / RADIUS_MOON_KM)
    direction = np.einsum("...nijk,nkl->...nijl", np.stack([s, t, np.ones_like(s)], axis=-1), _AXES[i_face])
    return np.asarray(direction / np.linalg.norm(direction, axis=-1, keepdims=True))


def _between(even: FloatArray) -> FloatArray:
    """Return the coarser grid at all vertices, (n, 2 m + 1, 2 m + 1, 3), from every second one, (n, m + 1, m + 1, 3).

    The coarser squares are cut from their first corner to the opposite one, as the triangles are.
    """
    side = 2 * even.shape[1] - 1
    full = np.empty((len(even), side, side, 3))
    full[:, ::2, ::2] = even
    full[:, ::2, 1::2] = 0.5 * (even[:, :, :-1] + even[:, :, 1:])
    full[:, 1::2, ::2] = 0.5 * (even[:, :-1] + even[:, 1:])
    full[:, 1::2, 1::2] = 0.5 * (even[:, :-1, :-1] + even[:, 1:, 1:])
    return full


def _rim(squares: int) -> npt.NDArray[np.intp]:
    """Return the vertices along a patch's edge, once around, the first one again at the end."""
    index = np.arange((squares + 1) ** 2).reshape(squares + 1, squares + 1)
    return np.concatenate([index[0, :-1], index[:-1, -1], index[-1, :0:-1], index[::-1, 0]])


COARSE_SQUARES: Final = SQUARES // 2
_RIMS: Final = {squares: _rim(squares) for squares in (SQUARES, COARSE_SQUARES)}


def patch_indices(squares: int = SQUARES) -> npt.NDArray[np.uint32]:
    """Return the triangles of one patch with its skirt, (m * 3,), the ground's counter-clockwise seen from above."""
    index = np.arange((squares + 1) ** 2).reshape(squares + 1, squares + 1)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    ground = np.stack([a, c, b, a, d, c], axis=-1).reshape(-1)
    rim = _RIMS[squares]
    low = index.size + np.arange(len(rim))
    around = np.stack([rim[:-1], low[:-1], rim[1:], rim[1:], low[:-1], low[1:]], axis=-1).reshape(-1)
    return np.concatenate([ground, around]).astype(np.uint32)


def gathered(
    patches: list[Patch],
    camera_km: FloatArray,
    origin_km: FloatArray,
    origin_plane_km: FloatArray,
    is_coarse: bool = False,
) -> npt.NDArray[np.void]:
    """Return the vertices of all patches as the GPU takes them, relative to a place near the camera, (n,) `VERTEX`.

    Parameters
    ----------
    camera_km : (3,) for which the patches were chosen
    origin_km : (3,) from the Moon's centre, Moon-fixed axes
    origin_plane_km : (2,) subtracted from the coordinates of faces' planes
    is_coarse : whether to take every second line of the grids only
    """
    out = np.stack([patch.coarse if is_coarse else patch.vertices for patch in patches])
    out[..., :3] += (np.array([p.middle_km for p in patches]) - origin_km)[:, np.newaxis].astype(np.float32)
    out[..., 6:8] += (np.array([p.plane_km for p in patches]) - origin_plane_km)[:, np.newaxis].astype(np.float32)
    # What a patch was cut from slides into it at the distance at which it was cut.
    ends = np.concatenate([[1e9], reaches_km(camera_km)[:-1]])
    out[..., 9] = ends[[patch.level for patch in patches], np.newaxis]
    return out.reshape(-1).view(VERTEX)
