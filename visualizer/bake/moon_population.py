"""Which craters the made Moon has: the named ones, chains, and random ones by the size-frequency law.

Layer: bake. Named craters come first-hand from the gazetteer. The unnamed follow a cumulative law through published
counts (about 7,000 at 20 km and 83,000 at 5 km over the whole Moon; Head et al. 2010, Robbins 2019), with
clusters of secondaries around fresh large craters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .cubemap import direction_of_lat_lon
from .moon_craters import Crater, at_bearing
from .moon_features import DARK_FLOORS, YOUNG, Feature
from .moon_grid import RADIUS_KM, Field, Grid

SLOPE = 1.75  # of the cumulative number against diameter
COUNT_AT_10_KM = 27_000
# Basins that threw chains and valleys out: lat, lon (deg), reach (km).
CHAIN_SOURCES = [
    (-15, 35, 1200),
    (-19.9, -94.8, 1500),
    (33, -16, 1300),
    (-74.9, 132.6, 800),
    (1.4, -128.7, 900),
    (27, 147, 900),
]
# Freshness of craters known to be worn (0) or sharp (1), where the list of young ones does not say.
WORN = {
    "Zeeman": 0.46, "Boguslawsky": 0.5, "Clavius": 0.55, "Bailly": 0.2, "Schickard": 0.35, "Maginus": 0.3,
    "Longomontanus": 0.5, "Deslandres": 0.1, "Janssen": 0.12, "Manzinus": 0.55, "Boussingault": 0.5, "Demonax": 0.4,
    "Scott": 0.25, "Amundsen": 0.65, "Cabeus": 0.28, "Nobile": 0.3, "Malapert": 0.25, "Haworth": 0.77, "Shoemaker": 0.7,
    "Faustini": 0.77, "Sverdrup": 0.75, "de Gerlache": 0.6, "Schomberger": 0.95, "Simpelius": 0.4, "Hale": 0.8,
    "Neumayer": 0.6, "Drygalski": 0.3, "Ashbrook": 0.3, "Pontécoulant": 0.55, "Pontécoulant G": 0.62,
    "Hipparchus": 0.12, "Albategnius": 0.45, "Ptolemaeus": 0.3, "Walther": 0.45, "Purbach": 0.25,
    "Regiomontanus": 0.2, "Stöfler": 0.3, "Maurolycus": 0.65, "Gemma Frisius": 0.4, "Doerfel": 0.5, "Numerov": 0.4,
    "Newton": 0.6, "Casatus": 0.4, "Klaproth": 0.25, "Blancanus": 0.7, "Scheiner": 0.5, "Curtius": 0.55,
}  # fmt: skip
STRETCHED = {"Schiller": (2.1, 140.0), "Messier": (1.35, 85.0), "Hommel": (1.05, 0.0)}


def named_craters(features: list[Feature], largest_km: float = 299.0) -> tuple[list[Crater], list[Crater]]:
    """Return named craters older than the seas and younger, each from largest to smallest."""
    rng = np.random.default_rng(11)
    old, young = [], []
    for f in sorted(features, key=lambda f: -f.diameter_km):
        if "crater" not in f.kind or f.diameter_km > largest_km or f.diameter_km < 3:
            continue
        is_young = f.name in YOUNG
        fresh = rng.uniform(0.85, 1.0) if is_young else WORN.get(f.name, _freshness(f.diameter_km, rng))
        lava = DARK_FLOORS.get(f.name, 0.0)
        stretch, bearing = STRETCHED.get(f.name, (1.0, 0.0))
        crater = Crater(f.lat_deg, f.lon_deg, f.diameter_km / np.sqrt(stretch), fresh, lava, stretch, bearing)
        is_late = is_young or lava > 0 or f.diameter_km < 60
        (young if is_late else old).append(crater)
    return old, young


def _freshness(diameter_km: float, rng: np.random.Generator) -> float:
    return float(np.clip(rng.beta(1.3, 2.1) + (0.1 if diameter_km < 40 else -0.02), 0.08, 1))


@dataclass(frozen=True, slots=True)
class Population:
    """Every crater of the made Moon.

    Attributes
    ----------
    early, late : pressed one by one before and after the seas, largest first
    places_deg, diameters_km, freshness : (n, 2), (n,), (n,), those pressed in crowds
    """

    early: list[Crater]
    late: list[Crater]
    places_deg: Field
    diameters_km: Field
    freshness: Field


def random_craters(
    smallest_km: float, largest_km: float, seed: int, share: float = 1.0, known: list[Crater] | None = None
) -> list[Crater]:
    """Return random craters of the law's number in a range of diameters (km), largest first.

    Most of those that would spoil the outline of a known crater are left out: the gazetteer has named what is there.
    """
    rng = np.random.default_rng(seed)
    places, sizes, fresh = random_crowd(smallest_km, largest_km, rng, share)
    keep = ~_spoils(places, sizes, known or []) | (rng.random(len(sizes)) < 0.1)
    order = [i for i in np.argsort(-sizes, kind="stable") if keep[i]]
    return [Crater(float(places[i, 0]), float(places[i, 1]), float(sizes[i]), float(fresh[i])) for i in order]


def _spoils(places_deg: Field, diameters_km: Field, known: list[Crater]) -> np.ndarray:
    """Return which craters lie across the rim of a known one and are not small beside it."""
    spoils = np.zeros(len(diameters_km), bool)
    tree = cKDTree(direction_of_lat_lon(places_deg[:, 0], places_deg[:, 1]) * RADIUS_KM)
    for crater in known:
        middle = direction_of_lat_lon(crater.lat_deg, crater.lon_deg) * RADIUS_KM
        near = np.array(tree.query_ball_point(middle, 0.6 * crater.diameter_km + 20), int)
        away = np.linalg.norm(tree.data[near] - middle, axis=1)
        touches = away < 0.58 * crater.diameter_km + 0.4 * diameters_km[near]
        spoils[near[touches & (diameters_km[near] > 0.2 * crater.diameter_km)]] = True
    return spoils


def random_crowd(
    smallest_km: float, largest_km: float, rng: np.random.Generator, share: float
) -> tuple[Field, Field, Field]:
    """Return places (n, 2) deg, diameters (n,) km and freshness (n,) of random craters."""
    low, high = (10 / smallest_km) ** SLOPE, (10 / largest_km) ** SLOPE
    n = max(int(share * COUNT_AT_10_KM * (low - high)), 0)
    sizes = 10 / (high + (low - high) * rng.random(n)) ** (1 / SLOPE)
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
    places = np.stack([lat, rng.uniform(-180, 180, n)], axis=1)
    fresh = np.clip(rng.random(n) ** 2.0 + 0.06, 0.06, 1)
    return places, sizes, fresh


def chains(features: list[Feature]) -> list[Crater]:
    """Return craters strung along named valleys and chains, radial to the basin that threw them out."""
    rng, craters = np.random.default_rng(13), []
    for f in features:
        if f.kind not in ("vallis", "catena") or f.diameter_km < 60:
            continue
        bearing = _radial_bearing(f) + rng.normal(0, 4)
        size = float(np.clip(f.diameter_km * 0.05, 6, 26))
        for along in np.arange(-f.diameter_km / 2, f.diameter_km / 2, 0.55 * size):
            lat, lon = at_bearing(f.lat_deg, f.lon_deg, bearing, along)
            jitter = rng.normal(0, 0.16 * size, 2) / 30.3
            place = lat + jitter[0], lon + jitter[1] / max(np.cos(np.radians(lat)), 0.1)
            craters.append(Crater(*map(float, place), size * rng.uniform(0.45, 1.25), rng.uniform(0.3, 0.6)))
    return craters


def _radial_bearing(f: Feature) -> float:
    def bearing_and_range(lat2: float, lon2: float) -> tuple[float, float]:
        a, b, d = np.radians(f.lat_deg), np.radians(lat2), np.radians(lon2 - f.lon_deg)
        y, x = np.sin(d) * np.cos(b), np.cos(a) * np.sin(b) - np.sin(a) * np.cos(b) * np.cos(d)
        arc = np.arccos(np.clip(np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(d), -1, 1))
        return float(np.degrees(np.arctan2(y, x))), float(arc * 1737.4)

    sources = [(bearing_and_range(lat, lon), reach) for lat, lon, reach in CHAIN_SOURCES]
    return min(sources, key=lambda s: s[0][1] / s[1])[0][0]


def secondaries(craters: list[Crater], rng: np.random.Generator) -> tuple[Field, Field, Field]:
    """Return clusters of small craters around fresh craters: places (n, 2) deg, diameters km, freshness."""
    places, sizes = [], []
    for c in (c for c in craters if c.freshness > 0.78 and c.diameter_km > 18):
        for _ in range(int(c.diameter_km / 2.2)):
            bearing, away = rng.uniform(0, 360), c.diameter_km / 2 * rng.uniform(1.8, 5.5)
            for _ in range(rng.integers(4, 16)):
                place = at_bearing(
                    c.lat_deg, c.lon_deg, bearing + rng.normal(0, 0.8), away * (1 + 0.12 * rng.standard_normal())
                )
                places.append(place)
                sizes.append(min(c.diameter_km * 0.03, 4.5) * rng.uniform(0.6, 1.3))
    fresh = np.full(len(sizes), 0.45)
    return np.array(places).reshape(-1, 2), np.clip(np.array(sizes), 2.4, None), fresh


def sparse_on_maria(
    grid: Grid, mare: Field, places_deg: Field, rng: np.random.Generator, share: float = 0.12
) -> np.ndarray:
    """Return a mask of places to keep: all on highlands, a share of those on the seas."""
    row = ((0.5 - places_deg[:, 0] / 180) * grid.rows).astype(int).clip(0, grid.rows - 1)
    col = ((0.5 + places_deg[:, 1] / 360) * grid.cols).astype(int) % grid.cols
    return rng.random(len(places_deg)) < 1 - (1 - share) * mare[row, col]
