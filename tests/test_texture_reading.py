"""Cube maps are decoded in threads; a window asks whether they are there rather than wait."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from visualizer.scene.visuals import textures


@pytest.fixture
def held(monkeypatch):
    """Return an event without which nothing is decoded; what was asked for is noted."""
    go, asked = threading.Event(), []

    def read(name, largest_px):
        asked.append((name, largest_px))
        assert go.wait(10.0)
        return ()

    monkeypatch.setattr(textures, "read_cube", read)
    monkeypatch.setattr(textures, "_reading", {})
    monkeypatch.setattr(textures, "_limit", {"largest_px": 2048})
    yield go, asked
    go.set()


def test_a_window_learns_when_pictures_are_decoded(held):
    go, asked = held
    assert not textures.are_read("earth/")
    assert not textures.are_read()
    go.set()
    for name in textures.CUBES:
        textures.cube_levels(name)
    assert textures.are_read()
    assert sorted(name for name, _ in asked) == sorted(textures.CUBES)


def test_another_size_is_decoded_anew_and_what_was_let_go_is_asked_for_again(held):
    go, asked = held
    go.set()
    textures.are_read("moon/")
    for name in ("moon/slope_cube.jpg", "moon/albedo_cube.jpg"):
        textures.cube_levels(name)
    textures.limit_cubes(1024)
    textures.are_read("moon/")
    textures.cube_levels("moon/slope_cube.jpg")
    textures.let_go("moon/")
    textures.are_read("moon/")
    # A thread notes what it was asked for only when its turn comes: wait for it.
    for name in ("moon/slope_cube.jpg", "moon/albedo_cube.jpg"):
        textures.cube_levels(name)
    # Colours are halved once more where little memory may be taken.
    assert {size for name, size in asked if name == "moon/slope_cube.jpg"} == {2048, 1024}
    assert {size for name, size in asked if name == "moon/albedo_cube.jpg"} == {2048, 512}


def test_a_planes_mipmaps_halve_down_to_one_pixel_and_keep_the_mean():
    from visualizer.scene.gl import plane_levels

    pixels = np.random.default_rng(3).integers(0, 256, (32, 8, 3)).astype(np.uint8)
    levels = plane_levels(pixels)
    assert [level.shape for level in levels] == [(32, 8, 3), (16, 4, 3), (8, 2, 3), (4, 1, 3), (2, 1, 3), (1, 1, 3)]
    assert np.abs(levels[1][3, 2] - pixels[6:8, 4:6].astype(float).mean(axis=(0, 1))).max() <= 0.5
    assert np.abs(levels[-1][0, 0] - pixels.astype(float).mean(axis=(0, 1))).max() < 2.0
