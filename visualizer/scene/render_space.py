"""Camera-relative space: the only place where float64 positions become float32 for the GPU.

The camera sits at the origin of what the GPU sees. Every rotation handed over is a plain 3 x 3 matrix; gloo wants
it transposed (column-major), which happens here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.model.camera import CameraPose
from visualizer.model.rotation import look_rotation

FARTHEST_KM: Final = 1e9
DEPTH_SCALE: Final = float(1.0 / np.log2(1.0 + FARTHEST_KM * 1000.0))
Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RenderSpace:
    """A camera and a picture size: turns places into what the GPU sees, and into pixels.

    Attributes
    ----------
    pose : the camera
    size_px : width and height of the picture, physical pixels
    ui_scale : physical pixels per logical pixel: text, markers and lines grow with it
    origin_px : where the framebuffer's lower left corner lies in the picture: other than 0 where it is one of its tiles
    is_cut : whether the picture is one of several in the framebuffer, so that drawing is limited to its rectangle
    focal : cotangents of the half fields of view, horizontal and vertical
    pixel_rad : angle of one pixel at the picture's middle
    half_diagonal_rad : angle from the picture's middle to its corner
    """

    pose: CameraPose
    size_px: tuple[int, int]
    ui_scale: float = 1.0
    origin_px: tuple[int, int] = (0, 0)
    is_cut: bool = False
    focal: tuple[float, float] = field(init=False)
    pixel_rad: float = field(init=False)
    half_diagonal_rad: float = field(init=False)

    def __post_init__(self) -> None:
        vertical = 1.0 / float(np.tan(self.pose.fov_rad / 2.0))
        focal = vertical * self.size_px[1] / self.size_px[0], vertical
        object.__setattr__(self, "focal", focal)
        object.__setattr__(self, "pixel_rad", 2.0 / (vertical * self.size_px[1]))
        object.__setattr__(self, "half_diagonal_rad", float(np.arctan(np.hypot(1.0 / focal[0], 1.0 / focal[1]))))

    def shifted(self, shift_px: tuple[float, float]) -> RenderSpace:
        """Return the space of a picture whose middle is so many pixels, a few at most, farther right and up."""
        right, up = (float(shift) * self.pixel_rad for shift in shift_px)
        # A picture moves right where its camera turns left.
        turn = np.array([[1.0, 0.0, -right], [0.0, 1.0, -up], [right, up, 1.0]])
        _, upward, backward = turn @ self.pose.rot_view_from_icrf
        return replace(self, pose=replace(self.pose, rot_view_from_icrf=look_rotation(-backward, upward)))

    def offset_km(self, pos_km: FloatArray) -> FloatArray:
        """Return a place relative to the camera, ICRF axes, float64."""
        return np.asarray(pos_km - self.pose.pos_wrt_earth_icrf_km)

    def to_view_km(self, pos_km: FloatArray) -> FloatArray:
        """Return places relative to the camera in view axes (right, up, backward), (..., 3) float64."""
        return np.asarray(self.offset_km(pos_km) @ self.pose.rot_view_from_icrf.T)

    def to_pixels(self, pos_km: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return pixel places from the lower left corner, (..., 2), and distance along the view axis, (...) km.

        Places behind the camera have a negative distance and a meaningless pixel.
        """
        view = self.to_view_km(pos_km)
        depth = -view[..., 2]
        safe = np.where(np.abs(depth) < 1e-12, 1e-12, depth)[..., np.newaxis]
        device = view[..., :2] * np.array(self.focal) / safe
        return np.asarray((device + 1.0) * 0.5 * np.array(self.size_px)), depth

    def view_from(self, rot_fixed_from_icrf: FloatArray) -> Float32Array:
        """Return the rotation from body-fixed to view axes as gloo wants it (transposed float32)."""
        return matrix_f32(self.pose.rot_view_from_icrf @ rot_fixed_from_icrf.T)


def matrix_f32(rotation: FloatArray) -> Float32Array:
    """Return a rotation as gloo takes a `mat3`: float32, transposed."""
    return np.ascontiguousarray(rotation.T, dtype=np.float32)


def split_f32(values: FloatArray) -> tuple[Float32Array, Float32Array]:
    """Return float64 values as the sum of two float32: (high, low), good to 2^-48 of the value."""
    high = values.astype(np.float32)
    return high, (values - high).astype(np.float32)
