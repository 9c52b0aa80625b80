"""The command line without pictures: tables, JSON, one line for every mistake, exit codes, quick start."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from visualizer import __version__
from visualizer.cli import guard, picture_commands
from visualizer.cli.display import display_problem
from visualizer.cli.main import app
from visualizer.cli.texts import size_from_text
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission

IN_ORBIT = "2023-08-17T05:23:00"
CRUISING = "2023-08-13T05:30:00"
STATE_KEYS = {
    "utc", "tdb_s", "position_km", "velocity_km_s", "altitude_km", "lat_deg", "lon_deg", "range_earth_km",
    "range_moon_km", "provenance", "sigma_km", "center", "axes",
}  # fmt: skip


def run(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="perilune")


def refused(*words: str) -> str:
    """Run a command that must fail; return its one line."""
    result = run(*words)
    assert result.exit_code == 2, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("perilune: ")
    assert result.stdout == ""
    return lines[0]


def state(*words: str) -> list[dict]:
    result = run("state", "luna-25", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_version():
    assert run("--version").stdout.strip() == f"perilune {__version__}"


def test_missions_lists_luna_25_with_its_span():
    rows = {row["id"]: row for row in json.loads(run("missions", "--json").stdout)}
    assert list(rows) == sorted(rows)
    assert set(rows) >= {"luna-25", "chandrayaan-3", "artemis-2"}
    assert rows["luna-25"]["start"].startswith("2023-08-10T23:10:57")
    assert all(tdb_s_from_utc_text(row["start"]) < tdb_s_from_utc_text(row["end"]) for row in rows.values())
    assert "Luna-25" in run("missions").stdout


def test_show_tells_events_phases_sites_and_arcs():
    content = json.loads(run("show", "luna-25", "--json").stdout)
    assert {event["id"] for event in content["events"]} >= {"launch", "last-burn", "impact"}
    assert content["phases"]
    assert content["sites"]
    assert {arc["provenance"] for arc in content["arcs"]} >= {"reconstructed"}
    assert "Last burn" in run("show", "luna-25").stdout


def test_state_has_exactly_the_promised_keys():
    (row,) = state(IN_ORBIT)
    assert set(row) == STATE_KEYS
    assert row["utc"] == IN_ORBIT
    assert row["tdb_s"] == pytest.approx(tdb_s_from_utc_text(IN_ORBIT), abs=1e-6)
    assert len(row["sigma_km"]) == 3


def test_state_is_about_the_moon_near_it_and_about_the_earth_elsewhere():
    (near,), (far,) = state(IN_ORBIT), state(CRUISING)
    assert (near["center"], far["center"]) == ("moon", "earth")
    assert np.linalg.norm(near["position_km"]) == pytest.approx(near["range_moon_km"])
    assert np.linalg.norm(far["position_km"]) == pytest.approx(far["range_earth_km"])
    assert near["altitude_km"] == pytest.approx(near["range_moon_km"] - 1737.4)


def test_center_decides_vectors_and_altitude():
    (row,) = state(IN_ORBIT, "--center", "earth")
    assert row["center"] == "earth"
    assert np.linalg.norm(row["position_km"]) == pytest.approx(row["range_earth_km"])
    assert row["altitude_km"] > 300_000.0


def test_rotating_axes_keep_the_length_and_give_the_sub_point():
    (fixed,), (still,) = state(IN_ORBIT, "--axes", "moon-fixed"), state(IN_ORBIT)
    assert np.linalg.norm(fixed["position_km"]) == pytest.approx(np.linalg.norm(still["position_km"]))
    x, y, _ = fixed["position_km"]
    assert np.degrees(np.arctan2(y, x)) == pytest.approx(fixed["lon_deg"], abs=1e-9)


@pytest.mark.parametrize(
    ("axes", "center"), [("moon-fixed", "moon"), ("earth-fixed", "earth"), ("moon-fixed", "earth")]
)
def test_velocity_in_rotating_axes_is_the_slope_of_position_there(axes, center):
    rows = state(IN_ORBIT, "--until", "2023-08-17T05:23:02", "--step", "1", "--axes", axes, "--center", center)
    first, middle, last = (np.array(row["position_km"]) for row in rows)
    slope = (last - first) / 2.0
    assert slope == pytest.approx(np.array(rows[1]["velocity_km_s"]), abs=5e-6)
    assert middle.shape == (3,)


def test_tables_hold_both_ends():
    rows = state(IN_ORBIT, "--until", "2023-08-17T06:23:00", "--step", "600")
    assert [row["utc"][11:] for row in (rows[0], rows[-1])] == ["05:23:00", "06:23:00"]
    assert len(rows) == 7
    lines = run("state", "luna-25", IN_ORBIT, "--until", "2023-08-17T05:25:00").stdout.splitlines()
    assert len(lines) == 1 + 3


def test_both_ends_of_the_printed_span_are_inside():
    for summary in json.loads(run("missions", "--json").stdout):
        for epoch in (summary["start"], summary["end"]):
            result = run("state", summary["id"], epoch, "--json")
            assert result.exit_code == 0, result.output
            assert json.loads(result.stdout)[0]["provenance"]
        if summary["id"] == "luna-25":
            assert state(summary["end"])[0]["altitude_km"] < 5.0


def test_evidence_has_the_promised_keys_and_the_impact():
    rows = json.loads(run("evidence", "luna-25", "--json").stdout)
    keys = {"id", "published", "modelled", "residual", "sigma", "unit", "source", "used_in_fit"}
    assert all(keys <= set(row) for row in rows)
    assert any("impact" in row["id"] for row in rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "luna-26"), "luna-25"),
        (("state", "luna-25", "2024-01-01"), "2023-08-10T23:10:57.189 to 2023-08-24"),
        (("state", "luna-25", "yesterday"), "2023-08-19T11:10:00"),
        (("state", "luna-25", "2023-02-30"), "there is no such day"),
        (("state", "luna-25", IN_ORBIT, "--until", CRUISING), "before the start"),
        (("state", "luna-25", CRUISING, "--until", IN_ORBIT, "--step", "-5"), "--step -5"),
        (("state", "luna-25", CRUISING, "--until", IN_ORBIT, "--step", "nan"), "--step nan"),
        (("state", "luna-25", CRUISING, "--until", IN_ORBIT, "--step", "0.01"), "rows"),
        (("state", "luna-25", IN_ORBIT, "--step", "5"), "--until"),
        (("state", "luna-25", IN_ORBIT, "--center", "mars"), "earth, moon"),
        (("state", "luna-25", IN_ORBIT, "--axes", "galactic"), "moon-fixed"),
        (("render", "luna-25", "--at", IN_ORBIT, "--size", "big", "-o", "a.png"), "1920x1080"),
        (("render", "luna-25", "--at", IN_ORBIT, "--size", "99999x9", "-o", "a.png"), "pixels"),
        (("render", "luna-25", "--at", IN_ORBIT, "--view", "mars", "-o", "a.png"), "south-pole"),
        (("render", "luna-25", "--at", IN_ORBIT, "--show", "wings", "-o", "a.png"), "graticule"),
        (("render", "luna-25", "--at", IN_ORBIT, "--hide", "wings", "-o", "a.png"), "clouds"),
        (("render", "luna-25", "--at", "2030-01-01", "-o", "a.png"), "outside the flight"),
        (("render", "luna-25", "--at", IN_ORBIT, "--camera", "{}", "-o", "a.png"), "--camera"),
        (("render", "luna-25", "--at", IN_ORBIT), "-o"),
        (("animate", "luna-25", "--from", IN_ORBIT, "--to", CRUISING, "-o", "a.mp4"), "--to"),
        (("animate", "luna-25", "--from", CRUISING, "--to", IN_ORBIT, "--size", "33x33", "-o", "a.mp4"), "even"),
        (("animate", "luna-25", "--from", CRUISING, "--to", IN_ORBIT, "--fps", "0", "-o", "a.mp4"), "--fps 0"),
        (("animate", "luna-25", "--from", CRUISING, "--to", IN_ORBIT, "--seconds", "9e9", "-o", "a.mp4"), "--seconds"),
        (("fly",), "fly"),
        (("state", "luna-25"), "UTC"),
        (("--fast",), "--fast"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "tail"),
    [
        (("slim", "2024-01-31T13:00"), "to 2024-01-31T12:00:00 UTC; this is 1 h after the end (The first night)"),
        (("luna-25", "T-2h"), "UTC; this is 2 h before the beginning (Launch from Vostochny)"),
        (("im-1", "2024-02-25"), "UTC; this is 5 h 3 min after the end (Seen by LRO)"),
    ],
)  # fmt: skip
def test_a_time_outside_of_a_flight_is_told_with_what_ends_it(words, tail):
    assert refused("state", *words).endswith(tail)


def test_reconstruct_does_not_write_over_a_folder(tmp_path):
    (tmp_path / "kept.txt").write_text("mine")
    assert "--force" in refused("reconstruct", "luna-25", "--output", str(tmp_path))
    assert "not a folder" in refused("reconstruct", "luna-25", "--output", str(tmp_path / "kept.txt"))
    assert (tmp_path / "kept.txt").read_text() == "mine"


def test_no_display_is_said_in_one_line(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert "perilune render" in refused()


def test_a_display_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert "does not answer" in display_problem({"DISPLAY": ":98765"})
    assert display_problem({"DISPLAY": "", "QT_QPA_PLATFORM": "offscreen"}) == ""


def test_a_bug_leaves_a_report_and_a_line(monkeypatch, tmp_path):
    def broken(*_words: object) -> tuple[int, int]:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(picture_commands, "size_of", broken)
    monkeypatch.setattr("platformdirs.user_log_dir", lambda *_args, **_more: str(tmp_path))
    result = run("render", "luna-25", "--at", IN_ORBIT, "-o", "a.png")
    assert result.exit_code == 1
    (report,) = tmp_path.iterdir()
    assert str(report) in result.stderr
    assert "ZeroDivisionError: on purpose" in report.read_text(encoding="utf-8")


def test_ctrl_c_ends_with_130(monkeypatch):
    def stopped(*_words: object) -> tuple[int, int]:
        raise KeyboardInterrupt

    monkeypatch.setattr(picture_commands, "size_of", stopped)
    result = run("render", "luna-25", "--at", IN_ORBIT, "-o", "a.png")
    assert result.exit_code == 130
    assert "Traceback" not in result.output


def test_sizes():
    assert size_from_text("1920x1080") == (1920, 1080)
    assert size_from_text(" 640 X 480 ") == (640, 480)
    with pytest.raises(CommandError, match="1920x1080"):
        size_from_text("1920")


def test_the_camera_of_the_window_is_taken_over():
    mission = load_mission("luna-25")
    tdb_s = tdb_s_from_utc_text(IN_ORBIT)
    words = {"camera": {"focus": "moon", "axes": "icrf", "azimuth_rad": 1.0, "elevation_rad": 0.5,
                        "distance_km": 9000.0, "fov_rad": 0.7}, "options": {"has_hud": False}}  # fmt: skip
    request = picture_commands.scene_request(mission, tdb_s, "moon", json.dumps(words))
    assert request.camera.distance_km == 9000.0
    assert not request.options.has_hud


def test_what_is_named_is_switched_on_and_off():
    from visualizer.cli.picture_commands import scene_request, with_options
    from visualizer.missions.catalogue import load_mission

    request = scene_request(load_mission("luna-25"), tdb_s_from_utc_text(IN_ORBIT), "moon", None)
    options = with_options(request, ["graticule", "ground-track"], ["clouds"]).options
    assert (options.has_graticule, options.has_ground_track, options.has_clouds) == (True, True, False)
    assert options.has_trails


def test_version_and_help_load_no_heavy_library():
    heavy = "scipy vispy PySide6 av PIL astropy"
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom visualizer.cli.main import app\n"
        "assert CliRunner().invoke(app, ['--version']).exit_code == 0\n"
        "assert CliRunner().invoke(app, ['missions']).exit_code == 0\n"
        f"print(*[n for n in '{heavy}'.split() if n in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert found.stdout.strip() in ("", "scipy", "PIL")


def test_complaints_are_one_line_whatever_the_message(capsys):
    guard.complain("first\n  second")
    assert capsys.readouterr().err == "perilune: first second\n"
