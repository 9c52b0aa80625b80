"""How far long work is: a bar on a terminal, a plain line now and then where standard error goes elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from visualizer.cli.texts import console

Tell = Callable[[str, float], None]
LINE_S: Final = 10.0


@contextmanager
def progress_of(title: str) -> Iterator[Tell]:
    """Give what is called with (what is being done, share that is done)."""
    out = console(on_stderr=True)
    if not out.is_terminal:
        yield _plain_lines()
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda words, share: bar.update(task, description=words, completed=share)


def _plain_lines() -> Tell:
    """Return what writes a line every ten seconds, so that short work says nothing."""
    last_s = time.monotonic()

    def tell(words: str, share: float) -> None:
        nonlocal last_s
        if time.monotonic() - last_s >= LINE_S:
            last_s = time.monotonic()
            sys.stderr.write(f"perilune: {words}, {100.0 * share:.0f} %\n")

    return tell
