"""What a panel lies in: where its dock is lower than the panel needs, the panel scrolls and the window keeps its size.

Window layer.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

# Least height of what scrolls, in heights of a line: in a window of so many lines or more; in a lower one beside the
# picture, where two share the height, and below it.
LEAST_LINES: Final = 7.0
TALL_LINES: Final = 44.0
LOW_BESIDE_LINES: Final = 2.0
LOW_BELOW_LINES: Final = 4.0


def least_height_px(widget: QWidget, *, is_below: bool = False) -> int:
    """Return how high what scrolls must be: less where the window is low for its text, so that all of it has room.

    Parameters
    ----------
    is_below : whether it stands below the picture, not beside it
    """
    line = widget.fontMetrics().height()
    is_tall = widget.window().height() >= TALL_LINES * line
    low = LOW_BELOW_LINES if is_below else LOW_BESIDE_LINES
    return round((LEAST_LINES if is_tall else low) * line)


class PanelFrame(QScrollArea):
    """Holds one panel: as wide as that needs, and low if it must be."""

    def __init__(self, panel: QWidget, parent: QWidget, *, is_below: bool = False) -> None:
        super().__init__(parent)
        self._is_below, self._low_px = is_below, 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The panel's own controls take the keyboard; what gets the focus is scrolled to.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(panel)

    def _least(self) -> QSize:
        panel = self.widget()
        return panel.minimumSizeHint().expandedTo(panel.minimumSize())

    def sizeHint(self) -> QSize:
        """Qt: as large as the panel wants to be."""
        return self.widget().sizeHint().expandedTo(self._least())

    def minimumSizeHint(self) -> QSize:
        """Qt: as wide as the panel must be, as high as some lines."""
        least = self._least()
        low = least_height_px(self, is_below=self._is_below)
        if least.height() <= low:
            return least
        return QSize(least.width() + self.verticalScrollBar().sizeHint().width(), low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another window may let it be lower."""
        super().resizeEvent(event)
        low = least_height_px(self, is_below=self._is_below)
        if low != self._low_px:
            self._low_px = low
            self.updateGeometry()
