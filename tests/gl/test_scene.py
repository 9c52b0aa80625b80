"""Pictures against analysis: sizes, places, light, depth, precision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import visualizer
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import CameraPose
from visualizer.model.frame_state import Options
from visualizer.model.rotation import look_rotation
from visualizer.model.session import Session
from visualizer.model.trail_line import TrailLine
from visualizer.model.trails import TrailState
from visualizer.resources import root_path
from visualizer.scene.render_space import RenderSpace

pytestmark = pytest.mark.gl

SIZE = (640, 360)
BARE = Options(has_labels=False, has_trails=False, has_hud=False, has_stars=False)


@pytest.fixture
def session():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    session.options = BARE
    return session


def luminance(pixels):
    """Return the mean of the channels, bottom row first."""
    return pixels[::-1].astype(float).mean(axis=-1)


def seen_from(state, naif_id, direction, distance_km, fov_deg=40.0):
    """Return the frame seen from beside a body, looking at its centre."""
    centre = state.body(naif_id).pos_km
    position = centre + np.asarray(direction) / np.linalg.norm(direction) * distance_km
    rotation = look_rotation(centre - position, np.array([0.0, 0.0, 1.0]))
    return replace(state, camera=CameraPose(position, rotation, np.deg2rad(fov_deg)), crafts=())


def to_sun(state, naif_id):
    """Return the direction from a body to the Sun."""
    return state.body(10).pos_km - state.body(naif_id).pos_km


@pytest.mark.parametrize(("naif_id", "radius_km", "distance_km"), [(301, 1737.4, 9000.0), (399, 6378.137, 40000.0)])
def test_the_silhouette_has_the_radius_of_geometry(painter, session, naif_id, radius_km, distance_km):
    state = session.frame_state()
    state = seen_from(state, naif_id, to_sun(state, naif_id), distance_km)
    light = luminance(painter.paint(state))
    row = light[SIZE[1] // 2]
    lit = np.flatnonzero(row > 40)
    expected = np.tan(np.arcsin(radius_km / distance_km)) / np.tan(np.deg2rad(20.0)) * SIZE[1] / 2
    assert abs((lit[-1] - lit[0] + 1) / 2 - expected) < (1.0 if naif_id == 301 else 2.5)
    assert abs((lit[-1] + lit[0]) / 2 - (SIZE[0] - 1) / 2) < 1.0


def test_the_lit_side_faces_the_sun(painter, session):
    state = session.frame_state()
    sun = to_sun(state, 301) / np.linalg.norm(to_sun(state, 301))
    side = np.cross(sun, [0.0, 0.0, 1.0])
    state = seen_from(state, 301, side, 9000.0)
    light = luminance(painter.paint(state))
    sun_view = state.camera.rot_view_from_icrf @ sun
    left, right = light[:, : SIZE[0] // 2].mean(), light[:, SIZE[0] // 2 :].mean()
    bright, dark = (right, left) if sun_view[0] > 0 else (left, right)
    assert bright > 4.0 * dark


def test_the_subsolar_point_of_the_earth_is_bright_and_the_night_side_dark(painter, session):
    state = session.frame_state()
    day = luminance(painter.paint(seen_from(state, 399, to_sun(state, 399), 40000.0)))
    night = luminance(painter.paint(seen_from(state, 399, -to_sun(state, 399), 40000.0)))
    middle = (slice(170, 190), slice(310, 330))
    assert day[middle].mean() > 45.0
    assert night[middle].mean() < 3.0


def test_maria_are_darker_than_highlands_where_they_belong(painter, session):
    """Crisium and the highlands south of it, on a full Moon seen from the Earth's side."""
    state = session.frame_state()
    moon = state.body(301)
    bodies = [replace(b, pos_km=moon.pos_km * -300.0) if b.body.naif_id == 10 else b for b in state.bodies]
    state = replace(state, bodies=tuple(bodies))
    state = seen_from(state, 301, -moon.pos_km, 9000.0)
    light = luminance(painter.paint(state))
    space = RenderSpace(state.camera, SIZE)

    def at(lat_deg, lon_deg):
        lat, lon = np.deg2rad([lat_deg, lon_deg])
        fixed = 1737.4 * np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        pixel, _ = space.to_pixels(moon.pos_km + moon.rot_fixed_from_icrf.T @ fixed)
        x, y = np.round(pixel).astype(int)
        return light[y - 2 : y + 3, x - 2 : x + 3].mean()

    assert at(17, 59) < 0.85 * at(-25, 45)
    assert at(33, -16) < 0.85 * at(-60, 0)


def test_the_moon_hides_what_is_behind_it(painter, session):
    """A path through the Moon's middle shows outside the disc only."""
    state = session.frame_state()
    sun = to_sun(state, 301)
    state = seen_from(state, 301, sun, 9000.0)
    moon = state.body(301).pos_km
    right = state.camera.rot_view_from_icrf[0]
    epochs = state.tdb_s + np.linspace(-100.0, 0.0, 50)
    places = np.linspace(-4000.0, 4000.0, 50)[:, np.newaxis] * right
    line = TrailLine("probe", 301, epochs, places, np.zeros(50))
    trail = TrailState(line, moon, epochs[0], epochs[-1], epochs[-1])
    without, along = painter.paint(state), painter.paint(replace(state, trails=(trail,)))
    changed = (
        np.abs(along.astype(int) - without.astype(int)).sum(axis=-1)[SIZE[1] // 2 - 2 : SIZE[1] // 2 + 2].max(axis=0)
    )
    radius = np.tan(np.arcsin(1737.4 / 9000.0)) / np.tan(np.deg2rad(20.0)) * SIZE[1] / 2
    column = np.abs(np.arange(SIZE[0]) - SIZE[0] / 2)
    assert changed[column < radius - 3].max() == 0
    assert changed[(column > radius + 3) & (column < radius * 1.6)].min() > 30


@pytest.mark.parametrize("step", range(8))
def test_a_vertex_lands_where_float64_puts_it(painter, session, step):
    """A fly-by 100 m from a place on the Moon: the GPU's pixel and float64's differ by under a quarter."""
    state = session.frame_state()
    moon = state.body(301)
    lat, lon = np.deg2rad([-57.865, 61.360])
    up = moon.rot_fixed_from_icrf.T @ np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    place = up * 1760.0123456789
    along = np.cross(up, [0.0, 0.0, 1.0])
    along /= np.linalg.norm(along)
    camera = moon.pos_km + place + up * 0.1 * np.cos(step) + along * (0.02 * (step - 3.5)) + np.cross(up, along) * 0.07
    rotation = look_rotation(moon.pos_km + place - camera + 0.013 * along + 0.009 * up, up + 0.3 * along)
    state = replace(state, camera=CameraPose(camera, rotation, np.deg2rad(40.0)), crafts=())
    space = RenderSpace(state.camera, SIZE)
    pixel, _ = space.to_pixels(moon.pos_km + place)
    for axis in (0, 1):
        reach = rotation[1 - axis] * 0.03
        places = np.stack([place - reach, place, place + reach])
        line = TrailLine(f"probe/{step}/{axis}", 301, state.tdb_s + np.array([-2.0, -1.0, 0.0]), places, np.zeros(3))
        trail = TrailState(line, moon.pos_km, line.tdb_s[0], line.tdb_s[-1], line.tdb_s[-1])
        light = luminance(painter.paint(replace(state, trails=(trail,)))) - luminance(painter.paint(state))
        lane = light[round(pixel[1] - 0.5), :] if axis == 0 else light[:, round(pixel[0] - 0.5)]
        centre = float(np.sum((np.arange(len(lane)) + 0.5) * lane) / lane.sum())
        assert abs(centre - pixel[axis]) < 0.25


def test_every_shader_is_used_and_compiles(painter, session):
    sources = "".join(p.read_text(encoding="utf-8") for p in Path(visualizer.__file__).parent.rglob("*.py"))
    names = {p.name for p in (root_path() / "shaders").glob("*.*")}
    assert [name for name in names if f'"{name}"' not in sources] == []
    for view in ("moon", "earth", "follow", "system"):
        session.choose_view(view, at_once=True)
        session.options = Options()
        assert painter.paint(session.frame_state()).std() > 3.0


def test_the_same_frame_gives_the_same_bytes(painter, session):
    session.options = Options(has_features=True)
    state = session.frame_state()
    first = painter.paint(state)
    session.choose_view("earth", at_once=True)
    painter.paint(session.frame_state())
    assert np.array_equal(painter.paint(state), first)


def test_the_craft_is_drawn_in_its_true_size(painter, session):
    session.choose_view("follow", at_once=True)
    state = session.frame_state()
    with_craft = painter.paint(state).astype(int)
    without = painter.paint(replace(state, crafts=())).astype(int)
    changed = np.flatnonzero((np.abs(with_craft - without).sum(axis=-1) > 12).any(axis=0))
    metres = (changed[-1] - changed[0]) * RenderSpace(state.camera, SIZE).pixel_rad * session.camera.distance_km * 1000
    assert 2.0 < metres < 6.0
