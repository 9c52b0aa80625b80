"""The card of the active mission: how it ended, craft, instruments, crew, how its path is known. Window layer."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from visualizer.missions.catalogue import Mission
from visualizer.missions.mission_card import CardPart, card_of
from visualizer.model.frame_state import FrameState
from visualizer.ui import theme
from visualizer.ui.desk import Desk
from visualizer.ui.words import tr

LEAST_EM = 20


def card_html(mission: Mission) -> str:
    """Return a mission's card as a page; sources stand under what they are about, smaller."""
    agency = f"<br><span style='color:{theme.MUTED}'>{escape(mission.document.agency)}</span>"
    head = f"<p><b>{escape(mission.name)}</b>{agency}</p><p>{escape(mission.document.outcome)}</p>"
    return head + "".join(_part_html(part) for part in card_of(mission))


def _part_html(part: CardPart) -> str:
    lines = "".join(
        f"<p style='margin:3px 0'><b>{escape(tr(line.name))}</b>&nbsp; {escape(line.words)}{_small(line.source)}</p>"
        for line in part.lines
    )
    return f"<h4 style='margin-bottom:2px'>{escape(tr(part.title))}</h4>{lines}"


def _small(source: str) -> str:
    return f"<br><small style='color:{theme.MUTED}'>{escape(source)}</small>" if source else ""


class MissionPanel(QWidget):
    """The card, renewed when another mission becomes the active one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = desk.session
        self._shown: Mission | None = None
        self.page = QTextBrowser(self)
        self.page.setAccessibleName(tr("About the mission"))
        self.page.setOpenLinks(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.retheme()

    def retheme(self) -> None:
        """Write the card anew: colours and size of text are part of it."""
        self.setMinimumWidth(LEAST_EM * self.fontMetrics().horizontalAdvance("m"))
        self._show(self._session.active)

    def refresh(self, _state: FrameState) -> None:
        """Show the active mission's card where it is not shown already."""
        if self._shown is not self._session.active:
            self._show(self._session.active)

    def _show(self, mission: Mission) -> None:
        self._shown = mission
        self.page.setHtml(card_html(mission))

    def stop(self) -> None:
        """Nothing listens and nothing works behind the window."""
