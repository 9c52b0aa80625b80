"""The numbers of colours in a frame: which mission has which is told by `missions.mission_colours`."""

from __future__ import annotations

from collections.abc import Sequence


def number_at(numbers: Sequence[int], index: int) -> int:
    """Return the number of the mission with an index; where no numbers are given, the index itself."""
    return numbers[index] if index < len(numbers) else index
