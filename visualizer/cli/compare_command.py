"""The command compare: missions side by side as a table, or one quantity of each along the flight."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visualizer.cli.texts import console, say_json, utc_of
from visualizer.errors import CommandError

if TYPE_CHECKING:
    from visualizer.missions.catalogue import Mission

HOUR_S = 3600.0
ALIGN_HELP = "calendar, launch, tli, loi, descent or landing."
QUANTITY_HELP = "altitude, speed, range_earth, range_moon, latitude, longitude, delta_v or sun_elevation."


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("compare")(compare)


def compare(
    missions: Annotated[list[str], typer.Argument(metavar="MISSION...", help="Two or more; see `perilune missions`.")],
    align: Annotated[str, typer.Option(metavar="MOMENT", help=ALIGN_HELP)] = "launch",
    quantity: Annotated[str | None, typer.Option(metavar="NAME", help=f"A series: {QUANTITY_HELP}")] = None,
    first: Annotated[float | None, typer.Option("--from", metavar="HOURS", help="Hours from the moment.")] = None,
    last: Annotated[float | None, typer.Option("--to", metavar="HOURS", help="Hours from the moment.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False,
    csv: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the table or series as CSV.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Lay missions beside one another."""
    from visualizer.missions.catalogue import load_mission

    if len(set(missions)) < 2:
        raise CommandError("comparing: name two missions or more; see: perilune missions")
    loaded = [load_mission(mission_id) for mission_id in dict.fromkeys(missions)]
    rows, numbers = _table(loaded, align) if quantity is None else _series(loaded, align, quantity, first, last)
    if csv is not None:
        _write_csv(csv, rows, force)
    if as_json:
        say_json(numbers)
    elif markdown:
        typer.echo("\n".join("| " + " | ".join(row) + " |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:])))
    elif csv is None or quantity is None:
        _print(rows)


def _table(missions: list[Mission], align: str) -> tuple[list[list[str]], Any]:
    """Return the comparison with one line for each figure, and the same as numbers."""
    from visualizer.missions.alignment import anchor_tdb_s
    from visualizer.missions.comparison import COLUMNS, comparison_rows

    rows = [["", *(mission.name for mission in missions)]]
    moments = [anchor_tdb_s(mission, align) for mission in missions]
    if align != "calendar":
        rows.append([f"Moment: {align}", *("-" if m is None else utc_of(m)[:19] for m in moments)])
    rows += [[column.heading, *(column.text(mission) for mission in missions)] for column in COLUMNS]
    numbers = comparison_rows(missions)
    if align != "calendar":
        numbers = [{**row, "moment": None if m is None else utc_of(m)} for row, m in zip(numbers, moments, strict=True)]
    return rows, {"align": align, "missions": numbers}


def _series(
    missions: list[Mission], align: str, key: str, first_h: float | None, last_h: float | None
) -> tuple[list[list[str]], Any]:
    """Return every point of a quantity as rows of text, and the same as numbers."""
    from visualizer.missions.series import quantity_of_key, series_of

    quantity = quantity_of_key(key)
    edges = [None if hours is None else hours * HOUR_S for hours in (first_h, last_h)]
    found = [series_of(mission, quantity, align, *edges) for mission in missions]
    rows = [["mission", "utc", "hours", f"{quantity.key}_{quantity.unit.replace('/', '_')}"]]
    numbers = []
    for series in found:
        hours = series.since_s / HOUR_S
        cells = [None if value != value else float(value) for value in series.value]
        texts = [utc_of(float(t)) for t in series.tdb_s]
        rows += [
            [series.mission_id, utc, f"{hour:.6f}", "" if cell is None else f"{cell:.9g}"]
            for utc, hour, cell in zip(texts, hours, cells, strict=True)
        ]
        numbers.append({"id": series.mission_id, "utc": texts, "hours": hours.tolist(), "value": cells})
    return rows, {"align": align, "quantity": quantity.key, "unit": quantity.unit, "missions": numbers}


def _write_csv(path: Path, rows: list[list[str]], force: bool) -> None:
    import csv
    import io
    import os

    if path.exists() and not force:
        raise CommandError(f"writing {path}: it exists; use --force to replace it")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text.getvalue(), encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandError(f"writing {path}: {error.strerror or error}") from error


def _print(rows: list[list[str]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in rows[0]:
        table.add_column(heading, overflow="fold")
    for row in rows[1:]:
        table.add_row(*row)
    console().print(table)
