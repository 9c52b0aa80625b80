"""What the two forms of a CCSDS Orbit Ephemeris Message share: the meaning of its metadata, segments, covariances.

Formats. After CCSDS 502.0-B, version 2.0 (3.0 differs in keys that are kept as they are). What a message leaves out,
the user's hints may say; where both speak and disagree, that is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Provenance
from visualizer.errors import FileFormatError, error_of
from visualizer.formats import names
from visualizer.formats.clock import Scale, scale_of
from visualizer.formats.dates import tdb_s_of_date
from visualizer.formats.flight import read_segment_mark
from visualizer.formats.recording import Axes, Covariance, Hints, Interpolation, Recording, Segment, check_states

T = TypeVar("T")
VERSIONS: Final = ("1.0", "2.0", "3.0")
_REQUIRED: Final = ("OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM", "START_TIME", "STOP_TIME")
_DATES: Final = ("START_TIME", "STOP_TIME", "USEABLE_START_TIME", "USEABLE_STOP_TIME")
_KNOWN: Final = (*_REQUIRED, "REF_FRAME_EPOCH", "USEABLE_START_TIME", "USEABLE_STOP_TIME", "INTERPOLATION",
                 "INTERPOLATION_DEGREE")  # fmt: skip


@dataclass(slots=True)
class Meta:
    """The metadata of one segment while it is read: values with the lines they stand in."""

    path: Path
    line: int
    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)

    def add(self, key: str, value: str, line: int) -> None:
        """Take a key; raise `FileFormatError` if it is not a key of OEM or came already."""
        if key not in _KNOWN:
            raise FileFormatError(self.path, f"{key[:40]!r} is not a key of OEM metadata", line)
        if key in self.values:
            raise FileFormatError(self.path, f"{key} appears twice in one segment", line)
        self.values[key] = (value, line)

    def text(self, key: str) -> str:
        """Return a value; raise `FileFormatError` where it is missing."""
        if key not in self.values:
            raise FileFormatError(self.path, f"the metadata lack {key}", self.line)
        return self.values[key][0]

    def epoch(self, key: str, scale: Scale) -> float | None:
        """Return a date of the metadata, or None where the key is not there."""
        if key not in self.values:
            return None
        value, line = self.values[key]
        tdb_s = tdb_s_of_date(value, scale)
        if tdb_s is None:
            raise FileFormatError(
                self.path,
                f"{key} is not a date",
                line,
                expected="a date such as 2023-08-16T00:00:00.000",
                found=repr(value),
            )
        return tdb_s


@dataclass(frozen=True, slots=True)
class Frame:
    """What the metadata of a segment mean."""

    centre_id: int
    axes: Axes
    scale: Scale
    span_tdb_s: tuple[float, float]
    useable_tdb_s: tuple[float, float] | None
    interpolation: Interpolation


def frame_of(meta: Meta, hints: Hints) -> Frame:
    """Read the metadata.

    Raises
    ------
    FileFormatError
        Where keys are missing or their values are not understood: all of them, in the order of their lines.
    """
    wrong = _mistakes(meta, hints)
    if wrong:
        raise error_of(meta.path, sorted(wrong, key=lambda one: one.line or 0))
    scale = _scale(meta, hints)
    return Frame(_centre(meta, hints), _axes(meta, hints), scale, *_spans(meta, scale), _interpolation(meta))


def _mistakes(meta: Meta, hints: Hints) -> list[FileFormatError]:
    """Return what is wrong with metadata, each key by itself, then with what they say together."""
    wrong = [FileFormatError(meta.path, f"the metadata lack {key}", meta.line) for key in _REQUIRED
             if key not in meta.values]  # fmt: skip
    checks: list[tuple[str, Callable[[], object]]] = [
        ("TIME_SYSTEM", lambda: _scale(meta, hints)),
        ("CENTER_NAME", lambda: _centre(meta, hints)),
        ("REF_FRAME", lambda: _axes(meta, hints)),
        # Whether a text is a date, and which is the earlier, does not hang on the scale.
        *((key, partial(meta.epoch, key, Scale.UTC)) for key in _DATES),
        ("INTERPOLATION_DEGREE", lambda: _interpolation(meta)),
    ]
    wrong += _raised([check for key, check in checks if key in meta.values])
    if not any(key in one.reason for one in wrong for key in _DATES):
        wrong += _raised([lambda: _spans(meta, Scale.UTC)])
    return wrong


def _raised(checks: Sequence[Callable[[], object]]) -> list[FileFormatError]:
    found = []
    for check in checks:
        try:
            check()
        except FileFormatError as error:
            found.append(error)
    return found


def _scale(meta: Meta, hints: Hints) -> Scale:
    return _word(meta, "TIME_SYSTEM", scale_of(meta.text("TIME_SYSTEM")), hints.scale, "UTC, TAI, TT, TDB or GPS")


def _centre(meta: Meta, hints: Hints) -> int:
    said = names.body_id(meta.text("CENTER_NAME"))
    return _word(meta, "CENTER_NAME", said, hints.centre_id, "EARTH, MOON, SUN ...")


def _axes(meta: Meta, hints: Hints) -> Axes:
    return _word(meta, "REF_FRAME", names.axes_of(meta.text("REF_FRAME")), hints.axes, names.AXES_WORDS)


def _spans(meta: Meta, scale: Scale) -> tuple[tuple[float, float], tuple[float, float] | None]:
    """Return the span of the states, and that in which they can be used, if it is said."""
    start, stop, *useable = (meta.epoch(key, scale) for key in _DATES)
    if start is None or stop is None or stop < start:
        raise FileFormatError(meta.path, "START_TIME and STOP_TIME must be there and in order", meta.line)
    return (start, stop), _useable(meta, (useable[0], useable[1]), (start, stop))


def _word(meta: Meta, key: str, said: T | None, hint: T | None, wanted: str) -> T:
    value, line = meta.values[key]
    if said is None and hint is None:
        raise FileFormatError(meta.path, f"{key} is not understood", line, expected=wanted, found=repr(value))
    if said is not None and hint is not None and said != hint:
        raise FileFormatError(meta.path, f"{key} is {value}, which is not what the command line says", line)
    return said if said is not None else hint  # type: ignore[return-value]


def _useable(
    meta: Meta, span: tuple[float | None, float | None], whole: tuple[float, float]
) -> tuple[float, float] | None:
    if span == (None, None):
        return None
    start, stop = (whole[i] if part is None else part for i, part in enumerate(span))
    if not whole[0] - 1e-3 <= start < stop <= whole[1] + 1e-3:
        raise FileFormatError(meta.path, "the useable span does not lie inside START_TIME to STOP_TIME", meta.line)
    return start, stop


def _interpolation(meta: Meta) -> Interpolation:
    method = meta.values.get("INTERPOLATION", ("", 0))[0].upper()
    degree, line = meta.values.get("INTERPOLATION_DEGREE", ("0", meta.line))
    if not degree.isascii() or not degree.isdigit() or len(degree) > 3:
        raise FileFormatError(meta.path, "INTERPOLATION_DEGREE is not a whole number", line, found=repr(degree))
    return Interpolation(method, int(degree))


def segment_of(
    meta: Meta,
    frame: Frame,
    tdb_s: FloatArray,
    position: FloatArray,
    velocity: FloatArray,
    covariances: Sequence[Covariance],
) -> tuple[Segment, list[str]]:
    """Return a segment, and what is odd about it in words.

    Raises
    ------
    FileFormatError
        If states are out of order or leave the span that the metadata give.
    """
    where = f"the segment from {meta.text('START_TIME')}"
    check_states(meta.path, tdb_s, position, velocity, where)
    notices = _span_notices(meta, frame, tdb_s, where)
    marks = [mark for mark in map(read_segment_mark, meta.comments) if mark is not None]
    name, kind, provenance = marks[0] if marks else (_plain_name(meta), "coast", None)
    useable = frame.useable_tdb_s
    if useable is not None:
        useable = max(useable[0], float(tdb_s[0])), min(useable[1], float(tdb_s[-1]))
    segment = Segment(
        name, frame.centre_id, frame.axes, tdb_s, position, velocity, frame.interpolation, useable,
        tuple(covariances), provenance if provenance in list(Provenance) else None, kind,
        {key: value for key, (value, _) in meta.values.items()},
    )  # fmt: skip
    return segment, notices


def _plain_name(meta: Meta) -> str:
    return f"{meta.text('OBJECT_NAME')} about {meta.text('CENTER_NAME').title()}"


def _span_notices(meta: Meta, frame: Frame, tdb_s: FloatArray, where: str) -> list[str]:
    start, stop = frame.span_tdb_s
    slack_s = 1.5 * float(np.max(np.diff(tdb_s))) + 1.0
    if tdb_s[0] < start - slack_s or tdb_s[-1] > stop + slack_s:
        raise FileFormatError(meta.path, f"{where} has states outside START_TIME to STOP_TIME", meta.line)
    missing = [("before the first", tdb_s[0] - start), ("after the last", stop - tdb_s[-1])]
    return [
        f"{where}: {gap_s:.0f} s {place} state are missing; the file may be cut"
        for place, gap_s in missing
        if gap_s > slack_s
    ]


def covariance_of(path: Path, line: int, tdb_s: float, axes: str, lower: Sequence[float]) -> Covariance:
    """Return a covariance from its lower triangle, row by row (21 numbers)."""
    if len(lower) != 21 or not np.all(np.isfinite(lower)):
        raise FileFormatError(path, f"a covariance has {len(lower)} numbers", line, expected="21")
    matrix = np.zeros((6, 6))
    matrix[np.tril_indices(6)] = lower
    matrix = matrix + np.tril(matrix, -1).T
    if np.any(np.diag(matrix) < 0.0):
        raise FileFormatError(path, "a covariance has a negative variance", line)
    return Covariance(tdb_s, axes, matrix)


def recordings_of(
    path: Path,
    found: Sequence[tuple[Meta, Segment]],
    header: dict[str, str],
    comments: Sequence[str],
    notices: Sequence[str],
) -> list[Recording]:
    """Group segments by object."""
    objects: dict[tuple[str, str], list[Segment]] = {}
    for meta, segment in found:
        objects.setdefault((meta.text("OBJECT_NAME"), meta.text("OBJECT_ID")), []).append(segment)
    if not objects:
        raise FileFormatError(path, "the message holds no segment")
    more = {
        c.removeprefix("metadata ").partition(": ")[0]: c.partition(": ")[2]
        for c in comments
        if c.startswith("metadata ")
    }
    words = tuple(c for c in comments if not c.startswith("metadata "))
    words += tuple(c for meta, _ in found for c in meta.comments if read_segment_mark(c) is None)
    return [
        Recording(name, object_id, tuple(segments), path, "CCSDS OEM", {**header, **more}, words, tuple(notices))
        for (name, object_id), segments in objects.items()
    ]
