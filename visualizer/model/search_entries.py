"""What can be found: features, sites, events, missions, branches, views, commands, bodies; and what is typed outright.

Pure. Entries of missions and features come from here; those of commands too, given the table of commands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.sky import PLANETS
from visualizer.errors import EpochError, EpochRangeError
from visualizer.missions.alignment import ANCHORS, CALENDAR, anchor_tdb_s
from visualizer.missions.catalogue import Event, Mission, Site
from visualizer.model.commands import Command
from visualizer.model.features import bundled_features
from visualizer.model.places import place_from_words, place_words
from visualizer.model.search import Entry
from visualizer.model.time_entry import elapsed_text, tdb_s_from_words

SITE_KINDS: Final = {"launch": "Launch site", "landing": "Landing site", "reserve": "Reserve site",
                     "impact": "Impact site", "feature": "Site"}  # fmt: skip
MOMENT_WORDS: Final = {
    "launch": ("launch", "lift-off"),
    "tli": ("translunar injection", "tli", "trans-lunar injection"),
    "loi": ("lunar orbit insertion", "loi", "arrival at the Moon"),
    "descent": ("start of the descent", "powered descent", "pdi"),
    "landing": ("landing", "touchdown", "impact"),
}
EVENT_WEIGHTS: Final = {"impact": 6.0, "landing": 6.0, "launch": 5.0, "burn": 4.5, "flyby": 5.0}
LINK_START: Final = "perilune:"


@cache
def feature_entries() -> tuple[Entry, ...]:
    """Return the entries of all named features of the Moon, largest first."""
    table = bundled_features()
    return tuple(
        Entry(
            f"feature:{name}", name, kind.capitalize(), _length(float(size)), weight=_feature_weight(kind, float(size))
        )
        for name, kind, size in zip(table.names, table.kinds, table.diameter_km, strict=True)
    )


def _feature_weight(kind: str, diameter_km: float) -> float:
    weight = 0.8 * math.log10(max(diameter_km, 1.0))
    return weight - 1.5 if kind == "satellite crater" else weight


def _length(kilometres: float) -> str:
    return f"{kilometres:,.0f} km" if kilometres >= 10.0 else f"{kilometres:.1f} km"


def mission_entries(missions: Iterable[Mission]) -> list[Entry]:
    """Return the entries of missions with their events, sites and branches."""
    entries: list[Entry] = []
    for mission in missions:
        first, last = (utc_text_from_tdb_s(t, separator=" ")[:10] for t in mission.trajectory.span_tdb_s)
        span = first if first == last else f"{first} to {last}"
        document = mission.document
        aliases = tuple(name for name in (mission.id, document.spacecraft.name, document.agency) if name)
        entries.append(Entry(f"mission:{mission.id}", mission.name, "Mission", span, aliases, 8.0, mission.id))
        entries += _event_entries(mission)
        entries += [_site_entry(mission, site) for site in mission.sites]
    return entries


def _event_entries(mission: Mission) -> list[Entry]:
    words = _moment_words(mission)
    return [
        Entry(
            f"event:{mission.id}/{event.id}", event.title, "Event", f"{mission.name}, {_minute(event.tdb_s)}",
            (f"{mission.name} {event.title}", event.id, *words.get(event.id, ())),
            EVENT_WEIGHTS.get(event.kind, 3.5), mission.id,
        )
        for event in mission.events
    ]  # fmt: skip


def _moment_words(mission: Mission) -> Mapping[str, tuple[str, ...]]:
    """Return what the field calls a mission's shared moments, by the event that stands at each."""
    words: dict[str, tuple[str, ...]] = {}
    for anchor in ANCHORS:
        tdb_s = None if anchor == CALENDAR else anchor_tdb_s(mission, anchor)
        event = None if tdb_s is None else _event_at(mission.events, tdb_s)
        if event is not None:
            words[event.id] = words.get(event.id, ()) + MOMENT_WORDS.get(anchor, ())
    return words


def _event_at(events: Sequence[Event], tdb_s: float) -> Event | None:
    return next((event for event in events if abs(event.tdb_s - tdb_s) < 1.0), None)


def _site_entry(mission: Mission, site: Site) -> Entry:
    place = f"{mission.name}, {_degrees(site.lat_deg, 'N', 'S')} {_degrees(site.lon_deg, 'E', 'W')}"
    aliases = (f"{mission.name} {site.title}", site.id)
    weight = 0.0 if site.kind == "feature" else 5.0
    return Entry(
        f"site:{mission.id}/{site.id}",
        site.title,
        SITE_KINDS.get(site.kind, "Site"),
        place,
        aliases,
        weight,
        mission.id,
    )


def _degrees(value_deg: float, positive: str, negative: str) -> str:
    value = (value_deg + 180.0) % 360.0 - 180.0
    return f"{abs(value):.1f}° {positive if value >= 0.0 else negative}"


def body_entries() -> list[Entry]:
    """Return the entries of bodies: Earth, Moon, Sun and planets."""
    bodies = [("earth", "Earth", "Body"), ("moon", "Moon", "Body"), ("sun", "Sun", "Body")]
    bodies += [(planet.name.lower(), planet.name, "Planet") for planet in PLANETS]
    return [Entry(f"body:{key}", title, kind, _body_help(key), weight=6.0) for key, title, kind in bodies]


def _body_help(key: str) -> str:
    return "look at it" if key in ("earth", "moon") else "above the Moon's limb"


def command_entries(commands: Iterable[Command[Any]]) -> list[Entry]:
    """Return the entries of commands, with their keys; those of the views are called views."""
    return [
        Entry(
            f"command:{command.id}", command.title.rstrip("…"), _command_kind(command), "  ".join(command.keys),
            (command.help.rstrip("."), command.id.partition(".")[2].replace("_", " ")), 7.0,
        )
        for command in commands
    ]  # fmt: skip


def _command_kind(command: Command[Any]) -> str:
    return "View" if command.id.startswith("view.show_") else "Command"


def typed_entries(text: str, active: Mission, missions: Iterable[Mission], now_tdb_s: float) -> list[Entry]:
    """Return what a typed text is outright: a link, a place in degrees, a time; nothing where it is none of them."""
    words = text.strip()
    if words.lower().startswith(LINK_START):
        return [Entry(f"link:{words}", "Open this link", "Link", words[:60], weight=12.0)]
    place = place_from_words(words)
    if place is not None:
        name = place_words(*place)
        return [Entry(f"place:{place[0]:.6g},{place[1]:.6g}", name, "Place", "on the Moon", weight=12.0)]
    return _time_entries(words, active, missions, now_tdb_s)


def _time_entries(words: str, active: Mission, missions: Iterable[Mission], now_tdb_s: float) -> list[Entry]:
    """Read a time as the active mission's; where that has no such moment, or did not fly then, as another's."""
    if not re.search(r"\d", words) or len(words) < 3:
        return []
    others = [mission for mission in missions if mission.id != active.id]
    for mission in (active, *others):
        try:
            tdb_s = tdb_s_from_words(words, mission, now_tdb_s if mission is active else None)
        except (EpochError, EpochRangeError):
            continue
        first, last = mission.trajectory.span_tdb_s
        if first <= tdb_s <= last:
            return [_time_entry(mission, tdb_s)]
    return []


def _time_entry(mission: Mission, tdb_s: float) -> Entry:
    since = elapsed_text(tdb_s - mission.launch_tdb_s)
    title = f"{utc_text_from_tdb_s(tdb_s, separator=' ')} UTC"
    return Entry(f"time:{mission.id}/{tdb_s!r}", title, "Time", f"{mission.name}, {since}", weight=12.0)


def _minute(tdb_s: float) -> str:
    return utc_text_from_tdb_s(tdb_s, separator=" ")[:16]
