"""The first guess of a flight: the timetable flown both ways from the passage of the Moon, cut into stretches.

Missions, by facts. Burns are flown as the document guesses them; where facts give the orbit after a burn, its size
is first made to fit them. What does not meet yet is closed by the fit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from visualizer.core.arrays import FloatArray, norm
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import (
    G0_KM_S2,
    GM_EARTH_KM3_S2,
    GM_MOON_LP165P_KM3_S2,
    MOON_INFLUENCE_KM,
    RADIUS_EARTH_EQUATOR_KM,
    RADIUS_MOON_KM,
)
from visualizer.core.elements import elements_from_state
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.forces import Force, velocity_axes
from visualizer.core.propagation import propagate
from visualizer.errors import SolveError
from visualizer.missions.by_facts.approach import Approach, transfer_conic
from visualizer.missions.by_facts.burn_plan import BurnPlan
from visualizer.missions.by_facts.plan import Item, Timetable
from visualizer.missions.by_facts.starts import launch_state, state_of_orbit
from visualizer.missions.by_facts.stretches import COARSE, Fineness, Stretch, fly, step_edges
from visualizer.missions.flight_document import LaunchStart

LOW_ORBIT_KM, PIECE_LOW_S, PIECE_NEAR_S, PIECE_FAR_S = 6000.0, 43200.0, 86400.0, 129600.0
SCOUT = Fineness(8, 0.25, 3600.0)
SIZES = np.linspace(0.6, 1.4, 81)
ROUND_KM = 500.0


@dataclass
class Guess:
    """Stretches with their first states and numbers, in order of time."""

    stretches: list[Stretch] = field(default_factory=list)
    states: list[FloatArray] = field(default_factory=list)
    numbers: list[FloatArray] = field(default_factory=list)

    def add(self, stretch: Stretch, state: FloatArray, numbers: FloatArray) -> None:
        """Add one stretch at the end."""
        self.stretches.append(stretch)
        self.states.append(state)
        self.numbers.append(numbers)

    def then(self, other: Guess) -> Guess:
        """Return both, one after the other."""
        return Guess(
            self.stretches + other.stretches, self.states + other.states, self.numbers + other.numbers
        )  # fmt: skip


def centre_of(tdb_s: float, state: FloatArray, centre_id: int) -> int:
    """Return the body that a state should be counted about: the Moon within its influence."""
    place = state[:3]
    if centre_id == EARTH.naif_id:
        place = place - bundled_ephemeris().position_km(MOON.naif_id, EARTH.naif_id, tdb_s)
    return MOON.naif_id if float(norm(place)) < MOON_INFLUENCE_KM else EARTH.naif_id


def about(tdb_s: float, state: FloatArray, old_id: int, new_id: int) -> FloatArray:
    """Return a state (7,) counted about another body."""
    if old_id == new_id:
        return state
    moved = np.concatenate(bundled_ephemeris().state_km(old_id, new_id, tdb_s))
    return np.append(state[:6] + moved, state[6])


def lowest_km(state: FloatArray, centre_id: int) -> float:
    """Return the height that a conic comes down to, km."""
    moon = centre_id == MOON.naif_id
    orbit = elements_from_state(state[:3], state[3:6], GM_MOON_LP165P_KM3_S2 if moon else GM_EARTH_KM3_S2)
    radius = RADIUS_MOON_KM if moon else RADIUS_EARTH_EQUATOR_KM
    return float(orbit.periapsis_radius_km) - radius


def piece_s(state: FloatArray, centre_id: int) -> float:
    """Return how long a stretch may be: short where small changes grow fast."""
    distance = float(norm(state[:3]))
    if centre_id == MOON.naif_id:
        return PIECE_LOW_S if distance < LOW_ORBIT_KM else PIECE_NEAR_S
    return PIECE_FAR_S


class Pilot:
    """Flies items from a known state, forwards or backwards, and cuts them into stretches.

    Attributes
    ----------
    masses_kg : at the start of each item, by its identity
    sizes : burn id -> semi-major axis that it should leave, km
    """

    def __init__(self, masses_kg: dict[int, float], sizes: dict[str, float]) -> None:
        self.masses_kg, self.sizes = masses_kg, sizes

    def forwards(self, items: list[Item], tdb_s: float, state: FloatArray, centre_id: int) -> Guess:
        """Fly the rest of some items from an epoch within or before them."""
        guess = Guess()
        for item in items:
            if item.end_tdb_s <= tdb_s + 0.5:
                continue
            if item.mass_kg is not None and tdb_s <= item.start_tdb_s + 0.5:
                state = np.append(state[:6], item.mass_kg)
            if item.burn is not None:
                part, state, centre_id = self._burn(item, item.burn, state, centre_id)
            else:
                part, state, centre_id = self._coast(item, max(tdb_s, item.start_tdb_s), state, centre_id)
            guess, tdb_s = guess.then(part), item.end_tdb_s
        return guess

    def _burn(self, item: Item, burn: BurnPlan, state: FloatArray, centre_id: int) -> tuple[Guess, FloatArray, int]:
        new_id = centre_of(item.start_tdb_s, state, centre_id)
        state = about(item.start_tdb_s, state, centre_id, new_id)
        stretch = Stretch(item.name, item.start_tdb_s, item.end_tdb_s, new_id, lowest_km(state, new_id), burn,
                          mass_kg=item.mass_kg)  # fmt: skip
        numbers = burn.starts
        target = self.sizes.get(burn.id)
        if target is not None:
            numbers[0] *= _size_for(stretch, state, numbers, target)
        legs = fly(stretch, state[None], numbers[None], np.empty(0), SCOUT)
        after = legs[-1][2].last[0]
        stretch = replace(stretch, lowest_km=min(stretch.lowest_km, lowest_km(after, new_id)))
        guess = Guess()
        guess.add(stretch, state, numbers)
        return guess, after, new_id

    def _coast(self, item: Item, at: float, state: FloatArray, centre_id: int) -> tuple[Guess, FloatArray, int]:
        guess, mass_kg = Guess(), item.mass_kg
        while at < item.end_tdb_s - 0.5:
            new_id = centre_of(at, state, centre_id)
            state = about(at, state, centre_id, new_id)
            centre_id = new_id
            end = min(at + piece_s(state, centre_id), item.end_tdb_s)
            if item.end_tdb_s - end < 0.25 * (end - at):
                end = item.end_tdb_s
            end, path_end = self._fly_to(item, at, end, state, centre_id)
            ground = item.impact_radius_km if end >= item.end_tdb_s - 0.5 else None
            low = lowest_km(state, centre_id)
            stretch = Stretch(item.name, at, end, centre_id, low, mass_kg=mass_kg, impact_radius_km=ground)
            guess.add(stretch, state, np.empty(0))
            at, state, mass_kg = end, path_end, None
        return guess, state, centre_id

    def _fly_to(self, item: Item, at: float, end: float, state: FloatArray, centre_id: int) -> tuple[float, FloatArray]:
        """Fly until an epoch, or until the craft changes its centre."""
        probe = Stretch(item.name, at, end, centre_id, lowest_km(state, centre_id))
        edges = step_edges(probe, state, SCOUT)
        path = propagate(Force(probe.gravity(SCOUT)), at, end, (edges - at) / (end - at), state[None])
        owner = [centre_of(float(t), s, centre_id) for t, s in zip(path.tdb_s[:, 0], path.state[:, 0], strict=True)]
        changed = [i for i, one in enumerate(owner) if one != centre_id and i > 0]
        if changed and path.tdb_s[changed[0], 0] < end - 3600.0:
            i = changed[0]
            return float(path.tdb_s[i, 0]), path.state[i, 0]
        return end, path.last[0]

    def backwards(self, items: list[Item], tdb_s: float, state: FloatArray, centre_id: int) -> Guess:
        """Fly items that end before an epoch, or hold it, back from there; in order of time."""
        guess = Guess()
        for item in reversed(items):
            if item.start_tdb_s >= tdb_s - 0.5:
                continue
            if item.burn is not None:
                state = np.append(state[:6], self.masses_kg[id(item)])
                part, state, centre_id = self._burn_back(item, item.burn, state, centre_id)
            else:
                part, state, centre_id = self._coast_back(item, min(tdb_s, item.end_tdb_s), state, centre_id)
            guess, tdb_s = part.then(guess), item.start_tdb_s
        return guess

    def _coast_back(self, item: Item, at: float, state: FloatArray, centre_id: int) -> tuple[Guess, FloatArray, int]:
        guess = Guess()
        state = np.append(state[:6], self.masses_kg[id(item)])
        while at > item.start_tdb_s + 0.5:
            new_id = centre_of(at, state, centre_id)
            state = about(at, state, centre_id, new_id)
            centre_id = new_id
            begin = max(at - piece_s(state, centre_id), item.start_tdb_s)
            if begin - item.start_tdb_s < 0.25 * (at - begin):
                begin = item.start_tdb_s
            begin, state = self._back_to(item, at, begin, state, centre_id)
            one = Guess()
            first = begin <= item.start_tdb_s + 0.5
            one.add(
                Stretch(item.name, begin, at, centre_id, lowest_km(state, centre_id),
                        mass_kg=item.mass_kg if first else None), state, np.empty(0),
            )  # fmt: skip
            guess, at = one.then(guess), begin
        return guess, state, centre_id

    def _back_to(
        self, item: Item, at: float, begin: float, state: FloatArray, centre_id: int
    ) -> tuple[float, FloatArray]:
        turned = np.concatenate([state[:3], -state[3:6], state[6:]])
        probe = Stretch(item.name, begin, at, centre_id, lowest_km(state, centre_id))
        lengths = step_edges(probe, turned, SCOUT) - begin
        path = propagate(Force(probe.gravity(SCOUT)), at, begin, lengths / (at - begin), state[None])
        owner = [centre_of(float(t), s, centre_id) for t, s in zip(path.tdb_s[:, 0], path.state[:, 0], strict=True)]
        changed = [i for i, one in enumerate(owner) if one != centre_id and i > 0]
        if changed and path.tdb_s[changed[0], 0] > begin + 3600.0:
            return float(path.tdb_s[changed[0], 0]), path.state[changed[0], 0]
        return begin, path.last[0]

    def _burn_back(
        self, item: Item, burn: BurnPlan, state: FloatArray, centre_id: int
    ) -> tuple[Guess, FloatArray, int]:
        """Guess the state before a burn: pull its velocity change off at its middle, in conics."""
        new_id = centre_of(item.end_tdb_s, state, centre_id)
        state = about(item.end_tdb_s, state, centre_id, new_id)
        probe = Stretch(item.name, item.start_tdb_s, item.end_tdb_s, new_id, lowest_km(state, new_id))
        middle = burn.start_tdb_s + 0.5 * burn.duration_s
        force = Force(probe.gravity(SCOUT))
        fractions = np.linspace(0.0, 1.0, 40)
        there = propagate(force, item.end_tdb_s, middle, fractions, state[None]).last[0]
        numbers = burn.starts
        change = burn.components_m_s(numbers[None])[0] * 1e-3
        before = there[3:6] - change @ velocity_axes(there[:3], there[3:6])
        guessed = np.concatenate([there[:3], before, there[6:]])
        begun = propagate(force, middle, item.start_tdb_s, fractions, guessed[None]).last[0]
        guess = Guess()
        guess.add(replace(probe, burn=burn, mass_kg=item.mass_kg), begun, numbers)
        return guess, begun, new_id


def _size_for(stretch: Stretch, state: FloatArray, numbers: FloatArray, semi_major_km: float) -> float:
    """Return the factor of a burn's size that leaves an orbit of a semi-major axis, km."""
    many = np.repeat(numbers[None], len(SIZES), axis=0)
    many[:, 0] *= SIZES
    last = fly(stretch, np.repeat(state[None], len(SIZES), axis=0), many, np.empty(0), SCOUT)[-1][2].last
    orbit = elements_from_state(last[:, :3], last[:, 3:6], stretch.gm_km3_s2)
    energy = 1.0 / np.asarray(orbit.semi_major_axis_km) - 1.0 / semi_major_km
    crossed = np.flatnonzero(np.sign(energy[1:]) != np.sign(energy[:-1]))
    if not len(crossed):
        return 1.0
    i = int(crossed[np.argmin(np.abs(SIZES[crossed] - 1.0))])
    return float(SIZES[i] + (SIZES[i + 1] - SIZES[i]) * energy[i] / (energy[i] - energy[i + 1]))


def masses_before(table: Timetable) -> dict[int, float]:
    """Return the mass at the start of each item as the guesses have it, by the item's identity, kg."""
    masses: dict[int, float] = {}
    mass = table.flight.start.mass_kg
    for section in table.sections:
        for item in section.items:
            mass = mass if item.mass_kg is None else item.mass_kg
            masses[id(item)] = mass
            if item.burn is not None:
                mass *= float(np.exp(-item.burn.delta_v_m_s / (1e3 * G0_KM_S2 * item.burn.impulse_s)))
    return masses


def sizes_from_facts(table: Timetable, alias: float = 0.0, coast_s: float = 0.0, burn_id: str = "") -> dict[str, float]:
    """Return the semi-major axes after burns that facts give, km; `alias` adds revolutions after one burn."""
    given: dict[str, dict[str, float]] = {}
    for fact in table.document.facts:
        what, _, where = fact.measure.partition(":")
        if what in ("periapsis-after", "apoapsis-after") and fact.value is not None and fact.used_in_fit:
            given.setdefault(where, {})[what] = fact.value
    burns = {item.burn.id for section in table.sections for item in section.items if item.burn is not None}
    sizes = {}
    for where, heights in given.items():
        if len(heights) == 2 and where in burns:
            radius = RADIUS_MOON_KM if _about_moon(table, where) else RADIUS_EARTH_EQUATOR_KM
            sizes[where] = radius + 0.5 * sum(heights.values())
    if alias and burn_id in sizes:
        period = 2.0 * np.pi * np.sqrt(sizes[burn_id] ** 3 / GM_MOON_LP165P_KM3_S2)
        count = coast_s / period
        sizes[burn_id] *= (count / (count + alias)) ** (2.0 / 3.0)
    return sizes


def _about_moon(table: Timetable, burn_id: str) -> bool:
    arrival = table.flight.arrival
    order = [item.burn.id for section in table.sections for item in section.items if item.burn is not None]
    if arrival is None or arrival.burn is None:
        return table.flight.start.kind == "orbit" and table.flight.start.body == "moon"
    return order.index(burn_id) >= order.index(arrival.burn)


def parking_start(table: Timetable, after: Guess, items: list[Item]) -> Guess:
    """Return the launch's parking orbit and its first burn, in the plane of what follows and ending at its perigee."""
    start = table.flight.start
    assert isinstance(start, LaunchStart)
    place = next(i for i, item in enumerate(items) if item.burn is not None)
    burn = items[place].burn
    assert burn is not None
    state, tdb_s = after.states[0], after.stretches[0].start_tdb_s
    if after.stretches[0].centre_id != EARTH.naif_id:
        raise SolveError(f"{table.document.id}: the way back from the Moon does not come to the Earth")
    normal, toward, perigee_s = transfer_conic(state, tdb_s)
    middle = burn.start_tdb_s + 0.5 * burn.duration_s
    shift = float(np.clip(perigee_s - middle, -2.5 * burn.start_sigma_s, 2.5 * burn.start_sigma_s))
    size = RADIUS_EARTH_EQUATOR_KM + 0.5 * (start.perigee_km + start.apogee_km)
    radius = size if start.apogee_km - start.perigee_km < ROUND_KM else RADIUS_EARTH_EQUATOR_KM + start.perigee_km
    rate = np.sqrt(GM_EARTH_KM3_S2 * (2.0 / radius - 1.0 / size)) / radius
    angle = -rate * (0.5 * burn.duration_s)
    ahead = np.cross(normal, toward)
    outward = np.cos(angle) * toward + np.sin(angle) * ahead
    forward = np.cos(angle) * ahead - np.sin(angle) * toward
    lit = np.concatenate([radius * outward, radius * rate * forward, [start.mass_kg]])
    lit_s = burn.start_tdb_s + shift
    probe = Stretch("parking", table.start_tdb_s, lit_s, EARTH.naif_id, 200.0)
    count = max(10, round((lit_s - table.start_tdb_s) / 60.0))
    first = propagate(Force(probe.gravity(COARSE)), lit_s, table.start_tdb_s, np.linspace(0.0, 1.0, count), lit[None])
    pilot = Pilot(masses_before(table), {})
    guess = pilot.forwards(items[: place + 1], table.start_tdb_s, first.last[0], EARTH.naif_id)
    if burn.start_sigma_s:
        guess.numbers[-1][3] = shift
    return guess


def way_guess(table: Timetable, way: Approach | None, alias: float = 0.0) -> Guess:
    """Return the first guess of the first section."""
    items = table.sections[0].items
    masses = masses_before(table)
    arrival = table.flight.arrival
    if way is None or arrival is None:
        start = table.flight.start
        state, centre = (launch_state(table), EARTH.naif_id) if start.kind == "launch" else state_of_orbit(start)
        return Pilot(masses, sizes_from_facts(table)).forwards(items, table.start_tdb_s, state, centre)
    at, split = way.tdb_s, len(items)
    if arrival.burn is not None:
        split = next(i for i, item in enumerate(items) if item.burn is not None and item.burn.id == arrival.burn)
        at = items[split].start_tdb_s
    coast_s = _orbit_coast_s(items, split)
    sizes = sizes_from_facts(table, alias, coast_s, arrival.burn or "")
    pilot = Pilot(masses, sizes)
    probe = Stretch("approach", min(at, way.tdb_s), way.tdb_s, MOON.naif_id, 50.0)
    state = np.append(way.state, 1000.0)
    if way.tdb_s - at > 0.5:
        fractions = np.linspace(0.0, 1.0, max(10, round((way.tdb_s - at) / 60.0)))
        state = propagate(Force(probe.gravity(SCOUT)), way.tdb_s, at, fractions, state[None]).last[0]
    holder = next((i for i, item in enumerate(items) if item.end_tdb_s > at + 0.5), len(items) - 1)
    state = np.append(state[:6], masses[id(items[holder])])
    after = pilot.forwards(items, at, state, MOON.naif_id)
    if table.flight.start.kind == "orbit":
        return pilot.backwards(items, at, state, MOON.naif_id).then(after)
    place = next(i for i, item in enumerate(items) if item.burn is not None)
    before = pilot.backwards(items[place + 1 :], at, state, MOON.naif_id)
    return parking_start(table, before.then(after), items).then(before).then(after)


def _orbit_coast_s(items: list[Item], split: int) -> float:
    """Return how long the coast after the insertion is."""
    length = 0.0
    for item in items[split + 1 :]:
        if item.burn is not None:
            break
        length += item.end_tdb_s - item.start_tdb_s
    return length
