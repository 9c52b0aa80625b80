"""Errors that carry data; the bottom floor of the house.

Every `PeriluneError` is a user's mistake or a fact about his machine: one line that says what was
attempted, on what, why it failed and what to do. Anything else that is raised is a bug.
"""

from __future__ import annotations

from pathlib import Path


class PeriluneError(Exception):
    """A failure the user can act on; shown as one line, exit code 2."""


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
