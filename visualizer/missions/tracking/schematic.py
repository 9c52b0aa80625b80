"""Smooth curves where nothing was tracked: ascent to the first tracked position, entry after the last one.

Missions, tracking. Distance, angle along the plane and angle across it are polynomials of the fifth degree that meet
the states at both ends, through waypoints between them. They are drawn for completeness and are marked synthetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH
from visualizer.core.constants import EARTH_ROTATION_RAD_S, GM_EARTH_KM3_S2, RADIUS_EARTH_EQUATOR_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.geometry import earth_position_itrs_km
from visualizer.core.trajectory import Arc, Provenance
from visualizer.missions.document import DocumentSite
from visualizer.missions.polar_curves import cartesian, plane_axes, polar, quintic

# Of the angle that the full rate of the parking orbit would make in the time of the ascent.
ASCENT_SHARE = 0.45


def place_on_earth(site: DocumentSite, tdb_s: float) -> FloatArray:
    """Return the state (6,) of a place on the turning Earth, km and km/s, ICRF axes."""
    fixed = earth_position_itrs_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1e-3 * site.height_m)
    rot = rot_itrs_from_icrf(tdb_s)
    place = rot.T @ fixed
    return np.concatenate([place, EARTH_ROTATION_RAD_S * np.cross(rot[2], place)])


@dataclass(frozen=True)
class Waypoint:
    """A height on the way, which the curve passes level or with a rate.

    Attributes
    ----------
    tdb_s : when
    height_km : above the equatorial radius of the Earth
    climb_km_s : rate of the height
    share : of the angle from the start to the end along the plane that is done by then
    """

    tdb_s: float
    height_km: float
    climb_km_s: float
    share: float


def schematic_arc(
    name: str, kind: str, start_tdb_s: float, start: FloatArray, end_tdb_s: float, end: FloatArray,
    plane: FloatArray, *, by: Sequence[Waypoint] = (), step_s: float = 10.0,
) -> Arc:  # fmt: skip
    """Return a smooth arc about the Earth between two states, through waypoints in a plane.

    Parameters
    ----------
    name, kind : of the arc
    start, end : (6,) states, km and km/s, ICRF axes
    plane : (6,) state whose orbit plane is flown in
    by : waypoints in order of time; the rate of the angle there is the mean of those before and after
    step_s : between nodes
    """
    axes = plane_axes(plane)
    first, last = _gate(axes, start), _gate(axes, end)
    while last[1][0] < first[1][0]:
        last[1][0] += 2.0 * np.pi
    whole = last[1][0] - first[1][0]
    angles = [first[1][0], *(first[1][0] + one.share * whole for one in by), last[1][0]]
    epochs = [start_tdb_s, *(one.tdb_s for one in by), end_tdb_s]
    slopes = np.diff(angles) / np.diff(epochs)
    between = [
        [[RADIUS_EARTH_EQUATOR_KM + one.height_km, one.climb_km_s, 0.0], [angle, _mean(before, after), 0.0], [0.0] * 3]
        for one, angle, before, after in zip(by, angles[1:-1], slopes[:-1], slopes[1:], strict=True)
    ]
    return _through(name, kind, axes, epochs, [first, *between, last], step_s)


def parking_arc(
    name: str, start_tdb_s: float, pad: FloatArray, end_tdb_s: float, end: FloatArray, *, height_km: float,
    ascent_s: float, leave_s: float, step_s: float = 10.0,
) -> Arc:  # fmt: skip
    """Return a smooth arc from a pad to a circular parking orbit, round the Earth in it, and out of it to a state.

    Parameters
    ----------
    pad, end : (6,) states, km and km/s, ICRF axes; the plane is that of the end
    height_km : of the parking orbit
    ascent_s, leave_s : lengths of the way up and of the burn out of the orbit
    """
    axes = plane_axes(end)
    first, last = _gate(axes, pad), _gate(axes, end)
    radius = RADIUS_EARTH_EQUATOR_KM + height_km
    circular = float(np.sqrt(GM_EARTH_KM3_S2 / radius**3))
    coast_s = end_tdb_s - start_tdb_s - ascent_s - leave_s
    weight_s = ASCENT_SHARE * ascent_s + coast_s + 0.5 * leave_s
    way = last[1][0] - first[1][0] - 0.5 * last[1][1] * leave_s
    turns = np.round((circular * weight_s - way) / (2.0 * np.pi))
    last[1][0] += 2.0 * np.pi * float(turns)
    rate = (way + 2.0 * np.pi * float(turns)) / weight_s
    up = first[1][0] + ASCENT_SHARE * rate * ascent_s
    level = [[[radius, 0.0, 0.0], [angle, rate, 0.0], [0.0, 0.0, 0.0]] for angle in (up, up + rate * coast_s)]
    epochs = [start_tdb_s, start_tdb_s + ascent_s, end_tdb_s - leave_s, end_tdb_s]
    return _through(name, "ascent", axes, epochs, [first, *level, last], step_s)


def _gate(axes: FloatArray, state: FloatArray) -> list[list[float]]:
    """Return radius, angle along the plane and angle across it, each with its rate and no second rate."""
    return [[value, rate, 0.0] for value, rate in polar(axes, state).tolist()]


def _mean(first: float, second: float) -> float:
    """Return the harmonic mean: with it a curve through rising values keeps rising."""
    return float(2.0 * first * second / (first + second))


def _through(
    name: str, kind: str, axes: FloatArray, epochs: list[float], gates: list[list[list[float]]], step_s: float
) -> Arc:
    """Return the arc of quintics from gate to gate: distance, angle, angle aside, each with its rates."""
    nodes: list[FloatArray] = []
    positions: list[FloatArray] = []
    velocities: list[FloatArray] = []
    for (start, end), (one, other) in zip(pairwise(epochs), pairwise(gates), strict=True):
        t_s = np.linspace(0.0, end - start, max(4, round((end - start) / step_s)) + 1)
        curves = [quintic(t_s, end - start, a, b) for a, b in zip(one, other, strict=True)]
        position, velocity = cartesian(axes, *(np.stack([curve[i] for curve in curves]) for i in (0, 1)))
        skip = 1 if nodes else 0
        nodes.append(start + t_s[skip:])
        positions.append(position[skip:])
        velocities.append(velocity[skip:])
    tdb_s, position, velocity = (np.concatenate(part) for part in (nodes, positions, velocities))
    return Arc(name, EARTH.naif_id, tdb_s, position, velocity, Provenance.SYNTHETIC, kind)
