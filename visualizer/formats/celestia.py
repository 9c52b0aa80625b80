"""Celestia's sampled trajectories, `.xyzv` and `.xyz`: TDB Julian days, km, km/s, read and written.

Formats. The file itself names no centre and no axes (Celestia's catalogue does); comments of ours do, else the user
must. Celestia's own axes are the ecliptic of J2000, and that is what we write.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import S_PER_DAY
from visualizer.core.moon_axes import rotation_x
from visualizer.errors import FileFormatError
from visualizer.formats.clock import Scale
from visualizer.formats.conversion import OBLIQUITY_RAD
from visualizer.formats.flight import Flight, segment_mark
from visualizer.formats.recording import NO_HINTS, Hints, Recording
from visualizer.formats.rows import Layout, Rows, parse_rows, read_blocks
from visualizer.formats.table_parts import Collector, Told, about, common_centre, place_of, recording_of, told_lines

DAY_DIGITS: Final = 14
BATCH: Final = 10_000


def read_xyzv(path: Path, hints: Hints = NO_HINTS) -> list[Recording]:
    """Read a table of seven numbers a row (or four, without velocity)."""
    told, collector = Told(), Collector(path)
    for block in read_blocks(path):
        if isinstance(block, Rows):
            values = parse_rows(block, Layout((4, 7), 0, "jd", " ", Scale.TDB))
            assert values.tdb_s is not None
            collector.add(values.tdb_s, values.numbers, values.line_numbers)
        elif not block.text.startswith("#"):
            raise FileFormatError(path, "a line that is no row", block.number, 1, found=repr(block.text[:60]))
        elif not collector.mark(block.text.lstrip("# ")):
            told.take(block.text.lstrip("# "))
    place = place_of(path, {**told.values, "scale": "TDB"}, hints)
    return recording_of(path, told, path.stem, collector.segments(path.stem, place), "Celestia xyzv")


def xyzv_lines(flight: Flight, created: str) -> Iterator[str]:
    """Yield the lines of a table: ecliptic axes, TDB Julian days, one centre."""
    centre = common_centre(flight)
    yield f"# trajectory for Celestia written by Perilune, {created}"
    yield from (f"# {line}" for line in told_lines(flight, centre, "ECLIPJ2000", "TDB"))
    rot_ecliptic_from_icrf = rotation_x(OBLIQUITY_RAD)
    for arc in about(flight, centre).trajectory.arcs:
        yield f"# {segment_mark(arc)}"
        for first in range(0, len(arc.tdb_s), BATCH):
            part = slice(first, first + BATCH)
            position = arc.position_km[part] @ rot_ecliptic_from_icrf.T
            velocity = arc.velocity_km_s[part] @ rot_ecliptic_from_icrf.T
            yield from _rows(arc.tdb_s[part], position, velocity)


def _rows(tdb_s: FloatArray, position: FloatArray, velocity: FloatArray) -> Iterator[str]:
    for date, p, v in zip(julian_texts(tdb_s), position.tolist(), velocity.tolist(), strict=True):
        yield f"{date} {' '.join(map(repr, [*p, *v]))}"


def julian_texts(tdb_s: FloatArray) -> list[str]:
    """Write epochs as TDB Julian days with 14 decimals (a nanosecond)."""
    day = np.floor(tdb_s / S_PER_DAY)
    ticks = np.rint((tdb_s - day * S_PER_DAY) / S_PER_DAY * 10**DAY_DIGITS).astype(np.int64)
    carried = ticks >= 10**DAY_DIGITS
    days = (day + carried).astype(np.int64) + 2451545
    ticks = np.where(carried, 0, ticks)
    return [f"{d}.{t:0{DAY_DIGITS}d}" for d, t in zip(days.tolist(), ticks.tolist(), strict=True)]
