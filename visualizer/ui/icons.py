"""Button pictures, painted in the theme's colour at the screen's resolution: no font and no file needed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF, QRadialGradient

from visualizer.ui import theme

_SIZE_PX = 64


def _blank() -> QPixmap:
    pixmap = QPixmap(_SIZE_PX, _SIZE_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def transport_icon(name: str) -> QIcon:
    """Return the picture for 'previous', 'reverse', 'pause', 'play' or 'next'."""
    pixmap = _blank()
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(theme.TEXT))
    painter.setPen(Qt.PenStyle.NoPen)
    if name in ("reverse", "previous"):
        painter.translate(_SIZE_PX, 0)
        painter.scale(-1, 1)
    if name == "pause":
        painter.drawRect(QRectF(17, 12, 11, 40))
        painter.drawRect(QRectF(36, 12, 11, 40))
    else:
        left, right = (12, 44) if name in ("next", "previous") else (17, 53)
        painter.drawPolygon(QPolygonF([QPointF(left, 10), QPointF(right, 32), QPointF(left, 54)]))
        if name in ("next", "previous"):
            painter.drawRect(QRectF(45, 10, 8, 44))
    painter.end()
    return QIcon(pixmap)


def application_icon() -> QIcon:
    """Return the program's picture: a low pass over a lit limb."""
    pixmap = _blank()
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    light = QRadialGradient(QPointF(22, 24), 40)
    light.setColorAt(0.0, QColor("#f2efe8"))
    light.setColorAt(0.6, QColor("#8f8c86"))
    light.setColorAt(1.0, QColor("#1b1c20"))
    painter.setBrush(light)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QRectF(10, 10, 44, 44))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.ACCENT), 4))
    painter.drawArc(QRectF(3, 3, 58, 58), 20 * 16, 150 * 16)
    painter.end()
    return QIcon(pixmap)
