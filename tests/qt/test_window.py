"""The window: typed dates, panels, mouse on the picture, evidence, the frame loop, closing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from qt.acts import left_click, press, wait_for

from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.missions.catalogue import load_mission, mission_ids
from visualizer.ui.export_dialog import ExportDialog
from visualizer.ui.main_window import MainWindow
from visualizer.ui.telemetry_text import readings

pytestmark = pytest.mark.qt
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def type_date(window, text: str) -> None:
    press(window, "Ctrl+L")
    QTest.keyClicks(window.transport.date_field, text)
    QTest.keyClick(window.transport.date_field, Qt.Key.Key_Return)


def test_a_typed_date_is_gone_to(window, session):
    type_date(window, "2023-08-17T05:23:00")
    assert session.clock.epoch_tdb_s == tdb_s_from_utc_text("2023-08-17T05:23:00")
    assert window.transport.date_field.text() == "2023-08-17 05:23:00 UTC"
    assert not window.transport.date_field.hasFocus()


def test_a_pasted_offset_is_gone_to(window, session):
    QGuiApplication.clipboard().setText("  T+8d 12h\n")
    press(window, "Ctrl+L")
    QTest.keyClick(window.transport.date_field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window.transport.date_field, Qt.Key.Key_Return)
    start = session.active.trajectory.span_tdb_s[0]
    assert session.clock.epoch_tdb_s == pytest.approx(start + 8.5 * 86400.0)


def test_a_date_that_is_none_is_refused_in_words_beside_the_field(window, session):
    before = session.clock.epoch_tdb_s
    type_date(window, "next Tuesday")
    assert "not understood" in window.transport.message
    type_date(window, "2031-01-01")
    assert "2023-08-10 23:10:57" in window.transport.message
    assert session.clock.epoch_tdb_s == before
    QTest.keyClick(window.transport.date_field, Qt.Key.Key_Escape)
    assert "outside" not in window.transport.message
    assert utc_text_from_tdb_s(before, separator=" ") in window.transport.date_field.text()


def test_letters_typed_into_the_date_field_are_not_commands(window, session):
    press(window, "Ctrl+L")
    QTest.keyClicks(window.transport.date_field, "t k 1")
    assert session.options.has_labels
    assert session.view_id == "moon"


def test_a_running_clock_does_not_overwrite_what_is_typed(window, session):
    press(window, "Ctrl+L")
    QTest.keyClicks(window.transport.date_field, "2023-08")
    session.clock.seek(session.clock.epoch_tdb_s + 100.0)
    window.refresh_panels()
    assert window.transport.date_field.text() == "2023-08"


def test_dragging_the_picture_turns_the_camera(window, session):
    azimuth = session.camera.azimuth_rad
    canvas = window.canvas.native
    QTest.mousePress(canvas, LEFT, NONE, QPoint(200, 200))
    QTest.mouseMove(canvas, QPoint(260, 200))
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(260, 200))
    assert session.camera.azimuth_rad != azimuth


def test_the_wheel_comes_nearer(window, session):
    distance = session.camera.distance_km
    place = QPointF(200, 200)
    event = QWheelEvent(
        place, place, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(window.canvas.native, event)
    assert session.camera.distance_km < distance


def test_a_double_click_looks_at_what_is_there(window, session):
    window.canvas.pickable = "craft:luna-25"
    QTest.mouseDClick(window.canvas.native, LEFT, NONE, QPoint(100, 100))
    assert session.camera.focus == "craft:luna-25"


def test_telemetry_shows_the_frame_and_keeps_its_lines(window, session):
    window.loop.tick()
    window.refresh_panels()
    first = window.telemetry.values
    assert first["Above the Moon/Altitude"].endswith("km")
    session.clock.seek(session.clock.start_tdb_s)
    window.loop.tick()
    window.refresh_panels()
    assert "Above the Earth/Altitude" in window.telemetry.values
    assert len(window.telemetry.values) == len(first)


def test_clock_and_telemetry_are_of_the_picture_on_the_screen(window, session):
    session.clock.set_rate(100_000)
    session.clock.play(1)
    for _ in range(3):
        session.advance(0.1)
        window.canvas.request_redraw()
        drawn = window.canvas.states[-1]
        # Time goes on while this picture is still on the screen.
        session.advance(0.1)
        window.loop.stop_timer()
        assert wait_for(lambda d=drawn: d.utc_text in window.transport.date_field.text(), 1.0)
        shown = window.telemetry.values["Earth/Range"]
        assert shown == {f"{r.group}/{r.name}": r.value for r in readings(drawn.telemetry)}["Earth/Range"]
    session.clock.pause()


def test_copying_gives_time_and_telemetry(window, session):
    window.loop.tick()
    press(window, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == utc_text_from_tdb_s(session.clock.epoch_tdb_s)
    press(window, "Ctrl+Shift+C")
    assert "Altitude" in QGuiApplication.clipboard().text()


def test_an_event_in_the_list_is_gone_to(window, session):
    events = window.missions.events
    row = next(i for i, e in enumerate(session.active.events) if e.id == "last-burn")
    events.scrollToItem(events.item(row))
    place = events.visualItemRect(events.item(row)).center()
    left_click(events.viewport(), place.x(), place.y())
    assert session.clock.epoch_tdb_s == session.active.event("last-burn").tdb_s


def test_a_site_in_the_list_is_flown_to(window, session):
    sites = window.missions.sites
    sites.setFocus()
    sites.setCurrentRow(0)
    QTest.keyClick(sites, Qt.Key.Key_Return)
    assert session.camera.focus == f"site:luna-25/{session.active.sites[0].id}"
    window.loop.tick()


def test_the_last_mission_cannot_be_hidden_silently(window, session):
    window.missions.missions.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert session.shown_ids == ["luna-25"]
    assert window.missions.missions.item(0).checkState() == Qt.CheckState.Checked


def test_evidence_is_worked_out_on_demand_and_a_fact_goes_to_its_moment(window, session):
    assert not window.has_panel("evidence")
    press(window, "E")
    assert wait_for(lambda: bool(window.panels.widgets["evidence"].model.rows), 20.0)
    row = next(i for i, fact in enumerate(window.panels.widgets["evidence"].model.rows) if fact.tdb_s is not None)
    window.panels.widgets["evidence"].go_to(row)
    first, last = session.active.trajectory.span_tdb_s
    assert session.clock.epoch_tdb_s == pytest.approx(
        min(max(window.panels.widgets["evidence"].model.rows[row].tdb_s, first), last)
    )
    press(window, "E")
    assert not window.has_panel("evidence")


def test_the_loop_sleeps_when_nothing_moves_and_wakes_when_something_does(window, session):
    window.loop.wake()
    assert wait_for(lambda: not window.loop.is_running, 2.0)
    session.clock.play()
    assert window.loop.is_running
    session.clock.pause()
    assert wait_for(lambda: not window.loop.is_running, 2.0)


def test_playing_moves_time_by_the_rate(window, session):
    start = session.clock.epoch_tdb_s
    session.clock.set_rate(1000)
    session.clock.play()
    QTest.qWait(200)
    session.clock.pause()
    assert 50.0 < session.clock.epoch_tdb_s - start < 1000.0


def test_side_panels_go_and_come_back(window):
    press(window, "F9")
    assert not window.telemetry.isVisible()
    press(window, "F9")
    assert window.telemetry.isVisible()


def test_help_and_export_dialogs_open_and_close(window):
    press(window, "F1")
    press(window, "Ctrl+S")
    dialogs = [d for d in window.findChildren(QDialog) if d.isVisible()]
    assert len(dialogs) == 2
    for dialog in dialogs:
        dialog.close()


def test_the_picture_is_asked_for_with_the_window_s_camera(window, session, tmp_path, qapp):
    session.orbit_camera(0.3, 0.1)
    dialog = ExportDialog(session, False, tmp_path)
    words = dialog.arguments()
    assert words[:2] == ["render", "luna-25"]
    assert str(session.camera.azimuth_rad) in words[words.index("--camera") + 1]
    dialog.close()
    dialog.deleteLater()
    qapp.sendPostedEvents(None, 52)


def test_the_window_reopens_where_it_was(window, session, qapp):
    session.clock.seek(session.clock.start_tdb_s + 5000.0)
    press(window, "2")
    kept = window.settings()
    again = MainWindow(session, type(window.canvas), kept)
    assert session.clock.epoch_tdb_s == session.clock.start_tdb_s + 5000.0
    assert session.view_id == "earth"
    again.close()
    again.deleteLater()
    qapp.sendPostedEvents(None, 52)


def test_a_camera_without_its_target_goes_back_to_the_moon(window, session):
    session.focus_on("craft:nobody", 1.0)
    window.loop.tick()
    assert session.view_id == "moon"
    assert window.canvas.states[-1].tdb_s == session.clock.epoch_tdb_s


def test_panels_show_the_picture_that_was_drawn_even_if_it_was_drawn_late(window, session, monkeypatch):
    source = window.canvas.request_redraw
    monkeypatch.setattr(window.canvas, "request_redraw", lambda: QTimer.singleShot(40, window, source))
    session.clock.seek(session.active.event("last-burn").tdb_s)
    assert wait_for(lambda: not window.loop.is_running and window.canvas.states[-1:] != [], 3.0)
    QTest.qWait(300)
    shown = window.telemetry.values["Above the Moon/Altitude"]
    telemetry = session.frame_state().telemetry
    assert shown == f"{telemetry.altitude_km:,.2f} km"


def test_the_active_mission_is_in_sight_in_the_list_also_one_that_was_just_opened(window, session):
    window.resize(1000, 500)
    session.add_missions([load_mission(mission_id) for mission_id in mission_ids()])
    for mission_id in (list(session.missions)[-1], "luna-25", list(session.missions)[len(session.missions) // 2]):
        session.activate(mission_id)
        QTest.qWait(1)
        shown = window.missions.missions
        place = shown.visualItemRect(shown.item(list(session.missions).index(mission_id)))
        assert shown.viewport().rect().contains(place.center()), mission_id


def test_lists_have_room_by_their_rows(window, session):
    window.resize(1200, 900)
    session.add_missions([load_mission(mission_id) for mission_id in mission_ids()])
    few = min(session.missions.values(), key=lambda mission: len(mission.events))
    session.activate(few.id)
    QTest.qWait(1)
    panel = window.missions
    row = panel.missions.sizeHintForRow(0)
    for one in (panel.missions, panel.events, panel.sites):
        assert one.height() <= max(one.count() * row + row, one.minimumHeight())
    assert panel.missions.height() >= 7 * row
    session.activate("luna-25")
    QTest.qWait(1)
    assert panel.events.height() >= panel.sites.height()
    assert panel.missions.height() >= 5 * row


def test_turning_to_a_mission_keeps_the_time_within_its_flight_and_says_where_it_cannot(window, session):
    session.add_missions([load_mission("chandrayaan-3"), load_mission("slim")])
    session.clock.seek(session.active.event("impact").tdb_s - 3600.0)
    before = session.clock.epoch_tdb_s
    listed = window.missions.missions
    for row in (1, 2):
        session.set_shown(listed.item(row).data(Qt.ItemDataRole.UserRole), True)
    listed.itemActivated.emit(listed.item(1))
    assert (session.active_id, session.clock.epoch_tdb_s) == ("chandrayaan-3", before)
    assert not window.hint.isVisible()
    listed.itemActivated.emit(listed.item(2))
    assert session.active_id == "slim"
    assert session.clock.epoch_tdb_s != before
    assert window.hint.isVisible()
    assert "SLIM does not fly on 2023-08-19 10:57" in window.hint.text()
    assert utc_text_from_tdb_s(session.clock.epoch_tdb_s, separator=" ")[:16] in window.hint.text()
    press(window, "Ctrl+Z")
    assert session.clock.epoch_tdb_s == before
