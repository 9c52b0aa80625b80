"""The container of SPICE kernels (DAF), read with every pointer checked against the file's size.

Formats. After NAIF's "DAF Required Reading". Segments are views into the file mapped into memory, so a damaged count
cannot make the program take more memory than the file has, and a chain of records that bites its tail ends.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError

RECORD: Final = 1024
WORDS: Final = 128
COMMENT_CHARS: Final = 1000
COMMENT_RECORDS_MAX: Final = 2000
SEGMENTS_MAX: Final = 100_000


@dataclass(frozen=True, eq=False, slots=True)
class DafSegment:
    """A segment's descriptor.

    Attributes
    ----------
    name : its identifier
    start_tdb_s, end_tdb_s : span
    target_id, centre_id, frame_id, data_type : SPICE ids
    first, last : addresses of its numbers, in doubles from one
    """

    name: str
    start_tdb_s: float
    end_tdb_s: float
    target_id: int
    centre_id: int
    frame_id: int
    data_type: int
    first: int
    last: int


@dataclass(frozen=True, eq=False, slots=True)
class Daf:
    """An open kernel: path, descriptors in the file's order, comments, all numbers (mapped)."""

    path: Path
    segments: tuple[DafSegment, ...]
    comments: tuple[str, ...]
    words: npt.NDArray[np.float64]

    def numbers(self, segment: DafSegment) -> FloatArray:
        """Return a segment's numbers (a view where the byte order is this machine's)."""
        part = self.words[segment.first - 1 : segment.last]
        return np.asarray(part, dtype=np.float64)


def open_spk(path: Path) -> Daf:
    """Open an SPK kernel.

    Raises
    ------
    FileFormatError
        If it is not one, or damaged.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(RECORD)
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror})") from error
    if len(head) < RECORD or head[:8] not in (b"DAF/SPK ", b"NAIF/DAF"):
        raise FileFormatError(path, "not an SPK kernel", expected="DAF/SPK at its start", found=repr(head[:8]))
    order = _byte_order(path, head)
    _, doubles, integers = struct.unpack(f"{order}8sii", head[:16])
    forward = struct.unpack(f"{order}i", head[76:80])[0]
    if (doubles, integers) != (2, 6):
        raise FileFormatError(path, f"not an SPK kernel: its summaries have {doubles} doubles and {integers} integers")
    words = np.memmap(path, dtype=f"{order}f8", mode="r", shape=(size // 8,))
    segments = _segments(path, words, order, forward)
    return Daf(path, tuple(segments), _comments(words, forward), words)


def _byte_order(path: Path, head: bytes) -> str:
    word = head[88:96]
    if word not in (b"LTL-IEEE", b"BIG-IEEE"):
        if head[8:12] == b"\2\0\0\0":
            return "<"
        raise FileFormatError(
            path, "not an SPK kernel that is read here", expected="LTL-IEEE or BIG-IEEE", found=repr(word)
        )
    return "<" if word == b"LTL-IEEE" else ">"


def _segments(path: Path, words: npt.NDArray[np.float64], order: str, forward: int) -> list[DafSegment]:
    found: list[DafSegment] = []
    seen: set[int] = set()
    record = forward
    while record != 0:
        # SPICE ends a file with the 1,000 bytes of names that it uses, not with the 1,024 of a whole record.
        if record in seen or not 2 <= record <= (len(words) + 3) // WORDS - 1 or len(found) > SEGMENTS_MAX:
            raise FileFormatError(path, f"damaged: summary record {record} lies outside the file or in a ring")
        seen.add(record)
        summary = words[(record - 1) * WORDS : record * WORDS]
        names = words[record * WORDS : (record + 1) * WORDS].tobytes()
        following, count = _whole(path, summary[0]), _whole(path, summary[2])
        if not 0 <= count <= 25:
            raise FileFormatError(path, f"damaged: a summary record claims {count} segments")
        for i in range(count):
            found.append(_segment(path, words, order, summary[3 + 5 * i : 8 + 5 * i], names[40 * i : 40 * i + 40]))
        record = following
    return found


def _whole(path: Path, value: float) -> int:
    if not (abs(value) < 2**31 and value == int(value)):
        raise FileFormatError(path, "damaged: a pointer is not a whole number")
    return int(value)


def _segment(
    path: Path, words: npt.NDArray[np.float64], order: str, summary: npt.NDArray[np.float64], name: bytes
) -> DafSegment:
    start, end = float(summary[0]), float(summary[1])
    target, centre, frame, kind, first, last = struct.unpack(f"{order}6i", summary[2:5].tobytes())
    text = "".join(c for c in name.decode("ascii", "replace") if c.isprintable()).strip()
    if not (WORDS < first < last <= len(words)):
        raise FileFormatError(path, f"damaged: segment {text!r} lies outside the file (it may be cut short)")
    if not (abs(start) < 1e12 and abs(end) < 1e12 and start <= end):
        raise FileFormatError(path, f"damaged: segment {text!r} has no span")
    return DafSegment(text, start, end, target, centre, frame, kind, first, last)


def _comments(words: npt.NDArray[np.float64], forward: int) -> tuple[str, ...]:
    last = min(forward - 1, len(words) // WORDS, COMMENT_RECORDS_MAX)
    blocks = [words[(r - 1) * WORDS : r * WORDS].tobytes()[:COMMENT_CHARS] for r in range(2, last + 1)]
    text = b"".join(blocks).split(b"\4")[0].decode("ascii", "replace")
    return tuple("".join(c for c in line if c.isprintable()).rstrip() for line in text.split("\0"))
