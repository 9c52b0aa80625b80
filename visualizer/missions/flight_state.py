"""Everything that is read off a flight at an epoch: for telemetry, charts, the command line and files."""

from __future__ import annotations

from copy import copy
from functools import lru_cache

import numpy as np

from visualizer.core import geometry, shadow
from visualizer.core.arrays import BoolArray, FloatArray, length, norm, rotate, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import (
    EARTH_ROTATION_RAD_S,
    MOON_INFLUENCE_KM,
    RADIUS_EARTH_EQUATOR_KM,
    RADIUS_MOON_KM,
)
from visualizer.core.lazy import lazy_property
from visualizer.core.moon_axes import ROT_ME_FROM_PA, moon_rotation_rate_rad_s
from visualizer.core.sky import Sky, sky_at
from visualizer.core.trajectory import Trajectory


class FlightState:
    """A craft at one epoch or many, shapes (...) and (..., 3); each figure is worked out when it is first asked for.

    Attributes
    ----------
    tdb_s : TDB seconds past J2000
    own_tdb_s : the flight's own epochs, where it is drawn at those of a picture
    pos_earth_km, vel_earth_km_s, pos_moon_km, vel_moon_km_s : relative to each body, ICRF axes
    is_about_moon : True within 66,000 km of the Moon: which body altitude, place, Sun elevation and phase are about
    range_moon_km : centre to craft
    """

    def __init__(self, tdb_s: FloatArray, pos_km: FloatArray, vel_km_s: FloatArray, sky: Sky, about: str) -> None:
        self._sky = sky
        self.tdb_s = self.own_tdb_s = tdb_s
        self.pos_earth_km, self.vel_earth_km_s = pos_km, vel_km_s
        self.pos_moon_km, self.vel_moon_km_s = pos_km - sky.moon_pos_km, vel_km_s - sky.moon_vel_km_s
        self.range_moon_km = _length(self.pos_moon_km)
        self.is_about_moon = _about_moon(about, self.range_moon_km)

    def drawn_at(
        self, tdb_s: FloatArray, earth_km: tuple[FloatArray, FloatArray], moon_km: tuple[FloatArray, FloatArray]
    ) -> FlightState:
        """Return the same flight, put elsewhere in a picture: all figures but places and velocities stay.

        Parameters
        ----------
        tdb_s : the picture's epoch
        earth_km, moon_km : place (km) and velocity (km/s) relative to each body there, ICRF axes
        """
        drawn = copy(self)
        for name, figure in vars(FlightState).items():
            if isinstance(figure, lazy_property):
                drawn.__dict__[name] = getattr(self, name)
        drawn.tdb_s = tdb_s
        drawn.pos_earth_km, drawn.vel_earth_km_s = earth_km
        drawn.pos_moon_km, drawn.vel_moon_km_s = moon_km
        return drawn

    @lazy_property
    def _below(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        return _below(self.is_about_moon, self.pos_earth_fixed_km, self.pos_moon_fixed_km)

    @lazy_property
    def _from_body_km(self) -> FloatArray:
        return _either(self.is_about_moon, self.pos_moon_km, self.pos_earth_km)

    @lazy_property
    def _sun_from_body_km(self) -> FloatArray:
        sun, moon = self._sky.sun_pos_km, self._sky.moon_pos_km
        return _either(self.is_about_moon, sun - moon, sun)

    @lazy_property
    def pos_earth_fixed_km(self) -> FloatArray:
        """Relative to the Earth, ITRS axes."""
        return _turned(self._sky.rot_itrs_from_icrf, self.pos_earth_km)

    @lazy_property
    def vel_earth_fixed_km_s(self) -> FloatArray:
        """ITRS axes, as seen from the turning Earth."""
        spin = np.array([0.0, 0.0, EARTH_ROTATION_RAD_S])
        return _turning(self.pos_earth_fixed_km, self.vel_earth_km_s, self._sky.rot_itrs_from_icrf, spin)

    @lazy_property
    def pos_moon_fixed_km(self) -> FloatArray:
        """Relative to the Moon, mean-Earth axes."""
        return _turned(self._sky.rot_me_from_icrf, self.pos_moon_km)

    @lazy_property
    def vel_moon_fixed_km_s(self) -> FloatArray:
        """Mean-Earth axes, as seen from the turning Moon."""
        now = self._sky.tdb_s
        spin = _spin_at(float(now)) if np.ndim(now) == 0 else _spin(now)
        return _turning(self.pos_moon_fixed_km, self.vel_moon_km_s, self._sky.rot_me_from_icrf, spin)

    @property
    def altitude_km(self) -> FloatArray:
        """Above the Moon's 1737.4 km sphere, or above the Earth's WGS84 ellipsoid."""
        return self._below[0]

    @property
    def lat_rad(self) -> FloatArray:
        """Latitude of the sub-point, mean-Earth (Moon) or geodetic (Earth)."""
        return self._below[1]

    @property
    def lon_rad(self) -> FloatArray:
        """East longitude of the sub-point."""
        return self._below[2]

    @lazy_property
    def sun_elevation_rad(self) -> FloatArray:
        """Of the Sun's centre above the horizon of the sub-point."""
        return geometry.elevation_rad(self._sun_from_body_km, unit(self._from_body_km))

    @lazy_property
    def range_earth_km(self) -> FloatArray:
        """Centre to craft."""
        return norm(self.pos_earth_km)

    @lazy_property
    def range_rate_earth_km_s(self) -> FloatArray:
        """How fast that grows."""
        return geometry.range_rate_km_s(self.pos_earth_km, self.vel_earth_km_s)

    @lazy_property
    def phase_rad(self) -> FloatArray:
        """Sun - body - craft."""
        return geometry.phase_angle_rad(self._sun_from_body_km, self._from_body_km)

    @lazy_property
    def sunlit_fraction(self) -> FloatArray:
        """0 to 1, by Earth and Moon together."""
        sun, moon = self._sky.sun_pos_km, self._sky.moon_pos_km
        by_moon = shadow.sunlit_fraction(self.pos_moon_km, sun - moon, RADIUS_MOON_KM)
        by_earth = shadow.sunlit_fraction(self.pos_earth_km, sun, RADIUS_EARTH_EQUATOR_KM)
        return np.minimum(by_moon, by_earth)

    @lazy_property
    def is_earth_occulted(self) -> BoolArray:
        """The Moon hides the Earth's centre from the craft."""
        return shadow.is_occulted(self.pos_moon_km, -self._sky.moon_pos_km, RADIUS_MOON_KM)


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
    sky = sky or sky_at(epochs)
    return FlightState(epochs, *_state_wrt_earth(trajectory, epochs, sky), sky, about)


def _state_wrt_earth(trajectory: Trajectory, epochs: FloatArray, sky: Sky) -> tuple[FloatArray, FloatArray]:
    """Return position (km) and velocity (km/s), by the Moon's of the sky where the flight is told about the Moon."""
    if epochs.ndim == 0 and trajectory.arc_at(float(epochs)).centre_id == MOON.naif_id:
        position, velocity = trajectory.state_km(epochs, MOON.naif_id)
        return position + sky.moon_pos_km, velocity + sky.moon_vel_km_s
    return trajectory.state_km(epochs, EARTH.naif_id)


def _about_moon(about: str, range_moon_km: FloatArray) -> BoolArray:
    if about == "auto":
        return np.asarray(range_moon_km < MOON_INFLUENCE_KM)
    return np.full(np.shape(range_moon_km), about == "moon")


def _turning(pos_fixed_km: FloatArray, vel_km_s: FloatArray, rot: FloatArray, spin_rad_s: FloatArray) -> FloatArray:
    """Return a velocity in a turning body's axes, as seen from it."""
    return geometry.velocity_in_rotating_axes_km_s(pos_fixed_km, rotate(rot, vel_km_s), spin_rad_s)


def _spin(tdb_s: float | FloatArray) -> FloatArray:
    """Return the Moon's angular velocity in mean-Earth axes, (..., 3) rad/s."""
    return rotate(ROT_ME_FROM_PA, moon_rotation_rate_rad_s(tdb_s))


@lru_cache(maxsize=16)
def _spin_at(tdb_s: float) -> FloatArray:
    """Return the same at one epoch, which all flights of a frame share."""
    return _spin(tdb_s)


def _length(vectors: FloatArray) -> FloatArray:
    """Return the length of each, (...); of one alone in the quick way."""
    return np.asarray(length(vectors)) if vectors.ndim == 1 else norm(vectors)


def _turned(rot_to_from: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return `rot @ v` of each, (..., 3); of one alone in the quick way."""
    return np.asarray(rot_to_from @ vectors) if vectors.ndim == 1 else rotate(rot_to_from, vectors)


def _either(is_first: BoolArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return vectors of the one or the other kind, (..., 3)."""
    if is_first.ndim == 0:
        return first if is_first else second
    return np.where(is_first[..., np.newaxis], first, second)


def _below(
    is_about_moon: BoolArray, pos_earth_fixed_km: FloatArray, pos_moon_fixed_km: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    if is_about_moon.ndim == 0 and is_about_moon:
        return (_length(pos_moon_fixed_km) - RADIUS_MOON_KM, *geometry.spherical_subpoint(pos_moon_fixed_km))
    lat_e, lon_e, height_e = geometry.earth_geodetic(pos_earth_fixed_km)
    if is_about_moon.ndim == 0:
        return height_e, lat_e, lon_e
    lat_m, lon_m = geometry.spherical_subpoint(pos_moon_fixed_km)
    return (
        np.where(is_about_moon, geometry.moon_altitude_km(pos_moon_fixed_km), height_e),
        np.where(is_about_moon, lat_m, lat_e),
        np.where(is_about_moon, lon_m, lon_e),
    )
