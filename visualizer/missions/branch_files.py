"""Write a flight that nobody fitted (a plan, a companion): its kernel and the readable table beside it.

Missions. The table has the form that `catalogue` reads: events, burns and arcs, with what the recipe found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from visualizer.core.trajectory import Trajectory
from visualizer.formats.spk import write_spk13
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.reconstruction.writing import Entry, arc_entry, burn_entry, pairs, when
from visualizer.missions.slimming import thinned


def write_flight_files(
    folder: Path,
    trajectory_id: str,
    object_id: int,
    trajectory: Trajectory,
    *,
    recipe: str,
    comments: Sequence[str],
    event_tdb_s: Mapping[str, float],
    burns: Sequence[SolvedBurn] = (),
    found: Mapping[str, object] | None = None,
    forces: Mapping[str, str] | None = None,
) -> tuple[Path, Path]:
    """Write `<trajectory_id>.bsp` and `.toml` into a folder and return their paths.

    Parameters
    ----------
    object_id : SPICE id, negative
    recipe : the command that makes the files
    comments : for the kernel's comment area and the head of the table
    found : further figures, written as the table `[found]`
    forces : arc's name -> force model in words
    """
    kernel, table = (folder / f"{trajectory_id}.{ending}" for ending in ("bsp", "toml"))
    write_spk13(kernel, object_id, thinned(trajectory.arcs), comments)
    lines = [f"# Written by `{recipe}`; do not edit by hand.", *(f"# {line}" for line in comments), ""]
    parts: dict[str, list[Entry]] = {
        "burns": [burn_entry(burn) for burn in burns],
        "events": [{"id": one, **when(tdb_s)} for one, tdb_s in event_tdb_s.items()],
        "arcs": [arc_entry(arc, (forces or {}).get(arc.name, "none: a smooth curve")) for arc in trajectory.arcs],
    }
    lines += pairs({"trajectory": trajectory_id, **{name: [] for name, entries in parts.items() if not entries}})
    if found:
        lines += ["", "[found]", *pairs(dict(found))]
    for name, entries in parts.items():
        for entry in entries:
            lines += ["", f"[[{name}]]", *pairs(entry)]
    beside = table.with_name(table.name + ".part")
    beside.write_text("\n".join([*lines, ""]), encoding="utf-8")
    beside.replace(table)
    return kernel, table
