"""What `bench --data` measures: files read, events found, burns flown, states evaluated, missions loaded.

Command line layer. All of it is arithmetic: no window is opened.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from visualizer.core.trajectory import Trajectory

ROWS: Final = 1_000_000
FORMATS: Final = ("oem", "csv", "e")
YEAR_S: Final = 365.0 * 86400.0
NODE_STEP_S: Final = 120.0
RADIUS_KM: Final = 1837.4
GM_KM3_S2: Final = 4902.800118
EPOCHS: Final = 100_000
ALONE: Final = 1000


def measure_data() -> dict[str, Any]:
    """Return seconds and megabytes of each: `read` by format, events, what-if, evaluation, catalogue, bytes, search."""
    from visualizer.cli.bench_search import measure_search

    return {
        "read": read_long_files(),
        "events_year_s": events_year_s(),
        "whatif_128_s": what_if_128_s(),
        **evaluation(),
        "catalogue_s": catalogue_s(),
        "trajectories_mb": trajectories_mb(),
        "search": measure_search(),
    }


def evaluation() -> dict[str, float]:
    """Time where a craft was, relative to the Earth: at one epoch (us) and at 100,000 (ms) of processor time."""
    from visualizer.missions.catalogue import load_mission

    craft = load_mission("luna-25").trajectory
    first, last = craft.span_tdb_s
    epochs = np.linspace(first, last, EPOCHS)
    # The first call works the polynomials out, which every later one uses.
    craft.state_km(epochs, 399)
    began = time.process_time()
    craft.state_km(epochs, 399)
    many_ms = 1e3 * (time.process_time() - began)
    alone = [float(epoch) for epoch in epochs[:: EPOCHS // ALONE]]
    began = time.process_time()
    for epoch in alone:
        craft.state_km(epoch, 399)
    one_us = 1e6 * (time.process_time() - began) / len(alone)
    return {"evaluate_one_us": round(one_us, 1), "evaluate_100000_ms": round(many_ms, 1)}


def catalogue_s() -> float:
    """Time the loading of every bundled mission, s of processor time, the best of three."""
    from visualizer.missions.catalogue import load_mission
    from visualizer.missions.user_catalogue import bundled_mission_ids

    times = []
    for _ in range(3):
        began = time.process_time()
        for mission_id in bundled_mission_ids():
            load_mission(mission_id)
        times.append(time.process_time() - began)
    return round(min(times), 3)


def trajectories_mb() -> float:
    """Return how large all bundled trajectories are, MB."""
    from visualizer.resources import asset_path

    return round(sum(path.stat().st_size for path in asset_path("trajectories").iterdir()) / 1e6, 2)


def read_long_files() -> dict[str, dict[str, float]]:
    """Write and read a million states in each format, every number with all its digits."""
    from visualizer.formats.speed import measure_reading, write_long_file

    found = {}
    with tempfile.TemporaryDirectory(prefix="perilune-bench-") as folder:
        for name in FORMATS:
            path = Path(folder) / f"long.{name}"
            write_long_file(path, ROWS)
            reading = measure_reading(path)
            path.unlink()
            found[name] = {"seconds": round(reading.seconds, 3), "peak_mb": round(reading.peak_mb, 1)}
    return found


def year_of_low_orbit() -> Trajectory:
    """Return a circular orbit of 100 km height about the Moon, 365 days long."""
    from visualizer.core.trajectory import Arc, Provenance, Trajectory

    seconds = np.arange(0.0, YEAR_S, NODE_STEP_S)
    rate = np.sqrt(GM_KM3_S2 / RADIUS_KM**3)
    cosine, sine = np.cos(rate * seconds), np.sin(rate * seconds)
    tilt = np.array([0.1, 0.0, 0.995])
    position = RADIUS_KM * (cosine[:, None] * np.array([0.0, 1.0, 0.0]) + sine[:, None] * tilt)
    velocity = RADIUS_KM * rate * (-sine[:, None] * np.array([0.0, 1.0, 0.0]) + cosine[:, None] * tilt)
    arc = Arc("year", 301, 7.3e8 + seconds, position, velocity, Provenance.SYNTHETIC)
    return Trajectory("year", (arc,))


def events_year_s() -> float:
    """Time the finding of every kind of event in a year of low lunar orbit, s of processor time."""
    from visualizer.core.events import find_events
    from visualizer.core.stations import STATIONS

    craft = year_of_low_orbit()
    began = time.process_time()
    find_events(craft, stations=[station.place for station in STATIONS])
    return round(time.process_time() - began, 3)


def what_if_128_s() -> float:
    """Time Luna-25's last burn for 128 lengths, s of processor time."""
    from visualizer.missions.catalogue import load_mission
    from visualizer.missions.what_if_family import last_burn_family

    mission = load_mission("luna-25")
    last_burn_family(mission, [84.0])
    began = time.process_time()
    last_burn_family(mission, list(range(128)))
    return round(time.process_time() - began, 3)
