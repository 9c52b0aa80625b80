"""The views of the whole system hold the whole way, for every mission that comes with the program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.arrays import rotate
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import load_mission
from visualizer.missions.user_catalogue import bundled_mission_ids
from visualizer.model.rotating import rotating_axes
from visualizer.model.session import Session

MISSIONS = bundled_mission_ids()


def way_km(trajectory, tdb_s, view_id):
    """Return a flight outside the Moon's influence as a view draws it, relative to the Earth, ICRF axes."""
    epochs = np.linspace(*trajectory.span_tdb_s, 1500)
    epochs = epochs[trajectory.arc_index(epochs) >= 0]
    far = np.linalg.norm(trajectory.state_km(epochs, 301)[0], axis=1) > 67_000.0
    about_earth = trajectory.state_km(epochs[far], 399)[0]
    if view_id == "system":
        return about_earth
    return rotate(rotating_axes(epochs[far])[0], about_earth) @ rotating_axes(tdb_s)[0]


@pytest.mark.parametrize("view_id", ["system", "rotating"])
@pytest.mark.parametrize("mission_id", MISSIONS)
def test_the_whole_way_is_in_the_picture(mission_id, view_id):
    session = Session([load_mission(mission_id)])
    first, last = session.active.trajectory.span_tdb_s
    for share in (0.0, 0.3, 0.7, 1.0):
        session.clock.seek(first + share * (last - first))
        session.choose_view(view_id, at_once=True)
        pose = session.frame_state().camera
        points = way_km(session.active.trajectory, session.clock.epoch_tdb_s, view_id)
        x, y, back = ((points - pose.pos_wrt_earth_icrf_km) @ pose.rot_view_from_icrf.T).T
        assert np.all(back < 0.0)
        assert np.max(np.abs(y / back), initial=0.0) < np.tan(0.5 * pose.fov_rad)
        assert np.max(np.abs(x / back), initial=0.0) < 16 / 9 * np.tan(0.5 * pose.fov_rad)


def test_a_way_that_fits_leaves_the_camera_where_it_was():
    session = Session([load_mission("luna-25")])
    assert session.starting_camera("system").distance_km == 690_000.0
    assert session.starting_camera("rotating").distance_km == 760_000.0


@pytest.mark.parametrize(
    ("mission_id", "utc", "view_id"),
    [("artemis-2", "2026-04-06T23:00:00", "moon"), ("luna-25", "2023-08-11T01:00:00", "earth")],
)
def test_a_craft_that_passes_a_body_is_in_the_picture_of_that_body(mission_id, utc, view_id):
    session = Session([load_mission(mission_id)], tdb_s_from_utc_text(utc))
    session.choose_view(view_id, at_once=True)
    pose = session.frame_state().camera
    place = session.active.trajectory.state_km(session.clock.epoch_tdb_s, 399)[0] - pose.pos_wrt_earth_icrf_km
    _, y, back = pose.rot_view_from_icrf @ place
    assert abs(y / back) < np.tan(0.5 * pose.fov_rad)
    assert back < 0.0


def test_low_orbits_leave_the_view_of_the_moon_where_it_was():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T00:00:00"))
    assert session.starting_camera("moon").distance_km == 8_300.0


@pytest.mark.parametrize("view_id", ["system", "earth", "moon", "rotating", "craft", "follow"])
def test_views_open_in_a_gap_of_the_flight(view_id):
    mission = load_mission("luna-25")
    arcs = mission.trajectory.arcs
    cut = Trajectory("x", tuple(arc for arc in arcs if arc is not arcs[len(arcs) // 2]))
    session = Session([replace(mission, trajectory=cut)])
    session.clock.seek(0.5 * sum(cut.gaps_tdb_s[0]))
    session.choose_view(view_id, at_once=True)
    assert session.view_id == view_id


@pytest.mark.parametrize(
    ("mission_id", "utc"),
    [
        (m, u)
        for m in ("luna-25", "chandrayaan-3")
        for u in ("2023-08-13T00:00:00", "2023-08-16T12:00:00", "2023-08-23T00:00:00")
    ],
)
def test_the_earth_is_whole_in_the_picture_of_a_site(mission_id, utc):
    session = Session([load_mission(mission_id)], tdb_s_from_utc_text(utc))
    session.choose_view("site", at_once=True)
    pose = session.frame_state().camera
    toward = pose.rot_view_from_icrf @ -pose.pos_wrt_earth_icrf_km
    away = np.linalg.norm(toward)
    above_rad = np.arctan2(toward[1], -toward[2])
    assert above_rad + 6378.0 / away < 0.5 * pose.fov_rad
    assert abs(toward[0] / toward[2]) < 0.02


def test_a_site_that_has_the_earth_overhead_looks_along_the_ground():
    session = Session([load_mission("slim")], tdb_s_from_utc_text("2024-01-20T00:00:00"))
    assert session.starting_camera("site").fov_rad == pytest.approx(np.deg2rad(62.0))


def test_from_aboard_the_own_path_is_not_before_the_window():
    session = Session([load_mission("luna-25"), load_mission("kplo")], tdb_s_from_utc_text("2023-08-18T00:00:00"))
    session.choose_view("craft", at_once=True)
    assert {trail.line.id.partition("/")[0] for trail in session.frame_state().trails} == {"kplo"}
    session.choose_view("follow", at_once=True)
    assert "luna-25" in {trail.line.id.partition("/")[0] for trail in session.frame_state().trails}


def test_a_craft_that_comes_down_at_a_site_is_in_the_picture():
    session = Session([load_mission("chandrayaan-3")])
    landing = next(event for event in session.active.events if event.kind == "landing")
    session.clock.seek(landing.tdb_s - 40.0)
    session.choose_view("site", at_once=True)
    state = session.frame_state()
    _, up, backward = state.camera.rot_view_from_icrf @ (state.crafts[0].pos_km - state.camera.pos_wrt_earth_icrf_km)
    assert abs(np.arctan2(up, -backward)) < 0.5 * state.camera.fov_rad
