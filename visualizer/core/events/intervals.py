"""Stretches of time during which something holds, cut where the known flight or the search is cut. Core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray
from visualizer.core.events.roots import crossings, least_value
from visualizer.core.events.search import Channel, Search


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Intervals in order of time.

    Attributes
    ----------
    start_tdb_s, end_tdb_s : (n,) s
    starts_before, ends_after : (n,) bool, the interval goes on beyond what was searched
    cut : n texts that say so for people, empty for whole intervals
    """

    start_tdb_s: FloatArray
    end_tdb_s: FloatArray
    starts_before: BoolArray
    ends_after: BoolArray
    cut: tuple[str, ...]

    def rows(self) -> list[tuple[float, float, bool, bool, str]]:
        """Return the intervals one by one."""
        columns = (self.start_tdb_s, self.end_tdb_s, self.starts_before, self.ends_after)
        return list(zip(*(c.tolist() for c in columns), self.cut, strict=True))


def below_zero(search: Search, channel: Channel) -> Intervals:
    """Return when a function of the flight is below zero."""
    starts: list[FloatArray] = []
    ends: list[FloatArray] = []
    flags: list[BoolArray] = []
    cut: list[str] = []
    for piece, row in zip(search.pieces, search.samples(channel), strict=True):
        at, rising = crossings(search.value(channel), piece.tdb_s, row)
        is_in, is_still_in = bool(row[0] < 0.0), bool(row[-1] < 0.0)
        start = np.concatenate([piece.tdb_s[:1] if is_in else [], at[~rising]])
        end = np.concatenate([at[rising], piece.tdb_s[-1:] if is_still_in else []])
        flag = np.zeros((2, len(start)), dtype=bool)
        if len(start):
            flag[0, 0], flag[1, -1] = is_in, is_still_in
        starts.append(start)
        ends.append(end)
        flags.append(flag)
        cut += [_cut_words(piece.before if a else "", piece.after if b else "") for a, b in flag.T.tolist()]
    before, after = np.concatenate(flags, axis=1)
    return Intervals(np.concatenate(starts), np.concatenate(ends), before, after, tuple(cut))


def _cut_words(before: str, after: str) -> str:
    words = [f"already so when {before}"] if before else []
    words += [f"still so when {after}"] if after else []
    return "".join(f"; {word}" for word in words)


def some_of(intervals: Intervals, chosen: np.typing.NDArray[np.intp]) -> Intervals:
    """Return some of the intervals, by their numbers."""
    start, end = intervals.start_tdb_s[chosen], intervals.end_tdb_s[chosen]
    before, after = intervals.starts_before[chosen], intervals.ends_after[chosen]
    return Intervals(start, end, before, after, tuple(intervals.cut[i] for i in chosen))


def least_within(search: Search, channel: Channel, intervals: Intervals) -> FloatArray:
    """Return the least value that a function takes in each interval, (n,).

    Notes
    -----
    The least of the samples inside, then golden sections between its neighbours; so the deepest of several dips is
    taken where they differ by more than sampling blurs.
    """
    start, end = intervals.start_tdb_s, intervals.end_tdb_s
    low, high = start.copy(), end.copy()
    for piece, row in zip(search.pieces, search.samples(channel), strict=True):
        first, last = np.searchsorted(piece.tdb_s, start), np.searchsorted(piece.tdb_s, end, side="right")
        for i in np.flatnonzero((last > first) & (start <= piece.tdb_s[-1]) & (end >= piece.tdb_s[0])):
            best = first[i] + int(np.argmin(row[first[i] : last[i]]))
            low[i] = max(start[i], piece.tdb_s[max(best - 1, 0)])
            high[i] = min(end[i], piece.tdb_s[min(best + 1, len(row) - 1)])
    function = search.value(channel)
    inside = function(least_value(function, low, high, rounds=24))
    return np.asarray(np.minimum(inside, np.minimum(function(start), function(end))))
