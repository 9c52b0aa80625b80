"""Measure: any two things, live with the clock; a line in the picture, values here, pinned ones in the picture too.

Window layer. What is measured is worked out by `model.measuring`; pinned measures are the session's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QWidget,
)

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.sky import sky_at
from visualizer.errors import PeriluneError
from visualizer.model.additions import MOVED_WORDS, is_moved
from visualizer.model.frame_state import FrameState
from visualizer.model.measuring import Measure, MeasureRow, measure_rows, measured
from visualizer.model.things import CAMERA, Stage, Thing, all_things, title_of
from visualizer.scene.thing_picking import thing_under
from visualizer.ui.form_parts import em_column, fill_scrolling, narrow_size, tool_button
from visualizer.ui.picture_picker import PicturePicker
from visualizer.ui.theme import digits_font
from visualizer.ui.thing_chooser import ThingChooser, ThingList
from visualizer.ui.words import tr

if TYPE_CHECKING:
    from visualizer.ui.desk import Desk

ROW_COUNT: Final = 9
PIN_LINES: Final = 6
LINES_SEEN: Final = 20
LINES_LEAST: Final = 6
ENDS: Final = ("first", "second", "third")


class MeasurePanel(QWidget):
    """The panel.

    Attributes
    ----------
    measure : what is measured now
    rows : the lines that are shown
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, desk.session
        self.measure = Measure(f"craft:{self._session.active_id}", "earth", "moon")
        self.rows: list[MeasureRow] = []
        self._camera_state: FrameState | None = None
        self._loaded: tuple[str, ...] = ()
        self._picked_end = ENDS[0]
        self.things = ThingList(self)
        names = (tr("From"), tr("To"), tr("Angle seen from"))
        self.choosers = {end: ThingChooser(name, self.things, self) for end, name in zip(ENDS, names, strict=True)}
        self.picker = PicturePicker(desk.canvas.native, self._find, self)
        self._build()
        for end, chooser in self.choosers.items():
            chooser.chosen.connect(lambda key, end=end: self.choose(end, key))
            chooser.picking.connect(lambda is_on, end=end: self._on_picking(end, is_on))
        self.picker.picked.connect(lambda key: self.choose(self._picked_end, key))
        self.picker.ended.connect(self._on_picking_ended)
        self.picker.missed.connect(lambda: self._desk.say(tr("Nothing there: click a craft, a site or a globe")))
        self._session.changed.connect(self._on_session_changed)
        self._read_things()
        self._show_pins()

    # -- building -----------------------------------------------------------------------------------------

    def _build(self) -> None:
        inside = QWidget(self)
        column = em_column(inside, self.fontMetrics().horizontalAdvance("m"))
        for chooser in self.choosers.values():
            column.addWidget(chooser)
        column.addLayout(self._build_values())
        self.note = QLabel(self)
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        column.addWidget(self.note)
        column.addLayout(self._build_acts())
        self.pins = QListWidget(self)
        self.pins.setAccessibleName(tr("Pinned measures"))
        self.pins.setToolTip(tr("Pinned measures: Enter shows one again, Delete takes it off"))
        self.pins.itemActivated.connect(self._on_pin_activated)
        self.pins.itemClicked.connect(self._on_pin_activated)
        self.pins.setMaximumHeight(PIN_LINES * self.fontMetrics().height())
        column.addWidget(self.pins)
        column.addStretch(1)
        fill_scrolling(self, inside)

    def retheme(self) -> None:
        """Give digits and the list the size of text in use."""
        self._measure_digits()
        self.pins.setMaximumHeight(PIN_LINES * self.fontMetrics().height())

    def _measure_digits(self) -> None:
        for value in self._values:
            value.setFont(digits_font())

    def _build_values(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(1)
        self._names = [QLabel(self) for _ in range(ROW_COUNT)]
        self._values = [QLabel("–", self) for _ in range(ROW_COUNT)]
        self._measure_digits()
        for number, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            name.setProperty("role", "muted")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, number, 0)
            grid.addWidget(value, number, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _build_acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.pin_button = self._tool(tr("Pin"), tr("Say this in the picture, and offer it to the charts"))
        self.pin_button.setCheckable(True)
        self.swap_button = self._tool(tr("Swap"), tr("Exchange from and to"))
        self.copy_button = self._tool(tr("Copy"), tr("Copy all values as text"))
        self.pin_button.clicked.connect(self.pin)
        self.swap_button.clicked.connect(self.swap)
        self.copy_button.clicked.connect(self.copy)
        for button in (self.pin_button, self.swap_button, self.copy_button):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _tool(self, text: str, tip: str) -> QToolButton:
        return tool_button(self, text, text, tip)

    def sizeHint(self) -> QSize:
        """Qt: the three boxes and the first values are seen without scrolling."""
        return super().sizeHint().expandedTo(narrow_size(self, LINES_SEEN))

    def minimumSizeHint(self) -> QSize:
        """Qt: what is inside scrolls where there is less room."""
        return narrow_size(self, LINES_LEAST)

    # -- what ---------------------------------------------------------------------------------------------

    def _read_things(self) -> None:
        session = self._session
        self._loaded = (*session.missions, *(ghost.id for ghost in session.added.ghosts))
        found = all_things(session.missions.values(), session.added.ghosts)
        self.things.fill([*found, Thing(CAMERA, tr("The camera"), "Bodies")])
        self._show_ends()

    def choose(self, end: str, key: str) -> None:
        """Take another thing for one of `ENDS`."""
        if key == CAMERA and end != "third":
            self._desk.say(tr("The camera can only be looked from"))
            self._show_ends()
            return
        changed = {end: key}
        # Two ends that become one are exchanged instead.
        other = {"first": "second", "second": "first"}.get(end)
        if other and key == getattr(self.measure, other):
            changed[other] = getattr(self.measure, end)
        self._take(replace(self.measure, **changed, is_pinned=False))

    def swap(self) -> None:
        """Exchange from and to."""
        self._take(replace(self.measure, first=self.measure.second, second=self.measure.first, is_pinned=False))

    def _take(self, measure: Measure) -> None:
        self.measure = measure
        self._show_ends()
        self._lay_trial()
        self.show_values()

    def _show_ends(self) -> None:
        for end, chooser in self.choosers.items():
            key = getattr(self.measure, end)
            chooser.show_thing(key, self._title(key))
        self.pin_button.setChecked(any(m.text == self.measure.text for m in self._session.measures))

    def _title(self, key: str) -> str:
        try:
            return title_of(key, self._session.missions, {g.id: g for g in self._session.added.ghosts})
        except PeriluneError:
            return tr("not loaded")

    def _lay_trial(self) -> None:
        trial = self.measure if self.isVisible() else None
        self._session.lay_over(replace(self._session.added, trial=trial))

    # -- picking in the picture ---------------------------------------------------------------------------

    def _on_picking(self, end: str, is_on: bool) -> None:
        if not is_on:
            if self._picked_end == end:
                self.picker.stop()
            return
        self._picked_end = end
        for other, chooser in self.choosers.items():
            if other != end:
                chooser.button.setChecked(False)
        self.picker.start()
        self._desk.canvas.native.setFocus()
        self._desk.say(tr("Click a craft, a site or a place on a globe"))

    def _on_picking_ended(self) -> None:
        for chooser in self.choosers.values():
            chooser.button.setChecked(False)

    def _find(self, x_px: float, y_px: float) -> str | None:
        """Return what is under a logical pixel from the upper left corner."""
        session, native = self._session, self._desk.canvas.native
        found = self._desk.canvas.pick(x_px, y_px)
        if found is not None and found not in ("earth", "moon"):
            return found
        ratio = native.devicePixelRatioF()
        size = (max(1, round(native.width() * ratio)), max(1, round(native.height() * ratio)))
        place = (x_px * ratio, size[1] - y_px * ratio)
        missions = session.missions.values()
        return thing_under(session.frame_state(), size, ratio, *place, missions, session.added.ghosts) or found

    # -- values -------------------------------------------------------------------------------------------

    def show_values(self) -> None:
        """Work the values out for the clock's time."""
        session = self._session
        ghosts = {ghost.id: ghost for ghost in session.added.ghosts}
        moved = frozenset(i for i in session.missions if session.lineup.offset_s(i) != 0.0)
        keys = (self.measure.first, self.measure.second, self.measure.third)
        words = ""
        try:
            if any(is_moved(key, moved) for key in keys):
                raise PeriluneError(tr(MOVED_WORDS).capitalize())
            stage = Stage(sky_at(session.clock.epoch_tdb_s, with_planets=True), session.missions, ghosts, False)
            camera = self._camera_state.camera.pos_wrt_earth_icrf_km if self._camera_state else None
            titles = tuple(self._title(key) for key in keys)
            self.rows = measure_rows(
                self.measure, measured(self.measure, stage, camera), (titles[0], titles[1], titles[2])
            )
        except PeriluneError as error:
            self.rows, words = [MeasureRow(row.name, "–", row.help) for row in self.rows], str(error)
        for row, name, value in zip(self.rows, self._names, self._values, strict=False):
            name.setText(tr(row.name))
            value.setText(row.value)
            name.setToolTip(row.help)
            value.setToolTip(row.help)
        hidden = [k for k in keys if k.startswith(("craft:", "site:")) and not self._is_drawn(k)]
        words = words or (tr("No line in the picture: that mission is not shown.") if hidden else "")
        self.note.setText(words or tr("Geometric, at one instant; bodies are smooth."))

    def _is_drawn(self, key: str) -> bool:
        name = key.partition(":")[2]
        return name in self._session.shown_ids or name.partition("/")[0] in self._session.shown_ids

    def text(self) -> str:
        """Return all values as text."""
        when = utc_text_from_tdb_s(self._session.clock.epoch_tdb_s, separator=" ")
        first, second, third = (
            self._title(key) for key in (self.measure.first, self.measure.second, self.measure.third)
        )
        head = f"{first} to {second}, angle seen from {third}, {when} UTC"
        return "\n".join([head, *(f"{row.name}: {row.value}" for row in self.rows)])

    def copy(self) -> None:
        """Copy all values."""
        QGuiApplication.clipboard().setText(self.text())
        self._desk.say(tr("Copied"))

    # -- pins ---------------------------------------------------------------------------------------------

    def pin(self) -> None:
        """Pin what is measured, or take it off again."""
        added = self._session.added
        is_pinned = any(m.text == self.measure.text for m in added.measures)
        self._session.lay_over(added.unpinned(self.measure) if is_pinned else added.pinned(self.measure))

    def _show_pins(self) -> None:
        self.pins.clear()
        for measure in self._session.measures:
            item = QListWidgetItem(f"{self._title(measure.first)} – {self._title(measure.second)}")
            item.setData(Qt.ItemDataRole.UserRole, measure)
            self.pins.addItem(item)
        self.pins.setVisible(bool(self._session.measures))
        self._show_ends()

    def _on_pin_activated(self, item: QListWidgetItem) -> None:
        self._take(replace(item.data(Qt.ItemDataRole.UserRole), is_pinned=False))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Delete takes the chosen pin off."""
        item = self.pins.currentItem()
        if event.key() == Qt.Key.Key_Delete and self.pins.hasFocus() and item is not None:
            measure: Measure = item.data(Qt.ItemDataRole.UserRole)
            self._session.lay_over(self._session.added.unpinned(measure))
            return
        super().keyPressEvent(event)

    # -- the window's -------------------------------------------------------------------------------------

    def _on_session_changed(self, what: str) -> None:
        if what == "added":
            self._show_pins()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: draw the line while the panel is seen."""
        super().showEvent(event)
        self._lay_trial()
        self.show_values()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: a measure that is not pinned leaves the picture with its panel."""
        super().hideEvent(event)
        self.picker.stop()
        self._session.lay_over(replace(self._session.added, trial=None))

    def refresh(self, state: FrameState | None) -> None:
        """Follow the clock, the camera and what is loaded."""
        self._camera_state = state
        names = (*self._session.missions, *(ghost.id for ghost in self._session.added.ghosts))
        if names != self._loaded:
            self._read_things()
        self.show_values()

    def stop(self) -> None:
        """Let go of the session; for a closing window."""
        self.picker.stop()
        self._session.changed.disconnect(self._on_session_changed)
