"""The first guess of a flight that no single passage of the Moon gives: flown from state to state on the way.

Missions, by facts. A document may name states that the flight is likely to pass. Each is flown forwards to the next,
the first one also back to the start; where the pieces meet they leave gaps, which the fit closes.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import MissionError
from visualizer.missions.by_facts.guess import Guess, Pilot, masses_before, parking_start, sizes_from_facts
from visualizer.missions.by_facts.plan import Item, Timetable
from visualizer.missions.flight_document import Waypoint

CENTRES = {"earth": EARTH.naif_id, "moon": MOON.naif_id}


def waypoint_guess(table: Timetable) -> Guess:
    """Return the first guess of the first section, through the document's waypoints.

    Raises
    ------
    MissionError
        If a waypoint lies outside the flight or in the window of a burn.
    """
    points = sorted(table.flight.waypoints, key=lambda one: tdb_s_from_utc_text(one.utc))
    epochs = [tdb_s_from_utc_text(one.utc) for one in points]
    masses = masses_before(table)
    items: list[Item] = []
    for item in table.sections[0].items:
        pieces = _cut(table, item, epochs)
        masses |= {id(piece): masses[id(item)] for piece in pieces}
        items += pieces
    pilot = Pilot(masses, sizes_from_facts(table))
    after = Guess()
    for number, (point, begin) in enumerate(zip(points, epochs, strict=True)):
        end = epochs[number + 1] if number + 1 < len(epochs) else np.inf
        own = [item for item in items if begin - 0.5 < item.start_tdb_s < end - 0.5]
        state = np.append(_state(point), masses[id(own[0])])
        after = after.then(pilot.forwards(own, begin, state, CENTRES[point.body]))
    first = [item for item in items if item.start_tdb_s < epochs[0] - 0.5]
    state, centre = np.append(_state(points[0]), 1.0), CENTRES[points[0].body]
    if table.flight.start.kind == "orbit":
        return pilot.backwards(first, epochs[0], state, centre).then(after)
    place = next(i for i, item in enumerate(first) if item.burn is not None)
    before = pilot.backwards(first[place + 1 :], epochs[0], state, centre)
    return parking_start(table, before, first).then(before).then(after)


def _state(point: Waypoint) -> FloatArray:
    return np.array([*point.position_km, *point.velocity_km_s])


def _cut(table: Timetable, item: Item, epochs: list[float]) -> list[Item]:
    """Return an item in pieces that end at the waypoints within it."""
    inside = [tdb_s for tdb_s in epochs if item.start_tdb_s - 0.5 < tdb_s < item.end_tdb_s - 0.5]
    if inside and item.burn is not None:
        raise MissionError(f"{table.document.id}: a waypoint lies in the window of the burn {item.burn.id!r}")
    edges = [item.start_tdb_s, *(tdb_s for tdb_s in inside if tdb_s > item.start_tdb_s + 0.5), item.end_tdb_s]
    pieces = [
        replace(item, start_tdb_s=begin, end_tdb_s=end, mass_kg=None, impact_radius_km=None)
        for begin, end in pairwise(edges)
    ]
    pieces[0] = replace(pieces[0], mass_kg=item.mass_kg)
    pieces[-1] = replace(pieces[-1], impact_radius_km=item.impact_radius_km)
    return pieces
