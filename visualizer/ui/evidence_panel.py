"""The evidence: every published fact, what the trajectory says, and the residual in sigmas as a bar.

Window layer. Worked out in a worker the first time it is shown; a click on a fact goes to its moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from visualizer.model.frame_state import FrameState
from visualizer.model.session import Session
from visualizer.ui import theme
from visualizer.ui.workers import Runner

if TYPE_CHECKING:
    from visualizer.missions.catalogue import Mission
    from visualizer.missions.evidence import EvidenceRow

COLUMNS: Final = ("Fact", "Published", "Trajectory", "Residual", "In sigmas", "In fit", "Source")
BAR_COLUMN: Final = 4
BAR_SIGMAS: Final = 3.0
Index = QModelIndex | QPersistentModelIndex


def with_unit(text: str, row: EvidenceRow, value: object) -> str:
    """Write a number with its unit, a date with a blank and without fractions, words as they are."""
    if value is None:
        return "–"
    if isinstance(value, (int, float)):
        return f"{text} {row.unit}".strip()
    return re.sub(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d*)?", r"\1 \2", text)


def _published_text(row: EvidenceRow) -> str:
    value = row.published
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.1f}" if abs(value) >= 10_000 else f"{value:.6g}"


def compute_evidence(mission: Mission) -> list[EvidenceRow]:
    """Compare facts and trajectory; what that takes is loaded here, in the worker, not as the window opens."""
    from visualizer.missions.evidence import evidence

    return evidence(mission)


class EvidenceModel(QAbstractTableModel):
    """Rows of evidence for a table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[EvidenceRow] = []

    def set_rows(self, rows: list[EvidenceRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many facts."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the column's name."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: a cell's text, tool tip or alignment."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _cells(row)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (1, 2, 3):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.UserRole:
            return row.sigmas_apart
        return None


def _cells(row: EvidenceRow) -> tuple[str, ...]:
    apart = row.sigmas_apart
    return (
        row.what,
        with_unit(_published_text(row), row, row.published),
        with_unit(row.modelled_text, row, row.modelled),
        with_unit(row.residual_text, row, row.residual),
        "" if apart is None else f"{round(apart, 1) + 0.0:+.1f}",
        row.use_text,
        row.source,
    )


def _tip(row: EvidenceRow) -> str:
    held = "held: the solver took it as published" if row.held else ""
    lines = (row.source, row.remark or row.note, held)
    return "<br>".join([f"<b>{escape(row.what)}</b>", *(escape(line) for line in lines if line)])


class SigmaDelegate(QStyledItemDelegate):
    """Draws a residual as a bar from the middle: green within one sigma, amber within three, red beyond."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: the bar, then the number."""
        value = index.data(Qt.ItemDataRole.UserRole)
        super().paint(painter, option, index)
        if value is None:
            return
        box = QRectF(option.rect).adjusted(52.0, 5.0, -8.0, -5.0)
        middle = box.center().x()
        share = max(-1.0, min(1.0, value / BAR_SIGMAS))
        colour = "#5fc9a4" if abs(value) <= 1.0 else theme.ACCENT if abs(value) <= 3.0 else theme.ERROR
        painter.save()
        painter.fillRect(QRectF(box.left(), box.center().y() - 1.0, box.width(), 2.0), QColor(theme.LINE))
        left, right = sorted((middle, middle + share * box.width() / 2.0))
        painter.fillRect(QRectF(left, box.top(), max(right - left, 2.0), box.height()), QColor(colour))
        painter.restore()


class EvidencePanel(QWidget):
    """The table; `compute` is given by tests."""

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        compute: Callable[[Mission], list[EvidenceRow]] = compute_evidence,
    ) -> None:
        super().__init__(parent)
        self._session, self._compute = session, compute
        self._shown_id = ""
        self.model = EvidenceModel(self)
        self.table = QTableView(self)
        self._note = QLabel("", self)
        self._note.setProperty("role", "muted")
        self._note.setContentsMargins(8, 4, 8, 4)
        self._note.setWordWrap(True)
        self._runner = Runner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._set_up_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._note)
        column.addWidget(self.table, 1)

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegateForColumn(BAR_COLUMN, SigmaDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setAccessibleName("Evidence")
        table.verticalHeader().hide()
        table.setTabKeyNavigation(False)
        table.verticalHeader().setDefaultSectionSize(round(1.5 * self.fontMetrics().height()))
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        em = self.fontMetrics().horizontalAdvance("m")
        for column, ems in enumerate((27, 14, 14, 9, 13, 5, 20)):
            table.setColumnWidth(column, em * ems)
        header.setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        table.clicked.connect(lambda index: self.go_to(index.row()))
        table.activated.connect(lambda index: self.go_to(index.row()))

    def refresh(self, _state: FrameState | None) -> None:
        """Follow the active mission."""
        self.show_active()

    def show_active(self) -> None:
        """Work out the active mission's evidence, unless it is there already."""
        mission = self._session.active
        if mission.id == self._shown_id:
            return
        self._shown_id = mission.id
        self._note.setText(f"{mission.name}: comparing published facts with the trajectory …")
        self.model.set_rows([])
        self._runner.start(lambda: self._compute(mission))

    def _on_done(self, rows: list[EvidenceRow]) -> None:
        self.model.set_rows(rows)
        from visualizer.missions.evidence import summary_lines

        self._note.setText(f"{self._session.active.name}: {summary_lines(rows)[0]}. Click one to go to its moment.")

    def _on_failed(self, error: Exception) -> None:
        self._shown_id = ""
        self._note.setText(f"The evidence could not be worked out: {error}")

    def go_to(self, row: int) -> None:
        """Go to a fact's moment, where it has one inside the flight."""
        moment = self.model.rows[row].tdb_s
        if moment is not None:
            self._session.clock.pause()
            self._session.clock.seek(float(moment))

    def stop(self) -> None:
        """Wait for the worker; for a closing window."""
        self._runner.stop()
