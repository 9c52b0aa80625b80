"""Impact craters pressed into the map of heights, one after another or in crowds.

Layer: bake. Depth and rim height against diameter follow Pike (1977, Impact and Explosion Cratering, p. 489);
central peaks and terraces appear with size as described there. Each crater first wipes away part of what lay under
it, so that overlaps read in order of age.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .moon_grid import RADIUS_KM, Field, Raster, Window, smoothstep


@dataclass(frozen=True, slots=True)
class Crater:
    """A crater: place (deg), rim diameter (km), freshness 0 to 1, lava filling of its floor 0 to 1."""

    lat_deg: float
    lon_deg: float
    diameter_km: float
    freshness: float
    lava: float = 0.0
    stretch: float = 1.0
    stretch_bearing_deg: float = 0.0


def depth_m(diameter_km: float) -> float:
    """Return the depth, rim crest to floor, of a fresh crater (Pike 1977)."""
    return 1000 * min(0.196 * diameter_km**1.010, 1.044 * diameter_km**0.301)


def rim_m(diameter_km: float) -> float:
    """Return the height of a fresh crater's rim over its surroundings (Pike 1977)."""
    return 1000 * min(0.036 * diameter_km**1.014, 0.236 * diameter_km**0.399)


def stamp_all(grid: Raster, height_m: Field, warp: Field, craters: list[Crater], seed: int) -> None:
    """Press craters into the map in the order given, changing it in place.

    Parameters
    ----------
    grid : the globe or the polar patch
    height_m : (rows, cols) float32, m above the sphere of 1737.4 km
    warp : (rows, cols) float32, noise that frays rims and roughens floors and ejecta
    seed : of the peaks and rim shapes, which are each crater's own, the same on every map
    """
    for i, crater in enumerate(craters):
        stamp(grid, height_m, warp, crater, np.random.default_rng([seed, i]))


def stamp(grid: Raster, height_m: Field, warp: Field, crater: Crater, rng: np.random.Generator) -> None:
    """Press one crater into the map."""
    radius = crater.diameter_km / 2
    window = grid.window(crater.lat_deg, crater.lon_deg, radius * _reach(crater) * crater.stretch)
    if window is None:
        return
    frayed = warp[window.index]
    over = _shape(window, crater, rng) + frayed * np.float32(min(0.045, 0.25 / radius + 0.018))
    ground = height_m[window.index]
    level = _level(window, ground, over, radius)
    profile = _profile(over, crater, frayed, rng)
    if crater.diameter_km > 24 and crater.lava < 0.8:
        profile += _peaks(window, crater, rng) * (over < 0.8)
    wiped = np.float32(0.5 + 0.5 * crater.freshness) * smoothstep(1.3, 0.95, over)
    height_m[window.index] = ground + wiped * (level - ground) + profile


def _reach(crater: Crater) -> float:
    return 2.5 if crater.freshness > 0.4 else 2.0


def _shape(window: Window, crater: Crater, rng: np.random.Generator) -> Field:
    """Return range over rim radius, with an uneven, sometimes polygonal or drawn-out outline."""
    over = window.range_km / np.float32(crater.diameter_km / 2)
    turn = (window.east + 1j * window.north).astype(np.complex64)
    is_polygon = rng.random() < 0.17
    power, wobble = turn, np.zeros_like(over)
    for k in range(2, 7 if crater.diameter_km > 12 else 4):
        power = power * turn
        size = 0.015 * rng.standard_normal() + (0.03 if is_polygon and k == 6 else 0)
        wobble += (power * np.complex64(size * np.exp(2j * np.pi * rng.random()))).real
    if crater.stretch > 1:
        bearing = np.radians(crater.stretch_bearing_deg)
        along = window.east * np.sin(bearing) + window.north * np.cos(bearing)
        over = over * np.sqrt(1 / crater.stretch + (crater.stretch - 1 / crater.stretch) * (1 - along**2))
    return (over * (1 + wobble)).astype(np.float32)


def _level(window: Window, ground: Field, over: Field, radius_km: float) -> Field:
    """Return the plane that fits the ground within and just around the crater."""
    weight = (over < 1.25).astype(np.float32)
    total = weight.sum() + 1e-6
    x, y = window.east * window.range_km / radius_km, window.north * window.range_km / radius_km
    mean = float((ground * weight).sum() / total)
    rest = (ground - np.float32(mean)) * weight
    slope_x = float((rest * x).sum()) / float((x * x * weight).sum() + 0.2 * total)
    slope_y = float((rest * y).sum()) / float((y * y * weight).sum() + 0.2 * total)
    return np.float32(mean) + np.float32(0.7 * slope_x) * x + np.float32(0.7 * slope_y) * y


def _profile(over: Field, crater: Crater, frayed: Field, rng: np.random.Generator) -> Field:
    """Return the crater's own height, m, from range over radius."""
    size, fresh = crater.diameter_km, crater.freshness
    depth = depth_m(size) * (0.28 + 0.72 * fresh) * rng.uniform(0.85, 1.1)
    rim = rim_m(size) * (0.25 + 0.75 * fresh)
    floor_radius = 0.0 if size < 14 else min(0.35 + 0.09 * np.log2(size / 14), 0.72) + 0.12 * (1 - fresh) * (size > 20)
    wall = np.clip((over - np.float32(floor_radius)) / np.float32(1 - floor_radius), 0, None)
    if size > 26:
        steps = 2 if size < 60 else 3
        wall = wall + np.float32(0.55 * fresh / (2 * np.pi * steps)) * np.sin(2 * np.pi * steps * wall + 0.8 * frayed)
        wall = np.clip(wall, 0, None)
    inner = np.float32(rim) - np.float32(depth) * (1 - np.minimum(wall, 1.6) ** np.float32(1.65))
    outer = np.float32(rim) * np.maximum(over, 0.4) ** np.float32(-3.2)
    soft = np.float32(rim * (0.12 + 0.85 * (1 - fresh)))
    joined = 0.5 * (inner + outer - np.sqrt((inner - outer) ** 2 + soft * soft))
    if crater.lava > 0:
        floor = rim - depth * (1 - 0.4 * min(crater.lava, 1))
        joined = np.maximum(joined, np.float32(floor))
    elif size > 16:
        joined += frayed * np.float32(0.035 * depth) * smoothstep(1.0, 0.5, over)
    ejecta = frayed * np.float32(0.3 * rim * fresh) * smoothstep(0.95, 1.1, over)
    reach = 2.4 if fresh > 0.4 else 1.9
    return (joined + ejecta) * smoothstep(reach, 1.15, over)


def _peaks(window: Window, crater: Crater, rng: np.random.Generator) -> Field:
    """Return central peaks, or a ring of them in the largest craters, m."""
    size, radius = crater.diameter_km, crater.diameter_km / 2
    top = 32 * min(size, 90) ** 0.9 * (0.25 + 0.75 * crater.freshness) * rng.uniform(0.35, 1.0)
    x, y = window.east * window.range_km / radius, window.north * window.range_km / radius
    peaks = np.zeros_like(x)
    is_ring = size > 140
    for _ in range(26 if is_ring else rng.integers(1, 6)):
        angle, away = rng.uniform(0, 2 * np.pi), (rng.normal(0.47, 0.03) if is_ring else abs(rng.normal(0, 0.09)))
        px, py, width = away * np.cos(angle), away * np.sin(angle), rng.uniform(0.03, 0.09)
        lump = np.exp(-((x - np.float32(px)) ** 2 + (y - np.float32(py)) ** 2) / np.float32(width**2))
        peaks = np.maximum(peaks, np.float32(top * rng.uniform(0.3, 1)) * lump)
    return peaks


def crowd(grid: Raster, height_m: Field, places_deg: Field, diameters_km: Field, freshness: Field) -> None:
    """Add many small bowl craters at once, in place; on the globe, not those within 4 degrees of a pole.

    Parameters
    ----------
    places_deg : (n, 2) latitude and east longitude, deg
    diameters_km : (n,) km, below about 12 texels
    freshness : (n,) 0 to 1
    """
    flat = height_m.reshape(-1)
    _, _, tall, wide = grid.texel(places_deg)
    steps, widths = (np.ceil(1.9 * diameters_km / 2 / spacing) for spacing in (tall, wide))
    steps, widths = ((2 ** (np.ceil(np.log2(n) * 2) / 2)).astype(int) + 1 for n in (steps, widths))
    for step, width in sorted(set(zip(steps.tolist(), widths.tolist(), strict=True))):
        chosen = np.flatnonzero((steps == step) & (widths == width))
        per_chunk = max(1, 1_000_000 // ((2 * step + 1) * (2 * width + 1)))
        for first in range(0, len(chosen), per_chunk):
            part = chosen[first : first + per_chunk]
            index, bowls = _bowls(grid, places_deg[part], diameters_km[part], freshness[part], step, width)
            kept = index >= 0
            np.add.at(flat, index[kept], bowls[kept])


def _bowls(
    grid: Raster, places: Field, diameters: Field, fresh: Field, step: int, width: int
) -> tuple[np.ndarray, Field]:
    row, col, tall, wide = grid.texel(places)
    rows = np.rint(row).astype(int)[:, None] + np.arange(-step, step + 1)
    cols = np.rint(col).astype(int)[:, None] + np.arange(-width, width + 1)
    down = ((rows - row[:, None]) * tall[:, None]).astype(np.float32)[:, :, None]
    right = ((cols - col[:, None]) * wide[:, None]).astype(np.float32)[:, None, :]
    size = diameters.astype(np.float32)[:, None, None]
    age = fresh.astype(np.float32)[:, None, None]
    over = np.sqrt(down**2 + right**2) / (size / 2)
    scale = (0.2 + 0.8 * age) * size * 1000
    inner = scale * (0.036 - 0.19 * (1 - over ** np.float32(1.7)))
    outer = scale * 0.036 * np.maximum(over, 0.5) ** np.float32(-3.2)
    soft = scale * (0.006 + 0.03 * (1 - age))
    bowl = 0.5 * (inner + outer - np.sqrt((inner - outer) ** 2 + soft**2)) * smoothstep(1.9, 1.1, over)
    return grid.flat_index(rows[:, :, None], cols[:, None, :]), bowl.astype(np.float32)


def at_bearing(lat_deg: float, lon_deg: float, bearing_deg: float, range_km: float) -> tuple[float, float]:
    """Return the latitude and longitude, deg, reached from a place along a great circle."""
    lat, lon, bearing, arc = *np.radians([lat_deg, lon_deg, bearing_deg]), range_km / RADIUS_KM
    sine = np.sin(lat) * np.cos(arc) + np.cos(lat) * np.sin(arc) * np.cos(bearing)
    east = np.arctan2(np.sin(bearing) * np.sin(arc) * np.cos(lat), np.cos(arc) - np.sin(lat) * sine)
    return float(np.degrees(np.arcsin(sine))), float((np.degrees(lon + east) + 180) % 360 - 180)
