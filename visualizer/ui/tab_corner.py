"""What stands beside the tabs of a tab widget: words and buttons that need no line of their own. Window layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QWidget

GAP_PX: Final = 8


class TabCorner(QWidget):
    """Has all the width that the tabs leave: words first, buttons at the right end."""

    def __init__(self, tabs: QTabWidget, words: QWidget, buttons: Sequence[QWidget]) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        # Qt makes it no higher than the tabs: its buttons are lower than others.
        self.setProperty("role", "corner")
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_PX, 0, GAP_PX, 0)
        row.addWidget(words, 1)
        for button in buttons:
            row.addWidget(button)
        tabs.setCornerWidget(self)

    def sizeHint(self) -> QSize:
        """Qt: as wide as there is room."""
        high = super().sizeHint().height()
        return QSize(max(1, self._tabs.width() - self._tabs.tabBar().sizeHint().width() - GAP_PX), high)
