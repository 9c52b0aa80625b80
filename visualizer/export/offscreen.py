"""Draw without a window: a hidden context and a framebuffer of our own, supersampled."""

from __future__ import annotations

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


class OffscreenPainter:
    """Draws frame states into memory; the size is fixed for life.

    Parameters
    ----------
    size_px : of the finished picture
    supersample : 1 to 4: how many pixels each side are averaged into one

    Raises
    ------
    GraphicsError
        If there is no windowless OpenGL.
    ExportError
        If the driver cannot hold a picture of this size.
    """

    def __init__(self, size_px: tuple[int, int], supersample: int = 2) -> None:
        door.use_windowless()
        try:
            self._canvas = app.Canvas(size=(16, 16), show=False, dpi=96)
            self._canvas.set_current()
        except Exception as error:
            raise GraphicsError(f"drawing without a display: no OpenGL context; {door.EGL_HINT} ({error})") from error
        self.size_px = size_px
        self.supersample = supersample
        self._view = SceneView()
        width, height = size_px[0] * supersample, size_px[1] * supersample
        if max(width, height) > self._view.facts.max_texture_px:
            largest = self._view.facts.max_texture_px // supersample
            raise ExportError(f"picture of {size_px[0]}x{size_px[1]}: {largest} pixels a side is the driver's limit")
        self._texture = gloo.Texture2D((height, width, 4), interpolation="linear")
        self._buffer = gloo.FrameBuffer(self._texture, gloo.RenderBuffer((height, width), GL_DEPTH_COMPONENT24))

    @property
    def facts(self) -> door.GlFacts:
        """What OpenGL says of itself."""
        return self._view.facts

    def _draw(self, state: FrameState) -> None:
        self._canvas.set_current()
        size = (self.size_px[0] * self.supersample, self.size_px[1] * self.supersample)
        self._view.apply(state)
        self._view.draw(size, self.supersample * max(0.5, min(self.size_px) / LOGICAL_HEIGHT_PX))

    def draw(self, state: FrameState) -> None:
        """Draw and wait until it is done, without reading back."""
        with self._buffer:
            self._draw(state)
            self._canvas.context.flush_commands()
            gl.glFinish()

    def paint(self, state: FrameState) -> Pixels:
        """Draw and return the picture, (height, width, 3) uint8, top row first."""
        width, height = self.size_px[0] * self.supersample, self.size_px[1] * self.supersample
        with self._buffer:
            self._draw(state)
            self._canvas.context.flush_commands()
            raw = gl.glReadPixels(0, 0, width, height, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE)
        pixels = np.frombuffer(raw, dtype=np.uint8).reshape(height, width, 4)[::-1, :, :3]
        return reduced(pixels, self.supersample)

    def close(self) -> None:
        """Give the context back."""
        self._canvas.close()

    def __enter__(self) -> OffscreenPainter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def reduced(pixels: Pixels, factor: int) -> Pixels:
    """Average blocks of `factor` x `factor` pixels."""
    if factor == 1:
        return np.ascontiguousarray(pixels)
    from PIL import Image

    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).reduce(factor))
