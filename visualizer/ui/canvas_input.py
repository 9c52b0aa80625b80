"""Mouse on the picture: drag turns, wheel comes nearer, double click looks at what is there.

Window layer. An event filter on the picture's widget; it calls the session only. What lies under the cursor is meant:
one of several panes, which a click makes the active one, or a small picture from the craft, whose field of view the
wheel changes.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from visualizer.model.pane_layout import Pane, pane_at, pane_box
from visualizer.model.seen import target_of
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
        self._turned = 0
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

    def _pane(self, position: QPointF) -> Pane | None:
        """Return what is under the cursor, or None on a divider."""
        native, layout = self._canvas.native, self._session.panes.layout()
        size = (native.width(), native.height())
        found = pane_at(layout, position.x(), size[1] - position.y(), size)
        return None if found is None else layout[found]

    def _press(self, event: QMouseEvent) -> None:
        self._canvas.native.setFocus(Qt.FocusReason.MouseFocusReason)
        pane = self._pane(event.position())
        if pane is None or pane.corner:
            return
        self._session.panes.activate(pane.index)
        if event.button() == Qt.MouseButton.LeftButton:
            self._last, self._turned = event.position(), pane.index
            self._canvas.native.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _drag(self, position: QPointF) -> None:
        assert self._last is not None
        moved, self._last = position - self._last, position
        native, panes = self._canvas.native, self._session.panes
        height = pane_box(Pane(count=panes.count), (native.width(), native.height())).height
        per_px = TURN_RAD_PER_HEIGHT / max(height, 1)
        panes.orbit(min(self._turned, panes.count - 1), -moved.x() * per_px, moved.y() * per_px)

    def _zoom(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() / 120.0
        pane = self._pane(event.position())
        if not turn or pane is None:
            return
        if pane.corner:
            self._session.panes.zoom_target(target_of(pane.id), WHEEL_FACTOR**turn)
        else:
            self._session.panes.zoom(pane.index, WHEEL_FACTOR**turn)

    def _focus(self, position: QPointF) -> None:
        pane = self._pane(position)
        if pane is None:
            return
        if pane.corner:
            self._session.panes.set_fov(target_of(pane.id), None)
            return
        self._session.panes.activate(pane.index)
        focus = self._canvas.pick(position.x(), position.y())
        distance = FOCUS_DISTANCE_KM.get((focus or "").partition(":")[0])
        if focus and distance:
            self._session.focus_on(focus, distance)
