"""What the window says has room, or says that it has not: hint, sentences, axis, evidence, telemetry, the dialog."""

from __future__ import annotations

import pytest
from helpers.readings import changed
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qt.acts import wait_for

from visualizer.core.relief import bundled_relief
from visualizer.missions.catalogue import load_mission
from visualizer.ui.export_dialog import ExportDialog
from visualizer.ui.hint import FIRST_HINT
from visualizer.ui.telemetry_text import readings
from visualizer.ui.timeline_paint import paint_static

pytestmark = pytest.mark.qt
TOP_LINES_PX = 100
REMARKS_PX = 50


@pytest.mark.parametrize("size", [(1024, 700), (1440, 900)])
def test_the_hint_leaves_the_corners_of_the_picture_free(window, size):
    window.resize(*size)
    QTest.qWait(20)
    window.hint.say(FIRST_HINT)
    place = window.hint.geometry()
    assert place.bottom() < window.canvas.native.height() - REMARKS_PX
    assert place.top() > TOP_LINES_PX
    assert place.left() >= 0
    assert place.right() <= window.canvas.native.width()


def test_a_sentence_without_room_ends_in_an_ellipsis_and_is_whole_in_the_tip(window, session):
    window.resize(1180, 700)
    session.clock.seek(session.active.event("impact").tdb_s)
    window.refresh_panels()
    QTest.qWait(20)
    label = window.transport._message
    assert label.text().endswith("…")
    assert label.toolTip() == window.transport.message
    assert window.transport.message.endswith(session.active.event("impact").sentence)


def test_axis_labels_are_whole_or_absent(window, monkeypatch):
    timeline = window.timeline
    timeline.show_all()
    drawn: list[tuple[float, str]] = []
    monkeypatch.setattr(QPainter, "drawText", lambda _self, place, *rest: drawn.append((place, rest[-1])))
    day_s = 86_400.0
    for step in range(20):
        scale = timeline.scale.zoomed(0.3, timeline.scale.start_tdb_s + 3.0 * day_s).panned(step * 7_000.0)
        picture = timeline.grab().toImage()
        painter = QPainter(picture)
        paint_static(painter, timeline._content, timeline._layout, scale, [])
        painter.end()
    axis = [(place.x(), text) for place, text in drawn if isinstance(place, QPointF)]
    assert axis
    layout, metrics = timeline._layout, timeline._metrics()
    for x, text in axis:
        assert x >= layout.gutter_px
        assert x + metrics.horizontalAdvance(text) <= layout.gutter_px + layout.plot_width_px + 0.5


def test_labels_stand_in_the_order_of_their_events(window, session):
    window.timeline.show_all()
    events = session.active.events
    for factor in (1.0, 0.5, 0.3, 0.1, 0.02):
        window.timeline.zoom(factor)
        QApplication.processEvents()
        window.timeline.grab()
        labels = sorted(window.timeline.labels, key=lambda one: events[one.index].tdb_s)
        for number, late in enumerate(labels):
            for early in labels[:number]:
                is_across = early.x_px > early.anchor_px and late.x_px < late.anchor_px
                assert not is_across or late.x_px + late.width_px / 2 >= early.x_px + early.width_px / 2


def test_held_facts_are_called_held_and_are_no_evidence(window):
    window.toggle_panel("evidence")
    model = window.panels.widgets["evidence"].model
    assert wait_for(lambda: bool(model.rows), 30.0)
    facts = {line.evidence.id: number for number, line in enumerate(model.lines) if not isinstance(line, str)}
    row = facts["tcm-2-duration"]
    cells = [model.data(model.index(row, column)) for column in range(model.columnCount())]
    assert cells[2:6] == ["24.300 s", "0 s", "", "held"]
    assert "13 more are held" in window.panels.widgets["evidence"]._note.text()
    assert model.data(model.index(facts["mass"], 2)) == "1750.0 kg"


def test_telemetry_reads_well_below_the_sphere_and_where_nothing_is_named(window, session):
    session.clock.seek(session.active.event("impact").tdb_s)
    telemetry = window._frame_state().telemetry
    lines = {line.name: line.value for line in readings(telemetry)}
    assert lines["Altitude"] == "360 m below sphere"
    nowhere = next(
        lines
        for lat in range(-90, 90, 3)
        for lon in range(0, 360, 7)
        if (lines := {r.name: r.value for r in readings(changed(telemetry, lat_deg=lat, lon_deg=lon))})["Below"][0]
        == "n"
    )
    assert nowhere["Below"] == "no named feature"


def test_what_stands_on_the_moon_is_on_the_ground(window, session):
    bundled_relief()
    session.add_missions([load_mission("chandrayaan-3")])
    session.activate("chandrayaan-3")
    last = session.active.trajectory.span_tdb_s[1]
    for before_s in (18_000.0, 10.0):
        session.clock.seek(last - before_s)
        lines = {line.name: line.value for line in readings(window._frame_state().telemetry)}
        assert lines["Altitude"] == "0 m"
        assert lines["Above terrain"] == "on the ground"
    session.clock.seek(session.active.event("touchdown").tdb_s - 300.0)
    lines = {line.name: line.value for line in readings(window._frame_state().telemetry)}
    assert lines["Above terrain"].endswith("m")


def test_values_that_are_too_long_end_in_an_ellipsis_and_the_tip_has_them(window):
    telemetry = window._frame_state().telemetry
    panel = window.telemetry
    long = "engine along the push of the descent, as nobody has published it in these words"
    panel.show_telemetry("Luna-25", changed(telemetry, attitude=long))
    row = list(panel.values).index("How well known/Attitude")
    label = panel._values[row]
    assert panel.values["How well known/Attitude"] == long
    assert label.text().endswith("…")
    assert all(label.fontMetrics().horizontalAdvance(line) <= label.width() for line in label.text().splitlines())
    assert label.toolTip().startswith(long + "\n")
    panel.show_telemetry("Luna-25", changed(telemetry, attitude="upright"))
    assert label.text() == "upright"
    assert "upright" not in label.toolTip()


def test_the_dialog_keeps_its_size_and_forgets_what_it_said_of_another_file(qapp, session, tmp_path, window):
    window.save_film()
    dialog = window.findChild(ExportDialog)
    QTest.qWait(20)
    before = (dialog.geometry(), dialog._begin.geometry(), dialog._cancel.geometry())
    dialog._bar.show()
    dialog._cancel.setText("Cancel")
    dialog._say("Written: " + str(tmp_path / ("folder-of-some-length/" * 6)) + "film.mp4")
    QTest.qWait(20)
    assert before == (dialog.geometry(), dialog._begin.geometry(), dialog._cancel.geometry())
    dialog.path.setFocus()
    QTest.keyClicks(dialog.path, "x")
    assert dialog.note == ""
    dialog.close()
