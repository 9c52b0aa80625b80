"""What the timeline says about the place under the cursor. Window layer."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.catalogue import Event, Mission
from visualizer.model.time_entry import elapsed_text
from visualizer.model.time_strips import strip_of_id
from visualizer.model.time_words import duration_words
from visualizer.ui.timeline_strip_paint import strip_words
from visualizer.ui.words import tr

if TYPE_CHECKING:
    from visualizer.ui.timeline import Timeline


def tip_at(timeline: Timeline, x_px: float, y_px: float) -> str:
    """Return the tool tip for a place, or an empty text."""
    found = timeline.shown_event_at(x_px, y_px)
    if found is not None:
        return _event_tip(*found)
    layout, content = timeline.layout_, timeline.content
    strip, row = layout.strip_at(y_px), layout.row_at(y_px)
    when = utc_text_from_tdb_s(timeline.scale.tdb_s(x_px), separator=" ") + " UTC"
    if strip is not None:
        return _strip_tip(timeline, content.strip_ids[strip], x_px, when)
    if x_px < layout.gutter_px:
        return "" if row is None else _name_tip(content.missions[row], content.active_id)
    if row is None:
        return when
    branch, phase = layout.branch_at(y_px), timeline.phase_at(x_px, y_px)
    title = escape(phase.title) if phase else ""
    if branch is not None:
        one = content.missions[branch[0]].branches[branch[1]]
        title = " · ".join([escape(one.title), *([title] if title else [])])
    else:
        title += _burn_words(content.missions[row], timeline.scale.tdb_s(x_px) - content.shift_s(row), timeline)
    return f"<b>{title}</b><br>{when}" if title else when


def _event_tip(mission: Mission, event: Event) -> str:
    start = mission.launch_tdb_s
    when = f"{utc_text_from_tdb_s(event.tdb_s, separator=' ')} UTC · {elapsed_text(event.tdb_s - start)}"
    burn = f" · {event.duration_s:g} s" if event.duration_s else ""
    return f"<b>{escape(event.title)}</b><br>{when}{burn}<br>{escape(event.sentence)}"


def _name_tip(mission: Mission, active_id: str) -> str:
    first, last = (utc_text_from_tdb_s(t, separator=" ")[:16] for t in mission.trajectory.span_tdb_s)
    hint = "" if mission.id == active_id else f"<br>{tr('Click to make it the one that is meant')}"
    return f"<b>{escape(mission.name)}</b><br>{first} – {last} UTC{hint}"


def _burn_words(mission: Mission, tdb_s: float, timeline: Timeline) -> str:
    reach = 2.0 * timeline.scale.s_per_px
    for arc in mission.trajectory.arcs:
        if arc.kind == "burn" and arc.start_tdb_s - reach <= tdb_s <= arc.end_tdb_s + reach:
            return f" · {escape(arc.name)}, {duration_words(arc.end_tdb_s - arc.start_tdb_s)}"
    return ""


def _strip_tip(timeline: Timeline, strip_id: str, x_px: float, when: str) -> str:
    words = strip_words(timeline.keeper, strip_id, timeline.scale.tdb_s(x_px))
    if x_px < timeline.layout_.gutter_px:
        return f"<b>{tr(strip_of_id(strip_id).help)}</b>"
    return f"<b>{escape(words)}</b><br>{when}"
