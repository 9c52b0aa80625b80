"""Captions of a storyboard: wrapped, laid out by place, as clear as their fade says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from visualizer.model.frame_state import CaptionState
from visualizer.scene.label_layout import Box
from visualizer.scene.visuals.overlay import GlyphAtlas, TextRun

# Height of letters in logical pixels: of a title, of what stands under it and of captions, of the corner's.
TITLE_PX: Final = 36.0
CAPTION_PX: Final = 20.0
CORNER_PX: Final = 15.0
WHITE: Final = (0.97, 0.97, 0.98)
# Share of the picture's width that a line may fill, and of its height below a lower and above an upper caption.
WIDEST: Final = {"title": 0.84, "upper": 0.84, "lower": 0.84, "lower-left": 0.5}
MARGIN: Final = 0.15
TITLE_TOP: Final = 0.60
LINE: Final = 1.3


@dataclass(frozen=True, slots=True)
class CaptionRun:
    """A line of a caption and the size of its letters in pixels."""

    run: TextRun
    text_px: int


def caption_lines(
    caption: CaptionState, size_px: tuple[int, int], ui_scale: float, atlas_of: Callable[[int], GlyphAtlas]
) -> list[CaptionRun]:
    """Return a caption's lines, top down.

    Parameters
    ----------
    size_px, ui_scale : of the picture
    atlas_of : glyphs of a size in pixels
    """
    sized = []
    for number, text in enumerate(caption.text.split("\n")):
        text_px = letter_px(caption.place, number, ui_scale)
        room = WIDEST[caption.place] * size_px[0]
        sized += [(line, text_px) for line in wrapped(text, room, atlas_of(text_px).width_px)]
    heights = [LINE * atlas_of(text_px).line_px for _, text_px in sized]
    y = top_px(caption.place, sum(heights), size_px, ui_scale)
    found = []
    for (line, text_px), height in zip(sized, heights, strict=True):
        y -= height
        x = 14.0 * ui_scale
        if caption.place != "lower-left":
            x = 0.5 * (size_px[0] - atlas_of(text_px).width_px(line))
        found.append(CaptionRun(TextRun(line, x, y, (*WHITE, caption.opacity)), text_px))
    return found


def letter_px(place: str, line: int, ui_scale: float) -> int:
    """Return the size of letters: a title's first line is larger than what follows."""
    logical = {"title": TITLE_PX if line == 0 else CAPTION_PX, "lower-left": CORNER_PX}.get(place, CAPTION_PX)
    return max(8, round(logical * ui_scale))


def top_px(place: str, height: float, size_px: tuple[int, int], ui_scale: float) -> float:
    """Return where a block of lines begins, pixels from the picture's lower edge."""
    if place == "title":
        return TITLE_TOP * size_px[1] + 0.25 * height
    if place == "upper":
        return (1.0 - 0.5 * MARGIN) * size_px[1]
    return height + (14.0 * ui_scale if place == "lower-left" else MARGIN * size_px[1])


def wrapped(text: str, room: float, width_of: Callable[[str], float]) -> list[str]:
    """Break a text between words so that each line fits; a word that is wider stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def boxes(lines: list[CaptionRun], atlas_of: Callable[[int], GlyphAtlas]) -> list[Box]:
    """Return the boxes of lines, where no label may stand."""
    found = []
    for line in lines:
        atlas, run = atlas_of(line.text_px), line.run
        found.append((run.x_px, run.y_px, run.x_px + atlas.width_px(run.text), run.y_px + atlas.line_px))
    return found
