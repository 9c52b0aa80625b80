"""The real window on a real (or virtual) display: it opens, draws, and says how long that took."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.gl


def run(words: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "visualizer", *words], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_window_draws_its_first_picture_and_says_nothing_else(x_display_env):
    done = run([], {**x_display_env, "PERILUNE_BENCH_START": "1"})
    assert done.returncode == 0, done.stderr
    word, seconds = done.stdout.split()
    assert word == "first-picture"
    assert 0.0 < float(seconds) < 60.0
    assert done.stderr == ""


def test_bench_draws_each_view_in_a_window(x_display_env):
    done = run(["bench-window", "--size", "320x180", "--seconds", "0.2"], x_display_env)
    assert done.returncode == 0, done.stderr
    views = json.loads(done.stdout)["views"]
    assert set(views) == {"moon", "earth", "system", "2 panes", "4 panes", "paced"}
    figures = {"fps_median", "fps_p05", "cpu_ms_median", "python_ms_median", "python_ms_p95"}
    assert all(set(view) == figures for view in views.values())
    assert all(value > 0.0 for view in views.values() for value in view.values())


def test_a_window_at_rest_obeys_sigterm_and_keeps_its_settings(x_display_env, tmp_path):
    env = {**x_display_env, "XDG_CONFIG_HOME": str(tmp_path)}
    words = [sys.executable, "-m", "visualizer"]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(6.0)
        process.terminate()
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130, said
    assert said == ""
    assert json.loads((tmp_path / "perilune" / "window.json").read_text())["view_id"] == "moon"


KILLED = """
from PySide6.QtCore import QTimer
from visualizer.ui import app
from visualizer.ui.appearance import choose_theme
from visualizer.ui.survival import SessionKeeper

SessionKeeper.write = lambda self: None
open_window = app.open_window

def opened(settings):
    window = open_window(settings)
    QTimer.singleShot(4000, window, lambda: choose_theme(window, "light"))
    return window

app.open_window = opened
app.run_window(print)
"""


def test_a_theme_chosen_before_a_hard_end_is_kept(x_display_env, tmp_path):
    """The window never closes, and as nothing in the scene changes the session is not written down."""
    env = {**x_display_env, "XDG_CONFIG_HOME": str(tmp_path)}
    kept, theme, end = tmp_path / "perilune" / "window.json", "", time.monotonic() + 90.0
    with subprocess.Popen([sys.executable, "-c", KILLED], env=env, stderr=subprocess.PIPE, text=True) as process:
        while theme != "light" and time.monotonic() < end:
            time.sleep(0.5)
            theme = json.loads(kept.read_text())["theme"] if kept.exists() else ""
        process.kill()
        process.communicate(timeout=20)
    assert theme == "light"
