"""Fetch a set of maps and make what is drawn with, telling how far it is.

Maps. The command line and the window both call `install_set`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from visualizer.errors import CommandError, FileFormatError
from visualizer.maps import store
from visualizer.maps.fetching import Cancelled, IsCancelled, fetch_file
from visualizer.maps.making import make_set, read_picture
from visualizer.maps.sets import MapSet

Tell = Callable[[str, float], None]
FETCH_SHARE: Final = 0.7


def install_set(map_set: MapSet, tell: Tell, is_cancelled: IsCancelled) -> store.Installed | None:
    """Fetch, check, convert and use a set; None if the user cancelled (what came is kept for the next time).

    Parameters
    ----------
    tell : called with what is being done and the share that is done, 0 to 1
    is_cancelled : asked often

    Raises
    ------
    CommandError
        If it cannot be fetched, is not what it should be, or there is no room.
    """
    files: list[Path] = []
    begin = 0
    try:
        for file in map_set.files:

            def progress(name: str, done: int, total: int, begin: int = begin) -> None:
                share = (begin + done) / map_set.about_bytes
                tell(f"fetching {name}: {done >> 20} of {total >> 20 or '?'} MB", FETCH_SHARE * min(share, 1.0))

            path = fetch_file(file, store.fetched_folder(), progress, is_cancelled)
            _check(path, map_set, len(files))
            files.append(path)
            begin += file.about_bytes
        return store.install(map_set, files, partial(_make, tell=tell, is_cancelled=is_cancelled))
    except Cancelled:
        return None


def _check(path: Path, map_set: MapSet, number: int) -> None:
    """Refuse a file that is no map of the expected size, and forget it, so that it is fetched again."""
    try:
        read_picture(path, map_set.files[number])
    except FileFormatError as error:
        path.unlink(missing_ok=True)
        raise CommandError(f"fetching {path.name}: {error.reason}; it was thrown away") from error


def _make(map_set: MapSet, files: list[Path], folder: Path, tell: Tell, is_cancelled: IsCancelled) -> None:
    def step(words: str, share: float) -> None:
        if is_cancelled():
            raise Cancelled
        tell(words, FETCH_SHARE + (1.0 - FETCH_SHARE) * share)

    make_set(map_set, files, folder, step)
