"""The evidence as a table: by phase, filtered, sorted; a residual in sigmas is painted as a bar. Window layer."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from visualizer.ui import theme
from visualizer.ui.known_words import use_meaning, use_tip
from visualizer.ui.words import tr

if TYPE_CHECKING:
    from visualizer.missions.evidence import EvidenceRow
    from visualizer.missions.evidence_ledger import Ledger, LedgerRow

COLUMNS: Final = ("Fact", "Published", "Trajectory", "Residual", "In sigmas", "In fit", "Source")
BAR_COLUMN: Final = 4
USE_COLUMN: Final = 5
BAR_LINES: Final = 0.9
BAR_SIGMAS: Final = 3.0
NUMBERS: Final = (1, 2, 3)
Index = QModelIndex | QPersistentModelIndex


def with_unit(text: str, row: EvidenceRow, value: object) -> str:
    """Write a number with its unit, a date with a blank and without fractions, words as they are."""
    if value is None:
        return "–"
    if isinstance(value, (int, float)):
        return f"{text} {row.unit}".strip()
    return re.sub(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d*)?", r"\1 \2", text)


def published_text(row: EvidenceRow) -> str:
    """Write what was published, without its unit."""
    value = row.published
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.1f}" if abs(value) >= 10_000 else f"{value:.6g}"


def cells_of(row: EvidenceRow) -> tuple[str, ...]:
    """Return a fact's cells."""
    apart = row.sigmas_apart
    return (
        row.what,
        with_unit(published_text(row), row, row.published),
        with_unit(row.modelled_text, row, row.modelled),
        with_unit(row.residual_text, row, row.residual),
        "" if apart is None else f"{round(apart, 1) + 0.0:+.1f}",
        tr(row.use_text),
        row.source,
    )


def _size(row: LedgerRow) -> float:
    apart = row.evidence.sigmas_apart
    return float("-inf") if apart is None else abs(apart)


def _time(row: LedgerRow) -> float:
    return float("-inf") if row.moment_tdb_s is None else row.moment_tdb_s


# What a column is sorted by; the others by their text.
SORTS: Final[dict[int, Callable[[LedgerRow], float]]] = {0: _time, BAR_COLUMN: _size}


class EvidenceModel(QAbstractTableModel):
    """Rows of evidence, and a heading above each phase.

    Attributes
    ----------
    rows : every fact in the order of the document, whatever is seen
    lines : what is seen: headings (texts) and rows of the ledger
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.book: Ledger | None = None
        self.rows: list[EvidenceRow] = []
        self.lines: list[str | LedgerRow] = []
        self.words, self.has_groups, self.only_conflicts = "", True, False
        self._sort: tuple[int, bool] | None = None

    def set_book(self, book: Ledger | None) -> None:
        """Show another mission's ledger."""
        self.book = book
        self.rows = [] if book is None else [row.evidence for row in book.rows]
        self.arrange()

    def arrange(self) -> None:
        """Filter, sort and group anew."""
        self.beginResetModel()
        self.lines = list(self._arranged())
        self.endResetModel()

    def seen(self) -> list[LedgerRow]:
        """Return the facts that are seen, in order."""
        return [line for line in self.lines if not isinstance(line, str)]

    def _arranged(self) -> list[str | LedgerRow]:
        book = self.book
        if book is None:
            return []
        chosen = [row for row in book.rows if self._is_wanted(row)]
        if self._sort is not None:
            column, is_falling = self._sort
            chosen.sort(key=self._key(column), reverse=is_falling)
        if not self.has_groups:
            return list(chosen)
        lines: list[str | LedgerRow] = []
        for phase in book.phases():
            inside = [row for row in chosen if row.phase == phase]
            lines += [phase, *inside] if inside else []
        return lines

    def _is_wanted(self, row: LedgerRow) -> bool:
        assert self.book is not None
        if self.only_conflicts and self.book.conflict_of(row) is None:
            return False
        one = row.evidence
        text = " ".join((one.id, one.what, one.source, one.note, str(one.published), row.phase)).casefold()
        return all(word in text for word in self.words.casefold().split())

    def _key(self, column: int) -> Callable[[LedgerRow], tuple[float, str]]:
        number = SORTS.get(column)

        def key(row: LedgerRow) -> tuple[float, str]:
            return (number(row) if number else 0.0, cells_of(row.evidence)[column].casefold() if not number else "")

        return key

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: sort within the phases; -1 is the document's own order."""
        self._sort = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self.arrange()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the column's name."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        if role == Qt.ItemDataRole.ToolTipRole and section == USE_COLUMN:
            return use_tip()
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: headings cannot be chosen."""
        if index.isValid() and isinstance(self.lines[index.row()], str):
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: a cell's text, tool tip, font, colour or alignment."""
        line = self.lines[index.row()]
        if isinstance(line, str):
            return _heading(line, index.column(), role)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cells_of(line.evidence)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(line)
        if role == Qt.ItemDataRole.ForegroundRole and not line.is_chosen:
            return QColor(theme.MUTED)
        if role == Qt.ItemDataRole.FontRole and not line.is_chosen and index.column() == 0:
            font = QFont()
            font.setItalic(True)
            return font
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.UserRole:
            return line.evidence.sigmas_apart
        return None


def _heading(words: str, column: int, role: int) -> object:
    if role == Qt.ItemDataRole.DisplayRole:
        return words if column == 0 else ""
    if role == Qt.ItemDataRole.ForegroundRole:
        return QColor(theme.ACCENT)
    return None


def _tip(row: LedgerRow) -> str:
    one = row.evidence
    used = tr("{word}: {meaning}").format(word=tr(one.use_text), meaning=use_meaning(one.use_text))
    aside = "" if row.is_chosen else tr("set aside: the flight does not keep to it")
    lines = (one.source, one.remark or one.note, used, aside)
    return "<br>".join([f"<b>{escape(one.what)}</b>", *(escape(line) for line in lines if line)])


class SigmaDelegate(QStyledItemDelegate):
    """Draws a residual as a bar from the middle: one colour within one sigma, others within three and beyond."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: the number, then the bar."""
        value = index.data(Qt.ItemDataRole.UserRole)
        super().paint(painter, option, index)
        if value is None:
            return
        metrics = option.fontMetrics
        left = metrics.horizontalAdvance("+88.8") + metrics.horizontalAdvance("m")
        line = float(metrics.height())
        # As high as a line, however many the row has.
        spare = 0.5 * (option.rect.height() - BAR_LINES * line)
        box = QRectF(option.rect).adjusted(left, spare, -0.5 * line, -spare)
        if box.width() < line:
            return
        middle = box.center().x()
        share = max(-1.0, min(1.0, value / BAR_SIGMAS))
        size = round(abs(value), 3)
        colour = theme.WITHIN if size <= 1.0 else theme.ACCENT if size <= BAR_SIGMAS else theme.ERROR
        painter.save()
        painter.fillRect(QRectF(box.left(), box.center().y() - 1.0, box.width(), 2.0), QColor(theme.LINE))
        for sigmas in (-1.0, 1.0):
            x = middle + sigmas / BAR_SIGMAS * 0.5 * box.width()
            painter.fillRect(QRectF(x - 0.5, box.center().y() - 3.0, 1.0, 6.0), QColor(theme.LINE))
        first, last = sorted((middle, middle + share * box.width() / 2.0))
        painter.fillRect(QRectF(first, box.top(), max(last - first, 2.0), box.height()), QColor(colour))
        painter.restore()
