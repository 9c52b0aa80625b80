"""`perilune reconstruct` with a mission document of one's own: solved, written, kept; refused in one line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tests.flight_samples import lunar_flight
from visualizer.cli.main import app
from visualizer.formats.spk import read_spk_segments
from visualizer.missions.catalogue import load_mission
from visualizer.missions.document import read_toml
from visualizer.missions.user_catalogue import forget


def run(*words):
    return CliRunner().invoke(app, ["reconstruct", *map(str, words)], prog_name="perilune")


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(lunar_flight().replace('trajectory = "sample"', 'trajectory = "mine"'), encoding="utf-8")
    return path


def test_a_document_of_ones_own_is_solved_written_and_kept(document, tmp_path):
    folder = tmp_path / "out"
    done = run(document, "-o", folder, "--coarse", "--add")
    assert done.exit_code == 0, done.output
    assert "perilune: " in done.output
    segments = read_spk_segments(folder / "mine.bsp")
    table = read_toml(folder / "mine.toml")
    assert len(segments) == len(table["arcs"]) == 3
    assert [burn["id"] for burn in table["burns"]] == ["lowering"]
    assert (folder / "mine-ensemble.npz").is_file()
    kept = load_mission("sample")
    assert kept.trajectory.span_tdb_s == pytest.approx((segments[0].tdb_s[0], segments[-1].tdb_s[-1]), abs=1e-6)
    forget("sample")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace('engine = "main"', 'engine = "other"'), "names the engine 'other'"),
        (lambda text: text.split("[flight]")[0], "no [flight] part"),
        (lambda text: text.replace("[flight.start]", "[flight.start"), "not valid TOML"),
    ],
)
def test_what_cannot_be_solved_is_refused_and_nothing_is_written(document, tmp_path, change, words):
    document.write_text(change(document.read_text(encoding="utf-8")), encoding="utf-8")
    refused = run(document, "-o", tmp_path / "out")
    assert refused.exit_code == 2
    assert words in refused.output.splitlines()[-1]
    assert not list((tmp_path / "out").glob("*"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    refused = run(tmp_path / "none.toml")
    assert refused.exit_code == 2
    assert "no such file" in refused.output
