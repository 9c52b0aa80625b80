"""LCROSS, and the Centaur upper stage that it led to the Moon.

Layer: bake. Body axes: +z away from the stage's engine; metres. Confidence of the dimensions: A published,
B read off drawings, C guessed to fit.
"""

from __future__ import annotations

from ..mesh_parts import around, box, cylinder, joined, lathe, polygon, rod, sphere, torus
from .materials import (
    ALUMINIUM,
    AMBER,
    BLACK,
    CELLS,
    GOLD,
    GREY,
    MIRROR,
    SILVER_FOIL,
    STEEL,
    TITANIUM,
    WHITE,
    WHITE_BLANKET,
)  # fmt: skip
from .parts import Model, Nozzle, bell, camera, cells_on, lattice, thruster


def lcross() -> Model:
    """Return LCROSS: a payload ring 1.57 m across (A) with six panels, tank in the middle, 2.6 m over all (B)."""
    parts = [
        lathe([(0.785, -0.35), (0.785, 0.35)], ALUMINIUM, 48),
        lathe([(0.760, 0.35), (0.760, -0.35)], GREY, 48),
        torus(0.785, 0.035, STEEL, 48, 8).moved((0, 0, 0.35)),
        torus(0.785, 0.035, STEEL, 48, 8).moved((0, 0, -0.35)),
        sphere(0.54, TITANIUM, 34, 18),
        torus(0.55, 0.05, GREY, 36, 8),
    ]
    parts += [
        cylinder(0.29, 0, 0.16, STEEL, 28).turned((0, 1, 0), 90).moved((0.77, 0, 0)).turned((0, 0, 1), 60 * i)
        for i in range(6)
    ]
    covers = (None, GOLD, AMBER, GOLD, AMBER, GOLD)
    for i, cover in enumerate(covers):
        if cover is None:
            continue
        side = joined([box((0.06, 0.95, 0.95), cover), box((0.22, 0.56, 0.60), cover).moved((0.12, 0, 0))])
        if i % 2 == 0:
            side = joined([side, box((0.02, 0.44, 0.50), MIRROR).moved((0.235, 0, 0))])
        parts.append(side.moved((0.98, 0, 0)).turned((0, 0, 1), 60 * i))
    parts.append(box((0.05, 1.32, 1.60), WHITE).moved((1.02, 0, 0.05)))
    face = [(1.05, -0.62, -0.71), (1.05, 0.62, -0.71), (1.05, 0.62, 0.81), (1.05, -0.62, 0.81)]
    parts.append(cells_on(face, 8, 10, CELLS))
    for sx, sy in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        post = rod((0.5 * sx, 0.58 * sy, 0.35), (0.66 * sx, 0.80 * sy, 1.05), 0.03, ALUMINIUM, 8)
        cluster = joined(
            [thruster(0.05).turned((0, 1, 0), 90 * sx), thruster(0.05).turned((1, 0, 0), -90 * sy), thruster(0.05)]
        )
        parts += [
            post,
            cluster.moved((0.66 * sx, 0.80 * sy, 1.08)),
            box((0.16, 0.16, 0.12), SILVER_FOIL).moved((0.66 * sx, 0.80 * sy, 1.1)),
        ]
    parts += [camera((-1, 0, 0), 0.14).moved((-1.22, 0.26 * s, 0.22)) for s in (-1, 0, 1)]
    parts.append(lathe([(0.04, 0), (0.14, 0.16), (0, 0.20)], WHITE, 20).turned((0, 1, 0), -90).moved((-1.22, 0, -0.25)))
    return Model(parts, [Nozzle("small", (0.66 * sx, 0.80 * sy, 0.96), 0.05) for sx in (-1, 1) for sy in (-1, 1)], 0.4)


def centaur() -> Model:
    """Return the Centaur: 3.05 m across, 12.7 m long with its one RL10 (A)."""
    parts = [
        lathe(
            [(0.0, -4.75), (0.8, -4.6), (1.35, -4.1), (1.525, -3.4), (1.525, 4.2), (1.35, 4.75), (0.9, 5.05)],
            WHITE_BLANKET,
            56,
        ),
        lathe([(0.9, 5.05), (0.82, 5.55), (0.82, 5.75)], ALUMINIUM, 44),
        lathe([(1.535, -3.3), (1.535, -2.6)], GOLD, 56),
        lathe([(1.535, 3.2), (1.535, 3.9)], GREY, 56),
        cylinder(0.45, -5.2, -4.5, STEEL, 24),
        bell(0.73, 1.65, 0.12, sides=36).moved((0, 0, -5.1)),
        lattice(-4.9, -4.1, 0.8, 8, 0.03, STEEL, 1.3),
    ]
    parts.append(around(sphere(0.34, TITANIUM, 22, 12).moved((0.95, 0, -4.95)), 3))
    parts.append(around(rod((1.56, 0, -3.4), (1.56, 0, 4.2), 0.05, ALUMINIUM, 8), 2, 90))
    parts.append(around(box((0.20, 0.5, 0.8), BLACK).moved((1.30, 0, 4.7)), 4))
    parts.append(polygon([(1.53, -0.4, -0.3), (1.53, 0.4, -0.3), (1.53, 0.4, 0.9), (1.53, -0.4, 0.9)], GREY))
    return Model(parts, [Nozzle("stage", (0, 0, -6.75), 0.73)], 1.2)
