"""Where a spacecraft was: immutable arcs that know their centre, span and provenance.

An arc is one smooth piece (a coast, one burn); arcs meet at burn edges, so no interpolation smears a burn.
Where no arc covers an epoch inside the span there is a gap, and asking there is an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np

from visualizer.core.arrays import FloatArray, is_one, norm, unit
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
    kind : 'coast', 'burn', 'ascent' or 'surface'
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
        if is_one(tdb_s):
            return self._at_one(float(tdb_s))
        columns = [np.interp(tdb_s, self.tdb_s, column) for column in self.radial_along_cross_km.T]
        return np.stack(columns, axis=-1)

    def _at_one(self, tdb_s: float) -> FloatArray:
        """Return the same at one epoch, digit for digit, in a third of the time."""
        epochs, rows = self.tdb_s, self.radial_along_cross_km
        after = int(epochs.searchsorted(tdb_s, side="right"))
        if not 0 < after < len(epochs):
            return np.array(rows[min(max(after - 1, 0), len(rows) - 1)])
        start, end = epochs[after - 1], epochs[after]
        return np.asarray((rows[after] - rows[after - 1]) / (end - start) * (tdb_s - start) + rows[after - 1])


Members: TypeAlias = tuple[FloatArray, FloatArray]
MEMBER_COUNT: Final = 26


def members_of_sigma(sigma: SigmaTable) -> Members:
    """Return epochs (n,) and offsets (26, n, 3) km of flights that are spread as an uncertainty says.

    For flights whose fit keeps no members: each holds its own number of sigmas along the radius, along the track and
    across the plane all the way, as the errors of a flight that is tied to many measurements change slowly. The
    numbers are normal, the same every time, and have mean 0 and spread 1 in each direction.
    """
    drawn = np.random.default_rng(MEMBER_COUNT).standard_normal((MEMBER_COUNT, 3))
    drawn = (drawn - drawn.mean(axis=0)) / drawn.std(axis=0)
    return sigma.tdb_s, drawn[:, np.newaxis, :] * sigma.radial_along_cross_km


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Flights that are all as likely as the shown one: together they show how well it is known.

    Attributes
    ----------
    trajectory : the shown flight
    tdb_s : (n,) increasing
    offsets_km : (m, n, 3) of each member from the shown flight: along the radius from the arc's centre, along the
        track and across the plane; the last two are lengths of arc on the sphere of the flight's own radius
    """

    trajectory: Trajectory
    tdb_s: FloatArray
    offsets_km: FloatArray

    def offsets_at(self, tdb_s: float | FloatArray) -> FloatArray:
        """Return each member's offset, (m, ..., 3) km, linear between the table's epochs."""
        epochs = np.asarray(tdb_s, dtype=np.float64)
        right = np.clip(np.searchsorted(self.tdb_s, epochs, side="right"), 1, len(self.tdb_s) - 1)
        start, end = self.tdb_s[right - 1], self.tdb_s[right]
        share = np.clip((epochs - start) / (end - start), 0.0, 1.0)[..., np.newaxis]
        return np.asarray(self.offsets_km[:, right - 1] * (1.0 - share) + self.offsets_km[:, right] * share)

    def positions_km(self, tdb_s: float | FloatArray, centre_id: int) -> FloatArray:
        """Return where each member is relative to a body, (m, ..., 3) km, ICRF axes.

        Parameters
        ----------
        tdb_s : (...) epochs inside the flight's span
        centre_id : SPICE id of the body wanted as centre
        """
        epochs = np.asarray(tdb_s, dtype=np.float64)
        offsets, index = self.offsets_at(epochs), self.trajectory.arc_index(epochs)
        positions = np.empty(offsets.shape)
        for own_id in {arc.centre_id for arc in self.trajectory.arcs}:
            chosen = np.isin(index, [i for i, arc in enumerate(self.trajectory.arcs) if arc.centre_id == own_id])
            if not np.any(chosen):
                continue
            position, velocity = self.trajectory.state_km(epochs[chosen], own_id)
            places = beside_on_arc_km(position, velocity, offsets[:, chosen])
            if own_id != centre_id:
                places = places + bundled_ephemeris().position_km(own_id, centre_id, epochs[chosen])
            positions[:, chosen] = places
        return positions


def track_axes(position_km: FloatArray, velocity_km_s: FloatArray) -> FloatArray:
    """Return rows: outwards, along the track (in the plane, across the radius), across the plane; (..., 3, 3)."""
    outward = unit(position_km)
    across = unit(np.cross(position_km, velocity_km_s))
    return np.stack([outward, np.cross(across, outward), across], axis=-2)


def beside_on_arc_km(position_km: FloatArray, velocity_km_s: FloatArray, offsets_km: FloatArray) -> FloatArray:
    """Return positions at (radial, along the arc, across) offsets from a state, (..., 3) km."""
    radius = norm(position_km)
    ahead, aside = offsets_km[..., 1] / radius, offsets_km[..., 2] / radius
    parts = np.stack([np.cos(aside) * np.cos(ahead), np.cos(aside) * np.sin(ahead), np.sin(aside)], axis=-1)
    axes = track_axes(position_km, velocity_km_s)
    return np.asarray((radius + offsets_km[..., 0])[..., np.newaxis] * np.einsum("...i,...ij->...j", parts, axes))


def offsets_on_arc_km(position_km: FloatArray, velocity_km_s: FloatArray, other_km: FloatArray) -> FloatArray:
    """Return the (radial, along the arc, across) offsets of other positions from a state, (..., 3) km."""
    radius, other = norm(position_km), norm(other_km)
    x, y, z = np.moveaxis(np.einsum("...ij,...j->...i", track_axes(position_km, velocity_km_s), other_km), -1, 0)
    return np.stack([other - radius, radius * np.arctan2(y, x), radius * np.arcsin(z / other)], axis=-1)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A flight made of arcs in order of time.

    Attributes
    ----------
    name : of the craft
    arcs : in order, not overlapping by more than a microsecond
    sigma : uncertainty, or None where it is not known
    read_members : gives the epochs and offsets of the ensemble when they are first asked for, or None: of flights
        that were flown with other numbers of the fit, or
    is_spread : that are drawn from the uncertainty instead (`members_of_sigma`)
    """

    name: str
    arcs: tuple[Arc, ...]
    sigma: SigmaTable | None = None
    read_members: Callable[[], Members] | None = field(default=None, repr=False)
    is_spread: bool = False
    _starts: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.arcs:
            raise ValueError(f"{self.name}: a trajectory needs one arc at least")
        for before, after in zip(self.arcs, self.arcs[1:], strict=False):
            if after.start_tdb_s < before.end_tdb_s - 1e-6:
                raise ValueError(f"{self.name}: arc {after.name!r} starts before {before.name!r} ends")
        object.__setattr__(self, "_starts", np.array([arc.start_tdb_s for arc in self.arcs]))

    @cached_property
    def ensemble(self) -> Ensemble | None:
        """Flights as likely as this one, on first use: read, or drawn from the uncertainty; None without either."""
        return Ensemble(self, *self.read_members()) if self.read_members is not None else None

    @property
    def span_tdb_s(self) -> tuple[float, float]:
        """First and last epoch."""
        return self.arcs[0].start_tdb_s, self.arcs[-1].end_tdb_s

    @cached_property
    def gaps_tdb_s(self) -> tuple[tuple[float, float], ...]:
        """Intervals inside the span that no arc covers (over a millisecond)."""
        pairs = zip(self.arcs, self.arcs[1:], strict=False)
        return tuple((a.end_tdb_s, b.start_tdb_s) for a, b in pairs if b.start_tdb_s - a.end_tdb_s > 1e-3)

    def covers(self, tdb_s: float) -> bool:
        """Tell whether an epoch lies inside the flight and in none of its gaps."""
        first, last = self.span_tdb_s
        return first <= tdb_s <= last and not any(start < tdb_s < end for start, end in self.gaps_tdb_s)

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
        arc = self.arcs[max(int(self._starts.searchsorted(tdb_s, side="right")) - 1, 0)]
        if arc.tdb_s[0] <= tdb_s <= arc.tdb_s[-1]:
            return arc
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
        if is_one(tdb_s):
            return self._one_state_km(float(tdb_s), centre_id, ephemeris)
        epochs = np.asarray(tdb_s, dtype=np.float64)
        index = self.arc_index(epochs)
        bodies = ephemeris or bundled_ephemeris()
        position = np.empty(epochs.shape + (3,))
        velocity = np.empty(epochs.shape + (3,))
        present = np.unique(index)
        # Epochs in order need no picking out: what belongs to an arc is one slice.
        is_in_order = index.ndim == 1 and bool(np.all(index[1:] >= index[:-1]))
        for i in present:
            chosen = slice(*np.searchsorted(index, [i, i + 1])) if is_in_order else index == i
            arc = self.arcs[int(i)]
            wanted = np.clip(epochs[chosen], arc.start_tdb_s, arc.end_tdb_s)
            place, rate = arc.table.evaluate(wanted)
            if arc.centre_id != centre_id:
                place_of_centre, rate_of_centre = bodies.state_km(arc.centre_id, centre_id, epochs[chosen])
                place, rate = place + place_of_centre, rate + rate_of_centre
            position[chosen], velocity[chosen] = place, rate
        return position, velocity

    def _one_state_km(self, tdb_s: float, centre_id: int, ephemeris: Ephemeris | None) -> tuple[FloatArray, FloatArray]:
        """Return the state at one epoch, (3,) each, without what only arrays need."""
        place = int(self._starts.searchsorted(tdb_s, side="right")) - 1
        arc = self.arcs[max(place, 0)]
        if not arc.tdb_s[0] <= tdb_s <= arc.tdb_s[-1]:
            arc = self.arc_at(tdb_s)
            tdb_s = min(max(tdb_s, arc.start_tdb_s), arc.end_tdb_s)
        position, velocity = arc.table.evaluate(tdb_s)
        if arc.centre_id != centre_id:
            of_centre, rate_of_centre = (ephemeris or bundled_ephemeris()).state_km(arc.centre_id, centre_id, tdb_s)
            position, velocity = position + of_centre, velocity + rate_of_centre
        return position, velocity

    def sigma_km(self, tdb_s: float | FloatArray) -> FloatArray:
        """Return one-sigma radial, along-track, cross-track uncertainty, (..., 3) km; NaN where unknown."""
        if self.sigma is None:
            return np.full(np.shape(tdb_s) + (3,), np.nan)
        return self.sigma.at(tdb_s)
