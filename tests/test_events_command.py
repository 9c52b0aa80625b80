"""`perilune events`: lists for people and machines, names, mistakes."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from visualizer.cli.main import app
from visualizer.errors import MissionError
from visualizer.missions.found_events import feature_named


def run(*words):
    return CliRunner().invoke(app, ["events", "luna-25", *words], prog_name="perilune")


def test_the_command_lists_events_for_machines():
    rows = json.loads(run("--kind", "eclipse", "--kind", "impact", "--json").stdout)
    assert {row["kind"] for row in rows} == {"penumbra", "umbra", "impact"}
    for row in rows:
        assert set(row) >= {"kind", "utc", "tdb_s", "end_utc", "value", "unit", "body", "text"}
        assert (row["end_utc"] is None) == (row["kind"] == "impact")
    assert [row["tdb_s"] for row in rows] == sorted(row["tdb_s"] for row in rows)


def test_the_command_lists_events_for_people():
    span = ("--from", "2023-08-17", "--to", "2023-08-17T06:00:00")
    lines = run("--kind", "perilune", *span).stdout.splitlines()
    assert lines[0].split()[:2] == ["UTC", "until"]
    assert len(lines) == 4
    passes = run("--kind", "station-pass", "--station", "goldstone").stdout
    assert "Goldstone" in passes
    assert "Madrid" not in passes
    near = run("--kind", "closest-approach", "--feature", "zeeman", "--site", "main-site", *span).stdout
    assert "Zeeman" in near
    assert "Planned landing site" in near
    assert "nothing" in run("--kind", "apogee", *span).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "eclipses"), "perilune, apolune"),
        (("--station", "moscow"), "Bear Lakes, Ussuriysk"),
        (("--site", "tycho"), "vostochny, main-site"),
        (("--feature", "Tychoo"), "Tycho"),
        (("--from", "2024-01-01"), "outside the flight"),
        (("--from", "2023-08-17", "--to", "2023-08-16"), "--from"),
    ],
)
def test_wrong_names_are_one_line(words, said):
    result = run(*words)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert said in result.stderr


def test_features_are_found_without_accents():
    assert feature_named("PONTECOULANT g").name == "Pontécoulant G"
    with pytest.raises(MissionError, match="nothing of a like name"):
        feature_named("qqqqqq")
