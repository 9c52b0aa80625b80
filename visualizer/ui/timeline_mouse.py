"""What the mouse does on the timeline: scrub, fine scrub, pan, zoom, select, click events and names, open the menu.

Window layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from visualizer.missions.catalogue import Event, Mission
from visualizer.model.clock import flights_tdb_s
from visualizer.ui.timeline_acts import go_to_event, own_look
from visualizer.ui.timeline_menu import timeline_menu

if TYPE_CHECKING:
    from visualizer.ui.timeline import Timeline

CLICK_PX: Final = 4.0
FINE_FACTOR: Final = 0.1
WHEEL_FACTOR: Final = 0.82
PAN_PX: Final = 60.0

Modifier = Qt.KeyboardModifier
Button = Qt.MouseButton


class TimelineMouse:
    """The state of one press, and what it turns into."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._press_px: tuple[float, float] | None = None
        self._event: tuple[Mission, Event] | None = None
        self._last_px = 0.0
        self._act = ""
        self._was_playing = False
        self._scrubs = 0

    # -- press, move, release -----------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Begin what button and place mean: a scrub, a click, a pan, a selection."""
        timeline, button = self._timeline, event.button()
        x, y = event.position().x(), event.position().y()
        self._press_px, self._last_px = (x, y), x
        self._event = timeline.shown_event_at(x, y)
        is_beside = x < timeline.layout_.gutter_px
        self._act = ""
        if button == Button.MiddleButton:
            self._act = "pan"
        elif button == Button.RightButton:
            self._act = "menu"
        elif button == Button.LeftButton and is_beside:
            self._act = "name"
        elif button == Button.LeftButton and event.modifiers() & Modifier.AltModifier:
            self._act = "select"
        elif button == Button.LeftButton:
            self._was_playing = timeline.session.clock.is_playing
            self._act = "click" if self._event is not None else "scrub"
        if self._act == "scrub":
            self._begin_scrub(x, event.modifiers())

    def move(self, event: QMouseEvent) -> None:
        """Go on with it; a press that moves far enough is no click any more."""
        x = event.position().x()
        moved, self._last_px = x - self._last_px, x
        timeline = self._timeline
        if self._press_px is None:
            over = timeline.shown_event_at(x, event.position().y())
            timeline.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            return
        is_far = abs(x - self._press_px[0]) > CLICK_PX
        if self._act == "pan":
            timeline.set_scale(timeline.scale.panned(-moved * timeline.scale.s_per_px))
        elif self._act == "scrub":
            self._scrub(x, moved, event.modifiers())
        elif self._act == "click" and is_far:
            self._act = "scrub"
            self._begin_scrub(x, event.modifiers())
        elif self._act == "menu" and is_far and self._press_px[0] >= timeline.layout_.gutter_px:
            self._act = "select"
        if self._act == "select":
            self._select(x)

    def release(self, event: QMouseEvent) -> None:
        """End it: a click acts now."""
        timeline, act = self._timeline, self._act
        x, y = event.position().x(), event.position().y()
        press, self._press_px, self._act = self._press_px, None, ""
        if act == "scrub":
            timeline.set_scrubbing(False)
            if self._was_playing:
                timeline.session.clock.play(timeline.session.clock.direction)
        elif act == "click" and self._event is not None:
            self._choose(*self._event, bool(event.modifiers() & Modifier.ControlModifier))
        elif act == "menu":
            self.open_menu(x, y, self._event)
        elif act == "name":
            row = timeline.layout_.row_at(y)
            if row is not None:
                timeline.session.turn_to(timeline.content.missions[row].id)
        elif act == "select" and press is not None and abs(x - press[0]) <= CLICK_PX:
            timeline.session.clock.clear_loop()
        timeline.update()

    def _choose(self, mission: Mission, event: Event, with_view: bool) -> None:
        go_to_event(self._timeline.session, mission, event, own_look(mission, event) if with_view else "")
        self._timeline.event_chosen.emit(event.id)

    def _begin_scrub(self, x_px: float, modifiers: Modifier) -> None:
        timeline = self._timeline
        self._scrubs += 1
        if self._was_playing:
            timeline.session.clock.pause()
        timeline.set_scrubbing(True)
        if not modifiers & Modifier.ShiftModifier:
            self._seek(timeline.scale.tdb_s(x_px))

    def _scrub(self, x_px: float, moved_px: float, modifiers: Modifier) -> None:
        clock, scale = self._timeline.session.clock, self._timeline.scale
        if modifiers & Modifier.ShiftModifier:
            self._seek(clock.epoch_tdb_s + FINE_FACTOR * moved_px * scale.s_per_px)
        else:
            self._seek(scale.tdb_s(x_px))

    def _seek(self, tdb_s: float) -> None:
        self._timeline.session.clock.seek(tdb_s, gesture=f"scrub {self._scrubs}")

    def _select(self, x_px: float) -> None:
        assert self._press_px is not None
        scale, layout = self._timeline.scale, self._timeline.layout_
        edges = (min(max(x, layout.gutter_px), layout.right_px) for x in (self._press_px[0], x_px))
        first, last = (scale.tdb_s(edge) for edge in edges)
        self._timeline.session.clock.set_loop(first, last)

    # -- the rest -----------------------------------------------------------------------------------------

    def double_click(self, event: QMouseEvent) -> None:
        """Fit the phase under the cursor, a flight that is out of sight, or all of the active one."""
        timeline = self._timeline
        x, y = event.position().x(), event.position().y()
        if event.button() != Button.LeftButton or timeline.shown_event_at(x, y) is not None:
            return
        row, phase = timeline.layout_.row_at(y), timeline.phase_at(x, y)
        if phase is not None and row is not None:
            shift = timeline.content.shift_s(row)
            timeline.fit(phase.start_tdb_s + shift, phase.end_tdb_s + shift)
        elif row is not None and not self._is_seen(row):
            first, last = flights_tdb_s([timeline.content.missions[row]])
            timeline.fit(first + timeline.content.shift_s(row), last + timeline.content.shift_s(row))
        elif x >= timeline.layout_.gutter_px:
            timeline.show_all()

    def _is_seen(self, row: int) -> bool:
        """Whether any of a row's flight is in sight."""
        timeline = self._timeline
        scale = timeline.scale.moved(-timeline.content.shift_s(row))
        first, last = flights_tdb_s([timeline.content.missions[row]])
        return first <= scale.end_tdb_s and last >= scale.start_tdb_s

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom about the cursor; sideways (or with Shift) pan; over the names scroll the rows."""
        timeline, turn = self._timeline, event.angleDelta()
        sideways = turn.x() or (turn.y() if event.modifiers() & Modifier.ShiftModifier else 0)
        is_beside = event.position().x() < timeline.layout_.gutter_px
        if sideways:
            timeline.set_scale(timeline.scale.panned(-sideways / 120.0 * PAN_PX * timeline.scale.s_per_px))
        elif turn.y() and not (is_beside and timeline.scroll_rows(-turn.y() / 120.0)):
            about = timeline.session.clock.epoch_tdb_s if is_beside else timeline.scale.tdb_s(event.position().x())
            timeline.set_scale(timeline.scale.zoomed(WHEEL_FACTOR ** (turn.y() / 120.0), about))
        event.accept()

    def open_menu(self, x_px: float, y_px: float, chosen: tuple[Mission, Event] | None) -> None:
        """Open the menu for a place."""
        menu = timeline_menu(self._timeline, x_px, y_px, chosen)
        menu.popup(self._timeline.mapToGlobal(QPoint(round(x_px), round(y_px))))
