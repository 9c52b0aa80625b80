"""The bodies the app knows: names, SPICE ids, sizes, gravitational parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from visualizer.core import constants as k
from visualizer.errors import CommandError


@dataclass(frozen=True, slots=True)
class Body:
    """A natural body: `radius_km` is its sphere's (the Earth's equatorial), `gm_km3_s2` DE440's."""

    name: str
    naif_id: int
    radius_km: float
    gm_km3_s2: float


SUN: Final = Body("Sun", 10, k.RADIUS_SUN_KM, k.GM_SUN_KM3_S2)
MERCURY: Final = Body("Mercury", 1, k.RADIUS_MERCURY_KM, k.GM_MERCURY_KM3_S2)
VENUS: Final = Body("Venus", 2, k.RADIUS_VENUS_KM, k.GM_VENUS_KM3_S2)
EARTH: Final = Body("Earth", 399, k.RADIUS_EARTH_EQUATOR_KM, k.GM_EARTH_KM3_S2)
MOON: Final = Body("Moon", 301, k.RADIUS_MOON_KM, k.GM_MOON_KM3_S2)
MARS: Final = Body("Mars", 4, k.RADIUS_MARS_KM, k.GM_MARS_SYSTEM_KM3_S2)
JUPITER: Final = Body("Jupiter", 5, k.RADIUS_JUPITER_KM, k.GM_JUPITER_SYSTEM_KM3_S2)

BODIES: Final = (SUN, MERCURY, VENUS, EARTH, MOON, MARS, JUPITER)
_BY_ID: Final = {body.naif_id: body for body in BODIES}


def body_of_id(naif_id: int) -> Body:
    """Return the body with this SPICE id (planets by their barycentre)."""
    try:
        return _BY_ID[naif_id]
    except KeyError:
        raise CommandError(f"body {naif_id}: not in the bundled ephemeris") from None
