"""Bake the model of Luna-25: `python -m visualizer.bake.spacecraft`.

Layer: bake. An illustration after the general layout seen in published pictures; the dimensions are not published and
are guessed to the lander's known span. Body axes: +z up, the main engine's nozzle at -z; metres, origin amid the
tanks.
"""

from __future__ import annotations

import numpy as np

from .manifest import ASSETS, record
from .mesh_parts import Mesh, box, cylinder, joined, lathe, polygon, prism, regular, rod, sphere
from .stars import write_npz

# Linear RGB.
GOLD = (0.72, 0.44, 0.11)
FOIL = (0.55, 0.36, 0.13)
SILVER = (0.62, 0.62, 0.63)
WHITE = (0.78, 0.78, 0.76)
DARK = (0.035, 0.035, 0.04)
CELLS = (0.012, 0.022, 0.085)
STEEL = (0.28, 0.28, 0.30)
BLANKET = (0.16, 0.15, 0.15)

DECK_LOW_M, DECK_HIGH_M = 0.52, 0.66
TANK_RADIUS_M = 0.46


def propulsion() -> list[Mesh]:
    """Return tanks, thrust frame, main engine and vernier thrusters."""
    parts = []
    for azimuth in (45, 135, 225, 315):
        c, s = np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth))
        parts.append(sphere(TANK_RADIUS_M, FOIL, 28, 16).moved((0.62 * c, 0.62 * s, 0)))
        parts.append(rod((0.62 * c, 0.62 * s, -0.44), (0.2 * c, 0.2 * s, -0.5), 0.025, STEEL))
        parts.append(sphere(0.15, SILVER, 16, 10).moved((0.93 * s, -0.93 * c, 0.3)))
    parts.append(lathe([(0.17, -0.55), (0.28, -0.30), (0.28, 0.52)], STEEL))
    bell = [(0.30, -0.98), (0.27, -0.85), (0.20, -0.70), (0.09, -0.58), (0.13, -0.50)]
    parts.append(lathe(bell, BLANKET, 32))
    parts.append(lathe([(0.09, -0.58), (0.19, -0.70), (0.26, -0.85), (0.29, -0.98)], DARK, 32))
    for azimuth in (0, 90, 180, 270):
        nozzle = lathe([(0.07, -0.16), (0.05, -0.08), (0.03, 0.0), (0.05, 0.1)], STEEL, 14)
        parts.append(nozzle.moved((0.60, 0.0, -0.42)).turned((0, 0, 1), azimuth))
    return parts


def deck() -> list[Mesh]:
    """Return the octagonal deck with its boxes."""
    parts = [prism(regular(8, 1.05, 22.5), DECK_LOW_M, DECK_HIGH_M, WHITE, GOLD)]
    parts.append(prism(regular(8, 0.62, 22.5), -0.36, -0.30, STEEL))
    boxes = [
        ((0.42, 0.34, 0.26), (0.58, 0.40, 0.79), GOLD),
        ((0.36, 0.30, 0.20), (0.60, -0.42, 0.76), WHITE),
        ((0.30, 0.42, 0.24), (-0.62, 0.36, 0.78), BLANKET),
        ((0.24, 0.24, 0.16), (-0.64, -0.44, 0.74), GOLD),
        ((0.20, 0.60, 0.18), (0.0, -0.72, 0.75), SILVER),
    ]
    return parts + [box(size, colour).moved(place) for size, place, colour in boxes]


def leg() -> Mesh:
    """Return one landing leg toward +x: main strut, two braces, footpad."""
    foot = (1.62, 0.0, -1.18)
    parts = [rod((0.95, 0, 0.50), (1.40, 0, -0.52), 0.055, SILVER, 12), rod((1.40, 0, -0.52), foot, 0.036, STEEL, 10)]
    for side in (-1, 1):
        parts.append(rod((0.55, 0.42 * side, -0.34), (1.38, 0.03 * side, -0.50), 0.03, SILVER))
        parts.append(rod((0.72, 0.58 * side, 0.50), (1.28, 0.02 * side, -0.25), 0.022, STEEL))
    pad = lathe([(0, -0.09), (0.13, -0.09), (0.21, -0.02), (0.21, 0.0), (0.05, 0.05), (0, 0.05)], GOLD, 24)
    return joined(parts + [pad.moved(foot)])


def panel(width_m: float, height_m: float) -> Mesh:
    """Return an upright panel facing +x: dark cells in front, gold back and frame, centred on its lower edge."""
    parts = [box((0.035, width_m, height_m), GOLD).moved((0, 0, height_m / 2))]
    columns, rows = 3, 5
    w, h = width_m / columns, height_m / rows
    for i in range(columns):
        for j in range(rows):
            y0, y1 = -width_m / 2 + i * w + 0.015, -width_m / 2 + (i + 1) * w - 0.015
            z0, z1 = j * h + 0.015, (j + 1) * h - 0.015
            parts.append(polygon([(0.0195, y0, z0), (0.0195, y1, z0), (0.0195, y1, z1), (0.0195, y0, z1)], CELLS))
    return joined(parts)


def tower() -> list[Mesh]:
    """Return the instrument frame above the deck, with the two tall panels and the antennas."""
    parts, top = [], 1.72
    corners = [(0.40, 0.30), (-0.40, 0.30), (-0.40, -0.30), (0.40, -0.30)]
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        parts.append(rod((x0, y0, DECK_HIGH_M), (0.85 * x0, 0.85 * y0, top), 0.025, SILVER))
        parts.append(rod((x0, y0, DECK_HIGH_M), (0.85 * x1, 0.85 * y1, top), 0.014, STEEL, 6))
        parts.append(rod((0.85 * x0, 0.85 * y0, top), (0.85 * x1, 0.85 * y1, top), 0.02, SILVER))
    parts.append(box((0.56, 0.40, 0.44), GOLD).moved((0, 0, 0.98)))
    parts.append(box((0.74, 0.56, 0.05), WHITE).moved((0, 0, top)))
    parts.append(box((0.30, 0.26, 0.22), BLANKET).moved((0.1, 0, 1.46)))
    for side in (0, 180):
        leaning = panel(0.92, 1.25).turned((0, 1, 0), -7).moved((0.66, 0, DECK_HIGH_M + 0.02))
        parts.append(leaning.turned((0, 0, 1), 90 + side))
    parts += antennas(top)
    return parts


def antennas(top_m: float) -> list[Mesh]:
    """Return the low-gain antenna on its mast and two small cameras."""
    mast = rod((0, 0, top_m), (0, 0, top_m + 0.22), 0.022, SILVER)
    cone = lathe([(0.03, 0.0), (0.11, 0.10), (0.11, 0.12), (0.0, 0.17)], WHITE, 20).moved((0, 0, top_m + 0.20))
    cameras = [
        cylinder(0.045, 0, 0.14, DARK, 14).turned((0, 1, 0), 80).moved((0.25, y, top_m + 0.09)) for y in (-0.14, 0.14)
    ]
    return [mast, cone, *cameras, box((0.14, 0.42, 0.10), SILVER).moved((0.2, 0, top_m + 0.08))]


def generator() -> list[Mesh]:
    """Return the radioisotope generator with its fins, on the -x side of the deck."""
    body = cylinder(0.11, 0, 0.44, DARK, 20)
    fins = [box((0.13, 0.012, 0.40), BLANKET).moved((0.165, 0, 0.22)).turned((0, 0, 1), 45 * i) for i in range(8)]
    upright = joined([body, *fins])
    return [upright.turned((0, 1, 0), -62).moved((-0.92, 0, 0.82)), rod((-0.6, 0, 0.66), (-0.98, 0, 0.85), 0.03, STEEL)]


def arm() -> list[Mesh]:
    """Return the sampling arm, folded along the +x edge of the deck."""
    shoulder, elbow, wrist = (0.92, -0.30, 0.78), (0.92, 0.48, 0.94), (0.98, -0.18, 1.02)
    joints = [sphere(0.06, SILVER, 14, 8).moved(p) for p in (shoulder, elbow, wrist)]
    bars = [
        rod(shoulder, elbow, 0.032, WHITE, 10),
        rod(elbow, wrist, 0.026, WHITE, 10),
        rod((0.92, -0.30, 0.66), shoulder, 0.05, STEEL, 10),
    ]
    scoop = lathe([(0.02, -0.12), (0.06, -0.02), (0.05, 0.08), (0, 0.08)], STEEL, 14).moved((1.0, -0.24, 0.96))
    return [*joints, *bars, scoop]


def luna_25() -> Mesh:
    """Return the whole lander."""
    legs = [leg().turned((0, 0, 1), azimuth) for azimuth in (45, 135, 225, 315)]
    return joined(propulsion() + deck() + legs + tower() + generator() + arm())


def main() -> None:
    """Bake."""
    mesh = luna_25()
    arrays = {
        "position_m": mesh.position_m.astype(np.float32),
        "normal_unit": mesh.normal_unit.astype(np.float32),
        "colour_linear": mesh.colour_linear.astype(np.float32),
        "index": mesh.index.astype(np.uint32),
    }
    write_npz(ASSETS / "spacecraft" / "luna-25.npz", arrays)
    record(
        "spacecraft/luna-25.npz",
        recipe="python -m visualizer.bake.spacecraft",
        sources=["own procedural model"],
        licence="MIT",
        note="an illustration after the general layout in published pictures; dimensions are not published",
    )
    print(f"{len(mesh.position_m)} corners, {len(mesh.index)} triangles")


if __name__ == "__main__":
    main()
