"""What lies in graphics memory, as OpenGL tells it, stays within what each tier may take."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.walk import memory_mb

from visualizer.cli.bench_memory import most_held
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.session import Session
from visualizer.scene.quality import HIGH, LOW

pytestmark = pytest.mark.gl

MISSIONS = ("luna-25", "chandrayaan-3", "kplo")
SIZE = (1920, 1080)


@pytest.mark.parametrize(("tier", "most_mb"), [(LOW, 128.0), (HIGH, 512.0)])
def test_a_tier_stays_within_its_memory(tier, most_mb):
    session = Session([load_mission(i) for i in MISSIONS], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    held = most_held(session, SIZE, tier)
    pixels = SIZE[0] * SIZE[1] * tier.rest_scale**2
    # Colour and depth of the picture itself are part of it.
    assert held["total"] > 8 * pixels
    assert held["total"] < 1e6 * most_mb


def test_what_is_made_is_counted():
    from vispy import gloo

    from visualizer.export.offscreen import OffscreenPainter
    from visualizer.scene import gl as door
    from visualizer.scene.gl_memory import gpu_bytes

    with OffscreenPainter((64, 64), 1):
        before = gpu_bytes()
        faces = [np.zeros((6, n, n, 3), dtype=np.uint8) for n in (64, 32, 16, 8, 4, 2, 1)]
        made = [door.make_cube_texture(faces), door.make_plane_texture(np.zeros((32, 16, 1), dtype=np.uint8))]
        buffer = gloo.VertexBuffer(np.zeros((1000, 3), dtype=np.float32))
        depth = gloo.RenderBuffer((50, 20), 0x81A6)
        for one in (*made, buffer, depth):
            door.object_of(one)
        after = gpu_bytes()
    cube = 6 * 4 * sum(n * n for n in (64, 32, 16, 8, 4, 2, 1))
    plane = 32 * 16 + 16 * 8 + 8 * 4 + 4 * 2 + 2 * 1 + 1
    assert after["textures"] - before["textures"] == cube + plane
    assert after["buffers"] - before["buffers"] == 12_000
    assert after["renderbuffers"] - before["renderbuffers"] == 50 * 20 * 4


def test_pictures_without_a_window_give_their_memory_back():
    from visualizer.export.offscreen import OffscreenPainter

    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    session.choose_view("moon", at_once=True)
    held_mb = []
    for _ in range(4):
        with OffscreenPainter((64, 64), 1) as painter:
            painter.paint(session.frame_state())
        # A second time is nothing.
        painter.close()
        held_mb.append(memory_mb())
    # The Moon's textures alone take more.
    assert held_mb[-1] - held_mb[1] < 100.0
