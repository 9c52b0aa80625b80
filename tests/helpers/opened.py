"""The real window opened for a script that drives it: its first picture is there, and what goes wrong is collected."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtTest import QTest

from helpers.walk import catch_errors
from visualizer.ui.app import create_application, open_window
from visualizer.ui.settings import Settings

LIMIT_S = 60.0


def wait_until(is_true: Callable[[], bool]) -> None:
    """Let the event loop turn until something holds, or for too long."""
    end = time.monotonic() + LIMIT_S
    while not is_true() and time.monotonic() < end:
        QTest.qWait(20)


def opened_window(width: int, height: int) -> tuple[Any, list[str]]:
    """Return an open window of a size, and the list that errors will be put into."""
    create_application()
    window = open_window(Settings(is_hint_seen=True))
    errors: list[str] = []
    catch_errors(errors)
    first: list[bool] = []
    window.canvas.on_failure.append(lambda error: errors.append(repr(error)))
    window.canvas.on_first_frame.append(lambda: first.append(True))
    window.resize(width, height)
    window.show()
    wait_until(lambda: bool(first))
    return window, errors
