"""Ground stations: published positions, antennas and elevation masks.

Core. Positions are geodetic on WGS84. The three of the Deep Space Network are the 70 m antennas, from the Cartesian
coordinates of DSN document 810-005, module 301 (as tabulated in J. Astron. Space Sci. 40(2), 79, table 1). Bear Lakes
and Kalyazin are the Space Research Institute's (IKI), made for ExoMars tracking; Kalyazin's agrees with its VLBI
position. Ussuriysk (Galenki) and Byalalu are the coordinates commonly listed for them, with approximate heights.
Positions listed to the arc second are good to 30 m, a thousandth of a second for a lunar craft's rise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from visualizer.core.bodies import EARTH
from visualizer.core.events.places import Place
from visualizer.errors import CommandError

MASK_DEFAULT_DEG: Final = 5.0
MASK_DSN_DEG: Final = 6.0


@dataclass(frozen=True, slots=True)
class Station:
    """A ground station.

    Attributes
    ----------
    name : words for people
    antenna : its largest
    lat_deg, lon_deg, height_m : geodetic, WGS84
    mask_deg : least elevation at which it works, without regard to the hills around it
    source : of the position
    """

    name: str
    antenna: str
    lat_deg: float
    lon_deg: float
    height_m: float
    mask_deg: float
    source: str

    @property
    def place(self) -> Place:
        """The station as a place that events refer to."""
        return Place(
            self.name, EARTH.naif_id, math.radians(self.lat_deg), math.radians(self.lon_deg), self.height_m * 1e-3,
            math.radians(self.mask_deg),
        )  # fmt: skip


_DSN: Final = "DSN 810-005, module 301"
_IKI: Final = "IKI station kernel for ExoMars, 2015"

STATIONS: Final = (
    Station("Bear Lakes", "RT-64, 64 m", 55.868056, 37.951667, 0.0, MASK_DEFAULT_DEG, f"{_IKI}; height not given"),
    Station("Ussuriysk", "RT-70, 70 m", 44.016039, 131.756989, 200.0, MASK_DEFAULT_DEG,
            "44 00 57.7 N, 131 45 25.2 E as commonly listed; height approximate"),
    Station("Kalyazin", "RT-64, 64 m", 57.223016, 37.900320, 178.1, MASK_DEFAULT_DEG, _IKI),
    Station("Byalalu", "IDSN, 32 m", 12.901767, 77.368190, 800.0, MASK_DEFAULT_DEG,
            "12.901767 N, 77.36819 E as commonly listed for the Indian Deep Space Network; height approximate"),
    Station("Goldstone", "DSS-14, 70 m", 35.425900868, -116.889538210, 1001.391, MASK_DSN_DEG, _DSN),
    Station("Madrid", "DSS-63, 70 m", 40.431209750, -4.248008543, 864.817, MASK_DSN_DEG, _DSN),
    Station("Canberra", "DSS-43, 70 m", -35.402424236, 148.981267310, 688.867, MASK_DSN_DEG, _DSN),
)  # fmt: skip


def station_named(name: str) -> Station:
    """Return the station with this name, whatever the case.

    Raises
    ------
    CommandError
        If there is none; says which there are.
    """
    plain = " ".join(name.replace("-", " ").split()).casefold()
    for station in STATIONS:
        if station.name.casefold() == plain:
            return station
    raise CommandError(f"station {name!r}: there are {', '.join(s.name for s in STATIONS)}")
