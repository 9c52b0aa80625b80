"""Missions side by side in the window with real keys: what waits comes back, nothing is left out without a word."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from qt.acts import press
from qt.timeline_acts import line_of

from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import load_mission
from visualizer.ui.timeline_menu import timeline_menu
from visualizer.ui.timeline_paint import axis_ticks

pytestmark = pytest.mark.qt
HOUR_S = 3600.0


@pytest.fixture
def three(window, session):
    """Show a mission without a landing between two that have one, and lay them side by side at it."""
    for mission_id in ("artemis-2", "im-1"):
        session.add_missions([load_mission(mission_id)])
        session.set_shown(mission_id, True)
    press(window, "Ctrl+Alt+5")
    return session


def test_an_alignment_waits_for_the_next_mission_that_has_its_moment(window, three):
    three.clock.seek(anchor_tdb_s(three.active, "landing") - HOUR_S)
    press(window, "Ctrl+PgDown")
    assert three.active_id == "artemis-2"
    assert three.lineup.anchor == "calendar"
    assert "no landing or impact: by the calendar until" in window.hint.text()
    press(window, "Ctrl+PgDown")
    assert three.active_id == "im-1"
    assert three.lineup.anchor == "landing"
    assert "side by side at landing or impact again" in window.hint.text()
    assert window.actions_.by_id["compare.align_landing"].isChecked()
    # As long before the landing as it was.
    assert three.clock.epoch_tdb_s == pytest.approx(anchor_tdb_s(three.active, "landing") - HOUR_S, abs=1e-3)
    press(window, "Ctrl+PgUp")
    press(window, "Ctrl+PgUp")
    assert (three.active_id, three.lineup.anchor) == ("luna-25", "landing")


def test_the_calendar_that_was_asked_for_stays(window, three):
    press(window, "Ctrl+PgDown")
    press(window, "Ctrl+Alt+0")
    press(window, "Ctrl+PgDown")
    assert (three.active_id, three.lineup.anchor) == ("im-1", "calendar")


def test_panes_by_mission_leave_no_mission_out(window, session):
    more = ["artemis-1", "artemis-2", "im-1", "im-2", "slim"]
    session.add_missions([load_mission(mission_id) for mission_id in more])
    session.show_all()
    press(window, "Alt+P")
    ticks = window.missions.missions
    assert {ticks.item(row).checkState() for row in range(ticks.count())} == {Qt.CheckState.Checked}
    assert {m.id for m in window.timeline.content.missions} == {"luna-25", *more}
    assert "6 missions are shown: pane 4 has 3 of them" in window.hint.text()
    last = session.request().others[-1]
    assert [m.id for m in last.missions] == ["im-1", "im-2", "slim"]
    assert last.pane.title.endswith("IM-1 Odysseus +2")
    session.panes.activate(2)
    session.panes.split(1)
    assert sorted(session.shown_ids) == sorted(["luna-25", *more])


def test_the_axis_tells_the_time_since_the_moment_of_alignment(window, three):
    timeline = window.timeline
    zero = anchor_tdb_s(three.active, "landing")
    assert timeline.content.zero_tdb_s == zero
    timeline.fit(zero - 50.0 * HOUR_S, zero + 50.0 * HOUR_S)
    shown = {t.text: t for t in axis_ticks(timeline.scale, QFontMetricsF(timeline.font()), timeline.content.zero_tdb_s)}
    assert {"T−2d", "T−1d", "T+0", "T+1d", "T+2d"} <= set(shown)
    assert shown["T+0"].tdb_s == zero
    press(window, "Ctrl+Alt+0")
    assert timeline.content.zero_tdb_s is None


def test_the_timelines_menu_shows_digits_only_where_they_work(window):
    timeline = window.timeline
    timeline.setFocus()
    assert timeline.hasFocus()
    assert "\t0" in line_of(timeline_menu(timeline, 500.0, 60.0, None), "whole flight").text()
    before = timeline.keeper.ids
    press(window, "1")
    assert timeline.keeper.ids != before
    window.canvas.native.setFocus()
    menu = timeline_menu(timeline, 500.0, 60.0, None)
    assert all("\t" not in line.text() for line in menu.actions())
    view = window.session.view_id
    press(window, "1")
    assert window.session.view_id != view
