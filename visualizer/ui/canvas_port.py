"""What the window asks of the widget with the picture: the real one draws with OpenGL, tests one of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from visualizer.model.frame_state import FrameState
from visualizer.scene.quality import Quality


class CanvasPort(Protocol):
    """The picture's widget.

    Attributes
    ----------
    native : the Qt widget
    on_first_frame : called once each, after the first picture
    on_failure : called with the error where drawing fails
    """

    native: QWidget
    on_first_frame: list[Callable[[], None]]
    on_failure: list[Callable[[Exception], None]]

    def request_redraw(self) -> None:
        """Ask for one new picture; it asks back for the frame state."""

    def pick(self, x_px: float, y_px: float) -> str | None:
        """Return the name of what is drawn at a logical pixel, such as 'moon' or 'craft:luna-25'."""

    def set_text_scale(self, scale: float) -> None:
        """Write words in the picture so many times their usual size."""

    def set_quality(self, wanted: Quality | None) -> None:
        """Draw in a tier from now on; None lets the canvas choose."""

    def reload(self) -> None:
        """Read the pictures of the globes anew: other ones are to be drawn."""

    def close(self) -> None:
        """Stop drawing."""


CanvasFactory = Callable[[Callable[[], FrameState]], CanvasPort]
