"""Hermite interpolation of sampled states, as SPK data type 13 defines it.

Each epoch is answered by the unique polynomial of degree 7 through the positions and velocities of the four
nearest nodes (two on either side; at the ends the first or last four). The velocity is that polynomial's
derivative, so position and velocity belong together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.errors import EpochRangeError

WINDOW = 4


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

    def __post_init__(self) -> None:
        count = len(self.tdb_s)
        if count < 2 or self.position_km.shape != (count, 3) or self.velocity_km_s.shape != (count, 3):
            raise ValueError(f"an arc needs two nodes at least, and as many states as epochs ({count})")
        if not np.all(np.diff(self.tdb_s) > 0.0):
            raise ValueError("the epochs of an arc must increase")

    def evaluate(self, tdb_s: float | FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return position (km) and velocity (km/s), (..., 3) each, at epochs inside the span.

        Raises
        ------
        EpochRangeError
            If an epoch lies outside the nodes (a microsecond is forgiven).
        """
        epochs = np.asarray(tdb_s, dtype=np.float64)
        first, last = float(self.tdb_s[0]), float(self.tdb_s[-1])
        if epochs.size and not (epochs.min() >= first - 1e-6 and epochs.max() <= last + 1e-6):
            raise EpochRangeError("epoch outside the arc", first, last)
        window = min(WINDOW, len(self.tdb_s))
        right = np.searchsorted(self.tdb_s, epochs, side="right")
        start = np.clip(right - window // 2, 0, len(self.tdb_s) - window)
        index = start[..., np.newaxis] + np.arange(window)
        return _hermite(self.tdb_s[index] - epochs[..., np.newaxis], self.position_km[index], self.velocity_km_s[index])


def _hermite(offset_s: FloatArray, value: FloatArray, rate: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Evaluate at offset 0 the Hermite polynomial through nodes at `offset_s`.

    Parameters
    ----------
    offset_s : (..., w), s from the wanted epoch to each node
    value, rate : (..., w, 3)

    Returns
    -------
    value and derivative, (..., 3) each

    Notes
    -----
    Divided differences with each node doubled (Stoer and Bulirsch, section 2.1.5), then Horner's rule.
    """
    nodes = np.repeat(offset_s, 2, axis=-1)[..., np.newaxis]
    column = np.repeat(value, 2, axis=-2)
    count = column.shape[-2]
    newton = [column[..., 0, :]]
    step = nodes[..., 1:, :] - nodes[..., :-1, :]
    step[..., ::2, :] = 1.0
    difference = (column[..., 1:, :] - column[..., :-1, :]) / step
    difference[..., ::2, :] = rate
    newton.append(difference[..., 0, :])
    for order in range(2, count):
        spread = nodes[..., order:, :] - nodes[..., :-order, :]
        difference = (difference[..., 1:, :] - difference[..., :-1, :]) / spread
        newton.append(difference[..., 0, :])
    total = newton[-1]
    slope = np.zeros_like(total)
    for order in range(count - 2, -1, -1):
        factor = -nodes[..., order, :]
        slope = slope * factor + total
        total = total * factor + newton[order]
    return total, slope
