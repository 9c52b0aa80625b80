"""A label of few lines that ends in an ellipsis where it has no room; the tool tip has all of it. Window layer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """Takes what width it gets; the tool tip has all of a text that is cut.

    Parameters
    ----------
    help_ : what the tool tip says besides
    lines : in how many lines it may stand where it has that height

    Attributes
    ----------
    lines : the same
    """

    def __init__(self, parent: QWidget | None = None, help_: str = "", lines: int = 1) -> None:
        super().__init__(parent)
        self._full, self._help, self.lines = "", help_, lines
        self.setToolTip(help_)
        self.setTextFormat(Qt.TextFormat.PlainText)
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
        metrics, room = self.fontMetrics(), self.contentsRect()
        lines = min(self.lines, max(1, room.height() // metrics.lineSpacing()))
        shown = "\n".join(lines_of(self._full, metrics, room.width(), lines))
        if shown != self.text():
            self.setText(shown)
        is_cut = shown.replace("\n", " ") != self._full
        words = [self._full if is_cut else "", self._help]
        self.setToolTip("\n".join(word for word in words if word))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width shows another part."""
        super().resizeEvent(event)
        self._fit()


def lines_of(text: str, metrics: QFontMetrics, width_px: int, most: int) -> list[str]:
    """Break a text between words into lines of a width, so many at most; the last ends in an ellipsis if need be."""
    lines, rest = [], text
    while len(lines) + 1 < most and metrics.horizontalAdvance(rest) > width_px:
        words = rest.split(" ")
        count = next((n for n in range(len(words) - 1, 0, -1)
                      if metrics.horizontalAdvance(" ".join(words[:n])) <= width_px), 0)  # fmt: skip
        if not count:
            break
        lines.append(" ".join(words[:count]))
        rest = " ".join(words[count:])
    return [*lines, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width_px)]
