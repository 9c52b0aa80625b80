"""Charts without a window: points that pixels need, marks of axes, lines by provenance, sigmas, the command's plot."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli_files import refused

from visualizer.core.constants import S_PER_DAY
from visualizer.core.earth_axes import rot_itrs_from_icrf, rot_itrs_from_icrf_quick
from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.core.trajectory import Provenance, SigmaTable
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.flight_state import flight_state
from visualizer.missions.series import dense_epochs, landing_site, quantity_of_key, values_of
from visualizer.model.chart_lines import (
    ChartLine,
    build_charts,
    first_span_s,
    kept_points,
    marks_of,
    on_log_axis,
    time_axis,
    value_span,
    whole_span_s,
)
from visualizer.model.chart_ticks import log_ticks, number_words, since_ticks, since_words, utc_ticks, value_ticks

ALTITUDE, LATITUDE = quantity_of_key("altitude"), quantity_of_key("latitude")


@pytest.fixture(scope="module")
def luna():
    return load_mission("luna-25")


@pytest.fixture(scope="module")
def pair(luna):
    return (luna, load_mission("chandrayaan-3"))


def drawn(mission, quantity, anchor="calendar", pixels=400):
    axis = time_axis([mission], anchor)
    (chart,) = build_charts([mission], (quantity,), axis, whole_span_s([mission], axis), pixels)
    return chart


# ---------------------------------------------------------------- points


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=400), st.integers(1, 12))
def test_thinning_keeps_ends_extremes_and_gaps_of_every_column(values, columns):
    y = np.array(values)
    x = np.linspace(0.0, 1.0, len(y))
    edges = np.linspace(0.0, 1.0, columns + 1)
    kept = kept_points(x, y, edges)
    assert np.all(np.diff(kept) > 0)
    column = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, columns - 1)
    for number in np.unique(column):
        inside = np.flatnonzero(column == number)
        chosen = y[np.intersect1d(inside, kept)]
        assert {inside[0], inside[-1]} <= set(kept.tolist())
        assert np.any(np.isnan(chosen)) == np.any(np.isnan(y[inside]))
        if np.any(np.isfinite(y[inside])):
            assert (np.nanmin(chosen), np.nanmax(chosen)) == (np.nanmin(y[inside]), np.nanmax(y[inside]))
    assert len(kept) <= max(5 * columns, 4 * columns + 1)


def test_a_long_stay_in_orbit_keeps_its_perilunes(pair):
    _, module = pair
    chart = drawn(module, ALTITUDE, pixels=300)
    line = max((one for one in chart.lines if one.name == module.name), key=lambda one: len(one.x_s))
    zero = module.trajectory.span_tdb_s[0]
    begin, end = tdb_s_from_utc_text("2023-08-06T20:00:00"), tdb_s_from_utc_text("2023-08-09T00:00:00")
    fine = flight_state(module.trajectory, np.arange(begin, end, 30.0)).altitude_km
    seen = line.value[(line.x_s + zero > begin) & (line.x_s + zero < end)]
    assert np.nanmin(seen) == pytest.approx(fine.min(), rel=0.06)
    assert np.nanmax(seen) == pytest.approx(fine.max(), rel=0.01)
    assert sum(len(one.x_s) for one in chart.lines) < 5 * 300 * 2 + 200


def test_dense_epochs_are_bounded_and_in_order(pair):
    for mission in pair:
        epochs = dense_epochs(mission, *mission.trajectory.span_tdb_s, 500)
        assert np.all(np.diff(epochs) > 0.0)
        assert len(epochs) < 14_000


# ---------------------------------------------------------------- lines


def test_lines_are_cut_where_they_are_known_otherwise(luna):
    chart = drawn(luna, ALTITUDE)
    by_name = {}
    for line in chart.lines:
        by_name.setdefault(line.name, []).append(line.provenance)
    assert by_name["Luna-25"] == [Provenance.SYNTHETIC, Provenance.RECONSTRUCTED]
    planned = [line for line in chart.lines if line.name != "Luna-25"]
    assert {line.provenance for line in planned} == {Provenance.PLANNED}
    first, second = (line for line in chart.lines if line.name == "Luna-25")
    assert first.x_s[-1] == second.x_s[0]


def test_a_line_breaks_where_it_begins_to_be_about_another_body(luna):
    (line,) = (one for one in drawn(luna, ALTITUDE).lines if one.provenance == Provenance.RECONSTRUCTED)
    (gap,) = np.flatnonzero(np.isnan(line.value))
    assert line.value[gap - 1] > 300_000.0
    assert line.value[gap + 1] < 70_000.0


def test_a_branch_has_no_velocity_change_of_its_own(luna):
    names = {line.name for line in drawn(luna, quantity_of_key("delta_v")).lines}
    assert names == {"Luna-25"}


def test_missions_without_the_moment_are_named_and_left_out(luna):
    artemis = load_mission("artemis-2")
    axis = time_axis([luna, artemis], "landing")
    (chart,) = build_charts([luna, artemis], (ALTITUDE,), axis, whole_span_s([luna, artemis], axis), 100)
    assert {line.mission_id for line in chart.lines} == {"luna-25"}
    assert any(artemis.name in note for note in chart.notes)
    with pytest.raises(CommandError, match="no"):
        whole_span_s([artemis], time_axis([artemis], "landing"))


def test_nothing_is_worked_out_for_nobody(pair):
    axis = time_axis(pair, "launch")
    charts = build_charts(pair, (ALTITUDE,), axis, whole_span_s(pair, axis), 100, lambda: False)
    assert [chart.lines for chart in charts] == [()]


def test_marks_are_the_events_on_the_axis(pair):
    axis = time_axis(pair, "landing")
    marks = marks_of(pair, axis)
    assert len(marks) == sum(len(mission.events) for mission in pair)
    assert any(mark.x_s == 0.0 and mark.mission_id == "luna-25" for mark in marks)
    low, high = first_span_s(pair, axis)
    assert low < -8 * S_PER_DAY < 0.0 < high


# ---------------------------------------------------------------- sigma


def test_sigma_of_the_altitude_is_the_radial_one(luna):
    epochs = np.array([tdb_s_from_utc_text("2023-08-17T12:00:00"), tdb_s_from_utc_text("2023-08-18T12:00:00")])
    ((_, sigma), (_, lat_sigma)) = values_of(luna, (ALTITUDE, LATITUDE), epochs)
    known = luna.trajectory.sigma_km(epochs)
    assert sigma == pytest.approx(known[:, 0], rel=1e-3)
    assert np.all(np.deg2rad(lat_sigma) * 1840.0 < np.hypot(known[:, 1], known[:, 2]) * 1.001)
    assert np.all(lat_sigma > 0.0)


def test_sigma_of_the_latitude_is_what_moving_the_craft_makes(luna):
    epoch = np.array([tdb_s_from_utc_text("2023-08-17T12:20:00")])
    arc = luna.trajectory.arc_at(float(epoch[0]))
    only_along = SigmaTable(
        luna.trajectory.sigma.tdb_s, np.tile([0.0, 10.0, 0.0], (len(luna.trajectory.sigma.tdb_s), 1))
    )
    moved = replace(luna, trajectory=replace(luna.trajectory, sigma=only_along, read_members=None))
    ((_, sigma),) = values_of(moved, (LATITUDE,), epoch)
    _, velocity = luna.trajectory.state_km(epoch, arc.centre_id)
    later = epoch + 10.0 / np.linalg.norm(velocity)
    apart = abs(np.diff(np.rad2deg(flight_state(luna.trajectory, np.concatenate([epoch, later])).lat_rad))[0])
    assert float(sigma[0]) == pytest.approx(apart, rel=0.02)


def test_no_band_where_no_sigma_is_known(luna):
    (chart,) = [drawn(luna, quantity_of_key("speed"))]
    assert all(line.bands() == [] for line in chart.lines)
    bands = [band for line in drawn(luna, ALTITUDE).lines for band in line.bands(is_log=True)]
    assert bands
    assert all(np.all(low <= high) and np.all(np.isfinite(low)) for _, low, high in bands)


def test_bands_end_where_the_line_is_unknown():
    x = np.arange(6.0)
    value = np.array([1.0, 2.0, np.nan, 4.0, 5.0, 0.0])
    line = ChartLine("a", "A", 0, Provenance.FITTED, x, value, np.full(6, 0.5))
    assert [(band[0][0], band[0][-1]) for band in line.bands()] == [(0.0, 1.0), (3.0, 5.0)]
    assert [(band[0][0], band[0][-1]) for band in line.bands(is_log=True)] == [(0.0, 1.0), (3.0, 4.0)]


def test_sun_at_the_landing_place_is_not_the_sun_below(luna):
    epoch = np.array([luna.event("impact").tdb_s - 1.0, luna.event("last-burn").tdb_s])
    ((below, _), (there, _)) = values_of(
        luna, (quantity_of_key("sun_elevation"), quantity_of_key("sun_elevation_site")), epoch
    )
    assert landing_site(luna).id == "impact-crater"
    assert below[0] == pytest.approx(there[0], abs=0.1)
    assert abs(below[1] - there[1]) > 5.0
    assert np.all(np.isnan(values_of(load_mission("artemis-2"), (quantity_of_key("sun_elevation_site"),),
                                     np.array([828_000_000.0 + 5e5]))[0][0]))  # fmt: skip


def test_quick_axes_of_the_earth_are_those_of_the_conventions():
    epochs = np.linspace(745_000_000.0, 745_900_000.0, 4_001)
    apart = np.abs(rot_itrs_from_icrf_quick(epochs) - rot_itrs_from_icrf(epochs)).max()
    assert 0.0 < apart < 2e-6


# ---------------------------------------------------------------- marks


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 12))
def test_value_marks_are_round_inside_and_not_too_many(low, length, count):
    ticks = value_ticks(low, low + length, count)
    places = [tick.at for tick in ticks]
    slack = 1e-6 * length + 1e-9 * abs(low)
    assert all(low - slack <= at <= low + length + slack for at in places)
    assert len(places) <= count + 1
    if len(places) > 2 and length > 1e-6 * abs(low):
        assert np.ptp(np.diff(places)) < 1e-3 * length


@pytest.mark.parametrize("most", [2, 4, 8, 16])
@pytest.mark.parametrize("edges", [(-3.0, 6.0), (0.2, 0.5), (1.9, 3.1), (2.0, 5.5)])
def test_logarithmic_marks_say_powers_and_have_room(edges, most):
    ticks = log_ticks(*edges, most)
    written = [tick for tick in ticks if tick.text]
    assert all(edges[0] - 1e-9 <= tick.at <= edges[1] + 1e-9 for tick in ticks)
    assert len(written) <= most + 3
    assert all(float(tick.text.replace(",", "")) == pytest.approx(10.0**tick.at, rel=1e-6) for tick in written)


@given(st.floats(-3e8, 9e8), st.sampled_from([2.0, 400.0, 9_000.0, 3e5, 4e6, 9e7]))
def test_marks_of_the_calendar_are_round_utc(zero, length):
    ticks = utc_ticks(0.0, length, zero, length / 8.0)
    assert len(ticks) <= 9
    for tick in ticks if length > 1_000.0 else []:
        seconds = float(utc_text_from_tdb_s(zero + tick.at, 3)[17:])
        # A leap second inside the span shifts what lies on its other side; TDB wavers by milliseconds.
        off = min(seconds, 60.0 - seconds)
        assert abs(off - round(off)) < 0.005
        assert off < 2.01


def test_words_of_the_calendar():
    zero = tdb_s_from_utc_text("2023-08-16T00:00:00")
    assert [tick.text for tick in utc_ticks(0.0, 2 * S_PER_DAY, zero, S_PER_DAY)] == ["16 Aug", "17 Aug", "18 Aug"]
    words = [tick.text for tick in utc_ticks(3_600.0, 3 * 3_600.0, zero, 3_600.0)]
    assert words == ["01:00", "02:00", "03:00"]


def test_words_of_a_time_from_a_moment():
    assert [tick.text for tick in since_ticks(-S_PER_DAY, S_PER_DAY, 40_000.0)] == ["−1d", "−12h", "0", "+12h", "+1d"]
    assert since_words(-100.0) == "−1min 40s"
    assert since_words(3 * S_PER_DAY + 3_605.0) == "+3d 1h 5s"
    assert since_words(0.4, 0.2) == "+0.4s"
    assert since_words(59.9999) == "+1min"
    assert number_words(-0.0001, 2) == "0.00"
    assert number_words(-1234.5, 1) == "−1,234.5"


def test_spans_of_values_have_a_margin_and_skip_what_a_logarithm_has_not(luna):
    chart = drawn(luna, ALTITUDE)
    low, high = value_span(chart, True)
    assert low > -3.5
    assert 5.6 < high < 6.5
    assert np.isnan(on_log_axis(np.array([-0.36])))[0]
    inside = value_span(chart, False, (5.5 * S_PER_DAY, 8.0 * S_PER_DAY))
    assert 40.0 < inside[0] < inside[1] < 150.0


# ---------------------------------------------------------------- the command


def run_plot(tmp_path, name, *words):
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, "-m", "visualizer", "compare", "luna-25", "chandrayaan-3", "--align", "landing", *words]
    path = tmp_path / name
    done = subprocess.run(
        [*command, "--plot", str(path)], env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    return path, done


def test_the_command_draws_without_a_display(tmp_path):
    path, done = run_plot(tmp_path, "both.png")
    assert done.returncode == 0, done.stderr
    from PIL import Image

    with Image.open(path) as image:
        assert image.size == (1600, 1000)
        pixels = np.asarray(image.convert("RGB"))
    gold = np.all(np.abs(pixels.astype(int) - (255, 204, 92)) < 12, axis=-1)
    blue = np.all(np.abs(pixels.astype(int) - (115, 204, 255)) < 12, axis=-1)
    assert gold.sum() > 500
    assert blue.sum() > 500
    assert [entry.name for entry in tmp_path.iterdir()] == ["both.png"]


def test_the_command_s_svg_says_who_what_and_how_it_is_known(tmp_path):
    path, done = run_plot(tmp_path, "speed.svg", "--quantity", "speed", "--from", "-30", "--to", "1")
    assert done.returncode == 0, done.stderr
    words = " ".join("".join(one.itertext()) for one in ET.parse(path).iter() if one.tag.endswith("text"))
    for expected in ("Luna-25 (reconstructed)", "planned", "km/s", "Time from landing or impact", "Dashed: planned"):
        assert expected in words
    assert "one sigma" not in words


def test_plots_that_cannot_be_are_refused_and_leave_nothing(tmp_path):
    names = ["luna-25", "chandrayaan-3", "--align", "landing"]
    assert ".png or .svg" in refused("compare", *names, "--plot", tmp_path / "a.pdf")
    (tmp_path / "there.png").write_text("mine")
    assert "it exists" in refused("compare", *names, "--plot", tmp_path / "there.png")
    assert "flew in that span" in refused("compare", *names, "--plot", tmp_path / "a.png", "--from", 9000, "--to", 9001)
    assert "ends before" in refused("compare", *names, "--plot", tmp_path / "a.png", "--from", 3, "--to", 1)
    assert [entry.name for entry in tmp_path.iterdir()] == ["there.png"]


def test_a_second_craft_that_flies_on_for_months_does_not_squeeze_a_plot():
    mission = load_mission("chandrayaan-3")
    axis = time_axis([mission], "landing")
    first, last = whole_span_s([mission], axis, with_second_craft=False)
    assert (first, last) == tuple(edge - axis.zeros_tdb_s[mission.id] for edge in mission.trajectory.span_tdb_s)
    assert whole_span_s([mission], axis)[1] > last + 30 * 86_400.0
    luna = load_mission("luna-25")
    plan = max(branch.trajectory.span_tdb_s[1] for branch in luna.branches if branch.kind == "planned")
    axis = time_axis([luna], "landing")
    assert whole_span_s([luna], axis, with_second_craft=False)[1] == plan - axis.zeros_tdb_s[luna.id]
