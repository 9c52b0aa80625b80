"""Luna-25 and its upper stage Fregat; Luna-24 with its ascent stage and return capsule.

Layer: bake. Body axes: +z up, the main engine's nozzle toward -z; metres. Confidence of the dimensions: A published,
B read off drawings, C guessed to fit.
"""

from __future__ import annotations

import numpy as np

from ..mesh_parts import Mesh, around, box, cylinder, joined, lathe, pointed, prism, regular, rod, sphere, torus
from .materials import (
    ABLATOR,
    ALUMINIUM,
    AMBER,
    BLACK,
    BLACK_FOIL,
    CELLS,
    GOLD,
    GREEN,
    GREY,
    GREY_BLANKET,
    MIRROR,
    SILVER_FOIL,
    STEEL,
    TITANIUM,
    WHITE,
    WHITE_BLANKET,
)  # fmt: skip
from .parts import Model, Nozzle, ball, bell, camera, chain, dish, footpad, lattice, panel, thruster

DECK_LOW_M, DECK_HIGH_M = 0.52, 0.66
TANK_RADIUS_M = 0.46  # C: four equal tanks inside the octagon
DIAGONALS = (45, 135, 225, 315)


def _polar(radius_m: float, azimuth_deg: float, z_m: float) -> tuple[float, float, float]:
    a = np.radians(azimuth_deg)
    return float(radius_m * np.cos(a)), float(radius_m * np.sin(a)), z_m


# ---------------------------------------------------------------- Luna-25: 1.75 t, legs' span about 3.3 m (C)


def luna_25_propulsion() -> list[Mesh]:
    """Return tanks, thrust frame, main engine and the pairs of soft-landing engines and verniers."""
    parts = [lathe([(0.17, -0.55), (0.28, -0.30), (0.28, 0.52)], BLACK_FOIL)]
    for azimuth in DIAGONALS:
        parts.append(sphere(TANK_RADIUS_M, GOLD, 24, 12).moved(_polar(0.62, azimuth, 0.0)))
        parts.append(lathe([(0.468, -0.03), (0.468, 0.03)], ALUMINIUM, 36).moved(_polar(0.62, azimuth, 0.0)))
        parts.append(rod(_polar(0.62, azimuth, -0.44), _polar(0.2, azimuth, -0.5), 0.025, STEEL))
        parts.append(sphere(0.15, TITANIUM, 14, 8).moved(_polar(0.93, azimuth - 90, 0.3)))
        parts.append(chain([_polar(0.93, azimuth - 90, 0.16), _polar(0.55, azimuth - 70, -0.38)], 0.012, STEEL, 6))
    parts.append(bell(0.30, 0.42, 0.085).moved((0, 0, -0.56)))
    for azimuth in (0, 180):
        parts.append(bell(0.105, 0.20, 0.035, sides=18).moved(_polar(0.50, azimuth, -0.50)))
        parts.append(box((0.16, 0.16, 0.16), BLACK_FOIL).moved(_polar(0.50, azimuth, -0.36)))
    for azimuth in (90, 270):
        parts.append(around(thruster(0.045).moved((0.055, 0, 0)), 2).moved(_polar(0.62, azimuth, -0.36)))
    return parts


def luna_25_deck() -> list[Mesh]:
    """Return the octagonal frame with its boxes and blankets."""
    parts = [prism(regular(8, 1.05, 22.5), DECK_LOW_M, DECK_HIGH_M, WHITE_BLANKET, SILVER_FOIL)]
    parts.append(prism(regular(8, 0.62, 22.5), -0.36, -0.30, STEEL))
    for azimuth in range(0, 360, 45):
        corner, low = _polar(1.02, azimuth + 22.5, DECK_LOW_M), _polar(0.60, azimuth + 22.5, -0.33)
        parts.append(rod(corner, low, 0.020, ALUMINIUM, 6))
        parts.append(rod(_polar(1.04, azimuth + 22.5, 0.52), _polar(1.04, azimuth + 22.5, 0.68), 0.030, ALUMINIUM, 8))
    boxes = [
        ((0.42, 0.34, 0.26), (0.58, 0.40, 0.79), GOLD),
        ((0.36, 0.30, 0.20), (0.60, -0.42, 0.76), WHITE_BLANKET),
        ((0.30, 0.42, 0.24), (-0.62, 0.36, 0.78), BLACK_FOIL),
        ((0.24, 0.24, 0.16), (-0.64, -0.44, 0.74), GOLD),
        ((0.20, 0.60, 0.18), (0.0, -0.72, 0.75), SILVER_FOIL),
        ((0.34, 0.28, 0.14), (0.04, 0.74, 0.73), GREY_BLANKET),
    ]
    return parts + [box(size, material).moved(place) for size, place, material in boxes]


def luna_25_leg() -> Mesh:
    """Return one landing leg toward +x: main strut, two braces, footpad."""
    foot = (1.62, 0.0, -1.27)
    parts = [
        rod((0.95, 0, 0.50), (1.40, 0, -0.52), 0.055, ALUMINIUM, 14),
        rod((1.40, 0, -0.52), (1.62, 0, -1.20), 0.036, STEEL, 12),
    ]
    for side in (-1, 1):
        parts.append(rod((0.55, 0.42 * side, -0.34), (1.38, 0.03 * side, -0.50), 0.03, ALUMINIUM, 10))
        parts.append(rod((0.72, 0.58 * side, 0.50), (1.28, 0.02 * side, -0.25), 0.022, STEEL, 8))
    parts += [
        ball((1.40, 0, -0.52), 0.065, STEEL),
        ball((1.62, 0, -1.20), 0.05, STEEL),
        footpad(0.21, GOLD, 24).moved(foot),
    ]
    return joined(parts)


def luna_25_tower() -> list[Mesh]:
    """Return the instrument frame above the deck with its two tall panels, radiator and antennas."""
    parts, top = [], 1.72
    corners = [(0.40, 0.30), (-0.40, 0.30), (-0.40, -0.30), (0.40, -0.30)]
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        parts.append(rod((x0, y0, DECK_HIGH_M), (0.85 * x0, 0.85 * y0, top), 0.025, ALUMINIUM))
        parts.append(rod((x0, y0, DECK_HIGH_M), (0.85 * x1, 0.85 * y1, top), 0.014, STEEL, 6))
        parts.append(rod((0.85 * x0, 0.85 * y0, top), (0.85 * x1, 0.85 * y1, top), 0.02, ALUMINIUM))
    parts.append(box((0.60, 0.44, 0.66), SILVER_FOIL).moved((0, 0, 1.02)))
    parts.append(box((0.02, 0.36, 0.52), MIRROR).moved((-0.315, 0, 1.06)))
    parts.append(box((0.74, 0.56, 0.05), WHITE_BLANKET).moved((0, 0, top)))
    parts.append(box((0.34, 0.30, 0.26), GOLD).moved((0.06, 0, 1.50)))
    upright = panel(0.98, 1.32, 4, 7, CELLS).turned((0, 1, 0), -6).moved((0.66, 0, DECK_HIGH_M + 0.02))
    stays = [rod((0.30, y, 1.60), (0.53, y, 1.80), 0.012, STEEL, 6) for y in (-0.3, 0.3)]
    for side in (90, 270):
        parts.append(joined([upright, *stays]).turned((0, 0, 1), side))
    return parts + luna_25_antennas(top)


def luna_25_antennas(top_m: float) -> list[Mesh]:
    """Return the low-gain antenna on its mast, the small dish on the other one, and the cameras."""
    mast = rod((-0.12, 0, top_m), (-0.12, 0, top_m + 0.34), 0.022, ALUMINIUM)
    cone = lathe([(0.03, 0.0), (0.10, 0.10), (0.10, 0.12), (0.0, 0.17)], WHITE, 20).moved((-0.12, 0, top_m + 0.32))
    aerial = pointed(dish(0.24, 0.065), (0.55, 0.0, 0.85)).moved((0.30, 0.0, top_m + 0.27))
    arm = chain([(0.24, 0, top_m), (0.24, 0, top_m + 0.20), (0.29, 0, top_m + 0.26)], 0.02, ALUMINIUM)
    eyes = [camera((1.0, 0.5 * y, -0.35), 0.085).moved((0.34, 0.24 * y, top_m + 0.07)) for y in (-1, 1)]
    return [mast, cone, aerial, arm, *eyes, box((0.14, 0.54, 0.05), ALUMINIUM).moved((0.30, 0, top_m + 0.03))]


def luna_25_generator() -> list[Mesh]:
    """Return the radioisotope generator with its fins, on the -x side of the deck."""
    body = cylinder(0.11, 0, 0.44, BLACK, 24)
    fins = [box((0.13, 0.012, 0.40), BLACK).moved((0.165, 0, 0.22)).turned((0, 0, 1), 45 * i) for i in range(8)]
    upright = joined([body, *fins, cylinder(0.06, 0.44, 0.48, STEEL, 16)])
    return [upright.turned((0, 1, 0), -62).moved((-0.92, 0, 0.82)), rod((-0.6, 0, 0.66), (-0.98, 0, 0.85), 0.03, STEEL)]


def luna_25_arm() -> list[Mesh]:
    """Return the sampling arm (1.6 m reach, B), folded along the +x edge of the deck."""
    shoulder, elbow, wrist = (0.92, -0.36, 0.80), (0.94, 0.44, 0.94), (1.00, -0.20, 1.04)
    joints = [ball(p, 0.06, ALUMINIUM, 12) for p in (shoulder, elbow, wrist)]
    bars = [
        rod(shoulder, elbow, 0.032, WHITE, 12),
        rod(elbow, wrist, 0.026, WHITE, 12),
        rod((0.92, -0.36, 0.66), shoulder, 0.05, STEEL, 12),
    ]
    scoop = lathe([(0.02, -0.12), (0.06, -0.02), (0.05, 0.08), (0, 0.08)], TITANIUM, 16).moved((1.02, -0.26, 0.98))
    return [*joints, *bars, scoop, box((0.10, 0.10, 0.16), GOLD).moved((1.02, -0.20, 1.14))]


def luna_25() -> Model:
    """Return the whole lander."""
    legs = [around(luna_25_leg(), 4, 45)]
    parts = luna_25_propulsion() + luna_25_deck() + legs + luna_25_tower() + luna_25_generator() + luna_25_arm()
    nozzles = [Nozzle("main", (0, 0, -0.98), 0.30)]
    nozzles += [Nozzle("landing", _polar(0.50, azimuth, -0.70), 0.105) for azimuth in (0, 180)]
    for azimuth in (90, 270):
        x, y, _ = _polar(0.62, azimuth, 0.0)
        nozzles += [Nozzle("small", (x + dx, y, -0.47), 0.045) for dx in (-0.055, 0.055)]
    return Model(parts, nozzles)


# ---------------------------------------------------------------- Fregat: 3.35 m across, 1.5 m high (A)


def fregat() -> Model:
    """Return the upper stage: six welded spheres in a ring, engine in the middle, adapter of bars on top."""
    parts = []
    for i in range(6):
        material = GREY_BLANKET if i % 3 == 0 else AMBER
        parts.append(sphere(0.60, material, 32, 16).moved(_polar(0.98, 60 * i, 0.0)))
    parts.append(torus(1.50, 0.045, ALUMINIUM, 48, 8).moved((0, 0, 0.42)))
    parts.append(torus(1.42, 0.035, ALUMINIUM, 48, 8).moved((0, 0, -0.42)))
    parts.append(lathe([(0.30, -0.55), (0.52, -0.35), (0.52, 0.55), (0.0, 0.55)], GREY_BLANKET, 28))
    parts.append(bell(0.42, 0.72, 0.10, sides=34).moved((0, 0, -0.52)))
    for i in range(12):
        parts.append(rod(_polar(1.42, 30 * i, -0.42), _polar(1.50, 30 * i, 0.42), 0.020, ALUMINIUM, 6))
    for i in range(4):
        parts.append(sphere(0.17, TITANIUM, 18, 10).moved(_polar(1.30, 90 * i + 30, -0.52)))
        cluster = joined([thruster(0.05).turned((0, 1, 0), 70), thruster(0.05).turned((1, 0, 0), 70), thruster(0.05)])
        parts.append(cluster.moved(_polar(1.52, 90 * i, -0.50)))
    parts.append(lattice(0.45, 1.20, 1.45, 8, 0.026, ALUMINIUM, 1.0))
    parts.append(torus(1.0, 0.04, ALUMINIUM, 40, 8).moved((0, 0, 1.20)))
    return Model(parts, [Nozzle("stage", (0, 0, -1.24), 0.42)], 0.6)


# ---------------------------------------------------------------- Luna-24: 4 m high, 5.3 t at landing's start 1.9 t (B)


def luna_24_descent() -> Model:
    """Return the descent stage: four tanks and cylinders in a square, ring compartment, legs, drill on its rail."""
    parts = []
    for azimuth in DIAGONALS:
        parts.append(sphere(0.44, SILVER_FOIL, 30, 16).moved(_polar(0.86, azimuth, 0.0)))
    for azimuth in (0, 90, 180, 270):
        barrel = cylinder(0.30, -0.42, 0.42, GREY_BLANKET, 24).turned((1, 0, 0), 90)
        parts.append(barrel.moved((0.62, 0, 0.0)).turned((0, 0, 1), azimuth))
    parts.append(torus(0.66, 0.26, WHITE_BLANKET, 44, 16).moved((0, 0, 0.58)))
    parts.append(lathe([(0.24, -0.42), (0.40, -0.30), (0.40, 0.70)], BLACK_FOIL, 24))
    parts.append(bell(0.30, 0.44, 0.09, sides=30).moved((0, 0, -0.44)))
    for azimuth in (0, 180):
        parts.append(bell(0.10, 0.18, 0.035, sides=16).moved(_polar(0.46, azimuth, -0.46)))
    leg = luna_24_leg()
    parts.append(around(leg, 4, 45))
    parts += luna_24_drill()
    for azimuth in (90, 180, 270):
        parts.append(box((0.22, 0.34, 0.26), GREEN).moved((0.98, 0, 0.56)).turned((0, 0, 1), azimuth))
    parts.append(lattice(0.62, 0.98, 0.60, 8, 0.02, ALUMINIUM, 0.50))
    nozzles = [Nozzle("main", (0, 0, -0.88), 0.30)]
    nozzles += [Nozzle("landing", _polar(0.46, azimuth, -0.64), 0.10) for azimuth in (0, 180)]
    return Model(parts, nozzles)


def luna_24_leg() -> Mesh:
    """Return one leg toward +x."""
    foot = (1.80, 0.0, -1.06)
    parts = [rod((1.06, 0, 0.34), foot, 0.05, ALUMINIUM, 12), footpad(0.25, TITANIUM, 22).moved((1.80, 0, -1.14))]
    for side in (-1, 1):
        parts.append(rod((0.84, 0.42 * side, -0.34), (1.66, 0.02 * side, -0.80), 0.028, ALUMINIUM, 8))
        parts.append(rod((0.98, 0.36 * side, 0.30), (1.42, 0.0, -0.34), 0.020, STEEL, 8))
    return joined(parts)


def luna_24_drill() -> list[Mesh]:
    """Return the drill on its upright rail from below the deck to the capsule's height (A: 2.3 m core)."""
    parts = [rod((1.10, y, -0.80), (0.98, y, 2.10), 0.022, ALUMINIUM, 8) for y in (-0.10, 0.10)]
    parts += [
        rod((1.10 - 0.012 * i, -0.10, -0.7 + 0.29 * i), (1.10 - 0.012 * i, 0.10, -0.7 + 0.29 * i), 0.012, STEEL, 6)
        for i in range(10)
    ]
    parts.append(cylinder(0.075, 0, 0.62, STEEL, 18).moved((1.10, 0, 1.05)))
    parts.append(cylinder(0.022, -1.75, 0, TITANIUM, 10).moved((1.12, 0, 1.05)))
    parts.append(torus(0.10, 0.05, GREY, 20, 8).turned((1, 0, 0), 90).moved((1.04, 0, 1.86)))
    parts.append(chain([(0.98, 0, 2.10), (0.60, 0, 2.35), (0.34, 0, 2.20)], 0.03, ALUMINIUM, 8))
    return parts


def luna_24_ascent() -> Model:
    """Return the ascent stage with the capsule on top: three spherical tanks, compartment, engine with verniers."""
    parts = []
    for azimuth in (30, 150, 270):
        parts.append(sphere(0.34, SILVER_FOIL, 28, 16).moved(_polar(0.46, azimuth, -0.16)))
    parts.append(cylinder(0.27, -0.30, 0.46, GREY_BLANKET, 28))
    parts.append(torus(0.50, 0.10, WHITE_BLANKET, 36, 10).moved((0, 0, 0.30)))
    parts.append(bell(0.16, 0.24, 0.05, sides=24).moved((0, 0, -0.30)))
    for azimuth in (90, 210, 330):
        parts.append(thruster(0.05).moved(_polar(0.52, azimuth, -0.28)))
        parts.append(rod(_polar(0.30, azimuth, 0.0), _polar(0.52, azimuth, -0.22), 0.02, STEEL, 6))
        parts.append(rod(_polar(0.45, azimuth, 0.38), _polar(0.86, azimuth, 1.05), 0.010, ALUMINIUM, 6))
    parts.append(luna_24_ball().moved((0, 0, 0.78)))
    parts.append(torus(0.27, 0.022, STEEL, 30, 8).moved((0, 0, 0.70)))
    for azimuth in (0, 120, 240):
        parts.append(rod(_polar(0.26, azimuth, 0.46), _polar(0.27, azimuth, 0.70), 0.016, STEEL, 6))
    return Model(parts, [Nozzle("ascent", (0, 0, -0.54), 0.16)], 0.35)


def luna_24_ball() -> Mesh:
    """Return the return capsule: a sphere of half a metre (A) in its ablator, with seams."""
    seam = lathe([(0.254, -0.010), (0.254, 0.010)], STEEL, 40)
    return joined([sphere(0.25, ABLATOR, 40, 24), seam, cylinder(0.10, 0.20, 0.262, GREY, 24)])


def luna_24_capsule() -> Model:
    """Return the capsule alone."""
    return Model([luna_24_ball()], [], 0.2)
