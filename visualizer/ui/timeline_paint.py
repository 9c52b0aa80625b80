"""How the timeline looks: bands, burns, gaps, event ticks with labels, the axis and the playhead.

Window layer. Everything but the playhead is painted once into a pixmap and kept until scale or content change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from visualizer.missions.catalogue import Event, Mission
from visualizer.ui import theme
from visualizer.ui.timeline_scale import PlacedLabel, TimeScale, day_text, place_labels

LABEL_LANES: Final = 3
PRIORITIES: Final = {
    "impact": 9.0, "launch": 8.5, "loss": 6.0, "burn": 7.0, "orbit": 5.0, "separation": 4.0, "image": 3.0,
    "contact": 2.0, "plan": 1.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimelineContent:
    """What the timeline shows: missions in rows, the active one's events above them."""

    missions: tuple[Mission, ...]
    active_id: str

    @property
    def active(self) -> Mission:
        """The mission whose events are labelled."""
        return next(m for m in self.missions if m.id == self.active_id)


@dataclass(frozen=True, slots=True)
class TimelineLayout:
    """Where the rows are, in logical pixels."""

    gutter_px: float
    line_px: float
    row_px: float
    width_px: float
    n_rows: int

    @classmethod
    def from_metrics(cls, metrics: QFontMetricsF, content: TimelineContent, width_px: float) -> TimelineLayout:
        """Work the rows out from the font and the names."""
        widest = max(metrics.horizontalAdvance(text) for text in ("30 Mmm 2023", *(m.name for m in content.missions)))
        line = metrics.height() + 2.0
        return cls(widest + 22.0, line, line + 5.0, width_px, len(content.missions))

    @property
    def rows_top_px(self) -> float:
        """Top of the first band."""
        return 5.0 + LABEL_LANES * self.line_px + 3.0

    @property
    def axis_top_px(self) -> float:
        """Top of the axis."""
        return self.rows_top_px + self.n_rows * (self.row_px + 3.0)

    @property
    def height_px(self) -> float:
        """The whole height."""
        return self.axis_top_px + self.line_px + 8.0

    @property
    def plot_width_px(self) -> float:
        """Width of the part that has a time scale."""
        return max(self.width_px - self.gutter_px - 10.0, 1.0)

    def row(self, index: int) -> QRectF:
        """Return the band of a mission."""
        top = self.rows_top_px + index * (self.row_px + 3.0)
        return QRectF(self.gutter_px, top, self.plot_width_px, self.row_px)

    def has_room(self, left_px: float, right_px: float) -> bool:
        """Whether a text between two places is inside the plot; one that is cut may read as another."""
        return self.gutter_px <= left_px and right_px <= self.gutter_px + self.plot_width_px

    def lane_top_px(self, lane: int) -> float:
        """Return the top of a line of labels."""
        return 5.0 + lane * self.line_px


def place_event_labels(
    events: tuple[Event, ...], layout: TimelineLayout, scale: TimeScale, metrics: QFontMetricsF
) -> list[PlacedLabel]:
    """Choose which events are named, and where."""
    return place_labels(
        [scale.x_px(event.tdb_s) for event in events],
        [metrics.horizontalAdvance(event.title) for event in events],
        [PRIORITIES.get(event.kind, 0.0) for event in events],
        LABEL_LANES,
        layout.gutter_px,
        layout.gutter_px + layout.plot_width_px,
    )


def paint_static(
    painter: QPainter, content: TimelineContent, layout: TimelineLayout, scale: TimeScale, labels: list[PlacedLabel]
) -> None:
    """Paint everything but the playhead."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plot = QRectF(layout.gutter_px, 0.0, layout.plot_width_px, layout.height_px)
    _paint_names(painter, content, layout)
    painter.save()
    painter.setClipRect(plot)
    _paint_axis(painter, layout, scale)
    for i, mission in enumerate(content.missions):
        _paint_mission(painter, mission, layout.row(i), scale)
    _paint_events(painter, content, layout, scale, labels)
    painter.restore()


def _paint_names(painter: QPainter, content: TimelineContent, layout: TimelineLayout) -> None:
    for i, mission in enumerate(content.missions):
        is_active = mission.id == content.active_id
        font = painter.font()
        font.setBold(is_active)
        painter.setFont(font)
        painter.setPen(QColor(theme.TEXT if is_active else theme.MUTED))
        box = QRectF(8.0, layout.row(i).top(), layout.gutter_px - 16.0, layout.row_px)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, mission.name)
    font = painter.font()
    font.setBold(False)
    painter.setFont(font)


def _paint_axis(painter: QPainter, layout: TimelineLayout, scale: TimeScale) -> None:
    metrics = QFontMetricsF(painter.font())
    top = layout.axis_top_px
    for tick in scale.ticks(metrics.horizontalAdvance("00:00:00") + 26.0):
        x = scale.x_px(tick.tdb_s)
        painter.setPen(QPen(QColor(theme.LINE), 1.0))
        painter.drawLine(QPointF(x, layout.rows_top_px - 2.0), QPointF(x, top + 4.0))
        painter.setPen(QColor(theme.TEXT if tick.is_major else theme.MUTED))
        width = metrics.horizontalAdvance(tick.text)
        if not layout.has_room(x - width / 2.0, x + width / 2.0):
            continue
        painter.drawText(QPointF(x - width / 2.0, top + 4.0 + metrics.ascent()), tick.text)


def axis_day(scale: TimeScale, utc_text: str) -> str:
    """Return the day to pin beside the axis where its ticks show only hours, or an empty text."""
    return f"{day_text(utc_text)} {utc_text[:4]}" if scale.end_tdb_s - scale.start_tdb_s < 5 * 86400.0 else utc_text[:4]


def _paint_mission(painter: QPainter, mission: Mission, row: QRectF, scale: TimeScale) -> None:
    first, last = mission.trajectory.span_tdb_s
    _fill(painter, scale.x_px(first), scale.x_px(last), row, QColor(theme.PHASE_FALLBACK))
    for phase in mission.phases:
        left, right = scale.x_px(phase.start_tdb_s), scale.x_px(phase.end_tdb_s)
        _fill(painter, left, right, row, QColor(theme.PHASE_COLOURS.get(phase.kind, theme.PHASE_FALLBACK)))
        _paint_title(painter, phase.title, max(left, row.left()), min(right, row.right()), row)
    for start, end in mission.trajectory.gaps_tdb_s:
        _fill(painter, scale.x_px(start), scale.x_px(end), row, QColor(theme.GAP))
        hatch = QBrush(QColor("#6a6e78"), Qt.BrushStyle.BDiagPattern)
        painter.fillRect(QRectF(scale.x_px(start), row.top(), scale.x_px(end) - scale.x_px(start), row.height()), hatch)
    for arc in mission.trajectory.arcs:
        if arc.kind == "burn":
            left, right = scale.x_px(arc.start_tdb_s), scale.x_px(arc.end_tdb_s)
            painter.fillRect(
                QRectF(left - 1.0, row.bottom() - 5.0, max(right - left, 2.0) + 1.0, 5.0), QColor(theme.BURN)
            )


def _fill(painter: QPainter, left: float, right: float, row: QRectF, colour: QColor) -> None:
    left, right = max(left, row.left() - 4.0), min(right, row.right() + 4.0)
    if right > left:
        painter.fillRect(QRectF(left, row.top(), max(right - left - 1.0, 1.0), row.height()), colour)


def _paint_title(painter: QPainter, title: str, left: float, right: float, row: QRectF) -> None:
    metrics = QFontMetricsF(painter.font())
    room = right - left - 12.0
    if room < metrics.horizontalAdvance("mmm"):
        return
    text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
    painter.setPen(QColor("#ffffff"))
    painter.drawText(QRectF(left + 6.0, row.top(), room, row.height() - 3.0), Qt.AlignmentFlag.AlignVCenter, text)


def _paint_events(
    painter: QPainter, content: TimelineContent, layout: TimelineLayout, scale: TimeScale, labels: list[PlacedLabel]
) -> None:
    events = content.active.events
    row = layout.row(content.missions.index(content.active))
    metrics = QFontMetricsF(painter.font())
    for event in events:
        x = scale.x_px(event.tdb_s)
        painter.setPen(QPen(QColor(theme.EVENT_COLOURS.get(event.kind, theme.TEXT)), 1.6))
        painter.drawLine(QPointF(x, row.top() - 5.0), QPointF(x, row.top() + 4.0))
    for label in labels:
        event = events[label.index]
        colour = QColor(theme.EVENT_COLOURS.get(event.kind, theme.TEXT))
        top = layout.lane_top_px(label.lane)
        faint = QColor(colour)
        faint.setAlpha(130)
        painter.setPen(QPen(faint, 1.0))
        painter.drawLine(QPointF(label.anchor_px, top + 2.0), QPointF(label.anchor_px, row.top() - 4.0))
        painter.setPen(colour)
        painter.drawText(QPointF(label.x_px, top + metrics.ascent()), event.title)


def paint_playhead(painter: QPainter, layout: TimelineLayout, x_px: float, bubble: str) -> None:
    """Paint the playhead, with the time in a bubble while it is dragged."""
    if not layout.gutter_px - 1.0 <= x_px <= layout.gutter_px + layout.plot_width_px + 1.0:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor("#ffffff")
    painter.setPen(QPen(colour, 1.6))
    bottom = layout.axis_top_px + 2.0
    painter.drawLine(QPointF(x_px, 4.0), QPointF(x_px, bottom))
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(
        QPolygonF([QPointF(x_px, bottom - 6.0), QPointF(x_px - 5, bottom + 3), QPointF(x_px + 5, bottom + 3)])
    )
    if bubble:
        _paint_bubble(painter, layout, x_px, bubble)


def _paint_bubble(painter: QPainter, layout: TimelineLayout, x_px: float, text: str) -> None:
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text) + 14.0
    left = min(max(x_px - width / 2.0, layout.gutter_px), layout.gutter_px + layout.plot_width_px - width)
    box = QRectF(left, layout.axis_top_px + 2.0, width, layout.line_px + 2.0)
    painter.setPen(QPen(QColor(theme.ACCENT), 1.0))
    painter.setBrush(QColor(theme.RAISED))
    painter.drawRoundedRect(box, 4.0, 4.0)
    painter.setPen(QColor(theme.TEXT))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
