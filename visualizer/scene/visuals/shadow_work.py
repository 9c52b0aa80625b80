"""A thread that works out shadows while pictures are drawn with those that are there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Final, NamedTuple

from visualizer.core.arrays import FloatArray
from visualizer.core.horizon_sun import FineCodes
from visualizer.scene.stand_back import stand_back

# A thread that has nothing to do ends after so long: while time flies, work comes with nearly every picture.
LINGERS_S: Final = 0.5
# The texels of a band by its number, once the ground was looked at toward a Sun, at every so many texels.
Fill = Callable[[int, FloatArray, int], FineCodes]


class Made(NamedTuple):
    """A band for a Sun, as it goes into the texture."""

    number: int
    every: int
    dir_sun: FloatArray
    codes: FineCodes


class _Job(NamedTuple):
    dir_sun: FloatArray
    numbers: list[int]
    every: list[int]
    must_stop: Event
    done: Future[None]


class ShadowWork:
    """Bands worked out one after the other for one Sun, in the order in which they are asked for."""

    def __init__(self, fill: Fill) -> None:
        self._fill = fill
        self._made: deque[Made] = deque()
        self._asked: SimpleQueue[_Job] = SimpleQueue()
        self._job: _Job | None = None
        self._lock, self._has_thread = Lock(), False

    @property
    def is_going_on(self) -> bool:
        """Whether the thread still works."""
        return self._job is not None and not self._job.done.done()

    def begin(self, dir_sun: FloatArray, numbers: list[int], every: list[int]) -> None:
        """Work out bands, each at every so many texels."""
        self._job = _Job(dir_sun, numbers, every, Event(), Future())
        with self._lock:
            self._asked.put(self._job)
            if not self._has_thread:
                self._has_thread = True
                Thread(target=self._serve, name="shadows", daemon=True).start()

    def stop(self) -> None:
        """Let the thread end what it does after the band that it is at, or after the first."""
        if self._job is not None:
            self._job.must_stop.set()

    def take(self) -> list[Made]:
        """Return what was made since this was asked last, the oldest first."""
        if self._job is not None and self._job.done.done():
            # What went wrong there is told here.
            job, self._job = self._job, None
            job.done.result()
        return [self._made.popleft() for _ in range(len(self._made))]

    def _serve(self) -> None:
        while True:
            try:
                job = self._asked.get(timeout=LINGERS_S)
            except Empty:
                with self._lock:
                    if self._asked.empty():
                        self._has_thread = False
                        return
                continue
            try:
                self._work(job)
                job.done.set_result(None)
            except Exception as error:
                job.done.set_exception(error)

    def _work(self, job: _Job) -> None:
        for number, every in zip(job.numbers, job.every, strict=True):
            stand_back()
            self._made.append(Made(number, every, job.dir_sun, self._fill(number, job.dir_sun, every)))
            # Only now: work that is begun and stopped with each picture comes to its end nevertheless.
            if job.must_stop.is_set():
                return
