"""Grow a chain of stretches: each newest coast is fitted together with the burn before it.

Missions, tracking. A few stretches at a time follow from one first state and their numbers; Levenberg's and Marquardt's
method with outliers losing weight by Huber's rule. What was fitted before stays; `closing` then fits everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.missions.tracking.linear import Linear, linearize
from visualizer.missions.tracking.stretches import Stretch
from visualizer.missions.tracking.tracked import TrackedPositions

HUBER = 2.5
SHARES = (0.1, 0.3, 1.0)
HELD = np.array([0.02, 0.02, 0.02, 1e-5, 1e-5, 1e-5]) ** -2.0
Report = Callable[[str], None]
Map = tuple[FloatArray, FloatArray]
Tracked = dict[int, TrackedPositions]


@dataclass
class Chain:
    """A flight in the fit.

    Attributes
    ----------
    stretches : in order of time, each beginning where the last ends
    states : first state of each, (7,) about its own centre
    numbers : fitted numbers of each
    first_sigma : uncertainty of the first state, (6,), or infinite
    """

    stretches: list[Stretch]
    states: list[FloatArray] = field(default_factory=list)
    numbers: list[FloatArray] = field(default_factory=list)

    def handed_on(self, k: int, end: FloatArray) -> FloatArray:
        """Return the end of stretch `k` as the start of the next: its centre, its mass."""
        old, new = self.stretches[k], self.stretches[k + 1]
        state = end.copy()
        if old.gravity.centre_id != new.gravity.centre_id:
            moved = bundled_ephemeris().state_km(old.gravity.centre_id, new.gravity.centre_id, old.end_tdb_s)
            state[:6] += np.concatenate(moved)
        if new.mass_kg is not None:
            state[6] = new.mass_kg
        return state


@dataclass(frozen=True)
class View:
    """A flown chain and the linear problem about it.

    Attributes
    ----------
    matrix, right : normal equations for the first state and all numbers
    maps : each first state's move, linear in those unknowns
    gaps : between stretches, (7,) each
    missed_km : (n,) distances from the tracked positions
    cost : weighted squares, guesses included
    """

    matrix: FloatArray
    right: FloatArray
    maps: list[Map]
    gaps: list[FloatArray]
    missed_km: FloatArray
    cost: float

    @property
    def words(self) -> str:
        """What a step of the fit has reached."""
        gap_km = max((float(np.linalg.norm(gap[:3])) for gap in self.gaps), default=0.0)
        gap_m_s = max((1e3 * float(np.linalg.norm(gap[3:6])) for gap in self.gaps), default=0.0)
        median_km = float(np.median(self.missed_km)) if len(self.missed_km) else np.nan
        return f"median {median_km:.2f} km, cost {self.cost:.0f}, gaps {gap_km:.2g} km {gap_m_s:.2g} m/s"


def look(chain: Chain, tracked: Tracked, free: slice = slice(None), shoot: bool = False) -> View:
    """Fly the stretches of a chain and set up the linear problem.

    Parameters
    ----------
    chain : with states and numbers; with `shoot` its states are changed to follow from the first one
    tracked : positions by centre
    free : of the stretches, in order; the first state of the first one is free too
    """
    places = range(len(chain.stretches))[free]
    parts: list[Linear] = []
    for k in places:
        if shoot and parts:
            chain.states[k] = chain.handed_on(k - 1, parts[-1].end)
        parts.append(flown(chain, k, tracked))
    gaps = [chain.handed_on(k, part.end) - chain.states[k + 1] for k, part in zip(places[:-1], parts[:-1], strict=True)]
    matrix, right, maps, cost = _normal(chain, places, parts, gaps)
    missed = np.concatenate([np.linalg.norm(part.miss_km, axis=1) for part in parts])
    return View(matrix, right, maps, gaps, missed, cost)


def move(chain: Chain, view: View, free: slice = slice(None), damping: float = 0.0, hold: bool = False) -> None:
    """Move a chain by one step of Gauss's and Newton's method, shortened by the damping."""
    matrix = view.matrix + damping * np.diag(np.diag(view.matrix))
    if hold:
        matrix[:6, :6] += np.diag(HELD)
    scale = 1.0 / np.sqrt(np.diag(matrix))
    step = scale * np.linalg.solve(matrix * scale * scale[:, None], scale * view.right)
    _apply(chain, range(len(chain.stretches))[free], view.maps, step, view.gaps)


def flown(chain: Chain, k: int, tracked: Tracked) -> Linear:
    """Fly one stretch from its own first state."""
    stretch = chain.stretches[k]
    return linearize(stretch, chain.states[k], chain.numbers[k], tracked[stretch.gravity.centre_id])


def _normal(
    chain: Chain, places: range, parts: list[Linear], gaps: list[FloatArray]
) -> tuple[FloatArray, FloatArray, list[Map], float]:
    """Return the scaled-free normal matrix, its right side, and each first state's move as a linear map."""
    sizes = [len(chain.numbers[k]) for k in places]
    first = np.concatenate([[6], 6 + np.cumsum(sizes)]).astype(int)
    total = int(first[-1])
    matrix, right, cost = np.zeros((total, total)), np.zeros(total), 0.0
    by, constant = np.eye(6, total), np.zeros(6)
    maps: list[Map] = []
    for i, (k, part) in enumerate(zip(places, parts, strict=True)):
        maps.append((by, constant))
        own = slice(first[i], first[i + 1])
        partials = part.miss_by_state @ by
        partials[..., own] += part.miss_by_numbers
        missed = part.miss_km + part.miss_by_state @ constant
        weight = data_weights(missed) / chain.stretches[k].noise_km ** 2
        weighted = weight[:, None, None] * partials
        matrix += np.einsum("nij,nik->jk", weighted, partials, optimize=True)
        right -= np.einsum("nij,ni->j", weighted, missed)
        cost += float(np.sum(weight[:, None] * part.miss_km**2)) + _add_guesses(chain, k, own, matrix, right)
        if i < len(gaps):
            ahead = part.by_state @ by
            ahead[:, own] += part.by_numbers
            by, constant = ahead, part.by_state @ constant + gaps[i][:6]
    return matrix, right, maps, cost


def data_weights(missed_km: FloatArray) -> FloatArray:
    """Return Huber's weights, 1 for the bulk and less for what lies far from it."""
    if not len(missed_km):
        return np.empty(0)
    size = np.linalg.norm(missed_km, axis=1)
    scale = max(float(np.median(size)), 0.3)
    return np.asarray(np.minimum(1.0, HUBER * scale / np.maximum(size, 1e-9)))


def _add_guesses(chain: Chain, k: int, own: slice, matrix: FloatArray, right: FloatArray) -> float:
    """Add the guesses of a stretch to the normal equations and return what they cost."""
    stretch = chain.stretches[k]
    off = chain.numbers[k] - stretch.starts
    weight = 1.0 / stretch.sigmas**2
    matrix[own, own] += np.diag(weight)
    right[own] -= weight * off
    return float(np.sum(weight * off**2))


def _apply(chain: Chain, places: range, maps: list[Map], move: FloatArray, gaps: list[FloatArray]) -> None:
    at = 6
    for k, (by, constant) in zip(places, maps, strict=True):
        chain.states[k] = chain.states[k].copy()
        chain.states[k][:6] += by @ move + constant
        size = len(chain.numbers[k])
        chain.numbers[k] = chain.numbers[k] + move[at : at + size]
        at += size
    for k, gap in zip(places[1:], gaps, strict=True):
        chain.states[k][6] += gap[6]


def settle(chain: Chain, tracked: Tracked, free: slice, iterations: int, hold: bool = False) -> View:
    """Fit some stretches without gaps, each step taken only if it helps (Levenberg and Marquardt)."""
    view, damping = look(chain, tracked, free, shoot=True), 1e-6
    for _ in range(iterations):
        kept = list(chain.states), list(chain.numbers)
        move(chain, view, free, damping, hold)
        after = look(chain, tracked, free, shoot=True)
        if after.cost < view.cost:
            done = after.cost > 0.995 * view.cost
            view, damping = after, 0.1 * damping
            if done:
                break
        else:
            chain.states, chain.numbers = kept
            damping = 100.0 * max(damping, 1e-6)
    return view


def grow(chain: Chain, tracked: Tracked, first_state: FloatArray, report: Report, until: int | None = None) -> None:
    """Build a chain stretch by stretch: a coast is fitted alone, a burn together with the coast after it."""
    count = len(chain.stretches) if until is None else until
    if not chain.states:
        chain.states, chain.numbers = [first_state], [chain.stretches[0].starts]
        _settle_newest(chain, tracked, 0, report)
    while len(chain.states) < count:
        _extend(chain, tracked)
        begin = len(chain.states) - 1
        while chain.stretches[len(chain.states) - 1].is_window and len(chain.states) < count:
            _extend(chain, tracked)
        _settle_newest(chain, tracked, begin, report)


def _extend(chain: Chain, tracked: Tracked) -> None:
    k = len(chain.states) - 1
    end = flown(chain, k, tracked).end
    state = chain.handed_on(k, end)
    if chain.stretches[k + 1].push == "orbital":
        chain.stretches[k + 1] = chain.stretches[k + 1].with_reference(state)
    burn = chain.stretches[k + 1].burn
    if burn is not None and burn.steering == "inertial":
        chain.stretches[k + 1] = chain.stretches[k + 1].with_burn_axes(state)
    chain.states.append(state)
    chain.numbers.append(chain.stretches[k + 1].starts)


def _settle_newest(chain: Chain, tracked: Tracked, begin: int, report: Report) -> None:
    """Fit the newest stretches, first to a short span after the burn, then to the whole."""
    last = len(chain.states) - 1
    stretch = chain.stretches[last]
    for share in SHARES if begin < last or last == 0 else SHARES[-1:]:
        end = stretch.start_tdb_s + share * (stretch.end_tdb_s - stretch.start_tdb_s)
        few = tracked[stretch.gravity.centre_id].between(stretch.start_tdb_s, end)
        if len(few.tdb_s) < 4 and share < 1.0:
            continue
        chain.stretches[last] = stretch if share == 1.0 else replace(stretch, end_tdb_s=end)
        view = settle(chain, tracked, slice(begin, last + 1), 10, last > begin)
    report(f"{stretch.name}: {view.words}")
