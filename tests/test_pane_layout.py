"""Where panes and small pictures lie in a frame, and the words in them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.missions.catalogue import load_mission
from visualizer.model.pane_layout import CORNERS, COUNTS, Pane, pane_at, pane_box, places
from visualizer.model.session import Session
from visualizer.scene.hud import hud_runs
from visualizer.scene.label_layout import overlap, within
from visualizer.scene.pane_marks import fitted, pane_runs, placed_pictures, strip_runs
from visualizer.scene.visuals.overlay import glyph_atlas

SIZES = st.tuples(st.integers(200, 4000), st.integers(200, 2400))
LUNA, CHANDRAYAAN = load_mission("luna-25"), load_mission("chandrayaan-3")


@pytest.fixture
def session() -> Session:
    return Session([LUNA, CHANDRAYAAN])


# ---------------------------------------------------------------- layout


def panes_of(count: int) -> list[Pane]:
    return [Pane(f"pane-{i + 1}", i, count) for i in range(count)]


@given(SIZES, st.sampled_from(COUNTS), st.floats(0.5, 3.0))
def test_panes_fill_the_frame_but_for_the_lines_between(size, count, ui_scale):
    boxes = [pane_box(pane, size, ui_scale) for pane in panes_of(count)]
    covered = np.zeros((size[1], size[0]), dtype=int)
    for box in boxes:
        covered[box.bottom : box.top, box.left : box.right] += 1
    assert covered.max() == 1
    assert max(box.width for box in boxes) - min(box.width for box in boxes) <= 1
    assert max(box.height for box in boxes) - min(box.height for box in boxes) <= 1
    gap = max(1, round(2.0 * ui_scale))
    lines = {1: 0, 2: min(size), 4: sum(size) - gap}[count]
    assert (covered == 0).sum() == gap * lines


def test_two_panes_lie_beside_each_other_in_a_wide_frame_and_above_each_other_in_a_high_one():
    wide = [pane_box(pane, (1280, 720)) for pane in panes_of(2)]
    high = [pane_box(pane, (720, 1280)) for pane in panes_of(2)]
    assert wide[0].right < wide[1].left
    assert wide[0].height == wide[1].height == 720
    assert high[0].bottom > high[1].top
    assert high[0].width == 720


def test_four_panes_are_read_row_by_row():
    boxes = [pane_box(pane, (1280, 720)) for pane in panes_of(4)]
    assert [(box.left > 0, box.bottom > 0) for box in boxes] == [
        (False, True), (True, True), (False, False), (True, False),
    ]  # fmt: skip


@given(SIZES, st.sampled_from(COUNTS), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_place_belongs_to_the_pane_that_holds_it(size, count, x, y):
    panes = panes_of(count)
    found = pane_at(panes, x * (size[0] - 1), y * (size[1] - 1), size)
    holding = [i for i, pane in enumerate(panes) if pane_box(pane, size).holds(x * (size[0] - 1), y * (size[1] - 1))]
    assert holding == ([] if found is None else [found])


@given(
    st.tuples(st.integers(520, 4000), st.integers(360, 2400)), st.sampled_from(COUNTS), st.sampled_from(CORNERS),
    st.integers(1, 2), st.sampled_from([(0.0, 0.0), (150.0, 120.0)]),
)  # fmt: skip
def test_small_pictures_lie_in_the_frame_in_their_corner_and_apart(size, count, corner, number, card_px):
    small = [Pane(f"camera-{i}", corner=corner, card_px=card_px) for i in range(number)]
    found = places([*panes_of(count), *small], size)[count:]
    boxes = [box for place in found for box in (place.outer, place.card)]
    for box in boxes:
        assert box.left >= 0
        assert box.right <= size[0]
        assert box.bottom >= 0
        assert box.top <= size[1]
    covered = np.zeros((size[1], size[0]), dtype=int)
    for box in boxes:
        covered[box.bottom : box.top, box.left : box.right] += 1
    assert covered.max() == 1
    first = found[0].outer
    assert (first.left + first.right > size[0]) == corner.endswith("right")
    assert all(place.picture.width == place.picture.height for place in found)


def test_small_pictures_are_above_panes_for_the_mouse():
    panes = [*panes_of(2), Pane("camera-moon", corner="upper-right")]
    box = places(panes, (1280, 720))[2].outer
    assert pane_at(panes, box.left + 5, box.bottom + 5, (1280, 720)) == 2
    assert pane_at(panes, box.left - 20, box.bottom + 5, (1280, 720)) == 1


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("size", [(1280, 720), (760, 480), (400, 300), (260, 200)])
@pytest.mark.parametrize("count", [2, 4])
def test_words_stay_in_their_pane_and_clear_of_small_pictures(session, size, count):
    session.panes.split(count)
    session.panes.set_targets({"moon": None})
    atlas = glyph_atlas(13)
    pictures = placed_pictures(session.frame_state(), size, 1.0)
    for picture in pictures[:count]:
        space = picture.space(1.0)
        runs = pane_runs(picture, space, atlas, {})
        boxes = [(r.x_px, r.y_px, r.x_px + atlas.width_px(r.text), r.y_px + atlas.line_px) for r in runs]
        assert all(within(box, space.size_px) for box in boxes)
        assert not any(overlap(box, covered) for box in boxes for covered in picture.covered)
        assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_the_clock_is_told_once_for_each_mission(session):
    session.panes.split(4)
    session.panes.activate(3)
    session.panes.toggle_own_missions()
    session.clock.seek(LUNA.trajectory.span_tdb_s[0] + 6.0 * 86400.0)
    session.activate("chandrayaan-3")
    atlas = glyph_atlas(13)
    pictures = placed_pictures(session.frame_state(), (1280, 720), 1.0)
    told = [[run.text for run in pane_runs(p, p.space(1.0), atlas, {})] for p in pictures]
    assert [any("UTC" in text for text in texts) for texts in told] == [True, False, False, False]
    assert [any("km/s" in text for text in texts) for texts in told] == [True, False, False, True]
    # One of four says what matters most, and remarks in one line.
    assert not any("Position" in text for texts in told for text in texts)
    assert max(map(len, told)) <= 4
    assert all(picture.state.pane.title in texts for picture, texts in zip(pictures, told, strict=True))


@pytest.mark.parametrize("size", [(900, 270), (900, 560), (640, 360)])
@pytest.mark.parametrize("corner", CORNERS)
def test_remarks_of_a_single_pane_keep_clear_of_small_pictures(session, size, corner):
    session.panes.set_targets({"moon": None, "earth": None})
    session.panes.corner, session.panes.card_px = corner, (150.0, 70.0)
    atlas = glyph_atlas(13)
    picture = placed_pictures(session.frame_state(), size, 1.0)[0]
    assert len(picture.covered) == 4
    runs = [run for run in hud_runs(picture.state, picture.space(1.0), atlas, {}, picture.covered) if run.x_px > 20.0]
    boxes = [(r.x_px, r.y_px, r.x_px + atlas.width_px(r.text), r.y_px + atlas.line_px) for r in runs]
    assert boxes
    assert all(within(box, size) for box in boxes)
    assert not any(overlap(box, covered) for box in boxes for covered in picture.covered)
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_the_strip_of_a_narrow_picture_still_says_which_body_it_is(session):
    session.panes.set_targets({"moon": None, "earth": None})
    session.panes.card_px = (60.0, 70.0)
    atlas = glyph_atlas(13)
    for size, words in (((900, 900), ["Luna-25 to Moon", "Luna-25 to Earth"]), ((500, 220), ["Moon", "Earth"])):
        small = [p for p in placed_pictures(session.frame_state(), size, 1.0) if p.is_small]
        runs = [strip_runs(picture, atlas)[0] for picture in small]
        assert [run.text for run in runs] == words
        for run, picture in zip(runs, small, strict=True):
            assert run.x_px + atlas.width_px(run.text) <= picture.place.outer.right


def test_a_text_is_cut_between_its_parts():
    atlas = glyph_atlas(13)
    text = "Luna-25: 101.0 km above the Moon, 1.634 km/s"
    assert fitted(text, 1e4, atlas) == text
    assert fitted(text, atlas.width_px(text) - 1.0, atlas) == "Luna-25: 101.0 km above the Moon"
    assert fitted(text, 40.0, atlas) == ""


def test_words_over_small_pictures_have_room_at_every_size_of_text():
    usual, large = (Pane("camera-moon", corner="upper-left", text_scale=scale) for scale in (1.0, 1.5))
    for pane, high in ((usual, 42), (large, 63)):
        (place,) = places([pane], (1200, 800))
        assert place.outer.top - place.picture.top == high
        assert 800 - place.outer.top >= 100.0 * pane.text_scale
