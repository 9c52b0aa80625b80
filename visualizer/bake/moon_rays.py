"""Bright ejecta: halos and ray systems of young craters.

Layer: bake. Each system is drawn in a plane of bearing against logarithm of range, as streaks of uneven length,
width and brightness broken into clumps, and then laid on the globe around its crater; this gives rays that follow
great circles near the crater, wander a little, and feather outward. Bearings are degrees east of north.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, map_coordinates

from .moon_grid import Field, Grid, smoothstep

BEARINGS, RANGES = 2880, 320
RANGE_SPAN = 48.0  # greatest range over crater radius


@dataclass(frozen=True, slots=True)
class RaySystem:
    """A rayed crater: place (deg), radius and reach (km), brightness, ray count, empty sectors and set rays (deg)."""

    lat_deg: float
    lon_deg: float
    radius_km: float
    reach_km: float
    brightness: float
    n_rays: int
    avoid_deg: tuple[tuple[float, float], ...] = ()
    set_deg: tuple[float, ...] = ()


# fmt: off
RAY_SYSTEMS = [
    RaySystem(-43.3, -11.2, 42.6, 1650, 1.6, 60, ((235, 300), (80, 95)),
    (22, 57, 341, 337, 108, 8, 130, 165, 200, 322)),
    RaySystem(9.6, -20.1, 48, 620, 0.9, 46, (), (10, 300, 325, 270, 60)),
    RaySystem(8.1, -38, 15, 380, 0.85, 30, (), (280, 250, 60, 120)),
    RaySystem(23.7, -47.5, 20, 330, 1.1, 24, ((300, 345),), (200, 170, 225)),
    RaySystem(16.1, 46.9, 13.5, 330, 1.1, 16, ((185, 320),), (325, 345, 20, 60, 95, 180)),
    RaySystem(36, 102.9, 11, 450, 1.2, 26, (), (230, 40, 100)),
    RaySystem(-31.8, 51.6, 5, 260, 1.0, 18), RaySystem(-33.5, 59, 6, 250, 1.0, 18),
    RaySystem(73.5, -10.2, 26, 620, 0.8, 26, (), (190, 150, 215)),
    RaySystem(61.7, 50.3, 15, 520, 0.8, 20, (), (230, 170, 260)),
    RaySystem(-24.6, -63.7, 9.5, 330, 1.0, 20), RaySystem(16.3, 15.9, 13, 150, 0.7, 12, (), (20,)),
    RaySystem(2.8, 17.3, 9, 90, 0.7, 14), RaySystem(22, -163.3, 36, 850, 1.3, 30, ((290, 350),), (100, 200, 20)),
    RaySystem(18.3, -113.8, 31, 760, 0.8, 26, (), (60, 210)), RaySystem(-10.4, -165.1, 24, 500, 0.95, 26),
    RaySystem(-0.9, -138.8, 49, 420, 0.4, 20), RaySystem(-5.2, 123.2, 18, 420, 0.95, 24, ((250, 300),)),
    RaySystem(-61.4, -50.6, 32, 420, 0.5, 18), RaySystem(-8.9, 61, 66, 520, 0.4, 26),
    RaySystem(8.1, -77.7, 20, 480, 0.8, 20, (), (90, 120, 60)), RaySystem(41.2, 150, 22, 420, 0.7, 20),
    RaySystem(-26.5, -137, 18, 320, 0.75, 20), RaySystem(34.0, 1.3, 27, 250, 0.35, 24),
    RaySystem(-26.4, 61.2, 8, 180, 0.8, 14),
    RaySystem(5.6, 46.5, 28, 210, 0.4, 18), RaySystem(14.5, 9.1, 19, 170, 0.5, 16),
    RaySystem(-4.5, -8.6, 16, 210, 0.5, 16),
    RaySystem(-7.7, -29.5, 6, 120, 0.7, 12), RaySystem(-0.7, -5.2, 6.5, 90, 0.8, 10),
    RaySystem(50, 117, 10, 240, 0.8, 14),
    RaySystem(-68.7, 70, 22, 320, 0.55, 16), RaySystem(-41, -145, 12, 300, 0.8, 18),
    RaySystem(47.2, -86.5, 12, 260, 0.7, 14),
    RaySystem(5, 120.5, 38, 330, 0.45, 18), RaySystem(-14.6, -129, 8, 240, 0.9, 14),
    RaySystem(64.6, 12, 8, 180, 0.8, 12),
    RaySystem(44.3, 16.3, 33, 260, 0.2, 18), RaySystem(-11.4, 26.4, 50, 330, 0.2, 20),
    RaySystem(21.8, 18, 8, 60, 0.5, 8),
    RaySystem(-30.9, 28.7, 8, 140, 0.7, 12), RaySystem(23, -152, 7, 190, 0.85, 12),
    RaySystem(-48, -108, 8, 240, 0.8, 14),
    RaySystem(-47.7, -93.9, 18, 300, 0.6, 18), RaySystem(-44.5, 143.2, 8.5, 260, 0.85, 18),
    RaySystem(-19.9, 57.1, 16.5, 300, 0.6, 18), RaySystem(21.8, -105.2, 44, 380, 0.35, 18),
    RaySystem(28.6, 176.2, 6, 260, 0.9, 16), RaySystem(37.4, -175, 12, 300, 0.7, 18),
    RaySystem(64.6, 83.9, 43, 420, 0.35, 20), RaySystem(-30.6, 157.5, 35, 380, 0.4, 18),
    RaySystem(-78.8, 24.4, 15.5, 260, 0.5, 16), RaySystem(69.4, -50.9, 29, 330, 0.35, 18),
    RaySystem(1.8, 10.2, 17, 160, 0.4, 14), RaySystem(-2.0, 46.9, 6, 40, 0.8, 8),
    RaySystem(14, 175, 9, 260, 0.75, 14), RaySystem(-21, 175, 8, 200, 0.8, 12),
]
# fmt: on


def draw_rays(grid: Grid, further: Sequence[RaySystem] = (), seed: int = 71) -> Field:
    """Return the added brightness of all ray systems.

    Parameters
    ----------
    grid : map on which to draw
    further : systems beside the listed ones

    Returns
    -------
    (rows, cols) float32, about 0 (none) to 1 (the brightest halo)
    """
    total = np.zeros((grid.rows, grid.cols), np.float32)
    for i, system in enumerate([*RAY_SYSTEMS, *further]):
        _lay(grid, total, system, np.random.default_rng([seed, i]))
    _messier_tail(grid, total)
    return total


def _lay(grid: Grid, total: Field, system: RaySystem, rng: np.random.Generator) -> None:
    plane = _plane(system, rng)
    window = grid.window(system.lat_deg, system.lon_deg, min(system.reach_km * 1.5, RANGE_SPAN * system.radius_km))
    over = np.clip(window.range_km / system.radius_km, 0.3, RANGE_SPAN)
    row = np.log(over / 0.3) / np.log(RANGE_SPAN / 0.3) * (RANGES - 1)
    bearing = np.arctan2(window.east, window.north) / (2 * np.pi) % 1 * BEARINGS
    light = map_coordinates(plane, [row, bearing], order=1, mode="grid-wrap", output=np.float32)
    total[window.index] += light * (window.range_km < RANGE_SPAN * system.radius_km * 0.98)


def _plane(system: RaySystem, rng: np.random.Generator) -> Field:
    over = 0.3 * (RANGE_SPAN / 0.3) ** (np.arange(RANGES) / (RANGES - 1))
    range_km = (over * system.radius_km)[:, None]
    bearing = np.arange(BEARINGS) * 360 / BEARINGS
    plane = np.zeros((RANGES, BEARINGS), np.float32)
    for centre, length, strength, width in _streaks(system, rng):
        _streak(plane, range_km, bearing, (centre, length, strength, width, system.radius_km), rng)
    plane *= _clumps(rng, float(np.clip(38 / system.radius_km, 0.8, 4)))
    return (system.brightness * (plane + _halo(over, rng, system))).astype(np.float32)


def _streaks(system: RaySystem, rng: np.random.Generator) -> list[tuple[float, float, float, float]]:
    """Return centre bearing (deg), length (km), strength and half width (km) of each filament."""
    rays = []
    for bearing in system.set_deg:
        reach = system.reach_km * rng.uniform(0.8, 1.15)
        rays.append((bearing, reach, rng.uniform(0.1, 0.2), rng.uniform(0.5, 0.9)))
        for _ in range(7):  # a long ray is a bundle
            length, strength = reach * rng.uniform(0.35, 1.0), rng.uniform(0.1, 0.28)
            rays.append((bearing + rng.normal(0, 1.6), length, strength, rng.uniform(0.08, 0.4)))
    while len(rays) < 2 * system.n_rays + 8 * len(system.set_deg):
        bearing = rng.uniform(0, 360)
        if any(low <= bearing <= high for low, high in system.avoid_deg) and rng.random() < 0.85:
            continue
        is_broad = rng.random() < 0.45
        width = rng.uniform(0.4, 1.3) if is_broad else rng.uniform(0.07, 0.3)
        strength = rng.uniform(0.06, 0.18) if is_broad else rng.uniform(0.06, 0.24)
        rays.append((bearing, system.reach_km * rng.beta(1.4, 3.0), strength, width))
    return [(b, n, s, max(w * system.radius_km, 1.6)) for b, n, s, w in rays]


def _streak(plane: Field, range_km: Field, bearing: Field, ray: tuple[float, ...], rng: np.random.Generator) -> None:
    centre, length, strength, width, radius_km = ray
    wander = gaussian_filter1d(rng.standard_normal(RANGES), 24)[:, None] * 2.2
    offset = rng.normal(0, 0.35) * radius_km  # a ray seldom points at the very centre
    tangent = np.degrees(np.arctan2(offset, range_km))
    spread = width * (0.7 + 0.9 * range_km / length)
    lumps = np.clip(1 + 2.6 * gaussian_filter1d(rng.standard_normal(RANGES), 2.6)[:, None], 0.05, 2.6)
    fade = np.clip(1 - range_km / length, 0, 1) ** 0.7 * np.clip(range_km / radius_km - 0.9, 0, 1)
    rows = np.flatnonzero(fade > 0)
    for part in np.array_split(rows, 6):  # far out, where most of a ray lies, it takes few bearings
        if len(part) == 0:
            continue
        middle = (centre + wander + tangent)[part].astype(np.float32)
        reach = float(np.degrees(3.2 * (spread / range_km)[part].max()))
        wide = (bearing >= middle.min() - reach) & (bearing <= middle.max() + reach)
        wide |= (bearing >= middle.min() - reach + 360) | (bearing <= middle.max() + reach - 360)
        cols = np.flatnonzero(wide)
        off = (bearing[cols].astype(np.float32) - middle + 180) % 360 - 180
        across = np.radians(off) * (range_km / spread)[part].astype(np.float32)
        plane[np.ix_(part, cols)] += (strength * lumps * fade)[part].astype(np.float32) * np.exp(-(across**2))


def _clumps(rng: np.random.Generator, coarser: float) -> Field:
    """Return a texture about 1 that breaks rays into clusters drawn out along the range."""
    texture = np.ones((RANGES, BEARINGS), np.float32)
    for along, across, size in ((2.6, 6.0, 0.55), (7.0, 26.0, 0.5)):
        noise = gaussian_filter1d(rng.standard_normal((RANGES, BEARINGS)), along * coarser, axis=0)
        noise = gaussian_filter1d(noise, across * coarser, axis=1, mode="wrap")
        texture += (size / noise.std() * noise).astype(np.float32)
    return np.clip(texture, 0.05, 3)


def _halo(over: Field, rng: np.random.Generator, system: RaySystem) -> Field:
    """Return the bright collar: full at the rim, feathered by bearing, gone at a few radii."""
    feather = gaussian_filter1d(rng.standard_normal(BEARINGS), 14, mode="wrap")
    feather = 1 + 0.45 * feather / feather.std()
    bearing = np.arange(BEARINGS) * 360 / BEARINGS
    for low, high in system.avoid_deg:
        feather[(bearing >= low) & (bearing <= high)] *= 0.3
    feather = gaussian_filter1d(np.clip(feather, 0.15, 2.2), 10, mode="wrap")[None, :]
    apron = 0.22 * smoothstep(0.9, 1.6, over[:, None]) * np.exp(-over[:, None] / (4.2 * feather))
    outside = np.exp(-np.clip(over[:, None] - 1, 0, None) / (1.3 * feather))
    walls = 0.22 * np.exp(-(((over[:, None] - 0.88) / 0.13) ** 2))
    return 0.36 * np.where(over[:, None] < 1, 0.5 + 0.5 * over[:, None] ** 2, outside) + apron + walls


def _messier_tail(grid: Grid, total: Field) -> None:
    window = grid.window(-2.0, 46.9, 140)
    west, north = -window.east * window.range_km, window.north * window.range_km
    for slope in (-0.06, 0.09):
        line = np.exp(-(((north - slope * west) / (1.6 + 0.015 * np.abs(west))) ** 2))
        total[window.index] += 0.5 * line * (west > 3) * np.clip(1 - west / 135, 0, 1)
