"""A thread that works out shadows while pictures are drawn with those that are there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Final, NamedTuple

from visualizer.core.arrays import FloatArray
from visualizer.core.horizon_sun import FineCodes
from visualizer.scene.stand_back import stand_back

# Texels of a band, once the ground was looked at toward a Sun, at every so many texels.
Fill = Callable[[FloatArray, int], FineCodes]


class Piece(NamedTuple):
    """What is to be worked out: the number of a band, at every so many texels, and how."""

    number: int
    every: int
    fill: Fill


class Made(NamedTuple):
    """A band for a Sun, as it goes into the texture."""

    number: int
    every: int
    dir_sun: FloatArray
    codes: FineCodes


class ShadowWork:
    """Bands worked out one after the other for one Sun, in the order in which they are asked for."""

    def __init__(self) -> None:
        self._made: deque[Made] = deque()
        self._job: Future[None] | None = None
        self._must_stop = Event()

    @property
    def is_going_on(self) -> bool:
        """Whether the thread still works."""
        return self._job is not None and not self._job.done()

    def begin(self, dir_sun: FloatArray, pieces: Iterable[Piece]) -> None:
        """Work out bands, once the thread has come to the end of what it does now."""
        self._must_stop = Event()
        pool: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shadows")
        self._job = pool.submit(_work, dir_sun, list(pieces), self._made, self._must_stop)
        pool.shutdown(wait=False)

    def stop(self) -> None:
        """Let the thread end after the band that it is at."""
        self._must_stop.set()

    def take(self) -> list[Made]:
        """Return what was made since this was asked last, the oldest first."""
        if self._job is not None and self._job.done():
            # What went wrong there is told here.
            job, self._job = self._job, None
            job.result()
        return [self._made.popleft() for _ in range(len(self._made))]


def _work(dir_sun: FloatArray, pieces: list[Piece], made: deque[Made], must_stop: Event) -> None:
    for number, every, fill in pieces:
        stand_back()
        if must_stop.is_set():
            return
        made.append(Made(number, every, dir_sun, fill(dir_sun, every)))
