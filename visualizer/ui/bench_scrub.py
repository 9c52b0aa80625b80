"""Measure scrubbing in the real window: from a move of the mouse to the picture of its moment. Window layer.

The playhead is dragged from one end of the flight to the other and back, by real mouse events on the timeline. Two
figures: how long a single move takes to become a picture on the screen, and how old the picture is while moves come
without a pause, as from a mouse.
"""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import Any, Final

from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from visualizer.errors import GraphicsError
from visualizer.model.frame_state import FrameState
from visualizer.model.session import Session
from visualizer.scene.quality import LOW
from visualizer.scene.window_canvas import create_window_canvas
from visualizer.ui.app import create_application
from visualizer.ui.main_window import MainWindow

MOVES: Final = 60
# A usual mouse tells its place 125 times a second.
MOUSE_MS: Final = 8
DRAG_S: Final = 4.0
SETTLE_S: Final = 2.0
LIMIT_S: Final = 30.0
WARM_UP: Final = 5


class _Scrubber:
    """A window, and a hand on its timeline."""

    def __init__(self, session: Session, size_px: tuple[int, int]) -> None:
        self._session = session
        self.window = MainWindow(session, partial(create_window_canvas, is_paced=True))
        self._drawn_tdb_s: float | None = None
        self._told: dict[float, float] = {}
        self.ages_ms: list[float] = []
        self._is_waited_for = False
        self._watch()
        self._open(size_px)

    def _watch(self) -> None:
        """Note for which moment each picture is, and when it is on the screen."""
        original = self._session.frame_state

        def noted() -> FrameState:
            state = original()
            self._drawn_tdb_s = self._session.clock.epoch_tdb_s
            return state

        self._session.frame_state = noted  # type: ignore[method-assign]
        self.window.canvas.native.frameSwapped.connect(self._on_shown)

    def _open(self, size_px: tuple[int, int]) -> None:
        """Show the window so that its picture has the wanted size."""
        self.window.choose_quality(LOW.id)
        self.window.resize(size_px[0] + 400, size_px[1] + 200)
        self.window.show()
        self._spin(SETTLE_S)
        ratio = float(self.window.devicePixelRatioF())
        native = self.window.canvas.native
        more = (size_px[0] / ratio - native.width(), size_px[1] / ratio - native.height())
        self.window.resize(round(self.window.width() + more[0]), round(self.window.height() + more[1]))
        self._spin(SETTLE_S)

    def _spin(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(1e3 * seconds), loop.quit)
        loop.exec()

    # -- the hand -----------------------------------------------------------------------------------------

    def _send(self, kind: QEvent.Type, x_px: float, buttons: Qt.MouseButton) -> None:
        timeline = self.window.timeline
        place = QPointF(x_px, timeline.height() - 4.0)
        modifiers = Qt.KeyboardModifier.NoModifier
        button = Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, place, timeline.mapToGlobal(place), button, buttons, modifiers)
        QApplication.sendEvent(timeline, event)

    def _move(self, share: float) -> None:
        """Move to a part of the way from the left to the right end, 0 to 1; what it asks for is timed from now."""
        scale = self.window.timeline.scale
        began = time.perf_counter()
        x = scale.left_px + scale.width_px * (0.02 + 0.96 * share)
        self._send(QEvent.Type.MouseMove, x, Qt.MouseButton.LeftButton)
        self._told[self._session.clock.epoch_tdb_s] = began

    def _on_shown(self) -> None:
        began = self._told.pop(self._drawn_tdb_s, None) if self._drawn_tdb_s is not None else None
        if began is not None:
            self.ages_ms.append(1e3 * (time.perf_counter() - began))
            self._is_waited_for = False

    # -- measuring ----------------------------------------------------------------------------------------

    def one_by_one(self) -> list[float]:
        """Return how long each of many single moves took to become a picture, ms."""
        self.ages_ms.clear()
        for number in range(MOVES + WARM_UP):
            self._is_waited_for = True
            self._move(_there_and_back(number / (MOVES + WARM_UP)))
            end = time.perf_counter() + LIMIT_S
            while self._is_waited_for and time.perf_counter() < end:
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)
            # The next one comes at any phase of the loop's tick.
            self._spin(0.001 * (number * 7 % 17))
        return list(self.ages_ms[WARM_UP:])

    def dragging(self) -> tuple[list[float], float, float]:
        """Return how old each picture was while the mouse moved without a pause, ms; pictures per second; ms of CPU."""
        self.ages_ms.clear()
        self._told.clear()
        spent, began, timer = time.process_time(), time.perf_counter(), QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: self._move(_there_and_back((time.perf_counter() - began) / DRAG_S)))
        timer.start(MOUSE_MS)
        self._spin(DRAG_S)
        timer.stop()
        count = max(len(self.ages_ms), 1)
        cpu_ms = 1e3 * (time.process_time() - spent) / count
        return list(self.ages_ms[WARM_UP:]), count / (time.perf_counter() - began), cpu_ms

    def run(self) -> dict[str, object]:
        """Press, measure, let go."""
        scale = self.window.timeline.scale
        self._send(QEvent.Type.MouseButtonPress, scale.left_px + 0.03 * scale.width_px, Qt.MouseButton.LeftButton)
        self._spin(0.3)
        single = self.one_by_one()
        ages, rate, cpu_ms = self.dragging()
        self._send(QEvent.Type.MouseButtonRelease, scale.left_px + 0.5 * scale.width_px, Qt.MouseButton.NoButton)
        if not single or not ages:
            raise GraphicsError("scrubbing: no picture came")
        facts: Any = self.window.canvas.facts
        return {
            "renderer": facts.renderer if facts else "unknown",
            "picture": f"{self.window.canvas.native.width()}x{self.window.canvas.native.height()}",
            "single_ms": _figures(single),
            "dragging_ms": _figures(ages),
            "pictures_per_s": round(rate, 1),
            "cpu_ms": round(cpu_ms, 1),
        }

    def close(self) -> None:
        """Close the window and give its context back."""
        self.window.canvas.native.frameSwapped.disconnect(self._on_shown)
        self.window.close()
        self.window.canvas.close()
        QApplication.processEvents()


def _there_and_back(share: float) -> float:
    """Return a way from 0 to 1 and back to 0."""
    return 1.0 - abs(1.0 - 2.0 * (share % 1.0))


def _figures(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": round(median(ordered), 2),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        "worst": round(ordered[-1], 2),
    }


def bench_scrub(session: Session, size_px: tuple[int, int]) -> dict[str, object]:
    """Scrub the flight from end to end in the window, at the lowest tier.

    Parameters
    ----------
    session : one mission or more
    size_px : of the picture; the window is larger

    Returns
    -------
    dict
        `renderer`, `picture`, `single_ms` and `dragging_ms` (median, p95, worst), `pictures_per_s`, `cpu_ms`
        (processor time of a picture, all threads).
    """
    create_application()
    scrubber = _Scrubber(session, size_px)
    try:
        return scrubber.run()
    finally:
        scrubber.close()
