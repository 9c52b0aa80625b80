"""Reading and writing the command line's words: sizes, epochs inside a flight, tables, JSON."""

from __future__ import annotations

import json
import math
import re
import sys
from typing import TYPE_CHECKING, Any, Final

from visualizer.errors import CommandError, EpochRangeError

if TYPE_CHECKING:
    from rich.console import Console

    from visualizer.missions.catalogue import Mission

SIDE_MIN_PX: Final = 16
SIDE_MAX_PX: Final = 16384
# Ends are printed, and typed, to the second: so far beyond them the end itself is meant.
GRACE_S: Final = 1.0
PRESET_HELP: Final = "720p, 1080p, 4k, square or vertical."
WITH_HELP: Final = "A mission to draw too, may be repeated; a plan or second craft is luna-25/planned."
ALIGN_HELP: Final = "Lay missions side by side at launch, tli, loi, descent or landing."
TIME_HELP: Final = "UTC, or T+8d 12h, or impact-5min."


def size_from_text(text: str) -> tuple[int, int]:
    """Read `1920x1080`.

    Raises
    ------
    CommandError
        If it is not two whole numbers, or a side is outside 16 to 16384 pixels.
    """
    match = re.fullmatch(r"\s*(\d{1,6})\s*[x×*,]\s*(\d{1,6})\s*", text, re.IGNORECASE)
    if match is None:
        raise CommandError(f"--size {text!r}: write it as 1920x1080")
    size = int(match[1]), int(match[2])
    if not all(SIDE_MIN_PX <= side <= SIDE_MAX_PX for side in size):
        raise CommandError(f"--size {text}: each side must have {SIDE_MIN_PX} to {SIDE_MAX_PX} pixels")
    return size


def size_of(size: str | None, preset: str | None, default: str) -> tuple[int, int]:
    """Return the size that `--size` or `--preset` mean; raise `CommandError` where both are given or one is wrong."""
    if preset is None:
        return size_from_text(size or default)
    if size is not None:
        raise CommandError(f"--preset {preset} and --size {size}: give one of them")
    from visualizer.export.formats import preset_of_id

    return preset_of_id(preset).size_px


def positive(name: str, value: float, least: float, most: float) -> float:
    """Return the value, or raise `CommandError` where it is outside its range or no number."""
    if not (math.isfinite(value) and least <= value <= most):
        raise CommandError(f"{name} {value:g}: must lie between {least:,.15g} and {most:,.15g}")
    return value


def epoch_in_flight(mission: Mission, text: str, now_tdb_s: float | None = None) -> float:
    """Read UTC, or a time relative to launch or an event (`T+8d 12h`, `impact-5min`), as an epoch inside a flight.

    Parameters
    ----------
    now_tdb_s : what an offset without a name (`+2h`) is added to

    Raises
    ------
    EpochError
        If the text is not a time.
    EpochRangeError
        If it lies outside the flight; says the span.
    """
    from visualizer.model.time_entry import tdb_s_from_words

    tdb_s = tdb_s_from_words(text, mission, now_tdb_s)
    require_in_flight(mission, tdb_s, text)
    first, last = mission.trajectory.span_tdb_s
    return min(max(tdb_s, first), last)


def epoch_in_sight(mission: Mission, text: str, now_tdb_s: float | None = None) -> float:
    """Read a time as `epoch_in_flight` does, inside the flight or one of its branches: for pictures, which show both.

    Raises
    ------
    EpochError
        If the text is not a time.
    EpochRangeError
        If it lies outside all of them; says the span.
    """
    from visualizer.model.clock import flights_tdb_s
    from visualizer.model.time_entry import tdb_s_from_words

    tdb_s = tdb_s_from_words(text, mission, now_tdb_s)
    first, last = flights_tdb_s([mission])
    _require_between(mission, tdb_s, text, first, last)
    return min(max(tdb_s, first), last)


def require_in_flight(mission: Mission, tdb_s: float, text: str) -> None:
    """Raise `EpochRangeError` that says the span where an epoch lies outside a flight."""
    _require_between(mission, tdb_s, text, *mission.trajectory.span_tdb_s)


def _require_between(mission: Mission, tdb_s: float, text: str, first: float, last: float) -> None:
    if not first - GRACE_S <= tdb_s <= last + GRACE_S:
        from visualizer.model.time_entry import beyond_words

        words = f"outside the flight of {mission.name}, {utc_of(first)} to {utc_of(last)} UTC"
        beyond = beyond_words(tdb_s, mission, (first, last))
        raise EpochRangeError(f"{text}: {words}; {beyond}", first, last)


def utc_of(tdb_s: float) -> str:
    """Write an epoch as UTC with as many decimals as it needs, three at most."""
    from visualizer.core.epochs import utc_text_from_tdb_s

    text = utc_text_from_tdb_s(tdb_s, 3)
    return text.removesuffix(".000")


def say_json(value: Any) -> None:
    """Print JSON; what is not a number becomes null, as JSON knows no NaN."""
    is_utf = (sys.stdout.encoding or "").lower().startswith("utf")
    json.dump(_without_nan(value), sys.stdout, indent=1, ensure_ascii=not is_utf)
    sys.stdout.write("\n")


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def console(*, on_stderr: bool = False) -> Console:
    """Return rich's console: wide enough for tables when the output is a file."""
    from rich.console import Console

    made = Console(stderr=on_stderr, highlight=False)
    if not made.is_terminal:
        made = Console(stderr=on_stderr, highlight=False, width=160)
    return made
