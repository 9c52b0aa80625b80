"""Where a file grows before it is whole: beside its place, so that the last step is a rename."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

MANIFEST: Final = "job.json"
PAUSE: Final = "pause"


def partial_path(path: Path) -> Path:
    """Return the name under which a picture is written until it is whole."""
    return path.with_name(f"{path.stem}.part{path.suffix}")


def work_path(target: Path) -> Path:
    """Return the folder where a target's pieces are kept."""
    return target.with_name(f"{target.name}.part")


def kept_hash(target: Path) -> str:
    """Return the hash of the job whose pieces are kept beside a target, empty if there are none."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((work_path(target) / MANIFEST).read_text(encoding="utf-8"))["hash"])
    return ""


def set_paused(target: Path, is_paused: bool) -> None:
    """Let whoever draws into a target's folder wait, or go on."""
    mark = work_path(target) / PAUSE
    with suppress(OSError):
        mark.touch() if is_paused else mark.unlink(missing_ok=True)


def remove_work(target: Path) -> None:
    """Throw the pieces of a target away."""
    shutil.rmtree(work_path(target), ignore_errors=True)
