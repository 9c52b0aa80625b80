"""Missions side by side: moments they share, figures of each, quantities along the flights, the command."""

from __future__ import annotations

import json

import numpy as np
import pytest
from test_cli_files import done, refused

from visualizer.cli.compare_command import ALIGN_HELP, QUANTITY_HELP
from visualizer.core.constants import S_PER_DAY
from visualizer.errors import CommandError
from visualizer.missions.alignment import ANCHORS, anchor_tdb_s, common_anchors
from visualizer.missions.catalogue import load_mission, mission_ids
from visualizer.missions.comparison import COLUMNS, comparison_rows
from visualizer.missions.series import QUANTITIES, quantity_of_key, series_of


@pytest.fixture(scope="module")
def luna():
    return load_mission("luna-25")


@pytest.fixture(scope="module")
def everyone():
    return [load_mission(mission_id) for mission_id in mission_ids()]


def figures(mission):
    return comparison_rows([mission])[0]


def test_moments_of_luna_25_are_its_events(luna):
    events = {"launch": "launch", "tli": "tli", "loi": "insertion-1", "descent": "last-burn", "landing": "impact"}
    for anchor, event_id in events.items():
        assert anchor_tdb_s(luna, anchor) == luna.event(event_id).tdb_s
    assert anchor_tdb_s(luna, "calendar") == 0.0
    with pytest.raises(CommandError, match="calendar, launch"):
        anchor_tdb_s(luna, "noon")


def test_moments_come_in_order(everyone):
    for mission in everyone:
        moments = [anchor_tdb_s(mission, anchor) for anchor in ("launch", "tli", "loi", "descent", "landing")]
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known), mission.id


def test_a_splashdown_is_no_landing_on_the_moon(everyone):
    for mission in everyone:
        landing = anchor_tdb_s(mission, "landing")
        if landing is not None:
            first, last = mission.trajectory.span_tdb_s
            position, _ = mission.trajectory.state_km(min(max(landing, first), last - 1e-3), 301)
            assert abs(np.linalg.norm(position) - 1737.4) < 12.0, mission.id


def test_figures_of_luna_25(luna):
    row = figures(luna)
    assert row["launch"] == "2023-08-10"
    assert row["days"] == pytest.approx(8.53, abs=0.01)
    assert row["parking_orbit_km"] == "267 x 281"
    assert row["inclination_deg"] == pytest.approx(82.1, abs=0.4)
    assert (row["landing_lat_deg"], row["landing_lon_deg"]) == pytest.approx((-57.865, 61.360), abs=1e-3)
    assert row["landing_mass_kg"] == pytest.approx(luna.burn("last-burn").mass_after_kg)
    parts = [row[key] or 0.0 for key in row if key.startswith("delta_v_") and key != "delta_v_m_s"]
    assert sum(parts) == pytest.approx(row["delta_v_m_s"])
    assert row["delta_v_m_s"] == pytest.approx(sum(burn.delta_v_m_s for burn in luna.burns))
    assert row["ended"].endswith("2023-08-19")


def test_every_mission_has_a_row_that_makes_sense(everyone):
    for row in comparison_rows(everyone):
        assert row["days"] > 0.1, row["id"]
        assert row["outcome"], row["id"]
        assert row["perilune_km"] is None or row["perilune_km"] > -5.0, row["id"]
        assert row["inclination_deg"] is None or 0.0 <= row["inclination_deg"] <= 180.0, row["id"]


def test_what_moments_all_have(everyone, luna):
    assert common_anchors([luna]) == list(ANCHORS)
    assert "calendar" in common_anchors(everyone)


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.key)
def test_a_series_covers_the_flight(luna, quantity):
    series = series_of(luna, quantity, "landing")
    first, last = luna.trajectory.span_tdb_s
    assert series.tdb_s[0] == first
    assert last - series.tdb_s[-1] < 1e-3
    assert np.all(np.diff(series.tdb_s) > 0.0)
    assert np.all(np.isfinite(series.value))
    assert series.since_s[-1] == pytest.approx(last - luna.event("impact").tdb_s, abs=1e-3)


def test_series_say_what_is_known(luna):
    spent = series_of(luna, quantity_of_key("delta_v"), "launch").value
    assert spent[0] == 0.0
    assert np.all(np.diff(spent) >= 0.0)
    assert spent[-1] == pytest.approx(figures(luna)["delta_v_m_s"])
    altitude = series_of(luna, quantity_of_key("altitude"), "landing", -3600.0, 0.0)
    assert altitude.value[-1] == pytest.approx(-0.36, abs=0.01)
    assert altitude.since_s[0] == pytest.approx(-3600.0)
    assert 80.0 < altitude.value[0] < 115.0


def test_a_span_without_flight_is_refused(luna):
    with pytest.raises(CommandError, match="did not fly"):
        series_of(luna, quantity_of_key("speed"), "landing", 10.0 * S_PER_DAY)


def test_the_command_prints_a_table_and_numbers():
    names = ["luna-25", "chandrayaan-3"]
    said = done("compare", *names)
    assert all(column.title.split()[0] in said for column in COLUMNS)
    numbers = json.loads(done("compare", *names, "--align", "launch", "--json"))
    assert [row["id"] for row in numbers["missions"]] == names
    table = done("compare", *names, "--markdown").splitlines()
    assert len({line.count("|") for line in table if "|" in line}) == 1
    assert len(table) == len(COLUMNS) + 3


def test_the_command_writes_a_series(tmp_path):
    names, path = ["luna-25", "chandrayaan-3"], tmp_path / "speed.csv"
    done("compare", *names, "--quantity", "speed", "--csv", path)
    lines = path.read_text().splitlines()
    assert lines[0] == "mission,utc,hours,speed_km_s"
    assert {line.split(",")[0] for line in lines[1:]} == set(names)
    assert "it exists" in refused("compare", *names, "--quantity", "speed", "--csv", path)
    done("compare", *names, "--quantity", "speed", "--csv", path, "--force")


def test_mistakes_are_told(tmp_path):
    names = ["luna-25", "chandrayaan-3"]
    assert "two missions" in refused("compare", "luna-25")
    assert "not known" in refused("compare", "luna-25", "apollo-11")
    assert "calendar" in refused("compare", *names, "--align", "noon")
    assert "altitude" in refused("compare", *names, "--quantity", "colour")
    assert "writing" in refused("compare", *names, "--csv", tmp_path / "no" / "x.csv")


def test_help_names_what_there_is():
    assert sorted(ALIGN_HELP.rstrip(".").replace(" or ", ", ").split(", ")) == sorted(ANCHORS)
    assert sorted(QUANTITY_HELP.rstrip(".").replace(" or ", ", ").split(", ")) == sorted(q.key for q in QUANTITIES)


def test_a_mission_without_the_moment_is_named():
    words = refused("compare", "luna-25", "artemis-iii-iv", "--align", "launch", "--quantity", "speed")
    assert "artemis-iii-iv" in words
    assert "no such moment" in words
