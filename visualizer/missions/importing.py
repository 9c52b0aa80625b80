"""Reading a trajectory file for people: what is in it, how it is known, what looks wrong, and taking it in.

Missions. The window's dialog and the command line say the same of a file because both ask here.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.trajectory import Provenance, Trajectory
from visualizer.errors import FileFormatError, MissionError, PeriluneError
from visualizer.formats.conversion import to_flight
from visualizer.formats.detect import read_trajectory_file
from visualizer.formats.flight import Flight
from visualizer.formats.names import BODY_NAMES
from visualizer.formats.provenance import provenance_from_words
from visualizer.formats.recording import NO_HINTS, Hints, Recording
from visualizer.formats.watch import Watcher, step, watched
from visualizer.missions.catalogue import Mission, load_mission, mission_of_flight
from visualizer.missions.mission_colours import free_number
from visualizer.missions.self_check import self_check
from visualizer.missions.user_catalogue import (
    Origin,
    add,
    bundled_mission_ids,
    file_sha256,
    id_from_name,
    imported_as,
    record_of,
    user_colours,
)

# Shares of the work: reading, then its checksum, then converting and looking over.
READ, SUMMED = 0.6, 0.65
AXES_WORDS: Final = {"icrf": "ICRF", "ecliptic": "ecliptic of J2000", "earth-fixed": "Earth-fixed",
                     "moon-fixed": "Moon-fixed, mean Earth", "moon-pa": "Moon-fixed, principal axes"}  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class FoundFlight:
    """An object in a file, ready to be taken in.

    Attributes
    ----------
    recording : as the file says it; flight : converted
    said : why its provenance was taken so, where its segments do not say it themselves
    wrong : sentences about what looks wrong
    known_as : id of the user's mission that came from it already, or empty
    damage : which of its states cannot be right, or empty
    """

    recording: Recording
    flight: Flight
    said: tuple[str, ...]
    wrong: tuple[str, ...]
    known_as: str = ""
    damage: str = ""

    @property
    def states(self) -> int:
        """How many states there are."""
        return sum(len(arc.tdb_s) for arc in self.flight.trajectory.arcs)

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        """How its arcs are known, each word once."""
        return tuple(dict.fromkeys(arc.provenance for arc in self.flight.trajectory.arcs))

    def facts(self) -> dict[str, str]:
        """Return what is found, for people: name and value."""
        flight, segments = self.flight.trajectory, self.recording.segments
        first, last = (utc_text_from_tdb_s(t, separator=" ") for t in flight.span_tdb_s)
        steps = np.concatenate([np.diff(arc.tdb_s) for arc in flight.arcs])
        centres = dict.fromkeys(BODY_NAMES.get(s.centre_id, str(s.centre_id)).capitalize() for s in segments)
        axes = dict.fromkeys(AXES_WORDS.get(s.axes.value, s.axes.value) for s in segments)
        object_id = self.recording.object_id
        bare = sum(s.velocity_km_s is None for s in segments)
        return {
            "Format": self.recording.format_name,
            "Object": self.recording.name + (f" ({object_id})" if object_id not in ("", self.recording.name) else ""),
            "From": f"{first} UTC",
            "To": f"{last} UTC",
            "Centre": ", ".join(centres),
            "Axes": ", ".join(axes),
            "States": f"{self.states:,} in {len(flight.arcs)} {'arc' if len(flight.arcs) == 1 else 'arcs'}"
            + (", positions only" if bare else ""),
            "Step": f"{np.median(steps):,.6g} s (from {steps.min():,.4g} to {steps.max():,.4g} s)",
            "Gaps": _gap_words(flight),
            "Known": ", ".join(p.value for p in self.provenances),
        }


@dataclass(frozen=True, eq=False, slots=True)
class FoundFile:
    """A trajectory file that was read."""

    path: Path
    sha256: str
    bytes: int
    flights: tuple[FoundFlight, ...]


def _gap_words(trajectory: Trajectory) -> str:
    gaps = trajectory.gaps_tdb_s
    if not gaps:
        return "none"
    longest = max(end - start for start, end in gaps)
    words = f"{longest / 3600.0:,.2f} h" if longest >= 360.0 else f"{longest:,.1f} s"
    return f"1, of {words}" if len(gaps) == 1 else f"{len(gaps)}, the longest {words}"


def look_into(path: Path, hints: Hints = NO_HINTS, watcher: Watcher = lambda _share: True) -> FoundFile:
    """Read a trajectory file and say what is in it.

    Parameters
    ----------
    hints : what the user says where the file does not
    watcher : hears the share that is done, 0 to 1; returns whether to go on

    Raises
    ------
    FileFormatError
        Where the file cannot be read; names the line where there is one.
    CancelledError
        Where the watcher wanted no more.
    """
    with watched(lambda share: watcher(READ * share)):
        recordings = read_trajectory_file(path, hints)
    with watched(watcher):
        step(READ)
        try:
            checksum = file_sha256(path)
        except OSError as error:
            raise FileFormatError(path, f"cannot be read ({error.strerror or error})") from error
        found = []
        for number, recording in enumerate(recordings):
            share = number / len(recordings)
            step(SUMMED + (1.0 - SUMMED) * share)
            found.append(found_flight(recording, checksum, hints.provenance))
        return FoundFile(path, checksum, path.stat().st_size, tuple(found))


def found_flight(recording: Recording, checksum: str, how: Provenance | None) -> FoundFlight:
    """Convert a recording and look it over; `how` is what the user says of how it is known, or None."""
    words = [*recording.comments, *recording.metadata.values(), recording.name]
    found, said = provenance_from_words(words)
    if how is not None:
        found, said = how, f"taken as {how.value}: so you say"
        recording = replace(recording, segments=tuple(replace(s, provenance=how) for s in recording.segments))
    is_marked = how is None and all(segment.provenance is not None for segment in recording.segments)
    flight = to_flight(recording, found)
    findings = self_check(flight.trajectory, known_trajectories())
    wrong = tuple(finding.sentence for finding in findings)
    damage = next((finding.sentence for finding in findings if finding.id == "damaged"), "")
    known_as = imported_as(checksum, recording.name) or ""
    return FoundFlight(recording, flight, () if is_marked else (said,), wrong, known_as, damage)


@cache
def known_trajectories() -> tuple[Trajectory, ...]:
    """Return the flights that come with the app, to compare others with."""
    found = []
    for mission_id in bundled_mission_ids():
        # A bundled mission that is damaged is for `perilune doctor` to tell, not a reason to refuse a file.
        with suppress(PeriluneError):
            found.append(load_mission(mission_id).trajectory)
    return tuple(found)


def with_provenance(found: FoundFlight, how: Provenance) -> FoundFlight:
    """Return a flight that the user says is known otherwise than was taken."""
    trajectory = found.flight.trajectory
    arcs = tuple(replace(arc, provenance=how) for arc in trajectory.arcs)
    flight = replace(found.flight, trajectory=Trajectory(trajectory.name, arcs, trajectory.sigma))
    return replace(found, flight=flight, said=(f"taken as {how.value}: so you say",))


def keep(found: FoundFlight, checksum: str, title: str = "", colour: int | None = None) -> str:
    """Put a flight into the user's catalogue, with the number of its colour, or the next free one; return its id.

    Raises
    ------
    MissionError
        If it is there already, or the folder cannot be written.
    """
    if found.known_as:
        raise MissionError(
            f"importing {found.recording.path}: it is here already, as {found.known_as}; "
            f"perilune forget {found.known_as} removes it"
        )
    number = free_number(user_colours()) if colour is None else colour
    return add(found.flight, _origin(found, checksum), title or found.recording.name, number)


def session_mission(
    found: FoundFlight, checksum: str, title: str = "", taken: Iterable[str] = (), colour: int | None = None
) -> Mission:
    """Return a flight as a mission that is kept nowhere; its id is one that neither a file nor `taken` has."""
    name = title or found.recording.name
    mission_id, number = id_from_name(name), 1
    there = set(taken)
    while mission_id in there:
        number += 1
        mission_id = id_from_name(f"{name} {number}")
    return mission_of_flight(mission_id, found.flight, session_record(found, checksum, name) | {"colour": colour})


def session_record(found: FoundFlight, checksum: str, title: str) -> dict[str, Any]:
    """Return what would be written down about a flight if it were kept."""
    return record_of(found.flight, _origin(found, checksum), title)


def _origin(found: FoundFlight, checksum: str) -> Origin:
    return Origin(found.recording.path, found.recording.format_name, checksum, found.said)
