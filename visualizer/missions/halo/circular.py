"""The near-rectilinear halo orbit of the circular restricted three-body problem: where the search begins.

Missions, halo orbits. Lengths are in Earth-Moon distances, times in radians of the Moon's turn about the Earth; x
points from the Earth to the Moon, z along the Moon's orbital momentum; the origin is the common centre of mass.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_LP165P_KM3_S2
from visualizer.core.dop853 import STAGE_WEIGHTS, STEP_WEIGHTS
from visualizer.errors import SolveError

MOON_SHARE = GM_MOON_LP165P_KM3_S2 / (GM_EARTH_KM3_S2 + GM_MOON_LP165P_KM3_S2)
# An apolune of the southern family about L2, found in any textbook's plot of it; Newton's method does the rest.
APOLUNE_GUESS = np.array([1.0221, -0.1821, -0.1033])
STEPS = 3000
ITERATIONS = 20
STEP_MOST, DIFFERENCE = 0.02, 1e-6


def halo_states(period: float, phases: FloatArray) -> FloatArray:
    """Return states (n, 6) of the southern halo orbit about L2 with a period, at phases of it.

    Parameters
    ----------
    period : rad; 4 pi / 9 x (synodic over sidereal month) for the orbit in 9:2 resonance
    phases : (n,) rising, 0 at apolune, 0.5 at perilune, below 1

    Raises
    ------
    SolveError
        If Newton's method does not close the orbit.
    """
    values = APOLUNE_GUESS.copy()
    pattern = np.concatenate([np.zeros((1, 3)), DIFFERENCE * np.eye(3), -DIFFERENCE * np.eye(3)])
    for _ in range(ITERATIONS):
        # The orbit is symmetric: halfway it crosses y = 0 at a right angle again.
        missed = flown(_apolunes(values + pattern), 0.5 * period)[:, [1, 3, 5]]
        if np.max(np.abs(missed[0])) < 1e-10:
            break
        move = np.linalg.solve((missed[1:4] - missed[4:]).T / (2.0 * DIFFERENCE), missed[0])
        values -= move * min(1.0, STEP_MOST / float(np.max(np.abs(move))))
    else:
        raise SolveError("halo orbit: it does not close")
    state, at, states = _apolunes(values[None]), 0.0, []
    for phase in phases:
        state = flown(state, (phase - at) * period) if phase > at else state
        states.append(state[0])
        at = phase
    return np.array(states)


def _apolunes(values: FloatArray) -> FloatArray:
    """Return states (b, 6) from (x, z, speed along y), (b, 3)."""
    zero = np.zeros(len(values))
    return np.stack([values[:, 0], zero, values[:, 1], zero, values[:, 2], zero], axis=1)


def flown(state: FloatArray, span: float, steps: int = STEPS) -> FloatArray:
    """Return states (b, 6) after a span, by DOP853's formula with fixed steps."""
    step = span / steps
    slopes = np.empty((12, *state.shape))
    flat = slopes.reshape(12, -1)
    for _ in range(steps):
        for stage in range(12):
            slopes[stage] = _rates(state + step * (STAGE_WEIGHTS[stage, :stage] @ flat[:stage]).reshape(state.shape))
        state = state + step * (STEP_WEIGHTS @ flat).reshape(state.shape)
    return np.asarray(state)


def _rates(state: FloatArray) -> FloatArray:
    x, y, z, u, v, w = state.T
    from_earth, from_moon = x + MOON_SHARE, x - 1.0 + MOON_SHARE
    earth = (1.0 - MOON_SHARE) / (from_earth**2 + y**2 + z**2) ** 1.5
    moon = MOON_SHARE / (from_moon**2 + y**2 + z**2) ** 1.5
    pulled = (
        x + 2.0 * v - earth * from_earth - moon * from_moon,
        y - 2.0 * u - (earth + moon) * y,
        -(earth + moon) * z,
    )
    return np.stack([u, v, w, *pulled], axis=1)
