"""Missions side by side: figures of each as a table, and their numbers of now on one clock.

Window layer. Figures are worked out in a worker, once for each mission. The clock's alignment is the session's: it is
chosen here as in the menu, and the line below says who is left out by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QStandardPaths, Qt
from PySide6.QtGui import QAction, QGuiApplication, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHeaderView,
    QMenu,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualizer.errors import CommandError
from visualizer.missions.alignment import ANCHORS, NAMES
from visualizer.missions.comparison_table import Comparison, compare
from visualizer.missions.figures import LEGEND
from visualizer.missions.mission_colours import number_of
from visualizer.missions.text_files import write_text
from visualizer.model.frame_state import FrameState
from visualizer.model.now_table import now_table
from visualizer.ui.compare_tables import ComparisonModel, CopyTable, NowModel
from visualizer.ui.compare_work import FigureWork, Work
from visualizer.ui.elided_label import ElidedLabel
from visualizer.ui.flow_row import FlowRow
from visualizer.ui.mission_colour import colour_of
from visualizer.ui.tab_corner import TabCorner
from visualizer.ui.words import tr

if TYPE_CHECKING:
    from visualizer.ui.desk import Desk

SORTING_LETTERS, ANCHOR_LETTERS = 20, 22
WIDEST_EM: Final = 17.0
MARKDOWN_ENDINGS: Final = (".md", ".markdown")


class ComparePanel(QWidget):
    """The comparison; `work` is given by tests."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, work: Work = compare) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, desk.session
        self._chosen: list[str] | None = None
        self._state: FrameState | None = None
        self.model, self.now_model = ComparisonModel(self), NowModel(self)
        self.table, self.now = CopyTable(tr("Figures of missions"), self), CopyTable(tr("Numbers of now"), self)
        self._figures = FigureWork(self._session, work, self)
        self._figures.done.connect(self._show)
        failure = tr("The comparison could not be worked out: {why}")
        self._figures.failed.connect(lambda why: self.note.say(failure.format(why=why)))
        self._build_controls()
        self._build_tables()
        self._lay_out()
        self._session.changed.connect(self._on_session_changed)
        self._fill()
        self._show_alignment()

    # -- building -----------------------------------------------------------------------------------------

    def _build_controls(self) -> None:
        self.anchors = QComboBox(self)
        self.anchors.setAccessibleName(tr("How missions lie on the clock"))
        self.anchors.setToolTip(tr("Which moment of each mission falls on the same instant of the clock"))
        for anchor, words in ANCHORS.items():
            self.anchors.addItem(
                tr(f"Together {words}") if words != ANCHORS["calendar"] else tr("By the calendar"), anchor
            )
        self.anchors.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.anchors.setMinimumContentsLength(ANCHOR_LETTERS)
        self.anchors.activated.connect(self._on_anchor)
        self.sorting = QComboBox(self)
        self.sorting.setAccessibleName(tr("Sort the missions by"))
        self.sorting.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sorting.setMinimumContentsLength(SORTING_LETTERS)
        self.sorting.activated.connect(lambda _i: self.sort_by(str(self.sorting.currentData() or "")))
        self.descending = self._button(tr("Largest first"), tr("Turn the order of the missions round"), self._turn)
        self.transposed = self._button(
            tr("Turn over"), tr("A line for each figure instead of each mission"), self._show
        )
        for button in (self.descending, self.transposed):
            button.setCheckable(True)
        self.differences = QCheckBox(tr("Differences from the active mission"), self)
        self.differences.toggled.connect(lambda _is_on: self._show_now())
        self.listed = self._menu_button(tr("In the table"), tr("Which missions the table has"), self._fill_listed)
        self.drawn = self._menu_button(tr("In the picture"), tr("Which missions and plans are drawn"), self._fill_drawn)
        self.copying = self._button(tr("Copy"), tr("Copy the whole table, separated by tabs"), self.copy_all)
        self.saving = self._button(tr("Save…"), tr("Write the table as CSV or Markdown"), self.ask_save)
        self.note = ElidedLabel(self)
        self.note.setProperty("role", "muted")

    def _button(self, title: str, help_line: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setText(title)
        button.setToolTip(help_line)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _menu_button(self, title: str, help_line: str, fill: Callable[[QMenu], None]) -> QToolButton:
        button = QToolButton(self)
        button.setText(title)
        button.setToolTip(help_line)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: fill(menu))
        button.setMenu(menu)
        return button

    def _build_tables(self) -> None:
        self.table.setModel(self.model)
        self.now.setModel(self.now_model)
        for header in (self.table.horizontalHeader(), self.table.verticalHeader()):
            header.setSectionsClickable(True)
            header.sectionClicked.connect(lambda section, header=header: self._on_header(header, section))
            header.sectionDoubleClicked.connect(lambda section, header=header: self._on_name(header, section))
        self.now.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def _lay_out(self) -> None:
        row = FlowRow(self)
        groups: list[list[QWidget]] = [
            [self.anchors], [self.listed, self.drawn], [self.sorting, self.descending, self.transposed],
            [self.differences],
        ]  # fmt: skip
        for widget in (one for group in groups for one in group):
            widget.setParent(row)
        row.set_groups(groups)
        self._row = row
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(tr("Comparison"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.table, tr("Figures"))
        self.tabs.addTab(self.now, tr("Now"))
        # Each line above the table is one less in it.
        TabCorner(self.tabs, self.note, (self.copying, self.saving))
        self.tabs.currentChanged.connect(lambda _index: self._on_tab())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(row)
        column.addWidget(self.tabs, 1)
        self._show_controls()

    # -- which missions -----------------------------------------------------------------------------------

    def flights(self) -> dict[str, str]:
        """Return id and name of all that can be laid side by side: missions, and after each its branches."""
        found: dict[str, str] = {}
        for mission in self._session.missions.values():
            found[mission.id] = mission.name
            found |= {f"{mission.id}/{b.id}": f"{mission.name}: {b.title}" for b in mission.branches}
        return found

    @property
    def listed_ids(self) -> list[str]:
        """Which missions the table has: those chosen, or those drawn, or all where only one is drawn."""
        if self._chosen is not None:
            return [i for i in self.flights() if i in self._chosen]
        shown = self._session.shown_ids
        return [i for i in self._session.missions if i in shown] if len(shown) > 1 else list(self._session.missions)

    def choose(self, ids: Iterable[str]) -> None:
        """Let the table have these missions."""
        self._chosen = list(ids)
        self._fill()

    def _fill_listed(self, menu: QMenu) -> None:
        listed = set(self.listed_ids)
        menu.clear()
        menu.addAction(tr("All"), lambda: self.choose(self.flights()))
        menu.addAction(tr("Those in the picture"), lambda: self.choose(list(self._session.shown_ids)))
        menu.addSeparator()
        for mission_id, name in self.flights().items():
            self._add_choice(menu, name, mission_id in listed, lambda is_on, i=mission_id: self._list(i, is_on))

    def _fill_drawn(self, menu: QMenu) -> None:
        menu.clear()
        for mission_id, name in self.flights().items():
            is_shown = mission_id in self._session.shown_ids
            self._add_choice(menu, name, is_shown, lambda is_on, i=mission_id: self._session.set_shown(i, is_on))

    @staticmethod
    def _add_choice(menu: QMenu, name: str, is_on: bool, act: Callable[[bool], object]) -> None:
        action = QAction(name, menu)
        action.setCheckable(True)
        action.setChecked(is_on)
        action.toggled.connect(act)
        menu.addAction(action)

    def _list(self, mission_id: str, is_on: bool) -> None:
        listed = [i for i in self.listed_ids if i != mission_id] + ([mission_id] if is_on else [])
        self.choose(listed)

    # -- figures ------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Have worked out what is not known yet, then show it."""
        if self._figures.want(self.listed_ids):
            self.note.say(self._note_text())
        else:
            self._show()

    def retheme(self) -> None:
        """Show marks in the colours of the theme in use, columns as wide as the size of its text needs."""
        self._show()

    def comparison(self) -> Comparison:
        """Return what the table shows, sorted."""
        table, key = self._figures.table(self.listed_ids), self.model.sort_key
        if key and key in {column.key for column in table.columns}:
            table = table.sorted_by(key, is_descending=self.model.is_descending)
        return table

    def _show(self) -> None:
        table = self.comparison()
        self.model.marks = self._marks()
        self.model.show(table, is_transposed=self.transposed.isChecked(), active_id=self._session.active_id)
        self._show_sorting(table)
        em = self.fontMetrics().horizontalAdvance("m")
        self.table.resizeColumnsToContents()
        for column in range(self.model.columnCount()):
            self.table.setColumnWidth(column, min(self.table.columnWidth(column) + em, round(WIDEST_EM * em)))
        self.note.say(self._note_text())

    def _marks(self) -> dict[str, QPixmap]:
        """Return a mark in its colour for each mission that is drawn."""
        em, ratio, found = self.fontMetrics().horizontalAdvance("m"), self.devicePixelRatioF(), {}
        for mission_id in self._session.shown_ids:
            mark = QPixmap(round(0.5 * em * ratio), round(0.9 * em * ratio))
            mark.setDevicePixelRatio(ratio)
            mark.fill(colour_of(number_of(self._session.missions[mission_id])))
            found[mission_id] = mark
        return found

    def _show_sorting(self, table: Comparison) -> None:
        with QSignalBlocker(self.sorting):
            self.sorting.clear()
            self.sorting.addItem(tr("In order of loading"), "")
            for column in table.columns:
                self.sorting.addItem(tr(column.title), column.key)
            self.sorting.setCurrentIndex(max(0, self.sorting.findData(self.model.sort_key)))
        self.descending.setChecked(self.model.is_descending)

    def sort_by(self, key: str, *, is_descending: bool | None = None) -> None:
        """Put the missions in the order of a figure; the same figure again turns the order round."""
        if is_descending is None:
            is_descending = key == self.model.sort_key and not self.model.is_descending
        self.model.sort_key, self.model.is_descending = key, is_descending and bool(key)
        self._show()

    def _turn(self) -> None:
        self.sort_by(self.model.sort_key, is_descending=self.descending.isChecked())

    def _on_header(self, header: QHeaderView, section: int) -> None:
        if self.model.is_of_figures(header.orientation()):
            self.sort_by(self.model.table.columns[section].key)

    def _on_name(self, header: QHeaderView, section: int) -> None:
        if not self.model.is_of_figures(header.orientation()):
            self._session.turn_to(self.model.table.ids[section])

    # -- the clock ----------------------------------------------------------------------------------------

    def _on_anchor(self, _index: int) -> None:
        self._desk.run(f"compare.align_{self.anchors.currentData()}")
        self._show_alignment()

    def _show_alignment(self) -> None:
        lineup = self._session.lineup
        there = set(lineup.choices())
        with QSignalBlocker(self.anchors):
            self.anchors.setCurrentIndex(self.anchors.findData(lineup.anchor))
        model = self.anchors.model()
        for row in range(self.anchors.count()):
            is_there = self.anchors.itemData(row) in there
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_there else Qt.ItemFlag.NoItemFlags
            item = model.item(row)  # type: ignore[attr-defined]
            item.setFlags(flags)
            lacks = tr("{mission} has no such moment").format(mission=self._session.active.name)
            item.setToolTip("" if is_there else lacks)
        self.note.say(self._note_text())

    def _note_text(self) -> str:
        lineup = self._session.lineup
        words = [lineup.remark] if lineup.remark else []
        lacking = lineup.lacking()
        if lacking:
            name = tr(NAMES[lineup.anchor])
            words.append(tr("Not drawn: {names} (no {moment})").format(names=", ".join(lacking), moment=name))
        words += [tr("Comparing …")] if self._figures.is_busy else []
        return ". ".join([*words, tr("Marks: {legend}").format(legend=LEGEND)])

    def _on_session_changed(self, what: str) -> None:
        if what in ("missions", "active", "alignment"):
            self._show_alignment()
            self._fill()
            self._show_now()

    # -- now ----------------------------------------------------------------------------------------------

    def refresh(self, state: FrameState | None) -> None:
        """Show the numbers of a frame, if they are seen."""
        self._state = state
        self._show_now()

    def _on_tab(self) -> None:
        self._show_controls()
        self._show_now()

    def _show_controls(self) -> None:
        """Show the controls of the table that is seen."""
        is_now = self.tabs.currentWidget() is self.now
        for widget in (self.sorting, self.descending, self.transposed, self.saving, self.listed):
            widget.setVisible(not is_now)
        self.differences.setVisible(is_now)
        self._row.place()

    def _show_now(self) -> None:
        if self.tabs.currentWidget() is not self.now or self._state is None:
            return
        ids = sorted(self._session.shown_ids, key=lambda i: i != self._session.active_id)
        missions = [(i, self._session.missions[i].name) for i in ids]
        table = now_table(missions, self._state.telemetries, is_difference=self.differences.isChecked())
        self.now_model.show(table)

    # -- taking it along ----------------------------------------------------------------------------------

    def copy_all(self) -> None:
        """Copy the table that is seen, with its headings, separated by tabs."""
        text = self._now_tabs() if self.tabs.currentWidget() is self.now else self.comparison().as_tabs(
            is_transposed=not self.transposed.isChecked()
        )  # fmt: skip
        QGuiApplication.clipboard().setText(text)
        self._desk.say(tr("Table copied"))

    def _now_tabs(self) -> str:
        table, rows = self.now_model.table, range(self.now_model.rowCount())
        vertical = Qt.Orientation.Vertical
        lines = [["", *table.names]]
        lines += [[str(self.now_model.headerData(row, vertical)), *table.texts[row]] for row in rows]
        return "\n".join("\t".join(line) for line in lines) + "\n"

    def ask_save(self) -> None:
        """Ask for a file and write the table into it."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        kinds = f"{tr('Table for programs')} (*.csv);;{tr('Table for texts')} (*.md)"
        dialog = QFileDialog(self, tr("Save the comparison"), str(Path(home) / "missions.csv"), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("md" if "*.md" in chosen else "csv"))
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write the table: Markdown where the name ends so, else CSV; what was asked before is replaced."""
        table = self.comparison()
        is_markdown = path.suffix.lower() in MARKDOWN_ENDINGS
        text = table.as_markdown() if is_markdown else table.as_csv()
        try:
            write_text(path, text, force=True)
        except CommandError as error:
            self._desk.say(str(error))
            return
        self._desk.say(tr("Written: {path}").format(path=path))

    def stop(self) -> None:
        """Let go of the session and wait for the worker; for a closing window."""
        self._session.changed.disconnect(self._on_session_changed)
        self._figures.stop()
