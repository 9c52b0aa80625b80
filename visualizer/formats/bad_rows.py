"""Rows of which some cannot be read: every mistake in its line, and the epochs of all rows that say one. Formats."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError
from visualizer.formats.clock import IntArray
from visualizer.formats.dates import tdb_s_of_date
from visualizer.formats.rows import Layout, Rows, parse_rows

# A file with more mistakes than these is read no further.
FOUND_MAX: Final = 1_000


def mistakes_of_rows(rows: Rows, layout: Layout) -> tuple[list[FileFormatError], FloatArray, IntArray]:
    """Find every row that cannot be read, by halving runs of rows until one row is left.

    Parameters
    ----------
    layout : with an ISO date in its first column

    Returns
    -------
    mistakes, tdb_s, line_numbers : the last two of all rows that have a date, in order
    """
    mistakes: list[FileFormatError] = []
    parts: list[tuple[FloatArray, IntArray]] = []
    left = [rows]
    while left and len(mistakes) < FOUND_MAX:
        part = left.pop()
        try:
            values = parse_rows(part, layout)
            assert values.tdb_s is not None
            parts.append((values.tdb_s, values.line_numbers))
        except FileFormatError as error:
            half = len(part) // 2
            if half:
                left += [_cut(part, half, len(part)), _cut(part, 0, half)]
                continue
            mistakes.append(error)
            date = tdb_s_of_date(part.text(0).split()[0], layout.scale)
            if date is not None:
                parts.append((np.array([date]), part.line_numbers))
    epochs = [epoch for epoch, _ in parts] or [np.empty(0)]
    lines = [line for _, line in parts] or [np.empty(0, dtype=np.int64)]
    return mistakes, np.concatenate(epochs), np.concatenate(lines)


def _cut(rows: Rows, first: int, last: int) -> Rows:
    part = slice(first, last)
    return replace(rows, line_numbers=rows.line_numbers[part], starts=rows.starts[part], ends=rows.ends[part])
