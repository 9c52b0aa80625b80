"""What every reader of trajectory files returns: a recording of one object, in segments, as the file says it.

Formats. Epochs are already TDB seconds past J2000, lengths km; the centre and the axes are still the file's own.
`formats.conversion` turns a recording into a trajectory in ICRF axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Provenance
from visualizer.errors import FileFormatError
from visualizer.formats.clock import Scale

POSITION_MAX_KM: Final = 1e10
VELOCITY_MAX_KM_S: Final = 3e5
ROWS_MAX: Final = 20_000_000


class Axes(StrEnum):
    """The axes that positions in a file may be in."""

    ICRF = "icrf"
    ECLIPTIC = "ecliptic"
    EARTH_FIXED = "earth-fixed"
    MOON_ME = "moon-fixed"
    MOON_PA = "moon-pa"


@dataclass(frozen=True, slots=True)
class Hints:
    """What the user says about a file that does not say it itself; None where he says nothing."""

    centre_id: int | None = None
    axes: Axes | None = None
    scale: Scale | None = None
    provenance: Provenance | None = None
    unit_km: float | None = None


@dataclass(frozen=True, slots=True)
class Interpolation:
    """How the file wants to be interpolated: 'HERMITE', 'LAGRANGE', ... and a degree; empty and 0 unsaid."""

    method: str = ""
    degree: int = 0


NO_HINTS: Final = Hints()
UNSAID: Final = Interpolation()


@dataclass(frozen=True, eq=False, slots=True)
class Covariance:
    """A 6 x 6 covariance of position and velocity (km2, km2/s, km2/s2) at an epoch, in axes named as in the file."""

    tdb_s: float
    axes: str
    matrix: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Segment:
    """One piece of a recording, without a gap.

    Attributes
    ----------
    name : words for people
    centre_id : SPICE id of the body that positions are relative to
    axes : that positions are in; velocities are as seen in them
    tdb_s : (n,) float64, TDB seconds past J2000, increasing, n >= 2
    position_km : (n, 3) float64
    velocity_km_s : (n, 3) float64, or None
    useable_tdb_s : the part that may be used, where the file says so
    provenance : where the file says how it is known
    kind : 'coast', 'burn' or 'ascent'
    """

    name: str
    centre_id: int
    axes: Axes
    tdb_s: FloatArray
    position_km: FloatArray
    velocity_km_s: FloatArray | None = None
    interpolation: Interpolation = UNSAID
    useable_tdb_s: tuple[float, float] | None = None
    covariances: tuple[Covariance, ...] = ()
    provenance: Provenance | None = None
    kind: str = "coast"
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Recording:
    """What a file holds about one object.

    Attributes
    ----------
    name : of the object; object_id : as the file has it (a SPICE id, 2023-118A), empty where unsaid
    segments : in order of time
    path, format_name : where it comes from
    metadata : further keys of the file; comments : its lines for people
    notices : what the reader found odd, for the user
    """

    name: str
    object_id: str
    segments: tuple[Segment, ...]
    path: Path
    format_name: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def span_tdb_s(self) -> tuple[float, float]:
        """First and last epoch."""
        return float(self.segments[0].tdb_s[0]), float(self.segments[-1].tdb_s[-1])


def check_states(
    path: Path, tdb_s: FloatArray, position_km: FloatArray, velocity_km_s: FloatArray | None, where: str
) -> None:
    """Raise `FileFormatError` where states are too few, out of order, no numbers or nowhere near the Sun."""
    if len(tdb_s) < 2:
        raise FileFormatError(path, f"{where} holds {len(tdb_s)} states", expected="two at least")
    if not np.all(np.diff(tdb_s) > 0.0):
        late = int(np.argmin(np.diff(tdb_s) > 0.0)) + 1
        raise FileFormatError(path, f"{where}: the epoch of state {late + 1} is not after the one before it")
    for what, values, most in (
        ("position", position_km, POSITION_MAX_KM),
        ("velocity", velocity_km_s, VELOCITY_MAX_KM_S),
    ):
        if values is not None and not np.all(np.abs(values) < most):
            row = int(np.argmax(np.any(~(np.abs(values) < most), axis=1)))
            raise FileFormatError(path, f"{where}: the {what} of state {row + 1} is no number or absurdly large")


def check_sizes(path: Path, states: FloatArray, lines: np.typing.NDArray[np.int64]) -> None:
    """Raise `FileFormatError` with the line where a state, (n, 3 or more) km and km/s, is nowhere near the Sun."""
    limits = np.array([POSITION_MAX_KM] * 3 + [VELOCITY_MAX_KM_S] * 3)[: states.shape[1]]
    absurd = ~(np.abs(states[:, : len(limits)]) < limits)
    if absurd.any():
        row, column = (int(i) for i in np.argwhere(absurd)[0])
        what = f"the {'position' if column < 3 else 'velocity'} is absurdly large"
        raise FileFormatError(path, what, int(lines[row]), found=f"{states[row, column]:g}")


def holes(tdb_s: FloatArray) -> list[int]:
    """Return the rows that come after a hole in a table without segments: a step ten times those before and after it.

    Notes
    -----
    Steps that grow gradually, as an integrator's do, are none; neither is one before the last row alone.
    """
    step = np.diff(tdb_s)
    if len(step) < 3:
        return []
    neighbour = np.maximum(step[:-2], step[2:])
    return [int(i) + 2 for i in np.flatnonzero(step[1:-1] > 10.0 * neighbour)]
