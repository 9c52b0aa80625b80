"""SPICE SPK kernels of sampled states: read types 9 and 13 as they stand, write type 13.

Formats. This is what the app's own trajectories are stored in, so reading loads no toolkit; kernels of others, of any
type, are read by `formats.spk_read`. spiceypy (the SPICE toolkit itself) writes.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Arc
from visualizer.errors import FileFormatError
from visualizer.formats.daf import Daf, DafSegment, open_spk
from visualizer.formats.flight import Flight, one_line, segment_mark

J2000_FRAME_ID = 1
COMMENT_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class RawSegment:
    """One segment of sampled states as the kernel holds it.

    Attributes
    ----------
    name : the segment's identifier
    target_id, centre_id, frame_id, data_type : SPICE ids
    tdb_s : (n,) epochs; position_km, velocity_km_s : (n, 3)
    """

    name: str
    target_id: int
    centre_id: int
    frame_id: int
    data_type: int
    tdb_s: FloatArray
    position_km: FloatArray
    velocity_km_s: FloatArray


def read_spk_segments(path: Path) -> list[RawSegment]:
    """Read every segment of sampled states (types 9 and 13) of an SPK kernel.

    Raises
    ------
    FileFormatError
        If the file is not an SPK, is cut short, or holds a segment of another type.
    """
    daf = open_spk(path)
    return [_segment(daf, segment) for segment in daf.segments]


def _segment(daf: Daf, segment: DafSegment) -> RawSegment:
    text, numbers = segment.name, daf.numbers(segment)
    if segment.data_type not in (9, 13):
        raise FileFormatError(
            daf.path, f"segment {text!r} is of type {segment.data_type}; sampled states are types 9, 13"
        )
    count = int(numbers[-1]) if 2 <= numbers[-1] <= len(numbers) / 7 else 0
    if count < 2:
        raise FileFormatError(daf.path, f"segment {text!r} is damaged: {numbers[-1]:g} states")
    states = np.array(numbers[: 6 * count]).reshape(count, 6)
    epochs = np.array(numbers[6 * count : 7 * count])
    if not (np.all(np.isfinite(states)) and np.all(np.diff(epochs) > 0.0)):
        raise FileFormatError(daf.path, f"segment {text!r} is damaged: states or epochs are not numbers in order")
    return RawSegment(
        text,
        segment.target_id,
        segment.centre_id,
        segment.frame_id,
        segment.data_type,
        epochs,
        states[:, :3].copy(),
        states[:, 3:].copy(),
    )


def spk_comments(flight: Flight, created: str) -> list[str]:
    """Return the comment area of an exported flight: who wrote it, what it is, how each segment is known."""
    more = [f"metadata {one_line(key)}: {one_line(value)}" for key, value in flight.metadata.items()]
    return [
        f"trajectory written by Perilune, {created}",
        f"object: {one_line(flight.name)}",
        *(one_line(comment) for comment in flight.comments if comment.strip()),
        *more,
        *(segment_mark(arc) for arc in flight.trajectory.arcs),
    ]


def spk_object_id(flight: Flight) -> int:
    """Return the flight's SPICE id, or one made from its name where it has none."""
    text = flight.object_id
    if text.removeprefix("-").isdecimal() and len(text) < 10 and int(text) < 0:
        return int(text)
    return -(900_000 + zlib.crc32(f"{flight.name} {text}".encode()) % 90_000)


def write_spk13(path: Path, object_id: int, arcs: Sequence[Arc], comments: Sequence[str]) -> None:
    """Write arcs as one type 13 segment each (Hermite, degree 7), J2000 axes, with a comment area.

    The file appears whole or not at all: it is written beside its place and moved there.

    Parameters
    ----------
    path : target file, replaced if it exists
    object_id : SPICE id of the spacecraft, negative
    arcs : not overlapping; segment identifiers are their names (40 characters at most)
    comments : lines for the comment area
    """
    import spiceypy

    beside = path.with_name(path.name + ".part")
    beside.unlink(missing_ok=True)
    lines = [line[:COMMENT_WIDTH] or " " for line in comments]
    handle = spiceypy.spkopn(str(beside), "Perilune trajectory", sum(len(line) + 1 for line in lines) + 1000)
    try:
        for arc in arcs:
            states = np.hstack([arc.position_km, arc.velocity_km_s])
            degree = min(7, 2 * len(arc.tdb_s) - 1)
            spiceypy.spkw13(
                handle, object_id, arc.centre_id, "J2000", arc.start_tdb_s, arc.end_tdb_s,
                one_line(arc.name, 40) or "arc", degree, len(arc.tdb_s), states, np.array(arc.tdb_s),
            )  # fmt: skip
        if lines:
            spiceypy.dafac(handle, lines)
    except BaseException:
        spiceypy.dafcls(handle)
        beside.unlink(missing_ok=True)
        raise
    spiceypy.spkcls(handle)
    beside.replace(path)
