"""Recipe: the flights that are fitted to tracked positions.

Run `python -m visualizer.bake.tracked [MISSION ...]` (all of them without words) with the folder of tracked positions
beside the repository; about ten minutes for the longest, the same files byte for byte on the same machine.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from visualizer.bake.manifest import ASSETS, record_document, record_flight
from visualizer.missions.document import read_document
from visualizer.missions.tracking.fitting import fit_flight, ship, words_of
from visualizer.missions.tracking.recipes import RECIPES
from visualizer.missions.tracking.tracked import read_tracked
from visualizer.missions.tracking.writing import write_flight

TRUTH = ASSETS.parents[1] / "shared" / "truth"


def bake(mission_id: str) -> None:
    """Fit one mission, write its kernel and its table, and renew their lines in the manifest."""
    source = ("positions of JPL Horizons, fitted; not shipped", "fitted to tracking")
    for path in fitted_files(mission_id, ASSETS / "trajectories"):
        renew(path, mission_id, *source)
        if path.suffix == ".toml":
            source = (f"assets/trajectories/{mission_id}.bsp", "reconstructed, not measured")


def fitted_files(mission_id: str, folder: Path) -> tuple[Path, ...]:
    """Fit one mission, write its files and then those of its companion into a folder, and return them."""
    began = time.monotonic()
    document = read_document(ASSETS / "missions" / f"{mission_id}.toml")
    recipe = RECIPES[mission_id]()
    tracked = recipe.prepare(read_tracked(TRUTH / f"{mission_id}.npz"))
    plan = recipe.plan(document)

    def report(words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {words}\n")

    chain = fit_flight(plan, tracked, report)
    flight = ship(recipe, document, plan, chain, tracked)
    files: tuple[Path, ...] = write_flight(flight, folder)
    if recipe.companion is not None:
        files += write_flight(recipe.companion(document, chain), folder)
    report(f"done\n{words_of(flight.residuals)}")
    return files


def renew(path: Path, mission_id: str, source: str, note: str) -> None:
    """Renew the lines of the manifest about a file and about the document."""
    recipe = f"python -m visualizer.bake.tracked {mission_id}"
    record_flight((path,), recipe=recipe, sources=[source, f"assets/missions/{mission_id}.toml"], note=note)
    record_document(mission_id)


def main() -> None:
    """Bake the missions that are named, or all."""
    for mission_id in sys.argv[1:] or sorted(RECIPES):
        bake(mission_id)


if __name__ == "__main__":
    main()
