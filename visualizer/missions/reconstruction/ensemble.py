"""Flights as likely as the fitted one: each fits facts and guesses that were shifted by chance within their sigmas.

Missions, reconstruction. The valley of the fit is long, narrow and curved: a step along the linear covariance leaves
the facts by hundreds of sigmas. So each member is led to its own facts in parts of a step, as long as the corrections
that follow bring the flight back to what the slopes forecast: first what lies after the node, in a coarser field, then
all, with what lies after the node as linear about where it has come to, then flown, and so on until both agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray
from visualizer.core.propagation import IntArray
from visualizer.errors import SolveError
from visualizer.missions.reconstruction.flight import COARSE, Pilot
from visualizer.missions.reconstruction.least_squares import BatchFunction, Damped, Fit, differentiate
from visualizer.missions.reconstruction.stages import orbit_function, whole_function
from visualizer.missions.reconstruction.unknowns import BACKWARD_IDS, FORWARD_IDS

# Some are drawn beyond those that are kept: now and then one cannot be led to its facts.
MEMBERS, SPARE = 26, 4
SEED = 25
FIRST_PART, GROWTH, CUT = 0.1, 1.8, 0.4
PASSES_LEAST, PASSES, ROUNDS, CORRECTIONS = 3, 8, 40, 4
RENEW_ROUNDS = 2
# A part of a step is taken where chi-square is above its linear forecast by no more than this and a share of itself.
SLACK, SLACK_SHARE = 3.0, 0.1
# A member is there when a whole step would lower its chi-square by less than this.
CLOSE = 0.6
# So far from the fit, in its own sigmas, nothing is flown.
FARTHEST_SIGMAS = 300.0
# Chi-square, to its shifted facts, that a member may keep: about half as many conditions are left as there are facts.
WORST_CHI_SQUARE = 75.0

Report = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Members:
    """The unknowns of the members.

    Attributes
    ----------
    values : (m, p) unknowns
    linear : (m, p) where the covariance alone would have put them, against the fit
    chi_square : (m,) of each member to its shifted facts
    """

    values: FloatArray
    linear: FloatArray
    chi_square: FloatArray


@dataclass(eq=False)
class _Crowd:
    """Members on their way: `found` gives residuals (a, r) of points (a, p), `slopes` (a, r, f) by `free` unknowns."""

    values: FloatArray
    residuals: FloatArray
    shifts: FloatArray
    free: list[int]
    found: Callable[[IntArray, FloatArray], FloatArray]
    slopes: Callable[[IntArray], FloatArray]

    def lead(self, tell: Callable[[int, int], None]) -> None:
        """Lead every member to its shifted facts."""
        count = len(self.shifts)
        part, active = np.full(count, FIRST_PART), np.arange(count)
        jacobians = np.zeros((count, self.shifts.shape[1], len(self.free)))
        for number in range(ROUNDS):
            if number % RENEW_ROUNDS == 0:
                fresh = self.slopes(active)
                is_sound = np.isfinite(fresh).all(axis=(1, 2))
                jacobians[active[is_sound]] = fresh[is_sound]
            away = self.residuals[active] - self.shifts[active]
            whole = _moves(jacobians[active], away)
            forecast = away + np.einsum("irp,ip->ir", jacobians[active], whole)
            is_far = _chi_square(away) - _chi_square(forecast) > CLOSE
            active, whole = active[is_far], whole[is_far]
            tell(number, count - len(active))
            if len(active) == 0:
                return
            is_taken = self._try(active, jacobians[active], part[active, None] * whole)
            part[active] = np.minimum(1.0, part[active] * np.where(is_taken, GROWTH, CUT))

    def _try(self, who: IntArray, jacobians: FloatArray, moves: FloatArray) -> BoolArray:
        """Take steps that corrections bring back to their forecast; tell which were taken."""
        forecast = self.residuals[who] + np.einsum("irp,ip->ir", jacobians, moves)
        points = self.values[who].copy()
        points[:, self.free] += moves
        found = self.found(who, points)
        best, residuals = points.copy(), found
        for _ in range(CORRECTIONS):
            missed = np.where(np.isfinite(found), found - forecast, 0.0)
            points[:, self.free] += _moves(jacobians, missed)
            found = self.found(who, points)
            is_nearer = _chi_square(found - forecast) < _chi_square(residuals - forecast)
            best = np.where(is_nearer[:, None], points, best)
            residuals = np.where(is_nearer[:, None], found, residuals)
        wanted = self.shifts[who]
        hoped = _chi_square(forecast - wanted)
        is_taken = _chi_square(residuals - wanted) < (1.0 + SLACK_SHARE) * hoped + SLACK
        self.values[who[is_taken]], self.residuals[who[is_taken]] = best[is_taken], residuals[is_taken]
        return np.asarray(is_taken)


class _Walk:
    """All members; rows of the facts after the node come first, then those before it, then the guesses."""

    def __init__(self, pilot: Pilot, fit: Fit, shifts: FloatArray) -> None:
        plan, layout, count = pilot.plan, pilot.layout, len(shifts)
        self.fit, self.shifts, self.steps = fit, shifts, layout.steps
        self.back, self.ahead = layout.indices(BACKWARD_IDS), layout.indices(FORWARD_IDS)
        self.before_node: BatchFunction = whole_function(plan, layout, pilot.fineness, forwards=False)
        self.after_node: BatchFunction = orbit_function(plan, layout, pilot.fineness, 0.0)
        # A coarser field has the same slopes and bends; they only have to lead there.
        self.coarse: BatchFunction = orbit_function(plan, layout, COARSE, 0.0)
        self.reach = FARTHEST_SIGMAS * np.sqrt(np.diag(fit.covariance))
        self.values = np.repeat(fit.values[None], count, axis=0)
        self.first = len(fit.residuals) - self.before_node(fit.values[None]).shape[1]
        self.slopes_after = np.repeat(fit.jacobian[None, : self.first], count, axis=0)

    def _kept(self, function: BatchFunction, points: FloatArray) -> FloatArray:
        """Return residuals of points (a, p); NaN for those so far from the fit that they cannot be flown."""
        is_near = np.all(np.abs(points - self.fit.values) < self.reach, axis=1)
        found = function(np.where(is_near[:, None], points, self.fit.values))
        return np.where(is_near[:, None], found, np.nan)

    def lead_after_node(self, tell: Callable[[int, int], None]) -> None:
        """Lead the members to their facts after the node, in the coarser field."""
        start = self.coarse(self.fit.values[None])[0]
        guesses = len(start) - self.first
        rows = np.r_[0 : self.first, -guesses:0]
        offset = self.fit.residuals[rows] - start
        crowd = _Crowd(
            self.values, np.repeat(self.fit.residuals[None, rows], len(self.values), axis=0), self.shifts[:, rows],
            self.ahead, lambda who, points: self._kept(self.coarse, points) + offset,
            lambda who: differentiate(self.coarse, self.values[who], self.steps, self.ahead)[1],
        )  # fmt: skip
        crowd.lead(tell)

    def lead_all(self, tell: Callable[[int, int], None], *, renew: bool, from_fit: bool) -> FloatArray:
        """Lead the members to all facts, from where they are or from the fit; return their chi-square as flown."""
        anchor, anchored = self.values.copy(), self.after_node(self.values)[:, : self.first]
        if renew:
            fresh = differentiate(self.coarse, self.values, self.steps, self.ahead)[1][:, : self.first]
            is_sound = np.isfinite(fresh).all(axis=(1, 2))
            for row in np.flatnonzero(is_sound):
                self.slopes_after[row][:, self.ahead] = fresh[row]

        if from_fit:
            self.values[:] = self.fit.values

        def found(who: IntArray, points: FloatArray) -> FloatArray:
            after = anchored[who] + np.einsum("irp,ip->ir", self.slopes_after[who], points - anchor[who])
            return np.concatenate([after, self._kept(self.before_node, points)], axis=1)

        def slopes(who: IntArray) -> FloatArray:
            before = differentiate(self.before_node, self.values[who], self.steps, self.back)[1]
            whole = np.repeat(self.fit.jacobian[None], len(who), axis=0)
            whole[:, : self.first] = self.slopes_after[who]
            for row, own in enumerate(before):
                whole[row, self.first :, self.back] = own.T
            return whole

        everything = list(range(self.values.shape[1]))
        start = found(np.arange(len(self.values)), self.values)
        _Crowd(self.values, start, self.shifts, everything, found, slopes).lead(tell)
        flown = np.concatenate([self.after_node(self.values)[:, : self.first], self.before_node(self.values)], axis=1)
        return _chi_square(flown - self.shifts)


def draw_members(pilot: Pilot, fit: Fit, report: Report = lambda words, share: None, count: int = MEMBERS) -> Members:
    """Draw an ensemble; the same on every run.

    Parameters
    ----------
    pilot, fit : of the solution
    report : called with words and the share done
    count : even

    Raises
    ------
    SolveError
        If too few members can be led to their facts.
    """
    drawn = count + SPARE
    half = np.random.Generator(np.random.PCG64(SEED)).standard_normal((drawn // 2, len(fit.residuals)))
    shifts = np.concatenate([half, -half])
    walk = _Walk(pilot, fit, shifts)

    def tell_as(words: str, start: float, share: float) -> Callable[[int, int], None]:
        return lambda turn, there: report(f"ensemble, {words}, {there} of {drawn} there", start + share * turn / ROUNDS)

    walk.lead_after_node(tell_as("after the node", 0.0, 0.3))
    values, best = walk.values.copy(), np.full(drawn, np.inf)
    for number in range(PASSES):
        tell = tell_as(f"pass {number + 1}", 0.3 + 0.7 * number / PASSES, 0.7 / PASSES)
        chi_square = walk.lead_all(tell, renew=number % 3 < 2, from_fit=number == 0)
        is_better = chi_square < best
        values[is_better], best[is_better] = walk.values[is_better], chi_square[is_better]
        is_good = best < WORST_CHI_SQUARE
        if number >= PASSES_LEAST - 1 and np.sum(is_good) >= count:
            break
    if np.sum(is_good) < count:
        raise SolveError(f"ensemble: {np.sum(is_good)} of {drawn} members came to their facts, {count} are needed")
    kept = np.flatnonzero(is_good)[:count]
    return Members(values[kept], shifts[kept] @ fit.jacobian @ fit.covariance, best[kept])


def _moves(jacobians: FloatArray, residuals: FloatArray) -> FloatArray:
    """Return the least-squares step of each member, (a, p)."""
    undamped = np.zeros(1)
    return np.stack([Damped.of(j).steps(r, undamped)[0] for j, r in zip(jacobians, residuals, strict=True)])


def _chi_square(residuals: FloatArray) -> FloatArray:
    total = np.einsum("ij,ij->i", residuals, residuals)
    return np.asarray(np.where(np.isfinite(total), total, np.inf))
