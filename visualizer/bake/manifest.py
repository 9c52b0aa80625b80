"""Keep `assets/MANIFEST.toml`: what each bundled file is, whence, and under what terms."""

from __future__ import annotations

import fcntl
import json
import tomllib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def record(relative: str, *, recipe: str, sources: list[str], licence: str, note: str = "") -> None:
    """Write or renew the manifest's line for `assets/<relative>`, which must exist.

    Parameters
    ----------
    relative : path below `assets/`
    recipe : the command that makes the file, e.g. `python -m visualizer.bake.ephemeris`
    sources : what it was made from, in words a reader can follow
    licence : terms of the content
    """
    path = ASSETS / "MANIFEST.toml"
    path.touch()
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        entries = tomllib.loads(file.read())
        content = (ASSETS / relative).read_bytes()
        entries[relative] = {
            "sha256": sha256(content).hexdigest(),
            "bytes": len(content),
            "recipe": recipe,
            "sources": sources,
            "licence": licence,
        } | ({"note": note} if note else {})
        file.seek(0)
        file.truncate()
        file.write(render_manifest(entries))


def record_flight(files: Iterable[Path], *, recipe: str, sources: list[str], note: str) -> None:
    """Write or renew the lines of files in `assets/trajectories/`, all made by one recipe."""
    for file in files:
        record(f"trajectories/{file.name}", recipe=recipe, sources=sources, licence="MIT", note=note)


def record_document(mission_id: str) -> None:
    """Write or renew the line of a mission's document."""
    sources = ["named fact by fact in the file"]
    record(f"missions/{mission_id}.toml", recipe="written by hand from published facts", sources=sources, licence="MIT")


def render_manifest(entries: dict[str, dict[str, object]]) -> str:
    """Return the manifest as TOML text, sorted by name (JSON strings and lists are valid TOML)."""
    lines = ["# What each bundled file is. Written by the recipes in visualizer/bake/; do not edit by hand.", ""]
    for name in sorted(entries):
        lines.append(f"[{json.dumps(name)}]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entries[name].items()]
        lines.append("")
    return "\n".join(lines)
