"""Several pictures in one: each is what it would be alone, and what lies under the mouse is found in each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import Options
from visualizer.model.pane_layout import Pane, places
from visualizer.model.session import Session
from visualizer.scene.pane_marks import widened

pytestmark = pytest.mark.gl
# Two halves and a line between them, one pixel wide at this scale; both begin at an even column, for pixels are shaded
# in twos.
SIZE, HALF = (483, 240), (241, 240)
BARE = Options(has_labels=False, has_hud=False)


def session_at(utc: str) -> Session:
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(utc))
    session.options = BARE
    return session


def painted(size, *states):
    """Draw frames one after another with one painter; logical pixels are pixels."""
    from visualizer.export.offscreen import OffscreenPainter

    with OffscreenPainter(size, 1) as painter:
        return [painter.paint(state).astype(int) for state in states]


@pytest.fixture(scope="module")
def pair():
    """Return a frame with the Moon on the left and the craft beside it on the right, and each alone."""
    session = session_at("2023-08-18T05:00:00")
    session.panes.split(2)
    session.panes.activate(1)
    session.choose_view("follow", at_once=True)
    session.panes.activate(0)
    state = session.frame_state()
    # As patient as files are: whatever was drawn before.
    # In so narrow a pane the field of view is wider.
    alone = [replace(s, others=(), pane=Pane(), camera=widened(s.camera, HALF)) for s in (state, state.others[0])]
    return state, *alone


def test_the_halves_are_the_pictures_that_each_camera_gives_alone(pair):
    state, left, right = pair
    (both,) = painted(SIZE, state)
    alone = painted(HALF, left, right)
    for half, single in zip((both[:, :241], both[:, 242:]), alone, strict=True):
        assert single.max() > 100
        # Dithering goes by the pixel's place in the framebuffer.
        assert np.abs(half - single).max() <= 2
    assert np.ptp(both[:, 241:242].reshape(-1, 3), axis=0).max() == 0
    assert 30 < both[0, 241].mean() < 90


def test_drawing_the_panes_again_is_the_same_picture(pair):
    state, _, _ = pair
    once, again = painted(SIZE, state, state)
    assert np.abs(once - again).max() == 0


def test_only_panes_whose_turn_it_is_change(pair):
    from vispy.gloo import gl

    from visualizer.export.offscreen import OffscreenPainter

    state, _, _ = pair
    with OffscreenPainter(SIZE, 1) as painter:
        before = painter.paint(state).astype(int)
        turned = replace(state, camera=state.others[0].camera, others=(replace(state.others[0], camera=state.camera),))
        view = painter._view
        view.apply(turned)
        with painter._buffer:
            view.draw_scene(SIZE, painter.ui_scale, {"pane-2"})
            painter._canvas.context.flush_commands()
            raw = gl.glReadPixels(0, 0, *SIZE, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE)
        assert view.drawn_part == 0.5
    after = np.frombuffer(raw, dtype=np.uint8).reshape(SIZE[1], SIZE[0], 4)[::-1, :, :3].astype(int)
    assert np.abs(after[:, :241] - before[:, :241]).max() == 0
    assert np.abs(after[:, 242:] - before[:, 242:]).max() > 100


def test_a_small_picture_shows_the_body_in_the_middle_with_its_words_above():
    session = session_at("2023-08-13T12:00:00")
    session.options = replace(BARE, has_hud=True, has_stars=False)
    session.choose_view("earth", at_once=True)
    session.panes.set_targets({"moon": None})
    state = session.frame_state()
    size = (640, 360)
    (picture,) = painted(size, state)
    place = places([state.pane, state.others[0].pane], size, 0.5)[1]
    box = place.picture
    inside = picture[size[1] - box.top : size[1] - box.bottom, box.left : box.right].sum(axis=2)
    lit = np.argwhere(inside[2:-2, 2:-2] > 90) + 2
    middle = 0.5 * (lit.min(axis=0) + lit.max(axis=0))
    # The disc fills four fifths of the picture, of which a little may lie in the night.
    assert np.abs(middle - box.width / 2).max() < 0.12 * box.width
    assert 0.6 * box.width < np.ptp(lit, axis=0).max() < 0.86 * box.width
    strip = picture[size[1] - place.outer.top + 2 : size[1] - box.top - 1, box.left + 2 : box.right - 2]
    assert strip.max() > 180


def test_what_lies_under_the_mouse_is_found_in_each_pane():
    from visualizer.scene.picking import pick_in_frame
    from visualizer.scene.render_space import RenderSpace

    session = session_at("2023-08-13T12:00:00")
    session.options = Options()
    session.panes.split(2)
    session.panes.set_targets({"earth": None})
    state = session.frame_state()
    size = (1282, 720)
    assert pick_in_frame(state, size, 1.0, 320, 360) == "moon"
    assert pick_in_frame(state, size, 1.0, 641, 100) is None
    space = RenderSpace(widened(state.others[0].camera, (640, 720)), (640, 720))
    for pos_km, name in ((np.zeros(3), "earth"), (state.crafts[0].pos_km, "craft:luna-25")):
        pixel, _ = space.to_pixels(pos_km)
        assert pick_in_frame(state, size, 1.0, 642 + pixel[0], pixel[1]) == name
        assert pick_in_frame(state, size, 1.0, pixel[0], pixel[1]) != name
    small = places([state.pane, *(other.pane for other in state.others)], size, 1.0)[2].picture
    assert pick_in_frame(state, size, 1.0, small.left + 40, small.bottom + 40) is None


def test_a_narrow_pane_holds_as_much_across_as_a_wide_picture():
    from visualizer.scene.render_space import RenderSpace

    camera = session_at("2023-08-13T12:00:00").frame_state().camera
    wide = RenderSpace(camera, (400, 300))
    for size in ((300, 300), (150, 200)):
        assert RenderSpace(widened(camera, size), size).focal[0] == pytest.approx(wide.focal[0])
    assert np.rad2deg(widened(camera, (300, 600)).fov_rad) == pytest.approx(75.0)
    assert widened(camera, (400, 300)) is camera


def test_a_frame_that_has_moved_is_told_from_one_that_is_only_drawn_again():
    from visualizer.scene.window_canvas import is_same_frame

    session = session_at("2023-08-13T12:00:00")
    session.panes.split(2)
    first = session.frame_state()
    assert is_same_frame(first, session.frame_state())
    session.panes.orbit(1, 0.1, 0.0)
    turned = session.frame_state()
    assert not is_same_frame(first, turned)
    session.clock.seek(session.clock.epoch_tdb_s + 1.0)
    assert not is_same_frame(turned, session.frame_state())
    session.panes.split(4)
    assert not is_same_frame(first, session.frame_state())
