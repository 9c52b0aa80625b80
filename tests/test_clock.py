"""The clock: flight and span, loop, slow-down, jumps that can be undone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.model.clock import Clock, flights_tdb_s
from visualizer.model.commands import command_of_id
from visualizer.model.session import Session
from visualizer.model.slow_down import BURN_WALL_S, EASE_WALL_S, SlowDown, slow_down_of
from visualizer.model.time_history import JUMPS_MAX, TimeHistory

TICK_S = 1.0 / 60.0


@pytest.fixture(scope="module")
def luna_25():
    return load_mission("luna-25")


def played(clock: Clock, wall_s: float, tick_s: float = TICK_S) -> list[float]:
    """Let a clock run in ticks and return the epochs it came by."""
    epochs = []
    for _ in range(round(wall_s / tick_s)):
        clock.advance(tick_s)
        epochs.append(clock.epoch_tdb_s)
    return epochs


# -- the flight inside the span ---------------------------------------------------------------------------


def flight_clock(epoch: float) -> Clock:
    clock = Clock(0.0, 1000.0, epoch)
    clock.set_span(0.0, 1000.0, (200.0, 600.0))
    clock.set_rate(100)
    return clock


def test_playing_pauses_once_at_the_end_of_the_flight_and_goes_on_to_the_end_of_the_span():
    clock = flight_clock(550.0)
    clock.play()
    clock.advance(2.0)
    assert (clock.epoch_tdb_s, clock.is_playing) == (600.0, False)
    clock.play()
    clock.advance(1.0)
    assert (clock.epoch_tdb_s, clock.is_playing) == (700.0, True)
    clock.advance(100.0)
    assert (clock.epoch_tdb_s, clock.is_playing) == (1000.0, False)


def test_backwards_it_pauses_where_the_flight_begins():
    clock = flight_clock(250.0)
    clock.play(-1)
    clock.advance(5.0)
    assert (clock.epoch_tdb_s, clock.is_playing) == (200.0, False)
    clock.play(-1)
    clock.advance(1.0)
    assert (clock.epoch_tdb_s, clock.is_playing) == (100.0, True)


def test_a_new_span_moves_the_epoch_inside_and_is_told_once():
    clock, told = Clock(0.0, 1000.0, 900.0), []
    clock.span_changed.connect(lambda: told.append(True))
    clock.set_span(0.0, 500.0)
    clock.set_span(0.0, 500.0)
    assert (clock.epoch_tdb_s, clock.flight_tdb_s, told) == (500.0, (0.0, 500.0), [True])
    assert not clock.history.can_undo


def test_the_planned_landing_can_be_seen_after_the_impact(luna_25):
    session = Session([luna_25])
    planned = tdb_s_from_utc_text("2023-08-21T11:00:00")
    session.clock.seek(planned)
    assert session.clock.epoch_tdb_s == planned
    assert any("as planned" in label.text or "planned:" in label.text for label in session.frame_state().labels)
    command_of_id("time.go_to_end").run(session)
    assert session.clock.epoch_tdb_s == luna_25.trajectory.span_tdb_s[1]
    command_of_id("time.go_to_start").run(session)
    assert session.clock.epoch_tdb_s == luna_25.trajectory.span_tdb_s[0]


def test_the_span_is_that_of_all_shown_flights_and_branches(luna_25):
    other = load_mission("chandrayaan-3")
    session = Session([luna_25, other], shown_ids=["luna-25"])
    assert (session.clock.start_tdb_s, session.clock.end_tdb_s) == flights_tdb_s([luna_25])
    session.set_shown("chandrayaan-3", True)
    assert (session.clock.start_tdb_s, session.clock.end_tdb_s) == flights_tdb_s([luna_25, other])
    assert session.clock.end_tdb_s == other.branch("module").trajectory.span_tdb_s[1]
    assert session.clock.flight_tdb_s == luna_25.trajectory.span_tdb_s
    session.set_shown("chandrayaan-3", False)
    assert session.clock.end_tdb_s == luna_25.branch("planned").trajectory.span_tdb_s[1]


# -- loop -------------------------------------------------------------------------------------------------


def test_a_loop_is_played_over_and_over_and_never_left():
    clock = Clock(0.0, 1000.0, 150.0)
    clock.set_loop(200.0, 100.0)
    clock.set_rate(60)
    clock.play()
    epochs = played(clock, 10.0)
    assert clock.is_playing
    assert all(100.0 <= epoch <= 200.0 for epoch in epochs)
    turns = sum(b < a for a, b in pairwise(epochs))
    assert turns == 6


@given(
    st.floats(0.0, 1000.0),
    st.floats(0.0, 1000.0),
    st.floats(0.0, 1000.0),
    st.sampled_from([-1, 1]),
    st.floats(0.0, 9.0),
)
def test_playing_in_a_loop_stays_in_it_from_anywhere(first, last, epoch, direction, wall_s):
    clock = Clock(0.0, 1000.0, epoch)
    clock.set_loop(first, last)
    clock.set_rate(300)
    clock.play(direction)
    clock.advance(wall_s)
    if clock.is_looping and wall_s > 0.0:
        assert clock.loop_tdb_s[0] <= clock.epoch_tdb_s <= clock.loop_tdb_s[1]


def test_a_loop_without_a_selection_takes_the_present_phase_and_refuses_where_there_is_none(luna_25):
    session = Session([luna_25])
    orbit = next(p for p in luna_25.phases if p.id == "orbit")
    session.clock.seek(orbit.start_tdb_s + 600.0)
    command_of_id("time.toggle_loop").run(session)
    assert session.clock.loop_tdb_s == (orbit.start_tdb_s, orbit.end_tdb_s)
    assert session.clock.is_looping
    command_of_id("time.toggle_loop").run(session)
    assert not session.clock.is_looping
    assert session.clock.loop_tdb_s is not None
    session.clock.clear_loop()
    session.clock.seek(session.clock.end_tdb_s)
    with pytest.raises(CommandError, match="nothing is selected"):
        command_of_id("time.toggle_loop").run(session)


def test_a_selection_of_no_length_is_none():
    clock = Clock(0.0, 1000.0)
    clock.set_loop(5.0, 5.2)
    assert (clock.loop_tdb_s, clock.is_looping) == (None, False)


# -- slow-down --------------------------------------------------------------------------------------------


def time_inside(clock: Clock, start: float, end: float, wall_s: float) -> float:
    epochs = np.array(played(clock, wall_s, 1.0 / 240.0))
    return float(np.count_nonzero((epochs > start) & (epochs < end)) / 240.0)


@pytest.mark.parametrize("rate", [1_000, 100_000, 1_000_000])
@pytest.mark.parametrize("direction", [1, -1])
def test_a_burn_takes_its_seconds_to_watch_whatever_the_rate_and_direction(rate, direction):
    clock = Clock(0.0, 200_000.0, 100_000.0 - direction * 50_000.0)
    clock.slow_down = SlowDown.of_rows([(100_000.0, 100_200.0, BURN_WALL_S)])
    clock.set_rate(rate)
    clock.toggle_slow_down()
    clock.play(direction)
    inside = time_inside(clock, 100_000.0, 100_200.0, 70.0)
    assert BURN_WALL_S - 0.02 <= inside <= BURN_WALL_S + 0.05


def test_without_the_switch_a_burn_is_over_in_a_moment():
    clock = Clock(0.0, 200_000.0, 50_000.0)
    clock.slow_down = SlowDown.of_rows([(100_000.0, 100_200.0, BURN_WALL_S)])
    clock.set_rate(10_000)
    clock.play()
    assert time_inside(clock, 100_000.0, 100_200.0, 15.0) <= 0.03


def test_far_from_burns_the_rate_is_the_chosen_one_and_never_below_real_time():
    rule = SlowDown.of_rows([(0.0, 2.0, BURN_WALL_S), (5_000.0, 5_600.0, BURN_WALL_S)])
    assert rule.rate_at(1.0, 1_000.0) == 1.0
    assert rule.rate_at(5_300.0, 1_000.0) == pytest.approx(120.0)
    assert rule.rate_at(5_300.0, 10.0) == 10.0
    assert rule.rate_at(-EASE_WALL_S * 1_000.0, 1_000.0) == 1_000.0
    assert SlowDown.of_rows([]).rate_at(0.0, 300.0) == 300.0


@given(
    st.lists(st.tuples(st.floats(0.0, 9e4), st.floats(0.0, 900.0)), max_size=5),
    st.floats(0.0, 1e5),
    st.floats(0.0, 2.0),
)
def test_the_run_is_never_faster_than_the_chosen_rate_and_never_stands(rows, start, wall_s):
    rule = SlowDown.of_rows([(a, a + length, BURN_WALL_S) for a, length in rows])
    end = rule.run(start, 1, 10_000.0, wall_s)
    assert start + 0.999 * wall_s <= end <= start + 10_000.0 * wall_s + 1e-6


def test_a_run_in_one_piece_ends_where_small_ticks_end(luna_25):
    rule = slow_down_of(luna_25)
    burn = luna_25.event("last-burn").tdb_s
    at = burn - 3_000.0
    for _ in range(600):
        at = rule.run(at, 1, 1_000.0, 0.02)
    assert at == pytest.approx(rule.run(burn - 3_000.0, 1, 1_000.0, 12.0), abs=5.0)


def test_the_rule_of_a_mission_knows_burns_impact_and_the_planned_flight(luna_25):
    rule = slow_down_of(luna_25)
    impact, burn = luna_25.event("impact").tdb_s, luna_25.event("last-burn")
    assert rule.rate_at(impact - 30.0, 1e6) == pytest.approx(8.0)
    assert rule.rate_at(burn.tdb_s + 60.0, 1e6) <= burn.duration_s / BURN_WALL_S + 1e-6
    braking = luna_25.branch("planned").events[2]
    assert rule.rate_at(braking.tdb_s + 60.0, 1e6) < 1_000.0


# -- jumps ------------------------------------------------------------------------------------------------


def test_jumps_are_undone_and_redone_in_order():
    clock = Clock(0.0, 1000.0, 10.0)
    for epoch in (100.0, 200.0, 300.0):
        clock.seek(epoch)
    clock.undo()
    clock.undo()
    assert clock.epoch_tdb_s == 100.0
    clock.redo()
    assert clock.epoch_tdb_s == 200.0
    clock.seek(700.0)
    with pytest.raises(CommandError, match="redo"):
        clock.redo()
    for wanted in (200.0, 100.0, 10.0):
        clock.undo()
        assert clock.epoch_tdb_s == wanted
    with pytest.raises(CommandError, match="undo"):
        clock.undo()


def test_the_seeks_of_one_scrub_are_one_jump_and_those_of_the_next_another():
    clock = Clock(0.0, 1000.0, 10.0)
    for number in range(2):
        for step in range(5):
            clock.seek(100.0 * number + 50.0 + step, gesture=f"scrub {number}")
    clock.undo()
    assert clock.epoch_tdb_s == 54.0
    clock.undo()
    assert clock.epoch_tdb_s == 10.0


def test_equal_steps_are_one_jump_until_something_else_happens():
    session = Session([load_mission("luna-25")])
    start = session.clock.epoch_tdb_s
    step = command_of_id("time.step_minute_forward")
    for _ in range(3):
        step.run(session)
    session.clock.play()
    session.clock.pause()
    for _ in range(2):
        step.run(session)
    command_of_id("time.undo_jump").run(session)
    assert session.clock.epoch_tdb_s == pytest.approx(start + 180.0)
    command_of_id("time.undo_jump").run(session)
    assert session.clock.epoch_tdb_s == start
    command_of_id("time.redo_jump").run(session)
    assert session.clock.epoch_tdb_s == pytest.approx(start + 180.0)


def test_playing_is_no_jump_but_undo_pauses_it():
    clock = Clock(0.0, 1000.0, 10.0)
    clock.seek(500.0)
    clock.set_rate(10)
    clock.play()
    clock.advance(5.0)
    clock.undo()
    assert (clock.epoch_tdb_s, clock.is_playing) == (10.0, False)
    clock.redo()
    assert clock.epoch_tdb_s == 550.0


def test_the_history_forgets_the_oldest_and_ignores_what_does_not_move():
    history = TimeHistory()
    for number in range(JUMPS_MAX + 50):
        history.note(float(number), float(number + 1))
    history.note(5.0, 5.0)
    backs = []
    while history.can_undo:
        backs.append(history.undo(0.0))
    assert len(backs) == JUMPS_MAX
    assert backs[-1] == 50.0


@given(st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=20))
def test_undoing_all_and_redoing_all_ends_where_it_began(epochs):
    clock = Clock(0.0, 1000.0, 500.0)
    for epoch in epochs:
        clock.seek(epoch)
    last = clock.epoch_tdb_s
    while clock.history.can_undo:
        clock.undo()
    assert clock.epoch_tdb_s == pytest.approx(500.0, abs=1e-2)
    while clock.history.can_redo:
        clock.redo()
    assert clock.epoch_tdb_s == pytest.approx(last, abs=1e-2)
