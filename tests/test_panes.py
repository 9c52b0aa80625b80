"""Panes of a session: whose camera moves, what each shows, what is remembered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.relief import bundled_relief
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import build_frame_state
from visualizer.model.pane_layout import CORNERS
from visualizer.model.pane_table import from_table, to_table
from visualizer.model.session import Session
from visualizer.ui.timeline_layout import content_of

LUNA, CHANDRAYAAN = load_mission("luna-25"), load_mission("chandrayaan-3")


@pytest.fixture
def session() -> Session:
    return Session([LUNA, CHANDRAYAAN])


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


@pytest.mark.parametrize("pane", [0, 1])
def test_missions_in_panes_of_their_own_stay_seen_and_come_back_to_one_pane(session, pane):
    session.add_missions([load_mission("slim")])
    told = []
    session.changed.connect(told.append)
    session.panes.split_by_mission()
    session.panes.activate(pane)
    assert set(session.seen_ids) == {"luna-25", "chandrayaan-3"}
    assert {m.id for m in content_of(session, ()).missions} == {"luna-25", "chandrayaan-3"}
    active = session.active_id
    session.panes.split(1)
    assert session.active_id == active
    assert sorted(session.shown_ids) == ["chandrayaan-3", "luna-25"]
    assert not session.panes.has_own_missions
    session.panes.split(2)
    session.set_shown("slim", True)
    session.panes.activate(1 - session.panes.active)
    session.panes.split(1)
    assert sorted(session.shown_ids) == ["chandrayaan-3", "luna-25", "slim"]
    assert told.count("missions") >= 3


def test_a_mission_that_another_pane_has_becomes_active_there(session):
    session.panes.split_by_mission()
    session.step_active(1)
    assert (session.panes.active, session.active_id) == (1, "chandrayaan-3")
    assert session.shown_ids == ["chandrayaan-3"]
    session.activate("luna-25")
    assert (session.panes.active, session.shown_ids) == (0, ["luna-25"])


def test_a_mission_that_is_unticked_leaves_every_pane(session):
    session.choose_view("follow", at_once=True)
    session.panes.split_by_mission()
    session.set_shown("chandrayaan-3", False)
    assert session.seen_ids == ["luna-25"]
    assert [[m.id for m in one.missions] for one in session.request().others] == [["luna-25"]]
    assert session.request().others[0].camera.focus == "craft:luna-25"
    session.frame_state()
    session.panes.split(1)
    assert session.shown_ids == ["luna-25"]


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
