"""The mission document: what is published about a flight, in one readable TOML file, checked by a schema.

Missions. Facts carry their source and uncertainty; guesses are priors and say so; what a solver found lives
elsewhere (`assets/trajectories/`). Unknown keys are errors, so a misspelt one is never ignored.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from visualizer.errors import FileFormatError
from visualizer.missions.document_words import SOLVED as SOLVED
from visualizer.missions.document_words import Id, Table, Utc, UtcOrSolved
from visualizer.missions.flight_document import FlightDocument

EventKind = Literal[
    "launch", "separation", "burn", "orbit", "image", "contact", "loss", "impact", "plan", "flyby", "landing"
]
PhaseKind = Literal[
    "ascent", "parking", "injection", "transfer", "insertion", "orbit", "fall", "flyby", "descent", "surface"
]
SiteKind = Literal["launch", "landing", "reserve", "impact", "feature"]


class Engine(Table):
    """An engine or set of engines; `assumed` marks figures without a published source."""

    id: Id
    name: str
    thrust_n: float = Field(gt=0)
    specific_impulse_s: float = Field(gt=0)
    assumed: bool
    source: str
    note: str = ""


class Instrument(Table):
    """A scientific instrument."""

    name: str
    purpose: str
    mass_kg: float | None = None
    note: str = ""


class CrewMember(Table):
    """A person on board."""

    name: str
    role: str
    source: str


class Spacecraft(Table):
    """What flew; `size` in words, `notes` what else is published of it, a sentence each with its source."""

    name: str
    naif_id: int
    naif_id_note: str
    launch_mass_kg: float = Field(gt=0)
    propellant_kg: float = Field(gt=0)
    source: str
    size: str = ""
    size_source: str = ""
    notes: tuple[str, ...] = ()
    engines: tuple[Engine, ...]
    instruments: tuple[Instrument, ...]


class Fact(Table):
    """One published statement that a flight can be compared with.

    Attributes
    ----------
    value, unit, sigma : a number with its unit and one-sigma uncertainty; or
    text : words; and
    utc : the epoch it is about, or, in a fact without value and text, the fact itself (sigma in s)
    confidence : A agency, B several secondary sources, C one secondary source, D derived, M from memory
    used_in_fit : False for cross-checks
    measure : what it is compared with on the flight, in the words of `measures.measured`, or empty
    conflict : why it disagrees with the flight or with another fact, where it does
    """

    id: Id
    what: str
    value: float | None = None
    text: str | None = None
    unit: str = ""
    sigma: float | None = Field(default=None, gt=0)
    utc: Utc | None = None
    source: str
    confidence: Literal["A", "B", "C", "D", "M"]
    used_in_fit: bool
    note: str = ""
    measure: str = ""
    conflict: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Fact:
        if self.value is None and self.text is None and self.utc is None:
            raise ValueError("a fact needs a value, a text or a utc")
        if self.used_in_fit and self.sigma is None:
            raise ValueError("a fact that is used in the fit needs a sigma")
        return self


class DocumentEvent(Table):
    """A moment of the flight; `utc = "solved"` takes it from the solution."""

    id: Id
    title: str
    utc: UtcOrSolved
    kind: EventKind
    duration_s: float = Field(default=0.0, ge=0)
    sentence: str


class DocumentPhase(Table):
    """A stretch of the flight between two events."""

    id: Id
    title: str
    kind: PhaseKind
    start: Id
    end: Id


class DocumentSite(Table):
    """A place on a body: latitude and longitude (east) in deg, height in m above its sphere or ellipsoid.

    `box_deg` is least and greatest latitude, least and greatest longitude of a region whose middle the place is.
    """

    id: Id
    title: str
    kind: SiteKind
    body: Literal["earth", "moon"]
    lat_deg: float = Field(ge=-90, le=90)
    lon_deg: float = Field(ge=-180, le=360)
    height_m: float = 0.0
    radius_km: float | None = Field(default=None, gt=0)
    box_deg: tuple[float, float, float, float] | None = None
    source: str
    note: str = ""


class DocumentBranch(Table):
    """Another flight beside the main one: as it was planned, or of a second craft.

    Attributes
    ----------
    trajectory : id of its files in `assets/trajectories/`; how each of its arcs is known stands there
    events, phases : its own, if it has any; phases name events of the branch
    """

    id: Id
    title: str
    kind: Literal["planned", "companion"]
    trajectory: Id
    sentence: str
    events: tuple[DocumentEvent, ...] = ()
    phases: tuple[DocumentPhase, ...] = ()

    @model_validator(mode="after")
    def _ids_meet(self) -> DocumentBranch:
        _check_ids(self, ("events", "phases"))
        return self


class Prior(Table):
    """A guess that the solver starts from, with the uncertainty it is given."""

    id: Id
    what: str
    value: float
    sigma: float = Field(gt=0)
    unit: str
    guess: Literal[True]
    note: str


class MissionDocument(Table):
    """The whole document; `launch_utc` where the flight is shown from a later moment on."""

    id: Id
    name: str
    agency: str
    trajectory: Id
    outcome: str
    launch_utc: Utc | None = None
    spacecraft: Spacecraft
    events: tuple[DocumentEvent, ...]
    phases: tuple[DocumentPhase, ...]
    sites: tuple[DocumentSite, ...]
    facts: tuple[Fact, ...]
    priors: tuple[Prior, ...] = ()
    crew: tuple[CrewMember, ...] = ()
    flight: FlightDocument | None = None
    branches: tuple[DocumentBranch, ...] = ()

    @model_validator(mode="after")
    def _ids_meet(self) -> MissionDocument:
        _check_ids(self, ("events", "phases", "sites", "facts", "priors", "branches"))
        if self.flight is not None:
            _check_flight(self, self.flight)
        return self

    def fact(self, fact_id: str) -> Fact:
        """Return the fact with this id (`KeyError` if there is none)."""
        return {fact.id: fact for fact in self.facts}[fact_id]

    def site(self, site_id: str) -> DocumentSite:
        """Return the site with this id (`KeyError` if there is none)."""
        return {site.id: site for site in self.sites}[site_id]

    def engine(self, engine_id: str) -> Engine:
        """Return the engine with this id (`KeyError` if there is none)."""
        return {engine.id: engine for engine in self.spacecraft.engines}[engine_id]


def _check_flight(document: MissionDocument, flight: FlightDocument) -> None:
    """Raise `ValueError` where the flight names a site, an engine or an event that is not in the document."""
    there = {
        "site": {site.id for site in document.sites},
        "engine": {engine.id for engine in document.spacecraft.engines},
        "event": {event.id for event in document.events},
    }
    for what, names in flight.names().items():
        missing = sorted(names - there[what])
        if missing:
            raise ValueError(f"flight names the {what} {missing[0]!r}, which is not there")


def _check_ids(part: MissionDocument | DocumentBranch, lists: tuple[str, ...]) -> None:
    """Raise `ValueError` where an id appears twice in a list, or a phase names an event that is not there."""
    for what in lists:
        ids = [entry.id for entry in getattr(part, what)]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"{what}: id {twice[0]!r} appears twice")
    known = {event.id for event in part.events}
    for phase in part.phases:
        for end in (phase.start, phase.end):
            if end not in known:
                raise ValueError(f"phase {phase.id!r} names the event {end!r}, which is not there")


def read_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file.

    Raises
    ------
    FileFormatError
        If it is not TOML or not UTF-8; names the line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise FileFormatError(path, f"not UTF-8 text: {error.reason}") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else _last_line(path)
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise FileFormatError(path, f"not valid TOML: {reason}", line) from error


def _last_line(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def read_document(path: Path) -> MissionDocument:
    """Read and check a mission document.

    Raises
    ------
    FileFormatError
        If it is not TOML (with the line) or breaks the schema (with the path of the key).
    """
    tables = read_toml(path)
    try:
        return MissionDocument.model_validate(tables)
    except ValidationError as error:
        first = error.errors()[0]
        key = _key_path(tables, first["loc"])
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise FileFormatError(path, f"{key}: {first['msg']}{more}") from error


def _key_path(tables: object, place: tuple[int | str, ...]) -> str:
    """Return a place in words: `facts[3, id 'impact-latitude'].sigma`."""
    words = ""
    for part in place:
        if isinstance(part, int) and isinstance(tables, list):
            tables = tables[part]
            name = tables.get("id", tables.get("name")) if isinstance(tables, dict) else None
            words += f"[{part}, {name}]" if name else f"[{part}]"
            continue
        tables = tables.get(part) if isinstance(tables, dict) else None
        words += f".{part}" if words else str(part)
    return words or "document"
