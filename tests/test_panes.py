"""Panes: where pictures lie, whose camera moves, what each shows, what is remembered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.relief import bundled_relief
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import build_frame_state
from visualizer.model.pane_layout import CORNERS, COUNTS, Pane, pane_at, pane_box, places
from visualizer.model.pane_table import from_table, to_table
from visualizer.model.session import Session
from visualizer.scene.label_layout import overlap, within
from visualizer.scene.pane_marks import fitted, pane_runs, placed_pictures
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


# ---------------------------------------------------------------- cameras


def cameras(session: Session) -> list[float]:
    return [shown.camera.azimuth_rad for shown in session.panes.arrangement()]


def test_a_free_camera_turns_alone_and_linked_ones_together(session):
    session.panes.split(2)
    before = cameras(session)
    session.orbit_camera(0.1, 0.0)
    assert np.subtract(cameras(session), before) == pytest.approx([0.1, 0.0])
    session.panes.toggle_link()
    session.orbit_camera(0.2, 0.0)
    assert np.subtract(cameras(session), before) == pytest.approx([0.3, 0.2])
    session.panes.orbit(1, -0.2, 0.0)
    assert np.subtract(cameras(session), before) == pytest.approx([0.1, 0.0])


def test_linked_cameras_zoom_by_the_same_factor(session):
    session.panes.split(4)
    session.panes.toggle_link()
    before = [shown.camera.distance_km for shown in session.panes.arrangement()]
    session.zoom_camera(1.5)
    after = [shown.camera.distance_km for shown in session.panes.arrangement()]
    assert np.divide(after, before) == pytest.approx([1.5] * 4)


def test_the_wheel_over_another_pane_moves_that_one_only(session):
    session.panes.split(2)
    before = [shown.camera.distance_km for shown in session.panes.arrangement()]
    session.panes.zoom(1, 0.5)
    after = [shown.camera.distance_km for shown in session.panes.arrangement()]
    assert np.divide(after, before) == pytest.approx([1.0, 0.5])
    assert session.panes.active == 0


def test_each_pane_keeps_its_view_and_its_flight(session):
    session.panes.split(2)
    session.frame_state()
    session.panes.activate(1)
    session.frame_state()
    session.choose_view("earth")
    start = session.frame_state()
    session.panes.activate(0)
    assert session.view_id == "moon"
    assert session.advance(0.3)
    between = session.frame_state()
    assert session.advance(0.7)
    end = session.frame_state()
    assert not session.advance(0.1)
    places_km = [state.camera.pos_wrt_earth_icrf_km for state in (start, between.others[0], end.others[0])]
    assert np.linalg.norm(places_km[0]) > np.linalg.norm(places_km[1]) > np.linalg.norm(places_km[2])
    assert np.linalg.norm(places_km[2]) == pytest.approx(31_000.0)


def test_what_a_pane_showed_comes_back(session):
    session.panes.split(4)
    session.panes.activate(3)
    session.choose_view("earth", at_once=True)
    session.panes.split(1)
    assert session.view_id == "earth"
    session.panes.split(4)
    assert sorted(shown.view_id for shown in session.panes.arrangement()) == ["earth", "moon", "south-pole", "system"]
    assert session.view_id == "earth"


def test_going_round(session):
    session.panes.split(4)
    seen = []
    for _ in range(5):
        session.panes.switch(1)
        seen.append(session.panes.active)
    session.panes.switch(-1)
    assert seen == [1, 2, 3, 0, 1]
    assert session.panes.active == 0


@pytest.mark.parametrize("count", [0, 3, 5])
def test_there_are_one_two_or_four(session, count):
    with pytest.raises(CommandError, match="1, 2, 4"):
        session.panes.split(count)


# ---------------------------------------------------------------- frames


def test_a_pane_is_the_very_picture_that_its_camera_would_give_alone(session):
    # A window tells heights above the ground once the relief is there.
    bundled_relief()
    session.panes.split(4)
    session.panes.set_targets({"moon": None, "earth": None})
    request, now = session.request(), session.clock.epoch_tdb_s
    state = build_frame_state(request, now)
    assert [other.pane.id for other in state.others] == ["pane-2", "pane-3", "pane-4", "camera-moon", "camera-earth"]
    for part, one in zip((request, *request.others), (state, *state.others), strict=True):
        alone = build_frame_state(replace(part, others=()), now)
        assert one.camera.pos_wrt_earth_icrf_km == pytest.approx(alone.camera.pos_wrt_earth_icrf_km, abs=1e-9)
        assert one.camera.rot_view_from_icrf == pytest.approx(alone.camera.rot_view_from_icrf, abs=1e-12)
        assert one.telemetry == alone.telemetry
        assert [label.text for label in one.labels] == [label.text for label in alone.labels]


def test_one_pane_is_asked_for_as_ever(session):
    before = session.request()
    session.panes.split(2)
    session.panes.split(1)
    after = session.request()
    assert after.others == ()
    assert (after.camera, after.missions, after.pane) == (before.camera, before.missions, before.pane)


def test_a_pane_whose_craft_does_not_fly_looks_at_the_moon_until_it_does(session):
    session.panes.split(2)
    session.panes.activate(1)
    session.choose_view("follow", at_once=True)
    session.panes.activate(0)
    session.set_shown("chandrayaan-3", True)
    session.panes.set_targets({"moon": None})
    flying = session.frame_state()
    session.clock.seek(LUNA.trajectory.span_tdb_s[0] - 86400.0)
    waiting = session.frame_state()
    assert [len(flying.others), len(waiting.others)] == [2, 1]
    craft = flying.crafts[0].pos_km
    assert np.linalg.norm(flying.others[0].camera.pos_wrt_earth_icrf_km - craft) < 0.1
    assert waiting.others[0].pane.title == "Moon · Luna-25"
    moon = waiting.body(301).pos_km
    assert np.linalg.norm(waiting.others[0].camera.pos_wrt_earth_icrf_km - moon) == pytest.approx(8300.0)


def test_titles_say_what_is_looked_at(session):
    session.panes.split(2)
    assert session.request().pane.title == "Moon · Luna-25"
    session.focus_on("earth", 30_000.0)
    assert session.request().pane.title == "Earth · Luna-25"
    session.focus_on("craft:luna-25", 0.02)
    assert session.request().pane.title == "Luna-25"
    site = LUNA.sites[-1]
    session.focus_on(f"site:luna-25/{site.id}", 100.0)
    assert session.request().pane.title == f"{site.title} · Luna-25"


# ---------------------------------------------------------------- missions


def test_panes_share_missions_unless_one_has_its_own(session):
    session.panes.split(2)
    session.activate("chandrayaan-3")
    assert [part.missions[0].id for part in (session.request(), *session.request().others)] == ["chandrayaan-3"] * 2
    session.panes.activate(1)
    session.panes.toggle_own_missions()
    session.activate("luna-25")
    request = session.request()
    assert [part.missions[0].id for part in (request, *request.others)] == ["luna-25", "chandrayaan-3"]
    session.panes.activate(0)
    assert session.active_id == "chandrayaan-3"
    session.panes.activate(1)
    assert session.active_id == "luna-25"
    session.panes.toggle_own_missions()
    assert session.active_id == "chandrayaan-3"


def test_changing_panes_never_moves_time(session):
    session.panes.split(2)
    session.panes.activate(1)
    session.panes.toggle_own_missions()
    session.activate("chandrayaan-3")
    session.panes.activate(0)
    # Chandrayaan-3 was launched four weeks before Luna-25.
    session.clock.seek(CHANDRAYAAN.trajectory.span_tdb_s[0] + 3600.0)
    now = session.clock.epoch_tdb_s
    assert now < LUNA.trajectory.span_tdb_s[0]
    session.panes.activate(1)
    session.panes.activate(0)
    assert session.clock.epoch_tdb_s == now


def test_a_pane_for_each_mission(session):
    session.shown_ids = ["luna-25", "chandrayaan-3"]
    session.choose_view("follow", at_once=True)
    session.panes.split_by_mission()
    request = session.request()
    assert session.panes.count == 2
    assert [[m.id for m in part.missions] for part in (request, *request.others)] == [["luna-25"], ["chandrayaan-3"]]
    assert [part.camera.focus for part in (request, *request.others)] == ["craft:luna-25", "craft:chandrayaan-3"]


def test_a_pane_for_each_mission_needs_two(session):
    session.set_shown("chandrayaan-3", False)
    with pytest.raises(CommandError, match="only one is shown"):
        session.panes.split_by_mission()
    assert session.panes.count == 1


def test_cameras_bound_to_the_old_mission_go_to_the_new_one(session):
    session.panes.split(2)
    session.panes.activate(1)
    session.choose_view("follow", at_once=True)
    session.panes.activate(0)
    session.activate("chandrayaan-3")
    assert session.request().others[0].camera.focus == "craft:chandrayaan-3"


# ---------------------------------------------------------------- small pictures


def test_fields_of_view_stay_within_what_the_slider_offers(session):
    session.panes.toggle_target("moon")
    session.panes.set_fov("moon", 9.0)
    assert session.frame_state().others[0].camera.fov_rad == pytest.approx(np.deg2rad(90.0))
    session.panes.zoom_target("moon", 0.5)
    assert session.panes.chosen_fov("moon") == pytest.approx(np.deg2rad(45.0))
    session.panes.set_fov("moon", None)
    assert session.panes.chosen_fov("moon") is None
    session.panes.toggle_target("moon")
    assert session.frame_state().others == ()


def test_the_corner_goes_round(session):
    seen = []
    for _ in range(5):
        session.panes.next_corner()
        seen.append(session.panes.corner)
    assert seen == [*CORNERS[1:], CORNERS[0], CORNERS[1]]


# ---------------------------------------------------------------- remembering


def test_panes_survive_a_table(session):
    session.panes.split(4)
    session.panes.activate(2)
    session.panes.toggle_own_missions()
    session.activate("chandrayaan-3")
    session.orbit_camera(0.3, 0.1)
    session.panes.toggle_link()
    session.panes.next_corner()
    session.panes.set_targets({"moon": 0.25, "earth": None})
    table = to_table(session.panes)
    again = Session([LUNA, CHANDRAYAAN])
    from_table(again.panes, table, set(again.missions))
    assert to_table(again.panes) == table
    assert (again.active_id, again.panes.common) == ("chandrayaan-3", session.panes.common)
    assert again.camera.azimuth_rad == pytest.approx(session.camera.azimuth_rad, abs=1e-6)
    assert again.panes.chosen_fov("moon") == pytest.approx(0.25)


def test_one_pane_has_nothing_to_say(session):
    assert to_table(session.panes) == {}
    session.panes.split(4)
    from_table(session.panes, {}, set(session.missions))
    assert session.panes.count == 1


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"active": 2}, "there are 1 panes"),
        ({"corner": "middle"}, "corner 'middle': unknown"),
        ({"cameras": [{"target": "mars"}]}, "cameras"),
        ({"cameras": [{"target": "moon", "fov_deg": 120.0}]}, "fov_deg"),
        ({"pane": [{"view": "nowhere", "camera": {}}]}, "view 'nowhere': unknown"),
        ({"panes": 3}, "there is no such key; did you mean 'pane'"),
        ({"missions": ["apollo-99"]}, "'apollo-99' is not loaded"),
    ],
)
def test_a_wrong_table_is_said_in_a_line_and_changes_nothing(session, table, words):
    session.panes.split(2)
    before = to_table(session.panes)
    with pytest.raises(CommandError, match=words) as caught:
        from_table(session.panes, table, set(session.missions))
    assert "\n" not in str(caught.value)
    assert to_table(session.panes) == before


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
    assert [any("UTC" in text for text in texts) for texts in told] == [True, False, False, True]
    assert all(picture.state.pane.title in texts for picture, texts in zip(pictures, told, strict=True))


def test_a_text_is_cut_between_its_parts():
    atlas = glyph_atlas(13)
    text = "Luna-25: 101.0 km above the Moon, 1.634 km/s"
    assert fitted(text, 1e4, atlas) == text
    assert fitted(text, atlas.width_px(text) - 1.0, atlas) == "Luna-25: 101.0 km above the Moon"
    assert fitted(text, 40.0, atlas) == ""
