"""Tables that people copy from: figures of missions, and numbers of an instant. Window layer."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from visualizer.missions.comparison_table import Comparison
from visualizer.model.now_table import NOW_ROWS, NowTable
from visualizer.ui import theme
from visualizer.ui.own_keys import keep_keys
from visualizer.ui.words import tr

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()
RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
ROW_HEIGHT: Final = 1.6
EMPTY: Final = Comparison((), (), (), ())


class ComparisonModel(QAbstractTableModel):
    """Missions and figures: a row for each mission, or for each figure where it is turned over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = EMPTY
        self.is_transposed = False
        self.active_id = ""
        self.marks: dict[str, QPixmap] = {}
        self.sort_key, self.is_descending = "", False

    def show(self, table: Comparison, *, is_transposed: bool, active_id: str) -> None:
        """Show other figures, or the same another way round."""
        self.beginResetModel()
        self.table, self.is_transposed, self.active_id = table, is_transposed, active_id
        self.endResetModel()

    def place(self, index: Index) -> tuple[int, int]:
        """Return the numbers of mission and figure of a cell."""
        return (index.column(), index.row()) if self.is_transposed else (index.row(), index.column())

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Qt: how many rows."""
        wanted = self.table.columns if self.is_transposed else self.table.ids
        return 0 if parent.isValid() else len(wanted)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Qt: how many columns."""
        wanted = self.table.ids if self.is_transposed else self.table.columns
        return 0 if parent.isValid() else len(wanted)

    def is_of_figures(self, orientation: Qt.Orientation) -> bool:
        """Tell whether a header names figures; the other one names missions."""
        return (orientation == Qt.Orientation.Horizontal) != self.is_transposed

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: names of missions and figures; the figure that it is sorted by has an arrow."""
        if self.is_of_figures(orientation):
            column = self.table.columns[section]
            if role == Qt.ItemDataRole.DisplayRole:
                arrow = ("", " ▲", " ▼")[0 if column.key != self.sort_key else 2 if self.is_descending else 1]
                return tr(column.heading) + arrow
            return tr("Click to sort the missions by it") if role == Qt.ItemDataRole.ToolTipRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.names[section]
        if role == Qt.ItemDataRole.FontRole and self.table.ids[section] == self.active_id:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.DecorationRole:
            return self.marks.get(self.table.ids[section])
        return tr("Double click to make it the active mission") if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: text, tool tip, alignment, colour and slant of a cell."""
        mission, column = self.place(index)
        figure = self.table.figure(mission, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.text(mission, column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._tip(mission, column, is_rich=role == Qt.ItemDataRole.ToolTipRole)
        if role == Qt.ItemDataRole.TextAlignmentRole and (
            figure.order is not None or not isinstance(figure.value, str)
        ):
            return RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and figure.value is None:
            return QColor(theme.MUTED)
        if role == Qt.ItemDataRole.FontRole and figure.basis[-1:] == ("planned",):
            font = QFont()
            font.setItalic(True)
            return font
        return None

    def _tip(self, mission: int, column: int, *, is_rich: bool) -> str:
        figure, kind = self.table.figure(mission, column), self.table.columns[column]
        head = f"{self.table.names[mission]}: {tr(kind.heading)}"
        known = tr("Known: {how}").format(how=", ".join(figure.basis)) if figure.basis else ""
        value = kind.text_of(figure) if figure.value is not None else figure.reason
        lines = [line for line in (value, known, figure.note) if line]
        if not is_rich:
            return "; ".join([head, *lines])
        return "<br>".join([f"<b>{escape(head)}</b>", *(escape(line) for line in lines)])


class NowModel(QAbstractTableModel):
    """Numbers of an instant: a row for each quantity, a column for each mission."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = NowTable((), tuple(() for _ in NOW_ROWS))

    def show(self, table: NowTable) -> None:
        """Show other numbers; only what has changed is drawn anew, and a selection stays."""
        if table.names != self.table.names:
            self.beginResetModel()
            self.table = table
            self.endResetModel()
            return
        before, self.table = self.table, table
        if before.texts != table.texts and table.names:
            last = self.index(len(NOW_ROWS) - 1, len(table.names) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.DisplayRole])

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Qt: how many quantities."""
        return 0 if parent.isValid() else len(NOW_ROWS)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Qt: how many missions."""
        return 0 if parent.isValid() else len(self.table.names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: names of missions and quantities."""
        if orientation == Qt.Orientation.Horizontal:
            return self.table.names[section] if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(NOW_ROWS[section].heading)
        return tr(NOW_ROWS[section].help) if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: text and alignment of a cell."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.texts[index.row()][index.column()]
        return RIGHT if role == Qt.ItemDataRole.TextAlignmentRole else None


class CopyTable(QTableView):
    """A table whose cells can be selected and copied, separated by tabs."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        # While it has the focus, the keys for copying and for all are its own and not the window's.
        keep_keys(self, _is_own)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.retheme()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            header.setHighlightSections(False)

    def retheme(self) -> None:
        """Make rows as high as the size of text in use needs."""
        self.verticalHeader().setDefaultSectionSize(round(ROW_HEIGHT * self.fontMetrics().height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: copy, or move as tables do."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text())
            return
        super().keyPressEvent(event)

    def selected_text(self) -> str:
        """Return the selected cells, columns separated by tabs, rows by line ends; what is between stays empty."""
        chosen = {(index.row(), index.column()): str(index.data()) for index in self.selectedIndexes()}
        rows, columns = sorted({row for row, _ in chosen}), sorted({column for _, column in chosen})
        return "\n".join("\t".join(chosen.get((row, column), "") for column in columns) for row in rows)


def _is_own(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.SelectAll)
