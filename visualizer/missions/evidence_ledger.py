"""The evidence as a ledger: each fact with its phase and moment, facts about the same figure side by side, a summary.

Missions. Facts are about the same figure where they name the same measure, or where their ids differ only by who says
so. Of those the one that the flight keeps is chosen: what the solver was given, or else what lies nearest to the
flight. Facts that the document calls wrong are set aside: they count for no summary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import EpochError
from visualizer.missions.catalogue import Mission
from visualizer.missions.document import Fact
from visualizer.missions.evidence import EvidenceRow, evidence

BEFORE, AFTER, WHOLE = "Before the flight", "After the flight", "The whole mission"
SPAN_SLACK_S: Final = 86_400.0
FAR_SIGMAS: Final = 3.0
# The orbit before a burn is looked at so long before it.
BEFORE_S: Final = 60.0
# Endings of ids that say who has a figure, not what it is.
_WHO: Final = re.compile(r"-(other|press|isro|horizons|tribune|wrong|rejected|early|aviation-week|nasa|nssdc|msit)$")
_WRONG: Final = re.compile(r"-(wrong|rejected|early)$")
# Facts of Luna-25 that are about one figure under several names.
_SAME: Final = {
    "orbit-rounded-perilune": "orbit-perilune",
    "orbit-rejected": "orbit-perilune",
    "orbit-rounded-apolune": "orbit-apolune",
    "transit-wrong": "transit",
}
# Which event or burn a fact is about, where its words do not name it; by the beginning of its id.
_ABOUT: Final = (
    ("parking", ("tli", "fregat-burn-1")), ("zeeman", ("zeeman",)), ("orbit", ("in-orbit", "insertion-2", "loi")),
    ("mean-period", ("in-orbit", "insertion-2")), ("planned", ("planned-cutoff",)), ("impulse", ("last-burn",)),
    ("impact", ("impact",)), ("loss-of-signal", ("loss-of-signal", "impact")), ("mass", ("launch", "lift-off")),
    ("launch", ("launch", "lift-off")), ("lift-off", ("launch", "lift-off")), ("ascent", ("third-stage",)),
    ("off-target", ("landing", "touchdown")), ("touchdown", ("touchdown", "landing")), ("hover", ("touchdown",)),
    ("landing", ("landing", "touchdown")), ("attitude", ("landing", "touchdown")), ("tli", ("tli",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A fact in the ledger.

    Attributes
    ----------
    evidence : the fact and what the flight says
    phase : title of the phase that its moment lies in
    moment_tdb_s : the moment it is about, inside the flight, or None
    figure : what it is about; facts with the same figure stand side by side
    confidence : A to D or M, as the document has it
    conflict : why it disagrees, as the document says, or empty
    is_chosen : whether the flight keeps to it, among those with its figure
    """

    evidence: EvidenceRow
    phase: str
    moment_tdb_s: float | None
    figure: str
    confidence: str
    conflict: str
    is_chosen: bool = True


@dataclass(frozen=True, slots=True)
class Summary:
    """How well facts and flight agree: counts of facts, and chi-square over those that are evidence."""

    count: int
    judged: int
    within_1: int
    within_3: int
    chi_square: float
    held: int
    conflicts: int
    aside: int

    @property
    def text(self) -> str:
        """As one line."""
        return (
            f"{self.count} published facts; of {self.judged} with an uncertainty {self.within_1} lie within one sigma "
            f"and {self.within_3} within three (chi-square {self.chi_square:.1f}); {self.held} more are held: the "
            f"solver took them as published; {self.conflicts} in conflict, {self.aside} of them set aside"
        )


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts that cannot all be true, or one that the flight contradicts.

    Attributes
    ----------
    rows : the facts, the chosen one first
    why : why that one was chosen; for a single fact, why the flight does not keep to it
    """

    rows: tuple[LedgerRow, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """All of it, rows in the order of the document."""

    mission_id: str
    mission_name: str
    rows: tuple[LedgerRow, ...]
    summary: Summary

    def conflict_of(self, row: LedgerRow) -> Conflict | None:
        """Return the conflict that a fact is part of, or None."""
        same = [one for one in self.rows if one.figure == row.figure]
        differ = len({_said(one.evidence) for one in same}) > 1
        if len(same) > 1 and differ:
            same.sort(key=lambda one: not one.is_chosen)
            return Conflict(tuple(same), _why(same))
        return Conflict((row,), row.conflict or row.evidence.note) if _is_alone_wrong(row) else None

    def phases(self) -> tuple[str, ...]:
        """Return the phases that facts belong to, in order of time."""
        first: dict[str, float] = {}
        for row in self.rows:
            moment = float("-inf") if row.phase in (BEFORE, WHOLE) else row.moment_tdb_s
            at = float("inf") if moment is None else moment
            first[row.phase] = min(first.get(row.phase, float("inf")), at)
        order = {WHOLE: 0, BEFORE: 1, AFTER: 3}
        return tuple(sorted(first, key=lambda phase: (order.get(phase, 2), first[phase])))


def ledger(mission: Mission) -> Ledger:
    """Compare every fact of a mission with its flight."""
    facts = mission.document.facts
    figures = figures_of(facts)
    rows = [_row(mission, fact, found, figures[fact.id]) for fact, found in zip(facts, evidence(mission), strict=True)]
    chosen = {figure: _chosen([row for row in rows if row.figure == figure]).evidence.id for figure in figures.values()}
    marked = tuple(replace(row, is_chosen=row.evidence.id == chosen[row.figure] and not _is_wrong(row)) for row in rows)
    book = Ledger(mission.id, mission.name, marked, Summary(0, 0, 0, 0, 0.0, 0, 0, 0))
    return replace(book, summary=_summary(book))


def _summary(book: Ledger) -> Summary:
    apart = [row.evidence.sigmas_apart for row in book.rows if row.is_chosen]
    judged = [round(abs(one), 6) for one in apart if one is not None]
    return Summary(
        len(book.rows), len(judged), sum(one <= 1.0 for one in judged), sum(one <= FAR_SIGMAS for one in judged),
        sum(one**2 for one in judged), sum(row.evidence.held for row in book.rows),
        sum(book.conflict_of(row) is not None for row in book.rows), sum(not row.is_chosen for row in book.rows),
    )  # fmt: skip


def _row(mission: Mission, fact: Fact, found: EvidenceRow, figure: str) -> LedgerRow:
    moment = moment_of(mission, fact)
    return LedgerRow(found, _phase(mission, moment, fact), moment, figure, fact.confidence, fact.conflict)


def figures_of(facts: Sequence[Fact]) -> dict[str, str]:
    """Return what each fact is about, by id; the same words for facts that can contradict each other."""
    own = {fact.id: fact.measure or fact.id for fact in facts}
    figures = {}
    for fact in facts:
        stem = _SAME.get(fact.id, _WHO.sub("", fact.id))
        figures[fact.id] = fact.measure or own.get(stem, stem)
    return figures


def _is_wrong(row: LedgerRow) -> bool:
    return bool(row.conflict) or _WRONG.search(row.evidence.id) is not None


def _said(row: EvidenceRow) -> str:
    return f"{row.published} {row.unit}"


def _is_alone_wrong(row: LedgerRow) -> bool:
    apart = row.evidence.sigmas_apart
    return _is_wrong(row) or (apart is not None and abs(apart) > FAR_SIGMAS)


def _chosen(rows: Sequence[LedgerRow]) -> LedgerRow:
    def badness(row: LedgerRow) -> tuple[bool, bool, float]:
        apart = row.evidence.confidence_ratio
        return not row.evidence.used_in_fit, _is_wrong(row), float("inf") if apart is None else abs(apart)

    return min(rows, key=badness)


def _why(rows: Sequence[LedgerRow]) -> str:
    first = rows[0].evidence
    if first.used_in_fit:
        words = "The solver was given it"
    elif first.confidence_ratio is not None:
        words = "It lies nearest to the flight"
    else:
        words = "Nothing speaks against it"
    reasons = [row.conflict or row.evidence.note for row in rows[1:]]
    own = [first.note] if first.note else []
    return ". ".join([words, *(reason.rstrip(".") for reason in dict.fromkeys([*own, *reasons]) if reason)]) + "."


def moment_of(mission: Mission, fact: Fact) -> float | None:
    """Return the moment that a fact is about, inside the flight, TDB s past J2000; None where it has none there."""
    first, last = mission.trajectory.span_tdb_s
    found = tdb_s_from_utc_text(fact.utc) if fact.utc else None
    if found is None:
        found = _named_moment(mission, fact)
    if found is None or not first - SPAN_SLACK_S <= found <= last + SPAN_SLACK_S:
        return None
    return min(max(found, first), last)


def _named_moment(mission: Mission, fact: Fact) -> float | None:
    events = {event.id: event.tdb_s for event in mission.events}
    burns = {burn.id: burn for burn in mission.burns}
    what, *names = fact.measure.split(":")
    for name in names:
        if name in burns and what.endswith(("before", "after")):
            return burns[name].end_tdb_s if what.endswith("after") else burns[name].start_tdb_s - BEFORE_S
        if name in burns:
            return burns[name].start_tdb_s
        if name in events:
            return events[name]
        if re.match(r"\d{4}-", name):
            return _read(fact.measure.partition(":")[2])
    known = events | {name: burn.start_tdb_s for name, burn in burns.items()}
    starts = sorted((name for name in known if fact.id.startswith(name)), key=len)
    if starts:
        return known[starts[-1]]
    for beginning, ids in _ABOUT:
        if fact.id.startswith(beginning):
            found = next((known[name] for name in ids if name in known), None)
            return found - BEFORE_S if found is not None and beginning == "parking" else found
    return None


def _read(text: str) -> float | None:
    try:
        return tdb_s_from_utc_text(text)
    except EpochError:
        return None


def _phase(mission: Mission, moment: float | None, fact: Fact) -> str:
    if moment is None:
        utc = tdb_s_from_utc_text(fact.utc) if fact.utc else None
        if utc is None:
            return WHOLE
        return BEFORE if utc < mission.trajectory.span_tdb_s[0] else AFTER
    for phase in mission.phases:
        # At its end a phase gives way to the next one.
        if phase.start_tdb_s - 1e-3 <= moment < phase.end_tdb_s - 1e-3:
            return phase.title
    later = [phase for phase in mission.phases if phase.start_tdb_s > moment]
    return later[0].title if later else (mission.phases[-1].title if mission.phases else WHOLE)
