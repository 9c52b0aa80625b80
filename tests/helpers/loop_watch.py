"""Watch Qt's event loop: how long it was kept from turning, by what, and how much of that was the picture's drawing.

A machine that does other things stretches every block. Two clocks leave that out: the CPU time of the loop's own
thread says what the program itself did, and `kept_s` stands still while that thread is ready but others have the
processor.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
SAMPLE_MS = 15


@dataclass(frozen=True)
class Block:
    """One turn of the event loop that took long.

    Attributes
    ----------
    wall_ms, cpu_ms : how long, and the CPU time of the loop's thread in it
    kept_ms : how long without waiting for a processor that others had
    draw_wall_ms, draw_cpu_ms : what of these the drawing of the picture took
    doing : what was going on
    where : the place in the program that was seen most while it lasted
    """

    wall_ms: float
    cpu_ms: float
    kept_ms: float
    draw_wall_ms: float
    draw_cpu_ms: float
    doing: str
    where: str

    @property
    def own_wall_ms(self) -> float:
        """Return the wall time without the picture's drawing."""
        return self.wall_ms - self.draw_wall_ms

    @property
    def own_cpu_ms(self) -> float:
        """Return the CPU time without the picture's drawing."""
        return self.cpu_ms - self.draw_cpu_ms

    def row(self) -> dict[str, Any]:
        """Return it for a report."""
        return {
            "doing": self.doing, "wall_ms": round(self.wall_ms, 1), "cpu_ms": round(self.cpu_ms, 1),
            "kept_ms": round(self.kept_ms, 1),
            "draw_wall_ms": round(self.draw_wall_ms, 1), "draw_cpu_ms": round(self.draw_cpu_ms, 1),
            "where": self.where,
        }  # fmt: skip


class LoopWatch(QObject):
    """Beats in the event loop, and samples what its thread does while a beat is late.

    Attributes
    ----------
    blocks : turns that took `least_ms` or longer
    turns : how many there were
    doing : what the caller says it does now
    """

    def __init__(self, canvas: Any, least_ms: float = 60.0, has_samples: bool = True) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.turns, self.doing, self._least_ms = 0, "", least_ms
        self._draw_s = [0.0, 0.0]
        self._seen: Counter[str] = Counter()
        self._thread_id = threading.get_ident()
        self._is_stopped = threading.Event()
        self._draw, canvas._draw = canvas._draw, self._timed_draw
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._on_beat)
        self.forgive()
        self._beat.start(BEAT_MS)
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        if has_samples:
            self._sampler.start()

    def _timed_draw(self) -> None:
        wall_s, cpu_s = time.perf_counter(), time.thread_time()
        try:
            self._draw()
        finally:
            self._draw_s[0] += time.perf_counter() - wall_s
            self._draw_s[1] += time.thread_time() - cpu_s

    def _on_beat(self) -> None:
        wall_ms = 1e3 * (time.perf_counter() - self._last_s) - BEAT_MS
        self.turns += 1
        if wall_ms >= self._least_ms:
            cpu_ms = 1e3 * (time.thread_time() - self._last_cpu_s)
            where = self._seen.most_common(1)[0][0] if self._seen else ""
            draw_ms = [1e3 * part for part in self._draw_s]
            kept_ms = 1e3 * (kept_s() - self._last_kept_s) - BEAT_MS
            self.blocks.append(Block(wall_ms, cpu_ms, kept_ms, *draw_ms, self.doing, where))
        self.forgive()

    def forgive(self) -> None:
        """Begin a turn now: what came before is not counted."""
        self._draw_s = [0.0, 0.0]
        self._seen.clear()
        self._last_s, self._last_cpu_s, self._last_kept_s = time.perf_counter(), time.thread_time(), kept_s()

    def unwatched(self, act: Callable[[], object]) -> None:
        """Do something that does not count."""
        self._on_beat()
        act()
        self.forgive()

    def _sample(self) -> None:
        while not self._is_stopped.wait(SAMPLE_MS / 1e3):
            if 1e3 * (time.perf_counter() - self._last_s) > self._least_ms / 2:
                frame = sys._current_frames().get(self._thread_id)
                if frame is not None:
                    self._seen[place_of(traceback.extract_stack(frame))] += 1

    def stop(self) -> None:
        """End the beat and the sampling."""
        self._beat.stop()
        self._is_stopped.set()
        if self._sampler.is_alive():
            self._sampler.join()

    def longest(self, count: int = 12) -> list[dict[str, Any]]:
        """Return the worst block of each kind of act, by CPU time besides drawing."""
        worst: dict[str, Block] = {}
        for block in self.blocks:
            known = worst.get(block.doing)
            if known is None or block.own_cpu_ms > known.own_cpu_ms:
                worst[block.doing] = block
        return [b.row() for b in sorted(worst.values(), key=lambda b: -b.own_cpu_ms)[:count]]


def kept_s() -> float:
    """Return a clock of this thread that stands still while it waits for a processor; a plain clock outside Linux."""
    return time.perf_counter() - 1e-9 * waited_ns()


def waited_ns() -> int:
    """Return how long this thread was ready to run while others had the processor, so far."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0


def place_of(stack: traceback.StackSummary) -> str:
    """Return the innermost places of the program in a stack, the deepest first."""
    own = [f for f in stack if "visualizer" in f.filename]
    names = [f"{f.filename.rpartition('visualizer/')[2]}:{f.lineno} {f.name}" for f in own[-1:-6:-1]]
    return " < ".join(names) or (f"{stack[-1].filename}:{stack[-1].lineno}" if stack else "")
