"""Takes the next click on the picture for a panel, instead of turning the camera. Window layer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

Find = Callable[[float, float], str | None]


class PicturePicker(QObject):
    """An event filter that is there only while something is being picked.

    Signals
    -------
    picked(str) : the name of what was clicked
    ended() : picking is over, with or without a find
    missed() : there was nothing under the click; picking goes on
    """

    picked = Signal(str)
    ended = Signal()
    missed = Signal()

    def __init__(self, native: QWidget, find: Find, parent: QObject) -> None:
        super().__init__(parent)
        self._native, self._find = native, find
        self.is_on = False

    def start(self) -> None:
        """Wait for a click."""
        if not self.is_on:
            self.is_on = True
            self._native.installEventFilter(self)
            self._native.setCursor(Qt.CursorShape.CrossCursor)

    def stop(self) -> None:
        """Leave the picture alone again."""
        if self.is_on:
            self.is_on = False
            self._native.removeEventFilter(self)
            self._native.unsetCursor()
            self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the left button picks, Escape and the right button end it; the wheel still comes nearer."""
        kind = event.type()
        if isinstance(event, QMouseEvent) and kind == QEvent.Type.MouseButtonPress:
            if event.button() == Qt.MouseButton.LeftButton:
                self._pick(event.position())
            else:
                self.stop()
            return True
        if isinstance(event, QMouseEvent) and kind in (QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick):
            return True
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if kind == QEvent.Type.KeyPress:
                self.stop()
            return True
        return False

    def _pick(self, position: QPointF) -> None:
        found = self._find(position.x(), position.y())
        if found is None:
            self.missed.emit()
            return
        self.stop()
        self.picked.emit(found)
