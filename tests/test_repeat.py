"""Baking flights again: every mission has its recipe, and a recipe gives the same bytes each time."""

from __future__ import annotations

import pytest

from visualizer.bake import companions, repeat
from visualizer.missions.user_catalogue import bundled_mission_ids


@pytest.mark.parametrize("mission_id", bundled_mission_ids())
def test_every_mission_has_its_recipes_and_its_place_in_the_order(mission_id):
    assert repeat.bakes_of(mission_id)
    assert mission_id in repeat.ORDER


def test_a_file_that_differs_or_is_missing_is_named(tmp_path):
    baked, shipped = tmp_path / "baked", tmp_path / "shipped"
    for folder, words in ((baked, "abc"), (shipped, "abd")):
        folder.mkdir()
        for name, letter in zip(("same", "other"), words[::2], strict=True):
            (folder / name).write_text(letter, encoding="utf-8")
    (baked / "new").write_text("x", encoding="utf-8")
    files = tuple(baked / name for name in ("same", "other", "new"))
    assert repeat.different(files, shipped) == ["other", "new"]
    assert repeat.different(files, baked) == []


def test_a_companion_comes_out_the_same_each_time(monkeypatch):
    fly = repeat.bakes_of("lcross")[1]
    monkeypatch.setattr(repeat, "bakes_of", lambda mission_id: (fly,))
    seconds, names = repeat.repeat("lcross", twice=True)
    assert names == []
    assert seconds > 0.0


def test_what_differs_fails_and_what_is_unknown_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(
        repeat, "repeat", lambda mission_id, twice: (1.0, ["im-1.toml"] if mission_id == "im-1" else [])
    )
    monkeypatch.setattr("sys.argv", ["repeat", "im-2", "im-1"])
    assert repeat.main() == 1
    assert [line.split()[3] for line in capsys.readouterr().out.splitlines()] == ["same", "different:"]
    monkeypatch.setattr("sys.argv", ["repeat", "--twice", "im-2"])
    assert repeat.main() == 0
    monkeypatch.setattr("sys.argv", ["repeat", "apollo"])
    assert repeat.main() == 2
    assert "apollo" in capsys.readouterr().err


def test_what_flew_on_alone_belongs_to_a_mission_that_is_solved():
    for mission_id in companions.COMPANIONS:
        assert len(repeat.bakes_of(mission_id)) == 2
