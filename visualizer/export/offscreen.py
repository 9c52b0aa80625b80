"""Draw without a window: a hidden context and a framebuffer of our own, supersampled, in tiles where it is large."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
import numpy.typing as npt
from vispy import app, gloo
from vispy.gloo import gl

from visualizer.errors import ExportError, GraphicsError
from visualizer.model.frame_state import FrameState
from visualizer.scene import gl as door
from visualizer.scene.scene_view import SceneView

Pixels = npt.NDArray[np.uint8]
LOGICAL_HEIGHT_PX = 720.0
# gloo's own "depth" has 16 bits, which logarithmic depth turns into 4 mm at 10 m.
GL_DEPTH_COMPONENT24 = 0x81A6
GL_MAX_VIEWPORT_DIMS: Final = 0x0D3A
# A framebuffer of more pixels than this is drawn in tiles: colour and depth take 8 bytes each.
WHOLE_MOST_PX: Final = 4096 * 4096
TILE_PX: Final = (4096, 2048)
WHITE: Final = (1.0, 1.0, 1.0)
BLACK: Final = (0.0, 0.0, 0.0)


class OffscreenPainter:
    """Draws frame states into memory; the size is fixed for life.

    Parameters
    ----------
    size_px : of the finished picture
    supersample : 1 to 4: how many pixels each side are averaged into one
    tile_px : largest width and height of a framebuffer; chosen by what the driver holds unless said
    is_patient : whether each picture waits for all its parts, as files must; else it is drawn as a window's is

    Raises
    ------
    GraphicsError
        If there is no windowless OpenGL.
    ExportError
        If the driver cannot draw a picture of this size.
    """

    def __init__(
        self, size_px: tuple[int, int], supersample: int = 2, tile_px: tuple[int, int] | None = None, *,
        is_patient: bool = True,
    ) -> None:  # fmt: skip
        door.use_windowless()
        try:
            self._canvas = app.Canvas(size=(16, 16), show=False, dpi=96)
            self._canvas.set_current()
        except Exception as error:
            raise GraphicsError(f"drawing without a display: no OpenGL context; {door.EGL_HINT} ({error})") from error
        self.size_px = size_px
        self.supersample = supersample
        self._view = SceneView(is_patient)
        self._drawn_px = size_px[0] * supersample, size_px[1] * supersample
        self._check_size()
        self._tile_px = tile_px or self._fitting_tile_px()
        shape = min(self._tile_px[1], self._drawn_px[1]), min(self._tile_px[0], self._drawn_px[0])
        self._texture = gloo.Texture2D((*shape, 4), interpolation="linear")
        self._buffer = gloo.FrameBuffer(self._texture, gloo.RenderBuffer(shape, GL_DEPTH_COMPONENT24))

    @property
    def facts(self) -> door.GlFacts:
        """What OpenGL says of itself."""
        return self._view.facts

    @property
    def ui_scale(self) -> float:
        """Drawn pixels per logical pixel."""
        return self.supersample * max(0.5, min(self.size_px) / LOGICAL_HEIGHT_PX)

    def _check_size(self) -> None:
        # Tiles are cut out of one large viewport, which the driver limits too.
        told = np.ravel(gl.glGetParameter(GL_MAX_VIEWPORT_DIMS))
        limit = max(int(told[0]), self._view.facts.max_texture_px)
        if max(self._drawn_px) > limit:
            width, height = self.size_px
            raise ExportError(
                f"picture of {width}x{height}, supersampled {self.supersample} times: "
                f"{limit // self.supersample} pixels a side is the driver's limit"
            )

    def _fitting_tile_px(self) -> tuple[int, int]:
        """Return the whole picture's size where that fits, else a tile's, a multiple of the supersampling."""
        width, height = self._drawn_px
        limit = self._view.facts.max_texture_px
        if max(width, height) <= limit and width * height <= WHOLE_MOST_PX:
            return width, height
        across, down = (min(side, limit) // self.supersample * self.supersample for side in TILE_PX)
        return across, down

    @contextmanager
    def _bound(self, state: FrameState) -> Iterator[None]:
        self._canvas.set_current()
        self._view.apply(state)
        try:
            with self._buffer:
                yield
        finally:
            self._view.origin_px, self._view.background = (0, 0), BLACK

    def _tile(self, left: int, bottom: int) -> Pixels:
        """Draw and read the tile with this lower left corner, (height, width, 4), lowest row first."""
        self._view.origin_px = left, bottom
        self._view.draw(self._drawn_px, self.ui_scale)
        self._canvas.context.flush_commands()
        width = min(self._tile_px[0], self._drawn_px[0] - left)
        height = min(self._tile_px[1], self._drawn_px[1] - bottom)
        raw = gl.glReadPixels(0, 0, width, height, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE)
        return np.frombuffer(raw, dtype=np.uint8).reshape(height, width, 4)

    def _band(self, bottom: int) -> Pixels:
        lefts = range(0, self._drawn_px[0], self._tile_px[0])
        tiles = [self._tile(left, bottom) for left in lefts]
        return tiles[0] if len(tiles) == 1 else np.concatenate(tiles, axis=1)

    def draw(self, state: FrameState) -> None:
        """Draw and wait until it is done, without reading back."""
        with self._bound(state):
            self._view.draw(self._drawn_px, self.ui_scale)
            self._canvas.context.flush_commands()
            gl.glFinish()

    def raw(self, state: FrameState, background: tuple[float, float, float] = BLACK) -> Pixels:
        """Draw and return what was drawn, (height, width, 4) with all supersampled pixels, lowest row first."""
        with self._bound(state):
            self._view.background = background
            bottoms = range(0, self._drawn_px[1], self._tile_px[1])
            bands = [self._band(bottom) for bottom in bottoms]
        return bands[0] if len(bands) == 1 else np.concatenate(bands)

    def bands(self, state: FrameState, *, is_transparent: bool = False) -> Iterator[Pixels]:
        """Draw and return the picture in pieces of its full width, top down; as `paint` otherwise."""
        for bottom in reversed(range(0, self._drawn_px[1], self._tile_px[1])):
            drawn = []
            for background in (BLACK, WHITE) if is_transparent else (BLACK,):
                with self._bound(state):
                    self._view.background = background
                    drawn.append(finished(self._band(bottom), self.supersample))
            yield cut_out(drawn[0], drawn[1]) if is_transparent else drawn[0]

    def paint(self, state: FrameState, *, is_transparent: bool = False) -> Pixels:
        """Draw and return the picture, (height, width, 3) uint8, top row first; with alpha where it is transparent."""
        bands = list(self.bands(state, is_transparent=is_transparent))
        return bands[0] if len(bands) == 1 else np.concatenate(bands)

    def close(self) -> None:
        """Give the context back."""
        door.close_windowless(self._canvas)

    def __enter__(self) -> OffscreenPainter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def finished(raw: Pixels, supersample: int) -> Pixels:
    """Return read pixels as a picture: top row first, three channels, supersampled ones averaged."""
    return reduced(raw[::-1, :, :3], supersample)


def reduced(pixels: Pixels, factor: int) -> Pixels:
    """Average blocks of `factor` x `factor` pixels."""
    if factor == 1:
        return np.ascontiguousarray(pixels)
    from PIL import Image

    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).reduce(factor))


def cut_out(on_black: Pixels, on_white: Pixels) -> Pixels:
    """Return a picture with alpha from the same one before black and before white, (height, width, 4).

    What covers a share a of a pixel with colour c gives a c before black and a c + 1 - a before white, so their
    difference is what shows through.
    """
    through = on_white.astype(np.int16) - on_black
    alpha = 255 - np.clip((through.sum(axis=2) + 1) // 3, 0, 255)
    colour = (on_black.astype(np.uint32) * 255 + alpha[..., np.newaxis] // 2) // np.maximum(alpha, 1)[..., np.newaxis]
    return np.concatenate([np.minimum(colour, 255), alpha[..., np.newaxis]], axis=2).astype(np.uint8)
