"""Text files as lines and runs of number rows, a few megabytes at a time.

Formats. A million rows of seven numbers fill 130 MB of text; they are read piece by piece, split and converted by
numpy, and checked: each row has as many values as the others, each value is one number. Where a check fails the rows
are looked at one by one, so that the error names line and column. Nothing that a file claims decides how much memory
is taken: only what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError
from visualizer.formats import watch
from visualizer.formats.clock import ByteArray, IntArray, Scale, tdb_s_from_days
from visualizer.formats.dates import parse_dates

PIECE: Final = 1 << 21
LINE_MAX: Final = 1 << 16
BLANK: Final = 32
_ROW_STARTS: Final = np.zeros(256, dtype=np.bool_)
_ROW_STARTS[[ord(c) for c in "0123456789+-."]] = True


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is no row of numbers: its number from one and its text, stripped."""

    number: int
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Neighbouring lines that begin as numbers do (blank lines between them are dropped).

    Attributes
    ----------
    path : of the file
    buffer : bytes
    line_numbers : (n,) from one
    starts, ends : (n,) where each line lies in the buffer
    """

    path: Path
    buffer: bytes
    line_numbers: IntArray
    starts: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, row: int) -> str:
        """Return a row as text."""
        return self.buffer[self.starts[row] : self.ends[row]].decode("utf-8", "replace").strip()

    def lines(self) -> Iterator[Line]:
        """Yield the rows one by one."""
        for row, number in enumerate(self.line_numbers):
            yield Line(int(number), self.text(row))


@dataclass(frozen=True, eq=False, slots=True)
class Values:
    """Rows as numbers: epochs (or None where the layout has none), the other columns, the lines they came from."""

    tdb_s: FloatArray | None
    numbers: FloatArray
    line_numbers: IntArray


@dataclass(frozen=True, slots=True)
class Layout:
    """What a row must look like.

    Attributes
    ----------
    counts : how many values it may have, the date included
    date_column : which of them is a date, -1 for none
    date_kind : 'iso', 'jd' or 'mjd'
    separator : ' ', or what stands between values: ',', ';' or a tab
    scale : of the date
    """

    counts: tuple[int, ...]
    date_column: int = 0
    date_kind: str = "iso"
    separator: str = " "
    scale: Scale = Scale.TDB


def read_pieces(path: Path) -> Iterator[bytes]:
    """Yield the file in pieces that end with a line.

    Raises
    ------
    FileFormatError
        If it cannot be read, is no text, or has a line of over 64 kB.
    """
    try:
        size = max(path.stat().st_size, 1)
        with path.open("rb") as file:
            rest = b""
            while chunk := file.read(PIECE):
                watch.step(file.tell() / size)
                if b"\0" in chunk:
                    raise FileFormatError(path, "is not a text file: it holds zero bytes")
                if b"\n" not in chunk and b"\r" in chunk:
                    chunk = chunk.replace(b"\r", b"\n")
                data = rest + chunk
                cut = data.rfind(b"\n") + 1
                rest = data[cut:]
                if len(rest) > LINE_MAX:
                    raise FileFormatError(path, f"is not a table: a line has over {LINE_MAX} characters")
                if cut:
                    yield data[:cut]
            if rest:
                yield rest
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror})") from error


def read_lines(path: Path) -> Iterator[Line]:
    """Yield every line of a text that is not empty."""
    number = 0
    for piece in read_pieces(path):
        text = piece.decode("utf-8", "replace").removeprefix("\ufeff")
        for line in text.removesuffix("\n").split("\n"):
            number += 1
            if stripped := line.strip():
                yield Line(number, stripped)


def read_blocks(path: Path) -> Iterator[Line | Rows]:
    """Yield the file's lines in order, runs of rows as one block."""
    first_line = 1
    for piece in read_pieces(path):
        data = piece.removeprefix(b"\xef\xbb\xbf") if first_line == 1 else piece
        buffer = np.frombuffer(data, dtype=np.uint8)
        ends = np.flatnonzero(buffer == 10)
        if not len(ends) or ends[-1] != len(buffer) - 1:
            ends = np.append(ends, len(buffer))
        starts = np.concatenate([[0], ends[:-1] + 1])
        if len(starts) and starts[-1] >= len(buffer):
            starts, ends = starts[:-1], ends[:-1]
        yield from _blocks_of(path, data, buffer, first_line, starts, ends)
        first_line += len(starts)


class Walker(Protocol):
    """Walks through a file."""

    def take_line(self, line: Line) -> None:
        """Take a line that is no row."""

    def take_rows(self, rows: Rows) -> None:
        """Take a run of rows."""


def walk(walker: Walker, path: Path) -> None:
    """Give a file to a walker, block by block."""
    for block in read_blocks(path):
        if isinstance(block, Rows):
            walker.take_rows(block)
        else:
            walker.take_line(block)


def _blocks_of(
    path: Path, data: bytes, buffer: ByteArray, first_line: int, starts: IntArray, ends: IntArray
) -> Iterator[Line | Rows]:
    first = _first_ink(buffer, starts, ends)
    has_words = first < ends
    is_row = has_words & _ROW_STARTS[buffer[np.minimum(first, len(buffer) - 1)]]
    is_special = has_words & ~is_row
    at = 0
    for special in [*np.flatnonzero(is_special).tolist(), len(starts)]:
        rows = np.flatnonzero(is_row[at:special]) + at
        if len(rows):
            yield Rows(path, data, rows + first_line, starts[rows], ends[rows])
        if special < len(starts):
            text = data[starts[special] : ends[special]].decode("utf-8", "replace").strip()
            yield Line(special + first_line, text)
        at = special + 1


def _word_starts(buffer: ByteArray) -> IntArray:
    is_ink = buffer > BLANK
    starts = np.flatnonzero(is_ink[1:] > is_ink[:-1]) + 1
    if len(is_ink) and is_ink[0]:
        starts = np.concatenate([[0], starts])
    return np.asarray(starts, dtype=np.int64)


def _first_ink(buffer: ByteArray, starts: IntArray, ends: IntArray) -> IntArray:
    """Return where each line's first character that is no blank stands; its end where there is none."""
    first = starts.copy()
    last = len(buffer) - 1
    blank = np.flatnonzero((starts < ends) & (buffer[np.minimum(starts, last)] <= BLANK))
    if len(blank):
        words = np.append(_word_starts(buffer), len(buffer))
        first[blank] = np.minimum(words[np.searchsorted(words, starts[blank])], ends[blank])
    return first


def parse_rows(rows: Rows, layout: Layout) -> Values:
    """Convert rows to epochs and numbers.

    Raises
    ------
    FileFormatError
        With line and column where a row has another number of values, or a value is no number or no date.
    """
    begin, end = int(rows.starts[0]), int(rows.ends[-1])
    buffer = np.frombuffer(bytearray(rows.buffer[begin:end]), dtype=np.uint8)
    starts, ends = rows.starts - begin, rows.ends - begin
    if layout.separator != " ":
        words = _commas_to_blanks(rows, layout, buffer, starts, ends)
    else:
        words = _word_starts(buffer)
    first = np.searchsorted(words, starts)
    counts = np.diff(np.append(first, len(words)))
    if counts[0] not in layout.counts or not bool(np.all(counts == counts[0])):
        raise _wrong_count(rows, layout, counts)
    table = words.reshape(len(rows), int(counts[0]))
    tdb_s = None if layout.date_column < 0 else _take_dates(rows, layout, buffer, table)
    width = table.shape[1] - (layout.date_column >= 0)
    return Values(tdb_s, _take_numbers(rows, layout, buffer, (len(rows), width)), rows.line_numbers)


def _commas_to_blanks(rows: Rows, layout: Layout, buffer: ByteArray, starts: IntArray, ends: IntArray) -> IntArray:
    """Blank the commas out after checking that each field has one value; return where the values begin."""
    if len(starts) and int(ends[0] - starts[0]) > 11:
        _join_dates(buffer, starts)
    is_comma = buffer == ord(layout.separator)
    commas = np.flatnonzero(is_comma)
    per_row = np.diff(np.append(np.searchsorted(commas, starts), len(commas)))
    buffer[is_comma] = BLANK
    words = _word_starts(buffer)
    values = np.diff(np.append(np.searchsorted(words, starts), len(words)))
    trailing = int(per_row[0] == values[0])
    if (
        bool(np.all(per_row == per_row[0]))
        and bool(np.all(values == values[0]))
        and per_row[0] + 1 - trailing == values[0]
    ):
        table, marks = words.reshape(len(starts), -1), commas.reshape(len(starts), -1)
        if bool(np.all(table[:, 1:] > marks[:, : table.shape[1] - 1])) and bool(
            np.all(table[:, : marks.shape[1]] < marks)
        ):
            return words
    _explain(rows, layout)
    bad = int(np.argmax((per_row != per_row[0]) | (values != values[0])))
    raise FileFormatError(rows.path, "a row has empty fields or too many values", int(rows.line_numbers[bad]))


def _join_dates(buffer: ByteArray, starts: IntArray) -> None:
    """Make `2023-08-16 00:00:00` one word where the row begins with it."""
    inside = starts[starts + 11 < len(buffer)]
    spaced = inside[(buffer[inside + 4] == ord("-")) & (buffer[inside + 10] == BLANK)]
    buffer[spaced + 10] = ord("T")


def _take_dates(rows: Rows, layout: Layout, buffer: ByteArray, table: IntArray) -> FloatArray:
    """Read the column of dates and blank it out."""
    starts = table[:, layout.date_column]
    ink = np.append(buffer > BLANK, False)
    gaps = np.flatnonzero(~ink)
    lengths = gaps[np.searchsorted(gaps, starts)] - starts
    mjd, second, good = parse_dates(buffer, starts, lengths, layout.date_kind)
    if not bool(np.all(good)):
        raise _wrong_date(rows, layout, int(np.argmin(good)))
    for length in np.unique(lengths):
        places = starts[lengths == length]
        np.lib.stride_tricks.sliding_window_view(buffer, int(length), writeable=True)[places] = BLANK
    return tdb_s_from_days(mjd, second, layout.scale)


def _take_numbers(rows: Rows, layout: Layout, buffer: ByteArray, shape: tuple[int, int]) -> FloatArray:
    text = buffer.tobytes()
    for exponents in (b"", b"Dd"):
        attempt = text.translate(bytes.maketrans(exponents, b"ee"[: len(exponents)])) if exponents else text
        try:
            numbers = np.fromstring(attempt, dtype=np.float64, sep=" ")
        except (ValueError, DeprecationWarning):
            continue
        if numbers.size == shape[0] * shape[1] and bool(np.all(np.isfinite(numbers))):
            return np.asarray(numbers.reshape(shape))
    _explain(rows, layout)
    raise FileFormatError(rows.path, "a value is not a number", int(rows.line_numbers[0]))


def _wrong_count(rows: Rows, layout: Layout, counts: IntArray) -> FileFormatError:
    right = int(counts[0]) if counts[0] in layout.counts else -1
    bad = int(np.argmax(counts != right))
    wanted = f"{right} values as in the rows above" if right > 0 else f"{' or '.join(map(str, layout.counts))} values"
    return FileFormatError(
        rows.path, "a row of the wrong length", int(rows.line_numbers[bad]), expected=wanted,
        found=f"{int(counts[bad])}: {rows.text(bad)[:60]!r}",
    )  # fmt: skip


def _wrong_date(rows: Rows, layout: Layout, row: int) -> FileFormatError:
    word, column = _fields(rows, layout, row)[layout.date_column]
    wanted = "a date such as 2023-08-16T00:00:00.000" if layout.date_kind == "iso" else f"a {layout.date_kind.upper()}"
    return FileFormatError(
        rows.path, "not a date", int(rows.line_numbers[row]), column, expected=wanted, found=repr(word[:40])
    )


def _fields(rows: Rows, layout: Layout, row: int) -> list[tuple[str, int]]:
    """Return the values of a row with their columns, from one."""
    raw = rows.buffer[rows.starts[row] : rows.ends[row]].decode("utf-8", "replace")
    if layout.separator != " ":
        fields, at = [], 1
        for part in raw.split(layout.separator):
            fields.append((part.strip(), at + len(part) - len(part.lstrip())))
            at += len(part) + 1
        return fields
    found, at = [], 0
    for word in raw.split():
        at = raw.index(word, at)
        found.append((word, at + 1))
        at += len(word)
    return found


def _explain(rows: Rows, layout: Layout) -> None:
    """Raise the error of the first value that is no number, if there is one."""
    for row in range(len(rows)):
        fields = _fields(rows, layout, row)
        for column, (word, place) in enumerate(fields):
            last_empty = layout.separator != " " and column == len(fields) - 1 and not word
            if column == layout.date_column or last_empty:
                continue
            if not _is_number(word):
                raise FileFormatError(
                    rows.path,
                    "not a number",
                    int(rows.line_numbers[row]),
                    place,
                    expected="a finite number",
                    found=repr(word[:40]),
                )


def _is_number(word: str) -> bool:
    try:
        return "_" not in word and bool(np.isfinite(float(word.replace("D", "e").replace("d", "e"))))
    except ValueError:
        return False
