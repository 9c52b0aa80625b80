"""Brightness and colour of the made Moon.

Layer: bake. Normal albedo near 0.13 for highlands and 0.07 for maria; the seas are laid out as basalt units of
different tone and titanium, fresh craters are bright, steep slopes shed their dark soil, rays cross everything.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from .cubemap import pad_equirect
from .moon_features import BASALTS, DARK_FLOORS, Feature
from .moon_grid import RADIUS_KM, Field, Grid, fractal, smoothstep, to_rows
from .moon_population import Population, random_crowd
from .moon_rays import RAY_SYSTEMS, draw_rays
from .moon_relief import Relief
from .moon_shores import sea_share
from .moon_soils import collars, crater_tones, land_tone, peaks, rayed_of, small_rays, swirls

FULL_SCALE = 0.30  # normal albedo that the picture codes as 1

# fmt: off
# Pyroclastic mantles and dark collars: lat, lon, radius km, strength.
MANTLES = [
    (11, -9.5, 70, 0.22), (21, 10, 60, 0.20), (25.5, -52, 75, 0.18), (14, 4, 60, 0.10),
    (40, -1, 25, 0.1),
    (-13.7, -3.5, 8, 0.25), (-14.3, -2.4, 8, 0.25), (-12.9, -1.7, 8, 0.25), (46.5, 44, 12, 0.2),
    (-20, -99, 90, 0.12), (2.8, 17.3, 22, 0.2),
    (19, 29, 60, 0.10), (-33, -27, 60, 0.08), (5, 14, 40, 0.08), (24, 27, 50, 0.10), (2, -10, 50, 0.08),
]
# fmt: on


def build_albedo(rows: int, relief: Relief, features: list[Feature]) -> tuple[Field, Field]:
    """Return normal albedo and blueness (-1 red to 1 blue), both on a map of `rows` rows.

    Parameters
    ----------
    rows : rows of the result
    relief : the heights to be painted, with the craters that made them
    """
    work = min(rows, 2048)
    albedo, blueness, sea = soils(work, relief, features)
    small, grid = Grid(work), Grid(rows)
    rays = draw_rays(small, rayed_of(relief.population))
    rays *= np.clip(1 + np.float32(0.33) * fractal(work, 60, 6, 0.75, seed=86), 0.1, None)
    rays += small_rays(small) * (1 - np.float32(0.45) * sea) + swirls(small)
    height, sea, bright = to_rows(relief.height_m, rows), to_rows(sea, rows), to_rows(rays, rows)
    albedo, blueness = to_rows(albedo, rows), to_rows(blueness, rows)
    albedo *= 1 + np.float32(0.14) * smoothstep(0.20, 0.6, slope_magnitude(height)) * (1 - np.float32(0.4) * sea)
    bright += fresh_ground(grid, relief.population) * (1 - np.float32(0.35) * sea)
    shine = 1 - np.exp(-np.float32(1.25) * np.clip(bright, 0, None))
    albedo += shine * (np.float32(0.24) - albedo) * np.float32(0.74)
    dark_halos(grid, albedo)
    collars(grid, albedo)
    peaks(grid, height, relief.population.late, albedo)
    return np.clip(albedo, 0.035, 0.295), np.clip(blueness + np.float32(0.25) * shine, -1, 1)


def soils(rows: int, relief: Relief, features: list[Feature]) -> tuple[Field, Field, Field]:
    """Return albedo and blueness before any fresh crater brightens them, and the share of lava."""
    grid, height = Grid(rows), to_rows(relief.height_m, rows)
    sea = np.maximum(sea_share(rows, relief), dark_floors(grid, height, features))
    land = land_tone(rows) * crater_tones(grid, relief.population)
    land -= np.float32(0.028) * smoothstep(0.12, 0.9, widely_blurred(sea))
    basalt, blue = basalt_tone(rows)
    albedo = land + sea * (basalt - land)
    blueness = blue * sea + (1 - sea) * np.float32(0.07) * fractal(rows, 900, 200, 0.5, seed=85)
    rise = local_rise(height)
    albedo *= 1 + np.float32(0.07) * np.tanh(rise / 600)
    # Light plains and old mare under thin ejecta darken what lies low and level among the highlands.
    plains = smoothstep(-150, -900, rise) * smoothstep(0.16, 0.05, slope_magnitude(height)) * (1 - sea)
    patchy = smoothstep(-0.6, 0.9, fractal(min(rows, 1024), 500, 60, 0.6, seed=90))
    albedo *= 1 - np.float32(0.08) * plains * to_rows(patchy, rows)
    return albedo, blueness, sea


def widely_blurred(sea: Field) -> Field:
    """Return the share of mare over some 100 km around: what tints low hills and islands amid the seas."""
    small = to_rows(sea, 512)
    around = gaussian_filter(pad_equirect(small, 32), 5)[32:-32, 32:-32]
    return to_rows(around, sea.shape[0])


def basalt_tone(rows: int) -> tuple[Field, Field]:
    """Return albedo and blueness of sea floors: listed units with frayed edges over a patchwork of flows."""
    work = min(rows, 1024)
    grid, fray = Grid(work), fractal(work, 300, 25, 0.65, seed=83)
    tone = np.full((work, 2 * work), 0.0595, np.float32)
    blue = np.zeros_like(tone)
    for lat, lon, radius, change, tint, soft in BASALTS:
        window = grid.window(lat, lon, radius + 260)
        inside = radius - window.range_km + 42 * fray[window.index]
        share = smoothstep(-soft, soft, inside)
        tone[window.index] += np.float32(change) * share
        blue[window.index] += np.float32(tint) * share
    flows = fractal(work, 420, 30, 0.6, seed=84)
    patch = smoothstep(-0.15, 0.15, flows) + smoothstep(0.65, 0.85, flows) - smoothstep(-0.65, -0.85, flows) - 0.5
    tone += np.float32(0.0045) * patch
    mottle = np.float32(0.0016) * fractal(rows, 90, 8, 0.8, seed=87)
    return to_rows(tone, rows) + mottle, np.clip(to_rows(blue - np.float32(0.12) * patch, rows), -1, 1)


def dark_floors(grid: Grid, height: Field, features: list[Feature]) -> Field:
    """Return the share of lava on the floors of the listed craters."""
    share = np.zeros((grid.rows, grid.cols), np.float32)
    fray = fractal(grid.rows, 60, 12, 0.6, seed=88)
    for f in features:
        darkness = DARK_FLOORS.get(f.name, 0.0)
        if "crater" not in f.kind or darkness <= 0 or f.name in ("Grimaldi",):
            continue
        window = grid.window(f.lat_deg, f.lon_deg, f.diameter_km * 0.6)
        reach = 0.62 if darkness > 0.55 else 0.55
        over = window.range_km / (f.diameter_km / 2) + np.float32(0.05 + 0.16 * (darkness < 0.5)) * fray[window.index]
        floor = np.float32(min(darkness, 1.15)) * smoothstep(reach + 0.14, reach, over)
        share[window.index] = np.maximum(share[window.index], floor)
    return share


def slope_magnitude(height: Field) -> Field:
    """Return the steepness (rise over run) of a map of heights in metres."""
    rows = height.shape[0]
    step_m = np.float32(1000 * np.pi * RADIUS_KM / rows)
    padded = pad_equirect(height, 1)
    north = (padded[:-2, 1:-1] - padded[2:, 1:-1]) / (2 * step_m)
    stretch = np.maximum(np.cos(Grid(rows).lat_rad), 0.02)[:, None].astype(np.float32)
    east = (padded[1:-1, 2:] - padded[1:-1, :-2]) / (2 * step_m * stretch)
    return np.sqrt(north**2 + east**2)


def local_rise(height: Field) -> Field:
    """Return how far each place stands above the ground some tens of km around, m."""
    small = to_rows(height, 512)
    around = gaussian_filter(pad_equirect(small, 16), 3)[16:-16, 16:-16]
    return height - to_rows(around, height.shape[0])


def fresh_ground(grid: Grid, made: Population) -> Field:
    """Return the light of fresh craters: those of the relief, from the largest to the crowds, and smaller ones."""
    rng = np.random.default_rng(91)
    light = np.zeros((grid.rows, grid.cols), np.float32)
    rayed = np.array([(r.lat_deg, r.lon_deg) for r in RAY_SYSTEMS])
    for c in made.early + made.late:
        is_rayed = np.min(np.abs(rayed - (c.lat_deg, c.lon_deg)).sum(axis=1)) < 0.6
        if c.freshness > 0.62 and not is_rayed and c.lava == 0:
            gloss = ((c.freshness - 0.62) / 0.38) ** 2 * rng.uniform(0.15, 1.0)
            _gleam(grid, light, (c.lat_deg, c.lon_deg, c.diameter_km), gloss * 0.42, rng)
    places, sizes, _ = random_crowd(1.0, 2.4, rng, 0.004)
    young = made.freshness > 0.93
    places, sizes = np.concatenate([made.places_deg[young], places]), np.concatenate([made.diameters_km[young], sizes])
    chosen = rng.random(len(sizes)) < min(1, 16_000 / len(sizes))
    for (lat, lon), size in zip(places[chosen], sizes[chosen], strict=True):
        _gleam(grid, light, (lat, lon, size), 0.05 + 0.75 * rng.random() ** 3.0, rng)
    return light


def _gleam(
    grid: Grid, light: Field, crater: tuple[float, float, float], gloss: float, rng: np.random.Generator
) -> None:
    """Add one fresh crater's bright walls and feathered apron, in place."""
    lat, lon, size = crater
    reach = size * rng.uniform(0.8, 2.6) * min(1, (20 / size) ** 0.4) + grid.step_km
    window = grid.window(lat, lon, reach * 2.2)
    phase, lobes = rng.uniform(0, 2 * np.pi, 3), rng.uniform(0.05, 0.25, 3)
    if window is None or gloss < 0.01:
        return
    turn, feather = (window.east + 1j * window.north).astype(np.complex64), np.float32(1)
    for k in range(3):
        feather = feather + (turn ** (2 * k + 1) * np.complex64(lobes[k] * np.exp(1j * phase[k]))).real
    over = window.range_km / np.float32(size / 2)
    apron = np.exp(-window.range_km / (0.5 * reach * np.clip(feather, 0.3, 2)))
    walls = smoothstep(0.45, 0.85, over) * smoothstep(1.35, 1.0, over) if size > 12 else np.float32(0)
    light[window.index] += np.float32(gloss) * (apron * (0.7 if size > 12 else 1.0) + 0.4 * walls)


def dark_halos(grid: Grid, albedo: Field) -> None:
    """Darken, in place, the listed pyroclastic mantles and dark collars."""
    for lat, lon, radius, strength in MANTLES:
        window = grid.window(lat, lon, radius * 1.5)
        albedo[window.index] *= 1 - np.float32(strength) * smoothstep(1.3, 0.5, window.range_km / radius)


def coloured(albedo: Field, blueness: Field) -> Field:
    """Return (..., 3) linear red, green, blue, 0 to 1, of albedo over `FULL_SCALE`, nearly grey and slightly red."""
    value = albedo / np.float32(FULL_SCALE)
    red, blue = 1.045 - 0.045 * blueness, 0.925 + 0.085 * blueness
    return np.stack([value * red, value, value * blue], axis=-1).astype(np.float32)
