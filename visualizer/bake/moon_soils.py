"""Tones of the made Moon's soils: provinces, light plains, crater floors and walls, small rayed craters, swirls.

Layer: bake. What makes highlands mottled at a high Sun is not a haze of noise but things with edges: floors that
plains have filled, walls that shed their dark soil, aprons of young craters, old lava under thin ejecta. The tables
hold general knowledge of published maps, rounded: none was taken row by row from a publication or read off a picture.
Named places (Reiner Gamma, Ingenii, Marginis, Gerasimovich, Airy, Descartes, Tycho ...) are the gazetteer's; tones,
reaches and the patches between them are made up to look alike, and what is too small for a table is drawn at random.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from .moon_craters import Crater
from .moon_grid import Field, Grid, Window, fractal, smoothstep, to_rows
from .moon_population import Population
from .moon_rays import RAY_SYSTEMS, RaySystem

# fmt: off
# Highland provinces: lat, lon, reach km, change of albedo.
PROVINCES = [
    (-35, 165, 380, -0.005), (10, -165, 800, 0.011), (30, 130, 600, 0.006), (-25, 120, 420, 0.005),
    (-20, -95, 420, 0.004), (-28, 15, 500, 0.004), (70, 60, 500, -0.006), (-15, 75, 300, -0.006),
    (-48, 92, 420, -0.014),
    (12, 86, 300, -0.010), (-8, -18, 180, -0.012), (4, 12, 160, -0.006), (25, -102, 350, -0.006),
    (-62, 150, 300, -0.005),
    (58, 60, 300, -0.010), (38, -175, 500, 0.004), (-45, -20, 500, 0.006),
]
# Old lava and light plains under thin ejecta: lat, lon, reach km, strength 0 to 1.
OLD_LAVA = [
    (-44, -54, 260, 1.0), (-50, -70, 200, 0.5), (-47, 92, 380, 0.8), (40, 28, 260, 0.7), (58, 70, 300, 0.6),
    (2, 100, 260, 0.6), (-18, 76, 260, 0.7), (28, 146, 260, 0.5), (-6, 4, 190, 0.6), (-12, -2, 200, 0.7),
    (38, 100, 260, 0.4), (-56, 165, 420, 0.9), (-42, -170, 420, 0.9), (-60, -165, 420, 0.6), (-38, -152, 260, 0.8),
    (1, -128, 260, 0.5), (25, 155, 350, 0.3), (60, -120, 350, 0.4), (64, 100, 300, 0.4), (-20, -92, 330, 0.5),
    (10, 70, 220, 0.6), (68, -20, 260, 0.5), (8, -78, 200, 0.4), (-68, 130, 220, 0.4),
]
# Swirls and other bright patches: lat, lon, half length and width km, bearing of the length deg, brightness.
SWIRLS = [
    (7.4, -59.1, 22, 11, 70, 0.75), (8.3, -57.3, 42, 3.5, 50, 0.5), (9.8, -55.6, 40, 3.0, 40, 0.4),
    (6.6, -60.4, 24, 3, 60, 0.4),
    (-33.5, 162.5, 40, 8, 20, 0.5), (-34.8, 164.8, 34, 6, 100, 0.4), (-36, 161.5, 44, 9, 60, 0.3),
    (17, 89, 60, 8, 40, 0.4), (19, 91, 55, 7, 110, 0.35), (15, 87.5, 40, 6, 70, 0.35), (21, 95, 70, 10, 20, 0.3),
    (-18.2, 3.2, 18, 4, 20, 0.3), (-22.5, -122, 70, 12, 30, 0.35), (-24, -119, 55, 9, 80, 0.3),
    (-20, -124, 55, 9, 110, 0.3),
    (-10.8, 15.8, 24, 16, 0, 0.42), (-3.5, -84, 35, 6, 60, 0.25), (-43, 172, 45, 8, 30, 0.25),
    (3, 85, 34, 5, 20, 0.25),
    (13.7, -52.5, 20, 3, 30, 0.2), (24.8, -49.3, 20, 13, 0, 0.35),
]
# Dark collars of melt about young craters: lat, lon, rim radius km, strength.
COLLARS = [
    (-43.3, -11.2, 42.6, 0.30), (22, -163.3, 36, 0.2), (18.3, -113.8, 31, 0.12), (-10.4, -165.1, 24, 0.15),
    (5, 120.5, 38, 0.18), (2.8, 17.3, 9, 0.35), (8.1, -77.7, 20, 0.10), (-61.4, -50.6, 32, 0.12),
]
# Bright peaks: lat, lon, radius km.
PEAKS = [
    (-43.3, -11.2, 7.5), (-20.55, 128.5, 12), (-20.2, 129.0, 12), (9.9, -20.1, 4), (9.6, -19.4, 3.5),
    (-11.4, 26.4, 8), (-13.4, -2.8, 5), (-25.3, 60.6, 11), (-9, 61, 10), (23.7, -47.5, 4), (22.2, -163.1, 7),
]
# fmt: on


def land_tone(rows: int) -> Field:
    """Return the albedo of highland soil before craters: provinces, South Pole-Aitken, old lava, grain."""
    grid, tone = Grid(512), np.full((512, 1024), 0.1225, np.float32)
    for lat, lon, reach, change in PROVINCES:
        window = grid.window(lat, lon, reach * 2.6)
        tone[window.index] += np.float32(change) * np.exp(-0.5 * (window.range_km / reach) ** 2)
    work = min(rows, 1024)
    ragged = fractal(work, 420, 40, 0.68, seed=111)
    aitken, plains = aitken_share(Grid(work), ragged), old_lava(Grid(work), ragged)
    tone = to_rows(tone, work) * (1 - np.float32(0.19) * aitken) * (1 - np.float32(0.24) * plains)
    tone *= 1 + np.float32(0.052) * fractal(work, 700, 60, 0.85, seed=81)
    return to_rows(tone, rows) * (1 + np.float32(0.045) * fractal(rows, 80, 6, 0.85, seed=82))


def aitken_share(grid: Grid, ragged: Field) -> Field:
    """Return the share of South Pole-Aitken's darker soil, 0 to 1: an egg with a ragged edge."""
    window, share = grid.window(-53, -169, 1900), np.zeros((grid.rows, grid.cols), np.float32)
    egg = np.sqrt(1.17 - 0.34 * (window.east * np.sin(0.33) + window.north * np.cos(0.33)) ** 2)
    over = window.range_km / 1125 * egg + np.float32(0.06) * ragged[window.index]
    share[window.index] = 0.75 * smoothstep(1.06, 0.84, over) + 0.35 * smoothstep(0.75, 0.4, over)
    return share


def old_lava(grid: Grid, ragged: Field) -> Field:
    """Return the share of old lava and light plains among the highlands, 0 to 1, in patches with edges."""
    where = np.full((512, 1024), -0.15, np.float32)
    small = Grid(512)
    for lat, lon, reach, strength in OLD_LAVA:
        window = small.window(lat, lon, reach * 2.2)
        where[window.index] += np.float32(strength) * np.exp(-((window.range_km / reach) ** 2))
    level = np.clip(to_rows(where, grid.rows), -0.15, 1)
    patch = fractal(grid.rows, 260, 16, 0.68, seed=112) + np.float32(0.4) * ragged
    return smoothstep(1.15, 1.65, patch + np.float32(1.5) * level) * (np.float32(0.7) + np.float32(0.3) * level)


def crater_tones(grid: Grid, made: Population, smallest_km: float = 16.0) -> Field:
    """Return what craters have done to the highlands' tone, a factor about 1.

    Floors are darker, the more so the older, with an edge; walls are brighter; aprons may be either. A crater first
    wipes out part of what was under it.
    """
    factor = np.ones((grid.rows, grid.cols), np.float32)
    fray = fractal(grid.rows, 36, 5, 0.72, seed=113)
    rng = np.random.default_rng(114)
    smallest = max(smallest_km, 6 * grid.step_km)
    for c in sorted(made.early + made.late, key=lambda c: -c.diameter_km):
        drawn = rng.standard_normal(3), rng.random(2)
        if c.diameter_km >= smallest:
            _paint(grid, factor, fray, c, drawn)
    return 1 + np.float32(1.5) * (factor - 1)


def _paint(grid: Grid, factor: Field, fray: Field, c: Crater, drawn: tuple[Field, Field]) -> None:
    (of_floor, of_apron, of_wall), (size, edge) = drawn
    window = grid.window(c.lat_deg, c.lon_deg, 1.15 * c.diameter_km)
    if window is None:
        return
    over = window.range_km / np.float32(c.diameter_km / 2) + np.float32(0.11) * fray[window.index]
    old, large = 1 - c.freshness, min(1.0, (c.diameter_km / 60) ** 0.5)
    reach = 0.50 + 0.26 * size
    floor = smoothstep(reach + 0.10 + 0.3 * edge, reach, over)
    wall = smoothstep(reach, 0.86, over) * smoothstep(1.18, 1.0, over)
    apron = smoothstep(0.6, 1.1, over) * np.exp(-np.clip(over - 1, 0, None) / np.float32(0.42))
    dark = max(0.07 * old * large - 0.02 + 0.055 * of_floor * (0.3 + 0.7 * large), -0.04)
    bright = 0.05 * max(c.freshness - 0.4, 0) * (1 + 0.5 * of_wall) + 0.012 * of_wall
    skirt = 0.045 * of_apron * large + 0.08 * max(c.freshness - 0.55, 0)
    here = factor[window.index]
    wiped = np.float32(0.35 + 0.4 * c.freshness) * smoothstep(1.25, 0.95, over)
    here = here + wiped * (1 - here)
    factor[window.index] = here - np.float32(dark) * floor + np.float32(bright) * wall + np.float32(skirt) * apron


def rayed_of(made: Population, count: int = 90) -> list[RaySystem]:
    """Return ray systems of the freshest small craters of the highlands, of which every part of the Moon has some."""
    rng, known = np.random.default_rng(118), np.array([(r.lat_deg, r.lon_deg) for r in RAY_SYSTEMS])
    fresh = [c for c in made.late if c.freshness > 0.75 and 9 <= c.diameter_km < 34 and c.lava == 0]
    systems = []
    for i in rng.permutation(len(fresh)):
        c = fresh[i]
        if len(systems) == count or np.abs(known - (c.lat_deg, c.lon_deg)).max(axis=1).min() < 1.0:
            continue
        radius, gloss = c.diameter_km / 2, 0.2 + 0.75 * rng.random() ** 2
        reach, low = radius * rng.uniform(14, 34), rng.uniform(0, 360)
        avoid = ((low, low + rng.uniform(20, 90)),) if rng.random() < 0.4 else ()
        systems.append(RaySystem(c.lat_deg, c.lon_deg, radius, reach, gloss, int(rng.integers(10, 22)), avoid))
    return systems


def small_rays(grid: Grid, seed: int = 115, count: int = 1600) -> Field:
    """Return the light of young craters of 1 to 5 km radius with spiked halos of their own, few of them bright."""
    rng, light = np.random.default_rng(seed), np.zeros((grid.rows, grid.cols), np.float32)
    lat, lon = np.degrees(np.arcsin(rng.uniform(-1, 1, count))), rng.uniform(-180, 180, count)
    radii = np.clip(1.1 * rng.random(count) ** (-1 / 1.75), 1.1, 5.5)
    for i in range(count):
        _splash(grid, light, (lat[i], lon[i], radii[i]), 0.08 + 0.8 * rng.random() ** 3, rng)
    return light


def _splash(
    grid: Grid, light: Field, crater: tuple[float, float, float], gloss: float, rng: np.random.Generator
) -> None:
    """Add one small crater's halo and spikes of uneven length, in place."""
    lat, lon, radius = crater
    scale = radius * rng.uniform(2.6, 5.2)
    window = grid.window(lat, lon, 7.5 * scale + 2 * grid.step_km)
    spikes = gaussian_filter1d(rng.standard_normal(360), rng.uniform(5.0, 12.0), mode="wrap")
    broad = gaussian_filter1d(rng.standard_normal(360), 30, mode="wrap")
    length = np.clip(1 + 0.36 * spikes / spikes.std() + 0.5 * broad / broad.std(), 0.12, 3.4).astype(np.float32)
    bearing = (np.degrees(np.arctan2(window.east, window.north)) % 360).astype(np.int32) % 360
    over = window.range_km / np.float32(scale)
    near = np.exp(-((over / 0.55) ** 2))
    far = np.exp(-over / (0.62 * length[bearing])) * smoothstep(7.4, 4.5, over)
    light[window.index] += np.float32(gloss) * (0.55 * near + 0.45 * far)


def swirls(grid: Grid) -> Field:
    """Return the light of swirls: sinuous bright bands that no relief explains."""
    light = np.zeros((grid.rows, grid.cols), np.float32)
    bend = fractal(min(grid.rows, 2048), 60, 14, 0.6, seed=116)
    bend = to_rows(bend, grid.rows)
    for lat, lon, length, width, bearing, strength in SWIRLS:
        window = grid.window(lat, lon, 2.4 * length)
        along, across = _turned(window, bearing)
        across = across + np.float32(0.45 * width + 2) * bend[window.index]
        band = np.exp(-((along / length) ** 2) - (across / width) ** 2)
        light[window.index] += np.float32(strength) * band * np.clip(1 + 0.35 * bend[window.index], 0.3, 1.6)
    return light


def _turned(window: Window, bearing_deg: float) -> tuple[Field, Field]:
    east, north = window.east * window.range_km, window.north * window.range_km
    turn = np.radians(bearing_deg)
    return east * np.sin(turn) + north * np.cos(turn), east * np.cos(turn) - north * np.sin(turn)


def peaks(grid: Grid, height: Field, craters: list[Crater], albedo: Field) -> None:
    """Brighten, in place, the central peaks of fresh craters: steep hills that keep shedding their dark soil."""
    fray = to_rows(fractal(min(grid.rows, 2048), 18, 5, 0.8, seed=119), grid.rows)
    listed = [(*peak, 0.42) for peak in PEAKS]
    for c in craters:
        if c.freshness > 0.6 and c.lava < 0.8 and max(28.0, 8 * grid.step_km) < c.diameter_km < 140:
            listed.append((c.lat_deg, c.lon_deg, 0.05 * c.diameter_km, 0.5 * (c.freshness - 0.5)))
    for lat, lon, radius, strength in listed:
        window = grid.window(lat, lon, 4 * radius)
        ground = height[window.index]
        near = window.range_km / np.float32(radius)
        floor = np.median(ground[near < 3])
        hill = smoothstep(60, 700, ground - floor) * smoothstep(3.2, 2.2, near)
        patch = smoothstep(1.5, 0.4, near + np.float32(0.28) * fray[window.index])
        albedo[window.index] += (
            np.float32(strength) * np.maximum(hill, patch) * (np.float32(0.245) - albedo[window.index])
        )


def collars(grid: Grid, albedo: Field) -> None:
    """Darken, in place, the melt that lies about the rims of the listed young craters."""
    fray = fractal(min(grid.rows, 1024), 40, 10, 0.7, seed=117)
    fray = to_rows(fray, grid.rows)
    for lat, lon, radius, strength in COLLARS:
        window = grid.window(lat, lon, 2.6 * radius)
        over = window.range_km / np.float32(radius) + np.float32(0.12) * fray[window.index]
        ring = smoothstep(0.98, 1.12, over) * smoothstep(1.95, 1.2, over)
        albedo[window.index] *= 1 - np.float32(strength) * ring
