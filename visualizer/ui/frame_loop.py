"""The frame loop: one timer that lets mission time pass and asks for at most one picture per tick.

Window layer. It sleeps while nothing moves; any change of the session wakes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

from visualizer.model.session import Session

TICK_MS: Final = 16
LONGEST_STEP_S: Final = 0.25
PANEL_MS: Final = 100
SCRUB_PANEL_MS: Final = 200


class FrameLoop(QObject):
    """Advances the session by wall time.

    Parameters
    ----------
    session : what moves
    redraw : asks for one picture
    refresh : brings panels up to date; called 10 times a second at most, and once more at rest
    """

    def __init__(
        self, session: Session, redraw: Callable[[], None], refresh: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._redraw, self._refresh = session, redraw, refresh
        self._is_dirty = self._is_stale = True
        self._wall, self._since_refresh = QElapsedTimer(), QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        session.clock.epoch_changed.connect(self._on_epoch_changed)
        session.clock.play_changed.connect(self.wake)
        session.changed.connect(self._on_session_changed)

    @property
    def is_running(self) -> bool:
        """Whether the timer ticks."""
        return self._timer.isActive()

    def _on_epoch_changed(self, _tdb_s: float) -> None:
        if self._session.clock.is_scrubbed:
            self.draw_now()
        else:
            self.mark_dirty()

    def _on_session_changed(self, _what: str) -> None:
        self.mark_dirty()

    def mark_dirty(self) -> None:
        """Note that the picture is out of date."""
        self._is_dirty = True
        self.wake()

    def draw_now(self) -> None:
        """Ask for the picture in this turn of Qt's loop: it is shown together with what else changed in it."""
        self._is_dirty = False
        self._is_stale = True
        self._redraw()
        self.wake()

    def note_frame(self) -> None:
        """Note that a picture was drawn, perhaps long after it was asked for: the panels follow it."""
        self._is_stale = True
        self.wake()

    def wake(self) -> None:
        """Start ticking if asleep."""
        if not self._timer.isActive():
            self._wall.start()
            self._timer.start()

    def tick(self) -> None:
        """Let time pass; draw once if anything changed; sleep if nothing did."""
        passed_s = min(self._wall.restart() / 1000.0, LONGEST_STEP_S) if self._wall.isValid() else 0.0
        is_moving = self._session.advance(passed_s)
        is_due = is_moving or self._is_dirty
        self._is_dirty = False
        if is_due:
            self._is_stale = True
            self._redraw()
        elif not self._is_stale:
            self._timer.stop()
        is_resting = not is_due and not self._session.clock.is_scrubbed
        if self._is_stale and (is_resting or self._refresh_is_due()):
            self._is_stale = False
            self._since_refresh.start()
            self._refresh()

    def _refresh_is_due(self) -> bool:
        # The hand on the timeline comes first; panels follow at a slower pace.
        wait_ms = SCRUB_PANEL_MS if self._session.clock.is_scrubbed else PANEL_MS
        return not self._since_refresh.isValid() or self._since_refresh.elapsed() >= wait_ms

    def stop_timer(self) -> None:
        """Sleep until the next change; for tests that tick by hand."""
        self._timer.stop()

    def stop(self) -> None:
        """Stop for good; for a closing window."""
        self._timer.stop()
        self._session.clock.epoch_changed.disconnect(self._on_epoch_changed)
        self._session.clock.play_changed.disconnect(self.wake)
        self._session.changed.disconnect(self._on_session_changed)
