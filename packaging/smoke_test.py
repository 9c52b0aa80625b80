"""Build the packaged program and try it: in an empty home, without a display, in silence.

`python packaging/smoke_test.py` builds into `build/` and `dist/`; `--keep` tries what was built before. Any line that
the program prints and that is not expected is a failure.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import set_up

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "dist" / "perilune"
PROGRAM = FOLDER / ("perilune.exe" if sys.platform == "win32" else "perilune")
EPOCH = "2023-08-17T05:23:00"


class SmokeError(Exception):
    """What is wrong with the packaged program."""


@dataclass(frozen=True)
class Outcome:
    """What one command printed, and how long it took."""

    lines: list[str]
    seconds: float


def build() -> None:
    """Build the folder with PyInstaller, in this environment or in `.venv`."""
    python = sys.executable
    if importlib.util.find_spec("PyInstaller") is None:
        set_up.install({"freeze"})
        python = str(set_up.PYTHON)
    command = [python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    command += ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build")]
    began = time.monotonic()
    done = subprocess.run([*command, str(ROOT / "packaging" / "perilune.spec")], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise SmokeError(f"PyInstaller ended with code {done.returncode}")
    print(f"built in {time.monotonic() - began:.0f} s")


def print_sizes() -> None:
    """Say how large the folder is, and its largest parts."""
    files = [file for file in FOLDER.rglob("*") if file.is_file() and not file.is_symlink()]
    parts: dict[str, int] = {}
    for file in files:
        inside = file.relative_to(FOLDER).parts
        name = "/".join(inside[1:2] if len(inside) > 2 else ["other"])
        parts[name] = parts.get(name, 0) + file.stat().st_size
    print(f"size: {sum(parts.values()) / 1e6:.0f} MB in {len(files)} files")
    largest = sorted(parts.items(), key=lambda part: -part[1])[:10]
    print("  " + ", ".join(f"{name} {size / 1e6:.0f}" for name, size in largest))


def bare_environment(home: Path) -> dict[str, str]:
    """Return an environment with an empty home, no display and nothing of the developer's."""
    kept = ("PATH", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return {**env, "HOME": str(home), "USERPROFILE": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1"}


def attempt(home: Path, *arguments: str, expected: str = "", code: int = 0, **extra: str) -> Outcome:
    """Run one command in the empty home; every line must match `expected` where that is given.

    Parameters
    ----------
    expected : pattern of each line of output; without one, only stderr must be empty
    code : the exit code that is right
    extra : variables to add to the environment
    """
    began = time.monotonic()
    done = subprocess.run(
        [str(PROGRAM), *arguments], cwd=home, env={**bare_environment(home), **extra},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False,
    )  # fmt: skip
    seconds = time.monotonic() - began
    title = " ".join(["perilune", *arguments])
    output, complaints = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    if done.returncode != code:
        raise SmokeError(f"{title}: exit code {done.returncode}: {(complaints or output).strip()}")
    lines = [line for line in re.split(r"[\r\n]+", output + "\n" + complaints) if line.strip()]
    for line in lines if expected else complaints.splitlines():
        if not expected or not re.search(expected, line):
            raise SmokeError(f"{title}: unexpected line: {line!r}")
    print(f"{seconds:6.2f} s  {title}")
    return Outcome(output.splitlines(), seconds)


def png_pixels(path: Path) -> tuple[int, int, bytes]:
    """Return width, height and the unfiltered scan lines of a PNG, by the standard library alone."""
    data = path.read_bytes()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise SmokeError(f"{path.name} is not a PNG")
    width, height = struct.unpack(">II", data[16:24])
    packed, place = b"", 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + length]
        place += 12 + length
    return width, height, zlib.decompress(packed)


def try_words(home: Path) -> None:
    """Try the commands that print text."""
    attempt(home, "--version", expected=r"^(perilune )?\d+\.\d+\.\d+$")
    listing = attempt(home, "missions")
    if not any("luna-25" in line for line in listing.lines):
        raise SmokeError("missions: luna-25 is not listed")
    attempt(home, "doctor")
    (state,) = json.loads("\n".join(attempt(home, "state", "luna-25", EPOCH, "--json").lines))
    if not 80.0 < state["altitude_km"] < 125.0:
        raise SmokeError(f"state: altitude {state['altitude_km']} km is not that of the low orbit")


def try_picture(home: Path) -> None:
    """Draw one frame."""
    target = home / "frame.png"
    options = ("--at", EPOCH, "--view", "moon", "--size", "640x360", "-o", str(target))
    attempt(home, "render", "luna-25", *options, expected=r"frame\.png")
    width, height, lines = png_pixels(target)
    if (width, height) != (640, 360) or len(set(lines)) < 64:
        raise SmokeError(f"render: {width}x{height} with {len(set(lines))} different bytes is not the picture")


def try_film(home: Path) -> None:
    """Draw a film of two seconds."""
    target = home / "film.mp4"
    span = ("--from", "2023-08-17T05:00:00", "--to", "2023-08-17T06:00:00", "--seconds", "2", "--fps", "15")
    attempt(home, "animate", "luna-25", *span, "--size", "320x180", "-o", str(target), expected=r"film\.mp4|frames|%")
    if not target.is_file() or b"ftyp" not in target.read_bytes()[:16]:
        raise SmokeError("animate: no film was written")


def try_window(home: Path) -> None:
    """Open the window, on a virtual display if need be, until its first picture; without a display it must say so."""
    if not sys.platform.startswith("linux"):
        return
    attempt(home, expected=r"^perilune: opening the window: no display", code=2)
    with set_up.virtual_display() as virtual:
        around = {**os.environ, **virtual}
        display = {name: around[name] for name in ("DISPLAY", "XAUTHORITY") if around.get(name)}
        if "DISPLAY" not in display:
            print("  there is neither a display nor Xvfb: the window was not tried")
            return
        begun = {"PERILUNE_BENCH_START": "1", "PERILUNE_BENCH_BEGUN": repr(time.time())}
        attempt(home, expected=r"^first-picture \d", **display, **begun)


def main() -> int:
    """Build, measure, try; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--keep", action="store_true", help="try dist/perilune as it is, without building it")
    keep = parser.parse_args().keep
    try:
        if not keep:
            build()
        print_sizes()
        with tempfile.TemporaryDirectory(prefix="perilune луна ") as home:
            for step in (try_words, try_picture, try_film, try_window):
                step(Path(home))
    except (SmokeError, OSError, subprocess.TimeoutExpired) as error:
        print(f"smoke test: {error}", file=sys.stderr)
        return 1
    print("the packaged program works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
