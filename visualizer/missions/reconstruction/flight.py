"""Fly a batch of unknowns: forwards from the node to the ground, backwards to the third stage's separation.

Missions, reconstruction. Each leg is one force over one span; legs meet exactly, because each begins where its
neighbour ended. Members that differ only in unknowns a direction does not feel are flown once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_MOON_KM
from visualizer.core.elements import Elements, state_from_elements
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.forces import Engine, Force, Gravity, flow_from_thrust_kg_s
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.propagation import Path, even_fractions, graded_fractions, propagate
from visualizer.missions.reconstruction.plan import Plan
from visualizer.missions.reconstruction.unknowns import BACKWARD_IDS, FORWARD_IDS, Layout


@dataclass(frozen=True, slots=True)
class Fineness:
    """How finely the low orbit is flown: degree of the Moon's field and step in s.

    Steps of 240 s are 0.2 m off after three days; what is shipped is flown in half of that, for interpolation.
    """

    degree: int = 20
    last_degree: int = 30
    step_s: float = 240.0


FINE, COARSE, SHIPPED = Fineness(), Fineness(8, 8, 300.0), Fineness(step_s=120.0)


@dataclass(frozen=True)
class Leg:
    """One piece of a flown batch; `path` runs in the order of propagation, backwards where it was flown so."""

    name: str
    force: Force
    path: Path


Legs = dict[str, Leg]


class Pilot:
    """Flies batches of unknowns, (b, p), of one layout on one plan."""

    def __init__(self, plan: Plan, layout: Layout, fineness: Fineness = FINE) -> None:
        self.plan, self.layout, self.fineness = plan, layout, fineness

    def fly(self, batch: FloatArray, backwards: bool = True, forwards: bool = True) -> Legs:
        """Return the legs of every member in both directions (or one), by name."""
        legs: Legs = {}
        if forwards:
            legs |= _flown_once(batch, self.layout.indices(FORWARD_IDS), self.fly_forwards)
        if backwards:
            legs |= _flown_once(batch, self.layout.indices(BACKWARD_IDS), self.fly_backwards)
        return legs

    def node_state(self, batch: FloatArray) -> FloatArray:
        """Return the state at the node, (b, 7), ICRF axes about the Moon, with the mass left there."""
        of = self.layout.of
        semi_major = RADIUS_MOON_KM + of(batch, "height")
        along, across = of(batch, "ecc-cos"), of(batch, "ecc-sin")
        periapsis = np.arctan2(across, along)
        elements = Elements(
            semi_major,
            np.hypot(along, across) / semi_major,
            np.deg2rad(of(batch, "inclination")),
            np.deg2rad(of(batch, "node")),
            periapsis,
            np.deg2rad(of(batch, "latitude")) - periapsis,
            GM_MOON_LP165P_KM3_S2,
        )
        axes = rot_moon_me_from_icrf(self.plan.node_tdb_s)
        position, velocity = (part @ axes for part in state_from_elements(elements))
        return np.concatenate([position, velocity, self.node_mass_kg(batch)[:, None]], axis=1)

    def node_mass_kg(self, batch: FloatArray) -> FloatArray:
        """Return the mass after both corrections and the insertion, (b,) kg."""
        value = self.plan.value
        small = self.flow(batch, "small-thrust", "small") * (value("tcm-1-duration") + value("tcm-2-duration"))
        first = self.flow(batch, "ktd-thrust", "ktd") * value("insertion-1-duration")
        second = self.flow(batch, "dmp-thrust", "dmp") * value("insertion-2-duration")
        return np.asarray(value("mass") - small - first - second)

    def flow(self, batch: FloatArray, unknown_id: str, engine_id: str) -> FloatArray:
        """Return the mass flow of an engine whose thrust is an unknown, (b,) kg/s."""
        return flow_from_thrust_kg_s(self.layout.of(batch, unknown_id), self.plan.impulse_s(engine_id))

    def engine(self, batch: FloatArray, thrust_id: str, engine_id: str, aim: str) -> Engine:
        """Return the engine of a burn that holds its angles to the velocity."""
        of = self.layout.of
        angles = np.deg2rad(np.stack([of(batch, f"{aim}-pitch"), of(batch, f"{aim}-yaw")], axis=1))
        return Engine(of(batch, thrust_id), self.flow(batch, thrust_id, engine_id), "velocity", angles)

    def fly_forwards(self, batch: FloatArray) -> Legs:
        """Fly from the node over the correction of 18 August and the last burn into the ground."""
        plan, fineness = self.plan, self.fineness
        orbit = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), fineness.degree)
        low = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), fineness.last_degree)
        chain = Chain(plan.node_tdb_s, self.node_state(batch))
        step = fineness.step_s
        chain.go("orbit-1", Force(orbit), plan.epoch("zeeman-along"), step)
        start = plan.epoch("correction-start")
        chain.go("orbit-2", Force(orbit), start, step)
        push = self.engine(batch, "small-thrust", "small", "correction")
        chain.go("correction", Force(orbit, push), start + plan.value("correction-duration"), 20.0)
        ignition = plan.epoch("last-burn-start") + self.layout.of(batch, "last-start")
        chain.go("orbit-3", Force(orbit), ignition, step)
        push = self.engine(batch, "small-thrust", "small", "last")
        chain.go("last-a", Force(low, push), ignition + plan.value("last-burn-planned-duration"), 21.0)
        chain.go("last-b", Force(low, push), ignition + plan.value("last-burn-duration"), 21.0)
        chain.go("fall", Force(low), plan.end_tdb_s, 30.0)
        return chain.legs

    def fly_backwards(self, batch: FloatArray) -> Legs:
        """Fly from the node back over insertion, transfer and injection to the third stage's separation."""
        plan, of = self.plan, self.layout.of
        near = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), self.fineness.degree)
        start = plan.epoch("insertion-1-start") + of(batch, "insertion-1-start")
        end = start + plan.value("insertion-1-duration")
        again = end + of(batch, "insertion-gap")
        chain = Chain(plan.node_tdb_s, self.node_state(batch))
        chain.go("orbit-0", Force(near), again + plan.value("insertion-2-duration"), 60.0)
        chain.go("insertion-2", Force(near, self.engine(batch, "dmp-thrust", "dmp", "insertion-2")), again, 20.0)
        chain.go("insertion-gap", Force(near), end, 30.0)
        chain.go("insertion-1", Force(near, self.engine(batch, "ktd-thrust", "ktd", "insertion-1")), start, 20.0)
        far = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 8)
        chain.go("approach", Force(far), plan.change_of_centre_tdb_s, 60.0, growth=1.1, longest_s=1200.0)
        chain.change_centre(MOON.naif_id, EARTH.naif_id)
        self._fly_transfer(batch, chain)
        self._fly_parking(batch, chain)
        return chain.legs

    def _fly_transfer(self, batch: FloatArray, chain: Chain) -> None:
        plan, of = self.plan, self.layout.of
        free = Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id))
        for name, before in (("tcm-2", "cruise-4"), ("tcm-1", "cruise-2")):
            start = plan.epoch(f"{name}-start")
            chain.go(before, Force(free), start + plan.value(f"{name}-duration"), 1800.0)
            chain.go(name, Force(free, self.engine(batch, "small-thrust", "small", name)), start, 25.0)
            if name == "tcm-2":
                chain.go("cruise-3", Force(free), plan.epoch("range-13-august"), 1800.0)
        end = plan.epoch("tli-time") + of(batch, "tli-start") + of(batch, "tli-duration")
        chain.go("cruise-1", Force(free), end, 60.0, growth=1.06, longest_s=1800.0, graded_at_end=True)

    def _fly_parking(self, batch: FloatArray, chain: Chain) -> None:
        plan, of = self.plan, self.layout.of
        free = Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id))
        fregat = plan.document.engine("fregat")
        size = len(batch)
        flow = np.full(size, flow_from_thrust_kg_s(np.array(fregat.thrust_n), fregat.specific_impulse_s))
        thrust = np.full(size, fregat.thrust_n)
        aim = np.deg2rad(np.stack([of(batch, "tli-pitch"), of(batch, "tli-yaw")], axis=1))
        chain.set_mass(of(batch, "tli-final-mass"))
        ignition = plan.epoch("tli-time") + of(batch, "tli-start")
        chain.go("tli", Force(free, Engine(thrust, flow, "velocity", aim)), ignition, 30.0)
        chain.go("parking", Force(free), plan.fregat_end_tdb_s, 60.0)
        along = Engine(thrust, flow, "velocity", np.zeros((size, 2)))
        chain.go("fregat-1", Force(free, along), plan.fregat_start_tdb_s, 20.0)
        chain.go("pause", Force(free), plan.epoch("third-stage-separation"), 30.0)


class Chain:
    """Legs one after another: each starts where and when the last ended."""

    def __init__(self, tdb_s: float, state: FloatArray) -> None:
        self.tdb_s: FloatArray = np.full(len(state), tdb_s)
        self.state = state
        self.legs: Legs = {}

    def go(
        self,
        name: str,
        force: Force,
        end_tdb_s: FloatArray | float,
        step_s: float,
        growth: float = 1.0,
        longest_s: float = 0.0,
        graded_at_end: bool = False,
    ) -> None:
        """Fly one leg with steps near `step_s`, or growing from it (towards its end, or towards its start)."""
        end = np.broadcast_to(np.asarray(end_tdb_s, dtype=np.float64), self.tdb_s.shape)
        span_s = float(np.abs(end - self.tdb_s)[0])
        fractions = even_fractions(max(3, round(span_s / step_s)))
        if growth > 1.0:
            fractions = graded_fractions(span_s, step_s, growth, longest_s)
            fractions = 1.0 - fractions[::-1] if graded_at_end else fractions
        path = propagate(force, self.tdb_s, end, fractions, self.state)
        self.legs[name] = Leg(name, force, path)
        self.tdb_s, self.state = end, path.last

    def change_centre(self, old_id: int, new_id: int) -> None:
        """Count from another body."""
        position, velocity = bundled_ephemeris().state_km(old_id, new_id, self.tdb_s)
        self.state = self.state + np.concatenate([position, velocity, 0.0 * self.tdb_s[:, None]], axis=1)

    def set_mass(self, mass_kg: FloatArray) -> None:
        """Go on with another mass (a stage is attached, seen backwards)."""
        self.state = np.concatenate([self.state[:, :6], mass_kg[:, None]], axis=1)


def _flown_once(batch: FloatArray, columns: list[int], fly: object) -> Legs:
    """Fly only the members that differ in `columns`, and hand each member its legs."""
    assert callable(fly)
    _, first, member = np.unique(batch[:, columns], axis=0, return_index=True, return_inverse=True)
    legs: Legs = fly(batch[np.sort(first)])
    order = np.empty(len(first), dtype=np.intp)
    order[np.argsort(first)] = np.arange(len(first))
    member = order[member.reshape(-1)]
    return {
        name: Leg(name, leg.force, Path(leg.path.tdb_s[:, member], leg.path.state[:, member]))
        for name, leg in legs.items()
    }
