"""The one table of panels: docks, toggle commands and menu lines come from it.

Window layer. A panel is made when it is first shown. It is a widget with `refresh(state)`, called up to ten times a
second while it is seen, and `stop()`, called when the window closes: it disconnects and ends its workers there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from visualizer.model.session import Session

if TYPE_CHECKING:
    from visualizer.ui.canvas_port import CanvasPort

Area = Literal["left", "right", "bottom"]


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


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """One panel.

    Attributes
    ----------
    id : object name of its dock; its command is `window.toggle_<id>`
    title, help : dock title and menu text; one sentence
    keys : shortcuts
    area : where its dock is put first
    make : makes the widget
    size_em : width (left, right) or height (bottom) at first, in widths of an m
    menu : where its toggle stands
    """

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    area: Area
    make: Callable[[Desk, Any], Any]
    size_em: float = 20.0
    menu: str = "View"


def _evidence(desk: Desk, parent: Any) -> Any:
    from visualizer.ui.evidence_panel import EvidencePanel

    return EvidencePanel(desk.session, parent)


PANELS: tuple[PanelSpec, ...] = (
    PanelSpec("evidence", "Evidence", "Published facts and what the trajectory says about them.",
              ("E",), "bottom", _evidence),
)  # fmt: skip
