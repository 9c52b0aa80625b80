"""A file where a mission belongs: its reader's own line, or which command takes it; exit code 2 from every command."""

from __future__ import annotations

import pytest
from formats.samples import gapped_flight
from typer.testing import CliRunner

from visualizer.cli.main import app
from visualizer.formats.write import write_flight
from visualizer.missions.user_catalogue import forget

SCENE = 'perilune = 1\ntime = "2023-08-17T05:23:00"\nmissions = ["luna-25"]\n'
COMMANDS = {
    "render": ("render", "{word}", "--at", "T", "-o", "o.png"),
    "render, without a time": ("render", "{word}", "-o", "o.png"),
    "render, beside": ("render", "luna-25", "--at", "T", "--with", "{word}", "-o", "o.png"),
    "animate": ("animate", "{word}", "-o", "o.mp4"),
    "animate, beside": ("animate", "luna-25", "--with", "{word}", "-o", "o.mp4"),
    "show": ("show", "{word}"),
    "state": ("state", "{word}", "T"),
    "evidence": ("evidence", "{word}"),
    "events": ("events", "{word}"),
    "export": ("export", "{word}", "-o", "o.oem"),
    "whatif": ("whatif", "{word}"),
    "compare": ("compare", "luna-25", "{word}"),
    "reconstruct": ("reconstruct", "{word}"),
}


def refused(words, word: str) -> str:
    result = CliRunner().invoke(app, [one.format(word=word) for one in words], prog_name="perilune")
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    return line.removeprefix("perilune: ")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.oem").write_text("")
    (tmp_path / "junk.bsp").write_bytes(bytes(range(256)))
    (tmp_path / "scene.perilune").write_text(SCENE)
    write_flight(gapped_flight(), tmp_path / "good.oem")
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_every_command_tells_what_its_reader_finds_wrong(folder, words):
    assert refused(words, f"{folder}/empty.oem") == f"{folder}/empty.oem: is empty"
    assert refused(words, "empty.oem") == "empty.oem: is empty"
    assert refused(words, "junk.bsp").startswith("junk.bsp: not a trajectory file that is known here")
    missing = "gone/none.oem: there is no such file or mission; perilune missions lists those there are"
    assert refused(words, "gone/none.oem") == missing
    assert not list(folder.glob("o.*"))


def test_a_sound_file_is_told_with_the_command_that_takes_it(folder):
    assert refused(COMMANDS["render"], "good.oem") == (
        "good.oem: is a trajectory file, no mission yet; take it in with: perilune import good.oem"
    )
    assert "perilune render scene.perilune -o FILE.png" in refused(COMMANDS["state"], "scene.perilune")
    assert "is a folder" in refused(COMMANDS["show"], str(folder))
    assert CliRunner().invoke(app, ["import", "good.oem", "--name", "Mine"]).exit_code == 0
    try:
        assert refused(COMMANDS["events"], "good.oem") == (
            "good.oem: is a file that you have imported; name its mission: mine"
        )
    finally:
        forget("mine")


def test_ids_stay_ids(folder):
    assert refused(COMMANDS["show"], "luna-52").startswith("mission 'luna-52': not known; there are artemis-1")
    assert refused(COMMANDS["compare"], "luna-25/plan") == "luna-25: no branch 'plan'; there are planned"
    (folder / "luna-25").mkdir()
    assert CliRunner().invoke(app, ["show", "luna-25"]).exit_code == 0
