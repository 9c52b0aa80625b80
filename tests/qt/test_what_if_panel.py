"""The what-if panel, by keys and mouse."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from qt.acts import left_click, press, wait_for

from visualizer.missions import what_if_flights
from visualizer.missions.catalogue import load_mission
from visualizer.model.ghosts import GHOST_INDEX, make_ghost
from visualizer.model.session import Session
from visualizer.ui import what_if_panel

MISSIONS = {mission_id: load_mission(mission_id) for mission_id in ("luna-25", "im-1")}


@pytest.fixture
def session() -> Session:
    """Return a session of two missions, one of them shown."""
    return Session(list(MISSIONS.values()), shown_ids=["luna-25"])


flown = lru_cache(what_if_panel.family_of)


@pytest.fixture
def panel(window, monkeypatch):
    """Return the open panel with all lengths flown: once for all tests."""
    monkeypatch.setattr(what_if_panel, "family_of", lambda mission, burn_id: flown(MISSIONS[mission.id], burn_id))
    press(window, "I")
    made = window.panels.widgets["what_if"]
    assert wait_for(lambda: made.family is not None and made.chooser.count() > 0, 40.0)
    return made


def ghost_seconds(session):
    """Return what the ghosts in the picture are called."""
    return [ghost.title for ghost in session.added.ghosts]


def test_it_opens_on_the_plan_and_draws_it(panel, session, window):
    assert panel.slider.maximum() == 127
    assert (panel.slider.value(), panel.seconds.value()) == (84, 84.0)
    assert panel.low.text() == "18.2 km"
    assert panel.high.text() == "100.2 km"
    assert panel.outcome.text().startswith("Stays up")
    assert panel.low.text() in panel.outcome.text()
    assert panel.low_name.text() == "Osc. perilune"
    assert "Osculating" in panel.low.toolTip()
    assert ghost_seconds(session) == ["What if: 84 s"]
    assert any(trail.mission_index == GHOST_INDEX for trail in window._frame_state().trails)
    assert "Against the flight: delta-v -7.79 m/s" in panel.against.text()
    assert "Against the plan: delta-v +0.00 m/s" in panel.against.text()


def test_arrow_keys_step_by_a_second_and_end_is_the_flight(panel, session):
    panel.slider.setFocus()
    QTest.keyClick(panel.slider, Qt.Key.Key_Right)
    assert ghost_seconds(session) == ["What if: 85 s"]
    QTest.keyClick(panel.slider, Qt.Key.Key_End)
    assert panel.seconds.value() == 127.0
    assert panel.outcome.text().startswith("Hits the Moon 2023-08-19 11:57:42 UTC at 57.86 S 61.36 E")
    QTest.keyClick(panel.slider, Qt.Key.Key_Home)
    assert panel.seconds.value() == 0.0
    assert panel.speed.text() == "0.00 m/s"


def test_dragging_redraws_at_once_and_is_one_step_of_undo(panel, session):
    slider = panel.slider
    left, right = slider.groove()
    y = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(left + 84 / 127 * (right - left)), y))
    seen = []
    for seconds in (90, 100, 110):
        QTest.mouseMove(slider, QPoint(round(left + seconds / 127 * (right - left)), y))
        seen.append(panel.seconds.value())
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(left + 110 / 127 * (right - left)), y))
    assert seen == sorted(seen)
    assert panel.seconds.value() == pytest.approx(110.0, abs=2.0)
    left_click(panel.undo_button, 5, 5)
    assert panel.seconds.value() == 84.0
    left_click(panel.redo_button, 5, 5)
    assert panel.seconds.value() == pytest.approx(110.0, abs=2.0)


def test_undo_by_keys_stays_in_the_panel(panel, session, window):
    moments = (session.clock.epoch_tdb_s,)
    panel.slider.setFocus()
    QTest.keyClick(panel.slider, Qt.Key.Key_Right)
    QTest.keyClick(panel.slider, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.seconds.value() == 84.0
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel.slider, Qt.Key.Key_Z, both)
    assert panel.seconds.value() == 85.0
    assert (session.clock.epoch_tdb_s,) == moments


def test_a_typed_length_between_two_is_flown_by_itself(panel):
    panel.seconds.setFocus()
    panel.seconds.selectAll()
    QTest.keyClicks(panel.seconds, "100.5")
    QTest.keyClick(panel.seconds, Qt.Key.Key_Return)
    assert wait_for(lambda: panel._exact is not None, 20.0)
    family, member = panel.chosen()
    assert family.seconds.tolist() == [100.5]
    assert panel.speed.text() == f"{family.outcomes[member].delta_v_m_s:,.2f} m/s"


def test_a_click_on_the_chart_chooses_a_length(panel):
    left_click(panel.chart, panel.chart.x_of(40.0), panel.chart.height() / 2)
    assert panel.seconds.value() == pytest.approx(40.0, abs=1.0)
    assert not panel.chart.grab().isNull()


def test_the_marks_choose_the_plan_and_the_flight(panel):
    buttons = [panel.marks.itemAt(i).widget() for i in range(panel.marks.count())]
    names = {button.text(): button for button in buttons if button is not None}
    assert set(names) == {"Plan 84 s", "As flown 127 s"}
    left_click(names["As flown 127 s"], 5, 5)
    assert panel.seconds.value() == 127.0


def test_going_to_the_end_and_following(panel, session):
    panel._set(127.0)
    left_click(panel.end_button, 5, 5)
    assert session.clock.epoch_tdb_s == pytest.approx(745718331.35, abs=0.1)
    assert session.camera.focus == "ghost:luna-25/last-burn"
    left_click(panel.burn_button, 5, 5)
    assert session.clock.epoch_tdb_s == panel.family.case.start_tdb_s
    assert session.camera.focus == "craft:luna-25"
    session.frame_state()


def test_the_picture_can_be_spared_it(panel, session):
    panel.is_shown.setFocus()
    QTest.keyClick(panel.is_shown, Qt.Key.Key_Space)
    assert ghost_seconds(session) == []
    QTest.keyClick(panel.is_shown, Qt.Key.Key_Space)
    assert ghost_seconds(session) == ["What if: 84 s"]


def test_how_it_fares_for_days_is_told_later(panel, monkeypatch):
    monkeypatch.setattr(what_if_panel, "long_look", partial(what_if_flights.long_look, days=0.25))
    panel._set(100.0)
    assert wait_for(lambda: panel.look.text() != "", 40.0)
    assert panel.look.text().startswith(("Still up after", "Falls after"))


def test_another_mission_s_burn_is_opened_and_undone(panel, session):
    index = next(i for i in range(panel.chooser.count()) if panel.chooser.itemText(i).endswith(": insertion"))
    panel.chooser.setCurrentIndex(index)
    panel.chooser.activated.emit(index)
    assert wait_for(lambda: panel.family is not None and panel.family.case.mission_id == "im-1", 40.0)
    assert "im-1" in session.shown_ids
    assert panel.seconds.value() == pytest.approx(408.0)
    assert panel.seconds.maximum() == pytest.approx(612.0)
    assert [ghost.id for ghost in session.added.ghosts] == ["im-1/loi"]
    panel.step(-1)
    assert wait_for(lambda: panel.family is not None and panel.family.case.mission_id == "luna-25", 40.0)
    assert panel.seconds.value() == 84.0


def test_a_burn_that_cannot_be_varied_says_why(panel, session):
    index = next(i for i in range(panel.chooser.count()) if "cannot be varied" in panel.chooser.itemText(i))
    panel.chooser.setCurrentIndex(index)
    panel.chooser.activated.emit(index)
    assert "smooth curve" in panel.outcome.text()
    assert not panel.slider.isEnabled()
    assert session.added.ghosts == ()


def test_the_words_are_copied_and_controls_have_names(panel):
    left_click(panel.copy_button, 5, 5)
    text = QGuiApplication.clipboard().text()
    assert "Luna-25: last burn, 84 s" in text
    assert "Osc. perilune: 18.2 km" in text
    for widget in (panel.chooser, panel.slider, panel.seconds, panel.undo_button, panel.end_button, panel.is_shown):
        assert widget.accessibleName() or widget.text()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_it_opens_on_what_is_in_the_picture_already(window, session, monkeypatch):
    monkeypatch.setattr(what_if_panel, "family_of", lambda mission, burn_id: flown(MISSIONS[mission.id], burn_id))
    family = flown(MISSIONS["luna-25"], "last-burn")
    session.lay_over(session.added.with_ghost(make_ghost(MISSIONS["luna-25"], family, 50)))
    press(window, "I")
    panel = window.panels.widgets["what_if"]
    assert wait_for(lambda: panel.family is not None, 40.0)
    assert panel.seconds.value() == 50.0
    assert ghost_seconds(session) == ["What if: 50 s"]


def test_the_chart_is_logarithmic_where_values_grow_by_hundreds(panel):
    panel.chart.show_curve(np.arange(3.0), np.array([281.0, 20_000.0, 1_500_000.0]), [False] * 3, (), "Apogee, km")
    assert panel.chart._is_log
    assert panel.chart._extremes == "1,500,000 … 281"
    assert not panel.chart.grab().isNull()
    panel.chart.show_curve(np.arange(2.0), np.array([np.nan, np.nan]), [True] * 2, (), "Apogee, km")
    assert not panel.chart.grab().isNull()
