"""What a user copies: mission time, telemetry, diagnostics. Window layer."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QGuiApplication

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.ui.telemetry_text import telemetry_as_text
from visualizer.ui.words import tr

SHORT_MS = 1_500


def copy_time(window: Any) -> None:
    """Copy mission time as UTC."""
    text = utc_text_from_tdb_s(window.session.clock.epoch_tdb_s)
    QGuiApplication.clipboard().setText(text)
    window.hint.say(tr("Copied: {text}").format(text=text), SHORT_MS)


def copy_telemetry(window: Any) -> None:
    """Copy all numbers as text."""
    state, name = window.last_state(), window.session.active.name
    if state.telemetry is None:
        window.say(tr("{name} is not in flight at this time").format(name=name))
        return
    QGuiApplication.clipboard().setText(telemetry_as_text(name, state.utc_text, state.telemetry))
    window.hint.say(tr("Telemetry copied"), SHORT_MS)


def copy_diagnostics(window: Any) -> None:
    """Copy versions, graphics and timings, to send with a question."""
    from visualizer.ui.about import diagnostics_text

    facts, frame_ms = getattr(window.canvas, "facts", None), list(getattr(window.canvas, "frame_ms", ()))
    QGuiApplication.clipboard().setText(diagnostics_text(facts, window.quality_id, frame_ms))
    window.say(tr("Diagnostics copied: versions, graphics and timings, nothing of yours"))
