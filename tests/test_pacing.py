"""Fewer pixels while a slow renderer moves, all of them on a fast one and at rest."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.scene.pacing import SCALES, WANTED_S, Pacer


def play(pacer: Pacer, full_s: float, frames: int = 40, fixed: float = 0.2) -> list[float]:
    """Draw frames one after another on a renderer that takes `full_s` for all pixels."""
    now_s, scales = 100.0, []
    for _ in range(frames):
        scales.append(pacer.begin(now_s))
        now_s += full_s * (fixed + (1.0 - fixed) * scales[-1] ** 2)
        pacer.end(now_s)
        now_s += 0.012
    return scales


@pytest.mark.parametrize("full_s", [0.005, 0.016, 0.031])
def test_a_quick_renderer_draws_every_pixel(full_s):
    assert set(play(Pacer(), full_s)) == {1.0}


@pytest.mark.parametrize(("full_s", "scale"), [(0.05, 0.7), (0.08, 0.5), (0.4, 0.5), (2.0, 0.5)])
def test_a_slow_renderer_draws_fewer_pixels_while_it_moves(full_s, scale):
    assert set(play(Pacer(), full_s)[5:]) == {scale}


@given(st.floats(0.002, 0.3), st.floats(0.05, 0.6))
def test_it_does_not_flutter(full_s, fixed):
    late = play(Pacer(), full_s, 80, fixed)[10:]
    assert sum(a != b for a, b in pairwise(late)) <= 2
    assert set(late) <= set(SCALES)


def test_it_comes_back_when_the_work_gets_lighter():
    pacer = Pacer()
    assert play(pacer, 0.1)[-1] == 0.5
    assert play(pacer, 0.01)[-1] == 1.0


def test_the_first_frame_and_one_after_a_rest_are_sharp():
    pacer = Pacer()
    assert play(pacer, 0.06)[0] == 1.0
    assert pacer.begin(1e6) == 1.0


def test_a_frame_that_would_stop_the_window_is_not_sharp_when_things_begin_to_move():
    pacer = Pacer()
    assert play(pacer, 0.2)[0] == 1.0
    assert pacer.begin(1e6) == 0.5
    assert pacer.begin(1e6 + 100.0, must_be_sharp=True) == 1.0


def test_a_frame_that_must_be_sharp_is():
    pacer = Pacer()
    play(pacer, 0.1)
    pacer.begin(200.0)
    pacer.end(200.1)
    assert pacer.begin(200.11, must_be_sharp=True) == 1.0


def test_switched_off_it_never_saves():
    assert set(play(Pacer(is_on=False), 0.3)) == {1.0}


def test_single_pictures_with_rests_between_are_all_sharp():
    pacer, now_s = Pacer(), 10.0
    for _ in range(20):
        assert pacer.begin(now_s) == 1.0
        pacer.end(now_s + 2 * WANTED_S)
        now_s += 2 * WANTED_S + 1.6 * pacer.rest_s


def play_panes(pacer: Pacer, full_s: float, frames: int = 40) -> list[bool]:
    """Draw frames of two panes, of which one is drawn where they take turns."""
    now_s, turns = 100.0, []
    for _ in range(frames):
        scale = pacer.begin(now_s)
        turns.append(pacer.takes_turns)
        part = 0.5 if pacer.takes_turns else 1.0
        now_s += full_s * (0.2 + 0.8 * scale**2) * part
        pacer.end(now_s, part)
        now_s += 0.012
    return turns


def test_panes_take_turns_only_where_the_fewest_pixels_are_not_few_enough():
    # A picture of half the width takes 0.4 of the time.
    assert not any(play_panes(Pacer(), 1.2 * WANTED_S / 0.4))
    assert all(play_panes(Pacer(), 2.0 * WANTED_S / 0.4)[5:])


def test_panes_stop_taking_turns_when_the_work_gets_lighter():
    pacer = Pacer()
    assert play_panes(pacer, 2.0 * WANTED_S / 0.4)[-1]
    assert not play_panes(pacer, 0.5 * WANTED_S / 0.4)[-1]


def test_no_pane_waits_for_its_turn_at_rest():
    pacer = Pacer()
    play_panes(pacer, 0.3)
    assert pacer.begin(1e6, must_be_sharp=True) == 1.0
    assert not pacer.takes_turns
    pacer.begin(2e6)
    assert not pacer.takes_turns


def hurry(pacer: Pacer, full_s: float, frames: int = 40) -> list[tuple[float, bool]]:
    """Draw frames for which a hand waits."""
    now_s, seen = 100.0, []
    for _ in range(frames):
        scale = pacer.begin(now_s, is_hurried=True)
        seen.append((scale, pacer.waits))
        now_s += full_s * (0.2 + 0.8 * scale**2)
        if pacer.waits:
            pacer.end(now_s)
        else:
            pacer.go_on(now_s)
        now_s += 0.012
    return seen


def test_where_a_hand_waits_a_middling_renderer_draws_fewer_pixels_too():
    assert set(play(Pacer(), 0.025)) == {1.0}
    assert hurry(Pacer(), 0.025)[-1][0] == 0.5
    assert {scale for scale, _ in hurry(Pacer(), 0.005)} == {1.0}


def test_where_a_hand_waits_one_frame_in_four_is_timed():
    waited = [waits for _, waits in hurry(Pacer(), 0.02)]
    assert waited.count(True) == len(waited) // 4
    pacer = Pacer()
    pacer.begin(1.0)
    assert pacer.waits


@pytest.mark.parametrize("full_s", [0.02, 0.05, 0.11])
def test_the_sharp_picture_is_there_200_ms_after_the_last_coarse_one(full_s):
    """Waiting until things rest, and then drawing all pixels."""
    pacer, now_s = Pacer(), 10.0
    for _ in range(30):
        scale = pacer.begin(now_s)
        now_s += full_s * (0.2 + 0.8 * scale**2)
        pacer.end(now_s)
    assert pacer.rest_s + full_s <= 0.2
