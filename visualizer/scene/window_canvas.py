"""The picture inside the window: VisPy's Qt canvas driving the scene."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from vispy import app

from visualizer.errors import GraphicsError
from visualizer.model.frame_state import FrameState
from visualizer.scene import gl as door
from visualizer.scene.picking import pick
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.scene_view import SceneView

log = logging.getLogger(__name__)


class WindowCanvas:
    """One on-screen picture; on-screen for life.

    Attributes
    ----------
    native : the Qt widget
    on_first_frame : called once each after the first picture was drawn
    on_failure : called with the error where drawing fails; the picture then stays as it is
    facts : what OpenGL says of itself, once the first picture is drawn
    """

    def __init__(self, draw_frame_state: Callable[[], FrameState]) -> None:
        self._source = draw_frame_state
        self._view: SceneView | None = None
        self._state: FrameState | None = None
        self._has_failed = False
        self.on_first_frame: list[Callable[[], None]] = []
        self.on_failure: list[Callable[[Exception], None]] = []
        self.facts: door.GlFacts | None = None
        self._canvas = app.Canvas(size=(1280, 720), show=False, keys=None, vsync=False, autoswap=True, dpi=96)
        self._canvas.events.draw.connect(self._on_draw)
        self.native: Any = self._canvas.native

    @property
    def size_px(self) -> tuple[int, int]:
        """Physical pixels, right on fractional scale factors too."""
        ratio = float(self.native.devicePixelRatioF())
        return max(1, round(self.native.width() * ratio)), max(1, round(self.native.height() * ratio))

    @property
    def ui_scale(self) -> float:
        """Physical pixels per logical pixel."""
        return float(self.native.devicePixelRatioF())

    def request_redraw(self) -> None:
        """Ask for one redraw soon; many requests make one."""
        self._canvas.update()

    def is_usable(self) -> bool:
        """Whether the widget has an OpenGL context (after it was shown)."""
        return bool(self.native.isValid())

    def _on_draw(self, _event: object) -> None:
        # VisPy swallows exceptions in draw handlers; so they are caught here, told once, and drawing stops.
        if self._has_failed:
            return
        try:
            self._draw()
        except Exception as error:
            self._has_failed = True
            log.exception("drawing failed")
            for callback in self.on_failure:
                callback(error)

    def _draw(self) -> None:
        is_first = self._view is None
        if self._view is None:
            self._view = SceneView()
            self.facts = self._view.facts
        self._state = self._source()
        self._view.apply(self._state)
        self._view.draw(self.size_px, self.ui_scale)
        if is_first:
            self._canvas.context.flush_commands()
            callbacks, self.on_first_frame = self.on_first_frame, []
            for callback in callbacks:
                callback()

    def pick(self, x_px: float, y_px: float) -> str | None:
        """Return the focus under a logical pixel (from the upper left corner), or None."""
        if self._state is None:
            return None
        ratio = self.ui_scale
        space = RenderSpace(self._state.camera, self.size_px, ratio)
        return pick(self._state, space, x_px * ratio, self.size_px[1] - y_px * ratio)

    def close(self) -> None:
        """Stop drawing and give the context back."""
        self._canvas.events.draw.disconnect(self._on_draw)
        self._canvas.close()


def create_window_canvas(draw_frame_state: Callable[[], FrameState]) -> WindowCanvas:
    """Make the window's picture; a QApplication must exist.

    Raises
    ------
    GraphicsError
        Where VisPy cannot work with Qt here.
    """
    door.use_window()
    try:
        return WindowCanvas(draw_frame_state)
    except GraphicsError:
        raise
    except Exception as error:
        raise GraphicsError(f"opening the picture: no OpenGL in this window ({error})") from error
