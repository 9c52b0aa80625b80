"""Evaluate SPK segments: types 2, 3, 8, 9, 12 and 13 by numpy, all others by the SPICE toolkit.

Formats. After NAIF's "SPK Required Reading". Each evaluator takes epochs, (n,), and returns position and velocity,
(n, 3) each, as SPICE would. Sizes that a segment claims are checked against the numbers it has before they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError
from visualizer.formats.daf import Daf, DafSegment
from visualizer.formats.recording import POSITION_MAX_KM, VELOCITY_MAX_KM_S

Evaluate: TypeAlias = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
WINDOW_MAX: Final = 30
BATCH: Final = 20_000


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """A segment ready to be sampled.

    Attributes
    ----------
    evaluate : at epochs inside its span
    seeds_tdb_s : (n,) where sampling may start: its own nodes, or the ends of its records
    nodes : epochs, positions, velocities where it is exactly what an `Arc` does (type 13 with windows of four)
    """

    evaluate: Evaluate
    seeds_tdb_s: FloatArray
    nodes: tuple[FloatArray, FloatArray, FloatArray] | None = None


def native_source(daf: Daf, segment: DafSegment) -> Source | None:
    """Return how to evaluate a segment, or None where SPICE must.

    Raises
    ------
    FileFormatError
        Where the segment contradicts itself.
    """
    numbers = daf.numbers(segment)
    if segment.data_type in (2, 3):
        return _chebyshev(daf, segment, numbers)
    if segment.data_type in (8, 9, 12, 13):
        return _sampled(daf, segment, numbers)
    return None


def broken(daf: Daf, segment: DafSegment, why: str) -> FileFormatError:
    """Return the error of a damaged segment."""
    return FileFormatError(daf.path, f"segment {segment.name!r} (type {segment.data_type}) is damaged: {why}")


def count_of(daf: Daf, segment: DafSegment, value: float, least: int, most: int) -> int:
    """Return a count that a segment claims; raise `FileFormatError` unless it is whole and inside its bounds."""
    if not (least <= value <= most and value == int(value)):
        raise broken(daf, segment, f"it claims a count of {value:g}")
    return int(value)


# ---------------------------------------------------------------- sampled states


def _sampled(daf: Daf, segment: DafSegment, numbers: FloatArray) -> Source:
    count = count_of(daf, segment, float(numbers[-1]), 1, len(numbers) // 6)
    is_even = segment.data_type in (8, 12)
    size = 6 * count + 4 if is_even else 7 * count + (count - 1) // 100 + 2
    if size != len(numbers):
        raise broken(daf, segment, f"{count} states do not fill its {len(numbers)} numbers")
    window = count_of(daf, segment, float(numbers[-2]), 0, WINDOW_MAX) + 1
    states = numbers[: 6 * count].reshape(count, 6)
    epochs = numbers[-4] + numbers[-3] * np.arange(count) if is_even else np.array(numbers[6 * count : 7 * count])
    if not np.all(np.isfinite(states)) or not np.all(np.diff(epochs) > 0.0) or not np.all(np.isfinite(epochs)):
        raise broken(daf, segment, "states or epochs are not numbers in order")
    if np.max(np.abs(states[:, :3])) > POSITION_MAX_KM or np.max(np.abs(states[:, 3:])) > VELOCITY_MAX_KM_S:
        raise broken(daf, segment, "its states are absurd")
    slack = 1e-6 * (segment.end_tdb_s - segment.start_tdb_s) + 1e-3
    if segment.start_tdb_s < epochs[0] - slack or segment.end_tdb_s > epochs[-1] + slack:
        raise broken(daf, segment, "its span is longer than its epochs")
    position, velocity = states[:, :3].copy(), states[:, 3:].copy()
    is_hermite = segment.data_type in (12, 13)
    table = _Table(epochs, position, velocity, min(window, count), is_hermite)
    is_ours = is_hermite and min(window, count) == min(4, count)
    return Source(table.evaluate, epochs, (epochs, position, velocity) if is_ours and count > 1 else None)


@dataclass(frozen=True, eq=False, slots=True)
class _Table:
    """Sampled states with SPICE's choice of window."""

    epochs: FloatArray
    position: FloatArray
    velocity: FloatArray
    window: int
    is_hermite: bool

    def evaluate(self, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        parts = [self._batch(tdb_s[i : i + BATCH]) for i in range(0, len(tdb_s), BATCH)]
        return np.concatenate([p for p, _ in parts]), np.concatenate([v for _, v in parts])

    def _batch(self, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        low = np.clip(np.searchsorted(self.epochs, tdb_s, side="right") - 1, 0, max(0, len(self.epochs) - 2))
        if self.window % 2 == 0:
            start = low - self.window // 2 + 1
        else:
            high = np.minimum(low + 1, len(self.epochs) - 1)
            nearest = np.where(tdb_s - self.epochs[low] < self.epochs[high] - tdb_s, low, high)
            start = nearest - self.window // 2
        start = np.clip(start, 0, len(self.epochs) - self.window)
        index = start[:, np.newaxis] + np.arange(self.window)
        offset = self.epochs[index] - tdb_s[:, np.newaxis]
        if self.is_hermite:
            return hermite(offset, self.position[index], self.velocity[index])
        return neville(offset, self.position[index]), neville(offset, self.velocity[index])


def neville(offset_s: FloatArray, values: FloatArray) -> FloatArray:
    """Return at offset 0 the polynomial through (n, w, 3) values at (n, w) offsets (Neville's scheme)."""
    table = values
    width = offset_s.shape[1]
    for order in range(1, width):
        left, right = offset_s[:, :-order, np.newaxis], offset_s[:, order:, np.newaxis]
        table = (right * table[:, :-1] - left * table[:, 1:]) / (right - left)
    return np.asarray(table[:, 0])


def hermite(offset_s: FloatArray, value: FloatArray, rate: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return at offset 0 the Hermite polynomial and its slope, by Neville's scheme on doubled nodes."""
    nodes = np.repeat(offset_s, 2, axis=1)[:, :, np.newaxis]
    table, slope = np.repeat(value, 2, axis=1), np.repeat(rate, 2, axis=1)
    joined, joined_slope = np.empty_like(table[:, 1:]), np.empty_like(table[:, 1:])
    joined[:, ::2], joined_slope[:, ::2] = value - offset_s[:, :, np.newaxis] * rate, rate
    gap = nodes[:, 2:-1:2] - nodes[:, 1:-2:2]
    joined[:, 1::2] = (nodes[:, 2:-1:2] * value[:, :-1] - nodes[:, 1:-2:2] * value[:, 1:]) / gap
    joined_slope[:, 1::2] = (value[:, 1:] - value[:, :-1]) / gap
    table, slope = joined, joined_slope
    for order in range(2, nodes.shape[1]):
        left, right = nodes[:, :-order], nodes[:, order:]
        new_slope = (right * slope[:, :-1] - left * slope[:, 1:] + table[:, 1:] - table[:, :-1]) / (right - left)
        table = (right * table[:, :-1] - left * table[:, 1:]) / (right - left)
        slope = new_slope
    return np.asarray(table[:, 0]), np.asarray(slope[:, 0])


# ---------------------------------------------------------------- Chebyshev polynomials


def _chebyshev(daf: Daf, segment: DafSegment, numbers: FloatArray) -> Source:
    if len(numbers) < 6:
        raise broken(daf, segment, "it holds too few numbers")
    start_s, interval_s = float(numbers[-4]), float(numbers[-3])
    count = count_of(daf, segment, float(numbers[-1]), 1, len(numbers))
    components = 3 if segment.data_type == 2 else 6
    size = count_of(daf, segment, float(numbers[-2]), 2 + components, len(numbers))
    if count * size + 4 != len(numbers) or (size - 2) % components or not interval_s > 0.0:
        raise broken(daf, segment, f"{count} records of {size} do not fill its {len(numbers)} numbers")
    slack = 1e-6 * interval_s
    end_s = start_s + count * interval_s
    if not (start_s - slack <= segment.start_tdb_s and segment.end_tdb_s <= end_s + slack):
        raise broken(daf, segment, "its span is longer than its records")
    records = numbers[:-4].reshape(count, size)
    if not np.all(np.isfinite(records)) or not np.all(records[:, 1] > 0.0):
        raise broken(daf, segment, "its records hold what is no number")
    if np.max(np.abs(records[:, 2:])) > POSITION_MAX_KM:
        raise broken(daf, segment, "its coefficients are absurd")
    middle = start_s + interval_s * (np.arange(count) + 0.5)
    if not np.all(np.abs(records[:, 0] - middle) < 0.01 * interval_s + 1e-3):
        raise broken(daf, segment, "its records are not where they should be")
    edges = np.concatenate([[start_s], start_s + interval_s * np.arange(1, count + 1)])
    per_interval = max(2, (size - 2) // components // 2)
    seeds = np.unique(
        np.concatenate([edges[:-1] + interval_s * k / per_interval for k in range(per_interval)] + [edges[-1:]])
    )
    return Source(_ChebyshevTable(start_s, interval_s, records, components).evaluate, seeds)


@dataclass(frozen=True, eq=False, slots=True)
class _ChebyshevTable:
    start_s: float
    interval_s: float
    records: FloatArray
    components: int

    def evaluate(self, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        parts = [self._batch(tdb_s[i : i + BATCH]) for i in range(0, len(tdb_s), BATCH)]
        return np.concatenate([p for p, _ in parts]), np.concatenate([v for _, v in parts])

    def _batch(self, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        index = np.clip(((tdb_s - self.start_s) // self.interval_s).astype(np.intp), 0, len(self.records) - 1)
        record = self.records[index]
        radius = record[:, 1]
        x = (tdb_s - record[:, 0]) / radius
        coefficients = record[:, 2:].reshape(len(tdb_s), self.components, -1)
        value, slope = np.zeros((2, len(tdb_s), self.components))
        previous: list[FloatArray] = [np.ones_like(x), x]
        rates: list[FloatArray] = [np.zeros_like(x), np.ones_like(x)]
        for k in range(coefficients.shape[2]):
            if k >= 2:
                rates.append(2.0 * previous[-1] + 2.0 * x * rates[-1] - rates[-2])
                previous.append(2.0 * x * previous[-1] - previous[-2])
            value = value + coefficients[:, :, k] * previous[k][:, np.newaxis]
            slope = slope + coefficients[:, :, k] * rates[k][:, np.newaxis]
        if self.components == 6:
            return value[:, :3], value[:, 3:]
        return value, slope / radius[:, np.newaxis]
