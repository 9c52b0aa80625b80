"""Labels keep out of each other's way, of marks, of the clock, and of the limb."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.branch_missions import branch_mission
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import Options
from visualizer.model.labels import Label
from visualizer.model.rotation import look_rotation
from visualizer.model.session import Session
from visualizer.scene import hud
from visualizer.scene.label_layout import (
    MARKED,
    candidate_boxes,
    clearness,
    kept_clear,
    label_colour,
    marker_box,
    overlap,
    place_labels,
    visible_labels,
    within,
)
from visualizer.scene.palette import mission_colour
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.overlay import TextRun, glyph_atlas

EVERYTHING = Options(has_features=True, has_graticule=True, has_constellations=True, has_view_cone=True)


def box_of(run: TextRun, atlas) -> tuple[float, float, float, float]:
    """Return a text's box."""
    return run.x_px, run.y_px, run.x_px + atlas.width_px(run.text), run.y_px + atlas.line_px


@pytest.fixture(scope="module")
def session():
    return Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))


@pytest.mark.parametrize("view", ["moon", "earth", "system", "south-pole", "follow"])
@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (1920, 1080)])
def test_nothing_meets_anything(session, view, size):
    session.options = EVERYTHING
    session.choose_view(view, at_once=True)
    state = session.frame_state()
    scale = size[1] / 720.0
    space, atlas = RenderSpace(state.camera, size, scale), glyph_atlas(max(8, round(13 * scale)))
    clock = [box_of(run, atlas) for run in hud.hud_runs(state, space, atlas)]
    placed = place_labels(state, space, atlas, clock)
    boxes = [p.box_px for p in placed]
    assert boxes
    assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
    assert not any(overlap(a, b) for a in boxes for b in clock)
    assert all(within(box, size) for box in boxes)
    for label, pixel, _ in visible_labels(state, space):
        if label.kind in MARKED:
            others = [p.box_px for p in placed if p.label is not label]
            assert not any(overlap(marker_box(pixel, space), box) for box in others)


def test_names_fade_where_the_ground_turns_away(session):
    session.options = EVERYTHING
    session.choose_view("moon", at_once=True)
    state = session.frame_state()
    space, moon = RenderSpace(state.camera, (1280, 720)), state.body(301).pos_km
    toward = (state.camera.pos_wrt_earth_icrf_km - moon) / np.linalg.norm(state.camera.pos_wrt_earth_icrf_km - moon)
    aside = np.cross(toward, [0.0, 0.0, 1.0])
    aside /= np.linalg.norm(aside)
    seen = []
    for angle in np.deg2rad([0.0, 40.0, 66.0, 73.0, 77.0]):
        normal = np.cos(angle) * toward + np.sin(angle) * aside
        seen.append(clearness(Label("x", moon + 1737.4 * normal, "feature", 1.0, normal), space))
    assert seen[0] == 1.0
    assert seen[-1] < 0.5
    assert all(a >= b for a, b in pairwise(seen))
    assert clearness(Label("x", moon, "body", 1.0), space) == 1.0


def test_a_craft_has_its_missions_colour():
    label = Label("x", np.zeros(3), "craft", 1.0, mission_index=2)
    assert label_colour(label)[:3] == mission_colour(2)
    assert label_colour(label._replace(mission_index=-1))[:3] != mission_colour(2)
    assert label_colour(label, 0.5)[3] == pytest.approx(0.5 * label_colour(label)[3])


@pytest.mark.parametrize(("sine", "is_seen"), [(-0.08, False), (-0.01, False), (0.05, True)])
def test_a_planet_below_the_horizon_of_low_ground_has_no_name(session, sine, is_seen):
    """Some metres over ground a kilometre lower than the sphere: the horizon is level, not five degrees below."""
    session.options = EVERYTHING
    state = session.frame_state()
    moon, up, ahead = state.body(301), np.array([0.0, 0.6, 0.8]), np.array([1.0, 0.0, 0.0])
    place = moon.pos_km + (1737.4 - 0.97) * up
    planet = Label("Mars", place + 2e8 * (np.sqrt(1.0 - sine**2) * ahead + sine * up), "body", 9)
    on_ground = Label("stone", moon.pos_km + 1736.4 * (up + 1e-4 * ahead), "site", 1)
    pose = replace(state.camera, pos_wrt_earth_icrf_km=place, rot_view_from_icrf=look_rotation(ahead, up))
    found = visible_labels(replace(state, labels=(planet, on_ground)), RenderSpace(pose, (1280, 720)))
    assert [label.text for label, _, _ in found] == ["Mars"] * is_seen + ["stone"]


@pytest.mark.parametrize("place", range(8))
def test_the_name_of_what_never_was_stays_clear_of_the_mark_of_the_craft_that_it_begins_at(session, place):
    craft = next(label for label in session.frame_state().labels if label.kind == "craft")
    ghost = craft._replace(kind="ghost", text="planned")
    # The craft's ring, with its line.
    half = 0.5 * 15.0 + 1.0
    box = candidate_boxes((200.0, 200.0), 60.0, 18.0, 0.0, ghost)[place]
    assert not overlap(box, (200.0 - half, 200.0 - half, 200.0 + half, 200.0 + half))


def test_what_is_hidden_agrees_with_points_along_the_lines_of_sight(session):
    session.options = EVERYTHING
    session.choose_view("moon", at_once=True)
    state = session.frame_state()
    space, moon = RenderSpace(state.camera, (1280, 720)), state.body(301)
    camera = state.camera.pos_wrt_earth_icrf_km
    rng = np.random.default_rng(7)
    directions = rng.normal(size=(400, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, np.newaxis]
    places = moon.pos_km + directions * rng.uniform(1.01, 2.9, (400, 1)) * moon.body.radius_km
    labels = tuple(Label(str(i), place, "ghost", 1.0) for i, place in enumerate(places))
    seen = {int(label.text): pixel for label, pixel, _ in visible_labels(replace(state, labels=labels), space)}
    pixels, depth = space.to_pixels(places)
    checked = 0
    for i, place in enumerate(places):
        inside = depth[i] > 0.0 and np.all(pixels[i] > 0.0) and np.all(pixels[i] < space.size_px)
        along = camera + np.linspace(0.0, 1.0, 4001)[:, np.newaxis] * (place - camera)
        nearest = np.linalg.norm(along - moon.pos_km, axis=1).min() / (0.995 * moon.body.radius_km)
        if not inside:
            assert i not in seen
        elif abs(nearest - 1.0) > 0.01:
            assert (i in seen) == (nearest > 1.0)
            checked += 1
        if i in seen:
            assert np.array_equal(seen[i], pixels[i])
    assert checked > 200


def test_no_name_reads_on_from_the_clocks_lines(session):
    atlas = glyph_atlas(13)
    line = (14.0, 600.0, 200.0, 618.0)
    state = session.frame_state()
    space = RenderSpace(state.camera, (1280, 720))
    label = Label("What if: 84 s", np.zeros(3), "ghost", 1.0)
    # To the right of this anchor the name would stand three pixels behind the line's end.
    seen = [(label, (190.0, 609.0), 1.0)]
    for reserved, is_near in (([line], True), (kept_clear([line], atlas), False)):
        box = place_labels(state, space, atlas, reserved, seen)[0].box_px
        assert not overlap(box, line)
        assert overlap(box, (200.0, 600.0, 200.0 + atlas.line_px, 618.0)) == is_near


@pytest.mark.parametrize(("turned_deg", "height_km", "is_said"), [
    (0.0, 40.0, False), (60.0, 40.0, False), (85.0, 40.0, True), (180.0, 40.0, True), (0.0, 8_000.0, False),
    (60.0, 8_000.0, True),
])  # fmt: skip
def test_earthshine_is_told_of_where_any_of_the_night_is_in_sight(session, turned_deg, height_km, is_said):
    state = session.frame_state()
    moon = state.body(301)
    to_sun = (state.body(10).pos_km - moon.pos_km) / np.linalg.norm(state.body(10).pos_km - moon.pos_km)
    aside = np.cross(to_sun, [0.0, 0.0, 1.0])
    aside /= np.linalg.norm(aside)
    up = np.cos(np.deg2rad(turned_deg)) * to_sun + np.sin(np.deg2rad(turned_deg)) * aside
    place = moon.pos_km + (1737.4 + height_km) * up
    pose = replace(state.camera, pos_wrt_earth_icrf_km=place, rot_view_from_icrf=look_rotation(-up, aside))
    seen = replace(state, camera=pose)
    assert (hud.EARTHSHINE_NOTE in hud.notes(seen, RenderSpace(pose, (1280, 720)))) == is_said


def test_a_plan_beside_its_flight_names_no_place_twice():
    flight = load_mission("luna-25")
    plan = branch_mission(flight, flight.branch("planned"))
    both = Session([flight, plan], tdb_s_from_utc_text("2023-08-21T00:00:00"))
    both.choose_view("south-pole", at_once=True)
    names = [label.text for label in both.frame_state().labels if label.kind == "site"]
    assert "Planned landing site" in names
    assert len(names) == len(set(names))
