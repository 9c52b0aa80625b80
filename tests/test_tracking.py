"""Fitting to tracked positions: forces, pushes, stretches and chains on flights that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core import constants as k
from visualizer.core.forces import Force, Gravity
from visualizer.core.propagation import even_fractions, propagate
from visualizer.missions.polar_curves import quintic
from visualizer.missions.tracking.chain import Chain, grow
from visualizer.missions.tracking.closing import close_chain
from visualizer.missions.tracking.linear import linearize, linearize_together
from visualizer.missions.tracking.pushes import PushedForce
from visualizer.missions.tracking.schematic import parking_arc
from visualizer.missions.tracking.shipping import fly_whole
from visualizer.missions.tracking.stretches import BurnPlan, Stretch, edges_of, engine_of, fly
from visualizer.missions.tracking.together import start_together
from visualizer.missions.tracking.tracked import TrackedPositions

START = 7.45e8
EARTH = Gravity(399, (301, 10), earth_degree=4)
MOON = Gravity(301, (399, 10), 8)
STATE = np.array([1900.0, 0.0, 0.0, 0.0, 0.3, 1.58, 1000.0])


def zonal_potential(position, pole, degree):
    """Return the potential of the zonal harmonics 3 to `degree`, km2/s2."""
    r = np.linalg.norm(position)
    s = position @ pole / r
    legendre = {3: 2.5 * s**3 - 1.5 * s, 4: (35.0 * s**4 - 30.0 * s**2 + 3.0) / 8.0}
    sizes = {3: k.J3_EARTH, 4: k.J4_EARTH}
    return -sum(
        k.GM_EARTH_KM3_S2 / r * sizes[n] * (k.RADIUS_J2_EARTH_KM / r) ** n * legendre[n] for n in range(3, degree + 1)
    )


@pytest.mark.parametrize("degree", [3, 4])
def test_higher_zonals_are_the_gradient_of_their_potential(degree):
    position = np.array([4000.0, -3000.0, 5200.0])
    low, high = Gravity(399, (301, 10)), Gravity(399, (301, 10), earth_degree=degree)
    near = low.sample(np.array([START]))
    pole = near.rot_body[0, 2]
    added = high.acceleration_km_s2(near, position[None]) - low.acceleration_km_s2(near, position[None])
    steps = np.eye(3) * 0.5
    slope = [zonal_potential(position + h, pole, degree) - zonal_potential(position - h, pole, degree) for h in steps]
    np.testing.assert_allclose(added[0], slope, rtol=1e-5, atol=1e-13)


def test_sunlight_pushes_away_from_the_sun_with_its_pressure():
    near = EARTH.sample(np.array([START]))
    state = np.array([[7e3, 0.0, 0.0, 0.0, 7.5, 0.0, 500.0]])
    push = Force(EARTH, None, np.array([0.02])).rates(near, state) - Force(EARTH).rates(near, state)
    sun = near.bodies_km[0, 1]
    expected = 0.02 * 4.54e-9 * (k.AU_KM / np.linalg.norm(sun)) ** 2
    assert np.linalg.norm(push[0, 3:6]) == pytest.approx(expected, rel=1e-3)
    assert push[0, 3:6] @ sun < 0.0


def test_a_steady_push_ahead_raises_the_orbit():
    push = np.array([[0.0, 1e-8, 0.0]])
    flown = [
        propagate(force, START, START + 7200.0, even_fractions(40), STATE[None]).last[0]
        for force in (Force(MOON), PushedForce(MOON, push_km_s2=push))
    ]
    energies = [0.5 * s[3:6] @ s[3:6] - k.GM_MOON_LP165P_KM3_S2 / np.linalg.norm(s[:3]) for s in flown]
    assert energies[1] - energies[0] == pytest.approx(1e-8 * 7200.0 * 1.61, rel=0.05)


def test_stops_are_ends_of_steps_and_steps_suit_the_orbit():
    stretch = Stretch("coast", START, START + 30000.0, MOON)
    stops = START + np.array([1234.5, 9876.5])
    edges = edges_of(stretch, STATE, stops)
    assert np.all(np.diff(edges) > 0.0)
    assert all(np.min(np.abs(edges - stop)) < 1e-6 for stop in stops)
    assert np.max(np.diff(edges)) < 0.3 * np.sqrt(2400.0**3 / k.GM_MOON_LP165P_KM3_S2)


def burn_chain():
    """Return a chain of coast, burn and coast, and noisy positions of the flight that it is to find."""
    burn = BurnPlan("b", "burn", "engine", 440.0, 311.0, START + 20000.0, 100.0, np.pi, 0.0, (60.0, 30.0, 0.3, 0.3))
    parts = [
        Stretch("before", START, START + 19000.0, MOON),
        Stretch("burn", START + 19000.0, START + 21000.0, MOON, burn=burn, is_window=True),
        Stretch("after", START + 21000.0, START + 60000.0, MOON),
    ]
    truth = [np.empty(0), np.array([25.0, 110.0, np.pi + 0.05, -0.04]), np.empty(0)]
    state, epochs, places = STATE, [], []
    rng = np.random.default_rng(1)
    for stretch, numbers in zip(parts, truth, strict=True):
        stops = np.arange(stretch.start_tdb_s, stretch.end_tdb_s, 600.0)
        edges = edges_of(stretch, state, stops)
        legs = fly(stretch, state[None], numbers[None], edges)
        if stretch.burn is None:
            at = np.searchsorted(edges, stops - 1e-3)
            epochs.append(edges[at])
            places.append(legs[0][2].state[at, 0, :3] + rng.normal(0.0, 0.3, (len(at), 3)))
        state = legs[-1][2].last[0]
    tracked = {301: TrackedPositions(301, np.concatenate(epochs), np.concatenate(places))}
    return Chain(parts), tracked, truth[1]


def test_a_burn_is_found_in_noisy_positions_and_the_chain_closes():
    chain, tracked, truth = burn_chain()
    guess = STATE + np.array([3.0, -2.0, 1.0, 1e-3, 2e-3, -1e-3, 0.0])
    grow(chain, tracked, guess, lambda words: None)
    close_chain(chain, tracked, 8, lambda words: None, 3)
    assert chain.numbers[1] == pytest.approx(truth, abs=5.0)
    assert chain.numbers[1][2:] == pytest.approx(truth[2:], abs=0.02)
    assert chain.numbers[1][1] == pytest.approx(truth[1], abs=0.2)
    flown = fly_whole(chain, tracked)
    assert [arc.kind for arc in flown.arcs] == ["coast", "burn", "coast"]
    for before, after in zip(flown.arcs, flown.arcs[1:], strict=False):
        assert np.linalg.norm(after.position_km[0] - before.position_km[-1]) < 1e-3
        assert np.linalg.norm(after.velocity_km_s[0] - before.velocity_km_s[-1]) < 1e-6
    assert flown.burns[0].delta_v_m_s == pytest.approx(440.0 * truth[1] / 1000.0, rel=0.03)


def test_gaps_are_closed_by_the_smallest_changes_when_the_positions_no_longer_pull():
    chain, tracked, _ = burn_chain()
    grow(chain, tracked, STATE, lambda words: None)
    close_chain(chain, tracked, 8, lambda words: None, 3)
    before = [state.copy() for state in chain.states]
    chain.states[2] = chain.states[2] + np.array([0.02, -0.01, 0.0, 0.0, 1e-5, 0.0, 0.0])
    nowhere = {301: replace(tracked[301], position_km=tracked[301].position_km + 1000.0)}
    words = []
    # Negative: every step comes after those in which the positions pull.
    close_chain(chain, nowhere, 4, words.append, -10)
    assert "gaps 0.02" in words[0]
    flown = fly_whole(chain, tracked)
    for one, other in zip(flown.arcs, flown.arcs[1:], strict=False):
        assert np.linalg.norm(other.position_km[0] - one.position_km[-1]) < 1e-4
    assert max(np.linalg.norm(a[:3] - b[:3]) for a, b in zip(before, chain.states, strict=True)) < 0.1


def test_an_outlier_does_not_move_the_flight():
    chain, tracked, truth = burn_chain()
    spoilt = tracked[301].position_km.copy()
    spoilt[40] += 500.0
    tracked = {301: replace(tracked[301], position_km=spoilt)}
    grow(chain, tracked, STATE, lambda words: None)
    assert chain.numbers[1][1] == pytest.approx(truth[1], abs=0.5)


def test_derivatives_agree_with_differences():
    chain, tracked, _ = burn_chain()
    stretch = chain.stretches[0]
    part = linearize(stretch, STATE, np.empty(0), tracked[301])
    moved = STATE.copy()
    moved[4] += 1e-5
    other = linearize(stretch, moved, np.empty(0), tracked[301])
    np.testing.assert_allclose(other.end[:6] - part.end[:6], 1e-5 * part.by_state[:, 4], rtol=0.02, atol=1e-5)


def test_the_quintic_meets_both_ends():
    t_s = np.linspace(0.0, 100.0, 101)
    value, rate = quintic(t_s, 100.0, (1.0, 0.2, 0.0), (5.0, -0.1, 0.0))
    assert (value[0], value[-1]) == pytest.approx((1.0, 5.0))
    assert (rate[0], rate[-1]) == pytest.approx((0.2, -0.1))
    np.testing.assert_allclose(np.gradient(value, t_s)[1:-1], rate[1:-1], atol=1e-3)


def even_coasts(noise_km):
    """Return two even coasts of one low orbit, and positions of it every ten minutes."""
    parts = [
        Stretch(f"part {i}", START + 12000.0 * i, START + 12000.0 * (i + 1), MOON, push="drag", push_sigma=20.0,
                even_step_s=100.0)
        for i in range(2)
    ]  # fmt: skip
    path = propagate(Force(MOON), START, START + 24000.0, even_fractions(240), STATE[None])
    noise = np.random.default_rng(2).normal(0.0, noise_km, (41, 3))
    return (
        parts,
        path.state[[0, 120], 0],
        {301: TrackedPositions(301, path.tdb_s[::6, 0], path.state[::6, 0, :3] + noise)},
    )


def test_coasts_that_are_flown_together_agree_with_those_flown_alone():
    parts, states, tracked = even_coasts(0.0)
    numbers = [np.array([5.0]), np.array([-3.0])]
    together = linearize_together(parts, states, numbers, tracked[301])
    for part, state, own, found in zip(parts, states, numbers, together, strict=True):
        alone = linearize(part, state, own, tracked[301])
        np.testing.assert_allclose(found.end, alone.end, rtol=0.0, atol=1e-8)
        np.testing.assert_allclose(found.by_state, alone.by_state, rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(found.miss_km, alone.miss_km, rtol=0.0, atol=1e-8)


def test_coasts_that_start_together_find_their_states():
    parts, states, tracked = even_coasts(0.2)
    chain = start_together(parts, 1000.0, tracked, lambda words: None)
    for state, truth in zip(chain.states, states, strict=True):
        assert np.linalg.norm(state[:3] - truth[:3]) < 1.0
        assert np.linalg.norm(state[3:6] - truth[3:6]) < 1e-3


def test_tracked_positions_beside_even_steps_are_refused():
    parts, states, _ = even_coasts(0.0)
    with pytest.raises(ValueError, match="not on the grid"):
        edges_of(parts[0], states[0], START + np.array([650.0]))


def test_a_schematic_parking_orbit_stays_above_the_ground_and_meets_its_ends():
    pad = np.array([6378.0, 0.0, 0.0, 0.0, 0.46, 0.0])
    end = np.array([-5000.0, 4300.0, 300.0, -6.0, -8.0, 0.4])
    arc = parking_arc("up", START, pad, START + 7000.0, end, height_km=185.0, ascent_s=510.0, leave_s=600.0)
    heights = np.linalg.norm(arc.position_km, axis=1) - 6378.0
    assert np.min(heights) > -2.0
    np.testing.assert_allclose(heights[60:630], 185.1366, atol=0.1)
    np.testing.assert_allclose(arc.position_km[-1], end[:3], atol=1e-6)
    np.testing.assert_allclose(arc.velocity_km_s[-1], end[3:], atol=1e-9)
    np.testing.assert_allclose(arc.position_km[0], pad[:3], atol=1e-6)


def test_an_inertial_burn_keeps_its_direction_in_space():
    burn = BurnPlan("b", "burn", "engine", 1000.0, 300.0, START + 600.0, 400.0, 0.3, -0.2, steering="inertial")
    window = Stretch("burn", START, START + 1200.0, MOON, burn=burn, is_window=True).with_burn_axes(STATE)
    engine = engine_of(burn, window.starts[None], window.reference)
    near = engine.direction(STATE[None, :3], STATE[None, 3:6])
    far = engine.direction(np.array([[0.0, 1900.0, 50.0]]), np.array([[-1.6, 0.0, 0.1]]))
    np.testing.assert_array_equal(near, far)
    assert window.reference[0] @ near[0] == pytest.approx(np.cos(0.3) * np.cos(0.2))
    assert window.reference[2] @ near[0] == pytest.approx(np.sin(-0.2))
