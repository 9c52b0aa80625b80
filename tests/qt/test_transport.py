"""The transport row with real events: typed time with preview and names, steps, toggles, digits that stay, wrapping."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton
from qt.acts import dressed, press, wait_for

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.clock import RATES
from visualizer.ui.flow_row import FlowRow

pytestmark = pytest.mark.qt
LEFT = Qt.MouseButton.LeftButton


def type_time(window, text: str) -> None:
    """Type into the date field, the way of the key."""
    press(window, "Ctrl+L")
    QTest.keyClicks(window.transport.date_field, text)


def button(window, name: str) -> QToolButton:
    return window.transport.findChild(QToolButton, f"transport-{name}")


# -- typed time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "utc"),
    [("2023-08-19T11:10Z", "2023-08-19T11:10:00"), ("2023-231 11:10", "2023-08-19T11:10:00"),
     ("2023-08-21", "2023-08-21T00:00:00"), ("2023-08-19T14:10+03:00", "2023-08-19T11:10:00")],
)  # fmt: skip
def test_typed_times_are_gone_to(window, session, text, utc):
    type_time(window, text)
    press(window, "Return")
    assert session.clock.epoch_tdb_s == pytest.approx(tdb_s_from_utc_text(utc))
    assert not window.transport.date_field.hasFocus()


def test_what_is_understood_is_said_while_typing(window, session):
    type_time(window, "impact-5min")
    assert window.transport.message.startswith("→ 2023-08-19 11:52:42 UTC · T+8d 12:41:45 · Impact − 5 min · ")
    before = session.clock.epoch_tdb_s
    QTest.keyClicks(window.transport.date_field, "x")
    assert "not understood" in window.transport.message
    assert not window.transport.date_field.property("bad")
    assert session.clock.epoch_tdb_s == before


def test_a_mistake_is_one_red_line_and_goes_away_with_the_next_key(window, session):
    type_time(window, "2023-13-01")
    press(window, "Return")
    assert window.transport.message == "time '2023-13-01': there is no such day"
    assert window.transport.date_field.property("bad")
    QTest.keyClick(window.transport.date_field, Qt.Key.Key_Backspace)
    assert not window.transport.date_field.property("bad")
    QTest.keyClick(window.transport.date_field, Qt.Key.Key_Escape)
    assert window.transport.date_field.text().endswith("UTC")
    assert "no such day" not in window.transport.message


def test_a_time_that_is_not_shown_names_the_span(window):
    type_time(window, "2030-01-01")
    press(window, "Return")
    assert "shown from 2023-08-10 23:10:57 to 2023-08-24 12:00:00 UTC" in window.transport.message


def test_names_are_offered_and_put_in_by_their_id(window, session):
    type_time(window, "inser")
    field = window.transport.date_field
    popup = field.names.popup()
    assert wait_for(popup.isVisible, 2.0)
    session.clock.seek(session.clock.epoch_tdb_s + 30.0)
    window.transport.show_time()
    assert field.text() == "inser"
    QTest.keyClick(popup, Qt.Key.Key_Down)
    assert field.text() == "LOI"
    QTest.keyClicks(popup, "+2h")
    QTest.keyClick(field, Qt.Key.Key_Return)
    insertion = next(phase for phase in session.active.phases if phase.kind == "insertion")
    assert session.clock.epoch_tdb_s == pytest.approx(insertion.start_tdb_s + 7_200.0)


def test_dates_open_no_list_of_names(window):
    type_time(window, "2023-08-1")
    QTest.qWait(30)
    assert not window.transport.date_field.names.popup().isVisible()


def test_events_of_other_shown_missions_are_understood(window, session):
    session.add_missions([load_mission("chandrayaan-3")])
    session.set_shown("chandrayaan-3", True)
    type_time(window, "chandrayaan-3 touchdown")
    press(window, "Return")
    assert session.clock.epoch_tdb_s == load_mission("chandrayaan-3").event("touchdown").tdb_s
    assert session.active_id == "luna-25"
    assert "After the flight" in window.transport.message


def test_leaving_the_field_gives_up_what_was_half_typed(window, session):
    type_time(window, "2023-08")
    window.missions.events.setFocus(Qt.FocusReason.MouseFocusReason)
    assert window.transport.date_field.text().endswith("UTC")


# -- buttons ----------------------------------------------------------------------------------------------


def test_step_buttons_step_by_what_the_box_says(window, session):
    start = session.clock.epoch_tdb_s
    for index, seconds in enumerate((1.0, 60.0, 3600.0)):
        window.transport.step_box.setCurrentIndex(index)
        QTest.mouseClick(button(window, "step-forward"), LEFT)
        start += seconds
        assert session.clock.epoch_tdb_s == pytest.approx(start)
    window.transport.step_box.setCurrentIndex(3)
    QTest.mouseClick(button(window, "step-forward"), LEFT)
    assert session.clock.epoch_tdb_s in {event.tdb_s for event in session.active.events}
    QTest.mouseClick(button(window, "step-back"), LEFT)
    assert session.clock.epoch_tdb_s < start + 1.0


def test_the_switches_follow_the_keys_and_the_mouse(window, session):
    slow, loop = button(window, "slow"), button(window, "loop")
    press(window, "Shift+S")
    assert slow.isChecked()
    assert session.clock.is_slowing
    QTest.mouseClick(slow, LEFT)
    assert not session.clock.is_slowing
    QTest.mouseClick(loop, LEFT)
    assert session.clock.is_looping
    assert loop.isChecked()
    press(window, "O")
    assert not loop.isChecked()


def test_near_a_burn_the_rate_of_the_moment_is_shown(window, session):
    session.clock.set_rate(10_000)
    press(window, "Shift+S")
    session.clock.seek(session.active.event("insertion-1").tdb_s + 100.0)
    window.transport.show_time()
    assert window.transport._rate_now.text() == "×49"
    assert window.transport._rate_now.isVisible()
    press(window, "Shift+S")
    assert not window.transport._rate_now.isVisible()


def test_nothing_beside_it_moves_when_the_rate_of_the_moment_comes(window, session):
    window.resize(1600, 900)
    QApplication.processEvents()
    transport = window.transport
    kept = [transport.date_field, transport._reading, button(window, "loop"), button(window, "slow")]
    before = [widget.geometry() for widget in kept]
    press(window, "Shift+S")
    session.clock.set_rate(1_000_000)
    transport.show_time()
    assert transport._rate_now.isVisible()
    assert [widget.geometry() for widget in kept] == before


def test_space_plays_forwards_after_playing_backwards_and_the_button_tells_the_way(window, session):
    back = button(window, "reverse")
    press(window, "J")
    assert back.isChecked()
    press(window, "K")
    assert not back.isChecked()
    press(window, "Space")
    assert (session.clock.is_playing, session.clock.direction) == (True, 1)
    assert not back.isChecked()
    assert "forwards" in button(window, "play").toolTip()
    press(window, "J")
    press(window, "Space")
    assert not session.clock.is_playing


def test_every_rate_can_be_chosen_and_played_backwards(window, session):
    box = window.transport.rate_box
    assert [box.itemData(i) for i in range(box.count())] == list(RATES)
    assert RATES[-1] == 1_000_000
    box.setFocus()
    for _ in RATES:
        QTest.keyClick(box, Qt.Key.Key_Down)
    press(window, "J")
    assert (session.clock.rate, session.clock.direction, session.clock.is_playing) == (1_000_000, -1, True)


def test_every_control_has_a_name_and_a_tip(window):
    controls = [*window.transport.findChildren(QToolButton), *window.transport.findChildren(QComboBox)]
    controls = [one for one in controls if one.parent() is window.transport]
    assert len(controls) >= 10
    assert all(one.accessibleName() and one.toolTip() for one in controls)
    assert all(one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in controls)
    assert window.transport.date_field.accessibleName()


# -- reading and layout -----------------------------------------------------------------------------------


def test_the_reading_tells_day_of_year_and_elapsed_time_and_never_moves(window, session):
    reading, places = window.transport._reading, set()
    first, last = session.active.trajectory.span_tdb_s
    for tdb_s in (first, 0.5 * (first + last), last, session.clock.end_tdb_s):
        session.clock.seek(tdb_s)
        window.transport.show_time()
        places.add((reading.geometry().getRect(), window.transport._message.x()))
        assert reading.fontMetrics().horizontalAdvance(reading.text()) <= reading.width()
    assert len(places) == 1
    session.clock.seek(session.active.event("last-burn").tdb_s)
    window.transport.show_time()
    assert reading.text() == "day 231 · T+8d 11:59:04"


@pytest.mark.parametrize("width", [1400, 1000, 760, 560])
def test_the_row_wraps_and_nothing_overlaps_or_is_cut(window, width):
    transport = window.transport
    transport.resize(width, transport.height())
    transport.place()
    shown = [w for w in transport.children() if hasattr(w, "geometry") and not w.isHidden() and w.parent() is transport]
    boxes = [w.geometry() for w in shown]
    for number, box in enumerate(boxes):
        assert box.left() >= 0
        assert box.right() <= width
        assert not any(box.intersects(other) for other in boxes[number + 1 :])
    assert transport.sizeHint().height() >= max(box.bottom() for box in boxes)
    assert (transport.lines > 1) == (width < 1100)


@pytest.mark.parametrize("points", [9.0, 13.0, 18.0])
def test_other_font_sizes_keep_every_word(qapp, window, points):
    font = window.transport.font()
    font.setPointSizeF(points)
    for widget in (window.transport, window.timeline):
        widget.setFont(font)
    QApplication.processEvents()
    layout = window.timeline.layout_
    metrics = window.timeline.fontMetrics()
    assert layout.gutter_px >= metrics.horizontalAdvance("Luna-25")
    assert layout.line_px >= metrics.height()
    assert window.timeline.sizeHint().height() == round(layout.height_px)


def test_a_row_without_room_for_its_last_control_puts_it_below(qapp):
    row = FlowRow()
    buttons = [QToolButton(row) for _ in range(3)]
    last = QToolButton(row)
    row.set_groups([buttons], last)
    row.resize(buttons[0].sizeHint().width() * 4, 100)
    row.place()
    assert row.lines == 2
    assert last.y() > buttons[0].y()
    row.deleteLater()


def test_events_of_aligned_missions_are_meant_at_the_active_ones_time(window, session):
    session.add_missions([load_mission("chandrayaan-3")])
    session.set_shown("chandrayaan-3", True)
    session.lineup.align("loi")
    type_time(window, "chandrayaan-3 loi")
    press(window, "Return")
    ours = next(phase for phase in session.active.phases if phase.kind == "insertion")
    assert session.clock.epoch_tdb_s == pytest.approx(ours.start_tdb_s, abs=1.0)


def test_larger_text_is_measured_anew(qapp, window):
    from visualizer.ui.appearance import change_text

    field, reading = window.transport.date_field, window.transport._reading
    before = (field.width(), reading.width(), window.timeline.layout_.line_px)
    change_text(window, 3)
    dressed(window)
    QApplication.processEvents()
    after = (field.width(), reading.width(), window.timeline.layout_.line_px)
    change_text(window, 0)
    dressed(window)
    assert all(new > 1.15 * old for old, new in zip(before, after, strict=True))
