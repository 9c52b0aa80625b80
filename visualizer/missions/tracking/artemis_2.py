"""Artemis II's flight plan: high Earth orbit, injection, free return round the Moon, entry.

Missions, tracking. The published positions are pieces of many forecasts that do not quite join up, so besides the burns
small steady pushes are fitted, a few hours each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Force, Gravity
from visualizer.core.propagation import even_fractions, propagate
from visualizer.core.trajectory import Arc, Provenance
from visualizer.missions.document import MissionDocument
from visualizer.missions.earth_entry import entry_arcs
from visualizer.missions.tracking.chain import Tracked
from visualizer.missions.tracking.fitting import Recipe, Surround
from visualizer.missions.tracking.planning import FlightPlan, Planner
from visualizer.missions.tracking.schematic import parking_arc, place_on_earth
from visualizer.missions.tracking.shipping import Flown
from visualizer.missions.tracking.tracked import TrackedPositions

NEAR_EARTH = Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id), earth_degree=4)
NEAR_MOON = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 8)
FIRST_UTC, ENTRY_UTC = "2026-04-02T01:57:23.8", "2026-04-10T23:52:30"
EARLY_UTC = "2026-04-02T00:40:00"
PIECE_S = 8.0 * 3600.0
PUSH = {"push": "steady", "push_sigma": 1500.0, "longest_s": 600.0, "noise_km": 1.0}
FIRST_STATE = (-24444.975, -12632.692, -6876.861, -1.844217, -3.420019, -1.849551, 26000.0)
FORECAST = "forecast of 5 April"

# id, name, engine, middle, minutes each way, duration s, pitch, sigmas, coast before it, yaw
_ROWS: tuple[tuple[Any, ...], ...] = (
    ("departure", "burn off the upper stage", "aux", "2026-04-02T03:20:00", 25, 80.0, -1.5, (400.0, 40.0, 1.0, 0.3),
     "first hours in high orbit"),
    ("perigee-raise", "perigee raise", "oms", "2026-04-02T12:07:00", 25, 6.5, 0.0, (600.0, 5.0, 0.5, 0.3),
     "high Earth orbit"),
    ("tli", "translunar injection", "oms", "2026-04-02T23:51:00", 20, 350.0, 0.0, (120.0, 20.0, 0.1, 0.1),
     "high Earth orbit after the raise"),
    ("otc-1", "outbound correction of 5 April", "aux", "2026-04-05T02:57:00", 25, 11.0, 1.6, (60.0, 5.0, 0.5, 0.5),
     "outbound", -0.7),
    ("otc-2", "outbound correction of 6 April", "aux", "2026-04-06T03:05:00", 20, 17.0, -1.45, (300.0, 10.0, 1.0, 1.0),
     "outbound after the first correction"),
    ("rtc-1", "first return correction", "aux", "2026-04-08T00:00:00", 40, 3.3, -2.27, (600.0, 2.0, 1.0, 0.7),
     "return"),
    ("rtc-2", "second return correction", "aux", "2026-04-10T03:00:00", 40, 9.0, -1.63, (600.0, 4.0, 1.0, 0.7),
     "return after the first correction"),
    ("rtc-3", "third return correction", "aux", "2026-04-10T18:55:00", 30, 8.0, 1.44, (600.0, 4.0, 1.0, 0.7),
     "return after the second correction"),
)  # fmt: skip


def flight_plan(document: MissionDocument) -> FlightPlan:
    """Return the plan, from the first tracked position to the atmosphere."""
    planner = Planner(document, tdb_s_from_utc_text(FIRST_UTC), NEAR_EARTH, {"longest_s": 300.0})
    for row in _ROWS:
        if row[0] == "otc-1":
            planner.defaults = PUSH
        if row[0] == "otc-2":
            planner.coast("outbound after the first correction", "2026-04-05T04:35:00")
            planner.coast(FORECAST, "2026-04-05T14:50:00", push="none")
        if row[0] == "rtc-1":
            planner.pieces("outbound after the second correction", "2026-04-06T05:00:00", 0.0, PIECE_S)
            planner.gravity, planner.defaults = NEAR_MOON, PUSH | {"longest_s": 300.0}
            planner.pieces("round the Moon", "2026-04-07T17:20:00", 0.0, PIECE_S)
            planner.gravity, planner.defaults = NEAR_EARTH, PUSH
        _burn(planner, *row)
    planner.coast("return after the third correction", ENTRY_UTC)
    return FlightPlan("artemis-2", tuple(planner.stretches), np.array(FIRST_STATE), (FORECAST,), 20)


def _burn(
    planner: Planner, burn_id: str, name: str, engine: str, middle: str, minutes: int, duration_s: float, pitch: float,
    sigmas: tuple[float, float, float, float], coast: str, yaw: float = 0.0,
) -> None:  # fmt: skip
    window_s = 60.0 * minutes
    if planner.defaults.get("push"):
        planner.pieces(coast, middle, window_s, PIECE_S)
    planner.burn(
        burn_id, name, engine, middle, duration_s, pitch, sigmas, half_window_s=window_s, yaw_rad=yaw, coast=coast
    )


def with_moon(tracked: Tracked) -> Tracked:
    """Return the tracked positions with those about the Earth counted from the Moon too."""
    about_earth = tracked[EARTH.naif_id]
    moon = bundled_ephemeris().position_km(MOON.naif_id, EARTH.naif_id, about_earth.tdb_s)
    about_moon = TrackedPositions(MOON.naif_id, about_earth.tdb_s, about_earth.position_km - moon)
    return {**tracked, MOON.naif_id: about_moon}


def surround(document: MissionDocument, flown: Flown, tracked: Tracked) -> Surround:
    """Return ascent and early orbit before the first tracked position, entry after the last, and epochs."""
    first, last = flown.arcs[0], flown.arcs[-1]
    state = np.concatenate([first.position_km[0], first.velocity_km_s[0]])
    early = _before_tracking(first.start_tdb_s, state)
    begin = np.concatenate([early.position_km[0], early.velocity_km_s[0]])
    launch = tdb_s_from_utc_text(document.fact("lift-off").utc or "")
    pad = place_on_earth(document.site("kennedy"), launch)
    ascent = parking_arc(
        "ascent and first revolution (schematic)", launch, pad, early.start_tdb_s, begin, height_km=185.0,
        ascent_s=510.0, leave_s=1020.0,
    )  # fmt: skip
    end = tdb_s_from_utc_text(document.fact("splashdown-time").utc or "")
    entry = tuple(entry_arcs("entry (schematic)", document.site("splashdown"), last, end))
    burns = {burn.id: burn for burn in flown.burns}
    epochs = {
        "tracking": first.start_tdb_s, "tli-end": burns["tli"].end_tdb_s, "entry": last.end_tdb_s,
        "to-the-moon": _start(flown, "round the Moon"), "from-the-moon": _start(flown, "return"),
    }  # fmt: skip
    return Surround((ascent, early), entry, epochs | _extremes(flown))


def _start(flown: Flown, name: str) -> float:
    return next(arc.start_tdb_s for arc in flown.arcs if arc.name == name)


def _before_tracking(tdb_s: float, state: FloatArray) -> Arc:
    """Return the flight before the first tracked position, flown backwards from it without burns."""
    until = tdb_s_from_utc_text(EARLY_UTC)
    whole = np.concatenate([state, [26000.0]])[None]
    path = propagate(Force(NEAR_EARTH), tdb_s, until, even_fractions(120), whole)
    back = path.state[::-1, 0]
    return Arc(
        "high orbit before the first tracked position", EARTH.naif_id, path.tdb_s[::-1, 0].copy(), back[:, :3].copy(),
        back[:, 3:6].copy(), Provenance.RECONSTRUCTED, "coast",
    )  # fmt: skip


def _extremes(flown: Flown) -> dict[str, float]:
    """Return when the craft is nearest to the Moon and farthest from the Earth."""
    arc = next(arc for arc in flown.arcs if arc.name == "round the Moon")
    epochs = np.arange(arc.start_tdb_s, arc.end_tdb_s, 5.0)
    place = arc.table.evaluate(epochs)[0]
    moon = bundled_ephemeris().position_km(MOON.naif_id, EARTH.naif_id, epochs)
    near, far = np.linalg.norm(place, axis=1), np.linalg.norm(place + moon, axis=1)
    return {"closest": float(epochs[np.argmin(near)]), "farthest": float(epochs[np.argmax(far)])}


def recipe() -> Recipe:
    """Return how the mission is fitted."""
    texts = (
        "2026-04-02T01:57:00", "2026-04-03T00:15:00", "2026-04-05T04:35:00", "2026-04-05T14:50:00",
        "2026-04-06T04:41:00", "2026-04-07T17:20:00", ENTRY_UTC,
    )  # fmt: skip
    marks = [tdb_s_from_utc_text(text) for text in texts]
    names = (
        "high Earth orbit", "outbound", "forecast of 5 April, set aside", "outbound after the forecast",
        "round the Moon", "return",
    )  # fmt: skip
    spans = [*zip(names, marks[:-1], marks[1:], strict=True), ("whole flight", marks[0], marks[-1])]
    return Recipe(
        flight_plan, surround, spans,
        (
            "The tracked positions are pieces of many forecasts: they jump by 1 to 12 km every half day or so. The "
            "flight joins them with small steady pushes.",
            "On 5 April the positions change over to another path between 02:42 and 03:12: a correction of 1.8 m/s. "
            "From 04:35 to 14:50 they go on as if it had not been, up to 90 km beside what follows; these are set "
            "aside.",
            "Before the first tracked position the flight is carried back without burns; what lies before that is "
            "schematic.",
        ),
        with_moon,
    )  # fmt: skip
