"""What moves on a map: the terminator, ground tracks, craft with their uncertainty. Window layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from visualizer.core.arrays import FloatArray
from visualizer.core.geometry import spherical_subpoint
from visualizer.core.trajectory import Provenance
from visualizer.model.map_names import Box, free_box
from visualizer.model.map_projection import great_circle, pieces_on_paper
from visualizer.model.map_scene import CraftOnMap
from visualizer.model.map_view import MapView
from visualizer.ui.map_strokes import colour_of, draw_path, polygon, words
from visualizer.ui.theme_colours import DARK

STYLES: Final = {Provenance.PLANNED: Qt.PenStyle.DashLine, Provenance.SYNTHETIC: Qt.PenStyle.DotLine}
FUTURE_ALPHA: Final = 95
BAND_ALPHA: Final = 44
LEAST_BAND_PX: Final = 2.0
TERMINATOR_POINTS: Final = 121
# Bands of many revolutions would cover the map.
MOST_OF_BAND: Final = 500
CRAFT_PX: Final = 5.0
NAME_PX: Final = 9.0


def paint_tracks(painter: QPainter, view: MapView, crafts: Sequence[CraftOnMap]) -> None:
    """Paint the ground tracks; with many revolutions that takes a while."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for craft in reversed(crafts):
        _paint_track(painter, view, craft)


def paint_crafts(
    painter: QPainter, view: MapView, crafts: Sequence[CraftOnMap], dir_sun: FloatArray | None, font: QFont,
    taken: Sequence[Box] = (),
) -> None:  # fmt: skip
    """Paint the terminator, if a Sun is given, and the craft; `taken` are boxes where something is written."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    if dir_sun is not None:
        colour = QColor(DARK["ACCENT"])
        colour.setAlpha(150)
        painter.setPen(QPen(colour, 1.0))
        draw_path(painter, view, *spherical_subpoint(great_circle(dir_sun, TERMINATOR_POINTS)))
    for craft in reversed(crafts):
        if np.isfinite(craft.lat_deg):
            _paint_craft(painter, view, craft)
    _paint_craft_names(painter, view, crafts, QFontMetricsF(font), taken)


def _paint_track(painter: QPainter, view: MapView, craft: CraftOnMap) -> None:
    for part, alpha in ((craft.future, FUTURE_ALPHA), (craft.past, 255)):
        for run, kind in craft.track.runs(part):
            lat, lon = craft.track.lat_rad[run], craft.track.lon_rad[run]
            for piece, x, y in pieces_on_paper(view.projection, lat, lon):
                across = craft.track.across_km[run][piece]
                _paint_band(painter, view, x, y, across, lat[piece], colour_of(craft.mission_index, BAND_ALPHA))
                pen = QPen(colour_of(craft.mission_index, alpha), 1.7 if craft.is_main else 1.2)
                pen.setStyle(STYLES.get(kind, Qt.PenStyle.SolidLine))
                painter.setPen(pen)
                painter.drawPolyline(polygon(view, x, y))


def _paint_band(
    painter: QPainter, view: MapView, x: FloatArray, y: FloatArray, across_km: FloatArray, lat: FloatArray,
    colour: QColor,
) -> None:  # fmt: skip
    """Fill one sigma on either side of a track, where it is wide enough to be seen."""
    wide = across_km * view.projection.scale(lat)[1]
    is_narrow = not np.all(np.isfinite(wide)) or float(wide.max()) < LEAST_BAND_PX * view.km_per_px
    if is_narrow or len(x) > MOST_OF_BAND:
        return
    right, up = np.gradient(x), np.gradient(y)
    length = np.maximum(np.hypot(right, up), 1e-9)
    off_x, off_y = -up / length * wide, right / length * wide
    edge_x = np.concatenate([x + off_x, (x - off_x)[::-1]])
    edge_y = np.concatenate([y + off_y, (y - off_y)[::-1]])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(polygon(view, edge_x, edge_y), Qt.FillRule.WindingFill)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_craft(painter: QPainter, view: MapView, craft: CraftOnMap) -> None:
    x_km, y_km = view.projection.plane_km(np.deg2rad(craft.lat_deg), np.deg2rad(craft.lon_deg))
    if not view.projection.is_on_paper(x_km, y_km):
        return
    colour = colour_of(craft.mission_index)
    if craft.sigma_deg is not None:
        edge = np.deg2rad(craft.sigma_deg)
        painter.setPen(QPen(colour, 1.0))
        painter.setBrush(colour_of(craft.mission_index, 60))
        for _, x, y in pieces_on_paper(view.projection, edge[:, 0], edge[:, 1]):
            painter.drawPolygon(polygon(view, x, y))
    x_px, y_px = view.px(float(x_km), float(y_km))
    painter.setPen(QPen(QColor(DARK["BACKGROUND"]), 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(x_px, y_px), CRAFT_PX, CRAFT_PX)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_craft_names(
    painter: QPainter, view: MapView, crafts: Sequence[CraftOnMap], metrics: QFontMetricsF, taken: Sequence[Box]
) -> None:
    """Name craft beside their marks: off one another always, off what stands still where there is room."""
    seen = [(craft, view.px(*_place_km(view, craft))) for craft in crafts if _is_on_paper(view, craft)]
    marks = [(x - CRAFT_PX, y - CRAFT_PX, x + CRAFT_PX, y + CRAFT_PX) for _, (x, y) in seen]
    for craft, place in seen:
        if not craft.is_main:
            continue
        size = (metrics.horizontalAdvance(craft.name), metrics.height())
        box = free_box(view, place, NAME_PX, size, [*taken, *marks]) or free_box(view, place, NAME_PX, size, marks)
        if box is not None:
            marks.append(box)
            words(painter, box[0], box[1] + metrics.ascent(), craft.name, colour_of(craft.mission_index))


def _place_km(view: MapView, craft: CraftOnMap) -> tuple[float, float]:
    x_km, y_km = view.projection.plane_km(np.deg2rad(craft.lat_deg), np.deg2rad(craft.lon_deg))
    return float(x_km), float(y_km)


def _is_on_paper(view: MapView, craft: CraftOnMap) -> bool:
    return bool(np.isfinite(craft.lat_deg)) and bool(view.projection.is_on_paper(*_place_km(view, craft)))
