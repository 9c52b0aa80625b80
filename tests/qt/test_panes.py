"""Panes and the craft's cameras, by real keys and mouse events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from qt.acts import left_click, press

from visualizer.model.camera import FOV_LEAST_RAD, FOV_MOST_RAD
from visualizer.model.opening import request_from_scene
from visualizer.model.pane_layout import places
from visualizer.ui.export_dialog import ExportDialog
from visualizer.ui.panes import IMPORTANT, fov_of_step, step_of_fov

pytestmark = pytest.mark.qt
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def turn_wheel(widget: QWidget, x_px: float, y_px: float, clicks: int = 1) -> None:
    place = QPointF(x_px, y_px)
    event = QWheelEvent(
        place, place, QPoint(), QPoint(0, 120 * clicks), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def at(window, across: float, down: float) -> tuple[float, float]:
    """Return a place on the picture by shares of its width and height."""
    canvas = window.canvas.native
    return across * canvas.width(), down * canvas.height()


def distances(session) -> list[float]:
    return [shown.camera.distance_km for shown in session.panes.arrangement()]


def test_keys_split_the_window_and_check_their_menu_entry(window, session):
    for key, count, name in (("Alt+2", 2, "two"), ("Alt+4", 4, "four"), ("Alt+1", 1, "one")):
        press(window, key)
        window.loop.tick()
        assert session.panes.count == count
        assert len(window.canvas.states[-1].others) == count - 1
        checked = [n for n in ("one", "two", "four") if window.actions_.by_id[f"view.split_{n}"].isChecked()]
        assert checked == [name]


def test_the_export_menu_leaves_alt_e_to_the_camera_toward_the_earth(window, session):
    titles = [action.text() for action in window.menuBar().actions()]
    letters = [title[title.index("&") + 1].lower() for title in titles]
    assert len(set(letters)) == len(letters)
    assert "e" not in letters
    assert "m" not in letters
    press(window, "Alt+E")
    assert session.panes.targets == ("earth",)


def test_keys_act_on_the_active_pane_and_f6_changes_it(window, session):
    press(window, "Alt+2")
    press(window, "F6")
    press(window, "2")
    assert session.panes.active == 1
    assert [shown.view_id for shown in session.panes.arrangement()] == ["moon", "earth"]
    assert window.actions_.by_id["view.show_earth"].isChecked()
    assert window.canvas.native.accessibleName() == "Pane 2 of 2: Earth · Luna-25"
    press(window, "Shift+F6")
    assert session.panes.active == 0
    assert window.actions_.by_id["view.show_moon"].isChecked()


def test_a_click_makes_a_pane_the_active_one(window, session):
    press(window, "Alt+4")
    for (across, down), index in (((0.75, 0.25), 1), ((0.25, 0.75), 2), ((0.75, 0.75), 3), ((0.25, 0.25), 0)):
        left_click(window.canvas.native, *at(window, across, down))
        assert session.panes.active == index


def test_a_drag_turns_the_camera_of_the_pane_where_it_began(window, session):
    press(window, "Alt+2")
    before = [shown.camera.azimuth_rad for shown in session.panes.arrangement()]
    start = QPoint(*map(round, at(window, 0.6, 0.5)))
    canvas = window.canvas.native
    QTest.mousePress(canvas, LEFT, NONE, start)
    QTest.mouseMove(canvas, start - QPoint(canvas.width() // 2, 0))
    QTest.mouseRelease(canvas, LEFT, NONE, start)
    after = [shown.camera.azimuth_rad for shown in session.panes.arrangement()]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_the_wheel_moves_the_camera_below_the_cursor_and_all_when_they_are_linked(window, session):
    press(window, "Alt+2")
    before = distances(session)
    turn_wheel(window.canvas.native, *at(window, 0.75, 0.5))
    assert np.divide(distances(session), before) == pytest.approx([1.0, 0.85])
    assert session.panes.active == 0
    press(window, "Alt+L")
    turn_wheel(window.canvas.native, *at(window, 0.75, 0.5))
    assert np.divide(distances(session), before) == pytest.approx([0.85, 0.85**2])
    assert window.actions_.by_id["view.pane_link"].isChecked()


def test_a_double_click_looks_at_what_is_there_in_that_pane(window, session):
    press(window, "Alt+2")
    window.canvas.pickable = "earth"
    QTest.mouseDClick(window.canvas.native, LEFT, NONE, QPoint(*map(round, at(window, 0.75, 0.5))))
    assert session.panes.active == 1
    assert [shown.camera.focus for shown in session.panes.arrangement()] == ["moon", "earth"]


def test_a_divider_is_nothing(window, session):
    press(window, "Alt+2")
    before = distances(session)
    canvas = window.canvas.native
    turn_wheel(canvas, (canvas.width() - 2) // 2 + 0.5, 100)
    assert distances(session) == before


# ---------------------------------------------------------------- the craft's cameras


@pytest.fixture
def card(window, session):
    """Return the card of the camera toward the Moon."""
    press(window, "Alt+M")
    window.loop.tick()
    window.refresh_panels()
    return window.craft_cameras.cards["moon"]


def test_a_card_lies_under_its_picture_with_numbers(window, session, card):
    canvas = window.canvas.native
    pane = session.request().others[0].pane
    box = places([pane], (canvas.width(), canvas.height()))[0].card
    assert card.isVisible()
    assert (card.x(), card.width()) == (box.left, box.width)
    assert card.y() == canvas.height() - box.top
    assert card.height() >= card.sizeHint().height()
    assert card.width() >= card.minimumSizeHint().width()
    told = {name: label.text() for name, label in card.values.items()}
    assert told["Distance"].endswith(" km")
    assert told["Near side"].endswith(" %")
    assert window.telemetry.values["Above the Moon/Latitude"][:4] in told["Below"]
    assert "In daylight" in card.slider.accessibleDescription()
    press(window, "Alt+M")
    assert not card.isVisible()


@pytest.mark.parametrize(("height", "least", "most"), [(1100, 6, 6), (480, 1, 5), (430, 0, 4), (300, 0, 0)])
def test_a_card_in_a_low_picture_keeps_the_numbers_that_have_room_whole(window, session, card, height, least, most):
    session.panes.toggle_target("earth")
    canvas = window.canvas.native
    window.takeCentralWidget()
    canvas.setParent(None)
    canvas.resize(700, height - 200)
    canvas.show()
    window.canvas.request_redraw()
    window.refresh_panels()
    QTest.qWait(1)
    shown = {name for name, label in card.values.items() if label.isVisible()}
    assert least <= len(shown) <= most
    assert shown == set(IMPORTANT[: len(shown)])
    for one in window.craft_cameras.cards.values():
        if not one.isVisible():
            assert session.panes.card_px == (0.0, 0.0)
            continue
        assert canvas.rect().contains(one.geometry())
        assert one.width() >= one.sizeHint().width()
        for label in (*one.values.values(), *one._names.values()):
            assert not label.isVisible() or label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
    window.setCentralWidget(canvas)


def test_the_slider_is_reached_by_keys_and_keeps_them(window, session, card):
    canvas, now = window.canvas.native, session.clock.epoch_tdb_s
    canvas.setFocus()
    for _ in range(60):
        if window.focusWidget() is card.slider:
            break
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget() is card.slider
    assert card.fit.isChecked()
    before = card.slider.value()
    press(window, "Left")
    press(window, "PgDown")
    assert session.clock.epoch_tdb_s == now
    assert card.slider.value() < before
    assert session.panes.chosen_fov("moon") == pytest.approx(fov_of_step(card.slider.value()))
    window.loop.tick()
    window.refresh_panels()
    assert not card.fit.isChecked()
    press(window, "Alt+M")
    assert window.focusWidget() is canvas


def test_fit_follows_the_body_again(window, session, card):
    card.slider.setValue(200)
    assert session.panes.chosen_fov("moon") == pytest.approx(fov_of_step(200))
    window.loop.tick()
    window.refresh_panels()
    left_click(card.fit, card.fit.width() / 2, card.fit.height() / 2)
    window.loop.tick()
    window.refresh_panels()
    assert session.panes.chosen_fov("moon") is None
    assert card.slider.value() == step_of_fov(window.canvas.states[-1].others[0].camera.fov_rad)


def test_the_wheel_over_a_small_picture_changes_its_field_of_view(window, session, card):
    canvas = window.canvas.native
    box = places([session.request().others[0].pane], (canvas.width(), canvas.height()))[0].picture
    before = distances(session)
    turn_wheel(canvas, box.left + 20, canvas.height() - box.bottom - 20)
    assert session.panes.chosen_fov("moon") == pytest.approx(0.85 * FOV_MOST_RAD)
    assert distances(session) == before
    QTest.mouseDClick(canvas, LEFT, NONE, QPoint(box.left + 20, canvas.height() - box.bottom - 20))
    assert session.panes.chosen_fov("moon") is None
    assert session.camera.focus == "moon"


def test_the_mouse_on_a_card_does_not_turn_the_picture(window, session, card):
    before = session.camera
    QTest.mousePress(card, LEFT, NONE, QPoint(3, card.height() - 3))
    QTest.mouseMove(card, QPoint(60, 3))
    QTest.mouseRelease(card, LEFT, NONE, QPoint(60, 3))
    assert session.camera == before


def test_a_card_says_that_the_craft_does_not_fly(window, session, card):
    session.clock.seek(session.clock.end_tdb_s)
    assert session.frame_state().others == ()
    window.loop.tick()
    window.refresh_panels()
    assert not card.slider.isEnabled()
    assert card.values["Distance"].text() == "–"


def test_cards_go_with_the_corner_and_the_window(window, session, card):
    canvas = window.canvas.native
    right = card.x()
    press(window, "Alt+K")
    press(window, "Alt+K")
    assert card.x() < right
    assert card.geometry().bottom() > canvas.height() // 2
    window.resize(900, 700)
    QApplication.processEvents()
    assert canvas.rect().contains(card.geometry())


def test_the_slider_goes_from_one_to_ninety_degrees_by_equal_ratios():
    assert fov_of_step(0) == pytest.approx(FOV_LEAST_RAD)
    assert fov_of_step(1000) == pytest.approx(FOV_MOST_RAD)
    assert fov_of_step(500) ** 2 == pytest.approx(FOV_LEAST_RAD * FOV_MOST_RAD)
    assert [step_of_fov(fov_of_step(step)) for step in (0, 1, 499, 1000)] == [0, 1, 499, 1000]


def test_a_saved_picture_has_all_panes(window, session, tmp_path):
    press(window, "Alt+2")
    press(window, "Alt+E")
    dialog = ExportDialog(session, False, tmp_path, window)
    words = dialog.arguments()
    scene, request, now = request_from_scene(Path(words[1]))
    dialog.close()
    dialog.deleteLater()
    assert words[0] == "render"
    assert [part.pane.id for part in request.others] == ["pane-2", "camera-earth"]
    assert [part.camera.focus for part in (request, request.others[0])] == ["moon", "system"]
    assert now == pytest.approx(session.clock.epoch_tdb_s, abs=2e-3)
    assert scene.missions == ("luna-25",)
