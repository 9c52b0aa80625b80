"""The part of a globe that a camera can see, as one mesh made anew for each camera place.

Rings about the point below the camera, evenly spaced as the camera sees them and denser toward the horizon; the
vertices are worked out in float64 relative to the camera, so the same mesh serves from 1e6 km down to 2 m. The
Moon's relief near the camera is `scene.terrain`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class CapGrid:
    """How finely a cap is cut: rings out from the middle, spokes around."""

    rings: int
    spokes: int
    beyond: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows (middle, rings, rings beyond the horizon) and columns."""
        return self.rings + self.beyond, self.spokes + 1


@lru_cache(maxsize=8)
def cap_indices(grid: CapGrid) -> npt.NDArray[np.uint32]:
    """Return the triangles of a cap, (m * 3,) uint32, seen from above counter-clockwise."""
    rows, columns = grid.shape
    index = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    quads = np.stack([a, b, c, a, c, d], axis=-1)
    return np.ascontiguousarray(quads.reshape(-1))


def horizon_angle_rad(distance_km: float, radius_km: float) -> float:
    """Return the angle at a globe's centre from the point below to the horizon."""
    return float(np.arccos(np.clip(radius_km / max(distance_km, radius_km * (1 + 1e-12)), -1.0, 1.0)))


def ring_angles_rad(distance_km: float, radius_km: float, grid: CapGrid, inner_rad: float = 0.0) -> FloatArray:
    """Return each ring's angle at the globe's centre, (rows,), outwards from the one seen at `inner_rad` from nadir.

    Notes
    -----
    Inside the horizon the angle at the camera goes up evenly, more slowly at the end.
    """
    horizon = horizon_angle_rad(distance_km, radius_km)
    nadir_limit = np.pi / 2.0 - horizon
    u = np.linspace(0.0, 1.0, grid.rings)
    at_camera = inner_rad + (nadir_limit - inner_rad) * (1.0 - (1.0 - u) ** 1.6)
    sine = np.clip(np.sin(at_camera) * distance_km / radius_km, 0.0, 1.0)
    inside = np.arcsin(sine) - at_camera
    inside[-1] = horizon
    if grid.beyond == 0:
        return inside
    return np.concatenate([inside, horizon + 1e-3 * np.arange(1, grid.beyond + 1) / grid.beyond])


def spoke_angles_rad(
    camera_fixed_km: FloatArray, dir_forward: FloatArray, half_diagonal_rad: float, east: FloatArray, north: FloatArray,
    spokes: int,
) -> FloatArray:  # fmt: skip
    """Return the bearings that the picture can show, (spokes + 1,): all, or a sector when looking outward."""
    down = -camera_fixed_km / np.linalg.norm(camera_fixed_km)
    from_nadir = float(np.arccos(np.clip(dir_forward @ down, -1.0, 1.0)))
    margin = half_diagonal_rad * 1.05 + 0.02
    if from_nadir <= margin or from_nadir >= np.pi - margin:
        return np.linspace(0.0, 2.0 * np.pi, spokes + 1)
    half = float(np.arcsin(np.clip(np.sin(margin) / np.sin(from_nadir), 0.0, 1.0)))
    middle = float(np.arctan2(dir_forward @ north, dir_forward @ east))
    return np.linspace(middle - half, middle + half, spokes + 1)


def build_cap(
    camera_fixed_km: FloatArray,
    dir_forward: FloatArray,
    half_diagonal_rad: float,
    radius_km: float,
    grid: CapGrid,
    limb_margin_km: float = 0.0,
    inner_rad: float = 0.0,
) -> npt.NDArray[np.float32]:
    """Return the cap's vertices relative to the camera, body-fixed axes, (rows * columns, 3) float32, km.

    Parameters
    ----------
    camera_fixed_km : (3,) camera relative to the body's centre, body-fixed axes
    dir_forward : (3,) unit, where the camera looks, body-fixed axes
    half_diagonal_rad : from the picture's middle to its corner
    radius_km : of the sphere
    limb_margin_km : how far the last ring is pushed out, for a soft limb
    inner_rad : angle from nadir, at the camera, where the mesh begins: a ring instead of a cap
    """
    distance = float(np.linalg.norm(camera_fixed_km))
    up = camera_fixed_km / distance
    east = np.cross([0.0, 0.0, 1.0] if abs(up[2]) < 0.99 else [1.0, 0.0, 0.0], up)
    east /= np.linalg.norm(east)
    north = np.cross(up, east)
    theta = ring_angles_rad(distance, radius_km, grid, inner_rad)
    bearing = spoke_angles_rad(camera_fixed_km, dir_forward, half_diagonal_rad, east, north, grid.spokes)
    around = np.cos(bearing)[:, np.newaxis] * east + np.sin(bearing)[:, np.newaxis] * north
    directions = np.cos(theta)[:, np.newaxis, np.newaxis] * up + np.sin(theta)[:, np.newaxis, np.newaxis] * around
    radius = np.full(len(theta), radius_km)
    radius[-1] += limb_margin_km
    vertices = directions * radius[:, np.newaxis, np.newaxis]
    return np.asarray((vertices - camera_fixed_km).reshape(-1, 3), dtype=np.float32)
