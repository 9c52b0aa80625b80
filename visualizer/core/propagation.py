"""Move many spacecraft states through time at once: fixed-step DOP853, forwards or backwards.

Core. Every member of a batch has its own first and last epoch, so burn times can be unknowns of a fit; the steps
are the same fractions of each member's span. Surroundings are sampled for blocks of steps beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, norm
from visualizer.core.dop853 import STAGE_TIMES, STAGE_WEIGHTS, STEP_WEIGHTS
from visualizer.core.forces import Force, Surroundings

IntArray: TypeAlias = npt.NDArray[np.intp]

BLOCK_STEPS = 64


@dataclass(frozen=True, slots=True)
class Path:
    """States of a batch at the ends of its steps, in the order of propagation.

    Attributes
    ----------
    tdb_s : (n + 1, b) TDB seconds past J2000
    state : (n + 1, b, 7) km, km/s, kg; ICRF axes, from the force's centre
    """

    tdb_s: FloatArray
    state: FloatArray

    @property
    def last(self) -> FloatArray:
        """The states at the end, (b, 7)."""
        return np.asarray(self.state[-1])


def even_fractions(count: int) -> FloatArray:
    """Return `count` equal steps from 0 to 1, (count + 1,)."""
    return np.linspace(0.0, 1.0, count + 1)


def graded_fractions(duration_s: float, first_step_s: float, growth: float, longest_s: float) -> FloatArray:
    """Return steps that grow from `first_step_s` by the factor `growth` up to `longest_s`, as fractions."""
    steps = [first_step_s]
    while sum(steps) < duration_s:
        steps.append(min(steps[-1] * growth, longest_s))
    edges = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(edges / edges[-1])


def propagate(
    force: Force,
    start_tdb_s: FloatArray | float,
    end_tdb_s: FloatArray | float,
    fractions: FloatArray,
    state: FloatArray,
) -> Path:
    """Propagate a batch from its first to its last epochs.

    Parameters
    ----------
    force : gravity and engine
    start_tdb_s, end_tdb_s : (b,) or one for all; an end before the start runs backwards
    fractions : (n + 1,) rising from 0 to 1, the ends of the steps
    state : (b, 7) km, km/s, kg; ICRF axes, from the force's centre

    Returns
    -------
    Path with n + 1 epochs per member

    Notes
    -----
    Hairer, Norsett and Wanner (1993), DOP853's eighth-order formula; against adaptive DOP853 at 1e-13 a day
    of low lunar orbit in steps of 90 s agrees to under a metre.
    """
    size = len(state)
    start = np.broadcast_to(np.asarray(start_tdb_s, dtype=np.float64), (size,))
    span = np.broadcast_to(np.asarray(end_tdb_s, dtype=np.float64), (size,)) - start
    path = np.empty((len(fractions), size, 7))
    path[0] = state
    for first in range(0, len(fractions) - 1, BLOCK_STEPS):
        edges = fractions[first : first + BLOCK_STEPS + 1]
        near = _sample(force, start, span, edges)
        for step in range(len(edges) - 1):
            length_s = (edges[step + 1] - edges[step]) * span
            path[first + step + 1] = _step(force, near.at(step), length_s, path[first + step])
    return Path(start + fractions[:, None] * span, path)


def _sample(force: Force, start: FloatArray, span: FloatArray, edges: FloatArray) -> Surroundings:
    """Sample the surroundings at every stage of some steps, (steps, 12, b, ...); equal spans are done once."""
    spans, member = np.unique(np.stack([start, span], axis=1), axis=0, return_inverse=True)
    fraction = edges[:-1, None] + np.diff(edges)[:, None] * STAGE_TIMES
    near = force.gravity.sample(spans[:, 0] + fraction[..., None] * spans[:, 1])
    return near.at(slice(None), slice(None), member.reshape(-1))


def _step(force: Force, near: Surroundings, length_s: FloatArray, state: FloatArray) -> FloatArray:
    slopes = np.empty((12, *state.shape))
    flat = slopes.reshape(12, -1)
    length = length_s[:, None]
    for stage in range(12):
        lean = (STAGE_WEIGHTS[stage, :stage] @ flat[:stage]).reshape(state.shape)
        slopes[stage] = force.rates(near.at(stage), state + length * lean)
    return np.asarray(state + length * (STEP_WEIGHTS @ flat).reshape(state.shape))


def between_steps(path: Path, step: IntArray, fraction: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return position and velocity inside a step: the cubic through both ends' positions and velocities.

    Parameters
    ----------
    path : of b members
    step : (b,) number of the step of each member
    fraction : (b,) place in the step, 0 to 1

    Returns
    -------
    position_km, velocity_km_s : (b, 3) each; in low lunar orbit 5 mm off at most for steps of 30 s
    """
    members = np.arange(path.state.shape[1])
    begin, end = path.state[step, members], path.state[step + 1, members]
    length = (path.tdb_s[step + 1, members] - path.tdb_s[step, members])[:, None]
    x = fraction[:, None]
    change = end[:, :3] - begin[:, :3]
    leave, arrive = length * begin[:, 3:6], length * end[:, 3:6]
    rise, out, back = x * x * (3.0 - 2.0 * x), x * (1.0 - x) ** 2, x * x * (x - 1.0)
    position = begin[:, :3] + rise * change + out * leave + back * arrive
    slope = 6.0 * x * (1.0 - x) * change + (1.0 - x) * (1.0 - 3.0 * x) * leave + x * (3.0 * x - 2.0) * arrive
    return np.asarray(position), np.asarray(slope / length)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where each member first goes below a sphere; NaN for members that stay above it.

    Attributes
    ----------
    tdb_s : (b,) TDB seconds past J2000
    position_km, velocity_km_s : (b, 3) there
    """

    tdb_s: FloatArray
    position_km: FloatArray
    velocity_km_s: FloatArray


def find_crossing(path: Path, radius_km: float) -> Crossing:
    """Find where each member falls through the sphere `radius_km` about the centre (to 1 us)."""
    below = norm(path.state[..., :3]) < radius_km
    falls = below[1:] & ~below[:-1]
    step = np.argmax(falls, axis=0)
    low, high = np.zeros(falls.shape[1]), np.ones(falls.shape[1])
    for _ in range(50):
        middle = 0.5 * (low + high)
        inside = norm(between_steps(path, step, middle)[0]) < radius_km
        low, high = np.where(inside, low, middle), np.where(inside, middle, high)
    members = np.arange(falls.shape[1])
    begin, end = path.tdb_s[step, members], path.tdb_s[step + 1, members]
    position, velocity = between_steps(path, step, high)
    missing = np.where(falls.any(axis=0), 0.0, np.nan)
    return Crossing(
        begin + high * (end - begin) + missing,
        position + missing[:, None],
        velocity + missing[:, None],
    )
