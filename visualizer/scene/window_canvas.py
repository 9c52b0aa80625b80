"""The picture inside the window: VisPy's Qt canvas driving the scene."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from vispy import app
from vispy.gloo import gl

from visualizer.errors import GraphicsError, PeriluneError
from visualizer.model.camera import CameraPose
from visualizer.model.frame_state import FrameState
from visualizer.scene import gl as door
from visualizer.scene.pacing import Pacer
from visualizer.scene.picking import pick_in_frame
from visualizer.scene.quality import MEDIUM, TEST_PX, Quality, chosen
from visualizer.scene.scaled_picture import ScaledPicture
from visualizer.scene.scene_view import SceneView
from visualizer.scene.smoothed_picture import SmoothedPicture
from visualizer.scene.visuals.textures import are_read, forget_pictures, limit_cubes

log = logging.getLogger(__name__)
# What a picture still lacks (shadows, ground being worked out) comes with pictures this long after.
REFINE_S = 0.02
# How often to look whether the pictures of a new view are decoded.
RENEWAL_S = 0.05
# After the picture is finished, what other views need is prepared with so long between.
QUIET_S = 0.3
TESTS = 3


class WindowCanvas:
    """One on-screen picture; on-screen for life.

    Attributes
    ----------
    native : the Qt widget
    on_first_frame : called once each after the first picture was drawn
    on_drawn : called after each picture, once all that it takes is handed to the driver
    on_failure : called with the error where drawing fails; the picture then stays as it is
    facts : what OpenGL says of itself, once the first picture is drawn
    scale : of the last picture: below 1 while things move on a slow renderer
    quality : the tier that is drawn in
    on_quality : called with the tier when it was chosen
    frame_ms : how long the last pictures took, as far as the program waited for them
    """

    def __init__(self, draw_frame_state: Callable[[], FrameState], is_paced: bool = False) -> None:
        self._source = draw_frame_state
        self._pacer = Pacer(is_paced)
        self._is_tested = not is_paced
        self._test_s: list[float] = []
        self.quality = MEDIUM
        self._scaled: ScaledPicture | None = None
        self._smoothed: SmoothedPicture | None = None
        self._is_at_rest = self._must_be_sharp = False
        # Size of the last picture where it was drawn into a texture, which then still holds it; whose turn it was.
        self._held_px: tuple[int, int] | None = None
        self._turn = 0
        self.scale = 1.0
        self._text_scale = 1.0
        self._view: SceneView | None = None
        # What takes the view's place where other pictures of the globes are to be drawn.
        self._is_renewing = False
        self._next: SceneView | None = None
        self._state: FrameState | None = None
        self._has_failed = False
        self.frame_ms: deque[float] = deque(maxlen=300)
        self.on_first_frame: list[Callable[[], None]] = []
        self.on_drawn: list[Callable[[], None]] = []
        self.on_failure: list[Callable[[Exception], None]] = []
        self.on_quality: list[Callable[[Quality], None]] = []
        self.facts: door.GlFacts | None = None
        self._canvas = app.Canvas(size=(1280, 720), show=False, keys=None, vsync=False, autoswap=True, dpi=96)
        self._canvas.events.draw.connect(self._on_draw)
        self._is_changed = False
        self._rest = app.Timer(0.1, connect=self._on_rest, iterations=1, start=False)
        self._renewal = app.Timer(RENEWAL_S, connect=self._on_renewal, start=False)
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

    @property
    def is_paced(self) -> bool:
        """Whether fewer pixels are drawn while things move, where the renderer is slow."""
        return self._pacer.is_on

    @is_paced.setter
    def is_paced(self, is_on: bool) -> None:
        self._pacer.is_on = is_on

    def request_redraw(self) -> None:
        """Ask for one redraw soon; many requests make one."""
        # Something moves again: a refinement that was due, or comes due before it is drawn, is not the next picture.
        self._is_at_rest, self._is_changed = False, True
        self._canvas.update()

    @property
    def _is_hurried(self) -> bool:
        return self._state is not None and self._state.is_hurried

    def is_usable(self) -> bool:
        """Whether the widget has an OpenGL context (after it was shown)."""
        return bool(self.native.isValid())

    def _on_draw(self, _event: object) -> None:
        # VisPy swallows exceptions in draw handlers; so they are caught here, told once, and drawing stops.
        if self._has_failed:
            return
        began = time.perf_counter()
        try:
            self._draw()
            self.frame_ms.append(1e3 * (time.perf_counter() - began))
            if self.on_drawn:
                door.flush()
                for callback in self.on_drawn:
                    callback()
        except Exception as error:
            self._has_failed = True
            # What the user can mend is told in one line by whoever listens.
            level = logging.INFO if isinstance(error, PeriluneError) else logging.ERROR
            log.log(level, "drawing failed", exc_info=True)
            for callback in self.on_failure:
                callback(error)

    def _draw(self) -> None:
        is_first = self._view is None
        if self._view is None:
            self._view = self._new_view()
        elif self._is_renewing:
            self._view = self._renewed(self._view)
        self.facts = self._view.facts
        self._is_changed = False
        before, self._state = self._state, self._source()
        # A picture that is only to be refined is drawn with all pixels; one that has moved meanwhile need not be.
        is_same = before is not None and is_same_frame(before, self._state)
        self._is_at_rest &= is_same
        # Nor is one that was drawn so already and shows other words now.
        self._must_be_sharp = self._is_at_rest or (is_same and self.scale >= 1.0)
        self._view.apply(self._state)
        if not is_first and not self._is_tested:
            self._test(self._view)
        self._draw_paced(self._view)
        if is_first:
            self._canvas.context.flush_commands()
            callbacks, self.on_first_frame = self.on_first_frame, []
            for callback in callbacks:
                callback()

    def _new_view(self) -> SceneView:
        view = SceneView(is_patient=False)
        view.text_scale = self._text_scale
        return view

    def _renewed(self, old: SceneView) -> SceneView:
        """Return what to draw with: the old view, until a new one has its globes, of which each frame brings some."""
        if self._next is None:
            self._next = self._new_view()
        elif self._next.take_over(old):
            view, self._next, self._is_renewing = self._next, None, False
            return view
        self._canvas.update()
        return old

    def set_text_scale(self, scale: float) -> None:
        """Write words in the picture so many times their usual size."""
        self._text_scale = scale
        if self._view is not None:
            self._view.text_scale = scale
        if self._next is not None:
            self._next.text_scale = scale
        self.request_redraw()

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
            self._renew()
        for callback in self.on_quality:
            callback(quality)
        self.request_redraw()

    def _test(self, view: SceneView) -> None:
        """Draw the present frame small, once a frame, and choose the tier by the quickest of three such drawings."""
        assert self.facts is not None
        picture, began = ScaledPicture(), time.perf_counter()
        picture.show(TEST_PX, self.size_px, lambda size: view.draw_scene(size))
        self._canvas.context.flush_commands()
        gl.glFinish()
        self._test_s.append(time.perf_counter() - began)
        picture.delete()
        if len(self._test_s) < TESTS:
            self._canvas.update()
            return
        self._use(chosen(self.facts, min(self._test_s)))
        self._test_s.clear()

    def _draw_paced(self, view: SceneView) -> None:
        """Draw with as many pixels as the renderer can keep up with, and all of them once things rest."""
        self._rest.stop()
        if self._can_smooth_on(view):
            self._draw_smoother(view)
            return
        if self._smoothed is not None:
            self._smoothed.begin_anew()
        self.scale = self._pacer.begin(
            time.perf_counter(), must_be_sharp=self._must_be_sharp, is_hurried=self._is_hurried
        )
        self._is_at_rest = False
        if self.scale == 1.0 and self._must_smooth():
            self.scale = self.quality.rest_scale
        part = 1.0
        if self.scale == 1.0:
            self._held_px = None
            view.draw(self.size_px, self.ui_scale)
        else:
            part = self._draw_scaled(view, self.scale)
        if self._pacer.is_on:
            self._time(part)
        if self.scale < 1.0:
            self._rest.start(self._pacer.rest_s, iterations=1)
        elif not view.is_whole:
            self._rest.start(REFINE_S, iterations=1)
        elif self.scale == 1.0:
            self._rest.start(self._pacer.rest_s, iterations=1)

    def _can_smooth_on(self, view: SceneView) -> bool:
        """Tell whether the frame is one that was drawn whole with all pixels, and stays."""
        return self._is_at_rest and self.scale == 1.0 and view.is_whole

    def _draw_smoother(self, view: SceneView) -> None:
        """Draw the frame once more, a part of a pixel aside, and show the mean of such pictures."""
        self._is_at_rest, self._held_px = False, None
        self._smoothed = self._smoothed or SmoothedPicture()
        size_px, ui_scale = self.size_px, self.ui_scale
        if self._smoothed.is_done(size_px):
            self._smoothed.show(size_px)
            view.rehearse()
        else:
            self._smoothed.add(size_px, lambda size, shift: view.draw_scene(size, ui_scale, shift_px=shift))
        view.draw_overlay(size_px, ui_scale)
        if not self._smoothed.is_done(size_px):
            self._rest.start(REFINE_S, iterations=1)
        elif view.has_unrehearsed:
            self._rest.start(QUIET_S, iterations=1)

    def _time(self, part: float) -> None:
        """Let the pacer learn how long the picture takes."""
        self._canvas.context.flush_commands()
        if not self._pacer.waits:
            self._pacer.go_on(time.perf_counter())
            return
        gl.glFinish()
        self._pacer.end(time.perf_counter(), part)

    def _must_smooth(self) -> bool:
        """Whether this picture is drawn larger than it is shown, and the driver can hold it."""
        assert self.facts is not None
        return self.quality.rest_scale > 1.0 and 2 * max(self.size_px) <= self.facts.max_texture_px

    def _draw_scaled(self, view: SceneView, scale: float) -> float:
        """Draw into a texture and show that; return which part of the panes was drawn."""
        if self._scaled is None:
            self._scaled = ScaledPicture()
        width, height = self.size_px
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        due = self._due() if self._pacer.takes_turns and self._held_px == size else None
        self._held_px = size
        self._scaled.show(
            size, self.size_px, lambda size: view.draw_scene(size, self.ui_scale * scale, due, is_coarse=scale < 1.0)
        )
        self._scaled.draw_over(lambda: view.draw_overlay(self.size_px, self.ui_scale))
        return view.drawn_part

    def _due(self) -> set[str] | None:
        """Return the panes whose turn it is: the active one and one of the others, or every second time none."""
        assert self._state is not None
        others = [state.pane.id for state in self._state.others if not state.pane.corner]
        if not others:
            return None
        self._turn = (self._turn + 1) % max(len(others), 2)
        return {self._state.pane.id, *others[self._turn : self._turn + 1]}

    def _on_rest(self, _event: object) -> None:
        # VisPy's timer fires once more than it is told.
        self._rest.stop()
        if self._is_changed:
            return
        if self.scale >= 1.0 and self._view is not None and self._view.is_waiting:
            # Nothing to add yet: look again soon. A single shot that is started here would be counted as done.
            self._rest.start(REFINE_S, iterations=-1)
            return
        is_smooth = self._smoothed is not None and self._smoothed.is_done(self.size_px)
        is_rough = self.scale == 1.0 and not is_smooth
        view = self._view
        if self.scale < 1.0 or is_rough or (view is not None and (not view.is_whole or view.has_unrehearsed)):
            self._is_at_rest = True
            self._canvas.update()

    def pick(self, x_px: float, y_px: float) -> str | None:
        """Return the focus under a logical pixel (from the upper left corner), or None."""
        if self._state is None:
            return None
        ratio = self.ui_scale
        return pick_in_frame(self._state, self.size_px, ratio, x_px * ratio, self.size_px[1] - y_px * ratio)

    def reload(self) -> None:
        """Read the pictures of the globes anew: other ones are to be drawn."""
        forget_pictures()
        self._renew()

    def _renew(self) -> None:
        """Draw with the old view until the pictures of a new one are decoded, in threads."""
        are_read()
        self._renewal.start()

    def _on_renewal(self, _event: object) -> None:
        if are_read():
            self._renewal.stop()
            self._is_renewing, self._next = self._view is not None, None
            self.request_redraw()

    def close(self) -> None:
        """Stop drawing and give the context back."""
        self._rest.stop()
        self._renewal.stop()
        self._canvas.events.draw.disconnect(self._on_draw)
        self._canvas.close()


def is_same_frame(first: FrameState, second: FrameState) -> bool:
    """Tell whether two frames show the same moment from the same places."""
    pairs = list(zip((first, *first.others), (second, *second.others), strict=False))
    return (
        first.tdb_s == second.tdb_s
        and len(first.others) == len(second.others)
        and all(one.pane.id == other.pane.id and is_same_pose(one.camera, other.camera) for one, other in pairs)
    )


def is_same_pose(first: CameraPose, second: CameraPose) -> bool:
    """Tell whether two cameras are in the same place and look the same way."""
    return (
        first.fov_rad == second.fov_rad
        and np.array_equal(first.pos_wrt_earth_icrf_km, second.pos_wrt_earth_icrf_km)
        and np.array_equal(first.rot_view_from_icrf, second.rot_view_from_icrf)
    )


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
