"""Quantities along a flight for charts: altitude, speed, ranges, sub-point, Sun, velocity change spent.

Missions. A series has one value for each epoch; NaN where the quantity does not exist, which a chart leaves out. Where
the flight's uncertainty is known, so is the quantity's: its gradient along the three axes of the track, each with its
own sigma, taken as independent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import BoolArray, FloatArray, dot, norm, rotate_back, unit
from visualizer.core.bodies import MOON, body_of_id
from visualizer.core.earth_axes import rot_itrs_from_icrf_quick
from visualizer.core.geometry import elevation_rad, position_on_sphere_km
from visualizer.core.sky import Sky, sky_at
from visualizer.core.trajectory import Trajectory, track_axes
from visualizer.errors import CommandError
from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import Mission, Site
from visualizer.missions.flight_state import FlightState, flight_state

POINTS: Final = 1500
# A share of the points is put where the flight changes fastest, near its burns and its ends.
BURN_MARGIN_S: Final = 900.0
NEAR_BURN: Final = 60
# A revolution needs so many points to keep its highest and lowest; a long stay in orbit gets no more than MOST.
PER_REVOLUTION: Final = 24
TURN_STEPS: Final = 4
MOST: Final = 12_000

Value = Callable[[Mission, FlightState, Sky], FloatArray]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be charted.

    Attributes
    ----------
    key, title, unit : for machines, for people; deg, km, ...
    is_log : whether a logarithmic axis suits it
    of : (n,) values in the unit
    gradient : (n, 3) change of the value with the craft's place, unit / km, ICRF axes; None where that is not all
    is_about_nearer : whether it is about the Moon near the Moon and about the Earth elsewhere, and so jumps
    of_epochs : for a quantity of no single flight: (n,) values at (n,) epochs of the active mission's clock
    known_by : id of the mission whose arcs tell how such a quantity is known; empty where bodies alone make it
    """

    key: str
    title: str
    unit: str
    is_log: bool
    of: Value
    gradient: Value | None = None
    is_about_nearer: bool = False
    of_epochs: Callable[[FloatArray], FloatArray] | None = None
    known_by: str = ""

    @property
    def heading(self) -> str:
        """Title with its unit."""
        return f"{self.title}, {self.unit}"


def _speed(_mission: Mission, state: FlightState, _sky: Sky) -> FloatArray:
    about_moon = state.is_about_moon
    return np.where(about_moon, norm(state.vel_moon_km_s), norm(state.vel_earth_km_s))


def _delta_v_spent(mission: Mission, state: FlightState, _sky: Sky) -> FloatArray:
    spent = np.zeros(np.shape(state.tdb_s))
    for burn in mission.burns:
        share = np.clip((state.tdb_s - burn.start_tdb_s) / max(burn.duration_s, 1e-3), 0.0, 1.0)
        spent += burn.delta_v_m_s * share
    return spent


def landing_site(mission: Mission) -> Site | None:
    """Return the place on the Moon where a mission came down, or was to; None for a flight past."""
    kinds = {"impact": 0, "landing": 1}
    sites = [site for site in mission.sites if site.kind in kinds and site.body_id == MOON.naif_id]
    return min(sites, key=lambda site: kinds[site.kind], default=None)


def _sun_at_site(mission: Mission, state: FlightState, sky: Sky) -> FloatArray:
    site = landing_site(mission)
    if site is None:
        return np.full(np.shape(state.tdb_s), np.nan)
    fixed = position_on_sphere_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), MOON.radius_km)
    place = rotate_back(sky.rot_me_from_icrf, np.broadcast_to(fixed, (*np.shape(state.tdb_s), 3)))
    return np.rad2deg(elevation_rad(sky.sun_pos_km - sky.moon_pos_km - place, unit(place)))


def _from_body(state: FlightState) -> FloatArray:
    return np.where(state.is_about_moon[..., np.newaxis], state.pos_moon_km, state.pos_earth_km)


def _north(state: FlightState, sky: Sky) -> FloatArray:
    """Return the direction of growing latitude over the radius, (n, 3) rad / km."""
    about_moon = state.is_about_moon[..., np.newaxis]
    pole = np.where(about_moon, sky.rot_me_from_icrf[..., 2, :], sky.rot_itrs_from_icrf[..., 2, :])
    return _toward(pole, _from_body(state))


def _toward(direction: FloatArray, place_km: FloatArray) -> FloatArray:
    """Return how the elevation of a far direction changes with the place on a sphere, (n, 3) rad / km."""
    up = unit(place_km)
    level = direction - np.sum(direction * up, axis=-1, keepdims=True) * up
    return np.asarray(level / (np.maximum(norm(level), 1e-9) * norm(place_km))[..., np.newaxis])


def _sun_gradient(_mission: Mission, state: FlightState, sky: Sky) -> FloatArray:
    body = np.where(state.is_about_moon[..., np.newaxis], sky.moon_pos_km, 0.0)
    return np.rad2deg(_toward(unit(sky.sun_pos_km - body), _from_body(state)))


QUANTITIES: Final[tuple[Quantity, ...]] = (
    Quantity("altitude", "Altitude above the nearer body", "km", True, lambda _, s, __: s.altitude_km,
             lambda _, s, __: unit(_from_body(s)), True),
    Quantity("speed", "Speed relative to the nearer body", "km/s", False, _speed, None, True),
    Quantity("range_earth", "Distance from the Earth's centre", "km", True, lambda _, s, __: s.range_earth_km,
             lambda _, s, __: unit(s.pos_earth_km)),
    Quantity("range_moon", "Distance from the Moon's centre", "km", True, lambda _, s, __: s.range_moon_km,
             lambda _, s, __: unit(s.pos_moon_km)),
    Quantity("latitude", "Latitude of the sub-point", "deg", False, lambda _, s, __: np.rad2deg(s.lat_rad),
             lambda _, s, k: np.rad2deg(_north(s, k)), True),
    Quantity("longitude", "Longitude of the sub-point", "deg", False, lambda _, s, __: np.rad2deg(s.lon_rad),
             None, True),
    Quantity("delta_v", "Velocity change spent", "m/s", False, _delta_v_spent),
    Quantity("sun_elevation", "Sun above the horizon of the sub-point", "deg", False,
             lambda _, s, __: np.rad2deg(s.sun_elevation_rad), _sun_gradient, True),
    Quantity("sun_elevation_site", "Sun above the horizon of the landing place", "deg", False, _sun_at_site),
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
    (value,) = (values for values, _ in values_of(mission, (quantity,), epochs))
    return Series(mission.id, epochs, epochs - zero, value)


def values_of(
    mission: Mission, quantities: tuple[Quantity, ...], tdb_s: FloatArray, *, is_broken: bool = False
) -> list[tuple[FloatArray, FloatArray]]:
    """Return values and their one sigma, (n,) each, NaN where there is none, for each quantity.

    Parameters
    ----------
    tdb_s : (n,) epochs inside the flight's span; in its gaps values are NaN
    is_broken : put NaN where a value jumps, so that a line breaks there: at another body, at 180 degrees
    """
    is_known = ~in_gap(mission.trajectory, tdb_s)
    epochs = tdb_s[is_known]
    sky = sky_at(epochs, rot_itrs_from_icrf_at=rot_itrs_from_icrf_quick)
    state = flight_state(mission.trajectory, epochs, sky=sky)
    found = []
    for quantity in quantities:
        value, sigma = np.full((2, len(tdb_s)), np.nan)
        value[is_known] = quantity.of(mission, state, sky)
        if is_broken:
            value[np.flatnonzero(is_known)[_jumps(quantity, state, value[is_known])]] = np.nan
        if quantity.gradient is not None and mission.trajectory.sigma is not None:
            sigma[is_known] = _sigma(mission.trajectory, epochs, quantity.gradient(mission, state, sky))
        found.append((value, sigma))
    return found


def _jumps(quantity: Quantity, state: FlightState, value: FloatArray) -> npt.NDArray[np.intp]:
    """Return the indices of the first values after a jump."""
    jumps = np.zeros(max(len(value) - 1, 0), dtype=bool)
    if quantity.is_about_nearer:
        jumps |= np.diff(state.is_about_moon)
    if quantity.key == "longitude":
        jumps |= np.abs(np.diff(value)) > 180.0
    return np.flatnonzero(jumps) + 1


def _sigma(trajectory: Trajectory, tdb_s: FloatArray, gradient: FloatArray) -> FloatArray:
    """Return one sigma of what changes with the place as `gradient` (n, 3) says, (n,)."""
    index = trajectory.arc_index(tdb_s)
    centre_ids = np.array([arc.centre_id for arc in trajectory.arcs])[index]
    along = np.empty((len(tdb_s), 3))
    for centre_id in np.unique(centre_ids):
        chosen = centre_ids == centre_id
        axes = track_axes(*trajectory.state_km(tdb_s[chosen], int(centre_id)))
        along[chosen] = np.einsum("nij,nj->ni", axes, gradient[chosen])
    return np.asarray(np.sqrt(np.sum((along * trajectory.sigma_km(tdb_s)) ** 2, axis=-1)))


def chart_epochs(mission: Mission, begin_tdb_s: float, end_tdb_s: float, points: int = POINTS) -> FloatArray:
    """Return epochs for a smooth line: even ones, and closer ones about burns; the end itself is left out."""
    end = np.nextafter(end_tdb_s, begin_tdb_s)
    parts = [np.linspace(begin_tdb_s, end, points)]
    for burn in mission.burns:
        near = np.linspace(burn.start_tdb_s - BURN_MARGIN_S, burn.end_tdb_s + BURN_MARGIN_S, NEAR_BURN)
        parts.append(near[(near > begin_tdb_s) & (near < end)])
    return np.unique(np.concatenate(parts))


def dense_epochs(mission: Mission, begin_tdb_s: float, end_tdb_s: float, points: int) -> FloatArray:
    """Return epochs that miss no perilune: those of `chart_epochs`, and `PER_REVOLUTION` in each revolution.

    Parameters
    ----------
    points : how many even ones, at least
    """
    parts = [chart_epochs(mission, begin_tdb_s, end_tdb_s, points)]
    even_s = (end_tdb_s - begin_tdb_s) / points
    orbits = []
    for arc in mission.trajectory.arcs:
        first, last = max(arc.start_tdb_s, begin_tdb_s), min(arc.end_tdb_s, end_tdb_s)
        if last <= first or arc.kind == "surface":
            continue
        step = _period_s(mission.trajectory, 0.5 * (first + last), arc.centre_id) / PER_REVOLUTION
        if 0.0 < step < even_s:
            orbits.append((first, last, step))
    wanted = sum((last - first) / step for first, last, step in orbits)
    slack = max(1.0, wanted / MOST)
    end = np.nextafter(end_tdb_s, begin_tdb_s)
    for first, last, step in orbits:
        even = np.arange(first, min(last, end), step * slack)
        parts += [even, _turns(mission.trajectory, even)]
    return np.unique(np.concatenate(parts))


def _turns(trajectory: Trajectory, tdb_s: FloatArray) -> FloatArray:
    """Return when the craft is nearest or farthest between some epochs of one arc, to a few seconds."""
    centre_id = trajectory.arc_at(float(tdb_s[0])).centre_id
    rate = dot(*trajectory.state_km(tdb_s, centre_id))
    before = np.flatnonzero(rate[:-1] * rate[1:] < 0.0)
    low, high, low_rate, high_rate = tdb_s[before], tdb_s[before + 1], rate[before], rate[before + 1]
    middle = low
    for _ in range(TURN_STEPS if len(before) else 0):
        middle = low + (high - low) * low_rate / (low_rate - high_rate)
        middle_rate = dot(*trajectory.state_km(middle, centre_id))
        is_low = middle_rate * low_rate > 0.0
        low, low_rate = np.where(is_low, middle, low), np.where(is_low, middle_rate, low_rate)
        high, high_rate = np.where(is_low, high, middle), np.where(is_low, high_rate, middle_rate)
    return middle


def _period_s(trajectory: Trajectory, tdb_s: float, centre_id: int) -> float:
    """Return the osculating period, s; 0 for a path that does not close."""
    position, velocity = trajectory.state_km(tdb_s, centre_id)
    gm = body_of_id(centre_id).gm_km3_s2
    inverse_axis = 2.0 / float(norm(position)) - float(velocity @ velocity) / gm
    return float(2.0 * np.pi / np.sqrt(gm * inverse_axis**3)) if inverse_axis > 0.0 else 0.0


def in_gap(trajectory: Trajectory, epochs: FloatArray) -> BoolArray:
    """Return which epochs lie between arcs that do not meet, (n,)."""
    inside = np.zeros(len(epochs), dtype=bool)
    for before, after in pairwise(trajectory.arcs):
        if after.start_tdb_s - before.end_tdb_s > 1e-3:
            inside |= (epochs > before.end_tdb_s) & (epochs < after.start_tdb_s)
    return inside
