"""Fit a chain: Gauss and Newton's steps under the condition that the stretches meet, shortened where they do not help.

Missions, by facts. The inverse of the same linear system is the covariance of every state and number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Arc
from visualizer.errors import SolveError
from visualizer.missions.by_facts.chain import STATE_STEPS, Chain, Look, look
from visualizer.missions.by_facts.facts import residual
from visualizer.missions.by_facts.members import Member, member_of

STATE_SCALE = np.array([1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3, 1.0])
SHARES = (1.0, 0.3, 0.05)
STATE_DAMPING, STATE_SHARE = 1e-10, 1e-7
SMALLEST_DAMPING, LARGEST_DAMPING = 1e-3, 1e7
CLOSED_KM, CLOSED_KM_S = 2e-6, 2e-9
# From gaps of this size on a fit whose steps are spent is not left as it is.
SMALL_KM, SMALL_KM_S, CLOSING_STEPS = 1e-4, 1e-7, 4
Report = Callable[[int, Look], None]
IntArray = npt.NDArray[np.intp]
Variant = tuple[list[FloatArray], list[FloatArray]]
FIRST_DAMPING, GAP_WEIGHT, LARGEST_GAP_KM = 0.1, 1.0, 1000.0
ROUGH_KM = 0.05
CORRECTIONS = 2


@dataclass(frozen=True)
class Linear:
    """The linear problem about a chain.

    Attributes
    ----------
    first : (s + 1,) places of each stretch's unknowns: 7 of its state, then its numbers
    jacobian, residuals : (r, n), (r,) of facts, guesses and aims, in units of their sigma
    joins, gaps : (c, n), (c,) conditions: joins @ move = -gaps
    spreads : per stretch the arcs of its changed members, nominal first
    used : places of the facts that the flight can say something of; their rows come first
    """

    first: FloatArray
    jacobian: FloatArray
    residuals: FloatArray
    joins: FloatArray
    gaps: FloatArray
    spreads: list[list[tuple[Arc, ...]]]
    used: IntArray


def steps_of(chain: Chain, k: int) -> FloatArray:
    """Return the changes of a stretch's unknowns that show what they do."""
    return np.concatenate([STATE_STEPS, chain.stretches[k].steps])


def linearize(chain: Chain, now: Look, loose: float = 1.0) -> Linear:
    """Fly every stretch with each of its unknowns changed both ways, and set up the linear problem."""
    sizes = [7 + len(numbers) for numbers in chain.numbers]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
    total = int(first[-1])
    used = np.flatnonzero(np.isfinite(now.fact_residuals))
    rows = [np.zeros((len(used), total))]
    values = [now.fact_residuals[used] / loose]
    joins, gaps, spreads = [], [], []
    joins.append(np.eye(7, total)[first_held(chain)])
    gaps.append(first_gap(chain, chain.states[0]))
    for k, stretch in enumerate(chain.stretches):
        own = slice(int(first[k]), int(first[k + 1]))
        shifts = steps_of(chain, k)
        count = len(shifts)
        pattern = np.concatenate([np.zeros((1, count)), np.diag(shifts), -np.diag(shifts)])
        states, numbers = chain.states[k] + pattern[:, :7], chain.numbers[k] + pattern[:, 7:]
        legs = chain.fly(k, states, numbers)
        members = [member_of(stretch, legs, m) for m in range(len(pattern))]
        spreads.append([member.arcs for member in members])
        rows[0][:, own] = _fact_slopes(chain, now, k, members, used) / loose / (2.0 * shifts)
        ends = legs[-1][2].last
        if k + 1 < len(chain.stretches):
            block = np.zeros((7, total))
            begun = chain.handed_on(k + 1, ends)
            block[:, own] = ((begun[1 : count + 1] - begun[count + 1 :]) / (2.0 * shifts)[:, None]).T
            block[:, int(first[k + 1]) : int(first[k + 1]) + 7] -= np.eye(7)
            joins.append(block)
            gaps.append(now.gaps[k])
        for aim in chain.aims:
            if aim.stretch == k:
                found = aim.function(ends if aim.at_end else states)
                block = np.zeros((found.shape[1], total))
                block[:, own] = ((found[1 : count + 1] - found[count + 1 :]) / (2.0 * shifts)[:, None]).T
                rows.append(block)
                values.append(found[0])
        if len(stretch.sigmas):
            block = np.zeros((len(stretch.sigmas), total))
            block[:, own.start + 7 : own.stop] = np.diag(1.0 / stretch.sigmas)
            rows.append(block)
            values.append((chain.numbers[k] - stretch.starts) / stretch.sigmas)
    return Linear(first, np.vstack(rows), np.concatenate(values), np.vstack(joins), np.concatenate(gaps), spreads, used)


def first_held(chain: Chain) -> slice:
    """Return which components of the first state are given: all on the ground, else the mass."""
    return slice(0, 7) if chain.stretches[0].fixed is not None else slice(6, 7)


def first_gap(chain: Chain, state: FloatArray) -> FloatArray:
    """Return how far the given components of the first state are from what they must be."""
    fixed = chain.stretches[0].fixed
    return state - fixed if fixed is not None else state[6:] - chain.mass_kg


def all_residuals(chain: Chain, found: Look, numbers: list[FloatArray], used: IntArray, loose: float) -> FloatArray:
    """Return the residuals of a flown variant in the order of `Linear.residuals`."""
    parts = [found.fact_residuals[used] / loose]
    for k, stretch in enumerate(chain.stretches):
        for aim in chain.aims:
            if aim.stretch == k:
                parts.append(aim.function((found.ends if aim.at_end else found.states)[k][None])[0])
        parts.append((numbers[k] - stretch.starts) / stretch.sigmas)
    return np.concatenate(parts)


def _fact_slopes(chain: Chain, now: Look, k: int, members: list[Member], used: IntArray) -> FloatArray:
    """Return how the facts differ between both changes of each unknown of a stretch, (facts, unknowns)."""
    count = (len(members) - 1) // 2

    def found(m: int, rows: IntArray) -> FloatArray:
        changed = [*now.members[:k], members[m], *now.members[k + 1 :]]
        mission = chain.mission(changed)
        return np.array([residual(chain.targets[i], mission) for i in rows])

    before = now.fact_residuals[used]
    touched = np.zeros(len(used), dtype=bool)
    for m in (1, 4, *range(8, count + 1)):
        touched |= found(m, used) != before
    slopes = np.zeros((len(used), count))
    rows = used[touched]
    for j in range(count if len(rows) else 0):
        slopes[touched, j] = np.nan_to_num(found(1 + j, rows) - found(1 + count + j, rows), nan=0.0)
    return slopes


def solve(linear: Linear, chain: Chain, damping: float, residuals: FloatArray, gaps: FloatArray) -> FloatArray:
    """Return the step of all unknowns, (n,), against residuals (r,) and gaps (c,)."""
    scale = scale_of(chain)
    jacobian = linear.jacobian * scale
    joins = linear.joins * scale
    size = np.sqrt(np.einsum("ij,ij->i", joins, joins))
    joins = joins / size[:, None]
    count, held = jacobian.shape[1], len(joins)
    matrix = np.zeros((count + held, count + held))
    matrix[:count, :count] = jacobian.T @ jacobian + np.diag(_damping(chain, damping))
    matrix[count:, :count], matrix[:count, count:] = joins, joins.T
    right = np.concatenate([-jacobian.T @ residuals, -gaps / size])
    return np.asarray(scale * np.linalg.solve(matrix, right)[:count])


def _damping(chain: Chain, damping: float) -> FloatArray:
    """Return what shortens a step: numbers are held near where they are, states follow, but not for ever so far."""
    held = STATE_DAMPING + STATE_SHARE * damping
    parts = [np.concatenate([np.full(7, held), np.full(len(s.sigmas), damping)]) for s in chain.stretches]
    return np.concatenate(parts)


def scale_of(chain: Chain) -> FloatArray:
    """Return the natural size of every unknown, (n,)."""
    return np.concatenate([part for s in chain.stretches for part in (STATE_SCALE, s.sigmas)])


def covariance(linear: Linear, chain: Chain) -> FloatArray:
    """Return the covariance of all unknowns, (n, n), under the condition that the stretches meet."""
    scale = scale_of(chain)
    jacobian, joins = linear.jacobian * scale, linear.joins * scale
    # A basis of the moves that keep the joins, by a complete decomposition; inside it the normal matrix is regular.
    basis = np.linalg.svd(joins)[2][len(joins) :].T
    left = jacobian @ basis
    inverse = np.linalg.pinv(left.T @ left, rcond=1e-14, hermitian=True)
    wide = scale[:, None] * basis
    return np.asarray(wide @ inverse @ wide.T)


def moved(chain: Chain, step: FloatArray, first: FloatArray) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return states and numbers after a step."""
    states, numbers = [], []
    for k in range(len(chain.stretches)):
        own = step[int(first[k]) : int(first[k + 1])]
        states.append(turned(chain.states[k], own[:7]))
        numbers.append(chain.numbers[k] + own[7:])
    return states, numbers


def turned(state: FloatArray, step: FloatArray) -> FloatArray:
    """Return a state (7,) moved by a step, moves across the radius being turns about the centre.

    To first order this is their sum; but a craft that is moved far along its orbit stays on it, so that steps may be
    long in a low orbit.
    """
    place, speed = state[:3], state[3:6]
    radius = float(np.linalg.norm(place))
    axis = np.cross(place, step[:3]) / radius**2
    rise = float(place @ step[:3]) / radius
    angle = float(np.linalg.norm(axis))
    moved_place = place * (1.0 + rise / radius)
    moved_speed = speed + step[3:6] - np.cross(axis, speed)
    if angle > 0.0:
        about = axis / angle
        moved_place, moved_speed = (
            v * np.cos(angle) + np.cross(about, v) * np.sin(angle) + about * (about @ v) * (1.0 - np.cos(angle))
            for v in (moved_place, moved_speed)
        )
    return np.concatenate([moved_place, moved_speed, state[6:] + step[6:]])


def fit(
    chain: Chain, iterations: int, report: Report, loose: float = 1.0, tolerance: float = 1e-3, *, rough: bool = False
) -> Look:
    """Fit a chain in place until its gaps are closed and its squares fall no more; `rough` is content with less.

    Raises
    ------
    SolveError
        If it cannot be flown at all.
    """
    now = look(chain, [(chain.states, chain.numbers)], loose)[0]
    chain.states = now.states
    damping, failures = FIRST_DAMPING, 0
    for iteration in range(1, iterations + 1):
        if failures == 0:
            linear = linearize(chain, now, loose)
        best = _best_step(chain, linear, now, damping, loose)
        if best is None:
            failures += 1
            damping = max(damping * 30.0, FIRST_DAMPING)
            report(iteration, now)
            if damping > LARGEST_DAMPING:
                break
            continue
        share, numbers, after = best
        fell = now.merit(GAP_WEIGHT) - after.merit(GAP_WEIGHT)
        failures = 0
        chain.states, chain.numbers, now = after.states, numbers, after
        damping = max(damping * 0.1, SMALLEST_DAMPING) if share == 1.0 else damping * 3.0
        report(iteration, now)
        closed = now.gap_km < CLOSED_KM and now.gap_km_s < CLOSED_KM_S
        if (closed or (rough and now.gap_km < ROUGH_KM)) and fell < tolerance * max(now.chi_square, 1.0):
            break
    if not np.isfinite(now.chi_square):
        raise SolveError(f"{chain.document.id}: the flight cannot be flown from its first guess")
    is_open = now.gap_km > SMALL_KM or now.gap_km_s > SMALL_KM_S
    return _closed(chain, now, report, iterations, loose) if is_open and not rough else now


def _closed(chain: Chain, now: Look, report: Report, iterations: int, loose: float) -> Look:
    """Close the gaps that the last steps left open, by changes that the facts hardly notice."""
    for number in range(1, CLOSING_STEPS + 1):
        linear = linearize(chain, now, loose)
        step = solve(linear, chain, SMALLEST_DAMPING, np.zeros_like(linear.residuals), linear.gaps)
        variant = moved(chain, step, linear.first)
        if not np.all(np.isfinite(step)) or not chain.inside_windows(variant[1]):
            break
        after = look(chain, [variant], loose)[0]
        if not after.gap_km < now.gap_km:
            break
        chain.states, chain.numbers, now = after.states, variant[1], after
        report(iterations + number, now)
        if now.gap_km < CLOSED_KM and now.gap_km_s < CLOSED_KM_S:
            break
    return now


def _best_step(
    chain: Chain, linear: Linear, now: Look, damping: float, loose: float
) -> tuple[float, list[FloatArray], Look] | None:
    """Return the share of the step that helps most, or None.

    Each trial is followed by second-order corrections with the same derivatives, which bring a long step along a narrow
    curved valley back to the valley's floor and close the gaps that its curvature opened.
    """
    step = solve(linear, chain, damping, linear.residuals, linear.gaps)
    if not np.all(np.isfinite(step)):
        return None
    tried = [(share, moved(chain, share * step, linear.first)) for share in SHARES]
    tried = [(share, variant) for share, variant in tried if chain.inside_windows(variant[1])]
    if not tried:
        return None
    found = look(chain, [variant for _, variant in tried], loose)
    newest = list(zip(tried, found, strict=True))
    for _ in range(CORRECTIONS):
        closed = [
            (share, _corrected(chain, linear, (variant, one), share * step, damping, loose))
            for (share, variant), one in newest
        ]
        more = [(share, variant) for share, variant in closed if variant is not None]
        if not more:
            break
        newest = list(zip(more, look(chain, [variant for _, variant in more], loose), strict=True))
        tried, found = tried + more, found + [one for _, one in newest]
    merits = [one.merit(GAP_WEIGHT) for one in found]
    best = int(np.argmin(merits))
    before = now.merit(GAP_WEIGHT)
    closing = now.gap_km < 1e-3 and merits[best] <= before * (1.0 + 1e-9) + 1e-6 and found[best].gap_km < now.gap_km
    if not (merits[best] < before or closing):
        return None
    return tried[best][0], tried[best][1][1], found[best]


def _corrected(
    chain: Chain, linear: Linear, flown: tuple[Variant, Look], step: FloatArray, damping: float, loose: float
) -> Variant | None:
    """Return a variant moved so that, linearly, what its curvature added is undone; None where it cannot be flown."""
    variant, found = flown
    if not np.isfinite(found.chi_square) or found.gap_km > LARGEST_GAP_KM:
        return None
    forecast = linear.residuals + linear.jacobian @ step
    missed = all_residuals(chain, found, variant[1], linear.used, loose) - forecast
    if not np.all(np.isfinite(missed)):
        return None
    gaps = np.concatenate([first_gap(chain, found.states[0]), *found.gaps])
    move = solve(linear, chain, damping, missed, gaps)
    places = [int(place) for place in linear.first]
    numbers = [own + move[f + 7 : e] for own, f, e in zip(variant[1], places, places[1:], strict=False)]
    states = [turned(own, move[f : f + 7]) for own, f in zip(found.states, places, strict=False)]
    return (states, numbers) if chain.inside_windows(numbers) else None
