"""Places on the Moon that a camera can look at: `feature:Shackleton` by name, `place:-57.865,61.36` by numbers."""

from __future__ import annotations

import math
import re
from functools import cache

from visualizer.core.geometry import spherical_subpoint
from visualizer.errors import CommandError
from visualizer.model.features import bundled_features

# From where a place without a size is looked at, and the least for one that has a size.
PLACE_KM, NEAREST_KM = 120.0, 12.0
DIAMETERS_AWAY = 2.6
FARTHEST_KM = 6_000.0


@cache
def _numbers() -> dict[str, int]:
    return {name: number for number, name in enumerate(bundled_features().names)}


def feature_place_deg(name: str) -> tuple[float, float]:
    """Return latitude and east longitude of a named feature, deg; raise `CommandError` where there is none."""
    number = _numbers().get(name)
    if number is None:
        raise CommandError(f"feature {name!r}: nothing on the Moon has that name (names are those of the gazetteer)")
    lat, lon = spherical_subpoint(bundled_features().dir_me_unit[number])
    return math.degrees(float(lat)), math.degrees(float(lon))


def feature_diameter_km(name: str) -> float:
    """Return how large a named feature is, km."""
    feature_place_deg(name)
    return float(bundled_features().diameter_km[_numbers()[name]])


def place_deg(words: str) -> tuple[float, float]:
    """Read `LAT,LON` in deg, north and east positive; raise `CommandError` where it is no place."""
    parts = words.split(",")
    try:
        lat, lon = (float(part) for part in parts)
    except ValueError:
        raise CommandError(f"place {words!r}: write it as latitude,longitude in degrees: -57.865,61.36") from None
    if not (abs(lat) <= 90.0 and abs(lon) <= 360.0):
        raise CommandError(f"place {words!r}: latitudes go to 90 degrees, longitudes to 360")
    return lat, lon


def is_place(focus: str) -> bool:
    """Tell whether a focus is a place on the ground."""
    return focus.startswith(("site:", "feature:", "place:"))


def ground_place_deg(focus: str) -> tuple[float, float] | None:
    """Return latitude and longitude, deg, of a feature or place; None for any other focus."""
    kind, _, name = focus.partition(":")
    if kind == "feature":
        return feature_place_deg(name)
    return place_deg(name) if kind == "place" else None


def ground_name(focus: str) -> str:
    """Return what a feature or place is called in the picture; empty for any other focus."""
    kind, _, name = focus.partition(":")
    if kind == "feature":
        return name
    return place_words(*place_deg(name)) if kind == "place" else ""


def place_words(lat_deg: float, lon_deg: float) -> str:
    """Write a place as `57.865° S 61.360° E`."""
    lon = (lon_deg + 180.0) % 360.0 - 180.0
    return f"{abs(lat_deg):.3f}° {'S' if lat_deg < 0 else 'N'} {abs(lon):.3f}° {'W' if lon < 0 else 'E'}"


def looking_distance_km(focus: str) -> float:
    """Return from how far a feature or place is looked at."""
    if not focus.startswith("feature:"):
        return PLACE_KM
    wanted = DIAMETERS_AWAY * feature_diameter_km(focus.partition(":")[2])
    return min(max(wanted, NEAREST_KM), FARTHEST_KM)


_PLACE = re.compile(
    r"\s*(?P<lat>[-+−]?\d{1,2}(?:\.\d+)?)\s*°?\s*(?P<ns>[NnSs])?\s*[,;\s]\s*"
    r"(?P<lon>[-+−]?\d{1,3}(?:\.\d+)?)\s*°?\s*(?P<ew>[EeWw])?\s*"
)


def place_from_words(text: str) -> tuple[float, float] | None:
    """Read a typed place, `-57.865, 61.36` or `57.865 S 61.36 E`, as deg; None where it is none."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    lat, lon = (float(match[name].replace("−", "-")) for name in ("lat", "lon"))
    if (match["ns"] and match["lat"][0] in "-−") or (match["ew"] and match["lon"][0] in "-−"):
        return None
    lat = -lat if (match["ns"] or "").upper() == "S" else lat
    lon = -lon if (match["ew"] or "").upper() == "W" else lon
    return (lat, lon) if abs(lat) <= 90.0 and abs(lon) <= 360.0 else None
