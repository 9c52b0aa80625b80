"""Lines of charts: a quantity of several flights on one axis of time, in as many points as pixels need.

The x axis counts seconds from a zero: of the calendar the active mission's start, else each mission's own moment, so
that flights lie beside one another. Each line has one provenance; a flight's pieces share their ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Provenance
from visualizer.errors import CommandError
from visualizer.missions.alignment import ANCHORS, CALENDAR, NAMES, anchor_tdb_s
from visualizer.missions.catalogue import Mission
from visualizer.missions.series import Quantity, dense_epochs, values_of
from visualizer.model.colours import number_at

# A logarithmic axis ends a metre above zero.
# On a logarithmic axis a band goes no deeper than this share of its value.
LOWEST_SHARE: Final = 0.3
LEAST_LOG: Final = 1e-3
LEAST_PIXELS: Final = 50
# Within a day of the ephemeris' ends, 1970 to 2040.
KNOWN_SKY_TDB_S: Final = (-946_600_000.0, 1_262_200_000.0)


@dataclass(frozen=True)
class TimeAxis:
    """What x means.

    Attributes
    ----------
    anchor : of `alignment.ANCHORS`
    zeros_tdb_s : by mission id, the epoch at x = 0; missions without that moment are not in it
    """

    anchor: str
    zeros_tdb_s: dict[str, float]

    @property
    def is_calendar(self) -> bool:
        """Whether all missions share one zero."""
        return self.anchor == CALENDAR

    @property
    def title(self) -> str:
        """Words below the axis."""
        return "UTC" if self.is_calendar else f"Time from {NAMES[self.anchor]}"

    def x_s(self, mission_id: str, tdb_s: float) -> float | None:
        """Return where an epoch of a mission stands; None if the mission is not on this axis."""
        zero = self.zeros_tdb_s.get(mission_id)
        return None if zero is None else tdb_s - zero


def time_axis(missions: Sequence[Mission], anchor: str) -> TimeAxis:
    """Return the axis for missions, the first of them the active one."""
    if anchor not in ANCHORS:
        raise CommandError(f"aligning by {anchor!r}: unknown; one of {', '.join(ANCHORS)}")
    if anchor == CALENDAR:
        zero = missions[0].trajectory.span_tdb_s[0]
        return TimeAxis(anchor, {mission.id: zero for mission in missions})
    zeros = {mission.id: anchor_tdb_s(mission, anchor) for mission in missions}
    return TimeAxis(anchor, {name: zero for name, zero in zeros.items() if zero is not None})


@dataclass(frozen=True)
class ChartLine:
    """One line.

    Attributes
    ----------
    mission_id, name : whose; a planned or companion flight has its own name
    mission_index : number of the colour
    provenance : how this piece is known
    x_s, value, sigma : (n,) seconds from the axis's zero, in the unit, NaN where unknown
    is_companion : whether it is a second craft of the mission
    """

    mission_id: str
    name: str
    mission_index: int
    provenance: Provenance
    x_s: FloatArray
    value: FloatArray
    sigma: FloatArray
    is_companion: bool = False

    def bands(self, *, is_log: bool = False) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
        """Return x and both edges of one sigma, (m,) each, for each stretch where it is known.

        With `is_log` the edges are their log10, and there is no band about what a logarithmic axis does not show.
        """
        known = np.isfinite(self.sigma) & np.isfinite(on_log_axis(self.value) if is_log else self.value)
        cuts = [0, *(np.flatnonzero(np.diff(known)) + 1).tolist(), len(known)]
        runs = [slice(first, end) for first, end in pairwise(cuts) if end - first > 1 and known[first]]
        lower = self.value - self.sigma
        if is_log:
            # A band that reaches zero has no end on such an axis, and would look like the flight itself.
            lower = np.maximum(lower, LOWEST_SHARE * self.value)
        edges = [(self.x_s[run], lower[run], (self.value + self.sigma)[run]) for run in runs]
        if not is_log:
            return edges
        return [(x, np.log10(np.maximum(a, LEAST_LOG)), np.log10(np.maximum(b, LEAST_LOG))) for x, a, b in edges]


@dataclass(frozen=True)
class Mark:
    """An event on the axis of time."""

    x_s: float
    title: str
    kind: str
    mission_id: str
    mission_index: int


@dataclass(frozen=True)
class Chart:
    """A quantity's lines, and who has none and why."""

    quantity: Quantity
    lines: tuple[ChartLine, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be drawn."""
        return not any(np.any(np.isfinite(line.value)) for line in self.lines)


def flights_of(missions: Sequence[Mission], colours: Sequence[int] = ()) -> Iterator[tuple[Mission, Mission, int]]:
    """Yield each flight with its mission and the number of its colour: the mission itself, then its branches."""
    for index, mission in enumerate(missions):
        yield mission, mission, number_at(colours, index)
        for branch in mission.branches:
            # Burns belong to the flight that was flown.
            yield mission.along(branch), mission, number_at(colours, index)


def whole_span_s(missions: Sequence[Mission], axis: TimeAxis, *, with_second_craft: bool = True) -> tuple[float, float]:
    """Return the least and greatest x of all flights.

    Parameters
    ----------
    with_second_craft : whether what flies on beside a mission's craft counts: for months, some of it
    """
    edges = [
        (trajectory.span_tdb_s[0] - axis.zeros_tdb_s[mission.id],
         trajectory.span_tdb_s[1] - axis.zeros_tdb_s[mission.id])
        for mission in missions if mission.id in axis.zeros_tdb_s
        for trajectory in (mission.trajectory, *(
            branch.trajectory for branch in mission.branches if with_second_craft or branch.kind == "planned"
        ))
    ]  # fmt: skip
    if not edges:
        raise CommandError(f"aligning by {axis.anchor!r}: none of these missions has such a moment")
    return min(first for first, _ in edges), max(last for _, last in edges)


def first_span_s(missions: Sequence[Mission], axis: TimeAxis) -> tuple[float, float]:
    """Return the x of the first mission's flight and its branches', or of all where it is not on the axis."""
    return whole_span_s([m for m in missions if m.id in axis.zeros_tdb_s][:1], axis)


def marks_of(missions: Sequence[Mission], axis: TimeAxis, colours: Sequence[int] = ()) -> tuple[Mark, ...]:
    """Return the events of missions, the first mission's first."""
    return tuple(
        Mark(event.tdb_s - axis.zeros_tdb_s[mission.id], event.title, event.kind, mission.id, number_at(colours, index))
        for index, mission in enumerate(missions)
        if mission.id in axis.zeros_tdb_s
        for event in mission.events
    )


def build_charts(
    missions: Sequence[Mission],
    quantities: tuple[Quantity, ...],
    axis: TimeAxis,
    span_s: tuple[float, float],
    pixels: int,
    is_wanted: Callable[[], bool] = lambda: True,
    colours: Sequence[int] = (),
) -> tuple[Chart, ...]:
    """Return one chart for each quantity.

    Parameters
    ----------
    span_s : edges of what is seen
    pixels : of its width
    is_wanted : asked between two flights; once it is not, what is there is returned
    colours : number of each mission's colour; their order where none are given
    """
    first, wide = number_at(colours, 0), max(pixels, LEAST_PIXELS)
    lines = [_shared_lines(missions, quantity, axis, span_s, wide, first) for quantity in quantities]
    notes: list[list[str]] = [[] for _ in quantities]
    own = [number for number, quantity in enumerate(quantities) if quantity.of_epochs is None]
    for flight, mission, index in flights_of(missions, colours):
        if not is_wanted() or not own:
            break
        if mission.id not in axis.zeros_tdb_s:
            if flight is mission:
                for number in own:
                    notes[number].append(f"{mission.name} has no such moment")
            continue
        chosen = tuple(quantities[number] for number in own)
        found = _flight_lines(flight, mission, index, chosen, axis, span_s, wide)
        for number, pieces in zip(own, found, strict=True):
            if pieces and not any(np.any(np.isfinite(piece.value)) for piece in pieces) and flight is mission:
                notes[number].append(f"{mission.name}: not known")
            lines[number] += pieces
    return tuple(
        Chart(quantity, tuple(found), tuple(said))
        for quantity, found, said in zip(quantities, lines, notes, strict=True)
    )


def _shared_lines(
    missions: Sequence[Mission], quantity: Quantity, axis: TimeAxis, span_s: tuple[float, float], pixels: int,
    colour: int,
) -> list[ChartLine]:  # fmt: skip
    """Return the lines of a quantity of no single flight, on the clock of the active mission."""
    zero = axis.zeros_tdb_s.get(missions[0].id)
    if quantity.of_epochs is None or zero is None:
        return []
    first, last = (float(np.clip(zero + edge, *KNOWN_SKY_TDB_S)) for edge in span_s)
    epochs = np.linspace(first, last, 2 * pixels)
    value = quantity.of_epochs(epochs)
    whole = ChartLine(
        missions[0].id, quantity.title, colour, Provenance.MEASURED, epochs - zero, value, np.full(len(epochs), np.nan)
    )  # fmt: skip
    flight = next((mission for mission in missions if mission.id == quantity.known_by), None)
    pieces = [whole] if flight is None else _pieces(flight, whole, zero)
    return [_thinned(piece, np.linspace(*span_s, pixels + 1)) for piece in pieces]


def _flight_lines(
    flight: Mission,
    mission: Mission,
    index: int,
    quantities: tuple[Quantity, ...],
    axis: TimeAxis,
    span_s: tuple[float, float],
    pixels: int,
) -> list[list[ChartLine]]:
    zero, (first, last) = axis.zeros_tdb_s[mission.id], flight.trajectory.span_tdb_s
    begin, end = max(first, zero + span_s[0]), min(last, zero + span_s[1])
    if end <= begin:
        return [[] for _ in quantities]
    share = (end - begin) / (span_s[1] - span_s[0])
    epochs = dense_epochs(flight, begin, end, max(LEAST_PIXELS, round(2.0 * pixels * share)))
    edges = np.linspace(*span_s, pixels + 1)
    found: list[list[ChartLine]] = []
    # A branch has no burns of its own: no velocity change is known of it.
    known = [q for q in quantities if flight is mission or q.key != "delta_v"]
    values = dict(zip((q.key for q in known), values_of(flight, tuple(known), epochs, is_broken=True), strict=True))
    for quantity in quantities:
        if quantity.key not in values:
            found.append([])
            continue
        whole = ChartLine(
            mission.id, flight.name, index, Provenance.SYNTHETIC, epochs - zero, *values[quantity.key],
            is_companion=any(flight.id == f"{mission.id}/{b.id}" and b.kind == "companion" for b in mission.branches),
        )  # fmt: skip
        found.append([_thinned(piece, edges) for piece in _pieces(flight, whole, zero)])
    return found


def _pieces(flight: Mission, whole: ChartLine, zero_tdb_s: float) -> Iterator[ChartLine]:
    """Cut a line where it is known otherwise; neighbours share a point."""
    arcs = flight.trajectory.arcs
    starts = np.array([arc.start_tdb_s for arc in arcs]) - zero_tdb_s
    kinds = [arc.provenance for arc in arcs]
    owner = np.clip(np.searchsorted(starts, whole.x_s, side="right") - 1, 0, None)
    of_arc = np.array([list(Provenance).index(kind) for kind in kinds])[owner]
    cuts = [0, *(np.flatnonzero(np.diff(of_arc)) + 1).tolist(), len(of_arc)]
    for first, end in pairwise(cuts):
        part = slice(first, min(end + 1, len(of_arc)))
        yield replace(
            whole, provenance=list(Provenance)[int(of_arc[first])], x_s=whole.x_s[part], value=whole.value[part],
            sigma=whole.sigma[part],
        )  # fmt: skip


def _thinned(line: ChartLine, edges: FloatArray) -> ChartLine:
    kept = kept_points(line.x_s, line.value, edges)
    return replace(line, x_s=line.x_s[kept], value=line.value[kept], sigma=line.sigma[kept])


def kept_points(x: FloatArray, y: FloatArray, edges: FloatArray) -> npt.NDArray[np.intp]:
    """Return which points a line needs to look the same: of each pixel column the first, lowest, highest and last.

    Parameters
    ----------
    x : (n,) increasing
    y : (n,) NaN breaks the line: the first NaN of a run is kept
    edges : (m + 1,) of the columns, increasing; points outside belong to the outermost ones

    Returns
    -------
    (k,) indices, increasing, k <= 5 m
    """
    if len(x) <= 4 * (len(edges) - 1):
        return np.arange(len(x), dtype=np.intp)
    column = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(column) > 0]))
    ends = np.concatenate([starts[1:], [len(x)]]) - 1
    is_gap = ~np.isfinite(y)
    order = np.lexsort((np.where(is_gap, np.inf, y), column))
    counts = np.add.reduceat(~is_gap, starts)
    has_any = counts > 0
    lowest, highest = order[starts[has_any]], order[(starts + np.maximum(counts, 1) - 1)[has_any]]
    # One gap of each column that has one keeps the line apart there.
    with_gap = np.flatnonzero(np.logical_or.reduceat(is_gap, starts))
    gaps = np.array([int(np.flatnonzero(is_gap[starts[k] : ends[k] + 1])[0]) + starts[k] for k in with_gap], dtype=int)
    return np.unique(np.concatenate([starts, ends, lowest, highest, gaps])).astype(np.intp)


def on_log_axis(values: FloatArray) -> FloatArray:
    """Return log10 of values, NaN below `LEAST_LOG`."""
    with np.errstate(invalid="ignore"):
        return np.log10(np.where(values >= LEAST_LOG, values, np.nan))


def value_span(chart: Chart, is_log: bool, span_s: tuple[float, float] | None = None) -> tuple[float, float]:
    """Return the least and greatest value seen, on a logarithmic axis their log10, with a margin of a twentieth."""
    lows, highs = [], []
    for line in chart.lines:
        seen = np.isfinite(line.value)
        if span_s is not None:
            seen &= (line.x_s >= span_s[0]) & (line.x_s <= span_s[1])
        values = on_log_axis(line.value[seen]) if is_log else line.value[seen]
        values = values[np.isfinite(values)]
        if len(values):
            lows.append(float(values.min()))
            highs.append(float(values.max()))
    if not lows:
        return (0.0, 1.0)
    low, high = min(lows), max(highs)
    margin = 0.05 * (high - low) or 0.5
    return low - margin, high + margin
