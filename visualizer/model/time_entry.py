"""What people type as a time, in the date field or on the command line, read as an epoch; no toolkit.

Understood: dates (`model.time_words`), time since launch such as `T+8d 12h`, an event's name with or without an offset
(`LOI+2h`, `impact - 10 min`), and an offset from now (`+90 min`). An event is named by its id, its title, a part of
either, or by the moment that missions share (`TLI`, `LOI`, `descent`, `landing`); one of another mission by both names
(`chandrayaan-3 touchdown`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from visualizer.core.epochs import FIRST_YEAR, LAST_YEAR, utc_text_from_tdb_s
from visualizer.errors import EpochError, EpochRangeError
from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import Event, Mission
from visualizer.model.time_words import duration_words, seconds_from_duration_text, signed_clock, tdb_s_from_date

__all__ = [
    "Completion", "Understood", "completions", "elapsed_text", "preview_words", "seconds_from_duration_text",
    "tdb_s_from_entry", "tdb_s_from_words", "understood",
]  # fmt: skip

_SIGN: Final = re.compile(r"\s*([+\-−])\s*(?=\d)")
_DATE: Final = re.compile(r"\d{4}[-/]?(\d|W)|\d{1,3}/\d|\d{1,2}:\d|(day|doy)\s*\d|\d{1,2}\s+[a-z]{3}", re.I)
SHARED_WORDS: Final = {
    "tli": "translunar injection", "loi": "lunar orbit insertion", "descent": "start of the descent",
    "landing": "landing", "impact": "impact",
}  # fmt: skip
NAME_LEAST: Final = 3
END_SLACK_S: Final = 60.0
QUOTED_MOST: Final = 60


# Missions, and how much earlier than its own time each is shown.
Rows: TypeAlias = Sequence[tuple[Mission, float]]


@dataclass(frozen=True, slots=True)
class Understood:
    """What was meant: `anchor` is the name of what it is counted from, or empty for a date."""

    tdb_s: float
    anchor: str = ""
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Completion:
    """A name that can be typed: `text` is what is put in, `title` what is shown."""

    text: str
    title: str


def tdb_s_from_entry(
    text: str, mission: Mission, now_tdb_s: float, span_tdb_s: tuple[float, float] | None = None
) -> float:
    """Read what was typed or pasted as an epoch inside a span.

    Parameters
    ----------
    text : see the module
    mission : whose launch and events are meant
    now_tdb_s : what an offset without a name is added to
    span_tdb_s : first and last epoch; the flight by default

    Raises
    ------
    EpochError
        If it is not understood.
    EpochRangeError
        If it lies outside the span; says it.
    """
    first, last = span_tdb_s or mission.trajectory.span_tdb_s
    return _inside(tdb_s_from_words(text, mission, now_tdb_s), first, last, mission)


def _inside(tdb_s: float, first: float, last: float, mission: Mission) -> float:
    # A second of grace: what the field shows is rounded.
    if not first - 1.0 <= tdb_s <= last + 1.0:
        start, end = (utc_text_from_tdb_s(t, separator=" ") for t in (first, last))
        beyond = beyond_words(tdb_s, mission, (first, last))
        raise EpochRangeError(
            f"outside the flight: {mission.name} is shown from {start} to {end} UTC; {beyond}", first, last
        )
    return min(max(tdb_s, first), last)


def beyond_words(tdb_s: float, mission: Mission, span_tdb_s: tuple[float, float]) -> str:
    """Say how far outside of a span an epoch is, and with what the flight begins or ends there."""
    is_late = tdb_s > span_tdb_s[1]
    edge = span_tdb_s[1] if is_late else span_tdb_s[0]
    event = next((one for one in _events(mission) if abs(one.tdb_s - edge) < 1.0), None)
    words = f"this is {duration_words(tdb_s - edge)} {'after the end' if is_late else 'before the beginning'}"
    if event is None:
        return words
    stay = ": its stay on the ground is not in its data" if is_late and event.kind == "landing" else ""
    return f"{words} ({event.title}){stay}"


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
    return understood(text, [mission], now_tdb_s).tdb_s


def understood(
    text: str,
    missions: Sequence[Mission],
    now_tdb_s: float | None = None,
    span_tdb_s: tuple[float, float] | None = None,
    earlier_s: Mapping[str, float] | None = None,
) -> Understood:
    """Read what was typed or pasted, and say what it was counted from.

    Parameters
    ----------
    text : see the module
    missions : whose events can be named, the one whose launch is meant first
    now_tdb_s : what an offset without a name is added to, and whose day a time of day belongs to; None: not understood
    span_tdb_s : where it has to lie, if anywhere
    earlier_s : mission id -> how much earlier than its own time it is shown, where missions are aligned

    Raises
    ------
    EpochError
        If it is not understood.
    EpochRangeError
        If it lies outside the span.
    """
    cleaned = " ".join(text.strip().strip("\"'`“”").split())
    if not cleaned:
        raise EpochError("time: nothing was typed; write it as 2023-08-19T11:10:00, T+8d 12h or LOI+2h")
    found = _understood(cleaned, [(mission, (earlier_s or {}).get(mission.id, 0.0)) for mission in missions], now_tdb_s)
    if span_tdb_s is None:
        return found
    return Understood(_inside(found.tdb_s, *span_tdb_s, missions[0]), found.anchor, found.offset_s)


def _understood(text: str, missions: Rows, now_tdb_s: float | None) -> Understood:
    today = None if now_tdb_s is None else date.fromisoformat(utc_text_from_tdb_s(now_tdb_s)[:10])
    moment = tdb_s_from_date(text, today)
    if moment is not None:
        return Understood(_checked(moment, text))
    exact = _anchor(text, missions, None, is_exact=True)
    if exact is not None:
        return exact
    relative = _relative(text, missions, now_tdb_s)
    if relative is not None:
        return relative
    named = _anchor(text, missions, None)
    if named is not None:
        return named
    shared = re.fullmatch(rf"({'|'.join(SHARED_WORDS)})\s*([+\-−].*)?", text, re.I)
    if shared is not None:
        raise EpochError(f"time {quoted(text)}: {missions[0][0].name} has no {SHARED_WORDS[shared[1].casefold()]}")
    if _DATE.match(text):
        raise EpochError(f"time {quoted(text)}: not a date; write it as 2023-08-19T11:10:00, 2023-231 11:10 or 11:10")
    forms = "2023-08-19T11:10:00, T+8d 12h or an event's name"
    raise EpochError(f"time {quoted(text)}: not understood; write it as {forms}")


def quoted(text: str) -> str:
    """Return what was typed as it is repeated in a complaint: not longer than the complaint itself."""
    words = repr(text)
    return words if len(words) <= QUOTED_MOST else f"{words[: QUOTED_MOST - 2]}…'"


def _relative(text: str, missions: Rows, now_tdb_s: float | None) -> Understood | None:
    """Read a name (or none) with an offset behind it; names may hold signs and digits themselves."""
    refusal: EpochError | None = None
    for sign in reversed(list(_SIGN.finditer(text))):
        try:
            offset = seconds_from_duration_text(text[sign.end() :])
        except EpochError as error:
            refusal = error
            continue
        anchor = _anchor(text[: sign.start()], missions, now_tdb_s)
        if anchor is not None:
            signed = offset if sign[1] == "+" else -offset
            return Understood(_checked(anchor.tdb_s + signed, text), anchor.anchor, signed)
    if refusal is not None and not _DATE.match(text) and _anchor(text, missions, None) is None:
        raise refusal
    return None


def _checked(tdb_s: float, text: str) -> float:
    """Return an epoch that can be written as a date again."""
    try:
        utc_text_from_tdb_s(tdb_s)
    except EpochError:
        raise EpochError(f"time {text!r}: outside the years {FIRST_YEAR} to {LAST_YEAR}") from None
    return tdb_s


# -- names ------------------------------------------------------------------------------------------------


def _anchor(name: str, missions: Rows, now_tdb_s: float | None, *, is_exact: bool = False) -> Understood | None:
    word = name.strip().casefold()
    if not word:
        return None if now_tdb_s is None else Understood(now_tdb_s, "now")
    if word in ("now", "here") and now_tdb_s is not None:
        return Understood(now_tdb_s, "now")
    first = missions[0][0]
    if word in ("t", "l", "met", "t0", "launch"):
        return Understood(first.launch_tdb_s, "launch" if word == "launch" else "T")
    for mission, earlier_s in missions:
        found = _of_mission(word, mission, is_exact)
        if found is not None:
            return found if mission is first else _of_other(found, mission, earlier_s)
    return next((found for mission, by in missions if (found := _with_mission(word, mission, by, is_exact))), None)


def _with_mission(word: str, mission: Mission, earlier_s: float, is_exact: bool) -> Understood | None:
    """Read the name of a mission and of one of its events."""
    for whose in (mission.id.casefold(), mission.name.casefold()):
        if word.startswith(whose) and word[len(whose) :].strip(" :/"):
            rest = word[len(whose) :].strip(" :/")
            found = _of_mission(rest, mission, is_exact)
            if found is not None:
                return _of_other(found, mission, earlier_s)
    return None


def _of_other(found: Understood, mission: Mission, earlier_s: float) -> Understood:
    return Understood(found.tdb_s - earlier_s, f"{mission.name}: {found.anchor}")


def _of_mission(word: str, mission: Mission, is_exact: bool) -> Understood | None:
    for matches in (_is_id,) if is_exact else (_is_id, _starts, _contains):
        for event in _events(mission):
            if matches(word, event.id.casefold(), event.title.casefold()):
                return Understood(event.tdb_s, event.title)
        shared = next((k for k, words in SHARED_WORDS.items() if word in (k, words)), None)
        if matches is _is_id and shared is not None:
            tdb_s = anchor_tdb_s(mission, "landing" if shared == "impact" else shared)
            if tdb_s is not None:
                return Understood(tdb_s, _shared_words(mission, shared, tdb_s))
    return None


def _shared_words(mission: Mission, shared: str, tdb_s: float) -> str:
    """Return the name of a shared moment; where a flight ended or came otherwise than was typed, that is said."""
    if shared == "loi" and any(p.kind == "flyby" and abs(p.start_tdb_s - tdb_s) < 1.0 for p in mission.phases):
        return "the passage of the Moon (there was no insertion)"
    ends = [e for e in mission.events if e.kind in ("landing", "impact") and abs(e.tdb_s - tdb_s) < END_SLACK_S]
    if shared not in ("landing", "impact") or not ends or ends[0].kind == shared:
        return SHARED_WORDS[shared]
    return f"{ends[0].title} (there was no {shared})"


def _events(mission: Mission) -> Iterator[Event]:
    yield from mission.events
    for branch in mission.branches:
        yield from branch.events


def _is_id(word: str, event_id: str, title: str) -> bool:
    return word in (event_id, title)


def _starts(word: str, event_id: str, title: str) -> bool:
    return event_id.startswith(word) or title.startswith(word)


def _contains(word: str, event_id: str, title: str) -> bool:
    return len(word) >= NAME_LEAST and (word in event_id or word in title)


def completions(missions: Sequence[Mission]) -> list[Completion]:
    """Return every name that can be typed: shared moments and the events of the first mission, then of the others."""
    first = missions[0]
    made = [
        Completion(word.upper() if len(word) == NAME_LEAST else word, f"{word.upper()} · {words}")
        for word, words in SHARED_WORDS.items()
        if word != "impact" and anchor_tdb_s(first, word) is not None
    ]
    made += [Completion(event.id, f"{event.title} · {event.id}") for event in _events(first)]
    for mission in missions[1:]:
        made += [Completion(f"{mission.id} {e.id}", f"{mission.name}: {e.title} · {e.id}") for e in _events(mission)]
    # A branch may have an event of the same id; what is typed means the first.
    return list({one.text: one for one in reversed(made)}.values())[::-1]


# -- words ------------------------------------------------------------------------------------------------


def elapsed_text(seconds: float) -> str:
    """Write time since launch as `T+8d 11:59:03`, `T+01:05:19` on the first day, `T−01:05:19` before it."""
    return f"T{signed_clock(seconds)}"


def day_of_year_text(utc_text: str) -> str:
    """Return the day of the year of an ISO text, as `day 231`."""
    return f"day {date.fromisoformat(utc_text[:10]).timetuple().tm_yday:03d}"


def preview_words(found: Understood, mission: Mission, now_tdb_s: float) -> str:
    """Say what was understood: date, time since launch, what it is counted from, how far from now."""
    parts = [
        f"{utc_text_from_tdb_s(found.tdb_s, separator=' ')} UTC",
        elapsed_text(found.tdb_s - mission.launch_tdb_s),
    ]
    if found.anchor not in ("", "now", "T"):
        offset = f" {'+' if found.offset_s > 0 else '−'} {duration_words(found.offset_s)}" if found.offset_s else ""
        parts.append(f"{found.anchor}{offset}")
    away = found.tdb_s - now_tdb_s
    parts.append("now" if abs(away) < 0.5 else f"{duration_words(away)} {'ahead' if away > 0 else 'back'}")
    return " · ".join(parts)
