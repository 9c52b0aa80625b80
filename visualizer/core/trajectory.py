"""Where a spacecraft was: immutable arcs that know their centre, span and provenance.

An arc is one smooth piece (a coast, one burn); arcs meet at burn edges, so no interpolation smears a burn.
Where no arc covers an epoch inside the span there is a gap, and asking there is an error, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.ephemeris import Ephemeris, bundled_ephemeris
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.hermite import HermiteTable
from visualizer.errors import EpochRangeError


class Provenance(StrEnum):
    """How a piece of trajectory is known."""

    MEASURED = "measured"
    FITTED = "fitted"
    RECONSTRUCTED = "reconstructed"
    PLANNED = "planned"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, eq=False)
class Arc:
    """One smooth piece of flight, in ICRF axes about one body.

    Attributes
    ----------
    name : short words for people
    centre_id : SPICE id of the body that positions are relative to
    tdb_s : (n,) TDB seconds past J2000
    position_km, velocity_km_s : (n, 3)
    provenance : how it is known
    kind : 'coast', 'burn' or 'ascent'
    """

    name: str
    centre_id: int
    tdb_s: FloatArray
    position_km: FloatArray
    velocity_km_s: FloatArray
    provenance: Provenance
    kind: str = "coast"
    table: HermiteTable = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for array in (self.tdb_s, self.position_km, self.velocity_km_s):
            array.flags.writeable = False
        object.__setattr__(self, "table", HermiteTable(self.tdb_s, self.position_km, self.velocity_km_s))

    @property
    def start_tdb_s(self) -> float:
        """First epoch."""
        return float(self.tdb_s[0])

    @property
    def end_tdb_s(self) -> float:
        """Last epoch."""
        return float(self.tdb_s[-1])


@dataclass(frozen=True, eq=False)
class SigmaTable:
    """One-sigma uncertainty along the flight.

    Attributes
    ----------
    tdb_s : (n,) increasing
    radial_along_cross_km : (n, 3), along the radius from the arc's centre, along the track, across the plane
    """

    tdb_s: FloatArray
    radial_along_cross_km: FloatArray

    def at(self, tdb_s: float | FloatArray) -> FloatArray:
        """Return the uncertainty, (..., 3) km, linear between the table's epochs."""
        columns = [np.interp(tdb_s, self.tdb_s, column) for column in self.radial_along_cross_km.T]
        return np.stack(columns, axis=-1)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A flight made of arcs in order of time.

    Attributes
    ----------
    name : of the craft
    arcs : in order, not overlapping by more than a microsecond
    sigma : uncertainty, or None where it is not known
    """

    name: str
    arcs: tuple[Arc, ...]
    sigma: SigmaTable | None = None
    _starts: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.arcs:
            raise ValueError(f"{self.name}: a trajectory needs one arc at least")
        for before, after in zip(self.arcs, self.arcs[1:], strict=False):
            if after.start_tdb_s < before.end_tdb_s - 1e-6:
                raise ValueError(f"{self.name}: arc {after.name!r} starts before {before.name!r} ends")
        object.__setattr__(self, "_starts", np.array([arc.start_tdb_s for arc in self.arcs]))

    @property
    def span_tdb_s(self) -> tuple[float, float]:
        """First and last epoch."""
        return self.arcs[0].start_tdb_s, self.arcs[-1].end_tdb_s

    @property
    def gaps_tdb_s(self) -> tuple[tuple[float, float], ...]:
        """Intervals inside the span that no arc covers (over a millisecond)."""
        pairs = zip(self.arcs, self.arcs[1:], strict=False)
        return tuple((a.end_tdb_s, b.start_tdb_s) for a, b in pairs if b.start_tdb_s - a.end_tdb_s > 1e-3)

    def arc_index(self, tdb_s: float | FloatArray) -> np.typing.NDArray[np.intp]:
        """Return the index of the arc that covers each epoch (the later one at a join).

        Raises
        ------
        EpochRangeError
            Outside the span or in a gap.
        """
        epochs = np.asarray(tdb_s, dtype=np.float64)
        first, last = self.span_tdb_s
        if epochs.size and not (np.min(epochs) >= first - 1e-6 and np.max(epochs) <= last + 1e-6):
            raise EpochRangeError(self._span_message("outside the span of"), first, last)
        index = np.clip(np.searchsorted(self._starts, epochs, side="right") - 1, 0, None)
        ends = np.array([arc.end_tdb_s for arc in self.arcs])
        if np.any(epochs > ends[index] + 1e-3):
            raise EpochRangeError(self._span_message("in a gap of"), first, last)
        return np.asarray(index, dtype=np.intp)

    def _span_message(self, where: str) -> str:
        first, last = (utc_text_from_tdb_s(t) for t in self.span_tdb_s)
        return f"epoch {where} {self.name}: the flight is known from {first} to {last} UTC"

    def arc_at(self, tdb_s: float) -> Arc:
        """Return the arc that covers an epoch."""
        return self.arcs[int(self.arc_index(tdb_s))]

    def state_km(
        self, tdb_s: float | FloatArray, centre_id: int, ephemeris: Ephemeris | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Return position (km) and velocity (km/s) relative to a body, ICRF axes.

        Parameters
        ----------
        tdb_s : (...) epochs inside the span
        centre_id : SPICE id of the body wanted as centre
        ephemeris : where bodies are; the bundled one by default

        Returns
        -------
        position, velocity : (..., 3) each
        """
        epochs = np.asarray(tdb_s, dtype=np.float64)
        index = self.arc_index(epochs)
        bodies = ephemeris or bundled_ephemeris()
        position = np.empty(epochs.shape + (3,))
        velocity = np.empty(epochs.shape + (3,))
        for i in np.unique(index):
            chosen = index == i
            arc = self.arcs[int(i)]
            wanted = np.clip(epochs[chosen], arc.start_tdb_s, arc.end_tdb_s)
            place, rate = arc.table.evaluate(wanted)
            if arc.centre_id != centre_id:
                place_of_centre, rate_of_centre = bodies.state_km(arc.centre_id, centre_id, epochs[chosen])
                place, rate = place + place_of_centre, rate + rate_of_centre
            position[chosen], velocity[chosen] = place, rate
        return position, velocity

    def sigma_km(self, tdb_s: float | FloatArray) -> FloatArray:
        """Return one-sigma radial, along-track, cross-track uncertainty, (..., 3) km; NaN where unknown."""
        if self.sigma is None:
            return np.full(np.shape(tdb_s) + (3,), np.nan)
        return self.sigma.at(tdb_s)
