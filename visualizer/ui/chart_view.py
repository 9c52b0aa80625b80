"""One or two charts above each other with a common axis of time, a cursor that can be dragged, and marks of events.

Window layer, on pyqtgraph. It shows what it is given (`show_charts`) and tells what the user wants: to see other
seconds, to go to another moment, to read values under the mouse.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from visualizer.model.chart_lines import Chart, Mark, TimeAxis, value_span
from visualizer.model.chart_ticks import Tick, log_ticks, since_ticks, utc_ticks, value_ticks
from visualizer.ui import theme
from visualizer.ui.chart_items import ChartBox, TickAxis, line_items, zoom_of
from visualizer.ui.mission_colour import colour_of
from visualizer.ui.own_keys import keep_keys
from visualizer.ui.words import tr

NARROWEST_S: Final = 5.0
MARGIN: Final = 0.02
SHADOW_PX: Final = 2
ROOM_FOR_TWO_EM: Final = 8.5
Span = tuple[float, float]


class ChartView(pg.GraphicsView):  # type: ignore[misc]
    """The charts.

    Signals
    -------
    span_changed() : other seconds are seen
    sought(float) : the user wants to go to this x
    hovered(object) : x under the mouse, or None
    """

    span_changed = Signal()
    sought = Signal(float)
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setFrameShape(QFrame.Shape.Box)
        self.setObjectName("charts")
        # While the charts have the focus, plus and minus are theirs.
        keep_keys(self, zoom_of)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Charts"))
        self._axis = TimeAxis("calendar", {})
        self._whole: Span = (0.0, 1.0)
        self.charts: tuple[Chart, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._is_log: list[bool] = []
        self._hover_x: float | None = None
        self._is_setting = False
        self._layout = pg.GraphicsLayout(border=None)
        self._layout.setContentsMargins(2, 2, 10, 2)
        self._layout.setSpacing(3)
        self.setCentralItem(self._layout)
        self.boxes: list[ChartBox] = []
        self._sides: list[TickAxis] = []
        self._cursors: list[pg.InfiniteLine] = []
        self._below = TickAxis("bottom", self._time_ticks)
        self._drawn: list[list[Any]] = []
        self.scene().sigMouseClicked.connect(self._on_clicked)
        self._take_theme()

    def _take_theme(self) -> None:
        """Take the colours of the theme in use."""
        self._colours = theme.BACKGROUND
        self.setBackground(QColor(theme.BACKGROUND))
        self.setStyleSheet(
            f"QGraphicsView#charts {{ border: 1px solid {theme.BACKGROUND}; }}"
            f"QGraphicsView#charts:focus {{ border: 1px solid {theme.FOCUS}; }}"
        )
        for axis in (self._below, *self._sides):
            axis.setPen(QColor(theme.LINE))
            axis.setTextPen(QColor(theme.MUTED))
        for box in self.boxes:
            box.setBorder(QColor(theme.LINE))
        for cursor in self._cursors:
            for take, colour, wide in ((cursor.setPen, theme.TEXT, 1.4), (cursor.setHoverPen, theme.ACCENT, 2.4)):
                pen = QPen(QColor(colour), wide)
                pen.setCosmetic(True)
                take(pen)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another theme, or larger text."""
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)
        if event.type() in kinds and hasattr(self, "_colours") and self._colours != theme.BACKGROUND:
            self._take_theme()
            self.show_charts(self.charts, self._is_log)

    # -- building -----------------------------------------------------------------------------------------

    def set_rows(self, count: int) -> None:
        """Make one or two charts; what was drawn goes."""
        span = self.span_s if self.boxes else self._whole
        self._clear_rows()
        for row in range(count):
            self._add_row(row)
        self._below.linkToView(self.boxes[0])
        self._layout.addItem(self._below, row=count, col=1)
        self.set_span(span)
        self.retheme()
        self._take_theme()
        self.resizeEvent(QResizeEvent(self.size(), self.size()))

    def _add_row(self, row: int) -> None:
        box = ChartBox()
        side = TickAxis("left", lambda low, high, size, row=row: self._value_ticks(row, low, high, size))
        side.setWidth(self._side_px())
        side.linkToView(box)
        cursor = pg.InfiniteLine(angle=90, movable=True)
        cursor.setZValue(20)
        cursor.sigDragged.connect(self._on_cursor_dragged)
        cursor.setCursor(Qt.CursorShape.SizeHorCursor)
        box.addItem(cursor, ignoreBounds=True)
        box.sigXRangeChanged.connect(self._on_range_changed)
        box.sigRangeChangedManually.connect(self._on_moved_by_hand)
        box.setMouseEnabled(True, True)
        if row:
            box.setXLink(self.boxes[0])
        self._layout.addItem(side, row=row, col=0)
        self._layout.addItem(box, row=row, col=1)
        self.boxes.append(box)
        self._sides.append(side)
        self._cursors.append(cursor)
        self._drawn.append([])

    def _side_px(self) -> int:
        return self.fontMetrics().horizontalAdvance("−000,000") + 12

    def retheme(self) -> None:
        """Give the numbers beside the charts and below them room for the size of text in use."""
        self._below.setStyle(tickTextHeight=self.fontMetrics().height())
        for side in self._sides:
            side.setWidth(self._side_px())

    def _clear_rows(self) -> None:
        for box, side, cursor in zip(self.boxes, self._sides, self._cursors, strict=True):
            cursor.sigDragged.disconnect(self._on_cursor_dragged)
            box.sigXRangeChanged.disconnect(self._on_range_changed)
            box.sigRangeChangedManually.disconnect(self._on_moved_by_hand)
            side.unlinkFromView()
            box.setXLink(None)
            box.clear()
        if self.boxes:
            self._below.unlinkFromView()
            self._layout.removeItem(self._below)
        for item in (*self._sides, *self.boxes):
            self._layout.removeItem(item)
        self.boxes, self._sides, self._cursors, self._drawn = [], [], [], []

    def stop(self) -> None:
        """Take everything apart; for a closing window."""
        self.scene().sigMouseClicked.disconnect(self._on_clicked)
        self._clear_rows()
        self.close()

    # -- what is shown ------------------------------------------------------------------------------------

    def set_axis(self, axis: TimeAxis, whole: Span, first: Span, marks: Sequence[Mark]) -> None:
        """Show another axis of time, which ends at `whole`, first from end to end of `first`."""
        margin = MARGIN * (whole[1] - whole[0])
        self._axis, self._marks = axis, tuple(marks)
        self._whole = (whole[0] - margin, whole[1] + margin)
        for box in self.boxes:
            box.setLimits(
                xMin=self._whole[0], xMax=self._whole[1], minXRange=NARROWEST_S,
                maxXRange=self._whole[1] - self._whole[0],
            )  # fmt: skip
        margin = MARGIN * (first[1] - first[0])
        self.set_span((max(first[0] - margin, self._whole[0]), min(first[1] + margin, self._whole[1])))

    def show_charts(self, charts: Sequence[Chart], is_log: Sequence[bool]) -> None:
        """Draw charts, one for each row."""
        self.charts, self._is_log = tuple(charts), list(is_log)
        for row, chart in enumerate(self.charts[: len(self.boxes)]):
            for item in self._drawn[row]:
                self.boxes[row].removeItem(item)
            self._drawn[row] = [item for line in chart.lines for item in line_items(line, is_log[row])]
            for item in self._drawn[row]:
                self.boxes[row].addItem(item, ignoreBounds=True)
            self._fit_values(row)
            self._sides[row].picture = None
            self._sides[row].update()
        self.viewport().update()

    def _fit_values(self, row: int) -> None:
        if row < len(self.charts) and not self.boxes[row].is_free_y:
            low, high = value_span(self.charts[row], self._is_log[row], self.span_s)
            # Room for the title over the lines.
            share = min(2.0 * self.fontMetrics().height() / max(self.boxes[row].height(), 1.0), 0.3)
            self.boxes[row].setYRange(low, high + share / (1.0 - share) * (high - low), padding=0.0)

    def set_cursor(self, x_s: float | None) -> None:
        """Put the cursor at a time; away where there is none."""
        for cursor in self._cursors:
            cursor.setVisible(x_s is not None)
            if x_s is not None and not cursor.moving:
                cursor.setValue(x_s)

    @property
    def is_dragging(self) -> bool:
        """Whether the user holds the cursor."""
        return any(cursor.moving for cursor in self._cursors)

    # -- what is seen -------------------------------------------------------------------------------------

    @property
    def span_s(self) -> Span:
        """Seconds at the left and right edge."""
        if not self.boxes:
            return self._whole
        left, right = self.boxes[0].viewRange()[0]
        return float(left), float(right)

    @property
    def plot_px(self) -> int:
        """Width of the plots."""
        return round(self.boxes[0].width()) if self.boxes else 0

    def set_span(self, span: Span) -> None:
        """See other seconds."""
        if self.boxes:
            self.boxes[0].setXRange(*span, padding=0.0)

    def fit(self) -> None:
        """See everything again."""
        for box in self.boxes:
            box.is_free_y = False
        self.set_span(self._whole)
        for row in range(len(self.boxes)):
            self._fit_values(row)

    def zoom(self, factor: float) -> None:
        """See `factor` times as many seconds about the cursor, or about the middle where it is not seen."""
        low, high = self.span_s
        is_cursor_seen = bool(self._cursors) and self._cursors[0].isVisible()
        about = float(self._cursors[0].value()) if is_cursor_seen else low
        about = about if is_cursor_seen and low <= about <= high else 0.5 * (low + high)
        length = min(max(factor * (high - low), NARROWEST_S), self._whole[1] - self._whole[0])
        first = about - (about - low) / (high - low) * length
        first = min(max(first, self._whole[0]), self._whole[1] - length)
        self.set_span((first, first + length))

    def follow(self, x_s: float) -> None:
        """Move just so far that a time is seen."""
        low, high = self.span_s
        length = high - low
        if not low <= x_s <= high and self._whole[0] <= x_s <= self._whole[1]:
            first = x_s - (0.05 if x_s > high else 0.95) * length
            first = min(max(first, self._whole[0]), self._whole[1] - length)
            self.set_span((first, first + length))

    def set_box_zoom(self, is_on: bool) -> None:
        """Let plain dragging draw a box."""
        for box in self.boxes:
            box.has_box_zoom = is_on

    def x_at(self, place: QPointF) -> float | None:
        """Return the time under a place of the widget, or None beside the plots."""
        for box in self.boxes:
            if box.isVisible() and box.sceneBoundingRect().contains(place):
                return float(box.mapSceneToView(place).x())
        return None

    def place_of(self, x_s: float, row: int = 0) -> QPointF:
        """Return where a time stands in the middle of a plot, in pixels of the widget."""
        box = self.boxes[row]
        middle = 0.5 * sum(box.viewRange()[1])
        return QPointF(box.mapViewToScene(QPointF(x_s, middle)))

    # -- the user -----------------------------------------------------------------------------------------

    def _on_range_changed(self, *_arguments: Any) -> None:
        self.viewport().update()
        self.span_changed.emit()

    def _on_moved_by_hand(self, *_arguments: Any) -> None:
        for row in range(len(self.boxes)):
            self._fit_values(row)

    def _on_cursor_dragged(self, cursor: Any) -> None:
        self.sought.emit(float(cursor.value()))

    def _on_clicked(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not event.isAccepted():
            x_s = self.x_at(QPointF(event.scenePos()))
            if x_s is not None:
                event.accept()
                self.sought.emit(x_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: tell what lies under the mouse."""
        super().mouseMoveEvent(event)
        self._hover(self.x_at(QPointF(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: nothing lies under the mouse."""
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, x_s: float | None) -> None:
        if x_s != self._hover_x:
            self._hover_x = x_s
            self.viewport().update()
            self.hovered.emit(x_s)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is no room for two charts, the upper one has it all."""
        super().resizeEvent(event)
        has_room = self.height() >= ROOM_FOR_TWO_EM * self.fontMetrics().height()
        for item in (*self.boxes[1:], *self._sides[1:]) if hasattr(self, "boxes") else ():
            item.setVisible(has_room)
        for row in range(len(self.boxes) if hasattr(self, "boxes") else 0):
            self._fit_values(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: plus and minus zoom."""
        factor = zoom_of(event)
        if factor:
            self.zoom(factor)
        else:
            event.ignore()

    # -- painting -----------------------------------------------------------------------------------------

    def _time_ticks(self, low: float, high: float, size: float) -> list[Tick]:
        least = (high - low) * 5.5 * self.fontMetrics().horizontalAdvance("mm") / max(size, 1.0)
        if self._axis.is_calendar and self._axis.zeros_tdb_s:
            return utc_ticks(low, high, next(iter(self._axis.zeros_tdb_s.values())), least)
        return since_ticks(low, high, least)

    def _value_ticks(self, row: int, low: float, high: float, size: float) -> list[Tick]:
        if row < len(self._is_log) and self._is_log[row]:
            return log_ticks(low, high, max(2, int(size / (1.5 * self.fontMetrics().height()))))
        return value_ticks(low, high, max(2, int(size / (2.2 * self.fontMetrics().height()))))

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Qt: titles, events and the line under the mouse."""
        super().drawForeground(painter, rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for row, box in enumerate(self.boxes[: len(self.charts)]):
            if not box.isVisible():
                continue
            inside = box.sceneBoundingRect()
            painter.setClipRect(inside)
            if row == 0:
                self._paint_marks(painter, inside)
            self._paint_title(painter, inside, self.charts[row])
            if self._hover_x is not None:
                x = self.place_of(self._hover_x, row).x()
                painter.setPen(QPen(QColor(theme.MUTED), 1.0, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))
        painter.setClipping(False)

    def _paint_marks(self, painter: QPainter, inside: QRectF) -> None:
        length = 0.5 * self.fontMetrics().height()
        for mark in self._marks:
            x = self.place_of(mark.x_s).x()
            if inside.left() <= x <= inside.right():
                painter.setPen(QPen(colour_of(mark.mission_index, 210), 1.4))
                painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.top() + length))

    def _paint_title(self, painter: QPainter, inside: QRectF, chart: Chart) -> None:
        metrics, notes = self.fontMetrics(), "; ".join(chart.notes)
        text = chart.quantity.heading + (f"  ({notes})" if notes else "")
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(inside.width() - 16))
        place = QPointF(inside.left() + 8, inside.top() + 0.6 * metrics.height() + metrics.ascent())
        back = QRectF(place.x() - 3, place.y() - metrics.ascent() - 1, metrics.horizontalAdvance(text) + 6,
                      metrics.height() + SHADOW_PX)  # fmt: skip
        shade = QColor(theme.BACKGROUND)
        shade.setAlpha(190)
        painter.fillRect(back, shade)
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(place, text)

    def mark_near(self, x_s: float, within_px: float = 5.0) -> Mark | None:
        """Return the event whose mark lies under a time."""
        low, high = self.span_s
        within = within_px * (high - low) / max(self.plot_px, 1)
        near = [mark for mark in self._marks if abs(mark.x_s - x_s) <= within]
        # The active mission's marks come first.
        ranks = {mission_id: rank for rank, mission_id in enumerate(dict.fromkeys(m.mission_id for m in self._marks))}
        return min(near, key=lambda mark: (ranks[mark.mission_id], abs(mark.x_s - x_s)), default=None)
