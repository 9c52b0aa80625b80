"""Small rotation helpers for cameras: quaternions (scalar first) and look-at matrices, float64."""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray, cross, length, perpendicular


def look_rotation(dir_forward: FloatArray, dir_up: FloatArray) -> FloatArray:
    """Return rot_view_from_icrf, (3, 3): rows are the view's right, up and backward axes in ICRF.

    A forward direction (anti)parallel to `dir_up` takes any perpendicular as up.
    """
    back = -dir_forward / length(dir_forward)
    right = cross(dir_up, back)
    across = length(right)
    if across < 1e-9 * length(dir_up):
        right = perpendicular(back)
    else:
        right = right / across
    return np.array([right, cross(back, right), back])


def quaternion_of(rot: FloatArray) -> FloatArray:
    """Return the unit quaternion (w, x, y, z), w >= 0, of a rotation matrix (Shepperd's choice of pivot)."""
    m = rot
    squares = np.array(
        [
            1.0 + m[0, 0] + m[1, 1] + m[2, 2],
            1.0 + m[0, 0] - m[1, 1] - m[2, 2],
            1.0 - m[0, 0] + m[1, 1] - m[2, 2],
            1.0 - m[0, 0] - m[1, 1] + m[2, 2],
        ]
    )
    pivot = int(np.argmax(squares))
    products = np.array(
        [
            [squares[0], m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], squares[1], m[0, 1] + m[1, 0], m[0, 2] + m[2, 0]],
            [m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], squares[2], m[1, 2] + m[2, 1]],
            [m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], squares[3]],
        ]
    )[pivot]
    quaternion = products / np.linalg.norm(products)
    return np.asarray(quaternion if quaternion[0] >= 0.0 else -quaternion)


def matrix_of(quaternion_wxyz: FloatArray) -> FloatArray:
    """Return the rotation matrix of a unit quaternion, the inverse of `quaternion_of`."""
    w, x, y, z = quaternion_wxyz
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def slerp(first: FloatArray, second: FloatArray, fraction: float) -> FloatArray:
    """Return the rotation matrix part of the way (0 to 1) from one to the other, at constant rate."""
    q0, q1 = quaternion_of(first), quaternion_of(second)
    if float(q0 @ q1) < 0.0:
        q1 = -q1
    angle = float(np.arctan2(np.linalg.norm(q1 - q0 * (q0 @ q1)), q0 @ q1))
    if angle < 1e-9:
        return second
    mixed = (np.sin((1.0 - fraction) * angle) * q0 + np.sin(fraction * angle) * q1) / np.sin(angle)
    return matrix_of(mixed / np.linalg.norm(mixed))


def slerp_direction(first: FloatArray, second: FloatArray, fraction: float) -> FloatArray:
    """Return the unit vector part of the way along the great circle between two unit vectors."""
    cosine = float(np.clip(first @ second, -1.0, 1.0))
    angle = float(np.arccos(cosine))
    if angle < 1e-9:
        return second
    if np.pi - angle < 1e-6:
        middle = perpendicular(first)
        half = slerp_direction(first, middle, 2 * fraction) if fraction < 0.5 else None
        return half if half is not None else slerp_direction(middle, second, 2 * fraction - 1)
    return np.asarray((np.sin((1 - fraction) * angle) * first + np.sin(fraction * angle) * second) / np.sin(angle))
