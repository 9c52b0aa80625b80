"""Write a flight solved from facts: an SPK kernel, a readable table beside it, and its ensemble.

Missions, by facts.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visualizer.core.trajectory import SigmaTable, Trajectory
from visualizer.formats.spk import write_spk13
from visualizer.missions.by_facts.facts import Target, mission_of, residual, sites_of, targets_of
from visualizer.missions.by_facts.flown import SCHEMATIC, flown_of
from visualizer.missions.by_facts.solving import Solved
from visualizer.missions.by_facts.spread import spread_of
from visualizer.missions.catalogue import Mission
from visualizer.missions.reconstruction.solution import PRIOR_DOMINATED_RATIO
from visualizer.missions.reconstruction.writing import arc_entry, burn_entry, number, pairs, when
from visualizer.missions.slimming import rounded_offsets, thinned

Entry = dict[str, object]
NOTES = (
    "Reconstructed from published facts alone; no tracking went in.",
    "Chi-square is no measure of goodness: many of the sigmas are guesses.",
    "What is called prior-dominated is a guess that the facts hardly narrow.",
)
# Chi-square over the number of residuals from which a flight is not to be believed.
HUGE = 9.0


class FlightByFacts:
    """A solved flight ready to be written or looked at.

    Attributes
    ----------
    solved : the fit
    flown : arcs, burns, epochs
    trajectory : with its uncertainty
    offsets_km : (members, n, 3) of the ensemble at the sigma table's epochs
    """

    def __init__(self, solved: Solved) -> None:
        self.solved, self.flown = solved, flown_of(solved)
        sigma, self.offsets_km = spread_of(solved, self.flown)
        self.sigma: SigmaTable = sigma
        name = solved.table.document.spacecraft.name
        self.trajectory = Trajectory(name, tuple(self.flown.arcs), sigma)

    @property
    def mission(self) -> Mission:
        """The flight as evidence sees it."""
        document = self.solved.table.document
        return mission_of(document, sites_of(document), self.flown.arcs, self.flown.burns, self.flown.event_tdb_s)

    def write(self, directory: Path) -> tuple[Path, Path, Path]:
        """Write `<trajectory>.bsp`, `.toml` and `-ensemble.npz` into a folder and return their paths."""
        document = self.solved.table.document
        stem = document.trajectory
        kernel, table = (directory / f"{stem}.{ending}" for ending in ("bsp", "toml"))
        members = directory / f"{stem}-ensemble.npz"
        directory.mkdir(parents=True, exist_ok=True)
        comments = (
            f"{document.name}: reconstructed from published facts; no tracking went in.",
            "Not a measured trajectory: see the uncertainty in the table beside this file.",
            "One segment of type 13 (Hermite, degree 7) per arc; J2000 (ICRF) axes, TDB.",
            f"Made by Perilune: perilune reconstruct {document.id}",
        )
        write_spk13(kernel, document.spacecraft.naif_id, thinned(self.trajectory.arcs), comments)
        _replace(table, self.render().encode("utf-8"))
        _replace(members, _npz({"tdb_s": self.sigma.tdb_s, "offsets_km": rounded_offsets(self.offsets_km)}))
        return kernel, table, members

    def fact_lines(self) -> list[str]:
        """Return the facts of the fit with how far the flight is from each, in sigma, and a warning if it is due."""
        mission = self.mission
        targets = targets_of(self.solved.table.document)
        lines = [f"{target.id}: {residual(target, mission):+.2f} sigma" for target in targets]
        return [*lines, *([f"warning: {self.warning}"] if self.warning else [])]

    @property
    def warning(self) -> str:
        """Words about a flight that cannot meet its facts and guesses together; empty where it does."""
        per_residual = self.solved.look.chi_square / max(len(self.solved.linear.residuals), 1)
        if per_residual <= HUGE:
            return ""
        return (
            f"chi-square is {per_residual:,.0f} times the number of facts and guesses; some of them contradict "
            "each other, or the search ended on a wrong way"
        )

    def render(self) -> str:
        """Return the table as TOML text."""
        solved, document = self.solved, self.solved.table.document
        flight = document.flight
        notes = [*NOTES, *(flight.notes if flight is not None else ())]
        notes += [f"Warning: {self.warning}."] if self.warning else []
        head: Entry = {
            "mission": document.id,
            "chi_square": number(solved.look.chi_square, 6),
            "residual_count": len(solved.linear.residuals),
            "unknown_count": solved.covariance.shape[0],
            "join_count": len(solved.linear.gaps),
            "largest_gap_km": number(solved.look.gap_km, 3),
            "largest_gap_km_s": number(solved.look.gap_km_s, 3),
            "notes": notes,
        }
        lines = [
            "# What the solver found. Written by `perilune reconstruct`; do not edit by hand.",
            "# Epochs: utc for people, tdb_s (TDB seconds past J2000) for programs. Uncertainties are one sigma.",
            "",
            *pairs(head),
        ]
        for name, entries in self._tables().items():
            for entry in entries:
                lines += ["", f"[[{name}]]", *pairs(entry)]
        return "\n".join([*lines, "", *sigma_lines(self.sigma), ""])

    def _tables(self) -> dict[str, list[Entry]]:
        mission = self.mission
        document = self.solved.table.document
        wanted = {event.id for event in document.events if event.utc == "solved"}
        facts = [_fact(target, mission) for target in targets_of(document)]
        return {
            "unknowns": self._unknowns(),
            "facts": facts,
            "burns": [burn_entry(burn) for burn in self.flown.burns],
            "events": [{"id": i, **when(t)} for i, t in sorted(self.flown.event_tdb_s.items(), key=lambda e: e[1])
                       if i in wanted],
            "arcs": [arc_entry(arc, self.flown.forces.get(arc.name, SCHEMATIC)) for arc in self.flown.arcs],
            "trials": [
                {"what": one.what, "chi_square": number(one.chi_square, 5), "note": one.note}
                for one in self.solved.trials
            ],
        }  # fmt: skip

    def _unknowns(self) -> list[Entry]:
        """Return the numbers of the burns with their uncertainty and what holds them."""
        rows: list[Entry] = []
        solved = self.solved
        for k, stretch in enumerate(solved.chain.stretches):
            burn = stretch.burn
            if burn is None:
                continue
            at = int(solved.linear.first[k]) + 7
            for i, name in enumerate(burn.ids):
                sigma = float(np.sqrt(max(solved.covariance[at + i, at + i], 0.0)))
                prior = float(burn.sigmas[i])
                held = sigma > PRIOR_DOMINATED_RATIO * prior
                rows.append(
                    {
                        "id": f"{burn.id}-{name}", "what": f"{burn.name}: {WORDS[name]}",
                        "unit": "s" if name in ("start", "duration") else "m/s",
                        "value": float(solved.chain.numbers[k][i]), "sigma": number(sigma, 4),
                        "standing": "prior-dominated" if held else "observable",
                        "prior": float(burn.starts[i]), "prior_sigma": prior,
                    }
                )  # fmt: skip
        return rows


WORDS = {
    "along": "velocity change along the guessed direction",
    "across-plane": "velocity change across it, in the plane of pitch",
    "across-normal": "velocity change across it, out of that plane",
    "start": "ignition after the guessed one",
    "duration": "length",
}


def _fact(target: Target, mission: Mission) -> Entry:
    pull = residual(target, mission)
    modelled = target.value + pull * target.sigma
    return {
        "id": target.id, "published": number(target.value, 12), "modelled": number(modelled, 12),
        "sigma": number(target.sigma, 4), "pull": number(pull, 3),
    }  # fmt: skip


def sigma_lines(sigma: SigmaTable) -> list[str]:
    rows = [
        f"  [{tdb_s:.1f}, {radial:.4g}, {along:.4g}, {cross:.4g}],"
        for tdb_s, (radial, along, cross) in zip(sigma.tdb_s, sigma.radial_along_cross_km, strict=True)
    ]
    return [
        "[sigma]",
        'columns = ["tdb_s", "radial_km", "along_km", "cross_km"]',
        'note = "Linear spread of the fit, with a floor for what the force model leaves out; about the arc\'s centre."',
        "rows = [", *rows, "]",
    ]  # fmt: skip


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content)
    os.replace(beside, path)


def _npz(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return an .npz file that is the same byte for byte on every run."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), part.getvalue(), zipfile.ZIP_DEFLATED
            )
    return content.getvalue()
