"""The picture has a window of its own where the processor draws: what is beside and over it is still seen."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json
from functools import partial
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from visualizer.missions.catalogue import load_mission
from visualizer.model.session import Session
from visualizer.scene.window_canvas import create_window_canvas
from visualizer.ui.app import create_application
from visualizer.ui.main_window import MainWindow
from visualizer.ui.palette import Palette

app = create_application()
session = Session([load_mission("luna-25")])
window = MainWindow(session, partial(create_window_canvas, is_paced=True))
window.resize(1200, 760)
window.show()
native, timeline = window.canvas.native, window.timeline

def wait_for(is_so):
    for _ in range(600):
        if is_so():
            return True
        QTest.qWait(50)
    return False

def seen(widget, x, y):
    # What is on the screen there, not what a widget would paint.
    place = widget.mapToGlobal(QPoint(round(x), round(y)))
    return app.primaryScreen().grabWindow(0).toImage().pixelColor(place)

def painted(widget, x, y):
    return widget.grab().toImage().pixelColor(round(x), round(y))

def has_playhead(x):
    # It is antialiased.
    return max(seen(timeline, x + d, 20).lightness() for d in (-1, 0)) > 180

def bright_count(widget):
    place, screen = widget.mapToGlobal(QPoint(0, 0)), app.primaryScreen().grabWindow(0).toImage()
    box = screen.copy(place.x(), place.y(), widget.width(), widget.height())
    places = [(x, y) for x in range(box.width()) for y in range(box.height())]
    return sum(box.pixelColor(*place).lightness() > 180 for place in places)

wait_for(lambda: window.canvas.facts is not None)
QTest.qWait(1000)
facts = {"is_software": window.canvas.facts.is_software, "is_apart": timeline.is_apart}
facts["own"] = [type(w).__name__ for w in window.findChildren(QWidget) if w.windowHandle() is not None]

scale = timeline.scale
first, second = (round(scale.left_px + share * scale.width_px) for share in (0.3, 0.62))
QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(first, timeline.height() - 4))
QTest.qWait(500)
before, at_pictures = has_playhead(second), []
# As the next picture is put together, the timeline is on the screen already.
native.aboutToCompose.connect(lambda: at_pictures.append(has_playhead(second)))
QTest.mouseMove(timeline, QPoint(second, timeline.height() - 4))
wait_for(lambda: at_pictures)
native.aboutToCompose.disconnect()
facts["playhead"] = [before, *at_pictures[:1]]
QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(second, timeline.height() - 4))

window.run("window.show_palette")
palette = window.findChild(Palette)
x, y = palette.width() // 2, palette.height() - 8
facts["palette_own"] = palette.windowHandle() is not None
facts["palette_in_picture"] = native.geometry().contains(palette.mapTo(window, QPoint(x, y)))
facts["palette"] = wait_for(lambda: seen(palette, x, y) == painted(palette, x, y))
facts["palette_differs"] = painted(palette, x, y) != QColor(0, 0, 0)
palette.leave()
facts["left"] = wait_for(lambda: seen(palette, x, y) != painted(palette, x, y))
window.say("A line over the picture")
facts["hint"] = wait_for(lambda: bright_count(window.hint) > 100)
window.hint.stop()
facts["hint_left"] = wait_for(lambda: bright_count(window.hint) < 100)
menu = window.menuBar().actions()[1].menu()
top = native.y() + native.height() // 2

def beside():
    place, screen = window.mapToGlobal(QPoint(0, top)), app.primaryScreen().grabWindow(0).toImage()
    return screen.copy(place.x(), place.y(), native.x(), 60)

before = beside()
menu.popup(window.mapToGlobal(QPoint(0, native.y())))
facts["menu"] = wait_for(lambda: beside() != before)
menu.close()
facts["menu_left"] = wait_for(lambda: beside() == before)
window.close()
window.canvas.close()
app.processEvents()
print(json.dumps(facts))
"""


def test_what_is_beside_and_over_the_picture_is_seen(x_display_env):
    words = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(words, env=x_display_env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout.splitlines()[-1])
    if not facts["is_software"]:
        pytest.skip("a graphics card draws: the picture has no window of its own")
    assert facts["is_apart"]
    assert facts["own"] == ["CanvasBackendDesktop"]
    assert facts["playhead"] == [False, True]
    wanted = ("palette_own", "palette_in_picture", "palette", "palette_differs")
    assert [name for name in (*wanted, "left", "hint", "hint_left", "menu", "menu_left") if not facts[name]] == []
