"""Work off the window's thread: a function runs in a pool, its result comes back as a signal.

Window layer. The newest request of a runner wins; older results are dropped. No Qt object is touched in the
worker but the signal's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal


class _Answer(QObject):
    done = Signal(int, object)
    failed = Signal(int, object)


class _Job(QRunnable):
    def __init__(self, number: int, function: Callable[[], object], answer: _Answer) -> None:
        super().__init__()
        self._number, self._function, self._answer = number, function, answer

    def run(self) -> None:
        """Qt: in the pool's thread."""
        try:
            result = self._function()
        except Exception as error:
            self._answer.failed.emit(self._number, error)
        else:
            self._answer.done.emit(self._number, result)


class Runner(QObject):
    """Runs one thing at a time off the window's thread.

    Signals
    -------
    done(object) : the newest request's result
    failed(object) : the exception it raised
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._answer = _Answer(self)
        self._answer.done.connect(self._on_done)
        self._answer.failed.connect(self._on_failed)

    def start(self, function: Callable[[], object]) -> None:
        """Run a function; an older one's result will be dropped."""
        self._number += 1
        self._pool.start(_Job(self._number, function, self._answer))

    def stop(self) -> None:
        """Drop what is queued and wait for what runs; for a closing window."""
        self._number += 1
        self._pool.clear()
        self._pool.waitForDone()

    def _on_done(self, number: int, result: object) -> None:
        if number == self._number:
            self.done.emit(result)

    def _on_failed(self, number: int, error: object) -> None:
        if number == self._number:
            self.failed.emit(error)
