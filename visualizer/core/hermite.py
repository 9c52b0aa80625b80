"""Hermite interpolation of sampled states, as SPK data type 13 defines it.

Each epoch is answered by the unique polynomial of degree 7 through the positions and velocities of the four
nearest nodes (two on either side; at the ends the first or last four). The velocity is that polynomial's
derivative, so position and velocity belong together. The polynomials are worked out once per table, each about the
start of its interval and in parts of the span of its four nodes, where rounding does not grow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, is_one
from visualizer.errors import EpochRangeError

WINDOW: Final = 4
POWERS: Final = np.arange(2 * WINDOW)


@dataclass(frozen=True, slots=True)
class HermiteTable:
    """Sampled states of one smooth arc.

    Attributes
    ----------
    tdb_s : (n,) float64, TDB seconds past J2000, strictly increasing, n >= 2
    position_km, velocity_km_s : (n, 3) float64
    """

    tdb_s: FloatArray
    position_km: FloatArray
    velocity_km_s: FloatArray
    _held: list[tuple[FloatArray, FloatArray]] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        count = len(self.tdb_s)
        if count < 2 or self.position_km.shape != (count, 3) or self.velocity_km_s.shape != (count, 3):
            raise ValueError(f"an arc needs two nodes at least, and as many states as epochs ({count})")
        if not np.all(np.diff(self.tdb_s) > 0.0):
            raise ValueError("the epochs of an arc must increase")

    @property
    def polynomials(self) -> tuple[FloatArray, FloatArray]:
        """Coefficients (n - 1, 2 w, 3) km by powers of the time since the interval's start over a scale (n - 1,) s."""
        if not self._held:
            self._held.append(_interval_polynomials(self.tdb_s, self.position_km, self.velocity_km_s))
        return self._held[0]

    def evaluate(self, tdb_s: float | FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return position (km) and velocity (km/s), (..., 3) each, at epochs inside the span.

        Raises
        ------
        EpochRangeError
            If an epoch lies outside the nodes (a microsecond is forgiven).
        """
        if is_one(tdb_s):
            return self._evaluate_one(float(tdb_s))
        epochs = np.asarray(tdb_s, dtype=np.float64)
        if epochs.size:
            self._check(float(epochs.min()), float(epochs.max()))
        interval = np.clip(np.searchsorted(self.tdb_s, epochs, side="right") - 1, 0, len(self.tdb_s) - 2)
        coefficients, scales = self.polynomials
        scale = scales[interval][..., np.newaxis]
        x = (epochs - self.tdb_s[interval])[..., np.newaxis] / scale
        count = coefficients.shape[1]
        total = coefficients[interval, count - 1]
        slope = np.zeros_like(total)
        for power in range(count - 2, -1, -1):
            slope *= x
            slope += total
            total *= x
            total += coefficients[interval, power]
        slope /= scale
        return total, slope

    def _evaluate_one(self, tdb_s: float) -> tuple[FloatArray, FloatArray]:
        """Return position and velocity at one epoch, (3,) each; the same polynomial with far less overhead."""
        self._check(tdb_s, tdb_s)
        interval = min(max(int(self.tdb_s.searchsorted(tdb_s, side="right")) - 1, 0), len(self.tdb_s) - 2)
        every, scales = self.polynomials
        coefficients, scale = every[interval], float(scales[interval])
        x, power = (tdb_s - float(self.tdb_s[interval])) / scale, 1.0
        powers = []
        for _ in range(len(coefficients)):
            powers.append(power)
            power *= x
        values = np.array(powers)
        rates = POWERS[1 : len(powers)] * values[:-1]
        return values @ coefficients, (rates @ coefficients[1:]) / scale

    def _check(self, least: float, most: float) -> None:
        first, last = float(self.tdb_s[0]), float(self.tdb_s[-1])
        if not (least >= first - 1e-6 and most <= last + 1e-6):
            raise EpochRangeError("epoch outside the arc", first, last)


def _interval_polynomials(
    tdb_s: FloatArray, position_km: FloatArray, velocity_km_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return each interval's polynomial by powers of the scaled time since its start, (n - 1, 2 w, 3), and the scales.

    Notes
    -----
    Divided differences with each node doubled (Stoer and Bulirsch, section 2.1.5), then Newton's form multiplied out.
    """
    count, window = len(tdb_s), min(WINDOW, len(tdb_s))
    start = np.clip(np.arange(count - 1) + 1 - window // 2, 0, count - window)
    index = start[:, np.newaxis] + np.arange(window)
    scale = tdb_s[start + window - 1] - tdb_s[start]
    nodes = np.repeat((tdb_s[index] - tdb_s[:-1, np.newaxis]) / scale[:, np.newaxis], 2, axis=1)
    # Positions are counted from the interval's start: what is added at the end keeps its own digits.
    value = position_km[index] - position_km[:-1, np.newaxis]
    newton = _divided_differences(nodes, value, velocity_km_s[index] * scale[:, np.newaxis, np.newaxis])
    powers = np.zeros((count - 1, 2 * window, 3))
    powers[:, 0] = newton[-1]
    for order in range(2 * window - 2, -1, -1):
        powers[:, 1:] = powers[:, :-1] - nodes[:, order, np.newaxis, np.newaxis] * powers[:, 1:]
        powers[:, 0] = newton[order] - nodes[:, order, np.newaxis] * powers[:, 0]
    powers[:, 0] += position_km[:-1]
    return powers, scale


def _divided_differences(nodes: FloatArray, value: FloatArray, rate: FloatArray) -> list[FloatArray]:
    """Return Newton's coefficients, 2 w of (m, 3), for doubled nodes (m, 2 w), values and rates (m, w, 3)."""
    column = np.repeat(value, 2, axis=1)
    newton = [column[:, 0]]
    step = (nodes[:, 1:] - nodes[:, :-1])[..., np.newaxis]
    step[:, ::2] = 1.0
    difference = (column[:, 1:] - column[:, :-1]) / step
    difference[:, ::2] = rate
    newton.append(difference[:, 0])
    for order in range(2, nodes.shape[1]):
        spread = (nodes[:, order:] - nodes[:, :-order])[..., np.newaxis]
        difference = (difference[:, 1:] - difference[:, :-1]) / spread
        newton.append(difference[:, 0])
    return newton
