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
    """Return the picture of a button: previous, reverse, pause, play, next, step-back, step-forward, loop, slow."""
    pixmap = _blank()
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(theme.TEXT))
    painter.setPen(Qt.PenStyle.NoPen)
    if name in ("reverse", "previous", "step-back"):
        painter.translate(_SIZE_PX, 0)
        painter.scale(-1, 1)
    if name == "pause":
        painter.drawRect(QRectF(17, 12, 11, 40))
        painter.drawRect(QRectF(36, 12, 11, 40))
    elif name == "loop":
        _paint_loop(painter)
    elif name == "slow":
        _paint_dial(painter)
    elif name in ("step-back", "step-forward"):
        painter.drawRect(QRectF(14, 14, 7, 36))
        painter.drawPolygon(QPolygonF([QPointF(28, 14), QPointF(52, 32), QPointF(28, 50)]))
    else:
        left, right = (12, 44) if name in ("next", "previous") else (17, 53)
        painter.drawPolygon(QPolygonF([QPointF(left, 10), QPointF(right, 32), QPointF(left, 54)]))
        if name in ("next", "previous"):
            painter.drawRect(QRectF(45, 10, 8, 44))
    painter.end()
    return QIcon(pixmap)


def _paint_loop(painter: QPainter) -> None:
    """Paint an arrow that runs in a circle."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.TEXT), 6.5))
    painter.drawArc(QRectF(13, 13, 38, 38), 70 * 16, 290 * 16)
    painter.restore()
    painter.drawPolygon(QPolygonF([QPointF(32, 1), QPointF(32, 27), QPointF(50, 14)]))


def _paint_dial(painter: QPainter) -> None:
    """Paint a dial whose hand points low."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.TEXT), 6.0))
    painter.drawArc(QRectF(9, 14, 46, 46), -10 * 16, 200 * 16)
    painter.drawLine(QPointF(32, 38), QPointF(18, 27))
    painter.restore()
    painter.drawEllipse(QPointF(32, 38), 5.5, 5.5)


def application_icon() -> QIcon:
    """Return the program's picture."""
    icon = QIcon()
    for size_px in (32, 64, 128, 256):
        icon.addPixmap(application_pixmap(size_px))
    return icon


def application_pixmap(size_px: int) -> QPixmap:
    """Return the program's picture in one size: a low pass over a cratered Moon, lit from the left."""
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size_px / _SIZE_PX, size_px / _SIZE_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    light = QRadialGradient(QPointF(20, 25), 46)
    light.setColorAt(0.0, QColor("#f4f1ea"))
    light.setColorAt(0.55, QColor("#a29e96"))
    light.setColorAt(0.86, QColor("#3a3a40"))
    light.setColorAt(1.0, QColor("#17181c"))
    painter.setBrush(light)
    painter.drawEllipse(QRectF(9, 11, 44, 44))
    if size_px >= 48:
        for x, y, radius in ((22, 26, 4.6), (36, 38, 6.0), (26, 42, 3.0), (39, 24, 3.2), (17, 37, 2.2)):
            painter.setBrush(QColor(40, 40, 46, 70))
            painter.drawEllipse(QPointF(x, y), radius, radius)
            painter.setBrush(QColor(255, 252, 244, 60))
            painter.drawEllipse(QPointF(x + 0.9, y + 0.7), 0.8 * radius, 0.8 * radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(QColor(theme.ACCENT), 4.0 if size_px >= 48 else 5.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawArc(QRectF(4, 5, 56, 56), 20 * 16, 130 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(QPointF(58.3, 23.4), 4.2, 4.2)
    painter.end()
    return pixmap
