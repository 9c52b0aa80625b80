"""What the charts say in words at a moment: the time, and each flight's values in its colour. Window layer."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import numpy as np

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.catalogue import Mission
from visualizer.missions.series import Quantity, values_of
from visualizer.model.chart_lines import Mark, TimeAxis
from visualizer.model.chart_ticks import number_words, since_words
from visualizer.model.colours import number_at
from visualizer.ui.mission_colour import WORD_CONTRAST, colour_of

GAP: Final = "&nbsp;&nbsp; "
SHORT: Final = {
    "altitude": "altitude", "speed": "speed", "range_earth": "from the Earth", "range_moon": "from the Moon",
    "latitude": "latitude", "longitude": "longitude", "delta_v": "spent", "sun_elevation": "Sun below",
    "sun_elevation_site": "Sun at the site",
}  # fmt: skip


def readout_html(
    missions: Sequence[Mission], quantities: Sequence[Quantity], axis: TimeAxis, x_s: float | None, mark: Mark | None,
    colours: Sequence[int] = (),
) -> str:  # fmt: skip
    """Return a line of rich text: the time under the cursor or mouse, the event there, the values of each mission."""
    if x_s is None:
        return "the active mission has no such moment"
    zero = axis.zeros_tdb_s.get(missions[0].id)
    parts = [] if zero is None else [f"{utc_text_from_tdb_s(zero + x_s, separator=' ')[:19]} UTC"]
    if not axis.is_calendar:
        parts.append(since_words(round(x_s)))
    if mark is not None:
        parts.append(f"<b>{escape(mark.title)}</b>")
    for quantity in quantities:
        if quantity.of_epochs is not None and zero is not None:
            value = float(quantity.of_epochs(np.array([zero + x_s]))[0])
            parts.append(f"{escape(quantity.title)} {value_words(value, np.nan, quantity.unit)}")
    own = [quantity for quantity in quantities if quantity.of_epochs is None]
    for index, mission in enumerate(missions if own else ()):
        words = mission_words(mission, own, axis, x_s)
        if words:
            colour = colour_of(number_at(colours, index), contrast=WORD_CONTRAST).name()
            parts.append(f'<span style="color:{colour}">{escape(mission.name)}</span> {words}')
    return GAP.join(parts)


def mission_words(mission: Mission, quantities: Sequence[Quantity], axis: TimeAxis, x_s: float) -> str:
    """Return a mission's values at a moment, worked out there, not read off the line; empty outside its flight."""
    zero = axis.zeros_tdb_s.get(mission.id)
    first, last = mission.trajectory.span_tdb_s
    if zero is None or not first <= zero + x_s <= last:
        return ""
    # The clock may rest on the very end, which is no longer inside.
    found = values_of(mission, tuple(quantities), np.array([min(zero + x_s, np.nextafter(last, first))]))
    words = [
        f"{SHORT[quantity.key]} {value_words(float(value[0]), float(sigma[0]), quantity.unit)}"
        for quantity, (value, sigma) in zip(quantities, found, strict=True)
    ]
    return ", ".join(words)


def value_words(value: float, sigma: float, unit: str) -> str:
    """Write a value with its uncertainty and unit, in as many digits as it deserves."""
    if not np.isfinite(value):
        return "unknown"
    decimals = _decimals(abs(value), unit)
    text = number_words(value, decimals)
    if np.isfinite(sigma) and sigma > 0.0:
        fine = _decimals(sigma, unit) if sigma < 10.0**-decimals else decimals
        text += f" ± {number_words(sigma, max(decimals, fine))}"
    return f"{text} {unit}"


def _decimals(size: float, unit: str) -> int:
    if unit == "deg":
        return 2
    return 0 if size >= 10_000.0 else 1 if size >= 100.0 else 2 if size >= 1.0 else 3
