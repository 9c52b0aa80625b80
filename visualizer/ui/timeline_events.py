"""What Qt tells the timeline, passed on: mouse to `timeline_mouse`, keys to `timeline_keys`, tips to `timeline_tips`.

Window layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

if TYPE_CHECKING:
    from visualizer.ui.timeline_keys import TimelineKeys
    from visualizer.ui.timeline_layout import TimelineLayout
    from visualizer.ui.timeline_mouse import TimelineMouse

TIP_LINES: Final = 6.0


class _Watcher(QObject):
    """Sees a timeline's tool tips and shortcuts before it does.

    Notes
    -----
    An override of `event` would do as well, but what a handler below it raises ends the process (PySide 6.11), where it
    should reach the crash report.
    """

    def __init__(self, timeline: TimelineEvents) -> None:
        super().__init__(timeline)
        self._timeline = timeline

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: show the tip of the place; keep the keys that the timeline knows."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._timeline.show_tip(event.pos())
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._timeline.takes_key(event)
        return False


class TimelineEvents(QWidget):
    """A widget whose mouse, keys and tips are handled elsewhere; the timeline says by what.

    Attributes
    ----------
    tip_at : returns the tool tip for a place (x, y in pixels), or an empty text
    """

    tip_at: Callable[[float, float], str]
    _mouse: TimelineMouse
    _keys: TimelineKeys
    _layout: TimelineLayout
    _playhead_px: float

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.installEventFilter(_Watcher(self))

    def show_tip(self, place: QPoint) -> None:
        """Show the tip of a place: above the timeline, so that it never lies under the next press."""
        above = self.mapToGlobal(QPoint(place.x(), -round(TIP_LINES * self._layout.line_px)))
        QToolTip.showText(above, self.tip_at(place.x(), place.y()), self)

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether a key is the timeline's own while it has the focus, not a shortcut of the window."""
        if self._keys.is_own(event):
            event.accept()
            return True
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: see `timeline_mouse`."""
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: see `timeline_mouse`."""
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: see `timeline_mouse`."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: see `timeline_mouse`."""
        self._mouse.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: see `timeline_mouse`."""
        self._mouse.wheel(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: the menu key; the right button opens the menu when it is let go without a drag."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._mouse.open_menu(self._playhead_px, self._layout.rows_top_px, self._keys.chosen)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: see `timeline_keys`."""
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: show it no more."""
        super().focusOutEvent(event)
        self.update()
