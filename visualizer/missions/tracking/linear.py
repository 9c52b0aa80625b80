"""What a stretch does to small changes: its end and its tracked positions, linear in first state and numbers.

Missions, tracking. One batch of perturbed members per stretch gives all partial derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.missions.tracking.stretches import Stretch, edges_of, fly
from visualizer.missions.tracking.tracked import TrackedPositions

STATE_STEPS = np.array([0.01, 0.01, 0.01, 1e-6, 1e-6, 1e-6])


@dataclass(frozen=True)
class Linear:
    """A flown stretch.

    Attributes
    ----------
    end : (7,) state at its end
    by_state, by_numbers : (6, 6), (6, p) derivatives of the end
    miss_km : (n, 3) flown minus tracked
    miss_by_state, miss_by_numbers : (n, 3, 6), (n, 3, p)
    tdb_s : (n,) of the tracked positions
    """

    end: FloatArray
    by_state: FloatArray
    by_numbers: FloatArray
    miss_km: FloatArray
    miss_by_state: FloatArray
    miss_by_numbers: FloatArray
    tdb_s: FloatArray


def linearize(stretch: Stretch, state: FloatArray, numbers: FloatArray, tracked: TrackedPositions) -> Linear:
    """Fly a stretch with every state component and number changed by turns.

    Parameters
    ----------
    stretch : to fly
    state : (7,) at its start
    numbers : (p,)
    tracked : about the stretch's centre; in the window of a burn they are left out

    Returns
    -------
    Linear
    """
    inside = tracked.between(stretch.start_tdb_s, stretch.end_tdb_s)
    edges = edges_of(stretch, state, inside.tdb_s)
    shifts = np.concatenate([STATE_STEPS, stretch.steps])
    size = len(shifts)
    states, many = np.repeat(state[None], size + 1, axis=0), np.repeat(numbers[None], size + 1, axis=0)
    states[1:7, :6] += np.diag(STATE_STEPS)
    many[7:] += np.diag(stretch.steps)
    legs = fly(stretch, states, many, edges)
    last = legs[-1][2].last
    by = (last[1:, :6] - last[0, :6]) / shifts[:, None]
    if stretch.burn is not None:
        nothing = np.empty((0, 3))
        return Linear(
            last[0], by[:6].T, by[6:].T, nothing, np.empty((0, 3, 6)), np.empty((0, 3, size - 6)), np.empty(0)
        )
    at = np.searchsorted(edges, inside.tdb_s - 1e-3)
    places = legs[0][2].state[at, :, :3]
    partials = np.moveaxis((places[:, 1:] - places[:, :1]) / shifts[:, None], 1, 2)
    return Linear(
        last[0],
        by[:6].T,
        by[6:].T,
        places[:, 0] - inside.position_km,
        partials[..., :6],
        partials[..., 6:],
        inside.tdb_s,
    )
