"""Missions side by side in the window with real keys: what waits comes back, nothing is left out without a word."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from qt.acts import press

from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import load_mission

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
