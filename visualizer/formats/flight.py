"""What writers are given and imports end in: a trajectory with the words that travel with it.

Formats. A flight is a trajectory in ICRF axes together with what a file says about it: the object's id, further keys,
comments, covariances. `cut` takes a part of it, or samples it anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.errors import CommandError
from visualizer.formats.recording import Covariance

SAMPLES_MAX: Final = 5_000_000
KINDS: Final = ("coast", "burn", "ascent", "surface")
_MARK: Final = re.compile(r"^segment: (?P<name>.*?) \| kind: (?P<kind>[a-z]+) \| provenance: (?P<provenance>[a-z]+)$")


@dataclass(frozen=True, eq=False, slots=True)
class Flight:
    """A trajectory and what a file says about it.

    Attributes
    ----------
    name, object_id : of the object; the id may be empty
    trajectory : in ICRF axes
    metadata : further keys; comments : lines for people
    covariances : kept from the file, in its own axes
    notices : what was found odd, or assumed, while reading
    """

    name: str
    object_id: str
    trajectory: Trajectory
    metadata: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    covariances: tuple[Covariance, ...] = ()
    notices: tuple[str, ...] = ()


def segment_mark(arc: Arc) -> str:
    """Return the line that tells an arc's name, kind and provenance in files that have comments."""
    return f"segment: {one_line(arc.name)} | kind: {arc.kind} | provenance: {arc.provenance.value}"


def read_segment_mark(text: str) -> tuple[str, str, Provenance] | None:
    """Return name, kind and provenance from such a line, or None where it is none."""
    match = _MARK.match(text.strip())
    if match is None or match["kind"] not in KINDS or match["provenance"] not in list(Provenance):
        return None
    return match["name"], match["kind"], Provenance(match["provenance"])


def one_line(text: str, most: int = 200) -> str:
    """Return a text that fits a line of a file: no breaks, no control characters, ASCII, not too long."""
    words = " ".join(text.split()).encode("ascii", "replace").decode("ascii")
    return "".join(c for c in words if c.isprintable())[:most]


def cut_arc(arc: Arc, start_tdb_s: float, end_tdb_s: float, step_s: float | None = None) -> Arc | None:
    """Return the part of an arc inside a span, or None where less than a millisecond is left.

    Parameters
    ----------
    step_s : s between new samples; None keeps the arc's own
    """
    start, end = max(start_tdb_s, arc.start_tdb_s), min(end_tdb_s, arc.end_tdb_s)
    if end - start < 1e-3:
        return None
    if step_s is None and start == arc.start_tdb_s and end == arc.end_tdb_s:
        return arc
    inner: FloatArray = arc.tdb_s[(arc.tdb_s > start + 1e-3) & (arc.tdb_s < end - 1e-3)]
    if step_s is not None:
        inner = np.asarray(start + step_s * np.arange(1.0, np.ceil((end - start - 1e-3) / step_s)), dtype=np.float64)
    position, velocity = evaluate(arc, epochs := np.concatenate([[start], inner, [end]]))
    return Arc(arc.name, arc.centre_id, epochs, position, velocity, arc.provenance, arc.kind)


def evaluate(arc: Arc, tdb_s: FloatArray, batch: int = 20_000) -> tuple[FloatArray, FloatArray]:
    """Return position and velocity of an arc at many epochs, a batch at a time."""
    pieces = [arc.table.evaluate(tdb_s[i : i + batch]) for i in range(0, len(tdb_s), batch)]
    return np.concatenate([p for p, _ in pieces]), np.concatenate([v for _, v in pieces])


def cut(flight: Flight, start_tdb_s: float | None, end_tdb_s: float | None, step_s: float | None) -> Flight:
    """Return a part of a flight; None leaves the flight's own start, end or samples.

    Raises
    ------
    CommandError
        If nothing is left, or the step would give over five million samples.
    """
    first, last = flight.trajectory.span_tdb_s
    start = first if start_tdb_s is None else start_tdb_s
    end = last if end_tdb_s is None else end_tdb_s
    if step_s is not None and (end - start) / step_s > SAMPLES_MAX:
        raise CommandError(f"--step {step_s:g}: gives over {SAMPLES_MAX:,} samples; take a longer step")
    arcs = [cut_arc(arc, start, end, step_s) for arc in flight.trajectory.arcs]
    kept = tuple(arc for arc in arcs if arc is not None)
    if not kept:
        raise CommandError(f"exporting {flight.name}: the flight is not known anywhere between --from and --to")
    covariances = tuple(c for c in flight.covariances if start <= c.tdb_s <= end)
    trajectory = Trajectory(flight.trajectory.name, kept, flight.trajectory.sigma)
    return replace(flight, trajectory=trajectory, covariances=covariances)
