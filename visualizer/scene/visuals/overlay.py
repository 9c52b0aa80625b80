"""Text and markers on top of the picture, placed in pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.resources import asset_path
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import OVER, POINTS, DirectProgram, DynamicBuffer, set_state

# Latin with accents as feature names need it, Cyrillic for captions, and what units need.
CHARACTERS = "".join(map(chr, [*range(32, 127), *range(0xA0, 0x180), *range(0x400, 0x460)])) + "−–—×·→σΔ…«»“”„’"
PAD = 3
# Texts of which widths and corners are kept; most are the same from frame to frame.
KEPT_TEXTS: Final = 1024
# A text, its place in whole pixels, as glyphs are drawn as they are, and its colour.
PlacedText = tuple[str, int, int, tuple[float, float, float, float]]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character's box in the atlas, in pixels, and how far it moves the pen."""

    x: int
    y: int
    width: int
    height: int
    left: int
    top: int
    advance: float


@dataclass(frozen=True, eq=False, slots=True)
class GlyphAtlas:
    """All glyphs of one size: coverage in red, a widened surround in green.

    Attributes
    ----------
    pixels : (height, width, 3) uint8, row 0 on top
    line_px : height of a line
    """

    glyphs: dict[str, Glyph]
    pixels: npt.NDArray[np.uint8]
    line_px: int
    _widths: dict[str, float] = field(default_factory=dict, repr=False)

    def width_px(self, text: str) -> float:
        """Return how wide a text is."""
        found = self._widths.get(text)
        if found is None:
            if len(self._widths) >= KEPT_TEXTS:
                self._widths.clear()
            glyphs, unknown = self.glyphs, self.glyphs["?"]
            found = self._widths[text] = sum([glyphs.get(character, unknown).advance for character in text])
        return found

    def glyph(self, character: str) -> Glyph:
        """Return a character's glyph; what the font lacks reads as a question mark."""
        return self.glyphs.get(character) or self.glyphs["?"]


@lru_cache(maxsize=16)
def glyph_atlas(size_px: int) -> GlyphAtlas:
    """Draw every character once."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    font = ImageFont.truetype(str(asset_path("fonts/DejaVuSans.ttf")), size_px)
    columns, cell = 24, size_px + size_px // 2 + 2 * PAD
    rows = -(-len(CHARACTERS) // columns)
    ink = Image.new("L", (columns * cell, rows * cell), 0)
    pen = ImageDraw.Draw(ink)
    glyphs: dict[str, Glyph] = {}
    for number, character in enumerate(CHARACTERS):
        x, y = (number % columns) * cell, (number // columns) * cell
        pen.text((x + PAD, y + PAD), character, fill=255, font=font)
        glyphs[character] = Glyph(x, y, cell, cell, -PAD, PAD, float(font.getlength(character)))
    surround = ink.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(max(1.0, size_px / 13)))
    pixels = np.stack([np.asarray(ink), np.asarray(surround), np.zeros_like(np.asarray(ink))], axis=-1)
    ascent, descent = font.getmetrics()
    return GlyphAtlas(glyphs, pixels, int(ascent + descent))


class TextRun(NamedTuple):
    """A text with its lower left corner in pixels and its colour (sRGB, alpha)."""

    text: str
    x_px: float
    y_px: float
    colour: tuple[float, float, float, float]


def square_indices(count: int) -> npt.NDArray[np.uint32]:
    """Return the triangles of so many squares of four corners each, (6 n,)."""
    first = 4 * np.arange(count, dtype=np.uint32)[:, np.newaxis]
    return np.ascontiguousarray((first + np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)).reshape(-1))


class TextVisual:
    """All texts of one size in one draw call."""

    DTYPE = np.dtype([("a_place", np.float32, 2), ("a_texture", np.float32, 2), ("a_colour", np.float32, 4)])
    CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])

    def __init__(self, size_px: int) -> None:
        self.atlas = glyph_atlas(size_px)
        self.program = DirectProgram(door.make_program("text.vert", "text.frag"), self.DTYPE)
        self.program.set_texture("u_atlas", gloo.Texture2D(self.atlas.pixels, interpolation="linear"))
        self._buffer = DynamicBuffer(self.DTYPE)
        self._corners: dict[str, npt.NDArray[np.float32]] = {}
        self._placed: dict[PlacedText, npt.NDArray[np.float32]] = {}
        self._numbers = _glyph_numbers(self.atlas.glyphs)
        self._advances = np.array([glyph.advance for glyph in self.atlas.glyphs.values()])
        self._glyphs = self._glyph_corners()
        self._indices, self._room = gloo.IndexBuffer(square_indices(1)), 6
        # What the buffer holds, where in it each text begins, and how many indices that takes.
        self._sent: list[PlacedText] = []
        self._rows, self._edges = np.zeros((0, 8), dtype=np.float32), [0]
        self._count = 0

    def box_px(self, run: TextRun) -> tuple[float, float, float, float]:
        """Return a text's box: left, bottom, right, top."""
        return run.x_px, run.y_px, run.x_px + self.atlas.width_px(run.text), run.y_px + self.atlas.line_px

    def vertices(self, runs: list[TextRun]) -> npt.NDArray[np.void]:
        """Return four vertices for each visible character."""
        return self._vertices(_placed(runs)).view(self.DTYPE)[:, 0] if runs else np.zeros(0, self.DTYPE)

    def _renew(self, wanted: list[PlacedText]) -> None:
        """Bring the rows up to what is wanted: all, or those of a few texts that changed and are as long as before."""
        changed = [number for number, (new, old) in enumerate(zip(wanted, self._sent, strict=False)) if new != old]
        sent, self._sent = self._sent, wanted
        is_small = len(self._placed) < KEPT_TEXTS
        if is_small and len(wanted) == len(sent) and 2 * len(changed) < len(wanted):
            self._put([wanted[number] for number in changed if wanted[number] not in self._placed])
            parts = [self._placed[wanted[number]] for number in changed]
            places = [slice(self._edges[number], self._edges[number + 1]) for number in changed]
            if all(len(part) == place.stop - place.start for part, place in zip(parts, places, strict=True)):
                for part, place in zip(parts, places, strict=True):
                    self._rows[place] = part
                return
        self._rows = self._vertices(wanted)
        self._edges = [0, *accumulate(len(self._placed[text]) for text in wanted)]

    def _vertices(self, texts: list[PlacedText]) -> npt.NDArray[np.float32]:
        """Return them as rows of eight numbers; most texts stand where they stood in the frame before."""
        known = self._placed
        new = [text for text in texts if text not in known]
        if new:
            if len(known) + len(new) > KEPT_TEXTS:
                known.clear()
                new = texts
            self._put(new)
        return np.concatenate([known[text] for text in texts])

    def _put(self, texts: list[PlacedText]) -> None:
        """Work out the rows of texts that stood elsewhere or were none in the frame before."""
        if not texts:
            return
        known = self._corners
        new = list({text: None for text, *_ in texts if text not in known})
        if len(known) + len(new) > KEPT_TEXTS:
            known.clear()
            new = list({text: None for text, *_ in texts})
        if new:
            known.update(zip(new, self._text_corners(new), strict=True))
        for placed in texts:
            text, x, y, colour = placed
            self._placed[placed] = known[text] + np.array([x, y, 0.0, 0.0, *colour], dtype=np.float32)

    def _text_corners(self, texts: list[str]) -> list[npt.NDArray[np.float32]]:
        """Return the corners of texts that begin at the picture's corner, (4 n, 8) as `DTYPE`, without colour.

        All at once, as three or four change from frame to frame.
        """
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
        numbers = self._numbers.take(codes, mode="clip")
        advances, seen = self._advances.take(numbers), (codes != ord(" ")).nonzero()[0]
        # Advances are in 64ths of a pixel, so that nothing is lost by taking them off again.
        ends = np.append(0.0, advances.cumsum())
        edges = [0, *accumulate(map(len, texts))]
        pens = np.floor(ends[:-1] - ends.take(edges[:-1]).repeat(list(map(len, texts))))
        corners = self._glyphs.take(numbers.take(seen), axis=0)
        corners[..., 0] += pens.take(seen)[:, np.newaxis]
        rows = corners.reshape(-1, 8)
        cuts = [0, *accumulate(4 * (len(text) - text.count(" ")) for text in texts)]
        return [rows[first:after] for first, after in pairwise(cuts)]

    def _glyph_corners(self) -> npt.NDArray[np.float32]:
        """Return the corners of every glyph with the pen at the picture's corner, (n, 4, 8) as `DTYPE`."""
        glyphs = self.atlas.glyphs.values()
        box = np.array([(g.left, self.atlas.line_px + g.top, g.x, g.y, g.width, g.height) for g in glyphs])
        box = box.astype(np.float32)[:, np.newaxis]
        step = self.CORNERS * box[..., 4:6]
        corners = np.zeros((len(box), 4, 8), dtype=np.float32)
        corners[..., 0:2] = box[..., 0:2] + step * [1.0, -1.0]
        height, width = self.atlas.pixels.shape[:2]
        corners[..., 2:4] = (box[..., 2:4] + step) / [width, height]
        return corners

    def draw(self, runs: list[TextRun], size_px: tuple[int, int]) -> None:
        """Draw texts over everything."""
        if not runs:
            return
        wanted = _placed(runs)
        if wanted != self._sent:
            self._renew(wanted)
            self._buffer.send(self._rows)
            self._count = 6 * (len(self._rows) // 4)
            if self._count > self._room:
                self._room = 2 * self._count
                self._indices = gloo.IndexBuffer(square_indices(self._room // 6))
        set_state(depth=False, blend=OVER, writes_depth=False)
        self.program.begin()
        self.program.set("u_size_px", *size_px)
        self.program.draw(self._buffer, self._indices, self._count)


def _glyph_numbers(characters: Iterable[str]) -> npt.NDArray[np.intp]:
    """Return the number of each character's glyph by its code; what has none, and the last, is a question mark."""
    numbers = {ord(character): number for number, character in enumerate(characters)}
    return np.array([numbers.get(code, numbers[ord("?")]) for code in range(max(numbers) + 2)])


def _placed(runs: list[TextRun]) -> list[PlacedText]:
    return [(text, round(x_px), round(y_px), colour) for text, x_px, y_px, colour in runs]


RING, DIAMOND, DISC, CROSS = 0.0, 1.0, 2.0, 3.0


@dataclass(frozen=True, slots=True)
class Marker:
    """A small shape at a place in pixels."""

    x_px: float
    y_px: float
    size_px: float
    shape: float
    colour: tuple[float, float, float, float]


class MarkersVisual:
    """All markers in one draw call."""

    DTYPE = np.dtype([("a_place", np.float32, 2), ("a_colour", np.float32, 4), ("a_size_shape", np.float32, 2)])

    def __init__(self) -> None:
        self.program = DirectProgram(door.make_program("marker.vert", "marker.frag"), self.DTYPE)
        self._buffer = DynamicBuffer(self.DTYPE)

    def draw(self, markers: list[Marker], size_px: tuple[int, int]) -> None:
        """Draw markers over everything."""
        if not markers:
            return
        rows = [(m.x_px, m.y_px, *m.colour, m.size_px, m.shape) for m in markers]
        self._buffer.send(np.array(rows, dtype=np.float32))
        set_state(depth=False, blend=OVER, writes_depth=False)
        self.program.begin()
        self.program.set("u_size_px", *size_px)
        self.program.draw_all(self._buffer, len(markers), POINTS)
