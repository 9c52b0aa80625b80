"""What an engine has to do along a powered flight: thrust per mass, thrust, mass over time.

Missions, powered flight. Gravity is the Moon as a point with Earth and Sun beside it; at most 0.3 % of what is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import G0_KM_S2
from visualizer.core.forces import Gravity
from visualizer.core.trajectory import Arc

SAMPLE_S = 1.0


@dataclass(frozen=True, eq=False)
class Thrust:
    """The thrust of a powered flight.

    Attributes
    ----------
    tdb_s : (n,)
    specific_m_s2 : (n,) thrust per mass
    upwards : (n,) cosine of its direction to the local vertical; below zero the engine would push downwards
    thrust_n, mass_kg : (n,)
    delta_v_m_s : of the whole flight
    """

    tdb_s: FloatArray
    specific_m_s2: FloatArray
    upwards: FloatArray
    thrust_n: FloatArray
    mass_kg: FloatArray
    delta_v_m_s: float


def thrust_of(arcs: Sequence[Arc], mass_kg: float, specific_impulse_s: float) -> Thrust:
    """Return what the engine has to do along some arcs about the Moon.

    Parameters
    ----------
    arcs : in order of time, meeting each other
    mass_kg : where they begin
    specific_impulse_s : of the engine, s
    """
    parts = [_pushes(arc) for arc in arcs]
    tdb_s, push, upwards = (np.concatenate(rows) for rows in zip(*parts, strict=True))
    spent = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(tdb_s) * (push[1:] + push[:-1]))])
    mass = mass_kg * np.exp(-spent / (specific_impulse_s * G0_KM_S2))
    return Thrust(tdb_s, 1e3 * push, upwards, 1e3 * push * mass, mass, float(1e3 * spent[-1]))


def _pushes(arc: Arc) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return epochs inside an arc, thrust per mass (km/s2) and its upward cosine there."""
    count = max(4, round((arc.end_tdb_s - arc.start_tdb_s) / SAMPLE_S))
    half = 0.25 * (arc.end_tdb_s - arc.start_tdb_s) / count
    tdb_s = np.linspace(arc.start_tdb_s + half, arc.end_tdb_s - half, count + 1)
    gained = arc.table.evaluate(tdb_s + half)[1] - arc.table.evaluate(tdb_s - half)[1]
    position = arc.table.evaluate(tdb_s)[0]
    gravity = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id))
    push = gained / (2.0 * half) - gravity.acceleration_km_s2(gravity.sample(tdb_s), position)
    size = norm(push)
    upwards = np.einsum("ni,ni->n", unit(position), push) / np.maximum(size, 1e-12)
    return tdb_s, size, upwards
