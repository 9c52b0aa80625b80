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


def test_texts_that_change_one_by_one_are_drawn_as_if_all_were_new(text):
    rng = np.random.default_rng(5)
    runs = [TextRun(f"text {number}", 10.0 * number, 5.0, WHITE) for number in range(9)]
    for step in range(60):
        # Another word of the same length or of another, another place, another colour; now and then one more or less.
        number = int(rng.integers(len(runs)))
        words = rng.choice(["text 1", "text 7", "tex t7", "other words", "\u0444\u0430\u0437\u0430 5"])
        runs[number] = TextRun(str(words), float(rng.integers(60)), 5.0, AMBER if step % 3 else WHITE)
        if step % 10 == 9:
            runs = runs[1:] if step % 20 == 9 else [*runs, TextRun("one more", 1.0, 2.0, WHITE)]
        text.draw(runs, SIZE)
        fresh = np.concatenate([TextVisual.vertices(text, [run]) for run in runs]).view(np.float32).reshape(-1, 8)
        assert np.array_equal(text._rows, fresh)
