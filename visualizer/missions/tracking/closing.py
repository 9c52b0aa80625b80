"""Close the gaps of a grown chain and fit all of it at once.

Missions, tracking. Over many passes of Earth and Moon the end of a flight is so sensitive to its beginning that it
cannot be aimed from there. So the first states of all stretches are unknowns too, and that each stretch ends where the
next one begins is a condition that every step meets (multiple shooting with Lagrange's multipliers). After some steps
the numbers are held more firmly, so that the gaps close; the last steps only close them, by the smallest changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.missions.tracking.chain import Chain, Report, Tracked, data_weights
from visualizer.missions.tracking.linear import Linear
from visualizer.missions.tracking.stretches import engine_of
from visualizer.missions.tracking.together import all_flown

STATE_SCALE = np.array([1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3])
SHARES = (0.3, 0.5)
CLOSED_KM, CLOSED_KM_S = 5e-5, 5e-8
STATE_DAMPING, FREE_DAMPING, LAST_DAMPING = 1e-9, 10.0, 1e4
FREE_STEPS = 8
# After so many steps with held numbers the positions no longer pull: only gaps are closed.
PATIENCE = 4


@dataclass(frozen=True)
class Closed:
    """Where a step of the fit began: distances to the tracked positions, largest gaps."""

    missed_km: FloatArray
    gap_km: float
    gap_km_s: float

    @property
    def words(self) -> str:
        """A line for people."""
        median = float(np.median(self.missed_km)) if len(self.missed_km) else np.nan
        return f"median {median:.2f} km, gaps {self.gap_km:.2g} km {1e3 * self.gap_km_s:.2g} m/s"


def close_chain(chain: Chain, tracked: Tracked, iterations: int, report: Report, free_steps: int = FREE_STEPS) -> None:
    """Fit a chain until its gaps are closed, at most `iterations` steps; changes the chain."""
    for i in range(iterations):
        parts = all_flown(chain, tracked)
        gaps = [chain.handed_on(k, part.end) - chain.states[k + 1] for k, part in enumerate(parts[:-1])]
        step = _state_of(parts, gaps)
        report(f"step {i + 1}: {step.words}")
        if i > min(free_steps, 2) and step.gap_km < CLOSED_KM and step.gap_km_s < CLOSED_KM_S:
            break
        damping: float | None = FREE_DAMPING if i < free_steps else LAST_DAMPING
        if i > free_steps + PATIENCE:
            damping = None
        _move(chain, parts, gaps, SHARES[i] if i < min(len(SHARES), free_steps) else 1.0, damping)


def _state_of(parts: list[Linear], gaps: list[FloatArray]) -> Closed:
    missed = np.concatenate([np.linalg.norm(part.miss_km, axis=1) for part in parts])
    return Closed(
        missed,
        max((float(np.linalg.norm(gap[:3])) for gap in gaps), default=0.0),
        max((float(np.linalg.norm(gap[3:6])) for gap in gaps), default=0.0),
    )


def _move(chain: Chain, parts: list[Linear], gaps: list[FloatArray], share: float, damping: float | None) -> None:
    """Take one step that closes a share of the gaps; without a damping the smallest one, whatever was tracked."""
    sizes = [6 + len(numbers) for numbers in chain.numbers]
    first = np.concatenate([[0], np.cumsum(sizes)])
    count, held = int(first[-1]), 6 * len(gaps)
    matrix, right = np.zeros((count + held, count + held)), np.zeros(count + held)
    for k, part in enumerate(parts):
        own = slice(first[k], first[k + 1])
        scale = _scale(chain, k)
        if damping is None:
            matrix[own, own] = np.eye(sizes[k])
        else:
            block, pull = _data_block(chain, k, part)
            matrix[own, own] = scale[:, None] * block * scale + np.diag(_damping(sizes[k], damping))
            right[own] = scale * pull
        if k < len(gaps):
            rows = slice(count + 6 * k, count + 6 * k + 6)
            ahead = np.hstack([part.by_state, part.by_numbers]) * scale / STATE_SCALE[:, None]
            matrix[rows, own], matrix[own, rows] = ahead, ahead.T
            after = slice(first[k + 1], first[k + 1] + 6)
            matrix[rows, after] = matrix[after, rows] = -np.eye(6)
            right[rows] = -share * gaps[k][:6] / STATE_SCALE
    step = np.linalg.solve(matrix, right)
    for k in range(len(parts)):
        change = _scale(chain, k) * step[first[k] : first[k + 1]]
        chain.states[k] = chain.states[k] + np.concatenate([change[:6], [0.0]])
        chain.numbers[k] = chain.numbers[k] + change[6:]
    _carry_mass(chain)


def _carry_mass(chain: Chain) -> None:
    """Count the mass down from burn to burn, as the burns now are."""
    for k in range(1, len(chain.stretches)):
        burn, numbers = chain.stretches[k - 1].burn, chain.numbers[k - 1]
        mass = chain.states[k - 1][6]
        if burn is not None:
            mass -= float(engine_of(burn, numbers[None]).flow_kg_s[0] * numbers[1])
        chain.states[k][6] = mass if chain.stretches[k].mass_kg is None else chain.stretches[k].mass_kg


def _damping(size: int, number_damping: float) -> FloatArray:
    """Return what keeps numbers that the tracking hardly decides from wandering in one step."""
    return np.concatenate([np.full(6, STATE_DAMPING), np.full(size - 6, number_damping)])


def _scale(chain: Chain, k: int) -> FloatArray:
    """Return the natural size of each unknown of a stretch: states in km and m/s, numbers by their guesses."""
    sigmas = chain.stretches[k].sigmas
    steps = 1e3 * chain.stretches[k].steps
    return np.concatenate([STATE_SCALE, np.where(np.isfinite(sigmas), sigmas, steps)])


def _data_block(chain: Chain, k: int, part: Linear) -> tuple[FloatArray, FloatArray]:
    """Return the normal matrix and the right side of a stretch's tracked positions and guesses."""
    stretch = chain.stretches[k]
    partials = np.concatenate([part.miss_by_state, part.miss_by_numbers], axis=2)
    weighted = (data_weights(part.miss_km) / stretch.noise_km**2)[:, None, None] * partials
    block = np.einsum("nij,nik->jk", weighted, partials, optimize=True)
    pull = -np.einsum("nij,ni->j", weighted, part.miss_km)
    guessed = 1.0 / stretch.sigmas**2
    block[6:, 6:] += np.diag(guessed)
    pull[6:] -= guessed * (chain.numbers[k] - stretch.starts)
    return block, pull
