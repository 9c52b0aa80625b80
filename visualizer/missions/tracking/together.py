"""Many equally long coasts of one orbit, flown in one batch: weeks of low orbit at the price of two days.

Missions, tracking. Each coast finds its first state by itself, from two tracked positions and then from all of them;
`closing` joins them afterwards.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2
from visualizer.core.forces import Force
from visualizer.core.propagation import even_fractions, propagate
from visualizer.missions.tracking.chain import Chain, Report, Tracked, data_weights, flown, grow
from visualizer.missions.tracking.linear import Linear, linearize_together
from visualizer.missions.tracking.stretches import Stretch, force_of

SHARES_STEPS = ((0.1, 5), (0.3, 3), (1.0, 4))
SPEED_STEP_KM_S = 1e-5
SHOTS = 6
BACK_STEP_S = 100.0


def group_of(stretch: Stretch) -> tuple[object, ...] | None:
    """Return what coasts that can be flown together have in common, or None."""
    if stretch.even_step_s is None:
        return None
    span_s = round(stretch.end_tdb_s - stretch.start_tdb_s, 3)
    return (stretch.gravity, stretch.push, stretch.push_sigma, bool(stretch.sun_sigma), stretch.even_step_s, span_s)


def groups_of(stretches: list[Stretch]) -> list[list[int]]:
    """Return the places of coasts that can be flown together, group by group."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for k, stretch in enumerate(stretches):
        key = group_of(stretch)
        if key is not None:
            groups.setdefault(key, []).append(k)
    return list(groups.values())


def all_flown(chain: Chain, tracked: Tracked) -> list[Linear]:
    """Fly every stretch of a chain, those of a group together."""
    found: dict[int, Linear] = {}
    for places in groups_of(chain.stretches):
        found |= zip(places, flown_together(chain, places, tracked), strict=True)
    return [found[k] if k in found else flown(chain, k, tracked) for k in range(len(chain.stretches))]


def grow_whole(chain: Chain, tracked: Tracked, first_state: FloatArray, report: Report) -> None:
    """Build a chain: coasts with even steps a run at a time, the others one after another."""
    count = len(chain.stretches)
    while len(chain.states) < count:
        even = [k for k in range(len(chain.states), count) if chain.stretches[k].even_step_s is not None]
        grow(chain, tracked, first_state, report, even[0] if even else count)
        if even:
            run = [k for i, k in enumerate(even) if k == even[0] + i]
            part = start_together([chain.stretches[k] for k in run], float(chain.states[-1][6]), tracked, report)
            chain.stretches[run[0] : run[-1] + 1] = part.stretches
            chain.states += part.states
            chain.numbers += part.numbers
            if not chain.stretches[run[0] - 1].is_window:
                chain.states[run[0] - 1] = _flown_back(chain, run[0] - 1)


def _flown_back(chain: Chain, k: int) -> FloatArray:
    """Return the first state of a coast that leads to where the next one begins, which is better known."""
    stretch = chain.stretches[k]
    steps = even_fractions(max(2, round((stretch.end_tdb_s - stretch.start_tdb_s) / BACK_STEP_S)))
    force = force_of(stretch, chain.numbers[k][None])
    state = propagate(force, stretch.end_tdb_s, stretch.start_tdb_s, steps, chain.states[k + 1][None]).last[0]
    return np.concatenate([state[:6], chain.states[k][6:]])


def flown_together(chain: Chain, places: list[int], tracked: Tracked) -> list[Linear]:
    """Fly some coasts of a group."""
    stretches = [chain.stretches[k] for k in places]
    near = tracked[stretches[0].gravity.centre_id]
    return linearize_together(stretches, [chain.states[k] for k in places], [chain.numbers[k] for k in places], near)


def start_together(stretches: list[Stretch], mass_kg: float, tracked: Tracked, report: Report) -> Chain:
    """Fit equally long coasts, each by itself.

    Parameters
    ----------
    stretches : of one group, about the Moon
    mass_kg : of the craft
    tracked : positions by centre

    Returns
    -------
    Chain of these stretches, with gaps between them
    """
    states = first_states(stretches, mass_kg, tracked)
    pushed = stretches
    if stretches[0].push == "orbital":
        pushed = [stretch.with_reference(state) for stretch, state in zip(stretches, states, strict=True)]
    chain = Chain(pushed, list(states), [stretch.starts for stretch in stretches])
    for share, count in SHARES_STEPS:
        step_s = stretches[0].even_step_s or 0.0
        span_s = step_s * round(share * (stretches[0].end_tdb_s - stretches[0].start_tdb_s) / step_s)
        chain.stretches = [replace(stretch, end_tdb_s=stretch.start_tdb_s + span_s) for stretch in pushed]
        for _ in range(count):
            parts = flown_together(chain, list(range(len(pushed))), tracked)
            for k, part in enumerate(parts):
                _improve(chain, k, part)
        missed = np.concatenate([norm(part.miss_km) for part in parts])
        report(
            f"{stretches[0].name}, {len(pushed)} at once, {span_s / 3600.0:.0f} h: median {np.median(missed):.2f} km"
        )
    chain.stretches = pushed
    return chain


def first_states(stretches: list[Stretch], mass_kg: float, tracked: Tracked) -> FloatArray:
    """Return first states, (n, 7), that pass through the first two tracked positions of each coast."""
    seen = [tracked[one.gravity.centre_id].between(one.start_tdb_s - 1.0, one.end_tdb_s) for one in stretches]
    first, second = (np.stack([near.position_km[i] for near in seen]) for i in (0, 1))
    start, end = (np.array([near.tdb_s[i] for near in seen]) for i in (0, 1))
    normal = unit(np.cross(first, second))
    speed = np.sqrt(GM_MOON_LP165P_KM3_S2 / norm(first))[:, None] * np.cross(normal, unit(first))
    pattern = np.concatenate([np.zeros((1, 3)), SPEED_STEP_KM_S * np.eye(3)])
    for _ in range(SHOTS):
        members = np.concatenate(
            [np.hstack([np.tile(place, (4, 1)), own + pattern, np.full((4, 1), mass_kg)])
             for place, own in zip(first, speed, strict=True)]
        )  # fmt: skip
        path = propagate(
            Force(stretches[0].gravity), np.repeat(start, 4), np.repeat(end, 4), even_fractions(8), members
        )
        reached = path.last[:, :3].reshape(-1, 4, 3)
        slopes = np.swapaxes((reached[:, 1:] - reached[:, :1]) / SPEED_STEP_KM_S, 1, 2)
        speed = speed - np.linalg.solve(slopes, (reached[:, 0] - second)[..., None])[..., 0]
    states = np.hstack([first, speed, np.full((len(first), 1), mass_kg)])
    moments = np.array([one.start_tdb_s for one in stretches])
    return propagate(Force(stretches[0].gravity), start, moments, even_fractions(2), states).last


def _improve(chain: Chain, k: int, part: Linear) -> None:
    """Take one step of least squares with the tracked positions and guesses of one coast."""
    stretch = chain.stretches[k]
    partials = np.concatenate([part.miss_by_state, part.miss_by_numbers], axis=2)
    weighted = (data_weights(part.miss_km) / stretch.noise_km**2)[:, None, None] * partials
    matrix = np.einsum("nij,nik->jk", weighted, partials, optimize=True)
    right = -np.einsum("nij,ni->j", weighted, part.miss_km)
    guessed = 1.0 / stretch.sigmas**2
    matrix[6:, 6:] += np.diag(guessed)
    right[6:] -= guessed * (chain.numbers[k] - stretch.starts)
    scale = 1.0 / np.sqrt(np.diag(matrix))
    move = scale * np.linalg.solve(matrix * scale * scale[:, None] + 1e-9 * np.eye(len(scale)), scale * right)
    chain.states[k] = chain.states[k] + np.concatenate([move[:6], [0.0]])
    chain.numbers[k] = chain.numbers[k] + move[6:]
