"""The view beside a craft holds all of it, whatever flies: a small lander, or wings and an upper stage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.missions.catalogue import load_mission
from visualizer.model.craft_models import craft_table
from visualizer.model.session import Session


@pytest.mark.parametrize("mission_id", ["luna-25", "chandrayaan-3", "kplo", "artemis-1", "im-1", "lcross"])
@pytest.mark.parametrize("share", [0.02, 0.7])
def test_all_of_a_craft_is_in_the_view_beside_it(mission_id, share):
    mission = load_mission(mission_id)
    first, last = mission.trajectory.span_tdb_s
    session = Session([mission], first + share * (last - first))
    session.choose_view("follow", at_once=True)
    state = session.frame_state()
    offset_m = 1e3 * (state.crafts[0].pos_km - state.camera.pos_wrt_earth_icrf_km)
    radius_m = craft_table(mission_id).stage_at(mission, state.tdb_s).radius_m
    assert 0.5 < radius_m < 30.0
    # The sphere about it, as seen from the camera, within the picture's height.
    half = np.arcsin(radius_m / np.linalg.norm(offset_m))
    ahead = -state.camera.rot_view_from_icrf[2] @ offset_m / np.linalg.norm(offset_m)
    assert np.arccos(min(ahead, 1.0)) + half < 0.5 * state.camera.fov_rad


@pytest.mark.parametrize("mission_id", ["chandrayaan-3", "im-1", "artemis-iii-iv", "luna-24"])
@pytest.mark.parametrize("after_s", [-10.0, 1.0, 600.0])
def test_all_of_a_landed_craft_is_in_the_view_beside_it(mission_id, after_s):
    """Its path ends at its feet; the view looks at its middle."""
    mission = load_mission(mission_id)
    landing = next(event for event in mission.events if event.kind == "landing")
    session = Session([mission], landing.tdb_s + after_s)
    session.choose_view("follow", at_once=True)
    state = session.frame_state()
    offset_m = 1e3 * (state.crafts[0].pos_km - state.camera.pos_wrt_earth_icrf_km)
    ahead = -state.camera.rot_view_from_icrf[2] @ offset_m / np.linalg.norm(offset_m)
    assert np.arccos(min(ahead, 1.0)) < np.deg2rad(0.1)


def test_the_view_looks_at_the_middle_of_a_landed_craft_of_another_time():
    """Whether it stands is told by its own clock, not by that of the mission which it is laid beside."""
    lander = load_mission("im-1")
    session = Session([load_mission("luna-25"), lander])
    session.lineup.align("landing")
    session.clock.seek(session.request().alignment.zero_tdb_s + 60.0)
    session.choose_view("follow", at_once=True)
    session.fly_to(replace(session.camera, focus="craft:im-1"), at_once=True)
    state = session.frame_state()
    craft = next(one for one in state.crafts if one.mission_id == "im-1")
    offset_km = craft.pos_km - state.camera.pos_wrt_earth_icrf_km
    aside_km = offset_km + (state.camera.rot_view_from_icrf[2] @ -offset_km) * state.camera.rot_view_from_icrf[2]
    assert 1e3 * np.linalg.norm(aside_km) < 0.01


def test_a_small_craft_is_seen_from_where_it_was():
    mission = load_mission("luna-25")
    session = Session([mission], mission.trajectory.span_tdb_s[1] - 3600.0)
    assert session.starting_camera("follow").distance_km == pytest.approx(0.0095)


@pytest.mark.parametrize("mission_id", ["luna-25", "chandrayaan-3", "artemis-2", "im-1"])
def test_the_lit_side_of_a_craft_is_seen_wherever_there_is_one_aside_of_the_track(mission_id):
    mission = load_mission(mission_id)
    first, last = mission.trajectory.span_tdb_s
    seen = 0
    for tdb_s in np.linspace(first + 3600.0, last - 3600.0, 40):
        session = Session([mission], tdb_s)
        camera = session.starting_camera("follow")
        # As high and as far off the track as the view always stands.
        assert abs(np.sin(camera.azimuth_rad)) == pytest.approx(np.sin(np.deg2rad(36.0)))
        session.choose_view("follow", at_once=True)
        state = session.frame_state()
        if not state.crafts or state.crafts[0].sunlit_fraction == 0.0:
            continue
        out = state.camera.pos_wrt_earth_icrf_km - state.crafts[0].pos_km
        to_sun = state.body(10).pos_km - state.crafts[0].pos_km
        cosine = out @ to_sun / np.linalg.norm(out) / np.linalg.norm(to_sun)
        # The camera is 20 degrees above the horizon: only a Sun far below that leaves all sides dark.
        up = session.frame_state().crafts[0].pos_km - state.body(301 if state.telemetry.body == "Moon" else 399).pos_km
        if up @ to_sun > 0.0:
            assert cosine > 0.3
            seen += 1
    assert seen >= 5
