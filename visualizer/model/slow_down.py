"""Slowing down near burns, landings and impacts: what a flight would be watched for is never over in a frame.

No toolkit. The rule: a burn takes five seconds to watch at least, the minute before a landing or an impact eight;
never slower than real time. Coming near, the rate falls, and going away it rises, by a factor of e in each
`EASE_WALL_S`; far from all of them it is the rate that was chosen. Backwards it is the same.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Event, Mission

BURN_WALL_S: Final = 5.0
ARRIVAL_WALL_S: Final = 8.0
BEFORE_ARRIVAL_S: Final = 60.0
AFTER_ARRIVAL_S: Final = 4.0
ARRIVALS: Final = ("landing", "impact")
EASE_WALL_S: Final = 0.5
# A small part of the ease: the rate hardly changes within one.
STEP_WALL_S: Final = 0.02


@dataclass(frozen=True, eq=False)
class SlowDown:
    """Stretches of time that are watched slowly.

    Attributes
    ----------
    start_tdb_s, end_tdb_s : (n,) s
    rate : (n,) mission seconds per wall second inside each, 1 or more
    """

    start_tdb_s: FloatArray
    end_tdb_s: FloatArray
    rate: FloatArray
    # The same in plain numbers, each stretch in a row, and all edges in order of time.
    _rows: list[tuple[float, float, float]] = field(init=False, repr=False)
    _edges: list[float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        starts, ends = self.start_tdb_s.tolist(), self.end_tdb_s.tolist()
        object.__setattr__(self, "_rows", list(zip(starts, ends, self.rate.tolist(), strict=True)))
        object.__setattr__(self, "_edges", sorted([*starts, *ends]))

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[float, float, float]]) -> SlowDown:
        """Return the rule for stretches given as start, end and the least wall seconds they take."""
        table = np.array(list(rows), dtype=np.float64).reshape(-1, 3)
        length = table[:, 1] - table[:, 0]
        return cls(table[:, 0], table[:, 1], np.maximum(length / table[:, 2], 1.0))

    def rate_at(self, tdb_s: float, rate: float) -> float:
        """Return how many mission seconds pass in a wall second where `rate` was chosen."""
        for start, end, slow in self._rows:
            away_s = start - tdb_s if tdb_s < start else max(tdb_s - end, 0.0)
            rate = min(rate, slow + away_s / EASE_WALL_S)
        return rate

    def run(self, tdb_s: float, direction: int, rate: float, wall_s: float) -> float:
        """Return the epoch some wall seconds later.

        Parameters
        ----------
        tdb_s, direction : where time is, and +1 or -1
        rate : the chosen one
        wall_s : how long it runs, 0 or more

        Notes
        -----
        Steps end on the edges of the stretches, so that none is entered faster than it is watched.
        """
        place, left_s = tdb_s * direction, wall_s
        while left_s > 0.0:
            speed = self.rate_at(place * direction, rate)
            step_s = min(left_s, STEP_WALL_S)
            edge = self._next_edge(place * direction, direction) * direction
            if place + speed * step_s >= edge:
                step_s, place = min(step_s, (edge - place) / speed), edge
            else:
                place += speed * step_s
            left_s -= step_s
        return place * direction

    def _next_edge(self, tdb_s: float, direction: int) -> float:
        """Return the next edge of a stretch in a direction of time, infinitely far where there is none."""
        if direction > 0:
            after = bisect_right(self._edges, tdb_s)
            return self._edges[after] if after < len(self._edges) else math.inf
        before = bisect_left(self._edges, tdb_s) - 1
        return self._edges[before] if before >= 0 else -math.inf


def slow_down_of(mission: Mission) -> SlowDown:
    """Return the rule for a mission: its burns, its landings and impacts, and those of its other flights."""
    rows = [*_rows(mission.trajectory, mission.events)]
    for branch in mission.branches:
        rows += _rows(branch.trajectory, branch.events)
    return SlowDown.of_rows(rows)


def _rows(trajectory: Trajectory, events: tuple[Event, ...]) -> Iterator[tuple[float, float, float]]:
    for arc in trajectory.arcs:
        if arc.kind == "burn":
            yield arc.start_tdb_s, arc.end_tdb_s, BURN_WALL_S
    for event in events:
        if event.kind in ARRIVALS:
            yield event.tdb_s - BEFORE_ARRIVAL_S, event.tdb_s + AFTER_ARRIVAL_S, ARRIVAL_WALL_S
