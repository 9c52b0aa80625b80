"""The timeline: the main control. Drag scrubs, the wheel zooms about the cursor, events are clicked.

Window layer. It changes only the session's clock and listens to it; a mouse move seeks once, and the frame loop
draws at most once for it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.catalogue import Event, Phase
from visualizer.model.session import Session
from visualizer.model.time_entry import elapsed_text
from visualizer.ui.timeline_paint import (
    TimelineContent,
    TimelineLayout,
    axis_day,
    paint_playhead,
    paint_static,
    place_event_labels,
)
from visualizer.ui.timeline_scale import PlacedLabel, TimeScale

CLICK_PX: Final = 4.0
EVENT_REACH_PX: Final = 6.0
TIP_LINES: Final = 6.0
FINE_FACTOR: Final = 0.1
WHEEL_FACTOR: Final = 0.82


class Timeline(QWidget):
    """Bands, events and playhead of the shown missions.

    Signals
    -------
    event_chosen(str) : an event was clicked; its sentence can be shown
    """

    event_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._content = self._content_now()
        self._layout = TimelineLayout.from_metrics(self._metrics(), self._content, 800.0)
        self._scale = self._full_scale()
        self._labels: list[PlacedLabel] = []
        self._static: QPixmap | None = None
        self._press_x_px: float | None = None
        self._press_event: Event | None = None
        self._last_x_px = 0.0
        self._is_scrubbing = False
        self._is_panning = False
        self._was_playing = False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        session.clock.epoch_changed.connect(self._on_epoch_changed)
        session.changed.connect(self._on_session_changed)

    def disconnect_session(self) -> None:
        """Stop listening; for a closing window."""
        self._session.clock.epoch_changed.disconnect(self._on_epoch_changed)
        self._session.changed.disconnect(self._on_session_changed)

    # -- what is shown ------------------------------------------------------------------------------------

    @property
    def scale(self) -> TimeScale:
        """Which seconds are seen where."""
        return self._scale

    @property
    def labels(self) -> tuple[PlacedLabel, ...]:
        """Which events are named, as last painted."""
        return tuple(self._labels)

    def set_scale(self, scale: TimeScale) -> None:
        """Show other seconds."""
        self._scale = scale
        self._forget_picture()

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font())

    def _content_now(self) -> TimelineContent:
        shown = self._session.shown_ids
        ids = [i for i in self._session.missions if i in shown or i == self._session.active_id]
        return TimelineContent(tuple(self._session.missions[i] for i in ids), self._session.active_id)

    def _full_scale(self) -> TimeScale:
        clock = self._session.clock
        layout = self._layout
        return TimeScale.from_span(clock.start_tdb_s, clock.end_tdb_s, layout.gutter_px, layout.plot_width_px)

    def _forget_picture(self) -> None:
        self._static = None
        self.update()

    def _on_session_changed(self, what: str) -> None:
        if what in ("missions", "active"):
            self._content = self._content_now()
            self._relayout()
            if what == "active":
                self._scale = self._full_scale()
            self.updateGeometry()

    def _on_epoch_changed(self, tdb_s: float) -> None:
        if not self._is_scrubbing and self._scale.showing(tdb_s) is not self._scale:
            self.set_scale(self._scale.showing(tdb_s))
        self.update()

    # -- geometry -----------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Qt: as high as its rows."""
        return QSize(800, round(self._layout.height_px))

    def minimumSizeHint(self) -> QSize:
        """Qt: as high as its rows."""
        return QSize(320, round(self._layout.height_px))

    def _relayout(self) -> None:
        self._layout = TimelineLayout.from_metrics(self._metrics(), self._content, float(self.width()))
        self._scale = self._scale.resized(self._layout.gutter_px, self._layout.plot_width_px)
        self._forget_picture()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: keep the seen seconds."""
        super().resizeEvent(event)
        self._relayout()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another font is another layout."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._relayout()
            self.updateGeometry()

    # -- painting -----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the kept picture, and the playhead on it."""
        ratio = self.devicePixelRatioF()
        if self._static is None or self._static.devicePixelRatio() != ratio:
            self._static = self._picture(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._static)
        epoch = self._session.clock.epoch_tdb_s
        bubble = utc_text_from_tdb_s(epoch, separator=" ") if self._is_scrubbing else ""
        paint_playhead(painter, self._layout, self._scale.x_px(epoch), bubble)
        painter.end()

    def _picture(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.palette().window().color())
        painter = QPainter(picture)
        painter.setFont(self.font())
        events = self._content.active.events
        self._labels = place_event_labels(events, self._layout, self._scale, self._metrics())
        paint_static(painter, self._content, self._layout, self._scale, self._labels)
        day = axis_day(self._scale, utc_text_from_tdb_s(self._scale.start_tdb_s))
        box = QRectF(8.0, self._layout.axis_top_px + 4.0, self._layout.gutter_px - 12.0, self._layout.line_px)
        painter.setPen(self.palette().placeholderText().color())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, day)
        painter.end()
        return picture

    # -- what is under the cursor -------------------------------------------------------------------------

    def event_at(self, x_px: float, y_px: float) -> Event | None:
        """Return the active mission's event whose label or tick is there."""
        events = self._content.active.events
        for label in self._labels:
            top = self._layout.lane_top_px(label.lane)
            box = QRectF(label.x_px - 4.0, top, label.width_px + 6.0, self._layout.line_px)
            if box.contains(x_px, y_px):
                return events[label.index]
        if y_px > self._layout.axis_top_px:
            return None
        near = [(abs(self._scale.x_px(e.tdb_s) - x_px), i) for i, e in enumerate(events)]
        distance, index = min(near, default=(EVENT_REACH_PX + 1, 0))
        return events[index] if distance <= EVENT_REACH_PX else None

    def phase_at(self, x_px: float, y_px: float) -> Phase | None:
        """Return the phase whose band is there."""
        tdb_s = self._scale.tdb_s(x_px)
        for i, mission in enumerate(self._content.missions):
            if self._layout.row(i).contains(x_px, y_px):
                return next((p for p in mission.phases if p.start_tdb_s <= tdb_s <= p.end_tdb_s), None)
        return None

    def tip_at(self, x_px: float, y_px: float) -> str:
        """Return the tool tip for a place, or an empty text."""
        event = self.event_at(x_px, y_px)
        start = self._content.active.trajectory.span_tdb_s[0]
        if event is not None:
            when = f"{utc_text_from_tdb_s(event.tdb_s, separator=' ')} UTC · {elapsed_text(event.tdb_s - start)}"
            burn = f" · {event.duration_s:g} s" if event.duration_s else ""
            return f"<b>{event.title}</b><br>{when}{burn}<br>{event.sentence}"
        phase = self.phase_at(x_px, y_px)
        if x_px < self._layout.gutter_px:
            return ""
        when = utc_text_from_tdb_s(self._scale.tdb_s(x_px), separator=" ") + " UTC"
        return f"<b>{phase.title}</b><br>{when}" if phase else when

    def event(self, event: QEvent) -> bool:
        """Qt: tool tips follow the cursor."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            # Above the timeline, so that the tip never lies under the next press.
            tip = self.tip_at(event.pos().x(), event.pos().y())
            place = self.mapToGlobal(QPoint(event.pos().x(), -round(TIP_LINES * self._layout.line_px)))
            QToolTip.showText(place, tip, self)
            return True
        return super().event(event)

    # -- mouse --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: begin a scrub (left) or a pan (middle)."""
        x, y = event.position().x(), event.position().y()
        self._last_x_px = x
        self._is_panning = event.button() == Qt.MouseButton.MiddleButton
        if event.button() != Qt.MouseButton.LeftButton or x < self._layout.gutter_px:
            return
        self._press_x_px = x
        self._press_event = self.event_at(x, y)
        self._was_playing = self._session.clock.is_playing
        if self._press_event is None:
            self._begin_scrub(x, event.modifiers())

    def _begin_scrub(self, x_px: float, modifiers: Qt.KeyboardModifier) -> None:
        self._is_scrubbing = True
        if self._was_playing:
            self._session.clock.pause()
        if not modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._session.clock.seek(self._scale.tdb_s(x_px))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: scrub, pan, or show that something can be clicked."""
        x = event.position().x()
        moved, self._last_x_px = x - self._last_x_px, x
        if self._is_panning:
            self.set_scale(self._scale.panned(-moved * self._scale.s_per_px))
        elif self._is_scrubbing:
            self._scrub(x, moved, event.modifiers())
        elif self._press_x_px is not None and abs(x - self._press_x_px) > CLICK_PX:
            self._begin_scrub(x, event.modifiers())
        elif self._press_x_px is None:
            over = self.event_at(x, event.position().y())
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def _scrub(self, x_px: float, moved_px: float, modifiers: Qt.KeyboardModifier) -> None:
        clock = self._session.clock
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            clock.seek(clock.epoch_tdb_s + FINE_FACTOR * moved_px * self._scale.s_per_px)
        else:
            clock.seek(self._scale.tdb_s(x_px))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: end of a scrub, or a click on an event."""
        chosen = self._press_event if not self._is_scrubbing else None
        was_scrubbing = self._is_scrubbing
        self._press_x_px = self._press_event = None
        self._is_scrubbing = self._is_panning = False
        if chosen is not None:
            self._session.clock.pause()
            self._session.clock.seek(chosen.tdb_s)
            self.event_chosen.emit(chosen.id)
        elif was_scrubbing and self._was_playing:
            self._session.clock.play(self._session.clock.direction)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: fit the phase under the cursor, or all of the flight."""
        phase = self.phase_at(event.position().x(), event.position().y())
        if phase is not None:
            self.set_scale(self._scale.fitted(phase.start_tdb_s, phase.end_tdb_s))
        elif self.event_at(event.position().x(), event.position().y()) is None:
            self.show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: zoom about the cursor; sideways (or with Shift) pan."""
        turn = event.angleDelta()
        sideways = turn.x() or (turn.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways:
            self.set_scale(self._scale.panned(-sideways / 120.0 * 60.0 * self._scale.s_per_px))
        elif turn.y():
            about = self._scale.tdb_s(max(event.position().x(), self._layout.gutter_px))
            self.set_scale(self._scale.zoomed(WHEEL_FACTOR ** (turn.y() / 120.0), about))
        event.accept()

    # -- commands -----------------------------------------------------------------------------------------

    def zoom(self, factor: float) -> None:
        """Zoom about the playhead."""
        self.set_scale(self._scale.zoomed(factor, self._session.clock.epoch_tdb_s))

    def show_all(self) -> None:
        """Show the whole flight."""
        self.set_scale(self._full_scale())
