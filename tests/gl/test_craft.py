"""Spacecraft in pictures: light and shadow, plume, enlargement, each against what geometry says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import CameraPose
from visualizer.model.frame_state import Options
from visualizer.model.rotation import look_rotation
from visualizer.model.session import Session
from visualizer.scene import hud
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals import craft as craft_module

pytestmark = pytest.mark.gl

SIZE = (480, 360)
BARE = Options(has_labels=False, has_trails=False, has_hud=False, has_stars=False)
CRUISE, BURN = "2023-08-13T12:00:00", "2023-08-16T08:58:00"


def state_at(utc: str, **options):
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(utc))
    session.options = replace(BARE, **options)
    return session.frame_state()


def seen_along(state, direction, distance_m=8.0):
    """Return the frame with the camera beside the craft, on the side of an ICRF direction, looking at it."""
    craft = state.crafts[0]
    place = craft.pos_km + np.asarray(direction) / np.linalg.norm(direction) * distance_m * 1e-3
    up = craft.rot_body_from_icrf[2]
    up = up if abs(up @ direction) < 0.95 * np.linalg.norm(direction) else craft.rot_body_from_icrf[0]
    return replace(state, camera=CameraPose(place, look_rotation(craft.pos_km - place, up), np.deg2rad(40.0)))


def light(painter, state):
    return painter.paint(state).astype(float).mean(axis=-1)


def to_sun(state):
    return state.body(10).pos_km - state.crafts[0].pos_km


def test_the_sunlit_side_is_far_brighter_than_the_other(painter):
    state = state_at(CRUISE)
    day, night = (light(painter, seen_along(state, side)) for side in (to_sun(state), -to_sun(state)))
    assert day[day > 2].mean() > 3.0 * night[night > 2].mean()
    # The shape is still to be seen against the sky.
    assert night[night > 2].size > 0.5 * day[day > 2].size


def test_in_the_bodies_shadow_nothing_gleams(painter):
    state = seen_along(state_at(CRUISE), to_sun(state_at(CRUISE)))
    shadowed = replace(state.crafts[0].look, sunlit_fraction=0.0)
    dark = replace(state, crafts=(replace(state.crafts[0], find_look=lambda: shadowed),))
    sunlit = light(painter, state)
    craft = np.abs(sunlit - light(painter, replace(state, crafts=()))) > 2
    assert sunlit[craft].max() > 200
    assert light(painter, dark)[craft].max() < 90


def test_seen_from_the_sun_no_shadow_is_to_be_seen_and_from_aside_there_is(painter, monkeypatch):
    state = state_at(CRUISE)
    sun = to_sun(state) / np.linalg.norm(to_sun(state))
    aside = np.cross(sun, [0.0, 0.0, 1.0])
    darker = []
    for direction in (sun, 0.6 * sun + 0.8 * aside):
        view = seen_along(state, direction, 300.0)
        view = replace(view, camera=replace(view.camera, fov_rad=np.deg2rad(1.0)))
        with_shadow = light(painter, view)
        monkeypatch.setattr(craft_module, "SHADOW_SEEN_PX", np.inf)
        without = light(painter, view)
        monkeypatch.undo()
        darker.append(np.mean(without[without > 2] - with_shadow[without > 2] > 25))
    assert darker[0] < 0.04
    assert darker[1] > 0.04


def test_the_plume_glows_behind_the_nozzle_and_nowhere_else(painter):
    state = state_at(BURN)
    craft = state.crafts[0]
    assert craft.is_burning
    view = seen_along(state, craft.rot_body_from_icrf[0], 14.0)
    cold = replace(view, crafts=(replace(craft, thrust_n=0.0),))
    gain = light(painter, view) - light(painter, cold)
    # Body -z is down in the picture.
    middle = SIZE[1] // 2
    assert gain[middle + 40 :].max() > 25
    assert np.abs(gain[: middle - 10]).max() < 3
    column = gain[:, SIZE[0] // 2 - 3 : SIZE[0] // 2 + 4].mean(axis=1)
    brightest = int(column.argmax())
    assert column[brightest] > 2.0 * column[min(brightest + 70, SIZE[1] - 1)] > 0.0


def test_a_stronger_engine_has_a_brighter_plume_that_is_never_white(painter):
    state = state_at(BURN)
    view = seen_along(state, state.crafts[0].rot_body_from_icrf[0], 14.0)
    gains = []
    for thrust_n in (200.0, 2000.0, 20000.0):
        hot, cold = (replace(view, crafts=(replace(view.crafts[0], thrust_n=n),)) for n in (thrust_n, 0.0))
        gains.append((light(painter, hot) - light(painter, cold)).max())
    assert gains[0] < gains[1] < gains[2] < 230


def test_the_craft_hides_the_plume_behind_it(painter):
    state = state_at(BURN)
    view = seen_along(state, state.crafts[0].rot_body_from_icrf[2], 9.0)
    cold = replace(view, crafts=(replace(view.crafts[0], thrust_n=0.0),))
    gain, body = light(painter, view) - light(painter, cold), light(painter, cold)
    middle = np.s_[SIZE[1] // 2 - 20 : SIZE[1] // 2 + 20, SIZE[0] // 2 - 20 : SIZE[0] // 2 + 20]
    assert body[middle].mean() > 5
    assert np.abs(gain[middle]).mean() < 1.0


def test_the_same_state_gives_the_same_picture(painter):
    view = seen_along(state_at(BURN), [1.0, 0.4, 0.2])
    assert (painter.paint(view) == painter.paint(view)).all()


def test_a_far_craft_is_enlarged_only_on_request_and_the_picture_says_by_how_much(painter):
    plain, large = (seen_along(state_at(CRUISE, has_large_craft=on), [1, 0, 0], 2e6) for on in (False, True))
    without = replace(plain, crafts=())
    assert (painter.paint(plain) == painter.paint(without)).all()
    enlarged = painter.paint(large).astype(int)
    factor = painter._view._kept[""].factors["Luna-25"]
    changed = np.abs(enlarged - painter.paint(without)).sum(axis=-1) > 12
    rows = np.flatnonzero(changed.any(axis=1))
    space = RenderSpace(large.camera, SIZE, 0.5)
    assert 0.6 * craft_module.LARGE_PX * space.ui_scale < len(rows) < 2.1 * craft_module.LARGE_PX * space.ui_scale
    radius_m = painter._view._kept[""].crafts.radius_m(large.crafts[0])
    assert factor * radius_m / 2e6 / space.pixel_rad == pytest.approx(craft_module.LARGE_PX * space.ui_scale, rel=1e-3)
    assert hud.size_notes({"Luna-25": 5234.0}) == ["Luna-25 drawn 5,200 x"]
    assert hud.size_notes({"Luna-25": 3.4}) == ["Luna-25 drawn 3 x"]


def test_an_enlarged_craft_stays_behind_the_moon(painter):
    state = state_at("2023-08-18T05:00:00", has_large_craft=True)
    moon = state.body(301).pos_km
    out = state.crafts[0].pos_km - moon
    for side, is_seen in ((1.0, True), (-1.0, False)):
        place = moon + side * out / np.linalg.norm(out) * 9000.0
        pose = CameraPose(place, look_rotation(moon - place, np.array([0.0, 0.0, 1.0])), np.deg2rad(40.0))
        view = replace(state, camera=pose)
        change = np.abs(painter.paint(view).astype(int) - painter.paint(replace(view, crafts=()))).sum(axis=-1)
        assert (change > 30).any() == is_seen


def test_foil_is_the_same_everywhere_and_tiles():
    pixels = craft_module.foil_pixels().astype(int)
    assert (pixels == craft_module.foil_pixels.__wrapped__()).all()
    assert abs(pixels[..., :2].mean() - 127.0) < 12
    # Neighbours across the tile's edge differ no more than neighbours inside it.
    inside = np.abs(np.diff(pixels[..., 0], axis=1)).mean()
    across = np.abs(pixels[:, 0, 0] - pixels[:, -1, 0]).mean()
    assert across < 2.5 * inside
