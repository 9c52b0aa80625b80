"""Time: TDB seconds past J2000 inside, UTC at the door.

An epoch is one float64 of TDB seconds past 2000-01-01 12:00 TDB; it resolves 0.12 us today (4 mm at
30 km/s). UTC exists only in text. Leap seconds and TDB - TT come from ERFA (the IAU SOFA routines).
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import erfa
import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import J2000_JD, S_PER_DAY
from visualizer.errors import EpochError

# For one epoch, what changes slowly is worked out at multiples of this.
NODE_S: Final = 60.0
# Before, there was no UTC; the rotation of the Earth is not foreseen for ever.
FIRST_YEAR: Final = 1960
LAST_YEAR: Final = 2199
HALF_DAY_S: Final = 43_200
FIRST_DAY: Final = date(2000, 1, 1)
_ISO: Final = re.compile(
    r"""^\s*(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})
    (?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d*)?))?)?
    \s*(?P<scale>Z|UTC|TDB|[+-]\d{2}:?\d{2})?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)


def tdb_s_from_utc_text(text: str) -> float:
    """Read a date and time: UTC unless it says `TDB` or an offset such as `+03:00`.

    Parameters
    ----------
    text : ISO 8601, with `T` or a blank, down to days, minutes or fractions of a second

    Returns
    -------
    float, TDB seconds past J2000, to 0.2 us

    Raises
    ------
    EpochError
        If the text is not a date, or names a day, hour or leap second that does not exist.
    """
    match = _ISO.match(text)
    if match is None:
        raise EpochError(f"time {text!r}: not understood; write it as 2023-08-19T11:10:00")
    scale = (match["scale"] or "UTC").upper()
    day_parts = _julian_parts("TDB" if scale == "TDB" else "UTC", match, text)
    if scale == "TDB":
        return (day_parts[0] - J2000_JD) * S_PER_DAY + day_parts[1] * S_PER_DAY
    return _tdb_s_from_utc_parts(*day_parts) - _offset_s(scale)


def _julian_parts(scale: str, match: re.Match[str], text: str) -> tuple[float, float]:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    hour, minute, second = int(match["hour"] or 0), int(match["minute"] or 0), float(match["second"] or 0.0)
    jd1, jd2, status = erfa.ufunc.dtf2d(scale.encode(), year, month, day, hour, minute, second)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise EpochError(f"time {text!r}: only the years {FIRST_YEAR} to {LAST_YEAR} are known")
    if status < 0 or status in (2, 3):
        raise EpochError(f"time {text!r}: there is no such date or time of day in {scale}")
    return float(jd1), float(jd2)


def _offset_s(scale: str) -> float:
    if scale in ("Z", "UTC"):
        return 0.0
    digits = scale[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600.0 + int(digits[2:]) * 60.0
    return seconds if scale[0] == "+" else -seconds


def _tdb_s_from_utc_parts(utc1: float, utc2: float) -> float:
    tai1, tai2, _ = erfa.ufunc.utctai(utc1, utc2)
    tt1, tt2, _ = erfa.ufunc.taitt(tai1, tai2)
    tdb_minus_tt_s = erfa.ufunc.dtdb(tt1, tt2, 0.0, 0.0, 0.0, 0.0)
    return float((tt1 - J2000_JD) * S_PER_DAY + tt2 * S_PER_DAY + tdb_minus_tt_s)


def tt_days_from_tdb_s(tdb_s: float | FloatArray) -> FloatArray:
    """Return TT days past J2000 (float64: 10 ns near J2000, 1 us in 2040)."""
    days = np.asarray(tdb_s, dtype=np.float64) / S_PER_DAY
    tdb_minus_tt_s = erfa.ufunc.dtdb(J2000_JD, days, 0.0, 0.0, 0.0, 0.0)
    return np.asarray(days - tdb_minus_tt_s / S_PER_DAY, dtype=np.float64)


def utc_jd_parts_from_tdb_s(tdb_s: float | FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return UTC as ERFA's two-part quasi Julian date (leap seconds stretch the day)."""
    tai_days = tt_days_from_tdb_s(tdb_s) - 32.184 / S_PER_DAY
    utc1, utc2, _ = erfa.ufunc.taiutc(J2000_JD, tai_days)
    return np.asarray(utc1), np.asarray(utc2)


def utc_text_from_tdb_s(tdb_s: float, digits: int = 0, separator: str = "T") -> str:
    """Write an epoch as UTC, ISO 8601 without a zone mark, rounded to `digits` decimals of a second.

    Raises
    ------
    EpochError
        If the epoch is not a finite number or lies outside the years 1960 to 2199.
    """
    _check_epoch(tdb_s)
    return _utc_text(*utc_jd_parts_from_tdb_s(tdb_s), digits, separator)


def utc_text_at_one(tdb_s: float) -> str:
    """Write an epoch as UTC to the whole second, `2023-08-19 11:57:10`, in much less time: for pictures.

    TDB - TT is that of the nearest minute, good to 1e-8 s, so that its series are summed once a minute.

    Raises
    ------
    EpochError
        As `utc_text_from_tdb_s`.
    """
    _check_epoch(tdb_s)
    tai_s = tdb_s - _tdb_minus_tt_s(round(tdb_s / NODE_S)) - 32.184
    second = math.floor(tai_s + 0.5)
    leaps_s = _steady_leaps_s(second // HALF_DAY_S)
    if leaps_s is not None:
        days, clock = divmod(second - leaps_s + HALF_DAY_S, 2 * HALF_DAY_S)
        minute, hour = clock // 60, clock // 3600
        return f"{_date_text(days)} {hour:02d}:{minute % 60:02d}:{clock % 60:02d}"
    tai_days = tai_s / S_PER_DAY
    utc1, utc2, _ = erfa.ufunc.taiutc(J2000_JD, tai_days)
    return _utc_text(utc1, utc2, 0, " ")


@lru_cache(maxsize=16)
def _steady_leaps_s(half_day: int) -> int | None:
    """Return TAI - UTC, whole seconds, if it is the same from a day before a half day of TAI past J2000 to a day after.

    None near a leap second, and before 1972, when it was no whole number.
    """
    around = [_tai_minus_utc_s((half_day + step) * HALF_DAY_S) for step in (-2, 3)]
    return round(around[0]) if around[0] == around[1] and around[0] == round(around[0]) else None


def _tai_minus_utc_s(tai_s: float) -> float:
    utc1, utc2, _ = erfa.ufunc.taiutc(J2000_JD, tai_s / S_PER_DAY)
    # To a tenth of a millisecond, as days have no more digits; in the sixties it was seldom a round number of these.
    return round(float((J2000_JD - utc1) + (tai_s / S_PER_DAY - utc2)) * S_PER_DAY, 4)


@lru_cache(maxsize=16)
def _date_text(days: int) -> str:
    """Return the date so many days after 1 January 2000."""
    return (FIRST_DAY + timedelta(days=days)).isoformat()


@lru_cache(maxsize=16)
def _tdb_minus_tt_s(node: int) -> float:
    """Return TDB - TT at a multiple of `NODE_S`."""
    return float(erfa.ufunc.dtdb(J2000_JD, node * NODE_S / S_PER_DAY, 0.0, 0.0, 0.0, 0.0))


def _check_epoch(tdb_s: float) -> None:
    if not -1.3e9 < tdb_s < 6.4e9:
        raise EpochError(f"epoch {tdb_s!r} s past J2000: outside the years {FIRST_YEAR} to {LAST_YEAR}")


def _utc_text(utc1: FloatArray, utc2: FloatArray, digits: int, separator: str) -> str:
    year, month, day, clock, _ = erfa.ufunc.d2dtf(b"UTC", digits, utc1, utc2)
    hour, minute, second, fraction = clock.item()
    tail = f".{fraction:0{digits}d}" if digits > 0 else ""
    return f"{year:04d}-{month:02d}-{day:02d}{separator}{hour:02d}:{minute:02d}:{second:02d}{tail}"
