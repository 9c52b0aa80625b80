"""Least squares by Levenberg's and Marquardt's method where the function takes whole batches.

Missions, reconstruction. One call of the function gives the whole Jacobian, and one more tries several damping
factors at once; several starts go in step with each other. The dampings are small because narrow valleys make
the scaled normal matrix nearly singular: its smallest eigenvalues are near 1e-10.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray

BatchFunction = Callable[[FloatArray], FloatArray]
Report = Callable[[int, float], None]
DAMPINGS = np.array([0.0, 1e-9, 1e-7, 1e-5, 1e-3, 1e-1])
CORRECTIONS = 2
SHARES = np.array([1.0, 0.3])


@dataclass(frozen=True)
class Fit:
    """A fitted point.

    Attributes
    ----------
    values : (p,) unknowns
    residuals : (r,) in units of their uncertainty
    jacobian : (r, f) by the free unknowns, per unit of each
    free : (f,) places of the free unknowns
    iterations : how many it took
    """

    values: FloatArray
    residuals: FloatArray
    jacobian: FloatArray
    free: list[int]
    iterations: int

    @property
    def chi_square(self) -> float:
        """Sum of the squared residuals."""
        return float(self.residuals @ self.residuals)

    @property
    def covariance(self) -> FloatArray:
        """Covariance of the free unknowns, (f, f)."""
        scale = 1.0 / np.sqrt(np.einsum("ij,ij->j", self.jacobian, self.jacobian))
        scaled = self.jacobian * scale
        return np.asarray(np.linalg.inv(scaled.T @ scaled) * scale * scale[:, None])


def fit(
    function: BatchFunction,
    starts: FloatArray,
    steps: FloatArray,
    free: list[int],
    iterations: int = 15,
    tolerance: float = 1e-5,
    report: Report = lambda iteration, chi_square: None,
) -> list[Fit]:
    """Fit from each start, in step.

    Parameters
    ----------
    function : (b, p) unknowns -> (b, r) residuals in units of their uncertainty; NaN where it cannot be flown
    starts : (s, p)
    steps : (p,) changes for central differences
    free : places of the unknowns that may change
    iterations : at most
    tolerance : end when no start's chi-square falls by more than this share

    Returns
    -------
    one `Fit` per start
    """
    values = starts.copy()
    for iteration in range(1, iterations + 1):
        residuals, jacobians = differentiate(function, values, steps, free)
        before = _sum_of_squares(residuals)
        reached, chi_squares = _advance(function, values, residuals, jacobians, free)
        better = chi_squares < before
        values[better] = reached[better]
        after = np.where(better, chi_squares, before)
        report(iteration, float(np.min(after)))
        if np.all(~better | (chi_squares > (1.0 - tolerance) * before)):
            break
    residuals, jacobians = differentiate(function, values, steps, free)
    return [Fit(*parts, free, iteration) for parts in zip(values, residuals, jacobians, strict=True)]


def _advance(
    function: BatchFunction, values: FloatArray, residuals: FloatArray, jacobians: FloatArray, free: list[int]
) -> tuple[FloatArray, FloatArray]:
    """Return the best point per start, (s, p), and its chi-square, (s,).

    Each trial is followed by second-order corrections with the same Jacobian: where the residuals left their
    linear forecast, the part that can be undone is undone. They bring a long step along a narrow curved valley
    back to the valley's floor.
    """
    trials = np.stack([_trials(*parts, free) for parts in zip(values, residuals, jacobians, strict=True)])
    moves = (trials - values[:, None, :])[..., free]
    forecast = residuals[:, None, :] + np.einsum("srf,stf->str", jacobians, moves)
    points, found = [trials], [_evaluated(function, trials)]
    for _ in range(CORRECTIONS):
        points.append(_corrected(points[-1], found[-1] - forecast, jacobians, free))
        found.append(_evaluated(function, points[-1]))
    places = np.concatenate(points, axis=1)
    sums = _sum_of_squares(np.concatenate(found, axis=1))
    best = np.argmin(sums, axis=1)
    return places[np.arange(len(values)), best], sums[np.arange(len(values)), best]


def _corrected(points: FloatArray, missed: FloatArray, jacobians: FloatArray, free: list[int]) -> FloatArray:
    """Return points (s, t, p) moved so that, linearly, what the forecast missed (s, t, r) is undone."""
    moved = points.copy()
    dampings = np.repeat(DAMPINGS, len(SHARES))
    for start, jacobian in enumerate(jacobians):
        if np.all(np.isfinite(jacobian)):
            known = np.where(np.isfinite(missed[start]), missed[start], 0.0)
            moved[start][:, free] += Damped.of(jacobian).steps(known, dampings)
    return moved


def _evaluated(function: BatchFunction, points: FloatArray) -> FloatArray:
    """Return the residuals of points (s, t, p), (s, t, r)."""
    return function(points.reshape(-1, points.shape[-1])).reshape(*points.shape[:2], -1)


def differentiate(
    function: BatchFunction, values: FloatArray, steps: FloatArray, free: list[int]
) -> tuple[FloatArray, FloatArray]:
    """Return residuals (s, r) and central-difference Jacobians (s, r, f) at several points, in one batch."""
    starts, size = values.shape
    shift = np.zeros((len(free), size))
    shift[np.arange(len(free)), free] = steps[free]
    pattern = np.concatenate([np.zeros((1, size)), shift, -shift])
    batch = (values[:, None, :] + pattern).reshape(-1, size)
    residuals = function(batch).reshape(starts, len(pattern), -1)
    rise, fall = residuals[:, 1 : len(free) + 1], residuals[:, len(free) + 1 :]
    jacobian = (rise - fall) / (2.0 * steps[free])[:, None]
    return residuals[:, 0], np.swapaxes(jacobian, 1, 2)


@dataclass(frozen=True)
class Damped:
    """A Jacobian with columns of unit length, decomposed once for many dampings and residuals."""

    scale: FloatArray
    left: FloatArray
    sizes: FloatArray
    right: FloatArray

    @classmethod
    def of(cls, jacobian: FloatArray) -> Damped:
        """Decompose a Jacobian (r, f)."""
        scale = 1.0 / np.sqrt(np.einsum("ij,ij->j", jacobian, jacobian) + 1e-300)
        left, sizes, right = np.linalg.svd(jacobian * scale, full_matrices=False)
        return cls(scale, left, sizes, right)

    def steps(self, residuals: FloatArray, dampings: FloatArray) -> FloatArray:
        """Return the damped steps, (t, f), against residuals (t, r) or one for all (r,)."""
        shares = (residuals @ self.left) * self.sizes / (self.sizes**2 + dampings[:, None])
        return np.asarray(-(shares @ self.right) * self.scale)


def _trials(values: FloatArray, residuals: FloatArray, jacobian: FloatArray, free: list[int]) -> FloatArray:
    """Return points to try from one start, (t, p): each damping factor's step, whole and in parts."""
    trials = np.repeat(values[None], len(DAMPINGS) * len(SHARES), axis=0)
    if np.all(np.isfinite(residuals)) and np.all(np.isfinite(jacobian)):
        steps = Damped.of(jacobian).steps(residuals, DAMPINGS)
        trials[:, free] += (steps[:, None, :] * SHARES[:, None]).reshape(len(trials), len(free))
    return trials


def _sum_of_squares(residuals: FloatArray) -> FloatArray:
    total = np.einsum("...r,...r->...", residuals, residuals)
    return np.asarray(np.where(np.isfinite(total), total, np.inf))
