"""Write CCSDS Orbit Ephemeris Messages 2.0, as KVN or XML.

Formats. One segment per arc, ICRF axes, TDB, every digit; provenance and further keys go into
comments, covariances into their sections. `lines` are made piece by piece, so a long flight needs little memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

import numpy as np

from visualizer.core.trajectory import Arc
from visualizer.formats.clock import calendar_texts
from visualizer.formats.flight import Flight, one_line, segment_mark
from visualizer.formats.names import BODY_NAMES
from visualizer.formats.recording import Covariance

BATCH: Final = 10_000
_COVARIANCE_KEYS: Final = tuple(
    f"C{a}_{b}" for i, a in enumerate(("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT"))
    for b in ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")[: i + 1]
)  # fmt: skip
_HEADER_KEYS: Final = ("CREATION_DATE", "ORIGINATOR")


def metadata_of(arc: Arc, flight: Flight) -> list[tuple[str, str]]:
    """Return the metadata of an arc as keys and values."""
    start, stop = calendar_texts(np.array([arc.start_tdb_s, arc.end_tdb_s]))
    return [
        ("OBJECT_NAME", one_line(flight.name)),
        ("OBJECT_ID", one_line(flight.object_id) or "UNKNOWN"),
        ("CENTER_NAME", BODY_NAMES[arc.centre_id]),
        ("REF_FRAME", "ICRF"),
        ("TIME_SYSTEM", "TDB"),
        ("START_TIME", start),
        ("STOP_TIME", stop),
        ("INTERPOLATION", "HERMITE"),
        ("INTERPOLATION_DEGREE", str(min(7, 2 * len(arc.tdb_s) - 1))),
    ]


def header_of(flight: Flight, created: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the header's keys and the comments that follow the version."""
    known = {key: one_line(flight.metadata.get(key, "")) for key in _HEADER_KEYS}
    keys = [("CREATION_DATE", known["CREATION_DATE"] or created), ("ORIGINATOR", known["ORIGINATOR"] or "PERILUNE")]
    more = [f"metadata {one_line(k)}: {one_line(v)}" for k, v in flight.metadata.items() if k not in _HEADER_KEYS]
    return keys, [*map(one_line, flight.comments), *more]


def covariances_of(arc: Arc, flight: Flight) -> list[Covariance]:
    """Return the covariances whose epoch lies in an arc (at a join, in the later)."""
    return [c for c in flight.covariances if arc.start_tdb_s <= c.tdb_s <= arc.end_tdb_s and _is_first(arc, c, flight)]


def _is_first(arc: Arc, covariance: Covariance, flight: Flight) -> bool:
    holders = [a for a in flight.trajectory.arcs if a.start_tdb_s <= covariance.tdb_s <= a.end_tdb_s]
    return holders[0] is arc


def state_rows(arc: Arc) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the date and the six numbers of each state as texts."""
    for first in range(0, len(arc.tdb_s), BATCH):
        part = slice(first, first + BATCH)
        # The shortest text that gives the very same number back: uneven steps magnify what rounding takes away.
        states = np.hstack([arc.position_km[part], arc.velocity_km_s[part]]).tolist()
        for date, state in zip(calendar_texts(arc.tdb_s[part]), states, strict=True):
            yield date, tuple(map(repr, state))


def kvn_lines(flight: Flight, created: str) -> Iterator[str]:
    """Yield the message's lines."""
    keys, comments = header_of(flight, created)
    yield "CCSDS_OEM_VERS = 2.0"
    yield from (f"COMMENT {comment}" for comment in comments)
    yield from (f"{key} = {value}" for key, value in keys)
    for arc in flight.trajectory.arcs:
        yield from ("", "META_START", f"COMMENT {segment_mark(arc)}")
        yield from (f"{key} = {value}" for key, value in metadata_of(arc, flight))
        yield from ("META_STOP", "")
        yield from (f"{date} {' '.join(numbers)}" for date, numbers in state_rows(arc))
        yield from _kvn_covariances(covariances_of(arc, flight))


def _kvn_covariances(covariances: list[Covariance]) -> Iterator[str]:
    if not covariances:
        return
    yield from ("", "COVARIANCE_START")
    for covariance in covariances:
        yield f"EPOCH = {calendar_texts(np.array([covariance.tdb_s]))[0]}"
        yield f"COV_REF_FRAME = {covariance.axes}"
        yield from (" ".join(f"{v:.16e}" for v in covariance.matrix[i, : i + 1]) for i in range(6))
    yield "COVARIANCE_STOP"


def xml_lines(flight: Flight, created: str) -> Iterator[str]:
    """Yield the lines of the XML form."""
    keys, comments = header_of(flight, created)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<oem id="CCSDS_OEM_VERS" version="2.0">'
    yield "<header>"
    yield from (_element("COMMENT", comment) for comment in comments)
    yield from (_element(key, value) for key, value in keys)
    yield from ("</header>", "<body>")
    for arc in flight.trajectory.arcs:
        yield from ("<segment>", "<metadata>", _element("COMMENT", segment_mark(arc)))
        yield from (_element(key, value) for key, value in metadata_of(arc, flight))
        yield from ("</metadata>", "<data>")
        for date, numbers in state_rows(arc):
            parts = zip(("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT"), numbers, strict=True)
            yield f"<stateVector><EPOCH>{date}</EPOCH>{''.join(f'<{k}>{v}</{k}>' for k, v in parts)}</stateVector>"
        yield from map(_xml_covariance, covariances_of(arc, flight))
        yield from ("</data>", "</segment>")
    yield from ("</body>", "</oem>")


def _element(key: str, text: str) -> str:
    return f"<{key}>{escape(text)}</{key}>"


def _xml_covariance(covariance: Covariance) -> str:
    epoch = calendar_texts(np.array([covariance.tdb_s]))[0]
    values = covariance.matrix[np.tril_indices(6)].tolist()
    parts = "".join(f"<{k}>{v:.16e}</{k}>" for k, v in zip(_COVARIANCE_KEYS, values, strict=True))
    frame = _element("COV_REF_FRAME", covariance.axes)
    return f"<covarianceMatrix><EPOCH>{epoch}</EPOCH>{frame}{parts}</covarianceMatrix>"
