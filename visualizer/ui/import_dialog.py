"""The dialog for trajectory files: what was found in them, each error in its line, what to take in and under what name.

Window layer. Files are read one after the other in a worker, with progress; reading can be cancelled, and files read
again with what the user says where they do not say it themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.trajectory import Provenance
from visualizer.errors import PeriluneError
from visualizer.formats import names
from visualizer.formats.clock import Scale
from visualizer.formats.recording import Axes, Hints
from visualizer.missions.catalogue import Mission
from visualizer.missions.importing import FoundFile, FoundFlight
from visualizer.ui import theme
from visualizer.ui.import_work import Choice, Imported, details_html, escaped, read_all, taken_in
from visualizer.ui.known_words import known_tip, meaning_of
from visualizer.ui.mission_colour import fill_with_colours
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

PER_MILLE: Final = 1000
COLUMNS: Final = ("Object", "Known", "From, UTC", "To, UTC", "States", "Gaps", "File")
FILE: Final = len(COLUMNS) - 1
AS_THE_FILE_SAYS: Final = "as the file says"
CENTRES: Final = ("moon", "earth", "sun")
SCALES: Final = (Scale.UTC, Scale.TDB, Scale.TT, Scale.TAI, Scale.GPS)
_ROLE: Final = int(Qt.ItemDataRole.UserRole)


class RowDelegate(QStyledItemDelegate):
    """Rows of one and a half lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: the row's size."""
        return QSize(super().sizeHint(option, index).width(), round(1.5 * option.fontMetrics.height()))


class _Steps(QObject):
    told = Signal(int, float)


class ImportDialog(QDialog):
    """Reads files and asks what to take in; the window stays usable.

    Signals
    -------
    imported(object) : an `Imported`
    """

    imported = Signal(object)

    def __init__(self, paths: list[Path], missions: Callable[[], list[Mission]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Open trajectory files"))
        self._paths, self._missions = paths, missions
        self._stop = Event()
        self._runner, self._keeper = Runner(self), Runner(self)
        self._runner.done.connect(self._on_read)
        self._runner.failed.connect(self._on_failed)
        self._keeper.done.connect(self._on_kept)
        self._keeper.failed.connect(self._on_failed)
        self._steps = _Steps(self)
        self._steps.told.connect(self._on_told)
        self.is_reading = False
        self.table = QTreeWidget(self)
        self.facts = QLabel(self)
        self.title, self.known, self.colour = QLineEdit(self), QComboBox(self), QComboBox(self)
        self.keep_box = QCheckBox(tr("Keep them in my missions, with a copy of the file"), self)
        self.centre, self.axes, self.scale = QComboBox(self), QComboBox(self), QComboBox(self)
        self.again = QPushButton(tr("Read again"), self)
        self.bar, self.note = QProgressBar(self), QLabel(self)
        self.buttons = QDialogButtonBox(self)
        self._lay_out()
        self._connect()
        self.read()

    # -- building -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        em = self.fontMetrics().horizontalAdvance("m")
        self._fill_boxes()
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self._table_part())
        split.addWidget(self._details_part())
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.addWidget(split, 1)
        column.addLayout(self._hints_row())
        column.addWidget(self.keep_box)
        self.bar.setRange(0, PER_MILLE)
        self.note.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.bar)
        row.addWidget(self.buttons)
        self.bar.setFixedWidth(14 * em)
        column.addLayout(row)
        room = self.screen().availableSize()
        self.resize(min(88 * em, round(0.9 * room.width())), min(50 * em, round(0.85 * room.height())))

    def _table_part(self) -> QWidget:
        self.table.setHeaderLabels([tr(name) for name in COLUMNS])
        self.table.setAccessibleName(tr("What was found; ticked lines are taken in"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAllColumnsShowFocus(True)
        self.table.setItemDelegate(RowDelegate(self.table))
        header = self.table.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        return self.table

    def _details_part(self) -> QWidget:
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setWordWrap(True)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts.setMargin(self.fontMetrics().horizontalAdvance("m") // 2)
        self.facts.setAccessibleName(tr("What the file says about the chosen line"))
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setWidget(self.facts)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(tr("Details"))
        form = QHBoxLayout()
        for words, widget in ((tr("Name"), self.title), (tr("Known"), self.known), (tr("Colour"), self.colour)):
            label = QLabel(words, self)
            label.setBuddy(widget)
            form.addWidget(label)
            form.addWidget(widget, 1 if widget is self.title else 0)
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)
        column.addLayout(form)
        return part

    def _fill_boxes(self) -> None:
        self.known.addItem(tr(AS_THE_FILE_SAYS), None)
        for how in Provenance:
            self.known.addItem(tr(how.value), how.value)
            self.known.setItemData(self.known.count() - 1, meaning_of(how.value), Qt.ItemDataRole.ToolTipRole)
        self.known.setToolTip(known_tip())
        self.known.setAccessibleName(tr("How the flight is known"))
        self.title.setAccessibleName(tr("Name of the flight"))
        fill_with_colours(self.colour)
        for box, title, values in (
            (self.centre, "Centre", [(name, names.body_id(name)) for name in CENTRES]),
            (self.axes, "Axes", [(axes.value, axes.value) for axes in Axes]),
            (self.scale, "Time", [(scale.value.upper(), scale.value) for scale in SCALES]),
        ):
            box.setAccessibleName(tr(title))
            box.addItem(f"{tr(title)}: {tr(AS_THE_FILE_SAYS)}", None)
            for words, value in values:
                box.addItem(f"{tr(title)}: {words}", value)

    def _hints_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        words = QLabel(tr("Where a file does not say:"), self)
        words.setProperty("role", "muted")
        row.addWidget(words)
        for widget in (self.centre, self.axes, self.scale, self.again):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.add_button = self.buttons.addButton(tr("Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.add_button.setDefault(True)
        self.add_button.clicked.connect(self.take_in)
        self.cancel.clicked.connect(self.reject)
        self.again.clicked.connect(self.read)
        self.table.currentItemChanged.connect(lambda now, _before: self._show_details(now))
        self.table.itemChanged.connect(lambda _item, _column: self._show_state())
        self.title.textEdited.connect(self._on_title)
        self.known.activated.connect(self._on_known)
        self.colour.activated.connect(self._on_colour)

    # -- reading ------------------------------------------------------------------------------------------

    def hints(self) -> Hints:
        """Return what the user says where files do not."""
        # Qt keeps words, not enumerations.
        axes, scale = self.axes.currentData(), self.scale.currentData()
        return Hints(self.centre.currentData(), Axes(axes) if axes else None, Scale(scale) if scale else None)

    def read(self) -> None:
        """Read all files, in a worker."""
        paths, hints, stop, tell = list(self._paths), self.hints(), self._stop, self._steps.told.emit
        self.table.clear()
        self.is_reading = True
        self.bar.setValue(0)
        self._show_state()
        self._runner.start(lambda: read_all(paths, hints, stop, tell))

    def _on_told(self, number: int, share: float) -> None:
        if self.is_reading:
            self.bar.setValue(round(PER_MILLE * (number + share) / len(self._paths)))
            self.note.setText(tr("Reading {name}…").format(name=self._paths[number].name))

    def _on_read(self, results: list[FoundFile | tuple[Path, str]]) -> None:
        self.is_reading = False
        self.table.blockSignals(True)
        for result in results:
            if isinstance(result, FoundFile):
                for found in result.flights:
                    self._add_row(found, result)
            else:
                self._add_error(*result)
        if len(self.choices(False)) == 1:
            # Who opens one flight wants it, even if it is among the missions already.
            next(item for item in self._items() if isinstance(item.data(0, _ROLE), Choice)).setCheckState(
                0, Qt.CheckState.Checked
            )
        self.table.blockSignals(False)
        self._fit_columns()
        first = self.table.topLevelItem(0)
        if first is not None:
            self.table.setCurrentItem(first)
        self._show_details(first)
        self._show_state()
        (self.table if self.choices() else self.centre).setFocus()

    def _on_failed(self, error: Exception) -> None:
        self.is_reading = False
        self._show_state()
        self.note.setText(str(error))
        if not isinstance(error, PeriluneError):
            raise error

    def _add_row(self, found: FoundFlight, file: FoundFile) -> None:
        trajectory = found.flight.trajectory
        first, last = (utc_text_from_tdb_s(t, separator=" ")[:16] for t in trajectory.span_tdb_s)
        known = ", ".join(p.value for p in found.provenances)
        name = found.recording.name
        title = f"{name} ({file.path.stem})" if name in [one.name for one in self._missions()] else name
        cells = [title, known, first, last, f"{found.states:,}", f"{len(trajectory.gaps_tdb_s)}"]
        item = QTreeWidgetItem([*cells, file.path.name])
        item.setData(0, _ROLE, Choice(found, file.sha256, title))
        is_new = not found.known_as
        item.setCheckState(0, Qt.CheckState.Checked if is_new else Qt.CheckState.Unchecked)
        for column in (4, 5):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if found.wrong or not is_new:
            item.setForeground(0, QBrush(QColor(theme.ACCENT)))
            item.setToolTip(0, tr("It is among your missions already") if not is_new else found.wrong[0])
        self.table.addTopLevelItem(item)

    def _add_error(self, path: Path, words: str) -> None:
        item = QTreeWidgetItem([words.removeprefix(f"{path}").lstrip(":, ") or words, *[""] * 5, path.name])
        item.setText(0, f"{path.name}: {item.text(0)}")
        item.setData(0, _ROLE, words)
        item.setForeground(0, QBrush(QColor(theme.ERROR)))
        item.setToolTip(0, words)
        self.table.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)

    def _fit_columns(self) -> None:
        em = self.fontMetrics().horizontalAdvance("m")
        for column in range(len(COLUMNS) - 1):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, min(self.table.columnWidth(column) + em, 26 * em))

    # -- showing ------------------------------------------------------------------------------------------

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount()))
        return [item for item in found if item is not None]

    def choices(self, is_ticked: bool = True) -> list[Choice]:
        """Return what can be taken in; only what is ticked, unless told otherwise."""
        return [
            item.data(0, _ROLE)
            for item in self._items()
            if isinstance(item.data(0, _ROLE), Choice)
            and (not is_ticked or item.checkState(0) == Qt.CheckState.Checked)
        ]

    def errors(self) -> list[str]:
        """Return the lines of files that could not be read."""
        return [item.data(0, _ROLE) for item in self._items() if isinstance(item.data(0, _ROLE), str)]

    def _show_state(self) -> None:
        chosen = [] if self.is_reading else self.choices()
        self.bar.setVisible(self.is_reading)
        self.add_button.setEnabled(bool(chosen))
        self.again.setEnabled(not self.is_reading)
        if not self.is_reading:
            failed = len({item.text(FILE) for item in self._items() if isinstance(item.data(0, _ROLE), str)})
            self.note.setText(
                tr("{n} of {all} flights are ticked").format(n=len(chosen), all=len(self.choices(False)))
                + (tr("; files that could not be read: {n}").format(n=failed) if failed else "")
            )
        self.note.setProperty("role", "muted")

    def _current(self) -> Choice | None:
        item = self.table.currentItem()
        value: Any = item.data(0, _ROLE) if item is not None else None
        return value if isinstance(value, Choice) else None

    def _show_details(self, item: QTreeWidgetItem | None) -> None:
        choice = self._current()
        for widget in (self.title, self.known, self.colour):
            # What is kept already has its name, provenance and colour.
            widget.setEnabled(choice is not None and not choice.found.known_as)
        if choice is None:
            words = item.data(0, _ROLE) if item is not None else ""
            self.facts.setText(f'<p style="color:{theme.ERROR}">{escaped(words)}</p>')
            self.title.clear()
            return
        self.title.setText(choice.title)
        self.known.setCurrentIndex(max(0, self.known.findData(choice.provenance.value if choice.provenance else None)))
        self.colour.setCurrentIndex(self.colour.findData(choice.colour))
        self.facts.setText(details_html(choice.found))

    def _on_title(self, text: str) -> None:
        choice, item = self._current(), self.table.currentItem()
        if choice is not None and item is not None:
            choice.title = text.strip() or choice.found.recording.name
            item.setText(0, choice.title)

    def _on_known(self, _index: int) -> None:
        choice, item = self._current(), self.table.currentItem()
        if choice is not None and item is not None:
            how = self.known.currentData()
            choice.provenance = Provenance(how) if how else None
            own = ", ".join(p.value for p in choice.found.provenances)
            item.setText(1, choice.provenance.value if choice.provenance else own)

    def _on_colour(self, _index: int) -> None:
        choice = self._current()
        if choice is not None:
            choice.colour = self.colour.currentData()

    # -- taking in ----------------------------------------------------------------------------------------

    def take_in(self) -> None:
        """Make missions of what is ticked, and keep them if wanted; in a worker."""
        chosen, must_keep, taken = self.choices(), self.keep_box.isChecked(), [one.id for one in self._missions()]
        self.add_button.setEnabled(False)
        self.note.setText(tr("Adding…"))
        self._keeper.start(lambda: taken_in(chosen, must_keep, taken))

    def _on_kept(self, imported: Imported) -> None:
        if imported.missions:
            self.imported.emit(imported)
        if imported.failures:
            self.note.setText("; ".join(imported.failures))
            self.add_button.setEnabled(True)
        else:
            self.accept()

    def done(self, result: int) -> None:
        """Qt: accepted, refused or closed: stop what runs."""
        self.stop()
        super().done(result)

    def stop(self) -> None:
        """End the workers; what is being read is given up."""
        self._stop.set()
        self._runner.stop()
        self._keeper.stop()
        self.is_reading = False
