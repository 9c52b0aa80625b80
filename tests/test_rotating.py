"""The frame that turns with the Moon: where paths, Earth and Moon stand in it, and the views of single moments."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from visualizer.cli.picture_commands import VIEW_HELP
from visualizer.core.arrays import angle_between_rad, rotate_back, unit
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.relief import bundled_relief
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.model.rotating import STEP_KM, rotating_axes, rotating_trails
from visualizer.model.session import Session
from visualizer.model.views import VIEWS


@pytest.fixture(scope="module")
def luna():
    return load_mission("luna-25")


def drawn_km(trails):
    """Where points of trails are drawn, relative to the Earth, ICRF axes."""
    parts = [t.anchor_pos_km + rotate_back(t.rot_line_from_icrf, t.line.position_km) for t in trails]
    return np.concatenate(parts)


def epochs_of(trails):
    return np.concatenate([trail.line.tdb_s for trail in trails])


@pytest.mark.parametrize("utc", ["2023-08-11T05:00:00", "2023-08-14T00:00:00", "2023-08-18T05:00:00"])
def test_the_point_of_now_is_drawn_where_the_craft_is(luna, utc):
    now = tdb_s_from_utc_text(utc)
    near = float(min(epochs_of(rotating_trails(luna, 0, now)), key=lambda tdb_s: abs(tdb_s - now)))
    trails = rotating_trails(luna, 0, near)
    position, _ = luna.trajectory.state_km(near, 399)
    away = np.linalg.norm(drawn_km(trails)[epochs_of(trails) == near] - position, axis=1)
    assert away.min() < 1e-5


def test_the_moon_stands_still_on_the_x_axis():
    epochs = tdb_s_from_utc_text("2023-08-01T00:00:00") + np.linspace(0.0, 60.0 * 86400.0, 200)
    axes, distance_km = rotating_axes(epochs)
    place = np.einsum("nij,nj->ni", axes, bundled_ephemeris().position_km(301, 399, epochs))
    assert np.abs(place / distance_km[:, np.newaxis] - [1.0, 0.0, 0.0]).max() < 1e-12
    assert np.abs(np.einsum("nij,nkj->nik", axes, axes) - np.eye(3)).max() < 1e-12
    assert np.linalg.det(axes) == pytest.approx(1.0)


def test_lunar_orbits_stay_about_the_moon_of_now(luna):
    now = tdb_s_from_utc_text("2023-08-12T00:00:00")
    trails = rotating_trails(luna, 0, now)
    moon = bundled_ephemeris().position_km(301, 399, now)
    epochs = epochs_of(trails)
    in_orbit = epochs > luna.event("lunar-orbit").tdb_s
    away = np.linalg.norm(drawn_km(trails)[in_orbit] - moon, axis=1)
    # The Moon of that day is 15,000 km farther than when it was in orbit; the orbit keeps its own height all the same.
    true, _ = luna.trajectory.state_km(epochs[in_orbit], 301)
    assert np.abs(away - np.linalg.norm(true, axis=1)).max() < 1e-6


def test_parking_orbits_stay_above_the_earth(luna):
    trails = rotating_trails(luna, 0, luna.event("impact").tdb_s)
    epochs = epochs_of(trails)
    parked = epochs < luna.event("tli").tdb_s
    true, _ = luna.trajectory.state_km(epochs[parked], 399)
    away = np.linalg.norm(drawn_km(trails)[parked], axis=1)
    assert np.abs(away - np.linalg.norm(true, axis=1)).max() < 1e-6


def test_the_pieces_of_a_path_meet(luna):
    trails = rotating_trails(luna, 0, tdb_s_from_utc_text("2023-08-12T00:00:00"))
    for before, after in pairwise(trails):
        assert before.line.tdb_s[-1] == after.line.tdb_s[0]
        gap = drawn_km([after])[0] - drawn_km([before])[-1]
        assert np.linalg.norm(gap) <= STEP_KM / 2.0 + 1e-6


def test_points_are_close_in_time_and_keep_their_kind(luna):
    for trail in rotating_trails(luna, 0, luna.event("tli").tdb_s):
        line = trail.line
        assert np.diff(line.tdb_s).max() <= 3600.0 + 1e-6
        assert np.all(np.diff(line.tdb_s) >= 0.0)
        burn = luna.burn("last-burn")
        inside = (line.tdb_s > burn.start_tdb_s + 1.0) & (line.tdb_s < burn.end_tdb_s - 1.0)
        assert np.all(line.kind[inside] == 1.0)


def test_the_view_draws_each_path_once(luna):
    session = Session([luna], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    session.choose_view("rotating", at_once=True)
    state = session.frame_state()
    ids = [trail.line.id for trail in state.trails]
    assert len(set(ids)) == len(ids)
    assert {line_id.rpartition("/")[0] for line_id in ids} == {"luna-25/rotating", "luna-25/planned/rotating"}
    assert not any(label.kind == "ghost" for label in state.labels)


@pytest.mark.parametrize(
    ("view", "event", "target"),
    [("photo-earth", "first-images", 399), ("photo-moon", "first-images", 301), ("zeeman", "zeeman", None)],
)
def test_photograph_views_go_to_their_moment_and_look_at_their_object(luna, view, event, target):
    session = Session([luna])
    session.choose_view(view, at_once=True)
    assert session.clock.epoch_tdb_s == pytest.approx(luna.event(event).tdb_s)
    state = session.frame_state()
    aim = state.body(target).pos_km if target else zeeman_km(luna, state)
    ahead = -state.camera.rot_view_from_icrf[2]
    assert float(angle_between_rad(ahead, unit(aim - state.camera.pos_wrt_earth_icrf_km))) < 1e-9


def zeeman_km(luna, state):
    site = next(s for s in luna.sites if s.id == "zeeman-crater")
    lat, lon = np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg)
    # No height of it is published: it stands on the drawn ground.
    fixed = position_on_sphere_km(lat, lon, 1737.4 + float(bundled_relief().height_km(lat, lon)))
    moon = state.body(301)
    return moon.pos_km + moon.rot_fixed_from_icrf.T @ fixed


def test_help_names_every_view():
    assert sorted(VIEW_HELP.rstrip(".").replace(" or ", ", ").split(", ")) == sorted(view.id for view in VIEWS)


def test_the_photographed_earth_has_its_size(luna):
    session = Session([luna])
    session.choose_view("photo-earth", at_once=True)
    camera = session.frame_state().camera
    share = 2.0 * np.arcsin(6378.1 / np.linalg.norm(camera.pos_wrt_earth_icrf_km)) / camera.fov_rad
    assert 0.5 < share < 0.7


def test_a_view_of_another_mission_is_refused(tmp_path, luna):
    session = Session([luna])
    session.missions = {"other": luna}
    with pytest.raises(CommandError, match="belongs to the mission luna-25"):
        session.choose_view("zeeman")


def test_the_site_view_has_the_earth_in_its_sky(luna):
    session = Session([luna], tdb_s_from_utc_text("2023-08-19T11:00:00"))
    session.choose_view("site", at_once=True)
    state = session.frame_state()
    to_earth = unit(-state.camera.pos_wrt_earth_icrf_km)
    view = state.camera.rot_view_from_icrf @ to_earth
    site = next(s for s in luna.sites if s.id == "impact-crater")
    cosine = np.cos(np.deg2rad(site.lat_deg)) * np.cos(np.deg2rad(site.lon_deg))
    # Libration moves the Earth by up to 8 degrees from where the mean sub-Earth point puts it.
    assert abs(np.rad2deg(np.arcsin(cosine)) - elevation_deg(state, to_earth)) < 9.0
    assert abs(view[0]) < 0.02
    assert 0.0 < view[1] < np.tan(camera_half(state))


def elevation_deg(state, direction):
    up = unit(state.camera.pos_wrt_earth_icrf_km - state.body(301).pos_km)
    return float(np.rad2deg(np.arcsin(up @ direction)))


def camera_half(state):
    return 0.5 * state.camera.fov_rad
