"""The window closes while a file is drawn: it asks, takes either answer, and a signal needs none."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtWidgets import QMessageBox
from qt.acts import wait_for

from visualizer.ui import app
from visualizer.ui.export_job import ExportJob
from visualizer.ui.settings import Settings
from visualizer.ui.stop_signals import StopSignals

pytestmark = pytest.mark.qt


@pytest.fixture
def drawing(window, monkeypatch) -> list[str]:
    """Let the window believe that a film is being drawn; return what became of it."""
    told: list[str] = []
    monkeypatch.setattr(ExportJob, "is_running", property(lambda _job: not told))
    monkeypatch.setattr(ExportJob, "cancel", lambda _job: told.append("cancelled"))
    window.save_film()
    return told


def open_boxes(window) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_a_signal_closes_the_question_and_the_window_and_keeps_settings(window, drawing, number):
    kept, stopped = [], []
    window.closing.connect(kept.append)
    signals = StopSignals(lambda n: app._stop(window, stopped, n), window)
    assert not window.close()
    assert len(open_boxes(window)) == 1
    os.kill(os.getpid(), number)
    assert wait_for(lambda: not window.isVisible(), 5.0)
    signals.stop()
    assert stopped == [number]
    assert drawing
    assert open_boxes(window) == []
    assert [type(one) for one in kept] == [Settings]


def test_cancel_keeps_the_window_and_what_is_drawn(window, drawing):
    window.close()
    window.close()
    (box,) = open_boxes(window)
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert window.isVisible()
    assert drawing == []


def test_close_throws_the_file_away(window, drawing):
    window.close()
    (box,) = open_boxes(window)
    box.button(QMessageBox.StandardButton.Close).click()
    assert not window.isVisible()
    assert drawing
