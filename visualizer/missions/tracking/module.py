"""Chandrayaan-3's propulsion module from the separation on: reconstructed from the few facts that were published.

Missions, tracking. Its first orbit is the one that the lander left, which was tracked; where in it the craft is drifts
off within weeks. The two burns of October are placed so that the flight does what is known: apolune at 5,112 km, four
passes of the Moon, out of its influence on 10 November, first perigee at 154,000 km. Other paths do the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import MOON_INFLUENCE_KM, S_PER_DAY
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Force, Gravity
from visualizer.core.propagation import even_fractions, propagate
from visualizer.core.trajectory import Arc, Provenance, SigmaTable, Trajectory
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.document import Engine, MissionDocument
from visualizer.missions.tracking.chain import Chain
from visualizer.missions.tracking.shipping import force_words, solved_burn
from visualizer.missions.tracking.stretches import BURN_STEP_S, BurnPlan, Stretch, edges_of, engine_of
from visualizer.missions.tracking.writing import FittedFlight

FLIGHT_ID, NAIF_ID, NAME = "chandrayaan-3-module", -169, "Propulsion module"
LOW = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 20)
HIGH = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 8)
NEAR_EARTH = Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id), earth_degree=4)
RAISE_AFTER_UTC, INJECTION_AFTER_UTC = "2023-10-09T14:00:00", "2023-10-13T18:00:00"
LEAVES_AFTER_UTC, END_UTC = "2023-11-09T00:00:00", "2023-11-26T00:00:00"
# Found by a search over where the perilune lies and how long the injection burns.
PERILUNE_RAD, RAISE_S, FIRST_INJECTIONS_S = np.deg2rad(95.6), 517.0, (268.8, 268.9)
PERIGEE_KM = 6378.1366 + 154000.0
SEARCH_STEPS, CLOSE_KM = 12, 20.0
LOW_STEP_S, RAISED_STEP_S, PIECE_S, GRID_S = 225.0, 120.0, 43200.0, 600.0
ORIGIN = "reconstructed from published facts, from the tracked orbit before the separation on"
NOTES = (
    "The first orbit is that of the whole craft before the separation, carried on without burns. What the separation "
    "gave to the module is not known; a tenth of a metre per second moves it once round the Moon within two months.",
    "The burn of 9 October is put where the perilune must lie, that of 13 October at a perilune; its length is solved "
    "so that the first perigee is at 154,000 km. Four passes, the day of leaving and the period then come out by "
    "themselves, the perigee a day late. Paths that differ by tens of thousands of kilometres do as well.",
    "Uncertainties are set by hand: they grow with the drift along the orbit, and are as large as the orbits later.",
)


@dataclass
class Craft:
    """A craft that is flown leg by leg; its last state is where it is."""

    tdb_s: float
    state: FloatArray
    arcs: list[Arc] = field(default_factory=list)
    forces: dict[str, str] = field(default_factory=dict)
    burns: list[SolvedBurn] = field(default_factory=list)

    def copy(self) -> Craft:
        """Return a craft that may fly on differently."""
        return Craft(self.tdb_s, self.state, list(self.arcs), dict(self.forces), list(self.burns))

    def coast(self, name: str, gravity: Gravity, until_tdb_s: float, step_s: float) -> None:
        """Coast in even steps."""
        span = until_tdb_s - self.tdb_s
        path = propagate(
            Force(gravity), self.tdb_s, until_tdb_s, even_fractions(max(2, round(span / step_s))), self.state[None]
        )
        self._add(name, "coast", Force(gravity), path.tdb_s[:, 0], path.state[:, 0])

    def coast_far(self, name: str, gravity: Gravity, until_tdb_s: float) -> None:
        """Coast in steps that suit the distance, which the conic of each half day tells."""
        epochs, states = [np.array([self.tdb_s])], [self.state[None]]
        count = max(1, round((until_tdb_s - self.tdb_s) / PIECE_S))
        for start, end in pairwise(np.linspace(self.tdb_s, until_tdb_s, count + 1)):
            piece = Stretch(name, float(start), float(end), gravity)
            edges = edges_of(piece, states[-1][-1], np.empty(0))
            fractions = (edges - edges[0]) / (edges[-1] - edges[0])
            path = propagate(Force(gravity), float(start), float(end), fractions, states[-1][-1:])
            epochs.append(path.tdb_s[1:, 0])
            states.append(path.state[1:, 0])
        self._add(name, "coast", Force(gravity), np.concatenate(epochs), np.concatenate(states))

    def burn(self, burn_id: str, name: str, engine: Engine, duration_s: float) -> None:
        """Burn along the velocity."""
        plan = BurnPlan(
            burn_id, name, engine.name, engine.thrust_n, engine.specific_impulse_s, self.tdb_s + 0.5 * duration_s,
            duration_s,
        )  # fmt: skip
        numbers = np.array([[0.0, duration_s, 0.0, 0.0]])
        force = Force(LOW, engine_of(plan, numbers))
        steps = even_fractions(max(3, round(duration_s / BURN_STEP_S)))
        path = propagate(force, self.tdb_s, self.tdb_s + duration_s, steps, self.state[None])
        self.burns.append(solved_burn(plan, LOW.centre_id, numbers[0], path))
        self._add(name, "burn", force, path.tdb_s[:, 0], path.state[:, 0])

    def change_centre(self, centre_id: int) -> None:
        """Count the state from another body."""
        old = self.arcs[-1].centre_id
        moved = np.concatenate(bundled_ephemeris().state_km(old, centre_id, self.tdb_s))
        self.state = self.state + np.concatenate([moved, [0.0]])

    def _add(self, name: str, kind: str, force: Force, tdb_s: FloatArray, states: FloatArray) -> None:
        self.arcs.append(
            Arc(
                name, force.gravity.centre_id, tdb_s, states[:, :3].copy(), states[:, 3:6].copy(),
                Provenance.RECONSTRUCTED, kind,
            )
        )  # fmt: skip
        self.forces[name] = force_words(force)
        self.tdb_s, self.state = float(tdb_s[-1]), states[-1]


def module_flight(document: MissionDocument, chain: Chain) -> FittedFlight:
    """Return the flight of the module from the separation to after its first perigee.

    Parameters
    ----------
    document : of Chandrayaan-3, for engine, masses and epochs
    chain : the fitted flight of the whole craft
    """
    craft = _separated(document, chain)
    engine = document.engine("lam")
    events = {"separation": craft.tdb_s}
    _raise(craft, engine)
    craft.coast("raised orbit", LOW, tdb_s_from_utc_text(INJECTION_AFTER_UTC), RAISED_STEP_S)
    craft, perigee_tdb_s = _injected(craft, engine, _next_perilune(craft))
    events |= {burn.id.removeprefix("module-"): burn.start_tdb_s for burn in craft.burns}
    high = next(arc for arc in craft.arcs if arc.name == "passes of the Moon")
    events |= {"leaves": high.end_tdb_s, "perigee": perigee_tdb_s, "end": craft.tdb_s}
    events |= {f"pass-{i}": tdb_s for i, tdb_s in enumerate(_passes(high), 1)}
    return FittedFlight(
        FLIGHT_ID, NAIF_ID, Trajectory(NAME, tuple(craft.arcs), _sigma(events)), craft.forces, tuple(craft.burns),
        events, (), (), NOTES, ORIGIN, "set by hand, see the notes",
    )  # fmt: skip


def _separated(document: MissionDocument, chain: Chain) -> Craft:
    """Return the module at the separation, where the whole craft without a push would be."""
    k = next(k for k, stretch in enumerate(chain.stretches) if stretch.name == "separation")
    start, at = chain.stretches[k].start_tdb_s, tdb_s_from_utc_text(document.fact("separation-date").utc or "")
    state = propagate(Force(LOW), start, at, even_fractions(6), chain.states[k][None]).last[0]
    state[6] -= document.fact("lander-mass").value or 0.0
    return Craft(at, state)


def _raise(craft: Craft, engine: Engine) -> None:
    """Coast to 9 October and raise the apolune, with the perilune at its argument from the node on the ICRF equator."""
    craft.coast("orbit of the module", LOW, tdb_s_from_utc_text(RAISE_AFTER_UTC), LOW_STEP_S)
    scout = craft.copy()
    scout.coast("scout", LOW, craft.tdb_s + 9000.0, 60.0)
    arc = scout.arcs[-1]
    argument = np.unwrap(_argument_rad(arc.position_km, arc.velocity_km_s))
    wanted = PERILUNE_RAD + 2.0 * np.pi * np.ceil((argument[0] - PERILUNE_RAD) / (2.0 * np.pi))
    middle = float(np.interp(wanted, argument, arc.tdb_s))
    craft.coast("to the apolune raise", LOW, middle - 0.5 * RAISE_S, RAISED_STEP_S)
    craft.burn("module-raise", "apolune raise", engine, RAISE_S)


def _argument_rad(position_km: FloatArray, velocity_km_s: FloatArray) -> FloatArray:
    """Return the angle from the ascending node on the ICRF equator."""
    normal = unit(np.cross(position_km, velocity_km_s))
    node = unit(np.cross(np.array([0.0, 0.0, 1.0]), normal))
    across = np.cross(normal, node)
    return np.asarray(np.arctan2(np.sum(position_km * across, axis=1), np.sum(position_km * node, axis=1)))


def _next_perilune(craft: Craft) -> float:
    scout = craft.copy()
    scout.coast("scout", LOW, craft.tdb_s + 28000.0, 60.0)
    return _rises(scout.arcs[-1].tdb_s, _climb(scout.arcs[-1].position_km, scout.arcs[-1].velocity_km_s))[0]


def _climb(position_km: FloatArray, velocity_km_s: FloatArray) -> FloatArray:
    return np.asarray(np.sum(position_km * velocity_km_s, axis=1))


def _rises(tdb_s: FloatArray, values: FloatArray) -> list[float]:
    """Return where values rise through zero."""
    at = np.flatnonzero((values[:-1] < 0.0) & (values[1:] >= 0.0))
    share = values[at] / (values[at] - values[at + 1])
    return [float(t) for t in tdb_s[at] + share * (tdb_s[at + 1] - tdb_s[at])]


def _injected(craft: Craft, engine: Engine, perilune_tdb_s: float) -> tuple[Craft, float]:
    """Return the craft flown to the end with the length of the injection that gives the perigee, and its epoch."""
    lengths: list[float] = []
    misses: list[float] = []
    flown: list[tuple[Craft, float, float]] = []
    for _ in range(SEARCH_STEPS):
        if len(lengths) < len(FIRST_INJECTIONS_S):
            length = FIRST_INJECTIONS_S[len(lengths)]
        else:
            i, j = np.argsort(np.abs(misses))[:2]
            length = lengths[i] - misses[i] * (lengths[j] - lengths[i]) / (misses[j] - misses[i])
        flown.append(_flown_home(craft.copy(), engine, perilune_tdb_s, float(length)))
        lengths.append(float(length))
        misses.append(flown[-1][2] - PERIGEE_KM)
        if abs(misses[-1]) < CLOSE_KM:
            break
    best = int(np.argmin(np.abs(misses)))
    return flown[best][:2]


def _flown_home(craft: Craft, engine: Engine, perilune_tdb_s: float, length_s: float) -> tuple[Craft, float, float]:
    """Inject and fly to the end; return the craft, epoch and radius of the first perigee."""
    craft.coast("to the injection", LOW, perilune_tdb_s - 0.5 * length_s, RAISED_STEP_S)
    craft.burn("module-injection", "trans-Earth injection", engine, length_s)
    craft.coast_far("passes of the Moon", HIGH, _leaves(craft.copy()))
    craft.change_centre(EARTH.naif_id)
    craft.coast_far("orbit about the Earth", NEAR_EARTH, tdb_s_from_utc_text(END_UTC))
    arc = craft.arcs[-1]
    epochs = np.arange(arc.start_tdb_s, arc.end_tdb_s, GRID_S)
    position, velocity = arc.table.evaluate(epochs)
    found = [*_rises(epochs, _climb(position, velocity)), arc.end_tdb_s]
    return craft, found[0], float(norm(arc.table.evaluate(found[0])[0]))


def _leaves(scout: Craft) -> float:
    """Return when the craft leaves the influence of the Moon for good."""
    scout.coast_far("scout", HIGH, tdb_s_from_utc_text(LEAVES_AFTER_UTC))
    scout.coast_far("scout", HIGH, scout.tdb_s + 6.0 * S_PER_DAY)
    arc = scout.arcs[-1]
    epochs = np.arange(arc.start_tdb_s, arc.end_tdb_s, GRID_S)
    return [*_rises(epochs, norm(arc.table.evaluate(epochs)[0]) - MOON_INFLUENCE_KM), arc.end_tdb_s][0]


def _passes(arc: Arc) -> list[float]:
    """Return the perilunes of an arc after its first hours."""
    epochs = np.arange(arc.start_tdb_s + 7200.0, arc.end_tdb_s, 60.0)
    return _rises(epochs, _climb(*arc.table.evaluate(epochs)))


def _sigma(events: dict[str, float]) -> SigmaTable:
    """Return the uncertainty: it drifts along the orbit to its full size, then is that of the unknown later path."""
    low = np.linspace(events["separation"], events["raise"], 60)
    days = (low - low[0]) / S_PER_DAY
    drift = np.minimum(2.0 + 26.0 * days, 1900.0)
    rows = [tuple(row) for row in np.stack([low, 0.5 + 0.1 * days, drift, 0.5 + 0.3 * days], axis=1)]
    later = (("raise", "injection", 1500.0, 2500.0, 100.0), ("injection", "leaves", 2e4, 2e4, 1e4),
             ("leaves", "end", 2e4, 4e4, 1.5e4))  # fmt: skip
    for first, last, *parts in later:
        rows += [(events[first] + 60.0, *parts), (events[last], *parts)]
    table = np.array(rows)
    return SigmaTable(table[:, 0], table[:, 1:])
