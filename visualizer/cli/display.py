"""Is there a display, before Qt is asked: Qt ends the process where there is none."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from visualizer.errors import GraphicsError

INSTEAD = (
    "pictures and films need none: perilune render luna-25 --at 2023-08-16T12:00:00 -o moon.png, "
    "perilune animate --help"
)


def display_problem(environment: dict[str, str] | None = None) -> str:
    """Return why no window can open here, in words, or an empty text."""
    env = dict(os.environ) if environment is None else environment
    if not sys.platform.startswith("linux") or env.get("QT_QPA_PLATFORM", "").split(":")[0] not in (
        "",
        "xcb",
        "wayland",
    ):
        return ""
    if _has_wayland(env):
        return ""
    name = env.get("DISPLAY", "")
    if not name:
        return "no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    return "" if _answers(name) else f"the display {name} does not answer"


def require_display() -> None:
    """Raise `GraphicsError` in one line where there is no display."""
    problem = display_problem()
    if problem:
        raise GraphicsError(f"opening the window: {problem}; {INSTEAD}")


def _has_wayland(env: dict[str, str]) -> bool:
    name = env.get("WAYLAND_DISPLAY", "")
    return bool(name) and (Path(env.get("XDG_RUNTIME_DIR", "/nonexistent")) / name).exists()


def _answers(display: str) -> bool:
    match = re.fullmatch(r"(?P<host>.*?):(?P<number>\d+)(?:\.\d+)?", display)
    if match is None:
        return False
    host, number = match["host"], int(match["number"])
    if host in ("", "unix") or host.startswith("/"):
        path = f"/tmp/.X11-unix/X{number}"
        # The second is Linux's abstract name of the same socket.
        return any(_connects(socket.AF_UNIX, address) for address in (path, "\0" + path))
    return _connects(socket.AF_INET, (host, 6000 + number))


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True


@contextmanager
def borrowed_display(width_px: int = 1600, height_px: int = 1000) -> Iterator[dict[str, str] | None]:
    """Give an environment with a display: the user's own, or a virtual one (Xvfb) for the time being.

    Yields
    ------
    dict or None
        None where there is no display and no Xvfb.
    """
    if not display_problem():
        yield dict(os.environ)
        return
    program = shutil.which("Xvfb")
    if program is None:
        yield None
        return
    reader, writer = os.pipe()
    words = [program, "-displayfd", str(writer), "-screen", "0", f"{width_px}x{height_px}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            number = pipe.readline().decode().strip()
        yield {**os.environ, "DISPLAY": f":{number}"} if number else None
    finally:
        server.terminate()
        server.wait()
