"""Strokes of maps: places of the paper as pixels, paths, words with a dark edge. Window layer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from visualizer.core.arrays import FloatArray
from visualizer.model.map_projection import pieces_on_paper
from visualizer.model.map_view import MapView
from visualizer.scene.palette import mission_colour
from visualizer.ui.theme_colours import DARK


def colour_of(index: int, alpha: int = 255) -> QColor:
    """Return a mission's colour."""
    red, green, blue = (round(255 * part) for part in mission_colour(index))
    return QColor(red, green, blue, alpha)


def polygon(view: MapView, x_km: FloatArray, y_km: FloatArray) -> QPolygonF:
    """Return places of the paper, (n,) km each, as pixels."""
    px = 0.5 * view.width_px + (x_km - view.x_km) / view.km_per_px
    py = 0.5 * view.height_px - (y_km - view.y_km) / view.km_per_px
    return QPolygonF([QPointF(a, b) for a, b in zip(px.tolist(), py.tolist(), strict=True)])


def draw_path(painter: QPainter, view: MapView, lat_rad: FloatArray, lon_rad: FloatArray) -> None:
    """Draw a path on the ground, as far as it is seen."""
    left, right, low, high = view.edges_km
    for _, x, y in pieces_on_paper(view.projection, lat_rad, lon_rad):
        if x.max() > left and x.min() < right and y.max() > low and y.min() < high:
            painter.drawPolyline(polygon(view, x, y))


def words(painter: QPainter, x: float, y: float, text: str, colour: QColor) -> None:
    """Write with a dark edge, the left end of the base line at a place."""
    shade = QColor(DARK["BACKGROUND"])
    shade.setAlpha(200)
    painter.setPen(shade)
    for right, down in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        painter.drawText(QPointF(x + right, y + down), text)
    painter.setPen(colour)
    painter.drawText(QPointF(x, y), text)


def paper_path(view: MapView) -> QPainterPath:
    """Return the edge of the paper in pixels: a circle or a frame."""
    path = QPainterPath()
    is_round = view.projection.key == "south"
    path.addEllipse(frame_rect(view)) if is_round else path.addRect(frame_rect(view))
    return path


def frame_rect(view: MapView) -> QRectF:
    """Return the frame of the paper in pixels."""
    wide, high = view.projection.half_km
    left, top = view.px(-wide, high)
    right, bottom = view.px(wide, -high)
    return QRectF(left, top, right - left, bottom - top)
