"""The timeline with real mouse events: scrub, fine scrub, click, zoom about the cursor, fit, tips."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qt.acts import left_click

pytestmark = pytest.mark.qt
LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def axis_y(timeline) -> int:
    return timeline.height() - 4


def wheel(timeline, x_px: float, turns: int, modifiers=NONE) -> None:
    place = QPointF(x_px, 20.0)
    event = QWheelEvent(
        place, timeline.mapToGlobal(place), QPoint(), QPoint(0, 120 * turns), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline, event)


def test_dragging_scrubs_and_a_move_costs_at_most_one_picture(window, session):
    timeline, drawn = window.timeline, window.canvas.states
    window.loop.tick()
    count = len(drawn)
    QTest.mousePress(timeline, LEFT, NONE, QPoint(500, axis_y(timeline)))
    for x in (520, 540, 560):
        QTest.mouseMove(timeline, QPoint(x, axis_y(timeline)))
        window.loop.tick()
    QTest.mouseRelease(timeline, LEFT, NONE, QPoint(560, axis_y(timeline)))
    assert session.clock.epoch_tdb_s == pytest.approx(timeline.scale.tdb_s(560.0), abs=timeline.scale.s_per_px)
    assert len(drawn) - count <= 4


def test_shift_makes_the_drag_ten_times_finer(window, session):
    timeline = window.timeline
    start = session.clock.epoch_tdb_s
    x = round(timeline.scale.x_px(start)) - 60
    QTest.mousePress(timeline, LEFT, SHIFT, QPoint(x, axis_y(timeline)))
    assert session.clock.epoch_tdb_s == start
    _drag_with_shift(timeline, x, x + 50)
    assert session.clock.epoch_tdb_s - start == pytest.approx(5.0 * timeline.scale.s_per_px, rel=0.02)


def _drag_with_shift(timeline, start_px: int, end_px: int) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    for kind, x, buttons in (
        (QEvent.Type.MouseMove, end_px, LEFT),
        (QEvent.Type.MouseButtonRelease, end_px, Qt.MouseButton.NoButton),
    ):
        place = QPointF(x, axis_y(timeline))
        QApplication.sendEvent(timeline, QMouseEvent(kind, place, timeline.mapToGlobal(place), LEFT, buttons, SHIFT))


def test_playing_goes_on_after_a_scrub(window, session):
    session.clock.play()
    QTest.mousePress(window.timeline, LEFT, NONE, QPoint(400, axis_y(window.timeline)))
    assert not session.clock.is_playing
    QTest.mouseRelease(window.timeline, LEFT, NONE, QPoint(400, axis_y(window.timeline)))
    assert session.clock.is_playing


def test_a_click_on_an_event_goes_there_exactly(window, session):
    x = round(window.timeline.scale.x_px(session.active.event("last-burn").tdb_s))
    event = window.timeline.event_at(x, 70.0)
    left_click(window.timeline, x, 70.0)
    assert event.kind in ("burn", "plan", "orbit")
    assert session.clock.epoch_tdb_s == event.tdb_s


def test_the_wheel_zooms_about_the_cursor(window):
    timeline = window.timeline
    before = timeline.scale.tdb_s(700.0)
    length = timeline.scale.end_tdb_s - timeline.scale.start_tdb_s
    wheel(timeline, 700.0, 5)
    assert timeline.scale.tdb_s(700.0) == pytest.approx(before, abs=1.0)
    assert timeline.scale.end_tdb_s - timeline.scale.start_tdb_s < 0.5 * length
    wheel(timeline, 700.0, -40)
    assert timeline.scale.end_tdb_s - timeline.scale.start_tdb_s == pytest.approx(length)


def test_a_double_click_fits_a_phase_and_beside_it_the_flight(window, session):
    timeline = window.timeline
    orbit = next(p for p in session.active.phases if p.id == "orbit")
    whole = timeline.scale
    x = timeline.scale.x_px(0.5 * (orbit.start_tdb_s + orbit.end_tdb_s))
    y = next(y for y in range(timeline.height()) if timeline.phase_at(x, y) is not None) + 4
    QTest.mouseDClick(timeline, LEFT, NONE, QPoint(round(x), y))
    assert timeline.scale.start_tdb_s < orbit.start_tdb_s < orbit.end_tdb_s <= timeline.scale.end_tdb_s + 1.0
    assert timeline.scale.end_tdb_s - timeline.scale.start_tdb_s < 1.3 * (orbit.end_tdb_s - orbit.start_tdb_s)
    QTest.mouseDClick(timeline, LEFT, NONE, QPoint(round(x), axis_y(timeline)))
    assert timeline.scale.start_tdb_s == pytest.approx(whole.start_tdb_s)


def test_the_playhead_stays_in_sight_when_time_runs_out_of_it(window, session):
    timeline = window.timeline
    for _ in range(20):
        timeline.zoom(0.6)
    session.clock.seek(session.clock.epoch_tdb_s + 3.0 * 86400.0)
    assert timeline.scale.start_tdb_s < session.clock.epoch_tdb_s < timeline.scale.end_tdb_s


def test_tips_name_event_phase_and_time(window, session):
    timeline = window.timeline
    impact = session.active.event("impact")
    assert impact.title in timeline.tip_at(timeline.scale.x_px(impact.tdb_s), 70.0)
    transfer = next(p for p in session.active.phases if p.id == "transfer")
    x = timeline.scale.x_px(transfer.start_tdb_s + 86400.0 * 0.7)
    assert "UTC" in timeline.tip_at(x, axis_y(timeline))


def test_labels_do_not_collide_at_any_zoom(window):
    timeline = window.timeline
    for _ in range(25):
        timeline.zoom(0.7)
        timeline.grab()
        boxes = [(label.lane, label.x_px, label.x_px + label.width_px) for label in timeline.labels]
        for i, (lane, left, right) in enumerate(boxes):
            for other_lane, other_left, other_right in boxes[i + 1 :]:
                assert lane != other_lane or right <= other_left or other_right <= left
