"""The command `whatif`: a solved burn of another length. Command line layer."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated

import typer

from visualizer.cli.mission_words import require_mission_words
from visualizer.cli.texts import say_json, utc_of
from visualizer.errors import CommandError

if TYPE_CHECKING:
    from visualizer.missions.catalogue import Mission
    from visualizer.missions.what_if_burns import BurnCase
    from visualizer.missions.what_if_family import WhatIfRow
    from visualizer.missions.what_if_flights import Outcome

LAST_BURN = ("luna-25", "last-burn")
MOST_ROWS = 1000
# Said under the tables: the low point that is flown is not that of the ellipse.
SHAPE_NOTE = (
    "Perilune and apolune are of the ellipse as the burn ends. The lowest point is that of the flight after it: the\n"
    "Moon's uneven gravity shifts it by about a kilometre, so it may lie above the perilune."
)
# So many lengths are shown of a burn whose range was not given.
ROWS = 16


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("whatif")(whatif)


def whatif(
    mission_id: Annotated[str, typer.Argument(metavar="MISSION", help="luna-25")],
    burn: Annotated[
        str | None, typer.Option(help="Which burn: its id, or its day such as 19aug; without it all are listed.")
    ] = None,
    seconds: Annotated[
        str | None,
        typer.Option(metavar="S|A..B", help="One length, or every second from A to B; by default the whole range."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Fly a solved burn for other lengths: the new orbit, and where and when it hits."""
    from visualizer.missions.catalogue import load_mission
    from visualizer.missions.what_if_burns import burn_case, find_burn
    from visualizer.missions.what_if_family import last_burn_family

    require_mission_words(mission_id)
    mission = load_mission(mission_id)
    if burn is None and mission_id != LAST_BURN[0]:
        _list(mission, as_json)
        return
    burn_id = find_burn(mission, burn or LAST_BURN[1])
    if (mission_id, burn_id) == LAST_BURN:
        rows = last_burn_family(mission, lengths_of(seconds or "0..127"))
        if as_json:
            say_json([_machine_row(row) for row in rows])
        else:
            _print(rows)
        return
    _show_case(burn_case(mission, burn_id), seconds, as_json)


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


def _list(mission: Mission, as_json: bool) -> None:
    """List a mission's burns, and why some cannot be flown for other lengths."""
    from rich.console import Console
    from rich.table import Table

    from visualizer.missions.what_if_burns import burn_choices

    choices = burn_choices(mission)
    if as_json:
        say_json([{"id": one.burn_id, "title": one.title, "reason": one.reason or None} for one in choices])
        return
    table = Table(box=None)
    for name in ("--burn", "burn", "length, s", "can be varied"):
        table.add_column(name)
    for one in choices:
        length = f"{mission.burn(one.burn_id).duration_s:.1f}"
        table.add_row(one.burn_id, one.title, length, "yes" if not one.reason else f"no: {one.reason}")
    Console().print(table)


def _show_case(case: BurnCase, seconds: str | None, as_json: bool) -> None:
    import numpy as np

    from visualizer.missions.what_if_flights import fly_burn

    lengths = case.lengths_s(ROWS) if seconds is None else np.array(lengths_of(seconds))
    outcomes = fly_burn(case, lengths).outcomes
    if as_json:
        say_json([_machine_outcome(one) for one in outcomes])
    else:
        _print_outcomes(case, outcomes)


def _machine_outcome(one: Outcome) -> dict[str, object]:
    ending = one.ending
    return {
        "seconds": one.seconds,
        "delta_v_m_s": round(one.delta_v_m_s, 4),
        "periapsis_km": round(one.periapsis_km, 4),
        "apoapsis_km": round(one.apoapsis_km, 4) if math.isfinite(one.apoapsis_km) else None,
        "lowest_km": round(one.lowest_km, 4),
        "moon_km": None if one.flyby_km is None else round(one.flyby_km, 4),
        "ends_on": None if ending is None else {399: "earth", 301: "moon"}[ending.body_id],
        "end_utc": utc_of(ending.tdb_s) if ending else None,
        "end_lat_deg": round(ending.lat_deg, 5) if ending else None,
        "end_lon_deg": round(ending.lon_deg, 5) if ending else None,
        "end_speed_km_s": round(ending.speed_km_s, 5) if ending else None,
        "end_angle_deg": round(ending.angle_deg, 4) if ending else None,
    }


def _print_outcomes(case: BurnCase, outcomes: tuple[Outcome, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    from visualizer.missions.what_if_words import apsis_names, km_text, outcome_text

    low, high = apsis_names(case)
    table = Table(box=None)
    for name in ("burn, s", "delta-v, m/s", low, high, "what happens"):
        table.add_column(name, justify="left" if name == "what happens" else "right")
    for one in outcomes:
        heights = (km_text(one.periapsis_km), km_text(one.apoapsis_km))
        table.add_row(f"{one.seconds:.4g}", f"{one.delta_v_m_s:.2f}", *heights, outcome_text(case, one))
    Console().print(table)
    if any(one.ending is None and math.isfinite(one.period_s) for one in outcomes) and low == "perilune":
        typer.echo(SHAPE_NOTE)


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
    if any(row.impact is None for row in rows):
        typer.echo(SHAPE_NOTE)
