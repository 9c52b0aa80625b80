"""How much processor time of a thread is spent inside OpenGL, so that the rest of a frame can be told apart from it.

A software renderer draws in the calling thread as well as in its own; on a graphics card little is spent there. What is
left of a frame is what Python does, which is the same on every machine with the same processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, Final

from vispy.gloo import gl

CALIBRATION_CALLS: Final = 2000


class GlTime:
    """Time inside OpenGL's own functions since it was made.

    Attributes
    ----------
    spent_s : processor time of the calling thread, s
    calls : how many there were
    """

    def __init__(self) -> None:
        self.spent_s = 0.0
        self.calls = 0

    def timed(self, native: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same and adds its time."""

        def call(*arguments: Any) -> Any:
            began = time.thread_time()
            found = native(*arguments)
            self.spent_s += time.thread_time() - began
            self.calls += 1
            return found

        return call


@contextmanager
def gl_timed() -> Iterator[GlTime]:
    """Add up the time inside OpenGL while this lasts.

    The functions of OpenGL's library are what is timed, not the wrappers about them: turning Python's values into
    theirs counts as Python.
    """
    told = GlTime()
    functions = [one for name, one in vars(gl).items() if name.startswith("gl") and hasattr(one, "_native")]
    natives = [function._native for function in functions]
    for function, native in zip(functions, natives, strict=True):
        function._native = told.timed(native)
    try:
        yield told
    finally:
        for function, native in zip(functions, natives, strict=True):
            function._native = native


def call_cost_s() -> float:
    """Return what timing one call costs outside of what it tells, s: it is no part of a frame."""
    told = GlTime()
    timed = told.timed(lambda *_: None)
    costs = []
    for _ in range(5):
        told.spent_s, began = 0.0, time.thread_time()
        for _ in range(CALIBRATION_CALLS):
            timed(1, 2)
        costs.append((time.thread_time() - began - told.spent_s) / CALIBRATION_CALLS)
    return median(costs)
