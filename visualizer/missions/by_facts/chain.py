"""A flight in the fit: stretches with a first state and numbers each, flown as batches; facts, guesses, joins.

Missions, by facts. The first states of all stretches are unknowns, and that each stretch begins where the last ends is
a condition (multiple shooting): so no part of a flight has to be aimed over several days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.trajectory import Arc
from visualizer.missions.by_facts.facts import Target, mission_of, residuals
from visualizer.missions.by_facts.members import Member, member_of
from visualizer.missions.by_facts.stretches import Fineness, Legs, Stretch, fly, step_edges
from visualizer.missions.catalogue import Mission, Site, SolvedBurn
from visualizer.missions.document import MissionDocument

STATE_STEPS = np.array([1e-2, 1e-2, 1e-2, 1e-6, 1e-6, 1e-6, 1e-3])


@dataclass(frozen=True)
class Aim:
    """Guesses about the first or last state of a stretch.

    Attributes
    ----------
    stretch : its place
    at_end : whether of the last state
    ids : a name per residual
    function : (b, 7) states -> (b, r) in units of their sigma
    """

    stretch: int
    at_end: bool
    ids: tuple[str, ...]
    function: Callable[[FloatArray], FloatArray]


@dataclass
class Chain:
    """A flight in the fit.

    Attributes
    ----------
    document, sites : of the mission
    stretches, states, numbers : in order of time; (7,) and (p,) each
    targets, aims : what it is compared with
    event_tdb_s : epochs that the timetable fixes
    event_of_stretch : event id -> stretch whose end it is
    fineness : how finely it is flown
    mass_kg : at the start of the flight
    shot : stretches that simply follow from the one before (in lunar orbit, after the passage that is aimed at), so
        that no gap opens there however long a step is
    """

    document: MissionDocument
    sites: tuple[Site, ...]
    stretches: list[Stretch]
    states: list[FloatArray]
    numbers: list[FloatArray]
    targets: tuple[Target, ...]
    aims: tuple[Aim, ...]
    event_tdb_s: dict[str, float]
    event_of_stretch: dict[str, int]
    fineness: Fineness
    mass_kg: float
    shot: frozenset[int] = frozenset()

    def handed_on(self, k: int, end: FloatArray) -> FloatArray:
        """Return what a stretch must begin with, (..., 7), from the end of the one before it."""
        old, new = self.stretches[k - 1], self.stretches[k]
        if new.fixed is not None:
            return np.broadcast_to(new.fixed, end.shape).copy()
        state = end.copy()
        if old.centre_id != new.centre_id:
            moved = bundled_ephemeris().state_km(old.centre_id, new.centre_id, old.end_tdb_s)
            state[..., :6] += np.concatenate(moved)
        if new.mass_kg is not None:
            state[..., 6] = new.mass_kg
        return state

    def inside_windows(self, numbers: list[FloatArray]) -> bool:
        """Tell whether every burn lies in its window."""
        for stretch, own in zip(self.stretches, numbers, strict=True):
            if stretch.burn is not None:
                start, end = (float(part[0]) for part in stretch.burn.edges(own[None]))
                if not stretch.start_tdb_s - 1e-6 <= start < end - 0.1 < stretch.end_tdb_s:
                    return False
                if end > stretch.end_tdb_s + 1e-6:
                    return False
        return True

    def fly(self, k: int, states: FloatArray, numbers: FloatArray) -> Legs:
        """Fly a batch of one stretch in steps that suit its first member."""
        edges = step_edges(self.stretches[k], states[0], self.fineness)
        return fly(self.stretches[k], states, numbers, edges, self.fineness)

    def events(self, members: list[Member]) -> dict[str, float]:
        """Return the epochs of solved events."""
        found = dict(self.event_tdb_s)
        for event, k in self.event_of_stretch.items():
            found[event] = members[k].end_tdb_s
        burns = {member.burn.id: member.burn for member in members if member.burn is not None}
        for leg in self.document.flight.legs if self.document.flight else ():
            if leg.kind == "burn" and leg.id in burns:
                found[leg.id] = burns[leg.id].start_tdb_s
                found |= {leg.event_end: burns[leg.id].end_tdb_s} if leg.event_end else {}
        return found

    def mission(self, members: list[Member]) -> Mission:
        """Return the flight of these members as evidence sees it."""
        arcs: list[Arc] = [arc for member in members for arc in member.arcs]
        burns: list[SolvedBurn] = [member.burn for member in members if member.burn is not None]
        return mission_of(self.document, self.sites, arcs, burns, self.events(members))


@dataclass(frozen=True)
class Look:
    """What a chain says: squares of facts and guesses, largest gap, and whether it could be flown."""

    chi_square: float
    gap_km: float
    gap_km_s: float
    gaps: list[FloatArray]
    members: list[Member]
    fact_residuals: FloatArray
    states: list[FloatArray]
    ends: list[FloatArray]

    def merit(self, weight: float) -> float:
        """Return the squares with those of the gaps, a km or m/s each weighing `weight` sigma."""
        gaps = sum(float(gap[:3] @ gap[:3] + 1e6 * (gap[3:6] @ gap[3:6])) for gap in self.gaps)
        total = self.chi_square + weight**2 * gaps
        return total if np.isfinite(total) else np.inf


def look(chain: Chain, variants: list[tuple[list[FloatArray], list[FloatArray]]], loose: float = 1.0) -> list[Look]:
    """Fly variants (states, numbers) of a chain in one batch; `loose` widens the sigmas of the facts."""
    per_stretch: list[Legs] = []
    begun: list[FloatArray] = []
    for k in range(len(chain.stretches)):
        states = np.stack([variant[0][k] for variant in variants])
        if k in chain.shot:
            states = chain.handed_on(k, per_stretch[-1][-1][2].last)
        numbers = np.stack([variant[1][k] for variant in variants])
        per_stretch.append(chain.fly(k, states, numbers))
        begun.append(states)
    return [
        _look_of(chain, ([states[v] for states in begun], variants[v][1]), per_stretch, v, loose)
        for v in range(len(variants))
    ]


def _look_of(
    chain: Chain, variant: tuple[list[FloatArray], list[FloatArray]], per_stretch: list[Legs], v: int, loose: float
) -> Look:
    states, numbers = variant
    ends = [legs[-1][2].last[v] for legs in per_stretch]
    gaps = [chain.handed_on(k, ends[k - 1]) - states[k] for k in range(1, len(states))]
    members = [member_of(stretch, legs, v) for stretch, legs in zip(chain.stretches, per_stretch, strict=True)]
    found = residuals(chain.targets, chain.mission(members))
    known = np.where(np.isfinite(found), found / loose, 0.0)
    cost = float(known @ known)
    for stretch, own in zip(chain.stretches, numbers, strict=True):
        off = (own - stretch.starts) / stretch.sigmas
        cost += float(off @ off)
    for aim in chain.aims:
        part = aim.function((ends if aim.at_end else states)[aim.stretch][None])[0]
        cost += float(part @ part)
    return Look(
        cost, max((float(np.linalg.norm(g[:3])) for g in gaps), default=0.0),
        max((float(np.linalg.norm(g[3:6])) for g in gaps), default=0.0), gaps, members, found, states, ends,
    )  # fmt: skip
