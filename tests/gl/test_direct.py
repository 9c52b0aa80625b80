"""Calls that go to OpenGL at once: slips are told, contexts keep apart, nothing is left behind."""

from __future__ import annotations

import gc
import time
from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import ShaderError
from visualizer.export.offscreen import OffscreenPainter
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import Options
from visualizer.model.session import Session

pytestmark = pytest.mark.gl
SIZE = (160, 90)
VIEWS = ("moon", "earth", "follow", "site")


def session_of(mission_id="luna-25", utc="2023-08-18T05:00:00"):
    """Return a session whose pictures have no words in them, in the view of the Moon."""
    session = Session([load_mission(mission_id)], tdb_s_from_utc_text(utc))
    session.options = Options(has_labels=False, has_hud=False)
    session.choose_view("moon", at_once=True)
    return session


def settled(painter, state, most_frames=500):
    """Draw a frame until it has all its parts; return whether it has."""
    for _ in range(most_frames):
        painter.draw(state)
        if painter._view.is_whole:
            return True
        time.sleep(0.01)
    return False


def test_a_uniform_that_no_variant_has_is_told(painter):
    from visualizer.scene import gl as door
    from visualizer.scene.gl_direct import CORNER, DirectProgram

    painter._canvas.set_current()
    program = DirectProgram(door.make_program("moon_ground.vert", "moon.frag", ("HAS_PATCHES",)), CORNER)
    program.begin()
    # Of a variant that is not this one: nothing to tell.
    program.set("u_octaves", 3.0)
    with pytest.raises(ShaderError, match="u_plane_shif: no uniform"):
        program.set("u_plane_shif", 0.1, 0.2)


def test_attributes_of_another_program_are_not_read_on_after_gloo_had_its_turn(painter):
    """Their buffer may be gone by then."""
    from vispy import gloo
    from vispy.gloo import gl

    from visualizer.scene import gl as door
    from visualizer.scene.gl_direct import CORNER, STRIP, TRIANGLES, DirectProgram, DynamicBuffer, square
    from visualizer.scene.visuals.overlay import TextVisual

    painter._canvas.set_current()
    words = DirectProgram(door.make_program("text.vert", "text.frag"), TextVisual.DTYPE)
    picture = DirectProgram(door.make_program("picture.vert", "picture.frag"), CORNER)
    buffer, corners = DynamicBuffer(TextVisual.DTYPE), square()
    buffer.send(np.zeros((3, 8), dtype=np.float32))
    words.begin()
    words.draw_all(buffer, 3, TRIANGLES)
    # Something new is made.
    door.handle_of(gloo.VertexBuffer(np.zeros(1, dtype=np.float32)))
    picture.begin()
    picture.draw_all(corners, 4, STRIP)
    enabled = gl.GL_VERTEX_ATTRIB_ARRAY_ENABLED
    read = {place for place in range(8) if gl.glGetVertexAttrib(place, enabled) == 1.0}
    assert read == picture._own_places


def test_two_contexts_by_turns_draw_what_each_draws_alone(painter):
    near, far = session_of(), session_of("artemis-1", "2022-11-21T12:50:00")
    states = []
    for session in (near, far):
        for view in VIEWS:
            session.choose_view(view, at_once=True)
            states.append(session.frame_state())
    alone = [painter.paint(state) for state in states]
    with OffscreenPainter(SIZE, 1) as other:
        for number, state in enumerate(states):
            # The other context draws something else in between.
            other.paint(states[number - 3])
            assert np.array_equal(painter.paint(state), alone[number])
        assert np.array_equal(other.paint(states[0]), alone[0])


def test_a_window_that_flies_about_for_long_holds_no_more_than_before():
    """Patches, paths and words come and go; what lies in graphics memory after two rounds is what lay after one."""
    from visualizer.scene.gl_memory import gpu_bytes

    session = session_of()
    session.options = replace(session.options, has_labels=True, has_hud=True)
    held = []
    with OffscreenPainter(SIZE, 1, is_patient=False) as painter:
        for _ in range(3):
            for view in VIEWS:
                session.choose_view(view, at_once=True)
                for _ in range(12):
                    session.orbit_camera(0.02, 0.0)
                    painter.draw(session.frame_state())
                # Textures come in pieces, as fast as the machine is.
                assert settled(painter, session.frame_state())
            # What was let go of may wait for it: first, coarse shadows do.
            gc.collect()
            held.append(gpu_bytes())
    assert held[2]["textures"] == held[1]["textures"]
    assert held[2]["renderbuffers"] == held[1]["renderbuffers"]
    assert held[2]["buffers"] < held[1]["buffers"] + 100_000
