"""The phases of a powered flight: from a table of gates to one arc per phase.

Missions, powered flight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Arc, Provenance
from visualizer.missions.powered.ground import Ground, OrbitState, SiteAxes
from visualizer.missions.powered.least_jerk import least_jerk

STEP_S = 2.0
STEPS_LEAST = 8


@dataclass(frozen=True, slots=True)
class Gate:
    """The start of a phase; None is not known, and found so that the flight is as smooth as it can be.

    Attributes
    ----------
    id, title : of the phase
    tdb_s : TDB seconds past J2000
    height_km : over the site
    sink_m_s : downwards, negative in an ascent
    ground_speed_m_s : level speed over the turning ground, along the way
    to_go_km : along the ground to the site, negative past it
    aside_km : off the great circle to the site, towards the orbit's normal
    is_steady : no acceleration over the ground: a hover, an attitude hold
    is_upright : no level acceleration over the ground: the thrust is plumb
    kind : of the phase's arc, 'burn' or 'coast'
    """

    id: str
    title: str
    tdb_s: float
    height_km: float | None = None
    sink_m_s: float | None = None
    ground_speed_m_s: float | None = None
    to_go_km: float | None = None
    aside_km: float | None = None
    is_steady: bool = False
    is_upright: bool = False
    kind: str = "burn"


@dataclass(frozen=True, eq=False)
class Powered:
    """A powered flight: one arc per phase, and the epochs of the gates by id with that of its end."""

    arcs: tuple[Arc, ...]
    event_tdb_s: dict[str, float]


def descend(
    start: OrbitState,
    ground: Ground,
    gates: Sequence[Gate],
    touchdown_tdb_s: float,
    provenance: Provenance,
    touchdown_sink_m_s: float = 0.0,
    touchdown_ground_speed_m_s: float = 0.0,
) -> Powered:
    """Return the descent from an orbit to a site.

    Parameters
    ----------
    start : where the engine lights; the first gate is here, and what it tells besides id and title is not used
    ground : the site
    gates : in order of time, one per phase
    touchdown_tdb_s : when the ground is met
    provenance : of the arcs
    touchdown_sink_m_s, touchdown_ground_speed_m_s : its speed then, downwards and level along the way

    Raises
    ------
    ValueError
        If the gates are not in order of time, or the first is not at the start.
    """
    axes = SiteAxes.through(ground, start)
    known = [_orbit_rows(axes, start), *(_gate_rows(ground, gate) for gate in gates[1:])]
    known.append(_ground_rows(-1e-3 * touchdown_sink_m_s, 1e-3 * touchdown_ground_speed_m_s / ground.radius_km))
    return _flown(axes, gates, start.tdb_s, touchdown_tdb_s, np.array(known), provenance, "touchdown")


def rise(ground: Ground, gates: Sequence[Gate], end: OrbitState, provenance: Provenance) -> Powered:
    """Return the ascent from a site into an orbit.

    Parameters
    ----------
    ground : the site; the first gate is lift-off from it, at rest
    gates : in order of time, one per phase; `to_go_km` is negative, for the site lies behind
    end : where the engine stops, in orbit
    provenance : of the arcs
    """
    axes = SiteAxes.through(ground, end)
    known = [_ground_rows(0.0), *(_gate_rows(ground, gate) for gate in gates[1:]), _orbit_rows(axes, end)]
    return _flown(axes, gates, gates[0].tdb_s, end.tdb_s, np.array(known), provenance, "in-orbit")


def _orbit_rows(axes: SiteAxes, state: OrbitState) -> FloatArray:
    """Return (coordinate, value and rates), (3, 3); the second rates are free, for the engine is switched there."""
    value, rate = axes.coordinates(state)
    return np.stack([value, rate, np.full(3, np.nan)], axis=1)


def _ground_rows(climb_km_s: float, along_rad_s: float = 0.0) -> FloatArray:
    rows = np.zeros((3, 3))
    rows[0, 1], rows[2, 1], rows[:, 2] = along_rad_s, climb_km_s, np.nan
    return rows


def _gate_rows(ground: Ground, gate: Gate) -> FloatArray:
    radius = ground.radius_km + (gate.height_km or 0.0)
    rows = np.full((3, 3), np.nan)
    rows[0, 0] = _or_free(gate.to_go_km, -1.0 / ground.radius_km)
    rows[0, 1] = _or_free(gate.ground_speed_m_s, 1e-3 / radius)
    rows[1, 0] = _or_free(gate.aside_km, 1.0 / ground.radius_km)
    rows[2, 0] = _or_free(gate.height_km, 1.0)
    rows[2, 1] = _or_free(gate.sink_m_s, -1e-3)
    if gate.ground_speed_m_s == 0.0:
        rows[1, 1] = 0.0
        if gate.to_go_km == 0.0 and gate.aside_km is None:
            rows[1, 0] = 0.0
    if gate.is_steady or gate.is_upright:
        rows[: 3 if gate.is_steady else 2, 2] = 0.0
    return rows


def _or_free(value: float | None, factor: float) -> float:
    return np.nan if value is None else factor * value


def _flown(
    axes: SiteAxes,
    gates: Sequence[Gate],
    start: float,
    end: float,
    known: FloatArray,
    provenance: Provenance,
    last: str,
) -> Powered:
    """Return the arcs; `known` is (gates and end, coordinate, value and rates)."""
    knots = np.array([*(gate.tdb_s for gate in gates), end]) - start
    if abs(knots[0]) > 1e-6 or np.any(np.diff(knots) <= 0.0):
        raise ValueError("the gates must follow each other in time, the first at the start")
    curves = [least_jerk(knots, known[:, i]) for i in range(3)]
    arcs = []
    for gate, begin, stop in zip(gates, knots[:-1], knots[1:], strict=True):
        times = np.linspace(begin, stop, max(STEPS_LEAST, round((stop - begin) / STEP_S)) + 1)
        value, rate = (np.stack(parts) for parts in zip(*(curve.at(times) for curve in curves), strict=True))
        arcs.append(axes.arc(gate.title, gate.kind, provenance, start + times, value, rate))
    return Powered(tuple(arcs), {gate.id: gate.tdb_s for gate in gates} | {last: end})
