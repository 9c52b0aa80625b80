"""Bookmarks: kept, undone, shared by two windows, set aside when damaged; the ready-made ones can all be shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission, mission_ids
from visualizer.model.bookmarks import Bookmark, BookmarkStore, ready_made
from visualizer.model.session import Session
from visualizer.model.session_scene import apply_snapshot


def bookmark(title: str) -> Bookmark:
    return Bookmark(title=title, time="2023-08-19T11:10:00", missions=("luna-25",), view="moon")


def titles(store: BookmarkStore) -> list[str]:
    return [one.title for one in store.load()]


def test_bookmarks_are_kept(tmp_path):
    store = BookmarkStore(tmp_path / "deep" / "bookmarks.toml")
    assert store.load() == []
    first = bookmark("first")
    store.add(first)
    assert BookmarkStore(store.path).load() == [first]
    assert [one.name for one in store.path.parent.iterdir()] == ["bookmarks.toml"]


def test_every_change_can_be_undone(tmp_path):
    store = BookmarkStore(tmp_path / "b.toml")
    a, b, c = bookmark("a"), bookmark("b"), bookmark("c")
    for one in (a, b, c):
        store.add(one)
    store.move(c.id, -2)
    assert titles(store) == ["c", "a", "b"]
    store.rename(a.id, "  A  new ")
    store.delete(b.id)
    assert titles(store) == ["c", "A new"]
    for expected in (["c", "A new", "b"], ["c", "a", "b"], ["a", "b", "c"], ["a", "b"], ["a"], []):
        store.undo()
        assert titles(store) == expected
    assert not store.can_undo
    with pytest.raises(CommandError, match="nothing to undo"):
        store.undo()


@given(st.lists(st.tuples(st.sampled_from(["add", "rename", "move", "delete"]), st.integers(0, 4), st.integers(-3, 3))))
@settings(max_examples=60)
def test_undoing_all_gives_the_beginning_back(tmp_path_factory, acts):
    store = BookmarkStore(tmp_path_factory.mktemp("book") / "b.toml")
    for title in "abc":
        store.add(bookmark(title))
    before = store.load()
    for act, which, places in acts:
        there = store.load()
        one = there[which % len(there)] if there else None
        if act == "add" or one is None:
            store.add(bookmark(f"new {places}"), max(0, min(which, len(there))))
        elif act == "rename":
            store.rename(one.id, f"other {places}")
        elif act == "move":
            store.move(one.id, places)
        else:
            store.delete(one.id)
    for _ in acts:
        store.undo()
    if len(acts) <= 47:
        assert store.load() == before


def test_two_windows_add_to_one_list(tmp_path):
    one, other = (BookmarkStore(tmp_path / "b.toml") for _ in range(2))
    mine = bookmark("mine")
    one.add(mine)
    other.add(bookmark("theirs"))
    one.delete(mine.id)
    assert titles(other) == ["theirs"]
    one.undo()
    assert sorted(titles(other)) == ["mine", "theirs"]
    one.undo()
    assert titles(one) == ["theirs"]


@pytest.mark.parametrize(
    "content", [b"x", b"\xff", b"bookmarks = 3", b"bookmarks_version = 1\n[[bookmarks]]\ntitle = ''\n", b"[["]
)
def test_a_damaged_file_is_set_aside_with_a_notice(tmp_path, content):
    store = BookmarkStore(tmp_path / "b.toml")
    store.path.write_bytes(content)
    assert store.load() == []
    assert "b.toml.bak" in store.notice
    assert "\n" not in store.notice
    assert (tmp_path / "b.toml.bak").read_bytes() == content
    store.add(bookmark("new"))
    assert titles(store) == ["new"]


def test_what_cannot_be_kept_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="writing the bookmarks"):
        BookmarkStore(tmp_path / "file" / "b.toml").add(bookmark("a"))
    with pytest.raises(CommandError, match="a letter"):
        BookmarkStore(tmp_path / "b.toml").rename("x", "  ")


def test_all_ready_made_bookmarks_can_be_shown():
    missions = [load_mission(mission_id) for mission_id in mission_ids()]
    found = ready_made(missions)
    assert [one.title for one in found[:3]] == [
        "Photograph of the Earth", "Photograph of the Moon", "Photograph of Zeeman"
    ]  # fmt: skip
    assert found[2].time.startswith("2023-08-17T05:23")
    assert len({one.id for one in found}) == len(found)
    session = Session(missions, shown_ids=["luna-25"])
    for one in found:
        apply_snapshot(session, one, one.title, at_once=True)
        assert session.clock.epoch_tdb_s == pytest.approx(one.tdb_s, abs=2e-3)
        session.frame_state()
    moments = {m.id: [b for b in found if b.missions == (m.id,)] for m in missions}
    assert all(moments.values())
