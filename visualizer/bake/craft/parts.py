"""Parts that many craft share: nozzles, dishes, solar panels, legs' pads, lattice frames.

Layer: bake. Metres; a part stands on the origin and points along +z unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..mesh_parts import Mesh, box, cylinder, joined, lathe, pointed, polygon, rod, sphere
from .materials import (
    ALUMINIUM,
    BLACK,
    CELLS,
    GLASS,
    NOZZLE,
    PANEL_EDGE,
    SOOT,
    STEEL,
    WHITE,
    Material,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nozzle:
    """Where exhaust leaves: a set of engines has one name; m, body axes; the exhaust goes along `direction`."""

    name: str
    place_m: tuple[float, float, float]
    exit_radius_m: float
    direction: tuple[float, float, float] = (0.0, 0.0, -1.0)


@dataclass(frozen=True, slots=True)
class Model:
    """A craft's shape: its parts, its nozzles, and the edge over which large faces are divided for their shading."""

    parts: list[Mesh]
    nozzles: list[Nozzle] = field(default_factory=list)
    finest_m: float = 0.45

    @property
    def mesh(self) -> Mesh:
        """All parts as one."""
        return joined(self.parts)


def bell(exit_radius_m: float, length_m: float, throat_m: float, material: Material = NOZZLE, sides: int = 28) -> Mesh:
    """Return an engine bell from its throat at the origin down to its exit at -length, dark inside."""
    x = np.linspace(0, 1, 7)
    radius = throat_m + (exit_radius_m - throat_m) * (1.9 * x - 0.9 * x * x)
    outer = [(float(r), float(-length_m * s)) for r, s in zip(radius, x, strict=True)]
    inner = [(0.985 * r, z) for r, z in outer]
    dome = [(throat_m, 0.0), (1.7 * throat_m, 1.2 * throat_m), (1.5 * throat_m, 3.0 * throat_m), (0, 3.2 * throat_m)]
    return joined([lathe(outer[::-1], material, sides), lathe(inner, SOOT, sides), lathe(dome, STEEL, sides // 2)])


def thruster(exit_radius_m: float = 0.05, sides: int = 10) -> Mesh:
    """Return a small thruster, exit at -2.4 radii."""
    r = exit_radius_m
    outside = [
        (r, -2.4 * r),
        (0.75 * r, -1.3 * r),
        (0.35 * r, 0.0),
        (0.6 * r, 0.6 * r),
        (0.6 * r, 1.8 * r),
        (0, 1.8 * r),
    ]
    return joined([lathe(outside, NOZZLE, sides), lathe([(0.35 * r, -0.3 * r), (0.98 * r, -2.38 * r)], SOOT, sides)])


def dish(
    radius_m: float, depth_m: float, material: Material = WHITE, back: Material | None = None, sides: int = 32
) -> Mesh:
    """Return a parabolic dish opening to +z, its apex at the origin, with feed and struts."""
    x = np.linspace(0, 1, 6)
    bowl = [(float(radius_m * s), float(depth_m * s * s)) for s in x]
    focus = radius_m**2 / (4 * depth_m)
    outside = [(r, z - 0.015 * radius_m) for r, z in bowl]
    parts = [
        lathe(outside, back or material, sides),
        lathe(bowl[::-1], material, sides),
        lathe([(0.05 * radius_m, 0.86 * focus), (0.10 * radius_m, focus), (0, 1.05 * focus)], ALUMINIUM, 12),
    ]
    for angle in np.radians((90, 210, 330)):
        foot = (0.72 * radius_m * np.cos(angle), 0.72 * radius_m * np.sin(angle), depth_m * 0.52)
        parts.append(rod(foot, (0, 0, 0.95 * focus), 0.012 * radius_m + 0.003, ALUMINIUM, 6))
    return joined(parts)


def panel(
    width_m: float, height_m: float, columns: int, rows: int, cells: Material = CELLS, back: Material = PANEL_EDGE,
    thick_m: float = 0.03, gap_m: float = 0.012,
) -> Mesh:  # fmt: skip
    """Return an upright solar panel facing +x, centred on its lower edge: a grid of cells on a substrate."""
    parts = [box((thick_m, width_m, height_m), back).moved((0, 0, height_m / 2))]
    w, h, x = width_m / columns, height_m / rows, thick_m / 2 + 0.004
    for i in range(columns):
        for j in range(rows):
            y0, y1 = -width_m / 2 + i * w + gap_m, -width_m / 2 + (i + 1) * w - gap_m
            z0, z1 = j * h + gap_m, (j + 1) * h - gap_m
            parts.append(polygon([(x, y0, z0), (x, y1, z0), (x, y1, z1), (x, y0, z1)], cells))
    return joined(parts)


def cells_on(
    corners_m: Sequence[Sequence[float]],
    columns: int,
    rows: int,
    cells: Material = CELLS,
    lift_m: float = 0.008,
    gap: float = 0.03,
) -> Mesh:
    """Return cells just above a flat face with four corners, counter-clockwise from its lower left one."""
    a, b, c, d = (np.asarray(p, float) for p in corners_m)
    normal = np.cross(b - a, d - a)
    lift = lift_m * normal / np.linalg.norm(normal)

    def place(u: float, v: float) -> list[float]:
        return list((1 - u) * (1 - v) * a + u * (1 - v) * b + u * v * c + (1 - u) * v * d + lift)

    parts = []
    for i in range(columns):
        for j in range(rows):
            u0, u1, v0, v1 = (i + gap) / columns, (i + 1 - gap) / columns, (j + gap) / rows, (j + 1 - gap) / rows
            parts.append(polygon([place(u0, v0), place(u1, v0), place(u1, v1), place(u0, v1)], cells))
    return joined(parts)


def chain(points_m: Sequence[Sequence[float]], radius_m: float, material: Material, sides: int = 8) -> Mesh:
    """Return bars from point to point."""
    return joined([rod(p, q, radius_m, material, sides) for p, q in pairwise(points_m)])


def lattice(
    low_m: float,
    high_m: float,
    radius_m: float,
    count: int,
    bar_m: float,
    material: Material,
    top_m: float | None = None,
) -> Mesh:
    """Return a ring of slanted bars between two heights: the truss between two stages."""
    top_m = radius_m if top_m is None else top_m
    bars = []
    for i in range(count):
        for half in (-0.5, 0.5):
            a, b = 2 * np.pi * i / count, 2 * np.pi * (i + half) / count
            foot = (radius_m * np.cos(a), radius_m * np.sin(a), low_m)
            bars.append(rod(foot, (top_m * np.cos(b), top_m * np.sin(b), high_m), bar_m, material, 6))
    return joined(bars)


def camera(direction: Sequence[float], size_m: float = 0.12) -> Mesh:
    """Return a small camera that looks along a direction."""
    body = box((size_m, size_m, 1.2 * size_m), BLACK)
    tube = cylinder(0.36 * size_m, 0.6 * size_m, 1.0 * size_m, ALUMINIUM, 12)
    lens = cylinder(0.30 * size_m, 0.9 * size_m, 1.01 * size_m, GLASS, 12)
    return pointed(joined([body, tube, lens]), direction)


def footpad(radius_m: float, material: Material, sides: int = 20) -> Mesh:
    """Return a landing pad: a shallow bowl whose underside is at z = 0."""
    r = radius_m
    return lathe(
        [(0, 0), (0.55 * r, 0.0), (r, 0.30 * r), (r, 0.36 * r), (0.45 * r, 0.22 * r), (0.2 * r, 0.4 * r), (0, 0.4 * r)],
        material,
        sides,
    )


def ball(place_m: Sequence[float], radius_m: float, material: Material, sides: int = 12) -> Mesh:
    """Return a ball at a place."""
    return sphere(radius_m, material, sides, max(6, sides // 2)).moved(place_m)
