"""Measuring between any two things."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.constants import C_KM_S, RADIUS_MOON_KM
from visualizer.core.sky import sky_at
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.flight_state import flight_state
from visualizer.model.measuring import (
    MEASURE_QUANTITIES,
    Measure,
    angle_text,
    distance_text,
    hud_text,
    light_text,
    measure_of_text,
    measure_rows,
    measure_series,
    measured,
    speed_text,
)
from visualizer.model.things import CAMERA, Stage, all_things, state_of, title_of


@pytest.fixture(scope="module")
def missions():
    return {mission_id: load_mission(mission_id) for mission_id in ("luna-25", "chandrayaan-3")}


@pytest.fixture(scope="module")
def epochs(missions):
    start = missions["luna-25"].event("last-burn").tdb_s
    return start + np.linspace(-7200.0, 1800.0, 181)


def at(missions, tdb_s):
    """Return the stage of an epoch."""
    return Stage(sky_at(tdb_s, with_planets=True), missions, {})


def test_every_thing_has_a_title_and_a_place(missions):
    stage = at(missions, missions["luna-25"].event("last-burn").tdb_s)
    things = all_things(missions.values())
    assert len({thing.key for thing in things}) == len(things)
    for thing in (*things[:60], *things[::97]):
        assert title_of(thing.key, missions)
        assert state_of(thing.key, stage).pos_km.shape == (3,)
    assert title_of(CAMERA, missions) == "the camera"
    assert title_of("craft:luna-25/planned", missions) == "Luna-25: landing of 21 August"


@pytest.mark.parametrize(
    "key",
    ["craft:nobody", "craft:luna-25/nothing", "site:luna-25/nowhere", "body:vulcan", "station:Nowhere", "feature:Nix",
     "ghost:luna-25/last-burn", "place:95,0", "camera", "anything"],
)  # fmt: skip
def test_what_is_not_there_is_refused_in_a_line(missions, key):
    with pytest.raises(CommandError):
        state_of(key, at(missions, 7.457e8))


def test_range_and_rate_agree_with_the_flight_state(missions, epochs):
    flight = flight_state(missions["luna-25"].trajectory, epochs)
    found = measure_series(Measure("earth", "craft:luna-25", "moon"), missions, epochs)
    np.testing.assert_allclose(found.range_km, flight.range_earth_km, rtol=1e-12)
    np.testing.assert_allclose(found.range_rate_km_s, flight.range_rate_earth_km_s, atol=1e-9)
    np.testing.assert_allclose(found.light_s, flight.range_earth_km / C_KM_S, rtol=1e-12)
    np.testing.assert_array_equal(found.blocked_by != 0, flight.is_earth_occulted)
    assert set(np.unique(found.blocked_by)) == {0, 301}


@pytest.mark.parametrize(
    "ends",
    [("craft:luna-25", "station:Bear Lakes"), ("craft:luna-25", "site:luna-25/impact-crater"),
     ("craft:luna-25", "craft:chandrayaan-3"), ("feature:Tycho", "body:mars"), ("body:sun", "moon")],
)  # fmt: skip
def test_the_rate_is_the_slope_of_the_range(missions, epochs, ends):
    middle = float(epochs[90])
    near = middle + np.array([-1.0, 0.0, 1.0])
    found = measure_series(Measure(*ends), missions, near)
    slope = (found.range_km[2] - found.range_km[0]) / 2.0
    assert float(found.range_rate_km_s[1]) == pytest.approx(float(slope), abs=2e-6)
    assert abs(float(found.range_rate_km_s[1])) <= float(found.speed_km_s[1]) + 1e-12


def test_one_epoch_and_many_say_the_same(missions, epochs):
    measure = Measure("craft:luna-25", "station:Canberra", "moon")
    many = measure_series(measure, list(missions.values()), epochs)
    one = measured(measure, at(missions, float(epochs[17])))
    for quantity in MEASURE_QUANTITIES:
        np.testing.assert_allclose(quantity.of(many)[17], quantity.of(one), rtol=1e-10, atol=1e-9)


def test_a_craft_that_does_not_fly_is_nowhere(missions):
    end = missions["luna-25"].trajectory.span_tdb_s[1]
    found = measure_series(Measure("craft:luna-25", "earth", "moon"), missions, end + np.array([-60.0, 60.0]))
    assert np.isfinite(found.range_km[0])
    for quantity in MEASURE_QUANTITIES:
        assert np.isnan(quantity.of(found)[1])
    assert found.blocked_by[1] == -1


def test_two_places_on_one_body_keep_their_distance(missions, epochs):
    found = measure_series(Measure("site:luna-25/impact-crater", "feature:Tycho"), missions, epochs)
    assert np.ptp(found.range_km) < 1e-6
    assert np.max(np.abs(found.range_rate_km_s)) < 1e-9
    chord = 2.0 * RADIUS_MOON_KM * np.sin(0.5 * found.ground_km / RADIUS_MOON_KM)
    np.testing.assert_allclose(found.range_km, chord, rtol=3e-3)
    assert set(found.blocked_by.tolist()) == {301}


def test_a_station_sees_the_craft_where_it_is_above_its_horizon_and_the_moon_is_not_before_it(missions, epochs):
    found = measure_series(Measure("station:Bear Lakes", "craft:luna-25"), missions, epochs)
    hidden = measure_series(Measure("earth", "craft:luna-25"), missions, epochs).blocked_by == 301
    above = np.rad2deg(found.elevation_rad) > 0.05
    # Seen from the ground the Moon stands a little aside: one sample at each edge may differ.
    edges = np.flatnonzero(np.diff(hidden.astype(int)))
    steady = np.ones(len(hidden), dtype=bool)
    steady[np.unique([*(edges - 1), *edges, *(edges + 1), *(edges + 2)])] = False
    np.testing.assert_array_equal((found.blocked_by == 0)[above & steady], ~hidden[above & steady])
    assert 0 < np.count_nonzero(hidden[above & steady]) < np.count_nonzero(above & steady)
    down = np.rad2deg(found.elevation_rad) < -0.05
    assert not np.any((found.blocked_by == 0)[down])


def test_the_way_from_the_point_below_shrinks_to_nothing_at_the_impact(missions):
    end = missions["luna-25"].trajectory.span_tdb_s[1]
    found = measure_series(
        Measure("craft:luna-25", "site:luna-25/impact-crater"), missions, end - np.array([600.0, 60.0, 0.0])
    )
    assert found.ground_km[0] > found.ground_km[1] > found.ground_km[2]
    assert found.ground_km[2] < 0.05
    far = measure_series(Measure("craft:luna-25", "station:Canberra"), missions, end - np.array([60.0]))
    assert np.isnan(far.ground_km[0])


def test_the_angle_is_seen_from_the_third_or_from_the_camera(missions, epochs):
    tdb_s = float(epochs[30])
    stage = at(missions, tdb_s)
    from_moon = measured(Measure("earth", "body:sun", "moon"), stage)
    moon = stage.sky.moon_pos_km
    one, other = -moon, stage.sky.sun_pos_km - moon
    wanted = np.arccos(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
    assert float(from_moon.angle_rad) == pytest.approx(float(wanted), abs=1e-12)
    by_camera = Measure("earth", "body:sun", CAMERA)
    assert np.isnan(measured(by_camera, stage).angle_rad)
    assert float(measured(by_camera, stage, moon).angle_rad) == pytest.approx(float(wanted), abs=1e-12)
    assert np.isnan(measured(Measure("earth", "moon", "earth"), stage).angle_rad)


def test_a_measure_is_saved_as_text():
    measure = Measure("craft:luna-25", "station:Bear Lakes", "moon")
    assert measure_of_text(measure.text) == measure
    assert measure_of_text("earth|moon") == Measure("earth", "moon")
    for text in ("", "earth", "a|b|c|d", "earth | "):
        with pytest.raises(CommandError, match="measure"):
            measure_of_text(text)


def test_words_have_as_many_digits_as_make_sense(missions):
    assert (distance_text(0.0123), distance_text(12.3456), distance_text(384400.04)) == (
        "12.3 m", "12.346 km", "384,400.0 km",
    )  # fmt: skip
    assert (speed_text(0.00123), speed_text(-1.5)) == ("1.230 m/s", "-1.5000 km/s")
    assert (light_text(0.01), light_text(1.3), light_text(500.0)) == ("10.0000 ms", "1.3000 s", "8.333 min")
    assert (angle_text(np.deg2rad(12.0)), angle_text(np.deg2rad(0.001))) == ("12.000°", '3.60"')
    assert {distance_text(np.nan), speed_text(np.nan), light_text(np.nan), angle_text(np.nan)} == {"–"}
    measure = Measure("craft:luna-25", "earth", "moon")
    tdb_s = missions["luna-25"].trajectory.span_tdb_s[1] + 100.0
    values = measured(measure, at(missions, tdb_s))
    assert hud_text(measure, values, missions, {}) == "Luna-25 – Earth: not in flight"
    rows = measure_rows(measure, values, ("a", "b", "c"))
    assert len(rows) == 9
    assert all(row.value == "–" and row.help for row in rows)
