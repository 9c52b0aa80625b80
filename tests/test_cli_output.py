"""What commands write where that is hard: full disks, poor encodings, pipes, signals, wrong names; times and facts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from visualizer.cli import progress
from visualizer.cli.main import app
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.catalogue import load_mission

PROGRAM = [sys.executable, "-m", "visualizer"]
FULL = Path("/dev/full")
FILM = ["animate", "luna-25", "--from", "T+8d", "--to", "+2h", "--size", "64x64", "-o", "m.mp4"]


def run(*words: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *words], env={**os.environ, **env}, capture_output=True, timeout=120, check=False)


def state(*words: str, mission_id: str = "luna-25") -> list[dict]:
    result = CliRunner().invoke(app, ["state", mission_id, *words, "--json"], prog_name="perilune")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "words", [("state", "luna-25", "T+8d"), ("show", "luna-25", "--json"), ("show", "luna-25"), ("--version",)]
)
def test_a_full_disk_is_one_line(words):
    with FULL.open("wb") as full:
        done = subprocess.run([*PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["perilune: writing the answer: No space left on device"]


def test_a_poor_encoding_is_no_failure():
    poor = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run("evidence", "luna-25", **poor)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"lift-off" in done.stdout
    as_json = run("evidence", "luna-25", "--json", **poor)
    assert json.loads(as_json.stdout) == json.loads(run("evidence", "luna-25", "--json").stdout)


def test_progress_away_from_a_terminal_is_a_plain_line_now_and_then(monkeypatch, capsys):
    with progress.progress_of("drawing") as tell:
        tell("drawing 1 of 2", 0.5)
        monkeypatch.setattr(progress, "LINE_S", 0.0)
        tell("drawing 2 of 2", 1.0)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "perilune: drawing 2 of 2, 100 %\n")


@pytest.mark.gl
def test_a_piped_film_says_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = Path(__file__).resolve().parent.parent
    done = run(*FILM, "--seconds", "0.1", PYTHONPATH=str(root))
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 1
    assert done.stdout.startswith(b"m.mp4 ")


@pytest.mark.gl
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_a_film_that_is_stopped_leaves_nothing(tmp_path, name):
    root = Path(__file__).resolve().parent.parent
    env = {**os.environ, "PYTHONPATH": str(root)}
    words = [*PROGRAM, *FILM, "--seconds", "600"]
    with subprocess.Popen(words, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 60.0
        while not any(tmp_path.iterdir()) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(getattr(signal, name))
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, b"perilune: stopped\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("target", "said"),
    [("", "names no file"), (".", "names no file"), ("plain/a.png", "plain is not a folder"),
     ("plain/b/a.png", "plain is not a folder"), ("folder.png", "it is a folder")],
)  # fmt: skip
def test_a_target_that_cannot_be_is_told(tmp_path, monkeypatch, target, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").touch()
    (tmp_path / "folder.png").mkdir()
    result = CliRunner().invoke(app, ["render", "luna-25", "--at", "T+8d", "-o", target], prog_name="perilune")
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_times_may_be_relative_to_launch_events_and_the_start():
    mission = load_mission("luna-25")
    (row,) = state("impact-5min")
    assert row["tdb_s"] == pytest.approx(mission.event("impact").tdb_s - 300.0)
    (row,) = state("T+8d 12h")
    assert row["tdb_s"] == pytest.approx(mission.trajectory.span_tdb_s[0] + 8.5 * 86_400.0)
    rows = state("LAST-BURN - 1 min", "--until", "+120 s", "--step", "60")
    assert [round(r["tdb_s"] - rows[0]["tdb_s"], 3) for r in rows] == [0.0, 60.0, 120.0]


@pytest.mark.parametrize(("end", "sign"), [(0, -1), (1, 1)])
def test_a_second_beyond_either_end_is_accepted_and_more_is_not(end, sign):
    """Ends are shown and typed to the second: the end itself is meant."""
    mission = load_mission("artemis-2")
    edge = mission.trajectory.span_tdb_s[end]
    beyond = [utc_text_from_tdb_s(edge + sign * seconds, 3) for seconds in (0.9, 1.3)]
    assert state(beyond[0], mission_id="artemis-2")[0]["tdb_s"] == edge
    result = CliRunner().invoke(app, ["state", "artemis-2", beyond[1]], prog_name="perilune")
    assert result.exit_code == 2


def test_held_facts_are_marked_and_left_out_of_the_count():
    rows = json.loads(CliRunner().invoke(app, ["evidence", "luna-25", "--json"]).stdout)
    held = {row["id"] for row in rows if row["held"]}
    assert held == {
        "launch-time", "third-stage-separation", "tcm-1-start", "tcm-1-duration", "tcm-2-start", "tcm-2-duration",
        "insertion-1-duration", "insertion-2-duration", "correction-start", "correction-duration",
        "last-burn-duration", "last-burn-planned-duration", "mass",
    }  # fmt: skip
    assert all(abs(row["residual"]) < 1e-6 * row["sigma"] for row in rows if row["held"])
    table = CliRunner().invoke(app, ["evidence", "luna-25"]).stdout
    assert "13 more are held" in table
    assert "e-0" not in table
    assert "1750.0" in table
    assert "loss of signal: compared at 2023-08-19 11:57:30" in table
