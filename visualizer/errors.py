"""Errors that carry data; the bottom floor of the house.

Every `PeriluneError` is a user's mistake or a fact about his machine: one line that says what was
attempted, on what, why it failed and what to do. Anything else that is raised is a bug.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

# How many mistakes of one file are told in lines of their own.
TOLD_MAX: Final = 20


class PeriluneError(Exception):
    """A failure the user can act on; shown as one line, exit code 2."""

    def lines(self) -> list[str]:
        """Return what is to be told, a line for each mistake."""
        return [str(self)]


class AssetError(PeriluneError):
    """A bundled file is missing or damaged."""


class EpochError(PeriluneError):
    """A text is not a time, or not one that this scale knows."""


class EpochRangeError(PeriluneError):
    """An epoch lies outside what the data cover.

    Attributes
    ----------
    start_tdb_s, end_tdb_s : float, TDB seconds past J2000, the span that is covered
    """

    def __init__(self, message: str, start_tdb_s: float, end_tdb_s: float) -> None:
        super().__init__(message)
        self.start_tdb_s = start_tdb_s
        self.end_tdb_s = end_tdb_s


class FrameMismatchError(PeriluneError):
    """Two vectors or rotations do not meet."""


class FileFormatError(PeriluneError):
    """A file is not what it should be: names the file, the place in it and the reason.

    Attributes
    ----------
    path, reason : the file and what is wrong with it
    line, column : counted from one, where the file has lines
    expected, found : in words, where that says more than the reason
    """

    def __init__(
        self,
        path: Path | str,
        reason: str,
        line: int | None = None,
        column: int | None = None,
        *,
        expected: str = "",
        found: str = "",
    ) -> None:
        place = f"{path}" if line is None else f"{path}, line {line}"
        place += "" if column is None else f", column {column}"
        words = [part for part in (expected and f"expected {expected}", found and f"found {found}") if part]
        super().__init__(f"{place}: {'; '.join([reason, ', '.join(words)] if words else [reason])}")
        self.path = Path(path)
        self.reason = reason
        self.line = line
        self.column = column
        self.expected = expected
        self.found = found


class MistakesError(FileFormatError):
    """A file with several mistakes; as a text, the first and how many there are beside it.

    Attributes
    ----------
    mistakes : all that were found, the first one first
    """

    def __init__(self, path: Path | str, mistakes: Sequence[FileFormatError]) -> None:
        first = mistakes[0]
        super().__init__(
            path, first.reason, first.line, first.column, expected=first.expected, found=first.found
        )  # fmt: skip
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        """Return one line."""
        return f"{super().__str__()} (and {len(self.mistakes) - 1} more)"

    def lines(self) -> list[str]:
        """Return a line for each of the first mistakes, then how many more there are."""
        told = [str(one) for one in self.mistakes[:TOLD_MAX]]
        more = len(self.mistakes) - len(told)
        return told + ([f"{self.path}: and {more:,} more mistakes"] if more else [])


def error_of(path: Path | str, mistakes: Sequence[FileFormatError]) -> FileFormatError:
    """Return one error for all mistakes in a file."""
    return mistakes[0] if len(mistakes) == 1 else MistakesError(path, mistakes)


class MissionError(PeriluneError):
    """A mission document or a mission's name is wrong."""


class SolveError(PeriluneError):
    """The reconstruction did not converge."""


class GraphicsError(PeriluneError):
    """There is no usable OpenGL: says what was found."""


class ShaderError(PeriluneError):
    """A shader did not load or compile: names the file and the line."""


class ExportError(PeriluneError):
    """A picture or a film could not be written."""


class CommandError(PeriluneError):
    """The user asked for what cannot be done now."""
