"""Keys that a widget keeps for itself while it has the focus, where the window has shortcuts of the same keys.

Window layer. An override of `event` would do as well, but what a handler below it raises ends the process (PySide
6.11), where it should reach the crash report.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class _Watcher(QObject):
    """Sees a widget's shortcuts before the window does."""

    def __init__(self, widget: QWidget, is_own: Callable[[QKeyEvent], object]) -> None:
        super().__init__(widget)
        self._is_own = is_own

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: keep what the widget knows."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()
            return True
        return False


def keep_keys(widget: QWidget, is_own: Callable[[QKeyEvent], object]) -> None:
    """Let a widget, or what has the focus in it, have the keys that `is_own` tells."""
    widget.installEventFilter(_Watcher(widget, is_own))
