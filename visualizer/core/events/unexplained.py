"""Changes of velocity that gravity does not explain, from node to node of a flight. Core.

Nodes are looked at about the Moon within its sphere of influence and about the Earth elsewhere, whatever centre the
data come with: there the pull of the centre is nearly all, and the rest needs no fine steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np

from visualizer.core.arrays import FloatArray, norm
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import MOON_INFLUENCE_KM
from visualizer.core.ephemeris import Ephemeris
from visualizer.core.events.pull import central_pull_km_s2, doubt_km_s2, small_pulls_km_s2
from visualizer.core.events.search import BLOCK, GAP_S, Search
from visualizer.core.trajectory import Arc

IntArray: TypeAlias = np.typing.NDArray[np.intp]

SPACING_RAD: Final = 0.2
SPACING_MAX_RAD: Final = 0.6
SPACING_MAX_S: Final = 3600.0
SHORT_S: Final = 600.0
JOIN_LEAST_KM_S: Final = 5e-4
# Gauss-Legendre abscissae and weights on [0, 1], exact to degree 5.
_X, _W = (0.5 * (np.polynomial.legendre.leggauss(3)[0] + 1.0), 0.5 * np.polynomial.legendre.leggauss(3)[1])


@dataclass(frozen=True, eq=False)
class Steps:
    """Intervals between nodes and what gravity does not explain of the change of velocity.

    Attributes
    ----------
    start_tdb_s, end_tdb_s : (n,) s; equal where two arcs meet
    jump_km_s : (n, 3)
    doubt_km_s2 : (n,) how much acceleration the model may lack there
    centre_id : (n,) the body that the craft is about
    """

    start_tdb_s: FloatArray
    end_tdb_s: FloatArray
    jump_km_s: FloatArray
    doubt_km_s2: FloatArray
    centre_id: IntArray


def unexplained(search: Search, arcs: list[Arc]) -> Steps:
    """Return every interval between nodes in the span, and every join where velocity jumps, in order of time."""
    steps = [step for arc in arcs if arc.kind != "ascent" for step in _steps(search, arc)]
    for before, after in pairwise(arcs):
        steps += _join(search, before, after)
    if not steps:
        return Steps(np.empty(0), np.empty(0), np.empty((0, 3)), np.empty(0), np.empty(0, dtype=np.intp))
    names = ("start_tdb_s", "end_tdb_s", "jump_km_s", "doubt_km_s2", "centre_id")
    together = [np.concatenate([getattr(step, name) for step in steps]) for name in names]
    order = np.lexsort(together[1::-1])
    return Steps(*(column[order] for column in together))


def home_id(arc: Arc, tdb_s: FloatArray, position_km: FloatArray, ephemeris: Ephemeris) -> IntArray:
    """Return the body that a craft is about, (n,): the Moon within its sphere of influence, else the Earth."""
    shift = 0.0 if arc.centre_id == MOON.naif_id else ephemeris.position_km(arc.centre_id, MOON.naif_id, tdb_s)
    is_near = norm(position_km + shift) < MOON_INFLUENCE_KM
    return np.where(is_near, MOON.naif_id, EARTH.naif_id).astype(np.intp)


def state_about(arc: Arc, tdb_s: FloatArray, centre_id: int, ephemeris: Ephemeris) -> tuple[FloatArray, FloatArray]:
    """Return position and velocity of an arc about a body, (n, 3) km and km/s."""
    pos, vel = arc.table.evaluate(tdb_s)
    if arc.centre_id == centre_id:
        return pos, vel
    shift, drift = ephemeris.state_km(arc.centre_id, centre_id, tdb_s)
    return pos + shift, vel + drift


def _steps(search: Search, arc: Arc) -> Iterator[Steps]:
    """Yield the intervals of an arc that lie in the span, about one body at a time."""
    first, last = search.span_tdb_s
    inside = np.flatnonzero((arc.tdb_s >= first - 1e-6) & (arc.tdb_s <= last + 1e-6))
    if inside.size < 2:
        return
    home = home_id(arc, arc.tdb_s[inside], arc.position_km[inside], search.ephemeris)
    cuts = [0, *(1 + np.flatnonzero(np.diff(home))).tolist(), len(inside) - 1]
    for begin, end in pairwise(cuts):
        epochs = arc.tdb_s[inside[begin : end + 1]]
        for i in range(0, len(epochs) - 1, BLOCK):
            yield _block(search, arc, epochs[i : i + BLOCK + 1], int(home[begin]))


def _block(search: Search, arc: Arc, epochs: FloatArray, centre_id: int) -> Steps:
    """Return the intervals between some nodes that are neither too short nor too long to tell."""
    pos, vel = state_about(arc, epochs, centre_id, search.ephemeris)
    use, is_clear = _spaced(epochs, norm(vel) / np.maximum(norm(pos), 1.0))
    start, end = epochs[use[:-1]], epochs[use[1:]]
    jump = vel[use[1:]] - vel[use[:-1]] - _explained_km_s(search, arc, start, end, centre_id)
    doubt = np.maximum(*(doubt_km_s2(pos[i], centre_id) for i in (use[:-1], use[1:])))
    centre = np.full(len(start), centre_id, dtype=np.intp)
    return Steps(start[is_clear], end[is_clear], jump[is_clear], doubt[is_clear], centre[is_clear])


def _spaced(epochs: FloatArray, pace_rad_s: FloatArray) -> tuple[IntArray, np.typing.NDArray[np.bool_]]:
    """Return nodes to use, a dozen degrees or an hour apart where they are denser, and which intervals can tell.

    Over a third of a turn between nodes cannot: the interpolation is too rough there.
    """
    swept = np.concatenate([[0.0], np.cumsum(0.5 * (pace_rad_s[1:] + pace_rad_s[:-1]) * np.diff(epochs))])
    box = np.floor(swept / SPACING_RAD + (epochs - epochs[0]) / SPACING_MAX_S)
    keep = np.concatenate([[True], box[1:] > box[:-1]])
    keep[-1] = True
    use = np.flatnonzero(keep)
    return use, np.diff(swept[use]) <= SPACING_MAX_RAD


def _explained_km_s(search: Search, arc: Arc, start: FloatArray, end: FloatArray, centre_id: int) -> FloatArray:
    """Return the change of velocity that gravity makes between epochs, (n, 3) km/s."""
    length = end - start
    total = np.zeros((len(start), 3))
    is_long = bool(np.max(length) > SHORT_S)
    for x, weight in zip(_X, _W, strict=True):
        epochs = start + x * length
        pos = state_about(arc, epochs, centre_id, search.ephemeris)[0]
        total += (weight * length)[:, np.newaxis] * central_pull_km_s2(pos, centre_id)
        # Over some minutes the small pulls hardly change: the middle one, the second of three, stands for all.
        share = weight if is_long else float(x == _X[1])
        if share > 0.0:
            small = small_pulls_km_s2(pos, epochs, centre_id, search.ephemeris)
            total += (share * length)[:, np.newaxis] * small
    return total


def _join(search: Search, before: Arc, after: Arc) -> Iterator[Steps]:
    """Yield the jump of velocity where two arcs meet, if it is worth the name."""
    at = after.start_tdb_s
    if abs(at - before.end_tdb_s) > GAP_S or not search.span_tdb_s[0] <= at <= search.span_tdb_s[1]:
        return
    jump = after.velocity_km_s[:1] - before.velocity_km_s[-1:]
    edge = np.array([at])
    if before.centre_id != after.centre_id:
        jump = jump + search.ephemeris.state_km(after.centre_id, before.centre_id, edge)[1]
    if float(norm(jump)[0]) >= JOIN_LEAST_KM_S:
        yield Steps(edge, edge, jump, np.zeros(1), home_id(after, edge, after.position_km[:1], search.ephemeris))
