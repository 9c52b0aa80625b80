"""Quantities along a flight for charts: altitude, speed, ranges, sub-point, Sun, velocity change spent.

Missions. A series has one value for each epoch; NaN where the quantity does not exist, which a chart leaves out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, norm
from visualizer.errors import CommandError
from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import FlightState, flight_state

POINTS: Final = 1500
# A share of the points is put where the flight changes fastest, near its burns and its ends.
BURN_MARGIN_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be charted: key, title, unit, whether a logarithmic axis suits it."""

    key: str
    title: str
    unit: str
    is_log: bool
    of: Callable[[Mission, FlightState], FloatArray]


def _speed(_mission: Mission, state: FlightState) -> FloatArray:
    about_moon = state.is_about_moon
    return np.where(about_moon, norm(state.vel_moon_km_s), norm(state.vel_earth_km_s))


def _delta_v_spent(mission: Mission, state: FlightState) -> FloatArray:
    spent = np.zeros(np.shape(state.tdb_s))
    for burn in mission.burns:
        share = np.clip((state.tdb_s - burn.start_tdb_s) / max(burn.duration_s, 1e-3), 0.0, 1.0)
        spent += burn.delta_v_m_s * share
    return spent


QUANTITIES: Final[tuple[Quantity, ...]] = (
    Quantity("altitude", "Altitude", "km", True, lambda _, s: s.altitude_km),
    Quantity("speed", "Speed relative to the nearer body", "km/s", False, _speed),
    Quantity("range_earth", "Distance from the Earth's centre", "km", True, lambda _, s: s.range_earth_km),
    Quantity("range_moon", "Distance from the Moon's centre", "km", True, lambda _, s: s.range_moon_km),
    Quantity("latitude", "Latitude of the sub-point", "deg", False, lambda _, s: np.rad2deg(s.lat_rad)),
    Quantity("longitude", "Longitude of the sub-point", "deg", False, lambda _, s: np.rad2deg(s.lon_rad)),
    Quantity("delta_v", "Velocity change spent", "m/s", False, _delta_v_spent),
    Quantity("sun_elevation", "Sun above the horizon below", "deg", False,
             lambda _, s: np.rad2deg(s.sun_elevation_rad)),
)  # fmt: skip


def quantity_of_key(key: str) -> Quantity:
    """Return a quantity by its key; raise `CommandError` that lists them."""
    for quantity in QUANTITIES:
        if quantity.key == key:
            return quantity
    raise CommandError(f"quantity {key!r}: unknown; one of {', '.join(one.key for one in QUANTITIES)}")


@dataclass(frozen=True)
class Series:
    """A quantity of one mission.

    Attributes
    ----------
    mission_id : whose
    tdb_s : (n,) epochs, TDB seconds past J2000
    since_s : (n,) the same, counted from the moment of alignment
    value : (n,) in the unit of the quantity
    """

    mission_id: str
    tdb_s: FloatArray
    since_s: FloatArray
    value: FloatArray


def series_of(
    mission: Mission, quantity: Quantity, anchor: str, start_s: float | None = None, end_s: float | None = None
) -> Series:
    """Return a quantity along a flight.

    Parameters
    ----------
    anchor : of `alignment.ANCHORS`
    start_s, end_s : span in seconds from the anchor's moment; by default the whole flight

    Raises
    ------
    CommandError
        If the mission does not have that moment, or nothing of it lies in the span.
    """
    zero = anchor_tdb_s(mission, anchor)
    if zero is None:
        raise CommandError(f"aligning {mission.id} by {anchor!r}: this mission has no such moment")
    first, last = mission.trajectory.span_tdb_s
    begin = first if start_s is None else max(first, zero + start_s)
    end = last if end_s is None else min(last, zero + end_s)
    if end <= begin:
        raise CommandError(f"{mission.id}: it did not fly in that span")
    epochs = chart_epochs(mission, begin, end)
    is_known = ~_in_gap(mission, epochs)
    value = np.full(len(epochs), np.nan)
    value[is_known] = quantity.of(mission, flight_state(mission.trajectory, epochs[is_known]))
    return Series(mission.id, epochs, epochs - zero, value)


def chart_epochs(mission: Mission, begin_tdb_s: float, end_tdb_s: float) -> FloatArray:
    """Return epochs for a smooth line: even ones, and closer ones about burns; the end itself is left out."""
    end = np.nextafter(end_tdb_s, begin_tdb_s)
    parts = [np.linspace(begin_tdb_s, end, POINTS)]
    for burn in mission.burns:
        near = np.linspace(burn.start_tdb_s - BURN_MARGIN_S, burn.end_tdb_s + BURN_MARGIN_S, 60)
        parts.append(near[(near > begin_tdb_s) & (near < end)])
    return np.unique(np.concatenate(parts))


def _in_gap(mission: Mission, epochs: FloatArray) -> BoolArray:
    """Return which epochs lie between arcs that do not meet."""
    inside = np.zeros(len(epochs), dtype=bool)
    for before, after in pairwise(mission.trajectory.arcs):
        if after.start_tdb_s - before.end_tdb_s > 1.0:
            inside |= (epochs > before.end_tdb_s) & (epochs < after.start_tdb_s)
    return inside
