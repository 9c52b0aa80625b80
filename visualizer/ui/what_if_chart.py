"""The small chart of a burn's lengths, and the slider under it with the plan and the flight marked. Window layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QWidget

from visualizer.core.arrays import FloatArray
from visualizer.missions.what_if_burns import Mark
from visualizer.ui import theme
from visualizer.ui.words import tr

LINES_HIGH: Final = 6.0
LOG_RATIO: Final = 40.0


class BurnSlider(QSlider):
    """A slider over the members of a family: seconds grow evenly to the right, marks stand under the groove."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setRange(0, 0)

    def groove(self) -> tuple[float, float]:
        """Return where the middle of the handle stands at both ends, px."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, option, self)
        return 0.5 * handle, self.width() - 0.5 * handle

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a press on the groove goes there at once."""
        if event.button() == Qt.MouseButton.LeftButton:
            left, right = self.groove()
            share = (event.position().x() - left) / max(right - left, 1.0)
            self.setValue(round(min(max(share, 0.0), 1.0) * self.maximum()))
        super().mousePressEvent(event)


class BurnChart(QWidget):
    """A curve over the lengths of a burn; a click or a drag chooses a length.

    Signals
    -------
    chosen(float) : seconds under the mouse
    released() : the mouse let go
    """

    chosen = Signal(float)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seconds: FloatArray = np.zeros(0)
        self._values: FloatArray = np.zeros(0)
        self._hits: list[bool] = []
        self._marks: tuple[Mark, ...] = ()
        self._now = 0.0
        self._margin_px = 8.0
        self._title = self._extremes = ""
        self._is_log = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Chart over the length of the burn"))

    def sizeHint(self) -> QSize:
        """Qt: some lines high."""
        metrics = self.fontMetrics()
        return QSize(20 * metrics.horizontalAdvance("m"), round(LINES_HIGH * metrics.height()))

    def minimumSizeHint(self) -> QSize:
        """Qt: as high, but narrow."""
        return QSize(8 * self.fontMetrics().horizontalAdvance("m"), self.sizeHint().height())

    def show_curve(
        self, seconds: FloatArray, values: FloatArray, hits: list[bool], marks: tuple[Mark, ...], title: str
    ) -> None:
        """Show another curve: values in km over seconds, and which members end on the ground or in the air.

        What grows by hundreds is shown on a logarithmic scale.
        """
        finite = values[np.isfinite(values)]
        self._is_log = bool(len(finite) and finite.min() > 0.0 and finite.max() > LOG_RATIO * finite.min())
        self._extremes = f"{finite.max():,.0f} … {finite.min():,.0f}" if len(finite) else "–"
        self._values = np.log10(values) if self._is_log else values
        self._seconds, self._hits, self._marks, self._title = seconds, hits, marks, title
        self.update()

    def show_now(self, seconds: float, margin_px: float) -> None:
        """Show which length is chosen; `margin_px` is left on both sides, so that the slider below agrees."""
        self._now, self._margin_px = seconds, margin_px
        self.update()

    def x_of(self, seconds: float) -> float:
        """Return where a length stands, px."""
        longest = float(self._seconds[-1]) if len(self._seconds) else 1.0
        return self._margin_px + seconds / max(longest, 1e-9) * (self.width() - 2.0 * self._margin_px)

    def _seconds_at(self, x_px: float) -> float:
        share = (x_px - self._margin_px) / max(self.width() - 2.0 * self._margin_px, 1.0)
        return min(max(share, 0.0), 1.0) * float(self._seconds[-1])

    def _span(self) -> tuple[float, float]:
        finite = self._values[np.isfinite(self._values)]
        if not len(finite):
            return 0.0, 1.0
        low, high = float(finite.min()), float(finite.max())
        room = 0.12 * max(high - low, 1e-6)
        return low - room, high + room

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: choose the length under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton and len(self._seconds):
            self.chosen.emit(self._seconds_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: follow a drag."""
        if event.buttons() & Qt.MouseButton.LeftButton and len(self._seconds):
            self.chosen.emit(self._seconds_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a drag or click has ended."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: ground, marks, curve, chosen length."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.BACKGROUND))
        if len(self._seconds) < 2:
            return
        line_px = self.fontMetrics().height()
        box = QRectF(0.0, line_px * 1.2, self.width(), self.height() - 2.4 * line_px)
        low, high = self._span()

        def y_of(value: float) -> float:
            return box.bottom() - (value - low) / (high - low) * box.height()

        if not self._is_log:
            self._paint_ground(painter, box, y_of(0.0))
        self._paint_marks(painter, box)
        self._paint_curve(painter, [y_of(v) if np.isfinite(v) else np.nan for v in self._values.tolist()])
        painter.setPen(QColor(theme.MUTED))
        painter.drawText(QPointF(4.0, line_px * 0.95), f"{self._title}: {self._extremes}")
        self._paint_now(painter, box, y_of)

    def _paint_ground(self, painter: QPainter, box: QRectF, y_px: float) -> None:
        """Shade what lies under the sphere that heights are counted from."""
        if box.top() < y_px < box.bottom():
            shade = QColor(theme.ERROR)
            shade.setAlpha(34)
            painter.fillRect(QRectF(0.0, y_px, self.width(), box.bottom() - y_px), shade)
            painter.setPen(QPen(QColor(theme.LINE), 1.0))
            painter.drawLine(QPointF(0.0, y_px), QPointF(self.width(), y_px))

    def _paint_marks(self, painter: QPainter, box: QRectF) -> None:
        metrics = self.fontMetrics()
        taken: list[tuple[float, float]] = []
        for mark in sorted(self._marks, key=lambda mark: mark.seconds):
            x = self.x_of(mark.seconds)
            painter.setPen(QPen(QColor(theme.MUTED), 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            text = f"{mark.words} {mark.seconds:.4g} s"
            width = metrics.horizontalAdvance(text)
            left = min(max(x - 0.5 * width, 2.0), self.width() - width - 2.0)
            is_free = all(left > end + 4.0 or left + width < start - 4.0 for start, end in taken)
            if is_free:
                taken.append((left, left + width))
            # Where there is no room below, a name stands above, across from the title.
            y = self.height() - 0.3 * metrics.height() if is_free else 0.95 * metrics.height()
            painter.setPen(QColor(theme.TEXT))
            painter.drawText(QPointF(left, y), text)

    def _paint_curve(self, painter: QPainter, heights_px: list[float]) -> None:
        for first in range(len(heights_px) - 1):
            if np.isnan(heights_px[first]) or np.isnan(heights_px[first + 1]):
                continue
            is_hit = self._hits[first] or self._hits[first + 1]
            painter.setPen(QPen(QColor(theme.ERROR if is_hit else theme.FOCUS), 2.0))
            ends = [QPointF(self.x_of(float(self._seconds[i])), heights_px[i]) for i in (first, first + 1)]
            painter.drawLine(*ends)

    def _paint_now(self, painter: QPainter, box: QRectF, y_of: Callable[[float], float]) -> None:
        x = self.x_of(self._now)
        painter.setPen(QPen(QColor(theme.ACCENT), 1.5))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        finite = np.isfinite(self._values)
        if np.any(finite):
            value = float(np.interp(self._now, self._seconds[finite], self._values[finite]))
            painter.setBrush(QColor(theme.ACCENT))
            painter.drawEllipse(QPointF(x, y_of(value)), 4.0, 4.0)
        tip = QPolygonF([QPointF(x - 5.0, box.bottom() + 6.0), QPointF(x + 5.0, box.bottom() + 6.0),
                         QPointF(x, box.bottom())])  # fmt: skip
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(tip)
