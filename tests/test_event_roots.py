"""What finds events: zeros refined all at once, samples that are shared, states as the trajectory has them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kepler_flights import EARTH, MOON, ORBITS, START, flight, kepler

from visualizer.core.arrays import norm
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.events.moments import EarthTurn
from visualizer.core.events.roots import crossings, least_value, refine_zeros
from visualizer.core.events.search import Search
from visualizer.core.events.states import FlightStates
from visualizer.missions.catalogue import load_mission

# ---------------------------------------------------------------- nothing missed


def test_a_graze_between_samples_is_found():
    """A dip of a few seconds leaves no trace in the signs of samples minutes apart."""
    for depth in (1e-4, 1e-7, 1e-10):
        graze = START + 1234.5

        def dip(t, depth=depth, graze=graze):
            return 1.0 - np.cos(1e-3 * (t - graze)) - depth

        epochs = START + np.arange(0.0, 5000.0, 250.0)
        at, rising = crossings(dip, epochs, dip(epochs))
        half = np.arccos(1.0 - depth) / 1e-3
        assert at == pytest.approx([graze - half, graze + half], abs=0.01)
        assert rising.tolist() == [False, True]


def test_a_graze_in_the_first_step_is_found():
    def dip(t):
        return 1.0 - np.cos(1e-3 * (t - START - 40.0)) - 1e-5

    epochs = START + np.arange(0.0, 5000.0, 250.0)
    assert len(crossings(dip, epochs, dip(epochs))[0]) == 2


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-0.9, 0.9), min_size=1, max_size=30), st.floats(0.3, 3.0))
def test_zeros_are_refined_all_at_once(roots, power):
    root = START + 300.0 * np.array(roots)
    low, high = np.full(len(root), START - 300.0), np.full(len(root), START + 300.0)

    def curve(t, r):
        return np.sign(t - r) * np.abs((t - r) / 300.0) ** power

    # Every bracket has its own curve: the shift makes the function the same for all.
    shifted = refine_zeros(lambda t: curve(t, START), low - root + START, high - root + START,
                           curve(low, root), curve(high, root))  # fmt: skip
    assert np.abs(shifted - START).max() < 1e-3


def test_a_jump_over_zero_is_located():
    (at,) = refine_zeros(
        lambda t: np.where(t < START + 7.7, -1.0, 1.0),
        np.array([START]),
        np.array([START + 60.0]),
        -np.ones(1),
        np.ones(1),
    )
    assert at == pytest.approx(START + 7.7, abs=1e-3)


def test_least_values():
    at = least_value(lambda t: np.abs(t - START - 12.0), np.full(3, START), START + np.array([30.0, 50.0, 10.0]))
    assert at == pytest.approx(START + np.array([12.0, 12.0, 10.0]), abs=1e-3)


# ---------------------------------------------------------------- places


def test_earth_turn_agrees_with_the_full_series():
    turn = EarthTurn(START, START + 40.0 * 86400.0)
    epochs = np.random.default_rng(4).uniform(START, START + 40.0 * 86400.0, 300)
    assert np.abs(turn.rot_itrs_from_icrf(epochs) - rot_itrs_from_icrf(epochs)).max() < 1e-8


# ---------------------------------------------------------------- the built-in mission and the command


def test_states_are_those_of_the_trajectory():
    for craft in (load_mission("luna-25").trajectory, flight(kepler(START + np.array([0.0, 20.0, 30.0])))):
        epochs = np.sort(np.random.default_rng(3).uniform(*craft.span_tdb_s, 5000))
        epochs = np.concatenate([epochs, [arc.start_tdb_s for arc in craft.arcs], craft.span_tdb_s])
        for centre in (MOON, EARTH):
            fast = FlightStates(craft, bundled_ephemeris()).about(centre, epochs)
            plain = craft.state_km(epochs, centre)
            assert np.abs(fast[0] - plain[0]).max() < 2e-9
            assert np.abs(fast[1] - plain[1]).max() < 1e-12


def test_samples_are_shared_and_steps_are_bounded():
    craft = flight(kepler(START + np.arange(0.0, 86400.0, 30.0), **ORBITS[3]))
    search = Search(craft, craft.span_tdb_s)
    (piece,) = search.pieces
    pos, vel = craft.state_km(piece.tdb_s, MOON)
    pace = norm(vel) / norm(pos)
    assert np.max(np.diff(piece.tdb_s) * np.maximum(pace[1:], pace[:-1])) <= 0.26
    seen = []
    search.prepare([lambda m: seen.append(m) or m.range_moon_km, lambda m: seen.append(m) or m.range_moon_km])
    assert len({id(moments) for moments in seen}) == len(seen) // 2
