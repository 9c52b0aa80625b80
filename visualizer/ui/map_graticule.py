"""Parallels and meridians of a map, with their degrees where there is room. Window layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.model.map_names import Box, meet
from visualizer.model.map_projection import SOUTH_LIMIT_RAD
from visualizer.model.map_view import MapView, graticule_step_deg
from visualizer.ui.map_strokes import draw_path, words
from visualizer.ui.theme_colours import DARK

# Least way between degrees one above the other, in heights of a line.
APART: Final = 0.6


def paint_graticule(painter: QPainter, view: MapView) -> None:
    """Paint the lines."""
    colour = QColor(DARK["TEXT"])
    colour.setAlpha(52)
    painter.setPen(QPen(colour, 1.0))
    lats, lons = graticule_lines_deg(view, graticule_step_deg(view.km_per_px))
    fine = np.linspace(0.0, 1.0, 121)
    for lat in lats:
        around = np.deg2rad(lons[0] + (lons[-1] - lons[0]) * fine)
        draw_path(painter, view, np.full(len(fine), np.deg2rad(lat)), around)
    for lon in lons[:-1] if abs(lons[-1] - lons[0] - 360.0) < 1e-6 else lons:
        along = np.deg2rad(lats[0] + (lats[-1] - lats[0]) * fine)
        draw_path(painter, view, along, np.full(len(fine), np.deg2rad(lon)))


def paint_degrees(painter: QPainter, view: MapView, font: QFont, taken: Sequence[Box]) -> list[Box]:
    """Write the lines' degrees, these not where something stands already; return where they stand."""
    step = graticule_step_deg(view.km_per_px)
    lats, lons = graticule_lines_deg(view, step)
    return _paint_degrees(painter, view, lats, lons, step, QFontMetricsF(font), taken)


def graticule_lines_deg(view: MapView, step: float) -> tuple[FloatArray, FloatArray]:
    """Return latitudes and longitudes of the lines that may be seen, in order; longitudes may go over 180."""
    left, right, low, high = view.edges_km
    if view.projection.key == "global":
        lat_low, lat_high = (np.rad2deg(edge / RADIUS_MOON_KM) for edge in (low, high))
        lon_low, lon_high = (np.rad2deg(edge / RADIUS_MOON_KM) for edge in (left, right))
        return (
            _multiples(max(lat_low - step, -90.0), min(lat_high + step, 90.0), step),
            _multiples(max(lon_low - step, -180.0), min(lon_high + step, 180.0), step),
        )
    edge_x = np.concatenate([np.linspace(left, right, 40), np.full(40, left), np.full(40, right)] * 2)
    edge_y = np.concatenate([np.full(40, low), np.linspace(low, high, 40), np.linspace(low, high, 40),
                             np.full(40, high), np.linspace(low, high, 40), np.linspace(low, high, 40)])  # fmt: skip
    lat, lon = view.projection.place_rad(edge_x, edge_y)
    has_pole = left < 0.0 < right and low < 0.0 < high
    edge_deg = float(np.rad2deg(SOUTH_LIMIT_RAD))
    lat_high = min(float(np.rad2deg(lat.max())), edge_deg)
    if has_pole:
        # Meridians crowd at the pole: fewer than parallels there.
        wide = max(5.0 * step, 10.0) if step < 5.0 else max(step, 15.0)
        wide = next(one for one in (10.0, 15.0, 30.0, 45.0) if one >= min(wide, 45.0))
        return _multiples(-90.0 + step, lat_high + 1e-9, step), np.arange(-180.0, 180.1, wide)
    middle = np.arctan2(view.x_km, view.y_km)
    turn = np.rad2deg((lon - middle + np.pi) % (2 * np.pi) - np.pi + middle)
    nearest = float(np.rad2deg(lat.min()))
    parallel = max(np.cos(np.deg2rad(nearest)), 1e-3)
    steps = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0)
    apart = next((one for one in steps if one * parallel >= 0.8 * step), 30.0)
    lats = _multiples(max(nearest - step, -90.0 + step), min(lat_high + step, edge_deg), step)
    return lats, _multiples(float(turn.min()) - apart, float(turn.max()) + apart, apart)


def _multiples(low: float, high: float, step: float) -> FloatArray:
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    found = np.arange(first, max(last, first) + 1) * step
    return np.asarray(found, dtype=np.float64)


def _paint_degrees(
    painter: QPainter, view: MapView, lats: FloatArray, lons: FloatArray, step: float, metrics: QFontMetricsF,
    others: Sequence[Box],
) -> list[Box]:  # fmt: skip
    """Write degrees: of meridians along the frame or rim, of parallels along the most upright meridian."""
    decimals = 0 if step >= 1.0 else 1 if step >= 0.1 else 2
    taken: list[Box] = []

    def put(lat: float, lon: float, text: str, *, is_inside: bool) -> None:
        x_km, y_km = view.projection.plane_km(np.deg2rad(lat), np.deg2rad(lon))
        x, y = view.px(float(x_km), float(y_km))
        width, height = metrics.horizontalAdvance(text), metrics.height()
        if not is_inside:
            x, y = (min(max(x, 0.5 * width + 3), view.width_px - 0.5 * width - 3),
                    min(max(y, 0.5 * height + 2), view.height_px - 0.5 * height - 2))  # fmt: skip
        box = (x - 0.5 * width, y - 0.5 * height, x + 0.5 * width, y + 0.5 * height)
        # Degrees that stand close under each other read as one.
        apart = (box[0], box[1] - APART * height, box[2], box[3] + APART * height)
        is_seen = box[0] >= 0 and box[1] >= 0 and box[2] <= view.width_px and box[3] <= view.height_px
        if is_seen and not any(meet(box, other) for other in others) and not any(meet(apart, one) for one in taken):
            taken.append(box)
            words(painter, box[0], box[1] + metrics.ascent(), text, QColor(DARK["MUTED"]))

    for lon in lons:
        text = _degrees((lon + 180.0) % 360.0 - 180.0, "E", "W", decimals)
        lat = _label_latitude(view, lon, metrics)
        if lat is not None:
            put(lat, lon, text, is_inside=False)
    lon_of_label = _label_longitude(view)
    for lat in lats:
        put(lat, lon_of_label, _degrees(lat, "N", "S", decimals), is_inside=True)
    return taken


def _label_latitude(view: MapView, lon: float, metrics: QFontMetricsF) -> float | None:
    """Return where along a meridian its degrees stand: as far north as is seen, a little inside."""
    lats = np.linspace(-89.0, 89.0, 1781) if view.projection.key == "global" else np.linspace(-89.9, -55.0, 1746)
    x, y = view.projection.plane_km(np.deg2rad(lats), np.deg2rad(np.full(len(lats), lon)))
    left, right, low, high = view.edges_km
    inset = 0.8 * metrics.height() * view.km_per_px
    seen = (x >= left + inset) & (x <= right - inset) & (y >= low + inset) & (y <= high - inset)
    return float(lats[np.flatnonzero(seen)[-1]]) if np.any(seen) else None


def _label_longitude(view: MapView) -> float:
    if view.projection.key == "global":
        left, _, _, _ = view.edges_km
        return float(max(np.rad2deg(left / RADIUS_MOON_KM), -180.0)) + 0.04 * view.width_px * float(
            np.rad2deg(view.km_per_px / RADIUS_MOON_KM)
        )
    left, right, low, high = view.edges_km
    if left < 0.0 < right and low < 0.0 < high:
        return 0.0 if high > -low else 180.0
    return float(np.rad2deg(np.arctan2(view.x_km, view.y_km)))


def _degrees(value: float, positive: str, negative: str, decimals: int) -> str:
    rounded = round(abs(value), decimals)
    sign = "" if rounded in (0.0, 180.0) else f" {positive if value > 0 else negative}"
    return f"{rounded:.{decimals}f}°{sign}"
