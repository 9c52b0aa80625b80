"""KPLO (Danuri) and SLIM.

Layer: bake. Body axes: +z up, the engines' nozzles toward -z; metres. Confidence of the dimensions: A published,
B read off drawings, C guessed to fit.
"""

from __future__ import annotations

import numpy as np

from ..mesh_parts import Mesh, box, cylinder, joined, lathe, pointed, prism, rod, sphere, torus
from .materials import (
    ALUMINIUM,
    AMBER,
    BLACK,
    BLACK_FOIL,
    CELLS,
    DARK_CELLS,
    GLASS,
    GOLD,
    GREY,
    MIRROR,
    SILVER_FOIL,
    STEEL,
    WHITE,
    WHITE_BLANKET,
)  # fmt: skip
from .parts import Model, Nozzle, bell, camera, cells_on, chain, dish, panel, thruster


def kplo() -> Model:
    """Return KPLO: box 1.8 x 2.1 x 2.2 m, with its wings 6.3 m across (A); cameras look along +x."""
    parts = [box((1.60, 1.70, 1.90), BLACK_FOIL), box((1.64, 1.40, 1.60), AMBER), box((1.30, 1.74, 1.50), MIRROR)]
    parts.append(lathe([(0.60, -1.08), (0.60, -0.95)], ALUMINIUM, 40))
    for x in (-0.24, 0.24):
        for y in (-0.24, 0.24):
            parts.append(bell(0.075, 0.16, 0.022, sides=18).moved((x, y, -1.02)))
    parts += kplo_instruments()
    for sx in (-1, 1):
        for sy in (-1, 1):
            parts.append(thruster(0.035).moved((0.72 * sx, 0.78 * sy, -0.98)))
    nozzles = [Nozzle("main", (x, y, -1.18), 0.075) for x in (-0.24, 0.24) for y in (-0.24, 0.24)]
    return Model(parts, nozzles, 0.42)


def kplo_wings() -> Model:
    """Return KPLO's two wings, which turn about y; the cells face -x, away from the cameras."""
    parts: list[Mesh] = []
    for side in (1, -1):
        for row in (0, 1):
            wing = panel(1.45, 0.98, 6, 4, CELLS).turned((1, 0, 0), -90 * side)
            parts.append(wing.turned((0, 1, 0), 180).moved((0.0, side * (1.12 + 1.02 * row), 0.1)))
        parts.append(rod((0, side * 0.85, 0.1), (0, side * 1.16, 0.1), 0.045, ALUMINIUM, 10))
        parts.append(rod((0, side * 2.06, -0.4), (0, side * 2.18, -0.4), 0.02, STEEL, 6))
        parts.append(rod((0, side * 2.06, 0.6), (0, side * 2.18, 0.6), 0.02, STEEL, 6))
    return Model(parts, [], 0.42)


def kplo_instruments() -> list[Mesh]:
    """Return ShadowCam's two boxes and baffle, LUTI, PolCam, gamma-ray spectrometer, magnetometer boom, antennas."""
    shadow = [
        cylinder(0.17, 0, 0.62, WHITE_BLANKET, 28).turned((0, 1, 0), 90).moved((0.80, 0.42, 0.45)),
        cylinder(0.145, 0.0, 0.630, GLASS, 28).turned((0, 1, 0), 90).moved((0.80, 0.42, 0.45)),
        box((0.24, 0.40, 0.46), SILVER_FOIL).moved((0.92, 0.42, 0.45)),
    ]
    luti = [
        box((0.30, 0.26, 0.30), BLACK_FOIL).moved((0.92, -0.40, 0.55)),
        camera((1, 0, 0), 0.2).moved((1.12, -0.40, 0.55)),
    ]
    polcam = [camera((1, y, 0), 0.14).moved((0.92, -0.30 + y * 0.25, -0.10)) for y in (-0.6, 0.6)]
    gamma = [cylinder(0.11, 0, 0.34, GREY, 20).moved((0.60, 0.55, 0.95))]
    boom = [
        rod((-0.3, -0.6, 0.95), (-0.3, -0.6, 2.15), 0.03, WHITE, 10),
        box((0.09, 0.09, 0.12), GOLD).moved((-0.3, -0.6, 2.18)),
    ]
    aerial = pointed(dish(0.55, 0.13, WHITE, SILVER_FOIL), (-0.75, 0.0, 0.66)).moved((-0.55, 0.15, 1.38))
    mount = chain([(-0.25, 0.15, 0.95), (-0.28, 0.15, 1.20), (-0.50, 0.15, 1.34)], 0.05, ALUMINIUM, 10)
    low = [lathe([(0.03, 0.0), (0.07, 0.10), (0.0, 0.15)], WHITE, 16).moved((0.5, y, 0.95)) for y in (-0.5, 0.1)]
    return [*shadow, *luti, *polcam, *gamma, *boom, aerial, mount, *low]


def slim() -> Model:
    """Return SLIM: 2.4 m high, 2.7 m wide, 1.7 m deep (A): flat body, cells on one side, five feet on the other.

    The cells face +x, the feet -x: it was to lie down on them.
    """
    angles = np.radians(np.arange(0, 360, 15))
    outline = [(float(0.62 * np.cos(a)), float(1.05 * np.sin(a))) for a in angles]
    parts = [prism(outline, -0.80, 0.95, BLACK_FOIL, GOLD)]
    parts.append(joined([sphere(0.60, AMBER, 32, 18).moved((0, y, 0.50)) for y in (-0.40, 0.40)]))
    parts.append(box((0.10, 2.30, 1.60), BLACK_FOIL).moved((0.56, 0, 0.12)))
    face = [(0.62, -1.20, -0.62), (0.62, 1.20, -0.62), (0.62, 1.20, 0.86), (0.62, -1.20, 0.86)]
    parts += [box((0.03, 2.44, 1.54), GREY).moved((0.60, 0, 0.12)), cells_on(face, 10, 7, DARK_CELLS, 0.012)]
    for y in (-0.36, 0.36):
        parts.append(bell(0.19, 0.42, 0.05, sides=26).moved((0.0, y, -0.82)))
    feet = [(-0.62, -0.75, -0.55), (-0.62, 0.75, -0.55), (-0.66, 0.0, -0.70), (-0.58, -0.62, 0.75), (-0.58, 0.62, 0.75)]
    for x, y, z in feet:
        parts.append(sphere(0.20, ALUMINIUM, 20, 12).moved((x - 0.10, y, z)))
        parts.append(rod((x + 0.25, y, z), (x - 0.05, y, z), 0.07, STEEL, 10))
    for sy in (-1, 1):
        for z in (-0.70, 0.85):
            pair = joined([thruster(0.04), thruster(0.04).turned((0, 1, 0), 90)])
            parts.append(pair.moved((-0.25, 1.06 * sy, z)))
    parts.append(camera((0, 0.3, 1), 0.14).moved((0.2, -0.5, 1.02)))
    parts.append(camera((-1, 0, 0.2), 0.14).moved((-0.66, 0.2, 0.25)))
    parts.append(lathe([(0.03, 0), (0.10, 0.12), (0, 0.16)], WHITE, 18).moved((0.25, 0.4, 0.95)))
    parts.append(box((0.30, 0.50, 0.22), SILVER_FOIL).moved((-0.15, 0.0, 1.02)))
    parts.append(torus(0.34, 0.03, STEEL, 30, 8).moved((0, 0, -0.82)))
    parts.append(rod((-0.1, 0.85, 0.9), (-0.1, 0.85, 1.35), 0.012, BLACK, 6))
    return Model(parts, [Nozzle("main", (0.0, y, -1.24), 0.19) for y in (-0.36, 0.36)], 0.4)
