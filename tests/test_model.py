"""Clock, camera, session, frame state: the app without any toolkit."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import CameraPose, blended_pose
from visualizer.model.clock import RATES, Clock
from visualizer.model.commands import SESSION_COMMANDS
from visualizer.model.features import bundled_features
from visualizer.model.frame_state import build_frame_state
from visualizer.model.rotation import look_rotation, matrix_of, quaternion_of, slerp, slerp_direction
from visualizer.model.session import FLIGHT_WALL_S, Session
from visualizer.model.trails import mission_trails
from visualizer.model.views import VIEWS

UNIT = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1)


@pytest.fixture
def session():
    return Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))


# ---------------------------------------------------------------- clock


def test_the_clock_runs_by_its_rate_and_stops_at_the_end():
    clock = Clock(0.0, 1000.0, 10.0)
    seen = []
    clock.epoch_changed.connect(seen.append)
    clock.advance(1.0)
    assert clock.epoch_tdb_s == 10.0
    clock.set_rate(100)
    clock.play()
    clock.advance(2.0)
    assert clock.epoch_tdb_s == 210.0
    clock.advance(100.0)
    assert (clock.epoch_tdb_s, clock.is_playing) == (1000.0, False)
    assert seen == [210.0, 1000.0]


def test_playing_from_an_end_starts_over():
    clock = Clock(0.0, 1000.0, 1000.0)
    clock.play(1)
    assert clock.epoch_tdb_s == 0.0
    clock.play(-1)
    assert clock.epoch_tdb_s == 1000.0


def test_rates_go_up_and_down_the_table():
    clock = Clock(0.0, 1.0)
    clock.set_rate(RATES[0])
    clock.change_rate(-1)
    assert clock.rate == 1
    clock.change_rate(99)
    assert clock.rate == 1_000_000
    with pytest.raises(ValueError, match="rate"):
        clock.set_rate(7)


@given(st.lists(st.floats(-1e9, 1e9), max_size=20))
def test_the_clock_never_leaves_its_span(epochs):
    clock = Clock(100.0, 200.0)
    for epoch in epochs:
        clock.seek(epoch)
        assert 100.0 <= clock.epoch_tdb_s <= 200.0


# ---------------------------------------------------------------- rotations


@given(UNIT, UNIT)
def test_looking_gives_a_rotation_that_faces_forward(forward, up):
    forward, up = np.array(forward), np.array(up)
    rot = look_rotation(forward, up)
    assert np.abs(rot @ rot.T - np.eye(3)).max() < 1e-9
    assert np.linalg.det(rot) > 0.999
    assert np.abs(rot[2] + forward / np.linalg.norm(forward)).max() < 1e-12


@given(UNIT, UNIT)
def test_quaternions_and_matrices_are_inverse(forward, up):
    rot = look_rotation(np.array(forward), np.array(up))
    assert np.abs(matrix_of(quaternion_of(rot)) - rot).max() < 1e-9


@given(UNIT, UNIT, UNIT, st.floats(0, 1))
def test_slerp_stays_a_rotation_and_meets_its_ends(a, b, up, fraction):
    first, second = look_rotation(np.array(a), np.array(up)), look_rotation(np.array(b), np.array(up))
    middle = slerp(first, second, fraction)
    assert np.abs(middle @ middle.T - np.eye(3)).max() < 1e-9
    assert np.abs(slerp(first, second, 0.0) - first).max() < 1e-7
    assert np.abs(slerp(first, second, 1.0) - second).max() < 1e-7


@given(UNIT, st.floats(0, 1))
def test_opposite_directions_have_a_way_between(direction, fraction):
    unit = np.array(direction) / np.linalg.norm(direction)
    assert abs(np.linalg.norm(slerp_direction(unit, -unit, fraction)) - 1.0) < 1e-9


# ---------------------------------------------------------------- views and camera


@pytest.mark.parametrize("view", [v.id for v in VIEWS])
@pytest.mark.parametrize(
    "utc", ["2023-08-11T00:00:00", "2023-08-13T05:30:00", "2023-08-16T09:10:00", "2023-08-19T11:57:00"]
)
def test_every_view_works_all_along_the_flight(view, utc):
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(utc))
    session.choose_view(view, at_once=True)
    pose = session.frame_state().camera
    assert np.isfinite(pose.pos_wrt_earth_icrf_km).all()
    assert np.abs(pose.rot_view_from_icrf @ pose.rot_view_from_icrf.T - np.eye(3)).max() < 1e-9


def test_flights_between_views_never_enter_a_body(session):
    moon_radius, earth_radius = 1737.4 - 10.0, 6356.7
    ids = [v.id for v in VIEWS]
    for start in ids:
        for end in ids:
            session.choose_view(start, at_once=True)
            session.frame_state()
            session.choose_view(end)
            for _ in range(20):
                session.advance(FLIGHT_WALL_S / 20)
                state = session.frame_state()
                camera = state.camera.pos_wrt_earth_icrf_km
                assert np.linalg.norm(camera) > earth_radius
                assert np.linalg.norm(camera - state.body(301).pos_km) > moon_radius


def test_a_flight_ends_where_the_view_is(session):
    session.choose_view("moon", at_once=True)
    session.frame_state()
    session.choose_view("system")
    session.advance(2 * FLIGHT_WALL_S)
    flown = session.frame_state().camera
    session.choose_view("system", at_once=True)
    assert np.abs(flown.pos_wrt_earth_icrf_km - session.frame_state().camera.pos_wrt_earth_icrf_km).max() < 1e-6


def test_a_blended_pose_meets_both_ends(session):
    session.choose_view("moon", at_once=True)
    first = session.frame_state().camera
    session.choose_view("earth", at_once=True)
    second = session.frame_state().camera

    class Empty:
        def above_ground(self, position_km):
            return position_km

    for fraction, pose in ((0.0, first), (1.0, second)):
        blended = blended_pose(first, second, np.zeros(3), fraction, Empty())
        assert isinstance(blended, CameraPose)
        assert np.abs(blended.pos_wrt_earth_icrf_km - pose.pos_wrt_earth_icrf_km).max() < 1e-5


def test_zooming_stops_at_the_ground(session):
    session.choose_view("moon", at_once=True)
    for _ in range(200):
        session.zoom_camera(0.8)
    state = session.frame_state()
    offset = state.camera.pos_wrt_earth_icrf_km - state.body(301).pos_km
    assert 1737.4 - 9.5 < np.linalg.norm(offset) < 1737.4 + 11.0


# ---------------------------------------------------------------- session and frame


def test_events_are_stepped_through_in_order(session):
    session.clock.seek(session.clock.start_tdb_s)
    epochs = [session.step_event(1).tdb_s for _ in range(events_after_now(session))]
    with pytest.raises(CommandError, match="no later event"):
        session.step_event(1)
    assert epochs == sorted(epochs)
    assert len(epochs) >= 8
    back = session.step_event(-1)
    assert back.tdb_s < epochs[-1]


def test_a_frame_state_is_frozen_and_depends_on_the_epoch_alone(session):
    request = session.request()
    epoch = session.clock.epoch_tdb_s
    first, second = build_frame_state(request, epoch), build_frame_state(request, epoch)
    assert np.array_equal(first.camera.pos_wrt_earth_icrf_km, second.camera.pos_wrt_earth_icrf_km)
    assert first.telemetry == second.telemetry
    with pytest.raises(FrozenInstanceError):
        first.tdb_s = 0.0


def test_telemetry_says_what_is_known(session):
    telemetry = session.frame_state().telemetry
    assert telemetry.body == "Moon"
    assert 60.0 < telemetry.altitude_km < 140.0
    assert 1.60 < telemetry.speed_km_s < 1.67
    assert abs(telemetry.light_time_s - telemetry.range_earth_km / 299792.458) < 1e-12
    assert telemetry.provenance == "reconstructed"
    assert all(0.0 < s < 200.0 for s in telemetry.sigma_km)


def test_the_trail_turns_gently_and_ends_at_the_impact():
    mission = load_mission("luna-25")
    trails = mission_trails(mission)
    assert mission_trails(mission) is trails
    line = trails.about_moon
    step = np.diff(line.position_km, axis=0)
    keep = np.linalg.norm(step, axis=1) > 1e-3
    unit = step[keep] / np.linalg.norm(step[keep], axis=1)[:, np.newaxis]
    cosine = np.einsum("ij,ij->i", unit[1:], unit[:-1])
    assert np.rad2deg(np.arccos(np.clip(cosine, -1, 1))).max() < 3.0
    assert abs(np.linalg.norm(line.position_km[-1]) - 1737.04) < 0.1


def test_options_and_missions_can_be_switched(session):
    heard = []
    session.changed.connect(heard.append)
    session.toggle_option("has_trails")
    assert session.frame_state().trails == ()
    with pytest.raises(CommandError, match="option"):
        session.toggle_option("has_wings")
    session.set_shown("luna-25", False)
    assert session.shown_ids == ["luna-25"]
    assert heard[0] == "options"


def test_commands_are_unique_and_documented():
    ids = [c.id for c in SESSION_COMMANDS]
    keys = [key for c in SESSION_COMMANDS for key in c.keys]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)
    assert all(c.title and c.help.endswith(".") and "." in c.id for c in SESSION_COMMANDS)


def test_every_session_command_runs(session):
    for command in SESSION_COMMANDS:
        session.set_shown("luna-25/planned", True)
        session.clock.seek(tdb_s_from_utc_text("2023-08-18T05:00:00"))
        if command.id == "time.redo_jump":
            session.clock.undo()
        command.run(session)
        session.frame_state()


def events_after_now(session):
    """Return how many different moments of events lie ahead."""
    ahead = sorted(e.tdb_s for e in session.active.events if e.tdb_s > session.clock.epoch_tdb_s + 0.5)
    return sum(1 for a, b in zip([-np.inf, *ahead], ahead, strict=False) if b - a > 0.5)


def test_feature_names_are_found_and_labelled(session):
    table = bundled_features()
    assert len(table.names) == 4172
    assert table.below(np.deg2rad(-75.2), np.deg2rad(-133.6)).startswith("Zeeman")
    session.options = replace(session.options, has_features=True)
    session.choose_view("moon", at_once=True)
    assert sum(label.kind == "feature" for label in session.frame_state().labels) > 8


def test_a_mission_not_yet_flying_shows_its_path_only(session):
    state = build_frame_state(session.request(), session.clock.start_tdb_s - 86400.0)
    assert state.crafts == ()
    assert state.telemetry is None
    assert len(state.trails) >= 1
