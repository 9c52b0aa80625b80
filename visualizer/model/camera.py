"""The camera: what it looks at, from where, in which axes; and the flight from one place to another.

A `CameraState` says what the user chose (numbers he can save); `camera_pose` works out where that is now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.model.rotation import look_rotation, slerp, slerp_direction

ELEVATION_LIMIT_RAD: Final = np.deg2rad(89.5)
FOV_MIN_RAD, FOV_MAX_RAD = np.deg2rad(0.05), np.deg2rad(120.0)
# Stands for the field of view that holds the whole body that a camera looks toward, whatever its size now.
FITTED_FOV: Final = 0.0
# What cameras in a craft can be set to; a body that fits leaves so much around it.
FOV_LEAST_RAD, FOV_MOST_RAD = float(np.deg2rad(1.0)), float(np.deg2rad(90.0))
ROOM: Final = 1.25
# How near a camera comes to what it looks at.
NEAREST_KM: Final = {"earth": 6380.0, "moon": 1738.0, "system": 10_000.0}
NEAREST_ELSE_KM: Final = 0.005


@dataclass(frozen=True, slots=True)
class CameraState:
    """What the user chose.

    Attributes
    ----------
    focus : 'earth', 'moon', 'system' (between them), 'craft:<mission>', 'site:<mission>/<site>', 'feature:<name>' or
        'place:<lat>,<lon>' (deg, on the Moon), 'body:sun' or 'body:<planet>', 'ghost:<mission>/<burn>'
    axes : which way azimuth 0 points and what is up: 'icrf' (equator), 'ecliptic', 'sun' (azimuth 0 toward the
        Sun, body's north up), 'moon-fixed', 'earth-fixed', 'orbit' (up is away from the body below, azimuth 0
        backwards along the track), 'earth-moon' (azimuth 0 from the Moon to the Earth, orbit normal up), 'rotating'
        (azimuth 0 from the Earth to the Moon; paths are drawn in the turning frame), 'site' (azimuth 0 north),
        'site-earth' (azimuth 0 toward the Earth), 'toward:FOCUS' (azimuth and elevation 0 toward another focus)
    azimuth_rad, elevation_rad : where the camera stands as seen from the focus
    distance_km : from the focus; 0 puts the camera into the focus
    fov_rad : vertical field of view; `FITTED_FOV` with axes 'toward:moon' or 'toward:earth': as wide as it needs
    look : 'focus', or 'ahead' (from inside the craft: pan and tilt are azimuth and elevation)
    """

    focus: str
    axes: str
    azimuth_rad: float
    elevation_rad: float
    distance_km: float
    fov_rad: float
    look: str = "focus"

    def is_aboard(self, mission_id: str) -> bool:
        """Tell whether it looks out of a mission's craft."""
        return self.look == "ahead" and self.focus == f"craft:{mission_id}"

    def orbited(self, azimuth_rad: float, elevation_rad: float) -> CameraState:
        """Return the state turned about its focus; elevation stops short of the poles."""
        elevation = float(np.clip(self.elevation_rad + elevation_rad, -ELEVATION_LIMIT_RAD, ELEVATION_LIMIT_RAD))
        azimuth = (self.azimuth_rad + azimuth_rad + np.pi) % (2 * np.pi) - np.pi
        return replace(self, azimuth_rad=float(azimuth), elevation_rad=elevation)

    def zoomed(self, factor: float, nearest_km: float, farthest_km: float = 5e8) -> CameraState:
        """Return the state nearer (factor < 1) or farther; from inside a craft the field of view changes."""
        if self.look == "ahead":
            return replace(self, fov_rad=float(np.clip(self.fov_rad * factor, FOV_MIN_RAD, FOV_MAX_RAD)))
        return replace(self, distance_km=float(np.clip(self.distance_km * factor, nearest_km, farthest_km)))

    def zoomed_at_focus(self, factor: float) -> CameraState:
        """Return the state nearer or farther, as near as its focus allows."""
        return self.zoomed(factor, NEAREST_KM.get(self.focus, NEAREST_ELSE_KM))


@dataclass(frozen=True, slots=True)
class CameraPose:
    """Where the camera is at an epoch.

    Attributes
    ----------
    pos_wrt_earth_icrf_km : (3,) float64
    rot_view_from_icrf : (3, 3); view axes are right, up, backward
    fov_rad : vertical field of view
    """

    pos_wrt_earth_icrf_km: FloatArray
    rot_view_from_icrf: FloatArray
    fov_rad: float


class Surroundings(Protocol):
    """What a camera must be able to ask: where things are now and which way axes point."""

    def focus_position_km(self, focus: str) -> FloatArray:
        """Return the focus relative to the Earth, ICRF, km."""

    def rot_axes_from_icrf(self, axes: str, focus: str) -> FloatArray:
        """Return the camera's reference axes; row 2 is up."""

    def above_ground(self, position_km: FloatArray) -> FloatArray:
        """Return a place relative to the Earth, moved up to 2 m above the ground of a body it was inside."""


def camera_pose(state: CameraState, around: Surroundings) -> CameraPose:
    """Return where a camera state is now, outside every body."""
    focus = around.focus_position_km(state.focus)
    axes = around.rot_axes_from_icrf(state.axes, state.focus)
    cos_el = np.cos(state.elevation_rad)
    out = axes.T @ np.array(
        [
            cos_el * np.cos(state.azimuth_rad),
            cos_el * np.sin(state.azimuth_rad),
            np.sin(state.elevation_rad),
        ]
    )
    if state.look == "ahead":
        return CameraPose(focus, look_rotation(out, axes[2]), state.fov_rad)
    position = around.above_ground(focus + out * state.distance_km)
    return CameraPose(position, look_rotation(focus - position, axes[2]), state.fov_rad)


def blended_pose(
    start: CameraPose, end: CameraPose, centre_km: FloatArray, fraction: float, around: Surroundings
) -> CameraPose:
    """Return the pose part of the way of a flight between views.

    The camera swings about `centre_km` (the new focus) with its distance changing by equal ratios in equal
    times, so a flight from 400,000 km to 15 m looks even; it never enters a body.
    """
    s = fraction * fraction * (3.0 - 2.0 * fraction)
    a, b = start.pos_wrt_earth_icrf_km - centre_km, end.pos_wrt_earth_icrf_km - centre_km
    length_a, length_b = (max(float(np.linalg.norm(v)), 1e-4) for v in (a, b))
    direction_b = b / length_b if np.linalg.norm(b) > 1e-4 else a / length_a
    direction = slerp_direction(a / length_a, direction_b, s)
    length = float(np.exp((1 - s) * np.log(length_a) + s * np.log(length_b)))
    position = around.above_ground(centre_km + direction * length)
    rotation = slerp(start.rot_view_from_icrf, end.rot_view_from_icrf, s)
    fov = float(np.exp((1 - s) * np.log(start.fov_rad) + s * np.log(end.fov_rad)))
    return CameraPose(position, rotation, fov)


def diameter_rad(distance_km: float, radius_km: float) -> float:
    """Return the angle between opposite limbs of a sphere."""
    return 2.0 * float(np.arcsin(min(radius_km / max(distance_km, 1e-9), 1.0)))


def fov_that_holds(angle_rad: float) -> float:
    """Return the field of view in which a body of this angle fits, within `FOV_LEAST_RAD` and `FOV_MOST_RAD`."""
    return float(np.clip(ROOM * angle_rad, FOV_LEAST_RAD, FOV_MOST_RAD))
