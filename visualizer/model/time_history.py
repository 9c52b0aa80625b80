"""Jumps of mission time that can be undone: where each one began, newest last; no toolkit.

What belongs to one act is one jump: all seeks of a scrub, a row of equal steps. Such seeks carry the same gesture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

JUMPS_MAX: Final = 200
# Less is no jump that anybody saw.
LEAST_S: Final = 1e-3


class TimeHistory:
    """Where mission time was before each jump.

    Attributes
    ----------
    can_undo, can_redo : whether there is something to go back to, or forth
    """

    def __init__(self) -> None:
        self._behind: list[float] = []
        self._ahead: list[float] = []
        self._gesture = ""

    @property
    def can_undo(self) -> bool:
        """Whether a jump can be undone."""
        return bool(self._behind)

    @property
    def can_redo(self) -> bool:
        """Whether an undone jump can be made again."""
        return bool(self._ahead)

    def note(self, from_tdb_s: float, to_tdb_s: float, gesture: str = "") -> None:
        """Remember a jump.

        Parameters
        ----------
        from_tdb_s, to_tdb_s : where it began and ended
        gesture : seeks that follow each other with the same name are one jump; without a name each is its own
        """
        if gesture and gesture == self._gesture:
            return
        if abs(to_tdb_s - from_tdb_s) < LEAST_S:
            return
        self._gesture = gesture
        self._behind = [*self._behind, from_tdb_s][-JUMPS_MAX:]
        self._ahead = []

    def end_gesture(self) -> None:
        """Let the next seek be a jump of its own, whatever its name."""
        self._gesture = ""

    @contextmanager
    def as_one(self, now_tdb_s: Callable[[], float]) -> Iterator[None]:
        """Let all jumps inside count as one, from where time is before to where it is after."""
        behind, ahead, before = self._behind, self._ahead, now_tdb_s()
        try:
            yield
        finally:
            self._behind, self._ahead, self._gesture = behind, ahead, ""
            self.note(before, now_tdb_s())

    def undo(self, now_tdb_s: float) -> float | None:
        """Return where the last jump began, or None; `now_tdb_s` can be come back to."""
        return self._step(self._behind, self._ahead, now_tdb_s)

    def redo(self, now_tdb_s: float) -> float | None:
        """Return where time was when the last undo was made, or None."""
        return self._step(self._ahead, self._behind, now_tdb_s)

    def _step(self, taken: list[float], given: list[float], now_tdb_s: float) -> float | None:
        self._gesture = ""
        if not taken:
            return None
        given.append(now_tdb_s)
        return taken.pop()

    def clear(self) -> None:
        """Forget everything."""
        self._behind, self._ahead, self._gesture = [], [], ""
