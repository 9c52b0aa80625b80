"""Places on the Earth and the Moon that events refer to. Core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.geometry import earth_position_itrs_km, position_on_sphere_km


@dataclass(frozen=True, slots=True)
class Place:
    """A place fixed to a body.

    Attributes
    ----------
    name : words for people
    body_id : 301 (mean-Earth axes, sphere of 1737.4 km) or 399 (geodetic, WGS84)
    lat_rad, lon_rad : rad, east positive
    height_km : above the sphere or the ellipsoid
    mask_rad : least elevation at which a craft counts as in view
    """

    name: str
    body_id: int
    lat_rad: float
    lon_rad: float
    height_km: float = 0.0
    mask_rad: float = 0.0

    @property
    def body_name(self) -> str:
        """Name of the body it is on."""
        return MOON.name if self.body_id == MOON.naif_id else EARTH.name

    @property
    def pos_fixed_km(self) -> FloatArray:
        """Position in the body's rotating axes, (3,) km."""
        if self.body_id == EARTH.naif_id:
            return earth_position_itrs_km(self.lat_rad, self.lon_rad, self.height_km)
        return position_on_sphere_km(self.lat_rad, self.lon_rad, MOON.radius_km + self.height_km)

    @property
    def up_unit(self) -> FloatArray:
        """Direction away from the ground, (3,), in the body's rotating axes."""
        return position_on_sphere_km(self.lat_rad, self.lon_rad, 1.0)

    @property
    def north_unit(self) -> FloatArray:
        """Direction to the north along the ground, (3,), in the body's rotating axes."""
        sine = np.sin(self.lat_rad)
        return np.array([-sine * np.cos(self.lon_rad), -sine * np.sin(self.lon_rad), np.cos(self.lat_rad)])
