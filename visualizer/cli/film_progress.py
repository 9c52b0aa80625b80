"""How far a film is: a bar or plain words for people, a line of JSON for each step for a program."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import typer

from visualizer.cli.progress import progress_of
from visualizer.errors import CommandError

Tell = Callable[[int, int], None]
STYLES: Final = ("auto", "json", "none")
# For a program, at most this often.
STEP_S: Final = 0.2
# The rate is that of the last seconds.
RECENT_S: Final = 20.0


class Pace:
    """Frames per second lately, and the time that is left at that rate."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def note(self, done: int, now_s: float) -> None:
        """Take that so many frames are done."""
        self._seen.append((now_s, done))
        while len(self._seen) > 2 and now_s - self._seen[1][0] > RECENT_S:
            self._seen.pop(0)

    def per_s(self) -> float | None:
        """Return frames per second, None before the second note."""
        if len(self._seen) < 2:
            return None
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        return (last - first) / max(last_s - first_s, 1e-9)

    def left_s(self, total: int) -> float | None:
        """Return how long the rest takes, s, or None where that is not known yet."""
        rate = self.per_s()
        return (total - self._seen[-1][1]) / rate if rate else None


def check_style(style: str) -> None:
    """Raise `CommandError` where there is no such way of telling."""
    if style not in STYLES:
        raise CommandError(f"--progress {style}: unknown; one of {', '.join(STYLES)}")


def say_event(event: str, **facts: Any) -> None:
    """Write one line of JSON."""
    typer.echo(json.dumps({"event": event, **facts}, ensure_ascii=True))


@contextmanager
def telling(title: str, style: str) -> Iterator[Tell]:
    """Give what is called with (frames done, frames in all)."""
    pace = Pace()
    if style == "json":
        yield _json_teller(pace)
    elif style == "none":
        yield lambda _done, _total: None
    else:
        with progress_of(title) as bar:

            def tell(done: int, total: int) -> None:
                pace.note(done, time.monotonic())
                rate = pace.per_s()
                words = f", {rate:.1f} a second" if rate else ""
                bar(f"{title} {done} of {total} frames{words}", done / total)

            yield tell


def _json_teller(pace: Pace) -> Tell:
    last_s = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last_s
        now_s = time.monotonic()
        pace.note(done, now_s)
        if last_s and done < total and now_s - last_s < STEP_S:
            return
        last_s = now_s
        rate, left = pace.per_s(), pace.left_s(total)
        say_event(
            "progress", done=done, frames=total, per_s=None if rate is None else round(rate, 2),
            left_s=None if left is None else round(left, 1),
        )  # fmt: skip

    return tell


def say_written(target: Path, style: str) -> None:
    """Tell people, or a program, what was written."""
    files = list(target.iterdir()) if target.is_dir() else [target]
    size = sum(file.stat().st_size for file in files)
    if style == "json":
        say_event("end", file=str(target), bytes=size)
    elif style == "auto":
        amount = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
        typer.echo(f"{target}  {amount}" + (f", {len(files)} pictures" if target.is_dir() else ""))
