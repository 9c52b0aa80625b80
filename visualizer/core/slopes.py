"""Slopes of a globe on cube faces, and the byte code in which the shader reads them.

Core. The slope of a place is the tangent vector g = dh/ds in body-fixed axes, h over the radius; the shader takes
normalize(direction - g) for the normal. Each component is coded v = 0.5 + 0.5 sign(g) sqrt(min(|g| / 0.8, 1)), which
spends the eight bits on the gentle slopes of the plains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.core.cube_faces import face_axes, texel_centres

Field = NDArray[np.float32]
FULL_SLOPE = 0.8


def face_gradient(level: Field, i_face: int, size_px: int) -> Field:
    """Return the slope vectors of a cube face.

    Parameters
    ----------
    level : (size + 2, size + 2) heights over the radius on the face and one texel round it
    i_face : 0 to 5 in OpenGL's order
    size_px : texels along one edge

    Returns
    -------
    (size, size, 3) float32, dimensionless, body-fixed axes, tangent to the sphere
    """
    spacing = np.float32(4 / size_px)
    by_s = (level[1:-1, 2:] - level[1:-1, :-2]) / spacing
    by_t = (level[2:, 1:-1] - level[:-2, 1:-1]) / spacing
    return tangent_gradient(by_s, by_t, i_face, size_px)


def tangent_gradient(by_s: Field, by_t: Field, i_face: int, size_px: int) -> Field:
    """Return the gradient on the unit sphere from derivatives by the face coordinates s and t.

    Notes
    -----
    With q = s S + t T + M and p = q/|q|, a function constant along rays has the gradient by q
    (by_s S + by_t T + c M) with c fixed by tangency, and |q| times that on the unit sphere.
    """
    s_axis, t_axis, major = face_axes(i_face).astype(np.float32)
    centres = texel_centres(size_px).astype(np.float32)
    s, t = centres[None, :], centres[:, None]
    radial = -(by_s * s + by_t * t)
    length = np.sqrt(1 + s**2 + t**2)
    planar = by_s[..., None] * s_axis + by_t[..., None] * t_axis + radial[..., None] * major
    return np.asarray(planar * length[..., None], dtype=np.float32)


def code_slope(slope: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return slopes as bytes by the square-root code."""
    value = 0.5 + 0.5 * np.sign(slope) * np.sqrt(np.minimum(np.abs(slope) / FULL_SLOPE, 1))
    return np.asarray(np.rint(value * 255), dtype=np.uint8)


def decode_slope(code: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return slopes from bytes, as the shader does."""
    signed = code.astype(np.float32) / np.float32(127.5) - 1
    return np.asarray(np.float32(FULL_SLOPE) * signed * np.abs(signed))
