"""Parts of a chart that pyqtgraph does not have as we want them: axes with our marks, bands, a box that zooms in x.

Window layer. Menus of pyqtgraph are not made: they would be windows without a parent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF

from visualizer.core.arrays import FloatArray
from visualizer.model.chart_lines import ChartLine, on_log_axis
from visualizer.model.chart_ticks import Tick
from visualizer.ui import theme
from visualizer.ui.chart_pens import BAND_ALPHA, pen_of
from visualizer.ui.mission_colour import colour_of


class TickAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose marks come from a function of its edges and its length in pixels."""

    def __init__(self, side: str, ticks: Callable[[float, float, float], Sequence[Tick]]) -> None:
        super().__init__(side, pen=QColor(theme.LINE), textPen=QColor(theme.MUTED), maxTickLength=4)
        self._ticks = ticks
        self._words: dict[float, str] = {}
        self.enableAutoSIPrefix(False)
        self.setStyle(autoExpandTextSpace=False, hideOverlappingLabels=False)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Pyqtgraph: marks with words, then those without."""
        ticks = self._ticks(low, high, size)
        self._words = {tick.at: tick.text for tick in ticks}
        large, small = [t.at for t in ticks if t.text], [t.at for t in ticks if not t.text]
        return [(1.0, large), (0.5, small)] if small else [(1.0, large)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Pyqtgraph: words of the marks."""
        return [self._words.get(value, "") for value in values]


class Band(pg.GraphicsObject):  # type: ignore[misc]
    """One sigma about a line, filled."""

    def __init__(self, x: FloatArray, low: FloatArray, high: FloatArray, colour: QColor) -> None:
        super().__init__()
        self._box = QRectF(
            QPointF(float(x[0]), float(low.min())), QPointF(float(x[-1]), float(high.max()))
        ).normalized()
        edge = np.concatenate([np.stack([x, high], axis=1), np.stack([x, low], axis=1)[::-1]])
        self._colour = colour
        self._edge = QPolygonF([QPointF(float(a), float(b)) for a, b in edge])

    def boundingRect(self) -> QRectF:
        """Qt: in units of the chart."""
        return self._box

    def paint(self, painter: QPainter, *_others: Any) -> None:
        """Qt: the band."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawPolygon(self._edge)


class ChartBox(pg.ViewBox):  # type: ignore[misc]
    """A plot's inside: the wheel zooms time about the cursor, with Ctrl the values; dragging moves, with Shift zooms.

    `has_box_zoom` lets plain dragging draw the box.
    """

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.has_box_zoom = False
        self.is_free_y = False
        self.disableAutoRange()
        self.setBorder(QColor(theme.LINE))
        self.rbScaleBox.setPen(QPen(QColor(theme.FOCUS), 1.0))
        self.rbScaleBox.setBrush(QColor(108, 182, 255, 40))

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Pyqtgraph: zoom one axis."""
        if axis is None:
            axis = 1 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 0
        self.is_free_y |= axis == 1
        super().wheelEvent(event, axis)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Pyqtgraph: move, or draw a box to zoom into."""
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
            return
        is_box = axis is None and (self.has_box_zoom or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        self.state["mouseMode"] = pg.ViewBox.RectMode if is_box else pg.ViewBox.PanMode
        self.is_free_y |= is_box or axis == 1
        if not is_box and axis is None and not self.is_free_y:
            axis = 0
        super().mouseDragEvent(event, axis)
        if is_box and event.isFinish():
            self.sigRangeChangedManually.emit([True, True])

    def keyPressEvent(self, event: Any) -> None:
        """Pyqtgraph: keys belong to the panel."""
        event.ignore()


def zoom_of(event: QKeyEvent) -> float:
    """Return by how much a key zooms, 0 for keys that do not."""
    strong = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    if event.modifiers() & strong:
        return 0.0
    return {"+": 0.6, "=": 0.6, "-": 1 / 0.6}.get(event.text(), 0.0)


def line_items(line: ChartLine, is_log: bool) -> list[Any]:
    """Return what draws a line: its bands, then itself."""
    items: list[Any] = []
    for x, low, high in line.bands(is_log=is_log):
        items.append(Band(x, low, high, colour_of(line.mission_index, BAND_ALPHA)))
    value = on_log_axis(line.value) if is_log else line.value
    if np.any(np.isfinite(value)):
        items.append(pg.PlotCurveItem(line.x_s, value, pen=pen_of(line), connect="finite", antialias=True))
    return items
