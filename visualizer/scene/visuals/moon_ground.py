"""The Moon's ground near the camera: patches of `scene.terrain` in one buffer, drawn in one call."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.core.arrays import FloatArray, length
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.ground_detail import PERIOD_KM, SHADED_TEXEL_KM, detail_tile, face_plane_km
from visualizer.core.relief import bundled_relief
from visualizer.scene.gl_direct import DirectProgram, DynamicBuffer
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.terrain import COARSE_SQUARES, SQUARES, VERTEX, Eye, Patch, Terrain, gathered, patch_indices

# Seen from farther, mountains are lower than this many pixels' width is long, and a bare sphere will do.
NO_RELIEF_PIXEL_KM: Final = 5.0
FULL_RELIEF_PIXEL_KM: Final = 3.5
# The patches are chosen anew when the camera has moved by this share of its height, or turned by this angle.
MOVED_SHARE: Final = 0.02
TURNED_RAD: Final = 0.02
TEXELS_SEEN: Final = 9.0
# From higher up, the highest peak is a fiftieth of the height: the sphere will do to tell how high a camera is.
HIGH_KM: Final = 600.0
SLOPE_FULL: Final = 0.8


@cache
def detail_pixels() -> npt.NDArray[np.uint8]:
    """Return the square of detail as a texture, (512, 512, 3) uint8: slopes by x and y, brightness."""
    tile = detail_tile()
    by_x = 0.5 * (np.roll(tile, -1, axis=1) - np.roll(tile, 1, axis=1))
    by_y = 0.5 * (np.roll(tile, -1, axis=0) - np.roll(tile, 1, axis=0))
    slope = np.hypot(by_x, by_y)
    # Steep ground is young and bright.
    tone = np.clip(0.7 * (slope - slope.mean()), -0.1, 0.35)
    coded = np.stack([0.5 * by_x / SLOPE_FULL, 0.5 * by_y / SLOPE_FULL, tone], axis=-1)
    return np.asarray(np.clip(np.rint(128.0 + 255.0 * coded), 0, 255), dtype=np.uint8)


def relief_share(pixel_rad: float, distance_km: float) -> float:
    """Return how much of the heights is drawn from this distance to the Moon's centre, 0 to 1."""
    pixel_km = pixel_rad * max(distance_km - 1200.0, 0.0)
    t = min(max((NO_RELIEF_PIXEL_KM - pixel_km) / (NO_RELIEF_PIXEL_KM - FULL_RELIEF_PIXEL_KM), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def octaves_seen(pixel_rad: float, above_ground_km: float) -> int:
    """Return how many octaves of detail any pixel can show."""
    footprint_km = pixel_rad * max(above_ground_km, 0.0)
    return sum(TEXELS_SEEN * texel > footprint_km for texel in SHADED_TEXEL_KM)


class _Triangles:
    """The triangles of as many patches as short indices reach, for one such group of patches after the other.

    Attributes
    ----------
    corners : vertices of a patch
    group : how many patches there are in a group
    a_patch : indices of a patch
    """

    def __init__(self, squares: int) -> None:
        one = patch_indices(squares)
        self.corners = int(one.max()) + 1
        self.group, self.a_patch = 2**16 // self.corners, len(one)
        first = np.arange(self.group, dtype=np.uint32)[:, np.newaxis] * self.corners
        self.buffer = gloo.IndexBuffer((one[np.newaxis, :] + first).astype(np.uint16).reshape(-1))


class MoonGround:
    """Chooses patches for a camera and holds them in a buffer.

    Attributes
    ----------
    terrain : patches that were made; several cameras may share them
    is_whole : whether all patches are as fine as they should be (else more come with the next frames)
    """

    def __init__(self, is_patient: bool, terrain: Terrain | None = None) -> None:
        self._is_patient = is_patient
        relief = bundled_relief()
        self.terrain = terrain or Terrain(relief.height_of_directions_km)
        self._height_km = relief.height_of_directions_km
        self._buffer = DynamicBuffer(VERTEX)
        self._fine, self._coarse = _Triangles(SQUARES), _Triangles(COARSE_SQUARES)
        self._is_coarse = False
        self._patches: list[Patch] = []
        # For which camera patches were chosen, and that with some more to its sides.
        self._eye: Eye | None = None
        self._wide_eye: Eye
        self._origin_km = np.zeros(3)
        self._origin_plane_km = np.zeros(2)
        self.is_whole = False

    def above_ground_km(self, camera_km: FloatArray) -> float:
        """Return the camera's height above the drawn ground; from afar above the sphere, which is as good there."""
        distance = length(camera_km)
        if distance > RADIUS_MOON_KM + HIGH_KM:
            return distance - RADIUS_MOON_KM
        return distance - RADIUS_MOON_KM - float(self._height_km(camera_km / distance))

    def prepare(self, eye: Eye, height_km: float, is_coarse: bool = False) -> None:
        """Bring the buffer up to a camera so high above the ground; coarse patches have a quarter of the triangles."""
        has_other_grid = is_coarse != self._is_coarse
        self._is_coarse = is_coarse
        if self._eye is None or self._has_moved(self._eye, eye, height_km):
            across, upright = (half + 1.5 * TURNED_RAD for half in eye.half_rad)
            self._eye, self._wide_eye = eye, replace(eye, half_rad=(across, upright))
        elif self.is_whole:
            if has_other_grid and self._patches:
                self._send(self._eye.camera_km)
            return
        wide = self._wide_eye
        patches, self.is_whole = self.terrain.chosen(wide) if self._is_patient else self.terrain.there(wide)
        moved_km = length(wide.camera_km - self._origin_km)
        is_near = moved_km < max(0.5 * height_km, 1e-3)
        # A file's picture follows from its frame alone, not from where the camera was before.
        if patches == self._patches and is_near and not self._is_patient and not has_other_grid:
            return
        self._patches = patches
        if patches:
            self._send(wide.camera_km)

    def _has_moved(self, old: Eye, new: Eye, height_km: float) -> bool:
        if self._is_patient:
            return not (
                np.array_equal(old.camera_km, new.camera_km)
                and np.array_equal(old.rot_view_from_fixed, new.rot_view_from_fixed)
                and old.half_rad == new.half_rad
            )
        return _has_moved(old, new, height_km)

    def _send(self, camera_km: FloatArray) -> None:
        self._origin_km = camera_km
        _, x, y = face_plane_km(camera_km / np.linalg.norm(camera_km))
        self._origin_plane_km = np.array([float(x), float(y)])
        # The nearest first: what they hide is not shaded.
        vertices = gathered(self._patches[::-1], camera_km, camera_km, self._origin_plane_km, self._is_coarse)
        self._buffer.send(vertices)

    def draw(self, program: DirectProgram, camera_km: FloatArray, rot_view_from_fixed: FloatArray, space: RenderSpace,
             relief: float, octaves: int) -> None:  # fmt: skip
        """Draw what was prepared with the program in use, whose light is set."""
        if not self._patches:
            return
        program.set_vector("u_offset_km", camera_km - self._origin_km)
        program.set_vector("u_camera_km", camera_km)
        program.set("u_relief", relief)
        program.set_matrix("u_view_from_fixed", rot_view_from_fixed)
        program.set("u_focal", *space.focal)
        if octaves:
            program.set("u_octaves", float(octaves))
            shifts = [self._origin_plane_km / PERIOD_KM[k] % 1.0 for k in (0, 4)]
            program.set_vector("u_plane_shift", np.concatenate(shifts))
        triangles = self._coarse if self._is_coarse else self._fine
        for first in range(0, len(self._patches), triangles.group):
            count = min(triangles.group, len(self._patches) - first) * triangles.a_patch
            program.draw_short(self._buffer, first * triangles.corners, triangles.buffer, count)


def _has_moved(old: Eye, new: Eye, height_km: float) -> bool:
    moved_km = length(old.camera_km - new.camera_km)
    # The sum of squares of the difference of two rotations is 4 - 4 cos of the angle between them.
    turned2 = 0.5 * float(np.sum((old.rot_view_from_fixed - new.rot_view_from_fixed) ** 2))
    return moved_km > MOVED_SHARE * height_km or turned2 > TURNED_RAD**2 or old.half_rad != new.half_rad
