"""Reconstruct a mission: the stages in order, aliases, the final fit.

Missions, reconstruction. Everything is deterministic: no random starts, no clock, one thread.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.errors import MissionError, SolveError
from visualizer.missions.catalogue import document_path
from visualizer.missions.document import read_document
from visualizer.missions.reconstruction.ensemble import draw_members
from visualizer.missions.reconstruction.flight import Pilot
from visualizer.missions.reconstruction.least_squares import Fit, Report, fit
from visualizer.missions.reconstruction.plan import Plan
from visualizer.missions.reconstruction.solution import Solution, Trial, solution_of
from visualizer.missions.reconstruction.stages import (
    fit_orbit,
    fit_transfer,
    orbit_starts,
    whole_function,
)
from visualizer.missions.reconstruction.unknowns import Layout, layout_of

Progress = Callable[[str, float], None]

RECONSTRUCTABLE = ("luna-25",)
LOOSE_KM = ((20.0, 3), (2.0, 3), (0.0, 12))
WORST_CHI_SQUARE = 60.0
ALIAS_HEIGHT_KM = 43.0


def reconstruct(mission_id: str, progress: Progress = lambda words, share: None) -> Solution:
    """Solve a mission's flight from its document.

    Parameters
    ----------
    mission_id : one that has a solver (`luna-25`)
    progress : called with what is being done and the share done, 0 to 1

    Returns
    -------
    Solution; the same bit for bit on every run of one machine

    Raises
    ------
    MissionError
        If there is no such mission or it has no solver.
    SolveError
        If the fit does not converge.
    """
    document = read_document(document_path(mission_id))
    if mission_id not in RECONSTRUCTABLE:
        raise MissionError(
            f"{mission_id}: not solved from facts; it is fitted to tracked positions, which are not shipped, or planned"
        )
    plan, layout = Plan.from_document(document), layout_of(document)
    report = _reporter(progress, "lunar orbit, six starts", 0.0, 0.015)
    fits = fit_orbit(plan, layout, orbit_starts(layout), report)
    best = _best(fits)
    report = _reporter(progress, "other counts of revolutions", 0.08, 0.006)
    trials = _start_trials(layout, fits) + _alias_trials(plan, layout, best, report)
    progress("insertion and transfer, backwards", 0.13)
    values = fit_transfer(plan, layout, best.values)
    final = _fit_whole(plan, layout, values, progress)
    pilot = Pilot(plan, layout)
    members = draw_members(pilot, final, lambda words, share: progress(words, 0.55 + 0.42 * share))
    progress("uncertainty along the flight", 0.97)
    solution = solution_of(pilot, final, members, trials)
    progress("done", 1.0)
    return solution


def _fit_whole(plan: Plan, layout: Layout, values: FloatArray, progress: Progress) -> Fit:
    """Fit everything, holding the impact's place first loosely, then as closely as it is known."""
    everything = list(range(len(layout.unknowns)))
    done = 0
    for loose_km, iterations in LOOSE_KM:
        report = _reporter(progress, "whole flight", 0.16 + 0.02 * done, 0.02)
        function = whole_function(plan, layout, loose_km=loose_km)
        found = fit(function, values[None], layout.steps, everything, iterations, 1e-4, report)[0]
        values, done = found.values, done + iterations
    if not found.chi_square < WORST_CHI_SQUARE:
        raise SolveError(f"{plan.document.id}: the fit ended at chi-square {found.chi_square:.4g}")
    return found


def _reporter(progress: Progress, words: str, start: float, step: float) -> Report:
    """Announce a stage, and return what announces its iterations."""
    progress(words, start)
    return lambda iteration, chi_square: progress(f"{words}, chi-square {chi_square:.2f}", start + step * iteration)


def _best(fits: list[Fit]) -> Fit:
    finite = [one for one in fits if np.isfinite(one.chi_square)]
    if not finite:
        raise SolveError("lunar orbit: no start could be flown to the impact")
    return min(finite, key=lambda one: one.chi_square)


def _start_trials(layout: Layout, fits: list[Fit]) -> tuple[Trial, ...]:
    return tuple(
        Trial(f"lunar orbit, start {i + 1}", one.chi_square, _words(layout, one)) for i, one in enumerate(fits)
    )


def _words(layout: Layout, one: Fit) -> str:
    x, y, pitch = (one.values[layout.index(name)] for name in ("ecc-cos", "ecc-sin", "correction-pitch"))
    place = np.rad2deg(np.arctan2(y, x)) % 360.0
    start = "" if np.isfinite(one.chi_square) else "; the last burn does not bring it down from this start"
    return f"argument of perilune {place:.0f} deg, 18 August pitch {pitch % 360.0:.0f} deg{start}"


def _alias_trials(plan: Plan, layout: Layout, best: Fit, report: Report) -> tuple[Trial, ...]:
    """Try one revolution more and one less between the Zeeman picture and the impact."""
    starts = np.repeat(best.values[None], 2, axis=0)
    height, latitude = layout.index("height"), layout.index("latitude")
    turned_deg = 360.0 * 20.3 / 54.6
    starts[:, height] += np.array([-ALIAS_HEIGHT_KM, ALIAS_HEIGHT_KM])
    starts[:, latitude] += np.array([-turned_deg, turned_deg])
    fits = fit_orbit(plan, layout, starts, report, 8)
    words = ("one revolution more", "one revolution less")
    note = "between the Zeeman picture and the impact; excluded (infinite: the last burn does not bring it down)"
    return tuple(Trial(f"lunar orbit, {what}", one.chi_square, note) for what, one in zip(words, fits, strict=True))
