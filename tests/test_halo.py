"""The near-rectilinear halo orbit and the example of a landing from it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.forces import Force
from visualizer.core.propagation import even_fractions, propagate
from visualizer.core.relief import bundled_relief, drawn_height_km
from visualizer.core.trajectory import Provenance
from visualizer.errors import SolveError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.halo.circular import MOON_SHARE, flown, halo_states
from visualizer.missions.halo.lander import LOW_GRAVITY, newton
from visualizer.missions.halo.shooting import GRAVITY
from visualizer.missions.powered.ground import fixed_from_icrf

PERIOD = 1.5091


@pytest.fixture(scope="module")
def mission():
    return load_mission("artemis-iii-iv")


def jacobi(state):
    x, y, z, u, v, w = state.T
    from_earth = np.sqrt((x + MOON_SHARE) ** 2 + y**2 + z**2)
    from_moon = np.sqrt((x - 1.0 + MOON_SHARE) ** 2 + y**2 + z**2)
    potential = (1.0 - MOON_SHARE) / from_earth + MOON_SHARE / from_moon
    return x**2 + y**2 + 2.0 * potential - u**2 - v**2 - w**2


def test_the_circular_orbit_closes_and_keeps_its_energy():
    states = halo_states(PERIOD, np.array([0.0, 0.3, 0.5]))
    assert np.ptp(jacobi(states)) < 1e-9
    again = flown(states[:1], PERIOD, 6000)
    assert np.abs(again - states[:1]).max() < 1e-6
    perilune = np.linalg.norm(states[2, :3] - [1.0 - MOON_SHARE, 0.0, 0.0]) * 384_400.0
    assert 3000.0 < perilune < 3500.0
    assert states[0, 2] < 0.0 < states[2, 2]


def test_an_orbit_that_is_not_there_is_refused():
    with pytest.raises((SolveError, np.linalg.LinAlgError)):
        halo_states(30.0, np.array([0.0]))


def test_newton_finds_the_nearest_zero():
    found = newton(lambda v: v[:, :1] ** 2 + v[:, 1:] - 3.0, np.array([1.0, 1.9]), np.full(2, 1e-3), 1e-9, "test")
    assert found[0] ** 2 + found[1] == pytest.approx(3.0, abs=1e-9)
    assert np.linalg.norm(found - [1.0, 1.9]) < 0.1
    with pytest.raises(SolveError, match="is left"):
        newton(lambda v: v[:, :1] ** 2 + 1.0, np.array([3.0]), np.array([1e-3]), 1e-9, "test")


def test_everything_is_planned_and_joins(mission):
    arcs = mission.trajectory.arcs
    assert {arc.provenance for arc in arcs} == {Provenance.PLANNED}
    for before, after in pairwise(arcs):
        assert after.start_tdb_s == pytest.approx(before.end_tdb_s, abs=1e-6)
        assert np.linalg.norm(before.position_km[-1] - after.position_km[0]) < 1e-3, after.name
        assert np.linalg.norm(before.velocity_km_s[-1] - after.velocity_km_s[0]) < 1e-6, after.name


@pytest.mark.parametrize(
    ("name", "gravity"),
    [
        ("halo orbit before landing", GRAVITY),
        ("transfer to the Moon", GRAVITY),
        ("low orbit", LOW_GRAVITY),
        ("halo orbit after landing", GRAVITY),
    ],
)
def test_coasts_follow_gravity(mission, name, gravity):
    arc = next(one for one in mission.trajectory.arcs if one.name == name)
    state = np.concatenate([arc.position_km[0], arc.velocity_km_s[0], [1.0]])[None]
    span = arc.end_tdb_s - arc.start_tdb_s
    steps = even_fractions(round(span / (60.0 if gravity is LOW_GRAVITY else 300.0)))
    last = propagate(Force(gravity), arc.start_tdb_s, arc.end_tdb_s, steps, state).last[0]
    assert np.linalg.norm(last[:3] - arc.position_km[-1]) < 1e-2


def test_the_orbit_is_the_published_one(mission):
    orion = mission.branch("orion").trajectory
    radius = np.linalg.norm(orion.state_km(np.linspace(*orion.span_tdb_s, 20_000), 301)[0], axis=1)
    turns = radius[1:-1][np.diff(np.sign(np.diff(radius))) != 0]
    assert np.all((turns[turns < 2e4] > 2900.0) & (turns[turns < 2e4] < 4000.0))
    assert np.all((turns[turns > 2e4] > 69_000.0) & (turns[turns > 2e4] < 72_000.0))
    assert np.sum(turns < 2e4) == 3


def test_the_lander_comes_back_to_the_capsule(mission):
    orion = mission.branch("orion").trajectory
    for event in ("leave-halo", "back-in-halo"):
        when = mission.event(event).tdb_s
        for mine, its in zip(mission.trajectory.state_km(when, 301), orion.state_km(when, 301), strict=True):
            assert np.linalg.norm(mine - its) < 1e-3


def test_it_lands_on_its_site_and_stays_six_days(mission):
    site = next(one for one in mission.sites if one.kind == "landing")
    down, up = mission.event("touchdown").tdb_s, mission.event("lift-off").tdb_s
    assert 5.5 < (up - down) / 86400.0 < 6.6
    for when in (down, 0.5 * (down + up), up):
        place, speed = fixed_from_icrf(np.array([when]), *(p[None] for p in mission.trajectory.state_km(when, 301)))
        assert np.rad2deg(np.arcsin(place[0, 2] / np.linalg.norm(place))) == pytest.approx(site.lat_deg, abs=1e-5)
        assert np.linalg.norm(speed) < 1e-6


def test_it_comes_down_on_the_drawn_ground_and_through_no_mountain(mission):
    relief, site = bundled_relief(), next(one for one in mission.sites if one.kind == "landing")
    assert drawn_height_km(site.lat_deg, site.lon_deg) == pytest.approx(1e-3 * site.height_m, abs=1e-3)
    for arc in mission.trajectory.arcs:
        place, _ = fixed_from_icrf(arc.tdb_s, arc.position_km, arc.velocity_km_s)
        radius = np.linalg.norm(place, axis=1)
        low = radius < RADIUS_MOON_KM + 40.0
        if np.any(low):
            ground = relief.height_of_directions_km(place[low] / radius[low, np.newaxis])
            assert np.min(radius[low] - RADIUS_MOON_KM - ground) > -1e-3, arc.name


def test_nine_regions_with_boxes_around_their_places(mission):
    assert len(mission.sites) == 9
    boxed = [site for site in mission.sites if site.box_deg is not None]
    assert len(boxed) == 8
    for site in boxed:
        south, north, west, east = site.box_deg
        assert south < site.lat_deg < north
        assert west < site.lon_deg < east


def test_the_text_says_that_it_is_planned(mission):
    words = mission.document.outcome
    assert words.startswith("Planned, not flown.")
    assert "low Earth orbit" in words.replace("\n", " ")
    assert "example" in words
