"""The missions that come with the app: document, trajectory, events, phases and sites in one frozen value.

Missions. A mission is its document (`assets/missions/<id>.toml`) together with what its solver found
(`assets/trajectories/<id>.bsp` and `.toml`). Loading reads these three files, and two more for each branch.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Arc, Provenance, SigmaTable, Trajectory, members_of_sigma
from visualizer.errors import FileFormatError, MissionError
from visualizer.formats.flight import Flight
from visualizer.formats.spk import read_spk_segments
from visualizer.missions.document import (
    SOLVED,
    DocumentBranch,
    DocumentEvent,
    DocumentPhase,
    MissionDocument,
    read_document,
    read_toml,
)
from visualizer.missions.user_catalogue import (
    bundled_mission_ids,
    document_of,
    load_user_flight,
    user_mission_ids,
)
from visualizer.resources import asset_path

USER_PHASES_MAX = 200
BODY_IDS = {"earth": EARTH.naif_id, "moon": MOON.naif_id}


@dataclass(frozen=True, slots=True)
class Event:
    """A moment of the flight; `duration_s` is the length of a burn, 0 for moments."""

    id: str
    title: str
    tdb_s: float
    kind: str
    sentence: str
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the flight."""

    id: str
    title: str
    start_tdb_s: float
    end_tdb_s: float
    kind: str


@dataclass(frozen=True, slots=True)
class Site:
    """A place on a body: deg, east-positive (geodetic on the Earth, mean-Earth axes on the Moon); m; km.

    `box_deg` is least and greatest latitude, least and greatest longitude of a region, or None.
    """

    id: str
    title: str
    body_id: int
    lat_deg: float
    lon_deg: float
    height_m: float
    kind: str
    radius_km: float | None = None
    box_deg: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class SolvedBurn:
    """A burn as the solver has it.

    Attributes
    ----------
    id : of its event; name, engine : words
    start_tdb_s, end_tdb_s : edges
    thrust_n, specific_impulse_s : N, s
    pitch_deg, yaw_deg : angles of the thrust to the velocity, in the orbit plane (outwards) and out of it
    delta_v_m_s, mass_before_kg, mass_after_kg : m/s, kg
    periapsis_before_km, apoapsis_before_km, periapsis_after_km, apoapsis_after_km : osculating heights
    """

    id: str
    name: str
    engine: str
    start_tdb_s: float
    end_tdb_s: float
    thrust_n: float
    specific_impulse_s: float
    pitch_deg: float
    yaw_deg: float
    delta_v_m_s: float
    mass_before_kg: float
    mass_after_kg: float
    periapsis_before_km: float
    apoapsis_before_km: float
    periapsis_after_km: float
    apoapsis_after_km: float

    @property
    def duration_s(self) -> float:
        """Length of the burn, s."""
        return self.end_tdb_s - self.start_tdb_s


@dataclass(frozen=True)
class Branch:
    """Another flight of a mission beside the main one.

    Attributes
    ----------
    id, title, sentence : words
    kind : 'planned' (what was to be flown) or 'companion' (a second craft)
    trajectory : where it goes; how it is known stands in its arcs
    events, phases, burns : its own, in order of time; may be empty
    """

    id: str
    title: str
    kind: str
    sentence: str
    trajectory: Trajectory
    events: tuple[Event, ...] = ()
    phases: tuple[Phase, ...] = ()
    burns: tuple[SolvedBurn, ...] = ()


@dataclass(frozen=True)
class Mission:
    """A mission ready to be shown; events are in order of time; `colour` is a number chosen for it, or None."""

    id: str
    name: str
    document: MissionDocument
    trajectory: Trajectory
    events: tuple[Event, ...]
    phases: tuple[Phase, ...]
    sites: tuple[Site, ...]
    burns: tuple[SolvedBurn, ...]
    branches: tuple[Branch, ...] = ()
    colour: int | None = None

    @cached_property
    def launch_tdb_s(self) -> float:
        """The moment from which T+ counts: the launch, or the first state of a flight whose launch is not told."""
        utc = self.document.launch_utc or next((e.utc for e in self.document.events if e.id == "launch"), SOLVED)
        return self.trajectory.span_tdb_s[0] if utc == SOLVED else tdb_s_from_utc_text(utc)

    def event(self, event_id: str) -> Event:
        """Return the event with this id; `MissionError` if there is none."""
        for event in self.events:
            if event.id == event_id:
                return event
        raise MissionError(f"{self.id}: no event {event_id!r}; there are {', '.join(e.id for e in self.events)}")

    def burn(self, burn_id: str) -> SolvedBurn:
        """Return the burn with this id; `MissionError` if there is none."""
        for burn in self.burns:
            if burn.id == burn_id:
                return burn
        raise MissionError(f"{self.id}: no burn {burn_id!r}; there are {', '.join(b.id for b in self.burns)}")

    def branch(self, branch_id: str) -> Branch:
        """Return the branch with this id; `MissionError` if there is none."""
        for branch in self.branches:
            if branch.id == branch_id:
                return branch
        there = ", ".join(b.id for b in self.branches)
        raise MissionError(f"{self.id}: no branch {branch_id!r}; {f'there are {there}' if there else 'it has none'}")

    def along(self, branch: Branch) -> Mission:
        """Return the mission as it is on a branch: its flight, events and phases; sites and document stay."""
        known = self._along.get(branch.id)
        if known is None or known.trajectory is not branch.trajectory:
            known = self._along[branch.id] = self._as_on(branch)
        return known

    @cached_property
    def _along(self) -> dict[str, Mission]:
        """Made once for as long as the mission lives: each frame asks for them."""
        return {}

    def _as_on(self, branch: Branch) -> Mission:
        return replace(
            self, id=f"{self.id}/{branch.id}", name=f"{self.name}: {branch.title}", trajectory=branch.trajectory,
            events=branch.events, phases=branch.phases, burns=(), branches=(), colour=None,
        )  # fmt: skip


def mission_ids() -> tuple[str, ...]:
    """Return the ids of the bundled missions, sorted, then those of the user's own."""
    return bundled_mission_ids() + user_mission_ids()


def document_path(mission_id: str) -> Path:
    """Return the path of a bundled mission's document; `MissionError` if there is no such mission."""
    if mission_id not in bundled_mission_ids():
        if mission_id in mission_ids():
            raise MissionError(f"mission {mission_id!r}: it was imported and has no document of facts")
        raise MissionError(f"mission {mission_id!r}: not known; there are {', '.join(mission_ids())}")
    return asset_path(f"missions/{mission_id}.toml")


def load_mission(mission_id: str) -> Mission:
    """Load a mission, bundled or the user's own.

    Raises
    ------
    MissionError
        If there is no such mission (the message lists those there are).
    FileFormatError
        If one of its files is damaged.
    """
    if mission_id in user_mission_ids():
        return _user_mission(mission_id)
    document = read_document(document_path(mission_id))
    kernel = asset_path(f"trajectories/{document.trajectory}.bsp")
    table = asset_path(f"trajectories/{document.trajectory}.toml")
    return assemble_mission(document, kernel, table)


def _user_mission(mission_id: str) -> Mission:
    return mission_of_flight(mission_id, *load_user_flight(mission_id))


def mission_of_flight(mission_id: str, flight: Flight, record: dict[str, Any]) -> Mission:
    """Return an imported flight as a mission: its states alone, without sites and burns.

    Parameters
    ----------
    record : as `user_catalogue.record_of` makes it
    """
    first, last = flight.trajectory.span_tdb_s
    events = (
        Event("first-state", "First state", first, "plan", "The imported states begin."),
        Event("last-state", "Last state", last, "plan", "The imported states end."),
    )
    phases = tuple(
        Phase(f"arc-{number}", arc.name, arc.start_tdb_s, arc.end_tdb_s,
              "orbit" if arc.centre_id == MOON.naif_id else "transfer")
        for number, arc in enumerate(flight.trajectory.arcs[:USER_PHASES_MAX], 1)
    )  # fmt: skip
    document = document_of(mission_id, record)
    colour = record.get("colour")
    return Mission(
        mission_id, document.name, document, flight.trajectory, events, phases, (), (),
        colour=colour if isinstance(colour, int) and colour >= 0 else None,
    )  # fmt: skip


def assemble_mission(document: MissionDocument, kernel: Path, table: Path) -> Mission:
    """Put a mission together from its document and the two files of a solution; branches lie beside these."""
    trajectory, solved, burns = _read_solution(document.spacecraft.name, kernel, table)
    events = _events(document.id, document.events, solved, {burn.id: burn.duration_s for burn in burns})
    phases = _phases(document.phases, events)
    sites = tuple(
        Site(s.id, s.title, BODY_IDS[s.body], s.lat_deg, s.lon_deg, s.height_m, s.kind, s.radius_km, s.box_deg)
        for s in document.sites
    )
    branches = tuple(_branch(document.name, branch, kernel.parent) for branch in document.branches)
    return Mission(document.id, document.name, document, trajectory, events, phases, sites, burns, branches)


def _branch(name: str, branch: DocumentBranch, folder: Path) -> Branch:
    kernel, table = (folder / f"{branch.trajectory}.{ending}" for ending in ("bsp", "toml"))
    trajectory, solved, burns = _read_solution(f"{name}: {branch.title}", kernel, table)
    events = _events(branch.trajectory, branch.events, solved, {burn.id: burn.duration_s for burn in burns})
    phases = _phases(branch.phases, events)
    return Branch(branch.id, branch.title, branch.kind, branch.sentence, trajectory, events, phases, burns)


def _read_solution(name: str, kernel: Path, table: Path) -> tuple[Trajectory, dict[str, float], tuple[SolvedBurn, ...]]:
    """Return what a solver wrote: the flight, the epochs it found by event, its burns."""
    solution: Any = read_toml(table)
    try:
        trajectory = _trajectory(name, kernel, solution)
        solved = {entry["id"]: float(entry["tdb_s"]) for entry in solution["events"]}
        burns = tuple(_burn(entry) for entry in solution["burns"])
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(table, f"not a solution that this version reads ({error!r})") from error
    return trajectory, solved, burns


def _trajectory(name: str, kernel: Path, solution: Any) -> Trajectory:
    segments, entries = read_spk_segments(kernel), solution["arcs"]
    if len(segments) != len(entries):
        raise FileFormatError(kernel, f"{len(segments)} segments where the solution names {len(entries)} arcs")
    arcs = tuple(
        Arc(
            entry["name"], segment.centre_id, segment.tdb_s, segment.position_km, segment.velocity_km_s,
            Provenance(entry["provenance"]), entry["kind"],
        )
        for segment, entry in zip(segments, entries, strict=True)
    )  # fmt: skip
    rows = np.array(solution["sigma"]["rows"], dtype=np.float64) if "sigma" in solution else None
    sigma = SigmaTable(rows[:, 0], rows[:, 1:]) if rows is not None else None
    members = kernel.with_name(f"{kernel.stem}-ensemble.npz")
    if members.is_file():
        return Trajectory(name, arcs, sigma, partial(_read_ensemble, members))
    return Trajectory(name, arcs, sigma, None if sigma is None else partial(members_of_sigma, sigma), is_spread=True)


def _read_ensemble(path: Path) -> tuple[FloatArray, FloatArray]:
    """Return the epochs (n,) and offsets (members, n, 3) km of an ensemble's file."""
    try:
        with path.open("rb") as file, np.load(file) as data:
            return data["tdb_s"], data["offsets_km"].astype(np.float64)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise FileFormatError(path, f"not an ensemble that this version reads ({error})") from error


def _burn(entry: Mapping[str, Any]) -> SolvedBurn:
    return SolvedBurn(**{name: entry[name] for name in SolvedBurn.__dataclass_fields__})


def _events(
    whose: str, entries: Sequence[DocumentEvent], solved: Mapping[str, float], durations_s: Mapping[str, float]
) -> tuple[Event, ...]:
    events = []
    for event in entries:
        if event.utc == SOLVED and event.id not in solved:
            raise MissionError(f"{whose}: event {event.id!r} waits for a solution that does not have it")
        tdb_s = solved[event.id] if event.utc == SOLVED else tdb_s_from_utc_text(event.utc)
        duration_s = durations_s.get(event.id, event.duration_s)
        events.append(Event(event.id, event.title, tdb_s, event.kind, event.sentence, duration_s))
    return tuple(sorted(events, key=lambda event: event.tdb_s))


def _phases(entries: Sequence[DocumentPhase], events: Sequence[Event]) -> tuple[Phase, ...]:
    epochs = {event.id: event.tdb_s for event in events}
    return tuple(Phase(p.id, p.title, epochs[p.start], epochs[p.end], p.kind) for p in entries)
