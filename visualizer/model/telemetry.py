"""The numbers beside the picture: one flight at one epoch, in words and units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from visualizer.core import geometry
from visualizer.core.arrays import norm
from visualizer.core.shadow import Light, light_of_fraction
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import FlightState


class Ground:
    """The drawn (partly synthetic) ground below a craft, looked at when it is first asked for.

    Parameters
    ----------
    relief_km : returns its height above the mean sphere
    sunlit_fraction : returns how much of the Sun's disc is seen from there, or None where that is not told
    """

    def __init__(self, relief_km: Callable[[], float], sunlit_fraction: Callable[[], float] | None = None) -> None:
        self._relief_km, self._sunlit_fraction = relief_km, sunlit_fraction

    @cached_property
    def relief_km(self) -> float:
        """Height above the mean sphere."""
        return self._relief_km()

    @cached_property
    def sunlit_fraction(self) -> float | None:
        """How much of the Sun's disc is seen over the relief, or None."""
        return self._sunlit_fraction() if self._sunlit_fraction is not None else None


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What is read off a craft now; units in the names.

    Attributes
    ----------
    body : 'Moon' or 'Earth': what altitude, latitude and longitude are about
    sigma_km : one-sigma radial, along track, across
    attitude : the rule by which the craft is drawn; its true attitude is not published
    ground : below a craft near the Moon, once heights are loaded, or None
    """

    mission_id: str
    body: str
    phase: str
    met_s: float
    altitude_km: float
    lat_deg: float
    lon_deg: float
    speed_km_s: float
    ground_speed_km_s: float
    speed_earth_km_s: float
    speed_moon_km_s: float
    range_earth_km: float
    range_moon_km: float
    range_rate_km_s: float
    light_time_s: float
    sun_elevation_deg: float
    phase_deg: float
    light: Light
    is_earth_visible: bool
    provenance: str
    sigma_km: tuple[float, float, float]
    attitude: str = ""
    ground: Ground | None = field(default=None, compare=False)

    @property
    def relief_altitude_km(self) -> float | None:
        """Height above the drawn (partly synthetic) relief, or None away from the Moon."""
        return self.altitude_km - self.ground.relief_km if self.ground is not None else None

    @property
    def ground_sunlit_fraction(self) -> float | None:
        """Part of the Sun's disc that is seen over the drawn relief from the ground below a low craft, or None."""
        return self.ground.sunlit_fraction if self.ground is not None else None


def build_telemetry(
    mission: Mission, flight: FlightState, ground: Ground | None = None, attitude: str = ""
) -> Telemetry:
    """Turn a flight's state into the panel's numbers.

    Parameters
    ----------
    ground : below the craft, or None where it is not wanted or not loaded
    attitude : the rule by which the craft is drawn
    """
    tdb_s = float(flight.tdb_s)
    is_about_moon = bool(flight.is_about_moon)
    over_ground = flight.vel_moon_fixed_km_s if is_about_moon else flight.vel_earth_fixed_km_s
    relative = flight.vel_moon_km_s if is_about_moon else flight.vel_earth_km_s
    altitude = float(flight.altitude_km)
    sigma = mission.trajectory.sigma_km(tdb_s)
    return Telemetry(
        mission_id=mission.id,
        body="Moon" if is_about_moon else "Earth",
        phase=phase_title(mission, tdb_s),
        met_s=tdb_s - mission.launch_tdb_s,
        altitude_km=altitude,
        lat_deg=float(np.rad2deg(flight.lat_rad)),
        lon_deg=float(np.rad2deg(flight.lon_rad)),
        speed_km_s=float(norm(relative)),
        ground_speed_km_s=float(norm(over_ground)),
        speed_earth_km_s=float(norm(flight.vel_earth_km_s)),
        speed_moon_km_s=float(norm(flight.vel_moon_km_s)),
        range_earth_km=float(flight.range_earth_km),
        range_moon_km=float(flight.range_moon_km),
        range_rate_km_s=float(flight.range_rate_earth_km_s),
        light_time_s=float(geometry.light_time_s(flight.range_earth_km)),
        sun_elevation_deg=float(np.rad2deg(flight.sun_elevation_rad)),
        phase_deg=float(np.rad2deg(flight.phase_rad)),
        light=light_of_fraction(float(flight.sunlit_fraction)),
        is_earth_visible=not bool(flight.is_earth_occulted),
        provenance=mission.trajectory.arc_at(tdb_s).provenance.value,
        sigma_km=(float(sigma[0]), float(sigma[1]), float(sigma[2])),
        attitude=attitude,
        ground=ground if is_about_moon else None,
    )


def phase_title(mission: Mission, tdb_s: float) -> str:
    """Return the title of the phase that an epoch falls into, the later one at a join, or an empty text."""
    titles = [phase.title for phase in mission.phases if phase.start_tdb_s <= tdb_s <= phase.end_tdb_s]
    return titles[-1] if titles else ""
