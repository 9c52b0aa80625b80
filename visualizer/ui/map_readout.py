"""What a map says of the place under the mouse: where it is, how high, how the Sun stands, what is there."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.horizon import bundled_horizon, sun_place_rad
from visualizer.core.relief import relief_if_loaded
from visualizer.model.chart_ticks import number_words
from visualizer.model.features import FeatureTable, bundled_features
from visualizer.model.map_areas import Area
from visualizer.model.map_ground import dark_share
from visualizer.model.map_names import LEAST_PX, feature_places
from visualizer.model.map_scene import SiteOnMap
from visualizer.model.map_view import MapView

Place = tuple[float, float]


def coordinates_text(lat_deg: float, lon_deg: float) -> str:
    """Write a place as `57.8650° S, 61.3600° E`."""
    lon = (lon_deg + 180.0) % 360.0 - 180.0
    return f"{abs(lat_deg):.4f}° {'S' if lat_deg < 0 else 'N'}, {abs(lon):.4f}° {'W' if lon < 0 else 'E'}"


def readout_html(place_deg: Place, dir_sun: FloatArray, site: SiteOnMap | None, area: Area | None) -> str:
    """Return two lines of rich text; heights and shadows are told once the ground and the light were read."""
    lat, lon = np.deg2rad(place_deg)
    up = position_on_sphere_km(lat, lon, 1.0)[np.newaxis]
    relief, first = relief_if_loaded(), [coordinates_text(*place_deg)]
    if relief is not None:
        first.append(f"{number_words(1000.0 * float(relief.map_height_km(up)[0]), 0)} m")
    elevation = float(sun_place_rad(up, dir_sun)[0][0])
    sun = f"Sun {number_words(float(np.rad2deg(elevation)), 1)}°"
    if bundled_horizon.cache_info().currsize:
        sun += f", {light_words(float(dark_share(up, dir_sun)[0][0]), elevation)}"
    first.append(sun)
    return " · ".join(first) + "<br>" + (_what(site, area) or escape(_below(lat, lon)))


def light_words(dark: float, elevation_rad: float) -> str:
    """Say whether a place is lit."""
    if dark < 0.01:
        return "in sunlight"
    if dark > 0.99:
        return "night" if elevation_rad < 0.0 else "in shadow"
    return f"{round(100.0 * (1.0 - dark))} % of the Sun"


def _what(site: SiteOnMap | None, area: Area | None) -> str:
    parts = []
    if site is not None:
        parts.append(f"<b>{escape(site.site.title)}</b>")
    if area is not None:
        parts.append(f"<b>{escape(area.title)}</b>: {escape(area.source)}. {escape(area.note)}")
    return " · ".join(parts)


def _below(lat_rad: float, lon_rad: float) -> str:
    return bundled_features().below(float(lat_rad), float(lon_rad)) or "no named feature"


def apart_km(first_deg: Place, second_deg: Place) -> float:
    """Return the distance of two places along the ground."""
    a, b = (position_on_sphere_km(*np.deg2rad(place), 1.0) for place in (first_deg, second_deg))
    return float(2.0 * np.arcsin(min(0.5 * float(np.linalg.norm(a - b)), 1.0)) * RADIUS_MOON_KM)


def site_at(sites: Sequence[SiteOnMap], place_deg: Place, within_km: float) -> SiteOnMap | None:
    """Return the nearest site within a distance."""
    near = [(apart_km((one.site.lat_deg, one.site.lon_deg), place_deg), number) for number, one in enumerate(sites)]
    near = [one for one in near if one[0] <= within_km]
    return sites[min(near)[1]] if near else None


def area_at(areas: Sequence[Area], place_deg: Place, within_km: float) -> Area | None:
    """Return the smallest area that holds a place, or whose middle is near it."""
    found = [
        area
        for area in areas
        if apart_km((area.lat_deg, area.lon_deg), place_deg) <= within_km or is_inside(area, place_deg)
    ]
    return min(found, key=lambda area: area.size_km, default=None)


def is_inside(area: Area, place_deg: Place) -> bool:
    """Tell whether a place lies in an area; on the plane that touches the Moon at the area's middle."""
    if area.kind == "point" or apart_km((area.lat_deg, area.lon_deg), place_deg) > area.size_km:
        return False
    x, y = _on_tangent(np.vstack([area.outline_deg, place_deg]), area)
    edge_x, edge_y = x[:-1] - x[-1], y[:-1] - y[-1]
    turn = np.diff(np.unwrap(np.arctan2(edge_y, edge_x)))
    return bool(abs(turn.sum()) > np.pi)


def _on_tangent(places_deg: FloatArray, area: Area) -> tuple[FloatArray, FloatArray]:
    lat, lon = np.deg2rad(places_deg).T
    lat_0, lon_0 = np.deg2rad((area.lat_deg, area.lon_deg))
    x = np.cos(lat) * np.sin(lon - lon_0)
    y = np.cos(lat_0) * np.sin(lat) - np.sin(lat_0) * np.cos(lat) * np.cos(lon - lon_0)
    return x, y


def feature_at(table: FeatureTable, place_deg: Place, view: MapView) -> int | None:
    """Return the number of the smallest feature that holds a place and is not too small to be seen, or None."""
    here = position_on_sphere_km(*np.deg2rad(place_deg), 1.0)
    away_km = np.arccos(np.clip(table.dir_me_unit @ here, -1.0, 1.0)) * RADIUS_MOON_KM
    _, _, wide_px = feature_places(table, view)
    inside = np.flatnonzero((away_km < 0.5 * table.diameter_km) & (wide_px >= 0.5 * LEAST_PX))
    return int(inside[np.argmin(table.diameter_km[inside])]) if inside.size else None
