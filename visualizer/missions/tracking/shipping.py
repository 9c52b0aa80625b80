"""From a fitted chain to what is shipped: arcs, burns, uncertainty.

Missions, tracking. Every stretch is flown once more in the very steps of the fit; the chain is closed in them, so arcs
meet to centimetres. The distances that are left to the tracked positions give the uncertainty along the flight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import G0_KM_S2, GM_EARTH_KM3_S2, GM_MOON_LP165P_KM3_S2, RADIUS_EARTH_EQUATOR_KM
from visualizer.core.constants import RADIUS_MOON_KM as MOON_KM
from visualizer.core.elements import elements_from_state
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.forces import Force, velocity_axes
from visualizer.core.propagation import Path
from visualizer.core.trajectory import Arc, Provenance, SigmaTable, Trajectory
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.tracking.chain import Chain, Tracked
from visualizer.missions.tracking.pushes import PUSH_SIZES
from visualizer.missions.tracking.stretches import BurnPlan, edges_of, fly

FLOOR_KM = np.array([0.1, 0.2, 0.1])
BETWEEN_TRACKED_KM = np.array([0.5, 1.0, 0.5])
NOT_TRACKED_KM = np.array([5.0, 20.0, 5.0])
SCHEMATIC_KM = np.array([30.0, 150.0, 30.0])
SHORT_S = 600.0
CHUNK = 12
CLOSE_SHARE = 0.02


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


def fly_whole(chain: Chain, tracked: Tracked) -> Flown:
    """Fly every stretch of a closed chain in the steps of the fit, which end at the tracked epochs."""
    pieces: list[Piece] = []
    burns: list[SolvedBurn] = []
    for k, (stretch, numbers, state) in enumerate(zip(chain.stretches, chain.numbers, chain.states, strict=True)):
        inside = tracked[stretch.gravity.centre_id].between(stretch.start_tdb_s, stretch.end_tdb_s)
        legs = fly(stretch, state[None], numbers[None], edges_of(stretch, state, inside.tdb_s))
        for i, (kind, force, path) in enumerate(legs):
            name = stretch.name if kind == "burn" else _coast_name(chain, k, i)
            _add_leg(pieces, name, kind, force, stretch.gravity.centre_id, path)
        if stretch.burn is not None:
            burns.append(solved_burn(stretch.burn, stretch.gravity.centre_id, numbers, legs[1][2]))
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
    tdb_s, state = np.concatenate(piece.tdb_s), np.concatenate(piece.state)
    kept = is_apart(tdb_s)
    tdb_s, state = tdb_s[kept], state[kept]
    return Arc(
        piece.name, piece.centre_id, tdb_s, state[:, :3].copy(), state[:, 3:6].copy(), Provenance.FITTED, piece.kind
    )


def is_apart(tdb_s: FloatArray) -> BoolArray:
    """Return which epochs are kept: of two far closer than their neighbours, where legs meet, only one.

    The polynomial through both would take millimetres of the join for a slope and swing far out beside them.
    """
    gap = np.diff(tdb_s)
    around = np.maximum(np.append(gap[1:], 0.0), np.insert(gap[:-1], 0, 0.0))
    close = np.flatnonzero(gap < CLOSE_SHARE * around)
    kept = np.ones(len(tdb_s), dtype=bool)
    # The ends of an arc stay, where it meets the next.
    kept[np.where(close + 1 == len(tdb_s) - 1, close, close + 1)] = False
    return kept


def push_rows(chain: Chain) -> list[dict[str, object]]:
    """Return the fitted pushes, a row for each stretch that has some.

    `nm_s2` holds the figures of `PushedForce.push_km_s2`; `m_s` is what the steady part adds to the velocity.
    """
    rows: list[dict[str, object]] = []
    for stretch, numbers in zip(chain.stretches, chain.numbers, strict=True):
        size = PUSH_SIZES[stretch.push]
        if not size:
            continue
        first = 0 if stretch.burn is None else 4
        push, span_s = numbers[first : first + size], stretch.end_tdb_s - stretch.start_tdb_s
        rows.append(
            {
                "stretch": stretch.name,
                "kind": stretch.push,
                "start_utc": utc_text_from_tdb_s(stretch.start_tdb_s, 0),
                "hours": round(span_s / 3600.0, 2),
                "nm_s2": [round(float(one), 1) for one in push],
                "m_s": float(f"{1e-9 * np.linalg.norm(push[:3]) * span_s:.3g}"),
            }
        )
    return rows


def push_words(rows: Sequence[Mapping[str, object]]) -> str:
    """Say how large the pushes are, in a sentence."""
    sizes = [float(str(row["m_s"])) for row in rows]
    largest = rows[int(np.argmax(sizes))]
    return (
        f"The {len(rows)} fitted pushes change the velocity by {np.median(sizes):.2g} m/s each (median), at most "
        f"{max(sizes):.2g} m/s ({largest['stretch']}, from {str(largest['start_utc'])[:16]} UTC on). They are figures "
        "of the fit, not measured forces."
    )


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
    if force.engine is None:
        return words
    steered = "in a fixed direction" if force.engine.steering == "inertial" else "at fixed angles to the velocity"
    return f"{words}, constant thrust {steered}"


def solved_burn(burn: BurnPlan, centre_id: int, numbers: FloatArray, path: Path) -> SolvedBurn:
    """Return a burn as it was flown; `numbers` are its middle, length, pitch and yaw."""
    first, last = path.state[0, 0], path.state[-1, 0]
    before, after = float(first[6]), float(last[6])
    pitch, yaw = (float(angle) for angle in np.rad2deg(numbers[2:4]))
    start, end = float(path.tdb_s[0, 0]), float(path.tdb_s[-1, 0])
    return SolvedBurn(
        burn.id, burn.name, burn.engine, start, end, burn.thrust_n, burn.specific_impulse_s, pitch, yaw,
        float(1e3 * burn.specific_impulse_s * G0_KM_S2 * np.log(before / after)), before, after,
        *heights_km(first, centre_id), *heights_km(last, centre_id),
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


def sigma_table(trajectory: Trajectory, tracked: Tracked) -> SigmaTable:
    """Return one-sigma uncertainty from the distances that are left, one figure for a few tracked positions in a row.

    Where the tracked positions were set aside the distances to them count too: nobody knows better there.
    """
    epochs, sigmas = [], []
    for arc, rows in zip(trajectory.arcs, distances_km(trajectory, tracked), strict=True):
        if arc.provenance is not Provenance.FITTED or not len(rows):
            untracked = _untracked_km(arc)
            epochs += [arc.start_tdb_s, arc.end_tdb_s]
            sigmas += [untracked, untracked]
            continue
        for chunk in np.array_split(rows, max(1, len(rows) // CHUNK)):
            spread = np.hypot(np.sqrt(np.mean(chunk[:, 1:] ** 2, axis=0)), FLOOR_KM)
            epochs += [float(chunk[0, 0]), float(chunk[-1, 0])]
            sigmas += [spread, spread]
    order = np.argsort(epochs, kind="stable")
    tdb_s, unique = np.unique(np.round(np.array(epochs)[order]), return_index=True)
    return SigmaTable(tdb_s, np.array(sigmas)[order][unique])


def _untracked_km(arc: Arc) -> FloatArray:
    if arc.provenance is Provenance.SYNTHETIC:
        return SCHEMATIC_KM
    is_short = arc.provenance is Provenance.FITTED or arc.end_tdb_s - arc.start_tdb_s < SHORT_S
    return BETWEEN_TRACKED_KM if is_short else NOT_TRACKED_KM
