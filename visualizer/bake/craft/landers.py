"""Nova-C (Odysseus, Athena), a schematic lander for crews, and a plain craft for flights without a model.

Layer: bake. Body axes: +z up, the engine's nozzle toward -z; metres. Confidence of the dimensions: A published,
B read off drawings, C guessed to fit.
"""

from __future__ import annotations

from ..mesh_parts import Mesh, around, box, cylinder, joined, lathe, pointed, prism, regular, rod, sphere
from .materials import (
    ALUMINIUM,
    BLACK,
    BLACK_FOIL,
    DARK_CELLS,
    GOLD,
    GREY,
    MIRROR,
    NEUTRAL,
    SILVER_FOIL,
    STEEL,
    TITANIUM,
    WHITE,
    WHITE_BLANKET,
)  # fmt: skip
from .parts import Model, Nozzle, ball, bell, camera, cells_on, chain, dish, footpad, panel, thruster

# Nova-C: hexagon 1.57 m wide, 4.0 m high, legs' span 4.6 m (A). z = 0 is the middle.
LOW_M, HIGH_M, RADIUS_M = -1.25, 1.65, 0.86


def nova_c_leg() -> Mesh:
    """Return one leg toward +x."""
    parts = [
        rod((0.76, 0, -0.35), (2.20, 0, -2.02), 0.045, WHITE, 10),
        rod((0.74, 0, -1.18), (1.75, 0, -1.50), 0.032, WHITE, 8),
        footpad(0.20, ALUMINIUM, 16).moved((2.22, 0, -2.12)),
        ball((2.20, 0, -2.03), 0.055, STEEL),
    ]
    return joined([*parts, *(rod((0.70, 0.36 * s, -1.15), (1.75, 0.0, -1.50), 0.020, WHITE, 6) for s in (-1, 1))])


def nova_c_body() -> list[Mesh]:
    """Return the hexagonal body with tanks inside its open frame, walls, engine and legs."""
    parts = [
        prism(regular(6, RADIUS_M), HIGH_M - 0.10, HIGH_M, WHITE),
        prism(regular(6, RADIUS_M), LOW_M, LOW_M + 0.12, WHITE),
        cylinder(0.56, LOW_M + 0.1, HIGH_M - 0.1, SILVER_FOIL, 40),
        sphere(0.60, WHITE_BLANKET, 32, 16).moved((0, 0, -0.55)),
        bell(0.30, 0.52, 0.07, sides=30).moved((0, 0, LOW_M - 0.06)),
    ]
    for x, y in regular(6, RADIUS_M - 0.03):
        parts.append(rod((x, y, LOW_M), (x, y, HIGH_M), 0.032, ALUMINIUM, 8))
    corners = regular(6, RADIUS_M - 0.01)
    for i in range(6):
        (x0, y0), (x1, y1) = corners[i], corners[(i + 1) % 6]
        wall = [(x0, y0, -0.10), (x1, y1, -0.10), (x1, y1, HIGH_M - 0.15), (x0, y0, HIGH_M - 0.15)]
        if i in (0, 1, 3):
            parts.append(
                joined(
                    [
                        prism(
                            [(0.93 * x0, 0.93 * y0), (x0, y0), (x1, y1), (0.93 * x1, 0.93 * y1)],
                            -0.10,
                            HIGH_M - 0.15,
                            BLACK_FOIL,
                        ),
                        cells_on(wall, 4, 8, DARK_CELLS),
                    ]
                )
            )
        else:
            parts.append(
                prism(
                    [(0.95 * x0, 0.95 * y0), (x0, y0), (x1, y1), (0.95 * x1, 0.95 * y1)],
                    0.30,
                    HIGH_M - 0.15,
                    WHITE_BLANKET,
                )
            )
    for i in range(4):
        parts.append(
            joined([thruster(0.05), thruster(0.05).turned((0, 1, 0), 90)])
            .moved((0.80, 0, LOW_M + 0.20))
            .turned((0, 0, 1), 90 * i + 30)
        )
    parts.append(around(nova_c_leg(), 6, 30))
    parts += [
        sphere(0.19, BLACK, 16, 10).moved((0.62 * c[0] / 0.85, 0.62 * c[1] / 0.85, -0.92))
        for c in regular(6, 0.85, 30)[::2]
    ]
    return parts


def nova_c_top() -> list[Mesh]:
    """Return the top deck: panel, dish on its mast, star tracker, low-gain antennas."""
    parts = [
        rod((-0.25, 0, HIGH_M), (-0.25, 0, HIGH_M + 0.34), 0.04, ALUMINIUM, 10),
        pointed(dish(0.38, 0.10), (-0.45, 0, 0.9)).moved((-0.27, 0, HIGH_M + 0.36)),
        box((0.50, 0.46, 0.16), GOLD).moved((0.34, 0.10, HIGH_M + 0.08)),
        cylinder(0.09, 0, 0.26, BLACK, 18).turned((0, 1, 0), 40).moved((0.10, -0.48, HIGH_M)),
        box((0.26, 0.22, 0.20), SILVER_FOIL).moved((-0.05, 0.55, HIGH_M + 0.10)),
    ]
    parts += [
        lathe([(0.03, 0), (0.06, 0.10), (0, 0.14)], WHITE, 14).moved((0.62 * s, -0.2 * s, HIGH_M)) for s in (-1, 1)
    ]
    return parts


def _nova_nozzle() -> list[Nozzle]:
    return [Nozzle("main", (0, 0, LOW_M - 0.58), 0.30)]


def odysseus() -> Model:
    """Return Odysseus."""
    student = box((0.30, 0.30, 0.24), WHITE).moved((0.86, 0, 0.40)).turned((0, 0, 1), 150)
    return Model(
        [
            *nova_c_body(),
            *nova_c_top(),
            student,
            camera((1, 0, -0.6), 0.10).moved((0.86, 0, 0.05)).turned((0, 0, 1), 210),
        ],
        _nova_nozzle(),
    )


def athena() -> Model:
    """Return Athena: Nova-C with the drill on one side, the hopper Grace and the rover's garage on others."""
    drill = joined([
        box((0.16, 0.26, 1.05), SILVER_FOIL).moved((0.92, 0, -0.35)),
        cylinder(0.03, -1.30, 0.1, TITANIUM, 12).moved((1.02, 0, -0.35)),
        chain([(0.84, 0.16, 0.2), (0.84, 0.16, -1.1)], 0.025, ALUMINIUM),
    ]).turned((0, 0, 1), 150)  # fmt: skip
    grace = joined([
        box((0.46, 0.52, 0.42), GOLD), box((0.02, 0.46, 0.36), MIRROR).moved((0.24, 0, 0)),
        around(rod((0.16, 0, -0.2), (0.40, 0, -0.42), 0.016, ALUMINIUM, 6), 4, 45), thruster(0.05).moved((0, 0, -0.24)),
    ]).moved((1.08, 0, 0.55)).turned((0, 0, 1), 270)  # fmt: skip
    garage = box((0.34, 0.44, 0.40), WHITE).moved((0.98, 0, 0.60)).turned((0, 0, 1), 330)
    return Model([*nova_c_body(), *nova_c_top(), drill, grace, garage], _nova_nozzle())


def crew_lander() -> Model:
    """Return a lander for a crew of no particular design: tanks, cabin, legs, in neutral grey (a schematic)."""
    parts = [
        cylinder(1.8, -2.2, 1.6, NEUTRAL, 44),
        lathe([(1.8, 1.6), (1.75, 2.4), (1.45, 3.6), (0.9, 4.4), (0.6, 4.6), (0.6, 4.9), (0, 4.9)], WHITE, 44),
        bell(0.55, 0.9, 0.14, GREY, 32).moved((0, 0, -2.2)),
        box((0.06, 0.9, 1.6), GREY).moved((1.78, 0, 0.2)),
    ]
    parts += [
        cylinder(0.22, 0, 0.05, BLACK, 20).turned((0, 1, 0), 78).moved((1.60, 0, 3.0)).turned((0, 0, 1), a)
        for a in (-25, 25)
    ]
    leg = joined([
        rod((1.75, 0, -0.6), (3.4, 0, -3.55), 0.11, ALUMINIUM, 12),
        rod((1.75, 0, -2.1), (2.7, 0, -2.5), 0.07, ALUMINIUM, 10),
        footpad(0.5, GREY, 24).moved((3.4, 0, -3.7)),
    ])  # fmt: skip
    parts.append(around(leg, 4, 45))
    for side in (1, -1):
        wing = panel(1.5, 3.6, 5, 10, DARK_CELLS).turned((1, 0, 0), -90 * side).moved((0, side * 2.2, 1.2))
        parts += [wing, rod((0, side * 1.7, 1.2), (0, side * 2.3, 1.2), 0.05, ALUMINIUM, 8)]
    return Model(parts, [Nozzle("main", (0, 0, -3.1), 0.55)], 0.9)


def plain() -> Model:
    """Return a neutral craft for flights that have no model: box, two wings, dish, engine (a schematic)."""
    parts = [box((1.4, 1.4, 1.6), NEUTRAL), bell(0.25, 0.4, 0.05, GREY, 26).moved((0, 0, -0.82))]
    for side in (1, -1):
        wing = panel(1.2, 2.2, 4, 7, DARK_CELLS).turned((1, 0, 0), -90 * side).moved((0, side * 1.1, 0))
        parts += [wing, rod((0, side * 0.7, 0), (0, side * 1.15, 0), 0.04, GREY, 8)]
    parts.append(pointed(dish(0.45, 0.12), (-0.3, 0, 1)).moved((0, 0, 0.95)))
    parts.append(rod((0, 0, 0.8), (0, 0, 0.96), 0.04, GREY, 8))
    return Model(parts, [Nozzle("main", (0, 0, -1.22), 0.25)], 0.4)
