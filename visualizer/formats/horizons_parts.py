"""Join the parts in which Horizons gave a flight: they share their edges. Formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from visualizer.formats.recording import Recording, Segment


def joined(parts: Sequence[Recording]) -> Recording:
    """Return one recording; segments that share an epoch within a millisecond become one."""
    segments: list[Segment] = []
    for segment in (segment for part in parts for segment in part.segments):
        if segments and abs(segments[-1].tdb_s[-1] - segment.tdb_s[0]) < 1e-3:
            segments[-1] = _merged(segments[-1], segment)
        else:
            segments.append(segment)
    notices = tuple(notice for part in parts for notice in part.notices)
    return replace(parts[0], segments=tuple(segments), notices=notices)


def _merged(before: Segment, after: Segment) -> Segment:
    velocity = None
    if before.velocity_km_s is not None and after.velocity_km_s is not None:
        velocity = np.concatenate([before.velocity_km_s, after.velocity_km_s[1:]])
    return replace(
        before,
        tdb_s=np.concatenate([before.tdb_s, after.tdb_s[1:]]),
        position_km=np.concatenate([before.position_km, after.position_km[1:]]),
        velocity_km_s=velocity,
    )
