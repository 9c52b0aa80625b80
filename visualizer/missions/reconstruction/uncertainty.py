"""How far off the flight may be: the fit's covariance carried along the trajectory, and a floor for the model.

Missions, reconstruction. The same perturbed batch that gave the Jacobian shows how each place of the flight moves
with each unknown. To this linear spread a floor is added for what the force model leaves out.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.forces import velocity_axes
from visualizer.core.propagation import Path, between_steps
from visualizer.core.trajectory import SigmaTable
from visualizer.missions.reconstruction.arcs import PIECES, Piece
from visualizer.missions.reconstruction.flight import Legs
from visualizer.missions.reconstruction.plan import Plan

# Floors (radial, along, cross) km: what the models leave out.
FLOORS_KM = {
    "ascent": np.array([30.0, 150.0, 30.0]),
    "parking": np.array([3.0, 20.0, 3.0]),
    "transfer": np.array([5.0, 5.0, 5.0]),
    "moon": np.array([0.5, 1.5, 0.5]),
}
# Radial and cross sigmas have two maxima in each revolution (118 min about the Moon).
LONGEST_GAP_S = {"parking orbit": 300.0, "lunar orbit": 590.0, "lunar orbit after the correction": 590.0, "fall": 300.0}
POINTS = 12


def sigma_table(plan: Plan, legs: Legs, steps: FloatArray, covariance: FloatArray) -> SigmaTable:
    """Return one-sigma radial, along-track and cross-track uncertainty at a few hundred epochs.

    Parameters
    ----------
    plan : of the flight
    legs : of 1 + 2 p members: the solution, each unknown raised by its step, each lowered by it
    steps : (p,)
    covariance : (p, p) of the unknowns
    """
    start = plan.epoch("launch-time")
    epochs, sigmas = [start], [0.01 * FLOORS_KM["ascent"]]
    epochs.append(start + 200.0)
    sigmas.append(FLOORS_KM["ascent"])
    for piece in PIECES:
        for name in piece.legs:
            times, spread = _leg_sigmas(legs[name].path, steps, covariance, _longest_gap_s(piece))
            epochs.extend(times)
            sigmas.extend(np.hypot(spread, _floor_km(legs, piece)))
    order = np.argsort(epochs, kind="stable")
    return SigmaTable(np.array(epochs)[order], np.array(sigmas)[order])


def _longest_gap_s(piece: Piece) -> float:
    return LONGEST_GAP_S.get(piece.name, 5400.0)


def _floor_km(legs: Legs, piece: Piece) -> FloatArray:
    if legs[piece.legs[0]].force.gravity.centre_id == 301:
        return FLOORS_KM["moon"]
    early = ("before Fregat's first burn", "Fregat's first burn", "parking orbit", "injection burn")
    return FLOORS_KM["parking" if piece.name in early else "transfer"]


def _leg_sigmas(
    path: Path, steps: FloatArray, covariance: FloatArray, longest_gap_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return epochs (m,) inside a leg and the spread (m, 3) radial, along, cross there, km."""
    span_s = float(path.tdb_s[-1, 0] - path.tdb_s[0, 0])
    count = max(3, min(POINTS, round(abs(span_s) / 600.0)), round(abs(span_s) / longest_gap_s))
    edge = min(0.02, 2.0 / abs(span_s))
    epochs = path.tdb_s[0, 0] + np.linspace(edge, 1.0 - edge, count) * span_s
    spreads = []
    for epoch in epochs:
        position, velocity = _members_at(path, float(epoch))
        half = len(steps)
        change = (position[1 : half + 1] - position[half + 1 :]) / (2.0 * steps)[:, None]
        spread = change.T @ covariance @ change
        axes = _track_axes(position[0], velocity[0])
        spreads.append(np.sqrt(np.einsum("ij,jk,ik->i", axes, spread, axes)))
    return np.asarray(epochs), np.array(spreads)


def _track_axes(position_km: FloatArray, velocity_km_s: FloatArray) -> FloatArray:
    """Return rows: radial, along the track (in the plane, across the radius), cross."""
    radial = position_km / np.linalg.norm(position_km)
    normal = velocity_axes(position_km, velocity_km_s)[2]
    return np.stack([radial, np.cross(normal, radial), normal])


def _members_at(path: Path, epoch: float) -> tuple[FloatArray, FloatArray]:
    """Return every member's position and velocity at one epoch (just beyond a leg's end where its edge moved)."""
    begin, end = path.tdb_s[0], path.tdb_s[-1]
    fraction = (epoch - begin) / (end - begin)
    grid = (path.tdb_s[:, 0] - begin[0]) / (end[0] - begin[0])
    step = np.clip(np.searchsorted(grid, fraction, side="right") - 1, 0, len(grid) - 2)
    inside = (fraction - grid[step]) / (grid[step + 1] - grid[step])
    return between_steps(path, step, inside)
