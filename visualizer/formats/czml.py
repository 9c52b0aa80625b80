"""Write CZML, the scene format of Cesium: one packet, a position with an interval for each arc.

Formats. CZML knows the Earth's centre and ICRF axes (`INERTIAL`); times are seconds of TAI from an epoch in UTC.
Between arcs that do not meet the object is not available, so a gap stays a gap. Velocities are not part of what we
write: Cesium interpolates positions (Lagrange, degree 7).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from visualizer.core.bodies import EARTH
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.trajectory import Arc
from visualizer.formats.clock import Scale, tt_s_from_tdb_s
from visualizer.formats.dates import tdb_s_of_date
from visualizer.formats.flight import Flight, one_line, segment_mark
from visualizer.formats.table_parts import about

COLOUR: Final = [255, 200, 80, 255]


def czml_lines(flight: Flight, created: str) -> Iterator[str]:
    """Yield the document, a line for each packet."""
    arcs = about(flight, EARTH.naif_id).trajectory.arcs
    span = _interval(arcs[0].start_tdb_s, arcs[-1].end_tdb_s)
    document: dict[str, Any] = {
        "id": "document", "name": one_line(flight.name), "version": "1.0",
        "clock": {"interval": span, "currentTime": span.split("/")[0], "multiplier": 600},
    }  # fmt: skip
    yield "[" + json.dumps(document) + ","
    yield json.dumps(_packet(flight, arcs, created))
    yield "]"


def _packet(flight: Flight, arcs: tuple[Arc, ...], created: str) -> dict[str, Any]:
    told = {"object_id": one_line(flight.object_id), "written": f"by Perilune, {created}"}
    words = {f"arc {i + 1}": segment_mark(arc) for i, arc in enumerate(arcs)}
    more = {one_line(key): one_line(value) for key, value in flight.metadata.items()}
    return {
        "id": one_line(flight.name),
        "name": one_line(flight.name),
        "description": "; ".join(map(one_line, flight.comments)),
        "availability": [_interval(start, end) for start, end in _stretches(arcs)],
        "properties": {key: {"string": value} for key, value in {**told, **words, **more}.items()},
        "point": {"pixelSize": 8, "color": {"rgba": COLOUR}},
        "path": {"width": 2, "material": {"solidColor": {"color": {"rgba": COLOUR}}}},
        "position": [_position(arc) for arc in arcs],
    }


def _stretches(arcs: tuple[Arc, ...]) -> list[tuple[float, float]]:
    """Return the spans that arcs cover together, joined where they meet within a millisecond."""
    spans: list[tuple[float, float]] = []
    for arc in arcs:
        if spans and arc.start_tdb_s - spans[-1][1] <= 1e-3:
            spans[-1] = spans[-1][0], arc.end_tdb_s
        else:
            spans.append((arc.start_tdb_s, arc.end_tdb_s))
    return spans


def _position(arc: Arc) -> dict[str, Any]:
    epoch = utc_text_from_tdb_s(float(np.floor(arc.start_tdb_s)) - 1.0) + "Z"
    start = tdb_s_of_date(epoch, Scale.UTC)
    assert start is not None
    elapsed = tt_s_from_tdb_s(arc.tdb_s) - tt_s_from_tdb_s(np.array([start]))
    rows = np.column_stack([np.round(elapsed, 9), np.round(1e3 * arc.position_km, 6)])
    return {
        "interval": _interval(arc.start_tdb_s, arc.end_tdb_s),
        "epoch": epoch,
        "referenceFrame": "INERTIAL",
        "interpolationAlgorithm": "LAGRANGE",
        "interpolationDegree": min(7, len(arc.tdb_s) - 1),
        "cartesian": rows.ravel().tolist(),
    }


def _interval(start_tdb_s: float, end_tdb_s: float) -> str:
    return f"{utc_text_from_tdb_s(start_tdb_s, 6)}Z/{utc_text_from_tdb_s(end_tdb_s, 6)}Z"
