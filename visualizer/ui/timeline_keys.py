"""What keys do while the timeline has the focus; elsewhere the window's own keys hold.

Window layer. Left and Right move the playhead by some pixels of the present zoom, Shift ten times finer, Control ten
times coarser; Up and Down choose an event, Enter goes there, with Control to its view; plus and minus zoom; Home and
End are the ends of the flight; digits show and hide strips; Escape drops what is selected, then leaves the timeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from visualizer.missions.catalogue import Event, Mission
from visualizer.model.time_strips import STRIPS
from visualizer.ui.timeline_acts import go_to_event, own_look

if TYPE_CHECKING:
    from visualizer.ui.timeline import Timeline

Key = Qt.Key
STEP_PX: Final = 4.0
STEPS: Final = {Key.Key_Left: -1.0, Key.Key_Right: 1.0}
EVENT_STEPS: Final = {Key.Key_Up: -1, Key.Key_Down: 1}
ZOOMS: Final = {Key.Key_Plus: 0.7, Key.Key_Equal: 0.7, Key.Key_Minus: 1.0 / 0.7, Key.Key_Underscore: 1.0 / 0.7}
ENDS: Final = {Key.Key_Home: 0, Key.Key_End: 1}
ENTERS: Final = (Key.Key_Return, Key.Key_Enter)
DIGITS: Final = {Key(Key.Key_1.value + number): spec.id for number, spec in enumerate(STRIPS)}
OWN: Final = {*STEPS, *EVENT_STEPS, *ZOOMS, *ENDS, *ENTERS, *DIGITS, Key.Key_0, Key.Key_Escape}


class TimelineKeys:
    """The keyboard's place on the timeline: an event of the active mission, if one was chosen."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._index: int | None = None

    @property
    def event(self) -> Event | None:
        """The event that Enter goes to."""
        return None if self._index is None else self._timeline.content.active.events[self._index]

    @property
    def chosen(self) -> tuple[Mission, Event] | None:
        """The same with its mission."""
        event = self.event
        return None if event is None else (self._timeline.content.active, event)

    def forget(self) -> None:
        """Choose no event: another mission is active."""
        self._index = None

    def is_own(self, event: QKeyEvent) -> bool:
        """Whether a key means something here, so that it is no shortcut of the window."""
        strong = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        key = Key(event.key())
        return key in OWN and (not strong or key in STEPS or key in ENTERS)

    def press(self, event: QKeyEvent) -> bool:
        """Act on a key; return whether it means anything."""
        if not self.is_own(event):
            return False
        key, timeline = Key(event.key()), self._timeline
        clock = timeline.session.clock
        if key in STEPS:
            self._step(STEPS[key], event.modifiers())
        elif key in EVENT_STEPS:
            self._choose(EVENT_STEPS[key])
        elif key in ZOOMS:
            timeline.zoom(ZOOMS[key])
        elif key in ENDS:
            clock.pause()
            clock.seek(clock.flight_tdb_s[ENDS[key]])
        elif key in ENTERS:
            self._go(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif key in DIGITS:
            timeline.keeper.toggle(DIGITS[key])
        elif key == Key.Key_0:
            timeline.show_all()
        else:
            self._leave()
        return True

    def _step(self, sign: float, modifiers: Qt.KeyboardModifier) -> None:
        timeline = self._timeline
        pixels = STEP_PX
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            pixels *= 0.1
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            pixels *= 10.0
        clock = timeline.session.clock
        clock.pause()
        clock.seek(clock.epoch_tdb_s + sign * pixels * timeline.scale.s_per_px, gesture="timeline step")

    def _choose(self, direction: int) -> None:
        """Choose the next event, or the nearest one on that side of now; it comes into sight."""
        timeline = self._timeline
        events, now = timeline.content.active.events, timeline.session.clock.epoch_tdb_s
        if not events:
            return
        if self._index is None:
            later = [i for i, event in enumerate(events) if (event.tdb_s - now) * direction > 0.0]
            edge = len(events) - 1 if direction > 0 else 0
            self._index = (later[0] if direction > 0 else later[-1]) if later else edge
        else:
            self._index = min(max(self._index + direction, 0), len(events) - 1)
        chosen = events[self._index]
        timeline.set_scale(timeline.scale.showing(chosen.tdb_s))
        timeline.setAccessibleDescription(f"{chosen.title}: {chosen.sentence}")

    def _go(self, with_view: bool) -> None:
        chosen = self.chosen
        if chosen is not None:
            go_to_event(self._timeline.session, *chosen, own_look(*chosen) if with_view else "")

    def _leave(self) -> None:
        timeline = self._timeline
        if self._index is not None:
            self._index = None
            timeline.update()
        elif timeline.session.clock.loop_tdb_s is not None:
            timeline.session.clock.clear_loop()
        else:
            timeline.clearFocus()
