"""What the import dialog does in its worker, and how it tells what was found. Window layer without widgets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from visualizer.core.trajectory import Provenance
from visualizer.errors import PeriluneError
from visualizer.formats.recording import Hints
from visualizer.missions.catalogue import Mission, load_mission
from visualizer.missions.importing import FoundFile, FoundFlight, keep, look_into, session_mission, with_provenance
from visualizer.model.scene_file import FlightFile
from visualizer.ui import theme
from visualizer.ui.words import tr


@dataclass(eq=False, slots=True)
class Choice:
    """A flight in the dialog and what the user wants of it."""

    found: FoundFlight
    sha256: str
    title: str
    provenance: Provenance | None = None
    colour: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Imported:
    """What was taken in: missions, the files of those that are not kept, a line for each that failed."""

    missions: tuple[Mission, ...]
    flights: tuple[FlightFile, ...]
    failures: tuple[str, ...]


def read_all(
    paths: list[Path], hints: Hints, stop: Event, tell: Callable[[int, float], None]
) -> list[FoundFile | tuple[Path, str]]:
    """Read files one after the other; a file that cannot be read gives its path and a line a mistake."""
    results: list[FoundFile | tuple[Path, str]] = []
    for number, path in enumerate(paths):

        def watch(share: float, number: int = number) -> bool:
            tell(number, share)
            return not stop.is_set()

        try:
            results.append(look_into(path, hints, watch))
        except PeriluneError as error:
            results += [(path, line) for line in error.lines()]
        except MemoryError:
            results.append((path, f"{path}: is too large for this computer's memory"))
    return results


def taken_in(chosen: list[Choice], must_keep: bool, taken: list[str]) -> Imported:
    """Make missions of flights; `taken` are ids that are in use."""
    missions: list[Mission] = []
    flights, failures = [], []
    for choice in chosen:
        found = with_provenance(choice.found, choice.provenance) if choice.provenance else choice.found
        try:
            if must_keep and found.known_as:
                missions.append(load_mission(found.known_as))
                continue
            if must_keep:
                missions.append(load_mission(keep(found, choice.sha256, choice.title, choice.colour)))
                continue
            used = [*taken, *(m.id for m in missions)]
            made = session_mission(found, choice.sha256, choice.title, used, choice.colour)
        except PeriluneError as error:
            failures.append(str(error))
            continue
        missions.append(made)
        how = choice.provenance.value if choice.provenance else ""
        path = found.recording.path
        with suppress(OSError):
            path = path.resolve()
        flights.append(
            FlightFile.model_validate(
                {"id": made.id, "title": made.name, "file": str(path), "object": found.recording.name,
                 "provenance": how, "colour": choice.colour}
            )
        )  # fmt: skip
    return Imported(tuple(missions), tuple(flights), tuple(failures))


def details_html(found: FoundFlight) -> str:
    """Return what was found about a flight, as a page."""
    rows = "".join(
        f'<tr><td style="color:{theme.MUTED}; padding-right: 14px">{tr(name)}</td><td>{escaped(value)}</td></tr>'
        for name, value in found.facts().items()
    )
    said = [*found.said, *found.flight.notices]
    if found.known_as:
        said.insert(0, tr("it is among your missions already, as {id}").format(id=found.known_as))
    lines = "".join(f"<p style='margin: 4px 0'>{escaped(line)}</p>" for line in said)
    wrong = "".join(
        f'<p style="color:{theme.ACCENT}; margin: 4px 0">{tr("looks wrong")}: {escaped(line)}</p>'
        for line in found.wrong
    )
    return f"<table>{rows}</table>{wrong}{lines}"


def escaped(text: str) -> str:
    """Return a text as HTML shows it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
