"""Jumps of the orbit that look like burns. Core.

Between nodes the change of velocity that gravity explains (Earth, Moon and Sun as points, the flattening of the centre)
is taken from the change that the data show; what is left and stands out from its surroundings looks like thrust. Joins
of arcs are compared directly, and across a gap the flight is coasted and the two orbits are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, cross, norm
from visualizer.core.bodies import body_of_id
from visualizer.core.events.pull import coast
from visualizer.core.events.record import Event, Kind
from visualizer.core.events.search import GAP_S, Channel, Search
from visualizer.core.events.texts import duration_words
from visualizer.core.events.unexplained import Steps, home_id, state_about, unexplained
from visualizer.core.trajectory import Arc

LEAST_KM_S: Final = 5e-4
LEAST_STEP_KM_S: Final = 5e-5
LEAST_OVER_GAP_KM_S: Final = 3e-3
STANDS_OUT: Final = 8.0
NEIGHBOURS: Final = 40
GAP_MAX_S: Final = 2.0 * 86400.0


@dataclass(frozen=True, eq=False)
class Burns:
    """Changes of the orbit that gravity does not explain."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Nothing is sampled: the nodes themselves are looked at."""
        return ()

    def find(self, search: Search) -> Iterator[Event]:
        """Yield what looks like burns, with the change of velocity."""
        first, last = search.span_tdb_s
        arcs = [a for a in search.trajectory.arcs if a.end_tdb_s > first and a.start_tdb_s < last]
        for before, after in pairwise(arcs):
            if after.start_tdb_s - before.end_tdb_s > GAP_S:
                yield from _over_gap(search, before, after)
        yield from _merged(unexplained(search, arcs), search.span_tdb_s)


def _over_gap(search: Search, before: Arc, after: Arc) -> Iterator[Event]:
    """Yield a change of orbit across a gap: of energy or of the orbit's plane and size, whatever the place on it."""
    start, end = before.end_tdb_s, after.start_tdb_s
    if end - start > GAP_MAX_S:
        return
    edge = np.array([end])
    centre_id = int(home_id(after, edge, after.position_km[:1], search.ephemeris)[0])
    (pos, vel), there = (
        tuple(column[0] for column in state_about(arc, np.array([t]), centre_id, search.ephemeris))
        for arc, t in ((before, start), (after, end))
    )
    coasted = coast(pos, vel, start, end, centre_id, search.ephemeris)
    gm = body_of_id(centre_id).gm_km3_s2
    energy = [float(0.5 * vel @ vel - gm / norm(pos)) for pos, vel in (coasted, there)]
    turn = float(norm(cross(*there) - cross(*coasted)))
    speed = max(abs(energy[1] - energy[0]) / float(norm(there[1])), turn / float(norm(there[0])))
    if speed >= LEAST_OVER_GAP_KM_S:
        words = (f"Looks like a burn in a gap of {duration_words(end - start)}: the orbit after it differs by what "
                 f"{1e3 * speed:.1f} m/s make")  # fmt: skip
        yield Event(Kind.BURN, start, 1e3 * speed, "m/s", body_of_id(centre_id).name, words, end)


def _merged(steps: Steps, span_tdb_s: tuple[float, float]) -> Iterator[Event]:
    """Yield runs of neighbouring intervals that stand out."""
    is_thrust = _stands_out(steps)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_thrust, [False]]).astype(np.int8)))
    for first, last in _runs(steps, edges.reshape(-1, 2)):
        start, end = float(steps.start_tdb_s[first]), float(steps.end_tdb_s[last - 1])
        speed = float(norm(steps.jump_km_s[first:last].sum(axis=0)))
        if speed < LEAST_KM_S:
            continue
        body = body_of_id(int(steps.centre_id[first]))
        where = f"within {duration_words(end - start)}" if end > start else "where two arcs meet"
        words = f"Looks like a burn: velocity changes by {1e3 * speed:.1f} m/s more than gravity explains, {where}"
        before, after = start <= span_tdb_s[0] + 1e-6, end >= span_tdb_s[1] - 1e-6
        yield Event(Kind.BURN, start, 1e3 * speed, "m/s", body.name, words, end, "", before, after)


def _runs(steps: Steps, edges: np.typing.NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Yield first and last + 1 of each run, cut where a gap lies between."""
    for first, last in edges.tolist():
        apart = steps.start_tdb_s[first + 1 : last] - steps.end_tdb_s[first : last - 1]
        cuts = [first, *(first + 1 + np.flatnonzero(apart > GAP_S)).tolist(), last]
        yield from pairwise(cuts)


def _stands_out(steps: Steps) -> BoolArray:
    """Tell which intervals have an acceleration far above the usual one around them, (n,) bool."""
    length = steps.end_tdb_s - steps.start_tdb_s
    jump = norm(steps.jump_km_s)
    is_join = length <= 0.0
    push = jump / np.maximum(length, 1e-3)
    middles = (column[~is_join] for column in (steps.start_tdb_s, push, length))
    usual = np.interp(steps.start_tdb_s, *_running_median(*middles))
    is_push = (jump >= LEAST_STEP_KM_S) & (push > np.maximum(STANDS_OUT * usual, steps.doubt_km_s2))
    return np.asarray(is_join | is_push)


def _running_median(tdb_s: FloatArray, push: FloatArray, length_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the median push, s by s, of windows along the flight: long coasts count for more than short burns."""
    if len(tdb_s) == 0:
        return np.zeros(1), np.zeros(1)
    centres = np.arange(0, len(tdb_s), NEIGHBOURS // 2)
    medians = []
    for centre in centres:
        window = slice(max(0, centre - NEIGHBOURS), centre + NEIGHBOURS + 1)
        order = np.argsort(push[window])
        weight = np.cumsum(length_s[window][order])
        medians.append(push[window][order][np.searchsorted(weight, 0.5 * weight[-1])])
    return tdb_s[centres], np.array(medians)
