"""The command compare: missions side by side as a table, or one quantity of each along the flight."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visualizer.cli.mission_words import require_mission_words
from visualizer.cli.texts import console, say_json, utc_of
from visualizer.errors import CommandError
from visualizer.missions.text_files import write_text

if TYPE_CHECKING:
    from visualizer.missions.catalogue import Mission

HOUR_S = 3600.0
MISSIONS_HELP = "Two or more; see `perilune missions`. A plan or second craft is written luna-25/planned."
ALIGN_HELP = "calendar, launch, tli, loi, descent or landing."
QUANTITY_HELP = (
    "altitude, speed, range_earth, range_moon, latitude, longitude, delta_v, sun_elevation or sun_elevation_site."
)
PLOT_HELP = "Draw altitude and speed, or the --quantity, into a PNG or SVG file; no display is needed."


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("compare")(compare)


def compare(
    missions: Annotated[list[str], typer.Argument(metavar="MISSION...", help=MISSIONS_HELP)],
    align: Annotated[str, typer.Option(metavar="MOMENT", help=ALIGN_HELP)] = "launch",
    quantity: Annotated[str | None, typer.Option(metavar="NAME", help=f"A series: {QUANTITY_HELP}")] = None,
    first: Annotated[float | None, typer.Option("--from", metavar="HOURS", help="Hours from the moment.")] = None,
    last: Annotated[float | None, typer.Option("--to", metavar="HOURS", help="Hours from the moment.")] = None,
    sort: Annotated[
        str | None, typer.Option(metavar="FIGURE", help="Order the missions by a figure of --json.")
    ] = None,
    descending: Annotated[bool, typer.Option("--descending", help="The largest first.")] = False,
    transpose: Annotated[bool, typer.Option("--transpose", help="A line for each mission.")] = False,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE.md", help="Write the table as Markdown.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the table or series as CSV.")] = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.png", help=PLOT_HELP)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Lay missions beside one another."""
    from visualizer.missions.branch_missions import load_flight

    if len(set(missions)) < 2:
        raise CommandError("comparing: name two missions or more; see: perilune missions")
    if quantity is not None and markdown is not None:
        raise CommandError("--markdown: it holds the table of figures; a series is written with --csv")
    require_mission_words(*missions)
    loaded = [load_flight(mission_id) for mission_id in dict.fromkeys(missions)]
    if plot is not None:
        from visualizer.cli.compare_plot import PLOT_KEYS, write_plot

        edges = [None if hours is None else hours * HOUR_S for hours in (first, last)]
        keys = PLOT_KEYS if quantity is None else (quantity,)
        write_plot(plot, loaded, align, keys, *edges, force=force)
        _say_written(plot, f"charts of {' and '.join(keys)}", as_json)
    if quantity is not None:
        rows, numbers = _series(loaded, align, quantity, first, last)
        answer, is_quiet = _Answer(numbers, _csv_text(rows), "", rows), plot is not None or csv is not None
    else:
        answer, is_quiet = _table(loaded, align, sort, descending, transpose), plot is not None
    _tell(answer, csv, markdown, as_json=as_json, force=force, is_quiet=is_quiet)


def _say_written(path: Path, what: str, as_json: bool) -> None:
    """Say what was written; beside JSON that is read by a machine, not in its way."""
    typer.echo(f"{path}: {what} written, {path.stat().st_size:,} bytes", err=as_json)


@dataclass(frozen=True)
class _Answer:
    """What is told: numbers for machines, texts for files, rows for people."""

    numbers: Any
    csv: str
    markdown: str
    rows: list[list[str]]
    legend: str = ""


def _tell(
    answer: _Answer, csv: Path | None, markdown: Path | None, *, as_json: bool, force: bool, is_quiet: bool
) -> None:
    """Write the files that are wanted, then say it as JSON or as a table."""
    for path, text in ((csv, answer.csv), (markdown, answer.markdown)):
        if path is not None:
            write_text(path, text, force=force)
            _say_written(path, "the comparison" if path.suffix.lower() == ".md" else "the numbers", as_json)
    if as_json:
        say_json(answer.numbers)
    elif not is_quiet:
        _print(answer.rows)
        if answer.legend:
            typer.echo(answer.legend)


def _table(missions: list[Mission], align: str, sort: str | None, descending: bool, transpose: bool) -> _Answer:
    """Return the comparison with one line for each figure, or for each mission."""
    from visualizer.missions.comparison_table import compare as compare_missions
    from visualizer.missions.figures import LEGEND

    table = compare_missions(missions, align)
    if sort is not None:
        table = table.sorted_by(sort, is_descending=descending)
    numbers = table.as_numbers()
    for row in numbers:
        if row.get("moment"):
            row["moment"] = row["moment"].replace(" ", "T")
    markdown = table.as_markdown(is_transposed=transpose)
    rows = table.rows(is_transposed=transpose)
    return _Answer({"align": align, "missions": numbers}, table.as_csv(), markdown, rows, LEGEND)


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


def _csv_text(rows: list[list[str]]) -> str:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _print(rows: list[list[str]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in rows[0]:
        table.add_column(heading, overflow="fold")
    for row in rows[1:]:
        table.add_row(*row)
    console().print(table)
