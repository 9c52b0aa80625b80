"""A scripted session in the real window, with the event loop watched: every panel, view, alignment and layout once.

`python tests/helpers/session.py` prints one JSON object: errors, and the turns of the event loop that took long. It
needs a display and writes into the home that it is given.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from helpers.loop_watch import LoopWatch
from helpers.opened import opened_window
from visualizer.model.commands import SESSION_COMMANDS
from visualizer.ui.panels import PANELS

REST_S = 0.15
# Groups of the session's commands that are run one after another.
GROUPS = ("view.", "compare.", "time.next", "time.previous")
WINDOW_IDS = (
    "window.choose_theme_light", "window.larger_text", "window.normal_text", "window.choose_theme_dark",
    "window.show_palette", "window.show_keys", "window.show_about", "window.save_film",
    "window.choose_quality_medium", "window.choose_quality_low",
)  # fmt: skip


def rest(seconds: float = REST_S) -> None:
    """Let the event loop turn for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QTest.qWait(10)


def steps(window: Any, watch: LoopWatch) -> Iterator[None]:
    """Do one thing after another; the caller lets the loop turn after each."""
    for spec in PANELS:
        watch.doing = f"open {spec.id}"
        window.show_panel(spec.id)
        yield
        yield
        watch.doing = f"scrub with {spec.id}"
        scrub(window)
        yield
        watch.doing = f"close {spec.id}"
        window.toggle_panel(spec.id)
        yield
    ids = [command.id for command in SESSION_COMMANDS if command.id.startswith(GROUPS)]
    for command_id in (*ids, *WINDOW_IDS):
        watch.doing = command_id
        window.actions_.run(command_id)
        yield
        while window.dresser.is_busy:
            yield
        for dialog in [d for d in window.findChildren(QDialog) if d.isVisible()]:
            dialog.close()
        if (popup := QApplication.activePopupWidget()) is not None:
            popup.close()


def scrub(window: Any) -> None:
    """Drag along the timeline and back."""
    timeline = window.timeline
    middle = timeline.height() // 2
    places = [*range(300, timeline.width() - 40, 60), timeline.width() // 2]
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(280, middle))
    for x in places:
        QTest.mouseMove(timeline, QPoint(x, middle))
        QTest.qWait(10)
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, middle))


def main() -> int:
    """Play the session; return 0 if nothing was raised."""
    window, errors = opened_window(1280, 720)
    rest(2.0)
    watch = LoopWatch(window.canvas, least_ms=50.0)
    began, count = time.monotonic(), 0
    for _ in steps(window, watch):
        rest()
        count += 1
    passed_s = time.monotonic() - began
    watch.stop()
    window.close_unasked()
    window.canvas.close()
    found = {
        "steps": count, "seconds": round(passed_s, 1), "turns": watch.turns, "errors": errors,
        "longest_own_cpu_ms": round(max((b.own_cpu_ms for b in watch.blocks), default=0.0), 1),
        "longest_own_ms": round(max((b.own_wall_ms for b in watch.blocks), default=0.0), 1),
        "longest": watch.longest(),
    }  # fmt: skip
    print(json.dumps(found, ensure_ascii=False))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
