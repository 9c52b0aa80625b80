"""Solve the bundled trajectories from their mission documents: `python -m visualizer.bake.trajectories`."""

from __future__ import annotations

import sys
from pathlib import Path

from visualizer.bake.manifest import ASSETS, record_document, record_flight
from visualizer.missions.reconstruction import reconstruct, write_solution

RECIPE = "python -m visualizer.bake.trajectories"


def show_progress(words: str, share: float) -> None:
    """Write one line per step of the solver."""
    sys.stderr.write(f"{100.0 * share:3.0f} %  {words}\n")


def solved_files(folder: Path) -> tuple[Path, ...]:
    """Solve Luna-25, write its flight into a folder and return the files."""
    return write_solution(reconstruct("luna-25", show_progress), folder)


def main() -> None:
    """Solve Luna-25, write its kernel and its table, and renew their lines in the manifest."""
    files = solved_files(ASSETS / "trajectories")
    sources = ["assets/missions/luna-25.toml: published facts, each with its source"]
    record_flight(files, recipe=RECIPE, sources=sources, note="reconstructed, not measured")
    record_document("luna-25")


if __name__ == "__main__":
    main()
