"""Read CCSDS Orbit Ephemeris Messages in keyword = value notation (KVN).

Formats. The message is walked line by line as a small automaton (header, metadata, states, covariances); runs of
states are converted as blocks.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError, MistakesError, error_of
from visualizer.formats.bad_rows import FOUND_MAX, mistakes_of_rows
from visualizer.formats.clock import Scale
from visualizer.formats.dates import tdb_s_of_date
from visualizer.formats.oem_parts import (
    VERSIONS,
    Frame,
    Meta,
    covariance_of,
    frame_of,
    recordings_of,
    segment_of,
)
from visualizer.formats.recording import NO_HINTS, ROWS_MAX, Covariance, Hints, Recording, Segment, check_sizes
from visualizer.formats.rows import Layout, Line, Rows, parse_rows, walk


def read_oem(path: Path, hints: Hints = NO_HINTS) -> list[Recording]:
    """Read an OEM (KVN).

    Raises
    ------
    FileFormatError
        Where the message breaks the standard; names the line, of every state that is wrong.
    """
    reader = _Reader(path, hints)
    try:
        walk(reader, path)
        return reader.finish()
    except FileFormatError as error:
        # What is wrong in metadata and states was noted on the way; this is where reading had to end.
        raise error_of(path, [*reader.mistakes, *([] if error in reader.mistakes else [error])]) from None


class _Reader:
    """The automaton: `part` is 'start', 'header', 'meta', 'states' or 'covariance'."""

    def __init__(self, path: Path, hints: Hints) -> None:
        self.path, self.hints = path, hints
        self.part = "start"
        self.header: dict[str, str] = {}
        self.comments: list[str] = []
        self.notices: list[str] = []
        self.found: list[tuple[Meta, Segment]] = []
        self.meta: Meta | None = None
        self.frame: Frame | None = None
        self.scale = Scale.UTC
        self.line = 0
        self.rows = 0
        self.mistakes: list[FileFormatError] = []
        self._begin_states()

    def _begin_states(self) -> None:
        self.epochs: list[FloatArray] = []
        self.positions: list[FloatArray] = []
        self.velocities: list[FloatArray] = []
        self.covariances: list[Covariance] = []
        self.lower: list[float] = []
        self.covariance_at: tuple[float, str, int] | None = None
        self.covariance_axes = ""

    def take_line(self, line: Line) -> None:
        """Take a line that is no row."""
        self.line = line.number
        text = line.text
        if text.startswith("COMMENT") and (len(text) == 7 or text[7].isspace()):
            if self.part == "start":
                raise self._error("a comment stands before CCSDS_OEM_VERS")
            (self.meta.comments if self.meta is not None else self.comments).append(text[7:].strip())
            return
        key, equals, value = (part.strip() for part in text.partition("="))
        if equals:
            self._take_key(key, value)
        else:
            self._take_word(text)

    def _take_key(self, key: str, value: str) -> None:
        if self.part == "start":
            if key != "CCSDS_OEM_VERS" or value not in VERSIONS:
                raise self._error("not an OEM of a known version", "CCSDS_OEM_VERS = 2.0", f"{key} = {value}")
            self.part = "header"
        elif self.part == "header" and self.meta is None:
            if key not in ("CREATION_DATE", "ORIGINATOR", "MESSAGE_ID", "CLASSIFICATION") or key in self.header:
                self._note([self._error(f"{key[:40]!r} is not a key of the header, or appears twice")])
            self.header[key] = value
        elif self.part == "meta" and self.meta is not None:
            try:
                self.meta.add(key, value, self.line)
            except FileFormatError as error:
                self._note([error])
        elif self.part == "covariance":
            self._take_covariance_key(key, value)
        else:
            raise self._error(f"{key[:40]} stands where states or META_START were expected")

    def _take_word(self, word: str) -> None:
        allowed = {"META_START": ("header", "states", "after"), "META_STOP": ("meta",), "COVARIANCE_START": ("states",),
                   "COVARIANCE_STOP": ("covariance",)}  # fmt: skip
        if self.part not in allowed.get(word, ()):
            raise self._error("a line that does not belong here", found=repr(word[:60]))
        if word == "META_START":
            self._end_segment()
            self.meta, self.frame, self.part = Meta(self.path, self.line), None, "meta"
        elif word == "META_STOP" and self.meta is not None:
            self.part = "states"
            self._end_meta(self.meta)
        elif word == "COVARIANCE_START":
            self.part = "covariance"
        else:
            self._end_covariance()
            self.part = "after"

    def _end_meta(self, meta: Meta) -> None:
        """Understand the metadata; where they are wrong, the states are still looked at for more mistakes."""
        try:
            self.frame = frame_of(meta, self.hints)
            self.scale = self.frame.scale
        except FileFormatError as error:
            self.scale = Scale.UTC
            self._note(list(error.mistakes) if isinstance(error, MistakesError) else [error])

    def take_rows(self, rows: Rows) -> None:
        """Take a run of states, or rows of a covariance."""
        self.line = int(rows.line_numbers[0])
        if self.part == "covariance":
            for line in rows.lines():
                self._take_covariance_row(line)
        elif self.part == "states":
            self._take_states(rows, Layout((7, 10), 0, "iso", " ", self.scale))
            self.rows += len(rows)
        else:
            raise self._error("numbers stand where a keyword was expected", found=repr(rows.text(0)[:60]))
        if self.rows > ROWS_MAX:
            raise self._error(f"the message has over {ROWS_MAX:,} states; split it")

    def _take_states(self, rows: Rows, layout: Layout) -> None:
        try:
            values = parse_rows(rows, layout)
        except FileFormatError as error:
            found, tdb_s, lines = mistakes_of_rows(rows, layout)
            # Rows of both lengths are each right, but not together.
            self._note(found or [error])
            self._check_order(tdb_s, lines)
            return
        assert values.tdb_s is not None
        self._check_order(values.tdb_s, values.line_numbers)
        check_sizes(self.path, values.numbers[:, :6], values.line_numbers)
        self.positions.append(values.numbers[:, :3].copy())
        self.velocities.append(values.numbers[:, 3:6].copy())

    def _check_order(self, tdb_s: FloatArray, lines: np.typing.NDArray[np.int64]) -> None:
        """Take the epochs of states in; each that is not after the one before it is a mistake."""
        before = self.epochs[-1][-1] if self.epochs else -np.inf
        late = np.flatnonzero(np.diff(tdb_s, prepend=before) <= 0.0)
        words = "the epoch is not after the one before it"
        self._note([FileFormatError(self.path, words, int(lines[row]), 1) for row in late[:FOUND_MAX]])
        if len(tdb_s):
            self.epochs.append(tdb_s)

    def _note(self, mistakes: list[FileFormatError]) -> None:
        """Keep mistakes and read on, unless there are too many; raise the last one then."""
        self.mistakes = sorted([*self.mistakes, *mistakes], key=lambda one: (one.line or 0, one.column or 0))
        if len(self.mistakes) >= FOUND_MAX:
            raise self.mistakes[-1]

    def _take_covariance_key(self, key: str, value: str) -> None:
        assert self.meta is not None
        if key == "EPOCH":
            self._end_covariance()
            tdb_s = tdb_s_of_date(value, self.scale)
            if tdb_s is None:
                raise self._error("EPOCH is not a date", found=repr(value[:40]))
            axes = self.covariance_axes or self.meta.values.get("REF_FRAME", ("", 0))[0]
            self.covariance_at = (tdb_s, axes, self.line)
        elif key == "COV_REF_FRAME" and self.covariance_at is not None and not self.lower:
            self.covariance_axes = value
            self.covariance_at = (self.covariance_at[0], value, self.line)
        else:
            raise self._error(f"{key[:40]!r} does not belong here in a covariance")

    def _take_covariance_row(self, line: Line) -> None:
        self.line = line.number
        words = line.text.split()
        row = round((2 * len(self.lower) + 0.25) ** 0.5 - 0.5) + 1
        if self.covariance_at is None or len(words) != row or row > 6:
            raise self._error("a row of a covariance of the wrong length", f"{row} numbers", str(len(words)))
        try:
            self.lower += [float(word.replace("D", "E")) for word in words]
        except ValueError:
            raise self._error("a row of a covariance holds what is no number", found=repr(line.text[:60])) from None

    def _end_covariance(self) -> None:
        if self.covariance_at is not None:
            tdb_s, axes, line = self.covariance_at
            self.covariances.append(covariance_of(self.path, line, tdb_s, axes, self.lower))
        self.covariance_at, self.lower = None, []

    def _end_segment(self) -> None:
        if self.meta is None:
            return
        if self.mistakes or self.frame is None:
            # It will not be used: what comes after is looked at for more mistakes.
            self.meta, self.frame = None, None
            self._begin_states()
            return
        if not self.epochs:
            raise FileFormatError(self.path, "the segment holds no states", self.meta.line)
        tdb_s, self.epochs = np.concatenate(self.epochs), []
        position, self.positions = np.concatenate(self.positions), []
        velocity, self.velocities = np.concatenate(self.velocities), []
        segment, notices = segment_of(self.meta, self.frame, tdb_s, position, velocity, self.covariances)
        self.found.append((self.meta, segment))
        self.notices += notices
        self.meta, self.frame = None, None
        self._begin_states()

    def finish(self) -> list[Recording]:
        """Return what was read, after the last line."""
        if self.part not in ("states", "after"):
            raise self._error("the message ends too early")
        self._end_segment()
        if self.mistakes:
            raise self.mistakes[-1]
        return recordings_of(self.path, self.found, self.header, self.comments, self.notices)

    def _error(self, reason: str, expected: str = "", found: str = "") -> FileFormatError:
        return FileFormatError(self.path, reason, self.line or None, expected=expected, found=found)
