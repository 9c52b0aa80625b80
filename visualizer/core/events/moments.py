"""Where the craft, the Sun, the Earth and the Moon are at many epochs, each worked out when it is first asked for.

Core. All kinds of events that look at the same epochs share one `Moments`, so that a position is evaluated once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, cross, norm, rotate, rotate_back
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import EARTH_ROTATION_RAD_S, MOON_INFLUENCE_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import Ephemeris
from visualizer.core.events.places import Place
from visualizer.core.events.states import FlightStates
from visualizer.core.moon_axes import ROT_ME_FROM_PA, moon_rotation_rate_rad_s, rot_moon_me_from_icrf, rotation_z

KNOT_S: Final = 7200.0
SPIN_EARTH: Final = np.array([0.0, 0.0, EARTH_ROTATION_RAD_S])


class EarthTurn:
    """Earth-fixed axes at many epochs, fast.

    Notes
    -----
    What is left of the rotation to ITRS once a uniform turn about the pole is taken out (precession, nutation,
    polar motion, UT1) is worked out in full every two hours and interpolated by cubics; against the full series
    this is good to 5e-9 rad, 3 cm at a ground station, at a fiftieth of the cost.
    """

    def __init__(self, start_tdb_s: float, end_tdb_s: float) -> None:
        self._origin_tdb_s = start_tdb_s
        self._count = int((end_tdb_s - start_tdb_s) // KNOT_S) + 5

    @cached_property
    def _rest(self) -> FloatArray:
        """What is left of the rotation at every knot, (k, 3, 3); worked out when it is first needed."""
        offset_s: FloatArray = KNOT_S * (np.arange(self._count, dtype=np.float64) - 1.0)
        turned = rotation_z(-EARTH_ROTATION_RAD_S * offset_s)
        return np.asarray(turned @ rot_itrs_from_icrf(self._origin_tdb_s + offset_s))

    def rot_itrs_from_icrf(self, tdb_s: FloatArray) -> FloatArray:
        """Return the rotation from ICRF to ITRS, (n, 3, 3), at (n,) epochs between start and end."""
        offset_s = tdb_s - self._origin_tdb_s
        place = np.clip(offset_s / KNOT_S + 1.0, 1.0, len(self._rest) - 2.0)
        first = np.minimum(place.astype(np.intp), len(self._rest) - 3) - 1
        x = place - first - 1.0
        weights = ((x * (x - 1.0) * (2.0 - x)) / 6.0, (x + 1.0) * (x - 1.0) * (x - 2.0) / 2.0,
                   (x + 1.0) * x * (2.0 - x) / 2.0, (x + 1.0) * x * (x - 1.0) / 6.0)  # fmt: skip
        rest = sum(w[:, None, None] * self._rest[first + k] for k, w in enumerate(weights))
        return np.asarray(rotation_z(EARTH_ROTATION_RAD_S * offset_s) @ rest)


@dataclass(frozen=True, eq=False)
class Moments:
    """States at (n,) epochs inside the flight; vectors are (n, 3) in km and km/s, ICRF axes unless named otherwise."""

    states: FlightStates
    tdb_s: FloatArray
    ephemeris: Ephemeris
    turn: EarthTurn

    @cached_property
    def about_moon(self) -> tuple[FloatArray, FloatArray]:
        """Position and velocity of the craft relative to the Moon."""
        return self.states.about(MOON.naif_id, self.tdb_s)

    @cached_property
    def moon_about_earth(self) -> tuple[FloatArray, FloatArray]:
        """Position and velocity of the Moon relative to the Earth."""
        return self.ephemeris.state_km(MOON.naif_id, EARTH.naif_id, self.tdb_s)

    @cached_property
    def about_earth(self) -> tuple[FloatArray, FloatArray]:
        """Position and velocity of the craft relative to the Earth."""
        (pos, vel), (moon_pos, moon_vel) = self.about_moon, self.moon_about_earth
        return pos + moon_pos, vel + moon_vel

    def about(self, body_id: int) -> tuple[FloatArray, FloatArray]:
        """Position and velocity of the craft relative to the Earth or the Moon."""
        return self.about_moon if body_id == MOON.naif_id else self.about_earth

    @cached_property
    def sun_from_earth(self) -> FloatArray:
        """Position of the Sun relative to the Earth."""
        return self.ephemeris.position_km(SUN.naif_id, EARTH.naif_id, self.tdb_s)

    def sun_from(self, body_id: int) -> FloatArray:
        """Position of the Sun relative to the Earth or the Moon."""
        return self.sun_from_earth - self.moon_about_earth[0] if body_id == MOON.naif_id else self.sun_from_earth

    @cached_property
    def rot_me(self) -> FloatArray:
        """Rotation from ICRF to the Moon's mean-Earth axes, (n, 3, 3)."""
        return rot_moon_me_from_icrf(self.tdb_s)

    @cached_property
    def rot_itrs(self) -> FloatArray:
        """Rotation from ICRF to Earth-fixed axes, (n, 3, 3)."""
        return self.turn.rot_itrs_from_icrf(self.tdb_s)

    def rot_fixed(self, body_id: int) -> FloatArray:
        """Rotation from ICRF to a body's rotating axes, (n, 3, 3)."""
        return self.rot_me if body_id == MOON.naif_id else self.rot_itrs

    @cached_property
    def fixed_moon(self) -> tuple[FloatArray, FloatArray]:
        """Position and velocity in the Moon's mean-Earth axes, as seen from the turning Moon."""
        pos, vel = (rotate(self.rot_me, v) for v in self.about_moon)
        return pos, vel - cross(rotate(ROT_ME_FROM_PA, moon_rotation_rate_rad_s(self.tdb_s)), pos)

    @cached_property
    def fixed_earth(self) -> tuple[FloatArray, FloatArray]:
        """Position and velocity in Earth-fixed axes, as seen from the turning Earth."""
        pos, vel = (rotate(self.rot_itrs, v) for v in self.about_earth)
        return pos, vel - cross(SPIN_EARTH, pos)

    def fixed(self, body_id: int) -> tuple[FloatArray, FloatArray]:
        """Position and velocity in a body's rotating axes."""
        return self.fixed_moon if body_id == MOON.naif_id else self.fixed_earth

    @cached_property
    def range_moon_km(self) -> FloatArray:
        """Distance from the Moon's centre, (n,) km."""
        return norm(self.about_moon[0])

    def is_home(self, body_id: int) -> BoolArray:
        """Tell where the craft counts as being about a body, (n,) bool: the Moon within 66,000 km of it."""
        return np.asarray((self.range_moon_km < MOON_INFLUENCE_KM) == (body_id == MOON.naif_id))

    def place_icrf_km(self, place: Place) -> FloatArray:
        """Return a place's position relative to its body."""
        return rotate_back(self.rot_fixed(place.body_id), place.pos_fixed_km)
