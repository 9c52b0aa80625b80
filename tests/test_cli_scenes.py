"""Scenes, files and links on the command line: what is drawn of them, and one line where they are broken."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from visualizer.cli import guard
from visualizer.cli.guard import is_target
from visualizer.cli.main import app
from visualizer.cli.open_command import with_missions_as_link
from visualizer.missions.catalogue import load_mission
from visualizer.model.link import snapshot_of_link
from visualizer.model.opening import open_path, request_from_link, request_from_scene
from visualizer.model.scene_file import read_scene
from visualizer.model.scene_parts import parts_of, show_parts
from visualizer.model.session import Session

SCENE = """\
perilune = 1
title = "Before the burn"
time = "2023-08-19T11:05:00"
missions = ["luna-25", "chandrayaan-3"]
align = "loi"
show = ["graticule"]
measures = ["craft:luna-25 | site:luna-25/impact-crater"]
what_if = ["luna-25/last-burn=84"]

[camera]
focus = "feature:Boguslawsky"
axes = "site"
elevation_deg = 40
distance_km = 900

[story]
title = "x"

[[story.shots]]
seconds = 4.0
missions = ["luna-25"]
from = "2023-08-19T11:00:00"
"""


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "a.perilune"
    path.write_text(SCENE)
    return path


def said(*words: str) -> str:
    """Return the one line with which a command fails."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 2
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


def test_what_is_drawn_of_a_scene(scene):
    found, request, tdb_s = request_from_scene(scene)
    assert found.title == "Before the burn"
    assert [mission.id for mission in request.missions] == ["luna-25", "chandrayaan-3"]
    assert request.alignment.anchor == "loi"
    assert tdb_s == pytest.approx(found.tdb_s)
    assert [measure.first for measure in request.added.measures] == ["craft:luna-25"]
    assert [ghost.id for ghost in request.added.ghosts] == ["luna-25/last-burn"]
    assert request.is_patient


def test_parts_come_back_as_they_were(scene):
    opened = open_path(scene)
    session = Session([load_mission("luna-25"), load_mission("chandrayaan-3")])
    assert show_parts(session, opened.scene, "x") == []
    _, request, _ = request_from_scene(scene)
    session.lay_over(request.added)
    parts = parts_of(session)
    assert parts["what_if"] == ("luna-25/last-burn=84",)
    assert parts["measures"][0].startswith("craft:luna-25 | site:luna-25/impact-crater")
    assert parts["story"]["shots"][0]["seconds"] == 4.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("craft:luna-25 |", "craft:luna-25 ", "a.perilune: measures: measure 'craft"),
        ("luna-25/last-burn=84", "luna-25/nothing=84", "nothing"),
        ("seconds = 4.0", "seconds = 0", "a.perilune: story: "),
        ('align = "loi"', 'align = "tea"', "line 5: align: align 'tea': unknown"),
        ('"chandrayaan-3"]', '"apollo-11"]', "apollo-11"),
    ],
)
def test_a_scene_that_cannot_be_drawn_is_one_line(scene, old, new, words):
    scene.write_text(SCENE.replace(old, new))
    assert words in said("render", str(scene), "-o", str(scene.with_suffix(".png")))
    assert not scene.with_suffix(".png").exists()


def test_a_link_is_drawn_like_a_scene():
    request, tdb_s = request_from_link("perilune:?t=20240119T152000&m=slim&v=site")
    assert request.missions[0].id == "slim"
    assert tdb_s == pytest.approx(load_mission("slim").event("landing").tdb_s, abs=3600.0)


@pytest.mark.gl
def test_a_time_at_which_nothing_flies_is_told_with_the_one_that_is_drawn(tmp_path):
    late = tmp_path / "late.perilune"
    late.write_text('perilune = 1\ntime = "2025-03-14T06:58:00"\nmissions = ["im-2"]\n')
    words = ["-o", str(tmp_path / "x.png"), "--size", "64x36", "--supersample", "1", "--force"]
    for what, name in ((str(late), str(late)), ("perilune:?t=20250314T065800&m=im-2&v=moon", "link")):
        result = CliRunner().invoke(app, ["render", what, *words])
        assert result.exit_code == 0, result.stderr
        assert result.stderr == (
            f"perilune: {name}: nothing that it shows flies at its time, 2025-03-14 06:58:00 UTC; "
            "shown is the nearest, 2025-03-07 06:15:00 UTC\n"
        )
    late.write_text(late.read_text().replace("2025-03-14", "2025-03-06"))
    assert CliRunner().invoke(app, ["render", str(late), *words]).stderr == ""


def test_a_scene_has_its_own_time(scene):
    line = said("render", str(scene), "--at", "impact", "-o", "x.png")
    assert line == "perilune: --at: only for a mission; a scene or a link has its own"
    assert "--at TIME is missing" in said("render", "luna-25", "-o", "x.png")


@pytest.mark.parametrize("first", [(), ("open",)])
def test_files_and_links_are_looked_at_before_a_window_opens(scene, tmp_path, first, monkeypatch):
    monkeypatch.setattr("visualizer.cli.display.require_display", lambda: pytest.fail("a window was to open"))
    assert "there is no such file" in said(*first, str(tmp_path / "none.oem"))
    assert "a link looks like perilune:" in said(*first, "perilune:?t=soon")
    scene.write_text("perilune = 99\n")
    assert "comes from a newer Perilune" in said(*first, str(scene))
    other = tmp_path / "x.csv"
    other.write_text("hello\n")
    assert "not a trajectory file" in said(*first, str(other))


def test_commands_are_not_taken_for_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "missions").write_text("")
    assert CliRunner().invoke(app, ["missions", "--json"]).exit_code == 0
    assert "No such command 'misions'" in said("misions")
    assert guard.is_target("perilune:?x")
    assert guard.is_target("a.oem")
    assert guard.is_target("missions")
    assert not guard.is_target("--version")
    assert not guard.is_target("rendr")


def test_the_window_is_given_what_is_to_be_opened(scene, monkeypatch):
    given = []
    monkeypatch.setattr("visualizer.cli.display.require_display", lambda: None)
    monkeypatch.setattr("visualizer.scene.visuals.textures.start_reading", lambda: None)
    monkeypatch.setattr("visualizer.ui.app.run_window", lambda _report, targets=(): given.append(targets) or 0)
    result = CliRunner().invoke(app, [str(scene), "perilune:?t=20230819T111000&m=luna-25"])
    assert result.exit_code == 0
    assert given == [[str(scene), "perilune:?t=20230819T111000&m=luna-25"]]


def test_a_scene_of_an_imported_flight_finds_its_file(tmp_path, scene):
    assert CliRunner().invoke(app, ["export", "slim", "-o", str(tmp_path / "mine.oem")]).exit_code == 0
    path = tmp_path / "b.perilune"
    path.write_text(
        'perilune = 1\ntime = "2024-01-19T12:00:00"\nmissions = ["mine"]\n'
        '[[flights]]\nid = "mine"\ntitle = "My flight"\nfile = "mine.oem"\nprovenance = "measured"\n'
    )
    assert read_scene(path).flights[0].file == "mine.oem"
    _, request, _ = request_from_scene(path)
    (mission,) = request.missions
    assert (mission.id, mission.name) == ("mine", "My flight")
    assert {arc.provenance.value for arc in mission.trajectory.arcs} == {"measured"}
    (tmp_path / "mine.oem").unlink()
    assert "mine.oem" in said("render", str(path), "-o", str(tmp_path / "x.png"))


def test_missions_by_name_are_opened_together_and_files_stay_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    link, other = with_missions_as_link(["artemis-2", "x.oem", "kplo"])
    shown = snapshot_of_link(link)
    assert (shown.missions, shown.view, other) == (("artemis-2", "kplo"), "system", "x.oem")
    assert snapshot_of_link(with_missions_as_link(["luna-25"])[0]).view == "moon"
    (tmp_path / "luna-25").write_text("a file of that name is meant")
    assert with_missions_as_link(["luna-25"]) == ["luna-25"]
    assert is_target("artemis-2")
    assert not is_target("artemis-5")


def test_every_mistake_of_a_scene_is_a_line_and_misspelt_keys_come_first(tmp_path):
    path = tmp_path / "x.perilune"
    path.write_text('perilune = 1\nmissions = ["luna-25"]\nviev = "moon"\n[camera]\nfocsu = "moon"\naxes = 3\n')
    for words in (["open", path], ["render", path, "-o", tmp_path / "x.png"]):
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == 2
        lines = result.stderr.splitlines()
        assert len(lines) >= 4
        assert all(line.startswith(f"perilune: {path}") for line in lines)
        assert [("did you mean" in line) for line in lines] == [True, True] + [False] * (len(lines) - 2)
        assert not [line for line in lines if "focus: is missing" in line]
        assert "is missing" in lines[-1]
