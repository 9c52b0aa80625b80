"""One fact in full: what was published and by whom, what the flight says, and what contradicts it. Window layer."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTextBrowser, QWidget

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.evidence_tables import addresses_in
from visualizer.ui.evidence_model import cells_of, published_text, with_unit
from visualizer.ui.words import tr

if TYPE_CHECKING:
    from visualizer.missions.evidence import EvidenceRow
    from visualizer.missions.evidence_ledger import Conflict, LedgerRow

CONFIDENCE = {
    "A": "the agency, or a page that quotes it",
    "B": "several independent sources",
    "C": "one secondary source",
    "D": "derived from other facts",
    "M": "from memory",
}


def published_with_sigma(row: EvidenceRow) -> str:
    """Write what was published with its uncertainty."""
    if not row.sigma:
        return with_unit(published_text(row), row, row.published)
    if isinstance(row.published, (int, float)):
        return f"{published_text(row)} ± {row.sigma:g} {row.unit}".strip()
    return f"{with_unit(str(row.published), row, row.published)} ± {row.sigma:g} s"


def details_html(row: LedgerRow, conflict: Conflict | None) -> str:
    """Return a fact as a page; an address is a link that is copied, never opened."""
    one = row.evidence
    _, _, modelled, residual, sigmas, use, _ = cells_of(one)
    moment = "" if row.moment_tdb_s is None else f"{utc_text_from_tdb_s(row.moment_tdb_s, separator=' ')} UTC"
    figures = [
        (tr("Published"), published_with_sigma(one)),
        (tr("Trajectory"), modelled),
        (tr("Residual"), f"{residual} ({sigmas} σ)" if sigmas else residual),
    ]
    standing = [
        (tr("In fit"), use),
        (tr("About"), moment or tr("no moment of the flight")),
        (tr("Known from"), f"{row.confidence}: {tr(CONFIDENCE.get(row.confidence, ''))}"),
    ]
    parts = [f"<b>{escape(one.what)}</b>", _table_html(figures)]
    parts += [_conflict_html(conflict)] if conflict else []
    parts.append(_table_html(standing))
    parts += [f"<p>{escape(text)}</p>" for text in (one.remark, one.note) if text]
    return "".join([*parts, _source_html(one.source)])


def _table_html(lines: list[tuple[str, str]]) -> str:
    rows = "".join(f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(value)}</td></tr>" for name, value in lines)
    return f"<table>{rows}</table>"


def _source_html(source: str) -> str:
    links = "".join(
        f'<br><a href="{escape(address)}">{escape(tr("Copy"))} {escape(address.removeprefix("https://"))}</a>'
        for address in addresses_in(source)
    )
    return f"<p>{escape(tr('Source'))}: {escape(source)}{links}</p>"


def _conflict_html(conflict: Conflict) -> str:
    if len(conflict.rows) == 1:
        return f"<p><b>{escape(tr('In conflict with the flight'))}</b><br>{escape(conflict.why)}</p>"
    names = (tr("Kept") if row.is_chosen else tr("Set aside") for row in conflict.rows)
    heads = "".join(f"<td><b>{escape(name)}</b>&nbsp;&nbsp;</td>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}&nbsp;&nbsp;</td>" for cell in cells) + "</tr>"
        for cells in zip(*(_side(row.evidence) for row in conflict.rows), strict=True)
    )
    title = escape(tr("Conflict, side by side"))
    return f"<p><b>{title}</b></p><table><tr>{heads}</tr>{body}</table><p>{escape(conflict.why)}</p>"


def _side(row: EvidenceRow) -> tuple[str, str, str]:
    apart = row.sigmas_apart
    return published_with_sigma(row), row.source, "" if apart is None else f"{apart:+.1f} σ"


class EvidenceDetails(QTextBrowser):
    """The page; a click on an address copies it."""

    def __init__(self, say: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._say = say
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setAccessibleName(tr("The chosen fact"))
        self.setPlaceholderText(tr("Choose a fact to see its source, and what contradicts it."))
        self.anchorClicked.connect(self._copy)

    def show_row(self, row: LedgerRow | None, conflict: Conflict | None = None) -> None:
        """Show a fact, or none."""
        self.setHtml("" if row is None else details_html(row, conflict))

    def _copy(self, address: QUrl) -> None:
        QGuiApplication.clipboard().setText(address.toString())
        self._say(tr("Address copied: {address}").format(address=address.toString()))
