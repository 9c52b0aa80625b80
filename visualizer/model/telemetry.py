"""The numbers beside the picture: one flight at one epoch, in words and units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from visualizer.core import geometry
from visualizer.core.arrays import length
from visualizer.core.lazy import lazy_property
from visualizer.core.shadow import Light, light_of_fraction
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import FlightState
from visualizer.model.craft_state import CraftState


class Ground:
    """The drawn (partly synthetic) ground below a craft, looked at when it is first asked for.

    Parameters
    ----------
    relief_km : returns its height above the mean sphere
    sunlit_fraction : returns how much of the Sun's disc is seen from there, or None where that is not told
    """

    def __init__(self, relief_km: Callable[[], float], sunlit_fraction: Callable[[], float] | None = None) -> None:
        self._relief_km, self._sunlit_fraction = relief_km, sunlit_fraction

    @lazy_property
    def relief_km(self) -> float:
        """Height above the mean sphere."""
        return self._relief_km()

    @lazy_property
    def sunlit_fraction(self) -> float | None:
        """How much of the Sun's disc is seen over the relief, or None."""
        return self._sunlit_fraction() if self._sunlit_fraction is not None else None


class Telemetry:
    """What is read off a craft now, each figure worked out when it is first asked for; units in the names.

    Parameters
    ----------
    mission, flight : whose state it is, at one epoch
    ground : below a craft near the Moon, or None where it is not wanted or not loaded
    craft : as it is drawn, or None where its attitude is not told
    """

    def __init__(
        self, mission: Mission, flight: FlightState, ground: Ground | None = None, craft: CraftState | None = None
    ) -> None:
        self._mission, self._flight, self._tdb_s, self._craft = mission, flight, float(flight.tdb_s), craft
        self._is_about_moon = bool(flight.is_about_moon)
        self.mission_id = mission.id
        self.met_s = self._tdb_s - mission.launch_tdb_s
        self.body = "Moon" if self._is_about_moon else "Earth"
        self.ground = ground if self._is_about_moon else None

    def __eq__(self, other: object) -> bool:
        """Tell whether all figures are the same; the ground is not one of the craft's."""
        return isinstance(other, Telemetry) and all(getattr(self, name) == getattr(other, name) for name in FIGURES)

    __hash__ = None  # type: ignore[assignment]

    @lazy_property
    def attitude(self) -> str:
        """The rule by which the craft is drawn; its true attitude is not published."""
        return self._craft.attitude if self._craft is not None else ""

    @lazy_property
    def phase(self) -> str:
        """Title of the phase of the flight."""
        return phase_title(self._mission, self._tdb_s)

    @lazy_property
    def altitude_km(self) -> float:
        """Above the mean sphere or the ellipsoid of the body that latitude and longitude are about."""
        return float(self._flight.altitude_km)

    @lazy_property
    def lat_deg(self) -> float:
        """Latitude of the point below."""
        return float(np.rad2deg(self._flight.lat_rad))

    @lazy_property
    def lon_deg(self) -> float:
        """East longitude of the point below."""
        return float(np.rad2deg(self._flight.lon_rad))

    @lazy_property
    def speed_km_s(self) -> float:
        """Relative to the body's centre."""
        return self.speed_moon_km_s if self._is_about_moon else self.speed_earth_km_s

    @lazy_property
    def ground_speed_km_s(self) -> float:
        """As seen from the turning body."""
        flight = self._flight
        return length(flight.vel_moon_fixed_km_s if self._is_about_moon else flight.vel_earth_fixed_km_s)

    @lazy_property
    def speed_earth_km_s(self) -> float:
        """Relative to the Earth's centre."""
        return length(self._flight.vel_earth_km_s)

    @lazy_property
    def speed_moon_km_s(self) -> float:
        """Relative to the Moon's centre."""
        return length(self._flight.vel_moon_km_s)

    @lazy_property
    def range_earth_km(self) -> float:
        """From the Earth's centre."""
        return float(self._flight.range_earth_km)

    @lazy_property
    def range_moon_km(self) -> float:
        """From the Moon's centre."""
        return float(self._flight.range_moon_km)

    @lazy_property
    def range_rate_km_s(self) -> float:
        """How fast the range from the Earth grows."""
        return float(self._flight.range_rate_earth_km_s)

    @lazy_property
    def light_time_s(self) -> float:
        """How long light takes from the Earth's centre."""
        return float(geometry.light_time_s(self.range_earth_km))

    @lazy_property
    def sun_elevation_deg(self) -> float:
        """Of the Sun's centre, at the point below."""
        return float(np.rad2deg(self._flight.sun_elevation_rad))

    @lazy_property
    def phase_deg(self) -> float:
        """Angle Sun - body - craft."""
        return float(np.rad2deg(self._flight.phase_rad))

    @lazy_property
    def light(self) -> Light:
        """How much of the Sun the craft sees."""
        return light_of_fraction(float(self._flight.sunlit_fraction))

    @lazy_property
    def is_earth_visible(self) -> bool:
        """Whether the Moon does not hide the Earth's centre."""
        return not bool(self._flight.is_earth_occulted)

    @lazy_property
    def provenance(self) -> str:
        """How the flight is known now."""
        return self._mission.trajectory.arc_at(self._tdb_s).provenance.value

    @lazy_property
    def is_on_ground(self) -> bool:
        """Whether it stands on a body."""
        return self._mission.trajectory.arc_at(self._tdb_s).kind == "surface"

    @lazy_property
    def sigma_km(self) -> tuple[float, float, float]:
        """One-sigma radial, along track, across."""
        radial, along, across = self._mission.trajectory.sigma_km(self._tdb_s).tolist()
        return radial, along, across

    @property
    def relief_altitude_km(self) -> float | None:
        """Height above the drawn (partly synthetic) relief, or None away from the Moon."""
        return self.altitude_km - self.ground.relief_km if self.ground is not None else None

    @property
    def ground_sunlit_fraction(self) -> float | None:
        """Part of the Sun's disc that is seen over the drawn relief from the ground below a low craft, or None."""
        return self.ground.sunlit_fraction if self.ground is not None else None


FIGURES: Final = ("mission_id", "met_s", "body") + tuple(
    name for name, kind in vars(Telemetry).items() if isinstance(kind, lazy_property)
)


def phase_title(mission: Mission, tdb_s: float) -> str:
    """Return the title of the phase that an epoch falls into, the later one at a join, or an empty text."""
    titles = [phase.title for phase in mission.phases if phase.start_tdb_s <= tdb_s <= phase.end_tdb_s]
    return titles[-1] if titles else ""
