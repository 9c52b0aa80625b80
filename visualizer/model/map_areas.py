"""Planned places of landing as areas on the Moon: ellipses, boxes and points with their sources. Model, pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np

from visualizer.core.arrays import FloatArray, cross
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.geometry import position_on_sphere_km, spherical_subpoint
from visualizer.errors import AssetError
from visualizer.missions.document import read_toml
from visualizer.resources import asset_path

FILE: Final = "sites/planned_areas.toml"
POINTS: Final = 73
EDGE_POINTS: Final = 17


@dataclass(frozen=True)
class Area:
    """Where a craft was, or is, to come down.

    Attributes
    ----------
    id, title, mission_id : words; the mission need not be loaded
    kind : 'ellipse', 'rectangle', 'box' (between parallels and meridians) or 'point'
    lat_deg, lon_deg : of its middle
    outline_deg : (n, 2) latitude and east longitude of its edge, closed; one row for a point
    size_km : its greatest extent, 0 for a point
    source, note : where the figures are from, and what is not known of them
    """

    id: str
    title: str
    mission_id: str
    kind: Literal["ellipse", "rectangle", "box", "point"]
    lat_deg: float
    lon_deg: float
    outline_deg: FloatArray
    size_km: float
    source: str
    note: str


@cache
def planned_areas() -> tuple[Area, ...]:
    """Return the bundled areas; raise `AssetError` where the file is damaged."""
    try:
        entries: Any = read_toml(asset_path(FILE))["area"]
        return tuple(_area(entry) for entry in entries)
    except (KeyError, TypeError, ValueError) as error:
        raise AssetError(f"bundled file assets/{FILE} is damaged ({error!r}); install Perilune again") from error


def _area(entry: dict[str, Any]) -> Area:
    kind = entry["kind"]
    if kind == "box":
        outline, size = _box(*entry["box_deg"])
        low, high, west, east = entry["box_deg"]
        middle = (0.5 * (low + high), 0.5 * (west + east))
    else:
        middle = (float(entry["lat_deg"]), float(entry["lon_deg"]))
        outline, size = _shape(kind, middle, entry)
    words = (entry["id"], entry["title"], entry["mission"], kind)
    return Area(*words, *middle, outline, size, entry["source"], entry["note"])


def _shape(kind: str, middle: tuple[float, float], entry: dict[str, Any]) -> tuple[FloatArray, float]:
    if kind == "point":
        return np.array([middle]), 0.0
    along, across = 0.5 * float(entry["long_km"]), 0.5 * float(entry["wide_km"])
    if kind == "ellipse":
        turn = np.linspace(0.0, 2.0 * np.pi, POINTS)
        offsets = np.stack([along * np.cos(turn), across * np.sin(turn)], axis=1)
    elif kind == "rectangle":
        corners = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1), (1, 1)], dtype=np.float64)
        offsets = corners * (along, across)
    else:
        raise ValueError(f"area {entry['id']!r}: kind {kind!r}")
    return around_deg(middle, offsets, float(entry["azimuth_deg"])), float(entry["long_km"])


def around_deg(middle_deg: tuple[float, float], offsets_km: FloatArray, azimuth_deg: float) -> FloatArray:
    """Return latitude and longitude of places beside a place, (n, 2) deg.

    Parameters
    ----------
    offsets_km : (n, 2) along a direction of the ground and to the right of it, great circles from the middle
    azimuth_deg : of that direction, from north through east
    """
    up = position_on_sphere_km(np.deg2rad(middle_deg[0]), np.deg2rad(middle_deg[1]), 1.0)
    east = cross(np.array([0.0, 0.0, 1.0]), up)
    length = float(np.linalg.norm(east))
    east = east / length if length > 1e-12 else np.array([0.0, 1.0, 0.0])
    north = cross(up, east)
    away = np.hypot(offsets_km[:, 0], offsets_km[:, 1]) / RADIUS_MOON_KM
    azimuth = np.deg2rad(azimuth_deg) + np.arctan2(offsets_km[:, 1], offsets_km[:, 0])
    toward = np.cos(azimuth)[:, np.newaxis] * north + np.sin(azimuth)[:, np.newaxis] * east
    place = np.cos(away)[:, np.newaxis] * up + np.sin(away)[:, np.newaxis] * toward
    lat, lon = spherical_subpoint(place)
    return np.rad2deg(np.stack([lat, lon], axis=1))


def _box(low: float, high: float, west: float, east: float) -> tuple[FloatArray, float]:
    lon, lat = np.linspace(west, east, EDGE_POINTS), np.linspace(low, high, EDGE_POINTS)
    sides = [
        np.stack([np.full(EDGE_POINTS, low), lon], axis=1),
        np.stack([lat, np.full(EDGE_POINTS, east)], axis=1),
        np.stack([np.full(EDGE_POINTS, high), lon[::-1]], axis=1),
        np.stack([lat[::-1], np.full(EDGE_POINTS, west)], axis=1),
    ]
    corners = position_on_sphere_km(np.deg2rad([low, high]), np.deg2rad([west, east]), RADIUS_MOON_KM)
    return np.concatenate(sides), float(np.linalg.norm(corners[1] - corners[0]))
