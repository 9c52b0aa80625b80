"""Missions side by side: moments they share, figures of each, quantities along the flights, the command."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from test_cli_files import done, refused

from visualizer.cli.compare_command import ALIGN_HELP, QUANTITY_HELP
from visualizer.core.constants import S_PER_DAY
from visualizer.errors import CommandError
from visualizer.missions.alignment import ANCHORS, NAMES, anchor_tdb_s, common_anchors, nearest_anchor, offset_s
from visualizer.missions.branch_missions import branch_mission, flights_of, load_flight
from visualizer.missions.catalogue import load_mission, mission_ids
from visualizer.missions.comparison import COLUMNS, comparison_rows
from visualizer.missions.comparison_table import compare
from visualizer.missions.figures import LEGEND, MARKS
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
    assert LEGEND in said
    numbers = json.loads(done("compare", *names, "--align", "launch", "--json"))
    assert [row["id"] for row in numbers["missions"]] == names
    assert numbers["missions"][0]["moment"] == "2023-08-10T23:10:57"
    assert numbers["missions"][0]["known"]["delta_v_m_s"] == ["reconstructed"]
    assert "return" not in numbers["missions"][0]["known"]
    assert set(numbers["missions"][1]["missing"]) == {
        c.key for c in COLUMNS if numbers["missions"][1][c.key] is None
    }  # fmt: skip


def test_the_command_writes_the_table(tmp_path):
    names, sheet, text = ["luna-25", "im-1", "luna-25/planned"], tmp_path / "table.csv", tmp_path / "table.md"
    done("compare", *names, "--align", "landing", "--csv", sheet, "--markdown", text)
    lines = text.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if "|" in line]
    assert len({line.count("|") for line in table}) == 1
    assert len(table) == len(COLUMNS) + 3
    assert lines[-1] == f"Marks: {LEGEND}."
    rows = list(csv.reader(sheet.read_text(encoding="utf-8").splitlines()))
    assert rows[1][:4] == ["Landing or impact", "UTC", "2023-08-19 11:57:42", "reconstructed"]
    assert rows[1][6:] == ["2023-08-21 11:35:30", "planned"]
    assert "it exists" in refused("compare", *names, "--markdown", text)


def test_the_command_sorts_and_turns_the_table_over(tmp_path):
    names, text = ["luna-25", "im-1", "slim"], tmp_path / "table.md"
    done("compare", *names, "--sort", "delta_v_m_s", "--descending", "--transpose", "--markdown", text)
    lines = text.read_text(encoding="utf-8").splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:5]] == ["IM-1 Odysseus", "Luna-25", "SLIM"]
    assert "delta_v_m_s" in refused("compare", *names, "--sort", "beauty")
    assert "--csv" in refused("compare", *names, "--quantity", "speed", "--markdown", text)


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


# ---------------------------------------------------------------- alignment, plans


def test_offsets_lay_the_moments_on_each_other(luna):
    other = load_mission("chandrayaan-3")
    for anchor in ("launch", "tli", "loi", "descent", "landing"):
        offset = offset_s(other, luna, anchor)
        assert anchor_tdb_s(luna, anchor) + offset == pytest.approx(anchor_tdb_s(other, anchor), abs=1e-6)
    assert offset_s(other, luna, "calendar") == 0.0
    assert offset_s(load_mission("artemis-2"), luna, "landing") is None
    assert list(NAMES) == list(ANCHORS)


def test_the_nearest_moment(luna):
    for anchor in ("launch", "tli", "loi", "descent", "landing"):
        assert nearest_anchor(luna, anchor_tdb_s(luna, anchor) + 60.0) == anchor


def test_a_plan_as_a_mission_begins_like_the_flight(luna):
    plan, branch = load_flight("luna-25/planned"), luna.branch("planned")
    start = branch.trajectory.span_tdb_s[0]
    assert plan.trajectory.span_tdb_s == (luna.trajectory.span_tdb_s[0], branch.trajectory.span_tdb_s[1])
    for tdb_s in np.linspace(luna.trajectory.span_tdb_s[0] + 1.0, start - 1.0, 20):
        assert np.array_equal(plan.trajectory.state_km(tdb_s, 399)[0], luna.trajectory.state_km(tdb_s, 399)[0])
    for tdb_s in np.linspace(start + 1.0, branch.trajectory.span_tdb_s[1] - 1.0, 20):
        assert np.array_equal(plan.trajectory.state_km(tdb_s, 301)[0], branch.trajectory.state_km(tdb_s, 301)[0])
    for anchor in ("launch", "tli", "loi"):
        assert anchor_tdb_s(plan, anchor) == anchor_tdb_s(luna, anchor)
    touchdown = next(event.tdb_s for event in branch.events if event.id == "touchdown")
    assert anchor_tdb_s(plan, "landing") == pytest.approx(touchdown, abs=1.0)
    assert not any(site.kind == "impact" for site in plan.sites)
    assert [burn.id for burn in plan.burns][-1] == "planned-burn"


def test_a_second_craft_as_a_mission_has_its_own_flight_alone():
    mission = load_mission("chandrayaan-3")
    module = branch_mission(mission, mission.branch("module"))
    assert module.trajectory is mission.branch("module").trajectory
    assert anchor_tdb_s(module, "launch") is None
    assert [one.id for one in flights_of([mission])] == ["chandrayaan-3", "chandrayaan-3/module"]


def test_figures_say_how_they_are_known_or_why_there_is_none(everyone):
    for mission in flights_of(everyone):
        for column in COLUMNS:
            figure = column.find(mission)
            if figure.value is None:
                assert figure.reason, (mission.id, column.key)
                assert figure.mark == ""
            elif not (column.key == "burns" and figure.value == 0.0):
                assert figure.basis, (mission.id, column.key)
                assert set(figure.basis) <= set(MARKS)


def test_what_was_planned_is_marked_so(luna):
    plan = load_flight("luna-25/planned")
    table = compare([luna, plan], "landing")
    place = [column.key for column in table.columns].index("landing_lat_deg")
    assert table.figure(0, place).basis == ("reconstructed",)
    assert table.figure(1, place).basis == ("planned",)
    assert table.text(1, place).endswith(" p")
    assert table.figure(1, place).value == pytest.approx(-69.545, abs=0.01)


def test_sums_of_parts_are_the_whole(everyone):
    for mission in flights_of(everyone):
        row = figures(mission)
        parts = [row[key] or 0.0 for key in row if key.startswith("delta_v_") and key != "delta_v_m_s"]
        assert sum(parts) == pytest.approx(row["delta_v_m_s"] or 0.0)
