"""Evaluate the Chebyshev records of SPK and PCK kernels (data type 2), one epoch or many.

JPL's planetary ephemeris and the Moon's orientation are both stored as equal intervals of Chebyshev
polynomials. The kernels' container (DAF) is read by jplephem; the evaluation here is ours because one
epoch must cost microseconds: it runs several times in every frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, is_one
from visualizer.errors import EpochRangeError

MANY: Final = 500


@dataclass(frozen=True, slots=True)
class ChebyshevTable:
    """Equal intervals of Chebyshev polynomials in three components.

    Attributes
    ----------
    start_tdb_s : start of the first interval, TDB seconds past J2000
    interval_s : length of one interval, s
    coefficients : (n_coefficients, n_intervals, 3) float64
    what : words for errors, e.g. `Moon about the Earth-Moon barycentre`
    """

    start_tdb_s: float
    interval_s: float
    coefficients: FloatArray
    what: str

    @property
    def end_tdb_s(self) -> float:
        """End of the last interval, TDB seconds past J2000."""
        return float(self.start_tdb_s + self.interval_s * self.coefficients.shape[1])

    def _by_interval(self, tdb_s: float | FloatArray, *, with_rates: bool) -> tuple[FloatArray, FloatArray] | None:
        """Return position and rate, (n, 3) each, interval by interval where many epochs share few; else None."""
        if np.ndim(tdb_s) != 1 or len(np.asarray(tdb_s)) < MANY:
            return None
        epochs = np.asarray(tdb_s, dtype=np.float64)
        index = self._index(epochs)
        present, groups = np.unique(index, return_inverse=True)
        if len(present) * MANY > len(epochs):
            return None
        position, rate = np.empty((len(epochs), 3)), np.zeros((len(epochs), 3))
        for number, interval in enumerate(present):
            chosen = slice(None) if len(present) == 1 else groups == number
            own = self.coefficients[:, interval]
            x = 2.0 * (epochs[chosen] - self.start_tdb_s - interval * self.interval_s) / self.interval_s - 1.0
            values, rates = _polynomials(x, len(own), with_rates=with_rates)
            position[chosen] = values.T @ own
            if with_rates:
                rate[chosen] = rates.T @ own
        return position, rate * (2.0 / self.interval_s)

    def position_at_one(self, tdb_s: float) -> FloatArray:
        """Return the components, (3,), at one epoch: those of `position_and_rate`, in less time."""
        own, x = self._locate_one(tdb_s)
        return np.asarray(_values_at_one(x, len(own)) @ own)

    def _one(self, tdb_s: float) -> tuple[FloatArray, FloatArray]:
        """Return position and rate, (3,) each, at one epoch, without what only arrays need."""
        own, x = self._locate_one(tdb_s)
        values, rates = _polynomials_at_one(x, len(own))
        return values @ own, (rates @ own) * (2.0 / self.interval_s)

    def _locate_one(self, tdb_s: float) -> tuple[FloatArray, float]:
        """Return an epoch's coefficients, (n_coefficients, 3), and its place in [-1, 1]."""
        place, count = (tdb_s - self.start_tdb_s) / self.interval_s, self.coefficients.shape[1]
        if not 0.0 <= place <= count:
            self._index(np.array(tdb_s))
        interval = min(int(place), count - 1)
        x = 2.0 * (tdb_s - self.start_tdb_s - interval * self.interval_s) / self.interval_s - 1.0
        return self.coefficients[:, interval], x

    def _index(self, epochs: FloatArray) -> npt.NDArray[np.intp]:
        """Return the interval of each epoch."""
        count = self.coefficients.shape[1]
        offset_s = epochs - self.start_tdb_s
        if not (np.all(offset_s >= 0.0) and np.all(offset_s <= count * self.interval_s)):
            raise EpochRangeError(
                f"{self.what}: epoch outside the bundled ephemeris (1970 to 2040)",
                self.start_tdb_s,
                self.end_tdb_s,
            )
        return np.asarray(np.minimum((offset_s // self.interval_s).astype(np.intp), count - 1))

    def _locate(self, tdb_s: float | FloatArray) -> tuple[FloatArray, FloatArray | float]:
        """Return each epoch's coefficients (n_coefficients, ..., 3) and its place in [-1, 1]."""
        epochs = np.asarray(tdb_s, dtype=np.float64)
        index = self._index(epochs)
        offset_s = epochs - self.start_tdb_s
        place = 2.0 * (offset_s - index * self.interval_s) / self.interval_s - 1.0
        return self.coefficients[:, index], float(place) if place.ndim == 0 else place

    def position(self, tdb_s: float | FloatArray) -> FloatArray:
        """Return the components, (..., 3), at epochs of any shape."""
        many = self._by_interval(tdb_s, with_rates=False)
        if many is not None:
            return many[0]
        coefficients, x = self._locate(tdb_s)
        values, _ = _polynomials(x, len(coefficients), with_rates=False)
        return np.asarray(np.einsum("k...,k...c->...c", values, coefficients), dtype=np.float64)

    def position_and_rate(self, tdb_s: float | FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the components and their derivatives per second, both (..., 3)."""
        if is_one(tdb_s):
            return self._one(float(tdb_s))
        many = self._by_interval(tdb_s, with_rates=True)
        if many is not None:
            return many
        coefficients, x = self._locate(tdb_s)
        values, rates = _polynomials(x, len(coefficients), with_rates=True)
        position = np.einsum("k...,k...c->...c", values, coefficients)
        slope = np.einsum("k...,k...c->...c", rates, coefficients)
        return np.asarray(position), np.asarray(slope * (2.0 / self.interval_s))


def _values_at_one(x: float, count: int) -> FloatArray:
    """Return the values alone of `_polynomials_at_one`."""
    twice, before, value = 2.0 * x, 1.0, x
    values = [before, value]
    for _ in range(2, count):
        before, value = value, twice * value - before
        values.append(value)
    return np.array(values)


def _polynomials_at_one(x: float, count: int) -> tuple[FloatArray, FloatArray]:
    """Return the same as `_polynomials` for one epoch, digit for digit, in half the time."""
    twice = 2.0 * x
    before, value, rate_before, rate = 1.0, x, 0.0 * x, 1.0
    values, rates = [before, value], [rate_before, rate]
    for _ in range(2, count):
        rate_before, rate = rate, 2.0 * value + twice * rate - rate_before
        before, value = value, twice * value - before
        rates.append(rate)
        values.append(value)
    return np.array(values), np.array(rates)


def _polynomials(x: FloatArray | float, count: int, *, with_rates: bool) -> tuple[FloatArray, FloatArray]:
    """Return the Chebyshev polynomials of the first kind and their derivatives at x, (count, ...) each.

    Plain floats for one epoch, arrays for many: the recurrence is the same, and floats are ten times faster.
    """
    values: list[FloatArray | float] = [1.0 + 0.0 * x, x]
    rates: list[FloatArray | float] = [0.0 * x, 1.0 + 0.0 * x]
    for _ in range(2, count):
        if with_rates:
            rates.append(2.0 * values[-1] + 2.0 * x * rates[-1] - rates[-2])
        values.append(2.0 * x * values[-1] - values[-2])
    return np.array(values), np.array(rates)
