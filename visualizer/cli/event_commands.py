"""The command `events`: what is found on a flight. Command line layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visualizer.cli.mission_words import require_mission_words
from visualizer.cli.texts import TIME_HELP, epoch_in_flight, say_json, utc_of
from visualizer.errors import CommandError

if TYPE_CHECKING:
    from visualizer.core.events import Event
    from visualizer.missions.catalogue import Mission

Names = list[str] | None


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("events")(events)


def events(
    mission_id: Annotated[str, typer.Argument(metavar="MISSION", help="Such as luna-25; see `perilune missions`.")],
    kind: Annotated[Names, typer.Option(metavar="KIND", help="Such as eclipse; a wrong one lists all.")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="TIME", help=TIME_HELP)] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Or +2h after --from.")] = None,
    station: Annotated[Names, typer.Option(metavar="NAME", help="Ground station; may be repeated.")] = None,
    site: Annotated[Names, typer.Option(metavar="ID", help="Site of the mission; may be repeated.")] = None,
    feature: Annotated[Names, typer.Option(metavar="NAME", help="Feature of the Moon; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Find passes, nodes, shadows, contacts, burns and impact."""
    from visualizer.missions.catalogue import load_mission
    from visualizer.missions.found_events import events_of_mission

    require_mission_words(mission_id)
    mission = load_mission(mission_id)
    found = events_of_mission(
        mission,
        kinds=kind or (),
        span_tdb_s=_span(mission, start, end),
        stations=station or (),
        sites=site or (),
        features=feature or (),
    )
    if as_json:
        say_json([_row(event) for event in found])
    else:
        _print(found)


def _span(mission: Mission, start: str | None, end: str | None) -> tuple[float, float]:
    known = mission.trajectory.span_tdb_s
    first = known[0] if start is None else epoch_in_flight(mission, start)
    last = known[1] if end is None else epoch_in_flight(mission, end, first)
    if last <= first:
        raise CommandError(f"--to {utc_of(last)}: must lie after --from {utc_of(first)}")
    return first, last


def _row(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind.value,
        "utc": utc_of(event.tdb_s),
        "tdb_s": event.tdb_s,
        "end_utc": None if event.end_tdb_s is None else utc_of(event.end_tdb_s),
        "end_tdb_s": event.end_tdb_s,
        "value": event.value,
        "unit": event.unit,
        "body": event.body,
        "place": event.place,
        "starts_before": event.starts_before,
        "ends_after": event.ends_after,
        "text": event.words,
    }


def _print(found: list[Event]) -> None:
    if not found:
        typer.echo("nothing of the kind is found")
        return
    form = "{:23}  {:23}  {:16}  {:>11} {:4}  {}"
    for line in _lines(found, form):
        typer.echo(line.rstrip())


def _lines(found: list[Event], form: str) -> Iterator[str]:
    yield form.format("UTC", "until", "event", "value", "", "what")
    for event in found:
        until = "" if event.end_tdb_s is None else utc_of(event.end_tdb_s)
        unit = "" if event.unit == "1" else event.unit
        yield form.format(utc_of(event.tdb_s), until, event.kind.value, f"{event.value:,.3f}", unit, event.words)
