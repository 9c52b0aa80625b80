"""Colours of missions in widgets: those of the picture, darker on a light ground. Window layer."""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox

from visualizer.scene.palette import mission_colour
from visualizer.ui import theme
from visualizer.ui.words import tr

# Contrast of lines and marks, and of words, with a light ground.
MARK_CONTRAST: Final = 3.1
WORD_CONTRAST: Final = 4.6
# A colour that gets darker needs more of itself: dark gold is no brown then.
MORE_SATURATED: Final = 1.6
# In words, in the order of `scene.palette`.
NAMES: Final = (
    "gold", "sky blue", "green", "pink", "coral", "turquoise", "lilac", "yellow", "blue", "rose", "sage", "silver",
)  # fmt: skip


def colour_of(mission_index: int, alpha: int = 255, contrast: float = MARK_CONTRAST) -> QColor:
    """Return the colour with a number; on a light ground only so much darker as the contrast there needs."""
    red, green, blue = (round(255 * part) for part in mission_colour(mission_index))
    colour = QColor(red, green, blue)
    if QColor(theme.BACKGROUND).lightness() > 128:
        colour = QColor(_darkened(colour.name(), theme.BACKGROUND, contrast))
    colour.setAlpha(alpha)
    return colour


@cache
def _darkened(name: str, ground: str, contrast: float) -> str:
    """Return a colour of the same hue, as bright as it can be on a light ground."""
    hue, saturation, _, _ = QColor(name).getHsvF()
    for percent in range(100, 0, -1):
        found = QColor.fromHsvF(max(hue, 0.0), min(1.0, MORE_SATURATED * saturation), percent / 100.0).name()
        if theme.contrast_ratio(found, ground) >= contrast:
            break
    return found


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
