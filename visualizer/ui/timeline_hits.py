"""What of the timeline is at a place: events by their labels and ticks, phases by their bands. Window layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF

from visualizer.missions.catalogue import Event, Mission, Phase
from visualizer.ui.timeline_layout import TimelineContent, TimelineLayout
from visualizer.ui.timeline_scale import PlacedLabel, TimeScale

EVENT_REACH_PX: Final = 6.0


def event_at(
    content: TimelineContent,
    layout: TimelineLayout,
    scale: TimeScale,
    labels: Sequence[PlacedLabel],
    place_px: tuple[float, float],
) -> tuple[Mission, Event] | None:
    """Return the event whose label or tick is at a place, and whose it is."""
    x_px, y_px = place_px
    for label in labels:
        box = QRectF(label.x_px - 4.0, layout.lane_top_px(label.lane), label.width_px + 6.0, layout.line_px)
        if box.contains(x_px, y_px):
            return content.active, content.active.events[label.index]
    if x_px < layout.gutter_px or y_px > layout.strips_top_px:
        return None
    row = 0 if y_px < layout.rows_top_px else layout.row_at(y_px)
    if row is None:
        return None
    mission, branch = content.missions[row], layout.branch_at(y_px)
    events = mission.branches[branch[1]].events if branch else mission.events
    shown = scale.moved(-content.shift_s(row))
    near = [(abs(shown.x_px(event.tdb_s) - x_px), i) for i, event in enumerate(events)]
    distance, index = min(near, default=(EVENT_REACH_PX + 1, 0))
    return (mission, events[index]) if distance <= EVENT_REACH_PX else None


def phase_at(
    content: TimelineContent, layout: TimelineLayout, scale: TimeScale, place_px: tuple[float, float]
) -> Phase | None:
    """Return the phase whose band is at a place, in its own mission's time."""
    x_px, y_px = place_px
    row = layout.row_at(y_px)
    if row is None or x_px < layout.gutter_px:
        return None
    tdb_s = scale.tdb_s(x_px) - content.shift_s(row)
    mission, branch = content.missions[row], layout.branch_at(y_px)
    phases = mission.branches[branch[1]].phases if branch else mission.phases
    return next((phase for phase in phases if phase.start_tdb_s <= tdb_s <= phase.end_tdb_s), None)
