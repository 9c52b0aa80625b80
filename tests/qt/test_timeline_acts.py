"""Rows, selection, keys, menu and undo on the timeline, with real mouse and key events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qt.acts import left_click, press
from qt.timeline_acts import ALT, CTRL, LEFT, NONE, RIGHT, axis_point, drag, line_of, open_menu, show

from visualizer.missions.catalogue import load_mission
from visualizer.ui.timeline_layout import SHARE_OF_WINDOW

pytestmark = pytest.mark.qt

OTHERS = ("chandrayaan-3", "slim", "im-1", "im-2", "artemis-2", "artemis-iii-iv")


# -- rows -------------------------------------------------------------------------------------------------


def test_every_shown_mission_has_a_row_the_active_one_on_top(window, session):
    show(window, "chandrayaan-3", "slim")
    assert [m.id for m in window.timeline.content.missions] == ["luna-25", "chandrayaan-3", "slim"]
    session.activate("slim")
    assert [m.id for m in window.timeline.content.missions] == ["slim", "luna-25", "chandrayaan-3"]
    session.set_shown("chandrayaan-3", False)
    assert [m.id for m in window.timeline.content.missions] == ["slim", "luna-25"]


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (900, 600)])
def test_seven_missions_never_push_the_picture_away(window, size):
    window.resize(*size)
    show(window, *OTHERS)
    QTest.qWait(30)
    timeline = window.timeline
    assert timeline.height() <= max(SHARE_OF_WINDOW * size[1], 13 * timeline.fontMetrics().height())
    assert window.canvas.native.height() > 0.4 * size[1]
    assert timeline._bar.isVisible() == (timeline.layout_.rows_px < timeline.layout_.all_rows_px)
    assert timeline._bar.isVisible() or size[1] > 800


@pytest.mark.parametrize("height_px", [620, 700, 720, 760])
def test_the_last_row_that_is_seen_is_not_cut(window, height_px):
    window.resize(1280, height_px)
    show(window, *OTHERS)
    QTest.qWait(30)
    layout = window.timeline.layout_
    tops = [layout.row(index).top() for index in range(len(OTHERS) + 1)]
    assert layout.scroll_most_px > 0.0
    assert any(top == pytest.approx(layout.strips_top_px) for top in tops)


def test_rows_scroll_with_the_wheel_over_the_names(window):
    window.resize(1280, 720)
    show(window, *OTHERS)
    QTest.qWait(30)
    timeline = window.timeline
    layout, scale = timeline.layout_, timeline.scale
    place = QPointF(20.0, layout.rows_top_px + 10.0)
    for _ in range(12):
        event = QWheelEvent(
            place, timeline.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(timeline, event)
    assert timeline.layout_.scroll_px == pytest.approx(layout.scroll_most_px, abs=1.0)
    assert timeline.scale == scale
    last = len(timeline.content.missions) - 1
    assert timeline.layout_.row_at(timeline.layout_.row(last).center().y()) == last


def test_a_click_on_a_name_makes_its_mission_the_active_one(window, session):
    show(window, "chandrayaan-3")
    timeline = window.timeline
    left_click(timeline, 20.0, timeline.layout_.row(1).center().y())
    assert session.active_id == "chandrayaan-3"


def test_branches_have_bands_of_their_own_that_say_what_they_are(window, session):
    timeline = window.timeline
    layout, planned = timeline.layout_, session.active.branches[0]
    x = timeline.scale.x_px(planned.trajectory.span_tdb_s[1] - 86_400.0)
    y = layout.branch(0, 0).center().y()
    assert layout.branch_at(y) == (0, 0)
    assert planned.title in timeline.tip_at(x, y)
    picture = timeline.grab().toImage()
    ratio = picture.devicePixelRatio()
    colours = {
        picture.pixelColor(round((x + dx) * ratio), round((y + dy) * ratio)).name()
        for dx in range(12)
        for dy in (-1, 0, 1)
    }
    assert len(colours) >= 2


def test_burns_are_drawn_with_their_length_and_named_in_the_tip(window, session):
    timeline, burn = window.timeline, session.active.event("last-burn")
    timeline.fit(burn.tdb_s - 60.0, burn.tdb_s + 200.0)
    row = timeline.layout_.row(0)
    picture = timeline.grab().toImage()
    ratio, y = picture.devicePixelRatio(), row.bottom() - 2.5

    def colour(tdb_s: float) -> str:
        return picture.pixelColor(round(timeline.scale.x_px(tdb_s) * ratio), round(y * ratio)).name()

    inside = {colour(burn.tdb_s + t) for t in (10.0, 60.0, 115.0)}
    assert len(inside) == 1
    assert colour(burn.tdb_s - 30.0) not in inside
    assert colour(burn.tdb_s + 160.0) not in inside
    assert "last burn" in timeline.tip_at(timeline.scale.x_px(burn.tdb_s + 60.0), row.bottom() - 2.0)


def test_a_flight_out_of_sight_is_brought_in_by_a_double_click_on_its_row(window):
    show(window, "artemis-2")
    timeline, other = window.timeline, load_mission("artemis-2")
    y = round(timeline.layout_.row(1).center().y())
    QTest.mouseDClick(timeline, LEFT, NONE, QPoint(600, y))
    first, last = other.trajectory.span_tdb_s
    assert timeline.scale.start_tdb_s < first < last < timeline.scale.end_tdb_s


def test_show_all_goes_from_the_flight_to_all_flights_and_back(window, session):
    show(window, "chandrayaan-3")
    flight = window.timeline.scale
    press(window, "Ctrl+0")
    assert window.timeline.scale.start_tdb_s < session.clock.start_tdb_s < flight.start_tdb_s - 86_400.0
    press(window, "Ctrl+0")
    assert window.timeline.scale.start_tdb_s == pytest.approx(flight.start_tdb_s)


def test_aligned_missions_are_drawn_at_the_active_ones_time(window, session):
    show(window, "chandrayaan-3")
    session.lineup.align("loi")
    timeline, other = window.timeline, load_mission("chandrayaan-3")
    row = [m.id for m in timeline.content.missions].index("chandrayaan-3")
    ours = next(p for p in session.active.phases if p.kind == "insertion").start_tdb_s
    theirs = next(p for p in other.phases if p.kind == "insertion").start_tdb_s
    assert theirs + timeline.content.shift_s(row) == pytest.approx(ours)
    found = timeline.shown_event_at(timeline.scale.x_px(ours), timeline.layout_.row(row).center().y())
    assert found is not None
    assert found[0].id == "chandrayaan-3"


# -- selection and loop -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("button", "modifiers"), [(LEFT, ALT), (RIGHT, NONE)])
def test_dragging_with_alt_or_the_right_button_selects_and_loops(window, session, button, modifiers):
    timeline = window.timeline
    before = session.clock.epoch_tdb_s
    drag(timeline, axis_point(timeline, 400), axis_point(timeline, 700), button, modifiers)
    first, last = session.clock.loop_tdb_s
    assert first == pytest.approx(timeline.scale.tdb_s(400.0), abs=timeline.scale.s_per_px)
    assert last == pytest.approx(timeline.scale.tdb_s(700.0), abs=timeline.scale.s_per_px)
    assert session.clock.is_looping
    assert session.clock.epoch_tdb_s == before
    assert window.transport._toggles["loop"].isChecked()
    assert QApplication.activePopupWidget() is None
    press(window, "O")
    assert not session.clock.is_looping
    assert session.clock.loop_tdb_s == (first, last)
    press(window, "O")
    assert session.clock.is_looping


def test_a_click_with_alt_drops_the_selection(window, session):
    timeline = window.timeline
    drag(timeline, axis_point(timeline, 400), axis_point(timeline, 700), LEFT, ALT)
    QTest.mouseClick(timeline, LEFT, ALT, axis_point(timeline, 500))
    assert session.clock.loop_tdb_s is None


def test_a_scrub_is_undone_in_one_step_by_key(window, session):
    timeline, start = window.timeline, session.clock.epoch_tdb_s
    drag(timeline, axis_point(timeline, 300), axis_point(timeline, 800))
    end = session.clock.epoch_tdb_s
    press(window, "PgDown")
    press(window, "Ctrl+Z")
    assert session.clock.epoch_tdb_s == end
    press(window, "Ctrl+Z")
    assert session.clock.epoch_tdb_s == start
    press(window, "Ctrl+Shift+Z")
    assert session.clock.epoch_tdb_s == end
    press(window, "Ctrl+Z")
    press(window, "Ctrl+Z")
    assert "no jump" in window.hint.text()


# -- events and their views -------------------------------------------------------------------------------


def test_control_click_on_an_event_goes_to_its_view(window, session):
    timeline = window.timeline
    impact = session.active.event("impact")
    timeline.grab()
    label = next(one for one in timeline.labels if session.active.events[one.index].id == "impact")
    place = QPoint(round(label.x_px + 4.0), round(timeline.layout_.lane_top_px(label.lane) + 8.0))
    QTest.mouseClick(timeline, LEFT, CTRL, place)
    assert session.clock.epoch_tdb_s == impact.tdb_s
    assert session.camera.focus == "site:luna-25/impact-crater"


def test_a_click_on_another_missions_event_makes_that_the_active_one(window, session):
    show(window, "chandrayaan-3")
    timeline, other = window.timeline, load_mission("chandrayaan-3")
    touchdown = other.event("touchdown")
    x, y = timeline.scale.x_px(touchdown.tdb_s), timeline.layout_.row(1).top() + 1.0
    left_click(timeline, x, y)
    assert (session.active_id, session.clock.epoch_tdb_s) == ("chandrayaan-3", touchdown.tdb_s)


def test_the_menu_of_an_event_goes_there_and_looks(window, session):
    timeline = window.timeline
    timeline.grab()
    event = session.active.event("lunar-orbit")
    label = next(one for one in timeline.labels if session.active.events[one.index].id == "lunar-orbit")
    place = QPoint(round(label.x_px + 4.0), round(timeline.layout_.lane_top_px(label.lane) + 8.0))
    QTest.mouseClick(timeline, RIGHT, NONE, place)
    menu = open_menu(window)
    line_of(menu, "look at the craft").trigger()
    menu.close()
    assert session.clock.epoch_tdb_s == event.tdb_s
    assert session.view_id == "follow"


def test_the_menu_fits_and_loops_a_phase_and_chooses_strips_and_sites(window, session):
    timeline = window.timeline
    orbit = next(p for p in session.active.phases if p.id == "orbit")
    x = timeline.scale.x_px(orbit.start_tdb_s + 0.3 * (orbit.end_tdb_s - orbit.start_tdb_s))
    QTest.mouseClick(timeline, RIGHT, NONE, QPoint(round(x), round(timeline.layout_.row(0).center().y())))
    menu = open_menu(window)
    line_of(menu, f"Loop over “{orbit.title}”").trigger()
    line_of(menu, "Elevation of the Earth").trigger()
    sites = line_of(menu, "Site of the strips").menu()
    line_of(sites, "Vostochny").trigger()
    menu.close()
    assert session.clock.loop_tdb_s == (orbit.start_tdb_s, orbit.end_tdb_s)
    assert "site-earth" in timeline.keeper.ids
    assert timeline.keeper.site.id == "vostochny"
    assert timeline.layout_.strips == 5


# -- keys -------------------------------------------------------------------------------------------------


def test_tab_reaches_the_timeline_and_the_focus_is_seen(window):
    timeline = window.timeline
    without = timeline.grab().toImage()
    timeline.setFocus(Qt.FocusReason.TabFocusReason)
    assert timeline.hasFocus()
    assert timeline.grab().toImage() != without
    assert timeline.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert timeline.accessibleName()


def test_arrows_on_the_focused_timeline_move_by_pixels_and_elsewhere_by_minutes(window, session):
    timeline, start = window.timeline, session.clock.epoch_tdb_s
    timeline.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, "Right")
    assert session.clock.epoch_tdb_s - start == pytest.approx(4.0 * timeline.scale.s_per_px)
    press(window, "Shift+Left")
    assert session.clock.epoch_tdb_s - start == pytest.approx(3.6 * timeline.scale.s_per_px)
    press(window, "Home")
    assert session.clock.epoch_tdb_s == session.active.trajectory.span_tdb_s[0]
    press(window, "End")
    assert session.clock.epoch_tdb_s == session.active.trajectory.span_tdb_s[1]
    window.canvas.native.setFocus()
    press(window, "Left")
    assert session.clock.epoch_tdb_s == pytest.approx(session.active.trajectory.span_tdb_s[1] - 60.0)


def test_keys_choose_events_and_enter_goes_there(window, session):
    timeline, rate = window.timeline, session.clock.rate
    now = session.clock.epoch_tdb_s
    timeline.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, "Down")
    press(window, "Down")
    later = [event for event in session.active.events if event.tdb_s > now]
    assert session.clock.epoch_tdb_s == now
    press(window, "Return")
    assert session.clock.epoch_tdb_s == later[1].tdb_s
    assert later[1].title in timeline.accessibleDescription()
    press(window, "Up")
    press(window, "Ctrl+Return")
    assert session.clock.epoch_tdb_s == later[0].tdb_s
    assert session.view_id == "follow"
    assert session.clock.rate == rate


def test_keys_zoom_choose_strips_and_leave(window, session):
    timeline = window.timeline
    timeline.setFocus(Qt.FocusReason.TabFocusReason)
    seconds = timeline.scale.s_per_px
    press(window, "+")
    assert timeline.scale.s_per_px == pytest.approx(0.7 * seconds)
    press(window, "-")
    press(window, "3")
    assert "site-earth" in timeline.keeper.ids
    press(window, "3")
    assert "site-earth" not in timeline.keeper.ids
    press(window, "Down")
    press(window, "Escape")
    assert timeline.hasFocus()
    press(window, "Escape")
    assert not timeline.hasFocus()


# -- strips -----------------------------------------------------------------------------------------------


def test_the_menu_key_opens_the_menu_of_the_chosen_event(window, session):
    timeline = window.timeline
    timeline.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, "Down")
    place = QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, timeline.mapToGlobal(place))
    QApplication.sendEvent(timeline, event)
    menu = open_menu(window)
    chosen = timeline._keys.event
    line_of(menu, f"Go to “{chosen.title}”").trigger()
    menu.close()
    assert session.clock.epoch_tdb_s == chosen.tdb_s


def test_labels_of_the_mission_before_are_not_clicked(window, session):
    show(window, "slim")
    timeline = window.timeline
    timeline.grab()
    label = max(timeline.labels, key=lambda one: one.index)
    place = (label.x_px + 4.0, timeline.layout_.lane_top_px(label.lane) + 8.0)
    session.activate("slim")
    assert timeline.labels == ()
    found = timeline.shown_event_at(*place)
    assert found is None or found[0].id == "slim"


def test_tips_are_asked_for_by_qt(window, monkeypatch):
    timeline, shown = window.timeline, []
    monkeypatch.setattr("visualizer.ui.timeline_events.QToolTip.showText", lambda _at, text, _who: shown.append(text))
    place = timeline.layout_.row(0).center().toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, place, timeline.mapToGlobal(place))
    QApplication.sendEvent(timeline, event)
    assert len(shown) == 1
    assert "UTC" in shown[0]
