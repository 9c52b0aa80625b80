"""The measure panel, by keys and mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from qt.acts import left_click, press, wait_for

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.model.measuring import Measure
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.thing_picking import place_under, thing_under


@pytest.fixture
def panel(window):
    """Return the open panel."""
    press(window, "Shift+M")
    made = window.panels.widgets["measure"]
    assert wait_for(lambda: made.isVisible() and bool(made.rows), 10.0)
    return made


def type_into(chooser, words):
    """Type a name and press Enter."""
    line = chooser.box.lineEdit()
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, words)
    QTest.keyClick(line, Qt.Key.Key_Return)


def value(panel, name):
    """Return a shown value."""
    return next(v.text() for n, v in zip(panel._names, panel._values, strict=True) if n.text() == name)


def test_it_measures_the_craft_from_the_earth_live(panel, session):
    assert panel.measure == Measure("craft:luna-25", "earth", "moon")
    before = value(panel, "Range")
    assert before.endswith(" km")
    session.clock.seek(session.clock.epoch_tdb_s + 3600.0)
    panel.refresh(session.frame_state())
    assert value(panel, "Range") != before


def test_a_name_is_typed_and_an_unknown_one_is_marked(panel):
    type_into(panel.choosers["second"], "Bear Lakes, RT-64, 64 m")
    assert panel.measure.second == "station:Bear Lakes"
    assert "°" in value(panel, "Elevation")
    type_into(panel.choosers["second"], "Nowhere at all")
    assert panel.measure.second == "station:Bear Lakes"
    assert panel.choosers["second"].box.lineEdit().property("bad") is True
    type_into(panel.choosers["second"], "57.865 S 61.36 E")
    assert panel.measure.second == "place:-57.865,61.36"
    assert panel.choosers["second"].box.lineEdit().property("bad") is False


def test_a_part_of_a_name_finds_it(panel):
    completer = panel.choosers["first"].box.completer()
    completer.setCompletionPrefix("tycho")
    found = {completer.completionModel().index(i, 0).data() for i in range(completer.completionCount())}
    assert "Tycho" in found
    assert panel.things.key_of("Tycho") == "feature:Tycho"


def test_a_line_is_drawn_while_the_panel_is_seen(panel, session, window):
    assert [line.role for line in session.frame_state().lines if line.role.startswith("measure")]
    press(window, "Shift+M")
    assert session.added.trial is None
    assert not [line for line in session.frame_state().lines if line.role.startswith("measure")]


def test_a_pin_is_said_in_the_picture_listed_and_taken_off_by_delete(panel, session, window):
    left_click(panel.pin_button, 5, 5)
    assert [measure.text for measure in session.measures] == ["craft:luna-25 | earth | moon"]
    assert session.frame_state().said[0].startswith("Luna-25 – Earth:")
    assert panel.pins.count() == 1
    panel.choose("second", "moon")
    assert not panel.pin_button.isChecked()
    panel.pins.setFocus()
    panel.pins.setCurrentRow(0)
    QTest.keyClick(panel.pins, Qt.Key.Key_Return)
    assert panel.measure.second == "earth"
    assert panel.pin_button.isChecked()
    panel.pins.setCurrentRow(0)
    QTest.keyClick(panel.pins, Qt.Key.Key_Delete)
    assert session.measures == []


def test_swap_exchanges_and_one_thing_twice_does_too(panel):
    left_click(panel.swap_button, 5, 5)
    assert (panel.measure.first, panel.measure.second) == ("earth", "craft:luna-25")
    panel.choose("first", "craft:luna-25")
    assert (panel.measure.first, panel.measure.second) == ("craft:luna-25", "earth")


def test_the_camera_is_only_looked_from(panel, session):
    panel.choose("third", "camera")
    panel.refresh(session.frame_state())
    assert value(panel, "Angle").endswith(("°", '"'))
    panel.choose("first", "camera")
    assert panel.measure.first != "camera"


def test_a_click_in_the_picture_picks_and_does_not_turn_the_camera(panel, session, window):
    native = window.canvas.native
    camera = session.camera
    window.canvas.pickable = "craft:luna-25"
    left_click(panel.choosers["second"].button, 5, 5)
    assert panel.picker.is_on
    QTest.mouseClick(native, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert not panel.picker.is_on
    assert not panel.choosers["second"].button.isChecked()
    assert (panel.measure.first, panel.measure.second) == ("earth", "craft:luna-25")
    assert session.camera == camera


def test_a_place_on_the_globe_is_picked(panel, session, window):
    native = window.canvas.native
    session.choose_view("moon", at_once=True)
    window.canvas.pickable = "moon"
    panel.choosers["first"].button.setFocus()
    QTest.keyClick(panel.choosers["first"].button, Qt.Key.Key_Space)
    middle = native.rect().center()
    QTest.mouseClick(native, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 20))
    assert panel.measure.first.startswith(("place:", "feature:", "craft:", "site:"))


def test_escape_ends_picking_and_empty_sky_does_not(panel, window):
    native = window.canvas.native
    window.canvas.pickable = None
    left_click(panel.choosers["first"].button, 5, 5)
    before = panel.measure
    QTest.mouseClick(native, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert panel.picker.is_on
    QTest.keyClick(native, Qt.Key.Key_Escape)
    assert not panel.picker.is_on
    assert panel.measure == before


def test_all_values_are_copied(panel, session):
    left_click(panel.copy_button, 5, 5)
    text = QGuiApplication.clipboard().text()
    assert utc_text_from_tdb_s(session.clock.epoch_tdb_s, separator=" ") in text
    assert f"Range: {value(panel, 'Range')}" in text


def test_every_control_has_a_name_and_the_keyboard_reaches_it(panel):
    controls = [chooser.box for chooser in panel.choosers.values()]
    controls += [chooser.button for chooser in panel.choosers.values()]
    for control in (*controls, panel.pins, panel.pin_button, panel.swap_button, panel.copy_button):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_place_under_a_pixel_is_where_that_place_is_drawn(session):
    session.choose_view("moon", at_once=True)
    state = session.frame_state()
    space = RenderSpace(state.camera, (800, 600))
    moon = state.body(301)
    found = place_under(state, space, 420.0, 310.0)
    lat, lon = (np.deg2rad(float(part)) for part in found.partition(":")[2].split(","))
    fixed = 1737.4 * np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    pixel, _ = space.to_pixels(moon.pos_km + moon.rot_fixed_from_icrf.T @ fixed)
    assert pixel == pytest.approx([420.0, 310.0], abs=0.05)
    assert place_under(state, space, 2.0, 2.0) is None
    session.choose_view("earth", at_once=True)
    state = session.frame_state()
    space = RenderSpace(state.camera, (800, 600))
    assert place_under(state, space, 400.0, 300.0).startswith("earth-place:")
    assert thing_under(state, (800, 600), 1.0, 2.0, 2.0, session.missions.values()) is None
