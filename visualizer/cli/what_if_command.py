"""The command `whatif`: a solved burn of another length. Command line layer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from visualizer.cli.texts import say_json, utc_of
from visualizer.errors import CommandError

if TYPE_CHECKING:
    from visualizer.missions.what_if_family import WhatIfRow

BURNS = ("19aug", "last-burn")
MOST_ROWS = 1000


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("whatif")(whatif)


def whatif(
    mission_id: Annotated[str, typer.Argument(metavar="MISSION", help="luna-25")],
    burn: Annotated[str, typer.Option(help="Which burn: 19aug.")] = "19aug",
    seconds: Annotated[str, typer.Option(metavar="S|A..B", help="One length, or every second from A to B.")] = "0..127",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Fly a solved burn for other lengths: the new orbit, and where and when it hits."""
    from visualizer.missions.catalogue import load_mission
    from visualizer.missions.what_if_family import last_burn_family

    if burn not in BURNS:
        raise CommandError(f"burn {burn!r}: unknown; there is {BURNS[0]} (the last burn, 19 August 2023)")
    rows = last_burn_family(load_mission(mission_id), lengths_of(seconds))
    if as_json:
        say_json([_machine_row(row) for row in rows])
    else:
        _print(rows)


def lengths_of(text: str) -> list[float]:
    """Return the lengths that a text names: `84`, or `0..127` for every second between.

    Raises
    ------
    CommandError
        If it is neither.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:\.\.\s*(\d+(?:\.\d+)?))?\s*", text)
    if match is None:
        raise CommandError(f"--seconds {text!r}: write one length such as 84, or a range such as 0..127")
    first = float(match[1])
    if match[2] is None:
        return [first]
    last = float(match[2])
    if not 0.0 <= last - first <= MOST_ROWS:
        raise CommandError(f"--seconds {text!r}: the range must go up, by {MOST_ROWS} s at most")
    return [first + step for step in range(int(last - first) + 1)]


def _machine_row(row: WhatIfRow) -> dict[str, object]:
    impact = row.impact
    return {
        "seconds": row.duration_s,
        "delta_v_m_s": round(row.delta_v_m_s, 4),
        "perilune_km": round(row.perilune_km, 4),
        "apolune_km": round(row.apolune_km, 4),
        "lowest_km": round(row.lowest_km, 4),
        "impact_utc": utc_of(impact.tdb_s) if impact else None,
        "impact_lat_deg": round(impact.lat_deg, 5) if impact else None,
        "impact_lon_deg": round(impact.lon_deg, 5) if impact else None,
    }


def _print(rows: list[WhatIfRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for name in ("burn, s", "delta-v, m/s", "perilune, km", "apolune, km", "what happens"):
        table.add_column(name, justify="left" if name == "what happens" else "right")
    for row in rows:
        impact = row.impact
        words = f"stays up, lowest {row.lowest_km:.1f} km"
        if impact is not None:
            words = f"hits {utc_of(impact.tdb_s)} at {impact.lat_deg:.2f}, {impact.lon_deg:.2f}"
        numbers = (row.duration_s, row.delta_v_m_s, row.perilune_km, row.apolune_km)
        table.add_row(f"{numbers[0]:g}", *(f"{n:.2f}" for n in numbers[1:]), words)
    Console().print(table)
