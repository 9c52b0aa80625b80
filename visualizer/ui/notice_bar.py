"""Bars above the picture: they say what must be read, and stay until an answer was given. Window layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolBar

from visualizer.ui.elided_label import ElidedLabel
from visualizer.ui.words import tr

MARGIN_PX: Final = 8


class TopBar(QToolBar):
    """A bar as wide as the window, under the menus, whatever layout was saved.

    Parameters
    ----------
    window : gets the bar by `place`
    title, name : for screen readers, and for the saved layout
    label : has what is to be read
    """

    def __init__(self, window: Any, title: str, name: str, label: QLabel) -> None:
        super().__init__(title, window)
        self._window = window
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        self.words = label
        self.words.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        self.addWidget(self.words)

    def add_button(self, words: str, act: Callable[[], None]) -> tuple[QPushButton, QAction]:
        """Add a button; return it and what shows or hides it."""
        button = QPushButton(tr(words), self)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(act)
        return button, self.addWidget(button)

    def place(self) -> None:
        """Lay the bar under the menus, each below the last."""
        self._window.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
        self._window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self)
        if not self._window.isVisible():
            # A window that opens maximized takes what was restored once more as it grows: it must know this bar.
            self._window.restore_layout()
        self.show()

    def leave(self) -> None:
        """Go away."""
        self._window.removeToolBar(self)
        self._window.canvas.native.setFocus()
        self.deleteLater()


class NoticeBar(TopBar):
    """Says one line until the user has closed it; where it has no room, the tool tip has all of it."""

    def __init__(self, window: Any, words: str) -> None:
        label = ElidedLabel()
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        label.say(words)
        super().__init__(window, tr("Notice"), "notice-bar", label)
        self.close_button, _ = self.add_button("Close", self.leave)
        self.place()
