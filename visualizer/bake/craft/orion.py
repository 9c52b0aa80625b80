"""Orion with the European service module, its capsule alone, and the upper stage ICPS.

Layer: bake. Body axes: +z toward the capsule's tip, the main engine toward -z; metres. Confidence of the dimensions:
A published, B read off drawings, C guessed to fit.
"""

from __future__ import annotations

from ..mesh_parts import Mesh, around, box, cylinder, joined, lathe, rod, torus
from .materials import (
    ABLATOR,
    ALUMINIUM,
    BLACK,
    BLACK_FOIL,
    CELLS,
    GLASS,
    GREY,
    MIRROR,
    ORANGE,
    PANEL_EDGE,
    SILVER_FOIL,
    STEEL,
    WHITE,
    WHITE_BLANKET,
)  # fmt: skip
from .parts import Model, Nozzle, bell, lattice, panel, thruster

HEAT_SHIELD_M = 1.30  # of the capsule's widest place, 5.03 m across (A)


def capsule_mesh() -> Mesh:
    """Return the crew module: cone of 32.5 degrees with silvered tiles, windows, docking ring, heat shield."""
    z = HEAT_SHIELD_M
    back = [
        (2.515, z),
        (2.53, z + 0.16),
        (2.44, z + 0.42),
        (0.98, z + 2.66),
        (0.96, z + 2.92),
        (0.72, z + 3.10),
        (0.72, z + 3.22),
        (0.0, z + 3.22),
    ]
    parts = [lathe(back[:4], MIRROR, 56), lathe(back[3:], WHITE, 48)]
    shield = [(0.0, z - 0.62), (0.9, z - 0.55), (1.7, z - 0.34), (2.3, z - 0.08), (2.515, z)]
    parts.append(lathe(shield, ABLATOR, 56))
    for azimuth in (-24, -8, 8, 24):
        pane = box((0.03, 0.30, 0.34), GLASS).turned((0, 1, 0), -33).moved((1.70, 0, z + 1.58))
        parts.append(pane.turned((0, 0, 1), azimuth))
    hatch = box((0.03, 0.85, 0.95), GREY).turned((0, 1, 0), -33).moved((1.72, 0, z + 1.55)).turned((0, 0, 1), 90)
    parts += [
        hatch,
        cylinder(0.16, 0, 0.04, GLASS, 20).turned((0, 1, 0), 57).moved((1.75, 0, z + 1.55)).turned((0, 0, 1), 90),
    ]
    for azimuth in (45, 135, 225, 315):
        pods = joined(
            [
                cylinder(0.07, 0, 0.02, BLACK, 12).turned((0, 1, 0), 57).moved((2.10, dy, z + 0.98))
                for dy in (-0.12, 0.12)
            ]
        )
        parts.append(pods.turned((0, 0, 1), azimuth))
    parts.append(torus(0.74, 0.05, ALUMINIUM, 40, 8).moved((0, 0, z + 3.22)))
    return joined(parts)


def service_module() -> list[Mesh]:
    """Return adapter and service module: 4.1 m across (A), about 4 m long with the engine."""
    z = HEAT_SHIELD_M
    parts = [
        lathe([(2.06, z - 1.20), (2.06, z - 0.95), (2.49, z - 0.42), (2.515, z - 0.05)], WHITE, 56),
        cylinder(2.05, z - 3.10, z - 1.20, WHITE_BLANKET, 48),
        lathe([(0.0, z - 3.16), (2.0, z - 3.12), (2.0, z - 3.08)], SILVER_FOIL, 48),
        bell(0.58, 1.02, 0.13, sides=36).moved((0, 0, z - 3.20)),
    ]
    for azimuth in range(15, 360, 45):
        parts.append(box((0.03, 1.25, 1.60), MIRROR).moved((2.06, 0, z - 2.15)).turned((0, 0, 1), azimuth + 7.5))
    for i in range(8):
        parts.append(bell(0.14, 0.30, 0.035, sides=16).moved((1.45, 0.0, z - 3.12)).turned((0, 0, 1), 45 * i + 22.5))
    for i in range(6):
        pod = joined(
            [
                box((0.12, 0.42, 0.34), BLACK_FOIL),
                *(thruster(0.045).turned((1, 0, 0), s * 90).moved((0.04, -s * 0.24, 0)) for s in (-1, 1)),
            ]
        )
        parts.append(pod.moved((2.10, 0, z - 2.75)).turned((0, 0, 1), 60 * i + 30))
    return parts


def wing() -> Mesh:
    """Return one wing along +x, 7.4 m long in three panels of 2 m (A); its cells face -z, to the Sun behind."""
    parts = [rod((2.0, 0, -0.55), (2.62, 0, -0.55), 0.07, ALUMINIUM, 10)]
    for i in range(3):
        sheet = panel(2.02, 1.92, 6, 6, CELLS, PANEL_EDGE, 0.03, 0.008)
        # Upright and facing +x: laid out along +x, facing -z.
        parts.append(sheet.turned((0, 1, 0), 90).moved((2.95 + 2.06 * i, 0, -0.55)))
        parts += [rod((2.60 + 2.06 * i, y, -0.55), (2.98 + 2.06 * i, y, -0.55), 0.035, STEEL, 6) for y in (-0.6, 0.6)]
    parts.append(rod((2.62, -0.6, -0.55), (2.62, 0.6, -0.55), 0.05, ALUMINIUM, 8))
    return joined(parts)


def orion() -> Model:
    """Return capsule, service module and four wings in an X."""
    parts = [capsule_mesh(), *service_module(), around(wing(), 4, 45)]
    nozzles = [Nozzle("main", (0, 0, HEAT_SHIELD_M - 4.22), 0.58)]
    for i in range(8):
        place = (
            cylinder(0.1, 0, 0.1, WHITE, 6).moved((1.45, 0, 0)).turned((0, 0, 1), 45 * i + 22.5).position_m.mean(axis=0)
        )
        nozzles.append(Nozzle("auxiliary", (float(place[0]), float(place[1]), HEAT_SHIELD_M - 3.42), 0.14))
    return Model(parts, nozzles, 1.3)


def capsule() -> Model:
    """Return the capsule alone, about its own middle."""
    return Model([capsule_mesh().moved((0, 0, -HEAT_SHIELD_M - 1.0))], [], 0.9)


def icps() -> Model:
    """Return the upper stage: 5.1 m across, 13.7 m long with its nozzle (A), adapter on top."""
    parts = [
        lathe([(0.0, -1.35), (1.2, -1.25), (2.0, -0.9), (2.55, -0.2), (2.55, 4.6), (2.2, 5.3)], ORANGE, 56),
        lathe([(2.2, 5.3), (2.515, 6.8), (2.515, 7.0)], ORANGE, 56),
        lathe([(0.0, -4.5), (1.0, -4.35), (1.62, -3.75), (1.62, -1.9), (1.3, -1.4)], WHITE_BLANKET, 48),
        lathe([(2.2, 5.3), (1.2, 5.65), (0.0, 5.75)], ORANGE, 48),
        lattice(-2.1, -0.55, 1.62, 12, 0.05, BLACK, 2.1),
        cylinder(0.9, -4.9, -4.2, GREY, 28),
        bell(1.07, 2.3, 0.16, sides=40).moved((0, 0, -4.7)),
        torus(2.55, 0.05, ALUMINIUM, 56, 8).moved((0, 0, 4.6)),
    ]
    for azimuth in (0, 90, 180, 270):
        parts.append(cylinder(0.20, -1.4, -0.4, BLACK_FOIL, 16).moved((1.75, 0.5, -1.8)).turned((0, 0, 1), azimuth))
    parts.append(rod((2.58, 0, -0.2), (2.58, 0, 4.6), 0.08, WHITE, 8))
    return Model(parts, [Nozzle("stage", (0, 0, -7.0), 1.07)], 1.3)
