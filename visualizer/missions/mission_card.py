"""What there is to tell of a mission beside its flight: craft, engines, instruments, crew, and how its path is known.

Missions. The command line and the window show the same card; its words come from the mission's document.
"""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Mission
from visualizer.missions.document import Engine, Instrument, MissionDocument

SMALL_SHARE = 0.01
FLOWN = "26 flights that fit the facts as well show how well it is known"
SPREAD = "26 flights beside it, spread as its uncertainty says, not flown, show how well it is known"


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a card: what is told of, what is said, and where it is from."""

    name: str
    words: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class CardPart:
    """A part of a card with its heading; there are none without lines."""

    title: str
    lines: tuple[CardLine, ...]


def card_of(mission: Mission) -> tuple[CardPart, ...]:
    """Return the card of a mission, part by part; a flight that was brought in has few."""
    document = mission.document
    parts = (
        CardPart("Crew", tuple(CardLine(one.name, one.role, one.source) for one in document.crew)),
        CardPart("Craft", _craft(document)),
        CardPart("Engines", tuple(_engine(one) for one in document.spacecraft.engines)),
        CardPart("Instruments", tuple(_instrument(one) for one in document.spacecraft.instruments)),
        CardPart("Path", _path(mission)),
        CardPart("Beside it", tuple(CardLine(one.title, one.sentence) for one in mission.branches)),
    )
    return tuple(part for part in parts if part.lines)


def _craft(document: MissionDocument) -> tuple[CardLine, ...]:
    craft = document.spacecraft
    if not craft.launch_mass_kg:
        return ()
    lines = [CardLine("Mass", f"{craft.launch_mass_kg:,.0f} kg", craft.source)]
    lines.append(CardLine("Propellant", f"{craft.propellant_kg:,.0f} kg, of that", craft.source))
    if craft.size:
        lines.append(CardLine("Size", craft.size, craft.size_source))
    lines += [CardLine("Also", words) for words in craft.notes]
    lines.append(CardLine("NAIF id", str(craft.naif_id), craft.naif_id_note))
    return tuple(lines)


def _engine(engine: Engine) -> CardLine:
    assumed = "; assumed" if engine.assumed else ""
    words = f"{engine.thrust_n:,.0f} N, specific impulse {engine.specific_impulse_s:g} s{assumed}"
    return CardLine(engine.name, words, "; ".join(part for part in (engine.source, engine.note) if part))


def _instrument(one: Instrument) -> CardLine:
    mass = f" ({one.mass_kg:g} kg)" if one.mass_kg else ""
    return CardLine(one.name, f"{one.purpose}{mass}", one.note)


def _path(mission: Mission) -> tuple[CardLine, ...]:
    first, last = (utc_text_from_tdb_s(t, separator=" ")[:16] for t in mission.trajectory.span_tdb_s)
    facts = mission.document.facts
    used = sum(fact.used_in_fit for fact in facts)
    lines = [CardLine("Shown", f"{first} to {last} UTC"), CardLine("Known", known_as(mission.trajectory))]
    if facts:
        lines.append(CardLine("Facts", f"{len(facts)} published, {used} of them used to solve it"))
    if mission.trajectory.read_members is not None:
        lines.append(CardLine("Members", SPREAD if mission.trajectory.is_spread else FLOWN))
    return tuple(lines)


def known_as(trajectory: Trajectory) -> str:
    """Return how the parts of a flight are known, with the share of time of each, the largest first."""
    return ", ".join(f"{name} {100.0 * share:.3g} %" for name, share in _shares(trajectory))


def known_shortly(trajectory: Trajectory) -> str:
    """Return how a flight is known, in a word or two; what is a hundredth of it or less is left out."""
    return " and ".join(name for name, share in _shares(trajectory) if share > SMALL_SHARE)


def _shares(trajectory: Trajectory) -> list[tuple[str, float]]:
    seconds: dict[str, float] = {}
    for arc in trajectory.arcs:
        seconds[arc.provenance.value] = seconds.get(arc.provenance.value, 0.0) + arc.end_tdb_s - arc.start_tdb_s
    whole = sum(seconds.values())
    return sorted(((name, part / whole) for name, part in seconds.items()), key=lambda pair: -pair[1])
