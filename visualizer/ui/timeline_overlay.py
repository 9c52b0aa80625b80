"""What moves over the timeline's kept picture: selection, playhead, the event the keyboard is at, the focus frame.

Window layer. Painting this costs a few lines and a rectangle, so that a scrub repaints nothing else.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from visualizer.ui import theme
from visualizer.ui.timeline_layout import TimelineLayout
from visualizer.ui.timeline_scale import TimeScale

HEAD_PX: Final = 7.0
SELECTION_ALPHA: Final = 46
EDGE_ALPHA: Final = 200
IDLE_EDGE_ALPHA: Final = 110


def playhead_box(layout: TimelineLayout, x_px: float, bubble_px: float) -> QRectF:
    """Return what has to be painted anew where the playhead is or was; the bubble is so wide."""
    half = max(HEAD_PX, bubble_px + 4.0)
    return QRectF(x_px - half, 0.0, 2.0 * half, layout.height_px)


def paint_playhead(painter: QPainter, layout: TimelineLayout, x_px: float, bubble: str) -> None:
    """Paint the playhead, with the time in a bubble while it is dragged."""
    if not layout.gutter_px - 1.0 <= x_px <= layout.right_px + 1.0:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(theme.PLAYHEAD)
    painter.setPen(QPen(colour, 1.6))
    bottom = layout.axis_top_px + 2.0
    painter.drawLine(QPointF(x_px, 4.0), QPointF(x_px, bottom))
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(
        QPolygonF([QPointF(x_px, bottom - 6.0), QPointF(x_px - 5, bottom + 3), QPointF(x_px + 5, bottom + 3)])
    )
    if bubble:
        _paint_bubble(painter, layout, x_px, bubble)


def _paint_bubble(painter: QPainter, layout: TimelineLayout, x_px: float, text: str) -> None:
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 14.0
    left = min(max(x_px - width / 2.0, layout.gutter_px), layout.right_px - width)
    box = QRectF(left, layout.axis_top_px + 2.0, width, layout.line_px + 2.0)
    painter.setPen(QPen(QColor(theme.ACCENT), 1.0))
    painter.setBrush(QColor(theme.RAISED))
    painter.drawRoundedRect(box, 4.0, 4.0)
    painter.setPen(QColor(theme.TEXT))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_selection(
    painter: QPainter, layout: TimelineLayout, scale: TimeScale, span_tdb_s: tuple[float, float], is_looping: bool
) -> None:
    """Paint what is selected; strong edges while playing stays inside."""
    left, right = (scale.x_px(t) for t in span_tdb_s)
    plot = QRectF(layout.gutter_px, 2.0, layout.plot_width_px, layout.axis_top_px)
    box = QRectF(left, 2.0, right - left, layout.axis_top_px).intersected(plot)
    if box.isEmpty():
        return
    fill, edge = QColor(theme.FOCUS), QColor(theme.FOCUS)
    fill.setAlpha(SELECTION_ALPHA)
    edge.setAlpha(EDGE_ALPHA if is_looping else IDLE_EDGE_ALPHA)
    painter.fillRect(box, fill)
    style = Qt.PenStyle.SolidLine if is_looping else Qt.PenStyle.DashLine
    painter.setPen(QPen(edge, 1.6, style))
    for x in (left, right):
        if plot.left() <= x <= plot.right():
            painter.drawLine(QPointF(x, 2.0), QPointF(x, layout.axis_top_px))


def paint_event_mark(painter: QPainter, layout: TimelineLayout, x_px: float, row: int) -> None:
    """Ring the event that the keyboard is at."""
    if not layout.gutter_px <= x_px <= layout.right_px:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.FOCUS), 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(x_px, layout.row(row).top()), 6.0, 6.0)


def paint_focus(painter: QPainter, width_px: float, height_px: float) -> None:
    """Frame the timeline while the keyboard is on it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(theme.FOCUS), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(0.5, 0.5, width_px - 1.0, height_px - 1.0))
