"""Fetch one file: goes on where an earlier attempt stopped, is checked before it is used.

Maps. Pooch keeps and checks the files; the downloader beside it asks for the rest of a file that is there in part.
"""

from __future__ import annotations

import http.client
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from visualizer.errors import CommandError
from visualizer.maps.sets import MapFile, base_url

TIMEOUT_S: Final = 60.0
BLOCK_BYTES: Final = 1 << 18
LARGEST_BYTES: Final = 600 << 20
SPARE_BYTES: Final = 50 << 20
Progress = Callable[[str, int, int], None]
IsCancelled = Callable[[], bool]


class Cancelled(Exception):
    """The user has had enough; what came so far is kept for the next time."""


def _never() -> bool:
    return False


@dataclass
class Resuming:
    """A downloader for pooch.

    Attributes
    ----------
    part : where bytes are gathered; a later attempt goes on from its length
    name : of the file, for progress
    progress : called with name, bytes so far and bytes in all (0 where the source does not tell)
    is_cancelled : asked between blocks
    """

    part: Path
    name: str
    progress: Progress
    is_cancelled: IsCancelled = _never

    def __call__(self, url: str, output_file: str, pooch: Any, check_only: bool = False) -> None:
        """Fetch the rest of the file and hand it to pooch."""
        has = self.part.stat().st_size if self.part.is_file() else 0
        request = urllib.request.Request(url, headers={"Range": f"bytes={has}-"} if has else {})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                self._gather(answer, has)
        except urllib.error.HTTPError as error:
            with error:
                # 416: nothing is left to ask for; the checks that follow decide whether it is whole.
                if error.code != 416 or not has:
                    raise
        os.replace(self.part, output_file)

    def _gather(self, answer: http.client.HTTPResponse, has: int) -> None:
        goes_on = answer.status == 206
        begin = has if goes_on else 0
        length = int(answer.headers.get("Content-Length") or 0)
        total = begin + length if length else 0
        if total > LARGEST_BYTES:
            raise CommandError(f"fetching {self.name}: {total >> 20} MB are more than expected; nothing was kept")
        _require_space(self.part.parent, total - begin)
        done = begin
        with self.part.open("ab" if goes_on else "wb") as file:
            while block := answer.read(BLOCK_BYTES):
                if self.is_cancelled():
                    raise Cancelled
                file.write(block)
                done += len(block)
                self.progress(self.name, done, total)
        if total and done < total:
            raise http.client.IncompleteRead(b"", total - done)


def fetch_file(file: MapFile, folder: Path, progress: Progress, is_cancelled: IsCancelled = _never) -> Path:
    """Return a file of a set, fetched into `folder` unless it is there already.

    Raises
    ------
    CommandError
        If the source is out of reach, the disk is full, or what came is not the file; says why.
    """
    import pooch

    url = base_url() + file.name
    what = f"fetching {url}"
    known = f"sha256:{file.sha256}" if file.sha256 else None
    downloader = Resuming(folder / f"{file.name}.part", file.name, progress, is_cancelled)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        pooch.get_logger().setLevel("ERROR")
        return Path(pooch.retrieve(url, known, fname=file.name, path=folder, downloader=downloader))
    except ValueError as error:
        downloader.part.unlink(missing_ok=True)
        raise CommandError(f"{what}: what came is not the file that was expected ({error}); try again later") from None
    except urllib.error.HTTPError as error:
        raise CommandError(f"{what}: the source answered {error.code}; try again later") from None
    except (TimeoutError, urllib.error.URLError, http.client.HTTPException, ConnectionError) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise CommandError(f"{what}: interrupted ({reason}); run it again, it goes on from where it stopped") from None
    except OSError as error:
        raise CommandError(f"{what}: {folder} cannot be written ({error.strerror or error})") from None


def _require_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise CommandError(
            f"fetching maps into {folder}: {needed >> 20} MB are needed, {free >> 20} MB are free; make room first"
        )
