"""Where the ground of the made Moon is painted as lava: shores that fray, embay and mingle.

Layer: bake. The outline is that of the heights (`moon_relief.sea_mask`); here, where impacts have stirred both soils
for three thousand million years, it enters valleys and low craters, leaves hills standing, shows flooded rims, and
is in places a line, in others a change over tens of km. The tables were written from general knowledge of published
maps, rounded and read off no picture; lakes and ponds lie where the gazetteer names them or the craters they fill.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from .cubemap import pad_equirect
from .moon_craters import Crater
from .moon_grid import RADIUS_KM, Field, Grid, fractal, smoothstep, to_rows
from .moon_relief import Relief, sea_level, shore_distance

# fmt: off
# Where the shore is moved: lat, lon, reach km, km toward the highlands (positive) or the sea.
MOVED = [
    (-16.0, -88.0, 75, -90), (-14, -88, 60, -90), (-17, -81, 60, -90), (-19.0, -97.5, 45, -40),
    (-22.5, -91.5, 40, -45),
    (-16.2, -95.5, 30, -35), (-20.5, -93.0, 22, -30), (-20, -99, 40, 25), (-23, -96, 35, 20),
    (24, -75, 70, 50), (5, -66, 60, -55), (13, -71, 45, -45), (30, -70, 50, -40), (-13, -51, 60, 35),
    (-7, -60, 50, -35), (40, -69, 60, -45), (46, -66, 45, 35), (18, -71.5, 35, 30), (0, -64, 40, 25),
    (52, 10, 60, -35), (62, -5, 90, -30), (51, -8, 70, -25), (60, 22, 70, -25), (62, -30, 80, -25), (52, 33, 45, -25),
    (14, 62, 40, -15), (21, 62, 45, -15), (12, 54, 40, -30), (17, 65, 45, 20), (-4, 60, 50, -35),
    (-19, 49, 45, -30), (4, 57, 40, 25),
    (-13, 38, 60, 45), (-17, 39, 50, 20), (-10, 37, 35, 20), (33, 12, 50, -25), (28, 26, 40, -25), (17, 24, 45, 20),
    (27, 142.5, 50, -40), (25, 151, 40, -35), (30, 150, 40, 25), (-35, 160, 40, -35), (-31, 166, 40, -45),
    (14, 88, 60, -45), (11, 83, 45, -35), (17, 88, 45, -25), (1, 89, 60, -40), (-4, 84, 50, -40),
    (-24, -12, 50, -45), (-14, -14, 50, -45), (-27, -12, 40, 20), (-19, -22, 45, -30), (-25, -25, 55, -45),
    (-12, -19, 40, -40), (-28, -39, 35, -30), (-19.5, -42, 35, -25), (1, 24, 45, -25), (5, 42, 50, -40),
    (15, 40, 50, -30),
    (-7, 34, 45, 35), (-1, 29, 40, 25), (2, 37, 35, -25), (9.5, -18.5, 75, 60), (12, -16, 60, 35),
    (6, 21, 45, 35), (1.5, 21.5, 40, -30), (13, 21, 40, 30),
]

# Lava along rings: lat, lon of the middle, radius km, first and last bearing (deg), width km, how much is filled.
RING_LAKES = [
    (-19.9, -94.8, 258, 30, 92, 12, 0.62), (-19.9, -94.8, 445, 40, 80, 10, 0.45),
    (-19.9, -94.8, 205, 60, 130, 8, 0.2),
    (-19.9, -94.8, 195, 190, 240, 9, 0.2),
]

# Ponds in craters and low ground of the far side: lat, lon, radius km, how much is filled.
PONDS = [
    (-37.5, -153, 75, 0.5), (-36, -147.5, 45, 0.2), (-30.5, -151, 40, 0.1), (-57, 163, 65, -0.1),
    (-44.5, 176, 60, 0.6),
    (-38.5, 178.5, 70, 0.6), (-42, 173, 40, -0.1), (-48, -176, 45, -0.3), (-33, 164, 60, 0.6), (-36, 167, 40, 0.3),
    (-28, 150, 35, 0.1), (-62, 172, 40, -0.3), (-51, -150, 45, -0.3), (-47, 153, 45, 0.1), (-70, -175, 30, -0.1),
    (-42, 117, 40, 0.3), (-1, 91.5, 40, 0.1), (-42, 96, 40, 0.2), (-36, 92, 35, 0.2), (-57, 93, 40, 0.0),
    (-68.5, 128, 30, -0.2), (13, 93, 35, 0.1), (20, 92, 30, 0.0), (61.9, 95, 25, 0.0), (5, -165, 20, -0.6),
    (-22, -68, 20, 0.3), (-16.5, -66.5, 24, 0.6), (-31, -56, 24, 0.0), (-45, -53, 60, 0.0), (-46, -38, 60, 0.0),
]
# fmt: on


def sea_share(rows: int, relief: Relief) -> Field:
    """Return the share of lava in the soil, 0 to 1, on a map of so many rows."""
    work = min(rows, 2048)
    height = to_rows(relief.height_m, work)
    above = height - to_rows(sea_level(height), work)
    inside = to_rows(_moved_shore(), work) + _fray(work)
    # Craters of a few km alone would string beads along the shore: the ground is taken as lava some km wide meets it.
    broad = gaussian_filter(pad_equirect(above, 16), max(9.0 / (np.pi * RADIUS_KM / work), 0.4))[16:-16, 16:-16]
    inside -= np.clip(broad - 300, -450, 1300) * np.float32(0.038)
    inside -= _hills(work, inside)
    grain = fractal(work, 90, 9, 0.72, seed=103)
    inside = np.maximum(inside, _lakes(Grid(work), grain, above))
    softness = 3.5 + 32 * smoothstep(-0.2, 1.7, fractal(min(work, 512), 420, 110, 0.6, seed=104)) ** 1.5
    share = _settled(smoothstep(-1, 1, inside / to_rows(softness, work)), grain)
    drowned_rims(Grid(work), share, grain, relief.population.early)
    return np.clip(to_rows(stirred(share), rows), 0, 1)


def _moved_shore() -> Field:
    """Return the distance inside the outline of the heights, km, moved at the listed places."""
    grid, inside = Grid(512), shore_distance(512)
    for lat, lon, reach, change in MOVED:
        window = grid.window(lat, lon, 2.5 * reach)
        inside[window.index] += np.float32(change) * np.exp(-((window.range_km / reach) ** 2))
    return inside


def _fray(rows: int) -> Field:
    """Return how far noise moves the shore, km: as in the heights, and finer and farther where it is ragged."""
    unrest = np.float32(0.25) + np.float32(1.1) * smoothstep(-0.9, 1.1, fractal(rows, 620, 200, 0.5, seed=58))
    ragged = np.float32(0.55) + smoothstep(-0.4, 1.2, fractal(min(rows, 512), 520, 120, 0.6, seed=101))
    return 26 * unrest * fractal(rows, 240, 18, 0.58, seed=51) + 19 * to_rows(ragged, rows) * fractal(
        rows, 110, 7, 0.74, seed=102
    )


def _hills(rows: int, inside: Field) -> Field:
    """Return how far hills that lava never covered push the shore away, km: groups of them, mostly near the shore."""
    crowd = smoothstep(0.3, 1.5, fractal(min(rows, 512), 480, 110, 0.6, seed=105))
    lone = smoothstep(1.05, 2.1, fractal(rows, 60, 9, 0.7, seed=106))
    near = smoothstep(150, 20, inside)
    return 95 * lone * near * np.clip(0.25 + to_rows(crowd, rows), 0, 1.1)


def _lakes(grid: Grid, grain: Field, above: Field) -> Field:
    """Return the distance inside lakes along rings and inside ponds, km, far negative elsewhere."""
    inside = np.full((grid.rows, grid.cols), -300, np.float32)
    for lat, lon, radius, first, last, width, fill in RING_LAKES:
        window = grid.window(lat, lon, radius + 90)
        bearing = np.degrees(np.arctan2(window.east, window.north)) % 360
        ends = np.minimum(bearing - first, last - bearing) * np.float32(2.0)
        across = width - np.abs(window.range_km - radius + 9 * grain[window.index])
        depth = np.minimum(across, ends) + 13 * (fill - 0.7 + 0.8 * grain[window.index])
        inside[window.index] = np.maximum(inside[window.index], depth)
    for lat, lon, radius, fill in PONDS:
        window = grid.window(lat, lon, 1.6 * radius)
        depth = 0.45 * (radius - window.range_km) + 20 * (fill - 0.7 + 0.7 * grain[window.index])
        depth -= np.clip(above[window.index], -600, 1500) * np.float32(0.03)
        inside[window.index] = np.maximum(inside[window.index], depth)
    return inside


def _settled(share: Field, grain: Field) -> Field:
    """Return shares broken into patches of nearly pure soils where they are neither the one nor the other."""
    return smoothstep(0.12, 0.88, np.clip(share + np.float32(0.16) * grain * 4 * share * (1 - share), 0, 1))


def drowned_rims(grid: Grid, share: Field, grain: Field, early: list[Crater]) -> None:
    """Lessen, in place, the share of lava along parts of the rims of old craters under thin lava."""
    rng = np.random.default_rng(107)
    for c in early:
        if c.diameter_km < 18 or c.diameter_km > 160 or rng.random() > 0.45:
            continue
        row, col, _, _ = grid.texel(np.array([[c.lat_deg, c.lon_deg]]))
        if share[int(row[0]), int(col[0]) % grid.cols] < 0.7:
            continue
        window = grid.window(c.lat_deg, c.lon_deg, 0.75 * c.diameter_km)
        over = window.range_km / np.float32(c.diameter_km / 2)
        turn, phase = rng.integers(1, 3), rng.uniform(0, 2 * np.pi, 2)
        bearing = np.arctan2(window.east, window.north)
        arc = np.cos(turn * bearing + phase[0]) + 0.6 * np.cos(3 * bearing + phase[1]) + 0.7 * grain[window.index]
        ring = np.exp(-(((over - 1) / max(0.10, 2.2 / c.diameter_km)) ** 2)) * smoothstep(0.2, 1.4, arc)
        share[window.index] *= 1 - np.float32(rng.uniform(0.15, 0.5)) * ring


def stirred(share: Field) -> Field:
    """Return the share after impacts have mixed the soils across the shore, by 2 km here and by some 15 there."""
    rows = share.shape[0]
    step_km = np.pi * RADIUS_KM / rows
    far = gaussian_filter(pad_equirect(share, 32), max(16.0 / step_km, 0.5))[32:-32, 32:-32]
    near = gaussian_filter(pad_equirect(share, 32), max(2.0 / step_km, 0.3))[32:-32, 32:-32]
    mix = smoothstep(-0.7, 1.3, fractal(min(rows, 1024), 300, 40, 0.6, seed=89))
    return near + np.float32(0.6) * to_rows(mix, rows) * (far - near)
