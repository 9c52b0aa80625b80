"""Words in the picture: every character at its place, whatever was written before."""

from __future__ import annotations

import math

import numpy as np
import pytest

from visualizer.scene.visuals.overlay import TextRun, TextVisual

pytestmark = pytest.mark.gl
SIZE = (64, 48)
WHITE, AMBER = (1.0, 1.0, 1.0, 1.0), (1.0, 0.84, 0.42, 1.0)


@pytest.fixture
def text(painter):
    painter._canvas.set_current()
    return TextVisual(13)


def expected(text: TextVisual, run: TextRun) -> np.ndarray:
    """Return the lower left corners and colours of a text's visible characters, letter by letter."""
    atlas, pen, rows = text.atlas, 0.0, []
    for character in run.text:
        glyph = atlas.glyph(character)
        if character != " ":
            left = round(run.x_px) + glyph.left + math.floor(pen)
            # The first corner is the upper one.
            rows.append((left, round(run.y_px) + atlas.line_px + glyph.top, *run.colour))
        pen += glyph.advance
    return np.array(rows)


@pytest.mark.parametrize("words", ["T+8d 12:00:07", "Луна-25: 100.2 km, ± 3 km", "Ångström – “so” σ", "a🌑b\udce9c  d"])
def test_letters_stand_side_by_side(text, words):
    run = TextRun(words, 10.4, 20.6, WHITE)
    corners = text.vertices([run])[::4]
    found = np.concatenate([corners["a_place"], corners["a_colour"]], axis=-1)
    assert np.allclose(found, expected(text, run), atol=1e-6)


def test_what_was_written_before_is_not_moved_or_coloured(text):
    first, same = TextRun("Moon", 10.0, 20.0, WHITE), TextRun("Moon", 90.0, 40.0, AMBER)
    alone = [text.vertices([run]).copy() for run in (first, same)]
    for _ in range(2):
        assert np.array_equal(text.vertices([first, same]), np.concatenate(alone))
        assert np.array_equal(text.vertices([same, first]), np.concatenate(alone[::-1]))
    assert text.vertices([]).size == 0
