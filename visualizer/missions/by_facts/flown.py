"""From a solved chain to the arcs that are shipped: names joined, ascent, descent, stay and entry added.

Missions, by facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Arc, Provenance
from visualizer.errors import SolveError
from visualizer.missions.by_facts.approach import lift_off_epoch
from visualizer.missions.by_facts.chain import Chain
from visualizer.missions.by_facts.members import Member
from visualizer.missions.by_facts.solving import Solved
from visualizer.missions.by_facts.stretches import Stretch
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.document import DocumentSite, MissionDocument
from visualizer.missions.earth_entry import entry_arcs
from visualizer.missions.flight_document import Descent, Entry, FlightDocument, LaunchStart, Surface
from visualizer.missions.powered import Gate, Ground, OrbitState, descend, stay, thrust_of
from visualizer.missions.tracking.schematic import place_on_earth, schematic_arc
from visualizer.missions.tracking.shipping import heights_km

ASCENT = "ascent (schematic)"
SCHEMATIC = "none: a smooth schematic curve"
BY_GATES = "none: the smoothest curve through what is known of the phases"
ON_GROUND = "none: it stands on the ground"
LONGEST_NAME = 40


@dataclass
class Flown:
    """What is shipped of a flight.

    Attributes
    ----------
    arcs, burns : in order of time
    forces : arc's name -> words
    event_tdb_s : epochs of events
    """

    arcs: list[Arc] = field(default_factory=list)
    burns: list[SolvedBurn] = field(default_factory=list)
    forces: dict[str, str] = field(default_factory=dict)
    event_tdb_s: dict[str, float] = field(default_factory=dict)


def flown_of(solved: Solved) -> Flown:
    """Put the arcs of a solved flight together."""
    chain, document = solved.chain, solved.table.document
    flown = Flown(event_tdb_s=chain.events(solved.look.members))
    assert document.flight is not None
    _ascent(document, document.flight, chain, solved.look.members, flown)
    runs = _runs(chain, solved.look.members)
    for section in solved.table.sections:
        last = section.items[-1].end_tdb_s
        for run in [run for run in runs if run.start_tdb_s < last - 1e-3]:
            runs.remove(run)
            flown.arcs.append(run.arc())
            flown.forces.setdefault(run.name, run.forces)
            flown.burns += run.burns
        _after(document, section.ending, flown, solved)
    return flown


@dataclass
class _Run:
    """Neighbouring legs that become one arc."""

    name: str
    kind: str
    centre_id: int
    forces: str
    start_tdb_s: float
    pieces: list[Arc]
    burns: list[SolvedBurn]

    def arc(self) -> Arc:
        times = [self.pieces[0].tdb_s, *(piece.tdb_s[1:] for piece in self.pieces[1:])]
        places = [self.pieces[0].position_km, *(piece.position_km[1:] for piece in self.pieces[1:])]
        speeds = [self.pieces[0].velocity_km_s, *(piece.velocity_km_s[1:] for piece in self.pieces[1:])]
        return Arc(
            self.name, self.centre_id, np.concatenate(times), np.concatenate(places), np.concatenate(speeds),
            Provenance.RECONSTRUCTED, self.kind,
        )  # fmt: skip


def _runs(chain: Chain, members: list[Member]) -> list[_Run]:
    """Join legs of one name, kind, centre and field."""
    runs: list[_Run] = []
    for k, (stretch, member) in enumerate(zip(chain.stretches, members, strict=True)):
        for i, arc in enumerate(member.arcs):
            name = _name(chain, k, i, arc)
            words = force_words(stretch, chain, arc.kind)
            burns = [member.burn] if arc.kind == "burn" and member.burn is not None else []
            last = runs[-1] if runs else None
            meets = last is not None and abs(last.pieces[-1].end_tdb_s - arc.start_tdb_s) < 1e-3
            if (
                last is not None
                and meets
                and (last.name, last.kind, last.centre_id) == (name, arc.kind, stretch.centre_id)
            ):
                last.pieces.append(arc)
                last.burns += burns
            else:
                runs.append(_Run(name, arc.kind, stretch.centre_id, words, arc.start_tdb_s, [arc], burns))
    return runs


def _name(chain: Chain, k: int, leg: int, arc: Arc) -> str:
    """Return a leg's name: a coast in a burn's window has that of its neighbour."""
    if chain.stretches[k].burn is None or arc.kind == "burn":
        return chain.stretches[k].name
    other = k - 1 if leg == 0 else k + 1
    if 0 <= other < len(chain.stretches) and chain.stretches[other].burn is None:
        return chain.stretches[other].name
    return f"round {chain.stretches[k].name}"[:LONGEST_NAME]


def force_words(stretch: Stretch, chain: Chain, kind: str) -> str:
    """Return the forces on a stretch in words."""
    gravity = stretch.gravity(chain.fineness)
    words = f"Moon LP165P {gravity.moon_degree}x{gravity.moon_degree}, Earth and Sun as points"
    if gravity.centre_id == 399:
        zonals = "J2" if gravity.earth_degree == 2 else f"J2 to J{gravity.earth_degree}"
        words = f"Earth with {zonals}, Moon and Sun as points"
    if kind != "burn" or stretch.burn is None:
        return words
    held = "at fixed angles to the velocity" if stretch.burn.frame == "velocity" else "in a fixed direction"
    return f"{words}, constant thrust {held}"


def _ascent(
    document: MissionDocument, flight: FlightDocument, chain: Chain, members: list[Member], flown: Flown
) -> None:
    start = flight.start
    if not isinstance(start, LaunchStart):
        return
    lift_off, first = lift_off_epoch(document, start), members[0].arcs[0]
    pad = place_on_earth(document.site(start.site), lift_off)
    end = np.concatenate([first.position_km[0], first.velocity_km_s[0]])
    flown.arcs.append(schematic_arc(ASCENT, "ascent", lift_off, pad, first.start_tdb_s, end, end))
    flown.forces[ASCENT] = SCHEMATIC
    if start.parking_event is not None:
        flown.event_tdb_s[start.parking_event] = first.start_tdb_s


def _ground(site: DocumentSite) -> Ground:
    return Ground(site.lat_deg, site.lon_deg, site.height_m)


def _after(document: MissionDocument, leg: object, flown: Flown, solved: Solved) -> None:
    """Add what follows a section's free flight."""
    if isinstance(leg, Descent):
        _descent(document, leg, flown, solved)
    elif isinstance(leg, Entry):
        _entry(document, leg, flown)
    surfaces = [one for one in (document.flight.legs if document.flight else ()) if isinstance(one, Surface)]
    for stay_leg in surfaces:
        begin, end = flown.arcs[-1].end_tdb_s, tdb_s_from_utc_text(stay_leg.until)
        if isinstance(leg, Descent) and begin < end and not any(a.kind == "surface" for a in flown.arcs):
            flown.arcs.append(
                stay(_ground(document.site(stay_leg.site)), begin, end, Provenance.RECONSTRUCTED, stay_leg.name)
            )
            flown.forces[stay_leg.name] = ON_GROUND


def _descent(document: MissionDocument, leg: Descent, flown: Flown, solved: Solved) -> None:
    orbit = flown.arcs[-1]
    begin, end = orbit.end_tdb_s, tdb_s_from_utc_text(leg.touchdown_utc)
    start = OrbitState(begin, orbit.position_km[-1], orbit.velocity_km_s[-1])
    gates = [Gate(leg.id, leg.name[:LONGEST_NAME], begin)]
    for gate in leg.gates:
        gates.append(
            Gate(gate.id, gate.title[:LONGEST_NAME], begin + gate.after_s, gate.height_km, gate.sink_m_s,
                 gate.ground_speed_m_s, gate.to_go_km, is_steady=gate.is_steady, is_upright=gate.is_upright)
        )  # fmt: skip
    try:
        ground = _ground(document.site(leg.site))
        speeds = leg.touchdown_sink_m_s, leg.touchdown_ground_speed_m_s
        powered = descend(start, ground, gates, end, Provenance.RECONSTRUCTED, *speeds)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise SolveError(
            f"{document.id}: the descent {leg.id!r} cannot be flown through its gates ({error})"
        ) from error
    mass = _mass_at(solved, begin)
    engine = document.engine(leg.engine)
    pushed = thrust_of(powered.arcs, mass, engine.specific_impulse_s)
    flown.burns.append(
        SolvedBurn(leg.id, leg.name, engine.name, begin, end, float(np.mean(pushed.thrust_n)),
                   engine.specific_impulse_s, 180.0, 0.0, pushed.delta_v_m_s, mass, float(pushed.mass_kg[-1]),
                   *_heights(powered.arcs[0]), *_heights(powered.arcs[-1]))
    )  # fmt: skip
    schematic = [False, *(gate.is_schematic for gate in leg.gates)]
    for arc, is_schematic in zip(powered.arcs, schematic, strict=True):
        flown.arcs.append(replace(arc, provenance=Provenance.SYNTHETIC) if is_schematic else arc)
        flown.forces[arc.name] = SCHEMATIC if is_schematic else BY_GATES
    flown.event_tdb_s |= powered.event_tdb_s
    if leg.event is not None:
        flown.event_tdb_s[leg.event] = end


def _heights(arc: Arc) -> tuple[float, float]:
    return heights_km(np.concatenate([arc.position_km[0], arc.velocity_km_s[0]]), arc.centre_id)


def _mass_at(solved: Solved, tdb_s: float) -> float:
    """Return the mass at the end of the stretch that ends at an epoch, kg."""
    chain = solved.chain
    k = int(np.argmin([abs(stretch.end_tdb_s - tdb_s) for stretch in chain.stretches]))
    burn = solved.look.members[k].burn
    return burn.mass_after_kg if burn is not None else float(chain.states[k][6])


def _entry(document: MissionDocument, leg: Entry, flown: Flown) -> None:
    landing = tdb_s_from_utc_text(leg.landing_utc)
    arcs = entry_arcs(leg.name, document.site(leg.site), flown.arcs[-1], landing)
    flown.arcs += arcs
    flown.forces |= {arc.name: SCHEMATIC for arc in arcs}
