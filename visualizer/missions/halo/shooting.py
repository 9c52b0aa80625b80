"""A near-rectilinear halo orbit in the real sky: Earth and Sun where they are, joined from pieces by Newton's method.

Missions, halo orbits. The orbit of the circular problem, laid into the axes that turn and breathe with the Moon's real
way, is off by hundreds of kilometres a day. Points on it are moved, all at once and as little as possible, until every
piece of flight ends where the next begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.bodies import EARTH, JUPITER, MOON, SUN
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.forces import Force, Gravity
from visualizer.core.propagation import even_fractions, propagate
from visualizer.errors import SolveError
from visualizer.missions.halo.circular import MOON_SHARE, halo_states

GRAVITY = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id, JUPITER.naif_id), 4)
SYNODIC_S = 29.530589 * 86400.0
PERIOD_S = 2.0 / 9.0 * SYNODIC_S
# Patch points keep away from perilune, where everything is sensitive.
PHASES = np.array([0.0, 0.2, 0.4, 0.6, 0.8])
STEP_S = 900.0
CLOSED_KM = 1e-5
ITERATIONS = 15


@dataclass(frozen=True, eq=False)
class Halo:
    """A chain of states about the Moon, ICRF axes: each flies into the next.

    Attributes
    ----------
    tdb_s : (n,); state : (n, 6) km, km/s
    gap_km : the largest that is left between a piece's end and the next state
    """

    tdb_s: FloatArray
    state: FloatArray
    gap_km: float


def solve_halo(apolune_tdb_s: float, revolutions: int) -> Halo:
    """Return a halo orbit in 9:2 resonance with the synodic month over some revolutions.

    Parameters
    ----------
    apolune_tdb_s : of the first apolune
    revolutions : how many; the last state is an apolune too

    Raises
    ------
    SolveError
        If it does not close to a centimetre.
    """
    turn_rad = np.concatenate([(np.arange(revolutions)[:, None] + PHASES).reshape(-1), [float(revolutions)]])
    tdb_s = apolune_tdb_s + PERIOD_S * turn_rad
    guess = halo_states(PERIOD_S * float(np.mean(_month(tdb_s)[2])), PHASES)
    state = _in_the_sky(tdb_s, guess[np.arange(len(tdb_s)) % len(PHASES)])
    scale = np.array([1.0, 1.0, 1.0, 1e-5, 1e-5, 1e-5])
    for _ in range(ITERATIONS):
        ends, slopes = _pieces(tdb_s, state)
        gaps = ends - state[1:]
        worst = float(np.max(norm(gaps[:, :3])))
        if worst < CLOSED_KM:
            return Halo(tdb_s, state, worst)
        state = state + _least_move(gaps, slopes, scale)
    raise SolveError(f"halo orbit: gaps of {worst:.3g} km are left")


def _least_move(gaps: FloatArray, slopes: FloatArray, scale: FloatArray) -> FloatArray:
    """Return the smallest change (n, 6) of all states that closes the gaps (n - 1, 6), linearly."""
    pieces = len(gaps)
    rows = np.zeros((6 * pieces, 6 * (pieces + 1)))
    for i in range(pieces):
        rows[6 * i : 6 * i + 6, 6 * i : 6 * i + 6] = slopes[i] * scale / scale[:, None]
        rows[6 * i : 6 * i + 6, 6 * i + 6 : 6 * i + 12] = -np.eye(6)
    moves = np.linalg.lstsq(rows, -(gaps / scale).reshape(-1), rcond=None)[0]
    return np.asarray(moves.reshape(-1, 6) * scale)


def _pieces(tdb_s: FloatArray, state: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where each piece ends, (n - 1, 6), and the slopes of that by its start, (n - 1, 6, 6)."""
    step = np.diag([1e-2, 1e-2, 1e-2, 1e-7, 1e-7, 1e-7])
    pattern = np.concatenate([np.zeros((1, 6)), step, -step])
    count = len(tdb_s) - 1
    batch = (state[:-1, None, :] + pattern).reshape(-1, 6)
    mass = np.ones((len(batch), 1))
    starts, ends = (np.repeat(part, len(pattern)) for part in (tdb_s[:-1], tdb_s[1:]))
    fractions = even_fractions(round(float(np.max(np.diff(tdb_s))) / STEP_S))
    last = propagate(Force(GRAVITY), starts, ends, fractions, np.concatenate([batch, mass], axis=1)).last[:, :6]
    last = last.reshape(count, len(pattern), 6)
    slopes = (last[:, 1:7] - last[:, 7:]) / (2.0 * np.diag(step))[:, None]
    return last[:, 0], np.swapaxes(slopes, 1, 2)


def _month(tdb_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the Moon's position and velocity from the Earth, (n, 3), its turn in rad/s and distance, (n,)."""
    place, speed = bundled_ephemeris().state_km(MOON.naif_id, EARTH.naif_id, tdb_s)
    distance = norm(place)
    return place, speed, norm(np.cross(place, speed)) / distance**2, distance


def _in_the_sky(tdb_s: FloatArray, circular: FloatArray) -> FloatArray:
    """Return states of the circular problem, (n, 6), as states about the Moon in ICRF axes at epochs (n,)."""
    place, speed, rate, distance = _month(tdb_s)
    ahead, normal = unit(place), unit(np.cross(place, speed))
    axes = np.stack([ahead, np.cross(normal, ahead), normal], axis=1)
    local = (circular[:, :3] - np.array([1.0 - MOON_SHARE, 0.0, 0.0])) * distance[:, None]
    growth = np.einsum("ni,ni->n", place, speed) / distance**2
    turning = np.cross(np.stack([0.0 * rate, 0.0 * rate, rate], axis=1), local)
    moving = circular[:, 3:] * (distance * rate)[:, None] + turning + growth[:, None] * local
    position, velocity = (np.einsum("nij,ni->nj", axes, part) for part in (local, moving))
    return np.concatenate([position, velocity], axis=1)
