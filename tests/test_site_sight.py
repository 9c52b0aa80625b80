"""The view of a site stands so high that nearer ground hides neither the site nor the end of the way to it."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.arrays import norm, rotate
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.relief import bundled_relief
from visualizer.missions.catalogue import load_mission
from visualizer.missions.user_catalogue import bundled_mission_ids
from visualizer.model.ground_paths import contacts_tdb_s
from visualizer.model.session import Session

# Those that came down on the Moon, with when they did.
ENDS = [
    (mission_id, contact)
    for mission_id in bundled_mission_ids()
    for contact, is_down in contacts_tdb_s(load_mission(mission_id).trajectory)[:1]
    if is_down
]


def camera_fixed_km(session):
    """Return where the camera of the session is, Moon-fixed axes."""
    state = session.frame_state()
    moon = state.body(301)
    return moon.rot_fixed_from_icrf @ (state.camera.pos_wrt_earth_icrf_km - moon.pos_km)


def lowest_m(camera_km, place_km):
    """Return how near a line of sight comes to the drawn ground, but for its last twentieth, m."""
    line = camera_km + np.linspace(0.0, 0.95, 400)[:, np.newaxis] * (place_km - camera_km)
    away = norm(line)
    ground = bundled_relief().height_of_directions_km(line / away[:, np.newaxis])
    return 1e3 * float(np.min(away - RADIUS_MOON_KM - ground))


@pytest.mark.parametrize(("mission_id", "contact_tdb_s"), ENDS)
@pytest.mark.parametrize("before_s", [0.0, 2.0])
def test_the_end_of_the_way_to_a_site_is_seen(mission_id, contact_tdb_s, before_s):
    session = Session([load_mission(mission_id)], contact_tdb_s - before_s)
    session.choose_view("site", at_once=True)
    camera = camera_fixed_km(session)
    epochs = contact_tdb_s - np.array([0.0, 0.01, 0.03, 0.1, 0.3, 1.0])
    way = rotate(rot_moon_me_from_icrf(epochs), session.active.trajectory.state_km(epochs, 301)[0])
    near = way[norm(way - way[0]) < 1.0]
    assert len(near) > 2
    assert min(lowest_m(camera, place) for place in near) > 0.0


def test_a_view_that_nothing_hides_stays_low():
    """A degree and a half up, as all begin."""
    mission_id, contact = next(end for end in ENDS if end[0] == "slim")
    session = Session([load_mission(mission_id)], contact)
    assert session.starting_camera("site").elevation_rad == pytest.approx(np.deg2rad(1.5))


def test_where_all_is_hidden_from_any_height_the_camera_stays_low(monkeypatch):
    mission_id, contact = next(end for end in ENDS if end[0] == "slim")
    session = Session([load_mission(mission_id)], contact)
    monkeypatch.setattr("visualizer.model.site_sight.sees", lambda camera, places: np.zeros(len(places), dtype=bool))
    assert session.starting_camera("site").elevation_rad == pytest.approx(np.deg2rad(1.5))
