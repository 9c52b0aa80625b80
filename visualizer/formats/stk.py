"""STK ephemeris files, `.e`: read (versions 4 to 13) and written (11).

Formats. After AGI's description of the format. Unsaid, the central body is the Earth, the axes are fixed to it and the
unit is the metre, as STK has it. Times are elapsed seconds of TAI since `ScenarioEpoch`, which is UTC. Segments end at
`SegmentBoundaryTimes`; the format knows no gaps, so ours stand in comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import FileFormatError
from visualizer.formats import names
from visualizer.formats.clock import MONTHS, Scale, tdb_minus_tt_s, tt_s_from_tdb_s
from visualizer.formats.dates import tdb_s_of_date
from visualizer.formats.flight import Flight, segment_mark
from visualizer.formats.recording import NO_HINTS, Axes, Hints, Interpolation, Recording
from visualizer.formats.rows import Layout, Line, Rows, parse_rows, walk
from visualizer.formats.table_parts import Collector, Place, Told, about, common_centre, recording_of, told_lines

_VERSION: Final = re.compile(r"stk\.v\.(\d{1,2})\.\d+(\.\d+)?$", re.IGNORECASE)
EPOCH_MAX_S: Final = 6.4e9
_DATE: Final = re.compile(r"^(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{1,2}:\d{2}:\d{2}(?:\.\d*)?)$")
_UNITS_KM: Final = {"METERS": 1e-3, "KILOMETERS": 1.0, "METER": 1e-3, "KILOMETER": 1.0, "M": 1e-3, "KM": 1.0}
_LAYOUTS: Final = {"EPHEMERISTIMEPOS": 4, "EPHEMERISTIMEPOSVEL": 7, "EPHEMERISTIMEPOSVELACC": 10}
_KEPT: Final = {"NUMBEROFEPHEMERISPOINTS", "SCENARIOEPOCH", "INTERPOLATIONMETHOD", "INTERPOLATIONORDER",
                "INTERPOLATIONSAMPLESM1", "CENTRALBODY", "COORDINATESYSTEM", "DISTANCEUNIT", "TIMEFORMAT"}  # fmt: skip


def read_stk(path: Path, hints: Hints = NO_HINTS) -> list[Recording]:
    """Read an STK ephemeris.

    Raises
    ------
    FileFormatError
        Where it is not one, is cut short, or holds states in a form other than Cartesian; names the line.
    """
    reader = _Reader(path, hints)
    walk(reader, path)
    return reader.finish()


class _Reader:
    """Walks the file; `part` is 'start', 'head', 'boundaries', 'states' or 'end'."""

    def __init__(self, path: Path, hints: Hints) -> None:
        self.path, self.hints, self.part = path, hints, "start"
        self.values: dict[str, tuple[str, int]] = {}
        self.told, self.collector = Told(), Collector(path)
        self.boundaries_s: list[float] = []
        self.width = 0
        self.count = 0
        self.place: Place | None = None
        self.start_tt_s = 0.0
        self.last_s = float("nan")

    def take_line(self, line: Line) -> None:
        """Take a line that is no row."""
        word = "".join(line.text.split()).upper()
        if line.text.startswith("#"):
            comment = line.text.lstrip("# ")
            if not self.collector.mark(comment):
                self.told.take(comment)
        elif self.part == "start":
            self._take_version(line)
        elif word in ("BEGINEPHEMERIS", "BEGINSEGMENTBOUNDARYTIMES", "ENDSEGMENTBOUNDARYTIMES", "ENDEPHEMERIS"):
            self._take_bracket(word, line)
        elif word in _LAYOUTS and self.part == "head":
            self._begin_states(_LAYOUTS[word])
        elif self.part == "head":
            self._take_key(line)
        else:
            raise FileFormatError(
                self.path, "a line that does not belong here", line.number, found=repr(line.text[:60])
            )

    def _take_version(self, line: Line) -> None:
        match = _VERSION.match(line.text)
        if match is None or not 4 <= int(match[1]) <= 13:
            raise FileFormatError(
                self.path, "not an STK ephemeris", line.number, expected="stk.v.4.0 to 13.0", found=repr(line.text[:40])
            )
        self.part = "version"

    def _take_bracket(self, word: str, line: Line) -> None:
        steps = {("BEGINEPHEMERIS", "version"): "head", ("BEGINSEGMENTBOUNDARYTIMES", "head"): "boundaries",
                 ("ENDSEGMENTBOUNDARYTIMES", "boundaries"): "head", ("ENDEPHEMERIS", "states"): "end"}  # fmt: skip
        if (word, self.part) not in steps:
            raise FileFormatError(self.path, f"{line.text!r} does not belong here", line.number)
        self.part = steps[word, self.part]

    def _take_key(self, line: Line) -> None:
        key, _, value = line.text.partition(" ")
        if key.upper() in self.values:
            raise FileFormatError(self.path, f"{key} appears twice", line.number)
        if key.upper().startswith(("EPHEMERIS", "BEGIN", "END", "COVARIANCE")):
            raise FileFormatError(self.path, f"{key} is not read here", line.number, expected="Cartesian states")
        self.values[key.upper()] = (value.strip(), line.number)
        if key.upper() not in _KEPT:
            self.told.metadata[key] = value.strip()

    def _value(self, key: str, default: str) -> tuple[str, int | None]:
        return self.values.get(key, (default, None))

    def _begin_states(self, width: int) -> None:
        self.width, self.part = width, "states"
        text, line = self._value("SCENARIOEPOCH", "")
        start = stk_date_tdb_s(text)
        if start is None:
            raise FileFormatError(
                self.path,
                "ScenarioEpoch is missing or no date",
                line,
                expected="16 Aug 2023 00:00:00.000",
                found=repr(text),
            )
        self.start_tt_s = float(tt_s_from_tdb_s(np.array([start]))[0])
        form, line = self._value("TIMEFORMAT", "EpSec")
        if form.upper() != "EPSEC":
            raise FileFormatError(self.path, f"TimeFormat {form} is not read here", line, expected="EpSec")
        self.place = Place(self._centre(), Axes.ICRF, Scale.TAI)
        self.place = Place(self.place.centre_id, self._axes(self.place.centre_id), Scale.TAI)

    def _centre(self) -> int:
        text, line = self._value("CENTRALBODY", "Earth")
        centre = names.body_id(text)
        if centre is None or self.hints.centre_id not in (None, centre):
            raise FileFormatError(self.path, f"CentralBody {text} is not known here, or not what --center says", line)
        return centre

    def _axes(self, centre_id: int) -> Axes:
        text, line = self._value("COORDINATESYSTEM", "Fixed")
        fixed = {399: Axes.EARTH_FIXED, 301: Axes.MOON_ME}.get(centre_id)
        axes = {"FIXED": fixed, "MEANEARTH": Axes.MOON_ME}.get(text.upper(), names.axes_of(text)) or self.hints.axes
        if axes is None or self.hints.axes not in (None, axes):
            raise FileFormatError(
                self.path,
                f"CoordinateSystem {text} is not known here, or not what --axes says",
                line,
                expected="ICRF, J2000 or Fixed",
            )
        return axes

    def take_rows(self, rows: Rows) -> None:
        """Take states, or boundaries of segments."""
        if self.part == "boundaries":
            values = parse_rows(rows, Layout((1,), -1))
            self.boundaries_s += values.numbers[:, 0].tolist()
        elif self.part == "states":
            values = parse_rows(rows, Layout((self.width,), -1))
            self._add(values.numbers, values.line_numbers)
        else:
            raise FileFormatError(self.path, "numbers do not belong here", int(rows.line_numbers[0]))

    def _add(self, numbers: FloatArray, lines: np.typing.NDArray[np.int64]) -> None:
        text, line = self._value("DISTANCEUNIT", "Meters")
        if text.upper() not in _UNITS_KM:
            raise FileFormatError(
                self.path, f"DistanceUnit {text} is not known here", line, expected="Meters or Kilometers"
            )
        self.count += len(numbers)
        states = numbers[:, 1 : min(7, self.width)] * _UNITS_KM[text.upper()]
        first = 0
        for stop, is_shared in [*self._ends(numbers[:, 0]), (len(numbers), False)]:
            self._keep(numbers[first : stop + is_shared, 0], states[first : stop + is_shared], lines[first:])
            if stop < len(numbers):
                self.collector.split()
            first = stop
        self.last_s = float(numbers[-1, 0])

    def _keep(self, time_s: FloatArray, states: FloatArray, lines: np.typing.NDArray[np.int64]) -> None:
        tt_s = self.start_tt_s + time_s
        if not np.all(np.abs(tt_s) < EPOCH_MAX_S):
            raise FileFormatError(self.path, "a time far outside the years 1800 to 2200", int(lines[0]))
        if len(time_s):
            self.collector.add(tt_s + tdb_minus_tt_s(tt_s), states, lines)

    def _ends(self, time_s: FloatArray) -> list[tuple[int, bool]]:
        """Return where segments begin at boundaries, and whether that state ends the one before as well."""
        is_repeat = (np.diff(time_s, prepend=self.last_s) == 0.0) & np.isin(time_s, self.boundaries_s)
        found = [(int(i), False) for i in np.flatnonzero(is_repeat)]
        if self.collector.parts[-1].mark is None and len(self.boundaries_s) > 2:
            is_inner = np.isin(time_s, sorted(self.boundaries_s)[1:-1]) & ~is_repeat
            is_inner[:-1] &= ~is_repeat[1:]
            found += [(int(i), True) for i in np.flatnonzero(is_inner)]
        return sorted(found)

    def finish(self) -> list[Recording]:
        """Return what was read, after the last line."""
        text, line = self._value("NUMBEROFEPHEMERISPOINTS", str(self.count))
        if self.part != "end" or text != str(self.count):
            raise FileFormatError(
                self.path,
                "the file is cut short",
                line,
                expected=f"{text} points and END Ephemeris",
                found=f"{self.count} points",
            )
        assert self.place is not None
        order = self._value("INTERPOLATIONORDER", self._value("INTERPOLATIONSAMPLESM1", "0")[0])[0]
        method = Interpolation(
            self._value("INTERPOLATIONMETHOD", "")[0].upper(), int(order) if order.isdecimal() else 0
        )
        segments = self.collector.segments(self.path.stem, self.place, method)
        return recording_of(self.path, self.told, self.path.stem, segments, "STK ephemeris")


def stk_date_tdb_s(text: str) -> float | None:
    """Return the epoch of `16 Aug 2023 00:00:00.000` UTC (or of an ISO date), or None where it is no date."""
    match = _DATE.match(text.strip())
    if match is None:
        return tdb_s_of_date(text, Scale.UTC)
    day, month, year, time = match.groups()
    if month.upper() not in MONTHS:
        return None
    return tdb_s_of_date(f"{year}-{MONTHS.index(month.upper()) + 1:02d}-{int(day):02d}T{time:0>8}", Scale.UTC)


def stk_lines(flight: Flight, created: str) -> Iterator[str]:
    """Yield the lines of a file: ICRF axes, kilometres, one centre."""
    centre = common_centre(flight)
    arcs = about(flight, centre).trajectory.arcs
    date = utc_text_from_tdb_s(float(np.floor(arcs[0].start_tdb_s)) - 1.0)
    start = tdb_s_of_date(date, Scale.UTC)
    assert start is not None
    day = f"{int(date[8:10])} {MONTHS[int(date[5:7]) - 1].title()} {date[:4]} {date[11:]}.000000"
    origin_tt_s = float(tt_s_from_tdb_s(np.array([start]))[0])
    yield from ("stk.v.11.0", f"# written by Perilune, {created}")
    yield from (f"# {line}" for line in told_lines(flight, centre, "ICRF", "UTC"))
    yield from ("BEGIN Ephemeris", f"NumberOfEphemerisPoints {sum(len(arc.tdb_s) for arc in arcs)}")
    yield from (f"ScenarioEpoch {day}", "InterpolationMethod Hermite", "InterpolationOrder 7")
    yield from (f"CentralBody {names.BODY_NAMES[centre].title()}", "CoordinateSystem ICRF", "DistanceUnit Kilometers")
    elapsed = [tt_s_from_tdb_s(arc.tdb_s) - origin_tt_s for arc in arcs]
    yield "BEGIN SegmentBoundaryTimes"
    yield from sorted({f"{t:.9f}" for part in elapsed for t in (part[0], part[-1])}, key=float)
    yield from ("END SegmentBoundaryTimes", "EphemerisTimePosVel")
    for arc, part in zip(arcs, elapsed, strict=True):
        yield f"# {segment_mark(arc)}"
        for t, p, v in zip(part.tolist(), arc.position_km.tolist(), arc.velocity_km_s.tolist(), strict=True):
            yield f"{t:.9f} {' '.join(map(repr, [*p, *v]))}"
    yield "END Ephemeris"
