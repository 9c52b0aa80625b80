"""Colours of missions in widgets: those of the picture, darker on a light ground. Window layer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox

from visualizer.scene.palette import mission_colour
from visualizer.ui import theme
from visualizer.ui.words import tr

DARKER_PERCENT: Final = 210
# In words, in the order of `scene.palette`.
NAMES: Final = (
    "gold", "sky blue", "green", "pink", "coral", "turquoise", "lilac", "yellow", "blue", "rose", "sage", "silver",
)  # fmt: skip


def colour_of(mission_index: int, alpha: int = 255) -> QColor:
    """Return the colour with a number, darker on a light ground."""
    red, green, blue = (round(255 * part) for part in mission_colour(mission_index))
    is_light = QColor(theme.BACKGROUND).lightness() > 128
    colour = QColor(red, green, blue).darker(DARKER_PERCENT) if is_light else QColor(red, green, blue)
    colour.setAlpha(alpha)
    return colour


def fill_with_colours(box: QComboBox) -> None:
    """Fill a box with the colours that a mission can have; the data is the number, None for the next free one."""
    box.setAccessibleName(tr("Colour of the flight"))
    box.setToolTip(tr("Its colour in the picture, in charts, on the map and in lists"))
    side = box.fontMetrics().height()
    box.setIconSize(QSize(side, side))
    box.addItem(tr("the next free one"), None)
    for number, words in enumerate(NAMES):
        mark = QPixmap(side, side)
        mark.fill(colour_of(number))
        box.addItem(QIcon(mark), tr(words), number)
