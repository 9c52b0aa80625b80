"""The row above the timeline: play, pause, reverse, events, rate, and the date that can be typed.

Window layer. Widgets here change the session only; buttons run the same commands as keys and menus do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import PeriluneError
from visualizer.model.clock import RATES
from visualizer.model.session import Session
from visualizer.model.time_entry import elapsed_text, tdb_s_from_entry
from visualizer.ui import theme
from visualizer.ui.elided_label import ElidedLabel
from visualizer.ui.icons import transport_icon

BUTTONS: Final = (
    ("previous", "time.previous_event", "Previous event (Page Up)"),
    ("reverse", "time.play_reverse", "Play backwards (J)"),
    ("play", "time.toggle_play", "Play or pause (Space)"),
    ("next", "time.next_event", "Next event (Page Down)"),
)


class DateField(QLineEdit):
    """A field that shows mission time and reads what is typed or pasted.

    Signals
    -------
    entered(str) : Return was pressed
    left() : Escape was pressed
    """

    entered = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.digits_font())
        self.setAccessibleName("Mission time, UTC")
        self.setToolTip("Type or paste a time: 2023-08-19 11:10:00 · T+8d 12h · impact - 10 min · +90 min (Ctrl+L)")
        metrics = QFontMetricsF(self.font())
        self.setFixedWidth(round(metrics.horizontalAdvance("2023-08-19 11:10:00 UTC")) + 26)
        self.returnPressed.connect(lambda: self.entered.emit(self.text()))

    @property
    def is_edited(self) -> bool:
        """Whether the user is typing."""
        return self.hasFocus() and self.isModified()

    def show_time(self, text: str) -> None:
        """Show mission time, unless the user is typing."""
        if self.text() != text and not self.is_edited and not (self.hasFocus() and self.hasSelectedText()):
            self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Transport(QWidget):
    """Buttons, rate, date, elapsed time and what happens now."""

    def __init__(self, session: Session, run_command: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._buttons = {name: self._button(name, command, tip, run_command) for name, command, tip in BUTTONS}
        self.rate_box = self._rate_box()
        self.date_field = DateField(self)
        self._elapsed = QLabel(self)
        self._elapsed.setFont(theme.digits_font())
        self._message = ElidedLabel(self)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._is_refused = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self.date_field.entered.connect(self._on_entered)
        self.date_field.left.connect(self._on_left)
        self.date_field.textEdited.connect(lambda _text: self._forget_refusal())
        session.clock.play_changed.connect(self._on_play_changed)
        self._on_play_changed()
        self.show_time()

    def disconnect_session(self) -> None:
        """Stop listening; for a closing window."""
        self._session.clock.play_changed.disconnect(self._on_play_changed)

    def _button(self, name: str, command_id: str, tip: str, run_command: Callable[[str], None]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(transport_icon(name))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: run_command(command_id))
        return button

    def _rate_box(self) -> QComboBox:
        box = QComboBox(self)
        for rate in RATES:
            box.addItem(f"×{rate:,}", rate)
        box.setToolTip("Mission seconds in one second ([ and ])")
        box.setAccessibleName("Rate")
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.activated.connect(lambda index: self._session.clock.set_rate(RATES[index]))
        return box

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 5, 8, 2)
        row.setSpacing(5)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self.rate_box)
        row.addSpacing(6)
        row.addWidget(self.date_field)
        row.addSpacing(6)
        row.addWidget(self._elapsed)
        row.addSpacing(12)
        row.addWidget(self._message, 1)

    # -- what it shows ------------------------------------------------------------------------------------

    def _on_play_changed(self) -> None:
        clock = self._session.clock
        self._buttons["play"].setIcon(transport_icon("pause" if clock.is_playing else "play"))
        self.rate_box.setCurrentIndex(RATES.index(clock.rate))

    def show_time(self) -> None:
        """Show the session's time; called by the frame loop."""
        epoch = self._session.clock.epoch_tdb_s
        self.date_field.show_time(utc_text_from_tdb_s(epoch, separator=" ") + " UTC")
        self._elapsed.setText(elapsed_text(epoch - self._session.active.trajectory.span_tdb_s[0]))
        if not self._is_refused:
            self._say(self._what_happens(epoch), "muted")

    def _what_happens(self, epoch_tdb_s: float) -> str:
        """Return the last event's sentence while it is fresh, else the phase."""
        mission = self._session.active
        past = [e for e in mission.events if e.tdb_s <= epoch_tdb_s + 0.5]
        if past:
            last = max(past, key=lambda e: e.tdb_s)
            if epoch_tdb_s - last.tdb_s <= last.duration_s + 60.0:
                return f"{last.title}: {last.sentence}"
        # Of two phases that meet here, the later one.
        here = [p.title for p in mission.phases if p.start_tdb_s <= epoch_tdb_s + 0.5 and epoch_tdb_s <= p.end_tdb_s]
        return here[-1] if here else ""

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

    def _on_entered(self, text: str) -> None:
        session = self._session
        try:
            tdb_s = tdb_s_from_entry(text, session.active, session.clock.epoch_tdb_s)
        except PeriluneError as error:
            self._refuse(str(error))
            return
        self._forget_refusal()
        session.clock.pause()
        session.clock.seek(tdb_s)
        self._on_left()

    def _refuse(self, reason: str) -> None:
        self._is_refused = True
        self._mark_field(True)
        self._say(reason, "error")

    def _forget_refusal(self) -> None:
        if self._is_refused:
            self._is_refused = False
            self._mark_field(False)
            self.show_time()

    def _mark_field(self, is_bad: bool) -> None:
        self.date_field.setProperty("bad", is_bad)
        self.date_field.style().polish(self.date_field)

    def _on_left(self) -> None:
        self._forget_refusal()
        self.date_field.setModified(False)
        self.date_field.clearFocus()
        self.show_time()
