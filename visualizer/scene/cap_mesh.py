"""The part of a globe that a camera can see, as one mesh that follows the camera.

Rings about the point below the camera, evenly spaced as the camera sees them and denser toward the horizon. Where each
ring lies relative to the camera is worked out in float64; the GPU puts its points around it, so the same mesh serves
from 1e6 km down to 2 m. The Moon's relief near the camera is `scene.terrain`'s.
"""

from __future__ import annotations

import math
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


Vector = tuple[float, float, float]


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
    return math.acos(min(radius_km / max(distance_km, radius_km * (1 + 1e-12)), 1.0))


def ring_angles_rad(distance_km: float, radius_km: float, grid: CapGrid, inner_rad: float = 0.0) -> FloatArray:
    """Return each ring's angle at the globe's centre, (rows,), outwards from the one seen at `inner_rad` from nadir.

    Notes
    -----
    Inside the horizon the angle at the camera goes up evenly, more slowly at the end.
    """
    horizon = horizon_angle_rad(distance_km, radius_km)
    nadir_limit = np.pi / 2.0 - horizon
    at_camera = inner_rad + (nadir_limit - inner_rad) * _shares_out(grid.rings)
    sine = np.minimum(np.maximum(np.sin(at_camera) * (distance_km / radius_km), 0.0), 1.0)
    inside = np.arcsin(sine) - at_camera
    inside[-1] = horizon
    if grid.beyond == 0:
        return inside
    return np.concatenate([inside, horizon + 1e-3 * np.arange(1, grid.beyond + 1) / grid.beyond])


@lru_cache(maxsize=16)
def _rings(distance_km: float, radius_km: float, grid: CapGrid, inner_rad: float) -> FloatArray:
    """Return sine and cosine of each ring's angle, (rows, 2), for the nearest of some distances.

    Rings that were meant for another distance lie elsewhere on their sphere, not off it.
    """
    theta = ring_angles_rad(distance_km, radius_km, grid, inner_rad)
    return np.stack([np.sin(theta), np.cos(theta)], axis=-1)


def _stepped_km(distance_km: float, radius_km: float) -> float:
    """Return a distance whose height has four digits: rings need not be made anew for each frame of a slow flight."""
    height = max(distance_km - radius_km, 1e-6)
    step = 10.0 ** (math.floor(math.log10(height)) - 3)
    return radius_km + round(height / step) * step


def _bearings_rad(
    up: Vector, forward: Vector, half_diagonal_rad: float, east: Vector, north: Vector
) -> tuple[float, float]:
    """Return the first bearing that the picture can show and how many follow: all, or a sector when looking outward."""
    from_nadir = math.acos(min(max(-_dot(forward, up), -1.0), 1.0))
    margin = half_diagonal_rad * 1.05 + 0.02
    if from_nadir <= margin or from_nadir >= math.pi - margin:
        return 0.0, 2.0 * math.pi
    half = math.asin(min(math.sin(margin) / math.sin(from_nadir), 1.0))
    middle = math.atan2(_dot(forward, north), _dot(forward, east))
    return middle - half, 2.0 * half


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _axes(up: Vector) -> tuple[Vector, Vector]:
    """Return where bearings are counted from and a right angle on, both at right angles to up."""
    x, y, z = up
    if abs(z) < 0.99:
        across = math.hypot(x, y)
        east = (-y / across, x / across, 0.0)
    else:
        across = math.hypot(y, z)
        east = (0.0, -z / across, y / across)
    a, b, c = east
    return east, (y * c - z * b, z * a - x * c, x * b - y * a)


@lru_cache(maxsize=8)
def _shares_out(rings: int) -> FloatArray:
    """Return how far out each ring is as the camera sees it, 0 to 1: evenly, and denser toward the horizon."""
    return np.asarray(1.0 - (1.0 - np.linspace(0.0, 1.0, rings)) ** 1.6)


@lru_cache(maxsize=8)
def cap_vertices(grid: CapGrid) -> npt.NDArray[np.float32]:
    """Return the mesh, (rows * columns, 2) float32: number of the ring, share of the bearings, 0 to 1."""
    rows, columns = grid.shape
    ring, share = np.meshgrid(np.arange(rows), np.linspace(0.0, 1.0, columns), indexing="ij")
    return np.ascontiguousarray(np.stack([ring, share], axis=-1).reshape(-1, 2), dtype=np.float32)


@dataclass(frozen=True, eq=False, slots=True)
class Cap:
    """Where a cap's mesh lies, body-fixed axes, relative to the camera, km.

    Attributes
    ----------
    rings_km : (rows, 2) of each ring: how far it is from the line through camera and centre, and how far it is above
        the camera along it
    bearings_rad : the first and how many
    axes : (3, 3) rows: what bearings are counted from, a right angle on, up
    """

    rings_km: FloatArray
    bearings_rad: tuple[float, float]
    axes: FloatArray

    def points_km(self, grid: CapGrid) -> FloatArray:
        """Return the mesh's points relative to the camera as the vertex shader works them out, (rows * columns, 3)."""
        ring, share = cap_vertices(grid).astype(np.float64).T
        bearing = self.bearings_rad[0] + share * self.bearings_rad[1]
        aside, above = self.rings_km[ring.astype(int)].T
        return np.asarray(np.stack([aside * np.cos(bearing), aside * np.sin(bearing), above], axis=-1) @ self.axes)


def place_cap(
    camera_fixed_km: FloatArray,
    dir_forward: FloatArray,
    half_diagonal_rad: float,
    radius_km: float,
    grid: CapGrid,
    limb_margin_km: float = 0.0,
    inner_rad: float = 0.0,
) -> Cap:
    """Return where the cap lies that a camera can see of a sphere.

    Parameters
    ----------
    camera_fixed_km : (3,) camera relative to the body's centre, body-fixed axes
    dir_forward : (3,) unit, where the camera looks, body-fixed axes
    half_diagonal_rad : from the picture's middle to its corner
    radius_km : of the sphere
    limb_margin_km : how far the last ring is pushed out, for a soft limb
    inner_rad : angle from nadir, at the camera, where the mesh begins: a ring instead of a cap
    """
    # In plain numbers: each array of three takes as long as ten of them.
    x, y, z = camera_fixed_km.tolist()
    distance = math.sqrt(x * x + y * y + z * z)
    up = (x / distance, y / distance, z / distance)
    east, north = _axes(up)
    rings = _rings(_stepped_km(distance, radius_km), radius_km, grid, inner_rad).copy()
    rings[:-1] *= radius_km
    rings[-1] *= radius_km + limb_margin_km
    rings[:, 1] -= distance
    forward = (float(dir_forward[0]), float(dir_forward[1]), float(dir_forward[2]))
    bearings = _bearings_rad(up, forward, half_diagonal_rad, east, north)
    return Cap(rings, bearings, np.array([east, north, up]))
