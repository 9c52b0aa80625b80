"""The row above the timeline: play, steps, rate, typed time, clock, loop and slow-down, and what happens now.

Window layer. Widgets here change the session only; buttons run the same commands as keys and menus do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import PeriluneError
from visualizer.missions.catalogue import Mission
from visualizer.model.clock import RATES
from visualizer.model.session import Session
from visualizer.model.time_entry import Understood, day_of_year_text, elapsed_text, preview_words, understood
from visualizer.ui import theme
from visualizer.ui.elided_label import ElidedLabel
from visualizer.ui.flow_row import FlowRow
from visualizer.ui.icons import transport_icon
from visualizer.ui.transport_field import DateField
from visualizer.ui.words import tr

BUTTONS: Final = (
    ("previous", "time.previous_event", "Previous event (Page Up)"),
    ("reverse", "time.play_reverse", "Play backwards (J)"),
    ("play", "time.toggle_play", "Play forwards, or pause (Space)"),
    ("next", "time.next_event", "Next event (Page Down)"),
)
# What the step buttons step by: what is shown, and the commands back and forth.
STEPS: Final = (
    ("1 s", "time.step_second_back", "time.step_second_forward"),
    ("1 min", "time.step_minute_back", "time.step_minute_forward"),
    ("1 h", "time.step_hour_back", "time.step_hour_forward"),
    ("event", "time.previous_event", "time.next_event"),
)
FIRST_STEP: Final = 1
TOGGLES: Final = (
    ("loop", "time.toggle_loop", "Loop over the selection, or the present phase (O)"),
    ("slow", "time.toggle_slow_down", "Slow down near burns, landings and impacts (Shift+S)"),
)
ICON_SHARE: Final = 0.95
FRESH_S: Final = 60.0
NEWEST_S: Final = 0.5


class Transport(FlowRow):
    """Buttons, steps, rate, date, clock, loop, slow-down and what happens now."""

    def __init__(self, session: Session, run_command: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._run = session, run_command
        self._buttons = {name: self._button(name, command, tip) for name, command, tip in BUTTONS}
        self._step_back = self._step_button("step-back", 1, tr("Step back"))
        self.step_box = self._step_box()
        self._step_forward = self._step_button("step-forward", 2, tr("Step forwards"))
        self.rate_box = self._rate_box()
        self._rate_now = self._digits("×1,000,000", tr("Rate now"))
        self._rate_now.setToolTip(tr("The rate at this place: it falls near burns, landings and impacts"))
        self.date_field = DateField(self)
        self._reading = self._digits("day 228 · T+888d 88:88:88", tr("Day of the year and time since launch"))
        self._toggles = {name: self._button(name, command, tip) for name, command, tip in TOGGLES}
        for button in (*self._toggles.values(), self._buttons["reverse"]):
            button.setCheckable(True)
        self._message = ElidedLabel(self, lines=2)
        self._message.setAccessibleName(tr("What happens now"))
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._is_refused = self._has_preview = False
        self._lay_out()
        self._connect()
        self._on_play_changed()
        self._offer_names()
        self.show_time()

    def _connect(self) -> None:
        self.date_field.entered.connect(self._on_entered)
        self.date_field.left.connect(self._on_left)
        self.date_field.textEdited.connect(self._on_edited)
        self._session.clock.play_changed.connect(self._on_play_changed)
        self._session.changed.connect(self._on_session_changed)

    def disconnect_session(self) -> None:
        """Stop listening; for a closing window."""
        self._session.clock.play_changed.disconnect(self._on_play_changed)
        self._session.changed.disconnect(self._on_session_changed)

    # -- making -------------------------------------------------------------------------------------------

    def _button(self, name: str, command_id: str, tip: str) -> QToolButton:
        button = self._tool_button(name, tr(tip))
        button.clicked.connect(lambda: self._run(command_id))
        return button

    def _step_button(self, name: str, column: int, tip: str) -> QToolButton:
        button = self._tool_button(name, tip)
        button.setAutoRepeat(True)
        button.clicked.connect(lambda: self._run(STEPS[self.step_box.currentIndex()][column]))
        return button

    def _tool_button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"transport-{name}")
        side = round(ICON_SHARE * self.fontMetrics().height())
        button.setIcon(transport_icon(name))
        button.setIconSize(QSize(side, side))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _step_box(self) -> QComboBox:
        box = QComboBox(self)
        for words, _, _ in STEPS:
            box.addItem(tr(words))
        box.setCurrentIndex(FIRST_STEP)
        box.setToolTip(tr("What the buttons beside it step by"))
        box.setAccessibleName(tr("Step"))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return box

    def _rate_box(self) -> QComboBox:
        box = QComboBox(self)
        for rate in RATES:
            box.addItem(f"×{rate:,}", rate)
        box.setToolTip(tr("Mission seconds in one second ([ and ])"))
        box.setAccessibleName(tr("Rate"))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.activated.connect(lambda index: self._session.clock.set_rate(RATES[index]))
        return box

    def _digits(self, widest: str, name: str) -> QLabel:
        """Return a label of digits that is always as wide as its widest text: nothing beside it moves."""
        label = QLabel(self)
        label.setAccessibleName(name)
        label.setProperty("widest", widest)
        _measure(label)
        return label

    def _lay_out(self) -> None:
        groups = (
            tuple(self._buttons.values()),
            (self._step_back, self.step_box, self._step_forward),
            (self.rate_box,),
            (self.date_field, self._reading),
            # What comes and goes stands last: nothing else moves for it.
            (*self._toggles.values(), self._rate_now),
        )
        self.set_groups(groups, self._message)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another font is another layout."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_message"):
            self.place()

    # -- what it shows ------------------------------------------------------------------------------------

    def _on_session_changed(self, what: str) -> None:
        if what in ("missions", "active"):
            self._offer_names()

    def _missions(self) -> list[Mission]:
        """Return whose events can be named, the active mission first."""
        session = self._session
        others = [i for i in session.seen_ids if i != session.active_id and i in session.missions]
        return [session.active, *(session.missions[i] for i in others)]

    def retheme(self) -> None:
        """Paint the buttons' pictures in the colours of the theme in use, in the size of its text."""
        side = round(ICON_SHARE * self.fontMetrics().height())
        for button in self.findChildren(QToolButton):
            if button.objectName().startswith("transport-"):
                button.setIcon(transport_icon(button.objectName().removeprefix("transport-")))
                button.setIconSize(QSize(side, side))
        for label in (self._rate_now, self._reading):
            _measure(label)
        self.date_field.measure()
        self._on_play_changed()
        self.place()

    def _offer_names(self) -> None:
        self.date_field.names.offer(self._missions())

    def _on_play_changed(self) -> None:
        clock = self._session.clock
        self._buttons["play"].setIcon(transport_icon("pause" if clock.is_playing else "play"))
        self._buttons["reverse"].setChecked(clock.is_playing and clock.direction < 0)
        self.rate_box.setCurrentIndex(RATES.index(clock.rate))
        self._toggles["loop"].setChecked(clock.is_looping)
        self._toggles["slow"].setChecked(clock.is_slowing)
        if self._rate_now.isHidden() == clock.is_slowing:
            self._rate_now.setVisible(clock.is_slowing)
            self.place()

    def show_time(self, tdb_s: float | None = None) -> None:
        """Show a moment, or the session's time; called by the frame loop."""
        clock = self._session.clock
        epoch = clock.epoch_tdb_s if tdb_s is None else tdb_s
        utc = utc_text_from_tdb_s(epoch, separator=" ")
        self.date_field.show_time(utc + " UTC")
        elapsed = elapsed_text(epoch - self._session.active.launch_tdb_s)
        self._reading.setText(f"{day_of_year_text(utc)} · {elapsed}")
        if clock.is_slowing:
            self._rate_now.setText(f"×{clock.rate_now:,.0f}")
        if not self._is_refused and not self._has_preview:
            self._say(self._what_happens(epoch), "muted")

    def _what_happens(self, epoch_tdb_s: float) -> str:
        """Return the last event's sentence while it is fresh, else the phase."""
        mission = self._session.active
        past = [e for e in mission.events if e.tdb_s <= epoch_tdb_s + NEWEST_S]
        if past:
            last = max(past, key=lambda e: e.tdb_s)
            if epoch_tdb_s - last.tdb_s <= last.duration_s + FRESH_S:
                return f"{last.title}: {last.sentence}"
        # Of two phases that meet here, the later one.
        phases = [p for p in mission.phases if p.start_tdb_s <= epoch_tdb_s + NEWEST_S and epoch_tdb_s <= p.end_tdb_s]
        return phases[-1].title if phases else self._beside_the_flight(epoch_tdb_s)

    def _beside_the_flight(self, epoch_tdb_s: float) -> str:
        """Say where a moment is that the active mission's own flight does not reach."""
        mission = self._session.active
        first, last = mission.trajectory.span_tdb_s
        if first <= epoch_tdb_s <= last:
            return ""
        seen = [b.title for b in mission.branches
                if b.trajectory.span_tdb_s[0] <= epoch_tdb_s <= b.trajectory.span_tdb_s[1]]  # fmt: skip
        when = tr("Before the flight") if epoch_tdb_s < first else tr("After the flight")
        return " · ".join([f"{when}: {mission.name}", *seen])

    def _say(self, text: str, role: str) -> None:
        if self._message.full_text == text and self._message.property("role") == role:
            return
        self._message.say(text)
        if self._message.property("role") != role:
            self._message.setProperty("role", role)
            self._message.style().polish(self._message)

    @property
    def message(self) -> str:
        """What is said at the right."""
        return self._message.full_text

    # -- typed dates --------------------------------------------------------------------------------------

    def edit_date(self) -> None:
        """Put the cursor into the date field."""
        self.date_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.date_field.selectAll()

    def _understood(self, text: str) -> Understood:
        clock, lineup = self._session.clock, self._session.lineup
        missions = self._missions()
        earlier_s = {mission.id: lineup.offset_s(mission.id) or 0.0 for mission in missions}
        span = (clock.start_tdb_s, clock.end_tdb_s)
        return understood(text, missions, clock.epoch_tdb_s, span, earlier_s)

    def _on_edited(self, text: str) -> None:
        """Say what is understood so far; what is not finished is no mistake yet."""
        self._is_refused = False
        self._mark_field(False)
        self._has_preview = True
        try:
            found = self._understood(text)
        except PeriluneError as error:
            self._say(str(error), "muted")
            return
        self._say(f"→ {preview_words(found, self._session.active, self._session.clock.epoch_tdb_s)}", "")

    def _on_entered(self, text: str) -> None:
        clock = self._session.clock
        try:
            found = self._understood(text)
        except PeriluneError as error:
            self._refuse(str(error))
            return
        clock.pause()
        clock.seek(found.tdb_s)
        self.date_field.setModified(False)
        self.date_field.clearFocus()
        self._on_left()

    def _refuse(self, reason: str) -> None:
        self._is_refused = True
        self._mark_field(True)
        self._say(reason, "error")

    def _mark_field(self, is_bad: bool) -> None:
        if bool(self.date_field.property("bad")) != is_bad:
            self.date_field.setProperty("bad", is_bad)
            self.date_field.style().polish(self.date_field)

    def _on_left(self) -> None:
        """Show the session's time again, and give the focus back."""
        self._is_refused = self._has_preview = False
        self._mark_field(False)
        self.date_field.setModified(False)
        if self.date_field.hasFocus():
            self.date_field.clearFocus()
        self.date_field.deselect()
        self.show_time()


def _measure(label: QLabel) -> None:
    """Give a label of digits the theme's font, and the width of its widest text."""
    label.setFont(theme.digits_font())
    label.setFixedWidth(round(QFontMetricsF(label.font()).horizontalAdvance(label.property("widest"))) + 2)
