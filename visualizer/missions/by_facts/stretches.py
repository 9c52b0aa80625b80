"""Stretches of a flight between fixed epochs: a coast, or a window with one burn in it; their forces by a written rule.

Missions, by facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_LP165P_KM3_S2, RADIUS_MOON_KM
from visualizer.core.forces import Force, Gravity
from visualizer.core.propagation import Path, even_fractions, propagate
from visualizer.missions.by_facts.burn_plan import BurnPlan

Legs = list[tuple[str, Force, Path]]
LOW_KM, NEAR_KM, EARTH_NEAR_KM = 60.0, 3000.0, 60_000.0
BURN_STEP_S, SHORTEST_STEP_S = 20.0, 5.0


@dataclass(frozen=True, slots=True)
class Fineness:
    """How finely a flight is flown: largest degree of the Moon's field, step per radian of a circle, longest step."""

    degree: int = 30
    pace: float = 0.2
    longest_s: float = 3600.0


COARSE, FINE = Fineness(8, 0.25), Fineness(30, 0.15, 1800.0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One piece of a flight between two fixed epochs.

    Attributes
    ----------
    name : of the arc; neighbours of one name become one arc
    start_tdb_s, end_tdb_s : TDB seconds past J2000
    centre_id : about which it is counted
    lowest_km : height over the ground that it comes down to, for the choice of the field
    burn : in this window, or None
    fixed : (7,) state that it begins with, or None where it follows from the stretch before
    mass_kg : at its start where something was left behind just before
    impact_radius_km : where it ends on the ground
    """

    name: str
    start_tdb_s: float
    end_tdb_s: float
    centre_id: int
    lowest_km: float
    burn: BurnPlan | None = None
    fixed: FloatArray | None = field(default=None, compare=False)
    mass_kg: float | None = None
    impact_radius_km: float | None = None

    @property
    def starts(self) -> FloatArray:
        """Guesses of its numbers, (p,)."""
        return np.empty(0) if self.burn is None else self.burn.starts

    @property
    def sigmas(self) -> FloatArray:
        """Uncertainty of those guesses, (p,)."""
        return np.empty(0) if self.burn is None else self.burn.sigmas

    @property
    def steps(self) -> FloatArray:
        """Changes of the numbers that show what they do, (p,)."""
        return np.empty(0) if self.burn is None else self.burn.steps

    @property
    def gm_km3_s2(self) -> float:
        """Gravitational parameter of its centre."""
        return gm_of(self.centre_id)

    def gravity(self, fineness: Fineness) -> Gravity:
        """Return the forces of nature, by the written rule."""
        if self.centre_id == EARTH.naif_id:
            degree = 4 if self.lowest_km < EARTH_NEAR_KM else 2
            return Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id), earth_degree=degree)
        degree = 30 if self.lowest_km < LOW_KM else 20 if self.lowest_km < NEAR_KM else 8
        return Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), min(degree, fineness.degree))


def gm_of(centre_id: int) -> float:
    """Return the gravitational parameter by which conics about a centre are counted, km3/s2."""
    return GM_MOON_LP165P_KM3_S2 if centre_id == MOON.naif_id else GM_EARTH_KM3_S2


def step_edges(stretch: Stretch, state: FloatArray, fineness: Fineness) -> FloatArray:
    """Return the ends of steps, (n + 1,) TDB s, that suit the distance on a scouted two-body path."""
    gm = stretch.gm_km3_s2
    x, y, z, u, v, w = (float(part) for part in state[:6])
    at, end = stretch.start_tdb_s, stretch.end_tdb_s
    floor2 = (0.5 * RADIUS_MOON_KM) ** 2
    edges = [at]
    while True:
        distance2 = max(x * x + y * y + z * z, floor2)
        step = fineness.pace * (distance2**1.5 / gm) ** 0.5
        step = min(max(step, SHORTEST_STEP_S), fineness.longest_s)
        if at + 1.3 * step >= end:
            break
        # Stoermer and Verlet's step keeps the scouted path good enough to choose steps by.
        for _ in range(4):
            h = 0.25 * step
            x, y, z = x + 0.5 * h * u, y + 0.5 * h * v, z + 0.5 * h * w
            pull = -gm / max(x * x + y * y + z * z, floor2) ** 1.5
            u, v, w = u + h * pull * x, v + h * pull * y, w + h * pull * z
            x, y, z = x + 0.5 * h * u, y + 0.5 * h * v, z + 0.5 * h * w
        at += step
        edges.append(at)
    return np.array([*edges, end])


def fly(stretch: Stretch, state: FloatArray, numbers: FloatArray, edges: FloatArray, fineness: Fineness) -> Legs:
    """Fly a batch (b, 7) with its numbers (b, p): one leg, or coast, burn and coast in a burn's window."""
    natural = Force(stretch.gravity(fineness))
    if stretch.burn is None:
        fractions = (edges - edges[0]) / (edges[-1] - edges[0])
        return [("coast", natural, propagate(natural, edges[0], edges[-1], fractions, state))]
    start, end = stretch.burn.edges(numbers)
    distance = float(np.linalg.norm(state[0, :3]))
    step_s = float(np.clip(fineness.pace * (distance**3 / stretch.gm_km3_s2) ** 0.5, SHORTEST_STEP_S, 1800.0))
    legs: Legs = []
    at: FloatArray | float = stretch.start_tdb_s
    for kind, until, length_s in (("coast", start, step_s), ("burn", end, min(BURN_STEP_S, step_s)),
                                  ("coast", np.full(len(state), stretch.end_tdb_s), step_s)):  # fmt: skip
        span_s = float(np.max(np.abs(until - at)))
        if kind == "coast" and span_s < 1e-6:
            continue
        force = replace(natural, engine=stretch.burn.engine_at(numbers, state)) if kind == "burn" else natural
        path = propagate(force, at, until, even_fractions(max(3, round(span_s / length_s))), state)
        legs.append((kind, force, path))
        state, at = path.last, until
    return legs
