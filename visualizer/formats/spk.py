"""SPICE SPK kernels of sampled states: read types 9 and 13, write type 13.

The container is read by jplephem; spiceypy (the SPICE toolkit itself) writes. Reading does not load the
toolkit, because the app reads its own trajectories at every start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jplephem.daf import DAF

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Arc
from visualizer.errors import FileFormatError

J2000_FRAME_ID = 1


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
    try:
        with path.open("rb") as file:
            daf = DAF(file)
            return [_segment(path, daf, name, values) for name, values in daf.summaries()]
    except FileFormatError:
        raise
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, IndexError, TypeError, OverflowError, MemoryError, AssertionError) as error:
        raise FileFormatError(path, f"not a whole SPK kernel ({error})") from error
    except Exception as error:  # struct.error and the reader's own failures on damaged bytes
        raise FileFormatError(path, f"not a whole SPK kernel ({type(error).__name__})") from error


def _segment(path: Path, daf: DAF, name: bytes, values: Sequence[float]) -> RawSegment:
    target, centre, frame, data_type, first, last = (int(v) for v in values[2:])
    text = name.decode("ascii", "replace").strip()
    if data_type not in (9, 13):
        raise FileFormatError(path, f"segment {text!r} is of type {data_type}; sampled states are types 9, 13")
    count = int(daf.read_array(last, last)[0])
    if count < 2 or first + 7 * count - 1 > last:
        raise FileFormatError(path, f"segment {text!r} is damaged: {count} states")
    states = np.array(daf.read_array(first, first + 6 * count - 1)).reshape(count, 6)
    epochs = np.array(daf.read_array(first + 6 * count, first + 7 * count - 1))
    if not (np.all(np.isfinite(states)) and np.all(np.diff(epochs) > 0.0)):
        raise FileFormatError(path, f"segment {text!r} is damaged: states or epochs are not numbers in order")
    return RawSegment(text, target, centre, frame, data_type, epochs, states[:, :3].copy(), states[:, 3:].copy())


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
    lines = [line[:1000] for line in comments]
    handle = spiceypy.spkopn(str(beside), "Perilune trajectory", sum(len(line) + 1 for line in lines) + 1000)
    try:
        for arc in arcs:
            states = np.hstack([arc.position_km, arc.velocity_km_s])
            degree = min(7, 2 * len(arc.tdb_s) - 1)
            spiceypy.spkw13(
                handle, object_id, arc.centre_id, "J2000", arc.start_tdb_s, arc.end_tdb_s, arc.name[:40],
                degree, len(arc.tdb_s), states, np.array(arc.tdb_s),
            )  # fmt: skip
        if lines:
            spiceypy.dafac(handle, lines)
    except BaseException:
        spiceypy.dafcls(handle)
        beside.unlink(missing_ok=True)
        raise
    spiceypy.spkcls(handle)
    beside.replace(path)
