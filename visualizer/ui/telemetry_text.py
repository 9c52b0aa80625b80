"""Telemetry as lines of text: what stands beside the picture and what is copied; no toolkit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from visualizer.model.features import bundled_features
from visualizer.model.telemetry import Telemetry

# Heights that would be written as 0 m.
LEAST_KM: Final = 0.0005
# What hardly moves and is this near to the drawn ground rests on it.
REST_KM_S: Final = 0.001
REST_KM: Final = 0.01


@dataclass(frozen=True, slots=True)
class Reading:
    """One line: group, name and value; `help` says what exactly is meant."""

    group: str
    name: str
    value: str
    help: str


def readings(telemetry: Telemetry) -> list[Reading]:
    """Return all lines, always the same ones in the same order, so that nothing jumps."""
    return [*_place(telemetry), *_motion(telemetry), *_earth(telemetry), *_light(telemetry), *_knowledge(telemetry)]


def _place(t: Telemetry) -> list[Reading]:
    group = f"Above the {t.body}"
    surface = "1,737.4 km sphere" if t.body == "Moon" else "WGS84 ellipsoid"
    return [
        Reading(group, "Altitude", _altitude_text(t), f"Above the {surface}; the ground may lie lower"),
        Reading(group, "Above terrain", _terrain_text(t), "Above the drawn relief (partly synthetic)"),
        Reading(group, "Latitude", angle_text(t.lat_deg, "N", "S"), "Of the point below the craft"),
        Reading(group, "Longitude", angle_text(_wrapped(t.lon_deg), "E", "W"), "Of the point below the craft"),
        Reading(group, "Below", _feature_text(t), "The smallest named feature around the point below"),
    ]


def _altitude_text(t: Telemetry) -> str:
    """Write an altitude; the end of a flight may lie below the surface that heights are counted from."""
    if t.altitude_km >= -LEAST_KM:
        return length_text(max(t.altitude_km, 0.0))
    return f"{length_text(-t.altitude_km)} below {'sphere' if t.body == 'Moon' else 'ellipsoid'}"


def _terrain_text(t: Telemetry) -> str:
    """Write a height above the drawn ground; what rests on it is on the ground."""
    above_km = t.relief_altitude_km
    is_at_rest = t.ground_speed_km_s < REST_KM_S and above_km is not None and abs(above_km) < REST_KM
    return "on the ground" if is_at_rest else length_text(above_km)


def _feature_text(t: Telemetry) -> str:
    if t.body != "Moon":
        return "–"
    return bundled_features().below(math.radians(t.lat_deg), math.radians(t.lon_deg)) or "no named feature"


def _motion(t: Telemetry) -> list[Reading]:
    return [
        Reading("Speed", "Over ground", speed_text(t.ground_speed_km_s), f"In axes that turn with the {t.body}"),
        Reading("Speed", "Past the Moon", speed_text(t.speed_moon_km_s), "Relative to the Moon's centre"),
        Reading("Speed", "Past the Earth", speed_text(t.speed_earth_km_s), "Relative to the Earth's centre"),
    ]


def _earth(t: Telemetry) -> list[Reading]:
    return [
        Reading("Earth", "Range", length_text(t.range_earth_km), "From the Earth's centre"),
        Reading(
            "Earth",
            "Range rate",
            f"{round(t.range_rate_km_s, 3) + 0.0:+.3f} km/s",
            "Positive: receding from the Earth's centre",
        ),
        Reading("Earth", "Light time", f"{t.light_time_s:.3f} s", "One way"),
        Reading("Earth", "Earth", "visible" if t.is_earth_visible else "behind Moon", "Whether the Moon hides it"),
    ]


def _light(t: Telemetry) -> list[Reading]:
    return [
        Reading("Light", "Craft", str(t.light.value), "Sunlit, penumbra or umbra"),
        Reading(
            "Light",
            "Sun below",
            f"{round(t.sun_elevation_deg, 1) + 0.0:+.1f}°",
            "Sun's elevation at the point below the craft",
        ),
        Reading("Light", "Phase angle", f"{t.phase_deg:.1f}°", f"Sun, {t.body}, craft"),
    ]


def _knowledge(t: Telemetry) -> list[Reading]:
    names = ("Radial", "Along track", "Across")
    return [
        Reading("How well known", "Source", t.provenance, "How this piece of the path is known"),
        *(
            Reading("How well known", f"± {name.lower()}", length_text(sigma), f"One sigma, {name.lower()}")
            for name, sigma in zip(names, t.sigma_km, strict=True)
        ),
        Reading("How well known", "Attitude", t.attitude or "–", "The rule by which it is drawn; none is published"),
    ]


def length_text(km: float | None) -> str:
    """Write a length: metres below 1 km, three digits below 100 km, then fewer."""
    if km is None or not math.isfinite(km):
        return "–"
    if abs(km) < 1.0:
        return f"{km * 1e3:,.0f} m"
    if abs(km) < 1000.0:
        return f"{km:,.2f} km"
    return f"{km:,.1f} km" if abs(km) < 10_000.0 else f"{km:,.0f} km"


def speed_text(km_s: float) -> str:
    """Write a speed in km/s to the metre per second."""
    return f"{km_s:.3f} km/s"


def angle_text(degrees: float, positive: str, negative: str, digits: int = 3) -> str:
    """Write a latitude or longitude as `57.865° S`."""
    return f"{abs(degrees):.{digits}f}° {positive if degrees >= 0 else negative}"


def _wrapped(lon_deg: float) -> float:
    return (lon_deg + 180.0) % 360.0 - 180.0


def telemetry_as_text(name: str, utc_text: str, telemetry: Telemetry) -> str:
    """Return all of it as plain text for the clipboard."""
    lines = [f"{name}, {utc_text} UTC, {telemetry.phase}".rstrip(", ")]
    lines += [f"{r.group}\t{r.name}\t{r.value}" for r in readings(telemetry)]
    return "\n".join(lines)
