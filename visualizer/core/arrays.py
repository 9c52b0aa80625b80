"""Array types of the core. Last axis is the component; the leading axes are whatever the caller has."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]


def is_one(numbers: float | FloatArray) -> bool:
    """Tell whether there is one number alone; a plain one is told at once, where `numpy.ndim` would stumble first."""
    return isinstance(numbers, float) or np.ndim(numbers) == 0


def norm(vectors: FloatArray) -> FloatArray:
    """Return the length of each vector, (..., 3) -> (...)."""
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", vectors, vectors)), dtype=np.float64)


def length(vector: FloatArray) -> float:
    """Return the length of one vector, (n,), as a plain number.

    For pictures: some times quicker than `norm`, whose last digit may be another one. What is solved uses `norm`, so
    that flights come out the same, byte for byte.
    """
    return math.sqrt(vector.dot(vector))


def unit(vectors: FloatArray) -> FloatArray:
    """Return each vector divided by its length, (..., 3); a zero vector gives NaN and a warning."""
    return np.asarray(vectors / norm(vectors)[..., np.newaxis], dtype=np.float64)


def dot(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the scalar product along the last axis, (..., 3), (..., 3) -> (...)."""
    return np.asarray(np.einsum("...i,...i->...", left, right), dtype=np.float64)


def cross(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the vector product along the last axis, (..., 3); many times faster than numpy's for one vector."""
    if left.ndim == right.ndim == 1:
        # The same sums, to the last digit, in plain numbers.
        (a, b, c), (d, e, f) = left.tolist(), right.tolist()
        return np.array([b * f - c * e, c * d - a * f, a * e - b * d])
    a, b, c = left[..., 0], left[..., 1], left[..., 2]
    d, e, f = right[..., 0], right[..., 1], right[..., 2]
    product = np.empty(np.broadcast_shapes(left.shape, right.shape))
    product[..., 0] = b * f - c * e
    product[..., 1] = c * d - a * f
    product[..., 2] = a * e - b * d
    return product


def perpendicular(vector: FloatArray) -> FloatArray:
    """Return some unit vector at right angles to a (3,) vector that is not zero, always the same one."""
    axis = np.zeros(3)
    axis[int(np.argmin(np.abs(vector)))] = 1.0
    return unit(cross(vector, axis))


def rotate(rot_to_from: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return `rot @ v` for stacks of rotations and vectors, (..., 3, 3), (..., 3) -> (..., 3)."""
    return np.asarray(np.einsum("...ij,...j->...i", rot_to_from, vectors), dtype=np.float64)


def rotate_back(rot_to_from: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return `rot.T @ v`: from the `to` axes back to the `from` axes."""
    return np.asarray(np.einsum("...ji,...j->...i", rot_to_from, vectors), dtype=np.float64)


def angle_between_rad(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the angle between vectors, accurate near 0 and pi as well, (...) rad."""
    return np.asarray(np.arctan2(norm(cross(left, right)), dot(left, right)), dtype=np.float64)
