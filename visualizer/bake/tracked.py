"""Fit the tracked flights and write their trajectories: `python -m visualizer.bake.tracked [MISSION ...]`.

The tracked positions are reference material that lies beside the repository and is not shipped.
"""

from __future__ import annotations

import sys
import time

from visualizer.bake.manifest import ASSETS, record
from visualizer.missions.document import read_document
from visualizer.missions.tracking.fitting import fit_flight, ship, words_of
from visualizer.missions.tracking.recipes import RECIPES
from visualizer.missions.tracking.tracked import read_tracked
from visualizer.missions.tracking.writing import write_flight

TRUTH = ASSETS.parents[1] / "shared" / "truth"


def bake(mission_id: str) -> None:
    """Fit one mission, write its kernel and its table, and renew their lines in the manifest."""
    began = time.monotonic()
    document = read_document(ASSETS / "missions" / f"{mission_id}.toml")
    recipe = RECIPES[mission_id]()
    tracked = recipe.prepare(read_tracked(TRUTH / f"{mission_id}.npz"))
    plan = recipe.plan(document)

    def report(words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {words}\n")

    chain = fit_flight(plan, tracked, report)
    flight = ship(recipe, document, plan, chain, tracked)
    for path in write_flight(flight, ASSETS / "trajectories"):
        record(
            f"trajectories/{path.name}",
            recipe=f"python -m visualizer.bake.tracked {mission_id}",
            sources=["positions of JPL Horizons, fitted; not shipped", f"assets/missions/{mission_id}.toml"],
            licence="MIT",
            note="fitted to tracking",
        )
    record(
        f"missions/{mission_id}.toml",
        recipe="written by hand from published facts",
        sources=["named fact by fact in the file"],
        licence="MIT",
    )
    report(f"done\n{words_of(flight.residuals)}")


def main() -> None:
    """Bake the missions that are named, or all."""
    for mission_id in sys.argv[1:] or sorted(RECIPES):
        bake(mission_id)


if __name__ == "__main__":
    main()
