"""Carry the Moon's gravity field to degree 30: `python -m visualizer.bake.gravity [FACTS_FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from visualizer.bake.manifest import ASSETS, record
from visualizer.core.gravity import LP165P_NAME

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts"


def main(facts: Path = FACTS) -> None:
    """Write `assets/gravity/lp165p_deg30.csv` from the fact sheet and its line in the manifest."""
    target = ASSETS / LP165P_NAME
    target.parent.mkdir(exist_ok=True)
    rows = (facts / "moon_gravity_lp165p_deg30.csv").read_text(encoding="ascii").splitlines()
    target.write_text("\n".join(rows) + "\n", encoding="ascii")
    record(
        LP165P_NAME,
        recipe="python -m visualizer.bake.gravity",
        sources=["LP165P, Konopliv et al. 2001, Icarus 150: normalized coefficients, degree 2 to 30"],
        licence="published figures",
        note="GM 4902.80105600 km3/s2, reference radius 1738.0 km, principal axes",
    )


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
