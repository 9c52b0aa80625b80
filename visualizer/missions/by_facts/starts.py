"""Where a flight begins and where its free parts end: first states, and what the document guesses about them.

Missions, by facts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from visualizer.core.arrays import FloatArray, dot, norm, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_LP165P_KM3_S2, RADIUS_EARTH_EQUATOR_KM
from visualizer.core.constants import RADIUS_MOON_KM as MOON_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.elements import Elements, elements_from_state, state_from_elements
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.geometry import earth_position_itrs_km, position_on_sphere_km
from visualizer.core.moon_axes import ROT_ME_FROM_PA, moon_rotation_rate_rad_s, rot_moon_me_from_icrf
from visualizer.missions.by_facts.approach import lift_off_epoch, pad_direction
from visualizer.missions.by_facts.chain import Aim
from visualizer.missions.by_facts.plan import Timetable
from visualizer.missions.document import DocumentSite
from visualizer.missions.flight_document import Descent, Entry, LaunchStart, OrbitStart

ENTRY_HEIGHT_KM, ENTRY_SIGMA_KM, BRAKING_KM_S = 122.0, 0.5, 5.5
EARTH_MEAN_KM = 6371.0
Residuals = Callable[[FloatArray], FloatArray]


def state_of_orbit(start: OrbitStart) -> tuple[FloatArray, int]:
    """Return the state (7,) of a start in an orbit, and its centre."""
    moon = start.body == "moon"
    radius, gm = (MOON_KM, GM_MOON_LP165P_KM3_S2) if moon else (RADIUS_EARTH_EQUATOR_KM, GM_EARTH_KM3_S2)
    low, high = radius + start.periapsis_km, radius + start.apoapsis_km
    size = np.array([0.5 * (low + high)])
    angles = (start.inclination_deg, start.node_deg, start.argument_deg, start.anomaly_deg)
    tilt, node, turn, anomaly = (np.deg2rad(np.array([angle])) for angle in angles)
    orbit = Elements(size, 1.0 - low / size, tilt, node, turn, anomaly, gm)
    position, velocity = state_from_elements(orbit)
    axes = rot_moon_me_from_icrf(tdb_s_from_utc_text(start.utc)) if moon else np.eye(3)
    state = np.concatenate([position[0] @ axes, velocity[0] @ axes, [start.mass_kg]])
    return state, MOON.naif_id if moon else EARTH.naif_id


def launch_state(table: Timetable) -> FloatArray:
    """Return the guessed state (7,) in the parking orbit, from the pad alone."""
    start = table.flight.start
    assert isinstance(start, LaunchStart)
    pad = pad_direction(table.document, start)
    pole = rot_itrs_from_icrf(table.start_tdb_s)[2]
    east = unit(np.cross(pole, pad))
    north = np.cross(pad, east)
    sine = np.clip(np.cos(np.deg2rad(start.inclination_deg)) / np.sqrt(1.0 - float(pad @ pole) ** 2), -1.0, 1.0)
    ahead = sine * east + (1.0 if start.northbound else -1.0) * np.sqrt(1.0 - sine**2) * north
    angle = np.deg2rad(start.downrange_deg)
    outward = np.cos(angle) * pad + np.sin(angle) * ahead
    radius = RADIUS_EARTH_EQUATOR_KM + 0.5 * (start.perigee_km + start.apogee_km)
    speed = np.sqrt(GM_EARTH_KM3_S2 / radius) * (np.cos(angle) * ahead - np.sin(angle) * pad)
    return np.concatenate([radius * outward, speed, [start.mass_kg]])


def start_aim(table: Timetable) -> Aim | None:
    """Return what the document guesses about the first state."""
    start = table.flight.start
    if isinstance(start, LaunchStart):
        round_one = start.apogee_km - start.perigee_km < 2.0 * start.height_sigma_km
        first = (
            ("parking-height", *(f"parking-roundness-{i}" for i in (1, 2, 3)))
            if round_one
            else ("parking-perigee", "parking-apogee")
        )
        ids = (*first, "parking-inclination", "launch-plane", "launch-downrange")
        return Aim(0, False, ids, _launch_residuals(table, start))
    return _orbit_aim(start)


def _launch_residuals(table: Timetable, start: LaunchStart) -> Residuals:
    pad = pad_direction(table.document, start)
    pole = rot_itrs_from_icrf(lift_off_epoch(table.document, start))[2]
    target = np.array([start.perigee_km, start.apogee_km, start.inclination_deg, 0.0, start.downrange_deg])
    sigma = np.array([start.height_sigma_km, start.height_sigma_km, start.inclination_sigma_deg,
                      start.plane_sigma_deg, start.downrange_sigma_deg])  # fmt: skip

    def function(state: FloatArray) -> FloatArray:
        place, speed = state[:, :3], state[:, 3:6]
        orbit = elements_from_state(place, speed, GM_EARTH_KM3_S2)
        normal = unit(np.cross(place, speed))
        flat = pad - (normal @ pad)[:, None] * normal
        ahead = np.cross(normal, flat)
        turned = np.rad2deg(np.arctan2(dot(place, ahead), dot(place, flat)))
        low, high = (
            orbit.periapsis_radius_km - RADIUS_EARTH_EQUATOR_KM,
            orbit.apoapsis_radius_km - RADIUS_EARTH_EQUATOR_KM,
        )
        found = np.stack(
            [
                low,
                high,
                np.rad2deg(np.arccos(np.clip(normal @ pole, -1.0, 1.0))),
                np.rad2deg(np.arcsin(np.clip(normal @ pad, -1.0, 1.0))),
                start.downrange_deg + (turned - start.downrange_deg + 180.0) % 360.0 - 180.0,
            ],
            axis=1,
        )
        misses = (found - target) / sigma
        if start.apogee_km - start.perigee_km < 2.0 * start.height_sigma_km:
            misses = np.concatenate([_roundness(state, target[:2].mean(), sigma[0]), misses[:, 2:]], axis=1)
        return np.asarray(misses)

    return function


def _roundness(state: FloatArray, height_km: float, sigma_km: float) -> FloatArray:
    """Return mean height and eccentricity's vector about the Earth as residuals, (b, 4): smooth for circles too."""
    place, speed = state[:, :3], state[:, 3:6]
    distance = norm(place)
    size = 1.0 / (2.0 / distance - dot(speed, speed) / GM_EARTH_KM3_S2)
    shape = np.cross(speed, np.cross(place, speed)) / GM_EARTH_KM3_S2 - place / distance[:, None]
    off = np.concatenate([(size - RADIUS_EARTH_EQUATOR_KM - height_km)[:, None], size[:, None] * shape], axis=1)
    return np.asarray(np.sqrt(2.0) * off / sigma_km)


def _orbit_aim(start: OrbitStart) -> Aim | None:
    moon = start.body == "moon"
    radius, gm = (MOON_KM, GM_MOON_LP165P_KM3_S2) if moon else (RADIUS_EARTH_EQUATOR_KM, GM_EARTH_KM3_S2)
    axes = rot_moon_me_from_icrf(tdb_s_from_utc_text(start.utc)) if moon else np.eye(3)
    rows: tuple[tuple[str, float, float | None, Callable[[Elements], FloatArray]], ...] = (
        ("start-periapsis", start.periapsis_km, start.height_sigma_km, lambda o: o.periapsis_radius_km - radius),
        ("start-apoapsis", start.apoapsis_km, start.height_sigma_km, lambda o: o.apoapsis_radius_km - radius),
        ("start-inclination", start.inclination_deg, start.inclination_sigma_deg,
         lambda o: np.rad2deg(o.inclination_rad)),
        ("start-node", start.node_deg, start.node_sigma_deg, lambda o: np.rad2deg(o.node_rad)),
        ("start-argument", start.argument_deg, start.argument_sigma_deg, lambda o: np.rad2deg(o.periapsis_rad)),
        ("start-anomaly", start.anomaly_deg, start.anomaly_sigma_deg, lambda o: np.rad2deg(o.true_anomaly_rad)),
    )  # fmt: skip
    held = [row for row in rows if row[2] is not None]

    def function(state: FloatArray) -> FloatArray:
        orbit = elements_from_state(state[:, :3] @ axes.T, state[:, 3:6] @ axes.T, gm)
        columns = []
        for name, value, sigma, measure in held:
            off = np.asarray(measure(orbit)) - value
            if name in ("start-node", "start-argument", "start-anomaly"):
                off = (off + 180.0) % 360.0 - 180.0
            columns.append(off / (sigma or 1.0))
        return np.stack(columns, axis=1)

    return Aim(0, False, tuple(row[0] for row in held), function) if held else None


# ---------------------------------------------------------------- where free flight ends


def descent_residuals(leg: Descent, site: DocumentSite) -> Residuals:
    """Return how a powered descent must begin: height over the site, way to go along the ground, site in the plane."""

    touchdown = tdb_s_from_utc_text(leg.touchdown_utc)
    place = position_on_sphere_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1.0)
    # Where the site will stand at touchdown, among the stars.
    aim = rot_moon_me_from_icrf(touchdown).T @ place
    ground = MOON_KM + 1e-3 * site.height_m

    def function(state: FloatArray) -> FloatArray:
        outward = unit(state[:, :3])
        normal = unit(np.cross(state[:, :3], state[:, 3:6]))
        to_go = ground * np.arctan2(dot(np.cross(normal, outward), aim[None]), dot(outward, aim[None]))
        aside = ground * np.arcsin(np.clip(normal @ aim, -1.0, 1.0))
        return np.stack(
            [
                (norm(state[:, :3]) - ground - leg.height_km) / leg.height_sigma_km,
                (to_go - leg.range_km) / leg.range_sigma_km,
                aside / leg.aside_sigma_km,
            ],
            axis=1,
        )

    return function


def entry_residuals(leg: Entry, site: DocumentSite) -> Residuals:
    """Return how the Earth must be met: height, path angle, way to go to the site."""
    # Once braked, the craft turns with the Earth: it must come to where the site is by then.
    braked = min(
        tdb_s_from_utc_text(leg.utc) + leg.landing_range_km / BRAKING_KM_S, tdb_s_from_utc_text(leg.landing_utc)
    )
    fixed = earth_position_itrs_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1e-3 * site.height_m)
    aim = unit(rot_itrs_from_icrf(braked).T @ fixed)
    pole = rot_itrs_from_icrf(braked)[2]

    def function(state: FloatArray) -> FloatArray:
        distance = norm(state[:, :3])
        sine = (state[:, :3] @ pole) / distance
        ground = RADIUS_EARTH_EQUATOR_KM * (1.0 - sine**2 / 298.257)
        climb = dot(state[:, :3], state[:, 3:6]) / (distance * norm(state[:, 3:6]))
        outward = state[:, :3] / distance[:, None]
        normal = unit(np.cross(state[:, :3], state[:, 3:6]))
        to_go = EARTH_MEAN_KM * np.arctan2(np.cross(normal, outward) @ aim, outward @ aim)
        aside = EARTH_MEAN_KM * np.arcsin(np.clip(normal @ aim, -1.0, 1.0))
        return np.stack(
            [
                (distance - ground - ENTRY_HEIGHT_KM) / ENTRY_SIGMA_KM,
                (np.rad2deg(-np.arcsin(climb)) - leg.angle_deg) / leg.angle_sigma_deg,
                (to_go - leg.landing_range_km) / leg.landing_range_sigma_km,
                aside / (0.2 * leg.landing_range_sigma_km),
            ],
            axis=1,
        )

    return function


def state_on_moon(site: DocumentSite, tdb_s: float, mass_kg: float) -> FloatArray:
    """Return the state (7,) of a craft at rest on a site of the Moon, ICRF axes about the Moon."""
    radius = MOON_KM + 1e-3 * site.height_m
    place = position_on_sphere_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), radius)
    axes = rot_moon_me_from_icrf(tdb_s)
    speed = np.cross(ROT_ME_FROM_PA @ moon_rotation_rate_rad_s(tdb_s), place)
    return np.concatenate([axes.T @ place, axes.T @ speed, [mass_kg]])
