"""The missions that come with the app: document, trajectory, events, phases and sites in one frozen value.

Missions. A mission is its document (`assets/missions/<id>.toml`) together with what its solver found
(`assets/trajectories/<id>.bsp` and `.toml`). Loading reads these three files and computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from visualizer.core.bodies import EARTH, MOON
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Arc, Provenance, SigmaTable, Trajectory
from visualizer.errors import FileFormatError, MissionError
from visualizer.formats.spk import read_spk_segments
from visualizer.missions.document import SOLVED, MissionDocument, read_document, read_toml
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
    """A place on a body: deg, east-positive (geodetic on the Earth, mean-Earth axes on the Moon); m; km."""

    id: str
    title: str
    body_id: int
    lat_deg: float
    lon_deg: float
    height_m: float
    kind: str
    radius_km: float | None = None


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
class Mission:
    """A mission ready to be shown; events are in order of time."""

    id: str
    name: str
    document: MissionDocument
    trajectory: Trajectory
    events: tuple[Event, ...]
    phases: tuple[Phase, ...]
    sites: tuple[Site, ...]
    burns: tuple[SolvedBurn, ...]

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
    """Load a mission of the user's: its states alone, without sites and burns."""
    flight, record = load_user_flight(mission_id)
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
    return Mission(mission_id, document.name, document, flight.trajectory, events, phases, (), ())


def assemble_mission(document: MissionDocument, kernel: Path, table: Path) -> Mission:
    """Put a mission together from its document and the two files of a solution."""
    solution: Any = read_toml(table)
    try:
        trajectory = _trajectory(document, kernel, solution)
        solved = {entry["id"]: float(entry["tdb_s"]) for entry in solution["events"]}
        burns = tuple(_burn(entry) for entry in solution["burns"])
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(table, f"not a solution that this version reads ({error!r})") from error
    events = _events(document, solved, {burn.id: burn.duration_s for burn in burns})
    epochs = {event.id: event.tdb_s for event in events}
    phases = tuple(Phase(p.id, p.title, epochs[p.start], epochs[p.end], p.kind) for p in document.phases)
    sites = tuple(
        Site(s.id, s.title, BODY_IDS[s.body], s.lat_deg, s.lon_deg, s.height_m, s.kind, s.radius_km)
        for s in document.sites
    )
    return Mission(document.id, document.name, document, trajectory, events, phases, sites, burns)


def _trajectory(document: MissionDocument, kernel: Path, solution: Any) -> Trajectory:
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
    rows = np.array(solution["sigma"]["rows"], dtype=np.float64)
    return Trajectory(document.spacecraft.name, arcs, SigmaTable(rows[:, 0], rows[:, 1:]))


def _burn(entry: Mapping[str, Any]) -> SolvedBurn:
    return SolvedBurn(**{name: entry[name] for name in SolvedBurn.__dataclass_fields__})


def _events(
    document: MissionDocument, solved: Mapping[str, float], durations_s: Mapping[str, float]
) -> tuple[Event, ...]:
    events = []
    for event in document.events:
        if event.utc == SOLVED and event.id not in solved:
            raise MissionError(f"{document.id}: event {event.id!r} waits for a solution that does not have it")
        tdb_s = solved[event.id] if event.utc == SOLVED else tdb_s_from_utc_text(event.utc)
        duration_s = durations_s.get(event.id, event.duration_s)
        events.append(Event(event.id, event.title, tdb_s, event.kind, event.sentence, duration_s))
    return tuple(sorted(events, key=lambda event: event.tdb_s))
