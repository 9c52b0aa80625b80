"""Keep shipped flights small: fewer states where the polynomial between them is as good, fewer digits of an ensemble.

Missions layer. A flight may change by `WITHIN_KM` at most, far less than it is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, norm
from visualizer.core.trajectory import Arc, Trajectory

WITHIN_KM: Final = 0.02
LONG_STATES: Final = 400
STEPS: Final = (4, 3, 2)
# Bits of an offset that are kept: it is good to a part in four thousand.
MANTISSA_BITS: Final = 11


def thinned(arcs: Iterable[Arc]) -> tuple[Arc, ...]:
    """Return arcs of which the long coasting ones have every second to fourth state only, where that is enough."""
    return tuple(_thinned_arc(arc) for arc in arcs)


def _thinned_arc(arc: Arc) -> Arc:
    if arc.kind != "coast" or len(arc.tdb_s) < LONG_STATES:
        return arc
    for step in STEPS:
        kept = np.unique(np.append(np.arange(0, len(arc.tdb_s), step), len(arc.tdb_s) - 1))
        fewer = replace(
            arc, tdb_s=arc.tdb_s[kept], position_km=arc.position_km[kept], velocity_km_s=arc.velocity_km_s[kept]
        )
        left_out = np.setdiff1d(np.arange(len(arc.tdb_s)), kept)
        place, _ = Trajectory(arc.name, (fewer,)).state_km(arc.tdb_s[left_out], arc.centre_id)
        if float(norm(place - arc.position_km[left_out]).max()) <= WITHIN_KM:
            return fewer
    return arc


def rounded_offsets(offsets_km: FloatArray) -> npt.NDArray[np.float32]:
    """Return an ensemble's offsets with as many bits as `MANTISSA_BITS`: they pack to half the size."""
    share, exponent = np.frexp(offsets_km)
    scale = float(2**MANTISSA_BITS)
    rounded: npt.NDArray[Any] = np.ldexp(np.rint(share * scale) / scale, exponent)
    return rounded.astype(np.float32)
