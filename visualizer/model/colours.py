"""Which colour a mission has: one number in the table of colours, kept whatever else is shown or meant.

Model: it knows numbers only; `scene.palette` knows the colours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from visualizer.missions.catalogue import Mission

# As many as there are in `scene.palette`; more missions than that share them.
N_COLOURS: Final = 12


class Colours:
    """Gives each mission a number when it is first shown: the one chosen for it, else the least used one."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}

    def numbers(self, missions: Iterable[Mission]) -> tuple[int, ...]:
        """Return the numbers of missions, in their order; those seen for the first time are given theirs."""
        return tuple(self.number(mission) for mission in missions)

    def number(self, mission: Mission) -> int:
        """Return a mission's number."""
        if mission.id not in self._of:
            self._of[mission.id] = mission.colour if mission.colour is not None else self.free()
        return self._of[mission.id]

    def free(self) -> int:
        """Return the number that the fewest missions have, the lowest of several."""
        used = Counter(number % N_COLOURS for number in self._of.values())
        return min(range(N_COLOURS), key=lambda number: (used[number], number))

    def choose(self, mission_id: str, number: int) -> None:
        """Give a mission a number from now on."""
        self._of[mission_id] = number

    def as_table(self) -> dict[str, int]:
        """Return the numbers given so far, by mission id."""
        return dict(self._of)


def number_at(numbers: Sequence[int], index: int) -> int:
    """Return the number of the mission with an index; where no numbers are given, the index itself."""
    return numbers[index] if index < len(numbers) else index
