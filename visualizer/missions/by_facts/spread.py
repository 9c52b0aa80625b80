"""How far off the flight may be: the covariance carried along each stretch, and flights drawn from it.

Missions, by facts. Every stretch has its own state and numbers among the unknowns, so what they do inside it needs no
flight beyond it. To the linear spread a floor is added for what the forces leave out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Arc, Provenance, SigmaTable, track_axes
from visualizer.missions.by_facts.flown import ASCENT, BY_GATES, ON_GROUND, SCHEMATIC, Flown
from visualizer.missions.by_facts.newton import steps_of
from visualizer.missions.by_facts.solving import Solved
from visualizer.missions.by_facts.stretches import Stretch

MEMBERS = 26
SEED = 20230810
# Radial, along, cross, km.
FLOOR_MOON_KM = np.array([0.5, 1.5, 0.5])
FLOOR_TRANSFER_KM = np.array([5.0, 5.0, 5.0])
FLOOR_PARKING_KM = np.array([3.0, 20.0, 3.0])
ASCENT_KM = np.array([30.0, 150.0, 30.0])
DESCENT_KM = np.array([1.0, 10.0, 1.0])
ON_GROUND_KM = np.array([0.05, 0.3, 0.3])
PARKING_RADIUS_KM = 20_000.0
GAP_LOW_S, GAP_S, FEWEST, MOST = 590.0, 5400.0, 3, 400


@dataclass
class Spread:
    """Rows of a sigma table and of an ensemble.

    Attributes
    ----------
    tdb_s : epochs; sigma_km : (3,) each; offsets_km : (members, 3) each
    """

    tdb_s: list[float] = field(default_factory=list)
    sigma_km: list[FloatArray] = field(default_factory=list)
    offsets_km: list[FloatArray] = field(default_factory=list)

    def add(self, tdb_s: float, sigma_km: FloatArray, offsets_km: FloatArray) -> None:
        """Add a row."""
        self.tdb_s.append(tdb_s)
        self.sigma_km.append(sigma_km)
        self.offsets_km.append(offsets_km)


def spread_of(solved: Solved, flown: Flown) -> tuple[SigmaTable, FloatArray]:
    """Return the sigma table and the ensemble's offsets at its epochs, (members, n, 3) km."""
    draws = _draws(solved.covariance)
    spread = Spread()
    for k, stretch in enumerate(solved.chain.stretches):
        _add_stretch(solved, k, stretch, draws, spread)
    _add_schematic(flown, spread)
    order = np.argsort(spread.tdb_s, kind="stable")
    epochs, unique = np.unique(np.array(spread.tdb_s)[order], return_index=True)
    rows = order[unique]
    first, last = flown.arcs[0].start_tdb_s, flown.arcs[-1].end_tdb_s
    inside = (epochs >= first) & (epochs <= last)
    sigma, offsets = np.array(spread.sigma_km)[rows][inside], np.array(spread.offsets_km)[rows][inside]
    return SigmaTable(epochs[inside], sigma), np.swapaxes(offsets, 0, 1)


def _draws(covariance: FloatArray) -> FloatArray:
    """Return deviations of all unknowns, (members, n), in pairs of opposite sign; the same on every run."""
    sizes = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    values, vectors = np.linalg.eigh(covariance / sizes / sizes[:, None])
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    half = np.random.default_rng(SEED).standard_normal((MEMBERS // 2, len(sizes)))
    return np.asarray(np.concatenate([half, -half]) @ root.T * sizes)


def _add_stretch(solved: Solved, k: int, stretch: Stretch, draws: FloatArray, spread: Spread) -> None:
    first, last = int(solved.linear.first[k]), int(solved.linear.first[k + 1])
    block = solved.covariance[first:last, first:last]
    members = solved.linear.spreads[k]
    start, end = members[0][0].start_tdb_s, members[0][-1].end_tdb_s
    shifts = steps_of(solved.chain, k)
    for epoch in _epochs(stretch, members[0][0], start, end):
        place, speed = _at(members[0], epoch)
        axes = track_axes(place, speed)
        count = len(shifts)
        places = np.array([_at(arcs, epoch)[0] for arcs in members[1:]])
        by = ((places[:count] - places[count:]) @ axes.T) / (2.0 * shifts)[:, None]
        linear = np.sqrt(np.maximum(np.einsum("ni,nm,mi->i", by, block, by), 1e-12))
        total = np.hypot(linear, _floor_km(stretch, place))
        spread.add(epoch, total, draws[:, first:last] @ by * (total / linear))


def _epochs(stretch: Stretch, arc: Arc, start: float, end: float) -> FloatArray:
    low = float(np.linalg.norm(arc.position_km[0])) < PARKING_RADIUS_KM
    count = int(np.clip(round((end - start) / (GAP_LOW_S if low else GAP_S)), FEWEST, MOST))
    if stretch.burn is not None:
        return np.array([start + 0.5 * (end - start)])
    edge = min(0.02, 2.0 / (end - start))
    return np.asarray(start + np.linspace(edge, 1.0 - edge, count) * (end - start))


def _at(arcs: tuple[Arc, ...], epoch: float) -> tuple[FloatArray, FloatArray]:
    """Return position and velocity of one member, at its end where it ends before the epoch."""
    arc = next((one for one in arcs if epoch <= one.end_tdb_s), arcs[-1])
    return arc.table.evaluate(min(max(epoch, arc.start_tdb_s), arc.end_tdb_s))


def _floor_km(stretch: Stretch, place: FloatArray) -> FloatArray:
    if stretch.centre_id == 301:
        return FLOOR_MOON_KM
    return FLOOR_PARKING_KM if float(np.linalg.norm(place)) < PARKING_RADIUS_KM else FLOOR_TRANSFER_KM


def _add_schematic(flown: Flown, spread: Spread) -> None:
    """Add rows for arcs that were not fitted: between their well known ends they are drawn, not flown."""
    unit = np.random.default_rng(SEED + 1).standard_normal((MEMBERS // 2, 3))
    unit = np.concatenate([unit, -unit])
    for first, arc in _drawn(flown):
        middle = 0.5 * (first.start_tdb_s + arc.end_tdb_s)
        if arc.name == ASCENT:
            spread.add(arc.start_tdb_s, 0.01 * ASCENT_KM, 0.01 * ASCENT_KM * unit)
            spread.add(middle, ASCENT_KM, ASCENT_KM * unit)
        elif arc.provenance is Provenance.SYNTHETIC:
            spread.add(middle, ASCENT_KM, ASCENT_KM * unit)
            spread.add(arc.end_tdb_s, ON_GROUND_KM, ON_GROUND_KM * unit)
        elif arc.kind == "surface":
            for epoch in (arc.start_tdb_s + 1.0, arc.end_tdb_s - 1.0):
                spread.add(epoch, ON_GROUND_KM, ON_GROUND_KM * unit)
        else:
            spread.add(middle, DESCENT_KM, DESCENT_KM * unit)
            spread.add(arc.end_tdb_s, ON_GROUND_KM, ON_GROUND_KM * unit)


def _drawn(flown: Flown) -> list[tuple[Arc, Arc]]:
    """Return the first and last arc of each curve that was not fitted.

    The phases of a descent that comes to stand are one curve: only its two ends are known, not where a phase begins.
    """
    curves: list[tuple[Arc, Arc]] = []
    phases: list[Arc] = []
    for arc in flown.arcs:
        words = flown.forces.get(arc.name)
        if words == BY_GATES:
            phases.append(arc)
            continue
        stands = bool(phases) and arc.kind == "surface"
        curves += [(phases[0], phases[-1])] if stands else [(phase, phase) for phase in phases]
        phases = []
        if words in (SCHEMATIC, ON_GROUND):
            curves.append((arc, arc))
    return [*curves, *((phase, phase) for phase in phases)]
