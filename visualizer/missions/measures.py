"""What a shipped flight says of each published fact, measured on the trajectory itself.

Missions. One small function per quantity; the solver's own figures are not used, so a damaged or hand-made
trajectory is judged by the same rules. Epochs are TDB seconds past J2000.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray, angle_between_rad, norm, rotate, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import (
    G0_KM_S2,
    GM_EARTH_KM3_S2,
    GM_MOON_LP165P_KM3_S2,
    RADIUS_EARTH_EQUATOR_KM,
    RADIUS_MOON_KM,
)
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.elements import Elements, elements_from_state
from visualizer.core.geometry import earth_position_itrs_km, position_on_sphere_km, spherical_subpoint
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.missions.catalogue import Mission, Site

SAMPLE_S = 120.0
REVOLUTIONS = 7


def site(mission: Mission, site_id: str) -> Site:
    """Return a site of the mission by its id (`KeyError` if there is none)."""
    return {one.id: one for one in mission.sites}[site_id]


def lunar_orbit(mission: Mission, tdb_s: float | FloatArray) -> Elements:
    """Return osculating elements about the Moon in the mean-Earth axes of each epoch, frozen."""
    position, velocity = mission.trajectory.state_km(tdb_s, MOON.naif_id)
    axes = rot_moon_me_from_icrf(tdb_s)
    return elements_from_state(rotate(axes, position), rotate(axes, velocity), GM_MOON_LP165P_KM3_S2)


def earth_orbit(mission: Mission, tdb_s: float) -> Elements:
    """Return osculating elements about the Earth in its fixed axes of that epoch, frozen."""
    position, velocity = mission.trajectory.state_km(tdb_s, EARTH.naif_id)
    axes = rot_itrs_from_icrf(tdb_s)
    return elements_from_state(axes @ position, axes @ velocity, GM_EARTH_KM3_S2)


def first_lunar_orbits(mission: Mission) -> tuple[Elements, FloatArray]:
    """Return elements (n,) and epochs (n,) over the seven revolutions that follow insertion on 16 August."""
    start = mission.event("lunar-orbit").tdb_s
    period_s = 60.0 * (mission.document.fact("mean-period").value or 0.0)
    count = round(REVOLUTIONS * period_s / SAMPLE_S)
    epochs = start + np.linspace(0.0, REVOLUTIONS * period_s, count + 1)
    return lunar_orbit(mission, epochs), epochs


def mean_over_time(samples: FloatArray) -> float:
    """Return the trapezoidal mean of even samples."""
    return float((samples.sum() - 0.5 * (samples[0] + samples[-1])) / (len(samples) - 1))


def mean_heights_km(mission: Mission) -> tuple[float, float]:
    """Return mean perilune and apolune heights of 16 August over the 1737.4 km sphere, km."""
    orbit, _ = first_lunar_orbits(mission)
    return (
        mean_over_time(orbit.periapsis_radius_km) - RADIUS_MOON_KM,
        mean_over_time(orbit.apoapsis_radius_km) - RADIUS_MOON_KM,
    )


def mean_inclination_deg(mission: Mission) -> float:
    """Return the mean inclination to the Moon's equator on 16 August, deg."""
    return float(np.rad2deg(mean_over_time(first_lunar_orbits(mission)[0].inclination_rad)))


def node_longitude_deg(mission: Mission) -> float:
    """Return the Moon-fixed longitude of the ascending node at the end of the insertion, deg."""
    return float(np.rad2deg(lunar_orbit(mission, mission.event("lunar-orbit").tdb_s).node_rad))


def mean_period_min(mission: Mission) -> float:
    """Return the mean osculating period on 16 August, min."""
    return mean_over_time(2.0 * np.pi / first_lunar_orbits(mission)[0].mean_motion_rad_s) / 60.0


def below_wrt_site(mission: Mission, site_id: str, tdb_s: float) -> tuple[float, float]:
    """Return how far the sub-point is from a site on the Moon, (along the track, across it) km on the sphere."""
    place = site(mission, site_id)
    aim = position_on_sphere_km(np.deg2rad(place.lat_deg), np.deg2rad(place.lon_deg), 1.0)
    position, velocity = mission.trajectory.state_km(tdb_s, MOON.naif_id)
    axes = rot_moon_me_from_icrf(tdb_s)
    below = unit(axes @ position)
    normal = unit(np.cross(below, axes @ velocity))
    along = np.arctan2(np.cross(normal, below) @ aim, below @ aim)
    return float(-along * RADIUS_MOON_KM), float(-np.arcsin(normal @ aim) * RADIUS_MOON_KM)


def last_place_deg(mission: Mission) -> tuple[float, float, float]:
    """Return latitude, longitude (deg, mean-Earth axes) and radius (km) of the last node: the impact."""
    tdb_s = mission.trajectory.span_tdb_s[1]
    position = rot_moon_me_from_icrf(tdb_s) @ mission.trajectory.state_km(tdb_s, MOON.naif_id)[0]
    lat, lon = spherical_subpoint(position)
    return float(np.rad2deg(lat)), float(np.rad2deg(lon)), float(norm(position))


def distance_on_moon_km(first_deg: tuple[float, float], second_deg: tuple[float, float]) -> float:
    """Return the great-circle distance of two (lat, lon) on the 1737.4 km sphere, km."""
    first, second = (
        position_on_sphere_km(np.deg2rad(lat), np.deg2rad(lon), 1.0) for lat, lon in (first_deg, second_deg)
    )
    return float(RADIUS_MOON_KM * angle_between_rad(first, second))


def impact_from_site_km(mission: Mission, site_id: str) -> float:
    """Return the distance of the impact from a site, km along the sphere."""
    place = site(mission, site_id)
    return distance_on_moon_km(last_place_deg(mission)[:2], (place.lat_deg, place.lon_deg))


def range_earth_km(mission: Mission, tdb_s: float) -> float:
    """Return the distance from the Earth's centre, km."""
    return float(norm(mission.trajectory.state_km(tdb_s, EARTH.naif_id)[0]))


def inclination_deg(mission: Mission, event_id: str) -> float:
    """Return the osculating inclination to the Earth's equator at an event, deg."""
    return float(np.rad2deg(earth_orbit(mission, mission.event(event_id).tdb_s).inclination_rad))


def parking_heights_km(mission: Mission) -> tuple[float, float]:
    """Return perigee and apogee heights over the equatorial radius when the injection burn starts, km."""
    orbit = earth_orbit(mission, mission.event("tli").tdb_s)
    return (
        float(orbit.periapsis_radius_km) - RADIUS_EARTH_EQUATOR_KM,
        float(orbit.apoapsis_radius_km) - RADIUS_EARTH_EQUATOR_KM,
    )


def launch_place_deg(mission: Mission) -> tuple[float, float]:
    """Return the pad at lift-off in the plane of the early flight: (argument of latitude, angle off it) deg."""
    launch, pad = mission.event("launch").tdb_s, site(mission, "vostochny")
    fixed = earth_position_itrs_km(np.deg2rad(pad.lat_deg), np.deg2rad(pad.lon_deg), 1e-3 * pad.height_m)
    up = unit(rot_itrs_from_icrf(launch).T @ fixed)
    tdb_s = mission.event("third-stage").tdb_s
    position, velocity = mission.trajectory.state_km(tdb_s, EARTH.naif_id)
    normal = unit(np.cross(position, velocity))
    node = unit(np.cross(rot_itrs_from_icrf(mission.event("tli").tdb_s)[2], normal))
    latitude = np.arctan2(np.cross(normal, node) @ up, node @ up)
    return float(np.rad2deg(latitude)), float(np.rad2deg(np.arcsin(normal @ up)))


def impulse_ratio(mission: Mission) -> float:
    """Return the impulse of the last burn over that of its planned part."""
    burn = mission.burn("last-burn")
    planned_s = mission.event("planned-cutoff").tdb_s - burn.start_tdb_s
    flow = (burn.mass_before_kg - burn.mass_after_kg) / burn.duration_s
    exhaust = 1e3 * G0_KM_S2 * burn.specific_impulse_s
    short = exhaust * np.log(burn.mass_before_kg / (burn.mass_before_kg - flow * planned_s))
    return float(burn.delta_v_m_s / short)
