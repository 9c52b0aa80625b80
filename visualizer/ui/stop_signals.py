"""Ctrl+C, SIGTERM and SIGHUP close the window in order, also while nothing moves and Python sleeps inside Qt.

Window layer.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier, QTimer


class StopSignals(QObject):
    """Calls back when the process is asked to stop.

    Notes
    -----
    Python runs signal handlers only between its own instructions; a byte written to a socket that Qt watches
    brings it there. It may also run one in the middle of painting, where a window must not be closed: so the call
    comes from the event loop itself.
    """

    def __init__(self, on_stop: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._on_stop = on_stop
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        self._old_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old = {number: signal.signal(number, self._handle) for number in _stop_numbers()}

    def _drain(self) -> None:
        try:
            self._reader.recv(64)
        except BlockingIOError:
            return

    def _handle(self, number: int, _frame: object) -> None:
        QTimer.singleShot(0, self, lambda: self._on_stop(number))

    def stop(self) -> None:
        """Give the signals back."""
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()


def _stop_numbers() -> list[int]:
    """Return what asks to stop on this system; a SIGHUP that nohup ignores stays ignored."""
    numbers = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    return [n for n in numbers if n is not None and not (n == numbers[2] and signal.getsignal(n) == signal.SIG_IGN)]
