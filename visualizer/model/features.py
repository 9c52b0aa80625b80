"""Named features of the Moon: which to label from here, which lies below."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.geometry import position_on_sphere_km
from visualizer.errors import AssetError
from visualizer.resources import asset_path

N_FEATURES = 4172
# Of the Moon's centre: farther away, its features are not named.
NAMES_WITHIN_KM = 40_000.0


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """The IAU/USGS gazetteer's features, largest first.

    Attributes
    ----------
    names, kinds : n texts
    dir_me_unit : (n, 3) directions in mean-Earth axes
    diameter_km : (n,)
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    dir_me_unit: FloatArray
    diameter_km: FloatArray

    def below(self, lat_rad: float, lon_rad: float) -> str:
        """Return the smallest feature whose circle holds the place, or an empty text."""
        here = position_on_sphere_km(lat_rad, lon_rad, 1.0)
        apart_km = np.arccos(np.clip(self.dir_me_unit @ here, -1.0, 1.0)) * RADIUS_MOON_KM
        inside = np.flatnonzero(apart_km < 0.5 * self.diameter_km)
        return self.names[inside[np.argmin(self.diameter_km[inside])]] if inside.size else ""

    def to_label(self, camera_me_km: FloatArray, fov_rad: float, count: int) -> list[int]:
        """Return the largest features that face the camera and look neither tiny nor all-embracing.

        Parameters
        ----------
        camera_me_km : (3,) camera relative to the Moon's centre, mean-Earth axes
        fov_rad : vertical field of view; a feature is worth a label above 1.5 % of it
        """
        distance = float(np.linalg.norm(camera_me_km))
        cosine = self.dir_me_unit @ (camera_me_km / distance)
        to_surface = np.sqrt(distance**2 + RADIUS_MOON_KM**2 - 2.0 * distance * RADIUS_MOON_KM * cosine)
        share = self.diameter_km / to_surface / fov_rad
        is_facing = cosine > RADIUS_MOON_KM / distance + 0.12
        return [int(i) for i in np.flatnonzero(is_facing & (share > 0.015) & (share < 1.0))[:count]]


@cache
def bundled_features() -> FeatureTable:
    """Return the gazetteer as bundled, loaded once (about 15 ms)."""
    with asset_path("moon/features.csv").open(encoding="utf-8", newline="") as file:
        content = list(csv.DictReader(file))
    if len(content) != N_FEATURES:
        raise AssetError(
            f"bundled file assets/moon/features.csv is damaged: {len(content)} of {N_FEATURES} features; "
            "install Perilune again"
        )
    rows = sorted(content, key=lambda row: (-float(row["diameter_km"]), row["name"]))
    lat, lon = (np.deg2rad([float(row[c]) for row in rows]) for c in ("lat_deg", "lon_east_deg"))
    return FeatureTable(
        tuple(row["name"] for row in rows),
        tuple(row["kind"] for row in rows),
        position_on_sphere_km(lat, lon, np.ones(len(rows))),
        np.array([float(row["diameter_km"]) for row in rows]),
    )
