"""Names of bodies and axes as the file formats write them. Formats."""

from __future__ import annotations

import re
from typing import Final

from visualizer.formats.recording import Axes

BODY_NAMES: Final = {0: "SOLAR SYSTEM BARYCENTER", 3: "EARTH BARYCENTER", 10: "SUN", 301: "MOON", 399: "EARTH",
                     1: "MERCURY BARYCENTER", 2: "VENUS BARYCENTER", 4: "MARS BARYCENTER",
                     5: "JUPITER BARYCENTER"}  # fmt: skip
BODY_IDS: Final = {name: number for number, name in BODY_NAMES.items()}
_BODY_OTHERS: Final = {
    "SSB": 0, "SOLAR SYSTEM BARYCENTRE": 0, "EMB": 3, "EARTH-MOON BARYCENTER": 3, "EARTH MOON BARYCENTER": 3,
    "EARTH BARYCENTRE": 3, "LUNA": 301, "GEOCENTER": 399, "GEOCENTRIC": 399, "SOL": 10,
}  # fmt: skip

# ITRF realisations differ by centimetres; EME2000 and the ICRF by 23 milliarcseconds, which SPICE ignores as well.
_AXES: Final = {
    "ICRF": Axes.ICRF, "EME2000": Axes.ICRF, "J2000": Axes.ICRF, "GCRF": Axes.ICRF, "MCI": Axes.ICRF, "LCI": Axes.ICRF,
    "MOON_ME": Axes.MOON_ME, "MOON-FIXED": Axes.MOON_ME, "MOON_PA": Axes.MOON_PA, "MOON-PA": Axes.MOON_PA,
    "ME": Axes.MOON_ME, "PA": Axes.MOON_PA, "EARTH-FIXED": Axes.EARTH_FIXED, "ITRS": Axes.EARTH_FIXED,
    "ECLIPJ2000": Axes.ECLIPTIC, "ECLIPTIC": Axes.ECLIPTIC, "MOON_ME_DE421": Axes.MOON_ME,
    "MOON_PA_DE421": Axes.MOON_PA, "MOON_PA_DE440": Axes.MOON_PA, "MOON_ME_DE440_ME421": Axes.MOON_ME,
    "ECLIPTICJ2000": Axes.ECLIPTIC, "ECEF": Axes.EARTH_FIXED,
}  # fmt: skip
_ITRF: Final = re.compile(r"ITRF[- ]?(\d{2}|\d{4})?")
AXES_WORDS: Final = "ICRF, EME2000, ITRF, ECLIPJ2000, MOON_ME, MOON_PA"


def body_id(text: str) -> int | None:
    """Return the SPICE id of a centre given by name or number, or None where the bundled ephemeris lacks it."""
    word = " ".join(text.replace("_", " ").split()).upper()
    if re.fullmatch(r"[+-]?\d{1,9}", word):
        return int(word) if int(word) in BODY_NAMES else None
    return BODY_IDS.get(word, _BODY_OTHERS.get(word))


def axes_of(text: str) -> Axes | None:
    """Return the axes that a word names, or None."""
    word = text.strip().upper()
    return Axes.EARTH_FIXED if _ITRF.fullmatch(word) else _AXES.get(word)
