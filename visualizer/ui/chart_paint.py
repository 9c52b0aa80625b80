"""Charts painted for files: title, legend, units, how each line is known. For the window's export and the command line.

Window layer, but no window: any QPainter will do. Nothing is clipped, because SVG files of Qt know no clipping; lines
are cut to the plot beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Provenance
from visualizer.model.chart_lines import Chart, ChartLine, Mark, TimeAxis, on_log_axis, value_span
from visualizer.model.chart_ticks import Tick, log_ticks, since_ticks, utc_ticks, value_ticks
from visualizer.ui import theme
from visualizer.ui.chart_pens import BAND_ALPHA, pen_of
from visualizer.ui.mission_colour import colour_of

FONT: Final = "DejaVu Sans"
TEXT_PX: Final = 15.0
TITLE_PX: Final = 21.0
MARGIN: Final = 26.0
LEGEND: Final = "Solid: measured, fitted or reconstructed. Dashed: planned. Dotted: synthetic."
PALE_WORDS: Final = "Pale: a second craft."
BAND_WORDS: Final = "Band: one sigma of the place, where it is known."
LOG_WORDS: Final = "Below 0.001 a logarithmic axis shows nothing."


@dataclass(frozen=True)
class ChartSheet:
    """What is painted.

    Attributes
    ----------
    title : the line above
    charts, is_log : one chart for each row, and whether its axis is logarithmic
    axis, span_s, marks : of time
    cursor_s : a moment to mark, or None
    """

    title: str
    charts: tuple[Chart, ...]
    is_log: tuple[bool, ...]
    axis: TimeAxis
    span_s: tuple[float, float]
    marks: tuple[Mark, ...] = ()
    cursor_s: float | None = None


@dataclass(frozen=True)
class _Plot:
    """A plot's place, and what its edges are worth."""

    box: QRectF
    span_s: tuple[float, float]
    low: float
    high: float

    def x(self, x_s: float) -> float:
        return self.box.left() + (x_s - self.span_s[0]) / (self.span_s[1] - self.span_s[0]) * self.box.width()

    def y(self, value: float) -> float:
        return self.box.bottom() - (value - self.low) / (self.high - self.low) * self.box.height()

    def points(self, x_s: FloatArray, values: FloatArray) -> list[QPointF]:
        return [QPointF(self.x(float(a)), self.y(float(b))) for a, b in zip(x_s, values, strict=True)]


def paint_sheet(painter: QPainter, width: float, height: float, sheet: ChartSheet) -> None:
    """Paint a sheet of charts from the painter's origin on."""
    painter.fillRect(QRectF(0.0, 0.0, width, height), QColor(theme.BACKGROUND))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = _paint_title(painter, width, sheet.title)
    top = _paint_legend(painter, width, top, sheet.charts)
    metrics = QFontMetricsF(_font(TEXT_PX))
    left = MARGIN + metrics.horizontalAdvance("−000,000") + 8.0
    notes = [f"{chart.quantity.title}: {note}." for chart in sheet.charts for note in chart.notes]
    footer = [" ".join(_words_below(sheet)), *([" ".join(dict.fromkeys(notes))] if notes else [])]
    bottom = height - MARGIN - (len(footer) + 2.6) * metrics.height()
    rows = len(sheet.charts)
    gap = 1.9 * metrics.height()
    tall = (bottom - top - rows * gap) / max(rows, 1)
    for row, (chart, is_log) in enumerate(zip(sheet.charts, sheet.is_log, strict=True)):
        y = top + (row + 1) * gap + row * tall
        low, high = value_span(chart, is_log, sheet.span_s)
        plot = _Plot(QRectF(left, y, width - left - MARGIN, tall), sheet.span_s, low, high)
        _paint_chart(painter, plot, chart, is_log, sheet, is_last=row == rows - 1)
    _paint_footer(painter, width, height, footer)


def _words_below(sheet: ChartSheet) -> list[str]:
    """Return the sentences that explain what is seen."""
    lines = [line for chart in sheet.charts for line in chart.lines]
    pairs = zip(sheet.charts, sheet.is_log, strict=True)
    is_cut = any(is_log and any(np.any(line.value < 1e-3) for line in chart.lines) for chart, is_log in pairs)
    return [
        LEGEND,
        *([PALE_WORDS] if any(line.is_companion for line in lines) else []),
        *([BAND_WORDS] if any(np.any(np.isfinite(line.sigma)) for line in lines) else []),
        *([LOG_WORDS] if is_cut else []),
    ]


def _font(pixels: float, *, is_bold: bool = False) -> QFont:
    font = QFont(FONT)
    font.setPixelSize(round(pixels))
    font.setBold(is_bold)
    return font


def _paint_title(painter: QPainter, width: float, title: str) -> float:
    font = _font(TITLE_PX)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(QColor(theme.TEXT))
    text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, width - 2.0 * MARGIN)
    painter.drawText(QPointF(MARGIN, MARGIN + metrics.ascent()), text)
    return MARGIN + metrics.height()


def legend_entries(charts: Sequence[Chart]) -> list[tuple[str, ChartLine]]:
    """Return name with its provenances, and a line that shows its style, for each flight that is seen."""
    seen: dict[str, dict[Provenance, ChartLine]] = {}
    for line in (line for chart in charts for line in chart.lines if np.any(np.isfinite(line.value))):
        seen.setdefault(line.name, {}).setdefault(line.provenance, line)
    entries = []
    for name, lines in seen.items():
        kinds = [kind for kind in Provenance if kind in lines]
        entries.append((f"{name} ({', '.join(kind.value for kind in kinds)})", lines[kinds[0]]))
    return entries


def _paint_legend(painter: QPainter, width: float, top: float, charts: Sequence[Chart]) -> float:
    font = _font(TEXT_PX)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    x, y = MARGIN, top + 0.6 * metrics.height()
    for words, line in legend_entries(charts):
        wide = 46.0 + metrics.horizontalAdvance(words) + 26.0
        if x > MARGIN and x + wide > width - MARGIN:
            x, y = MARGIN, y + 1.35 * metrics.height()
        painter.setPen(pen_of(line, 2.4))
        middle = y + 0.5 * metrics.height()
        painter.drawLine(QPointF(x, middle), QPointF(x + 36.0, middle))
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(QPointF(x + 46.0, y + metrics.ascent()), words)
        x += wide
    return y + metrics.height()


def _paint_chart(
    painter: QPainter, plot: _Plot, chart: Chart, is_log: bool, sheet: ChartSheet, *, is_last: bool
) -> None:
    font = _font(TEXT_PX)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(QColor(theme.TEXT))
    words = chart.quantity.heading + (", logarithmic" if is_log else "")
    painter.drawText(QPointF(plot.box.left(), plot.box.top() - 0.45 * metrics.height()), words)
    count = max(2, int(plot.box.height() / 60.0))
    rows = log_ticks(plot.low, plot.high, 2 * count) if is_log else value_ticks(plot.low, plot.high, count)
    _paint_rows(painter, plot, rows, metrics)
    _paint_columns(painter, plot, _time_ticks(plot, sheet.axis, metrics), metrics, has_words=is_last)
    for line in chart.lines:
        _paint_bands(painter, plot, line, is_log)
    for line in chart.lines:
        values = on_log_axis(line.value) if is_log else line.value
        painter.setPen(pen_of(line, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = _path(plot, line.x_s, values)
        if not path.isEmpty():
            painter.drawPath(path)
    _paint_marks(painter, plot, sheet)
    painter.setPen(QPen(QColor(theme.LINE), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(plot.box)
    if is_last:
        painter.setPen(QColor(theme.MUTED))
        place = QRectF(plot.box.left(), plot.box.bottom() + 1.5 * metrics.height(), plot.box.width(), metrics.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, sheet.axis.title)


def _time_ticks(plot: _Plot, axis: TimeAxis, metrics: QFontMetricsF) -> list[Tick]:
    least = 1.7 * metrics.horizontalAdvance("+00d 00h") * (plot.span_s[1] - plot.span_s[0]) / plot.box.width()
    if axis.is_calendar:
        return utc_ticks(*plot.span_s, next(iter(axis.zeros_tdb_s.values())), least)
    return since_ticks(*plot.span_s, least)


def _paint_rows(painter: QPainter, plot: _Plot, ticks: Sequence[Tick], metrics: QFontMetricsF) -> None:
    for tick in ticks:
        y = plot.y(tick.at)
        painter.setPen(QPen(QColor(theme.LINE), 1.0 if tick.text else 0.5))
        painter.drawLine(QPointF(plot.box.left(), y), QPointF(plot.box.right(), y))
        painter.setPen(QColor(theme.MUTED))
        x = plot.box.left() - 8.0 - metrics.horizontalAdvance(tick.text)
        painter.drawText(QPointF(x, y + 0.35 * metrics.height()), tick.text)


def _paint_columns(
    painter: QPainter, plot: _Plot, ticks: Sequence[Tick], metrics: QFontMetricsF, *, has_words: bool
) -> None:
    for tick in ticks:
        x = plot.x(tick.at)
        painter.setPen(QPen(QColor(theme.LINE), 1.0))
        painter.drawLine(QPointF(x, plot.box.top()), QPointF(x, plot.box.bottom()))
        if has_words:
            painter.setPen(QColor(theme.MUTED))
            half = 0.5 * metrics.horizontalAdvance(tick.text)
            painter.drawText(QPointF(x - half, plot.box.bottom() + 1.2 * metrics.height()), tick.text)


def _paint_bands(painter: QPainter, plot: _Plot, line: ChartLine, is_log: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour_of(line.mission_index, BAND_ALPHA))
    for x, low, high in line.bands(is_log=is_log):
        below, above = (np.clip(edge, plot.low, plot.high) for edge in (low, high))
        painter.drawPolygon(QPolygonF(plot.points(x, above) + plot.points(x[::-1], below[::-1])))


def _path(plot: _Plot, x_s: FloatArray, values: FloatArray) -> QPainterPath:
    path, is_down = QPainterPath(), False
    for x, value in zip(x_s, values, strict=True):
        if not np.isfinite(value):
            is_down = False
            continue
        place = QPointF(plot.x(float(x)), plot.y(float(value)))
        path.lineTo(place) if is_down else path.moveTo(place)
        is_down = True
    return path


def _paint_marks(painter: QPainter, plot: _Plot, sheet: ChartSheet) -> None:
    for mark in sheet.marks:
        if sheet.span_s[0] <= mark.x_s <= sheet.span_s[1]:
            painter.setPen(QPen(colour_of(mark.mission_index, 220), 1.4))
            x = plot.x(mark.x_s)
            painter.drawLine(QPointF(x, plot.box.top()), QPointF(x, plot.box.top() + 9.0))
    if sheet.cursor_s is not None and sheet.span_s[0] <= sheet.cursor_s <= sheet.span_s[1]:
        painter.setPen(QPen(QColor(theme.TEXT), 1.4))
        x = plot.x(sheet.cursor_s)
        painter.drawLine(QPointF(x, plot.box.top()), QPointF(x, plot.box.bottom()))


def _paint_footer(painter: QPainter, width: float, height: float, lines: Sequence[str]) -> None:
    font = _font(TEXT_PX - 1.0)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(QColor(theme.MUTED))
    for number, text in enumerate(lines):
        y = height - MARGIN - (len(lines) - 1 - number) * 1.2 * metrics.height()
        painter.drawText(QPointF(MARGIN, y), metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 2 * MARGIN))
