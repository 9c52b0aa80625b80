"""A picture drawn smaller and shown larger is the same picture, and names stay sharp over it."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import Options
from visualizer.model.session import Session

pytestmark = pytest.mark.gl
SIZE, UI_SCALE = (320, 180), 0.5


@pytest.fixture
def state():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    session.options = Options(has_labels=False, has_trails=False, has_hud=False, has_stars=False)
    session.choose_view("moon", at_once=True)
    return session.frame_state()


def shown(painter, state, scale):
    """Draw at a scale and return what is shown at full size."""
    from vispy.gloo import gl

    from visualizer.scene.scaled_picture import ScaledPicture

    painter._canvas.set_current()
    painter._view.apply(state)
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    with painter._buffer:
        ScaledPicture().show(size, SIZE, lambda size: painter._view.draw_scene(size, UI_SCALE * scale))
        painter._view.draw_overlay(SIZE, UI_SCALE)
        painter._canvas.context.flush_commands()
        raw = gl.glReadPixels(0, 0, *SIZE, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE)
    return np.frombuffer(raw, dtype=np.uint8).reshape(SIZE[1], SIZE[0], 4)[::-1, :, :3].astype(int)


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
    from dataclasses import replace

    named = replace(state, options=replace(state.options, has_hud=True))
    plain, other = painter.paint(named).astype(int), shown(painter, named, 0.5)
    corner = np.s_[4:14, 6:110]
    assert np.abs(other[corner] - plain[corner]).max() <= 8
    assert plain[corner].max() > 150
