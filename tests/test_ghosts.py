"""Flights that never were, and measures, laid over a frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.what_if_burns import burn_case
from visualizer.missions.what_if_flights import fly_burn
from visualizer.model.additions import NOTHING_ADDED, Additions
from visualizer.model.camera import CameraState
from visualizer.model.frame_state import SceneRequest, build_frame_state
from visualizer.model.ghosts import GHOST_INDEX, ghost_of_text, make_ghost
from visualizer.model.measuring import Measure
from visualizer.model.session import Session
from visualizer.scene.palette import GHOST_COLOUR, MISSION_COLOURS, mission_colour


@pytest.fixture(scope="module")
def mission():
    return load_mission("luna-25")


@pytest.fixture(scope="module")
def ghosts(mission):
    family = fly_burn(burn_case(mission, "last-burn"), np.array([84.0, 127.0]))
    return [make_ghost(mission, family, member) for member in range(2)]


def frame(mission, added, tdb_s, camera=None):
    """Return a frame about the Moon with something laid over it."""
    camera = camera or CameraState("moon", "sun", 0.3, 0.1, 8_000.0, 0.7)
    return build_frame_state(SceneRequest((mission,), camera, added=added), tdb_s)


def test_a_ghost_has_its_own_dotted_path_and_label(mission, ghosts):
    start = mission.event("last-burn").tdb_s
    plain = frame(mission, NOTHING_ADDED, start + 900.0)
    state = frame(mission, Additions(ghosts=(ghosts[1],)), start + 900.0)
    extra = [t for t in state.trails if t.mission_index == GHOST_INDEX]
    assert len(state.trails) == len(plain.trails) + 1
    assert len(extra) == 1
    assert np.all(extra[0].line.kind >= 20.0)
    assert (extra[0].start_tdb_s, extra[0].end_tdb_s) == ghosts[1].trajectory.span_tdb_s
    texts = [label.text for label in state.labels if label.text.startswith("What if")]
    assert texts == ["What if: 127 s", "What if: 127 s would hit here"]
    craft, ghost = state.crafts[0].pos_km, next(x.pos_km for x in state.labels if x.text == "What if: 127 s")
    assert np.linalg.norm(craft - ghost) < 0.1


@pytest.mark.parametrize("after_s", [-3600.0, 900.0, 90_000.0])
def test_a_ghost_is_drawn_whole_at_any_time(mission, ghosts, after_s):
    start = mission.event("last-burn").tdb_s
    state = frame(mission, Additions(ghosts=(ghosts[0],)), start + after_s)
    trail = next(t for t in state.trails if t.mission_index == GHOST_INDEX)
    assert trail.end_tdb_s - trail.start_tdb_s > 7000.0
    assert trail.now_tdb_s == trail.end_tdb_s
    assert trail.dawn_s == trail.dusk_s == 0.0
    assert any(label.text.startswith("What if: 84 s") for label in state.labels)


def test_a_ghost_is_drawn_in_the_turning_axes_too(mission, ghosts):
    camera = CameraState("system", "rotating", 1.5, 1.0, 760_000.0, 0.7)
    state = frame(mission, Additions(ghosts=(ghosts[0],)), mission.event("last-burn").tdb_s, camera)
    trail = next(t for t in state.trails if t.mission_index == GHOST_INDEX)
    assert trail.rot_line_from_icrf is not None


def test_a_ghost_of_a_mission_that_is_not_shown_is_not_drawn(ghosts):
    other = load_mission("im-1")
    state = frame(other, Additions(ghosts=(ghosts[0],)), other.trajectory.span_tdb_s[0] + 1000.0)
    assert not [t for t in state.trails if t.mission_index == GHOST_INDEX]


def test_a_ghost_can_be_followed_and_the_camera_lets_go_when_it_goes(mission, ghosts):
    session = Session([mission])
    session.lay_over(session.added.with_ghost(ghosts[0]))
    session.fly_to(CameraState("ghost:luna-25/last-burn", "orbit", 0.5, 0.4, 300.0, 0.7), at_once=True)
    for moment in (0.0, 3000.0, 80_000.0):
        session.clock.seek(mission.event("last-burn").tdb_s + moment)
        state = session.frame_state()
        place, _, _ = ghosts[0].state_now(session.clock.epoch_tdb_s, state.body(301).pos_km)
        assert np.linalg.norm(state.camera.pos_wrt_earth_icrf_km - place) == pytest.approx(300.0, rel=0.02)
    session.lay_over(NOTHING_ADDED)
    assert session.camera.focus == "moon"
    session.frame_state()


def test_the_clock_reaches_the_end_of_a_ghost_that_ends_late(mission):
    family = fly_burn(burn_case(mission, "insertion-1"), np.array([0.0]))
    session = Session([replace(mission, branches=())])
    before = session.clock.end_tdb_s
    session.lay_over(session.added.with_ghost(make_ghost(mission, family, 0)))
    assert session.clock.end_tdb_s == pytest.approx(family.outcomes[0].flown_until_tdb_s, abs=1.0)
    session.lay_over(NOTHING_ADDED)
    assert session.clock.end_tdb_s == before


def test_a_ghost_from_words(mission):
    missions = {mission.id: mission}
    for text in ("19aug=84", "last-burn=84.0", "luna-25/last-burn=84"):
        ghost = ghost_of_text(text, missions, "luna-25")
        assert (ghost.id, ghost.title) == ("luna-25/last-burn", "What if: 84 s")
    for text in ("19aug", "19aug=", "=84", "19aug=x", "19aug=nan", "nobody/loi=3", "1jan=4", "19aug=128"):
        with pytest.raises(CommandError):
            ghost_of_text(text, missions, "luna-25")


def test_the_ghost_s_colour_is_no_mission_s():
    assert mission_colour(GHOST_INDEX) == GHOST_COLOUR
    assert GHOST_COLOUR not in MISSION_COLOURS
    assert mission_colour(0) == MISSION_COLOURS[0]


def test_a_pinned_measure_has_a_line_a_value_and_words(mission):
    tdb_s = mission.event("last-burn").tdb_s + 600.0
    state = frame(mission, NOTHING_ADDED.pinned(Measure("craft:luna-25", "moon")), tdb_s)
    line = next(line for line in state.lines if line.role.startswith("measure"))
    assert np.linalg.norm(line.anchor_pos_km - state.crafts[0].pos_km) < 1e-6
    assert np.linalg.norm(line.anchor_pos_km + line.points_km[-1] - state.body(301).pos_km) < 1e-6
    assert len(state.said) == 1
    assert state.said[0].startswith("Luna-25 – Moon: 1,8")
    assert any(label.kind == "measure" and label.text.endswith("km") for label in state.labels)


def test_the_measure_being_chosen_has_a_line_but_no_words(mission):
    tdb_s = mission.event("last-burn").tdb_s
    state = frame(mission, Additions(trial=Measure("earth", "moon")), tdb_s)
    assert [line.role for line in state.lines] == ["measure"]
    assert state.said == ()
    both = Additions(trial=Measure("earth", "moon", "body:sun")).pinned(Measure("earth", "moon"))
    assert len(frame(mission, both, tdb_s).lines) == 1


def test_between_two_places_of_one_body_the_line_goes_over_the_ground(mission):
    measure = Measure("site:luna-25/impact-crater", "feature:Tycho")
    state = frame(mission, NOTHING_ADDED.pinned(measure), mission.event("last-burn").tdb_s)
    line = next(line for line in state.lines if line.role == "measure")
    assert line.is_on_ground
    away = np.linalg.norm(line.points_km, axis=1)
    assert np.all(np.abs(away - RADIUS_MOON_KM) < 6.0)
    assert line.role == "measure"


def test_a_blocked_line_says_so_and_carries_its_value_where_it_is_seen(mission):
    measure = Measure("station:Bear Lakes", "station:Canberra")
    state = frame(mission, NOTHING_ADDED.pinned(Measure("craft:luna-25", "station:Canberra")), 745_718_000.0)
    assert {line.role for line in state.lines} <= {"measure", "measure-blocked"}
    ground = frame(mission, NOTHING_ADDED.pinned(measure), 745_718_000.0)
    assert "behind the Earth" in ground.said[0]


def test_what_is_not_shown_is_not_measured_in_the_picture(mission):
    added = NOTHING_ADDED.pinned(Measure("craft:nobody", "moon"))
    state = frame(mission, added, mission.event("last-burn").tdb_s)
    assert (state.said, state.lines) == ((), ())


def test_pins_are_kept_once_and_taken_off():
    measure = Measure("earth", "moon")
    added = NOTHING_ADDED.pinned(measure).pinned(measure)
    assert [one.text for one in added.measures] == [measure.text]
    assert added.measures[0].is_pinned
    assert added.unpinned(measure).measures == ()


def test_missions_of_other_times_have_no_part_in_it(mission, ghosts):
    other = load_mission("chandrayaan-3")
    session = Session([mission, other])
    session.lay_over(session.added.with_ghost(ghosts[0]).pinned(Measure("craft:luna-25", "craft:chandrayaan-3")))
    session.clock.seek(mission.event("last-burn").tdb_s + 600.0)
    state = session.frame_state()
    assert state.said[0].startswith("Luna-25 – Chandrayaan-3: ")
    assert any(t.mission_index == GHOST_INDEX for t in state.trails)
    session.lineup.align("landing")
    state = session.frame_state()
    assert state.said == ("not measured while missions of other times are laid side by side",)
    assert any(t.mission_index == GHOST_INDEX for t in state.trails)
    session.activate("chandrayaan-3")
    assert not any(t.mission_index == GHOST_INDEX for t in session.frame_state().trails)
