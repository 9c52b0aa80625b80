"""Named places are where the gazetteer has them; the Earth stands in a site's sky where geometry puts it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.cube_faces import direction_of_lat_lon
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import CameraPose
from visualizer.model.frame_state import Options
from visualizer.model.rotation import look_rotation
from visualizer.model.session import Session
from visualizer.scene.render_space import RenderSpace

pytestmark = pytest.mark.gl
SIZE = (400, 300)
BARE = Options(has_labels=False, has_trails=False, has_hud=False, has_stars=False)
# As the IAU's gazetteer has them: latitude, east longitude, diameter (km). Their floors are dark lava all over; where
# it fills parts of a floor alone (Jules Verne, Thomson, Grimaldi), what is dark has its middle elsewhere.
DARK_FLOORS = {
    "Tsiolkovskiy": (-20.379, 128.971, 184.39),
    "Endymion": (53.607, 56.483, 122.10),
    "Lomonosov": (27.350, 98.279, 90.69),
    "Plato": (51.619, -9.382, 100.68),
    "Leibnitz": (-38.237, 179.349, 236.67),
    "Aitken": (-16.443, 172.958, 129.69),
}


def state_at(utc, view="moon"):
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(utc))
    session.options = BARE
    session.choose_view(view, at_once=True)
    return session.frame_state()


@pytest.mark.parametrize("name", DARK_FLOORS)
def test_a_named_crater_is_within_two_pixels_of_its_place(painter, name):
    """From above a place 150 km north-east of it, the Sun behind the camera: the dark floor's middle."""
    lat, lon, diameter_km = DARK_FLOORS[name]
    state = state_at("2023-08-18T05:00:00")
    moon = state.body(301)
    to_icrf = moon.rot_fixed_from_icrf.T
    aside = direction_of_lat_lon(lat + 3.5, lon + 3.5 / np.cos(np.deg2rad(lat)))
    above = moon.pos_km + to_icrf @ (aside * 3000.0)
    rotation = look_rotation(to_icrf @ -aside, to_icrf @ np.array([0.0, 0.0, 1.0]))
    # A pixel is a twentieth of the crater.
    fov = 2.0 * np.arctan(0.5 * SIZE[1] * diameter_km / 20.0 / 1262.6)
    pose = CameraPose(above, rotation, min(fov, np.deg2rad(45.0)))
    sun = replace(state.body(10), pos_km=moon.pos_km + 1.496e8 * (to_icrf @ aside))
    bodies = tuple(sun if body.body.naif_id == 10 else body for body in state.bodies)
    picture = painter.paint(replace(state, camera=pose, bodies=bodies, crafts=()))[::-1].astype(float).mean(axis=-1)
    space = RenderSpace(pose, SIZE)
    place, _ = space.to_pixels(moon.pos_km + to_icrf @ (1737.4 * direction_of_lat_lon(lat, lon)))
    assert 12.0 < place[0] < SIZE[0] - 12.0
    radius_px = 0.5 * diameter_km / 1262.6 / space.pixel_rad
    found = middle_of_dark(picture, place, radius_px)
    assert np.hypot(*(found - place)) < 2.0


def middle_of_dark(picture, place, radius_px):
    """Return the middle of what is darker than half-way between floor and surroundings within 1.1 radii, (2,) px."""
    rows, columns = np.indices(picture.shape) + 0.5
    away = np.hypot(columns - place[0], rows - place[1]) / radius_px
    floor, around = np.median(picture[away < 0.4]), np.median(picture[(away > 1.15) & (away < 1.5)])
    assert floor < 0.93 * around
    dark = (picture < 0.5 * (floor + around)) & (away < 1.1)
    return np.array([columns[dark].mean(), rows[dark].mean()])


def test_the_earth_stands_in_the_sky_of_a_site_where_geometry_puts_it():
    """Elevation and azimuth by spherical trigonometry from the sub-Earth point; the Earth is full."""
    from visualizer.export.offscreen import OffscreenPainter

    state = state_at("2023-08-16T10:00:00", "site")
    state = replace(state, camera=replace(state.camera, fov_rad=np.deg2rad(80.0)))
    moon = state.body(301)
    earth = moon.rot_fixed_from_icrf @ -moon.pos_km
    camera = moon.rot_fixed_from_icrf @ (state.camera.pos_wrt_earth_icrf_km - moon.pos_km)
    distance, lat_e, lon_e = np.linalg.norm(earth), *lat_lon(earth)
    lat, lon = lat_lon(camera)
    cosine = np.sin(lat) * np.sin(lat_e) + np.cos(lat) * np.cos(lat_e) * np.cos(lon_e - lon)
    elevation = np.arctan2(cosine - np.linalg.norm(camera) / distance, np.sqrt(1.0 - cosine**2))
    azimuth = np.arctan2(
        np.cos(lat_e) * np.sin(lon_e - lon),
        np.cos(lat) * np.sin(lat_e) - np.sin(lat) * np.cos(lat_e) * np.cos(lon_e - lon),
    )
    size = (1280, 720)
    with OffscreenPainter(size, 1) as painter:
        picture = painter.paint(replace(state, crafts=()))[::-1].astype(int)
    # The ground ends lower, and there are no stars.
    rows, columns = np.nonzero((picture.max(axis=-1) > 25) & (np.arange(size[1]) > 0.7 * size[1])[:, np.newaxis])
    assert 100 < len(rows) < 1000
    middle = np.array([np.mean([a.min(), a.max()]) + 0.5 for a in (columns, rows)])
    space = RenderSpace(state.camera, size)
    ray = np.append((2.0 * middle / size - 1.0) / space.focal, -1.0)
    ray = moon.rot_fixed_from_icrf @ state.camera.rot_view_from_icrf.T @ (ray / np.linalg.norm(ray))
    up = camera / np.linalg.norm(camera)
    east = np.cross([0.0, 0.0, 1.0], up) / np.cos(lat)
    north = np.cross(up, east)
    assert np.rad2deg(np.arcsin(ray @ up)) == pytest.approx(np.rad2deg(elevation), abs=0.15)
    assert np.rad2deg(np.arctan2(ray @ east, ray @ north)) == pytest.approx(np.rad2deg(azimuth), abs=0.15)


def lat_lon(place):
    """Return latitude and east longitude of a place, rad."""
    return np.arcsin(place[2] / np.linalg.norm(place)), np.arctan2(place[1], place[0])


@pytest.mark.parametrize("before_s", [0.0, 2.0])
def test_the_way_to_an_impact_is_drawn_as_far_as_its_mark(painter, before_s):
    """Points of the last 150 m of Luna-25's way, which comes in at 1.2 degrees, have the way's colour."""
    session = Session([load_mission("luna-25")])
    end_tdb_s = session.active.trajectory.span_tdb_s[1]
    session.clock.seek(end_tdb_s - before_s)
    session.options = replace(BARE, has_trails=True)
    session.choose_view("site", at_once=True)
    state = replace(session.frame_state(), crafts=())
    with_way, without = (painter.paint(one)[::-1].astype(int) for one in (state, replace(state, trails=())))
    changed = np.abs(with_way - without).max(axis=-1) > 12
    moon = state.body(301)
    epochs = end_tdb_s - np.array([20.0, 50.0, 100.0, 150.0]) / 1700.0
    rot = rot_moon_me_from_icrf(epochs)
    fixed = np.einsum("nij,nj->ni", rot, session.active.trajectory.state_km(epochs, 301)[0])
    about_camera = fixed @ moon.rot_fixed_from_icrf + moon.pos_km - state.camera.pos_wrt_earth_icrf_km
    right, up, backward = state.camera.rot_view_from_icrf @ about_camera.T
    focal = np.array(RenderSpace(state.camera, SIZE).focal)
    x, y = (0.5 + 0.5 * focal[:, np.newaxis] * np.stack([right, up]) / -backward) * np.array(SIZE)[:, np.newaxis]
    for column, row in zip(x.astype(int), y.astype(int), strict=True):
        assert changed[row - 2 : row + 3, column - 2 : column + 3].any(), (column, row)
