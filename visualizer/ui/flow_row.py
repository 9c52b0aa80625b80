"""A row of groups of controls that goes on in further lines where the window is narrow. Window layer.

What belongs together stays together; the last control takes the width that is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

SPACING_SHARE: Final = 0.3
GROUP_SHARE: Final = 0.75
LAST_EMS: Final = 8.0


class FlowRow(QWidget):
    """Places its children itself: `set_groups` says which stand together, in order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: list[list[QWidget]] = []
        self._last: QWidget | None = None
        self._height = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_groups(self, groups: Sequence[Sequence[QWidget]], last: QWidget | None = None) -> None:
        """Say what stands together, and what fills the rest, if anything does."""
        self._groups, self._last = [list(group) for group in groups], last
        self.place()

    @property
    def lines(self) -> int:
        """In how many lines it is laid out."""
        return len(self._lines(self.width()))

    def _em(self) -> float:
        return float(self.fontMetrics().height())

    def _width_of(self, group: Sequence[QWidget]) -> float:
        shown = [widget.sizeHint().width() for widget in group if not widget.isHidden()]
        shown = [max(w, x.minimumWidth()) for w, x in zip(shown, [x for x in group if not x.isHidden()], strict=True)]
        return sum(shown) + SPACING_SHARE * self._em() * max(len(shown) - 1, 0)

    def _lines(self, width: int) -> list[list[list[QWidget]]]:
        """Distribute the groups over lines, as many in each as have room."""
        room, gap = width - self._em(), GROUP_SHARE * self._em()
        lines: list[list[list[QWidget]]] = [[]]
        used = 0.0
        for group in self._groups:
            wide = self._width_of(group)
            if lines[-1] and used + gap + wide > room:
                lines.append([])
                used = 0.0
            lines[-1].append(group)
            used += wide + (gap if used else 0.0)
        if self._last is not None:
            if used + gap + LAST_EMS * self._em() > room:
                lines.append([])
            lines[-1].append([self._last])
        return lines

    def place(self) -> None:
        """Put every control in its place."""
        em, y = self._em(), 0.3 * self._em()
        for line in self._lines(self.width()):
            beside = [w for group in line for w in group if not (w.isHidden() or isinstance(w, QLabel))]
            # How many lines a label has must not move what is beside it.
            height = max([w.sizeHint().height() for w in beside], default=self.fontMetrics().lineSpacing())
            x = 0.5 * em
            for group in line:
                for widget in group:
                    if widget.isHidden():
                        continue
                    wide = max(widget.sizeHint().width(), widget.minimumWidth())
                    if widget is self._last:
                        wide = max(round(self.width() - 0.5 * em - x), 1)
                    tall = min(widget.sizeHint().height(), height)
                    if isinstance(widget, QLabel) and widget is self._last:
                        # Two lines of words have room in the height of a button and the gaps above and below it.
                        tall = round(height + 0.5 * em)
                    widget.setGeometry(round(x), round(y + 0.5 * (height - tall)), wide, tall)
                    x += wide + SPACING_SHARE * em
                x += (GROUP_SHARE - SPACING_SHARE) * em
            y += height + 0.25 * em
        if round(y) != self._height:
            self._height = round(y)
            self.updateGeometry()

    def retheme(self) -> None:
        """Lay it out in the size of text in use."""
        self.place()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what did not push while it was not seen has its height now."""
        super().showEvent(event)
        self.place()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width, other lines."""
        super().resizeEvent(event)
        self.place()

    def sizeHint(self) -> QSize:
        """Qt: as high as its lines."""
        return QSize(800, self._high())

    def minimumSizeHint(self) -> QSize:
        """Qt: as wide as the widest group, as high as its lines."""
        widest = max((self._width_of(group) for group in self._groups), default=0.0)
        return QSize(round(widest + self._em()), self._high())

    def _high(self) -> int:
        # Before it is seen its width, and with it the number of its lines, is not yet known: it must not push.
        return self._height if self.isVisible() else min(self._height, round(2.0 * self._em()))
