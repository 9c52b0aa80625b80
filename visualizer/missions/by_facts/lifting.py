"""The first guess after a lift-off from the Moon: which push leads back to the Earth at the right time.

Missions, by facts. Upward pushes of several sizes are each improved until the osculating perigee meets the entry.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visualizer.core.arrays import FloatArray, norm
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import GM_EARTH_KM3_S2, RADIUS_EARTH_EQUATOR_KM
from visualizer.core.elements import elements_from_state
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Force, Gravity
from visualizer.core.propagation import graded_fractions, propagate
from visualizer.errors import SolveError
from visualizer.missions.by_facts.guess import Guess, Pilot, masses_before
from visualizer.missions.by_facts.plan import Section, Timetable
from visualizer.missions.by_facts.starts import state_on_moon
from visualizer.missions.by_facts.stretches import COARSE, Stretch, fly
from visualizer.missions.flight_document import Entry
from visualizer.missions.reconstruction.least_squares import fit

SIZES_M_S = np.arange(-150.0, 151.0, 30.0)
ESCAPE_S, EARLY_S = 86400.0, 6.0 * 3600.0


def lift_guess(table: Timetable, section: Section) -> Guess:
    """Return the first guess of a section that begins on the ground.

    Raises
    ------
    SolveError
        If it does not begin with a burn, or no push leads to the entry.
    """
    stay, item = section.lift_off, section.items[0]
    if stay is None or item.burn is None:
        raise SolveError(f"{table.document.id}: after a stay on the ground a burn must follow")
    masses = masses_before(table)
    state = state_on_moon(table.document.site(stay.site), item.start_tdb_s, masses[id(item)])
    numbers = item.burn.starts
    if isinstance(section.ending, Entry):
        numbers = _homewards(table, section, state, numbers)
    burn = replace(item.burn, delta_v_m_s=float(numbers[0]))
    # The guess is flown with the numbers found; the fit starts from them and keeps the document's guess as its prior.
    guess = Pilot(masses, {}).forwards(
        [replace(item, burn=burn), *section.items[1:]], item.start_tdb_s, state, MOON.naif_id
    )
    guess.stretches[0] = replace(guess.stretches[0], burn=item.burn, fixed=state, mass_kg=None)
    guess.numbers[0] = numbers
    return _reflown(table, section, guess, masses)


def _reflown(table: Timetable, section: Section, guess: Guess, masses: dict[int, float]) -> Guess:
    """Fly on from the end of the lift-off as its numbers have it, components across included."""
    first = guess.stretches[0]
    after = fly(first, guess.states[0][None], guess.numbers[0][None], np.empty(0), COARSE)[-1][2].last[0]
    rest = Pilot(masses, {}).forwards(section.items[1:], first.end_tdb_s, after, MOON.naif_id)
    head = Guess([first], [guess.states[0]], [guess.numbers[0]])
    return head.then(rest)


def _homewards(table: Timetable, section: Section, state: FloatArray, numbers: FloatArray) -> FloatArray:
    """Return the numbers of the lift-off that lead to the entry."""
    item, entry = section.items[0], section.ending
    assert item.burn is not None
    assert isinstance(entry, Entry)
    stretch = Stretch(item.name, item.start_tdb_s, item.end_tdb_s, MOON.naif_id, 0.0, item.burn)
    meet = tdb_s_from_utc_text(entry.utc)
    steps = np.array([0.05, 0.05, 0.05, *item.burn.steps[3:]])

    def misses(batch: FloatArray) -> FloatArray:
        states = np.repeat(state[None], len(batch), axis=0)
        after = fly(stretch, states, batch, np.empty(0), COARSE)[-1][2].last
        there = _near_the_earth(item.end_tdb_s, after, meet - EARLY_S)
        orbit = elements_from_state(there[:, :3], there[:, 3:6], GM_EARTH_KM3_S2)
        perigee_s = meet - EARLY_S - orbit.time_from_periapsis_s
        height = orbit.periapsis_radius_km - RADIUS_EARTH_EQUATOR_KM
        guesses = (batch - item.burn.starts) / item.burn.sigmas  # type: ignore[union-attr]
        return np.concatenate([np.stack([(height - 40.0) / 20.0, (perigee_s - meet) / 120.0], 1), 0.1 * guesses], 1)

    starts = np.repeat(numbers[None], len(SIZES_M_S), axis=0)
    starts[:, 0] += SIZES_M_S
    fits = fit(misses, starts, steps, list(range(len(numbers))), 15, 1e-3)
    finite = [one for one in fits if np.isfinite(one.chi_square)]
    if not finite:
        raise SolveError(f"{table.document.id}: no push from the ground leads back to the Earth")
    return min(finite, key=lambda one: one.chi_square).values


def _near_the_earth(tdb_s: float, state: FloatArray, end_tdb_s: float) -> FloatArray:
    """Fly a batch from low over the Moon to near the Earth, (b, 6) about the Earth."""
    near = Force(Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 2))
    left = tdb_s + min(ESCAPE_S, 0.5 * (end_tdb_s - tdb_s))
    path = propagate(near, tdb_s, left, graded_fractions(left - tdb_s, 60.0, 1.08, 1800.0), state)
    moved = path.last + np.append(np.concatenate(bundled_ephemeris().state_km(MOON.naif_id, EARTH.naif_id, left)), 0.0)
    far = Force(Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id)))
    fractions = 1.0 - graded_fractions(end_tdb_s - left, 300.0, 1.06, 3600.0)[::-1]
    last = propagate(far, left, end_tdb_s, fractions, moved).last
    return np.asarray(np.where(np.isfinite(norm(last[:, :3]))[:, None], last, np.nan)[:, :6])
