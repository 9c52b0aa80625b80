"""Through the Earth's air and down to a site: two smooth schematic curves, not a simulation.

Missions. In the orbit's plane the distance falls as a power of the time that is left, and the speed along the ground
is lost as one flies on: little at first, most of it in the middle, little at the end. Both begin with the speed of the
craft, never turn back and end with the speed of a place over the site; from there the craft sinks.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.bodies import EARTH
from visualizer.core.trajectory import Arc, Provenance
from visualizer.errors import SolveError
from visualizer.missions.document import DocumentSite
from visualizer.missions.polar_curves import cartesian, plane_axes, polar
from visualizer.missions.tracking.schematic import place_on_earth, schematic_arc

# Powers and factors of (1 - y)^3.
CUBE = ((0, 1.0), (1, -3.0), (2, 3.0), (3, -1.0))
CHUTE_KM, STEP_S, LARGEST_SHARE, SMALLEST_POWER = 8.0, 2.0, 0.7, 2.0
# Of the speed that is to be lost, on the mean over the braking, where the time allows it.
MEAN_LEFT = 0.45


def entry_arcs(name: str, site: DocumentSite, orbit: Arc, landing_tdb_s: float) -> list[Arc]:
    """Return the way from the end of an arc to a site on the Earth, in two arcs.

    Raises
    ------
    SolveError
        If the site lies behind the craft, or at another distance than the time allows.
    """
    start = orbit.end_tdb_s
    state = np.concatenate([orbit.position_km[-1], orbit.velocity_km_s[-1]])
    axes = plane_axes(state)
    first = polar(axes, state)
    span = landing_tdb_s - start
    braking_s = 0.5 * span
    for _ in range(4):
        last = polar(axes, _above(site, start + braking_s, landing_tdb_s - start - braking_s))
        last[1, 0] += 2.0 * np.pi * round((first[1, 0] - last[1, 0]) / (2.0 * np.pi))
        sinking_s = SMALLEST_POWER * (first[0, 0] - last[0, 0]) / (last[0, 1] - first[0, 1])
        slowing_s = (last[1, 0] - first[1, 0]) / (last[1, 1] + MEAN_LEFT * (first[1, 1] - last[1, 1]))
        braking_s = float(np.clip(max(sinking_s, slowing_s), 20.0, LARGEST_SHARE * span))
    opened = start + braking_s
    last = polar(axes, _above(site, opened, landing_tdb_s - opened))
    last[1, 0] += 2.0 * np.pi * round((first[1, 0] - last[1, 0]) / (2.0 * np.pi))
    tdb_s = np.linspace(start, opened, max(8, round(braking_s / STEP_S)) + 1)
    curves = [_power(tdb_s - start, braking_s, first[0], last[0]), _braked(tdb_s - start, braking_s, first[1], last[1])]
    curves.append(_cubic(tdb_s - start, braking_s, first[2], last[2]))
    place, speed = cartesian(axes, *(np.stack([curve[i] for curve in curves]) for i in (0, 1)))
    braking = Arc(name, EARTH.naif_id, tdb_s, place, speed, Provenance.SYNTHETIC, "coast")
    end, ground = np.concatenate([place[-1], speed[-1]]), place_on_earth(site, landing_tdb_s)
    sinking = schematic_arc(f"{name}, last part", "coast", opened, end, landing_tdb_s, ground, ground)
    return [braking, sinking]


def _above(site: DocumentSite, tdb_s: float, left_s: float) -> FloatArray:
    """Return the state (6,) of a craft that sinks over a site and will be down after `left_s`."""
    ground = place_on_earth(site, tdb_s)
    up = unit(ground[:3])
    sink = 2.0 * CHUTE_KM / max(left_s, 1.0)
    turned = ground[3:] * (1.0 + CHUTE_KM / float(norm(ground[:3])))
    return np.concatenate([ground[:3] + CHUTE_KM * up, turned - sink * up])


def _power(t_s: FloatArray, span_s: float, first: FloatArray, last: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a curve that leaves with one rate and ends with another, and its rate."""
    left = np.maximum(1.0 - t_s / span_s, 0.0)
    size = first[0] - (last[0] - last[1] * span_s)
    power = (last[1] - first[1]) * span_s / size
    if not power >= 1.0:
        raise SolveError("the entry cannot reach its site: it lies behind the craft, or too near or far for the time")
    value = last[0] + last[1] * (t_s - span_s) + size * left**power
    return np.asarray(value), np.asarray(last[1] - size * power / span_s * left ** (power - 1.0))


def _braked(t_s: FloatArray, span_s: float, first: FloatArray, last: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a curve whose rate falls from one to the other as (1 - x^p)^3, x the share of the time, and its rate."""
    share = ((last[0] - first[0]) / span_s - last[1]) / (first[1] - last[1])
    low, high = 0.5, 40.0
    if not _mean_left(low) < share < _mean_left(high):
        raise SolveError("the entry cannot reach its site: it lies behind the craft, or too near or far for the time")
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _mean_left(middle) < share else (low, middle)
    power, x = 0.5 * (low + high), t_s / span_s
    gone = sum(size * x ** (n * power + 1.0) / (n * power + 1.0) for n, size in CUBE)
    left = (1.0 - x**power) ** 3
    value = first[0] + last[1] * t_s + (first[1] - last[1]) * span_s * gone
    return np.asarray(value), np.asarray(last[1] + (first[1] - last[1]) * left)


def _mean_left(power: float) -> float:
    """Return the mean of (1 - x^p)^3 over x from 0 to 1; it grows with p."""
    return sum(size / (n * power + 1.0) for n, size in CUBE)


def _cubic(t_s: FloatArray, span_s: float, first: FloatArray, last: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the cubic with given values and rates at both ends, and its rate."""
    x, step = t_s / span_s, last[0] - first[0]
    a, b = first[1] * span_s - step, step - last[1] * span_s
    value = first[0] + x * step + x * (1.0 - x) * (a * (1.0 - x) + b * x)
    slope = step + (1.0 - 2.0 * x) * (a * (1.0 - x) + b * x) + x * (1.0 - x) * (b - a)
    return np.asarray(value), np.asarray(slope / span_s)
