"""The batched propagator: order of its method, adaptive integrators, energy, the way back, tracked flights."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path as FilePath

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from visualizer.core.dop853 import STAGE_TIMES, STAGE_WEIGHTS, STEP_WEIGHTS
from visualizer.core.elements import elements_from_state
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Engine, Force, Gravity, flow_from_thrust_kg_s
from visualizer.core.propagation import between_steps, even_fractions, find_crossing, graded_fractions, propagate

T0 = tdb_s_from_utc_text("2023-08-16T09:05:00")
LOW_ORBIT = np.array([[1838.0, 20.0, -15.0, 0.01, 0.25, 1.6114, 1340.0]])
MOON_20 = Gravity(301, (399, 10), 20)
TRUTH = FilePath(__file__).resolve().parents[2] / "shared" / "truth"


def scipy_rates(force: Force):
    def rates(t, y):
        near = force.gravity.sample(np.array([t]))
        return force.rates(near, y[None])[0]

    return rates


def test_the_table_meets_the_order_conditions():
    np.testing.assert_allclose(STAGE_WEIGHTS.sum(axis=1), STAGE_TIMES, atol=1e-14)
    for power in range(8):
        np.testing.assert_allclose(STEP_WEIGHTS @ STAGE_TIMES**power, 1.0 / (power + 1), atol=1e-14)
    tree = STAGE_WEIGHTS @ STAGE_TIMES**5
    np.testing.assert_allclose(STEP_WEIGHTS @ tree, 1.0 / 42.0, atol=1e-14)


def test_low_lunar_orbit_agrees_with_an_adaptive_integrator():
    force = Force(MOON_20)
    span_s = 7200.0
    mine = propagate(force, T0, T0 + span_s, even_fractions(60), LOW_ORBIT).last[0]
    wanted = solve_ivp(scipy_rates(force), (T0, T0 + span_s), LOW_ORBIT[0], method="DOP853", rtol=1e-12, atol=1e-10).y[
        :, -1
    ]
    np.testing.assert_allclose(mine[:3], wanted[:3], atol=1e-5)
    np.testing.assert_allclose(mine[3:6], wanted[3:6], atol=1e-8)


@pytest.mark.parametrize("steering", ["inertial", "velocity"])
def test_a_finite_burn_agrees_with_an_adaptive_integrator(steering):
    thrust = np.array([237.0])
    aim = np.array([[0.0, 0.6, -0.8]]) if steering == "inertial" else np.array([[3.1, 0.1]])
    force = Force(MOON_20, Engine(thrust, flow_from_thrust_kg_s(thrust, 285.0), steering, aim))
    mine = propagate(force, T0, T0 + 127.0, even_fractions(6), LOW_ORBIT).last[0]
    wanted = solve_ivp(scipy_rates(force), (T0, T0 + 127.0), LOW_ORBIT[0], method="DOP853", rtol=1e-12, atol=1e-11).y[
        :, -1
    ]
    np.testing.assert_allclose(mine, wanted, atol=1e-7)
    lost_kg = 127.0 * 237.0 / (285.0 * 9.80665)
    assert mine[6] == pytest.approx(1340.0 - lost_kg, abs=1e-9)
    unpushed = propagate(Force(MOON_20), T0, T0 + 127.0, even_fractions(6), LOW_ORBIT).last[0]
    gained = np.linalg.norm(mine[3:6] - unpushed[3:6])
    assert gained == pytest.approx(285.0 * 9.80665e-3 * np.log(1340.0 / mine[6]), rel=0.02)


def test_energy_is_kept_in_a_point_field():
    force = Force(Gravity(301, (10,), 0))
    path = propagate(force, T0, T0 + 86400.0, even_fractions(720), LOW_ORBIT)
    orbit = elements_from_state(path.state[:, 0, :3], path.state[:, 0, 3:6], 4902.80105600)
    assert np.ptp(orbit.semi_major_axis_km) < 1e-3


def test_backwards_undoes_forwards_with_a_burn_and_its_mass():
    thrust = np.array([4700.0])
    force = Force(MOON_20, Engine(thrust, flow_from_thrust_kg_s(thrust, 315.0), "velocity", np.array([[3.2, -0.02]])))
    there = propagate(force, T0, T0 + 243.0, even_fractions(12), LOW_ORBIT).last
    back = propagate(force, T0 + 243.0, T0, even_fractions(12), there).last
    np.testing.assert_allclose(back, LOW_ORBIT, atol=1e-9)


def test_members_with_their_own_epochs_go_their_own_ways():
    force = Force(MOON_20)
    starts = T0 + np.array([0.0, 10.0, -5.0])
    ends = T0 + np.array([600.0, 700.0, 500.0])
    state = np.repeat(LOW_ORBIT, 3, axis=0)
    together = propagate(force, starts, ends, even_fractions(8), state).last
    for i in range(3):
        alone = propagate(force, starts[i], ends[i], even_fractions(8), LOW_ORBIT).last[0]
        np.testing.assert_allclose(together[i], alone, rtol=1e-13, atol=1e-12)


def test_the_fall_through_a_sphere_is_found():
    state = LOW_ORBIT.copy()
    state[0, 3:6] *= 0.97
    path = propagate(Force(MOON_20), T0, T0 + 5400.0, even_fractions(180), state)
    hit = find_crossing(path, 1737.04)
    assert np.linalg.norm(hit.position_km[0]) == pytest.approx(1737.04, abs=1e-6)
    exact = propagate(Force(MOON_20), T0, hit.tdb_s, even_fractions(180), state).last[0]
    np.testing.assert_allclose(exact[:3], hit.position_km[0], atol=1e-3)
    assert exact[:3] @ exact[3:6] < 0.0
    above = find_crossing(propagate(Force(MOON_20), T0, T0 + 600.0, even_fractions(20), LOW_ORBIT), 1700.0)
    assert np.isnan(above.tdb_s[0])


def test_between_steps_meets_the_steps_ends():
    path = propagate(Force(MOON_20), T0, T0 + 600.0, even_fractions(10), LOW_ORBIT)
    for end, row in ((0.0, 3), (1.0, 4)):
        position, velocity = between_steps(path, np.array([3]), np.array([end]))
        np.testing.assert_allclose(position[0], path.state[row, 0, :3], atol=1e-9)
        np.testing.assert_allclose(velocity[0], path.state[row, 0, 3:6], atol=1e-12)


def test_graded_steps_grow_and_end_at_one():
    fractions = graded_fractions(1e5, 60.0, 1.1, 1800.0)
    assert fractions[0] == 0.0
    assert fractions[-1] == 1.0
    assert np.all(np.diff(fractions) > 0.0)


def tracked(name: str, prefix: str, start: str, end: str):
    path = TRUTH / f"{name}.npz"
    if not path.is_file():
        pytest.skip(f"there is no {path.name} beside the repository")
    data = np.load(path)
    epochs = (data[f"{prefix}_jd_tdb"] - 2451545.0) * 86400.0
    chosen = (epochs >= tdb_s_from_utc_text(start)) & (epochs <= tdb_s_from_utc_text(end))
    return epochs[chosen], data[f"{prefix}_position_km"][chosen]


def flown_through(gravity: Gravity, epochs: np.ndarray, batch: np.ndarray, step_s: float) -> np.ndarray:
    """Fly states (b, 6) through epochs (n,) and return positions, (n, b, 3)."""
    now = np.concatenate([batch, np.ones((len(batch), 1))], axis=1)
    places = [now[:, :3]]
    for begin, end in pairwise(epochs):
        count = max(1, round((end - begin) / step_s))
        now = propagate(Force(gravity), begin, end, even_fractions(count), now).last
        places.append(now[:, :3])
    return np.stack(places)


def fitted_miss_km(gravity: Gravity, epochs: np.ndarray, places: np.ndarray, step_s: float) -> np.ndarray:
    """Fit one arc's first state to tracked positions (more of them each time) and return what is left, (n,) km."""
    state = np.concatenate([places[0], np.gradient(places[:4], epochs[:4], axis=0, edge_order=2)[0]])
    scale = np.array([1e-2] * 3 + [1e-6] * 3)
    count = 4
    while True:
        count = min(count, len(epochs))
        for _ in range(4):
            batch = np.concatenate([state[None], state + np.diag(scale)])
            track = flown_through(gravity, epochs[:count], batch, step_s)
            left = places[:count] - track[:, 0]
            change = (track[:, 1:] - track[:, :1]).transpose(0, 2, 1).reshape(-1, 6)
            state = state + np.linalg.lstsq(change, left.ravel(), rcond=None)[0] * scale
        if count == len(epochs):
            return np.linalg.norm(left, axis=1)
        count *= 3


def test_the_transfer_model_follows_chandrayaan_3():
    """A coast between burns (JPL Horizons): the archive's own tolerance is kilometres, the model's far less."""
    epochs, places = tracked("chandrayaan-3", "earth", "2023-08-03T00:00:00", "2023-08-04T12:00:00")
    miss = fitted_miss_km(Gravity(399, (301, 10)), epochs, places, 1800.0)
    assert np.max(miss) < 0.5


def test_the_lunar_model_follows_chandrayaan_3_at_153_km_and_down_to_25_km():
    epochs, places = tracked("chandrayaan-3", "moon", "2023-08-17T12:00:00", "2023-08-17T21:00:00")
    assert np.max(fitted_miss_km(MOON_20, epochs, places, 120.0)) < 3.0
    epochs, places = tracked("chandrayaan-3", "moon", "2023-08-20T00:00:00", "2023-08-20T09:00:00")
    assert np.max(fitted_miss_km(Gravity(301, (399, 10), 30), epochs, places, 120.0)) < 3.0


def test_the_way_of_counting_does_not_depend_on_the_centre():
    """The same coast about the Moon and about the Earth, at the edge of the Moon's influence."""
    bodies = bundled_ephemeris()
    position = np.array([50000.0, 30000.0, -20000.0])
    velocity = np.array([-0.6, -0.5, 0.3])
    moon = propagate(
        Force(Gravity(301, (399, 10), 0)), T0, T0 + 7200.0, even_fractions(8), np.r_[position, velocity, 1.0][None]
    ).last[0]
    offset = bodies.state_km(301, 399, T0)
    start = np.r_[position + offset[0], velocity + offset[1], 1.0][None]
    earth = propagate(Force(Gravity(399, (301, 10))), T0, T0 + 7200.0, even_fractions(8), start).last[0]
    offset = bodies.state_km(301, 399, T0 + 7200.0)
    np.testing.assert_allclose(earth[:3] - offset[0], moon[:3], atol=0.02)
