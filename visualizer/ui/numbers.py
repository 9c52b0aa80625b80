"""Clock and telemetry, in step with the picture: they show the moment that is on the screen. Window layer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from visualizer.model.frame_state import FrameState
from visualizer.model.session import Session
from visualizer.ui.telemetry_panel import TelemetryPanel
from visualizer.ui.transport import Transport

# At high rates a tenth of a second is hours of flight: these few labels follow sooner than the panels do.
APART_MS: Final = 50


class Numbers(QObject):
    """Brings clock and telemetry up to date soon after each picture, and when panels are refreshed."""

    def __init__(self, session: Session, transport: Transport, telemetry: TelemetryPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._transport, self._telemetry = session, transport, telemetry
        self._state: FrameState | None = None
        self._since = QElapsedTimer()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.show)

    def note(self, state: FrameState) -> None:
        """Take a picture that is being painted; its numbers are shown once it is there."""
        self._state = state
        if self._session.clock.is_scrubbed or self._soon.isActive():
            return
        passed_ms = self._since.elapsed() if self._since.isValid() else APART_MS
        self._soon.start(max(APART_MS - passed_ms, 0))

    def show(self) -> None:
        """Show the moment of the picture while time runs, else the clock's."""
        self._soon.stop()
        self._since.start()
        session, state = self._session, self._state
        is_running = session.clock.is_playing and session.preview is None
        self._transport.show_time(state.tdb_s if is_running and state is not None else session.clock.epoch_tdb_s)
        if self._telemetry.isVisible() or state is None:
            self._telemetry.show_telemetry(session.active.name, state.telemetry if state is not None else None)

    def stop(self) -> None:
        """Show nothing more; for a closing window."""
        self._soon.stop()
