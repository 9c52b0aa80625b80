"""The last burn for many durations at once."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from visualizer.cli.main import app
from visualizer.cli.what_if_command import lengths_of
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.what_if import last_burn
from visualizer.missions.what_if_family import last_burn_family


@pytest.fixture(scope="module")
def family():
    return last_burn_family(load_mission("luna-25"), list(range(128)))


def test_the_plan_and_the_flight_are_in_it(family):
    plan, flight = family[84], family[127]
    assert abs(plan.perilune_km - 18.0) < 3.0
    assert abs(plan.apolune_km - 100.0) < 4.0
    assert plan.impact is None
    assert flight.impact is not None
    shipped = load_mission("luna-25").trajectory.span_tdb_s[1]
    assert abs(flight.impact.tdb_s - shipped) < 3.0
    assert abs(flight.impact.lat_deg + 57.865) < 0.1


def test_longer_burns_come_lower_and_hit_once_they_hit(family):
    assert np.all(np.diff([row.perilune_km for row in family]) < 0.0)
    hits = [row.impact is not None for row in family]
    assert hits == sorted(hits)
    epochs = [row.impact.tdb_s for row in family if row.impact]
    assert epochs == sorted(epochs, reverse=True)


@pytest.mark.parametrize("duration_s", [0.0, 84.0, 110.0, 127.0])
def test_the_batch_agrees_with_the_single_flight(family, duration_s):
    single, row = last_burn(load_mission("luna-25"), duration_s), family[round(duration_s)]
    assert abs(single.perilune_km - row.perilune_km) < 0.1
    assert abs(single.apolune_km - row.apolune_km) < 0.1
    if single.impact is not None:
        assert row.impact is not None
        assert abs(single.impact.tdb_s - row.impact.tdb_s) < 3.0


def test_delta_v_is_proportional_to_the_length_at_first(family):
    assert family[0].delta_v_m_s < 1e-3
    assert abs(family[127].delta_v_m_s / family[84].delta_v_m_s - 127 / 84) < 0.01


@pytest.mark.parametrize("durations", [[], [-1.0], [127.5], [float("nan")]])
def test_other_lengths_are_refused(durations):
    with pytest.raises(CommandError, match="0 to 127"):
        last_burn_family(load_mission("luna-25"), durations)


@pytest.mark.parametrize("text", ["", "x", "10..", "20..10", "-5", "1..2..3"])
def test_texts_that_are_no_lengths_are_refused(text):
    with pytest.raises(CommandError, match="--seconds"):
        lengths_of(text)


def test_the_command_prints_json():
    result = CliRunner().invoke(app, ["whatif", "luna-25", "--burn", "19aug", "--seconds", "84", "--json"])
    assert result.exit_code == 0
    assert abs(json.loads(result.stdout)[0]["perilune_km"] - 18.0) < 3.0
