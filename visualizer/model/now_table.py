"""Several craft at the same instant of the clock: their numbers side by side, or how far they are apart. Model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from visualizer.model.telemetry import Telemetry

Number = float | str | None


@dataclass(frozen=True, slots=True)
class NowRow:
    """One quantity: title and unit for people, decimals, how it is read off; `help` says what exactly is meant.

    `is_of_body`: it is about the body below, so that two craft over different bodies cannot be compared by it;
    `wraps_deg` is where an angle begins again, or 0.
    """

    title: str
    unit: str
    decimals: int
    of: Callable[[Telemetry], Number]
    help: str
    is_of_body: bool = False
    wraps_deg: float = 0.0

    @property
    def heading(self) -> str:
        """Title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    def text(self, value: Number, *, is_difference: bool = False) -> str:
        """Write a value as people read it; a dash where there is none."""
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return "–"
        if isinstance(value, str):
            return value
        rounded = round(value, self.decimals) + 0.0
        return f"{rounded:{'+' if is_difference else ''},.{self.decimals}f}"

    def difference(self, value: Number, other: Number) -> Number:
        """Return how much larger a value is than another one; angles the short way round; words as they are."""
        if not isinstance(value, (int, float)) or not isinstance(other, (int, float)):
            return value if isinstance(value, str) else None
        apart = float(value) - float(other)
        if self.wraps_deg:
            half = 0.5 * self.wraps_deg
            apart = (apart + half) % self.wraps_deg - half
        return apart


def _largest_sigma(one: Telemetry) -> Number:
    known = [sigma for sigma in one.sigma_km if math.isfinite(sigma)]
    return max(known) if known else None


NOW_ROWS: Final[tuple[NowRow, ...]] = (
    NowRow("Phase", "", 0, lambda t: t.phase or None, "Part of the flight"),
    NowRow("Time of flight", "days", 4, lambda t: t.met_s / 86400.0, "From the first state that is shown"),
    NowRow("Over", "", 0, lambda t: t.body, "What the next rows are about"),
    NowRow("Altitude", "km", 3, lambda t: t.altitude_km, "Above the 1,737.4 km sphere or the WGS84 ellipsoid",
           True),
    NowRow("Speed", "km/s", 4, lambda t: t.speed_km_s, "Relative to the centre of the body below", True),
    NowRow("Speed over ground", "km/s", 4, lambda t: t.ground_speed_km_s, "In axes that turn with the body below",
           True),
    NowRow("Latitude", "deg", 3, lambda t: t.lat_deg, "Of the point below the craft, north positive", True),
    NowRow("Longitude", "deg", 3, lambda t: (t.lon_deg + 180.0) % 360.0 - 180.0,
           "Of the point below the craft, east positive", True, 360.0),
    NowRow("Range to the Earth", "km", 0, lambda t: t.range_earth_km, "From the Earth's centre"),
    NowRow("Range to the Moon", "km", 0, lambda t: t.range_moon_km, "From the Moon's centre"),
    NowRow("Range rate", "km/s", 3, lambda t: t.range_rate_km_s, "Positive: receding from the Earth's centre"),
    NowRow("Light time", "s", 3, lambda t: t.light_time_s, "One way, from the Earth's centre"),
    NowRow("Sun below", "deg", 1, lambda t: t.sun_elevation_deg, "Sun's elevation at the point below, at its own date",
           True),
    NowRow("Craft in", "", 0, lambda t: str(t.light.value), "Sunlit, penumbra or umbra, at its own date"),
    NowRow("Source", "", 0, lambda t: t.provenance, "How this piece of the path is known"),
    NowRow("One sigma", "km", 1, _largest_sigma, "The largest of radial, along track and across"),
)  # fmt: skip


def _apart(row: NowRow, one: Telemetry | None, value: Number, first: Telemetry | None, other: Number) -> Number:
    """Return a difference, or None where both are about different bodies."""
    is_elsewhere = one is not None and first is not None and one.body != first.body
    return None if row.is_of_body and is_elsewhere else row.difference(value, other)


@dataclass(frozen=True, slots=True)
class NowTable:
    """Texts of an instant: `names` of missions, and for each of `NOW_ROWS` one text for each mission."""

    names: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]


def now_table(
    missions: Sequence[tuple[str, str]], telemetries: Sequence[Telemetry], *, is_difference: bool = False
) -> NowTable:
    """Lay the numbers of an instant side by side.

    Parameters
    ----------
    missions : id and name of each, the active one first
    telemetries : of those that fly now
    is_difference : for all but the first mission, how much more it has than that
    """
    found = {one.mission_id: one for one in telemetries}
    here = [found.get(mission_id) for mission_id, _ in missions]
    rows = []
    for row in NOW_ROWS:
        values = [None if one is None else row.of(one) for one in here]
        pairs = zip(here[1:], values[1:], strict=True)
        apart = [_apart(row, one, value, here[0], values[0]) for one, value in pairs] if is_difference else []
        texts = [row.text(value) for value in values[: 1 if is_difference else len(values)]]
        rows.append((*texts, *(row.text(value, is_difference=True) for value in apart)))
    return NowTable(tuple(name for _, name in missions), tuple(rows))
