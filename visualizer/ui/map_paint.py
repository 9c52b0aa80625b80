"""What stands still on a map while time runs: graticule, areas, sites, names, scale. Window layer.

It is painted into a picture that is kept; `map_moving` comes on top of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from visualizer.model.features import bundled_features
from visualizer.model.map_areas import Area
from visualizer.model.map_names import Box, free_box, names_on_map
from visualizer.model.map_scene import SiteOnMap
from visualizer.model.map_view import MapView, scale_bar
from visualizer.ui.map_graticule import paint_degrees, paint_graticule
from visualizer.ui.map_strokes import colour_of, paper_path, polygon, words
from visualizer.ui.theme_colours import DARK

MARKER_PX: Final = 5.0


@dataclass(frozen=True)
class Layers:
    """What is switched on."""

    has_light: bool = True
    has_names: bool = True
    has_areas: bool = True
    has_graticule: bool = True


def paint_still(
    painter: QPainter, view: MapView, layers: Layers, areas: Sequence[Area], sites: Sequence[SiteOnMap], font: QFont
) -> list[Box]:
    """Paint graticule, areas, sites, names and scale; return where something is written or marked."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    taken = _paint_scale(painter, view, font)
    if layers.has_graticule:
        paint_graticule(painter, view)
    # Where craft came down goes before what was planned, then degrees of the grid, then names of the ground.
    taken += _site_marks(view, sites)
    taken += _paint_sites(painter, view, sites, font, taken)
    if layers.has_graticule:
        taken += paint_degrees(painter, view, font, taken)
    if layers.has_areas:
        taken += _paint_areas(painter, view, areas, font, taken)
    if layers.has_names:
        taken += _paint_names(painter, view, font, taken)
    return taken


def _paint_areas(
    painter: QPainter, view: MapView, areas: Sequence[Area], font: QFont, taken: Sequence[Box]
) -> list[Box]:
    metrics, boxes = QFontMetricsF(font), list(taken)
    line = QPen(QColor(DARK["AREA"]), 1.3, Qt.PenStyle.DashLine)
    fill = QColor(DARK["AREA"])
    fill.setAlpha(30)
    new: list[Box] = []
    for area in areas:
        x_km, y_km = view.projection.plane_km(np.deg2rad(area.lat_deg), np.deg2rad(area.lon_deg))
        if not view.projection.is_on_paper(x_km, y_km):
            continue
        x, y = view.px(float(x_km), float(y_km))
        painter.setPen(line)
        size_px = area.size_km / view.km_per_px
        if size_px >= 2.0 * MARKER_PX:
            outline = np.deg2rad(area.outline_deg)
            painter.setBrush(fill)
            painter.drawPolygon(polygon(view, *view.projection.plane_km(outline[:, 0], outline[:, 1])))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(DARK["AREA"]), 1.3))
            half = 0.7 * MARKER_PX
            painter.drawPolygon(QPolygonF([QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half),
                                           QPointF(x - half, y)]))  # fmt: skip
        if size_px >= 26.0 or (area.kind == "point" and view.km_per_px < 1.0):
            placed = _beside(painter, view, x, y, min(0.5 * size_px, 30.0) + 4.0, area.title, metrics, boxes,
                             QColor(DARK["AREA"]))  # fmt: skip
            if placed:
                boxes.append(placed)
                new.append(placed)
    return new


def _beside(
    painter: QPainter, view: MapView, x: float, y: float, apart: float, text: str, metrics: QFontMetricsF,
    taken: Sequence[Box], colour: QColor,
) -> Box | None:  # fmt: skip
    """Write a text beside a place where there is room; return its box."""
    box = free_box(view, (x, y), apart, (metrics.horizontalAdvance(text), metrics.height()), taken)
    if box is not None:
        words(painter, box[0], box[1] + metrics.ascent(), text, colour)
    return box


def _mark_box(x: float, y: float) -> Box:
    return x - MARKER_PX, y - MARKER_PX, x + MARKER_PX, y + MARKER_PX


def _site_marks(view: MapView, sites: Sequence[SiteOnMap]) -> list[Box]:
    """Return the boxes of all marks of sites: no text may cover one."""
    places = (view.projection.plane_km(np.deg2rad(s.site.lat_deg), np.deg2rad(s.site.lon_deg)) for s in sites)
    return [_mark_box(*view.px(float(x), float(y))) for x, y in places if view.projection.is_on_paper(x, y)]


def _paint_sites(
    painter: QPainter, view: MapView, sites: Sequence[SiteOnMap], font: QFont, taken: Sequence[Box]
) -> list[Box]:
    metrics, boxes, new = QFontMetricsF(font), list(taken), []
    for one in sites:
        place = view.projection.plane_km(np.deg2rad(one.site.lat_deg), np.deg2rad(one.site.lon_deg))
        if not view.projection.is_on_paper(*place):
            continue
        x, y = view.px(float(place[0]), float(place[1]))
        colour = colour_of(one.mission_index)
        painter.setPen(QPen(colour, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if one.site.kind == "impact":
            painter.drawLine(QPointF(x - MARKER_PX, y - MARKER_PX), QPointF(x + MARKER_PX, y + MARKER_PX))
            painter.drawLine(QPointF(x - MARKER_PX, y + MARKER_PX), QPointF(x + MARKER_PX, y - MARKER_PX))
        else:
            size = MARKER_PX if one.site.kind == "landing" else 0.7 * MARKER_PX
            painter.drawPolygon(QPolygonF([QPointF(x, y + size), QPointF(x + size, y - size),
                                           QPointF(x - size, y - size)]))  # fmt: skip
        text = one.site.title.partition(",")[0]
        if one.site.kind == "reserve" and view.km_per_px > 1.5:
            continue
        own = _mark_box(x, y)
        placed = _beside(painter, view, x, y, MARKER_PX + 3.0, text, metrics, [b for b in boxes if b != own], colour)
        if placed:
            boxes.append(placed)
            new.append(placed)
    return new


def _paint_names(painter: QPainter, view: MapView, font: QFont, taken: Sequence[Box]) -> list[Box]:
    metrics, table = QFontMetricsF(font), bundled_features()

    def size(text: str) -> tuple[float, float]:
        return metrics.horizontalAdvance(text), metrics.height()

    ring, colour, paper = QColor(DARK["TEXT"]), QColor(DARK["TEXT"]), paper_path(view)
    ring.setAlpha(60)
    colour.setAlpha(225)
    names = names_on_map(table, view, size, taken)
    for name in names:
        if view.projection.key == "south" and name.radius_px > 12.0:
            painter.setClipPath(paper)
            painter.setPen(QPen(ring, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            middle = QPointF(name.x_px + 0.5 * name.width_px, name.y_px + 0.5 * name.height_px)
            painter.drawEllipse(middle, name.radius_px, name.radius_px)
            painter.setClipping(False)
        words(painter, name.x_px, name.y_px + metrics.ascent(), name.text, colour)
    return [(n.x_px, n.y_px, n.x_px + n.width_px, n.y_px + n.height_px) for n in names]


def _paint_scale(painter: QPainter, view: MapView, font: QFont) -> list[Box]:
    metrics = QFontMetricsF(font)
    length, width = scale_bar(view.km_per_px, 0.28 * view.width_px)
    text = f"{length:,.0f} km" if length >= 1.0 else f"{length * 1000.0:,.0f} m"
    x, y = 10.0, view.height_px - 10.0
    painter.setPen(QPen(QColor(DARK["BACKGROUND"]), 4.0))
    painter.drawLine(QPointF(x, y), QPointF(x + width, y))
    painter.setPen(QPen(QColor(DARK["TEXT"]), 2.0))
    painter.drawLine(QPointF(x, y), QPointF(x + width, y))
    words(painter, x, y - 5.0, text, QColor(DARK["TEXT"]))
    return [(x, y - 5.0 - metrics.height(), x + max(width, metrics.horizontalAdvance(text)), y + 3.0)]
