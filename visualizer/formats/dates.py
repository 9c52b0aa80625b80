"""Reading dates from columns of characters, all rows of one length at a time.

Formats. Understood are `2023-08-16T00:00:00.123`, the same with a day of the year (`2023-228T...`), and Julian days
with decimals; both kinds give whole days and seconds, so that no digit is lost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray
from visualizer.core.constants import S_PER_DAY
from visualizer.formats import clock
from visualizer.formats.clock import ByteArray, IntArray, Scale

_Parts = tuple[IntArray, FloatArray, BoolArray]
DIGITS_MAX = 18


def parse_dates(buffer: ByteArray, starts: IntArray, lengths: IntArray, kind: str) -> _Parts:
    """Read one date for each row.

    Parameters
    ----------
    buffer : the bytes of the file
    starts, lengths : (n,) where each date stands in it
    kind : 'iso', 'jd' or 'mjd'

    Returns
    -------
    mjd, second_s, is_good : (n,) each; where a row is not good the others mean nothing
    """
    mjd = np.zeros(len(starts), dtype=np.int64)
    second = np.zeros(len(starts))
    good = np.zeros(len(starts), dtype=np.bool_)
    for length in np.unique(lengths):
        if not 4 <= length <= 40:
            continue
        rows = np.flatnonzero(lengths == length)
        chars = np.lib.stride_tricks.sliding_window_view(buffer, int(length))[starts[rows]]
        mjd[rows], second[rows], good[rows] = _iso(chars) if kind == "iso" else _julian(chars, kind)
    return mjd, second, good


def _number(chars: ByteArray) -> tuple[IntArray, BoolArray]:
    """Return columns of digits as numbers, and which rows are digits throughout."""
    digits = chars.astype(np.int64) - 48
    value = np.zeros(len(chars), dtype=np.int64)
    for column in digits.T:
        value = value * 10 + column
    return value, np.asarray(np.all((digits >= 0) & (digits <= 9), axis=1))


def _fraction(chars: ByteArray) -> tuple[FloatArray, BoolArray]:
    """Return `.123` as 0.123; nothing at all, or the point alone, as 0."""
    width = chars.shape[1]
    if width == 0:
        return np.zeros(len(chars)), np.ones(len(chars), dtype=np.bool_)
    kept = min(width - 1, DIGITS_MAX)
    value, good = _number(chars[:, 1 : 1 + kept])
    _, tail_good = _number(chars[:, 1 + kept :])
    return value / 10.0**kept, (chars[:, 0] == ord(".")) & good & tail_good


def _iso(chars: ByteArray) -> _Parts:
    if bool(np.all(np.isin(chars[:, -1], (ord("Z"), ord("z"))))):
        chars = chars[:, :-1]
    if chars.shape[1] >= 16 and bool(np.all(np.isin(chars[:, 8], (ord("T"), ord("t"))))):
        mjd, good = _ordinal_day(chars[:, :8])
        second, fine = _clock(chars[:, 8:])
    elif chars.shape[1] >= 10:
        mjd, good = _calendar_day(chars[:, :10])
        second, fine = _clock(chars[:, 10:])
    else:
        return np.zeros(len(chars), np.int64), np.zeros(len(chars)), np.zeros(len(chars), np.bool_)
    return mjd, second, good & fine & clock.is_second_of_day(mjd, second)


def _calendar_day(chars: ByteArray) -> tuple[IntArray, BoolArray]:
    (year, y), (month, m), (day, d) = _number(chars[:, :4]), _number(chars[:, 5:7]), _number(chars[:, 8:10])
    dashes = (chars[:, 4] == ord("-")) & (chars[:, 7] == ord("-"))
    good = y & m & d & dashes & clock.is_date(year, month, day)
    safe = np.where(good, year, 2000), np.where(good, month, 1), np.where(good, day, 1)
    return clock.mjd_from_calendar(*safe), good


def _ordinal_day(chars: ByteArray) -> tuple[IntArray, BoolArray]:
    (year, y), (day, d) = _number(chars[:, :4]), _number(chars[:, 5:8])
    one = np.ones_like(year)
    good = y & d & (chars[:, 4] == ord("-")) & clock.is_date(year, one, one) & (day >= 1)
    year = np.where(good, year, 2000)
    length = clock.mjd_from_calendar(year + 1, one, one) - clock.mjd_from_calendar(year, one, one)
    return clock.mjd_from_calendar(year, one, one) + day - 1, good & (day <= length)


def _clock(chars: ByteArray) -> tuple[FloatArray, BoolArray]:
    """Read `T00:00:00.123`, `T00:00` or nothing as seconds of the day."""
    count, width = chars.shape
    if width == 0:
        return np.zeros(count), np.ones(count, dtype=np.bool_)
    if width not in (6, *range(9, 30)):
        return np.zeros(count), np.zeros(count, dtype=np.bool_)
    (hour, h), (minute, m) = _number(chars[:, 1:3]), _number(chars[:, 4:6])
    good = np.isin(chars[:, 0], (ord("T"), ord("t"), ord(" "))) & (chars[:, 3] == ord(":")) & h & m
    second, fraction = np.zeros(count, dtype=np.int64), np.zeros(count)
    if width > 6:
        second, s = _number(chars[:, 7:9])
        fraction, f = _fraction(chars[:, 9:])
        good = good & (chars[:, 6] == ord(":")) & s & f
    is_leap = (second == 60) & (hour == 23) & (minute == 59)
    good = good & (hour < 24) & (minute < 60) & ((second < 60) | is_leap)
    return 3600.0 * hour + 60.0 * minute + second + fraction, np.asarray(good)


def _julian(chars: ByteArray, kind: str) -> _Parts:
    points = chars == ord(".")
    place = int(np.argmax(points[0])) if points[0].any() else chars.shape[1]
    if place > 8:
        return np.zeros(len(chars), np.int64), np.zeros(len(chars)), np.zeros(len(chars), np.bool_)
    whole, good = _number(chars[:, :place])
    fraction, fine = _fraction(chars[:, place:])
    if kind == "jd":
        late = fraction >= 0.5
        whole, fraction = whole - 2400001 + late, fraction + np.where(late, -0.5, 0.5)
    good = good & fine & (whole >= clock.MJD_FIRST) & (whole <= clock.MJD_LAST)
    return np.where(good, whole, clock.MJD_J2000), fraction * S_PER_DAY, good


def parse_texts(texts: Sequence[str], kind: str = "iso") -> _Parts:
    """Read many dates; see `parse_dates`."""
    encoded = [text.strip().encode("ascii", "replace") for text in texts]
    lengths = np.array([len(text) for text in encoded], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    return parse_dates(np.frombuffer(b"".join(encoded), dtype=np.uint8), starts, lengths, kind)


def one_date(text: str, kind: str = "iso") -> tuple[int, float] | None:
    """Return day and second of one date, or None where it is none."""
    mjd, second, good = parse_texts([text], kind)
    return (int(mjd[0]), float(second[0])) if good[0] else None


def tdb_s_of_date(text: str, scale: Scale) -> float | None:
    """Return the epoch of one ISO date in a scale, or None where it is no date."""
    parts = one_date(text)
    if parts is None or (parts[1] >= S_PER_DAY and scale is not Scale.UTC):
        return None
    return float(clock.tdb_s_from_days(np.array([parts[0]]), np.array([parts[1]]), scale)[0])
