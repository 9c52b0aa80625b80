"""Everything that is read off a flight at an epoch: for telemetry, charts, the command line and files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core import geometry, shadow
from visualizer.core.arrays import BoolArray, FloatArray, norm, rotate, unit
from visualizer.core.constants import (
    EARTH_ROTATION_RAD_S,
    MOON_INFLUENCE_KM,
    RADIUS_EARTH_EQUATOR_KM,
    RADIUS_MOON_KM,
)
from visualizer.core.moon_axes import ROT_ME_FROM_PA, moon_rotation_rate_rad_s
from visualizer.core.sky import Sky, sky_at
from visualizer.core.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class FlightState:
    """A craft at one epoch or many, shapes (...) and (..., 3).

    Attributes
    ----------
    pos_earth_km, vel_earth_km_s, pos_moon_km, vel_moon_km_s : relative to each body, ICRF axes
    pos_moon_fixed_km, vel_moon_fixed_km_s : mean-Earth axes, velocity as seen from the turning Moon
    pos_earth_fixed_km, vel_earth_fixed_km_s : ITRS axes, velocity as seen from the turning Earth
    is_about_moon : True within 66,000 km of the Moon: which body the next four lines are about
    altitude_km : above the Moon's 1737.4 km sphere, or above the Earth's WGS84 ellipsoid
    lat_rad, lon_rad : sub-point, mean-Earth (Moon) or geodetic (Earth)
    sun_elevation_rad : of the Sun's centre above the horizon of the sub-point
    range_earth_km, range_moon_km, range_rate_earth_km_s : centre to craft
    phase_rad : Sun - body - craft
    sunlit_fraction : 0 to 1, by Earth and Moon together
    is_earth_occulted : the Moon hides the Earth's centre from the craft
    """

    tdb_s: FloatArray
    pos_earth_km: FloatArray
    vel_earth_km_s: FloatArray
    pos_moon_km: FloatArray
    vel_moon_km_s: FloatArray
    pos_earth_fixed_km: FloatArray
    vel_earth_fixed_km_s: FloatArray
    pos_moon_fixed_km: FloatArray
    vel_moon_fixed_km_s: FloatArray
    is_about_moon: BoolArray
    altitude_km: FloatArray
    lat_rad: FloatArray
    lon_rad: FloatArray
    sun_elevation_rad: FloatArray
    range_earth_km: FloatArray
    range_moon_km: FloatArray
    range_rate_earth_km_s: FloatArray
    phase_rad: FloatArray
    sunlit_fraction: FloatArray
    is_earth_occulted: BoolArray


def flight_state(
    trajectory: Trajectory, tdb_s: float | FloatArray, *, sky: Sky | None = None, about: str = "auto"
) -> FlightState:
    """Evaluate a flight.

    Parameters
    ----------
    trajectory : the flight
    tdb_s : (...) epochs inside its span
    sky : bodies at those epochs, if the caller has them
    about : 'auto', 'earth' or 'moon': what altitude, latitude, longitude, Sun elevation and phase refer to

    Raises
    ------
    EpochRangeError
        Outside the flight's span.
    """
    epochs = np.asarray(tdb_s, dtype=np.float64)
    pos_earth, vel_earth = trajectory.state_km(epochs, 399)
    sky = sky or sky_at(epochs)
    pos_moon, vel_moon = pos_earth - sky.moon_pos_km, vel_earth - sky.moon_vel_km_s
    pos_ef, vel_ef = _in_earth_axes(pos_earth, vel_earth, sky)
    pos_mf, vel_mf = _in_moon_axes(pos_moon, vel_moon, sky)
    range_moon = norm(pos_moon)
    is_about_moon = _about_moon(about, range_moon)
    altitude, lat, lon = _below(is_about_moon, pos_ef, pos_mf)
    from_body = np.where(is_about_moon[..., np.newaxis], pos_moon, pos_earth)
    body = np.where(is_about_moon[..., np.newaxis], sky.moon_pos_km, 0.0)
    sun_from_body = sky.sun_pos_km - body
    by_moon = shadow.sunlit_fraction(pos_moon, sky.sun_pos_km - sky.moon_pos_km, RADIUS_MOON_KM)
    by_earth = shadow.sunlit_fraction(pos_earth, sky.sun_pos_km, RADIUS_EARTH_EQUATOR_KM)
    return FlightState(
        tdb_s=epochs,
        pos_earth_km=pos_earth,
        vel_earth_km_s=vel_earth,
        pos_moon_km=pos_moon,
        vel_moon_km_s=vel_moon,
        pos_earth_fixed_km=pos_ef,
        vel_earth_fixed_km_s=vel_ef,
        pos_moon_fixed_km=pos_mf,
        vel_moon_fixed_km_s=vel_mf,
        is_about_moon=is_about_moon,
        altitude_km=altitude,
        lat_rad=lat,
        lon_rad=lon,
        sun_elevation_rad=geometry.elevation_rad(sun_from_body, unit(from_body)),
        range_earth_km=norm(pos_earth),
        range_moon_km=range_moon,
        range_rate_earth_km_s=geometry.range_rate_km_s(pos_earth, vel_earth),
        phase_rad=geometry.phase_angle_rad(sun_from_body, from_body),
        sunlit_fraction=np.minimum(by_moon, by_earth),
        is_earth_occulted=shadow.is_occulted(pos_moon, -sky.moon_pos_km, RADIUS_MOON_KM),
    )


def _about_moon(about: str, range_moon_km: FloatArray) -> BoolArray:
    if about == "auto":
        return np.asarray(range_moon_km < MOON_INFLUENCE_KM)
    return np.full(np.shape(range_moon_km), about == "moon")


def _in_earth_axes(pos: FloatArray, vel: FloatArray, sky: Sky) -> tuple[FloatArray, FloatArray]:
    rot = sky.rot_itrs_from_icrf
    pos_fixed = rotate(rot, pos)
    spin = np.array([0.0, 0.0, EARTH_ROTATION_RAD_S])
    return pos_fixed, geometry.velocity_in_rotating_axes_km_s(pos_fixed, rotate(rot, vel), spin)


def _in_moon_axes(pos: FloatArray, vel: FloatArray, sky: Sky) -> tuple[FloatArray, FloatArray]:
    rot = sky.rot_me_from_icrf
    pos_fixed = rotate(rot, pos)
    spin = rotate(ROT_ME_FROM_PA, moon_rotation_rate_rad_s(sky.tdb_s))
    return pos_fixed, geometry.velocity_in_rotating_axes_km_s(pos_fixed, rotate(rot, vel), spin)


def _below(
    is_about_moon: BoolArray, pos_earth_fixed_km: FloatArray, pos_moon_fixed_km: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    lat_m, lon_m = geometry.spherical_subpoint(pos_moon_fixed_km)
    lat_e, lon_e, height_e = geometry.earth_geodetic(pos_earth_fixed_km)
    return (
        np.where(is_about_moon, geometry.moon_altitude_km(pos_moon_fixed_km), height_e),
        np.where(is_about_moon, lat_m, lat_e),
        np.where(is_about_moon, lon_m, lon_e),
    )
