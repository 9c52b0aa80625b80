"""Chandrayaan-3's flight plan: five burns about the Earth, transfer, insertion, five burns about the Moon, descent.

Missions, tracking. Middles and lengths are where the fit starts; published windows and orbits are in the document.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Gravity
from visualizer.missions.document import MissionDocument
from visualizer.missions.tracking.chain import Tracked
from visualizer.missions.tracking.descent import descend
from visualizer.missions.tracking.fitting import Recipe, Surround
from visualizer.missions.tracking.module import module_flight
from visualizer.missions.tracking.planning import RETROGRADE_RAD, FlightPlan, Planner
from visualizer.missions.tracking.schematic import Waypoint, place_on_earth, schematic_arc
from visualizer.missions.tracking.shipping import Flown

NEAR_EARTH = Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id), earth_degree=4)
NEAR_MOON = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 20)
LOW_MOON = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 30)
FIRST_UTC = "2023-07-14T09:22:59.999 TDB"
CHANGE_OF_CENTRE_UTC = "2023-08-05T01:00:00"
SEAM_UTC = "2023-08-07T13:56:30"
SEPARATION_UTC = "2023-08-17T07:45:00"
DESCENT_UTC = "2023-08-23T12:13:50"
LANDER_KG = 1752.0
FORECAST_NOISE_KM = 60.0

# id, middle or None for a perigee without a burn, minutes each way, duration s
_EARTH_ROWS = (
    ("perigee", "2023-07-14T20:01:22", 15, 0.0),
    ("ebn-1", "2023-07-15T06:41:38", 25, 690.0),
    ("perigee", "2023-07-15T19:07:00", 15, 0.0),
    ("perigee", "2023-07-16T07:33:54", 15, 0.0),
    ("ebn-2", "2023-07-16T13:30:00", 30, 41.0),
    ("perigee", "2023-07-16T20:01:20", 15, 0.0),
    ("perigee", "2023-07-17T08:29:00", 15, 0.0),
    ("perigee", "2023-07-17T20:57:28", 15, 0.0),
    ("ebn-3", "2023-07-18T09:24:36", 25, 930.0),
    ("perigee", "2023-07-19T01:21:51", 15, 0.0),
    ("perigee", "2023-07-19T17:18:16", 15, 0.0),
    ("ebn-4", "2023-07-20T09:16:23", 25, 1170.0),
    ("perigee", "2023-07-21T09:11:37", 15, 0.0),
    ("perigee", "2023-07-22T09:10:54", 15, 0.0),
    ("perigee", "2023-07-23T09:06:27", 15, 0.0),
    ("perigee", "2023-07-24T09:03:22", 15, 0.0),
    ("ebn-5", "2023-07-25T08:59:13", 25, 1410.0),
    ("perigee", "2023-07-27T12:15:12", 15, 0.0),
    ("perigee", "2023-07-29T15:30:33", 15, 0.0),
    ("tli", "2023-07-31T18:43:01", 40, 1260.0),
)
# id, name, engine, middle, minutes each way, duration s, sigma of the middle s, coast before it
_MOON_ROWS = (
    ("loi", "lunar orbit insertion", "lam", "2023-08-05T13:58:00", 30, 1835.0, 60.0, "approach to the Moon"),
    ("lbn-2", "second lunar burn", "lam", "2023-08-06T17:47:00", 20, 1200.0, 60.0, "first lunar orbit"),
    ("lbn-3", "third lunar burn", "lam", "2023-08-09T08:18:00", 20, 1080.0, 60.0, "second lunar orbit"),
    ("lbn-4", "fourth lunar burn", "lam", "2023-08-14T06:35:00", 20, 1070.0, 60.0, "third lunar orbit"),
    ("lbn-5", "fifth lunar burn", "lam", "2023-08-16T03:16:00", 20, 10.0, 100.0, "fourth lunar orbit"),
    ("trim", "trim of 16 August", "small", "2023-08-16T15:40:00", 20, 15.0, 60.0, "fifth lunar orbit"),
    ("separation", "separation", "", SEPARATION_UTC, 10, 0.0, 0.0, "orbit before separation"),
    ("deboost-1", "first deboost", "lander", "2023-08-18T10:30:00", 10, 10.8, 60.0, "lander alone"),
    ("deboost-2", "second deboost", "lander", "2023-08-19T20:16:00", 10, 26.5, 60.0, "113 x 157 km orbit"),
)


def flight_plan(document: MissionDocument) -> FlightPlan:
    """Return the plan, from the first tracked position to the start of the powered descent."""
    planner = Planner(document, tdb_s_from_utc_text(FIRST_UTC), NEAR_EARTH, {"pace": 0.08})
    _earth_bound(planner)
    planner.coast("transfer after the correction", CHANGE_OF_CENTRE_UTC)
    planner.gravity, planner.defaults = NEAR_MOON, {"noise_km": 0.5, "pace": 0.15}
    for row in _MOON_ROWS:
        _about_the_moon(planner, *row)
    planner.coast("25 x 134 km orbit", DESCENT_UTC)
    first = np.array([-6378.331, -1573.594, -223.687, 1.840786, -9.375099, -3.723678, 3900.0])
    return FlightPlan("chandrayaan-3", tuple(planner.stretches), first, ("second lunar orbit, forecast",), 30)


def _earth_bound(planner: Planner) -> None:
    names = iter(["injection orbit", *(f"orbit after burn {i}" for i in range(1, 6)), "transfer"])
    coast = next(names)
    for burn_id, middle, minutes, duration_s in _EARTH_ROWS:
        if burn_id == "perigee":
            planner.nudge(coast, middle, half_window_s=60.0 * minutes, push="drag", sigma=5e4, coast=coast)
            continue
        sigmas = (15.0, 0.05 * duration_s, 0.01, 0.01)
        sigmas = (600.0, 10.0, 0.02, 0.01) if burn_id == "ebn-2" else sigmas
        name = "translunar injection" if burn_id == "tli" else f"Earth-bound burn {burn_id[-1]}"
        planner.burn(burn_id, name, "lam", middle, duration_s, 0.0, sigmas, half_window_s=60.0 * minutes, coast=coast)
        coast = next(names)
        if burn_id == "ebn-4":
            planner.coast("first day after burn 4, forecast", "2023-07-21T08:56:37", noise_km=FORECAST_NOISE_KM)
    planner.burn(
        "tcm", "correction of 2 August", "lam", "2023-08-02T19:00:00", 7.0, RETROGRADE_RAD, (600.0, 20.0, 0.3, 0.2),
        half_window_s=4500.0, coast=coast,
    )  # fmt: skip


def _about_the_moon(
    planner: Planner, burn_id: str, name: str, engine: str, middle: str, minutes: int, duration_s: float,
    sigma_s: float, coast: str,
) -> None:  # fmt: skip
    if burn_id == "lbn-3":
        planner.coast(f"{coast}, forecast", SEAM_UTC)
    if burn_id == "separation":
        planner.nudge(name, middle, half_window_s=60.0 * minutes, push="steady", sigma=5e4, coast=coast)
        return
    pitch, yaw_sigma = (-2.8, 0.05) if burn_id == "trim" else (RETROGRADE_RAD, 0.03)
    sigmas = (sigma_s, 0.3 * duration_s, 0.3 if duration_s < 30 else 0.05, yaw_sigma)
    mass_kg = LANDER_KG if burn_id == "deboost-1" else None
    planner.burn(
        burn_id, name, engine, middle, duration_s, pitch, sigmas, half_window_s=60.0 * minutes, coast=coast,
        mass_kg=mass_kg,
    )  # fmt: skip
    if burn_id == "deboost-2":
        planner.gravity = LOW_MOON


def surround(document: MissionDocument, flown: Flown, tracked: Tracked) -> Surround:
    """Return the ascent, the descent and the stay on the Moon, and the epochs that follow from the fit."""
    first = flown.arcs[0]
    state = np.concatenate([first.position_km[0], first.velocity_km_s[0]])
    launch = tdb_s_from_utc_text(document.fact("lift-off").utc or "")
    pad = place_on_earth(document.site("sriharikota"), launch)
    up = (Waypoint(launch + 500.0, 110.0, 0.05, 0.27),)
    ascent = schematic_arc("ascent (schematic)", "ascent", launch, pad, first.start_tdb_s, state, state, by=up)
    end = float(tracked[MOON.naif_id].tdb_s[-1])
    descent = descend(flown.arcs[-1], document.site("landing-site"), tracked[MOON.naif_id], end)
    burns = {burn.id: burn for burn in flown.burns}
    epochs = {
        "injection": first.start_tdb_s, "tli-end": burns["tli"].end_tdb_s, "lunar-orbit": burns["loi"].end_tdb_s,
        "end-of-data": end,
    }  # fmt: skip
    return Surround((ascent,), descent.arcs, epochs | descent.event_tdb_s)


def recipe() -> Recipe:
    """Return how the mission is fitted."""
    marks = [
        tdb_s_from_utc_text(text)
        for text in ("2023-07-14T09:00:00", "2023-07-31T18:00:00", "2023-08-05T13:30:00", DESCENT_UTC,
                     "2023-08-23T12:33:00", "2023-09-07T00:00:00")
    ]  # fmt: skip
    names = ("Earth-bound", "transfer", "lunar orbit", "powered descent", "on the Moon")
    spans = [*zip(names, marks[:-1], marks[1:], strict=True), ("31 July to 23 August", marks[1], marks[4])]
    return Recipe(
        flight_plan, surround, spans,
        (
            "The tracked positions jump by 250 km along the track in the fourth burn (20 July), and those from 6 "
            "August 17:47 to 7 August 13:56 are a forecast that jumps by 64 km where the next piece begins; the flight "
            "joins what lies before and after.",
            "Short pushes at perigee stand for air drag and for what the Earth's field beyond J4 does there.",
            "A correction on 2 August and a trim on 16 August were not announced; both are found in the positions.",
            "The powered descent is a smooth curve through published gates and two tracked positions; below 7.4 km it "
            "is reconstructed from the gates alone.",
            "The propulsion module after separation is a second craft with a flight of its own.",
        ),
        companion=module_flight,
    )  # fmt: skip
