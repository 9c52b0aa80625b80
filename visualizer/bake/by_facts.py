"""Solve missions from the facts of their documents: `python -m visualizer.bake.by_facts DOCUMENT.toml [...]`.

A document comes from `assets/missions/`, or from a draft elsewhere: then it is put there once its flight is solved. The
flight goes to `assets/trajectories/`, document and manifest last.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from visualizer.bake.manifest import ASSETS, record_document, record_flight
from visualizer.missions.by_facts.solving import solve_document
from visualizer.missions.by_facts.writing import FlightByFacts
from visualizer.missions.document import read_document


def bake(path: Path) -> None:
    """Solve one document and put its flight among the assets."""
    install(path, solved_files(path, ASSETS / "trajectories"))


def solved_files(path: Path, folder: Path) -> tuple[Path, ...]:
    """Solve one document, write its flight into a folder and return the files."""
    began = time.monotonic()

    def report(words: str, share: float) -> None:
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {100.0 * share:3.0f} %  {words}\n")

    flight = FlightByFacts(solve_document(read_document(path), report))
    sys.stderr.write("\n".join([*flight.fact_lines(), ""]))
    return flight.write(folder)


def install(path: Path, written: tuple[Path, ...]) -> None:
    """Put the document of a solved flight beside the others and renew the manifest's lines.

    Parameters
    ----------
    path : of the document
    written : the flight's files in `assets/trajectories/`
    """
    document = read_document(path)
    record_flight(
        written,
        recipe=f"python -m visualizer.bake.by_facts assets/missions/{document.id}.toml",
        sources=[f"assets/missions/{document.id}.toml"],
        note="reconstructed from published facts",
    )
    target = ASSETS / "missions" / f"{document.id}.toml"
    if path.resolve() != target.resolve():
        beside = target.with_name(target.name + ".part")
        beside.write_bytes(path.read_bytes())
        beside.replace(target)
    record_document(document.id)


def main() -> None:
    """Bake the documents that are named."""
    for name in sys.argv[1:]:
        bake(Path(name))


if __name__ == "__main__":
    main()
