"""Numbers of several craft at the same instant: side by side, and how far they are apart."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers.readings import changed

from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import load_mission
from visualizer.model.now_table import NOW_ROWS, now_table
from visualizer.model.session import Session

NAMES = (("luna-25", "Luna-25"), ("im-1", "IM-1"))


@pytest.fixture(scope="module")
def numbers():
    session = Session([load_mission(mission_id) for mission_id, _ in NAMES])
    session.lineup.align("landing")
    session.clock.seek(anchor_tdb_s(session.active, "landing") - 300.0)
    return session.frame_state().telemetries


def row_of(title):
    return next(row for row in NOW_ROWS if row.title == title)


def texts(table, title):
    return table.texts[NOW_ROWS.index(row_of(title))]


def test_every_craft_has_a_column(numbers):
    table = now_table(NAMES, numbers)
    assert table.names == ("Luna-25", "IM-1")
    for title, of in (("Altitude", "altitude_km"), ("Latitude", "lat_deg"), ("Range to the Moon", "range_moon_km")):
        shown = [float(text.replace(",", "")) for text in texts(table, title)]
        assert shown == pytest.approx([getattr(one, of) for one in numbers], abs=0.6)
    assert texts(table, "Over") == ("Moon", "Moon")


def test_a_craft_that_does_not_fly_has_dashes(numbers):
    table = now_table((*NAMES, ("slim", "SLIM")), numbers)
    assert all(row[2] == "–" for row in table.texts)


def test_differences_are_from_the_first(numbers):
    table = now_table(NAMES, numbers, is_difference=True)
    first, second = numbers
    assert texts(table, "Altitude")[0] == f"{first.altitude_km:,.3f}"
    assert texts(table, "Altitude")[1] == f"{second.altitude_km - first.altitude_km:+,.3f}"
    assert texts(table, "Over") == ("Moon", "Moon")


def test_longitudes_differ_the_short_way_round(numbers):
    row = row_of("Longitude")
    assert row.difference(-179.0, 179.0) == pytest.approx(2.0)
    assert row.difference(10.0, 350.0 - 360.0) == pytest.approx(20.0)
    assert row_of("Altitude").difference(-179.0, 179.0) == -358.0


def test_over_different_bodies_heights_cannot_be_compared(numbers):
    away = changed(numbers[1], body="Earth")
    table = now_table(NAMES, (numbers[0], away), is_difference=True)
    for title in ("Altitude", "Speed", "Latitude", "Longitude", "Sun below"):
        assert texts(table, title)[1] == "–"
    assert texts(table, "Range to the Earth")[1] != "–"


def test_what_is_not_known_is_a_dash(numbers):
    unknown = changed(numbers[0], sigma_km=(math.nan, math.nan, math.nan), phase="")
    table = now_table(NAMES[:1], (unknown,))
    assert texts(table, "One sigma") == ("–",)
    assert texts(table, "Phase") == ("–",)
    assert texts(now_table(NAMES[:1], (changed(numbers[0], sigma_km=(1.0, np.nan, 3.0)),)), "One sigma") == ("3.0",)
