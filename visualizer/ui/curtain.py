"""Darkness over a widget: how a preview fades without drawing anew. Window layer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget


class Curtain(QWidget):
    """Black over the whole of a widget, as dense as it is told; it lets the mouse through."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._over = over
        self.light = 1.0
        self.hide()

    def let_through(self, light: float) -> None:
        """Let a part of the light through, 0 (black) to 1 (nothing is there)."""
        self.light = min(max(light, 0.0), 1.0)
        self.setGeometry(self._over.rect())
        self.setVisible(self.light < 1.0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: cover what is beneath."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor.fromRgbF(0.0, 0.0, 0.0, 1.0 - self.light))
        painter.end()
