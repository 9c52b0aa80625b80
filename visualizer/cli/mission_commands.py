"""Commands that read: missions, show, state, evidence. Command line layer."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from visualizer.cli.mission_words import require_mission_words
from visualizer.cli.texts import GRACE_S, console, epoch_in_flight, epoch_in_sight, say_json, utc_of
from visualizer.errors import CommandError

if TYPE_CHECKING:
    from visualizer.missions.catalogue import Mission

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
MissionId = Annotated[str, typer.Argument(metavar="MISSION", help="Such as luna-25; see `perilune missions`.")]

BranchId = Annotated[
    str | None, typer.Option("--branch", metavar="ID", help="Another flight of the mission; see `perilune show`.")
]

BODY_WORDS: Final = {399: "earth", 301: "moon"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("missions")(missions)
    app.command("show")(show)
    app.command("state")(state)
    app.command("evidence")(evidence)


def missions(as_json: AsJson = False) -> None:
    """List the missions."""
    from visualizer.missions.catalogue import load_mission, mission_ids

    found = [load_mission(mission_id) for mission_id in mission_ids()]
    rows = [{**_summary(mission), "branches": _branch_rows(mission)} for mission in found]
    if as_json:
        say_json(rows)
        return
    lines = []
    for r in rows:
        lines.append([r["id"], r["name"], r["start"], r["end"]])
        lines += [[f"  --branch {b['id']}", f"{b['kind']}: {b['title']}", b["start"], b["end"]] for b in r["branches"]]
    _print_table(("mission", "name", "from, UTC", "to, UTC"), lines)


def mission_on(mission_id: str, branch_id: str | None) -> Mission:
    """Return a mission, or the mission as it is on one of its branches."""
    from visualizer.missions.catalogue import load_mission

    require_mission_words(mission_id)
    parent_id, is_branch, named = mission_id.partition("/")
    branch_id = branch_id or (named if is_branch else None)
    mission = load_mission(parent_id)
    return mission if branch_id is None else mission.along(mission.branch(branch_id))


def flying_then(mission: Mission, text: str) -> Mission:
    """Return a mission, or, at a time that only one of its branches reaches, the mission as it is on that.

    Raises
    ------
    EpochRangeError
        If nothing of it flies then; the span is that of pictures.
    CommandError
        If several branches do.
    """
    first, last = mission.trajectory.span_tdb_s
    tdb_s = epoch_in_sight(mission, text)
    spans = {branch: branch.trajectory.span_tdb_s for branch in mission.branches}
    there = [b for b, (start, end) in spans.items() if start - GRACE_S <= tdb_s <= end + GRACE_S]
    if first - GRACE_S <= tdb_s <= last + GRACE_S or not there:
        return mission
    if len(there) > 1:
        ids = ", ".join(branch.id for branch in there)
        raise CommandError(f"{text}: {mission.name} itself does not fly then; say which with --branch: {ids}")
    typer.echo(f"{mission.name} itself does not fly then; this is its branch {there[0].id}: {there[0].title}", err=True)
    return mission.along(there[0])


def _summary(mission: Mission) -> dict[str, Any]:
    first, last = mission.trajectory.span_tdb_s
    return {"id": mission.id, "name": mission.name, "start": utc_of(first), "end": utc_of(last)}


def _branch_rows(mission: Mission) -> list[dict[str, Any]]:
    return [
        {**_summary(mission.along(b)), "id": b.id, "title": b.title, "kind": b.kind, "sentence": b.sentence}
        for b in mission.branches
    ]


def show(mission_id: MissionId, as_json: AsJson = False) -> None:
    """Show a mission: its span, phases, events, sites and how its path is known."""
    from visualizer.missions.catalogue import load_mission

    require_mission_words(mission_id)
    mission = load_mission(mission_id)
    content = _contents(mission)
    if as_json:
        say_json(content)
        return
    out = console()
    out.print(f"[bold]{mission.name}[/bold]  {content['start']} to {content['end']} UTC")
    if content["outcome"]:
        out.print(content["outcome"])
    for title, lines in content["card"].items():
        out.print(f"\n[bold]{title.capitalize()}[/bold]")
        for line in lines:
            out.print(f"{line['name']}: {line['words']}", markup=False, highlight=False)
    for title, head in (("events", ("utc", "title", "kind", "duration_s", "sentence")),
                        ("phases", ("start", "end", "title", "kind")),
                        ("sites", ("title", "kind", "body", "lat_deg", "lon_deg")),
                        ("arcs", ("start", "end", "name", "kind", "provenance")),
                        ("branches", ("id", "start", "end", "title", "kind", "sentence"))):  # fmt: skip
        if title == "branches" and not content[title]:
            continue
        out.print(f"\n[bold]{title.capitalize()}[/bold]")
        _print_table(head, ([_cell(row[key]) for key in head] for row in content[title]))


def _card(mission: Mission) -> dict[str, list[dict[str, str]]]:
    from visualizer.missions.mission_card import card_of

    return {
        part.title.lower(): [{"name": one.name, "words": one.words, "source": one.source} for one in part.lines]
        for part in card_of(mission)
    }


def _contents(mission: Mission) -> dict[str, Any]:
    return {
        **_summary(mission),
        "outcome": mission.document.outcome,
        "card": _card(mission),
        "events": [
            {"id": e.id, "utc": utc_of(e.tdb_s), "title": e.title, "kind": e.kind, "duration_s": e.duration_s,
             "sentence": e.sentence}
            for e in sorted(mission.events, key=lambda e: e.tdb_s)
        ],
        "phases": [
            {"id": p.id, "title": p.title, "kind": p.kind, "start": utc_of(p.start_tdb_s), "end": utc_of(p.end_tdb_s)}
            for p in mission.phases
        ],
        "sites": [
            {"id": s.id, "title": s.title, "kind": s.kind, "body": BODY_WORDS[s.body_id],
             "lat_deg": s.lat_deg, "lon_deg": s.lon_deg, "height_m": s.height_m}
            for s in mission.sites
        ],
        "arcs": [
            {"name": a.name, "kind": a.kind, "provenance": a.provenance.value, "start": utc_of(a.start_tdb_s),
             "end": utc_of(a.end_tdb_s)}
            for a in mission.trajectory.arcs
        ],
        "branches": _branch_rows(mission),
    }  # fmt: skip


def state(
    mission_id: MissionId,
    utc: Annotated[str, typer.Argument(metavar="UTC", help="2023-08-19T11:10:00, T+8d 12h or impact-5min.")],
    until: Annotated[str | None, typer.Option(metavar="UTC", help="Last epoch of a table; or +2h.")] = None,
    step: Annotated[float | None, typer.Option(metavar="SECONDS", help="Between rows; 60 by default.")] = None,
    center: Annotated[str | None, typer.Option(metavar="earth|moon", help="By default the body it is about.")] = None,
    axes: Annotated[str, typer.Option(metavar="icrf|moon-fixed|earth-fixed", help="Of vectors.")] = "icrf",
    branch: BranchId = None,
    as_json: AsJson = False,
) -> None:
    """Print where a craft was: vectors, altitude, sub-point, ranges, how well known."""
    from visualizer.cli.state_table import epochs_between, state_rows

    mission = flying_then(mission_on(mission_id, branch), utc)
    start = epoch_in_flight(mission, utc)
    epochs = epochs_between(mission, start, epoch_in_flight(mission, until, start) if until else None, step)
    rows = state_rows(mission, epochs, center, axes)
    if as_json:
        _stream_json(rows)
    elif len(epochs) == 1:
        _print_state(next(rows))
    else:
        _print_states(rows)


def _stream_json(rows: Iterable[dict[str, Any]]) -> None:
    """Print a list as it is worked out: a million rows need no memory."""
    import json
    import math

    out = sys.stdout
    lead = "[\n"
    for row in rows:
        row["sigma_km"] = [s if math.isfinite(s) else None for s in row["sigma_km"]]
        out.write(lead + json.dumps(row))
        lead = ",\n"
    out.write("\n]\n")


def _print_state(row: dict[str, Any]) -> None:
    position, velocity, sigma = (
        "  ".join(f"{v:,.{digits}f}" for v in row[key])
        for key, digits in (("position_km", 3), ("velocity_km_s", 6), ("sigma_km", 2))
    )
    lines = (
        ("UTC", row["utc"]),
        ("TDB seconds past J2000", f"{row['tdb_s']:.3f}"),
        ("about", f"{row['center']}, {row['axes']} axes"),
        ("position", f"{position} km"),
        ("velocity", f"{velocity} km/s"),
        ("altitude", f"{row['altitude_km']:,.3f} km{_below_words(row)}"),
        ("latitude, longitude", f"{row['lat_deg']:.4f}, {row['lon_deg']:.4f} deg (north and east positive)"),
        ("from the Earth, the Moon", f"{row['range_earth_km']:,.1f} km, {row['range_moon_km']:,.1f} km"),
        ("known as", row["provenance"]),
        ("one sigma radial, along, across", "not known" if "nan" in sigma else f"{sigma} km"),
    )
    _print_table(("", ""), lines)


def _below_words(row: dict[str, Any]) -> str:
    if row["altitude_km"] >= 0.0:
        return ""
    surface = "1737.4 km sphere" if row["center"] == "moon" else "ellipsoid"
    return f" (below the {surface}: the ground lies lower here)"


def _print_states(rows: Iterable[dict[str, Any]]) -> None:
    head = ("UTC", "about", "altitude km", "lat deg", "lon deg", "Earth km", "Moon km", "known as", "sigma km r, a, c")
    form = "{:23} {:6} {:>12} {:>9} {:>10} {:>12} {:>12}  {:13} {}"
    typer.echo(form.format(*head))
    for r in rows:
        sigma = " ".join(f"{s:.2f}" for s in r["sigma_km"])
        numbers = (f"{r['altitude_km']:,.3f}", f"{r['lat_deg']:.4f}", f"{r['lon_deg']:.4f}",
                   f"{r['range_earth_km']:,.1f}", f"{r['range_moon_km']:,.1f}")  # fmt: skip
        typer.echo(form.format(r["utc"], r["center"], *numbers, r["provenance"], sigma))


def evidence(mission_id: MissionId, as_json: AsJson = False) -> None:
    """Compare every published fact with the trajectory."""
    from visualizer.missions.catalogue import load_mission
    from visualizer.missions.evidence import evidence as compare
    from visualizer.missions.evidence import summary_lines

    require_mission_words(mission_id)
    rows = compare(load_mission(mission_id))
    if as_json:
        keys = ("id", "what", "published", "modelled", "residual", "sigma", "unit", "source", "used_in_fit", "held",
                "note")  # fmt: skip
        say_json([{key: getattr(row, key) for key in keys} for row in rows])
        return
    head = ("fact", "published", "trajectory", "residual", "sigma", "unit", "in fit", "source")
    _print_table(
        head,
        (
            [row.what, _cell(row.published), row.modelled_text, row.residual_text, _cell(row.sigma), row.unit,
             row.use_text, row.source]
            for row in rows
        ),
    )  # fmt: skip
    for line in summary_lines(rows):
        typer.echo(line)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.1f}" if abs(value) >= 10_000 else f"{value:.6g}"


def _print_table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    head = list(head)
    table = Table(box=box.SIMPLE_HEAD if any(head) else None, show_header=any(head), pad_edge=False)
    for title in head:
        table.add_column(title)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console().print(table)
