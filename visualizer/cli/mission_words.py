"""What is typed where a mission belongs: an id, or by mistake a file, which is told in the words of its reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from visualizer.errors import CommandError

if TYPE_CHECKING:
    from visualizer.model.opening import Opened


def require_mission_words(*words: str) -> None:
    """Let ids pass, known or not; complain about files.

    Raises
    ------
    PeriluneError
        If a word is a path: what its reader finds wrong with the file, or, where the file is sound, which command
        takes it.
    """
    from visualizer.missions.user_catalogue import bundled_mission_ids, user_mission_ids

    known = {*bundled_mission_ids(), *user_mission_ids()}
    for word in words:
        if word.partition("/")[0] not in known and _is_path(word):
            _refuse(Path(word))


def _is_path(word: str) -> bool:
    path = Path(word)
    return path.name != word or path.suffix != "" or path.exists()


def _refuse(path: Path) -> None:
    from visualizer.model.opening import open_path

    if not path.is_file():
        what = "is a folder, no mission" if path.is_dir() else "there is no such file or mission"
        raise CommandError(f"{path}: {what}; perilune missions lists those there are")
    raise CommandError(f"{path}: {_way_of(path, open_path(path))}")


def _way_of(path: Path, opened: Opened) -> str:
    """Return what a sound file is, and which command takes it."""
    from visualizer.missions.importing import FoundFile
    from visualizer.model.opening import OpenedScene

    if isinstance(opened, OpenedScene):
        return f"is a scene, no mission; draw it with: perilune render {path} -o FILE.png"
    if not isinstance(opened, FoundFile):
        return f"is a mission document, no mission of yours yet; see it with: perilune open {path}"
    ids = [flight.known_as for flight in opened.flights if flight.known_as]
    if ids:
        return f"is a file that you have imported; name its mission: {', '.join(ids)}"
    return f"is a trajectory file, no mission yet; take it in with: perilune import {path}"
