"""Bookmarks: moments with a view worth coming back to. The user's own, kept in one file, and ready-made ones.

Pure. Every change reads the file afresh, so that two windows add to one list; what a change did can be undone.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import platformdirs
from pydantic import Field, ValidationError

from visualizer.errors import CommandError, FileFormatError
from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import Event, Mission
from visualizer.model.mistakes import first_mistake
from visualizer.model.snapshot import Name, Part, Snapshot, table_of, time_text
from visualizer.model.toml_text import tables_from_text, toml_text, write_whole
from visualizer.model.views import VIEWS

VERSION: Final = 1
COUNT_MAX: Final = 2_000
UNDO_MAX: Final = 50


def new_id() -> str:
    """Return an id that no bookmark has."""
    return secrets.token_hex(4)


class Bookmark(Snapshot):
    """A snapshot with a title; `id` tells it from others and names its small picture; `note` is free text."""

    title: Name
    id: str = Field(default_factory=new_id, pattern=r"^[a-z0-9-]{1,80}$")
    note: str = Field(default="", max_length=2_000)


class _Book(Part):
    bookmarks_version: int = VERSION
    bookmarks: tuple[Bookmark, ...] = Field(default=(), max_length=COUNT_MAX)


def default_path() -> Path:
    """Return where this user's bookmarks are kept."""
    return Path(platformdirs.user_data_dir("perilune", appauthor=False)) / "bookmarks.toml"


class BookmarkStore:
    """A user's bookmarks.

    Attributes
    ----------
    path : of the file
    notice : what was wrong with it when it was read last, or empty
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.notice = ""
        self._undo: list[tuple[str, Callable[[list[Bookmark]], list[Bookmark]]]] = []

    def load(self) -> list[Bookmark]:
        """Return the bookmarks in order; a file that is damaged is set aside, and `notice` says so."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            return self._set_aside(str(error))
        try:
            return list(_Book.model_validate(tables_from_text(text, "bookmarks")).bookmarks)
        except ValidationError as error:
            return self._set_aside(first_mistake(error, _Book)[0])
        except FileFormatError as error:
            return self._set_aside(str(error))

    def _set_aside(self, reason: str) -> list[Bookmark]:
        kept = self.path.with_suffix(".toml.bak")
        reason = " ".join(reason.split())
        try:
            self.path.replace(kept)
        except OSError:
            self.notice = f"Bookmarks {self.path} could not be read ({reason}); starting without them"
        else:
            self.notice = f"Bookmarks were damaged ({reason}); starting without them, the old file is kept as {kept}"
        return []

    def _save(self, bookmarks: list[Bookmark]) -> None:
        if len(bookmarks) > COUNT_MAX:
            raise CommandError(f"bookmarks: there are {COUNT_MAX:,} already; delete some first")
        table = {"bookmarks_version": VERSION, "bookmarks": [{"id": b.id, **table_of(b)} for b in bookmarks]}
        write_whole(self.path, toml_text(table), "bookmarks")

    def _change(self, words: str, act: Callable[[list[Bookmark]], list[Bookmark]]) -> list[Bookmark]:
        before = self.load()
        after = act(list(before))
        self._save(after)
        self._undo = [*self._undo, (words, _inverse(before, after))][-UNDO_MAX:]
        return after

    def add(self, bookmark: Bookmark, index: int | None = None) -> list[Bookmark]:
        """Put a bookmark at the end, or at a place; return them all.

        Raises
        ------
        CommandError
            If the file cannot be written; so does every other change.
        """

        def act(bookmarks: list[Bookmark]) -> list[Bookmark]:
            bookmarks.insert(len(bookmarks) if index is None else index, bookmark)
            return bookmarks

        return self._change(f"adding {bookmark.title}", act)

    def rename(self, bookmark_id: str, title: str) -> list[Bookmark]:
        """Give a bookmark another title."""
        words = " ".join(title.split())[:200]
        if not words:
            raise CommandError("bookmark: a title needs a letter at least")
        return self._change(
            f"renaming to {words}",
            lambda all_: [b.model_copy(update={"title": words}) if b.id == bookmark_id else b for b in all_],
        )

    def move(self, bookmark_id: str, places: int) -> list[Bookmark]:
        """Move a bookmark up (negative) or down the list."""

        def act(bookmarks: list[Bookmark]) -> list[Bookmark]:
            index = next((i for i, b in enumerate(bookmarks) if b.id == bookmark_id), None)
            if index is not None:
                moved = bookmarks.pop(index)
                bookmarks.insert(min(max(index + places, 0), len(bookmarks)), moved)
            return bookmarks

        return self._change("moving", act)

    def delete(self, bookmark_id: str) -> list[Bookmark]:
        """Take a bookmark away; `undo` brings it back."""
        return self._change("deleting", lambda all_: [b for b in all_ if b.id != bookmark_id])

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._undo)

    def undo(self) -> tuple[str, list[Bookmark]]:
        """Undo the last change of this window; return what it was and all bookmarks."""
        if not self._undo:
            raise CommandError("bookmarks: nothing to undo")
        words, inverse = self._undo.pop()
        after = inverse(self.load())
        self._save(after)
        return words, after


def _inverse(before: list[Bookmark], after: list[Bookmark]) -> Callable[[list[Bookmark]], list[Bookmark]]:
    """Return what undoes a change, also where another window has changed the list since."""
    old, new = {b.id: b for b in before}, {b.id: b for b in after}
    order = {b.id: place for place, b in enumerate(before)}

    def undo(now: list[Bookmark]) -> list[Bookmark]:
        kept = [old.get(b.id, b) if new.get(b.id) == b else b for b in now if b.id in old or b.id not in new]
        there = {b.id for b in kept}
        kept += [b for b in before if b.id not in new and b.id not in there]
        return sorted(kept, key=lambda b: order.get(b.id, len(order)))

    return undo


# ---------------------------------------------------------------- ready-made

_BEST: Final = (
    ("launch", "earth", 120.0), ("tli", "earth", 60.0), ("loi", "moon", 60.0), ("descent", "follow", 30.0),
    ("landing", "site", -20.0),
)  # fmt: skip


def ready_made(missions: Iterable[Mission]) -> list[Bookmark]:
    """Return the bookmarks that come with the app: the photographs, then the best moments of each mission."""
    loaded = list(missions)
    return [*_photographs(loaded), *(one for mission in loaded for one in _best_moments(mission))]


def _photographs(missions: list[Mission]) -> list[Bookmark]:
    by_id = {mission.id: mission for mission in missions}
    found = []
    for view in VIEWS:
        mission = by_id.get(view.moment.mission_id) if view.moment is not None else None
        if view.moment is None or mission is None:
            continue
        event = mission.event(view.moment.event_id)
        found.append(
            Bookmark(id=f"photo-{view.id}", title=view.title, note=view.help, time=time_text(event.tdb_s),
                     missions=(mission.id,), view=view.id)
        )  # fmt: skip
    return found


def _best_moments(mission: Mission) -> list[Bookmark]:
    """Return a mission's moments worth seeing: those that missions share, and passages of the Moon."""
    first, last = mission.trajectory.span_tdb_s
    found: list[Bookmark] = []
    for anchor, view, later_s in _BEST:
        tdb_s = anchor_tdb_s(mission, anchor)
        if tdb_s is None:
            continue
        event = next((e for e in mission.events if abs(e.tdb_s - tdb_s) < 1.0), None)
        if event is not None and event.kind == "flyby":
            continue
        found.append(_moment(mission, event, anchor, view, min(max(tdb_s + later_s, first), last)))
    passages = [e for e in mission.events if e.kind == "flyby" or e.id == "farthest"]
    found += [_moment(mission, e, e.id, "moon" if e.kind == "flyby" else "system", e.tdb_s) for e in passages]
    return found


def _moment(mission: Mission, event: Event | None, name: str, view: str, tdb_s: float) -> Bookmark:
    title = event.title if event is not None else name.capitalize()
    made = re.sub(r"[^a-z0-9-]", "-", f"{mission.id}-{name}")[:80]
    return Bookmark(id=made, title=f"{mission.name}: {title}", note=event.sentence if event else "",
                    time=time_text(tdb_s), missions=(mission.id,), view=view)  # fmt: skip


def bookmark_of(snapshot: Snapshot, title: str, note: str = "") -> Bookmark:
    """Return a new bookmark of a snapshot."""
    values: dict[str, Any] = {name: getattr(snapshot, name) for name in Snapshot.model_fields}
    return Bookmark(title=" ".join(title.split())[:200] or "Bookmark", note=note, **values)
