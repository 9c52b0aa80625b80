"""What `bench --data` measures: a long file read, a year's events found, a family of burns flown.

Command line layer. All three are arithmetic: no window is opened.
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


def measure_data() -> dict[str, Any]:
    """Return seconds and megabytes of each: `read` by format, `events_year_s`, `whatif_128_s`."""
    return {"read": read_long_files(), "events_year_s": events_year_s(), "whatif_128_s": what_if_128_s()}


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
