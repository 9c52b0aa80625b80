"""Solve a flight from a document: first guesses, fits of each, other counts of revolutions, the final fit.

Missions, by facts. Everything is deterministic: no random starts, no clock, one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import MOON
from visualizer.errors import SolveError
from visualizer.missions.by_facts.approach import Approach, approaches, perilune_epoch
from visualizer.missions.by_facts.chain import Aim, Chain, Look, look
from visualizer.missions.by_facts.facts import sites_of, smoothed, targets_of
from visualizer.missions.by_facts.guess import Guess, way_guess
from visualizer.missions.by_facts.lifting import lift_guess
from visualizer.missions.by_facts.newton import Linear, Report, covariance, fit, linearize
from visualizer.missions.by_facts.plan import Section, Timetable, timetable
from visualizer.missions.by_facts.starts import descent_residuals, entry_residuals, start_aim
from visualizer.missions.by_facts.stretches import COARSE, FINE, Fineness
from visualizer.missions.by_facts.waypoints import waypoint_guess
from visualizer.missions.document import MissionDocument
from visualizer.missions.flight_document import Descent, Entry
from visualizer.missions.reconstruction.solution import Trial

Progress = Callable[[str, float], None]
STAGES = ((30.0, 8), (5.0, 8), (1.0, 14))
FINE_ITERATIONS, ALIAS_ITERATIONS = 12, 10
SHIPPED_GAP_KM, SHIPPED_GAP_KM_S = 5e-4, 5e-7
OPEN_WEIGHT = 10.0
LIFT_ITERATIONS = 30
WORSE, WORSE_BY = 3.0, 30.0
PHASES = np.array([0.0, -0.25, 0.25, -0.5])


@dataclass(frozen=True)
class Search:
    """What all first guesses of a document have in common.

    Attributes
    ----------
    table : what the document says
    lifts : guesses of the sections that begin on the ground
    """

    table: Timetable
    lifts: tuple[Guess, ...]

    @classmethod
    def of(cls, table: Timetable) -> Search:
        """Guess the sections that begin on the ground, which do not depend on how the Moon was reached."""
        return cls(table, tuple(_settled(table, section) for section in table.sections[1:]))


def _settled(table: Timetable, section: Section) -> Guess:
    """Return the guess of a section that begins on the ground, fitted by itself to how it must end."""
    guess = lift_guess(table, section)
    aim = _ending_aim(table, section, len(guess.stretches) - 1)
    chain = Chain(
        table.document, sites_of(table.document), guess.stretches, guess.states, guess.numbers, (),
        (aim,) if aim is not None else (), {}, {}, COARSE, float(guess.states[0][6]),
    )  # fmt: skip
    fit(chain, LIFT_ITERATIONS, lambda iteration, now: None, rough=True)
    return Guess(chain.stretches, chain.states, chain.numbers)


@dataclass(frozen=True)
class Solved:
    """A solved flight before it is put into arcs.

    Attributes
    ----------
    table : what the document says
    chain : fitted
    look : flown once more
    linear, covariance : the problem about it, covariance (n, n) of its unknowns
    trials : what else was tried
    """

    table: Timetable
    chain: Chain
    look: Look
    linear: Linear
    covariance: FloatArray
    trials: tuple[Trial, ...]


def solve_document(
    document: MissionDocument, progress: Progress = lambda words, share: None, *, coarse: bool = False
) -> Solved:
    """Solve the flight of a document.

    Parameters
    ----------
    document : with a `[flight]` part
    progress : called with what is being done and the share done, 0 to 1
    coarse : a trial: small gravity field, no other counts of revolutions

    Raises
    ------
    MissionError
        If the document's flight makes no sense.
    SolveError
        If no start leads to a flight whose pieces meet.
    """
    table = timetable(document)
    progress("ways to the Moon" if table.flight.arrival else "first guess", 0.0)
    search = Search.of(table)
    ways: list[Approach | None] = [*approaches(table)] if table.flight.arrival else [None]
    tried: list[tuple[tuple[Chain, float] | None, Trial]] = []
    for i, way in enumerate(ways):
        reached = min((figure for pair, _ in tried if pair is not None for figure in pair[1:]), default=np.inf)
        tried.append(_tried(search, way, (i, len(ways)), reached, progress))
    chains = [chain for chain, _ in tried if chain is not None]
    if not chains:
        raise SolveError(f"{document.id}: no first guess could be fitted; {tried[0][1].note}")
    best = min(chains, key=lambda one: one[1])[0]
    trials = [trial for _, trial in tried]
    if not coarse:
        way = ways[next(i for i, (chain, _) in enumerate(tried) if chain is not None and chain[0] is best)]
        better, more = _aliases(search, way, min(c for _, c in chains), progress)
        best, trials = better or best, trials + more
        best.fineness = FINE
    report = _reporter(progress, "whole flight", 0.75, 0.015)
    now = fit(best, FINE_ITERATIONS, report)
    check_joins(best, now)
    progress("uncertainty along the flight", 0.95)
    linear = linearize(best, now)
    solved = Solved(table, best, now, linear, covariance(linear, best), tuple(trials))
    progress("done", 1.0)
    return solved


def _tried(
    search: Search, way: Approach | None, place: tuple[int, int], hopeless: float, progress: Progress
) -> tuple[tuple[Chain, float] | None, Trial]:
    """Fit one first guess coarsely; it is left where it is once it is clearly worse than another."""
    number, count = place
    words = f"way {number + 1} of {count}" if way is not None else "first guess"
    note = way.words if way is not None else "from the start"
    try:
        phase = best_phase(search, way)
        chain = assembled(search, way, phase, COARSE)
        now = _staged(chain, progress, words, 0.05 + 0.5 * number / count, hopeless)
    except SolveError as error:
        return None, Trial(words, float("inf"), f"{note}; {error}")
    if _figure(now) > WORSE * hopeless + WORSE_BY:
        note += "; left as soon as it was clearly worse"
    return (chain, _figure(now)), Trial(words, now.chi_square, note)


def _figure(now: Look) -> float:
    """Return the squares, and more where the pieces do not meet."""
    return now.chi_square + OPEN_WEIGHT * now.gap_km


def _staged(chain: Chain, progress: Progress, words: str, share: float, hopeless: float = np.inf) -> Look:
    """Fit with facts held loosely first; give up where even then the squares far exceed `hopeless`."""
    for loose, iterations in STAGES:
        label = words if loose == 1.0 else f"{words}, facts {loose:.0f} times looser"
        now = fit(chain, iterations, _reporter(progress, label, share, 0.004), loose, 0.02, rough=True)
        if loose > 1.0 and _figure(now) > WORSE * hopeless + WORSE_BY:
            break
    return now


def _aliases(
    search: Search, way: Approach | None, reached: float, progress: Progress
) -> tuple[Chain | None, list[Trial]]:
    """Try one revolution more and one less in the orbit after the insertion."""
    table, arrival = search.table, search.table.flight.arrival
    if way is None or arrival is None or arrival.burn is None:
        return None, []
    better: Chain | None = None
    trials: list[Trial] = []
    phase = best_phase(search, way)
    for number, alias in enumerate((phase + 1.0, phase - 1.0)):
        what = "one revolution more" if alias > phase else "one revolution less"
        plain, moved = way_guess(table, way), way_guess(table, way, alias)
        if all(np.array_equal(a, b) for a, b in zip(plain.numbers, moved.numbers, strict=False)):
            return None, trials
        try:
            chain = assembled(search, way, alias, COARSE)
            now = _staged(chain, progress, what, 0.57 + 0.08 * number, reached)
        except SolveError as error:
            trials.append(Trial(what, float("inf"), str(error)))
            continue
        figure = _figure(now)
        left = "; left as soon as it was clearly worse" if figure > WORSE * reached + WORSE_BY else ""
        trials.append(Trial(what, now.chi_square, f"in the orbit after the insertion{left}"))
        if figure < reached - 1e-3 * max(reached, 1.0):
            better, reached = chain, figure
    return better, trials


def assembled(search: Search, way: Approach | None, alias: float, fineness: Fineness) -> Chain:
    """Return the chain of a first guess, ready to be fitted."""
    table, document = search.table, search.table.document
    try:
        guess = waypoint_guess(table) if table.flight.waypoints else way_guess(table, way, alias)
        for lift in search.lifts:
            guess = guess.then(lift)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise SolveError(f"{document.id}: the first guess cannot be flown ({error})") from error
    events = {event: _stretch_ending(guess, table.sections[s].items[i].end_tdb_s)
              for event, (s, i) in table.event_of_item.items()}  # fmt: skip
    fixed = {event: tdb_s for event, tdb_s in table.event_tdb_s.items() if event not in events}
    for section in table.sections:
        if section.ending is not None and section.ending.kind == "impact" and section.ending.event:
            events[section.ending.event] = _stretch_ending(guess, section.items[-1].end_tdb_s)
    return Chain(
        document, sites_of(document), guess.stretches, guess.states, guess.numbers, smoothed(targets_of(document)),
        _aims(table, guess), fixed, events, fineness, table.flight.start.mass_kg, _shot(table, guess),
    )  # fmt: skip


def _shot(table: Timetable, guess: Guess) -> frozenset[int]:
    """Return the stretches about the Moon that follow from the passage that is aimed at."""
    arrival = table.flight.arrival
    if table.flight.waypoints:
        return frozenset()
    first = 0
    if arrival is not None:
        at = perilune_epoch(table, arrival)
        first = next(k for k, s in enumerate(guess.stretches) if s.end_tdb_s > at - 1.0)
    moon = [stretch.centre_id == MOON.naif_id for stretch in guess.stretches]
    return frozenset(k for k in range(first + 1, len(moon)) if all(moon[first : k + 1]))


def best_phase(search: Search, way: Approach | None) -> float:
    """Return the part of a revolution by which the first guess in lunar orbit is best shifted."""
    arrival = search.table.flight.arrival
    if way is None or arrival is None or arrival.burn is None:
        return 0.0
    costs = []
    for phase in PHASES:
        chain = assembled(search, way, float(phase), COARSE)
        cost = look(chain, [(chain.states, chain.numbers)], STAGES[0][0])[0].chi_square
        costs.append(cost if np.isfinite(cost) else np.inf)
    return float(PHASES[int(np.argmin(costs))])


def _stretch_ending(guess: Guess, tdb_s: float) -> int:
    ends = np.array([stretch.end_tdb_s for stretch in guess.stretches])
    return int(np.argmin(np.abs(ends - tdb_s)))


def _aims(table: Timetable, guess: Guess) -> tuple[Aim, ...]:
    """Return what the document guesses about first and last states."""
    aims = [start_aim(table)]
    for section in table.sections:
        aims.append(_ending_aim(table, section, _stretch_ending(guess, section.items[-1].end_tdb_s)))
    return tuple(aim for aim in aims if aim is not None)


def _ending_aim(table: Timetable, section: Section, last: int) -> Aim | None:
    """Return what the document guesses about how a section ends."""
    leg = section.ending
    if isinstance(leg, Descent):
        ids = tuple(f"{leg.id}-{name}" for name in ("height", "range", "aside"))
        return Aim(last, True, ids, descent_residuals(leg, table.document.site(leg.site)))
    if isinstance(leg, Entry):
        ids = ("entry-height", "entry-angle", "entry-range", "entry-aside")
        return Aim(last, True, ids, entry_residuals(leg, table.document.site(leg.site)))
    return None


def _reporter(progress: Progress, words: str, share: float, step: float) -> Report:
    progress(words, share)

    def report(iteration: int, now: Look) -> None:
        squares = f"chi-square {now.chi_square:.2f}, gaps {now.gap_km:.2g} km {1e3 * now.gap_km_s:.2g} m/s"
        progress(f"{words}: {squares}", share + step * iteration)

    return report


def check_joins(chain: Chain, now: Look) -> None:
    """Raise `SolveError` where the pieces of a flight do not meet well enough to be shown."""
    if now.gap_km > SHIPPED_GAP_KM or now.gap_km_s > SHIPPED_GAP_KM_S or not np.isfinite(now.chi_square):
        worst = int(np.argmax([float(np.linalg.norm(gap[:3])) for gap in now.gaps])) if now.gaps else 0
        raise SolveError(
            f"{chain.document.id}: the pieces of the flight do not meet: {now.gap_km:.3g} km and "
            f"{1e3 * now.gap_km_s:.3g} m/s after {chain.stretches[worst].name!r}; look at the guesses round it"
        )
