"""How the strips look: curves of elevation over light and night, bands of sight, shadow and passes.

Window layer. Painted into the timeline's kept picture; the values of the minute stand in the gutter and are painted
with the playhead.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPolygonF

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import MOON
from visualizer.core.stations import STATIONS
from visualizer.model.time_strips import Source, StripStore, strip_of_id, without
from visualizer.model.time_words import duration_words
from visualizer.ui import theme
from visualizer.ui.timeline_layout import SIDE_PX, TimelineLayout
from visualizer.ui.timeline_scale import TimeScale
from visualizer.ui.timeline_strips import StripKeeper
from visualizer.ui.words import tr

FONT_SHARE: Final = 0.88
LEAST_RISE_RAD: Final = math.radians(3.0)
CURVE_STEP_PX: Final = 2.0
ALPHA_LEVELS: Final = 12
LEAST_COVER: Final = 0.34
# Painted in this order, told in the other: the umbra lies inside the penumbra.
SHADOWS: Final = {
    "penumbra-earth": "penumbra of the Earth",
    "penumbra-moon": "penumbra of the Moon",
    "umbra-earth": "umbra of the Earth",
    "umbra-moon": "umbra of the Moon",
}


def strip_font(font: QFont) -> QFont:
    """Return the font of the strips' names: a little smaller than the rows'."""
    small = QFont(font)
    small.setPointSizeF(FONT_SHARE * font.pointSizeF())
    return small


def paint_strips(painter: QPainter, keeper: StripKeeper, layout: TimelineLayout, scale: TimeScale) -> None:
    """Paint every strip and its name."""
    painter.save()
    painter.setFont(strip_font(painter.font()))
    for number, strip_id in enumerate(keeper.ids):
        box = layout.strip(number)
        painter.setPen(QColor(theme.MUTED))
        name = QRectF(SIDE_PX, box.top(), layout.gutter_px - 2 * SIDE_PX, box.height())
        painter.drawText(
            name, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, strip_title(keeper, strip_id)
        )
        painter.fillRect(box, QColor(theme.BACKGROUND))
        source = keeper.source_of(strip_id)
        if source is None:
            continue
        painter.save()
        painter.setClipRect(box)
        _PAINTERS[strip_id](painter, keeper.store, source, box, scale)
        _paint_unknown(painter, keeper.store, source, box, scale)
        painter.restore()
    painter.restore()


def paint_values(painter: QPainter, keeper: StripKeeper, layout: TimelineLayout, tdb_s: float) -> None:
    """Paint what each strip says at an epoch, at the right of its name."""
    font = painter.font()
    painter.setFont(strip_font(font))
    painter.setPen(QColor(theme.TEXT))
    for number, strip_id in enumerate(keeper.ids):
        box = layout.strip(number)
        place = QRectF(SIDE_PX, box.top(), layout.gutter_px - 2 * SIDE_PX, box.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(place, flags, value_text(keeper, strip_id, tdb_s))
    painter.setFont(font)


def strip_title(keeper: StripKeeper, strip_id: str) -> str:
    """Return a strip's name; the Moon takes the Earth's place at sites on the Earth."""
    if strip_id == "site-earth" and keeper.site is not None and keeper.site.body_id != MOON.naif_id:
        return tr("Moon")
    return tr(strip_of_id(strip_id).title)


# -- painting ---------------------------------------------------------------------------------------------


def _paint_unknown(painter: QPainter, store: StripStore, source: Source, box: QRectF, scale: TimeScale) -> None:
    """Dot what is still being found, and gray what no flight covers."""
    for start, end in store.unknown(source, scale.start_tdb_s, scale.end_tdb_s):
        part = _part(start, end, box, scale)
        painter.fillRect(part, QColor(theme.BACKGROUND))
        painter.fillRect(part, QBrush(QColor(theme.LINE), Qt.BrushStyle.Dense6Pattern))


def _part(start: float, end: float, box: QRectF, scale: TimeScale) -> QRectF:
    left, right = max(scale.x_px(start), box.left()), min(scale.x_px(end), box.right())
    return QRectF(left, box.top(), max(right - left, 0.0), box.height())


def _fill(painter: QPainter, table: FloatArray, box: QRectF, scale: TimeScale, colour: QColor) -> None:
    """Fill intervals; where many lie in a pixel, as strongly as they cover it."""
    if len(table) == 0:
        return
    columns = int(np.ceil(box.width()))
    level = np.rint(coverage(table, scale.tdb_s(box.left()), scale.s_per_px, columns) * ALPHA_LEVELS).astype(int)
    edges = np.flatnonzero(np.diff(level, prepend=-1, append=-1))
    for first, last in pairwise(edges.tolist()):
        if level[first] > 0:
            shade = QColor(colour)
            shade.setAlphaF(colour.alphaF() * float(level[first]) / ALPHA_LEVELS)
            painter.fillRect(QRectF(box.left() + first, box.top(), last - first, box.height()), shade)


def coverage(table: FloatArray, start_tdb_s: float, s_per_px: float, columns: int) -> FloatArray:
    """Return how much of each pixel's time intervals cover, (columns,) 0 to 1; less than a visible part shows faintly.

    Parameters
    ----------
    table : (n, 2) s, in order, not overlapping
    start_tdb_s, s_per_px : where the first pixel begins, and how long each is
    """
    edges = start_tdb_s + s_per_px * np.arange(columns + 1)
    past = np.concatenate([[0.0], np.cumsum(table[:, 1] - table[:, 0])])
    # Time covered up to an epoch: flat between intervals, rising inside them.
    knots, sums = table.ravel(), np.repeat(past, 2)[1:-1]
    covered = np.diff(np.interp(edges, knots, sums)) / s_per_px
    return np.where(covered > 0.0, np.clip(covered, LEAST_COVER, 1.0), 0.0)


def _paint_elevation(
    painter: QPainter, store: StripStore, source: Source, box: QRectF, scale: TimeScale, names: tuple[str, str, str]
) -> None:
    """Paint a curve of elevation about its horizon, and when the body stands over the ground."""
    band, curve, colour = names
    table = store.curve(source, curve, scale.start_tdb_s, scale.end_tdb_s)
    if len(table) == 0:
        return
    painter.fillRect(box, QColor(theme.NIGHT))
    lit = QColor(colour)
    lit.setAlpha(110)
    for start, end in store.bands(source, band, scale.start_tdb_s, scale.end_tdb_s).tolist():
        painter.fillRect(_part(start, end, box, scale), lit)
    seen = table[(table[:, 0] >= scale.start_tdb_s) & (table[:, 0] <= scale.end_tdb_s)]
    rise = max(float(np.max(np.abs(seen[:, 1]))) if len(seen) else 0.0, LEAST_RISE_RAD)
    epochs = np.arange(box.left(), box.right(), CURVE_STEP_PX)
    times = scale.start_tdb_s + (epochs - scale.left_px) * scale.s_per_px
    inside = (times >= table[0, 0]) & (times <= table[-1, 0])
    heights = np.interp(times, table[:, 0], table[:, 1])
    middle, half = box.center().y(), 0.5 * box.height() - 1.5
    painter.setPen(QPen(QColor(theme.LINE), 1.0))
    painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
    points = [QPointF(x, middle - half * h / rise) for x, h in zip(epochs[inside], heights[inside], strict=True)]
    painter.setPen(QPen(QColor(colour), 1.4))
    painter.drawPolyline(QPolygonF(points))


def _paint_sun(painter: QPainter, store: StripStore, source: Source, box: QRectF, scale: TimeScale) -> None:
    _paint_elevation(painter, store, source, box, scale, ("lit", "sun", theme.SUNLIGHT))


def _paint_other(painter: QPainter, store: StripStore, source: Source, box: QRectF, scale: TimeScale) -> None:
    _paint_elevation(painter, store, source, box, scale, ("up", "other", theme.EARTH_SEEN))


def _paint_earth(painter: QPainter, store: StripStore, source: Source, box: QRectF, scale: TimeScale) -> None:
    seen = QColor(theme.EARTH_SEEN)
    seen.setAlpha(170)
    flown = np.array([[source.start_tdb_s, source.end_tdb_s]])
    hidden = store.bands(source, "hidden", scale.start_tdb_s, scale.end_tdb_s)
    _fill(painter, without(flown, hidden), box.adjusted(0.0, 3.0, 0.0, -3.0), scale, seen)


def _paint_eclipse(painter: QPainter, store: StripStore, source: Source, box: QRectF, scale: TimeScale) -> None:
    sunlit = QColor(theme.SUNLIGHT)
    sunlit.setAlpha(70)
    _fill(painter, np.array([[source.start_tdb_s, source.end_tdb_s]]), box.adjusted(0, 3, 0, -3), scale, sunlit)
    for name in SHADOWS:
        colour = theme.UMBRA if name.startswith("umbra") else theme.PENUMBRA
        table = store.bands(source, name, scale.start_tdb_s, scale.end_tdb_s)
        _fill(painter, table, box.adjusted(0.0, 1.0, 0.0, -1.0), scale, QColor(colour))


def _paint_stations(painter: QPainter, store: StripStore, source: Source, box: QRectF, scale: TimeScale) -> None:
    lane = box.height() / len(STATIONS)
    for number, station in enumerate(STATIONS):
        table = store.bands(source, f"pass:{station.name}", scale.start_tdb_s, scale.end_tdb_s)
        part = QRectF(box.left(), box.top() + number * lane, box.width(), max(lane - 0.4, 1.0))
        _fill(painter, table, part, scale, QColor(theme.STATION_COLOURS[number % len(theme.STATION_COLOURS)]))


_PAINTERS: Final = {
    "sun": _paint_sun,
    "earth": _paint_earth,
    "site-earth": _paint_other,
    "eclipse": _paint_eclipse,
    "stations": _paint_stations,
}


# -- words ------------------------------------------------------------------------------------------------


def value_text(keeper: StripKeeper, strip_id: str, tdb_s: float) -> str:
    """Return what a strip says at an epoch, in a word: for the gutter. Empty where nothing is known."""
    source = keeper.source_of(strip_id)
    if source is None or not keeper.store.is_known(source, tdb_s):
        return ""
    store = keeper.store
    if strip_id in ("sun", "site-earth"):
        value = store.value_at(source, "sun" if strip_id == "sun" else "other", tdb_s)
        return "" if value is None else f"{math.degrees(value):.1f}°"
    if strip_id == "earth":
        return tr("no") if store.is_inside(source, "hidden", tdb_s) else tr("yes")
    if strip_id == "eclipse":
        names = [name for name in SHADOWS if store.is_inside(source, name, tdb_s)]
        return tr("umbra") if any(n.startswith("umbra") for n in names) else tr("penumbra") if names else tr("no")
    return str(len(_stations_at(store, source, tdb_s)))


def _stations_at(store: StripStore, source: Source, tdb_s: float) -> list[str]:
    return [s.name for s in STATIONS if store.is_inside(source, f"pass:{s.name}", tdb_s)]


def strip_words(keeper: StripKeeper, strip_id: str, tdb_s: float) -> str:
    """Return what a strip says at an epoch, in a sentence: for tips and for the status line."""
    source, site = keeper.source_of(strip_id), keeper.site
    if source is None:
        return tr("This mission has no site")
    if not source.start_tdb_s <= tdb_s <= source.end_tdb_s:
        return tr("Outside the flight")
    store = keeper.store
    if not store.is_known(source, tdb_s):
        return tr("Zoom in to see it") if keeper.is_too_wide(source) else tr("Being worked out")
    if strip_of_id(strip_id).is_of_site:
        assert site is not None
        band, curve = ("lit", "sun") if strip_id == "sun" else ("up", "other")
        height = value_text(keeper, strip_id, tdb_s)
        what = tr("Sun") if curve == "sun" else strip_title(keeper, strip_id)
        over = _lasting(store, source, band, tdb_s)
        state = tr("over the ground") if over else tr("below the ground's edge")
        return tr("{what} at {site}: {height}, {state}{over}").format(
            what=what, site=site.title, height=height, state=state, over=over
        )
    if strip_id == "earth":
        hidden = _lasting(store, source, "hidden", tdb_s)
        words = tr("The Moon hides the Earth from the craft{over}") if hidden else tr("The craft sees the Earth")
        return words.format(over=hidden)
    if strip_id == "eclipse":
        name = next((name for name in reversed(SHADOWS) if store.is_inside(source, name, tdb_s)), None)
        if name is None:
            return tr("The craft is in sunlight")
        over = _lasting(store, source, name, tdb_s)
        return tr("The craft is in the {shadow}{over}").format(shadow=tr(SHADOWS[name]), over=over)
    names = _stations_at(store, source, tdb_s)
    return tr("Seen from {names}").format(names=", ".join(names)) if names else tr("No listed station sees the craft")


def _lasting(store: StripStore, source: Source, name: str, tdb_s: float) -> str:
    """Return how long an interval around an epoch lasts, as `, for 45 min`; empty outside of all."""
    found = store.interval_at(source, name, tdb_s)
    return f", {tr('for')} {duration_words(found[1] - found[0])}" if found else ""
