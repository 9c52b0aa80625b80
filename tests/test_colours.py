"""A mission keeps its colour: in pictures, panes, charts, maps and films, whichever is the active one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from visualizer.missions.catalogue import load_mission
from visualizer.missions.series import QUANTITIES
from visualizer.model.chart_lines import build_charts, marks_of, time_axis, whole_span_s
from visualizer.model.colours import N_COLOURS, Colours
from visualizer.model.map_scene import sites_of
from visualizer.model.session import Session
from visualizer.scene.palette import MISSION_COLOURS


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
    assert len(MISSION_COLOURS) == N_COLOURS


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
    numbers = session.colours.numbers(session.missions.values())
    session.set_shown("luna-25", False)
    session.add_missions([load_mission("artemis-1")])
    session.set_shown("artemis-1", True)
    session.set_shown("luna-25", True)
    assert session.colours.numbers(session.missions[i] for i in ("luna-25", "chandrayaan-3")) == numbers
    assert session.colours.number(session.missions["artemis-1"]) not in numbers


def test_panes_charts_and_maps_take_the_same_numbers(session):
    session.activate("chandrayaan-3")
    session.panes.split(2)
    request = session.request()
    assert request.colours == (1, 0)
    assert request.others[0].colours == tuple(session.colours.numbers(request.others[0].missions))
    axis = time_axis(request.missions, "calendar")
    span = whole_span_s(request.missions, axis)
    altitude = next(q for q in QUANTITIES if q.key == "altitude")
    (chart,) = build_charts(request.missions, (altitude,), axis, span, 60, colours=request.colours)
    assert {(line.mission_id, line.mission_index) for line in chart.lines} == {("luna-25", 0), ("chandrayaan-3", 1)}
    marks = marks_of(request.missions, axis, request.colours)
    assert {(mark.mission_id, mark.mission_index) for mark in marks} == {("luna-25", 0), ("chandrayaan-3", 1)}
    sites = sites_of(request.missions, request.colours)
    assert {(one.mission_id, one.mission_index) for one in sites} == {("luna-25", 0), ("chandrayaan-3", 1)}


def test_a_colour_that_was_chosen_is_kept_and_others_avoid_it():
    luna, other = load_mission("luna-25"), load_mission("chandrayaan-3")
    colours = Colours()
    assert colours.numbers([replace(luna, colour=1), other]) == (1, 0)
    colours.choose("chandrayaan-3", 7)
    assert colours.number(other) == 7


def test_more_missions_than_colours_share_them_evenly():
    mission, colours = load_mission("luna-25"), Colours()
    many = [replace(mission, id=f"m-{n}") for n in range(2 * N_COLOURS)]
    assert sorted(colours.numbers(many)) == sorted([*range(N_COLOURS)] * 2)
