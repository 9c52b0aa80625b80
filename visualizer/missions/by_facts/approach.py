"""The way to the Moon with real forces: a passage found by conics is flown back to the Earth and improved.

Missions, by facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import (
    GM_EARTH_KM3_S2,
    GM_MOON_LP165P_KM3_S2,
    MOON_INFLUENCE_KM,
    RADIUS_EARTH_EQUATOR_KM,
    RADIUS_MOON_KM,
)
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.elements import Elements, elements_from_state
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Force, Gravity, velocity_axes
from visualizer.core.geometry import earth_position_itrs_km, position_on_sphere_km
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.propagation import graded_fractions, propagate
from visualizer.errors import SolveError
from visualizer.missions.by_facts.burn_plan import BurnPlan
from visualizer.missions.by_facts.conics import J2_MOON, RADIUS_J2_KM, Passage, Wanted, passages
from visualizer.missions.by_facts.plan import Item, Timetable
from visualizer.missions.document import MissionDocument
from visualizer.missions.flight_document import Arrival, LaunchStart
from visualizer.missions.reconstruction.least_squares import fit

STATE_STEPS = np.array([1e-2, 1e-2, 1e-2, 1e-6, 1e-6, 1e-6])
LARGE_BURN_M_S = 1000.0
SHORTEST_BACK_S = 1800.0
CONIC_PERIGEE_S = 5400.0
PERILUNE_SIGMA_S = 600.0
LEFT_S = 3.0 * 3600.0
FAR_WORSE, TRIED, ALIKE_KM = 300.0, 4, 300.0


@dataclass(frozen=True)
class Approach:
    """A way to the Moon: state (6,) at perilune about the Moon, its epoch, how well it fits, what it is."""

    tdb_s: float
    state: FloatArray
    chi_square: float
    words: str


def approaches(table: Timetable) -> list[Approach]:
    """Return ways to the Moon that fit the launch, best first.

    Raises
    ------
    SolveError
        If no way leads back to it.
    """
    arrival = table.flight.arrival
    assert arrival is not None
    wanted = wanted_of(table, arrival)
    found = passages(loosened(wanted))
    if not found:
        raise SolveError(f"{table.document.id}: no way to the Moon leads back to the start; look at [flight.arrival]")
    close = [one for one in found if one.chi_square < found[0].chi_square + FAR_WORSE][:TRIED]
    on_the_way = burns_between(table, wanted.perigee_tdb_s[0] + LEFT_S, wanted.perilune_tdb_s - 1.0)
    ways = sorted((_improved(wanted, one, arrival, on_the_way) for one in close), key=lambda one: one.chi_square)
    kept: list[Approach] = []
    for way in ways:
        if all(np.linalg.norm(way.state[:3] - other.state[:3]) > ALIKE_KM for other in kept):
            kept.append(way)
    return [way for way in kept if way.chi_square < kept[0].chi_square + FAR_WORSE]


def loosened(wanted: Wanted) -> Wanted:
    """Return what patched conics can be asked to meet: their times are an hour off."""
    epoch, sigma = wanted.perigee_tdb_s
    return Wanted(
        wanted.perilune_tdb_s, wanted.perilune_km, (wanted.perigee_km[0], max(wanted.perigee_km[1], 100.0)),
        (epoch, max(sigma, CONIC_PERIGEE_S)), wanted.pole, wanted.inclination_rad, wanted.pad, wanted.northbound,
        wanted.tilt_rad, wanted.place,
    )  # fmt: skip


def wanted_of(table: Timetable, arrival: Arrival) -> Wanted:
    """Return what the passage must meet, from the document."""
    document, start = table.document, table.flight.start
    perilune = perilune_epoch(table, arrival)
    perigee_s, perigee_sigma_s = _perigee_epoch(table, arrival, perilune)
    pole = rot_itrs_from_icrf(perigee_s)[2]
    inclination, pad, north = None, None, True
    radius = RADIUS_EARTH_EQUATOR_KM + 200.0
    if isinstance(start, LaunchStart):
        radius = RADIUS_EARTH_EQUATOR_KM + 0.5 * (start.perigee_km + start.apogee_km)
        inclination = (np.deg2rad(start.inclination_deg), np.deg2rad(start.inclination_sigma_deg + 0.2))
        pad = (pad_direction(document, start), np.deg2rad(start.plane_sigma_deg + 0.2))
        north = start.northbound
    elif start.body == "earth":
        radius = RADIUS_EARTH_EQUATOR_KM + start.periapsis_km
        inclination = (np.deg2rad(start.inclination_deg), np.deg2rad((start.inclination_sigma_deg or 3.0) + 0.2))
    tilt = None
    if arrival.inclination_deg is not None:
        tilt = (np.deg2rad(arrival.inclination_deg), np.deg2rad(arrival.inclination_sigma_deg))
    place = None
    if arrival.site is not None and arrival.site_utc is not None:
        site = document.site(arrival.site)
        direction = position_on_sphere_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1.0)
        place = (direction, np.deg2rad(arrival.site_sigma_deg), tdb_s_from_utc_text(arrival.site_utc))
    return Wanted(
        perilune, arrival.perilune_km, (radius, 30.0), (perigee_s, perigee_sigma_s), pole, inclination, pad, north,
        tilt, place,
    )  # fmt: skip


def pad_direction(document: MissionDocument, start: LaunchStart) -> FloatArray:
    """Return the direction of the pad from the Earth's centre at lift-off, (3,), ICRF axes."""
    site = document.site(start.site)
    fixed = earth_position_itrs_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1e-3 * site.height_m)
    return unit(rot_itrs_from_icrf(lift_off_epoch(document, start)).T @ fixed)


def lift_off_epoch(document: MissionDocument, start: LaunchStart) -> float:
    """Return the epoch of lift-off."""
    return tdb_s_from_utc_text({event.id: event.utc for event in document.events}[start.event])


def perilune_epoch(table: Timetable, arrival: Arrival) -> float:
    """Return the epoch of the perilune: the middle of the insertion, or what the document says."""
    if arrival.utc is not None:
        return tdb_s_from_utc_text(arrival.utc)
    burn = burn_item(table, arrival.burn or "").burn
    assert burn is not None
    return burn.start_tdb_s + 0.5 * burn.duration_s


def burn_item(table: Timetable, burn_id: str) -> Item:
    """Return the window of a burn."""
    items = [item for section in table.sections for item in section.items]
    return next(item for item in items if item.burn is not None and item.burn.id == burn_id)


def _perigee_epoch(table: Timetable, arrival: Arrival, perilune: float) -> tuple[float, float]:
    """Return when the transfer left the Earth, with its sigma: the last large burn before the Moon."""
    if arrival.perigee_utc is not None:
        return tdb_s_from_utc_text(arrival.perigee_utc), arrival.perigee_sigma_s
    burns = [
        item.burn for section in table.sections for item in section.items
        if item.burn is not None and item.burn.start_tdb_s < perilune - SHORTEST_BACK_S
    ]  # fmt: skip
    large = [burn for burn in burns if burn.delta_v_m_s > LARGE_BURN_M_S]
    if large:
        burn = large[-1]
        return burn.start_tdb_s + 0.5 * burn.duration_s, max(burn.start_sigma_s, arrival.perigee_sigma_s)
    return table.start_tdb_s, arrival.perigee_sigma_s


def burns_between(table: Timetable, first_tdb_s: float, last_tdb_s: float) -> list[BurnPlan]:
    """Return the burns that lie wholly between two epochs."""
    burns = [item.burn for section in table.sections for item in section.items if item.burn is not None]
    return [b for b in burns if b.start_tdb_s > first_tdb_s and b.start_tdb_s + b.duration_s < last_tdb_s]


def _improved(wanted: Wanted, passage: Passage, arrival: Arrival, burns: Sequence[BurnPlan]) -> Approach:
    def misses(batch: FloatArray) -> FloatArray:
        return _misses(wanted, arrival, batch, burns)

    found = fit(misses, passage.state[None], STATE_STEPS, list(range(6)), 10, 1e-2)[0]
    return Approach(wanted.perilune_tdb_s, found.values, found.chi_square, passage.words)


def flown_back(tdb_s: float, state: FloatArray, end_tdb_s: float, burns: Sequence[BurnPlan] = ()) -> FloatArray:
    """Fly states (b, 6) about the Moon back to an epoch, (b, 6) about the Earth, over guessed `burns` on the way."""
    full = np.concatenate([state, np.ones((len(state), 1))], axis=1)
    near = Force(Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 2))
    speed = float(np.linalg.norm(state[0, 3:6]))
    left = tdb_s - min(MOON_INFLUENCE_KM / max(0.4 * speed, 0.7), 0.4 * (tdb_s - end_tdb_s))
    late = [burn for burn in burns if _middle(burn) > left - 60.0]
    left = min([left, *(_middle(burn) - 60.0 for burn in late)])
    at = tdb_s
    for burn in reversed(late):
        path = propagate(near, at, _middle(burn), graded_fractions(at - _middle(burn), 60.0, 1.08, 1800.0), full)
        full, at = _without(burn, path.last), _middle(burn)
    path = propagate(near, at, left, graded_fractions(at - left, 60.0, 1.08, 1800.0), full)
    full = path.last + np.append(np.concatenate(bundled_ephemeris().state_km(MOON.naif_id, EARTH.naif_id, left)), 0.0)
    far = Force(Gravity(EARTH.naif_id, (MOON.naif_id, SUN.naif_id)))
    for burn in reversed([burn for burn in burns if burn not in late]):
        path = propagate(far, left, _middle(burn), _even(left - _middle(burn)), full)
        full, left = _without(burn, path.last), _middle(burn)
    fractions = 1.0 - graded_fractions(left - end_tdb_s, 120.0, 1.06, 3600.0)[::-1]
    return np.asarray(propagate(far, left, end_tdb_s, fractions, full).last[:, :6])


def _even(span_s: float) -> FloatArray:
    return np.linspace(0.0, 1.0, max(4, round(span_s / 2400.0)))


def _middle(burn: BurnPlan) -> float:
    return burn.start_tdb_s + 0.5 * burn.duration_s


def _without(burn: BurnPlan, state: FloatArray) -> FloatArray:
    """Take the guessed velocity change of a burn off states (b, 7)."""
    change = 1e-3 * burn.components_m_s(burn.starts[None])[0]
    velocity = state[:, 3:6] - np.einsum("i,bij->bj", change, velocity_axes(state[:, :3], state[:, 3:6]))
    return np.concatenate([state[:, :3], velocity, state[:, 6:]], axis=1)


def _misses(wanted: Wanted, arrival: Arrival, batch: FloatArray, burns: Sequence[BurnPlan] = ()) -> FloatArray:
    """Return how far real ways are from what is wanted, (b, r) in units of sigma."""
    left = wanted.perigee_tdb_s[0] + LEFT_S
    there = flown_back(wanted.perilune_tdb_s, batch, left, burns)
    orbit = elements_from_state(there[:, :3], there[:, 3:6], GM_EARTH_KM3_S2)
    perigee_s = left - orbit.time_from_periapsis_s
    normal = unit(np.cross(there[:, :3], there[:, 3:6]))
    columns = [
        (orbit.periapsis_radius_km - wanted.perigee_km[0]) / wanted.perigee_km[1],
        (perigee_s - wanted.perigee_tdb_s[0]) / wanted.perigee_tdb_s[1],
    ]
    if wanted.inclination_rad is not None:
        angle = np.arccos(np.clip(normal @ wanted.pole, -1.0, 1.0))
        columns.append((angle - wanted.inclination_rad[0]) / wanted.inclination_rad[1])
    if wanted.pad is not None:
        columns.append(np.arcsin(np.clip(normal @ wanted.pad[0], -1.0, 1.0)) / wanted.pad[1])
    columns += _at_moon(wanted, arrival, batch)
    return np.stack(columns, axis=1)


def _at_moon(wanted: Wanted, arrival: Arrival, batch: FloatArray) -> list[FloatArray]:
    """Return what the passage itself must meet: height, epoch, inclination, place."""
    axes = rot_moon_me_from_icrf(wanted.perilune_tdb_s)
    orbit = elements_from_state(batch[:, :3] @ axes.T, batch[:, 3:6] @ axes.T, GM_MOON_LP165P_KM3_S2)
    columns = [
        (orbit.periapsis_radius_km - RADIUS_MOON_KM - wanted.perilune_km) / arrival.perilune_sigma_km,
        orbit.time_from_periapsis_s / PERILUNE_SIGMA_S,
    ]
    if wanted.tilt_rad is not None:
        columns.append((orbit.inclination_rad - wanted.tilt_rad[0]) / wanted.tilt_rad[1])
    if wanted.place is not None:
        columns.append(out_of_plane_rad(orbit, wanted) / wanted.place[1])
    return [np.asarray(column) for column in columns]


def out_of_plane_rad(orbit: Elements, wanted: Wanted) -> FloatArray:
    """Return how far the wanted place is out of the orbit's plane, which turns as the Moon's flattening makes it."""
    assert wanted.place is not None
    place, _, epoch = wanted.place
    radius = RADIUS_MOON_KM + wanted.perilune_km
    rate = np.sqrt(GM_MOON_LP165P_KM3_S2 / radius**3)
    tilt = orbit.inclination_rad
    drift = -1.5 * J2_MOON * (RADIUS_J2_KM / radius) ** 2 * rate * np.cos(tilt)
    node = orbit.node_rad + drift * (epoch - wanted.perilune_tdb_s)
    normal = np.stack([np.sin(tilt) * np.sin(node), -np.sin(tilt) * np.cos(node), np.cos(tilt)], axis=-1)
    seen = rot_moon_me_from_icrf(wanted.perilune_tdb_s) @ rot_moon_me_from_icrf(epoch).T @ place
    return np.asarray(np.arcsin(np.clip(normal @ seen, -1.0, 1.0)))


def transfer_conic(state: FloatArray, tdb_s: float) -> tuple[FloatArray, FloatArray, float]:
    """Return the plane's normal, the direction of the perigee and its epoch, of a state (6,) about the Earth."""
    position, velocity = state[:3], state[3:6]
    spin = np.cross(position, velocity)
    shape = np.cross(velocity, spin) / GM_EARTH_KM3_S2 - position / norm(position)
    orbit = elements_from_state(position, velocity, GM_EARTH_KM3_S2)
    return unit(spin), unit(shape), tdb_s - float(orbit.time_from_periapsis_s)
