"""The path beside the craft goes through the craft."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.session import Session


@pytest.mark.parametrize(
    "utc", ["2023-08-10T23:10:57.2", "2023-08-11T00:12:00", "2023-08-16T08:57:01", "2023-08-19T11:57:42"]
)
def test_the_path_goes_through_the_craft(utc):
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(utc))
    session.choose_view("follow", at_once=True)
    state = session.frame_state()
    near = next(trail for trail in state.trails if trail.line.id == "luna-25/near")
    place = near.anchor_pos_km + near.line.position_km[np.argmin(np.abs(near.line.tdb_s - state.tdb_s))]
    assert np.linalg.norm(place - state.crafts[0].pos_km) < 1e-6
    own = [t for t in state.trails if t.line.id.startswith(("luna-25/moon/", "luna-25/earth/"))]
    assert own
    assert all(trail.gap_tdb_s == (near.start_tdb_s, near.end_tdb_s) for trail in own)


def test_a_far_camera_does_without():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    session.choose_view("moon", at_once=True)
    assert all(not trail.is_close for trail in session.frame_state().trails)


def test_the_camera_stays_above_the_ground_at_lift_off():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-10T23:11:10"))
    session.choose_view("follow", at_once=True)
    state = session.frame_state()
    assert np.linalg.norm(state.camera.pos_wrt_earth_icrf_km - state.crafts[0].pos_km) < 0.1
