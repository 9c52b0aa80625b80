"""From a fitted chain to what is shipped: arcs, burns, uncertainty.

Missions, tracking. Every stretch is flown once more in finer steps; the chain is closed, so arcs meet to centimetres.
The distances that are left to the tracked positions give the uncertainty along the flight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import G0_KM_S2, GM_EARTH_KM3_S2, GM_MOON_LP165P_KM3_S2, RADIUS_EARTH_EQUATOR_KM
from visualizer.core.constants import RADIUS_MOON_KM as MOON_KM
from visualizer.core.elements import elements_from_state
from visualizer.core.forces import Force, velocity_axes
from visualizer.core.propagation import Path
from visualizer.core.trajectory import Arc, Provenance, SigmaTable, Trajectory
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.tracking.chain import Chain, Tracked
from visualizer.missions.tracking.stretches import BurnPlan, Stretch, edges_of, fly

SHIPPED_PACE, SHIPPED_LONGEST_S = 0.12, 1800.0
FLOOR_KM = np.array([0.1, 0.2, 0.1])
NOT_TRACKED_KM = np.array([5.0, 20.0, 5.0])
CHUNK = 24


@dataclass
class Piece:
    """Legs that become one arc."""

    name: str
    kind: str
    force: Force
    centre_id: int
    tdb_s: list[FloatArray]
    state: list[FloatArray]


@dataclass(frozen=True)
class Flown:
    """A chain flown in one go.

    Attributes
    ----------
    arcs : in order of time
    forces : name of an arc -> words
    burns : in order of time
    """

    arcs: tuple[Arc, ...]
    forces: dict[str, str]
    burns: tuple[SolvedBurn, ...]


def fly_whole(chain: Chain, pace: float = SHIPPED_PACE) -> Flown:
    """Fly every stretch of a closed chain, in steps fine enough for interpolation."""
    pieces: list[Piece] = []
    burns: list[SolvedBurn] = []
    for k, (stretch, numbers, state) in enumerate(zip(chain.stretches, chain.numbers, chain.states, strict=True)):
        fine = replace(stretch, pace=min(pace, stretch.pace), longest_s=min(stretch.longest_s, SHIPPED_LONGEST_S))
        edges = edges_of(fine, state, np.empty(0))
        legs = fly(fine, state[None], numbers[None], edges)
        for i, (kind, force, path) in enumerate(legs):
            name = stretch.name if kind == "burn" else _coast_name(chain, k, i)
            _add_leg(pieces, name, kind, force, stretch.gravity.centre_id, path)
        if stretch.burn is not None:
            burns.append(_burn(stretch, stretch.burn, numbers, legs[1][2]))
    return Flown(tuple(map(_arc, pieces)), {p.name: force_words(p.force) for p in pieces}, tuple(burns))


def _coast_name(chain: Chain, k: int, leg: int) -> str:
    """Return the name of the arc that a coasting leg belongs to: in a burn's window that of its neighbour."""
    if chain.stretches[k].burn is None:
        return chain.stretches[k].name
    return chain.stretches[k - 1 if leg == 0 else k + 1].name


def _add_leg(pieces: list[Piece], name: str, kind: str, force: Force, centre_id: int, path: Path) -> None:
    tdb_s, state = path.tdb_s[:, 0], path.state[:, 0]
    last = pieces[-1] if pieces else None
    if last is not None and (last.name, last.kind, last.centre_id) == (name, kind, centre_id):
        last.tdb_s.append(tdb_s[1:])
        last.state.append(state[1:])
    else:
        pieces.append(Piece(name, kind, force, centre_id, [tdb_s], [state]))


def _arc(piece: Piece) -> Arc:
    state = np.concatenate(piece.state)
    return Arc(
        piece.name, piece.centre_id, np.concatenate(piece.tdb_s), state[:, :3].copy(), state[:, 3:6].copy(),
        Provenance.FITTED, piece.kind,
    )  # fmt: skip


def force_words(force: Force) -> str:
    """Return forces in words."""
    gravity = force.gravity
    degree = gravity.moon_degree
    words = f"Moon LP165P {degree}x{degree}, Earth and Sun as points"
    if gravity.centre_id == EARTH.naif_id:
        words = f"Earth with J2 to J{gravity.earth_degree}, Moon and Sun as points"
    if force.sun_m2_kg is not None:
        words += ", sunlight"
    pushed = getattr(force, "push_km_s2", None) is not None
    words += ", small fitted pushes" if pushed else ""
    return words if force.engine is None else f"{words}, constant thrust at fixed angles to the velocity"


def _burn(stretch: Stretch, burn: BurnPlan, numbers: FloatArray, path: Path) -> SolvedBurn:
    first, last = path.state[0, 0], path.state[-1, 0]
    before, after = float(first[6]), float(last[6])
    centre = stretch.gravity.centre_id
    pitch, yaw = (float(angle) for angle in np.rad2deg(numbers[2:4]))
    start, end = float(path.tdb_s[0, 0]), float(path.tdb_s[-1, 0])
    return SolvedBurn(
        burn.id, burn.name, burn.engine, start, end, burn.thrust_n, burn.specific_impulse_s, pitch, yaw,
        float(1e3 * burn.specific_impulse_s * G0_KM_S2 * np.log(before / after)), before, after,
        *heights_km(first, centre), *heights_km(last, centre),
    )  # fmt: skip


def heights_km(state: FloatArray, centre_id: int) -> tuple[float, float]:
    """Return osculating heights of the nearest and the farthest point, km; infinite for open orbits."""
    moon = centre_id == MOON.naif_id
    gm, radius = (GM_MOON_LP165P_KM3_S2, MOON_KM) if moon else (GM_EARTH_KM3_S2, RADIUS_EARTH_EQUATOR_KM)
    orbit = elements_from_state(state[:3], state[3:6], gm)
    high = float(orbit.apoapsis_radius_km) - radius if float(orbit.eccentricity) < 1.0 else np.inf
    return float(orbit.periapsis_radius_km) - radius, high


def distances_km(trajectory: Trajectory, tracked: Tracked, arcs: tuple[Arc, ...] | None = None) -> list[FloatArray]:
    """Return per arc rows (epoch, radial, along, across): flown minus tracked about the arc's centre."""
    rows = []
    for arc in arcs or trajectory.arcs:
        seen = tracked[arc.centre_id].between(arc.start_tdb_s, arc.end_tdb_s)
        position, velocity = arc.table.evaluate(seen.tdb_s)
        axes = velocity_axes(position, velocity)
        outward = position / np.linalg.norm(position, axis=1)[:, None]
        ahead = np.cross(axes[:, 2], outward)
        off = position - seen.position_km
        parts = [np.einsum("ni,ni->n", off, axis) for axis in (outward, ahead, axes[:, 2])]
        rows.append(np.stack([seen.tdb_s, *parts], axis=1))
    return rows


def sigma_table(trajectory: Trajectory, tracked: Tracked, set_aside: tuple[str, ...]) -> SigmaTable:
    """Return one-sigma uncertainty from the distances that are left, in chunks of a day or so."""
    epochs, sigmas = [], []
    for arc, rows in zip(trajectory.arcs, distances_km(trajectory, tracked), strict=True):
        if arc.provenance is not Provenance.FITTED or not len(rows):
            untracked = _untracked_km(arc)
            epochs += [arc.start_tdb_s, arc.end_tdb_s]
            sigmas += [untracked, untracked]
            continue
        for chunk in np.array_split(rows, max(1, len(rows) // CHUNK)):
            epochs.append(float(np.mean(chunk[:, 0])))
            spread = np.array([1.0, 5.0, 1.0]) if arc.name in set_aside else np.sqrt(np.mean(chunk[:, 1:] ** 2, axis=0))
            sigmas.append(np.hypot(spread, FLOOR_KM))
    order = np.argsort(epochs, kind="stable")
    tdb_s, unique = np.unique(np.array(epochs)[order], return_index=True)
    return SigmaTable(tdb_s, np.array(sigmas)[order][unique])


def _untracked_km(arc: Arc) -> FloatArray:
    if arc.provenance is Provenance.FITTED:
        return np.array([0.5, 1.0, 0.5])
    return NOT_TRACKED_KM if arc.provenance is Provenance.RECONSTRUCTED else np.array([30.0, 150.0, 30.0])
