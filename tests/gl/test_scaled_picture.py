"""A picture drawn smaller and shown larger is the same picture, and names stay sharp over it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.export.offscreen import OffscreenPainter
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import Options
from visualizer.model.session import Session
from visualizer.scene.render_space import RenderSpace

pytestmark = pytest.mark.gl
SIZE, UI_SCALE = (320, 180), 0.5


@pytest.fixture
def state():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    session.options = Options(has_labels=False, has_trails=False, has_hud=False, has_stars=False)
    session.choose_view("moon", at_once=True)
    return session.frame_state()


def shown(painter, state, scale):
    """Draw at a scale and return what is shown at full size, in colours."""
    return shown_as_in_a_window(painter, state, scale)[:, :, :3]


def shown_as_in_a_window(painter, state, scale):
    """Draw at a scale with words over it, clear opacity as VisPy does in a window, and return what is shown."""
    from vispy.gloo import gl

    from visualizer.scene.scaled_picture import ScaledPicture

    painter._canvas.set_current()
    painter._view.apply(state)
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    with painter._buffer:
        picture = ScaledPicture()
        picture.show(size, SIZE, lambda size: painter._view.draw_scene(size, UI_SCALE * scale))
        picture.draw_over(lambda: painter._view.draw_overlay(SIZE, UI_SCALE))
        # Nothing may be left to clear: what is cleared to another value than the right one would be seen here.
        gl.glClearColor(0.0, 0.0, 0.0, 0.25)
        gl.glColorMask(False, False, False, True)
        gl.glClear(gl.GL_COLOR_BUFFER_BIT)
        gl.glColorMask(True, True, True, True)
        raw = gl.glReadPixels(0, 0, *SIZE, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE)
    return np.frombuffer(raw, dtype=np.uint8).reshape(SIZE[1], SIZE[0], 4)[::-1].astype(int)


def test_all_pixels_shown_are_all_pixels_drawn(painter, state):
    plain = painter.paint(state).astype(int)
    assert np.abs(shown(painter, state, 1.0) - plain).max() <= 1
    assert plain.max() > 100


@pytest.mark.parametrize("scale", [0.5, 0.7, 2.0])
def test_another_size_is_the_same_picture(painter, state, scale):
    plain = painter.paint(state).astype(int)
    other = shown(painter, state, scale)
    assert np.abs(other - plain).mean() < 6.0
    rows, columns = (np.average(np.indices(plain.shape[:2])[k], weights=plain.sum(axis=2)) for k in (0, 1))
    again = [np.average(np.indices(plain.shape[:2])[k], weights=other.sum(axis=2)) for k in (0, 1)]
    assert again == pytest.approx([rows, columns], abs=0.3)


def test_the_clock_is_drawn_with_all_pixels(painter, state):
    named = replace(state, options=replace(state.options, has_hud=True))
    plain, other = painter.paint(named).astype(int), shown(painter, named, 0.5)
    corner = np.s_[4:14, 6:110]
    assert np.abs(other[corner] - plain[corner]).max() <= 8
    assert plain[corner].max() > 150


def test_a_reduced_picture_is_opaque_where_words_are_too_and_the_next_is_whole(painter, state):
    named = replace(state, options=replace(state.options, has_hud=True))
    other = shown_as_in_a_window(painter, named, 0.5)
    assert (other[:, :, 3] == 255).all()
    # What was kept from being cleared is drawn on again.
    assert np.array_equal(shown_as_in_a_window(painter, named, 0.5), other)
    assert painter.paint(state).max() > 100


def near_ground():
    """Return a frame from low over mountains, whose edge against the sky is not the sphere's."""
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-19T11:50:00"))
    session.options = Options(has_labels=False, has_trails=False, has_hud=False, has_stars=False)
    session.choose_view("follow", at_once=True)
    return replace(session.frame_state(), crafts=())


def smoothed(painter, state, times, size_px=SIZE):
    """Return the mean of so many drawings as it is shown."""
    from vispy.gloo import gl

    from visualizer.scene.smoothed_picture import SmoothedPicture

    painter._canvas.set_current()
    painter._view.apply(state)
    picture = SmoothedPicture()
    with painter._buffer:
        for _ in range(times):
            assert not picture.is_done(size_px)
            picture.add(size_px, lambda size, shift: painter._view.draw_scene(size, UI_SCALE, shift_px=shift))
        picture.show(size_px)
        painter._canvas.context.flush_commands()
        raw = gl.glReadPixels(0, 0, *size_px, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE)
    is_done = picture.is_done(size_px), picture.is_done((size_px[0] + 1, size_px[1]))
    picture.delete()
    return np.frombuffer(raw, dtype=np.uint8).reshape(size_px[1], size_px[0], 4)[::-1, :, :3].astype(int), is_done


def test_edges_are_smooth_after_some_drawings(painter):
    """The mean of four is nearer to what four times as many pixels each way show than one drawing is."""
    frame = near_ground()
    with OffscreenPainter(SIZE, 4) as fine:
        exact = fine.paint(frame).astype(int)
    plain, is_done = smoothed(painter, frame, 1)
    assert is_done == (False, False)
    mean, is_done = smoothed(painter, frame, 4)
    assert is_done == (True, False)
    edge = edges(exact)
    assert np.count_nonzero(edge) > 200
    assert np.abs(mean - exact)[edge].mean() < 0.6 * np.abs(plain - exact)[edge].mean()
    # Ground and sky away from it are as bright as before.
    assert abs(mean.mean() - plain.mean()) < 0.5


def edges(picture):
    """Tell which pixels lie between ground and black sky, (height, width)."""
    dark = picture.max(axis=-1) < 3
    found = np.zeros(dark.shape, dtype=bool)
    found[1:-1] = dark[:-2] & ~dark[2:]
    return found & (np.cumsum(~dark, axis=0) <= 2)


@pytest.mark.parametrize("shift", [(0.4, 0.0), (0.0, -0.4), (3.0, 2.0)])
def test_a_moved_picture_is_the_picture_moved(state, shift):
    size = (800, 600)
    space = RenderSpace(state.camera, size)
    places = state.body(301).pos_km + 1737.4 * np.array([[0.0, 0.0, 0.0], [0.3, 0.2, 0.1], [-0.2, 0.3, -0.4]])
    before, after = space.to_pixels(places)[0], space.shifted(shift).to_pixels(places)[0]
    assert np.allclose(after - before, shift, atol=0.08 * np.abs(shift).max() + 1e-6)
    turned = space.shifted(shift).pose.rot_view_from_icrf
    assert np.allclose(turned @ turned.T, np.eye(3), atol=1e-12)
