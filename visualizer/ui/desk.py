"""What a panel may ask of its window. Window layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from visualizer.model.session import Session

if TYPE_CHECKING:
    from visualizer.ui.canvas_port import CanvasPort


class Desk(Protocol):
    """What a panel may ask of its window."""

    session: Session
    canvas: CanvasPort

    def say(self, text: str) -> None:
        """Say something over the picture for a while."""

    def run(self, command_id: str) -> None:
        """Run a command, as its key would."""

    def go_to(self, tdb_s: float, focus: str = "") -> None:
        """Pause and go to a moment; with a focus such as `site:luna-25/impact`, look at that."""

    def show_panel(self, panel_id: str) -> Any:
        """Show a panel and return its widget."""

    def redraw(self) -> None:
        """Ask for a new picture, although neither clock nor session changed."""
