"""Simple solids for procedural models: boxes, prisms, tubes, cones, spheres, placed and joined.

Layer: bake. Each maker returns a `Mesh` in metres; flat faces have their own corners so that they shade flat, curved
ones share normals so that they shade smooth. Triangles wind counter-clockwise seen from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles with per-corner attributes.

    Attributes
    ----------
    position_m : (n, 3) float64, m, body axes
    normal_unit : (n, 3) float64, unit, outward
    colour_linear : (n, 3) float64, linear RGB, 0 to 1
    index : (m, 3) int64, corners of each triangle
    """

    position_m: NDArray[np.float64]
    normal_unit: NDArray[np.float64]
    colour_linear: NDArray[np.float64]
    index: NDArray[np.int64]

    def moved(self, offset_m: Sequence[float]) -> Mesh:
        """Return the mesh shifted by an offset, m."""
        return Mesh(self.position_m + np.asarray(offset_m, float), self.normal_unit, self.colour_linear, self.index)

    def turned(self, axis: Sequence[float], angle_deg: float) -> Mesh:
        """Return the mesh turned about an axis through the origin, right-handed."""
        k, angle = np.asarray(axis, float) / np.linalg.norm(axis), np.radians(angle_deg)
        cross = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
        rot = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
        return Mesh(self.position_m @ rot.T, self.normal_unit @ rot.T, self.colour_linear, self.index)


def joined(parts: Sequence[Mesh]) -> Mesh:
    """Return one mesh of all parts."""
    starts = np.cumsum([0] + [len(part.position_m) for part in parts])
    return Mesh(
        np.concatenate([part.position_m for part in parts]),
        np.concatenate([part.normal_unit for part in parts]),
        np.concatenate([part.colour_linear for part in parts]),
        np.concatenate([part.index + start for part, start in zip(parts, starts[:-1], strict=True)]),
    )


def polygon(corners_m: Sequence[Sequence[float]], colour: Colour) -> Mesh:
    """Return a flat convex polygon; corners run counter-clockwise seen from its bright side."""
    position = np.asarray(corners_m, float)
    normal = np.cross(position[1] - position[0], position[2] - position[0])
    normal /= np.linalg.norm(normal)
    n = len(position)
    index = np.array([[0, i, i + 1] for i in range(1, n - 1)])
    return Mesh(position, np.tile(normal, (n, 1)), np.tile(colour, (n, 1)).astype(float), index)


def prism(
    outline_m: Sequence[Sequence[float]], low_m: float, high_m: float, colour: Colour, side: Colour | None = None
) -> Mesh:
    """Return an upright prism on a convex outline given counter-clockwise in x and y, m."""
    outline = [tuple(corner) for corner in outline_m]
    faces = [
        polygon([(x, y, high_m) for x, y in outline], colour),
        polygon([(x, y, low_m) for x, y in outline[::-1]], colour),
    ]
    for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1], strict=True):
        wall = [(x0, y0, low_m), (x1, y1, low_m), (x1, y1, high_m), (x0, y0, high_m)]
        faces.append(polygon(wall, side or colour))
    return joined(faces)


def box(size_m: Sequence[float], colour: Colour) -> Mesh:
    """Return a box of the given edges (m) centred on the origin."""
    x, y, z = (length / 2 for length in size_m)
    return prism([(-x, -y), (x, -y), (x, y), (-x, y)], -z, z, colour)


def regular(n: int, radius_m: float, first_deg: float = 0.0) -> list[tuple[float, float]]:
    """Return the corners of a regular polygon, counter-clockwise, m."""
    angles = np.radians(first_deg + 360 * np.arange(n) / n)
    return [(float(radius_m * np.cos(a)), float(radius_m * np.sin(a))) for a in angles]


def lathe(profile_m: Sequence[tuple[float, float]], colour: Colour, n_sides: int = 24) -> Mesh:
    """Return a smooth surface of revolution about z from (radius, z) pairs; the outside lies to the right going up."""
    parts = []
    for (r0, z0), (r1, z1) in pairwise(profile_m):
        angles = np.linspace(0, 2 * np.pi, n_sides + 1)
        ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        slant = np.hypot(z1 - z0, r1 - r0)
        normal = np.column_stack([ring * (z1 - z0) / slant, np.full(n_sides + 1, (r0 - r1) / slant)])
        position = np.concatenate(
            [np.column_stack([ring * r, np.full(n_sides + 1, z)]) for r, z in ((r0, z0), (r1, z1))]
        )
        low, high = np.arange(n_sides), np.arange(n_sides) + n_sides + 1
        index = np.concatenate([np.stack([low, low + 1, high + 1], 1), np.stack([low, high + 1, high], 1)])
        parts.append(Mesh(position, np.tile(normal, (2, 1)), np.tile(colour, (len(position), 1)).astype(float), index))
    return without_slivers(joined(parts))


def without_slivers(mesh: Mesh) -> Mesh:
    """Return the mesh less triangles of no area, such as those at the tip of a cone."""
    a, b, c = (mesh.position_m[mesh.index[:, i]] for i in range(3))
    keep = np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12
    return Mesh(mesh.position_m, mesh.normal_unit, mesh.colour_linear, mesh.index[keep])


def cylinder(radius_m: float, low_m: float, high_m: float, colour: Colour, n_sides: int = 24) -> Mesh:
    """Return a closed cylinder about z."""
    return lathe([(0, low_m), (radius_m, low_m), (radius_m, high_m), (0, high_m)], colour, n_sides)


def sphere(radius_m: float, colour: Colour, n_sides: int = 24, n_rings: int = 14) -> Mesh:
    """Return a smooth sphere about the origin."""
    lat, lon = np.linspace(-np.pi / 2, np.pi / 2, n_rings + 1), np.linspace(0, 2 * np.pi, n_sides + 1)
    lat, lon = np.meshgrid(lat, lon, indexing="ij")
    normal = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1).reshape(-1, 3)
    row, col = (a.ravel() for a in np.meshgrid(np.arange(n_rings), np.arange(n_sides), indexing="ij"))
    corner = row * (n_sides + 1) + col
    above = corner + n_sides + 1
    index = np.concatenate([np.stack([corner, corner + 1, above + 1], 1), np.stack([corner, above + 1, above], 1)])
    return without_slivers(Mesh(radius_m * normal, normal, np.tile(colour, (len(normal), 1)).astype(float), index))


def rod(start_m: Sequence[float], end_m: Sequence[float], radius_m: float, colour: Colour, n_sides: int = 8) -> Mesh:
    """Return a closed round bar between two points, m."""
    start, end = np.asarray(start_m, float), np.asarray(end_m, float)
    length = float(np.linalg.norm(end - start))
    direction = (end - start) / length
    upright = cylinder(radius_m, 0, length, colour, n_sides)
    axis = np.cross([0, 0, 1], direction)
    if np.linalg.norm(axis) < 1e-9:
        axis = np.array([1.0, 0, 0])
    return upright.turned(axis, float(np.degrees(np.arccos(np.clip(direction[2], -1, 1))))).moved(start)
