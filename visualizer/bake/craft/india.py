"""Chandrayaan-3's lander Vikram and propulsion module; Chandrayaan-2's orbiter.

Layer: bake. Body axes: +z up, the engines' nozzles toward -z; metres. Confidence of the dimensions: A published,
B read off drawings, C guessed to fit.
"""

from __future__ import annotations

from ..mesh_parts import (
    Mesh,
    around,
    box,
    cylinder,
    ellipsoid,
    joined,
    lathe,
    loft,
    pointed,
    polygon,
    rectangle,
    rod,
    torus,
)
from .materials import (
    ALUMINIUM,
    AMBER,
    BLACK,
    BLACK_FOIL,
    DARK_CELLS,
    GOLD,
    GREY,
    MIRROR,
    PANEL_EDGE,
    SILVER_FOIL,
    STEEL,
    TITANIUM,
    WHITE,
    WHITE_BLANKET,
)  # fmt: skip
from .parts import Model, Nozzle, ball, bell, camera, cells_on, chain, dish, footpad, panel, thruster

# Vikram: 2.0 x 2.0 x 1.17 m without legs (A).
LOW_HALF_M, HIGH_HALF_M, LOW_M, HIGH_M = 1.00, 0.78, -0.52, 0.60


def vikram() -> Model:
    """Return the lander: slanted sides, cells on three of them, a ramp on the fourth, four engines and legs."""
    parts = [loft(rectangle(2.0, 2.0), LOW_M, rectangle(1.56, 1.56), HIGH_M, WHITE_BLANKET, GOLD)]
    for azimuth in (90, 180, 270):
        parts.append(vikram_wall().turned((0, 0, 1), azimuth))
    parts += vikram_ramp() + vikram_top() + vikram_below()
    parts.append(around(vikram_leg(), 4, 45))
    places = [(0.55 * sx, 0.55 * sy, -0.93) for sx in (-1, 1) for sy in (-1, 1)]
    # Opposite corners burn as a pair.
    names = ("landing-pair", "landing-other", "landing-other", "landing-pair")
    return Model(parts, [Nozzle(name, place, 0.14) for name, place in zip(names, places, strict=True)])


def vikram_wall() -> Mesh:
    """Return the panel on the wall that faces +x, cells in a frame."""
    x0, x1, y0, y1 = LOW_HALF_M + 0.02, HIGH_HALF_M + 0.02, 0.92, 0.72
    corners = [(x0, -y0, LOW_M + 0.06), (x0, y0, LOW_M + 0.06), (x1, y1, HIGH_M - 0.06), (x1, -y1, HIGH_M - 0.06)]
    return joined([polygon(corners, PANEL_EDGE), cells_on(corners, 9, 6, DARK_CELLS)])


def vikram_ramp() -> list[Mesh]:
    """Return the rover's folded ramp and its frame on the wall that faces +x."""
    lean = -11.1
    door = box((0.05, 0.92, 0.94), SILVER_FOIL).turned((0, 1, 0), lean).moved((0.95, 0, 0.02))
    rails = [
        box((0.04, 0.05, 1.0), ALUMINIUM).turned((0, 1, 0), lean).moved((0.98, y, 0.02)) for y in (-0.40, 0.0, 0.40)
    ]
    return [door, *rails, rod((1.04, -0.48, -0.46), (1.04, 0.48, -0.46), 0.03, STEEL, 10)]


def vikram_top() -> list[Mesh]:
    """Return antennas, cameras and instruments on the upper deck."""
    parts = [
        box((0.42, 0.34, 0.20), GOLD).moved((-0.35, 0.30, HIGH_M + 0.10)),
        box((0.30, 0.30, 0.16), BLACK_FOIL).moved((0.38, -0.36, HIGH_M + 0.08)),
        box((0.34, 0.50, 0.03), MIRROR).moved((0.30, 0.30, HIGH_M + 0.02)),
        cylinder(0.12, HIGH_M, HIGH_M + 0.14, WHITE, 20).moved((-0.40, -0.40, 0)),
        rod((-0.06, 0.0, HIGH_M), (-0.06, 0.0, HIGH_M + 0.46), 0.022, ALUMINIUM),
        pointed(dish(0.17, 0.05), (-0.4, 0.0, 0.9)).moved((-0.08, 0, HIGH_M + 0.48)),
        rod((0.62, 0.62, HIGH_M), (0.62, 0.62, HIGH_M + 0.72), 0.008, ALUMINIUM, 6),
        torus(0.05, 0.012, WHITE, 14, 6).moved((0.0, 0.55, HIGH_M + 0.05)),
    ]
    parts.append(lathe([(0.02, 0.0), (0.06, 0.12), (0, 0.16)], WHITE, 16).moved((0.1, -0.6, HIGH_M)))
    return parts + [camera((1, 0.4 * s, -0.5), 0.09).moved((0.72, 0.52 * s, HIGH_M + 0.06)) for s in (-1, 1)]


def vikram_below() -> list[Mesh]:
    """Return the four 800 N engines, the attitude thrusters and the tanks' domes under the deck."""
    parts = []
    for sx in (-1, 1):
        for sy in (-1, 1):
            parts.append(bell(0.14, 0.26, 0.04, sides=22).moved((0.55 * sx, 0.55 * sy, -0.67)))
            parts.append(cylinder(0.075, -0.67, -0.50, STEEL, 14).moved((0.55 * sx, 0.55 * sy, 0)))
            parts.append(
                joined([thruster(0.035), thruster(0.035).moved((0.09, 0, 0))]).moved(
                    (0.86 * sx - 0.045, 0.86 * sy, -0.56)
                )
            )
    for place in ((0.46, 0.0), (-0.46, 0.0), (0.0, 0.46), (0.0, -0.46)):
        parts.append(ellipsoid((0.30, 0.30, 0.24), TITANIUM, 24, 12).moved((*place, LOW_M)))
    parts.append(cylinder(0.10, -0.66, LOW_M, BLACK, 16))
    return parts


def vikram_leg() -> Mesh:
    """Return one leg toward +x (which is turned to a corner): telescopic strut, braces, pad."""
    foot = (2.02, 0.0, -1.10)
    parts = [
        rod((1.20, 0, 0.02), (1.66, 0, -0.58), 0.055, WHITE_BLANKET, 14),
        rod((1.66, 0, -0.58), foot, 0.036, ALUMINIUM, 12),
        footpad(0.20, TITANIUM, 22).moved((2.02, 0, -1.16)),
        ball(foot, 0.05, STEEL),
    ]
    for side in (-1, 1):
        parts.append(rod((0.90, 0.42 * side, -0.50), (1.74, 0.03 * side, -0.70), 0.026, ALUMINIUM, 10))
    parts.append(rod((1.26, 0, -0.50), (1.52, 0, -0.40), 0.02, STEEL, 8))
    return joined(parts)


def propulsion_module() -> Model:
    """Return the propulsion module: box 1.5 m (C), cylinder to the lander, one large panel, one 440 N engine."""
    parts = [box((1.50, 1.56, 1.30), AMBER), box((1.10, 1.60, 0.90), MIRROR), box((1.54, 0.70, 0.80), GOLD)]
    parts.append(lathe([(0.62, 0.65), (0.60, 1.40), (0.66, 1.44), (0.66, 1.50), (0.0, 1.50)], BLACK_FOIL, 40))
    parts.append(torus(0.62, 0.03, ALUMINIUM, 44, 8).moved((0, 0, 0.67)))
    parts.append(lathe([(0.60, -0.80), (0.60, -0.65)], ALUMINIUM, 40))
    parts.append(bell(0.17, 0.34, 0.04, sides=26).moved((0, 0, -0.72)))
    for i in range(4):
        pair = joined([thruster(0.035), thruster(0.035).turned((1, 0, 0), 90)])
        parts.append(pair.moved((0.78, 0.70, -0.66)).turned((0, 0, 1), 90 * i))
    # The panel faces +x and stands out to -y on its boom: about 2.3 m by 1.5 m (C).
    wing = panel(1.55, 2.35, 6, 10, DARK_CELLS).turned((1, 0, 0), 90).moved((0.0, -1.10, 0.05))
    parts += [wing, rod((0, -0.75, 0.05), (0, -1.14, 0.05), 0.045, ALUMINIUM, 10)]
    parts.append(pointed(dish(0.22, 0.06), (-1, 0, 0.1)).moved((-0.82, 0.30, 0.20)))
    parts.append(camera((0, 1, 0), 0.14).moved((0.30, 0.86, 0.30)))
    parts.append(cylinder(0.09, 0, 0.22, GREY, 16).turned((1, 0, 0), -90).moved((-0.32, 0.80, 0.25)))
    corners = ((0.78, 0.70), (-0.70, 0.78), (-0.78, -0.70), (0.70, -0.78))
    small = [Nozzle("small", (x, y, -0.745), 0.035) for x, y in corners]
    return Model(parts, [Nozzle("main", (0, 0, -1.06), 0.17), *small], 0.45)


def orbiter() -> Model:
    """Return Chandrayaan-2's orbiter: box 2.0 m, dish of a metre (B); its wing is apart; 440 N engine."""
    parts = [box((1.70, 1.80, 1.90), AMBER), box((1.74, 1.30, 1.30), MIRROR), box((1.20, 1.84, 1.40), GOLD)]
    parts.append(lathe([(0.62, 0.95), (0.60, 1.28), (0.0, 1.28)], BLACK_FOIL, 40))
    parts.append(lathe([(0.62, -1.08), (0.62, -0.95)], ALUMINIUM, 40))
    parts.append(bell(0.17, 0.34, 0.04, sides=26).moved((0, 0, -1.02)))
    parts.append(rod((0, -0.88, 0.0), (0, -1.48, 0.0), 0.05, ALUMINIUM, 10))
    parts.append(chain([(-0.85, 0.2, -0.3), (-1.15, 0.2, -0.3)], 0.04, ALUMINIUM, 10))
    parts.append(pointed(dish(0.52, 0.13, WHITE, SILVER_FOIL), (-1, 0.0, -0.2)).moved((-1.18, 0.2, -0.32)))
    parts.append(cylinder(0.16, 0, 0.42, BLACK, 24).turned((0, 1, 0), 90).moved((0.87, 0.40, 0.35)))
    parts.append(camera((1, 0, 0), 0.22).moved((0.95, -0.35, 0.40)))
    parts.append(box((0.05, 0.95, 1.15), WHITE_BLANKET).moved((0.90, 0.0, -0.42)))
    for i in range(4):
        pair = joined([thruster(0.035), thruster(0.035).turned((1, 0, 0), 90)])
        parts.append(pair.moved((0.88, 0.84, -0.96)).turned((0, 0, 1), 90 * i))
    corners = ((0.88, 0.84), (-0.84, 0.88), (-0.88, -0.84), (0.84, -0.88))
    small = [Nozzle("small", (x, y, -1.045), 0.035) for x, y in corners]
    return Model(parts, [Nozzle("main", (0, 0, -1.36), 0.17), *small], 0.45)


def orbiter_wing() -> Model:
    """Return Chandrayaan-2's wing, which turns about y; the cells face +x."""
    parts: list[Mesh] = []
    for row in (0, 1):
        wing = panel(1.75, 1.65, 5, 6, DARK_CELLS).turned((1, 0, 0), 90).moved((0.0, -1.45 - 1.72 * row, 0.0))
        parts.append(wing)
        parts += [
            rod((0.0, -1.45 - 1.72 * row + 0.1, z), (0.0, -1.45 - 1.72 * row - 0.1, z), 0.02, STEEL, 6)
            for z in (-0.6, 0.6)
        ]
    return Model(parts, [], 0.45)
