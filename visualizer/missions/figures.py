"""A figure of a mission: its value, how it is known, and why there is none where there is none. Missions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Provenance
from visualizer.missions.alignment import NAMES, anchor_tdb_s
from visualizer.missions.catalogue import Mission
from visualizer.missions.document import SOLVED

Cell = float | str | None
PUBLISHED: Final = "published"
# How a figure is known, best first, and the letter that marks it in tables.
MARKS: Final = {
    PUBLISHED: "d",
    Provenance.MEASURED.value: "m",
    Provenance.FITTED.value: "f",
    Provenance.RECONSTRUCTED.value: "r",
    Provenance.PLANNED.value: "p",
    Provenance.SYNTHETIC.value: "s",
}
LEGEND: Final = "d from documents, m measured, f fitted, r reconstructed, p planned, s synthetic"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one mission.

    Attributes
    ----------
    value : number in the unit of its column, words, or None
    basis : keys of `MARKS`, best first; empty where there is no value
    reason : why there is none
    note : what else is worth knowing
    order : what it is sorted by where that is not the value itself
    """

    value: Cell
    basis: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""
    order: float | None = None

    @property
    def mark(self) -> str:
        """The letters of its basis, as `f+r`."""
        return "+".join(MARKS[kind] for kind in self.basis)

    @property
    def sort_key(self) -> tuple[int, float, str]:
        """What figures of a column are sorted by: numbers, then words."""
        if self.order is not None or isinstance(self.value, (int, float)):
            return 0, float(self.order if self.order is not None else self.value or 0.0), ""
        return 1, 0.0, str(self.value).casefold()


def known_at(mission: Mission, epochs: Iterable[float]) -> tuple[str, ...]:
    """Return how the flight is known at some epochs, best first; what lies in a gap or outside counts not."""
    kinds = set()
    for tdb_s in epochs:
        arcs = (a for a in mission.trajectory.arcs if a.start_tdb_s - 1.0 <= tdb_s <= a.end_tdb_s + 1.0)
        kinds |= {arc.provenance.value for arc in list(arcs)[-1:]}
    return tuple(kind for kind in MARKS if kind in kinds)


def known_epoch(mission: Mission, tdb_s: float) -> tuple[str, ...]:
    """Return how a moment is known: published where a document gives it, else as the flight is there."""
    ids = {event.id for event in mission.events if abs(event.tdb_s - tdb_s) < 1e-3}
    published = {event.id for event in mission.document.events if event.utc != SOLVED}
    return (PUBLISHED,) if ids & published else known_at(mission, (tdb_s,))


def merged(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(kind for kind in MARKS if any(kind in part for part in parts))


def known_over(mission: Mission, start_tdb_s: float, end_tdb_s: float) -> tuple[str, ...]:
    arcs = (a for a in mission.trajectory.arcs if a.start_tdb_s < end_tdb_s and a.end_tdb_s > start_tdb_s)
    kinds = {arc.provenance.value for arc in arcs}
    return tuple(kind for kind in MARKS if kind in kinds)


def lacks(mission: Mission, *anchors: str) -> str:
    missing = [NAMES[anchor] for anchor in anchors if anchor_tdb_s(mission, anchor) is None]
    return f"{mission.name} has no {' and no '.join(missing)} in its flight"


def covered(mission: Mission, epochs: FloatArray) -> FloatArray:
    """Return those epochs at which the flight is known."""
    first, last = mission.trajectory.span_tdb_s
    keep = (epochs >= first) & (epochs <= last)
    for start, end in mission.trajectory.gaps_tdb_s:
        keep &= (epochs <= start) | (epochs >= end)
    return epochs[keep]
