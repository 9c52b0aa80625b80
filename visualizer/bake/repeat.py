"""Bake flights again, each from the documents in the tree, and compare the files with those that are shipped.

`python -m visualizer.bake.repeat [--twice] [MISSION ...]`: all missions without words, quick ones first. Nothing in
`assets/` is changed. A line tells mission, seconds, and whether every file came out the same byte for byte; the command
fails where one did not. On another kind of processor last digits may differ: there `--twice` bakes each flight two
times and compares those.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import partial
from io import StringIO
from pathlib import Path

from visualizer.bake import artemis_plan, branches, by_facts, companions, tracked, trajectories
from visualizer.bake.manifest import ASSETS
from visualizer.missions.tracking.recipes import RECIPES
from visualizer.missions.user_catalogue import bundled_mission_ids

DOCUMENTS, FLIGHTS = ASSETS / "missions", ASSETS / "trajectories"
# Those that take longest come last.
ORDER = ("artemis-iii-iv", "im-1", "artemis-1", "lcross", "im-2", "slim", "luna-24", "luna-25", "chandrayaan-2",
         "artemis-2", "chandrayaan-3", "kplo")  # fmt: skip
Bake = Callable[[Path], tuple[Path, ...]]


def bakes_of(mission_id: str) -> tuple[Bake, ...]:
    """Return the recipes of a mission: each writes its files into a folder and returns them."""
    document = DOCUMENTS / f"{mission_id}.toml"
    if mission_id == "luna-25":
        return trajectories.solved_files, branches.flown_files
    if mission_id == "artemis-iii-iv":
        return (partial(artemis_plan.flown_files, document),)
    if mission_id in RECIPES:
        return (partial(tracked.fitted_files, mission_id),)
    solved = partial(by_facts.solved_files, document)
    if mission_id in companions.COMPANIONS:
        return solved, partial(companions.flown_files, mission_id, document, FLIGHTS)
    return (solved,)


def different(files: tuple[Path, ...], folder: Path) -> list[str]:
    """Return the names of files that are not the same, byte for byte, as those of that name in a folder."""
    return [
        file.name
        for file in files
        if not (folder / file.name).is_file() or (folder / file.name).read_bytes() != file.read_bytes()
    ]


def repeat(mission_id: str, *, twice: bool = False) -> tuple[float, list[str]]:
    """Bake the flights of a mission into a folder that goes away again.

    Parameters
    ----------
    twice : bake two times and compare these, not with what is shipped

    Returns
    -------
    seconds, and the names of files that differ
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        files = _baked(mission_id, Path(first))
        other = FLIGHTS
        if twice:
            _baked(mission_id, Path(second))
            other = Path(second)
        return time.monotonic() - began, different(files, other)


def _baked(mission_id: str, folder: Path) -> tuple[Path, ...]:
    with redirect_stderr(StringIO()):
        return tuple(file for bake in bakes_of(mission_id) for file in bake(folder))


def main() -> int:
    """Bake what is named, or all; return 1 where something differs."""
    words = sys.argv[1:]
    twice = "--twice" in words
    named = [word for word in words if not word.startswith("-")]
    known = bundled_mission_ids()
    unknown = [one for one in named if one not in known]
    if unknown:
        sys.stderr.write(f"no such mission: {', '.join(unknown)}; there are {', '.join(known)}\n")
        return 2
    failed = False
    for mission_id in named or sorted(known, key=lambda one: (ORDER.index(one) if one in ORDER else -1, one)):
        if mission_id in RECIPES and not tracked.TRUTH.is_dir():
            sys.stdout.write(f"{mission_id:16} left out: the tracked positions are not beside the repository\n")
            continue
        seconds, names = repeat(mission_id, twice=twice)
        failed = failed or bool(names)
        said = f"different: {', '.join(names)}" if names else "same"
        sys.stdout.write(f"{mission_id:16} {seconds:6.0f} s  {said}\n")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
