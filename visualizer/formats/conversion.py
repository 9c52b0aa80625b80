"""From a recording to a flight: ICRF axes, velocities where the file has none, later segments over earlier ones.

Formats. A segment becomes an arc. Rotating axes are turned to the ICRF node by node, velocities with them. Where
segments overlap the later one in the file holds, as in SPICE. Gaps stay gaps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, rotate_back
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.moon_axes import (
    moon_rotation_rate_rad_s,
    rot_moon_me_from_icrf,
    rot_moon_pa_from_icrf,
    rotation_x,
)
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.errors import FileFormatError
from visualizer.formats.flight import Flight, cut_arc
from visualizer.formats.local_polynomial import interpolation_error_km, velocities_from_positions
from visualizer.formats.recording import Axes, Recording, Segment, check_states

OBLIQUITY_RAD: Final = np.deg2rad(84381.448 / 3600.0)
BATCH: Final = 10_000
RATE_STEP_S: Final = 30.0
ERROR_SHOWN_KM: Final = 1e-3


def to_flight(recording: Recording, provenance: Provenance) -> Flight:
    """Convert a recording.

    Parameters
    ----------
    provenance : for segments that do not say how they are known

    Raises
    ------
    FileFormatError
        If states are out of order, absurd, or outside the bundled ephemeris (1970 to 2040).
    """
    segments = [_in_icrf(recording, segment) for segment in recording.segments]
    arcs = [_arc(segment, segment.provenance or provenance) for segment in segments]
    pieces = lay_over(arcs)
    notices = [*recording.notices, *_error_notices(recording.segments, segments)]
    if sum(piece.end_tdb_s - piece.start_tdb_s for piece in pieces) < 0.999 * sum(
        a.end_tdb_s - a.start_tdb_s for a in arcs
    ):
        notices.append("segments overlap: where they do, the later one in the file holds")
    covariances = tuple(c for segment in recording.segments for c in segment.covariances)
    trajectory = Trajectory(recording.name, tuple(pieces))
    return Flight(recording.name, recording.object_id, trajectory, recording.metadata, recording.comments,
                  covariances, tuple(notices))  # fmt: skip


def lay_over(arcs: list[Arc]) -> list[Arc]:
    """Return arcs in order of time without overlap: where two cover an epoch the later in the list holds."""
    free: list[tuple[float, float]] = [(-np.inf, np.inf)]
    pieces: list[Arc] = []
    for arc in reversed(arcs):
        start, end = arc.start_tdb_s, arc.end_tdb_s
        pieces += [piece for lo, hi in free if (piece := cut_arc(arc, lo, hi)) is not None]
        free = [part for lo, hi in free for part in ((lo, min(hi, start)), (max(lo, end), hi)) if part[0] < part[1]]
    return sorted(pieces, key=lambda piece: piece.start_tdb_s)


def _in_icrf(recording: Recording, segment: Segment) -> Segment:
    """Return a segment in ICRF axes, with velocities, cut to its useable span."""
    where = f"segment {segment.name!r}"
    check_states(recording.path, segment.tdb_s, segment.position_km, segment.velocity_km_s, where)
    _require_ephemeris(recording, segment)
    position, velocity = segment.position_km, segment.velocity_km_s
    if segment.axes is not Axes.ICRF:
        position, velocity = to_icrf(segment.axes, segment.tdb_s, position, velocity)
    if velocity is None:
        velocity = velocities_from_positions(segment.tdb_s, position)
    return replace(segment, axes=Axes.ICRF, position_km=position, velocity_km_s=velocity)


def _require_ephemeris(recording: Recording, segment: Segment) -> None:
    first, last = bundled_ephemeris().span_tdb_s
    if segment.tdb_s[0] < first or segment.tdb_s[-1] > last:
        raise FileFormatError(
            recording.path,
            f"segment {segment.name!r} leaves the years 1970 to 2040, for which the Moon's place is known",
        )


def _arc(segment: Segment, provenance: Provenance) -> Arc:
    assert segment.velocity_km_s is not None
    arc = Arc(segment.name, segment.centre_id, segment.tdb_s, segment.position_km, segment.velocity_km_s, provenance,
              segment.kind)  # fmt: skip
    if segment.useable_tdb_s is None:
        return arc
    return cut_arc(arc, *segment.useable_tdb_s) or arc


def _error_notices(originals: tuple[Segment, ...], segments: list[Segment]) -> list[str]:
    """Say how good the interpolation is: always without velocities, with them where it is over a metre."""
    bare = [s.velocity_km_s is None for s in originals]
    worst = {True: 0.0, False: 0.0}
    for is_bare, segment in zip(bare, segments, strict=True):
        error = interpolation_error_km(segment.tdb_s, segment.position_km, None if is_bare else segment.velocity_km_s)
        worst[is_bare] = max(worst[is_bare], error if np.isfinite(error) else 0.0)
    notices = []
    if any(bare):
        told = (
            f"about {1e3 * worst[True]:.3g} m" if worst[True] else "an unknown error: there are under eight positions"
        )
        notices.append(f"no velocities: a local polynomial of degree 7 gives them, good to {told} between positions")
    if worst[False] > ERROR_SHOWN_KM:
        notices.append(f"states are sparse: interpolation between them is good to about {1e3 * worst[False]:.3g} m")
    return notices


def to_icrf(
    axes: Axes, tdb_s: FloatArray, position_km: FloatArray, velocity_km_s: FloatArray | None
) -> tuple[FloatArray, FloatArray | None]:
    """Turn states to ICRF axes; velocities as seen in rotating axes gain the rotation's part."""
    places, rates = [], []
    for first in range(0, len(tdb_s), BATCH):
        batch = slice(first, first + BATCH)
        place, rate = _batch_to_icrf(axes, tdb_s[batch], position_km[batch],
                                     None if velocity_km_s is None else velocity_km_s[batch])  # fmt: skip
        places.append(place)
        rates.append(rate)
    return np.concatenate(places), None if velocity_km_s is None else np.concatenate(
        [r for r in rates if r is not None]
    )


def _batch_to_icrf(
    axes: Axes, tdb_s: FloatArray, position: FloatArray, velocity: FloatArray | None
) -> tuple[FloatArray, FloatArray | None]:
    if axes is Axes.ECLIPTIC:
        rot = rotation_x(OBLIQUITY_RAD)
        return position @ rot, None if velocity is None else velocity @ rot
    if axes is Axes.EARTH_FIXED:
        rot = rot_itrs_from_icrf(tdb_s)
        place = rotate_back(rot, position)
        if velocity is None:
            return place, None
        return place, rotate_back(rot, velocity) + rotate_back(_earth_axes_rate(tdb_s), position)
    turn = rot_moon_me_from_icrf if axes is Axes.MOON_ME else rot_moon_pa_from_icrf
    rot, rot_pa = turn(tdb_s), rot_moon_pa_from_icrf(tdb_s)
    place = rotate_back(rot, position)
    if velocity is None:
        return place, None
    spin = rotate_back(rot_pa, moon_rotation_rate_rad_s(tdb_s))
    return place, rotate_back(rot, velocity) + np.cross(spin, place)


def _earth_axes_rate(tdb_s: FloatArray) -> FloatArray:
    """Return the time derivative of the rotation to Earth-fixed axes, (n, 3, 3) 1/s, by five points 30 s apart."""
    near = rot_itrs_from_icrf(tdb_s + RATE_STEP_S) - rot_itrs_from_icrf(tdb_s - RATE_STEP_S)
    far = rot_itrs_from_icrf(tdb_s + 2 * RATE_STEP_S) - rot_itrs_from_icrf(tdb_s - 2 * RATE_STEP_S)
    return np.asarray((8.0 * near - far) / (12.0 * RATE_STEP_S))
