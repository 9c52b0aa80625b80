"""What a stretch does to small changes: its end and its tracked positions, linear in first state and numbers.

Missions, tracking. One batch of perturbed members per stretch gives all partial derivatives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.propagation import even_fractions, propagate
from visualizer.missions.tracking.stretches import EVEN_MEETING_S, MEETING_S, Stretch, edges_of, fly, force_of_many
from visualizer.missions.tracking.tracked import TrackedPositions

# A coast from one perigee to the next turns 1 mm/s into 10 km: there differences are taken to both sides.
STATE_STEPS = np.array([1e-3, 1e-3, 1e-3, 1e-7, 1e-7, 1e-7])
ONE_SIDED_SHARE = 0.1


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
    shifts, pattern = _pattern(stretch)
    states = state + np.hstack([pattern[:, :6], np.zeros((len(pattern), 1))])
    legs = fly(stretch, states, numbers + pattern[:, 6:], edges)
    if stretch.burn is not None:
        return _linear(legs[-1][2].state[-1:], edges[-1:], shifts, inside.between(0.0, 0.0))
    return _linear(
        legs[0][2].state, edges, shifts, inside, MEETING_S if stretch.even_step_s is None else EVEN_MEETING_S
    )


def linearize_together(
    stretches: Sequence[Stretch], states: Sequence[FloatArray], numbers: Sequence[FloatArray], tracked: TrackedPositions
) -> list[Linear]:
    """Return the linear pieces of equally long coasts with even steps, all flown in one batch."""
    shifts, pattern = _pattern(stretches[0])
    size = len(pattern)
    first = [state + np.hstack([pattern[:, :6], np.zeros((size, 1))]) for state in states]
    force = force_of_many(stretches, [own + pattern[:, 6:] for own in numbers])
    start = np.repeat([one.start_tdb_s for one in stretches], size)
    end = np.repeat([one.end_tdb_s for one in stretches], size)
    count = len(edges_of(stretches[0], states[0], np.empty(0))) - 1
    path = propagate(force, start, end, even_fractions(count), np.concatenate(first))
    found = []
    for i, stretch in enumerate(stretches):
        inside = tracked.between(stretch.start_tdb_s, stretch.end_tdb_s)
        edges = edges_of(stretch, states[i], inside.tdb_s)
        found.append(_linear(path.state[:, i * size : (i + 1) * size], edges, shifts, inside))
    return found


def _pattern(stretch: Stretch) -> tuple[FloatArray, FloatArray]:
    """Return the changes (q,) of state and numbers, and those of each member of a batch, (b, q)."""
    one_sided = stretch.gravity.moon_degree > 8 and not stretch.is_window
    shifts = np.concatenate([STATE_STEPS, stretch.steps]) * (ONE_SIDED_SHARE if one_sided else 1.0)
    pattern = [np.zeros((1, len(shifts))), np.diag(shifts)] + ([] if one_sided else [-np.diag(shifts)])
    return shifts, np.concatenate(pattern)


def _linear(
    flown: FloatArray,
    edges: FloatArray,
    shifts: FloatArray,
    inside: TrackedPositions,
    meeting_s: float = EVEN_MEETING_S,
) -> Linear:
    """Return the linear piece of a flown batch, (n, b, 7), at the tracked positions, which lie on or near its edges."""
    by = _slopes(flown[-1, :, :6], shifts)
    at = np.searchsorted(edges, inside.tdb_s - meeting_s)
    places = flown[at, :, :3] + (inside.tdb_s - edges[at])[:, None, None] * flown[at, :, 3:6]
    partials = np.moveaxis(_slopes(np.moveaxis(places, 1, 0), shifts), 0, 2)
    return Linear(
        flown[-1, 0], by[:6].T, by[6:].T, places[:, 0] - inside.position_km, partials[..., :6], partials[..., 6:],
        inside.tdb_s,
    )  # fmt: skip


def _slopes(values: FloatArray, shifts: FloatArray) -> FloatArray:
    """Return derivatives, (q, ...), from the values (1 + q, ...) or (1 + 2 q, ...) of changed members."""
    count = len(shifts)
    wide = shifts.reshape(count, *([1] * (values.ndim - 1)))
    if len(values) == count + 1:
        return np.asarray((values[1:] - values[0]) / wide)
    return np.asarray((values[1 : count + 1] - values[count + 1 :]) / (2.0 * wide))
