"""The picture inside the window: VisPy's Qt canvas driving the scene."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from vispy import app
from vispy.gloo import gl

from visualizer.errors import GraphicsError
from visualizer.model.frame_state import FrameState
from visualizer.scene import gl as door
from visualizer.scene.pacing import Pacer
from visualizer.scene.picking import pick
from visualizer.scene.quality import MEDIUM, TEST_PX, Quality, chosen
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.scaled_picture import ScaledPicture
from visualizer.scene.scene_view import SceneView
from visualizer.scene.visuals.textures import forget_pictures, limit_cubes

log = logging.getLogger(__name__)
# What a picture still lacks (shadows, ground being worked out) comes with pictures this long after.
REFINE_S = 0.02


class WindowCanvas:
    """One on-screen picture; on-screen for life.

    Attributes
    ----------
    native : the Qt widget
    on_first_frame : called once each after the first picture was drawn
    on_failure : called with the error where drawing fails; the picture then stays as it is
    facts : what OpenGL says of itself, once the first picture is drawn
    scale : of the last picture: below 1 while things move on a slow renderer
    quality : the tier that is drawn in
    on_quality : called with the tier when it was chosen
    """

    def __init__(self, draw_frame_state: Callable[[], FrameState], is_paced: bool = False) -> None:
        self._source = draw_frame_state
        self._pacer = Pacer(is_paced)
        self._is_tested = not is_paced
        self.quality = MEDIUM
        self._scaled: ScaledPicture | None = None
        self._is_at_rest = False
        self.scale = 1.0
        self._view: SceneView | None = None
        self._state: FrameState | None = None
        self._has_failed = False
        self.on_first_frame: list[Callable[[], None]] = []
        self.on_failure: list[Callable[[Exception], None]] = []
        self.on_quality: list[Callable[[Quality], None]] = []
        self.facts: door.GlFacts | None = None
        self._canvas = app.Canvas(size=(1280, 720), show=False, keys=None, vsync=False, autoswap=True, dpi=96)
        self._canvas.events.draw.connect(self._on_draw)
        self._rest = app.Timer(0.1, connect=self._on_rest, iterations=1, start=False)
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
            self._view = SceneView(is_patient=False)
            self.facts = self._view.facts
        self._state = self._source()
        self._view.apply(self._state)
        self._draw_paced(self._view)
        if is_first:
            self._canvas.context.flush_commands()
            callbacks, self.on_first_frame = self.on_first_frame, []
            for callback in callbacks:
                callback()
        elif not self._is_tested:
            self._test(self._view)

    def set_quality(self, wanted: Quality | None) -> None:
        """Draw in a tier from now on; None lets a short self-test choose it."""
        if wanted is not None:
            self._use(wanted)
        else:
            self._is_tested = False
            self.request_redraw()

    def _use(self, quality: Quality) -> None:
        has_other_textures = quality.largest_cube_px != self.quality.largest_cube_px
        self.quality, self._is_tested = quality, True
        if has_other_textures:
            limit_cubes(quality.largest_cube_px)
            self._view = None
        for callback in self.on_quality:
            callback(quality)
        self.request_redraw()

    def _test(self, view: SceneView) -> None:
        """Draw the present frame small, three times, and choose the tier by the quickest."""
        assert self.facts is not None
        picture, times = ScaledPicture(), []
        for _ in range(3):
            began = time.perf_counter()
            picture.show(TEST_PX, self.size_px, lambda size: view.draw_scene(size))
            self._canvas.context.flush_commands()
            gl.glFinish()
            times.append(time.perf_counter() - began)
        picture.delete()
        self._use(chosen(self.facts, min(times)))

    def _draw_paced(self, view: SceneView) -> None:
        """Draw with as many pixels as the renderer can keep up with, and all of them once things rest."""
        self._rest.stop()
        self.scale = self._pacer.begin(time.perf_counter(), must_be_sharp=self._is_at_rest)
        self._is_at_rest = False
        if self.scale == 1.0 and self._must_smooth():
            self.scale = self.quality.rest_scale
        if self.scale == 1.0:
            view.draw(self.size_px, self.ui_scale)
        else:
            self._draw_scaled(view, self.scale)
        if self._pacer.is_on:
            self._canvas.context.flush_commands()
            gl.glFinish()
            self._pacer.end(time.perf_counter())
        if self.scale < 1.0:
            self._rest.start(self._pacer.rest_s, iterations=1)
        elif not view.is_whole:
            self._rest.start(REFINE_S, iterations=1)

    def _must_smooth(self) -> bool:
        """Whether this picture is drawn larger than it is shown, and the driver can hold it."""
        assert self.facts is not None
        return self.quality.rest_scale > 1.0 and 2 * max(self.size_px) <= self.facts.max_texture_px

    def _draw_scaled(self, view: SceneView, scale: float) -> None:
        if self._scaled is None:
            self._scaled = ScaledPicture()
        width, height = self.size_px
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        self._scaled.show(size, self.size_px, lambda size: view.draw_scene(size, self.ui_scale * scale))
        view.draw_overlay(self.size_px, self.ui_scale)

    def _on_rest(self, _event: object) -> None:
        # VisPy's timer fires once more than it is told.
        self._rest.stop()
        if self.scale < 1.0 or (self._view is not None and not self._view.is_whole):
            self._is_at_rest = True
            self.request_redraw()

    def pick(self, x_px: float, y_px: float) -> str | None:
        """Return the focus under a logical pixel (from the upper left corner), or None."""
        if self._state is None:
            return None
        ratio = self.ui_scale
        space = RenderSpace(self._state.camera, self.size_px, ratio)
        return pick(self._state, space, x_px * ratio, self.size_px[1] - y_px * ratio)

    def reload(self) -> None:
        """Read the pictures of the globes anew: other ones are to be drawn."""
        forget_pictures()
        self._view = None
        self.request_redraw()

    def close(self) -> None:
        """Stop drawing and give the context back."""
        self._rest.stop()
        self._canvas.events.draw.disconnect(self._on_draw)
        self._canvas.close()


def create_window_canvas(draw_frame_state: Callable[[], FrameState], is_paced: bool = False) -> WindowCanvas:
    """Make the window's picture; a QApplication must exist.

    Parameters
    ----------
    draw_frame_state : returns the frame that is due
    is_paced : whether fewer pixels are drawn while things move, where the renderer is slow

    Raises
    ------
    GraphicsError
        Where VisPy cannot work with Qt here.
    """
    door.use_window()
    try:
        return WindowCanvas(draw_frame_state, is_paced)
    except GraphicsError:
        raise
    except Exception as error:
        raise GraphicsError(f"opening the picture: no OpenGL in this window ({error})") from error
