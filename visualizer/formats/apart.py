"""Run work in a process of its own, so that a library that ends the process on damaged files ends only that one.

Formats. The SPICE toolkit stops the program where a damaged segment leads it outside its arrays. The child is a fork:
it needs no start-up and hands its result back through a pipe. Where the system has no fork, the work is done here,
after the same checks.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from visualizer.errors import FileFormatError

T = TypeVar("T")


def run_apart(path: Path, work: Callable[[], T], limit_s: float) -> T:
    """Return what `work` returns.

    Parameters
    ----------
    path : of the file that it is about, for errors
    limit_s : s until the child is ended

    Raises
    ------
    FileFormatError
        What `work` raised; or that the child died or took too long.
    """
    if not hasattr(os, "fork"):
        return work()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work_and_leave(work, writer)
    os.close(writer)
    try:
        data = _all_of(reader, time.monotonic() + limit_s)
    finally:
        os.close(reader)
        _end(child)
    if not data:
        raise FileFormatError(path, f"damaged: SPICE stopped, or gave no answer within {limit_s:.1f} s")
    kind, *rest = pickle.loads(data)
    if kind == "refused":
        raise FileFormatError(rest[0], rest[1])
    if kind == "failed":
        raise RuntimeError(f"reading {path} by SPICE: {rest[0]}")
    result: T = rest[0]
    return result


def _work_and_leave(work: Callable[[], Any], writer: int) -> NoReturn:
    """Be the child: work, hand the result over, leave without cleaning up what is the parent's."""
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            answer: tuple[Any, ...] = ("done", work())
        except FileFormatError as error:
            answer = ("refused", str(error.path), error.reason)
        except Exception as error:
            answer = ("failed", f"{type(error).__name__}: {error}")
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(answer, pipe)
    finally:
        os._exit(0)


def _all_of(reader: int, deadline: float) -> bytes:
    """Return all that comes through a pipe until it is closed; nothing where the deadline passes first."""
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return b""
        part = os.read(reader, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _end(child: int) -> None:
    finished, _ = os.waitpid(child, os.WNOHANG)
    if finished == 0:
        time.sleep(0.002)
        finished, _ = os.waitpid(child, os.WNOHANG)
    if finished == 0:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
