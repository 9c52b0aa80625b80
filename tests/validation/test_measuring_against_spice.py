"""Measures against SPICE and astropy, and the line of sight against rays cast at spheres point by point."""

from __future__ import annotations

import numpy as np
import pytest
import spiceypy as spice

from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import C_KM_S, RADIUS_EARTH_EQUATOR_KM, RADIUS_EARTH_POLE_KM, RADIUS_MOON_KM
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.sky import sky_at
from visualizer.core.stations import station_named
from visualizer.missions.catalogue import load_mission
from visualizer.model.measuring import Measure, blocked_by, measure_series
from visualizer.model.things import ThingState
from visualizer.resources import asset_path

BODIES = {"earth": 399, "moon": 301, "body:sun": 10, "body:mars": 4}


@pytest.fixture(scope="module")
def kernel():
    path = next(asset_path("ephemeris").glob("*.bsp"))
    spice.furnsh(str(path))
    yield path
    spice.unload(str(path))


@pytest.mark.parametrize("ends", [("earth", "moon"), ("moon", "body:sun"), ("body:mars", "earth")])
def test_ranges_and_rates_between_bodies(kernel, ends):
    epochs = 7.45e8 + np.linspace(0.0, 2.0e7, 25)
    found = measure_series(Measure(*ends), {}, epochs)
    for number, tdb_s in enumerate(epochs):
        state, _ = spice.spkgeo(BODIES[ends[1]], float(tdb_s), "J2000", BODIES[ends[0]])
        away = np.linalg.norm(state[:3])
        assert found.range_km[number] == pytest.approx(away, rel=1e-11)
        assert found.range_rate_km_s[number] == pytest.approx(state[:3] @ state[3:] / away, abs=1e-9)
        assert found.light_s[number] == pytest.approx(away / spice.clight(), rel=1e-11)
    assert spice.clight() == C_KM_S


def test_a_station_s_place_and_speed_agree_with_astropy():
    from astropy import units as u
    from astropy.coordinates import EarthLocation
    from astropy.time import Time

    mission = load_mission("luna-25")
    epochs = mission.event("last-burn").tdb_s + np.linspace(-3600.0, 1200.0, 5)
    found = measure_series(Measure("earth", "station:Bear Lakes"), {mission.id: mission}, epochs)
    station = station_named("Bear Lakes")
    location = EarthLocation.from_geodetic(station.lon_deg * u.deg, station.lat_deg * u.deg, station.height_m * u.m)
    times = Time(2451545.0, epochs / 86400.0, format="jd", scale="tdb")
    place, speed = location.get_gcrs_posvel(times)
    np.testing.assert_allclose(found.range_km, place.norm().to_value(u.km), rtol=1e-9)
    np.testing.assert_allclose(found.speed_km_s, speed.norm().to_value(u.km / u.s), rtol=2e-6)
    craft, _ = mission.trajectory.state_km(epochs, 399)
    to_craft = measure_series(Measure("station:Bear Lakes", "craft:luna-25"), {mission.id: mission}, epochs)
    away = np.linalg.norm(craft - place.xyz.to_value(u.km).T, axis=1)
    np.testing.assert_allclose(to_craft.range_km, away, atol=0.01)


def test_line_of_sight_against_rays_cast_at_spheres():
    rng = np.random.default_rng(3)
    sky = sky_at(7.457e8)
    moon, sun = sky.moon_pos_km, sky.sun_pos_km
    centres = {399: np.zeros(3), 301: moon}
    away = rng.uniform(1.02, 4.0, (2, 400, 1))
    which = rng.integers(0, 2, (2, 400))
    ends = []
    for end in range(2):
        direction = rng.normal(size=(400, 3))
        direction /= np.linalg.norm(direction, axis=1)[:, None]
        is_earth = (which[end] == 0)[:, None]
        base = np.where(is_earth, centres[399], centres[301])
        ends.append(base + direction * away[end] * np.where(is_earth, RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM))
    rows = sky_at(np.full(400, 7.457e8))
    found = blocked_by(ThingState(ends[0], ends[0]), ThingState(ends[1], ends[1]), rows)
    share = np.linspace(0.0, 1.0, 100_001)[:, None]
    squash = np.array([1.0, 1.0, RADIUS_EARTH_EQUATOR_KM / RADIUS_EARTH_POLE_KM])
    hit = 0
    for number in range(0, 400, 4):
        points = ends[0][number] + share * (ends[1][number] - ends[0][number])
        fixed = points @ sky.rot_itrs_from_icrf.T * squash
        depths = {
            399: RADIUS_EARTH_EQUATOR_KM - np.linalg.norm(fixed, axis=1).min(),
            301: RADIUS_MOON_KM - np.linalg.norm(points - moon, axis=1).min(),
        }
        if any(abs(depth) < 5.0 for depth in depths.values()):
            continue
        blockers = {body for body, depth in depths.items() if depth > 0.0}
        assert (int(found[number]) in blockers) if blockers else int(found[number]) == 0
        hit += bool(blockers)
    assert 10 < hit < 90
    assert np.linalg.norm(sun) > 1e8


def test_the_sun_hides_mars_from_the_earth_near_conjunction_only():
    start = 7.53e8
    epochs = start + np.arange(0.0, 30.0 * 86400.0, 3600.0)
    found = measure_series(Measure("earth", "body:mars"), {}, epochs)
    sun, mars = (bundled_ephemeris().position_km(body, EARTH.naif_id, epochs) for body in (10, 4))
    apart = np.arccos(np.einsum("ij,ij->i", sun, mars) / np.linalg.norm(sun, axis=1) / np.linalg.norm(mars, axis=1))
    disc = np.arcsin(SUN.radius_km / np.linalg.norm(sun, axis=1))
    clear = np.abs(apart - disc) > 1e-4
    np.testing.assert_array_equal((found.blocked_by == 10)[clear], (apart < disc)[clear])
    assert MOON.naif_id not in found.blocked_by.tolist()
