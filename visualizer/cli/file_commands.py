"""Commands for trajectory files: import, forget, export, horizons. Command line layer."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from visualizer.cli.guard import complain
from visualizer.cli.mission_commands import BranchId, mission_on
from visualizer.cli.texts import epoch_in_flight, positive, say_json, utc_of
from visualizer.errors import CommandError, PeriluneError

if TYPE_CHECKING:
    from visualizer.formats.flight import Flight
    from visualizer.formats.recording import Hints, Recording
    from visualizer.missions.catalogue import Mission
    from visualizer.missions.importing import FoundFlight

T = TypeVar("T")
Name = Annotated[str | None, typer.Option(metavar="NAME", help="What to call it; by default as the file does.")]
How = Annotated[str | None, typer.Option(metavar="HOW", help="How it is known: measured, fitted, reconstructed, "
                                         "planned or synthetic.")]  # fmt: skip
AXES_WORDS = "icrf, ecliptic, earth-fixed, moon-fixed, moon-pa"
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_files)
    app.command("forget")(forget)
    app.command("export")(export)
    app.command("horizons", context_settings={"ignore_unknown_options": True})(horizons)


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="SPK, OEM, Horizons, STK .e, CSV or xyzv.")],
    name: Name = None,
    center: Annotated[str | None, typer.Option(metavar="BODY", help="If the file does not say: earth, moon")] = None,
    axes: Annotated[str | None, typer.Option(metavar="AXES", help="Where the file does not say: icrf, ecliptic, "
                                             "earth-fixed, moon-fixed, moon-pa.")] = None,
    scale: Annotated[str | None, typer.Option(metavar="SCALE", help="If the file does not say: utc, tdb")] = None,
    provenance: How = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Take in a file with damaged states too.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Add trajectory files to your missions; says what looks wrong with them."""
    hints = _hints(center, axes, scale, provenance)
    rows, failures, problems = [], [], []
    for path in files:
        try:
            rows += _import_file(path, hints, name, len(files), is_forced=anyway)
        except PeriluneError as error:
            failures.append(str(error))
            if len(files) == 1:
                raise
            problems += error.lines()
    if as_json:
        say_json({"imported": rows, "failed": failures})
    else:
        _say(rows)
    if failures:
        for line in problems:
            complain(line)
        raise CommandError(f"importing: {len(failures)} of {len(files)} files failed")


def _hints(center: str | None, axes: str | None, scale: str | None, provenance: str | None) -> Hints:
    from visualizer.core.trajectory import Provenance
    from visualizer.formats import names
    from visualizer.formats.clock import scale_of
    from visualizer.formats.recording import Hints

    how = provenance if provenance is None else _one_of("--provenance", provenance, list(Provenance))
    return Hints(
        None if center is None else _known("--center", center, names.body_id(center), "earth, moon, sun or ssb"),
        None if axes is None else _known("--axes", axes, names.axes_of(axes), AXES_WORDS),
        None if scale is None else _known("--scale", scale, scale_of(scale), "utc, tai, tt, tdb or gps"),
        None if how is None else Provenance(how),
    )  # fmt: skip


def _known(option: str, text: str, value: T | None, words: str) -> T:
    if value is None:
        raise CommandError(f"{option} {text!r}: one of {words}")
    return value


def _one_of(option: str, text: str, words: Iterable[str]) -> str:
    choices = list(words)
    if text not in choices:
        raise CommandError(f"{option} {text!r}: one of {', '.join(choices)}")
    return text


def _import_file(path: Path, hints: Hints, name: str | None, files: int, *, is_forced: bool) -> list[dict[str, Any]]:
    from visualizer.missions.importing import look_into

    found = look_into(path, hints)
    if name is not None and (files > 1 or len(found.flights) > 1):
        raise CommandError(f"--name {name!r}: is for one object; there are {max(files, len(found.flights))}")
    damage = next((one.damage for one in found.flights if one.damage), "")
    if damage and not is_forced:
        raise CommandError(f"importing {path}: {damage}; nothing was added (--anyway takes it in as it is)")
    return [_keep(one, found.sha256, name) for one in found.flights]


def _keep(found: FoundFlight, checksum: str, name: str | None) -> dict[str, Any]:
    from visualizer.missions.importing import keep

    mission_id, flight = keep(found, checksum, name or ""), found.flight
    first, last = flight.trajectory.span_tdb_s
    return {
        "id": mission_id, "start": utc_of(first), "end": utc_of(last), "arcs": len(flight.trajectory.arcs),
        "states": found.states, "gaps": len(flight.trajectory.gaps_tdb_s),
        "notices": [*found.said, *flight.notices], "wrong": list(found.wrong),
    }  # fmt: skip


def _say(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        gaps = f", {row['gaps']} gaps" if row["gaps"] else ""
        typer.echo(
            f"{row['id']}: {row['states']:,} states in {row['arcs']} arcs{gaps}, {row['start']} to {row['end']} UTC"
        )
        for notice in row["notices"]:
            typer.echo(f"  {notice}")
        for sentence in row["wrong"]:
            typer.echo(f"  looks wrong: {sentence}")


def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Id or name, as `perilune missions` has it.")],
) -> None:
    """Remove a mission that you imported; the file that it came from stays where it is."""
    from visualizer.missions.user_catalogue import forget as remove

    typer.echo(f"forgotten: {remove(name)}")


def export(
    mission_id: Annotated[str, typer.Argument(metavar="MISSION", help="Such as luna-25; see `perilune missions`.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The ending is the format: .bsp, .oem, "
                                         ".xml, .e, .csv, .xyzv, .czml.")],
    start: Annotated[str | None, typer.Option("--from", metavar="UTC", help="By default the flight's start.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="UTC", help="By default the flight's end.")] = None,
    step: Annotated[float | None, typer.Option(metavar="SECONDS", help="By default the flight's own samples.")] = None,
    branch: BranchId = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:  # fmt: skip
    """Write a mission's trajectory to a file; gaps stay gaps."""
    from visualizer.formats.flight import cut
    from visualizer.formats.write import write_flight

    mission = mission_on(mission_id, branch)
    first, last = (None if text is None else epoch_in_flight(mission, text) for text in (start, end))
    if first is not None and last is not None and last <= first:
        raise CommandError(f"--to {end}: is not after --from {start}")
    step_s = None if step is None else positive("--step", step, 1e-3, 1e9)
    flight = cut(_flight(mission, branch), first, last, step_s)
    write_flight(flight, output, is_forced=force)
    states = sum(len(arc.tdb_s) for arc in flight.trajectory.arcs)
    typer.echo(f"{output}: {states:,} states in {len(flight.trajectory.arcs)} arcs")
    if flight.covariances and output.suffix.lower() not in (".oem", ".xml"):
        typer.echo(f"  {len(flight.covariances)} covariances are left out: only OEM holds them")


def _flight(mission: Mission, branch_id: str | None) -> Flight:
    from visualizer.formats.flight import Flight
    from visualizer.missions.user_catalogue import load_user_flight, user_mission_ids

    if mission.id in user_mission_ids():
        return load_user_flight(mission.id)[0]
    marks = "how each segment is known stands in its own line"
    if branch_id is not None:
        # Not the craft that has the id: it was not flown like this, or it is another one.
        sentence = next(b.sentence for b in mission.document.branches if b.id == branch_id)
        return Flight(mission.trajectory.name, "", mission.trajectory, {"MISSION": mission.id}, (sentence, marks))
    craft = mission.document.spacecraft
    comments = (f"{mission.name}: {mission.document.outcome}", marks)
    return Flight(craft.name, str(craft.naif_id), mission.trajectory, {"MISSION": mission.id}, comments)


def horizons(
    target: Annotated[str, typer.Argument(metavar="ID", help="Of JPL's, such as -85 (LRO). Write -- before it.")],
    start: Annotated[str, typer.Option("--from", metavar="UTC")],
    end: Annotated[str, typer.Option("--to", metavar="UTC")],
    step: Annotated[float, typer.Option(metavar="SECONDS", help="Between states.")] = 60.0,
    center: Annotated[str, typer.Option(metavar="BODY", help="earth, moon, sun ...")] = "moon",
    name: Name = None,
    provenance: How = None,
    as_json: AsJson = False,
) -> None:
    """Ask JPL Horizons for a spacecraft's states and add them to your missions; needs the internet."""
    from visualizer.core.epochs import tdb_s_from_utc_text
    from visualizer.formats.horizons_query import Question, ask
    from visualizer.missions.importing import found_flight

    hints = _hints(center, None, None, provenance)
    assert hints.centre_id is not None
    span = tdb_s_from_utc_text(start), tdb_s_from_utc_text(end)
    question = Question(target, hints.centre_id, *span, positive("--step", step, 1e-3, 1e7))
    parts = ask(question, _cache(), _say_progress)
    recording, checksum = _joined([part for _, part in parts], [path for path, _ in parts])
    row = _keep(found_flight(recording, checksum, hints.provenance), checksum, name)
    if as_json:
        say_json({"imported": [row], "failed": []})
    else:
        _say([row])


def _cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("perilune", appauthor=False)) / "horizons"


def _say_progress(done: int, of: int) -> None:
    if of > 1 and done < of and sys.stderr.isatty():
        typer.echo(f"Horizons: part {done + 1} of {of}", err=True)


def _joined(parts: list[Recording], paths: list[Path]) -> tuple[Recording, str]:
    """Return the parts as one recording, and the checksum of its first file and all their names."""
    from hashlib import sha256

    from visualizer.formats.horizons_parts import joined

    digest = sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return joined(parts), digest.hexdigest()
