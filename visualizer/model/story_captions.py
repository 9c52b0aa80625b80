"""Words over a film: what stands for a field in braces, and how clearly a caption is seen at a moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter
from typing import Final

import numpy as np

from visualizer.missions.catalogue import Mission
from visualizer.model.frame_state import FrameState
from visualizer.model.time_entry import elapsed_text

CREDIT: Final = "Perilune. Bodies: JPL DE440, DE421. Earth: NASA Blue Marble. Moon: made from catalogued features."


@dataclass(frozen=True, slots=True)
class CaptionCue:
    """A caption at a moment: words that may hold fields, how clearly it is seen (0 to 1), where it stands."""

    text: str
    opacity: float
    place: str


def _clock(state: FrameState, _mission: Mission) -> str:
    return f"{state.utc_text} UTC"


def _date(state: FrameState, _mission: Mission) -> str:
    year, month, day = state.utc_text[:10].split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def _met(state: FrameState, mission: Mission) -> str:
    return elapsed_text(state.tdb_s - mission.launch_tdb_s)


def _event(state: FrameState, mission: Mission) -> str:
    """Return the title of what happened last."""
    past = [event for event in mission.events if event.tdb_s <= state.tdb_s + 1e-3]
    return past[-1].title if past else ""


def _mission(_state: FrameState, mission: Mission) -> str:
    return mission.name


def _provenance(state: FrameState, _mission: Mission) -> str:
    """Say how the place is known, and how well: one sigma."""
    told = state.telemetry
    if told is None:
        return ""
    finite = [sigma for sigma in told.sigma_km if np.isfinite(sigma)]
    return f"{told.provenance}, ± {max(finite):.1f} km" if finite else told.provenance


MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                 "November", "December")  # fmt: skip
FIELDS: Final[dict[str, Callable[[FrameState, Mission], str]]] = {
    "clock": _clock,
    "date": _date,
    "met": _met,
    "event": _event,
    "mission": _mission,
    "provenance": _provenance,
    "credit": lambda _state, _mission: CREDIT,
}


def check_fields(text: str) -> None:
    """Raise `ValueError` where braces hold what is no field."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise ValueError(f"text: {error}; write {{{{ for a brace") from None
    for name in names:
        if name not in FIELDS:
            known = ", ".join(f"{{{field}}}" for field in FIELDS)
            raise ValueError(f"text: there is no field {{{name}}}; there are {known}")


def filled(text: str, state: FrameState, mission: Mission) -> str:
    """Return a caption's words with its fields filled from a frame."""
    found = text.replace("{{", "\0").replace("}}", "\1")
    found = re.sub(r"\{(\w+)\}", lambda match: FIELDS[match[1]](state, mission), found)
    return found.replace("\0", "{").replace("\1", "}")


def opacity(at_s: float, begin_s: float, end_s: float, fade_s: float) -> float:
    """Return how clearly a caption is seen: 0, rising over `fade_s` to 1, and falling to 0 at its end."""
    if not begin_s <= at_s <= end_s:
        return 0.0
    ramp_s = min(fade_s, (end_s - begin_s) / 2.0)
    if ramp_s <= 0.0:
        return 1.0
    share = min(1.0, (at_s - begin_s) / ramp_s, (end_s - at_s) / ramp_s)
    return share * share * (3.0 - 2.0 * share)
