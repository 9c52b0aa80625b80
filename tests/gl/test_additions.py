"""What is laid over the scene, in pixels: a ghost's dotted path in its colour, a measure's line and its words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.additions import NOTHING_ADDED
from visualizer.model.camera import CameraState
from visualizer.model.frame_state import Options, SceneRequest, build_frame_state
from visualizer.model.ghosts import GHOST_INDEX, ghost_of_text
from visualizer.model.measuring import Measure
from visualizer.scene.palette import GHOST_COLOUR
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.shapes import LINE_STYLES

pytestmark = pytest.mark.gl

SIZE = (480, 300)
BARE = Options(has_labels=False, has_hud=False, has_stars=False)


@pytest.fixture(scope="module")
def mission():
    return load_mission("luna-25")


def pixels_like(pixels, colour):
    """Return where a picture has a colour's hue (rows from the top), brighter than a fifth."""
    parts = pixels[..., :3].astype(float) / 255.0
    top = parts.max(axis=-1)
    hue = parts / np.maximum(top, 1e-6)[..., None]
    wanted = np.array(colour) / max(colour)
    return (np.abs(hue - wanted).max(axis=-1) < 0.15) & (top > 0.2)


def test_a_ghost_s_path_is_drawn_where_it_leads_and_in_dots(painter, mission):
    epoch = tdb_s_from_utc_text("2023-08-19T11:20:00")
    # From the side of the orbit: the ghost flies on where the flight ends.
    camera = CameraState("moon", "moon-fixed", np.deg2rad(150.0), 0.0, 7_500.0, np.deg2rad(40.0))
    added = NOTHING_ADDED.with_ghost(ghost_of_text("last-burn=20", {mission.id: mission}, mission.id))
    alone = replace(mission, branches=())
    request = SceneRequest((alone,), camera, BARE, added=added)
    state = build_frame_state(request, epoch)
    state = replace(state, trails=tuple(t for t in state.trails if t.mission_index == GHOST_INDEX), crafts=())
    drawn = pixels_like(painter.paint(state), GHOST_COLOUR)
    without = pixels_like(painter.paint(replace(state, trails=())), GHOST_COLOUR)
    assert np.count_nonzero(without) < 5
    assert np.count_nonzero(drawn) > 60
    line = state.trails[0].line
    places, depth = RenderSpace(state.camera, SIZE).to_pixels(line.position_km + state.trails[0].anchor_pos_km)
    rows, columns = np.nonzero(drawn)
    found = np.stack([columns + 0.5, SIZE[1] - rows - 0.5], axis=-1)
    fine = np.concatenate([places + share * np.roll(places - np.roll(places, 1, 0), -1, 0) for share in (0.0, 0.5)])
    nearest = np.min(np.linalg.norm(found[:, None] - fine[None], axis=2), axis=1)
    assert np.percentile(nearest, 95) < 3.0
    assert np.all(depth > 0.0)


def test_a_measure_is_a_line_between_its_ends(painter, mission):
    epoch = tdb_s_from_utc_text("2023-08-13T05:30:00")
    camera = CameraState("system", "earth-moon", np.deg2rad(66.0), np.deg2rad(40.0), 690_000.0, np.deg2rad(40.0))
    request = SceneRequest((mission,), camera, BARE, added=NOTHING_ADDED.pinned(Measure("earth", "moon")))
    state = replace(build_frame_state(request, epoch), trails=(), crafts=())
    colour = LINE_STYLES["measure"].colour
    drawn = pixels_like(painter.paint(state), colour)
    rows, columns = np.nonzero(drawn)
    assert len(rows) > 80
    space = RenderSpace(state.camera, SIZE)
    ends, _ = space.to_pixels(np.stack([state.body(399).pos_km, state.body(301).pos_km]))
    along = ends[1] - ends[0]
    found = np.stack([columns + 0.5, SIZE[1] - rows - 0.5], axis=-1) - ends[0]
    across = np.abs(found @ np.array([-along[1], along[0]])) / np.linalg.norm(along)
    assert across.max() < 2.5
    with_words = painter.paint(replace(state, options=replace(BARE, has_hud=True)))
    assert np.count_nonzero(pixels_like(with_words, (0.74, 1.0, 0.68))) > len(rows) + 50
