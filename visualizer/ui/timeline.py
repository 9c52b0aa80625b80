"""The timeline: the main control. Drag scrubs, the wheel zooms about the cursor, events are clicked.

Window layer. It changes only the session and listens to it; a mouse move seeks once, and the frame loop draws at most
once for it. What mouse and keys do is in `timeline_mouse` and `timeline_keys`, how it looks in `timeline_paint`,
`timeline_strip_paint` and `timeline_overlay`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.catalogue import Event, Mission, Phase
from visualizer.model.clock import flights_tdb_s
from visualizer.model.session import Session
from visualizer.ui.timeline_events import TimelineEvents
from visualizer.ui.timeline_hits import event_at, phase_at
from visualizer.ui.timeline_keys import TimelineKeys
from visualizer.ui.timeline_layout import BAR_PX, SHARE_OF_WINDOW, TimelineContent, TimelineLayout, content_of
from visualizer.ui.timeline_mouse import TimelineMouse
from visualizer.ui.timeline_overlay import (
    paint_event_mark,
    paint_focus,
    paint_playhead,
    paint_selection,
    playhead_box,
)
from visualizer.ui.timeline_paint import paint_static, place_event_labels
from visualizer.ui.timeline_scale import MARGIN_FRACTION, PlacedLabel, TimeScale
from visualizer.ui.timeline_strip_paint import paint_strips, paint_values, strip_title
from visualizer.ui.timeline_strips import StripKeeper
from visualizer.ui.timeline_tips import tip_at
from visualizer.ui.words import tr

ROOM_LEAST_LINES: Final = 9.0
GUTTER_MS: Final = 100
HELP: Final = (
    "Arrows move by pixels, Shift finer; Up and Down choose events, Enter goes there, with Control to its view; "
    "plus and minus zoom, Home and End are the ends of the flight, the menu key opens the menu"
)


class Timeline(TimelineEvents):
    """Bands, events, strips and playhead of the shown missions.

    Attributes
    ----------
    is_apart : whether the picture has a window of its own: the timeline then is on the screen before it is drawn

    Signals
    -------
    event_chosen(str) : an event was clicked; its sentence can be shown
    """

    event_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.keeper = StripKeeper(session, self)
        self._content = self._content_now()
        self._layout = self._layout_now()
        self._scale = self._flight_scale()
        self._labels: list[PlacedLabel] = []
        self._static: QPixmap | None = None
        self._playhead_px = self._scale.x_px(session.clock.epoch_tdb_s)
        self._is_scrubbing = self._is_painted = False
        self.is_apart = False
        self._watched: QWidget | None = None
        self._mouse, self._keys = TimelineMouse(self), TimelineKeys(self)
        self.tip_at = partial(tip_at, self)
        self._bar = self._scroll_bar()
        self._gutter, self._since_gutter = QTimer(self), QElapsedTimer()
        self._gutter.setSingleShot(True)
        self._gutter.setInterval(GUTTER_MS)
        self._gutter.timeout.connect(self._update_gutter)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Timeline"))
        self.setAccessibleDescription(tr(HELP))
        self._connect()

    def _connect(self) -> None:
        clock = self.session.clock
        clock.epoch_changed.connect(self._on_epoch_changed)
        clock.play_changed.connect(self._on_play_changed)
        clock.span_changed.connect(self._on_span_changed)
        self.session.changed.connect(self._on_session_changed)
        self.keeper.changed.connect(self._on_strips_changed)

    def disconnect_session(self) -> None:
        """Stop listening and working; for a closing window."""
        clock = self.session.clock
        self.keeper.stop()
        self._gutter.stop()
        clock.epoch_changed.disconnect(self._on_epoch_changed)
        clock.play_changed.disconnect(self._on_play_changed)
        clock.span_changed.disconnect(self._on_span_changed)
        self.session.changed.disconnect(self._on_session_changed)
        if self._watched is not None:
            self._watched.removeEventFilter(self)

    def _scroll_bar(self) -> QScrollBar:
        bar = QScrollBar(Qt.Orientation.Vertical, self)
        bar.setAccessibleName(tr("Rows of missions"))
        bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar.valueChanged.connect(self._on_scrolled)
        bar.hide()
        return bar

    # -- what is shown ------------------------------------------------------------------------------------

    @property
    def scale(self) -> TimeScale:
        """Which seconds are seen where."""
        return self._scale

    @property
    def content(self) -> TimelineContent:
        """What is shown."""
        return self._content

    @property
    def layout_(self) -> TimelineLayout:
        """Where it is."""
        return self._layout

    @property
    def labels(self) -> tuple[PlacedLabel, ...]:
        """Which events are named, as last painted."""
        return tuple(self._labels)

    @property
    def is_scrubbing(self) -> bool:
        """Whether the playhead is being dragged."""
        return self._is_scrubbing

    def set_scrubbing(self, is_scrubbing: bool) -> None:
        """Note that the playhead is being dragged, or not any more: nothing else is worked on meanwhile."""
        self._is_scrubbing = self.session.clock.is_scrubbed = is_scrubbing
        self.keeper.hold(is_scrubbing)
        self.update()

    def set_scale(self, scale: TimeScale) -> None:
        """Show other seconds."""
        self._scale = scale
        self._playhead_px = scale.x_px(self.session.clock.epoch_tdb_s)
        if self.isVisible():
            self.keeper.look(scale.start_tdb_s, scale.end_tdb_s)
        self._forget_picture()

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font())

    def _content_now(self) -> TimelineContent:
        return content_of(self.session, self.keeper.ids)

    def _layout_now(self, scroll_px: float = 0.0) -> TimelineLayout:
        metrics, content = self._metrics(), self._content
        strips = [f"{strip_title(self.keeper, i)}   −88.8°" for i in content.strip_ids]
        names = [*(m.name for m in content.missions), *strips]
        room = max(SHARE_OF_WINDOW * self.window().height(), ROOM_LEAST_LINES * metrics.height())
        return TimelineLayout.fitted(metrics, content, names, float(self.width()), room, scroll_px)

    def _whole_scale(self) -> TimeScale:
        clock, layout = self.session.clock, self._layout
        return TimeScale.from_span(clock.start_tdb_s, clock.end_tdb_s, layout.gutter_px, layout.plot_width_px)

    def _flight_scale(self) -> TimeScale:
        """Return the scale that shows the active mission's flight and branches, inside all that can be shown."""
        first, last = flights_tdb_s([self.session.active])
        margin = MARGIN_FRACTION * (last - first)
        return self._whole_scale().window(first - margin, last + margin)

    def retheme(self) -> None:
        """Paint in the colours of the theme in use, in the size of its text."""
        self._relayout(self._layout.scroll_px)

    def _forget_picture(self) -> None:
        self._static = None
        self.update()

    # -- listening ----------------------------------------------------------------------------------------

    def _on_session_changed(self, what: str) -> None:
        if what in ("missions", "active", "alignment"):
            self._content = self._content_now()
            # Where the names of the other mission's events stood, there is nothing now.
            self._labels = []
            self._relayout(0.0 if what == "active" else self._layout.scroll_px)
            if what == "active":
                self.set_scale(self._flight_scale())
                self._keys.forget()
                self.keeper.renew()

    def _on_span_changed(self) -> None:
        clock = self.session.clock
        self.set_scale(self._scale.within(clock.start_tdb_s, clock.end_tdb_s))
        self.keeper.renew()

    def _on_play_changed(self) -> None:
        self.update()

    def _on_strips_changed(self) -> None:
        if self._content.strip_ids != self.keeper.ids:
            self._content = self._content_now()
            self._relayout(self._layout.scroll_px)
        self._forget_picture()

    def _on_epoch_changed(self, tdb_s: float) -> None:
        if not self._is_scrubbing and self._scale.showing(tdb_s) is not self._scale:
            self.set_scale(self._scale.showing(tdb_s))
            return
        before, self._playhead_px = self._playhead_px, self._scale.x_px(tdb_s)
        bubble = self._bubble_width() if self._is_scrubbing else 0.0
        boxes = [playhead_box(self._layout, x, bubble).toAlignedRect() for x in (before, self._playhead_px)]
        if not self._since_gutter.isValid() or self._since_gutter.elapsed() >= GUTTER_MS:
            self._update_gutter()
        else:
            # To show it apart costs a picture of the whole window: only once the moves end.
            self._gutter.start()
        if self.is_apart and self._is_scrubbing:
            # Together with a new picture Qt would paint and copy all between the two as well: 4 ms of a processor.
            self.repaint(QRegion(boxes[0]) | QRegion(boxes[1]))
        else:
            for box in boxes:
                self.update(box)

    def _update_gutter(self) -> None:
        self._gutter.stop()
        self._since_gutter.start()
        layout = self._layout
        box = QRectF(0.0, layout.strips_top_px, layout.gutter_px, layout.height_px - layout.strips_top_px)
        self.update(box.toAlignedRect())

    def _bubble_width(self) -> float:
        return self._metrics().horizontalAdvance("8888-88-88 88:88:88.8") + 18.0

    # -- geometry -----------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Qt: as high as its rows."""
        return QSize(800, round(self._layout.height_px))

    def minimumSizeHint(self) -> QSize:
        """Qt: as high as its rows."""
        return QSize(320, round(self._layout.height_px))

    def _relayout(self, scroll_px: float) -> None:
        height = self._layout.height_px
        self._layout = layout = self._layout_now(scroll_px)
        self._scale = self._scale.resized(layout.gutter_px, layout.plot_width_px)
        self._playhead_px = self._scale.x_px(self.session.clock.epoch_tdb_s)
        self._bar.setVisible(layout.scroll_most_px > 0.5)
        self._bar.setRange(0, round(layout.scroll_most_px))
        self._bar.setPageStep(round(layout.rows_px))
        self._bar.setSingleStep(round(layout.band_px))
        self._bar.setValue(round(layout.scroll_px))
        self._bar.setGeometry(
            round(self.width() - BAR_PX), round(layout.rows_top_px), round(BAR_PX), round(layout.rows_px)
        )
        self._forget_picture()
        if layout.height_px != height:
            self.updateGeometry()

    def _on_scrolled(self, value: int) -> None:
        if abs(value - self._layout.scroll_px) >= 0.5:
            self._relayout(float(value))

    def scroll_rows(self, rows: float) -> bool:
        """Scroll the rows, where there are more than have room; return whether there are."""
        if self._layout.scroll_most_px <= 0.5:
            return False
        self._bar.setValue(round(self._layout.scroll_px + rows * self._layout.band_px))
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: keep the seen seconds."""
        super().resizeEvent(event)
        self._relayout(self._layout.scroll_px)

    def showEvent(self, event: Any) -> None:
        """Qt: from now on the window's height decides, and the strips are worked on."""
        super().showEvent(event)
        if self._watched is not self.window():
            self._watched = self.window()
            self._watched.installEventFilter(self)
        self._relayout(self._layout.scroll_px)
        self.keeper.renew()
        self.keeper.look(self._scale.start_tdb_s, self._scale.end_tdb_s)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: another height of the window is another share of it."""
        if watched is self._watched and event.type() == QEvent.Type.Resize:
            self._relayout(self._layout.scroll_px)
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another font is another layout, another palette another picture."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._relayout(self._layout.scroll_px)
            self.updateGeometry()
        elif event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._forget_picture()

    # -- painting -----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the kept picture, and what moves on it."""
        ratio = self.devicePixelRatioF()
        if not self._is_painted:
            self._is_painted = True
            self.keeper.hold(False)
        if self._static is None or self._static.devicePixelRatio() != ratio:
            self._static = self._picture(ratio)
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, self._static)
        clock, layout = self.session.clock, self._layout
        if clock.loop_tdb_s is not None:
            paint_selection(painter, layout, self._scale, clock.loop_tdb_s, clock.is_looping)
        if event.rect().left() < layout.gutter_px:
            paint_values(painter, self.keeper, layout, clock.epoch_tdb_s)
        bubble = utc_text_from_tdb_s(clock.epoch_tdb_s, separator=" ") if self._is_scrubbing else ""
        paint_playhead(painter, layout, self._playhead_px, bubble)
        if self.hasFocus():
            chosen = self._keys.event
            if chosen is not None:
                paint_event_mark(painter, layout, self._scale.x_px(chosen.tdb_s), 0)
            paint_focus(painter, self.width(), self.height())
        painter.end()

    def _picture(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.palette().window().color())
        painter = QPainter(picture)
        painter.setFont(self.font())
        events = self._content.active.events
        self._labels = place_event_labels(events, self._layout, self._scale, self._metrics())
        paint_strips(painter, self.keeper, self._layout, self._scale)
        paint_static(painter, self._content, self._layout, self._scale, self._labels)
        painter.end()
        return picture

    # -- what is under the cursor -------------------------------------------------------------------------

    def shown_event_at(self, x_px: float, y_px: float) -> tuple[Mission, Event] | None:
        """Return the event whose label or tick is there, and whose it is."""
        return event_at(self._content, self._layout, self._scale, self._labels, (x_px, y_px))

    def event_at(self, x_px: float, y_px: float) -> Event | None:
        """Return the event whose label or tick is there."""
        found = self.shown_event_at(x_px, y_px)
        return found[1] if found else None

    def phase_at(self, x_px: float, y_px: float) -> Phase | None:
        """Return the phase whose band is there, in its own mission's time."""
        return phase_at(self._content, self._layout, self._scale, (x_px, y_px))

    # -- commands -----------------------------------------------------------------------------------------

    def zoom(self, factor: float) -> None:
        """Zoom about the playhead."""
        self.set_scale(self._scale.zoomed(factor, self.session.clock.epoch_tdb_s))

    def show_all(self) -> None:
        """Show the whole flight of the active mission; where that is seen already, all shown missions."""
        flight = self._flight_scale()
        is_seen = (
            abs(flight.start_tdb_s - self._scale.start_tdb_s) + abs(flight.end_tdb_s - self._scale.end_tdb_s) < 1.0
        )
        self.set_scale(self._whole_scale() if is_seen else flight)

    def fit(self, start_tdb_s: float, end_tdb_s: float) -> None:
        """Show an interval with a margin."""
        self.set_scale(self._scale.fitted(start_tdb_s, end_tdb_s))
