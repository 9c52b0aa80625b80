"""What many long paths add to a frame: twelve made-up flights of half a million points together. Command line layer."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from visualizer.model.session import Session
    from visualizer.model.trails import MissionTrails

FLIGHTS: Final = 12
POINTS: Final = 500_000
TRANSFER_POINTS: Final = 2_000
TURN_POINTS: Final = 300
TURN_S: Final = 7_100.0
TRANSFER_S: Final = 5 * 86_400.0
# With and without by turns of so many frames, so that both see the same of a machine's moods.
TURN_FRAMES: Final = 10
FRAMES: Final = 100


def measure_trails(session: Session, size_px: tuple[int, int]) -> dict[str, Any]:
    """Draw off-screen, as a window does, with and without the flights, by turns, and return what they add.

    Returns
    -------
    dict
        `points` and for the views `system` and `moon`: `wall_ms` and `cpu_ms`, differences of medians.
    """
    from visualizer.export.offscreen import OffscreenPainter

    middle = session.clock.epoch_tdb_s
    flights = [made_up_flight(number, middle) for number in range(FLIGHTS)]
    lines = [line for flight in flights for line in (flight.earth_pieces[0].line, flight.stays[0].line)]
    found: dict[str, Any] = {"points": sum(len(line.tdb_s) for line in lines), "size": f"{size_px[0]}x{size_px[1]}"}
    with OffscreenPainter(size_px, 1, is_patient=False) as painter:
        for view_id in ("system", "moon"):
            session.choose_view(view_id, at_once=True)
            found[view_id] = _added_ms(session, painter, flights)
    return found


def made_up_flight(number: int, middle_tdb_s: float) -> MissionTrails:
    """Return the paths of a flight to the Moon and some hundred and thirty revolutions there around an epoch."""
    from visualizer.model.trail_line import TrailLine
    from visualizer.model.trails import EarthPiece, MissionTrails, moon_stay

    rng = np.random.default_rng(number)
    tilt, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    count = POINTS // FLIGHTS - TRANSFER_POINTS
    turns = count / TURN_POINTS
    start = middle_tdb_s - 0.5 * turns * TURN_S
    times = start + np.linspace(0.0, turns * TURN_S, count)
    angle = np.linspace(0.0, 2.0 * np.pi * turns, count)
    radius = 1838.0 + 60.0 * rng.random() + 25.0 * np.cos(angle)
    circle = np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=-1)
    line = TrailLine(f"made-up-{number}/moon", 301, times, radius[:, None] * circle @ tilt, np.zeros(count))
    stay = moon_stay(line, times[0], times[-1])
    there = np.linspace(0.0, np.pi, TRANSFER_POINTS)
    reach = 2.0 * 6_600.0 * 384_400.0 / (391_000.0 + 377_800.0 * np.cos(there))
    arc = reach[:, None] * np.stack([np.cos(there), np.sin(there), 0.0 * there], axis=-1) @ tilt
    line = TrailLine(
        f"made-up-{number}/earth",
        399,
        np.linspace(start - TRANSFER_S, start, TRANSFER_POINTS),
        arc,
        np.zeros(TRANSFER_POINTS),
    )
    return MissionTrails((EarthPiece(line, float(line.tdb_s[0]), start),), (stay,))


def _added_ms(session: Session, painter: Any, flights: list[MissionTrails]) -> dict[str, float]:
    from visualizer.model.frame_state import path_of
    from visualizer.model.trails import states_of_trails

    walls: dict[bool, list[float]] = {True: [], False: []}
    cpus: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * FRAMES + 2 * TURN_FRAMES):
        session.clock.seek(session.clock.epoch_tdb_s + 1.0)
        state = session.frame_state()
        has_flights = number // TURN_FRAMES % 2 == 1
        wall, cpu = time.perf_counter(), time.process_time()
        if has_flights:
            camera, moon = state.camera.pos_wrt_earth_icrf_km, state.body(301).pos_km
            added = [
                path_of(trail, index + 1, is_extra=True)
                for index, flight in enumerate(flights)
                for trail in states_of_trails(
                    flight, (float(flight.earth_pieces[0].line.tdb_s[0]), flight.stays[0].leaves_tdb_s),
                    index + 1, state.tdb_s, moon, camera,
                )
            ]  # fmt: skip
            state = replace(state, trails=(*state.trails, *added))
        painter.draw(state)
        if number >= 2 * TURN_FRAMES:
            walls[has_flights].append(1e3 * (time.perf_counter() - wall))
            cpus[has_flights].append(1e3 * (time.process_time() - cpu))
    return {
        "wall_ms": round(median(walls[True]) - median(walls[False]), 2),
        "cpu_ms": round(median(cpus[True]) - median(cpus[False]), 2),
    }
