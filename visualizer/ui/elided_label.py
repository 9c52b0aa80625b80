"""A label of one line that ends in an ellipsis where it has no room; the tool tip has all of it. Window layer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """Takes what width it gets.

    Parameters
    ----------
    help_ : what the tool tip says besides
    """

    def __init__(self, parent: QWidget | None = None, help_: str = "") -> None:
        super().__init__(parent)
        self._full, self._help = "", help_
        self.setToolTip(help_)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def full_text(self) -> str:
        """All of it."""
        return self._full

    def say(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.contentsRect().width())
        if shown != self.text():
            self.setText(shown)
        words = [self._full if shown != self._full else "", self._help]
        self.setToolTip("\n".join(word for word in words if word))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width shows another part."""
        super().resizeEvent(event)
        self._fit()
