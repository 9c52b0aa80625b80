"""Words for found events. Core."""

from __future__ import annotations

import math

MINUTE_S = 60.0
HOUR_S = 3600.0


def place_words(lat_rad: float, lon_rad: float) -> str:
    """Write a place as `12.35° N, 45.67° E`."""
    lat, lon = math.degrees(lat_rad), math.degrees(math.remainder(lon_rad, math.tau))
    return f"{abs(lat):.2f}° {'S' if lat < 0.0 else 'N'}, {abs(lon):.2f}° {'W' if lon < 0.0 else 'E'}"


def duration_words(duration_s: float) -> str:
    """Write a duration as `12.3 s`, `4.5 min` or `6.7 h`."""
    if duration_s < 2.0 * MINUTE_S:
        return f"{duration_s:.1f} s"
    if duration_s < 2.0 * HOUR_S:
        return f"{duration_s / MINUTE_S:.1f} min"
    return f"{duration_s / HOUR_S:.1f} h"
