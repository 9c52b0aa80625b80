"""Both themes can be read; they change at once and are remembered, as is the size of text."""

from __future__ import annotations

from collections import Counter

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMessageBox, QToolTip, QWidget
from qt.acts import dressed

from visualizer.resources import asset_path
from visualizer.ui import theme
from visualizer.ui.appearance import use_appearance
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


def choose(window, command_id: str) -> None:
    """Choose a theme or a size of text, and wait until it is everywhere."""
    window.run(f"window.{command_id}")
    dressed(window)


def test_the_theme_changes_and_is_kept(window):
    dark = brightness(window)
    choose(window, "choose_theme_light")
    assert LIGHT["TEXT"] == theme.TEXT
    assert brightness(window) > dark + 120.0
    assert window.actions_.by_id["window.choose_theme_light"].isChecked()
    assert window.settings().theme == "light"
    choose(window, "choose_theme_dark")
    assert brightness(window) == pytest.approx(dark, abs=6.0)


def test_text_grows_in_steps_and_goes_back(window):
    before = QApplication.font().pointSizeF()
    choose(window, "larger_text")
    assert QApplication.font().pointSizeF() == pytest.approx(1.1 * before)
    assert window.timeline.font().pointSizeF() == pytest.approx(1.1 * before)
    assert window.settings().text_percent == 110
    for _ in range(20):
        window.run("window.larger_text")
    dressed(window)
    assert QApplication.font().pointSizeF() == pytest.approx(2.0 * before)
    wanting = [w for w in window.findChildren(QLabel) if w.font().pointSizeF() < 1.9 * before]
    assert wanting == []
    choose(window, "normal_text")
    assert QApplication.font().pointSizeF() == pytest.approx(before)


def ground(widget: QWidget) -> str:
    """Return the colour that most of a widget has."""
    if min(widget.width(), widget.height()) < 10:
        widget.resize(60, 60)
    image = widget.grab().toImage()
    places = ((x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3))
    return Counter(image.pixelColor(x, y).name() for x, y in places).most_common(1)[0][0]


def opened_from(window) -> dict[str, QWidget]:
    """Return what opens over a window: menus, lists, dialogs, a tool tip."""
    measure = window.show_panel("measure")
    box = measure.findChildren(QComboBox)[0]
    question = QMessageBox(QMessageBox.Icon.Question, "Perilune", "Words", parent=window)
    menus = {f"menu {number}": action.menu() for number, action in enumerate(window.menuBar().actions())}
    lists = {
        "rates": window.transport.rate_box.view().window(),
        "things": box.view().window(),
        "names of things": box.completer().popup(),
        "names of events": window.transport.date_field.names.popup(),
    }
    return {**menus, **lists, "popup": window.createPopupMenu(), "question": question}


def test_what_opens_over_the_window_has_the_theme_too(window, qapp):
    opened = opened_from(window)
    floating = window.panels.docks["measure"]
    floating.setFloating(True)
    for name, colours in (("light", LIGHT), ("dark", DARK)):
        choose(window, f"choose_theme_{name}")
        own = {colours[key] for key in ("PANEL", "RAISED", "BACKGROUND")}
        later = {"later question": QMessageBox(QMessageBox.Icon.Question, "Perilune", "Words", parent=window)}
        QToolTip.showText(window.mapToGlobal(QPoint(9, 9)), "A tip", window.timeline)
        tips = {"tip": next(w for w in qapp.topLevelWidgets() if w.inherits("QTipLabel"))}
        seen = {**opened, **later, **tips, "floating": floating, "window": window.menuBar()}
        for widget in seen.values():
            widget.show()
        wrong = {key: ground(widget) for key, widget in seen.items() if ground(widget) not in own}
        for key, widget in seen.items():
            if key not in ("floating", "window"):
                widget.hide()
        later["later question"].deleteLater()
        assert wrong == {}
    opened["popup"].deleteLater()


def test_what_is_seen_changes_in_one_go_and_hidden_panels_follow(window):
    for panel_id in ("measure", "evidence"):
        window.show_panel(panel_id)
    window.panels.docks["evidence"].hide()
    seen = [window._docks["missions"], window._docks["timeline"], window.panels.docks["measure"], window.menuBar()]
    window.run("window.choose_theme_light")
    while not all(theme.is_dressed(part) for part in seen):
        assert not window.updatesEnabled()
        window.dresser._on_turn()
    window.dresser._on_turn()
    assert window.updatesEnabled()
    dressed(window)
    assert theme.is_dressed(window.panels.docks["evidence"])
    assert all(theme.is_dressed(part) for part in theme.parts_of([window]))


def test_a_window_that_closes_while_it_changes_is_left_alone(window):
    window.run("window.choose_theme_light")
    window.close()
    QTest.qWait(50)
    assert window.dresser.is_busy


def test_what_is_not_known_is_dark():
    assert theme.resolved("pink") == "dark"
    assert theme.resolved("system") in ("dark", "light")


def test_arrows_of_boxes_have_the_colour_of_words_and_grow_with_the_text(window):
    box = window.transport.rate_box

    def arrow(ground):
        """Return in how many columns the arrow stands out from its ground, and the column left of it."""
        image, line = box.grab().toImage(), box.fontMetrics().height()
        rows = range(5, image.height() - 5)
        columns = range(round(image.width() - 1.4 * line), image.width() - 4)
        found = {x for x in columns if any(contrast_ratio(image.pixelColor(x, y).name(), ground) > 3.0 for y in rows)}
        return len(found), {image.pixelColor(image.width() - round(1.6 * line), y).name() for y in rows}

    for theme_name, colours in (("light", LIGHT), ("dark", DARK)):
        choose(window, f"choose_theme_{theme_name}")
        small, beside = arrow(colours["BACKGROUND"])
        assert small >= 5
        # No bevel.
        assert beside == {colours["BACKGROUND"]}
    window.text_percent = 200
    use_appearance(window)
    dressed(window)
    assert arrow(DARK["BACKGROUND"])[0] >= 1.6 * small


def test_arrows_are_drawn_by_their_recipe_in_the_colours_of_words():
    from visualizer.bake.arrows import COLOURS, arrow

    assert {colours["ARROW"]: colours["TEXT"] for colours in (DARK, LIGHT)} == COLOURS
    for name, colour in COLOURS.items():
        with Image.open(asset_path(name)) as shipped:
            assert shipped.convert("RGBA").tobytes() == arrow(colour).tobytes()
