"""The scene file `.perilune`: TOML with everything that is set up in a window, to be written and read by hand.

Pure. Unknown keys and every mistake are one line with the file, the line and what is wrong. Parts that other rooms own
(panes, measures, what-if, storyboard) are tables that those check when the scene is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from visualizer.errors import FileFormatError, error_of
from visualizer.missions.mission_colours import N_COLOURS
from visualizer.model.bookmarks import Bookmark
from visualizer.model.mistakes import all_mistakes
from visualizer.model.snapshot import MissionId, Name, Part, Snapshot, table_of
from visualizer.model.toml_text import line_of, tables_from_text, toml_text, write_whole

VERSION: Final = 1
ENDING: Final = ".perilune"
SIZE_MAX: Final = 8 << 20
HEADER: Final = (
    "# A scene of Perilune: open it with `perilune open FILE`, draw it with `perilune render FILE -o x.png`.\n"
)
MARK: Final = re.compile(rb"^\s*(#[^\n]*\n\s*)*perilune\s*=", re.MULTILINE)


class FlightFile(Part):
    """A flight that the scene shows and that comes from a file.

    Attributes
    ----------
    id : what the scene calls it; title : what it is called
    file : the file's path, or relative to the scene's folder
    object : which of the objects in the file; the only one unless said
    provenance : how it is known, where the file does not say
    colour : number of the colour chosen for it, or none
    """

    id: MissionId
    title: Name
    file: Name
    object: str = ""
    provenance: Literal["", "measured", "fitted", "reconstructed", "planned", "synthetic"] = ""
    colour: int | None = Field(default=None, ge=0, lt=N_COLOURS)


class Scene(Snapshot):
    """A scene.

    Attributes
    ----------
    perilune : version of the format; title : words
    flights : files that it shows flights of
    panes, story : tables of their own
    measures : pinned ones, as `craft:luna-25 | station:Bear Lakes | earth`
    what_if : burns of another length, as `luna-25/last-burn=84` (s)
    bookmarks : that travel with it
    """

    perilune: int = VERSION
    title: str = Field(default="", max_length=300)
    flights: tuple[FlightFile, ...] = ()
    panes: dict[str, Any] | None = None
    measures: tuple[Name, ...] = Field(default=(), max_length=50)
    what_if: tuple[Name, ...] = Field(default=(), max_length=20)
    bookmarks: tuple[Bookmark, ...] = ()
    story: dict[str, Any] | None = None


def looks_like_scene(head: bytes) -> bool:
    """Tell a scene by its beginning: comments, then `perilune =`."""
    return MARK.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def scene_text(scene: Scene) -> str:
    """Return a scene as TOML."""
    table = {"perilune": scene.perilune, **table_of(scene)}
    if scene.bookmarks:
        # Their ids tell them from the user's own.
        table["bookmarks"] = [{"id": one.id, **table_of(one)} for one in scene.bookmarks]
    return HEADER + toml_text(table)


def write_scene(path: Path, scene: Scene) -> None:
    """Write a scene, all or nothing; raise `CommandError` where the folder cannot be written."""
    write_whole(path, scene_text(scene), "scene")


def read_scene(path: Path) -> Scene:
    """Read a scene.

    Raises
    ------
    FileFormatError
        If it cannot be read, is not TOML or no scene (with the line), or comes from a newer version.
    """
    try:
        if path.stat().st_size > SIZE_MAX:
            raise FileFormatError(path, f"is no scene: it is larger than {SIZE_MAX >> 20} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError as error:
        raise FileFormatError(path, f"is not UTF-8 text ({error.reason})") from None
    return scene_from_text(text, path)


def scene_from_text(text: str, path: Path | str = "scene") -> Scene:
    """Read a scene's text; `path` is for complaints, which are `FileFormatError`."""
    table = tables_from_text(text, path)
    version = table.get("perilune")
    if isinstance(version, bool) or not isinstance(version, int):
        raise FileFormatError(path, "is no scene of Perilune: the line `perilune = 1` is missing")
    if version > VERSION:
        raise FileFormatError(
            path, f"comes from a newer Perilune (format {version}, this one reads {VERSION}); update Perilune",
            line_of(text, ("perilune",)),
        )  # fmt: skip
    if version < 1:
        raise FileFormatError(path, f"perilune = {version}: there is no such format", line_of(text, ("perilune",)))
    try:
        return Scene.model_validate(table)
    except ValidationError as error:
        found = all_mistakes(error, Scene)
        raise error_of(path, [FileFormatError(path, words, line_of(text, place)) for words, place in found]) from None


def relative_flights(flights: Iterable[FlightFile], folder: Path) -> tuple[FlightFile, ...]:
    """Return flights whose files are named from a folder where they lie in it or below, so that both can move."""
    made = []
    for one in flights:
        file = Path(one.file)
        is_below = file.is_absolute() and file.is_relative_to(folder.absolute())
        name = file.relative_to(folder.absolute()).as_posix() if is_below else one.file
        made.append(one.model_copy(update={"file": name}))
    return tuple(made)


def shown_flights(flights: Iterable[FlightFile], snapshot: Snapshot) -> tuple[FlightFile, ...]:
    """Return those flights that a snapshot shows."""
    return tuple(one for one in flights if one.id in snapshot.missions)


def scene_of(snapshot: Snapshot, flights: Iterable[FlightFile] = (), **parts: Any) -> Scene:
    """Return a scene of a snapshot with further parts, as the fields of `Scene`."""
    values = {name: getattr(snapshot, name) for name in Snapshot.model_fields}
    return Scene(**values, flights=shown_flights(flights, snapshot), **parts)
