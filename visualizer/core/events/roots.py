"""Zeros and least values of functions of time, many brackets at once. Core.

A function takes (n,) epochs and returns (n,) numbers; every bracket is worked on together, so that each round is one
evaluation of the trajectory at many epochs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray

TimeFunction: TypeAlias = Callable[[FloatArray], FloatArray]

TOLERANCE_S: Final = 1e-4
SHORT_STEP_S: Final = 0.01
ROUNDS_MAX: Final = 100
GOLDEN: Final = (np.sqrt(5.0) - 1.0) / 2.0
CLOSE_ENOUGH_TO_LOOK: Final = 0.5


def refine_zeros(function: TimeFunction, low: FloatArray, high: FloatArray, *ends: FloatArray) -> FloatArray:
    """Return a zero of a function in each bracket, to a tenth of a millisecond.

    Parameters
    ----------
    function : of (m,) epochs
    low, high : (n,) s, the brackets
    ends : the function's values at low and at high, (n,) each, of opposite signs

    Returns
    -------
    (n,) s; where the function jumps over zero, the place of the jump

    Notes
    -----
    Chandrupatla (1997), Advances in Engineering Software 28, 145: inverse quadratic interpolation where the last
    three points allow it, bisection elsewhere; never worse than bisection.
    """
    older, newer = low.copy(), high.copy()
    value_old, value_new = (np.array(v) for v in ends)
    spare, value_spare = older.copy(), value_old.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(value_old / (value_old - value_new), 0.05, 0.95)
    open_ = np.flatnonzero(np.abs(newer - older) > TOLERANCE_S)
    for _ in range(ROUNDS_MAX):
        if open_.size == 0:
            break
        i = open_
        trial = older[i] + share[i] * (newer[i] - older[i])
        value = function(trial)
        same = (value >= 0.0) == (value_old[i] >= 0.0)
        spare[i] = np.where(same, older[i], newer[i])
        value_spare[i] = np.where(same, value_old[i], value_new[i])
        newer[i] = np.where(same, newer[i], older[i])
        value_new[i] = np.where(same, value_new[i], value_old[i])
        older[i], value_old[i] = trial, value
        done = _is_near(older[i], newer[i], spare[i], value, value_new[i], value_spare[i])
        share[i] = _next_share(older[i], newer[i], spare[i], value, value_new[i], value_spare[i])
        open_ = i[~done]
    return np.asarray(np.where(np.abs(value_old) < np.abs(value_new), older, newer))


def _is_near(a: FloatArray, b: FloatArray, c: FloatArray, fa: FloatArray, fb: FloatArray, fc: FloatArray) -> BoolArray:
    """Tell whether the newest point is near enough: in a short bracket, or after a short step by what chords say."""
    gap, step = np.abs(b - a), np.abs(c - a)
    with np.errstate(divide="ignore", invalid="ignore"):
        miss = np.maximum(np.abs(fa / (fb - fa)) * gap, np.abs(fa / (fc - fa)) * step)
    is_short = np.minimum(step, gap) < SHORT_STEP_S
    return np.asarray((gap < TOLERANCE_S) | (fa == 0.0) | (is_short & (miss < 0.1 * TOLERANCE_S)))


def _next_share(
    a: FloatArray, b: FloatArray, c: FloatArray, fa: FloatArray, fb: FloatArray, fc: FloatArray
) -> FloatArray:
    """Return where between a (0) and b (1) to look next, kept half a tolerance away from both ends."""
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        is_tame = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
        step = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        least = np.minimum(0.5, 0.5 * TOLERANCE_S / np.abs(b - a))
    share: FloatArray = np.where(is_tame & np.isfinite(step), step, 0.5)
    return np.asarray(np.clip(share, least, 1.0 - least))


def least_value(function: TimeFunction, low: FloatArray, high: FloatArray, rounds: int = 36) -> FloatArray:
    """Return where a function is least in each bracket, (n,) s, by golden sections.

    Notes
    -----
    36 rounds narrow a bracket 3e7 times: an hour to a tenth of a millisecond. With several dips, one of them.
    """
    left, right = low.copy(), high.copy()
    inner = right - GOLDEN * (right - left)
    outer = left + GOLDEN * (right - left)
    f_inner, f_outer = function(inner), function(outer)
    for _ in range(rounds):
        go_left = f_inner < f_outer
        left, right = np.where(go_left, left, inner), np.where(go_left, outer, right)
        new = np.where(go_left, right - GOLDEN * (right - left), left + GOLDEN * (right - left))
        f_new = function(new)
        inner, outer = np.where(go_left, new, outer), np.where(go_left, inner, new)
        f_inner, f_outer = np.where(go_left, f_new, f_outer), np.where(go_left, f_inner, f_new)
    return np.asarray(np.where(f_inner < f_outer, inner, outer))


def crossings(function: TimeFunction, tdb_s: FloatArray, values: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return where a sampled function crosses zero, in order, and whether it rises there.

    Parameters
    ----------
    function : the function itself
    tdb_s, values : (n,) its samples in order, close enough that it turns at most once between two of them

    Returns
    -------
    epochs (m,) s and rising (m,) bool

    Notes
    -----
    Two zeros between samples leave no change of sign. Wherever a sample is the nearest to zero among its neighbours
    and nearer than half of what the neighbours' differences add up to (a parabola cannot reach further than an eighth),
    the turn is searched for and, if it lies beyond zero, gives two brackets.
    """
    times, heights = _with_turns(function, tdb_s, values)
    above = heights >= 0.0
    change = np.flatnonzero(above[1:] != above[:-1])
    low, high = times[change], times[change + 1]
    found = refine_zeros(function, low, high, heights[change], heights[change + 1])
    return found, above[change + 1]


def _with_turns(function: TimeFunction, tdb_s: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the samples with hidden dips through zero added."""
    sign = np.where(values >= 0.0, 1.0, -1.0)
    low, high, side = _suspects(tdb_s, sign * values, sign)
    if low.size == 0:
        return tdb_s, values
    at = least_value(lambda t: side * function(t), low, high)
    value = function(at)
    beyond = side * value < 0.0
    at, value = at[beyond], value[beyond]
    order = np.argsort(np.concatenate([tdb_s, at]), kind="stable")
    return np.concatenate([tdb_s, at])[order], np.concatenate([values, value])[order]


def _suspects(tdb_s: FloatArray, size: FloatArray, sign: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return brackets (start, end) where a function may touch zero unseen, and its sign around them."""
    if len(size) < 3:
        return np.empty(0), np.empty(0), np.empty(0)
    before = np.concatenate([[np.inf], size[:-1]])
    after = np.concatenate([size[1:], [np.inf]])
    rise = np.abs(np.diff(size))
    scale = np.concatenate([[rise[0] + rise[1]], rise[:-1] + rise[1:], [rise[-1] + rise[-2]]])
    calm = np.ones(len(size), dtype=bool)
    changes = sign[1:] != sign[:-1]
    calm[1:] &= ~changes
    calm[:-1] &= ~changes
    at = np.flatnonzero(calm & (size <= before) & (size <= after) & (size < CLOSE_ENOUGH_TO_LOOK * scale))
    return tdb_s[np.maximum(at - 1, 0)], tdb_s[np.minimum(at + 1, len(size) - 1)], sign[at]
