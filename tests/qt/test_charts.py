"""The charts in the window: key, mouse, clock, zoom, files, and nothing left behind."""

from __future__ import annotations

import csv
import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from qt.acts import dressed, press, wait_for

from visualizer.core.constants import S_PER_DAY
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.flight_state import flight_state
from visualizer.model.measuring import Measure
from visualizer.ui.chart_files import write_and_say
from visualizer.ui.chart_pens import colour_of
from visualizer.ui.theme import contrast_ratio
from visualizer.ui.theme_colours import DARK, LIGHT

pytestmark = pytest.mark.qt
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(window):
    """Return the charts, shown by their key, with lines."""
    press(window, "C")
    made = window.panels.widgets["charts"]
    assert wait_for(lambda: made.view is not None and len(made.view.charts) == 2, 60.0)
    QApplication.processEvents()
    return made


def again(panel):
    """Wait for other lines than those shown."""
    before = panel.view.charts
    assert wait_for(lambda: panel.view.charts is not before and not panel._is_busy and not panel._is_due, 60.0)


def place(panel, x_s, row=0):
    return panel.view.place_of(x_s, row).toPoint()


def wheel(view, where, turn, modifiers=NONE):
    event = QWheelEvent(
        QPointF(where), view.viewport().mapToGlobal(QPointF(where)), QPoint(), QPoint(0, turn),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def drag(view, start, end, modifiers=NONE):
    QTest.mousePress(view.viewport(), LEFT, modifiers, start)
    for share in (0.1, 0.5, 1.0):
        QTest.mouseMove(view.viewport(), start + (end - start) * share)
        QApplication.processEvents()
    QTest.mouseRelease(view.viewport(), LEFT, modifiers, end)
    QApplication.processEvents()


def test_the_key_shows_altitude_and_speed_of_the_shown_missions(panel, session):
    titles = [chart.quantity.key for chart in panel.view.charts]
    assert titles == ["altitude", "speed"]
    assert {line.mission_id for line in panel.view.charts[0].lines} == {"luna-25"}
    low, high = panel.view.span_s
    assert low < 0.0 < 8.5 * S_PER_DAY < high
    image = panel.view.viewport().grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(80, image.width(), 2) for y in range(20, image.height(), 2)}
    assert "#ffcc5c" in colours


def test_the_cursor_is_the_clock(panel, session):
    cursor = panel.view._cursors[0]
    for event_id in ("tli", "last-burn"):
        session.clock.seek(session.active.event(event_id).tdb_s)
        assert cursor.value() == pytest.approx(session.clock.epoch_tdb_s - session.active.trajectory.span_tdb_s[0])


def test_dragging_the_cursor_scrubs_time(panel, session):
    session.clock.play()
    start = panel.now_s
    drag(panel.view, place(panel, start), place(panel, start) + QPoint(120, 0))
    moved = panel.now_s - start
    low, high = panel.view.span_s
    assert moved == pytest.approx(120.0 * (high - low) / panel.view.plot_px, rel=0.1)
    assert not session.clock.is_playing
    assert (low, high) == panel.view.span_s


def test_a_click_goes_there_and_a_drag_beside_the_cursor_moves_the_axis(panel, session):
    wanted = 3.0 * S_PER_DAY
    where = place(panel, wanted, 1)
    QTest.mouseClick(panel.view.viewport(), LEFT, NONE, where)
    assert wait_for(lambda: abs(panel.now_s - wanted) < 4_000.0, 3.0)
    panel.view.zoom(0.3)
    low, _ = panel.view.span_s
    now = panel.now_s
    drag(panel.view, place(panel, low + 2e4), place(panel, low + 2e4) + QPoint(60, 0))
    assert panel.view.span_s[0] < low
    assert panel.now_s == now


def test_the_wheel_zooms_time_about_the_mouse_and_asks_for_finer_lines(panel):
    before = max(panel.view.charts[0].lines, key=lambda one: len(one.x_s))
    about = 6.2 * S_PER_DAY
    where = place(panel, about)
    for _ in range(14):
        wheel(panel.view, where, 120)
    again(panel)
    low, high = panel.view.span_s
    assert low < about < high
    assert high - low < 0.3 * (before.x_s[-1] - before.x_s[0])
    after = max(panel.view.charts[0].lines, key=lambda one: len(one.x_s))
    assert np.median(np.diff(after.x_s)) < 0.7 * np.median(np.diff(before.x_s))
    assert after.x_s[0] >= low - 1.0


def test_ctrl_and_the_wheel_zoom_values_until_fit(panel):
    y_before = panel.view.boxes[0].viewRange()[1]
    span = panel.view.span_s
    wheel(panel.view, place(panel, 4.0 * S_PER_DAY), 120, Qt.KeyboardModifier.ControlModifier)
    assert np.ptp(panel.view.boxes[0].viewRange()[1]) < np.ptp(y_before)
    assert panel.view.span_s == span
    panel.view.fit()
    assert np.ptp(panel.view.boxes[0].viewRange()[1]) == pytest.approx(np.ptp(y_before), rel=0.05)


@pytest.mark.parametrize("by", ["shift", "button"])
def test_a_box_is_zoomed_into(panel, by):
    modifiers = Qt.KeyboardModifier.ShiftModifier if by == "shift" else NONE
    if by == "button":
        panel.box_zoom.click()
    first, last = 1.0 * S_PER_DAY, 3.0 * S_PER_DAY
    inside = panel.view.boxes[0].sceneBoundingRect()
    start = QPoint(place(panel, first).x(), round(inside.top() + 5))
    end = QPoint(place(panel, last).x(), round(inside.bottom() - 5))
    drag(panel.view, start, end, modifiers)
    low, high = panel.view.span_s
    assert low == pytest.approx(first, abs=15_000.0)
    assert high == pytest.approx(last, abs=15_000.0)


def test_both_charts_show_the_same_seconds(panel):
    panel.view.zoom(0.2)
    assert panel.view.boxes[0].viewRange()[0] == panel.view.boxes[1].viewRange()[0]


def test_values_under_the_mouse_are_those_of_the_flight(panel, session):
    x_s = 7.0 * S_PER_DAY
    where = place(panel, x_s)
    QTest.mouseMove(panel.view.viewport(), where)
    assert wait_for(lambda: panel._hover_x is not None, 3.0)
    epoch = session.active.trajectory.span_tdb_s[0] + panel._hover_x
    altitude = float(flight_state(session.active.trajectory, epoch).altitude_km)
    said = panel.readout.text()
    digits = 1 if altitude >= 100.0 else 2
    assert f"altitude {altitude:.{digits}f} ±" in said
    assert "2023-08-17" in said


def test_quantities_logarithms_and_rows_are_chosen(panel):
    panel.choices[0].setCurrentIndex(panel.choices[0].findData("latitude"))
    panel.choices[1].setCurrentIndex(0)
    again(panel)
    assert [chart.quantity.key for chart in panel.view.charts] == ["latitude"]
    assert len(panel.view.boxes) == 1
    assert not panel.logs[0].isChecked()
    low = panel.view.boxes[0].viewRange()[1][0]
    assert -105.0 < low < -60.0
    panel.choices[0].setCurrentIndex(panel.choices[0].findData("range_moon"))
    again(panel)
    assert panel.logs[0].isChecked()
    log_high = panel.view.boxes[0].viewRange()[1][1]
    panel.logs[0].click()
    assert panel.view.boxes[0].viewRange()[1][1] > 100.0 * log_high


def test_the_end_of_the_flight_has_values_too(panel, session):
    press(panel.window(), "End")
    session.clock.seek(session.active.trajectory.span_tdb_s[1])
    panel.refresh(None)
    assert "Luna-25</span> altitude −0.36" in panel.readout.text()


def test_a_pinned_measure_is_charted_until_it_is_taken_off(panel, session):
    measure = Measure("craft:luna-25", "earth", is_pinned=True)
    session.lay_over(session.added.pinned(measure))
    key = f"range of {measure.text}"
    panel.show_quantity(key)
    again(panel)
    (line,) = [one for one in panel.view.charts[0].lines if one.provenance.value == "reconstructed"]
    known = np.flatnonzero(np.isfinite(line.value))[::200]
    epochs = line.x_s[known] + session.active.trajectory.span_tdb_s[0]
    assert line.value[known] == pytest.approx(flight_state(session.active.trajectory, epochs).range_earth_km)
    panel.refresh(None)
    assert "Range, Luna-25 – Earth" in panel.readout.text()
    session.lay_over(session.added.unpinned(measure))
    assert panel.choices[0].findData(key) < 0
    assert panel.quantities[0].key == "altitude"


def test_flights_are_laid_side_by_side(panel, session):
    session.add_missions([load_mission("chandrayaan-3")])
    session.set_shown("chandrayaan-3", True)
    again(panel)
    panel.anchors.setCurrentIndex(panel.anchors.findData("landing"))
    again(panel)
    ends = {line.mission_id: line.x_s[-1] for line in panel.view.charts[0].lines if line.name == "Luna-25"}
    assert ends["luna-25"] == pytest.approx(0.0, abs=2.0)
    assert {line.mission_id for line in panel.view.charts[0].lines} == {"luna-25", "chandrayaan-3"}
    session.clock.seek(session.active.event("impact").tdb_s - 600.0)
    assert panel.now_s == pytest.approx(-600.0)
    panel.refresh(None)
    assert "−10min" in panel.readout.text()


def test_where_there_is_no_room_for_two_the_upper_chart_has_it_all(panel):
    assert panel.view.boxes[1].isVisible()
    panel.view.resize(600, 6 * panel.view.fontMetrics().height())
    assert [box.isVisible() for box in panel.view.boxes] == [True, False]
    panel.view.resize(600, 20 * panel.view.fontMetrics().height())
    assert panel.view.boxes[1].isVisible()


def test_plus_and_minus_zoom_what_has_the_focus(panel, session):
    distance, span = session.camera.distance_km, np.ptp(panel.view.span_s)
    panel.view.setFocus()
    QTest.keyClicks(panel.view, "+")
    assert np.ptp(panel.view.span_s) < span
    QTest.keyClicks(panel.view, "---")
    assert np.ptp(panel.view.span_s) > span * 0.99
    assert session.camera.distance_km == distance


def test_another_theme_is_taken(panel, window):
    def ground():
        image = panel.view.viewport().grab().toImage()
        return image.pixelColor(image.width() - 3, image.height() - 3).name()

    assert ground() == DARK["BACKGROUND"]
    window.run("window.choose_theme_light")
    dressed(window)
    assert ground() == LIGHT["BACKGROUND"]
    image = panel.view.viewport().grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(80, image.width(), 2) for y in range(20, image.height(), 2)}
    assert colour_of(0).name() in colours
    assert contrast_ratio(colour_of(0).name(), LIGHT["BACKGROUND"]) > 3.0
    window.run("window.choose_theme_dark")
    dressed(window)
    assert ground() == DARK["BACKGROUND"]


def test_every_control_is_reached_by_tab_and_has_a_name(panel, window):
    panel.choices[0].setFocus()
    seen = set()
    for _ in range(14):
        seen.add(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    controls = {*panel.choices, *panel.logs, panel.anchors, panel.box_zoom, panel.view}
    assert controls <= seen
    assert all(control.accessibleName() for control in controls)


@pytest.mark.parametrize("ending", ["png", "svg", "csv"])
def test_charts_are_written_through_the_dialog(panel, window, tmp_path, ending):
    panel.ask_export()
    dialog = panel.findChild(QFileDialog, "export-charts")
    path = tmp_path / f"charts.{ending}"
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert "Written" in window.hint.text()
    if ending == "png":
        assert QImage(str(path)).width() == 1600
    elif ending == "svg":
        assert "<svg" in path.read_text()[:400]
    else:
        rows = list(csv.DictReader(path.read_text().splitlines()))
        assert {row["quantity"] for row in rows} == {"altitude", "speed"}
        assert {row["provenance"] for row in rows} >= {"reconstructed", "synthetic"}
        sample = next(row for row in rows if row["quantity"] == "altitude" and row["sigma"])
        assert float(sample["sigma"]) > 0.0


def test_a_file_that_cannot_be_written_is_told(panel, window, tmp_path):
    with pytest.raises(CommandError, match=r"\.png"):
        panel.export(tmp_path / "charts.bmp")
    write_and_say(tmp_path / "no" / "charts.png", panel.export, window.say)
    assert "writing" in window.hint.text()
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_charts_outlives_the_window(panel, window, qapp):
    panel.view.zoom(0.4)
    kept = [weakref.ref(thing) for thing in (panel, panel.view, *panel.view.boxes)]
    slots = len(window.session.changed)
    window.close()
    assert len(window.session.changed) < slots
    assert panel.view.boxes == []
    assert panel.view.scene() is None or not [item for item in panel.view.scene().items() if item.isVisible()]
    window.panels.widgets.clear()
    del panel
    gc.collect()
    assert kept[-1]() is None
