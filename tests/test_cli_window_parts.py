"""What the window is made of and needs no toolkit: typed times, the timeline's arithmetic, settings."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import EpochError, EpochRangeError
from visualizer.missions.catalogue import load_mission
from visualizer.model.time_entry import elapsed_text, seconds_from_duration_text, tdb_s_from_entry, tdb_s_from_words
from visualizer.ui.settings import Settings, load_settings, save_settings
from visualizer.ui.telemetry_text import angle_text, length_text
from visualizer.ui.timeline_scale import TICK_STEPS_S, TimeScale, place_labels, since_text

DAY_S = 86400.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("8d 12h", 8.5 * DAY_S), ("2h30m", 9000.0), ("90 min", 5400.0), ("45s", 45.0), ("11:59", 43140.0),
     ("8d 11:59:03", 8 * DAY_S + 43143.0), ("1.5 hours", 5400.0)],
)  # fmt: skip
def test_durations(text, seconds):
    assert seconds_from_duration_text(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["8 dogs", "12", "h", "3d-"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(EpochError):
        seconds_from_duration_text(text)


def test_entries_relative_to_launch_events_and_now():
    mission = load_mission("luna-25")
    start = mission.trajectory.span_tdb_s[0]
    now = start + 5.0 * DAY_S
    assert tdb_s_from_entry("T+8d 12h", mission, now) == pytest.approx(start + 8.5 * DAY_S)
    assert tdb_s_from_entry("+90 min", mission, now) == pytest.approx(now + 5400.0)
    assert tdb_s_from_entry("impact - 10 min", mission, now) == pytest.approx(mission.event("impact").tdb_s - 600.0)
    assert tdb_s_from_entry("last-burn", mission, now) == mission.event("last-burn").tdb_s
    pasted = tdb_s_from_entry("  '2023-08-17 05:23:00 UTC'\n", mission, now)
    assert pasted == tdb_s_from_utc_text("2023-08-17T05:23:00")


@pytest.mark.parametrize("text", ["", "soon", "2023-13-01", "T+", "T+8 dogs"])
def test_entries_that_are_no_time_are_refused(text):
    mission = load_mission("luna-25")
    with pytest.raises(EpochError):
        tdb_s_from_entry(text, mission, mission.trajectory.span_tdb_s[0])


def test_entries_outside_the_flight_say_the_span():
    mission = load_mission("luna-25")
    with pytest.raises(EpochRangeError, match="2023-08-10 23:10:57 to 2023-08-19"):
        tdb_s_from_entry("T+99d", mission, mission.trajectory.span_tdb_s[0])


def test_elapsed_time_reads_as_it_is_typed():
    assert elapsed_text(8.5 * DAY_S) == "T+8d 12:00:00"
    assert elapsed_text(-61.0) == "T−00:01:01"
    assert elapsed_text(3919.4) == "T+01:05:19"
    assert elapsed_text(-0.3) == "T+00:00:00"
    assert elapsed_text(-DAY_S) == "T−1d 00:00:00"
    mission = load_mission("luna-25")
    for seconds in (-61.0, 3919.0, 8.5 * DAY_S):
        assert tdb_s_from_words(elapsed_text(seconds), mission) == pytest.approx(mission.launch_tdb_s + seconds)


SCALE = TimeScale.from_span(745_000_000.0, 745_750_000.0, 100.0, 1000.0)


@given(st.floats(0.05, 20.0), st.floats(100.0, 1100.0))
def test_zoom_keeps_the_epoch_under_the_cursor_unless_an_end_is_met(factor, x_px):
    about = SCALE.tdb_s(x_px)
    zoomed = SCALE.zoomed(factor, about)
    assert SCALE.full_start_tdb_s <= zoomed.start_tdb_s <= zoomed.end_tdb_s <= SCALE.full_end_tdb_s
    if factor < 1.0:
        assert zoomed.x_px(about) == pytest.approx(x_px, abs=1e-3)


@given(st.floats(5.0, 760_000.0), st.floats(0.0, 1.0))
def test_ticks_are_round_and_never_crowded(length_s, share):
    start = 745_000_000.0 + share * 1e6
    scale = TimeScale(start, start + length_s, 0.0, 1000.0, start, start + length_s)
    ticks = scale.ticks(90.0)
    places = [scale.x_px(tick.tdb_s) for tick in ticks]
    assert all(b - a >= 89.9 for a, b in pairwise(places))
    assert all(-1.0 <= x <= 1001.0 for x in places)
    assert len(ticks) <= 12


def test_tick_steps_rise():
    assert list(TICK_STEPS_S) == sorted(TICK_STEPS_S)


def test_labels_prefer_the_important_and_never_meet():
    placed = place_labels([100.0, 103.0, 104.0, 300.0], [80.0] * 4, [1.0, 9.0, 5.0, 0.0], 2, 0.0, 1000.0)
    assert {1, 2, 3} <= {label.index for label in placed}


def test_the_later_of_two_near_events_never_stands_left_of_the_earlier():
    placed = {p.index: p for p in place_labels([900.0, 905.0], [80.0, 95.0], [1.0, 9.0], 3, 0.0, 1000.0)}
    assert placed[1].x_px < 900.0
    assert placed[0].x_px < 900.0


def test_a_label_never_begins_beside_the_tick_of_another_event_if_it_can_stand_elsewhere():
    # Left of its own event there is room in the lowest line, but there it would read as the first one's name.
    placed = {p.index: p for p in place_labels([100.0, 200.0], [0.0, 83.0], [0.0, 9.0], 2, 0.0, 205.0)}
    assert placed[1].x_px == 110.0
    assert placed[1].lane == 0


@given(st.floats(5.0, 760_000.0), st.floats(-1.0, 1.0))
def test_ticks_since_a_moment_are_round_and_never_crowded(length_s, share):
    start = 745_000_000.0
    scale = TimeScale(start, start + length_s, 0.0, 1000.0, start, start + length_s)
    zero = start + share * length_s
    ticks = scale.ticks_since(zero, 90.0)
    places = [scale.x_px(tick.tdb_s) for tick in ticks]
    assert all(b - a >= 89.9 for a, b in pairwise(places))
    assert all(-1.0 <= x <= 1001.0 for x in places)
    assert len({tick.text for tick in ticks}) == len(ticks)


def test_time_since_a_moment_is_written_as_short_as_it_can_be():
    seconds = (0.0, -172800.0, 86400.0 + 21600.0, -1800.0, -5.0, 0.1, -90000.0 - 1800.0)
    assert [since_text(s) for s in seconds] == [
        "T+0", "T−2d", "T+1d 06h", "T−00:30", "T−00:00:05", "T+00:00:00.1", "T−1d 01:30",
    ]  # fmt: skip


def test_settings_survive(tmp_path):
    path = tmp_path / "deep" / "window.json"
    kept = Settings(geometry="abc", tdb_s=745_000_000.5, view_id="earth", is_hint_seen=True)
    save_settings(path, kept)
    assert load_settings(path) == (kept, "")
    assert [p.name for p in path.parent.iterdir()] == ["window.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        json.dumps({"schema": 99}),
        json.dumps({"schema": 1, "tdb_s": "noon"}),
        '{"schema": 1, "tdb_s": NaN}',
    ],
)
def test_damaged_settings_are_set_aside_with_a_notice(tmp_path, content):
    path = tmp_path / "window.json"
    path.write_text(content, encoding="utf-8")
    settings, notice = load_settings(path)
    assert settings == Settings(is_hint_seen=True)
    assert "window.json.bak" in notice
    assert (tmp_path / "window.json.bak").read_text(encoding="utf-8") == content
    assert not path.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xc3\x28", "what stands there is not what Perilune wrote"),
        (b"{", "what stands there is not what Perilune wrote"),
        (b'{"schema": 99}', "they come from another version of Perilune"),
        (b'{"schema": 1, "theme": 7}', "what stands there as theme cannot be: '7'"),
    ],
)
def test_what_is_wrong_with_settings_is_said_in_a_users_words(tmp_path, content, words):
    path = tmp_path / "window.json"
    path.write_bytes(content)
    _, notice = load_settings(path)
    assert f"({words})" in notice
    assert "codec" not in notice
    report = Path(platformdirs.user_log_dir("perilune", appauthor=False)) / "settings.txt"
    assert ("codec" in (report.read_text() if report.exists() else "")) == (content == b"\xc3\x28")


def test_lengths_and_angles_in_words():
    assert length_text(0.2504) == "250 m"
    assert length_text(113.666) == "113.67 km"
    assert length_text(406_645.2) == "406,645 km"
    assert length_text(None) == "–"
    assert angle_text(-57.865, "N", "S") == "57.865° S"
