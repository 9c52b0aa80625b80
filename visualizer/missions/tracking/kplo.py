"""KPLO's flight plan: ballistic transfer through 1.55 million km, four corrections, three insertion burns, low orbit.

Missions, tracking. Ten weeks of low orbit cannot be flown by a field of degree 20 alone: a small push along the track
is fitted for every two days, in the higher orbits before also pushes once per revolution. They stand for the rest of
the field, sunlight and the unloading of wheels.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Gravity
from visualizer.missions.document import MissionDocument
from visualizer.missions.tracking.chain import Tracked
from visualizer.missions.tracking.fitting import Recipe, Surround
from visualizer.missions.tracking.planning import RETROGRADE_RAD, FlightPlan, Planner
from visualizer.missions.tracking.schematic import parking_arc, place_on_earth
from visualizer.missions.tracking.shipping import Flown

NEAR_EARTH = Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id), earth_degree=4)
NEAR_MOON = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 20)
FIRST_UTC, LAST_UTC = "2022-08-04T23:50:00.8", "2023-03-08T05:20:00"
SEAM_UTC = "2022-08-06T16:40:00"
MOON_UTC = "2022-12-16T00:30:00"
FIRST_STATE = (6514.69, 1506.259, -2746.463, -0.665313, 9.524538, -4.29555, 678.0)
PIECE_S, LUNAR_PIECE_S = 5.0 * 86400.0, 2.0 * 86400.0
CRUISE = {"push": "steady", "push_sigma": 30.0, "sun": 20.0, "sun_sigma": 5.0, "longest_s": 7200.0}
ORBIT = {"push": "orbital", "push_sigma": 20.0, "noise_km": 1.0, "longest_s": 225.0, "pace": 0.2}
LOW_ORBIT = {"push": "drag", "push_sigma": 50.0, "noise_km": 1.0, "longest_s": 225.0, "pace": 0.2}
# A tracked epoch, the time between two of them, the step.
GRID = ("2022-12-26T08:21:10.1 TDB", 1800.0, 225.0)
FORECAST = "first two days, forecast"
FORECAST_NOISE_KM = 10.0
TRIM_WINDOW_S = 720.0

# id, name, middle, minutes each way, duration s, pitch, yaw, sigmas, coast before it
_CRUISE_ROWS = (
    ("tcm-1", "first correction", "2022-08-07T00:00:00", 150, 20.0, RETROGRADE_RAD, 0.0, (1800.0, 20.0, 2.0, 1.0),
     "departure"),
    ("tcm-2", "second correction", "2022-09-02T08:00:00", 120, 29.0, -1.42, 0.32, (3600.0, 20.0, 0.5, 0.5), "outward"),
    ("tcm-3", "third correction", "2022-11-02T04:20:00", 150, 2.9, 1.93, 0.16, (3600.0, 2.0, 1.0, 1.0),
     "beyond a million kilometres"),
    ("tcm-4", "fourth correction", "2022-11-15T18:00:00", 150, 1.4, -1.07, -1.1, (3600.0, 1.0, 1.0, 0.3),
     "falling back"),
)  # fmt: skip
# id, name, middle, minutes each way, duration s, coast before it, end of the forecast after it
_LUNAR_ROWS = (
    ("loi-1", "first insertion burn", "2022-12-16T17:50:00", 20, 760.0, "approach to the Moon", "2022-12-16T20:35:00"),
    ("loi-2", "second insertion burn", "2022-12-20T20:20:00", 25, 1200.0, "109 x 8,920 km orbit", ""),
    ("loi-3", "third insertion burn", "2022-12-26T02:16:00", 25, 1100.0, "113 x 1,916 km orbit", GRID[0]),
)
# id, name, middle, duration s, pitch, coast before it
_TRIM_ROWS = (
    ("trim-1", "trim of 16 January", "2023-01-16T00:26:00", 12.5, 0.3, "100 km orbit"),
    ("trim-2", "second trim of 16 January", "2023-01-16T01:50:00", 39.0, 2.58, "between the trims"),
)


def flight_plan(document: MissionDocument) -> FlightPlan:
    """Return the plan, from the first tracked position to the last one."""
    planner = Planner(document, tdb_s_from_utc_text(FIRST_UTC), NEAR_EARTH, {"sun": 20.0, "pace": 0.08})
    planner.coast(FORECAST, SEAM_UTC)
    for burn_id, name, middle, minutes, duration_s, pitch, yaw, sigmas, coast in _CRUISE_ROWS:
        if burn_id != "tcm-1":
            planner.pieces(coast, middle, 60.0 * minutes, PIECE_S)
        planner.burn(
            burn_id, name, "main", middle, duration_s, pitch, sigmas, half_window_s=60.0 * minutes, yaw_rad=yaw,
            coast=coast,
        )  # fmt: skip
        planner.defaults = CRUISE
    planner.pieces("last weeks of the transfer", MOON_UTC, 0.0, PIECE_S)
    planner.gravity, planner.defaults = NEAR_MOON, {"noise_km": 1.0, "longest_s": 600.0}
    for burn_id, name, middle, minutes, duration_s, coast, forecast_end in _LUNAR_ROWS:
        sigmas = (240.0, 0.3 * duration_s, 0.15, 0.1)
        window_s = 60.0 * minutes
        if burn_id != "loi-1":
            planner.pieces(coast, middle, window_s, LUNAR_PIECE_S)
        planner.burn(
            burn_id, name, "main", middle, duration_s, RETROGRADE_RAD, sigmas, half_window_s=window_s, coast=coast,
            steering="inertial",
        )  # fmt: skip
        planner.defaults = ORBIT
        if forecast_end:
            planner.coast(f"after {burn_id}, forecast", forecast_end, push="none", noise_km=FORECAST_NOISE_KM)
    planner.defaults = LOW_ORBIT
    for burn_id, name, middle, duration_s, pitch, coast in _TRIM_ROWS:
        if burn_id == "trim-1":
            planner.even_pieces(coast, middle, TRIM_WINDOW_S, LUNAR_PIECE_S, *GRID)
        else:
            planner.coast(coast, middle, TRIM_WINDOW_S, push="none")
        planner.burn(
            burn_id, name, "main", middle, duration_s, pitch, (200.0, 10.0, 0.3, 0.2), half_window_s=TRIM_WINDOW_S,
            coast=coast,
        )  # fmt: skip
    planner.even_pieces("100 km orbit after the trim", LAST_UTC, 0.0, LUNAR_PIECE_S, *GRID)
    set_aside = (FORECAST, "after loi-1, forecast", "after loi-3, forecast")
    return FlightPlan("kplo", tuple(planner.stretches), np.array(FIRST_STATE), set_aside, 24, 9)


def surround(document: MissionDocument, flown: Flown, tracked: Tracked) -> Surround:
    """Return the way to the first tracked position, and the epochs that follow from the fit."""
    first = flown.arcs[0]
    state = np.concatenate([first.position_km[0], first.velocity_km_s[0]])
    launch = tdb_s_from_utc_text(document.fact("lift-off").utc or "")
    pad = place_on_earth(document.site("cape-canaveral"), launch)
    ascent = parking_arc(
        "ascent and parking orbit (schematic)", launch, pad, first.start_tdb_s, state, height_km=170.0, ascent_s=500.0,
        leave_s=500.0,
    )  # fmt: skip
    burns = {burn.id: burn for burn in flown.burns}
    epochs = {
        "injected": first.start_tdb_s, "lunar-orbit": burns["loi-1"].end_tdb_s,
        "mission-orbit": burns["loi-3"].end_tdb_s,
        "farthest": _farthest(flown), "end-of-data": flown.arcs[-1].end_tdb_s,
    }  # fmt: skip
    return Surround((ascent,), (), epochs)


def _farthest(flown: Flown) -> float:
    arc = next(arc for arc in flown.arcs if arc.name == "beyond a million kilometres")
    epochs = np.linspace(arc.start_tdb_s, arc.end_tdb_s, 20000)
    return float(epochs[np.argmax(np.linalg.norm(arc.table.evaluate(epochs)[0], axis=1))])


def recipe() -> Recipe:
    """Return how the mission is fitted."""
    texts = ("2022-08-04T23:50:00", "2022-12-16T17:40:00", "2022-12-28T00:00:00", LAST_UTC)
    marks = [tdb_s_from_utc_text(text) for text in texts]
    names = ("transfer", "insertion", "lunar orbit from 28 December")
    return Recipe(
        flight_plan, surround, [*zip(names, marks[:-1], marks[1:], strict=True)],
        (
            "The tracked positions of the first two days are a forecast that jumps by 220 km on 6 August at 16:30; "
            "those after the first insertion burn are one that jumps by 99 km on 16 December at 20:35, those after the "
            "third one that jumps by 60 km on 26 December at about 08:05. There the flight is guided by what was known "
            "later.",
            "The insertion burns keep their direction in space: with thrust along the velocity the orbits before and "
            "after the third one do not join, with a fixed direction they join at once.",
            "On 16 January 2023 the tracked positions bend twice within an hour and a half: two burns that keep the "
            "orbit near 100 km, found in the positions. On 23 January at 17:30 they jump by 6 km along the track.",
            "In low lunar orbit a small push along the track is fitted for every two days, before 26 December also "
            "pushes once per revolution. They stand for the Moon's field beyond degree 20, sunlight and thrusters.",
        ),
    )  # fmt: skip
