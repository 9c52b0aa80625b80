"""Write a fitted flight: an SPK kernel that any SPICE tool reads, and a readable table beside it.

Missions, tracking.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.trajectory import SigmaTable, Trajectory
from visualizer.formats.spk import write_spk13
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.slimming import thinned

Entry = Mapping[str, object]


@dataclass(frozen=True)
class FittedFlight:
    """Everything that is shipped of a flight.

    Attributes
    ----------
    mission_id, object_id : of the document
    trajectory : arcs with their uncertainty
    forces : arc's name -> forces in words
    burns : in order of time
    event_tdb_s : epochs of the events that the document leaves to the solution
    residuals : rows of what is left to the tracked positions, phase by phase
    pushes : rows of the fitted pushes
    notes : words about the fit
    origin : how the flight came to be, in a few words
    sigma_note : how its uncertainty came to be
    """

    mission_id: str
    object_id: int
    trajectory: Trajectory
    forces: Mapping[str, str]
    burns: Sequence[SolvedBurn]
    event_tdb_s: Mapping[str, float]
    residuals: Sequence[Entry]
    pushes: Sequence[Entry]
    notes: Sequence[str]
    origin: str = "fitted to tracked positions published by JPL Horizons"
    sigma_note: str = "root mean square of what is left to the tracked positions, a few at a time, with a floor"


def write_flight(flight: FittedFlight, directory: Path) -> tuple[Path, Path]:
    """Write `<mission>.bsp` and `<mission>.toml` into a folder and return their paths."""
    kernel, table = (directory / f"{flight.mission_id}.{ending}" for ending in ("bsp", "toml"))
    comments = (
        f"{flight.mission_id}: {flight.origin}.",
        "One segment of type 13 (Hermite, degree 7) per coast and per burn; J2000 (ICRF) axes, TDB.",
        *flight.notes,
        "Made by Perilune: python -m visualizer.bake.tracked",
    )
    write_spk13(kernel, flight.object_id, thinned(flight.trajectory.arcs), comments)
    beside = table.with_name(table.name + ".part")
    beside.write_text(render_flight(flight), encoding="utf-8")
    beside.replace(table)
    return kernel, table


def render_flight(flight: FittedFlight) -> str:
    """Return the table as TOML text."""
    lines = [
        "# What the fit found. Written by `python -m visualizer.bake.tracked`; do not edit by hand.",
        "# Epochs: utc for people, tdb_s (TDB seconds past J2000) for programs. Uncertainties are one sigma.",
        "",
        *_pairs({"mission": flight.mission_id, "notes": list(flight.notes)}),
    ]
    events = [
        {"id": one, "utc": utc_text_from_tdb_s(tdb_s, 3), "tdb_s": tdb_s} for one, tdb_s in flight.event_tdb_s.items()
    ]
    tables: dict[str, Sequence[Entry]] = {
        "residuals": flight.residuals, "burns": [_burn(burn) for burn in flight.burns],
        "pushes": flight.pushes, "events": events, "arcs": _arcs(flight),
    }  # fmt: skip
    for name, entries in tables.items():
        for entry in entries:
            lines += ["", f"[[{name}]]", *_pairs(entry)]
    return "\n".join([*lines, "", *_sigma_lines(flight.trajectory.sigma, flight.sigma_note), ""])


def _burn(burn: SolvedBurn) -> Entry:
    entry: dict[str, object] = {
        "start_utc": utc_text_from_tdb_s(burn.start_tdb_s, 1),
        "duration_s": round(burn.duration_s, 3),
    }
    for one in fields(burn):
        value = getattr(burn, one.name)
        entry[one.name] = value if isinstance(value, str) or one.name.endswith("tdb_s") else float(f"{value:.9g}")
    return entry


def _arcs(flight: FittedFlight) -> list[Entry]:
    return [
        {
            "name": arc.name,
            "kind": arc.kind,
            "centre_id": arc.centre_id,
            "provenance": arc.provenance.value,
            "start_utc": utc_text_from_tdb_s(arc.start_tdb_s, 1),
            "end_utc": utc_text_from_tdb_s(arc.end_tdb_s, 1),
            "node_count": len(arc.tdb_s),
            "force_model": flight.forces.get(arc.name, "none: a smooth curve"),
        }
        for arc in flight.trajectory.arcs
    ]


def _sigma_lines(sigma: SigmaTable | None, note: str) -> list[str]:
    if sigma is None:
        return []
    rows = [
        f"  [{tdb_s:.0f}, {radial:.3g}, {along:.3g}, {cross:.3g}],"
        for tdb_s, (radial, along, cross) in zip(sigma.tdb_s, sigma.radial_along_cross_km, strict=True)
    ]
    columns = 'columns = ["tdb_s", "radial_km", "along_km", "cross_km"]'
    return ["[sigma]", columns, f'note = "{note}"', "rows = [", *rows, "]"]


def _pairs(entry: Entry) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in entry.items()]


def _value(value: object) -> str:
    if isinstance(value, float):
        return repr(float(value)) if np.isfinite(value) else "inf"
    return json.dumps(value, ensure_ascii=False)
