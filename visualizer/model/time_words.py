"""Dates and lengths of time as people write them, read as epochs and seconds; no toolkit.

Dates: ISO 8601 in its extended and basic forms (`2023-08-19T11:10:00.5Z`, `20230819T1110+03`, `2023-08-19`), its
ordinal and week dates (`2023-231`, `2023-W33-6`), day of year (`231/11:10`, `day 231 11:10`), `19 Aug 2023 11:10`,
`19.08.2023 11:10`, and a time of day alone. UTC unless an offset, or `TDB`, says otherwise. `08/09/2023` is refused:
some read it as August, some as September.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from visualizer.core.epochs import FIRST_YEAR, LAST_YEAR, tdb_s_from_utc_text
from visualizer.errors import EpochError

DAY_S: Final = 86400.0
OFFSET_MOST_H: Final = 18
_UNIT_S: Final = {"d": DAY_S, "h": 3600.0, "m": 60.0, "s": 1.0}
_PIECE: Final = re.compile(
    r"(\d+(?:\.\d+)?)\s*(d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])[\s,]*", re.I
)
_CLOCK: Final = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}(?:\.\d*)?))?(?!\d)")
_DAYS: Final = re.compile(r"(\d+)\s*/\s*(?=\d)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TIME: Final = r"""(?:(?P<hour>\d{2}|\d(?=:)):?(?:(?P<minute>\d{2})(?::?(?P<second>\d{2}))?)?(?P<fraction>\.\d+)?)"""
_ZONE: Final = r"""\s*(?P<zone>Z|UTC|GMT|TDB|[+-]\d{2}(?::?\d{2})?)?"""
_MONTH: Final = r"(?P<month_name>[a-z]{3})[a-z]*\.?"
_DATES: Final = (
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<year>\d{4})[-/]?(?P<ordinal>\d{3})",
    r"(?P<year>\d{4})-?W(?P<week>\d{2})-?(?P<weekday>[1-7])",
    r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
    r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}),?",
    rf"(?P<day>\d{{1,2}})\s+{_MONTH},?\s+(?P<year>\d{{4}}),?",
    rf"{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}),?",
    r"(?:(?:day|doy)\s*(?P<ordinal>\d{1,3})|(?P<ordinal_slash>\d{1,3})(?=/))",
)
_FORMS: Final = tuple(re.compile(rf"{d}(?:(?:\s*[T/]\s*|\s+){_TIME})?{_ZONE}", re.I) for d in _DATES)
_EITHER_WAY: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)")
_TIME_ALONE: Final = re.compile(rf"(?=\d{{1,2}}:){_TIME}{_ZONE}", re.I)


def seconds_from_duration_text(text: str) -> float:
    """Read `8d 12h`, `2h30m`, `90 min`, `45s`, `11:59` or `11:59:03`, `8/11:59:03`, or days with a clock.

    Raises
    ------
    EpochError
        If any part of the text is not a duration.
    """
    rest, total = text.strip(), 0.0
    if not rest:
        raise EpochError("duration: nothing was typed; write it as 8d 12h, 90 min or 11:59:03")
    while rest:
        clock, piece, days = _CLOCK.match(rest), _PIECE.match(rest), _DAYS.match(rest)
        if clock:
            total += int(clock[1]) * 3600.0 + int(clock[2]) * 60.0 + float(clock[3] or 0.0)
            rest = rest[clock.end() :].strip()
        elif piece:
            total += float(piece[1]) * _UNIT_S[piece[2][0].lower()]
            rest = rest[piece.end() :].strip()
        elif days:
            total += float(days[1]) * DAY_S
            rest = rest[days.end() :].strip()
        else:
            raise EpochError(f"duration {text.strip()!r}: not understood; write it as 8d 12h, 90 min or 11:59:03")
    return total


def tdb_s_from_date(text: str, today: date | None = None) -> float | None:
    """Read a date, with or without a time of day.

    Parameters
    ----------
    text : see the module
    today : the UTC day that a time of day alone belongs to, and the year of a day of year alone; None: not understood

    Returns
    -------
    float or None, TDB seconds past J2000; None if the text has not the form of a date

    Raises
    ------
    EpochError
        If it has, but there is no such day or hour.
    """
    cleaned = text.strip().replace("−", "-").replace(",", ".") if _has_decimal_comma(text) else text.strip()
    cleaned = cleaned.replace("−", "-")
    either_way = _EITHER_WAY.match(cleaned)
    if either_way is not None:
        raise EpochError(
            f"time {text.strip()!r}: some read the day first, some the month; write the year first, as "
            + (" or ".join(_readings(*either_way.groups())) or "2023-08-19")
        )
    for form in _FORMS:
        match = form.fullmatch(cleaned)
        if match is not None:
            day = _day(match.groupdict(), text, today)
            return None if day is None else _epoch(day, match.groupdict(), text)
    alone = _TIME_ALONE.fullmatch(cleaned)
    return _epoch(today, alone.groupdict(), text) if alone and today is not None else None


def _readings(first: str, second: str, year: str) -> list[str]:
    """Return the days that two numbers and a year can mean, the day read first before the month read first."""
    readings = []
    for day, month in dict.fromkeys(((first, second), (second, first))):
        with suppress(ValueError):
            readings.append(date(int(year), int(month), int(day)).isoformat())
    return readings


def _has_decimal_comma(text: str) -> bool:
    return re.search(r"\d,\d+\D*$", text) is not None


def _day(parts: dict[str, str | None], text: str, today: date | None) -> date | None:
    """Return the day that is named, or None where that needs to know today."""
    ordinal = parts.get("ordinal") or parts.get("ordinal_slash")
    year = int(parts.get("year") or (today.year if today else 0))
    if not year:
        return None
    try:
        if ordinal:
            found = date(year, 1, 1) + timedelta(days=int(ordinal) - 1)
            if not 1 <= int(ordinal) <= 366 or found.year != year:
                raise ValueError
            return found
        if parts.get("week"):
            return date.fromisocalendar(year, int(parts["week"] or 0), int(parts["weekday"] or 0))
        return date(year, _month(parts), int(parts["day"] or 0))
    except (ValueError, OverflowError):
        raise EpochError(f"time {text.strip()!r}: there is no such day") from None


def _month(parts: dict[str, str | None]) -> int:
    name = parts.get("month_name")
    return _MONTHS.index(name.lower()) + 1 if name else int(parts["month"] or 0)


def _epoch(day: date, parts: dict[str, str | None], text: str) -> float:
    """Return the epoch of a day with what stands behind it; a fraction belongs to the last of hour, minute, second."""
    hour, minute, second = (parts.get(name) for name in ("hour", "minute", "second"))
    fraction = float(f"0{parts.get('fraction') or ''}")
    unit_s = 1.0 if second else 60.0 if minute else 3600.0
    zone = (parts.get("zone") or "UTC").upper()
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise EpochError(f"time {text.strip()!r}: only the years {FIRST_YEAR} to {LAST_YEAR} are known")
    try:
        start = datetime(day.year, day.month, day.day) - timedelta(minutes=_offset_min(zone))
        if hour == "24" and int(minute or 0) == 0 and int(second or 0) == 0 and fraction == 0.0:
            start, hour = start + timedelta(days=1), "0"
        if int(hour or 0) > 23 or int(minute or 0) > 59:
            raise ValueError
        # Offsets are taken off before leap seconds are looked up: those belong to UTC.
        start += timedelta(hours=int(hour or 0), minutes=int(minute or 0))
        clock = f"{start.isoformat(timespec='minutes')}:{int(second or 0):02d}"
        whole = tdb_s_from_utc_text(f"{clock} {'TDB' if zone == 'TDB' else 'UTC'}")
    except (EpochError, ValueError, OverflowError):
        raise EpochError(f"time {text.strip()!r}: there is no such date or time of day") from None
    return whole + fraction * unit_s


def _offset_min(zone: str) -> int:
    """Return an offset such as `+05:30`, `-0330` or `+03` in minutes; 0 for words."""
    if zone[0] not in "+-":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].replace(":", "") or 0)
    if hours > OFFSET_MOST_H or minutes > 59:
        raise ValueError
    return (hours * 60 + minutes) * (1 if zone[0] == "+" else -1)


def signed_clock(seconds: float) -> str:
    """Write a length of time to the second with its sign: `+8d 11:59:03`, `−01:05:19` below a day."""
    whole = round(abs(seconds))
    days, rest = divmod(whole, 86400)
    sign = "−" if seconds < 0.0 and whole else "+"
    return f"{sign}{f'{days}d ' if days else ''}{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def duration_words(seconds: float) -> str:
    """Write a length of time in its two largest units: `2 d 3 h`, `5 min`, `0.4 s`."""
    whole = round(abs(seconds))
    if whole < 60:
        return f"{abs(seconds):.3g} s" if abs(seconds) < 10.0 else f"{whole} s"
    if whole < 3600:
        return _two_units(whole, 60, "min", "s")
    if round(whole / 60) < 1440:
        return _two_units(round(whole / 60), 60, "h", "min")
    return _two_units(round(whole / 3600), 24, "d", "h")


def _two_units(count: int, ratio: int, big: str, small: str) -> str:
    rest = count % ratio
    return f"{count // ratio} {big}" + (f" {rest} {small}" if rest else "")
