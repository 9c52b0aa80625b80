"""Captions on the picture: wrapped between words, large titles, inside the picture, as clear as their fade says."""

from __future__ import annotations

import pytest

from visualizer.model.frame_state import CaptionState
from visualizer.model.story import PLACES
from visualizer.scene.captions import boxes, caption_lines, wrapped
from visualizer.scene.visuals.overlay import glyph_atlas

SIZES = [(1920, 1080), (1080, 1920), (1080, 1080), (320, 180)]
LONG = "One path as flown, one as planned; only one of them clears the ground\n{}".format("and a second line " * 6)


def lines_of(text, place, size, opacity=1.0):
    scale = max(0.5, min(size) / 720.0)
    return caption_lines(CaptionState(text, place, opacity), size, scale, glyph_atlas)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("place", PLACES)
def test_captions_stay_inside_the_picture(size, place):
    lines = lines_of(LONG, place, size)
    for left, bottom, right, top in boxes(lines, glyph_atlas):
        assert left >= 0
        assert bottom >= 0
        assert right <= size[0]
        assert top <= size[1]
    tops = [line.run.y_px for line in lines]
    assert tops == sorted(tops, reverse=True)


def test_a_title_s_first_line_is_larger():
    first, second = lines_of("The last orbit\n19 August 2023", "title", (1280, 720))
    assert first.text_px > 1.5 * second.text_px
    assert first.run.y_px > second.run.y_px
    middle = first.run.x_px + glyph_atlas(first.text_px).width_px(first.run.text) / 2
    assert middle == pytest.approx(640.0)


def test_lower_captions_leave_room_for_the_remarks_in_the_corner():
    (line,) = lines_of("words", "lower", (1280, 720))
    assert line.run.y_px > 5 * 1.15 * glyph_atlas(13).line_px


def test_a_caption_is_as_clear_as_its_fade_says():
    (line,) = lines_of("words", "upper", (640, 360), 0.25)
    assert line.run.colour[3] == 0.25


def test_text_is_broken_between_words_only():
    assert wrapped("one two three", 7.0, lambda text: float(len(text))) == ["one two", "three"]
    assert wrapped("incomprehensible word", 5.0, lambda text: float(len(text))) == ["incomprehensible", "word"]
    assert wrapped("", 5.0, lambda text: float(len(text))) == [""]
