"""Sample a path until piecewise Hermite interpolation gives it back: finer where it bends, cut where it breaks.

Formats. Between neighbouring samples the arc (degree 7, windows of four) is compared with the source at three odd
places; where they differ the interval is halved. A difference that does not vanish down to a millisecond is a break
(an instant burn, two solutions that do not meet): the arc is cut there, so it smears nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, norm
from visualizer.core.hermite import HermiteTable
from visualizer.formats.spk_types import Evaluate

POSITION_KM: Final = 2e-4
VELOCITY_KM_S: Final = 2e-7
BREAK_KM_S: Final = 1e-4
INCONSISTENT_KM_S: Final = 1e-6
RATE_STEP_S: Final = 0.5
PLACES: Final = (0.307, 0.519, 0.786)
BREAK_S: Final = 1e-3
SHORTEST_S: Final = 0.5
BREAKS_MAX: Final = 500
ROUNDS_MAX: Final = 48
BATCH: Final = 50_000


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """Samples of a smooth stretch: (n,), (n, 3) km, (n, 3) km/s."""

    tdb_s: FloatArray
    position_km: FloatArray
    velocity_km_s: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Sampling:
    """What sampling gives.

    Attributes
    ----------
    pieces : in order of time
    error_km : the greatest difference from the source's positions that is left
    rate_error_km_s : by how much the source's velocities differ from the rate of its positions; 0 where they agree
    """

    pieces: tuple[Piece, ...]
    error_km: float
    rate_error_km_s: float


def sample(evaluate: Evaluate, start_s: float, end_s: float, seeds_s: FloatArray, budget: int) -> Sampling:
    """Sample a path over a span.

    Parameters
    ----------
    evaluate : the source, for epochs from start to end
    seeds_s : where to begin; the ends are added
    budget : evaluations at most, more or less; where they do not do, the error says so
    """
    left = Budget(budget // 2)
    rough = Source(evaluate, start_s, end_s, False, left)
    _, breaks, _ = _refine(rough, start_s, end_s, seeds_s, BREAK_S)
    if len(breaks) > BREAKS_MAX:
        breaks = []
    left.evaluations += budget // 2
    edges = [start_s, *(edge for pair in breaks for edge in pair), end_s]
    pieces, errors, rate_error = [], [0.0], 0.0
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first > 2 * BREAK_S:
            source = Source(evaluate, first, last, True, left)
            piece, _, error = _refine(source, first, last, seeds_s, SHORTEST_S)
            pieces.append(piece)
            errors.append(error)
            rate_error = max(rate_error, float(np.max(norm(piece.velocity_km_s - evaluate(piece.tdb_s)[1]))))
    return Sampling(tuple(pieces), max(errors), rate_error if rate_error > INCONSISTENT_KM_S else 0.0)


@dataclass(slots=True)
class Budget:
    """How many evaluations are left."""

    evaluations: int


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """A path to sample, from start to end; `mends` puts the rate of the positions where the velocities are not it."""

    compute: Evaluate
    start_s: float
    end_s: float
    mends: bool
    budget: Budget

    def evaluate(self, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return position and velocity as the source has them."""
        self.budget.evaluations -= len(tdb_s)
        return self.compute(tdb_s)

    def at(self, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return position and velocity."""
        position, velocity = self.evaluate(tdb_s)
        if not self.mends or self.end_s - self.start_s < 4.0 * RATE_STEP_S:
            return position, velocity
        rate, is_same = self.compared(tdb_s, position, velocity, np.full(len(tdb_s), RATE_STEP_S))
        return position, np.where(is_same[:, np.newaxis], velocity, rate)

    def compared(
        self, tdb_s: FloatArray, position: FloatArray, velocity: FloatArray, step_s: FloatArray
    ) -> tuple[FloatArray, BoolArray]:
        """Return the rate of the positions, (n, 3) km/s, and where the velocities are that rate."""
        middle = np.clip(tdb_s, self.start_s + step_s, self.end_s - step_s)
        before, after = middle - step_s, middle + step_s
        first, centre, last = (self.evaluate(epochs)[0] for epochs in (before, middle, after))
        # Epochs resolve 0.1 us, so the steps are those that were taken, not those that were wanted.
        back, ahead, late = (x[:, np.newaxis] for x in (middle - before, after - middle, tdb_s - middle))
        slope_back, slope_ahead = (centre - first) / back, (last - centre) / ahead
        bend = (slope_ahead - slope_back) / (back + ahead)
        rate = slope_back + bend * (back + 2.0 * late)
        slack = INCONSISTENT_KM_S + 2e-15 * norm(position) / step_s
        return rate, np.asarray(norm(rate - velocity) < slack)


def _refine(
    source: Source, start_s: float, end_s: float, seeds_s: FloatArray, shortest_s: float
) -> tuple[Piece, list[tuple[float, float]], float]:
    """Return samples, the intervals that stay wrong below `shortest_s`, and the error left in the others."""
    inner = seeds_s[(seeds_s > start_s + shortest_s) & (seeds_s < end_s - shortest_s)]
    if len(inner) < 2:
        inner = np.linspace(start_s, end_s, 18)[1:-1]
    epochs = np.concatenate([[start_s], inner, [end_s]])
    position, velocity = source.at(epochs)
    dirty: BoolArray = np.ones(len(epochs) - 1, dtype=np.bool_)
    wrong = np.zeros(len(epochs) - 1)
    for _ in range(ROUNDS_MAX):
        wrong[dirty] = _wrongness(source, HermiteTable(epochs, position, velocity), np.flatnonzero(dirty))
        halve = dirty & (wrong > 1.0) & (np.diff(epochs) > shortest_s)
        if not halve.any() or source.budget.evaluations < 12 * int(halve.sum()):
            break
        at = np.flatnonzero(halve)
        middle = 0.5 * (epochs[at] + epochs[at + 1])
        place, rate = source.at(middle)
        epochs = np.insert(epochs, at + 1, middle)
        position, velocity = np.insert(position, at + 1, place, axis=0), np.insert(velocity, at + 1, rate, axis=0)
        wrong, dirty = np.insert(wrong, at, wrong[at]), _near(np.insert(halve, at, True))
    short = np.diff(epochs) <= 2 * shortest_s
    left = np.max(wrong[~short], initial=0.0) if shortest_s == BREAK_S else np.max(wrong, initial=0.0)
    broken = np.flatnonzero((wrong > 1.0) & (np.diff(epochs) <= shortest_s))
    return Piece(epochs, position, velocity), _joined(epochs, broken), float(left) * POSITION_KM


def _wrongness(source: Source, table: HermiteTable, intervals: np.typing.NDArray[np.intp]) -> FloatArray:
    """Return how many tolerances each interval is off."""
    worst = np.zeros(len(intervals))
    for first in range(0, len(intervals), BATCH):
        part = intervals[first : first + BATCH]
        begin, length = table.tdb_s[part], table.tdb_s[part + 1] - table.tdb_s[part]
        for place in PLACES:
            epochs = begin + place * length
            (p, v), (q, w) = source.evaluate(epochs), table.evaluate(epochs)
            off, off_rate = norm(p - q) / POSITION_KM, norm(v - w) / (VELOCITY_KM_S if source.mends else BREAK_KM_S)
            doubtful = np.flatnonzero((off_rate > 1.0) & (off <= 1.0))
            if len(doubtful):
                step = np.clip(0.05 * length[doubtful], 5e-5, RATE_STEP_S)
                _, is_same = source.compared(epochs[doubtful], p[doubtful], v[doubtful], step)
                off[doubtful] = np.where(is_same, off_rate[doubtful], off[doubtful])
            worst[first : first + BATCH] = np.maximum(worst[first : first + BATCH], np.nan_to_num(off, nan=np.inf))
    return worst


def _near(flags: BoolArray) -> BoolArray:
    """Return the flags spread to two neighbours on either side."""
    spread = flags.copy()
    for shift in (1, 2):
        spread[shift:] |= flags[:-shift]
        spread[:-shift] |= flags[shift:]
    return spread


def _joined(epochs: FloatArray, intervals: np.typing.NDArray[np.intp]) -> list[tuple[float, float]]:
    """Return runs of neighbouring intervals as spans."""
    if not len(intervals):
        return []
    cuts = np.flatnonzero(np.diff(intervals) > 1) + 1
    bounds = [0, *cuts.tolist(), len(intervals)]
    return [(float(epochs[intervals[a]]), float(epochs[intervals[b - 1] + 1])) for a, b in pairwise(bounds)]
