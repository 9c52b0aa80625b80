"""Times as people type them: every form of ISO 8601, days of the year, names with offsets, other missions, mistakes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from visualizer.cli.texts import epoch_in_sight
from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.errors import EpochError, EpochRangeError, PeriluneError
from visualizer.missions.catalogue import load_mission
from visualizer.model.time_entry import (
    beyond_words,
    completions,
    preview_words,
    tdb_s_from_entry,
    tdb_s_from_words,
    understood,
)
from visualizer.model.time_words import duration_words, seconds_from_duration_text, tdb_s_from_date

LUNA_25, CHANDRAYAAN = load_mission("luna-25"), load_mission("chandrayaan-3")
NOW = tdb_s_from_utc_text("2023-08-18T05:00:00")
MISSIONS = [LUNA_25, CHANDRAYAAN]


@pytest.mark.parametrize(
    "text",
    ["2023-08-19T11:10:00Z", "2023-08-19 11:10", "2023-08-19T11:10:00.000", "20230819T111000Z", "20230819T1110",
     "2023-08-19T14:10:00+03:00", "2023-08-19T14:10+0300", "2023-08-19 05:40-0530", "2023-08-19T14:10:00 +03",
     "2023-231T11:10", "2023231T111000", "2023-231/11:10:00", "2023/08/19 11:10", "231/11:10", "day 231 11:10",
     "DOY 231 11:10:00", "2023-W33-6T11:10", "2023W336T1110", "19 Aug 2023 11:10", "Aug 19, 2023 11:10:00",
     "19 August 2023, 11:10 UTC", "  '2023-08-19 11:10:00 UTC'\n", "2023-08-19T11,1666666667",
     "19.08.2023 11:10", "19. 8. 2023, 11:10 UTC"],
)  # fmt: skip
def test_one_moment_in_many_forms(text):
    found = understood(text, MISSIONS, NOW)
    assert found.tdb_s == pytest.approx(tdb_s_from_utc_text("2023-08-19T11:10:00"), abs=1e-3)
    assert found.anchor == ""


@pytest.mark.parametrize(
    ("text", "utc"),
    [("2023-08-19", "2023-08-19T00:00:00"), ("20230819", "2023-08-19T00:00:00"), ("2023-231", "2023-08-19T00:00:00"),
     ("2023-08-19T24:00", "2023-08-20T00:00:00"), ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60"),
     ("2024-366", "2024-12-31T00:00:00"), ("11:10", "2023-08-18T11:10:00"), ("2023-08-19T14+03", "2023-08-19T11:00:00"),
     ("2023-08-19T11.5", "2023-08-19T11:30:00"), ("2023-08-19T11:10.5", "2023-08-19T11:10:30")],
)  # fmt: skip
def test_days_hours_and_fractions(text, utc):
    assert understood(text, MISSIONS, NOW).tdb_s == pytest.approx(tdb_s_from_utc_text(utc), abs=1e-4)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2039, 12, 31)), st.integers(-14 * 4, 14 * 4))
def test_what_iso_8601_writes_is_read_back(moment, quarters):
    zone = timezone(timedelta(minutes=15 * quarters))
    text = moment.replace(tzinfo=UTC).astimezone(zone).isoformat()
    expected = tdb_s_from_utc_text(moment.isoformat())
    assert tdb_s_from_date(text) == pytest.approx(expected, abs=1e-4)
    assert tdb_s_from_date(moment.strftime("%Y-%jT%H:%M:%S.%fZ")) == pytest.approx(expected, abs=1e-4)
    assert tdb_s_from_date(moment.strftime("%Y%m%dT%H%M%S")) == pytest.approx(expected, abs=1.0 + 1e-4)


@given(st.dates(date(1970, 1, 1), date(2039, 12, 31)))
def test_every_form_of_a_day_names_the_same_one(day):
    year, week, weekday = day.isocalendar()
    forms = [day.isoformat(), day.strftime("%Y%m%d"), day.strftime("%Y-%j"), f"{year}-W{week:02d}-{weekday}",
             day.strftime("%d %b %Y"), day.strftime("%B %d, %Y")]  # fmt: skip
    assert len({tdb_s_from_date(form) for form in forms}) == 1


@given(st.floats(7.3e8, 7.6e8))
def test_what_the_field_shows_can_be_typed_again(tdb_s):
    shown = utc_text_from_tdb_s(tdb_s, separator=" ") + " UTC"
    assert understood(shown, MISSIONS, NOW).tdb_s == pytest.approx(tdb_s, abs=0.501)


@given(st.text(max_size=40))
@example("+")
@example("T+")
@example("2023-")
@example("impact--5")
@example("١٢:٣٠")
@example("9999-12-31T24:00")
def test_any_text_is_a_time_or_one_line_of_error(text):
    try:
        words = utc_text_from_tdb_s(understood(text, MISSIONS, NOW).tdb_s)
    except PeriluneError as refusal:
        words = str(refusal)
    assert words
    assert "\n" not in words
    assert len(words) < 220


@given(st.integers(0, 40), st.integers(0, 23), st.integers(0, 59), st.sampled_from(["+", "-", " + ", "−"]))
def test_offsets_from_events_add_up(days, hours, minutes, sign):
    offset = days * 86400.0 + hours * 3600.0 + minutes * 60.0
    for name in ("impact", "tcm-1", "Insertion: main engine, 243 s"):
        base = tdb_s_from_words(name, LUNA_25)
        found = tdb_s_from_words(f"{name}{sign}{days}d {hours}h {minutes}min", LUNA_25)
        assert found - base == pytest.approx(offset if "+" in sign else -offset, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "event_id", "offset_s"),
    [("impact-5min", "impact", -300.0), ("LOI+2h", "insertion-1", 7200.0), ("TLI", "tli", 0.0), ("tcm-1", "tcm-1", 0.0),
     ("tcm-1+1:30", "tcm-1", 5400.0), ("insertion-2 - 5 min", "insertion-2", -300.0), ("zeeman", "zeeman", 0.0),
     ("Last burn begins + 30s", "last-burn", 30.0), ("T+0", "launch", 0.0), ("touchdown", "", 0.0)],
)  # fmt: skip
def test_names_and_offsets(text, event_id, offset_s):
    if text == "T+0":
        with pytest.raises(EpochError):
            understood(text, MISSIONS, NOW)
        return
    branch = LUNA_25.branch("planned").events
    event = LUNA_25.event(event_id) if event_id else next(e for e in branch if e.id == "touchdown")
    assert understood(text, MISSIONS, NOW).tdb_s == pytest.approx(event.tdb_s + offset_s, abs=2.0)


def test_every_event_of_a_mission_is_found_by_its_id_and_by_its_title():
    for event in LUNA_25.events:
        titles = [e.tdb_s for e in LUNA_25.events if e.title == event.title]
        assert understood(event.id, MISSIONS, NOW).tdb_s == pytest.approx(event.tdb_s, abs=2.0)
        assert understood(event.title.upper(), MISSIONS, NOW).tdb_s in titles


def test_a_passage_is_not_called_an_insertion():
    artemis = load_mission("artemis-2")
    found = understood("LOI+2h", [artemis], artemis.trajectory.span_tdb_s[0])
    assert found.anchor == "the passage of the Moon (there was no insertion)"
    assert understood("LOI", MISSIONS, NOW).anchor == "lunar orbit insertion"


def test_another_mission_is_named_in_front_or_asked_last():
    touchdown = CHANDRAYAAN.event("touchdown")
    found = understood("chandrayaan-3 touchdown", MISSIONS, NOW)
    assert (found.tdb_s, found.anchor) == (touchdown.tdb_s, "Chandrayaan-3: Touchdown")
    assert understood("Chandrayaan-3: touchdown - 15 min", MISSIONS, NOW).tdb_s == touchdown.tdb_s - 900.0
    assert understood("ebn-3", MISSIONS, NOW).tdb_s == CHANDRAYAAN.event("ebn-3").tdb_s
    with pytest.raises(EpochError):
        understood("ebn-3", [LUNA_25], NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "nothing was typed"), ("soon", "not understood"), ("2023-13-01", "no such day"),
     ("2023-02-29", "no such day"), ("2023-366", "no such day"), ("2023-08-19 25:00", "no such date"),
     ("T+8 dogs", "duration '8 dogs'"), ("2023-08", "not a date"), ("T+99999999d", "1960 to 2199"),
     ("2023-08-19T11:10+99", "no such|not"), ("05/08/2023", "2023-08-05 or 2023-05-08"),
     ("19/08/2023 11:10", "year first, as 2023-08-19$"), ("8/19/2023", "year first, as 2023-08-19$"),
     ("31/02/2023", "year first, as 2023-08-19$"), ("8/8/2023", "year first, as 2023-08-08$"),
     ("1850-01-01", "only the years 1960 to 2199 are known"), ("19 Aug 2200", "1960 to 2199"),
     ("05-08-2023", "some read the day first"),
     ("31.02.2023", "no such day")],
)  # fmt: skip
def test_mistakes_are_told_in_one_line(text, words):
    with pytest.raises(EpochError, match=words):
        understood(text, MISSIONS, NOW, (NOW - 1e12, NOW + 1e12))


def test_an_end_of_another_kind_is_called_what_it_was():
    landing = understood("landing-2h", [LUNA_25], NOW)
    assert landing.tdb_s == pytest.approx(LUNA_25.event("impact").tdb_s - 7200.0, abs=2.0)
    assert "Impact (there was no landing) − 2 h" in preview_words(landing, LUNA_25, NOW)
    with pytest.raises(EpochError, match=r"KPLO \(Danuri\) has no landing$"):
        understood("landing-2h", [load_mission("kplo")], NOW)


def test_what_needs_now_is_refused_without_it():
    for text in ("+2h", "11:10", "231/11:10"):
        with pytest.raises(EpochError):
            tdb_s_from_words(text, LUNA_25)


def test_outside_of_the_span_the_span_is_told():
    with pytest.raises(EpochRangeError, match="shown from 2023-08-10"):
        understood("T+99d", MISSIONS, NOW, LUNA_25.trajectory.span_tdb_s)
    assert tdb_s_from_entry("T+8d", LUNA_25, NOW) == LUNA_25.trajectory.span_tdb_s[0] + 8 * 86400.0


def test_after_a_flight_that_ends_with_its_landing_the_stay_is_told_to_be_missing():
    landing = next(event for event in CHANDRAYAAN.events if event.kind == "landing")
    span = CHANDRAYAAN.trajectory.span_tdb_s[0], landing.tdb_s
    words = beyond_words(landing.tdb_s + 3600.0, CHANDRAYAAN, span)
    assert words == f"this is 1 h after the end ({landing.title}): its stay on the ground is not in its data"
    assert beyond_words(span[0] - 3600.0, CHANDRAYAAN, span).startswith("this is 1 h before the beginning")


def test_the_preview_says_date_elapsed_time_anchor_and_distance():
    words = preview_words(understood("impact-5min", MISSIONS, NOW), LUNA_25, NOW)
    assert words == "2023-08-19 11:52:42 UTC · T+8d 12:41:45 · Impact − 5 min · 1 d 7 h ahead"
    assert preview_words(understood("+0s", MISSIONS, NOW), LUNA_25, NOW).endswith("· now")
    assert preview_words(understood("-2h", MISSIONS, NOW), LUNA_25, NOW).endswith("· 2 h back")


def test_every_completion_is_understood():
    offered = completions(MISSIONS)
    assert len({one.text for one in offered}) == len(offered)
    assert {"LOI", "TLI", "impact", "touchdown", "chandrayaan-3 loi"} <= {one.text for one in offered}
    for one in offered:
        understood(one.text, MISSIONS, NOW)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0.4 s"), (59.0, "59 s"), (60.0, "1 min"), (90.0, "1 min 30 s"), (3600.0, "1 h"), (-5400.0, "1 h 30 min"),
     (86_399.0, "1 d"), (187_200.0, "2 d 4 h"), (3_599.0, "59 min 59 s")],
)  # fmt: skip
def test_lengths_of_time_in_words(seconds, words):
    assert duration_words(seconds) == words


@given(st.integers(0, 99), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_durations_in_any_writing_are_the_same(days, hours, minutes, seconds):
    total = days * 86400.0 + hours * 3600.0 + minutes * 60.0 + seconds
    clock = f"{hours:02d}:{minutes:02d}:{seconds:02d}"
    for text in (f"{days}d {hours}h {minutes}m {seconds}s", f"{days} days {clock}", f"{days}/{clock}"):
        assert seconds_from_duration_text(text) == pytest.approx(total)


def test_pictures_can_show_a_branch_after_the_flight():
    planned = epoch_in_sight(LUNA_25, "2023-08-21T11:00:00")
    assert planned == tdb_s_from_utc_text("2023-08-21T11:00:00")
    assert epoch_in_sight(LUNA_25, "touchdown") > LUNA_25.trajectory.span_tdb_s[1]
    with pytest.raises(EpochRangeError, match="2023-08-24T12:00:00"):
        epoch_in_sight(LUNA_25, "2023-09-01")
