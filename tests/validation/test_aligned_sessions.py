"""Missions laid side by side: which axes are chosen, what a session tells, pictures and films of several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from aligned_sessions import DAY_S, session_of
from test_cli_files import refused

from visualizer.cli.picture_commands import scene_request
from visualizer.cli.texts import ALIGN_HELP
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError, PeriluneError
from visualizer.missions.alignment import ANCHORS, anchor_tdb_s
from visualizer.missions.flight_state import flight_state
from visualizer.model.aligned import (
    EARTH_FIXED,
    MOON_FIXED,
    OWN,
    TURNING,
    frame_of_camera,
    named,
    placed,
)
from visualizer.model.camera import CameraState
from visualizer.model.frame_state import Options, build_frame_state
from visualizer.model.story_flight import flight_story
from visualizer.model.story_frames import ready_story
from visualizer.scene.hud import hud_lines, notes
from visualizer.scene.render_space import RenderSpace

# ---------------------------------------------------------------- which axes


@pytest.mark.parametrize(
    ("focus", "axes", "distance_km", "frame"),
    [
        ("moon", "sun", 8_000.0, MOON_FIXED),
        ("moon", "sun", 400_000.0, TURNING),
        ("earth", "sun", 31_000.0, EARTH_FIXED),
        ("earth", "sun", 300_000.0, TURNING),
        ("system", "earth-moon", 690_000.0, TURNING),
        ("system", "rotating", 760_000.0, TURNING),
        ("site:luna-25/vostochny", "site", 500.0, EARTH_FIXED),
        ("site:luna-25/main-site", "site", 10.0, MOON_FIXED),
        ("feature:Shackleton", "site", 50.0, MOON_FIXED),
        ("craft:luna-25", "orbit", 0.01, EARTH_FIXED),
    ],
)
def test_the_frame_follows_what_is_looked_at(flights, focus, axes, distance_km, frame):
    luna = flights["luna-25"]
    launched = anchor_tdb_s(luna, "launch")
    states = {"luna-25": flight_state(luna.trajectory, launched + DAY_S)}
    camera = CameraState(focus, axes, 0.0, 0.0, distance_km, 0.7)
    assert frame_of_camera(camera, states, [luna]) == frame


def test_the_same_frame_in_a_window_and_in_a_file(flights):
    session = session_of(flights, ("luna-25", "im-1"), "landing", since_s=-60.0)
    in_file = build_frame_state(replace(session.request(), is_patient=True), session.clock.epoch_tdb_s)
    in_window = session.frame_state()
    for one, other in zip(in_file.crafts, in_window.crafts, strict=True):
        assert np.array_equal(one.pos_km, other.pos_km)
        assert np.array_equal(one.rot_body_from_icrf, other.rot_body_from_icrf)
    assert in_file.alignment == in_window.alignment


def test_a_state_by_the_calendar_is_the_flights_own(flights):
    state = flight_state(flights["im-1"].trajectory, anchor_tdb_s(flights["im-1"], "loi"))
    same = placed(state, None)
    assert (same.zone, same.is_moved) == (OWN, False)
    assert same.drawn is state


# ---------------------------------------------------------------- the session


def test_another_active_mission_shows_the_same_instant(flights):
    session = session_of(flights, ("luna-25", "chandrayaan-3", "im-1"), "landing", since_s=-777.0)
    before = {craft.mission_id: session.lineup.own_tdb_s(craft.mission_id) for craft in session.frame_state().crafts}
    session.activate("im-1")
    assert session.clock.epoch_tdb_s == pytest.approx(before["im-1"], abs=1e-6)
    for mission_id, own in before.items():
        assert session.lineup.own_tdb_s(mission_id) == pytest.approx(own, abs=1e-6)
    assert session.frame_state().alignment.since_s == pytest.approx(-777.0, abs=1e-6)
    assert session.frame_state().alignment.clock_of == "IM-1 Odysseus"


def test_the_clock_goes_as_far_as_any_flight_on_it(flights):
    session = session_of(flights, ("luna-25", "chandrayaan-3"), "landing")
    first, last = flights["chandrayaan-3"].trajectory.span_tdb_s
    offset = session.lineup.offset_s("chandrayaan-3")
    assert session.clock.start_tdb_s <= first - offset
    assert session.clock.end_tdb_s >= last - offset
    session.clock.seek(anchor_tdb_s(flights["luna-25"], "landing") + 3.0 * DAY_S)
    state = session.frame_state()
    assert [craft.mission_id for craft in state.crafts] == ["chandrayaan-3"]
    assert state.telemetry is None
    assert [one.mission_id for one in state.telemetries] == ["chandrayaan-3"]


def test_changes_are_told(flights):
    session = session_of(flights, ("luna-25", "artemis-2"), "landing")
    told = []
    session.changed.connect(told.append)
    session.lineup.align("tli")
    assert told == ["alignment"]
    session.lineup.align("landing")
    session.activate("artemis-2")
    assert "alignment" in told[1:]
    assert session.lineup.anchor == "calendar"
    assert "Artemis II" in session.lineup.remark


def test_a_mission_that_is_not_there_is_refused(flights):
    session = session_of(flights, ("luna-25",), "calendar")
    with pytest.raises(CommandError, match="not loaded"):
        session.set_shown("apollo-11", True)
    with pytest.raises(PeriluneError, match="no branch 'moonwalk'"):
        session.activate("luna-25/moonwalk")
    assert session.shown_ids == ["luna-25"]


# ---------------------------------------------------------------- pictures by the command line


def test_pictures_of_several_missions_are_asked_for(flights):
    landing = anchor_tdb_s(flights["luna-25"], "landing")
    others = ["im-1", "luna-25/planned", "im-1"]
    request = scene_request(flights["luna-25"], landing - 60.0, "south-pole", None, others, "landing")
    assert [mission.id for mission in request.missions] == ["luna-25", "im-1", "luna-25/planned"]
    state = build_frame_state(request, landing - 60.0)
    assert state.alignment.since_s == pytest.approx(-60.0)
    assert len(state.crafts) == 3


def test_films_of_several_missions_are_asked_for(flights):
    landing = anchor_tdb_s(flights["luna-25"], "landing")
    span = tuple(utc_text_from_tdb_s(landing + t, 3) for t in (-120.0, -60.0))
    story = flight_story("landings", ("luna-25", "slim"), span, 2.0, "moon", Options(), "landing")
    layer = ready_story(story).layers(0)[0]
    state = build_frame_state(layer.request, layer.tdb_s)
    assert state.alignment.since_s == pytest.approx(-120.0, abs=2e-3)
    assert {craft.mission_id for craft in state.crafts} == {"luna-25", "slim"}


def test_mistakes_about_other_missions_are_told(tmp_path):
    picture = tmp_path / "x.png"
    words = refused("render", "artemis-2", "--at", "T+1d", "--align", "landing", "-o", picture)
    assert "Artemis II has no such moment" in words
    assert "calendar, launch" in refused("render", "luna-25", "--at", "T+1d", "--align", "noon", "-o", picture)
    assert "not known" in refused("render", "luna-25", "--at", "T+1d", "--with", "apollo-11", "-o", picture)
    assert not picture.exists()


def test_help_names_every_moment():
    assert all(anchor in ALIGN_HELP for anchor in ANCHORS if anchor != "calendar")


def test_the_picture_says_how_missions_lie_side_by_side(flights):
    state = session_of(flights, ("luna-25", "artemis-2", "im-1"), "landing", since_s=-754.0).frame_state()
    assert hud_lines(state)[1][0] == "Landing or impact −00:12:34"
    said = notes(state, RenderSpace(state.camera, (640, 400)))
    assert said[:4] == [
        "Sun, Earth, Moon and stars at the time of Luna-25",
        "Each in Moon-fixed axes of its own time",
        "Missions together at landing or impact",
        "Not drawn, without that moment: Artemis II",
    ]
    by_calendar = session_of(flights, ("luna-25", "im-1"), "calendar", since_s=745_715_000.0).frame_state()
    assert not any("Missions together" in line for line in notes(by_calendar, RenderSpace(by_calendar.camera, (9, 9))))


def test_many_names_are_cut_short():
    assert named(["A", "B", "C"]) == "A, B, C"
    assert named(["A", "B", "C", "D", "E"]) == "A, B, C and 2 more"
