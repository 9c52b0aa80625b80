"""What pulls and pushes a spacecraft: Moon's field, Earth, Sun, and an engine.

Core. A force first samples its surroundings (bodies, rotations) for a whole block of epochs at once, then gives
the rates of many states per call. States are rows of position (km), velocity (km/s) and mass (kg), ICRF axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from visualizer.core import constants as k
from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.bodies import EARTH, MOON, SUN, body_of_id
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.gravity import GravityField, lp165p
from visualizer.core.moon_axes import rot_moon_pa_from_icrf


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a force needs to know at some epochs.

    Attributes
    ----------
    bodies_km : (..., n, 3) positions of the disturbing bodies from the centre
    indirect_km_s2 : (..., 3) minus the pull of those bodies on the centre
    rot_body : (..., 3, 3) rotation from ICRF to the centre's own axes (for its field)
    """

    bodies_km: FloatArray
    indirect_km_s2: FloatArray
    rot_body: FloatArray

    def at(self, *index: Any) -> Surroundings:
        """Return the surroundings at one index of the leading axes."""
        return Surroundings(self.bodies_km[index], self.indirect_km_s2[index], self.rot_body[index])


@dataclass(frozen=True)
class Gravity:
    """Gravity about a centre: its field, and other bodies as points.

    Attributes
    ----------
    centre_id : 301 or 399
    disturbing_ids : SPICE ids of the bodies taken as points
    moon_degree : degree of the Moon's field about the Moon; 0 is a point
    earth_degree : highest zonal harmonic of the Earth's field about the Earth, 2 to 4
    """

    centre_id: int
    disturbing_ids: tuple[int, ...]
    moon_degree: int = 0
    earth_degree: int = 2

    def sample(self, tdb_s: FloatArray) -> Surroundings:
        """Return the surroundings at epochs of any shape."""
        ephemeris = bundled_ephemeris()
        places = [ephemeris.position_km(body, self.centre_id, tdb_s) for body in self.disturbing_ids]
        bodies_km = np.stack(places, axis=-2)
        pull = self._gms[:, None] * bodies_km / (norm(bodies_km) ** 3)[..., None]
        return Surroundings(bodies_km, -pull.sum(axis=-2), self._rotation(tdb_s))

    def _rotation(self, tdb_s: FloatArray) -> FloatArray:
        if self.centre_id == MOON.naif_id and self.moon_degree > 0:
            return rot_moon_pa_from_icrf(tdb_s)
        if self.centre_id == EARTH.naif_id:
            pole = rot_itrs_from_icrf(float(np.mean(tdb_s)))
            return np.broadcast_to(pole, np.shape(tdb_s) + (3, 3))
        return np.broadcast_to(np.eye(3), np.shape(tdb_s) + (3, 3))

    @property
    def _gms(self) -> FloatArray:
        return np.array([body_of_id(body).gm_km3_s2 for body in self.disturbing_ids])

    @property
    def _field(self) -> GravityField:
        return lp165p(self.moon_degree)

    def acceleration_km_s2(self, near: Surroundings, position_km: FloatArray) -> FloatArray:
        """Return the acceleration relative to the centre, (b, 3) -> (b, 3) km/s2, ICRF axes."""
        offset = near.bodies_km - position_km[:, None, :]
        weight = self._gms / np.einsum("bni,bni->bn", offset, offset) ** 1.5
        third = np.einsum("bn,bni->bi", weight, offset) + near.indirect_km_s2
        return np.asarray(third + self._central(near, position_km))

    def _central(self, near: Surroundings, position_km: FloatArray) -> FloatArray:
        if self.centre_id == MOON.naif_id:
            own = np.einsum("bij,bj->bi", near.rot_body, position_km)
            return np.asarray(np.einsum("bji,bj->bi", near.rot_body, self._field.acceleration_km_s2(own)))
        pole = near.rot_body[:, 2]
        pull = _oblate_earth_km_s2(position_km, pole)
        return pull if self.earth_degree == 2 else pull + _higher_zonals_km_s2(position_km, pole, self.earth_degree)


def _oblate_earth_km_s2(position_km: FloatArray, pole: FloatArray) -> FloatArray:
    """Return the pull of the Earth as a point with its second zonal harmonic, (b, 3) km/s2."""
    distance2 = np.einsum("bi,bi->b", position_km, position_km)
    height = np.einsum("bi,bi->b", position_km, pole)
    central = k.GM_EARTH_KM3_S2 / distance2**1.5
    flat = 1.5 * k.J2_EARTH * k.RADIUS_J2_EARTH_KM**2 / distance2
    radial = -central * (1.0 + flat * (1.0 - 5.0 * height**2 / distance2))
    polar = -central * flat * 2.0 * height
    return np.asarray(radial[:, None] * position_km + polar[:, None] * pole)


def _higher_zonals_km_s2(position_km: FloatArray, pole: FloatArray, degree: int) -> FloatArray:
    """Return what the Earth's zonal harmonics beyond the second add, (b, 3) km/s2."""
    distance = norm(position_km)
    outward = position_km / distance[:, None]
    s = np.einsum("bi,bi->b", outward, pole)
    polynomials = (
        (2.5 * s**3 - 1.5 * s, 7.5 * s**2 - 1.5),
        ((35 * s**4 - 30 * s**2 + 3) / 8, (35 * s**3 - 15 * s) / 2),
    )
    total = np.zeros_like(position_km)
    for n, j_n, (value, slope) in zip((3, 4), (k.J3_EARTH, k.J4_EARTH), polynomials, strict=True):
        if n <= degree:
            size = k.GM_EARTH_KM3_S2 * j_n * k.RADIUS_J2_EARTH_KM**n / distance ** (n + 2)
            total += (size * ((n + 1) * value + s * slope))[:, None] * outward - (size * slope)[:, None] * pole
    return total


Steering = Literal["inertial", "velocity"]


@dataclass(frozen=True)
class Engine:
    """A burn of constant thrust, one value per member of the batch.

    Attributes
    ----------
    thrust_n : (b,) N
    flow_kg_s : (b,) mass flow, kg/s
    steering : `inertial`: `aim` is a unit vector (b, 3), ICRF axes; `velocity`: `aim` is (b, 2) angles
        (pitch, yaw) in rad from the velocity about the centre, pitch outwards in the orbit plane,
        yaw towards the orbit normal
    aim : as above
    """

    thrust_n: FloatArray
    flow_kg_s: FloatArray
    steering: Steering
    aim: FloatArray

    def direction(self, position_km: FloatArray, velocity_km_s: FloatArray) -> FloatArray:
        """Return the unit vector of the thrust, (b, 3), ICRF axes."""
        if self.steering == "inertial":
            return self.aim
        return direction_from_angles(position_km, velocity_km_s, self.aim)


def velocity_axes(position_km: FloatArray, velocity_km_s: FloatArray) -> FloatArray:
    """Return the unit vectors along the velocity, outwards and along the orbit normal, (..., 3, 3) rows."""
    along = unit(velocity_km_s)
    normal = unit(np.cross(position_km, velocity_km_s))
    return np.stack([along, np.cross(along, normal), normal], axis=-2)


def direction_from_angles(position_km: FloatArray, velocity_km_s: FloatArray, angles_rad: FloatArray) -> FloatArray:
    """Return the unit vector at (pitch, yaw) in the velocity axes, (..., 3)."""
    pitch, yaw = angles_rad[..., 0], angles_rad[..., 1]
    level = np.cos(yaw)
    parts = np.stack([level * np.cos(pitch), level * np.sin(pitch), np.sin(yaw)], axis=-1)
    return np.asarray(np.einsum("...i,...ij->...j", parts, velocity_axes(position_km, velocity_km_s)))


@dataclass(frozen=True)
class Force:
    """Gravity, with an engine or without, with sunlight or without.

    Attributes
    ----------
    gravity, engine : as above
    sun_m2_kg : (b,) m2/kg, the cross-section that sunlight pushes over the mass, times 1 to 2 for reflection; the
        Sun must be one of the disturbing bodies, and shadows are ignored. None without
    """

    gravity: Gravity
    engine: Engine | None = None
    sun_m2_kg: FloatArray | None = None

    def rates(self, near: Surroundings, state: FloatArray) -> FloatArray:
        """Return the time derivative of states (b, 7): km, km/s, kg per second."""
        position_km, velocity_km_s = state[:, :3], state[:, 3:6]
        rates = np.empty_like(state)
        rates[:, :3] = velocity_km_s
        rates[:, 3:6] = self.gravity.acceleration_km_s2(near, position_km)
        rates[:, 6] = 0.0
        if self.engine is not None:
            push_km_s2 = 1e-3 * self.engine.thrust_n / state[:, 6]
            rates[:, 3:6] += push_km_s2[:, None] * self.engine.direction(position_km, velocity_km_s)
            rates[:, 6] = -self.engine.flow_kg_s
        if self.sun_m2_kg is not None:
            rates[:, 3:6] += self._sunlight_km_s2(near, position_km)
        return rates

    def _sunlight_km_s2(self, near: Surroundings, position_km: FloatArray) -> FloatArray:
        """Return the push of sunlight, away from the Sun, (b, 3) km/s2."""
        assert self.sun_m2_kg is not None
        away = position_km - near.bodies_km[:, self.gravity.disturbing_ids.index(SUN.naif_id)]
        size = 1e-3 * k.SUN_PRESSURE_N_M2 * k.AU_KM**2 * self.sun_m2_kg
        return np.asarray((size / norm(away) ** 3)[:, None] * away)


def flow_from_thrust_kg_s(thrust_n: FloatArray, specific_impulse_s: float) -> FloatArray:
    """Return the mass flow of an engine, kg/s."""
    return np.asarray(thrust_n / (specific_impulse_s * 1e3 * k.G0_KM_S2), dtype=np.float64)
