"""A window at rest: once the picture is whole its edges become smooth, by ordinary pictures one after another.

A few times it then shows the same picture again, having prepared what other views need.
"""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import json
from PySide6.QtCore import QTimer
from visualizer.missions.catalogue import load_mission
from visualizer.model.session import Session
from visualizer.scene.window_canvas import create_window_canvas
from visualizer.ui.app import create_application

app = create_application()
session = Session([load_mission("luna-25")])
session.choose_view("system", at_once=True)
canvas = create_window_canvas(session.frame_state, is_paced=True)
counts = []

def drawn():
    counts.append(canvas._smoothed.count if canvas._smoothed is not None else 0)
    if counts[-1] == 4 and len(counts) < 200:
        # Something moves: it begins anew, and comes to rest again.
        if counts.count(4) == 1:
            session.orbit_camera(0.1, 0.0)
            QTimer.singleShot(0, canvas.request_redraw)
        else:
            QTimer.singleShot(4000, app.quit)

canvas.on_drawn.append(drawn)
canvas.on_failure.append(lambda error: app.exit(3))
canvas.native.resize(160, 90)
canvas.native.show()
QTimer.singleShot(40_000, lambda: app.exit(4))
code = app.exec()
canvas.close()
print(json.dumps([code, counts]))
"""


def test_edges_become_smooth_at_rest_and_then_nothing_is_drawn(x_display_env):
    words = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(words, env=x_display_env, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    code, counts = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    first = counts.index(4)
    assert counts[first - 3 : first + 1] == [1, 2, 3, 4]
    assert counts[first + 1] == 0
    last = len(counts) - counts[::-1].index(3)
    assert counts[last - 3 : last + 1] == [1, 2, 3, 4]
    # One picture for each program of the ground, a third of a second apart, and then no more.
    assert counts[last:] == [4] * len(counts[last:])
    assert len(counts[last:]) <= 7
    assert done.stderr == ""
