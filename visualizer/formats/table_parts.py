"""What tables of states share: collecting rows into segments, comments that speak, one centre for a whole flight.

Formats. Tables without segments of their own are cut at holes; tables that we wrote mark their segments in comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.errors import FileFormatError
from visualizer.formats import names
from visualizer.formats.clock import Scale, scale_of
from visualizer.formats.flight import Flight, one_line, read_segment_mark
from visualizer.formats.recording import (
    ROWS_MAX,
    UNSAID,
    Axes,
    Hints,
    Interpolation,
    Recording,
    Segment,
    check_sizes,
    check_states,
    holes,
)

T = TypeVar("T")
_KEY: Final = re.compile(r"^(?P<key>object|object_id|center|centre|axes|scale|metadata [^:]{1,200}): (?P<value>.*)$")


@dataclass(slots=True)
class Told:
    """What comments in a table say: `object: Luna-25`, `center: MOON`, `metadata KEY: value`, anything else."""

    values: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)

    def take(self, comment: str) -> None:
        """Take one comment."""
        match = _KEY.match(comment)
        if match is None:
            self.comments.append(comment)
        elif match["key"].startswith("metadata "):
            self.metadata[match["key"].removeprefix("metadata ")] = match["value"]
        else:
            self.values[match["key"].replace("centre", "center")] = match["value"]


def told_lines(flight: Flight, centre_id: int, axes: str, scale: str) -> list[str]:
    """Return the comments that `Told` understands."""
    lines = [f"object: {one_line(flight.name)}", f"object_id: {one_line(flight.object_id)}",
             f"center: {names.BODY_NAMES[centre_id]}", f"axes: {axes}", f"scale: {scale}"]  # fmt: skip
    lines += [
        f"metadata {one_line(key).replace(':', ' ')}: {one_line(value)}" for key, value in flight.metadata.items()
    ]
    return lines + [one_line(comment) for comment in flight.comments if comment]


@dataclass(frozen=True, slots=True)
class Place:
    """Centre, axes and time scale of a table."""

    centre_id: int
    axes: Axes
    scale: Scale


def place_of(path: Path, said: Mapping[str, str], hints: Hints) -> Place:
    """Return centre, axes and scale from what the file says and the user says.

    Raises
    ------
    FileFormatError
        Where neither says it, the word is not known, or they disagree.
    """
    centre = _agreed(path, "center", said.get("center"), names.body_id, hints.centre_id, "EARTH, MOON or SUN")
    axes = _agreed(path, "axes", said.get("axes"), names.axes_of, hints.axes, names.AXES_WORDS)
    scale = _agreed(path, "scale", said.get("scale"), scale_of, hints.scale, "UTC, TAI, TT, TDB or GPS")
    return Place(centre, axes, scale)


def _agreed(path: Path, what: str, word: str | None, read: Callable[[str], T | None], hint: T | None, wanted: str) -> T:
    value = read(word) if word else None
    if value is None and hint is None:
        reason = f"the {what} {word!r} is not known here" if word else f"the file does not say its {what}"
        raise FileFormatError(path, f"{reason}; say it with --{what}", expected=wanted)
    if value is not None and hint is not None and value != hint:
        raise FileFormatError(path, f"the file says {what} {word}, the command line another; leave --{what} out")
    chosen = hint if value is None else value
    assert chosen is not None
    return chosen


@dataclass(slots=True)
class _Part:
    mark: tuple[str, str, Provenance] | None
    epochs: list[FloatArray] = field(default_factory=list)
    positions: list[FloatArray] = field(default_factory=list)
    velocities: list[FloatArray] = field(default_factory=list)


class Collector:
    """Gathers rows of states into segments.

    Parameters
    ----------
    path : of the file, for errors
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts: list[_Part] = [_Part(None)]
        self.count = 0

    def mark(self, comment: str) -> bool:
        """Begin a segment if the comment is a segment's mark; tell whether it was."""
        found = read_segment_mark(comment)
        if found is not None:
            self.parts.append(_Part(found))
        return found is not None

    def split(self) -> None:
        """Begin a segment without a mark."""
        self.parts.append(_Part(self.parts[-1].mark))

    def add(self, tdb_s: FloatArray, states: FloatArray, lines: np.typing.NDArray[np.int64]) -> None:
        """Take rows, (n,) and (n, 3 or 6) km, km/s; `FileFormatError` with the line if an epoch is not later."""
        part = self.parts[-1]
        before = part.epochs[-1][-1] if part.epochs else -np.inf
        late = np.flatnonzero(np.diff(tdb_s, prepend=before) <= 0.0)
        if late.size:
            raise FileFormatError(self.path, "the epoch is not after the one before it", int(lines[late[0]]))
        has_velocity = states.shape[1] >= 6
        if part.epochs and bool(part.velocities) != has_velocity:
            raise FileFormatError(self.path, "rows with and without velocity are mixed", int(lines[0]))
        check_sizes(self.path, states, lines)
        part.epochs.append(tdb_s)
        part.positions.append(states[:, :3].copy())
        if has_velocity:
            part.velocities.append(states[:, 3:6].copy())
        self.count += len(tdb_s)
        if self.count > ROWS_MAX:
            raise FileFormatError(self.path, f"the table has over {ROWS_MAX:,} rows; split it")

    def segments(self, name: str, place: Place, interpolation: Interpolation = UNSAID) -> tuple[Segment, ...]:
        """Return the segments, cut at holes where the table marks none."""
        kept = [part for part in self.parts if part.epochs]
        if not kept:
            raise FileFormatError(self.path, "the table holds no states")
        found: list[Segment] = []
        for part in kept:
            epochs, position = _emptied(part.epochs), _emptied(part.positions)
            velocity = _emptied(part.velocities) if part.velocities else None
            cuts = [0, *(holes(epochs) if len(kept) == 1 and part.mark is None else []), len(epochs)]
            for a, b in pairwise(cuts):
                states = epochs[a:b], position[a:b], None if velocity is None else velocity[a:b]
                found.append(self._segment(name, place, interpolation, part, *states))
        return tuple(found)

    def _segment(
        self,
        name: str,
        place: Place,
        interpolation: Interpolation,
        part: _Part,
        epochs: FloatArray,
        position: FloatArray,
        velocity: FloatArray | None,
    ) -> Segment:
        title, kind, provenance = part.mark or (name, "coast", None)
        check_states(self.path, epochs, position, velocity, f"the table of {title}")
        return Segment(title, place.centre_id, place.axes, epochs, position, velocity, interpolation,
                       provenance=provenance, kind=kind)  # fmt: skip


def _emptied(pieces: list[FloatArray]) -> FloatArray:
    """Return pieces as one array and let them go, so that memory never holds everything twice."""
    whole = np.concatenate(pieces)
    pieces.clear()
    return whole


def recording_of(path: Path, told: Told, name: str, segments: tuple[Segment, ...], format_name: str) -> list[Recording]:
    """Return the one recording of a table, with a notice for each hole."""
    notices = []
    for before, after in pairwise(segments):
        gap_s = float(after.tdb_s[0] - before.tdb_s[-1])
        if gap_s > 1e-3 and before.name == after.name:
            notices.append(f"a hole of {gap_s:,.0f} s after {len(before.tdb_s):,} rows is kept as a gap")
    title = told.values.get("object", "") or name
    return [Recording(title, told.values.get("object_id", ""), segments, path, format_name, dict(told.metadata),
                      tuple(told.comments), tuple(notices))]  # fmt: skip


def common_centre(flight: Flight) -> int:
    """Return the centre that all arcs have, or the Earth where they differ."""
    centres = {arc.centre_id for arc in flight.trajectory.arcs}
    return centres.pop() if len(centres) == 1 else EARTH.naif_id


def about(flight: Flight, centre_id: int) -> Flight:
    """Return a flight with every arc about one body."""
    arcs = tuple(_moved(arc, centre_id) for arc in flight.trajectory.arcs)
    return replace(flight, trajectory=Trajectory(flight.trajectory.name, arcs, flight.trajectory.sigma))


def _moved(arc: Arc, centre_id: int) -> Arc:
    if arc.centre_id == centre_id:
        return arc
    place, rate = bundled_ephemeris().state_km(arc.centre_id, centre_id, arc.tdb_s)
    return Arc(
        arc.name, centre_id, arc.tdb_s, arc.position_km + place, arc.velocity_km_s + rate, arc.provenance, arc.kind
    )
