"""What people type as a time, in the date field or on the command line, read as an epoch; no toolkit.

Understood: ISO dates (UTC unless they say otherwise), time since launch such as `T+8d 12h`, an event's name
with or without an offset (`LOI+2h`, `impact - 10 min`), and an offset from now (`+90 min`).
"""

from __future__ import annotations

import re
from typing import Final

from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.errors import EpochError, EpochRangeError
from visualizer.missions.catalogue import Mission

_UNIT_S: Final = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_PIECE: Final = re.compile(
    r"(\d+(?:\.\d+)?)\s*(d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:utes?)?)?|s(?:ec(?:onds?)?)?)(?![a-z])\s*", re.I
)
_CLOCK: Final = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}(?:\.\d*)?))?")
_RELATIVE: Final = re.compile(r"(?P<anchor>.*?)\s*(?P<sign>[+\-−])\s*(?P<duration>\d.*)$")


def seconds_from_duration_text(text: str) -> float:
    """Read `8d 12h`, `2h30m`, `90 min`, `45s`, `11:59` or `11:59:03`, or a mixture of days and a clock.

    Raises
    ------
    EpochError
        If any part of the text is not a duration.
    """
    rest, total = text.strip(), 0.0
    while rest:
        clock, piece = _CLOCK.match(rest), _PIECE.match(rest)
        if clock:
            total += int(clock[1]) * 3600.0 + int(clock[2]) * 60.0 + float(clock[3] or 0.0)
            rest = rest[clock.end() :].strip()
        elif piece:
            total += float(piece[1]) * _UNIT_S[piece[2][0].lower()]
            rest = rest[piece.end() :].strip()
        else:
            raise EpochError(f"duration {text.strip()!r}: not understood; write it as 8d 12h, 90 min or 11:59:03")
    return total


def tdb_s_from_entry(text: str, mission: Mission, now_tdb_s: float) -> float:
    """Read what was typed or pasted as an epoch inside the flight.

    Parameters
    ----------
    text : see the module
    mission : whose launch and events are meant
    now_tdb_s : what an offset without a name is added to

    Raises
    ------
    EpochError
        If it is not understood.
    EpochRangeError
        If it lies outside the flight; says the span.
    """
    tdb_s = tdb_s_from_words(text, mission, now_tdb_s)
    first, last = mission.trajectory.span_tdb_s
    # A second of grace: what the field shows is rounded.
    if not first - 1.0 <= tdb_s <= last + 1.0:
        start, end = (utc_text_from_tdb_s(t, separator=" ") for t in (first, last))
        raise EpochRangeError(f"outside the flight: {mission.name} flew from {start} to {end} UTC", first, last)
    return min(max(tdb_s, first), last)


def tdb_s_from_words(text: str, mission: Mission, now_tdb_s: float | None = None) -> float:
    """Read what was typed or pasted as an epoch, inside the flight or not.

    Parameters
    ----------
    text : see the module
    mission : whose launch and events are meant
    now_tdb_s : what an offset without a name is added to; None: such an offset is not understood

    Raises
    ------
    EpochError
        If it is not understood.
    """
    cleaned = " ".join(text.strip().strip("\"'`“”").split())
    if not cleaned:
        raise EpochError("time: nothing was typed; write it as 2023-08-19T11:10:00, T+8d 12h or LOI+2h")
    return _epoch(cleaned, mission, now_tdb_s)


def _epoch(text: str, mission: Mission, now_tdb_s: float | None) -> float:
    if re.match(r"\d{4}-\d", text):
        return tdb_s_from_utc_text(text)
    relative = _RELATIVE.match(text)
    if relative:
        anchor = _anchor(relative["anchor"], mission, now_tdb_s)
        if anchor is not None:
            offset = seconds_from_duration_text(relative["duration"])
            return anchor + (offset if relative["sign"] == "+" else -offset)
    anchor = _anchor(text, mission, None)
    if anchor is not None:
        return anchor
    raise EpochError(f"time {text!r}: not understood; write it as 2023-08-19T11:10:00, T+8d 12h or an event's name")


def _anchor(name: str, mission: Mission, now_tdb_s: float | None) -> float | None:
    word = name.strip().lower()
    if not word:
        return now_tdb_s
    if word in ("t", "l", "met", "launch"):
        return mission.trajectory.span_tdb_s[0]
    for matches in (_is_id, _starts, _contains):
        for event in mission.events:
            if matches(word, event.id.lower(), event.title.lower()):
                return event.tdb_s
    return None


def _is_id(word: str, event_id: str, title: str) -> bool:
    return word in (event_id, title)


def _starts(word: str, event_id: str, title: str) -> bool:
    return event_id.startswith(word) or title.startswith(word)


def _contains(word: str, event_id: str, title: str) -> bool:
    return len(word) > 2 and (word in event_id or word in title)


def elapsed_text(seconds: float) -> str:
    """Write time since launch as `T+8d 11:59:03` (`T-` before it)."""
    whole = round(abs(seconds))
    days, rest = divmod(whole, 86400)
    sign = "-" if seconds < 0 and whole else "+"
    return f"T{sign}{days}d {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
