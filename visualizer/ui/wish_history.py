"""What was chosen in the what-if panel, for undo and redo. No toolkit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from visualizer.model.ghosts import Ghost

MOST_UNDO: Final = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """A burn and a length of it: what undo goes back to."""

    mission_id: str
    burn_id: str
    seconds: float


def wish_of_ghost(ghost: Ghost) -> Wish:
    """Return the burn and the length that a flight in the picture stands for."""
    first = ghost.trajectory.arcs[0]
    length = first.end_tdb_s - first.start_tdb_s if first.kind == "burn" else 0.0
    return Wish(ghost.mission_id, ghost.id.partition("/")[2], round(length, 3))


class WishHistory:
    """What was chosen, for undo and redo."""

    def __init__(self) -> None:
        self._wishes: list[Wish] = []
        self._place = -1

    def push(self, wish: Wish) -> None:
        """Keep a wish, unless it is the present one; what was undone before is forgotten."""
        if self._place < 0 or self._wishes[self._place] != wish:
            self._wishes = [*self._wishes[: self._place + 1], wish][-MOST_UNDO:]
            self._place = len(self._wishes) - 1

    def can(self, step: int) -> bool:
        """Tell whether there is a wish that many steps away."""
        return 0 <= self._place + step < len(self._wishes)

    def move(self, step: int) -> Wish:
        """Go there and return it."""
        self._place += step
        return self._wishes[self._place]
