"""Time at the door: UTC in, TDB inside, UTC out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.errors import EpochError

EPOCHS = st.floats(-9.4e8, 1.26e9)


def test_utc_agrees_with_astropy_to_a_microsecond():
    from astropy.time import Time

    for text in ("1972-01-01T00:00:00", "2016-12-31T23:59:60.5", "2023-08-19T11:57:34.123", "2026-04-10T23:52:00"):
        time = Time(text, scale="utc").tdb
        theirs = (time.jd1 - 2451545.0) * 86400.0 + time.jd2 * 86400.0
        assert abs(tdb_s_from_utc_text(text) - theirs) < 1e-6


def test_the_leap_second_of_2016_is_counted():
    before, after = tdb_s_from_utc_text("2016-12-31T23:59:59"), tdb_s_from_utc_text("2017-01-01T00:00:00")
    assert abs(after - before - 2.0) < 1e-6
    assert utc_text_from_tdb_s(before + 1.0) == "2016-12-31T23:59:60"


@pytest.mark.parametrize(
    "text",
    ["2023-08-19 11:10", "2023-08-19T11:10:00Z", "2023-08-19T14:10+03:00", "2023-08-19T11:10:00.000 UTC",
     "2023-08-19T11:11:09.184 TDB"],
)  # fmt: skip
def test_many_spellings_of_one_moment(text):
    assert abs(tdb_s_from_utc_text(text) - tdb_s_from_utc_text("2023-08-19T11:10:00")) < 2e-3


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2023-13-01", "2023-02-30", "2023-08-19T25:00", "2023-08-19T11:60", "0000-01-01", "nan",
     "2023-08-19T11:10:61", "9999-01-01", "2023-08-19T11:10:00+03:00Z"],
)  # fmt: skip
def test_what_is_not_a_time_is_refused_in_words(text):
    with pytest.raises(EpochError, match="time"):
        tdb_s_from_utc_text(text)


@given(EPOCHS)
def test_text_and_number_are_inverse(tdb_s):
    assert abs(tdb_s_from_utc_text(utc_text_from_tdb_s(tdb_s, 6)) - tdb_s) < 2e-6


@given(EPOCHS, EPOCHS)
def test_order_survives(first, second):
    low, high = sorted((first, second))
    assert utc_text_from_tdb_s(low, 3) <= utc_text_from_tdb_s(high, 3)


@pytest.mark.parametrize("tdb_s", [np.nan, np.inf, -1e12, 1e12])
def test_what_is_not_an_epoch_has_no_text(tdb_s):
    with pytest.raises(EpochError):
        utc_text_from_tdb_s(tdb_s)


def test_mixing_up_tdb_and_utc_moves_the_low_orbit_by_over_100_km():
    """A reader that takes UTC for TDB is 69 s off: 113 km along a low lunar orbit."""
    from visualizer.missions.catalogue import load_mission

    trajectory = load_mission("luna-25").trajectory
    right = tdb_s_from_utc_text("2023-08-17T05:23:00")
    wrong = tdb_s_from_utc_text("2023-08-17T05:23:00 TDB")
    here, _ = trajectory.state_km(right, 301)
    there, _ = trajectory.state_km(wrong, 301)
    assert 100.0 < np.linalg.norm(here - there) < 125.0
    assert abs(right - wrong - 69.184) < 0.01
