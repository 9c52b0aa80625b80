"""From the `[flight]` part to a timetable: sections of coasts and burn windows that follow each other without a gap.

Missions, by facts. A section begins at the start of the flight or at a lift-off from the Moon and ends with the free
flight; descents, stays on the ground and entries are added when it is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from visualizer.core.constants import G0_KM_S2, RADIUS_MOON_KM
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import MissionError
from visualizer.missions.by_facts.burn_plan import BurnPlan
from visualizer.missions.document import MissionDocument
from visualizer.missions.flight_document import (
    Burn,
    Coast,
    Descent,
    Entry,
    FlightDocument,
    Impact,
    Leg,
    Staging,
    Surface,
)

WINDOW_SIGMAS = 4.0
AFTER_IMPACT_S = 1200.0
DIRECTIONS = {"forward": (0.0, 0.0), "back": (np.pi, 0.0), "up": (0.0, 0.0)}
Ending = Descent | Entry | Impact | None


@dataclass(frozen=True)
class Item:
    """A coast or the window of a burn.

    Attributes
    ----------
    name : of the arc
    start_tdb_s, end_tdb_s : edges
    burn : in this window, or None
    mass_kg : after something was left behind just before, or None
    impact_radius_km : where it ends on the ground
    """

    name: str
    start_tdb_s: float
    end_tdb_s: float
    burn: BurnPlan | None = None
    mass_kg: float | None = None
    impact_radius_km: float | None = None


@dataclass
class Section:
    """Items that follow each other.

    Attributes
    ----------
    items : in order of time
    lift_off : the stay on the ground before it, or None for the start of the flight
    ending : what follows the free flight
    """

    items: list[Item] = field(default_factory=list)
    lift_off: Surface | None = None
    ending: Ending = None


@dataclass(frozen=True)
class Timetable:
    """The flight as the document has it.

    Attributes
    ----------
    document, flight : the whole document, its `[flight]` part
    sections : in order of time
    event_tdb_s : epochs of events that legs fix by themselves
    event_of_item : event id -> (section, item) whose end it is
    """

    document: MissionDocument
    flight: FlightDocument
    sections: tuple[Section, ...]
    event_tdb_s: dict[str, float]
    event_of_item: dict[str, tuple[int, int]]

    @property
    def start_tdb_s(self) -> float:
        """When the free flight begins."""
        return start_epoch(self.flight)


def start_epoch(flight: FlightDocument) -> float:
    """Return when the free flight begins."""
    return tdb_s_from_utc_text(flight.start.parking_utc if flight.start.kind == "launch" else flight.start.utc)


def timetable(document: MissionDocument) -> Timetable:
    """Read the timetable of a document.

    Raises
    ------
    MissionError
        If there is no `[flight]` part, or its epochs do not follow each other.
    """
    flight = document.flight
    if flight is None:
        raise MissionError(f"{document.id}: the document has no [flight] part, from which a flight could be solved")
    return _Reader(document, flight).read()


class _Reader:
    """Walks through the legs once."""

    def __init__(self, document: MissionDocument, flight: FlightDocument) -> None:
        self.document, self.flight = document, flight
        self.at_tdb_s = start_epoch(flight)
        self.sections: list[Section] = [Section()]
        self.events: dict[str, float] = {}
        self.item_events: dict[str, tuple[int, int]] = {}
        self.mass_kg = flight.start.mass_kg
        self.new_mass_kg: float | None = None

    def read(self) -> Timetable:
        """Return the timetable."""
        legs = self.flight.legs
        for number, leg in enumerate(legs):
            after = legs[number + 1 :]
            if isinstance(leg, Coast):
                self._coast(leg, after)
            elif isinstance(leg, Burn):
                self._burn(leg, self._coast_name(number))
            elif isinstance(leg, Staging):
                self._staging(leg, self._coast_name(number))
            elif isinstance(leg, Impact):
                self._impact(leg)
            elif isinstance(leg, Surface):
                self._surface(leg)
            else:
                self._ending(leg)
        sections = tuple(section for section in self.sections if section.items)
        return Timetable(self.document, self.flight, sections, self.events, self.item_events)

    def _coast_name(self, number: int) -> str:
        """Return the name of the coast before a leg; after a burn rather that of the coast after it."""
        legs = self.flight.legs
        before, after = tuple(reversed(legs[:number])), legs[number:]
        pushed = bool(before) and isinstance(before[0], Burn)
        for leg in (*after, *before) if pushed else (*before, *after):
            if isinstance(leg, Coast | Impact):
                return leg.name
        return "coast"

    def _add(self, item: Item) -> None:
        if item.end_tdb_s - item.start_tdb_s < 1.0:
            raise MissionError(
                f"{self.document.id}: {item.name!r} would end before it begins; look at the legs round it"
            )
        if self.new_mass_kg is not None:
            item = replace(item, mass_kg=self.new_mass_kg)
            self.new_mass_kg = None
        self.sections[-1].items.append(item)
        self.at_tdb_s = item.end_tdb_s

    def _coast(self, leg: Coast, after: tuple[Leg, ...]) -> None:
        if leg.until is not None:
            end = tdb_s_from_utc_text(leg.until)
        elif after and (begin := self._begin(after[0])) is not None:
            end = begin
        else:
            raise MissionError(f"{self.document.id}: coast {leg.name!r} needs until: nothing follows that ends it")
        if end - self.at_tdb_s >= 1.0:
            self._add(Item(leg.name, self.at_tdb_s, end))
        if leg.event is not None:
            self.item_events[leg.event] = (len(self.sections) - 1, len(self.sections[-1].items) - 1)
            self.events[leg.event] = end

    def _begin(self, leg: Leg) -> float | None:
        """Return when a leg begins, if it says so by itself."""
        if isinstance(leg, Burn):
            plan = self._plan(leg)
            return plan.start_tdb_s - WINDOW_SIGMAS * plan.start_sigma_s
        if isinstance(leg, Descent):
            return tdb_s_from_utc_text(leg.start_utc)
        if isinstance(leg, Staging | Entry):
            return tdb_s_from_utc_text(leg.utc)
        return None

    def _plan(self, leg: Burn) -> BurnPlan:
        engine = self.document.engine(leg.engine)
        exhaust_m_s = 1e3 * G0_KM_S2 * engine.specific_impulse_s
        mass = self.mass_kg if self.new_mass_kg is None else self.new_mass_kg
        flow = engine.thrust_n / exhaust_m_s
        duration = leg.duration_s or mass * -np.expm1(-leg.delta_v_m_s / exhaust_m_s) / flow
        pitch, yaw = DIRECTIONS.get(leg.direction or "", (np.deg2rad(leg.pitch_deg), np.deg2rad(leg.yaw_deg)))
        return BurnPlan(
            leg.id, leg.name, engine.name, engine.specific_impulse_s, tdb_s_from_utc_text(leg.start_utc),
            leg.start_sigma_s, float(duration), leg.duration_sigma_s, leg.delta_v_m_s,
            (leg.delta_v_sigma_m_s, leg.across_sigma_m_s, leg.across_sigma_m_s),
            "up" if leg.direction == "up" else leg.steering, float(pitch), float(yaw),
        )  # fmt: skip

    def _burn(self, leg: Burn, coast: str) -> None:
        plan = self._plan(leg)
        end = plan.start_tdb_s + plan.duration_s
        before, after = WINDOW_SIGMAS * plan.start_sigma_s, WINDOW_SIGMAS * (plan.start_sigma_s + plan.duration_sigma_s)
        first = plan.start_tdb_s - before
        if first - self.at_tdb_s >= 1.0:
            self._add(Item(coast, self.at_tdb_s, first))
        if self.at_tdb_s > plan.start_tdb_s:
            raise MissionError(f"{self.document.id}: burn {leg.id!r} begins before the leg before it ends")
        mass = self.mass_kg if self.new_mass_kg is None else self.new_mass_kg
        self._add(Item(leg.name, self.at_tdb_s, end + after, plan))
        exhaust_m_s = 1e3 * G0_KM_S2 * plan.impulse_s
        self.mass_kg = mass * float(np.exp(-leg.delta_v_m_s / exhaust_m_s))

    def _staging(self, leg: Staging, coast: str) -> None:
        at = tdb_s_from_utc_text(leg.utc)
        if at - self.at_tdb_s >= 1.0:
            self._add(Item(coast, self.at_tdb_s, at))
        self.new_mass_kg = self.mass_kg = leg.mass_kg
        if leg.event is not None:
            self.events[leg.event] = at

    def _impact(self, leg: Impact) -> None:
        radius = RADIUS_MOON_KM + 1e-3 * self.document.site(leg.site).height_m
        end = tdb_s_from_utc_text(leg.utc) + AFTER_IMPACT_S
        self._add(Item(leg.name, self.at_tdb_s, end, impact_radius_km=radius))
        self.sections[-1].ending = leg

    def _surface(self, leg: Surface) -> None:
        self.at_tdb_s = tdb_s_from_utc_text(leg.until)
        self.sections.append(Section(lift_off=leg))
        self.new_mass_kg = self.mass_kg = leg.mass_kg or self.mass_kg

    def _ending(self, leg: Descent | Entry) -> None:
        at = tdb_s_from_utc_text(leg.start_utc if isinstance(leg, Descent) else leg.utc)
        if at - self.at_tdb_s >= 1.0:
            self._add(Item(self._coast_name(len(self.flight.legs)), self.at_tdb_s, at))
        self.sections[-1].ending = leg
        if isinstance(leg, Descent):
            self.events |= {leg.id: at}
            self.at_tdb_s = tdb_s_from_utc_text(leg.touchdown_utc)
            self.events |= {leg.event: self.at_tdb_s} if leg.event else {}
            return
        self.at_tdb_s = tdb_s_from_utc_text(leg.landing_utc)
        self.events |= {leg.event: at} if leg.event else {}
        self.events |= {leg.event_end: self.at_tdb_s} if leg.event_end else {}
