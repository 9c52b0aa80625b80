"""Which patches of ground lie behind nearer ground, for a camera low above it.

Around the camera, ground is a sheet without holes: whatever is behind a place and lower in the view than the lowest
that the sheet can be there is hidden. So directions are sorted into narrow sectors and distances into rings; each cell
knows the lowest ground of all patches that touch it, and with it how high that ground stands in the view at least.
Nothing that could be seen is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, cross, length, perpendicular
from visualizer.core.constants import RADIUS_MOON_KM

SECTORS: Final = 192
# Rings by the angle at the Moon's centre: from some metres to beyond where the highest mountain can be seen.
FIRST_RAD: Final = 3e-6
RINGS_RAD: Final = np.concatenate([[0.0], FIRST_RAD * 1.3 ** np.arange(46)])
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Ground:
    """Pieces of ground that together cover the whole Moon, (n,) each.

    Attributes
    ----------
    middle_km, radius_km : balls that hold them, (n, 3) Moon-fixed
    lowest_km, highest_km : bounds above the sphere
    """

    middle_km: FloatArray
    radius_km: FloatArray
    lowest_km: FloatArray
    highest_km: FloatArray


def hidden(ground: Ground, camera_km: FloatArray) -> npt.NDArray[np.bool_]:
    """Tell which pieces are hidden by others for sure, (n,)."""
    distance_km = length(camera_km)
    near, far, first, last = _extents(ground, camera_km / distance_km)
    ring_near, ring_far = _ring(near), _ring(far)
    piece, sector, ring = _cells(first, last, ring_near, ring_far)
    lowest = np.full((SECTORS, len(RINGS_RAD)), np.inf)
    np.minimum.at(lowest, (sector, ring), ground.lowest_km[piece])
    ends = np.append(RINGS_RAD[1:], np.pi / 2.0)
    stands = _tangent(lowest, RINGS_RAD, ends, distance_km)
    # How high all that is nearer than a ring stands in the view.
    before = np.full_like(stands, -np.inf)
    before[:, 1:] = np.maximum.accumulate(stands, axis=1)[:, :-1]
    piece, sector, ring = _cells(first, last, ring_near, ring_near)
    least = np.full(len(near), np.inf)
    np.minimum.at(least, piece, before[sector, ring])
    return np.asarray(_tangent(ground.highest_km, near, far, distance_km) < least)


def _extents(ground: Ground, up: FloatArray) -> tuple[FloatArray, FloatArray, Indices, Indices]:
    """Return the nearest and farthest angle at the Moon's centre, and the first and last sector, (n,) each."""
    east = perpendicular(up)
    x, y, z = np.stack([east, cross(up, east), up]) @ ground.middle_km.T
    away_km = np.sqrt(x * x + y * y + z * z)
    centre, half = np.arctan2(np.hypot(x, y), z), np.arcsin(np.minimum(ground.radius_km / away_km, 1.0))
    near, far = np.maximum(centre - half, 0.0), centre + half
    # A piece around the camera's foot, or around the point opposite, lies in all sectors.
    share = np.sin(half) / np.maximum(np.sin(centre), 1e-12)
    turn = np.where((near > 0.0) & (far < np.pi), np.arcsin(np.minimum(share, 1.0)), np.pi)
    azimuth = np.arctan2(y, x)
    scale = SECTORS / (2.0 * np.pi)
    first = np.floor((azimuth - turn) * scale).astype(np.int64)
    last = np.minimum(np.floor((azimuth + turn) * scale).astype(np.int64), first + SECTORS - 1)
    return near, far, first, last


def _ring(angle_rad: FloatArray) -> Indices:
    return np.asarray(np.searchsorted(RINGS_RAD, angle_rad, side="right") - 1)


def _cells(first: Indices, last: Indices, ring_first: Indices, ring_last: Indices) -> tuple[Indices, Indices, Indices]:
    """Return the cells that pieces touch: piece, sector and ring, (m,) each."""
    across, along = last - first + 1, ring_last - ring_first + 1
    count = across * along
    piece = np.repeat(np.arange(len(first)), count)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    sector = (first[piece] + number % across[piece]) % SECTORS
    return piece, sector, ring_first[piece] + number // across[piece]


def _tangent(height_km: FloatArray, near: FloatArray, far: FloatArray, distance_km: float) -> FloatArray:
    """Return how high ground of a height, somewhere between two angles, stands in the view at the most: a tangent."""
    away_km = RADIUS_MOON_KM + height_km
    # Where a line of sight touches a sphere of that height; beyond, and before, it looks lower.
    touching = np.arccos(np.minimum(away_km / distance_km, 1.0))
    angle = np.maximum(np.minimum(np.maximum(touching, near), far), 1e-12)
    with np.errstate(invalid="ignore"):
        found = (away_km * np.cos(angle) - distance_km) / (away_km * np.sin(angle))
    return np.asarray(np.where(np.isinf(height_km), -np.inf, found))
