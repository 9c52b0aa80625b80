"""Columns of dates become TDB seconds, thousands at a time, and back.

Formats. Dates are days (modified Julian day numbers, whole) and seconds of the day in the file's time scale. Leap
seconds and TDB - TT are ERFA's, as in `core.epochs`; TDB - TT is interpolated between values half a day apart (good to
1e-10 s), because ERFA takes 10 us for each.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeAlias

import erfa
import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import BoolArray, FloatArray
from visualizer.core.constants import J2000_JD, S_PER_DAY

IntArray: TypeAlias = npt.NDArray[np.int64]
ByteArray: TypeAlias = npt.NDArray[np.uint8]

MJD_J2000: Final = 51544
MJD_1972: Final = 41317
MJD_FIRST: Final = 36934  # 1960
MJD_LAST: Final = 124593  # 2200
TT_MINUS_TAI_S: Final = 32.184
TAI_MINUS_GPS_S: Final = 19.0
GRID_S: Final = 43200.0
MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class Scale(StrEnum):
    """The time scales that files may be in."""

    UTC = "utc"
    TAI = "tai"
    TT = "tt"
    TDB = "tdb"
    GPS = "gps"


_WORDS: Final = {"UTC": Scale.UTC, "UT": Scale.UTC, "Z": Scale.UTC, "TAI": Scale.TAI, "TT": Scale.TT, "TDT": Scale.TT,
                 "TDB": Scale.TDB, "ET": Scale.TDB, "GPS": Scale.GPS}  # fmt: skip


def scale_of(word: str) -> Scale | None:
    """Return the scale that a word names, or None."""
    return _WORDS.get(word.strip().upper())


def tdb_s_from_days(mjd: IntArray, second_s: FloatArray, scale: Scale) -> FloatArray:
    """Return TDB seconds past J2000.

    Parameters
    ----------
    mjd : (n,) whole modified Julian days, 1960 to 2199
    second_s : (n,) s of the day in the scale
    """
    elapsed = (mjd - MJD_J2000) * S_PER_DAY + (second_s - S_PER_DAY / 2)
    if scale is Scale.TDB:
        return np.asarray(elapsed, dtype=np.float64)
    if scale is Scale.UTC:
        elapsed = elapsed + tai_minus_utc_s(mjd, second_s)
    if scale is Scale.GPS:
        elapsed = elapsed + TAI_MINUS_GPS_S
    tt_s = elapsed if scale is Scale.TT else elapsed + TT_MINUS_TAI_S
    return np.asarray(tt_s + tdb_minus_tt_s(tt_s), dtype=np.float64)


def tai_minus_utc_s(mjd: IntArray, second_s: FloatArray) -> FloatArray:
    """Return the leap seconds, (n,), of days; before 1972 they drift within the day."""
    days, which = np.unique(mjd, return_inverse=True)
    leaps = _dat(days, 0.0)[which]
    if days.size and days[0] < MJD_1972:
        old = mjd < MJD_1972
        leaps[old] = _dat(mjd[old], second_s[old] / S_PER_DAY)
    return leaps


def _dat(mjd: IntArray, fraction: float | FloatArray) -> FloatArray:
    year, month, day, _, _ = erfa.ufunc.jd2cal(2400000.5, np.asarray(mjd, dtype=np.float64))
    leaps, _ = erfa.ufunc.dat(year, month, day, fraction)
    return np.array(leaps, dtype=np.float64)


def tdb_minus_tt_s(tt_s: FloatArray) -> FloatArray:
    """Return TDB - TT, (n,) s, at TT seconds past J2000 (TDB seconds do as well)."""
    if len(tt_s) < 64:
        return np.asarray(erfa.ufunc.dtdb(J2000_JD, tt_s / S_PER_DAY, 0.0, 0.0, 0.0, 0.0))
    cell = np.floor(tt_s / GRID_S)
    cells = np.unique(cell)
    nodes = np.unique(cells[:, np.newaxis] + np.arange(-1.0, 3.0))
    value = erfa.ufunc.dtdb(J2000_JD, nodes * (GRID_S / S_PER_DAY), 0.0, 0.0, 0.0, 0.0)
    first = np.searchsorted(nodes, cells - 1.0)[np.searchsorted(cells, cell)]
    x = tt_s / GRID_S - cell
    a, b, c, d = (value[first + k] for k in range(4))
    low = -x * (x - 1.0) * (x - 2.0) / 6.0 * a + (x + 1.0) * (x - 1.0) * (x - 2.0) / 2.0 * b
    return np.asarray(low - (x + 1.0) * x * (x - 2.0) / 2.0 * c + (x + 1.0) * x * (x - 1.0) / 6.0 * d)


def is_second_of_day(mjd: IntArray, second_s: FloatArray) -> BoolArray:
    """Tell which seconds (s) are in their UTC day; a day with a leap second has 86401."""
    good = (second_s >= 0.0) & (second_s < S_PER_DAY)
    odd = np.flatnonzero((second_s >= S_PER_DAY) & (second_s < S_PER_DAY + 1.0))
    if odd.size:
        good[odd] = _dat(mjd[odd] + 1, 0.0) - _dat(mjd[odd], 0.0) > 0.5
    return np.asarray(good)


def mjd_from_calendar(year: IntArray, month: IntArray, day: IntArray) -> IntArray:
    """Return the modified Julian day of Gregorian dates that exist (see `is_date`)."""
    shifted = year - (month <= 2)
    era_year = shifted % 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = era_year * 365 + era_year // 4 - era_year // 100 + day_of_year
    return np.asarray((shifted // 400) * 146097 + day_of_era - 678881, dtype=np.int64)


def is_date(year: IntArray, month: IntArray, day: IntArray) -> BoolArray:
    """Tell which dates exist, 1960 to 2199."""
    lengths = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    month_ok = (month >= 1) & (month <= 12)
    length = lengths[np.where(month_ok, month, 0)] + ((month == 2) & is_leap)
    return np.asarray(month_ok & (day >= 1) & (day <= length) & (year >= 1960) & (year <= 2199))


def calendar_texts(tdb_s: FloatArray, digits: int = 9) -> list[str]:
    """Write epochs as TDB dates, `2023-08-16T00:00:00.000000000`."""
    past_midnight = np.asarray(tdb_s, dtype=np.float64) + S_PER_DAY / 2
    day = np.floor(past_midnight / S_PER_DAY)
    unit = 10**digits
    ticks = np.rint((past_midnight - day * S_PER_DAY) * unit).astype(np.int64)
    day = day.astype(np.int64) + ticks // (86400 * unit)
    dates = np.datetime_as_string(np.datetime64("2000-01-01") + day.astype("timedelta64[D]"))
    texts = []
    for date, tick in zip(dates.tolist(), (ticks % (86400 * unit)).tolist(), strict=True):
        second, fraction = divmod(tick, unit)
        texts.append(f"{date}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{fraction:0{digits}d}")
    return texts


def tt_s_from_tdb_s(tdb_s: FloatArray) -> FloatArray:
    """Return TT seconds past J2000."""
    return np.asarray(tdb_s - tdb_minus_tt_s(np.asarray(tdb_s, dtype=np.float64)))
