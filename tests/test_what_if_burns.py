"""Every solved burn, flown again for other lengths."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from typer.testing import CliRunner

from visualizer.cli.main import app
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.geometry import moon_altitude_km
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.what_if import last_burn
from visualizer.missions.what_if_burns import burn_case, burn_choices, find_burn, gravity_of_words
from visualizer.missions.what_if_flights import fly_burn, long_look
from visualizer.missions.what_if_words import (
    apsis_help,
    chart_curve,
    difference_text,
    km_text,
    look_text,
    outcome_text,
    span_text,
)


@pytest.fixture(scope="module")
def luna():
    return load_mission("luna-25")


@pytest.fixture(scope="module")
def family(luna):
    case = burn_case(luna, "last-burn")
    return fly_burn(case, case.lengths_s())


def test_forces_are_read_from_the_words_of_a_solution():
    moon = gravity_of_words("Moon LP165P 20x20, Earth and Sun as points, constant thrust")
    assert moon is not None
    assert (moon.centre_id, moon.moon_degree, moon.disturbing_ids) == (301, 20, (399, 10))
    earth = gravity_of_words("Earth with J2 to J4, Moon and Sun as points")
    assert earth is not None
    assert (earth.centre_id, earth.earth_degree, earth.disturbing_ids) == (399, 4, (301, 10))
    assert gravity_of_words("Earth with J2, Moon and Sun as points").earth_degree == 2
    assert gravity_of_words("none: a smooth curve") is None
    assert gravity_of_words("Moon LP165P 4x4, Earth and Pluto as points") is None


def test_every_engine_burn_of_luna_25_and_chandrayaan_3_can_be_varied(luna):
    for mission in (luna, load_mission("chandrayaan-3")):
        assert [choice.burn_id for choice in burn_choices(mission) if choice.reason] == []


def test_a_burn_in_a_fixed_direction_is_flown_in_that_direction():
    mission = load_mission("kplo")
    case = burn_case(mission, "loi-1")
    assert case.direction is not None
    assert np.linalg.norm(case.direction) == pytest.approx(1.0)
    outcome = fly_burn(case, np.array([case.burn.duration_s])).outcomes[0]
    assert outcome.periapsis_km == pytest.approx(case.burn.periapsis_after_km, abs=0.5)
    assert outcome.apoapsis_km == pytest.approx(case.burn.apoapsis_after_km, rel=1e-3)
    assert burn_case(mission, "loi-1").engine(3).steering == "inertial"


def test_a_descent_through_gates_says_why_it_cannot_be_varied():
    mission = load_mission("im-1")
    reasons = {choice.burn_id: choice.reason for choice in burn_choices(mission)}
    assert "smooth curve" in reasons["pdi"]
    assert reasons["loi"] == ""
    with pytest.raises(CommandError, match="smooth curve"):
        burn_case(mission, "pdi")


def test_a_burn_is_found_by_its_id_or_its_day(luna):
    assert find_burn(luna, "19aug") == "last-burn"
    assert find_burn(luna, "tcm-2") == "tcm-2"
    with pytest.raises(CommandError, match="several"):
        find_burn(luna, "16aug")
    with pytest.raises(CommandError, match="unknown"):
        find_burn(luna, "1jan")


def test_the_family_has_every_second_and_agrees_with_the_single_flight(luna, family):
    assert np.array_equal(family.seconds, np.arange(128.0))
    for seconds in (0, 84, 127):
        single, one = last_burn(luna, float(seconds)), family.outcomes[seconds]
        assert one.periapsis_km == pytest.approx(single.perilune_km, abs=0.02)
        assert one.apoapsis_km == pytest.approx(single.apolune_km, abs=0.02)
        assert (one.ending is None) == (single.impact is None)


def test_the_flown_length_hits_where_the_flight_hit(family):
    ending = family.outcomes[127].ending
    assert ending is not None
    assert ending.body_id == MOON.naif_id
    assert ending.tdb_s == pytest.approx(745718331.3565, abs=0.05)
    assert ending.lat_deg == pytest.approx(-57.865, abs=0.003)
    assert ending.lon_deg == pytest.approx(61.360, abs=0.006)
    assert ending.speed_km_s == pytest.approx(1.69965, abs=2e-5)
    assert ending.angle_deg == pytest.approx(1.172, abs=2e-3)


def test_a_member_s_path_begins_at_the_burn_and_ends_on_the_ground(luna, family):
    flight = family.trajectory(127)
    start, end = flight.span_tdb_s
    mine, theirs = (t.state_km(start, MOON.naif_id) for t in (flight, luna.trajectory))
    np.testing.assert_allclose(mine[0], theirs[0], atol=1e-6)
    half = start + 1500.0
    np.testing.assert_allclose(
        flight.state_km(half, MOON.naif_id)[0], luna.trajectory.state_km(half, MOON.naif_id)[0], atol=0.01
    )
    height = float(moon_altitude_km(flight.state_km(end, MOON.naif_id)[0]))
    assert height == pytest.approx(-0.36, abs=1e-3)


def test_the_lowest_point_is_the_lowest_of_the_path(family):
    one, flight = family.outcomes[84], family.trajectory(84)
    epochs = np.linspace(*flight.span_tdb_s, 4000)
    heights = moon_altitude_km(flight.state_km(epochs, MOON.naif_id)[0])
    assert one.lowest_km == pytest.approx(float(heights.min()), abs=0.02)
    assert one.lowest_tdb_s == pytest.approx(float(epochs[np.argmin(heights)]), abs=30.0)


def test_any_length_between_lies_between_its_neighbours(luna, family):
    one = fly_burn(family.case, np.array([100.5])).outcomes[0]
    assert family.outcomes[101].periapsis_km < one.periapsis_km < family.outcomes[100].periapsis_km


def test_a_burn_about_the_earth_is_judged_by_the_moon_s_passage(luna):
    case = burn_case(luna, "tcm-1")
    outcomes = fly_burn(case, np.array([0.0, 46.0])).outcomes
    assert case.centre == EARTH.naif_id
    assert all(one.ending is None and one.flyby_km is not None for one in outcomes)
    # The correction was flown to come lower past the Moon.
    assert outcomes[1].flyby_km < outcomes[0].flyby_km - 100.0


def test_no_insertion_is_an_open_path_and_half_a_first_burn_falls_back(luna):
    flown = fly_burn(burn_case(luna, "insertion-1"), np.array([0.0, 243.0])).outcomes
    assert not math.isfinite(flown[0].period_s)
    assert math.isfinite(flown[1].period_s)
    fregat = fly_burn(burn_case(luna, "fregat-burn-1"), np.array([20.0])).outcomes[0]
    assert fregat.ending is not None
    assert fregat.ending.body_id == EARTH.naif_id


@pytest.mark.parametrize("seconds", [[], [-1.0], [127.5], [float("nan")]])
def test_lengths_outside_the_range_are_refused(family, seconds):
    with pytest.raises(CommandError, match="0 to 127"):
        fly_burn(family.case, np.array(seconds))


def test_the_longest_length_leaves_propellant_in_the_equation(luna):
    for burn in luna.burns:
        case = burn_case(luna, burn.id)
        assert case.flow_kg_s * case.longest_s < burn.mass_before_kg
        assert np.all(np.diff(case.lengths_s()) > 0.0)
        assert burn.duration_s in case.lengths_s()


def test_an_orbit_is_followed_for_days_and_can_be_given_up(family):
    look = long_look(family, 84, days=0.5)
    assert look is not None
    assert look.ending is None
    assert 5.0 < look.revolutions < 8.0
    assert look.lowest_km <= family.outcomes[84].lowest_km + 0.1
    assert "Still up" in look_text(family.case, family.outcomes[84], look)
    assert long_look(family, 84, lambda: False) is None
    assert long_look(family, 127) is None


def test_words_say_what_happens(family):
    case, flight, plan = family.case, family.outcomes[127], family.outcomes[84]
    hit = outcome_text(case, flight)
    assert hit.startswith("Hits the Moon 2023-08-19 11:57:42 UTC at 57.86 S 61.36 E, at 1.70 km/s, 1.2°")
    assert outcome_text(case, plan).startswith("Stays up: once round in 1 h 54 min")
    assert f"as low as {km_text(plan.lowest_km)} over the mean sphere" in outcome_text(case, plan)
    assert f"the osculating perilune as the engine stops is {km_text(plan.periapsis_km)}" in outcome_text(case, plan)
    assert "1,737.4 km" in apsis_help(case)
    assert difference_text(case, plan, flight).startswith("delta-v -7.79 m/s, perilune +32.6 km")
    assert (span_text(45.2), span_text(3600.0), span_text(200_000.0)) == ("45 s", "1 h 00 min", "2 d 08 h")


def test_the_chart_shows_what_matters_about_each_body(luna, family):
    values, title = chart_curve(family)
    assert title.startswith("Perilune")
    assert np.all(np.diff(values) < 0.0)
    case = burn_case(luna, "tcm-1")
    values, title = chart_curve(fly_burn(case, np.array([0.0, 20.0, 46.0])))
    assert "Moon" in title
    assert np.all(np.isfinite(values))


def test_the_command_flies_any_burn_and_lists_them():
    runner = CliRunner()
    result = runner.invoke(app, ["whatif", "luna-25", "--burn", "insertion-2", "--seconds", "76", "--json"])
    assert result.exit_code == 0
    row = json.loads(result.stdout)[0]
    assert row["periapsis_km"] == pytest.approx(90.5, abs=0.2)
    listed = runner.invoke(app, ["whatif", "im-1", "--json"])
    assert {one["id"]: one["reason"] is None for one in json.loads(listed.stdout)}["pdi"] is False
