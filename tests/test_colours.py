"""A mission keeps its colour: in pictures, panes, charts, maps and films, whichever is the active one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from visualizer.missions.branch_missions import load_flight
from visualizer.missions.catalogue import load_mission
from visualizer.missions.mission_colours import N_COLOURS, free_number, number_of, numbers_of
from visualizer.missions.series import QUANTITIES
from visualizer.missions.user_catalogue import bundled_mission_ids
from visualizer.model.chart_lines import build_charts, marks_of, time_axis, whole_span_s
from visualizer.model.map_scene import sites_of
from visualizer.model.session import Session
from visualizer.model.story import story_from_table
from visualizer.model.story_frames import ready_story
from visualizer.scene.palette import MISSION_COLOURS
from visualizer.ui.mission_colour import NAMES


@pytest.fixture
def session() -> Session:
    return Session([load_mission("luna-25"), load_mission("chandrayaan-3")])


def craft_numbers(session: Session) -> dict[str, int]:
    """Return the colour number of each label of a craft."""
    return {label.text: label.mission_index for label in session.frame_state().labels if label.kind == "craft"}


def trail_numbers(session: Session) -> dict[str, set[int]]:
    """Return the colour numbers of each mission's paths."""
    found: dict[str, set[int]] = {}
    for trail in session.frame_state().trails:
        if trail.role == "flight":
            found.setdefault(trail.line.id.partition("/")[0], set()).add(trail.mission_index)
    return found


def test_there_are_as_many_numbers_as_colours():
    assert len(MISSION_COLOURS) == len(NAMES) == N_COLOURS


def test_colours_stay_when_another_mission_becomes_active(session):
    before = craft_numbers(session), trail_numbers(session)
    assert len(set(before[0].values())) == 2
    session.clock.pause()
    now = session.clock.epoch_tdb_s
    session.activate("chandrayaan-3")
    session.clock.seek(now)
    assert (craft_numbers(session), trail_numbers(session)) == before
    assert {t.mission_index for t in session.frame_state().trails if t.is_extra} == {0}


def test_a_mission_that_was_hidden_comes_back_in_its_colour(session):
    before = craft_numbers(session)
    session.set_shown("luna-25", False)
    session.add_missions([load_mission("artemis-1")])
    session.set_shown("artemis-1", True)
    session.set_shown("luna-25", True)
    now = {name: number for name, number in craft_numbers(session).items() if name in before}
    assert now == before


def test_what_another_process_draws_has_the_colours_of_the_window(session):
    """A film or a picture of its own begins with the active mission and knows nothing of the window's past."""
    session.activate("chandrayaan-3")
    other = Session([load_mission("chandrayaan-3"), load_mission("luna-25")])
    assert session.request().colours == other.request().colours == (1, 0)
    shot = {"missions": ["chandrayaan-3", "luna-25"], "seconds": 2.0, "from": "2023-08-18", "to": "2023-08-19"}
    film = ready_story(story_from_table({"title": "x", "shots": [shot]}), 24)
    assert film.shots[0].colours == (1, 0)


def test_panes_charts_and_maps_take_the_same_numbers(session):
    session.activate("chandrayaan-3")
    session.panes.split(2)
    request = session.request()
    assert request.colours == (1, 0)
    assert request.others[0].colours == tuple(numbers_of(request.others[0].missions))
    axis = time_axis(request.missions, "calendar")
    span = whole_span_s(request.missions, axis)
    altitude = next(q for q in QUANTITIES if q.key == "altitude")
    (chart,) = build_charts(request.missions, (altitude,), axis, span, 60, colours=request.colours)
    assert {(line.mission_id, line.mission_index) for line in chart.lines} == {("luna-25", 0), ("chandrayaan-3", 1)}
    marks = marks_of(request.missions, axis, request.colours)
    assert {(mark.mission_id, mark.mission_index) for mark in marks} == {("luna-25", 0), ("chandrayaan-3", 1)}
    sites = sites_of(request.missions, request.colours)
    assert {(one.mission_id, one.mission_index) for one in sites} == {("luna-25", 0), ("chandrayaan-3", 1)}


def test_missions_differ_from_one_another_and_from_their_branches():
    missions = [load_mission(mission_id) for mission_id in bundled_mission_ids()]
    assert sorted(numbers_of(missions)) == list(range(N_COLOURS))
    for mission in missions:
        others = [number_of(load_flight(f"{mission.id}/{branch.id}")) for branch in mission.branches]
        assert number_of(mission) not in others


def test_a_colour_that_was_chosen_is_kept():
    assert number_of(replace(load_mission("luna-25"), colour=7)) == 7


def test_flights_of_the_users_share_the_colours_evenly():
    used: list[int] = []
    for _ in range(2 * N_COLOURS):
        used.append(free_number(used))
    assert sorted(used) == sorted([*range(N_COLOURS)] * 2)
    assert used[0] != number_of(load_mission("luna-25"))
