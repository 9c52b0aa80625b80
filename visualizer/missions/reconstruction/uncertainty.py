"""How far off the flight may be: the fit's covariance carried along it, corrected by flights that were really flown.

Missions, reconstruction. The same perturbed batch that gave the Jacobian shows how each place of the flight moves with
each unknown. Where the problem bends within its uncertainty (the parking orbit, whose perigee may lie anywhere) this
linear spread is wrong: there it is scaled by what the ensemble's flights do, against what the same draws would do
linearly. Distances along the track and across it are lengths of arc. A floor is added for what the force model leaves
out.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.propagation import Path, between_steps
from visualizer.core.trajectory import Arc, Provenance, SigmaTable, Trajectory, offsets_on_arc_km, track_axes
from visualizer.missions.reconstruction.arcs import PIECES, Piece
from visualizer.missions.reconstruction.ensemble import Members
from visualizer.missions.reconstruction.flight import Leg, Legs
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


def sigma_table(
    plan: Plan, legs: Legs, steps: FloatArray, covariance: FloatArray, members: Members, flown: Legs
) -> tuple[SigmaTable, FloatArray]:
    """Return one-sigma radial, along-track and cross-track uncertainty, and the ensemble, at a few hundred epochs.

    Parameters
    ----------
    plan : of the flight
    legs : of 1 + 2 p members: the solution, each unknown raised by its step, each lowered by it
    steps : (p,)
    covariance : (p, p) of the unknowns
    members, flown : the ensemble's unknowns, and the legs of the solution and its m members

    Returns
    -------
    the table, with n epochs, and the members' offsets (m, n, 3) km from the solution
    """
    flights = [_flight_of(flown, k) for k in range(len(members.values) + 1)]
    epochs: list[float] = []
    sigmas: list[FloatArray] = []
    offsets: list[FloatArray] = []
    for piece in PIECES:
        for name in piece.legs:
            times, linear, slopes = _leg_sigmas(legs[name].path, steps, covariance, _longest_gap_s(piece))
            away = _offsets_km(flights, times, legs[name].force.gravity.centre_id)
            straight = np.einsum("mp,npi->mni", members.linear, slopes)
            bend = np.sqrt(np.mean(away**2, axis=0) / np.mean(straight**2, axis=0))
            epochs.extend(times)
            sigmas.extend(np.hypot(linear * bend, _floor_km(legs, piece)))
            offsets.extend(np.moveaxis(away, 1, 0))
    order = np.argsort(epochs, kind="stable")
    rows, away = np.array(sigmas)[order], np.array(offsets)[order]
    start = plan.epoch("launch-time")
    # The schematic ascent: the members leave the pad together and open towards where the flight takes them over.
    early = np.stack([0.01 * FLOORS_KM["ascent"], FLOORS_KM["ascent"]])
    opening = early[:, None] * (away[0] / np.sqrt(np.mean(away[0] ** 2, axis=0)))
    table = SigmaTable(np.concatenate([[start, start + 200.0], np.array(epochs)[order]]), np.concatenate([early, rows]))
    return table, np.moveaxis(np.concatenate([opening, away]), 1, 0)


def _flight_of(legs: Legs, member: int) -> list[Arc]:
    """Return one member's legs as arcs in order of their start; with chance drawn edges they may overlap by seconds."""
    return sorted((_leg_arc(leg, member) for leg in legs.values()), key=lambda arc: arc.start_tdb_s)


def _states_km(flight: list[Arc], tdb_s: FloatArray, centre_id: int) -> tuple[FloatArray, FloatArray]:
    """Return positions and velocities about a body, (n, 3) each; of overlapping legs the later one counts."""
    position, velocity = np.full((2, len(tdb_s), 3), np.nan)
    for arc in flight:
        covered = (tdb_s >= arc.start_tdb_s) & (tdb_s <= arc.end_tdb_s)
        if np.any(covered):
            alone = Trajectory(arc.name, (arc,))
            position[covered], velocity[covered] = alone.state_km(tdb_s[covered], centre_id)
    return position, velocity


def _leg_arc(leg: Leg, member: int) -> Arc:
    path = leg.path
    order = slice(None, None, 1 if path.tdb_s[-1, member] > path.tdb_s[0, member] else -1)
    states = path.state[order, member]
    return Arc(
        leg.name, leg.force.gravity.centre_id, path.tdb_s[order, member].copy(), states[:, :3].copy(),
        states[:, 3:6].copy(), Provenance.RECONSTRUCTED,
    )  # fmt: skip


def _offsets_km(flights: list[list[Arc]], tdb_s: FloatArray, centre_id: int) -> FloatArray:
    """Return where the members are against the first flight, (m, n, 3) km: radial, along the arc, across."""
    position, velocity = _states_km(flights[0], tdb_s, centre_id)
    others = [_states_km(flight, tdb_s, centre_id)[0] for flight in flights[1:]]
    return np.stack([offsets_on_arc_km(position, velocity, other) for other in others])


def _longest_gap_s(piece: Piece) -> float:
    return LONGEST_GAP_S.get(piece.name, 5400.0)


def _floor_km(legs: Legs, piece: Piece) -> FloatArray:
    if legs[piece.legs[0]].force.gravity.centre_id == 301:
        return FLOORS_KM["moon"]
    early = ("before Fregat's first burn", "Fregat's first burn", "parking orbit", "injection burn")
    return FLOORS_KM["parking" if piece.name in early else "transfer"]


def _leg_sigmas(
    path: Path, steps: FloatArray, covariance: FloatArray, longest_gap_s: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return epochs (n,) inside a leg, the linear spread (n, 3) km and slopes (n, p, 3): radial, along, cross."""
    span_s = float(path.tdb_s[-1, 0] - path.tdb_s[0, 0])
    count = max(3, min(POINTS, round(abs(span_s) / 600.0)), round(abs(span_s) / longest_gap_s))
    edge = min(0.02, 2.0 / abs(span_s))
    epochs = path.tdb_s[0, 0] + np.linspace(edge, 1.0 - edge, count) * span_s
    spreads, every = [], []
    for epoch in epochs:
        position, velocity = _members_at(path, float(epoch))
        half = len(steps)
        change = (position[1 : half + 1] - position[half + 1 :]) / (2.0 * steps)[:, None]
        slopes = change @ track_axes(position[0], velocity[0]).T
        spreads.append(np.sqrt(np.einsum("pi,pq,qi->i", slopes, covariance, slopes)))
        every.append(slopes)
    return np.asarray(epochs), np.array(spreads), np.array(every)


def _members_at(path: Path, epoch: float) -> tuple[FloatArray, FloatArray]:
    """Return every member's position and velocity at one epoch (just beyond a leg's end where its edge moved)."""
    begin, end = path.tdb_s[0], path.tdb_s[-1]
    fraction = (epoch - begin) / (end - begin)
    grid = (path.tdb_s[:, 0] - begin[0]) / (end[0] - begin[0])
    step = np.clip(np.searchsorted(grid, fraction, side="right") - 1, 0, len(grid) - 2)
    inside = (fraction - grid[step]) / (grid[step + 1] - grid[step])
    return between_steps(path, step, inside)
