"""Velocities from positions alone, and how good an interpolation is: local polynomials.

Formats. The velocity at a node is the derivative there of the polynomial of degree 7 through the eight nearest nodes
(fewer where there are fewer). How well an arc is interpolated is estimated by leaving every second node out: twice the
step is 2^8 times the error of degree 7, and half of that factor is kept as a margin for uneven steps.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm
from visualizer.core.hermite import HermiteTable

WINDOW: Final = 8
BATCH: Final = 8192
STRETCH: Final = 400
HALVING_GAIN: Final = 64.0


def velocities_from_positions(tdb_s: FloatArray, position_km: FloatArray) -> FloatArray:
    """Return velocities at the nodes.

    Parameters
    ----------
    tdb_s : (n,) increasing; position_km : (n, 3)

    Returns
    -------
    (n, 3) km/s
    """
    window = min(WINDOW, len(tdb_s))
    velocity = np.empty_like(position_km)
    for first in range(0, len(tdb_s), BATCH):
        rows = np.arange(first, min(first + BATCH, len(tdb_s)))
        start = np.clip(rows - window // 2, 0, len(tdb_s) - window)
        index = start[:, np.newaxis] + np.arange(window)
        weight = _derivative_weights(tdb_s[index], rows - start)
        velocity[rows] = np.einsum("nk,nkc->nc", weight, position_km[index] - position_km[rows, np.newaxis])
    return velocity


def _derivative_weights(nodes: FloatArray, own: np.typing.NDArray[np.intp]) -> FloatArray:
    """Return the weights of positions, (n, w), in the derivative at each row's own node (Berrut, Trefethen 2004)."""
    scale = nodes[:, -1:] - nodes[:, :1]
    x = (nodes - nodes[:, :1]) / scale
    spread = x[:, :, np.newaxis] - x[:, np.newaxis, :]
    diagonal = np.arange(nodes.shape[1])
    spread[:, diagonal, diagonal] = 1.0
    barycentric = 1.0 / np.prod(spread, axis=2)
    rows = np.arange(len(nodes))
    offset = spread[rows, own]
    weight = barycentric / barycentric[rows, own][:, np.newaxis] / offset / scale
    weight[rows, own] = 0.0
    return np.asarray(weight)


def interpolation_error_km(tdb_s: FloatArray, position_km: FloatArray, velocity_km_s: FloatArray | None) -> float:
    """Estimate the greatest error of an arc's interpolation, km; NaN where there are under eight nodes.

    Parameters
    ----------
    velocity_km_s : None where velocities will come from the positions
    """
    if len(tdb_s) < 8:
        return float("nan")
    return max(_stretch_error_km(tdb_s[s], position_km[s], None if velocity_km_s is None else velocity_km_s[s])
               for s in _stretches(position_km))  # fmt: skip


def _stretches(position_km: FloatArray) -> list[slice]:
    """Return parts to look at: a few along the arc, and those nearest to and farthest from the centre."""
    count = len(position_km)
    if count <= 4 * STRETCH:
        return [slice(0, count)]
    radius = norm(position_km[:: max(1, count // 100_000)])
    stride = max(1, count // 100_000)
    middles = [int(np.argmin(radius)) * stride, int(np.argmax(radius)) * stride, *range(0, count, count // 6)]
    starts = [min(max(0, middle - STRETCH // 2), count - STRETCH) for middle in middles]
    return [slice(start, start + STRETCH) for start in sorted(set(starts))]


def _stretch_error_km(tdb_s: FloatArray, position_km: FloatArray, velocity_km_s: FloatArray | None) -> float:
    kept = slice(0, len(tdb_s) - 1 + len(tdb_s) % 2, 2)
    left_out = slice(1, len(tdb_s) - 1 - (1 - len(tdb_s) % 2), 2)
    velocity = (
        velocities_from_positions(tdb_s[kept], position_km[kept]) if velocity_km_s is None else velocity_km_s[kept]
    )
    table = HermiteTable(tdb_s[kept], position_km[kept], velocity)
    place, _ = table.evaluate(tdb_s[left_out])
    return float(np.max(norm(place - position_km[left_out]))) / HALVING_GAIN
