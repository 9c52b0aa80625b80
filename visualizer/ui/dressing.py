"""Gives a window that is in use another theme or size of text, part by part: its event loop goes on turning.

Window layer. Qt works out the style of some hundred widgets, most of them in panels that are closed. What is seen
changes together: it is not painted before all of it is ready. What is hidden follows, a few parts in each turn.
"""

from __future__ import annotations

import time
from typing import Any, Final, cast

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from visualizer.ui import theme
from visualizer.ui.appearance import scale_picture_words

# How long parts are dressed in one turn of the event loop, s; one part takes a few milliseconds.
TURN_S: Final = 0.012


class Dresser(QObject):
    """Dresses the parts of a window, and those that come later.

    Parameters
    ----------
    window : the program's window; it has all its parts
    """

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[QWidget] = []
        self._is_covered = False
        self._turns = QTimer(self)
        self._turns.setSingleShot(True)
        self._turns.timeout.connect(self._on_turn)
        window.installEventFilter(self)
        window.closing.connect(lambda _settings: self._turns.stop())
        for part in theme.parts_of([window]):
            theme.dress(part)

    @property
    def is_busy(self) -> bool:
        """Whether parts wait for the theme in use."""
        return bool(self._waiting) or self._is_covered

    def start(self, has_other_size: bool) -> None:
        """Begin: what is seen stays as it is until all of it is ready."""
        application = cast(QApplication, QApplication.instance())
        late = set(self._waiting)
        parts = theme.parts_of([self._window, *application.topLevelWidgets()])
        wanted = [p for p in dict.fromkeys(parts) if has_other_size or p in late or not theme.is_dressed(p)]
        self._waiting = sorted(wanted, key=lambda part: not _is_seen(part))
        self._is_covered = True
        self._window.setUpdatesEnabled(False)
        self._turns.start()

    def finish(self) -> None:
        """Dress all that waits now."""
        while self.is_busy:
            self._on_turn()

    def _on_turn(self) -> None:
        application = cast(QApplication, QApplication.instance())
        # Thousands of events go to widgets now, and none of them is a key.
        application.removeEventFilter(self._window.actions_)
        try:
            # To lay out and paint all anew is a turn's work by itself.
            if self._is_covered and not any(_is_seen(part) for part in self._waiting):
                self._uncover()
            else:
                self._dress_some()
        finally:
            application.installEventFilter(self._window.actions_)
            if self.is_busy:
                self._turns.start()

    def _dress_some(self) -> None:
        end_s = time.perf_counter() + TURN_S
        while self._waiting and time.perf_counter() < end_s:
            part = self._waiting.pop(0)
            if isValid(part):
                theme.dress(part)
                _retheme(part)

    def _uncover(self) -> None:
        self._is_covered = False
        scale_picture_words(self._window)
        self._window.actions_.refresh()
        self._window.setUpdatesEnabled(True)
        self._window.redraw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: a new part, a dialog for instance, before it is first shown."""
        if event.type() == QEvent.Type.ChildPolished:
            part = cast(Any, event).child()
            if isinstance(part, QWidget) and not theme.is_dressed(part):
                theme.dress(part)
        return False


def _is_seen(part: QWidget) -> bool:
    # A dock behind another one's tab is visible, too, but nothing of it is seen.
    return isValid(part) and part.isVisible() and not part.visibleRegion().isEmpty()


def _retheme(part: QWidget) -> None:
    """Let what is kept in colours of the theme, or in its size of text, be made anew."""
    for widget in () if part.isWindow() and part.parentWidget() is None else (part, *part.findChildren(QWidget)):
        retheme = getattr(widget, "retheme", None)
        if retheme is not None:
            retheme()
