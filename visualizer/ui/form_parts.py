"""Parts that several panels are made of: buttons with a tip, a column that scrolls. Window layer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QToolButton, QVBoxLayout, QWidget


def tool_button(parent: QWidget, text: str, name: str, tip: str) -> QToolButton:
    """Return a button that the keyboard reaches, with its accessible name and its tip."""
    button = QToolButton(parent)
    button.setText(text)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def act_button(parent: QWidget, text: str, tip: str, act: Callable[[], object]) -> QToolButton:
    """Return a button named by its tip; pressed, it calls `act` without arguments."""
    button = tool_button(parent, text, tip, tip)
    button.clicked.connect(lambda _checked=False: act())
    return button


def em_column(inside: QWidget, em_px: int) -> QVBoxLayout:
    """Lay a widget out as a column with half an m between and around what stands in it."""
    column = QVBoxLayout(inside)
    half = em_px // 2
    column.setContentsMargins(half, half, half, half)
    column.setSpacing(half)
    return column


def fill_scrolling(panel: QWidget, inside: QWidget) -> None:
    """Fill a panel with a widget that scrolls up and down where it is too tall."""
    scroll = QScrollArea(panel)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(inside)
    whole = QVBoxLayout(panel)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(scroll)


def narrow_size(panel: QWidget, lines: float) -> QSize:
    """Return the size of a narrow panel of which so many lines are seen without scrolling."""
    metrics = panel.fontMetrics()
    return QSize(14 * metrics.horizontalAdvance("m"), round(lines * metrics.height()))


def least_height(panel: QWidget, width_px: int) -> int:
    """Return how low a panel of this width can be, its words in as many lines as they need, the rest as low as it goes.

    A `heightForWidth` that answers this keeps the frame about a panel from scrolling what scrolls by itself.
    """
    layout = panel.layout()
    return layout.minimumHeightForWidth(width_px) if layout is not None else -1
