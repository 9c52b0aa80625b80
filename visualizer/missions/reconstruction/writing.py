"""Write a solution: an SPK kernel that any SPICE tool reads, and a readable table beside it.

Missions, reconstruction.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.trajectory import Arc
from visualizer.formats.spk import write_spk13
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.reconstruction.solution import Solution
from visualizer.missions.reconstruction.uncertainty import FLOORS_KM

Entry = dict[str, object]
SIGMA_NOTE = (
    "Linear spread of the fit, scaled by the flown ensemble where the problem bends, lengths along the arc; with a "
    "floor for what the force model leaves out; about the arc's centre."
)
NO_FORCES = "none: a smooth schematic curve"

COMMENTS = (
    "Luna-25 (2023-118A), reconstructed from published facts; no tracking data were published.",
    "Not a measured trajectory: see the uncertainty in the table beside this file.",
    "SPICE id -157600: none was assigned, this is -(100000 + catalogue number 57600).",
    "One segment of type 13 (Hermite, degree 7) per coast and per burn; J2000 (ICRF) axes, TDB.",
    "Made by Perilune: perilune reconstruct luna-25",
)


def write_solution(solution: Solution, directory: Path, object_id: int = -157600) -> tuple[Path, Path, Path]:
    """Write `<mission>.bsp`, `<mission>.toml` and `<mission>-ensemble.npz` into a folder and return their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    kernel, table, members = (
        directory / f"{solution.mission_id}{ending}" for ending in (".bsp", ".toml", "-ensemble.npz")
    )
    _write_members(solution, members)
    write_spk13(kernel, object_id, solution.arcs, COMMENTS)
    beside = table.with_name(table.name + ".part")
    beside.write_text(render_solution(solution), encoding="utf-8")
    beside.replace(table)
    return kernel, table, members


def _write_members(solution: Solution, path: Path) -> None:
    """Write the ensemble: epochs of the uncertainty, offsets in single precision."""
    sigma = solution.trajectory.sigma
    assert sigma is not None
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez_compressed(file, tdb_s=sigma.tdb_s, offsets_km=solution.offsets_km.astype(np.float32))
    beside.replace(path)


def render_solution(solution: Solution) -> str:
    """Return the solution as TOML text."""
    lines = [
        "# What the solver found. Written by `perilune reconstruct`; do not edit by hand.",
        "# Epochs: utc for people, tdb_s (TDB seconds past J2000) for programs. Uncertainties are one sigma.",
        "",
        *pairs(
            {
                "mission": solution.mission_id,
                "chi_square": number(solution.chi_square, 6),
                "residual_count": solution.residual_count,
                "prior_count": solution.prior_count,
                "unknown_count": len(solution.unknowns),
                "note": "Chi-square is no measure of goodness: many of the sigmas are guesses.",
            }
        ),
    ]
    for name, entry in (("impact", _impact(solution)),):
        lines += ["", f"[{name}]", *pairs(entry)]
    for name, entries in _tables(solution).items():
        for entry in entries:
            lines += ["", f"[[{name}]]", *pairs(entry)]
    return "\n".join([*lines, "", *_sigma_lines(solution), ""])


def _tables(solution: Solution) -> dict[str, list[Entry]]:
    return {
        "unknowns": [_unknown(solution, i) for i in range(len(solution.unknowns))],
        "facts": [
            {
                "id": fact.id,
                "published": number(fact.published, 9),
                "modelled": number(fact.modelled, 9),
                "sigma": number(fact.sigma, 4),
                "pull": number((fact.modelled - fact.published) / fact.sigma, 3),
            }
            for fact in solution.facts
        ],
        "burns": [burn_entry(burn) for burn in solution.burns],
        "events": [{"id": one, **when(tdb_s)} for one, tdb_s in solution.event_tdb_s.items()],
        "arcs": [arc_entry(arc, solution.forces.get(arc.name, NO_FORCES)) for arc in solution.arcs],
        "trials": [
            {"what": trial.what, "chi_square": number(trial.chi_square, 5), "note": trial.note}
            for trial in solution.trials
        ],
    }


def _unknown(solution: Solution, i: int) -> Entry:
    fitted = solution.unknowns[i]
    entry: Entry = {
        "id": fitted.unknown.id,
        "what": fitted.unknown.what,
        "unit": fitted.unknown.unit,
        "value": float(repr(fitted.value)),
        "sigma": number(fitted.sigma, 4),
        "standing": fitted.standing,
    }
    if fitted.unknown.guess is not None:
        entry |= {"prior": fitted.unknown.guess, "prior_sigma": fitted.unknown.sigma}
    return entry


def burn_entry(burn: SolvedBurn) -> Entry:
    """Return a burn as a table."""
    return {
        "id": burn.id,
        "name": burn.name,
        "engine": burn.engine,
        "start_utc": utc_text_from_tdb_s(burn.start_tdb_s, 3),
        "end_utc": utc_text_from_tdb_s(burn.end_tdb_s, 3),
        "start_tdb_s": burn.start_tdb_s,
        "end_tdb_s": burn.end_tdb_s,
        "duration_s": number(burn.duration_s, 8),
        "thrust_n": burn.thrust_n,
        "specific_impulse_s": burn.specific_impulse_s,
        "pitch_deg": burn.pitch_deg,
        "yaw_deg": burn.yaw_deg,
        "delta_v_m_s": number(burn.delta_v_m_s, 7),
        "mass_before_kg": burn.mass_before_kg,
        "mass_after_kg": burn.mass_after_kg,
        "periapsis_before_km": number(burn.periapsis_before_km, 8),
        "apoapsis_before_km": number(burn.apoapsis_before_km, 8),
        "periapsis_after_km": number(burn.periapsis_after_km, 8),
        "apoapsis_after_km": number(burn.apoapsis_after_km, 8),
    }


def arc_entry(arc: Arc, force_model: str) -> Entry:
    """Return what the kernel does not hold of an arc."""
    return {
        "name": arc.name,
        "kind": arc.kind,
        "centre_id": arc.centre_id,
        "provenance": arc.provenance.value,
        "start_utc": utc_text_from_tdb_s(arc.start_tdb_s, 3),
        "end_utc": utc_text_from_tdb_s(arc.end_tdb_s, 3),
        "node_count": len(arc.tdb_s),
        "force_model": force_model,
    }


def _impact(solution: Solution) -> Entry:
    hit = solution.impact
    return {
        **when(hit.tdb_s),
        "lat_deg": number(hit.lat_deg, 8),
        "lon_deg": number(hit.lon_deg, 8),
        "height_km": number(hit.height_km, 4),
        "speed_km_s": number(hit.speed_km_s, 6),
        "descent_deg": number(hit.descent_deg, 4),
    }


def _sigma_lines(solution: Solution) -> list[str]:
    sigma = solution.trajectory.sigma
    if sigma is None:
        return []
    rows = [
        f"  [{tdb_s:.1f}, {radial:.4g}, {along:.4g}, {cross:.4g}],"
        for tdb_s, (radial, along, cross) in zip(sigma.tdb_s, sigma.radial_along_cross_km, strict=True)
    ]
    head = [
        "[sigma]",
        'columns = ["tdb_s", "radial_km", "along_km", "cross_km"]',
        f'note = "{SIGMA_NOTE}"',
    ]
    floors = [f"floor_{name}_km = {[float(x) for x in floor]}" for name, floor in FLOORS_KM.items()]
    return [*head, *floors, "rows = [", *rows, "]"]


def when(tdb_s: float) -> Entry:
    """Return an epoch for people and for programs."""
    return {"utc": utc_text_from_tdb_s(tdb_s, 3), "tdb_s": tdb_s}


def number(value: float, digits: int) -> float:
    """Return a number rounded to so many significant digits."""
    return float(f"{value:.{digits}g}")


def pairs(entry: Entry) -> list[str]:
    """Return a table's lines of TOML."""
    return [f"{key} = {_value(value)}" for key, value in entry.items()]


def _value(value: object) -> str:
    if isinstance(value, float):
        return repr(float(value)) if np.isfinite(value) else "inf"
    return json.dumps(value, ensure_ascii=False)
