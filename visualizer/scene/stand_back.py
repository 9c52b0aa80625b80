"""Threads that work for the picture stand back while it is drawn: each call of OpenGL would wait for Python's lock."""

from __future__ import annotations

from threading import Event
from typing import Final

# At the most, so that a picture that is drawn without end does not stop them.
STANDS_BACK_S: Final = 0.008
_is_free: Final = Event()
_is_free.set()


class _Drawing:
    def __enter__(self) -> None:
        _is_free.clear()

    def __exit__(self, *_: object) -> None:
        _is_free.set()


# While this lasts (`with DRAWING`), those threads stand back.
DRAWING: Final = _Drawing()


def stand_back() -> None:
    """Wait on such a thread while a picture is drawn, between two short pieces of work."""
    _is_free.wait(STANDS_BACK_S)
