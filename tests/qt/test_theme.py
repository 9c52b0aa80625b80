"""Both themes can be read; they change at once and are remembered, as is the size of text."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from visualizer.ui import theme
from visualizer.ui.theme import apply_theme, contrast_ratio
from visualizer.ui.theme_colours import DARK, LIGHT

pytestmark = pytest.mark.qt


@pytest.fixture(autouse=True)
def dark_again(qapp):
    """Give other tests the theme and the size of text that they expect."""
    yield
    apply_theme(qapp, "dark", 100)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_text_stands_out(colours):
    for ground in ("BACKGROUND", "PANEL", "RAISED"):
        for name in ("TEXT", "MUTED", "ACCENT", "ERROR", "FOCUS"):
            assert contrast_ratio(colours[name], colours[ground]) >= 4.5, (name, ground)
        for kind, colour in colours["EVENT_COLOURS"].items():
            assert contrast_ratio(colour, colours[ground]) >= 4.5, (kind, ground)
    assert contrast_ratio(colours["TEXT"], colours["SELECTED"]) >= 4.5
    for kind, colour in colours["PHASE_COLOURS"].items():
        assert contrast_ratio(colours["BAND_TEXT"], colour) >= 4.5, kind


def brightness(window) -> float:
    """Return the mean brightness of the window without its picture, 0 to 255."""
    image = window.missions.grab().toImage()
    points = [(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)]
    return sum(image.pixelColor(x, y).lightness() for x, y in points) / len(points)


def test_the_theme_changes_at_once_and_is_kept(window):
    dark = brightness(window)
    window.run("window.choose_theme_light")
    assert LIGHT["TEXT"] == theme.TEXT
    assert brightness(window) > dark + 120.0
    assert window.actions_.by_id["window.choose_theme_light"].isChecked()
    assert window.settings().theme == "light"
    window.run("window.choose_theme_dark")
    assert brightness(window) == pytest.approx(dark, abs=6.0)


def test_text_grows_in_steps_and_goes_back(window):
    before = QApplication.font().pointSizeF()
    window.run("window.larger_text")
    assert QApplication.font().pointSizeF() == pytest.approx(1.1 * before)
    assert window.timeline.font().pointSizeF() == pytest.approx(1.1 * before)
    assert window.settings().text_percent == 110
    for _ in range(20):
        window.run("window.larger_text")
    assert QApplication.font().pointSizeF() == pytest.approx(2.0 * before)
    window.run("window.normal_text")
    assert QApplication.font().pointSizeF() == pytest.approx(before)


def test_what_is_not_known_is_dark():
    assert theme.resolved("pink") == "dark"
    assert theme.resolved("system") in ("dark", "light")
