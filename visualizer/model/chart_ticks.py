"""Where the axes of charts have marks, and what they say: round UTC, time from a moment, round numbers, decades."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from visualizer.core.constants import J2000_JD, S_PER_DAY
from visualizer.core.epochs import utc_jd_parts_from_tdb_s, utc_text_from_tdb_s

STEPS_S: Final = (
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
    86400, 172800, 432000, 864000, 1728000, 4320000, 8640000, 31536000,
)  # fmt: skip
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUS: Final = "−"


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at a place on the axis; one without words is a small one."""

    at: float
    text: str = ""


def utc_ticks(start_s: float, end_s: float, zero_tdb_s: float, least_apart_s: float) -> list[Tick]:
    """Return marks at round UTC.

    Parameters
    ----------
    start_s, end_s : edges of the axis, seconds from `zero_tdb_s`
    least_apart_s : how near two marks may be
    """
    step = _step(least_apart_s)
    middle = zero_tdb_s + 0.5 * (start_s + end_s)
    # UTC days begin at midnight, half a day off J2000.
    midnight = tdb_minus_utc_s(middle) - 0.5 * S_PER_DAY - zero_tdb_s
    digits = 0 if step >= 1.0 else 1
    marks = _multiples(start_s - midnight, end_s - midnight, step)
    return [Tick(midnight + at, _utc_words(zero_tdb_s + midnight + at, step, digits)) for at in marks]


def tdb_minus_utc_s(tdb_s: float) -> float:
    """Return how far TDB is ahead of UTC."""
    first, second = utc_jd_parts_from_tdb_s(tdb_s)
    return tdb_s - float((first - J2000_JD) * S_PER_DAY + second * S_PER_DAY)


def _utc_words(tdb_s: float, step_s: float, digits: int) -> str:
    text = utc_text_from_tdb_s(tdb_s, digits)
    clock = text[11:]
    if step_s >= S_PER_DAY or clock.startswith("00:00:00"):
        return f"{int(text[8:10])} {MONTHS[int(text[5:7]) - 1]}"
    return clock[:5] if step_s >= 60.0 else clock


def since_ticks(start_s: float, end_s: float, least_apart_s: float) -> list[Tick]:
    """Return marks at round times from a moment, as `+2d 12h`."""
    step = _step(least_apart_s)
    return [Tick(at, since_words(at, step)) for at in _multiples(start_s, end_s, step)]


def since_words(seconds: float, step_s: float = 1.0) -> str:
    """Write a time from a moment as `+2d 12h`, `−45min`, `+3min 20s` or `0`, not finer than a step needs."""
    if abs(seconds) < 1e-6:
        return "0"
    sign = "+" if seconds > 0 else MINUS
    tenths = round(abs(seconds) * 10.0) if step_s < 1.0 else 10 * round(abs(seconds))
    whole, tenth = divmod(tenths, 10)
    days, rest = divmod(whole, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    second_words = f"{left}.{tenth}s" if step_s < 1.0 else f"{left}s"
    parts = [
        f"{days}d" if days else "",
        f"{hours}h" if hours and step_s < S_PER_DAY else "",
        f"{minutes}min" if minutes and step_s < 3600.0 else "",
        second_words if step_s < 60.0 and (left or tenth) else "",
    ]
    return sign + (" ".join(part for part in parts if part) or "0s")


def _step(least_apart_s: float) -> float:
    return next((step for step in STEPS_S if step >= least_apart_s), STEPS_S[-1])


def _multiples(start: float, end: float, step: float) -> list[float]:
    first, last = math.ceil(start / step - 1e-9), math.floor(end / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def value_ticks(low: float, high: float, count: int) -> list[Tick]:
    """Return marks at 1, 2 or 5 times a power of ten, about so many."""
    if not high > low or count < 1:
        return []
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * (1.0 - 1e-9))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [Tick(at, number_words(at, decimals)) for at in _multiples(low, high, step)]


def log_ticks(low: float, high: float, most: int = 10) -> list[Tick]:
    """Return marks of a logarithmic axis at log10 of 1, 2, 5 and the tens between two logarithms.

    Parameters
    ----------
    low, high : log10 of the edges
    most : for how many words there is room
    """
    decades = high - low
    if decades < 0.7:
        ticks = value_ticks(10.0**low, 10.0**high, max(2, most // 2))
        return [Tick(math.log10(tick.at), tick.text) for tick in ticks if tick.at > 0.0]
    apart = next(step for step in (1, 2, 3, 5, 10, 20) if decades / step <= most or step == 20)
    has_small = 3.0 * decades <= most
    found = []
    for power in range(math.floor(low), math.ceil(high) + 1):
        for digit in (1, 2, 5):
            at = power + math.log10(digit)
            if low <= at <= high:
                has_words = power % apart == 0 if digit == 1 else has_small
                words = number_words(digit * 10.0**power, max(0, -power)) if has_words else ""
                if words or apart == 1 or digit == 1:
                    found.append(Tick(at, words))
    return found


def number_words(value: float, decimals: int) -> str:
    """Write a number with thousands apart and a true minus."""
    rounded = round(value, decimals) + 0.0
    return f"{rounded:,.{decimals}f}".replace("-", MINUS)
