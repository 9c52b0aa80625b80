"""The real window under a scale factor of Qt: is the whole picture drawn, are clicks where things are, is no word cut?

`QT_SCALE_FACTOR=1.25 python tests/helpers/scale_check.py` prints one JSON object. It needs a display and writes into
the home that it is given.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from helpers.cut_words import cut
from helpers.opened import opened_window, wait_until
from visualizer.ui.panels import PANELS

CRAFT = "craft:luna-25"
STEP_PX = 6
# The mark of the craft is drawn this near to its place, in logical pixels.
MARK_PX = 12.0
# Outer part of the picture that is looked at on each side.
EDGE_SHARE = 0.2
# Only the craft's mark and name are to have the mission's colour.
HIDDEN = ("view.toggle_hud", "view.toggle_trails")


def pixels(canvas: Any) -> np.ndarray:
    """Return the picture on the screen, (height, width, 3), rows from the top, 0 to 255."""
    image = canvas.native.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def picked(canvas: Any) -> list[tuple[int, int]]:
    """Return the places where a click finds the craft, logical pixels."""
    native = canvas.native
    places = [(x, y) for y in range(2, native.height(), STEP_PX) for x in range(2, native.width(), STEP_PX)]
    return [place for place in places if canvas.pick(*map(float, place)) == CRAFT]


def marked(picture: np.ndarray, ratio: float, place: np.ndarray) -> int:
    """Count what is drawn in the mission's colour about a place, which is in logical pixels."""
    x, y, reach = (round(ratio * value) for value in (*place, MARK_PX))
    part = picture[max(y - reach, 0) : y + reach, max(x - reach, 0) : x + reach]
    red, green, blue = part[..., 0], part[..., 1], part[..., 2]
    return int(np.count_nonzero((red > 180) & (green > 130) & (blue < 140) & (red - blue > 90)))


def edges(picture: np.ndarray) -> list[int]:
    """Return the brightest value at the left, right, upper and lower edge of the picture."""
    high, wide = (round(EDGE_SHARE * size) for size in picture.shape[:2])
    parts = (picture[:, :wide], picture[:, -wide:], picture[:high], picture[-high:])
    return [int(part.max()) for part in parts]


def looked_at(window: Any) -> dict[str, Any]:
    """Return what the picture holds and where clicks find the craft."""
    canvas, session = window.canvas, window.session
    for command_id in HIDDEN:
        window.run(command_id)
    wait_until(lambda: canvas.scale == 1.0 and not window.loop.is_running)
    QTest.qWait(500)
    picture, ratio = pixels(canvas), float(canvas.native.devicePixelRatioF())
    places = picked(canvas)
    assert places, "no click finds the craft"
    middle = np.mean(places, axis=0)
    found = {
        "ratio": ratio, "size_px": canvas.size_px, "picture_px": picture.shape[1::-1], "edges": edges(picture),
        "picked": [float(v) for v in middle], "marked": marked(picture, ratio, middle),
        "logical_px": (canvas.native.width(), canvas.native.height()),
    }  # fmt: skip
    place = QPoint(*(round(v) for v in middle))
    QTest.mouseDClick(canvas.native, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    found["focus"] = session.camera.focus
    return found


def cut_in_panels(window: Any) -> dict[str, list[str]]:
    """Return the words that are cut in each panel of the table."""
    found = {}
    for spec in PANELS:
        window.show_panel(spec.id)
        QTest.qWait(150)
        found[spec.id] = cut(window.panels.docks[spec.id])
        window.toggle_panel(spec.id)
    return found


def main() -> int:
    """Look at the window; return 0 if nothing was raised."""
    window, errors = opened_window(1280, 800)
    found = looked_at(window)
    found["cut"] = {"window": cut(window), **cut_in_panels(window)}
    window.close_unasked()
    window.canvas.close()
    print(json.dumps({**found, "errors": errors}, ensure_ascii=False))
    return 1 if errors else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as failure:
        print(json.dumps({"errors": [str(failure)]}))
        sys.exit(1)
