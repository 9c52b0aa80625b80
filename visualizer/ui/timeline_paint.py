"""How the timeline's rows look: bands, burns, gaps, branches, event ticks with labels, the axis.

Window layer. Everything here is painted once into a pixmap and kept until scale or content change; what moves
(playhead, selection) is in `timeline_overlay`, strips are in `timeline_strip_paint`.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Branch, Event, Mission, Phase
from visualizer.model.clock import flights_tdb_s
from visualizer.model.colours import number_at
from visualizer.ui import theme
from visualizer.ui.mission_colour import colour_of
from visualizer.ui.timeline_layout import SIDE_PX, TimelineContent, TimelineLayout
from visualizer.ui.timeline_scale import PlacedLabel, Tick, TimeScale, day_text, place_labels, since_text
from visualizer.ui.words import tr

PRIORITIES: Final = {
    "impact": 9.0, "landing": 9.0, "launch": 8.5, "loss": 6.0, "burn": 7.0, "flyby": 5.5, "orbit": 5.0,
    "separation": 4.0, "image": 3.0, "contact": 2.0, "plan": 1.0,
}  # fmt: skip
BURN_PX: Final = 5.0
TICK_PX: Final = 4.0
MARK_PX: Final = 3.0
LEADER_ALPHA: Final = 130
BRANCH_ALPHA: Final = 190
HATCH_ALPHA: Final = 150
TEXT_FLAGS: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def place_event_labels(
    events: tuple[Event, ...], layout: TimelineLayout, scale: TimeScale, metrics: QFontMetricsF
) -> list[PlacedLabel]:
    """Choose which events are named, and where."""
    return place_labels(
        [scale.x_px(event.tdb_s) for event in events],
        [metrics.horizontalAdvance(event.title) for event in events],
        [PRIORITIES.get(event.kind, 0.0) for event in events],
        layout.lanes,
        layout.gutter_px,
        layout.right_px,
    )


def paint_static(
    painter: QPainter, content: TimelineContent, layout: TimelineLayout, scale: TimeScale, labels: list[PlacedLabel]
) -> None:
    """Paint rows, axis and labels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_names(painter, content, layout)
    _paint_day(painter, content, layout, scale)
    painter.save()
    painter.setClipRect(QRectF(layout.gutter_px, 0.0, layout.plot_width_px, layout.height_px))
    _paint_axis(painter, layout, scale, content.zero_tdb_s)
    painter.save()
    painter.setClipRect(layout.rows_box.adjusted(0.0, -TICK_PX, 0.0, 0.0), Qt.ClipOperation.IntersectClip)
    for index, mission in enumerate(content.missions):
        if layout.row(index).top() >= layout.rows_box.bottom():
            # Its ticks stand out above its band.
            break
        shown = scale.moved(-content.shift_s(index))
        _paint_row(painter, mission, layout, index, shown)
        _paint_ticks(painter, mission, layout.row(index), shown)
        own_zero = None if content.zero_tdb_s is None else content.zero_tdb_s - content.shift_s(index)
        _paint_whereabouts(painter, mission, layout.row(index), shown, own_zero)
    painter.restore()
    _paint_labels(painter, content, layout, scale, labels)
    painter.restore()


def _paint_names(painter: QPainter, content: TimelineContent, layout: TimelineLayout) -> None:
    painter.save()
    painter.setClipRect(QRectF(0.0, layout.rows_top_px - 1.0, layout.gutter_px, layout.rows_px))
    room = layout.gutter_px - 2 * SIDE_PX
    for index, mission in enumerate(content.missions):
        is_active = mission.id == content.active_id
        font = painter.font()
        font.setBold(is_active)
        painter.setFont(font)
        painter.setPen(QColor(theme.TEXT if is_active else theme.MUTED))
        box = QRectF(SIDE_PX, layout.row(index).top(), room, layout.band_px)
        mark = QRectF(0.5 * (SIDE_PX - MARK_PX), box.top() + 1.0, MARK_PX, box.height() - 2.0)
        painter.fillRect(mark, colour_of(number_at(content.colours, index)))
        name = QFontMetricsF(font).elidedText(mission.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, TEXT_FLAGS, name)
    painter.restore()


# -- axis -------------------------------------------------------------------------------------------------


def axis_ticks(scale: TimeScale, metrics: QFontMetricsF, zero_tdb_s: float | None) -> list[Tick]:
    """Return the marks of the axis: by the calendar, or since the moment that missions are laid side by side by."""
    if zero_tdb_s is None:
        return scale.ticks(metrics.horizontalAdvance("00:00:00") + 26.0)
    return scale.ticks_since(zero_tdb_s, metrics.horizontalAdvance("T−88d 00:00") + 26.0)


def _paint_axis(painter: QPainter, layout: TimelineLayout, scale: TimeScale, zero_tdb_s: float | None) -> None:
    metrics = QFontMetricsF(painter.font())
    top = layout.axis_top_px
    for tick in axis_ticks(scale, metrics, zero_tdb_s):
        x = scale.x_px(tick.tdb_s)
        painter.setPen(QPen(QColor(theme.LINE), 1.0))
        painter.drawLine(QPointF(x, layout.rows_top_px - 2.0), QPointF(x, top + 4.0))
        painter.setPen(QColor(theme.TEXT if tick.is_major else theme.MUTED))
        width = metrics.horizontalAdvance(tick.text)
        if layout.has_room(x - width / 2.0, x + width / 2.0):
            painter.drawText(QPointF(x - width / 2.0, top + 4.0 + metrics.ascent()), tick.text)


def _paint_day(painter: QPainter, content: TimelineContent, layout: TimelineLayout, scale: TimeScale) -> None:
    box = QRectF(SIDE_PX, layout.axis_top_px + 4.0, layout.gutter_px - 12.0, layout.line_px)
    painter.setPen(QColor(theme.MUTED))
    words = axis_day(scale, utc_text_from_tdb_s(scale.start_tdb_s))
    if content.zero_tdb_s is not None:
        words = tr("T: {moment}").format(moment=tr(content.moment))
    words = QFontMetricsF(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)


def axis_day(scale: TimeScale, utc_text: str) -> str:
    """Return the day to pin beside the axis where its ticks show only hours, else the year."""
    return f"{day_text(utc_text)} {utc_text[:4]}" if scale.end_tdb_s - scale.start_tdb_s < 5 * 86400.0 else utc_text[:4]


# -- rows -------------------------------------------------------------------------------------------------


def _paint_row(painter: QPainter, mission: Mission, layout: TimelineLayout, index: int, scale: TimeScale) -> None:
    row = layout.row(index)
    _paint_flight(painter, mission.trajectory, mission.phases, row, scale)
    for number, branch in enumerate(mission.branches):
        _paint_branch(painter, branch, layout.branch(index, number), scale)


def _paint_flight(
    painter: QPainter, flight: Trajectory, phases: tuple[Phase, ...], row: QRectF, scale: TimeScale
) -> None:
    first, last = flight.span_tdb_s
    _fill(painter, scale.x_px(first), scale.x_px(last), row, QColor(theme.PHASE_FALLBACK))
    for phase in phases:
        left, right = scale.x_px(phase.start_tdb_s), scale.x_px(phase.end_tdb_s)
        _fill(painter, left, right, row, phase_colour(phase.kind))
        _paint_title(painter, phase.title, max(left, row.left()), min(right, row.right()), row)
    for start, end in flight.gaps_tdb_s:
        _fill(painter, scale.x_px(start), scale.x_px(end), row, QColor(theme.GAP))
        _hatch(painter, scale.x_px(start), scale.x_px(end), row, QColor(theme.HATCH))
    for arc in flight.arcs:
        if arc.kind == "burn":
            left, right = scale.x_px(arc.start_tdb_s), scale.x_px(arc.end_tdb_s)
            box = QRectF(left - 1.0, row.bottom() - BURN_PX, max(right - left, 2.0) + 1.0, BURN_PX)
            painter.fillRect(box, QColor(theme.BURN))


def _paint_whereabouts(
    painter: QPainter, mission: Mission, row: QRectF, scale: TimeScale, zero_tdb_s: float | None
) -> None:
    """Say on which side, and when, a flight lies that is not seen at all."""
    first, last = flights_tdb_s([mission])
    is_ahead, is_behind = first > scale.end_tdb_s, last < scale.start_tdb_s
    if not (is_ahead or is_behind):
        return
    nearest = first if is_ahead else last
    utc = utc_text_from_tdb_s(nearest)
    words = f"{day_text(utc)} {utc[:4]}"
    if zero_tdb_s is not None:
        words = since_text(round((nearest - zero_tdb_s) / 3600.0) * 3600.0)
    side = Qt.AlignmentFlag.AlignRight if is_ahead else Qt.AlignmentFlag.AlignLeft
    painter.setPen(QColor(theme.MUTED))
    text = f"{words} ›" if is_ahead else f"‹ {words}"
    painter.drawText(row.adjusted(6.0, 0.0, -6.0, 0.0), Qt.AlignmentFlag.AlignVCenter | side, text)


def phase_colour(kind: str) -> QColor:
    """Return the colour of a kind of phase."""
    return QColor(theme.PHASE_COLOURS.get(kind, theme.PHASE_FALLBACK))


def _paint_branch(painter: QPainter, branch: Branch, box: QRectF, scale: TimeScale) -> None:
    """Paint a planned flight or a companion as a thin hatched band: it is there, but it is not the flight."""
    first, last = branch.trajectory.span_tdb_s
    _fill(painter, scale.x_px(first), scale.x_px(last), box, QColor(theme.PHASE_FALLBACK))
    for phase in branch.phases:
        colour = phase_colour(phase.kind)
        colour.setAlpha(BRANCH_ALPHA)
        _fill(painter, scale.x_px(phase.start_tdb_s), scale.x_px(phase.end_tdb_s), box, colour)
    hatch = QColor(theme.BAND_TEXT)
    hatch.setAlpha(HATCH_ALPHA)
    _hatch(painter, scale.x_px(first), scale.x_px(last), box, hatch)
    for event in branch.events:
        painter.setPen(QPen(event_colour(event), 1.4))
        x = scale.x_px(event.tdb_s)
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))


def _fill(painter: QPainter, left: float, right: float, row: QRectF, colour: QColor) -> None:
    left, right = max(left, row.left() - 4.0), min(right, row.right() + 4.0)
    if right > left:
        painter.fillRect(QRectF(left, row.top(), max(right - left - 1.0, 1.0), row.height()), colour)


def _hatch(painter: QPainter, left: float, right: float, row: QRectF, colour: QColor) -> None:
    left, right = max(left, row.left() - 4.0), min(right, row.right() + 4.0)
    if right > left:
        box = QRectF(left, row.top(), max(right - left, 1.0), row.height())
        painter.fillRect(box, QBrush(colour, Qt.BrushStyle.BDiagPattern))


def _paint_title(painter: QPainter, title: str, left: float, right: float, row: QRectF) -> None:
    metrics = QFontMetricsF(painter.font())
    room = right - left - 12.0
    if room < metrics.horizontalAdvance("mmm"):
        return
    text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
    painter.setPen(QColor(theme.BAND_TEXT))
    painter.drawText(QRectF(left + 6.0, row.top(), room, row.height() - 3.0), Qt.AlignmentFlag.AlignVCenter, text)


# -- events -----------------------------------------------------------------------------------------------


def event_colour(event: Event) -> QColor:
    """Return the colour of a kind of event."""
    return QColor(theme.EVENT_COLOURS.get(event.kind, theme.TEXT))


def _paint_ticks(painter: QPainter, mission: Mission, row: QRectF, scale: TimeScale) -> None:
    for event in mission.events:
        x = scale.x_px(event.tdb_s)
        painter.setPen(QPen(event_colour(event), 1.6))
        painter.drawLine(QPointF(x, row.top() - TICK_PX + 1.0), QPointF(x, row.top() + TICK_PX))


def _paint_labels(
    painter: QPainter, content: TimelineContent, layout: TimelineLayout, scale: TimeScale, labels: list[PlacedLabel]
) -> None:
    events = content.active.events
    top_of_rows = max(layout.row(content.missions.index(content.active)).top(), layout.rows_top_px)
    metrics = QFontMetricsF(painter.font())
    for label in labels:
        event = events[label.index]
        colour = event_colour(event)
        top = layout.lane_top_px(label.lane)
        faint = QColor(colour)
        faint.setAlpha(LEADER_ALPHA)
        painter.setPen(QPen(faint, 1.0))
        painter.drawLine(QPointF(label.anchor_px, top + 2.0), QPointF(label.anchor_px, top_of_rows - TICK_PX))
        if label.x_px < label.anchor_px:
            # The usual side is the right one: a line under the words leads to their own event.
            foot = top + metrics.height()
            painter.drawLine(QPointF(label.x_px, foot), QPointF(label.anchor_px, foot))
        painter.setPen(colour)
        painter.drawText(QPointF(label.x_px, top + metrics.ascent()), event.title)
