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

from .craft.materials import MATERIALS, Material

SMOOTH_COSINE = 0.76  # Neighbouring parts of a profile that meet flatter than 40 degrees shade as one.
Outline = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles with per-corner attributes.

    Attributes
    ----------
    position_m : (n, 3) float64, m, body axes
    normal_unit : (n, 3) float64, unit, outward
    material : (n,) int64, place in `MATERIALS`
    index : (m, 3) int64, corners of each triangle
    """

    position_m: NDArray[np.float64]
    normal_unit: NDArray[np.float64]
    material: NDArray[np.int64]
    index: NDArray[np.int64]

    def moved(self, offset_m: Sequence[float]) -> Mesh:
        """Return the mesh shifted by an offset, m."""
        return Mesh(self.position_m + np.asarray(offset_m, float), self.normal_unit, self.material, self.index)

    def turned(self, axis: Sequence[float], angle_deg: float) -> Mesh:
        """Return the mesh turned about an axis through the origin, right-handed."""
        rot = rotation_about(axis, angle_deg)
        return Mesh(self.position_m @ rot.T, self.normal_unit @ rot.T, self.material, self.index)


def rotation_about(axis: Sequence[float], angle_deg: float) -> NDArray[np.float64]:
    """Return the (3, 3) matrix that turns columns about an axis, right-handed."""
    k, angle = np.asarray(axis, float) / np.linalg.norm(axis), np.radians(angle_deg)
    cross = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def around(mesh: Mesh, count: int, first_deg: float = 0.0) -> Mesh:
    """Return a mesh repeated evenly about z."""
    return joined([mesh.turned((0, 0, 1), first_deg + 360.0 * i / count) for i in range(count)])


def joined(parts: Sequence[Mesh]) -> Mesh:
    """Return one mesh of all parts."""
    starts = np.cumsum([0] + [len(part.position_m) for part in parts])
    return Mesh(
        np.concatenate([part.position_m for part in parts]),
        np.concatenate([part.normal_unit for part in parts]),
        np.concatenate([part.material for part in parts]),
        np.concatenate([part.index + start for part, start in zip(parts, starts[:-1], strict=True)]),
    )


def _mesh(position: NDArray[np.float64], normal: NDArray[np.float64], material: Material, index: object) -> Mesh:
    numbers = np.full(len(position), MATERIALS.index(material), dtype=np.int64)
    return Mesh(position, normal, numbers, np.asarray(index, dtype=np.int64).reshape(-1, 3))


def polygon(corners_m: Outline, material: Material) -> Mesh:
    """Return a flat convex polygon; corners run counter-clockwise seen from its bright side."""
    position = np.asarray(corners_m, float)
    normal = np.cross(position[1] - position[0], position[2] - position[0])
    normal /= np.linalg.norm(normal)
    n = len(position)
    return _mesh(position, np.tile(normal, (n, 1)), material, [[0, i, i + 1] for i in range(1, n - 1)])


def loft(
    low: Outline, low_m: float, high: Outline, high_m: float, material: Material, side: Material | None = None
) -> Mesh:
    """Return a solid between two convex outlines of as many corners, each counter-clockwise in x and y, m."""
    below, above = [tuple(p) for p in low], [tuple(p) for p in high]
    faces = [
        polygon([(x, y, high_m) for x, y in above], material),
        polygon([(x, y, low_m) for x, y in below[::-1]], material),
    ]
    n = len(below)
    for i in range(n):
        j = (i + 1) % n
        wall = [(*below[i], low_m), (*below[j], low_m), (*above[j], high_m), (*above[i], high_m)]
        faces.append(polygon(wall, side or material))
    return joined(faces)


def prism(outline_m: Outline, low_m: float, high_m: float, material: Material, side: Material | None = None) -> Mesh:
    """Return an upright prism on a convex outline given counter-clockwise in x and y, m."""
    return loft(outline_m, low_m, outline_m, high_m, material, side)


def rectangle(x_m: float, y_m: float) -> list[tuple[float, float]]:
    """Return the corners of a rectangle about the origin, counter-clockwise, m."""
    return [(-x_m / 2, -y_m / 2), (x_m / 2, -y_m / 2), (x_m / 2, y_m / 2), (-x_m / 2, y_m / 2)]


def box(size_m: Sequence[float], material: Material) -> Mesh:
    """Return a box of the given edges (m) centred on the origin."""
    return prism(rectangle(size_m[0], size_m[1]), -size_m[2] / 2, size_m[2] / 2, material)


def regular(n: int, radius_m: float, first_deg: float = 0.0) -> list[tuple[float, float]]:
    """Return the corners of a regular polygon, counter-clockwise, m."""
    angles = np.radians(first_deg + 360 * np.arange(n) / n)
    return [(float(radius_m * np.cos(a)), float(radius_m * np.sin(a))) for a in angles]


def lathe(profile_m: Sequence[tuple[float, float]], material: Material, n_sides: int = 24) -> Mesh:
    """Return a smooth surface of revolution about z from (radius, z) pairs; the outside lies to the right going up."""
    profile = np.asarray(profile_m, float)
    step = np.diff(profile, axis=0)
    flat = np.stack([step[:, 1], -step[:, 0]], axis=1) / np.hypot(step[:, 0], step[:, 1])[:, None]
    angles = np.linspace(0, 2 * np.pi, n_sides + 1)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    parts = []
    for i, (start, end) in enumerate(pairwise(profile)):
        normals = []
        for other in (i - 1, i + 1):
            shared = flat[i]
            if 0 <= other < len(flat) and flat[i] @ flat[other] > SMOOTH_COSINE:
                shared = (flat[i] + flat[other]) / np.linalg.norm(flat[i] + flat[other])
            normals.append(shared)
        position = np.concatenate([np.column_stack([ring * r, np.full(len(ring), z)]) for r, z in (start, end)])
        normal = np.concatenate([np.column_stack([ring * n[0], np.full(len(ring), n[1])]) for n in normals])
        low, high = np.arange(n_sides), np.arange(n_sides) + n_sides + 1
        index = np.concatenate([np.stack([low, low + 1, high + 1], 1), np.stack([low, high + 1, high], 1)])
        parts.append(_mesh(position, normal, material, index))
    return without_slivers(joined(parts))


def without_slivers(mesh: Mesh) -> Mesh:
    """Return the mesh less triangles of no area, such as those at the tip of a cone."""
    a, b, c = (mesh.position_m[mesh.index[:, i]] for i in range(3))
    keep = np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12
    return Mesh(mesh.position_m, mesh.normal_unit, mesh.material, mesh.index[keep])


def cylinder(radius_m: float, low_m: float, high_m: float, material: Material, n_sides: int = 24) -> Mesh:
    """Return a closed cylinder about z."""
    return lathe([(0, low_m), (radius_m, low_m), (radius_m, high_m), (0, high_m)], material, n_sides)


def sphere(radius_m: float, material: Material, n_sides: int = 24, n_rings: int = 14) -> Mesh:
    """Return a smooth sphere about the origin."""
    return ellipsoid((radius_m, radius_m, radius_m), material, n_sides, n_rings)


def ellipsoid(radii_m: Sequence[float], material: Material, n_sides: int = 24, n_rings: int = 14) -> Mesh:
    """Return a smooth ellipsoid about the origin with the given half axes, m."""
    lat, lon = np.meshgrid(
        np.linspace(-np.pi / 2, np.pi / 2, n_rings + 1), np.linspace(0, 2 * np.pi, n_sides + 1), indexing="ij"
    )
    ball = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1).reshape(-1, 3)
    radii = np.asarray(radii_m, float)
    normal = ball / radii
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    return without_slivers(_mesh(ball * radii, normal, material, _grid_index(n_rings, n_sides)))


def torus(ring_m: float, tube_m: float, material: Material, n_sides: int = 36, n_tube: int = 14) -> Mesh:
    """Return a smooth ring about z."""
    a, b = np.meshgrid(np.linspace(0, 2 * np.pi, n_tube + 1), np.linspace(0, 2 * np.pi, n_sides + 1), indexing="ij")
    normal = np.stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)], axis=-1).reshape(-1, 3)
    centre = np.stack([np.cos(b), np.sin(b), np.zeros_like(b)], axis=-1).reshape(-1, 3)
    return _mesh(ring_m * centre + tube_m * normal, normal, material, _grid_index(n_tube, n_sides))


def _grid_index(n_rows: int, n_columns: int) -> NDArray[np.int64]:
    row, col = (a.ravel() for a in np.meshgrid(np.arange(n_rows), np.arange(n_columns), indexing="ij"))
    corner = row * (n_columns + 1) + col
    above = corner + n_columns + 1
    return np.concatenate([np.stack([corner, corner + 1, above + 1], 1), np.stack([corner, above + 1, above], 1)])


def rod(
    start_m: Sequence[float], end_m: Sequence[float], radius_m: float, material: Material, n_sides: int = 8
) -> Mesh:
    """Return a closed round bar between two points, m."""
    start, end = np.asarray(start_m, float), np.asarray(end_m, float)
    length = float(np.linalg.norm(end - start))
    return pointed(cylinder(radius_m, 0, length, material, n_sides), (end - start).tolist()).moved(start.tolist())


def pointed(mesh: Mesh, direction: Sequence[float]) -> Mesh:
    """Return the mesh turned the shortest way so that its +z points along a direction."""
    wanted = np.asarray(direction, float) / np.linalg.norm(direction)
    axis = np.cross([0, 0, 1], wanted)
    if np.linalg.norm(axis) < 1e-9:
        axis = np.array([1.0, 0, 0])
    return mesh.turned(axis.tolist(), float(np.degrees(np.arccos(np.clip(wanted[2], -1, 1)))))
