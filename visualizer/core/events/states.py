"""States of a flight of many arcs at many epochs, fast. Core.

A trajectory answers arc by arc; a search asks for thousands of epochs strewn over hundreds of arcs, hundreds of times.
Here all arcs' nodes lie in one table and every epoch is answered at once, by the same polynomial as `core.hermite` (of
degree 7 through four nodes of its own arc), written in Lagrange's form.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.ephemeris import Ephemeris
from visualizer.core.trajectory import Trajectory

IntArray: TypeAlias = np.typing.NDArray[np.intp]

WINDOW: Final = 4


class FlightStates:
    """A trajectory's nodes in one table.

    Notes
    -----
    Against `Trajectory.state_km` it agrees to a micrometre and a nanometre per second.
    """

    def __init__(self, trajectory: Trajectory, ephemeris: Ephemeris) -> None:
        self.trajectory, self._ephemeris = trajectory, ephemeris
        arcs = trajectory.arcs
        self._counts = np.array([len(arc.tdb_s) for arc in arcs])
        self._firsts = np.cumsum(self._counts) - self._counts
        self._bounds = np.array([(arc.start_tdb_s, arc.end_tdb_s) for arc in arcs])
        self._centres = np.array([arc.centre_id for arc in arcs])
        self._tdb_s = _joined([arc.tdb_s for arc in arcs])
        self._pos = _joined([arc.position_km for arc in arcs])
        self._vel = _joined([arc.velocity_km_s for arc in arcs])

    def about(self, centre_id: int, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return position (km) and velocity (km/s) relative to a body at (n,) epochs, (n, 3) each, ICRF axes.

        Raises
        ------
        EpochRangeError
            Outside the flight or in a gap.
        """
        arc = self.trajectory.arc_index(tdb_s)
        pos, vel = np.empty((len(tdb_s), 3)), np.empty((len(tdb_s), 3))
        is_short = self._counts[arc] < WINDOW
        if np.any(is_short):
            pos[is_short], vel[is_short] = self.trajectory.state_km(tdb_s[is_short], centre_id, self._ephemeris)
        long_ = np.flatnonzero(~is_short)
        pos[long_], vel[long_] = self._evaluate(tdb_s[long_], arc[long_])
        for other in np.unique(self._centres[arc[long_]]):
            if other != centre_id:
                moved = long_[self._centres[arc[long_]] == other]
                shift, drift = self._ephemeris.state_km(int(other), centre_id, tdb_s[moved])
                pos[moved], vel[moved] = pos[moved] + shift, vel[moved] + drift
        return pos, vel

    def _evaluate(self, tdb_s: FloatArray, arc: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return states about each arc's own centre, for arcs of four nodes and more."""
        epochs = np.clip(tdb_s, self._bounds[arc, 0], self._bounds[arc, 1])
        right = np.searchsorted(self._tdb_s, epochs, side="right")
        first = self._firsts[arc]
        start = np.clip(right - WINDOW // 2, first, first + self._counts[arc] - WINDOW)
        index = start + np.arange(WINDOW)[:, np.newaxis]
        from_pos, from_vel, rate_from_pos, rate_from_vel = hermite_weights(epochs - self._tdb_s[index])
        pos, vel = self._pos[index], self._vel[index]
        return _sum(from_pos, pos) + _sum(from_vel, vel), _sum(rate_from_pos, pos) + _sum(rate_from_vel, vel)


def _sum(weights: FloatArray, nodes: FloatArray) -> FloatArray:
    """Return the weighted sum over nodes, (k, n), (k, n, 3) -> (n, 3)."""
    return np.asarray(np.einsum("kn,knc->nc", weights, nodes))


def hermite_weights(past_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return what multiplies values and rates at nodes in Hermite's polynomial and in its derivative.

    Parameters
    ----------
    past_s : (k, n) s, from each of k nodes to the wanted epoch

    Returns
    -------
    of values and of rates for the value, of values and of rates for the derivative: (k, n) each

    Notes
    -----
    Stoer and Bulirsch, section 2.1.5, in terms of Lagrange's polynomials l: the value at node i goes with
    (1 - 2 (t - t_i) l_i'(t_i)) l_i^2, the rate with (t - t_i) l_i^2.
    """
    count = len(past_s)
    share, slope, bend = np.ones_like(past_s), np.zeros_like(past_s), np.zeros_like(past_s)
    for i in range(count):
        for j in (j for j in range(count) if j != i):
            inverse = 1.0 / (past_s[j] - past_s[i])
            factor = past_s[j] * inverse
            slope[i] = slope[i] * factor + share[i] * inverse
            share[i] *= factor
            bend[i] += inverse
    squared, doubled = share * share, 2.0 * share * slope
    tilt = 1.0 - 2.0 * past_s * bend
    return tilt * squared, past_s * squared, tilt * doubled - 2.0 * bend * squared, squared + past_s * doubled


def _joined(parts: list[FloatArray]) -> FloatArray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
