"""Where a file grows before it is whole: beside its place, so that the last step is a rename."""

from __future__ import annotations

from pathlib import Path


def partial_path(path: Path) -> Path:
    """Return the name under which a picture or a film is written until it is whole."""
    return path.with_name(f"{path.stem}.part{path.suffix}")
