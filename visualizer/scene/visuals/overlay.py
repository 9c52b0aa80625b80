"""Text and markers on top of the picture, placed in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.resources import asset_path
from visualizer.scene import gl as door

# Latin with accents as feature names need it, Cyrillic for captions, and what units need.
CHARACTERS = "".join(map(chr, [*range(32, 127), *range(0xA0, 0x180), *range(0x400, 0x460)])) + "−–—×·→σΔ…«»“”„’"
PAD = 3


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

    def width_px(self, text: str) -> float:
        """Return how wide a text is."""
        return sum(self.glyph(character).advance for character in text)

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


@dataclass(frozen=True, slots=True)
class TextRun:
    """A text with its lower left corner in pixels and its colour (sRGB, alpha)."""

    text: str
    x_px: float
    y_px: float
    colour: tuple[float, float, float, float]


class TextVisual:
    """All texts of one size in one draw call."""

    DTYPE = np.dtype([("a_place", np.float32, 2), ("a_texture", np.float32, 2), ("a_colour", np.float32, 4)])
    CORNERS = np.array([[0, 0], [1, 0], [0, 1], [0, 1], [1, 0], [1, 1]])

    def __init__(self, size_px: int) -> None:
        self.atlas = glyph_atlas(size_px)
        self.program = door.make_program("text.vert", "text.frag")
        self.program["u_atlas"] = gloo.Texture2D(self.atlas.pixels, interpolation="linear")
        self._buffer = gloo.VertexBuffer(np.zeros(6, dtype=self.DTYPE))

    def box_px(self, run: TextRun) -> tuple[float, float, float, float]:
        """Return a text's box: left, bottom, right, top."""
        return run.x_px, run.y_px, run.x_px + self.atlas.width_px(run.text), run.y_px + self.atlas.line_px

    def vertices(self, runs: list[TextRun]) -> npt.NDArray[np.void]:
        """Return six vertices for each visible character."""
        boxes, colours = [], []
        for run in runs:
            pen = round(run.x_px)
            for character in run.text:
                glyph = self.atlas.glyph(character)
                if character != " ":
                    top = round(run.y_px) + self.atlas.line_px + glyph.top
                    boxes.append((pen + glyph.left, top, glyph.x, glyph.y, glyph.width, glyph.height))
                    colours.append(run.colour)
                pen += glyph.advance
        if not boxes:
            return np.zeros(0, dtype=self.DTYPE)
        box = np.array(boxes, dtype=np.float32)[:, np.newaxis]
        vertices = np.zeros((len(boxes), 6), dtype=self.DTYPE)
        step = self.CORNERS * box[..., 4:6]
        vertices["a_place"] = np.floor(box[..., 0:2]) + step * [1.0, -1.0]
        height, width = self.atlas.pixels.shape[:2]
        vertices["a_texture"] = (box[..., 2:4] + step) / [width, height]
        vertices["a_colour"] = np.array(colours, dtype=np.float32)[:, np.newaxis]
        return vertices.reshape(-1)

    def draw(self, runs: list[TextRun], size_px: tuple[int, int]) -> None:
        """Draw texts over everything."""
        vertices = self.vertices(runs)
        if not len(vertices):
            return
        self._buffer.set_data(vertices)
        self.program.bind(self._buffer)
        self.program["u_size_px"] = size_px
        gloo.set_state(depth_test=False, blend=True, blend_func=("src_alpha", "one_minus_src_alpha"))
        self.program.draw("triangles")


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
        self.program = door.make_program("marker.vert", "marker.frag")
        self._buffer = gloo.VertexBuffer(np.zeros(1, dtype=self.DTYPE))

    def draw(self, markers: list[Marker], size_px: tuple[int, int]) -> None:
        """Draw markers over everything."""
        if not markers:
            return
        vertices = np.zeros(len(markers), dtype=self.DTYPE)
        vertices["a_place"] = [(m.x_px, m.y_px) for m in markers]
        vertices["a_colour"] = [m.colour for m in markers]
        vertices["a_size_shape"] = [(m.size_px, m.shape) for m in markers]
        self._buffer.set_data(vertices)
        self.program.bind(self._buffer)
        self.program["u_size_px"] = size_px
        gloo.set_state(depth_test=False, blend=True, blend_func=("src_alpha", "one_minus_src_alpha"))
        self.program.draw("points")
