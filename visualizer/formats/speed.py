"""How fast a file is read, and in how much memory: for `perilune bench` and the tests.

Formats. Reading is done in a process of its own, because a process's greatest memory never shrinks; where the system
has no fork, memory is not told.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.formats.apart import run_apart
from visualizer.formats.detect import read_trajectory_file
from visualizer.formats.flight import Flight
from visualizer.formats.write import write_flight

LIMIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading took: rows, seconds, and megabytes beyond what the process had before (NaN where unknown).

    `cpu_s` is what the processor worked for it: unlike `seconds` it is the same beside other work.
    """

    rows: int
    seconds: float
    peak_mb: float
    cpu_s: float


def measure_reading(path: Path) -> Reading:
    """Read a file once and measure it."""
    return run_apart(path, lambda: _read(path), LIMIT_S)


def _read(path: Path) -> Reading:
    before, began, worked = _peak_mb(), time.perf_counter(), time.process_time()
    recordings = read_trajectory_file(path)
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - worked
    rows = sum(len(segment.tdb_s) for recording in recordings for segment in recording.segments)
    return Reading(rows, seconds, _peak_mb() - before, cpu_s)


def _peak_mb() -> float:
    """Return the greatest memory that this process has had, MB."""
    status = Path("/proc/self/status")
    if status.is_file():
        text = status.read_text(encoding="ascii", errors="replace")
        return float(text.split("VmHWM:")[1].split()[0]) / 1024.0
    if os.name != "posix":
        return float("nan")
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def write_long_file(path: Path, rows: int = 1_000_000) -> None:
    """Write a circular lunar orbit of many rows, to measure with; the ending says the format."""
    tdb_s = 7.45e8 + 10.0 * np.arange(rows)
    angle, radius_km, rate = 9e-4 * (tdb_s - tdb_s[0]), 1838.0, 9e-4
    position = radius_km * np.stack([np.cos(angle), np.sin(angle), 0.1 * np.cos(angle)], axis=1)
    velocity = radius_km * rate * np.stack([-np.sin(angle), np.cos(angle), -0.1 * np.sin(angle)], axis=1)
    arc = Arc("long", 301, np.asarray(tdb_s, dtype=np.float64), position, velocity, Provenance.SYNTHETIC)
    write_flight(Flight("Long", "-9", Trajectory("Long", (arc,))), path, is_forced=True)
