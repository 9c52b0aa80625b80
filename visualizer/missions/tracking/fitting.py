"""Fit a tracked mission from its plan to what is shipped.

Missions, tracking. Grow the chain stretch by stretch, fit all of it at once, add what was not tracked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from visualizer.core.trajectory import Arc, Trajectory
from visualizer.missions.document import MissionDocument
from visualizer.missions.tracking.chain import Chain, Report, Tracked
from visualizer.missions.tracking.closing import close_chain
from visualizer.missions.tracking.planning import FlightPlan
from visualizer.missions.tracking.shipping import Flown, distances_km, fly_whole, push_rows, push_words, sigma_table
from visualizer.missions.tracking.together import grow_whole
from visualizer.missions.tracking.writing import FittedFlight

SET_ASIDE_KM = 300.0


@dataclass(frozen=True)
class Surround:
    """What lies before and after the tracked part: arcs and epochs of events."""

    before: tuple[Arc, ...]
    after: tuple[Arc, ...]
    event_tdb_s: Mapping[str, float]


@dataclass(frozen=True)
class Recipe:
    """How one mission is fitted.

    Attributes
    ----------
    plan : from the document
    surround : what lies round a flown chain
    spans : (name, first epoch, last epoch) of the phases whose distances are listed
    notes : words about the fit
    prepare : what is done to the tracked positions first
    companion : flight of a second craft that follows from the fitted chain, if there is one
    """

    plan: Callable[[MissionDocument], FlightPlan]
    surround: Callable[[MissionDocument, Flown, Tracked], Surround]
    spans: Sequence[tuple[str, float, float]]
    notes: Sequence[str]
    prepare: Callable[[Tracked], Tracked] = dict
    companion: Callable[[MissionDocument, Chain], FittedFlight] | None = None


def fit_flight(plan: FlightPlan, tracked: Tracked, report: Report) -> Chain:
    """Return the fitted chain of a plan."""
    chain = Chain(list(plan.stretches))
    grow_whole(chain, tracked, plan.first_state, report)
    for k, stretch in enumerate(chain.stretches):
        if stretch.name in plan.set_aside:
            chain.stretches[k] = replace(stretch, noise_km=SET_ASIDE_KM)
    close_chain(chain, tracked, plan.iterations, report, plan.free_steps)
    return chain


def ship(recipe: Recipe, document: MissionDocument, plan: FlightPlan, chain: Chain, tracked: Tracked) -> FittedFlight:
    """Return what is shipped of a fitted chain."""
    flown = fly_whole(chain, tracked)
    surround = recipe.surround(document, flown, tracked)
    arcs = (*surround.before, *flown.arcs, *surround.after)
    bare = Trajectory(document.spacecraft.name, arcs)
    trajectory = Trajectory(bare.name, arcs, sigma_table(bare, tracked))
    events = {burn.id: burn.start_tdb_s for burn in flown.burns} | dict(surround.event_tdb_s)
    pushes = push_rows(chain)
    notes = [*recipe.notes, *([push_words(pushes)] if pushes else [])]
    solved = {event.id for event in document.events if event.utc == "solved"}
    return FittedFlight(
        document.id, document.spacecraft.naif_id, trajectory, flown.forces, flown.burns,
        {one: tdb_s for one, tdb_s in events.items() if one in solved},
        residual_rows(recipe, trajectory, tracked), pushes, notes,
    )  # fmt: skip


def residual_rows(recipe: Recipe, trajectory: Trajectory, tracked: Tracked) -> list[dict[str, object]]:
    """Return the distances to the tracked positions, phase by phase."""
    rows = np.concatenate([part for part in distances_km(trajectory, tracked) if len(part)])
    entries = []
    for name, first, last in recipe.spans:
        chosen = rows[(rows[:, 0] >= first) & (rows[:, 0] < last), 1:]
        size = np.linalg.norm(chosen, axis=1)
        parts = np.sqrt(np.mean(chosen**2, axis=0))
        entries.append(
            {
                "phase": name,
                "count": len(size),
                "median_km": float(f"{np.median(size):.3g}"),
                "within_95_percent_km": float(f"{np.quantile(size, 0.95):.3g}"),
                "largest_km": float(f"{np.max(size):.3g}"),
                "rms_radial_along_cross_km": [float(f"{part:.3g}") for part in parts],
            }
        )
    return entries


def words_of(rows: Sequence[Mapping[str, object]]) -> str:
    """Return residual rows as lines."""
    return "\n".join(json.dumps(dict(row)) for row in rows)
