"""Powered descent and ascent by gates: joins, gates, rest on the ground, thrust."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_MOON_KM
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.trajectory import Arc, Provenance
from visualizer.errors import SolveError
from visualizer.missions.powered import (
    Gate,
    Ground,
    OrbitState,
    descend,
    ignition_tdb_s,
    passage,
    rise,
    stay,
    steadiest,
    thrust_of,
)
from visualizer.missions.powered.ground import fixed_from_icrf, ground_offsets_km
from visualizer.missions.powered.least_jerk import least_jerk

START = 7.45e8
SITE = Ground(-69.5, 43.5, 250.0)


def orbit_over(ground: Ground, height_km: float = 18.0, tilt: float = 0.01) -> Arc:
    """Return a circular orbit that passes nearly over a site at START + 1500 s, southbound."""
    radius = RADIUS_MOON_KM + height_km
    rate = np.sqrt(GM_MOON_LP165P_KM3_S2 / radius**3)
    up = rot_moon_me_from_icrf(START + 1500.0).T @ ground.up
    ahead = np.cross(up, rot_moon_me_from_icrf(START + 1500.0).T @ np.array([0.0, 0.0, 1.0]))
    ahead = np.cross(up, ahead / np.linalg.norm(ahead))
    aside = np.cross(up, ahead)
    up, ahead = up + tilt * aside, ahead
    up /= np.linalg.norm(up)
    ahead -= (ahead @ up) * up
    ahead /= np.linalg.norm(ahead)
    tdb_s = START + np.linspace(0.0, 3000.0, 101)
    angle = (rate * (tdb_s - START - 1500.0))[:, None]
    position = radius * (np.cos(angle) * up + np.sin(angle) * ahead)
    velocity = radius * rate * (-np.sin(angle) * up + np.cos(angle) * ahead)
    return Arc("orbit", 301, tdb_s, position, velocity, Provenance.PLANNED)


def state_of(arc: Arc, tdb_s: float) -> OrbitState:
    return OrbitState(tdb_s, *arc.table.evaluate(tdb_s))


def landing(arc: Arc, ground: Ground):
    lit = state_of(arc, ignition_tdb_s(arc, ground, 430.0, START + 1500.0))
    gates = (
        Gate("braking", "braking", lit.tdb_s),
        Gate("vertical", "vertical", lit.tdb_s + 480.0, 1.8, 50.0, 0.0, 0.0),
        Gate("hover", "hover", lit.tdb_s + 560.0, 0.15, 0.0, 0.0, 0.0, is_steady=True),
        Gate("last", "last", lit.tdb_s + 580.0, 0.15, 0.0, 0.0, 0.0, is_steady=True),
    )
    return lit, gates, descend(lit, ground, gates, lit.tdb_s + 620.0, Provenance.PLANNED)


def test_least_jerk_meets_what_is_known_and_is_smooth():
    knots = np.array([0.0, 3.0, 10.0, 11.0])
    known = np.full((4, 3), np.nan)
    known[0], known[1, 0], known[3, :2] = (1.0, -2.0, 0.5), 4.0, (7.0, 0.0)
    curve = least_jerk(knots, known)
    is_known = ~np.isnan(known)
    assert np.allclose(curve.states[is_known], known[is_known])
    for knot in knots[1:-1]:
        (low, low_rate), (high, high_rate) = curve.at(np.array([knot - 1e-7])), curve.at(np.array([knot + 1e-7]))
        assert abs(high - low) < 1e-5
        assert abs(high_rate - low_rate) < 1e-5


def test_least_jerk_is_the_least():
    knots = np.array([0.0, 2.0, 5.0])
    known = np.full((3, 3), np.nan)
    known[0, :2], known[1, 0], known[2] = (0.0, 1.0), 3.0, (2.0, 0.0, 0.0)

    def jerk(states):
        t = np.linspace(0.0, 5.0, 20001)
        curve = type(least_jerk(knots, known))(knots, states)
        third = np.gradient(np.gradient(curve.at(t)[1], t), t)[5:-5]
        return np.sum(third**2)

    best = least_jerk(knots, known).states
    for place in ((0, 2), (1, 1), (1, 2)):
        for shift in (-0.05, 0.05):
            other = best.copy()
            other[place] += shift
            assert jerk(other) > jerk(best)


def test_a_polynomial_of_degree_2_comes_back():
    knots = np.array([0.0, 1.0, 4.0])
    known = np.full((3, 3), np.nan)
    known[:, 0] = 3.0 - knots + 0.5 * knots**2
    t = np.linspace(0.0, 4.0, 50)
    value, rate = least_jerk(knots, known).at(t)
    assert np.allclose(value, 3.0 - t + 0.5 * t**2, atol=1e-8)
    assert np.allclose(rate, -1.0 + t, atol=1e-8)


def test_too_little_known_is_refused():
    with pytest.raises(ValueError, match="too little"):
        least_jerk(np.array([0.0, 1.0]), np.full((2, 3), np.nan))


def test_a_descent_joins_the_orbit_and_rests_on_the_site():
    arc = orbit_over(SITE)
    lit, gates, powered = landing(arc, SITE)
    first, last = powered.arcs[0], powered.arcs[-1]
    assert np.linalg.norm(first.position_km[0] - lit.position_km) < 1e-6
    assert np.linalg.norm(first.velocity_km_s[0] - lit.velocity_km_s) < 1e-9
    for before, after in zip(powered.arcs, powered.arcs[1:], strict=False):
        assert np.linalg.norm(before.position_km[-1] - after.position_km[0]) < 1e-6
        assert np.linalg.norm(before.velocity_km_s[-1] - after.velocity_km_s[0]) < 1e-9
    place, speed = fixed_from_icrf(last.tdb_s[-1:], last.position_km[-1:], last.velocity_km_s[-1:])
    assert np.linalg.norm(place[0] - SITE.radius_km * SITE.up) < 1e-6
    assert np.linalg.norm(speed) < 1e-9
    ground = stay(SITE, powered.event_tdb_s["touchdown"], START + 90_000.0, Provenance.PLANNED)
    assert np.linalg.norm(ground.position_km[0] - last.position_km[-1]) < 1e-6
    assert list(powered.event_tdb_s) == [*(gate.id for gate in gates), "touchdown"]


def test_gates_are_passed_as_told():
    arc = orbit_over(SITE)
    _, gates, powered = landing(arc, SITE)
    vertical = powered.arcs[1]
    place, speed = fixed_from_icrf(vertical.tdb_s[:1], vertical.position_km[:1], vertical.velocity_km_s[:1])
    radius = np.linalg.norm(place)
    assert radius - SITE.radius_km == pytest.approx(1.8, abs=1e-6)
    assert place[0] @ speed[0] / radius == pytest.approx(-0.050, abs=1e-9)
    hover = powered.arcs[2]
    heights = np.linalg.norm(hover.position_km, axis=1) - SITE.radius_km
    assert np.abs(heights - 0.15).max() < 1e-6
    assert gates[2].is_steady


def test_an_upright_gate_pushes_plumb_and_leaves_the_fall_free():
    arc = orbit_over(SITE)
    lit = state_of(arc, ignition_tdb_s(arc, SITE, 430.0, START + 1500.0))
    gates = (
        Gate("braking", "braking", lit.tdb_s),
        Gate("vertical", "vertical", lit.tdb_s + 540.0, 1.0, None, 0.0, 0.0, is_upright=True),
    )
    powered = descend(lit, SITE, gates, lit.tdb_s + 620.0, Provenance.PLANNED)
    thrust = thrust_of(powered.arcs, 800.0, 320.0)
    at = np.argmin(np.abs(thrust.tdb_s - powered.event_tdb_s["vertical"]))
    assert thrust.upwards[at] > np.cos(np.deg2rad(2.0))
    assert abs(thrust.specific_m_s2[at] - 1.62) > 0.05
    assert np.min(thrust.upwards[thrust.tdb_s > powered.event_tdb_s["vertical"]]) > 0.999


def test_a_craft_may_meet_the_ground_sinking_and_drifting():
    arc = orbit_over(SITE)
    lit = state_of(arc, ignition_tdb_s(arc, SITE, 430.0, START + 1500.0))
    gates = (Gate("braking", "braking", lit.tdb_s),)
    last = descend(lit, SITE, gates, lit.tdb_s + 620.0, Provenance.PLANNED, 2.7, 0.9).arcs[-1]
    place, speed = fixed_from_icrf(last.tdb_s[-1:], last.position_km[-1:], last.velocity_km_s[-1:])
    assert np.allclose(place[0], SITE.radius_km * SITE.up, atol=1e-8)
    assert 1e3 * speed[0] @ SITE.up == pytest.approx(-2.7, abs=1e-6)
    assert 1e3 * np.linalg.norm(speed[0] - (speed[0] @ SITE.up) * SITE.up) == pytest.approx(0.9, abs=1e-6)


def test_a_hover_needs_the_pull_of_the_moon():
    _, _, powered = landing(orbit_over(SITE), SITE)
    thrust = thrust_of(powered.arcs[2:3], 1000.0, 310.0)
    assert thrust.specific_m_s2 == pytest.approx(1e3 * GM_MOON_LP165P_KM3_S2 / (SITE.radius_km + 0.15) ** 2, rel=5e-3)
    assert thrust.upwards == pytest.approx(1.0, abs=1e-4)
    assert thrust.mass_kg[-1] < 1000.0


def test_thrust_is_sensible_all_the_way():
    _, _, powered = landing(orbit_over(SITE), SITE)
    thrust = thrust_of(powered.arcs, 1300.0, 315.0)
    assert thrust.upwards.min() > -0.15
    assert thrust.specific_m_s2.min() > 1.0
    assert thrust.specific_m_s2.max() < 8.0
    assert np.abs(np.diff(thrust.specific_m_s2)).max() < 0.2
    assert 1700.0 < thrust.delta_v_m_s < 2200.0


def test_an_orbit_beside_the_site_is_brought_to_it():
    arc = orbit_over(SITE, tilt=0.015)
    when, aside_km = passage(arc, SITE, START + 1500.0)
    assert abs(aside_km) == pytest.approx(0.015 * SITE.radius_km, rel=0.1)
    assert abs(when - START - 1500.0) < 60.0
    _, _, powered = landing(arc, SITE)
    last = powered.arcs[-1]
    place, _ = fixed_from_icrf(last.tdb_s[-1:], last.position_km[-1:], last.velocity_km_s[-1:])
    assert np.linalg.norm(place[0] - SITE.radius_km * SITE.up) < 1e-6


def test_ignition_is_so_far_from_the_site():
    arc = orbit_over(SITE)
    when = ignition_tdb_s(arc, SITE, 300.0, START + 1500.0)
    assert ground_offsets_km(arc, SITE, np.array([when]))[0][0] == pytest.approx(300.0, abs=1e-6)
    with pytest.raises(SolveError, match="never"):
        ignition_tdb_s(orbit_over(SITE), SITE, 4000.0, START)


def test_an_ascent_leaves_the_ground_and_meets_the_orbit():
    arc = orbit_over(SITE, 30.0)
    met = state_of(arc, ignition_tdb_s(arc, SITE, -350.0, START + 1700.0))
    gates = (
        Gate("lift-off", "vertical rise", met.tdb_s - 440.0),
        Gate("pitch-over", "ascent", met.tdb_s - 425.0, 0.15, None, 0.0, 0.0),
    )
    powered = rise(SITE, gates, met, Provenance.PLANNED)
    first, last = powered.arcs[0], powered.arcs[-1]
    place, speed = fixed_from_icrf(first.tdb_s[:1], first.position_km[:1], first.velocity_km_s[:1])
    assert np.linalg.norm(place[0] - SITE.radius_km * SITE.up) < 1e-6
    assert np.linalg.norm(speed) < 1e-9
    assert np.linalg.norm(last.position_km[-1] - met.position_km) < 1e-6
    assert np.linalg.norm(last.velocity_km_s[-1] - met.velocity_km_s) < 1e-9
    assert powered.event_tdb_s["in-orbit"] == met.tdb_s


def test_gates_out_of_order_are_refused():
    lit = state_of(orbit_over(SITE), START + 1000.0)
    gates = (Gate("a", "a", lit.tdb_s), Gate("b", "b", lit.tdb_s - 5.0, 1.0))
    with pytest.raises(ValueError, match="follow each other"):
        descend(lit, SITE, gates, lit.tdb_s + 500.0, Provenance.PLANNED)


def test_too_weak_an_engine_is_refused():
    arc = orbit_over(SITE)
    lit = state_of(arc, ignition_tdb_s(arc, SITE, 430.0, START + 1500.0))

    def fly(state: OrbitState, braking_s: float):
        gates = (Gate("braking", "braking", state.tdb_s),)
        return descend(state, SITE, gates, state.tdb_s + braking_s, Provenance.PLANNED)

    chosen = steadiest([lit], [450.0, 500.0, 550.0], fly, "braking", (8000.0, 315.0), 1300.0, -0.5)
    assert chosen.thrust.thrust_n.max() <= 8000.0
    with pytest.raises(SolveError, match="no flight within"):
        steadiest([lit], [500.0], fly, "braking", (500.0, 315.0), 1300.0)
