"""The card of a mission: what its document tells of craft, instruments and crew."""

from __future__ import annotations

import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.branch_missions import load_flight
from visualizer.missions.catalogue import load_mission
from visualizer.missions.mission_card import card_of
from visualizer.missions.user_catalogue import bundled_mission_ids


def parts_of(mission_id: str) -> dict[str, dict[str, str]]:
    return {part.title: {one.name: one.words for one in part.lines} for part in card_of(load_mission(mission_id))}


@pytest.mark.parametrize("mission_id", bundled_mission_ids())
def test_every_mission_tells_mass_size_engines_and_instruments(mission_id):
    parts = parts_of(mission_id)
    assert {"Mass", "Propellant", "Size"} <= parts["Craft"].keys()
    assert parts["Engines"]
    assert all(parts["Instruments"].values())
    assert "%" in parts["Path"]["Known"]


def test_luna_25_has_its_eight_instruments_each_with_a_purpose():
    instruments = parts_of("luna-25")["Instruments"]
    assert {"ADRON-LR", "ARIES-L", "LASMA-LR", "LIS-TV-RPM", "PmL", "THERMO-L", "STS-L"} < instruments.keys()
    assert len(instruments) == 8


def test_the_crew_stands_first_where_there_is_one():
    first = card_of(load_mission("artemis-2"))[0]
    assert first.title == "Crew"
    assert next(one.name for one in first.lines) == "Reid Wiseman"
    assert "Crew" not in parts_of("luna-25")


@pytest.mark.parametrize(
    ("mission_id", "utc"),
    [
        ("luna-25", "2023-08-10T23:10:57.189"),
        ("luna-25/planned", "2023-08-10T23:10:57.189"),
        ("slim", "2023-09-06T23:42:00"),
        ("chandrayaan-2/orbiter", "2019-07-22T09:13:00"),
    ],
)
def test_time_counts_from_the_launch_though_a_flight_is_shown_from_later_on(mission_id, utc):
    assert load_flight(mission_id).launch_tdb_s == pytest.approx(tdb_s_from_utc_text(utc), abs=0.01)
