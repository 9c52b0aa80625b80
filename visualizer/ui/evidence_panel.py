"""The evidence: every published fact, what the trajectory says, the residual in sigmas, conflicts side by side.

Window layer. Worked out in a worker for the mission that is chosen; a click on a fact goes to its moment and view.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QSplitter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualizer.missions.evidence_tables import addresses_in, evidence_csv, evidence_markdown
from visualizer.model.evidence_views import go_to_fact
from visualizer.model.frame_state import FrameState
from visualizer.ui.evidence_columns import fit
from visualizer.ui.evidence_details import EvidenceDetails
from visualizer.ui.evidence_model import BAR_COLUMN, COLUMNS, EvidenceModel, SigmaDelegate
from visualizer.ui.form_parts import least_height
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

if TYPE_CHECKING:
    from visualizer.missions.catalogue import Mission
    from visualizer.missions.evidence_ledger import Ledger, LedgerRow
    from visualizer.ui.desk import Desk

FILTER_EMS: Final = 30
FOLLOW: Final = ""


def compute_ledger(mission: Mission) -> Ledger:
    """Compare facts and trajectory; what that takes is loaded here, in the worker, not as the window opens."""
    from visualizer.missions.evidence_ledger import ledger

    return ledger(mission)


class EvidencePanel(QWidget):
    """The panel; `compute` is given by tests."""

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, compute: Callable[[Mission], Ledger] = compute_ledger
    ) -> None:
        super().__init__(parent)
        self._desk, self._session, self._compute = desk, desk.session, compute
        self._shown_id = ""
        self._listed: tuple[str, ...] = ()
        self.model = EvidenceModel(self)
        self.table = QTableView(self)
        self.details = EvidenceDetails(desk.say, self)
        self._note = QLabel("", self)
        self._note.setProperty("role", "muted")
        self._note.setContentsMargins(8, 0, 8, 0)
        self._note.setWordWrap(True)
        self._note.setAccessibleName(tr("Summary"))
        self._runner = Runner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._set_up_table()
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.addWidget(self.table)
        self._split.addWidget(self.details)
        self._split.splitterMoved.connect(lambda _place, _index: self._fit_table())
        self._split.setStretchFactor(0, 5)
        self._split.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._build_bar())
        column.addWidget(self._note)
        column.addWidget(self._split, 1)

    def heightForWidth(self, width_px: int) -> int:
        """Qt: no higher than it must be; what is inside scrolls by itself."""
        return least_height(self, width_px)

    def retheme(self) -> None:
        """Give lines and columns the size of text in use."""
        self._fit_table()
        self.filter.setMaximumWidth(FILTER_EMS * self.fontMetrics().horizontalAdvance("m"))

    def _fit_table(self) -> None:
        fit(self.table, self.model)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width is shared anew."""
        super().resizeEvent(event)
        # The table gets its own width a little later.
        QTimer.singleShot(0, self, self._fit_table)

    # -- building -----------------------------------------------------------------------------------------

    def _build_bar(self) -> QHBoxLayout:
        em = self.fontMetrics().horizontalAdvance("m")
        self.chooser = QComboBox(self)
        self.chooser.setAccessibleName(tr("Mission"))
        self.chooser.setToolTip(tr("Whose facts are shown"))
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setAccessibleName(tr("Filter facts"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(FILTER_EMS * em)
        self.grouped = QCheckBox(tr("By phase"), self)
        self.grouped.setChecked(True)
        self.only_conflicts = QCheckBox(tr("Conflicts only"), self)
        self.menu_button = QToolButton(self)
        self.menu_button.setText(tr("Copy, export"))
        self.menu_button.setAccessibleName(tr("Copy or export"))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu_button.setMenu(self._build_menu())
        self.chooser.activated.connect(self._on_mission_chosen)
        self.filter.textChanged.connect(self._on_filter)
        self.grouped.toggled.connect(self._on_filter)
        self.only_conflicts.toggled.connect(self._on_filter)
        row = QHBoxLayout()
        row.setContentsMargins(em // 2, em // 3, em // 2, 0)
        row.addWidget(self.chooser)
        row.addWidget(self.filter, 2)
        for widget in (self.grouped, self.only_conflicts):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.menu_button)
        return row

    def _build_menu(self) -> QMenu:
        menu = QMenu(self.menu_button)
        acts: tuple[tuple[str, Callable[[], None]], ...] = (
            (tr("Copy as CSV"), self.copy_csv),
            (tr("Copy as Markdown"), self.copy_markdown),
            (tr("Copy the addresses of this fact"), self.copy_addresses),
            (tr("Save as…"), self.ask_for_file),
        )
        for title, act in acts:
            action = QAction(title, menu)
            action.triggered.connect(act)
            menu.addAction(action)
        return menu

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegateForColumn(BAR_COLUMN, SigmaDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.setAccessibleName(tr("Evidence"))
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setToolTip(tr("Click to sort; click a third time for the order of the document"))
        header.setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        table.clicked.connect(self._on_line)
        table.activated.connect(self._on_line)
        table.selectionModel().currentRowChanged.connect(lambda index, _before: self._show_details(index))
        self.model.modelReset.connect(self._span_headings)

    def _span_headings(self) -> None:
        self.table.clearSpans()
        for number, line in enumerate(self.model.lines):
            if isinstance(line, str):
                self.table.setSpan(number, 0, 1, len(COLUMNS))
        self._fit_table()
        self.details.show_row(None)

    # -- which mission ------------------------------------------------------------------------------------

    def refresh(self, _state: FrameState | None) -> None:
        """Follow what is loaded and, unless another mission was chosen, which one is active."""
        missions = self._session.missions
        if tuple(missions) != self._listed:
            chosen = self.chooser.currentData() or FOLLOW
            self._listed = tuple(missions)
            self.chooser.clear()
            self.chooser.addItem(tr("Active mission"), FOLLOW)
            for mission in missions.values():
                self.chooser.addItem(mission.name, mission.id)
            self.chooser.setCurrentIndex(max(0, self.chooser.findData(chosen)))
        self._show()

    def _on_mission_chosen(self, _index: int) -> None:
        self._show()

    def mission(self) -> Mission:
        """Return whose facts are shown."""
        return self._session.missions.get(self.chooser.currentData() or FOLLOW, self._session.active)

    def _show(self) -> None:
        """Work out a mission's evidence, unless it is there already."""
        mission = self.mission()
        if mission.id == self._shown_id:
            return
        self._shown_id = mission.id
        self._note.setText(tr("{name}: comparing published facts with the trajectory …").format(name=mission.name))
        self.model.set_book(None)
        self._runner.start(lambda: self._compute(mission))

    def _on_done(self, book: Ledger) -> None:
        self.model.set_book(book)
        self._note.setText(f"{book.mission_name}: {book.summary.text}")

    def _on_failed(self, error: Exception) -> None:
        self._note.setText(tr("The evidence could not be worked out: {error}").format(error=error))

    def _on_filter(self, _value: object) -> None:
        self.model.words = self.filter.text()
        self.model.has_groups = self.grouped.isChecked()
        self.model.only_conflicts = self.only_conflicts.isChecked()
        self.model.arrange()

    # -- one fact -----------------------------------------------------------------------------------------

    def _line(self, index: QModelIndex) -> LedgerRow | None:
        line = self.model.lines[index.row()] if index.isValid() and index.row() < len(self.model.lines) else None
        return None if isinstance(line, str) else line

    def _show_details(self, index: QModelIndex) -> None:
        row, book = self._line(index), self.model.book
        self.details.show_row(row, book.conflict_of(row) if row is not None and book is not None else None)

    def _on_line(self, index: QModelIndex) -> None:
        row = self._line(index)
        if row is not None:
            self._go(row)

    def go_to(self, row: int) -> None:
        """Go to the moment and view of a fact, by its number in the document."""
        if self.model.book is not None:
            self._go(self.model.book.rows[row])

    def _go(self, row: LedgerRow) -> None:
        words = go_to_fact(self._session, self.mission(), row)
        fact = row.evidence.what[:1].upper() + row.evidence.what[1:]
        if words:
            self._desk.say(tr("{fact}: {view}").format(fact=fact, view=words))
        else:
            self._desk.say(tr("{fact}: it has no moment in this flight").format(fact=fact))

    # -- copying ------------------------------------------------------------------------------------------

    def copy_csv(self) -> None:
        """Copy the facts that are seen as CSV."""
        self._copy(evidence_csv(self.model.seen()))

    def copy_markdown(self) -> None:
        """Copy the facts that are seen as Markdown."""
        if self.model.book is not None:
            self._copy(evidence_markdown(self.model.book, self.model.seen()))

    def copy_addresses(self) -> None:
        """Copy the addresses that the chosen fact's source names; nothing is opened."""
        row = self._line(self.table.currentIndex())
        found = addresses_in(row.evidence.source) if row is not None else ()
        if found:
            self._copy("\n".join(found))
        else:
            self._desk.say(tr("Choose a fact whose source names an address"))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._desk.say(tr("Copied"))

    def ask_for_file(self) -> None:
        """Ask for a CSV or Markdown file and write the facts that are seen."""
        name = str(Path.home() / f"{self.mission().id}-evidence.csv")
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save the evidence"), name, "CSV (*.csv);;Markdown (*.md)")
        if chosen:
            self.save(Path(chosen))

    def save(self, path: Path) -> None:
        """Write the facts that are seen: Markdown where the name ends so, else CSV."""
        book = self.model.book
        if book is None:
            return
        is_page = path.suffix.lower() in (".md", ".markdown")
        text = evidence_markdown(book, self.model.seen()) if is_page else evidence_csv(self.model.seen())
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            self._desk.say(tr("Writing {path} failed: {reason}").format(path=path, reason=error.strerror))
            return
        self._desk.say(tr("Written: {path}").format(path=path))

    def stop(self) -> None:
        """Wait for the worker; for a closing window."""
        self._runner.stop()
