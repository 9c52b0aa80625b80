"""Charts of the shown missions, one or two above each other, in step with the clock.

Window layer. Lines are worked out in a worker, in as many points as there are pixels, and again for what a zoom shows.
The cursor is the clock: it moves with it, and dragging it, or a click, goes there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from visualizer.errors import CommandError, PeriluneError
from visualizer.missions.alignment import ANCHORS, CALENDAR
from visualizer.missions.catalogue import Mission
from visualizer.missions.series import QUANTITIES, Quantity, quantity_of_key
from visualizer.model.chart_lines import Chart, TimeAxis, build_charts, first_span_s, marks_of, time_axis, whole_span_s
from visualizer.model.chart_measures import measure_quantities
from visualizer.model.frame_state import FrameState
from visualizer.ui.chart_export import ENDINGS, write_charts
from visualizer.ui.chart_files import ask_and_write
from visualizer.ui.chart_paint import ChartSheet
from visualizer.ui.chart_readout import readout_html
from visualizer.ui.form_parts import act_button, least_height
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

if TYPE_CHECKING:
    from visualizer.ui.chart_view import ChartView
    from visualizer.ui.desk import Desk

LIBRARY: Final = "pyqtgraph"
WAIT_MS: Final = 60
FIRST: Final = ("altitude", "speed")
NONE: Final = ""
LEAST_ROWS_EM: Final = 5.0


class ChartPanel(QWidget):
    """The charts with their controls."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, desk.session
        self._axis = TimeAxis(CALENDAR, {})
        self._missions: tuple[Mission, ...] = ()
        self._colours: tuple[int, ...] = ()
        self._measured: list[Quantity] = []
        self._is_busy = self._is_due = self._is_stopped = False
        self._order = 0
        self._hover_x: float | None = None
        self.view: ChartView | None = None
        self.choices = [self._chooser(row) for row in range(2)]
        self.logs = [self._log_box(row) for row in range(2)]
        self.anchors = self._anchor_box()
        self.box_zoom = act_button(
            self, tr("Box"), tr("Zoom into a box that is dragged (or hold Shift)"), self._set_box
        )
        self.box_zoom.setCheckable(True)
        self.readout = QLabel("", self)
        self.readout.setTextFormat(Qt.TextFormat.RichText)
        self.readout.setWordWrap(True)
        self.readout.setContentsMargins(8, 1, 8, 3)
        self.readout.setAccessibleName(tr("Values of the charts"))
        self._runner = Runner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._start)
        self._lay_out()
        self._take_measures()
        self._session.changed.connect(self._on_session_changed)
        self._session.clock.epoch_changed.connect(self._on_epoch)
        # The library takes a while to load: not on the window's time.
        self._loader = Runner(self)
        self._loader.done.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        if LIBRARY in sys.modules:
            self._on_loaded(None)
        else:
            self.readout.setText(tr("The charts are being prepared …"))
            self._loader.start(lambda: import_module(LIBRARY))

    # -- building -----------------------------------------------------------------------------------------

    def _chooser(self, row: int) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(tr("Upper chart") if row == 0 else tr("Lower chart"))
        if row:
            box.addItem(tr("one chart"), NONE)
        for quantity in QUANTITIES:
            box.addItem(tr(quantity.title), quantity.key)
        box.setCurrentIndex(box.findData(FIRST[row]))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.currentIndexChanged.connect(lambda _index, row=row: self._on_chosen(row))
        return box

    def _log_box(self, row: int) -> QCheckBox:
        box = QCheckBox(tr("log"), self)
        box.setAccessibleName(tr("Logarithmic axis, upper chart") if row == 0 else tr("Logarithmic axis, lower chart"))
        box.setToolTip(tr("Logarithmic axis"))
        box.setChecked(quantity_of_key(FIRST[row]).is_log)
        box.toggled.connect(lambda _is_on: self._redraw())
        return box

    def _anchor_box(self) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(tr("Time axis"))
        box.setToolTip(tr("What the missions are laid side by side by"))
        for anchor, words in ANCHORS.items():
            box.addItem(tr(words), anchor)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(10)
        box.setCurrentIndex(box.findData(self._session_anchor()))
        box.currentIndexChanged.connect(lambda _index: self._reset())
        return box

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(6, 3, 6, 2)
        row.setSpacing(5)
        for choice, log in zip(self.choices, self.logs, strict=True):
            row.addWidget(choice, 3)
            row.addWidget(log)
        row.addWidget(self.anchors, 2)
        row.addWidget(act_button(self, "+", tr("Fewer hours"), lambda: self._view_act(lambda view: view.zoom(0.5))))
        row.addWidget(act_button(self, "−", tr("More hours"), lambda: self._view_act(lambda view: view.zoom(2.0))))
        row.addWidget(
            act_button(self, tr("Fit"), tr("See the whole flights"), lambda: self._view_act(lambda v: v.fit()))
        )
        row.addWidget(self.box_zoom)
        row.addWidget(
            act_button(self, tr("Export…"), tr("Write the charts to a PNG, SVG or CSV file"), self.ask_export)
        )
        self._place = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addLayout(self._place, 1)
        column.addWidget(self.readout)

    def heightForWidth(self, width_px: int) -> int:
        """Qt: no higher than it must be: dates and values stay in sight in a low panel."""
        return least_height(self, width_px)

    def retheme(self) -> None:
        """Give the charts their least height in the size of text in use."""
        if self.view is not None:
            self.view.setMinimumHeight(round(LEAST_ROWS_EM * self.fontMetrics().height()))

    def _on_loaded(self, _module: object) -> None:
        from visualizer.ui.chart_view import ChartView

        if self._is_stopped:
            return
        view = self.view = ChartView(self)
        self.retheme()
        self._place.addWidget(view)
        view.span_changed.connect(self._want)
        view.sought.connect(self._seek)
        view.hovered.connect(self._on_hovered)
        self._set_rows()
        self._reset()

    def _view_act(self, act: Callable[[ChartView], None]) -> None:
        if self.view is not None:
            act(self.view)

    # -- what is charted ----------------------------------------------------------------------------------

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What the rows show."""
        keys = [box.currentData() for box in self.choices]
        return tuple(self._quantity(key) for key in keys if key != NONE)

    def _quantity(self, key: str) -> Quantity:
        return next((one for one in self._measured if one.key == key), None) or quantity_of_key(key)

    def show_quantity(self, key: str, row: int = 0) -> None:
        """Chart a quantity in a row, 0 or 1; raise `CommandError` where there is none of that key."""
        self.choices[row].setCurrentIndex(self.choices[row].findData(self._quantity(key).key))

    def _take_measures(self) -> None:
        """Offer what is pinned, below the quantities of flights; what is no longer pinned goes."""
        session = self._session
        ghosts = {ghost.id: ghost for ghost in session.added.ghosts}
        self._measured = measure_quantities(session.measures, session.missions, ghosts)
        for row, box in enumerate(self.choices):
            chosen = box.currentData()
            with QSignalBlocker(box):
                while box.count() > len(QUANTITIES) + row:
                    box.removeItem(box.count() - 1)
                for quantity in self._measured:
                    box.addItem(quantity.title, quantity.key)
                at = box.findData(chosen)
                box.setCurrentIndex(box.findData(FIRST[row]) if at < 0 else at)
            if box.currentData() != chosen:
                self._on_chosen(row)

    @property
    def is_log(self) -> tuple[bool, ...]:
        """Whether each row's axis is logarithmic."""
        return tuple(box.isChecked() for box in self.logs[: len(self.quantities)])

    @property
    def anchor(self) -> str:
        """What the missions are laid side by side by."""
        return str(self.anchors.currentData())

    def _session_anchor(self) -> str:
        return self._session.lineup.anchor

    def _on_chosen(self, row: int) -> None:
        key = self.choices[row].currentData()
        if key != NONE:
            with QSignalBlocker(self.logs[row]):
                self.logs[row].setChecked(self._quantity(key).is_log)
        self._set_rows()
        self._want()

    def _set_rows(self) -> None:
        self.logs[1].setEnabled(len(self.quantities) > 1)
        if self.view is None:
            return
        if len(self.view.boxes) != len(self.quantities):
            self.view.set_rows(len(self.quantities))
            self._set_box()
            self._show_cursor()
        self.view.charts = ()

    def _set_box(self) -> None:
        self._view_act(lambda view: view.set_box_zoom(self.box_zoom.isChecked()))

    def _redraw(self) -> None:
        if self.view is not None and len(self.view.charts) == len(self.quantities):
            self.view.show_charts(self.view.charts, self.is_log)

    def _reset(self) -> None:
        """Begin anew with the missions shown and the axis chosen."""
        if self.view is None:
            return
        request = self._session.request()
        self._missions, self._colours = request.missions, request.colours
        axis = time_axis(self._missions, self.anchor)
        try:
            whole = whole_span_s(self._missions, axis)
        except PeriluneError as error:
            self._desk.say(str(error))
            with QSignalBlocker(self.anchors):
                self.anchors.setCurrentIndex(self.anchors.findData(CALENDAR))
            axis = time_axis(self._missions, CALENDAR)
            whole = whole_span_s(self._missions, axis)
        self._axis = axis
        marks = marks_of(self._missions, axis, self._colours)
        self.view.set_axis(axis, whole, first_span_s(self._missions, axis), marks)
        self._show_cursor()
        self._want()

    def _on_session_changed(self, what: str) -> None:
        if what == "alignment":
            with QSignalBlocker(self.anchors):
                self.anchors.setCurrentIndex(self.anchors.findData(self._session_anchor()))
            self._reset()
        elif what == "added":
            self._take_measures()
        elif what in ("missions", "active") and self._has_others():
            self._reset()

    def _has_others(self) -> bool:
        """Tell whether other missions are shown than the charts have, or in other colours."""
        request = self._session.request()
        return (request.missions, request.colours) != (self._missions, self._colours)

    # -- the worker ---------------------------------------------------------------------------------------

    def _want(self) -> None:
        """Have the lines worked out soon; what is asked for meanwhile comes together in one go."""
        self._is_due = True
        if not self._is_busy and not self._is_stopped:
            self._wait.start()

    def _start(self) -> None:
        if self._is_stopped or self.view is None or not self.isVisible():
            return
        self._is_busy, self._is_due = True, False
        self._order += 1
        missions, axis, quantities, colours = self._missions, self._axis, self.quantities, self._colours
        span, pixels, order = self.view.span_s, max(self.view.plot_px, 100), self._order
        self._runner.start(
            lambda: build_charts(missions, quantities, axis, span, pixels, lambda: order == self._order, colours)
        )  # fmt: skip

    def _on_done(self, charts: tuple[Chart, ...]) -> None:
        self._is_busy = False
        if self.view is not None and [chart.quantity for chart in charts] == list(self.quantities):
            self.view.show_charts(charts, self.is_log)
            self._show_values()
        if self._is_due:
            self._want()

    def _on_failed(self, error: Exception) -> None:
        self._is_busy = False
        self.readout.setText(tr("The charts could not be worked out: {why}").format(why=error))

    # -- the clock ----------------------------------------------------------------------------------------

    @property
    def now_s(self) -> float | None:
        """Where the clock stands on the axis; None if the active mission is not on it."""
        return self._axis.x_s(self._session.active_id, self._session.clock.epoch_tdb_s)

    def _show_cursor(self) -> None:
        if self.view is not None:
            self.view.set_cursor(self.now_s)

    def _on_epoch(self, _tdb_s: float) -> None:
        if self.isVisible():
            self._show_cursor()

    def _seek(self, x_s: float) -> None:
        zero = self._axis.zeros_tdb_s.get(self._session.active_id)
        if zero is None:
            self._desk.say(tr("{name} has no such moment").format(name=self._session.active.name))
            return
        self._session.clock.pause()
        self._session.clock.seek(zero + x_s)

    def refresh(self, _state: FrameState | None) -> None:
        """Show the values of now; follow the clock as it runs."""
        if self.view is None:
            return
        now = self.now_s
        self._show_cursor()
        if now is not None and self._session.clock.is_playing and not self.view.is_dragging:
            self.view.follow(now)
        if self._hover_x is None:
            self._show_values()
        if self._is_due and not self._is_busy and not self._wait.isActive():
            self._wait.start()

    def _on_hovered(self, x_s: float | None) -> None:
        self._hover_x = x_s
        self._show_values()

    def _show_values(self) -> None:
        x_s = self._hover_x if self._hover_x is not None else self.now_s
        mark = self.view.mark_near(x_s) if self.view and x_s is not None and self._hover_x is not None else None
        self.readout.setText(readout_html(self._missions, self.quantities, self._axis, x_s, mark, self._colours))

    # -- files --------------------------------------------------------------------------------------------

    def sheet(self) -> ChartSheet:
        """Return what is seen, for a file."""
        names = ", ".join(mission.name for mission in self._missions)
        title = f"{names}, {'' if self._axis.is_calendar else 'aligned '}{ANCHORS[self.anchor]}"
        marks = marks_of(self._missions, self._axis, self._colours)
        if self.view is None or not self.view.charts:
            raise CommandError("exporting charts: they are still being worked out")
        return ChartSheet(title, self.view.charts, self.is_log, self._axis, self.view.span_s, marks, self.now_s)

    def export(self, path: Path) -> None:
        """Write what is seen to a PNG, SVG or CSV file; raise `CommandError` where that cannot be done."""
        write_charts(path, self.sheet())

    def ask_export(self) -> None:
        """Ask for a file and write the charts into it."""
        ask_and_write(self, tr("Export charts"), "charts", ENDINGS, self.export, self._desk.say)

    def stop(self) -> None:
        """End the worker and let go of the session; for a closing window."""
        self._is_stopped = True
        self._order += 1
        self._wait.stop()
        self._runner.stop()
        self._loader.stop()
        self._session.changed.disconnect(self._on_session_changed)
        self._session.clock.epoch_changed.disconnect(self._on_epoch)
        self._view_act(lambda view: view.stop())
