"""Watching a long read from outside: how far it is, and whether it is still wanted.

Formats. Readers call `step` between pieces; who started them in a thread gave that thread a watcher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from visualizer.errors import CommandError

Watcher = Callable[[float], bool]
_WATCHER: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


class CancelledError(CommandError):
    """The user no longer wants what is being read."""


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Let a function hear the share that is done, 0 to 1; it returns whether to go on."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def step(share: float) -> None:
    """Tell the share that is done; raise `CancelledError` where the rest is not wanted."""
    watcher = _WATCHER.get()
    if watcher is not None and not watcher(min(max(share, 0.0), 1.0)):
        raise CancelledError("reading: cancelled")
