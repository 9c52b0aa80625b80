"""Measure drawing in a real window: frames per second and processor time for each view. Window layer."""

from __future__ import annotations

import time
from itertools import pairwise
from statistics import median
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer

from visualizer.model.frame_state import FrameState
from visualizer.model.session import Session
from visualizer.scene.gl_timing import GlTime, call_cost_s, gl_timed
from visualizer.scene.window_canvas import WindowCanvas, create_window_canvas
from visualizer.ui.app import create_application

WARM_UP_FRAMES: Final = 8
# Frames that are looked at for Python's part.
PYTHON_FRAMES: Final = 60
LONGEST_S: Final = 30.0
# How many panes are measured beside single pictures; the last is measured once more with fewer pixels.
PANES: Final = (2, 4)


class _Meter:
    """Draws frame after frame and notes when each began."""

    def __init__(self, session: Session, size_px: tuple[int, int]) -> None:
        self._session = session
        self.walls: list[float] = []
        self.cpus: list[float] = []
        self.canvas: WindowCanvas = create_window_canvas(self._next)
        self.canvas.on_failure.append(self._fail)
        self.canvas.on_drawn.append(self._drawn)
        # Milliseconds of Python in each frame, while they are wanted.
        self.pythons: list[float] = []
        self._gl: GlTime | None = None
        self._call_cost_s = call_cost_s()
        self._begun = (0.0, 0.0, 0)
        self._error: Exception | None = None
        ratio = float(self.canvas.native.devicePixelRatioF())
        self.canvas.native.resize(round(size_px[0] / ratio), round(size_px[1] / ratio))
        self.canvas.native.show()

    def _fail(self, error: Exception) -> None:
        self._error = error

    def _next(self) -> FrameState:
        self.walls.append(time.perf_counter())
        self.cpus.append(time.process_time())
        if self._gl is not None:
            self._begun = (time.thread_time(), self._gl.spent_s, self._gl.calls)
        self._session.advance(1.0 / 60.0)
        QTimer.singleShot(0, self.canvas.request_redraw)
        return self._session.frame_state()

    def _drawn(self) -> None:
        if self._gl is not None:
            began_s, spent_s, calls = self._begun
            inside_s = self._gl.spent_s - spent_s + (self._gl.calls - calls) * self._call_cost_s
            self.pythons.append(1e3 * (time.thread_time() - began_s - inside_s))

    def run_for_python(self) -> None:
        """Draw some frames and note how long Python takes for each.

        That is the processor time of the drawing thread from the clock's step to the last call of OpenGL, less what is
        spent inside OpenGL's functions and on timing these. Neither waiting nor a software renderer's drawing count:
        what is left is the same with a graphics card.
        """
        self.pythons.clear()
        with gl_timed() as self._gl:
            self.run(0.0, WARM_UP_FRAMES + PYTHON_FRAMES)
        self._gl = None

    def run(self, seconds: float, frames: int = WARM_UP_FRAMES + 20) -> None:
        """Draw for so long, and for so many frames at least."""
        self.walls.clear()
        self.cpus.clear()
        self._frames = frames
        began = time.perf_counter()
        self.canvas.request_redraw()
        loop = QEventLoop()
        poll = QTimer()
        poll.timeout.connect(lambda: self._quit_when_done(loop, began, seconds))
        poll.start(20)
        loop.exec()
        poll.stop()
        if self._error is not None:
            raise self._error

    def _quit_when_done(self, loop: QEventLoop, began: float, seconds: float) -> None:
        passed = time.perf_counter() - began
        is_enough = passed >= seconds and len(self.walls) >= self._frames
        if self._error is not None or is_enough or passed > LONGEST_S:
            loop.quit()


def bench_window(
    session: Session, view_ids: tuple[str, ...], size_px: tuple[int, int], seconds: float
) -> dict[str, object]:
    """Draw each view in a window of its own size.

    Returns
    -------
    dict
        `renderer` and `views`: for each view, and for several panes in the window, `fps_median`, `fps_p05`,
        `cpu_ms_median`, and `python_ms_median`, `python_ms_p95`; `paced` are drawn with fewer pixels where that is too
        slow, as while things move.
    """
    application = create_application()
    meter = _Meter(session, size_px)
    views = {}
    for view_id in view_ids:
        session.choose_view(view_id, at_once=True)
        views[view_id] = _figures(meter, session, seconds)
    session.choose_view(view_ids[0], at_once=True)
    for count in PANES:
        session.panes.split(count)
        views[f"{count} panes"] = _figures(meter, session, seconds)
    meter.canvas.is_paced = True
    views["paced"] = _figures(meter, session, seconds)
    facts = meter.canvas.facts
    meter.canvas.close()
    session.panes.split(1)
    application.processEvents()
    return {"renderer": facts.renderer if facts else "unknown", "views": views}


def _figures(meter: _Meter, session: Session, seconds: float) -> dict[str, float]:
    session.clock.play(1)
    meter.run(seconds)
    figures = frame_figures(meter.walls, meter.cpus)
    meter.run_for_python()
    return figures | python_figures(meter.pythons)


def python_figures(pythons_ms: list[float]) -> dict[str, float]:
    """Return the median of Python's part of frames, the first few left out, and its 95th percentile."""
    ordered = sorted(pythons_ms[WARM_UP_FRAMES:])
    return {
        "python_ms_median": round(median(ordered), 3),
        "python_ms_p95": round(ordered[int(0.95 * (len(ordered) - 1))], 3),
    }


def frame_figures(walls_s: list[float], cpus_s: list[float]) -> dict[str, float]:
    """Turn the moments at which frames began into figures, the first few left out."""
    walls, cpus = walls_s[WARM_UP_FRAMES:], cpus_s[WARM_UP_FRAMES:]
    rates = sorted(1.0 / max(b - a, 1e-6) for a, b in pairwise(walls))
    spent = [1e3 * (b - a) for a, b in pairwise(cpus)]
    return {
        "fps_median": round(median(rates), 2),
        "fps_p05": round(rates[int(0.05 * (len(rates) - 1))], 2),
        "cpu_ms_median": round(median(spent), 3),
    }
