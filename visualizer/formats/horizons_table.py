"""Vector tables of JPL Horizons: text or CSV, with or without velocity, any centre that the bundled ephemeris has.

Formats. Read is what stands between `$$SOE` and `$$EOE`; the header before it says target, centre, units, axes and time
scale. Calendar date and Julian date of each state must agree.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import AU_KM, S_PER_DAY
from visualizer.errors import FileFormatError
from visualizer.formats import names
from visualizer.formats.clock import MONTHS, Scale, scale_of, tdb_s_from_days
from visualizer.formats.dates import parse_texts
from visualizer.formats.recording import NO_HINTS, Axes, Hints, Recording
from visualizer.formats.rows import Line, read_lines
from visualizer.formats.table_parts import Collector, Place, Told, recording_of

ROWS_MAX: Final = 2_000_000
DATES_AGREE_S: Final = 1e-3
_HEADER: Final = re.compile(r"^(?P<key>[A-Za-z][A-Za-z -]{3,20}?)\s*: (?P<value>.*)$")
_TARGET: Final = re.compile(r"^(?P<name>.*?)\s*\((?P<id>-?\d+)\)\s*(?:\{source: (?P<source>.*?)\})?\s*$")
_DATE: Final = re.compile(r"(?:A\.D\. )?(\d{4})-([A-Za-z]{3})-(\d{2}) (\d{2}:\d{2}(?::\d{2}(?:\.\d*)?)?)")
_LABELLED: Final = re.compile(r"([A-Z]{1,2})\s*=\s*([-+]?\d*\.?\d+(?:[EeDd][-+]?\d+)?)")
_UNITS: Final = {"KM-S": (1.0, 1.0), "KM-D": (1.0, 1.0 / S_PER_DAY), "AU-D": (AU_KM, AU_KM / S_PER_DAY)}
_STATE_KEYS: Final = ("X", "Y", "Z", "VX", "VY", "VZ")


def read_horizons(path: Path, hints: Hints = NO_HINTS) -> list[Recording]:
    """Read a vector table.

    Raises
    ------
    FileFormatError
        Where it is none (an observer or element table, a refusal), is cut short, or a row is damaged.
    """
    reader = _Reader(path, hints)
    for line in read_lines(path):
        reader.take(line)
    return reader.finish()


class _Reader:
    """Walks the table: 'head', 'states', 'tail'."""

    def __init__(self, path: Path, hints: Hints) -> None:
        self.path, self.hints, self.part = path, hints, "head"
        self.header: dict[str, tuple[str, int]] = {}
        self.columns: list[str] = []
        self.dates: list[tuple[str, str, int]] = []
        self.states: list[list[float]] = []
        self.words: list[str] = []
        self.open: dict[str, float] = {}

    def take(self, line: Line) -> None:
        """Take a line."""
        if line.text.startswith(("$$SOE", "$$EOE")):
            self._turn(line)
        elif self.part == "states":
            if self.columns:
                self._take_csv(line)
            else:
                self._take_text(line)
        elif self.part == "head":
            self._take_header(line)

    def _turn(self, line: Line) -> None:
        if (line.text[:5], self.part) not in (("$$SOE", "head"), ("$$EOE", "states")):
            raise FileFormatError(self.path, f"{line.text[:5]} stands where it does not belong", line.number)
        if self.part == "states":
            self._close(line.number)
        self.part = "states" if self.part == "head" else "tail"

    def _take_header(self, line: Line) -> None:
        match = _HEADER.match(line.text)
        if match:
            self.header.setdefault(" ".join(match["key"].split()).lower(), (match["value"].strip(), line.number))
        elif line.text.startswith(("JDTDB", "JDUT", "JDTT")) and "," in line.text:
            self.columns = [cell.strip() for cell in line.text.split(",")]
        elif len(self.words) < 200 and not line.text.startswith("***"):
            self.words.append(line.text[:200])

    def _take_csv(self, line: Line) -> None:
        cells = [cell.strip() for cell in line.text.split(",")]
        if len(cells) != len(self.columns):
            raise FileFormatError(
                self.path,
                "a row of the wrong length",
                line.number,
                expected=f"{len(self.columns)} values",
                found=str(len(cells)),
            )
        row = dict(zip(self.columns, cells, strict=True))
        calendar = next((row[key] for key in self.columns if key.startswith("Calendar")), "")
        self.dates.append((cells[0], calendar, line.number))
        keys = [key for key in _STATE_KEYS if key in row]
        self._add([self._number(row[key], line, key) for key in keys], line)

    def _take_text(self, line: Line) -> None:
        julian, equals, calendar = line.text.partition(" = ")
        if equals and re.fullmatch(r"\d{7}(\.\d+)?", julian.strip()):
            self._close(line.number)
            self.dates.append((julian.strip(), calendar, line.number))
            return
        if not self.dates:
            raise FileFormatError(self.path, "a state stands before its date", line.number, found=repr(line.text[:60]))
        found = dict(_LABELLED.findall(line.text)) if "=" in line.text else self._unlabelled(line)
        rest = _LABELLED.sub("", line.text).strip() if "=" in line.text else ""
        if not found or rest or set(found) & set(self.open):
            raise FileFormatError(self.path, "not a line of a state", line.number, found=repr(line.text[:60]))
        self.open |= {key: self._number(word, line, key) for key, word in found.items()}

    def _unlabelled(self, line: Line) -> dict[str, str]:
        words = line.text.split()
        keys = (("X", "Y", "Z"), ("VX", "VY", "VZ"), ("LT", "RG", "RR"))[min(2, len(self.open) // 3)]
        return dict(zip(keys, words, strict=True)) if len(words) == 3 else {}

    def _close(self, line: int) -> None:
        """End the state that is open, in a table that is not CSV."""
        if self.columns or not self.dates:
            return
        keys = [key for key in _STATE_KEYS if key in self.open]
        self._add([self.open[key] for key in keys], Line(line, ""))
        self.open = {}

    def _add(self, state: list[float], line: Line) -> None:
        if len(state) not in (3, 6) or (self.states and len(self.states[0]) != len(state)):
            raise FileFormatError(
                self.path,
                "a state lacks numbers",
                line.number,
                expected="X, Y, Z or these and VX, VY, VZ",
                found=f"{len(state)} of them",
            )
        self.states.append(state)
        if len(self.states) > ROWS_MAX:
            raise FileFormatError(self.path, f"the table has over {ROWS_MAX:,} states; split it")

    def _number(self, word: str, line: Line, key: str) -> float:
        try:
            value = float(word)
        except ValueError:
            value = float("nan")
        if not np.isfinite(value) or "_" in word:
            raise FileFormatError(self.path, f"{key} is not a number", line.number, found=repr(word[:40]))
        return value

    def finish(self) -> list[Recording]:
        """Return what was read, after the last line."""
        if self.part != "tail":
            raise FileFormatError(self.path, self._refusal())
        place = self._place()
        units, line = self.header.get("output units", ("", None))
        if units not in _UNITS:
            raise FileFormatError(
                self.path, "Output units are not known", line, expected=", ".join(_UNITS), found=repr(units)
            )
        factors = np.repeat(_UNITS[units], 3)
        target, _ = self.header.get("target body name", ("", 0))
        match = _TARGET.match(target)
        name, object_id = (match["name"], match["id"]) if match else (target.split("{")[0].strip(), "")
        told = Told({"object": name, "object_id": object_id}, self._metadata(), self._comments(match))
        collector = Collector(self.path)
        if self.states:
            states = np.array(self.states) * factors[: len(self.states[0])]
            lines = np.array([number for _, _, number in self.dates], dtype=np.int64)
            collector.add(self._epochs(place.scale), states, lines)
        return recording_of(self.path, told, name, collector.segments(name, place), "JPL Horizons vector table")

    def _comments(self, target: re.Match[str] | None) -> list[str]:
        source = [f"source: {target['source']}"] if target and target["source"] else []
        return source + [
            word for word in self.words if re.search(r"predict|reconstruct|traject|solution|OD\d", word, re.I)
        ]

    def _metadata(self) -> dict[str, str]:
        kept = ("target body name", "center body name", "reference frame", "output type", "output units")
        return {key.upper().replace(" ", "_"): self.header[key][0] for key in kept if key in self.header}

    def _refusal(self) -> str:
        if self.part == "states":
            return "the table is cut short: it has no $$EOE"
        told = next((w for w in self.words if re.search(r"No ephemeris|No matches|error|cannot|exceeds", w, re.I)), "")
        return f"Horizons gave no table: {told}" if told else "not a Horizons table: there is no $$SOE"

    def _place(self) -> Place:
        said, line = self.header.get("center body name", ("", None))
        match = _TARGET.match(said)
        centre = names.body_id(match["id"]) if match else None
        site, site_line = self.header.get("center-site name", ("BODY CENTER", None))
        if centre is None:
            raise FileFormatError(self.path, "the centre is not in the bundled ephemeris", line, found=repr(said))
        if site.upper() not in ("BODY CENTER", "GEOCENTRIC", ""):
            raise FileFormatError(self.path, f"the centre is a place on the ground ({site}), not a body", site_line)
        kind, kind_line = self.header.get("output type", ("GEOMETRIC", None))
        if not kind.upper().startswith("GEOMETRIC"):
            raise FileFormatError(self.path, f"the states are {kind}, not geometric", kind_line)
        if self.hints.centre_id not in (None, centre):
            raise FileFormatError(
                self.path, f"the centre is {said}, the command line says another; leave --center out", line
            )
        return Place(centre, self._axes(), self._scale())

    def _axes(self) -> Axes:
        frame, line = self.header.get("reference frame", ("", None))
        system, _ = self.header.get("coordinate systm", ("", 0))
        words = f"{frame} {system}".upper()
        axes = self.hints.axes
        if "BODY" in words or "OF DATE" in words:
            raise FileFormatError(
                self.path, f"the axes {frame!r} are not read here", line, expected="ICRF or ecliptic of J2000"
            )
        if "ECLIPTIC" in words:
            axes = Axes.ECLIPTIC
        elif "ICRF" in words or "EQUATOR" in words:
            axes = Axes.ICRF
        if axes is None or self.hints.axes not in (None, axes):
            raise FileFormatError(self.path, f"the axes {frame!r} are unknown, or not what --axes says", line)
        return axes

    def _scale(self) -> Scale:
        label = self.columns[0] if self.columns else ""
        date = self.header.get("start time", ("", 0))[0]
        calendar = self.dates[0][1] if self.dates else ""
        words = [label.removeprefix("JD"), *date.split()[-1:], *calendar.split()[-1:]]
        found = {scale for word in words if (scale := scale_of(word)) is not None}
        if len(found) != 1:
            raise FileFormatError(self.path, "the time scale is not said, or in two ways", expected="TDB or UT")
        return found.pop()

    def _epochs(self, scale: Scale) -> FloatArray:
        """Return the epochs: of the calendar dates where there are any, which must agree with the Julian dates."""
        day, second, good = parse_texts([julian for julian, _, _ in self.dates], "jd")
        texts = [_iso_date(calendar) for _, calendar, _ in self.dates]
        if any(texts):
            by_name = parse_texts(texts)
            difference_s = (by_name[0] - day) * S_PER_DAY + by_name[1] - second
            good = good & by_name[2] & (np.abs(difference_s) < DATES_AGREE_S)
            day, second = by_name[0], by_name[1]
        if not np.all(good):
            julian, calendar, line = self.dates[int(np.argmin(good))]
            raise FileFormatError(
                self.path,
                "not a date, or its Julian and calendar dates disagree",
                line,
                found=repr(f"{julian} {calendar}"[:60]),
            )
        return tdb_s_from_days(day, second, scale)


def _iso_date(calendar: str) -> str:
    """Return `A.D. 2023-Aug-16 00:00:00.0000` as an ISO date; an empty text where it is none."""
    match = _DATE.search(calendar)
    if match is None or match[2].upper() not in MONTHS:
        return ""
    return f"{match[1]}-{MONTHS.index(match[2].upper()) + 1:02d}-{match[3]}T{match[4]}"
