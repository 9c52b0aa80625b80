"""What a user does with keys and mouse."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from visualizer.ui.main_window import MainWindow

PATIENCE_S = 20.0
# A scene file that differs from how a window begins.
SCENE = """\
perilune = 1
time = "2023-08-17T05:23:00"
missions = ["luna-25"]
view = "earth"
show = ["graticule"]
"""


def press(window: MainWindow, keys: str) -> None:
    """Press a shortcut on what has the focus."""
    combination = QKeySequence(keys)[0]
    target = window.focusWidget() or window
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def dressed(window: MainWindow) -> None:
    """Wait until a chosen theme or size of text is everywhere in the window."""
    assert wait_for(lambda: not window.dresser.is_busy, PATIENCE_S)


def left_click(widget: QWidget, x_px: float, y_px: float) -> None:
    """Click somewhere on a widget."""
    place = QPoint(round(x_px), round(y_px))
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def wait_for(is_true: Callable[[], bool], limit_s: float) -> bool:
    """Let Qt work until something holds; return whether it came to hold.

    How soon it must hold is not judged here: a machine that does other things has `PATIENCE_S` at the least.
    """
    end = time.monotonic() + max(limit_s, PATIENCE_S)
    while not is_true() and time.monotonic() < end:
        QTest.qWait(10)
    return is_true()
