"""The flight cut into pieces without gaps, sampled so that nothing hides between samples. Core.

Steps follow the craft: in one step it moves by at most a quarter of its distance from the Earth and from the Moon
(15 degrees of a circle), and never by more than an hour. The bound is kept by halving every step that breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, norm
from visualizer.core.ephemeris import Ephemeris, bundled_ephemeris
from visualizer.core.events.moments import EarthTurn, Moments
from visualizer.core.events.roots import crossings
from visualizer.core.events.states import FlightStates
from visualizer.core.trajectory import Trajectory
from visualizer.errors import EpochRangeError

Channel: TypeAlias = Callable[[Moments], FloatArray]

STEP_RAD: Final = 0.26
STEP_MAX_S: Final = 3600.0
STEP_MIN_S: Final = 0.01
BLOCK: Final = 8192
GAP_S: Final = 1e-3


@dataclass(frozen=True, eq=False)
class Piece:
    """A stretch of flight without gaps.

    Attributes
    ----------
    tdb_s : (n,) epochs where it is sampled, ends included
    before, after : why it starts and ends there, for people
    """

    tdb_s: FloatArray
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class Search:
    """A flight ready to be searched: its pieces, and samples of functions shared among kinds.

    Attributes
    ----------
    trajectory, ephemeris : the flight and where bodies are
    span_tdb_s : first and last epoch searched
    """

    trajectory: Trajectory
    span_tdb_s: tuple[float, float]
    ephemeris: Ephemeris = field(default_factory=bundled_ephemeris)
    states: FlightStates = field(init=False, repr=False)
    turn: EarthTurn = field(init=False, repr=False)
    pieces: tuple[Piece, ...] = field(init=False, repr=False)
    _samples: dict[Channel, list[FloatArray]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", FlightStates(self.trajectory, self.ephemeris))
        object.__setattr__(self, "turn", EarthTurn(*self.span_tdb_s))
        object.__setattr__(self, "pieces", tuple(self._cut()))

    def at(self, tdb_s: FloatArray) -> Moments:
        """Return the states at (n,) epochs."""
        return Moments(self.states, np.asarray(tdb_s, dtype=np.float64), self.ephemeris, self.turn)

    def prepare(self, channels: Iterable[Channel]) -> None:
        """Sample functions over all pieces, block by block: positions are evaluated once for all of them."""
        new = [channel for channel in dict.fromkeys(channels) if channel not in self._samples]
        for channel in new:
            self._samples[channel] = []
        for piece in self.pieces:
            rows = [np.empty(len(piece.tdb_s)) for _ in new]
            for first in range(0, len(piece.tdb_s), BLOCK):
                part = slice(first, first + BLOCK)
                moments = self.at(piece.tdb_s[part])
                for row, channel in zip(rows, new, strict=True):
                    row[part] = channel(moments)
            for row, channel in zip(rows, new, strict=True):
                self._samples[channel].append(row)

    def samples(self, channel: Channel) -> list[FloatArray]:
        """Return a function's values at the epochs of each piece."""
        self.prepare([channel])
        return self._samples[channel]

    def value(self, channel: Channel) -> Callable[[FloatArray], FloatArray]:
        """Return a function of moments as a function of epochs, worked out block by block."""

        def evaluate(tdb_s: FloatArray) -> FloatArray:
            parts = [channel(self.at(tdb_s[i : i + BLOCK])) for i in range(0, len(tdb_s), BLOCK)]
            return np.concatenate(parts) if parts else np.empty(0)

        return evaluate

    def zeros(self, channel: Channel) -> tuple[FloatArray, BoolArray]:
        """Return every zero in order of time, (m,) s, and whether the function rises there."""
        found = [
            crossings(self.value(channel), piece.tdb_s, row)
            for piece, row in zip(self.pieces, self.samples(channel), strict=True)
        ]
        return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])

    def _cut(self) -> Iterable[Piece]:
        first, last = self.span_tdb_s
        known = self.trajectory.span_tdb_s
        for start, end in _stretches(self.trajectory):
            if start >= last or end <= first:
                continue
            before = "the search begins" if first > start else _edge(start == known[0], "begins")
            after = "the search ends" if last < end else _edge(end == known[1], "ends")
            yield Piece(self._grid(max(start, first), min(end, last)), before, after)

    def _grid(self, start: float, end: float) -> FloatArray:
        """Return epochs from start to end that keep the bound on steps."""
        count = max(4, int(np.ceil((end - start) / STEP_MAX_S)))
        epochs = np.linspace(start, end, count + 1)
        pace = self._pace(epochs)
        for _ in range(40):
            step = np.diff(epochs)
            long_ = np.flatnonzero((np.maximum(pace[1:], pace[:-1]) * step > STEP_RAD) & (step > STEP_MIN_S))
            if long_.size == 0:
                break
            middle = 0.5 * (epochs[long_] + epochs[long_ + 1])
            epochs = np.insert(epochs, long_ + 1, middle)
            pace = np.insert(pace, long_ + 1, self._pace(middle))
        return epochs

    def _pace(self, tdb_s: FloatArray) -> FloatArray:
        """Return speed over distance, the larger of those about the Earth and about the Moon, (n,) rad/s."""

        def pace(moments: Moments) -> FloatArray:
            ways = (moments.about_moon, moments.about_earth)
            return np.maximum(*(norm(vel) / np.maximum(norm(pos), 1.0) for pos, vel in ways))

        return self.value(pace)(tdb_s)


def _edge(is_end_of_flight: bool, verb: str) -> str:
    return f"the known flight {verb}" if is_end_of_flight else f"a gap {'ends' if verb == 'begins' else 'begins'}"


def _stretches(trajectory: Trajectory) -> list[tuple[float, float]]:
    """Return start and end of each run of arcs that leave no gap between them."""
    runs: list[tuple[float, float]] = []
    for arc in trajectory.arcs:
        if runs and arc.start_tdb_s - runs[-1][1] <= GAP_S:
            runs[-1] = (runs[-1][0], arc.end_tdb_s)
        else:
            runs.append((arc.start_tdb_s, arc.end_tdb_s))
    return runs


def checked_span(trajectory: Trajectory, span_tdb_s: tuple[float, float] | None) -> tuple[float, float]:
    """Return the span to search, the whole flight by default.

    Raises
    ------
    EpochRangeError
        If it is not inside the flight, or its end is not after its start.
    """
    known = trajectory.span_tdb_s
    first, last = span_tdb_s or known
    if not (known[0] - 1e-3 <= first < last <= known[1] + 1e-3):
        raise EpochRangeError(f"{trajectory.name}: cannot look for events from {first:.3f} to {last:.3f} s TDB past "
                              f"J2000; the flight is known from {known[0]:.3f} to {known[1]:.3f}", *known)  # fmt: skip
    return max(first, known[0]), min(last, known[1])
