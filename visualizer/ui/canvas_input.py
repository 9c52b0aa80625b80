"""Mouse on the picture: drag turns, wheel comes nearer, double click looks at what is there.

Window layer. An event filter on the picture's widget; it calls the session only.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from visualizer.model.session import Session
from visualizer.ui.canvas_port import CanvasPort

TURN_RAD_PER_HEIGHT: Final = 2.4
WHEEL_FACTOR: Final = 0.85
FOCUS_DISTANCE_KM: Final = {"earth": 33_000.0, "moon": 8_300.0, "craft": 0.02, "site": 120.0}


class CanvasInput(QObject):
    """Turns mouse events on the canvas into camera moves."""

    def __init__(self, session: Session, canvas: CanvasPort, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._canvas = session, canvas
        self._last: QPointF | None = None
        canvas.native.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: take drag, wheel and double click; leave the rest."""
        kind = event.type()
        if kind == QEvent.Type.Wheel and isinstance(event, QWheelEvent):
            self._zoom(event)
        elif isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseButtonDblClick:
                self._focus(event.position())
            elif kind == QEvent.Type.MouseButtonPress:
                self._press(event)
            elif kind == QEvent.Type.MouseMove and self._last is not None:
                self._drag(event.position())
            elif kind == QEvent.Type.MouseButtonRelease:
                self._last = None
                self._canvas.native.unsetCursor()
            else:
                return False
        else:
            return False
        return True

    def _press(self, event: QMouseEvent) -> None:
        self._canvas.native.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = event.position()
            self._canvas.native.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _drag(self, position: QPointF) -> None:
        assert self._last is not None
        moved, self._last = position - self._last, position
        per_px = TURN_RAD_PER_HEIGHT / max(self._canvas.native.height(), 1)
        self._session.orbit_camera(-moved.x() * per_px, moved.y() * per_px)

    def _zoom(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() / 120.0
        if turn:
            self._session.zoom_camera(WHEEL_FACTOR**turn)

    def _focus(self, position: QPointF) -> None:
        focus = self._canvas.pick(position.x(), position.y())
        distance = FOCUS_DISTANCE_KM.get((focus or "").partition(":")[0])
        if focus and distance:
            self._session.focus_on(focus, distance)
