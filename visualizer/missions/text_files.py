"""Text into a file, whole or not at all. Missions."""

from __future__ import annotations

import os
from pathlib import Path

from visualizer.errors import CommandError


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write a text file in one go; a file of that name is kept unless `force`.

    Raises
    ------
    CommandError
        If it exists, or cannot be written.
    """
    if path.exists() and not force:
        raise CommandError(f"writing {path}: it exists; use --force to replace it")
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandError(f"writing {path}: {error.strerror or error}") from error
