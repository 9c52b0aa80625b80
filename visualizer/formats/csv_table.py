"""CSV tables whose header names columns and units, read and written.

Formats. `epoch_tdb,x_km,y_km,z_km,vx_km_s,...` or `time (UTC),X [m],...`; the unit may stand after the name, in
brackets or not. Lines that begin with # are comments and may say `center: MOON`, `axes: ICRF`, `scale: TDB`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from visualizer.core.constants import AU_KM, S_PER_DAY
from visualizer.errors import FileFormatError
from visualizer.formats.clock import Scale, scale_of
from visualizer.formats.flight import Flight, segment_mark
from visualizer.formats.oem_write import state_rows
from visualizer.formats.recording import NO_HINTS, Hints, Recording
from visualizer.formats.rows import Layout, Line, Rows, parse_rows, read_blocks
from visualizer.formats.table_parts import (
    Collector,
    Place,
    Told,
    about,
    common_centre,
    place_of,
    recording_of,
    told_lines,
)

_UNITS_KM: Final = {"km": 1.0, "m": 1e-3, "au": AU_KM}
_UNITS_KM_S: Final = {"km/s": 1.0, "m/s": 1e-3, "au/d": AU_KM / S_PER_DAY, "km/d": 1.0 / S_PER_DAY}
_AXIS: Final = re.compile(
    r"(?P<rate>v|vel|velocity|d)?_?(?P<axis>[xyz])_?(?P<dot>dot)?(?:_?(?P<frame>icrf|eci|j2000|eme2000))?"
)
_UNIT: Final = re.compile(r"^(?P<name>.*?)[\s_]*[(\[]?\s*(?P<unit>km[/_]s|kms|km/d|m[/_]s|mps|au/d|km|m|au)\s*[)\]]?$")
_TIME_WORDS: Final = frozenset({"epoch", "time", "date", "datetime", "utc", "tdb", "tai", "tt", "gps", "isot",
                                "timestamp", "calendar", "utcg", "t", "jd", "mjd", "iso"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns are.

    Attributes
    ----------
    separator : between values
    width : number of columns
    time, time_kind, scale : column of the epoch; 'iso', 'jd', 'mjd' or 'seconds' past J2000; its scale if named
    states : columns of x, y, z and, where there are any, of the velocity
    factors : to km and km/s
    """

    separator: str
    width: int
    time: int
    time_kind: str
    scale: Scale | None
    states: tuple[int, ...]
    factors: tuple[float, ...]


def read_csv(path: Path, hints: Hints = NO_HINTS) -> list[Recording]:
    """Read a table.

    Raises
    ------
    FileFormatError
        Where the header or a row is not understood; names line and column.
    """
    told, collector = Told(), Collector(path)
    header: Header | None = None
    place: Place | None = None
    for block in read_blocks(path):
        if isinstance(block, Rows):
            if header is None:
                raise FileFormatError(
                    path,
                    "numbers stand before the header",
                    int(block.line_numbers[0]),
                    expected="a line such as epoch_tdb,x_km,y_km,z_km",
                )
            place = place or _place(path, header, told, hints, block)
            _take(collector, header, place, block)
        elif not block.text.startswith("#"):
            if header is not None:
                raise FileFormatError(path, "a line that is no row", block.number, 1, found=repr(block.text[:60]))
            header = read_header(path, block)
        elif not collector.mark(block.text.lstrip("# ")):
            told.take(block.text.lstrip("# "))
    if header is None or place is None:
        raise FileFormatError(path, "the table holds no rows")
    return recording_of(path, told, path.stem, collector.segments(path.stem, place), "CSV table")


def looks_like_header(text: str) -> bool:
    """Tell whether a line could be the header of such a table."""
    try:
        read_header(Path("-"), Line(1, text.lstrip("# ")))
    except FileFormatError as error:
        return "unit" in error.reason
    return True


def read_header(path: Path, line: Line) -> Header:
    """Read the header."""
    separator = next((s for s in (",", ";", "\t") if line.text.count(s) >= 3), ",")
    cells = [cell.strip().strip("\"'").lower() for cell in line.text.split(separator)]
    found: dict[str, tuple[int, float]] = {}
    for column, cell in enumerate(cells):
        key, factor = _state_column(path, line, cell)
        if key and key in found:
            raise FileFormatError(path, f"the header has two columns for {key}", line.number)
        if key:
            found[key] = (column, factor)
    keys = _states_wanted(path, line, found)
    time, kind, scale = _time_column(path, line, cells)
    states = tuple(found[key][0] for key in keys)
    return Header(separator, len(cells), time, kind, scale, states, tuple(found[key][1] for key in keys))


def _state_column(path: Path, line: Line, cell: str) -> tuple[str, float]:
    match = _UNIT.match(cell)
    name, unit = (match["name"], match["unit"]) if match else (cell, "")
    name = re.sub(r"^(pos(ition)?|r)[_ ](?=[xyz])", "", name.strip().replace(" ", "_"))
    axis = _AXIS.fullmatch(name)
    if axis is None:
        return "", 1.0
    is_rate = bool(axis["rate"] or axis["dot"])
    unit = {"kms": "km/s", "mps": "m/s", "km_s": "km/s", "m_s": "m/s"}.get(unit, unit)
    units = _UNITS_KM_S if is_rate else _UNITS_KM
    if unit not in units:
        raise FileFormatError(
            path,
            f"column {cell!r} does not say its unit",
            line.number,
            expected=f"one of {', '.join(units)}, as in {name}_{next(iter(units)).replace('/', '_')}",
        )
    return ("v" if is_rate else "") + axis["axis"], units[unit]


def _states_wanted(path: Path, line: Line, found: dict[str, tuple[int, float]]) -> tuple[str, ...]:
    missing = [key for key in "xyz" if key not in found]
    rates = [key for key in ("vx", "vy", "vz") if key in found]
    if missing or len(rates) in (1, 2):
        raise FileFormatError(
            path,
            "the header lacks columns",
            line.number,
            expected="x, y, z, and vx, vy, vz or none",
            found=", ".join(found) or repr(line.text[:60]),
        )
    return ("x", "y", "z", *rates)


def _time_column(path: Path, line: Line, cells: list[str]) -> tuple[int, str, Scale | None]:
    for column, cell in enumerate(cells):
        words = re.findall(r"[a-z]+", cell.replace("jdtdb", "jd tdb").replace("jdut", "jd ut"))
        scale = next((found for word in words if (found := scale_of(word)) is not None), None)
        if cell in ("tdb_s", "t_tdb_s", "et", "et_s", "epoch_tdb_s"):
            return column, "seconds", Scale.TDB
        if words and words[0] in _TIME_WORDS:
            kind = "mjd" if "mjd" in words else "jd" if "jd" in words or "julian" in words else "iso"
            return column, kind, scale
    raise FileFormatError(path, "the header has no column of epochs", line.number, expected="epoch, time, date, jd ...")


def _place(path: Path, header: Header, told: Told, hints: Hints, rows: Rows) -> Place:
    said = dict(told.values)
    if header.scale is not None:
        said["scale"] = header.scale.value
    elif header.time_kind == "iso" and "scale" not in said:
        cell = rows.text(0).split(header.separator)[min(header.time, rows.text(0).count(header.separator))]
        said |= {"scale": "UTC"} if cell.strip().upper().endswith("Z") else {}
    return place_of(path, said, hints)


def _take(collector: Collector, header: Header, place: Place, rows: Rows) -> None:
    is_number = header.time_kind == "seconds"
    layout = Layout((header.width,), -1 if is_number else header.time, header.time_kind, header.separator, place.scale)
    wanted = sorted({header.time, *header.states})
    if len(wanted) < header.width:
        rows, layout = _only(rows, header, wanted), Layout(
            (len(wanted),), -1 if is_number else wanted.index(header.time), header.time_kind, header.separator,
            place.scale,
        )  # fmt: skip
    values = parse_rows(rows, layout)
    places = [column for column in wanted if is_number or column != header.time]
    states = values.numbers[:, [places.index(column) for column in header.states]] * np.array(header.factors)
    tdb_s = values.tdb_s if values.tdb_s is not None else values.numbers[:, places.index(header.time)].copy()
    collector.add(tdb_s, states, values.line_numbers)


def _only(rows: Rows, header: Header, wanted: list[int]) -> Rows:
    """Return the rows with the columns that matter; others may hold anything."""
    lines, ends, at = [], [], 0
    for line in rows.lines():
        cells = line.text.split(header.separator)
        if len(cells) != header.width:
            raise FileFormatError(
                rows.path,
                "a row of the wrong length",
                line.number,
                expected=f"{header.width} values",
                found=f"{len(cells)}",
            )
        lines.append(header.separator.join(cells[i] for i in wanted).encode())
        at += len(lines[-1]) + 1
        ends.append(at - 1)
    buffer, stops = b"\n".join(lines) + b"\n", np.array(ends, dtype=np.int64)
    starts = np.concatenate([[0], stops[:-1] + 1]).astype(np.int64)
    return Rows(rows.path, buffer, rows.line_numbers, starts, stops)


def csv_lines(flight: Flight, created: str) -> Iterator[str]:
    """Yield the lines of a table: ICRF axes, TDB, one centre, segments marked in comments."""
    centre = common_centre(flight)
    yield f"# trajectory table written by Perilune, {created}"
    yield from (f"# {line}" for line in told_lines(flight, centre, "ICRF", "TDB"))
    yield "epoch_tdb,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s"
    for arc in about(flight, centre).trajectory.arcs:
        yield f"# {segment_mark(arc)}"
        yield from (f"{date},{','.join(numbers)}" for date, numbers in state_rows(arc))
