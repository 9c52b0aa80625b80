"""The camera of a shot between its keys.

Keys that look at the same thing in the same axes are joined by smooth curves of their numbers, so that an orbit may go
round more than once; where what is looked at changes, the camera flies as between views (`camera.blended_pose`).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.model.camera import CameraState

NEAREST_KM = 1e-4


@dataclass(frozen=True, slots=True)
class CameraMoment:
    """A camera, and the one it flies from with how far it has come, 0 to 1 (1: it is there)."""

    camera: CameraState
    camera_from: CameraState | None = None
    fraction: float = 1.0


@dataclass(frozen=True, slots=True)
class CameraPath:
    """Camera states at shares of a shot, in order."""

    at: tuple[float, ...]
    states: tuple[CameraState, ...]

    def moment(self, share: float) -> CameraMoment:
        """Return the camera at a share of the shot; before the first key and after the last it rests."""
        index = bisect_right(self.at, share) - 1
        if index < 0:
            return CameraMoment(self.states[0])
        if index >= len(self.at) - 1:
            return CameraMoment(self.states[-1])
        width = self.at[index + 1] - self.at[index]
        fraction = (share - self.at[index]) / width
        if not self._are_alike(index):
            return CameraMoment(self.states[index + 1], self.states[index], fraction)
        ends = numbers(self.states[index]), numbers(self.states[index + 1])
        slopes = self._slope(index), self._slope(index + 1)
        mixed = hermite(ends, slopes, width, fraction)
        return CameraMoment(with_numbers(self.states[index], mixed))

    def _are_alike(self, index: int) -> bool:
        """Tell whether the keys on both sides of a stretch look at the same thing in the same way."""
        if not 0 <= index < len(self.at) - 1:
            return False
        a, b = self.states[index], self.states[index + 1]
        return (a.focus, a.axes, a.look) == (b.focus, b.axes, b.look)

    def _rate(self, index: int) -> FloatArray:
        rise = numbers(self.states[index + 1]) - numbers(self.states[index])
        return np.asarray(rise / (self.at[index + 1] - self.at[index]))

    def _slope(self, index: int) -> FloatArray:
        """Return the slope at a key: none beside a flight, that of the one neighbour at an end, never overshooting."""
        before, after = self._are_alike(index - 1), self._are_alike(index)
        if before and after:
            return mean_slope(self._rate(index - 1), self._rate(index))
        is_end = index in (0, len(self.at) - 1)
        return self._rate(index if after else index - 1) if is_end else np.zeros(4)


def numbers(state: CameraState) -> FloatArray:
    """Return what is interpolated: azimuth, elevation, and the logarithms of distance and field of view."""
    distance = np.log(max(state.distance_km, NEAREST_KM))
    return np.array([state.azimuth_rad, state.elevation_rad, distance, np.log(state.fov_rad)])


def with_numbers(state: CameraState, mixed: FloatArray) -> CameraState:
    """Return a state with these numbers; a camera inside its focus stays there."""
    distance = float(np.exp(mixed[2]))
    return replace(
        state, azimuth_rad=float(mixed[0]), elevation_rad=float(mixed[1]),
        distance_km=distance if distance > 1.001 * NEAREST_KM else 0.0, fov_rad=float(np.exp(mixed[3])),
    )  # fmt: skip


def mean_slope(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the harmonic mean of two slopes, 0 where their signs differ: the curve never leaves its keys' range."""
    product = left * right
    return np.asarray(np.where(product > 0.0, 2.0 * product / np.where(product > 0.0, left + right, 1.0), 0.0))


def hermite(
    ends: tuple[FloatArray, FloatArray], slopes: tuple[FloatArray, FloatArray], width: float, share: float
) -> FloatArray:
    """Return the cubic with these ends and slopes at a share of its width."""
    s = share
    return np.asarray(
        (1 + 2 * s) * (1 - s) ** 2 * ends[0]
        + s * (1 - s) ** 2 * width * slopes[0]
        + s * s * (3 - 2 * s) * ends[1]
        + s * s * (s - 1) * width * slopes[1]
    )
