"""Theme and size of text: chosen in the View menu, applied at once, remembered. Window layer."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtWidgets import QApplication

from visualizer.ui import theme
from visualizer.ui.words import tr


def choose_theme(window: Any, name: str) -> None:
    """Use 'dark', 'light' or 'system' from now on."""
    window.theme_name = name
    use_appearance(window)


def change_text(window: Any, steps: int) -> None:
    """Make text larger or smaller by steps of `theme.TEXT_PERCENTS`; 0 gives the system's size again."""
    sizes = theme.TEXT_PERCENTS
    here = min(range(len(sizes)), key=lambda i: abs(sizes[i] - window.text_percent))
    window.text_percent = sizes[min(max(here + steps, 0), len(sizes) - 1)] if steps else 100
    use_appearance(window)
    window.say(tr("Text at {percent} %").format(percent=window.text_percent))


def use_appearance(window: Any) -> None:
    """Apply what is chosen; widgets read the theme's colours as they paint, the rest is told in the next moments."""
    application = cast(QApplication, QApplication.instance())
    window.dresser.start(theme.take_theme(application, window.theme_name, window.text_percent))


def scale_picture_words(window: Any) -> None:
    """Write the words in the picture as large as the window's."""
    window.session.panes.text_scale = window.text_percent / 100.0
    window.canvas.set_text_scale(window.text_percent / 100.0)
    window.craft_cameras.measure()
