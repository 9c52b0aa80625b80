"""The map's widget: keeps pictures of the ground, the light and what stands still; wheel, drag, click, keys.

Window layer. It never works anything out that takes long: it paints the pictures it has, moved and scaled to where
the view is now, and tells that it wants others (`view_changed`). As a picture of the Moon it is dark in every theme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from visualizer.core.arrays import FloatArray
from visualizer.model.map_areas import Area
from visualizer.model.map_names import Box
from visualizer.model.map_projection import Projection
from visualizer.model.map_scene import CraftOnMap, SiteOnMap
from visualizer.model.map_view import MapView
from visualizer.ui import theme
from visualizer.ui.map_moving import paint_crafts, paint_tracks
from visualizer.ui.map_paint import Layers, paint_still
from visualizer.ui.map_strokes import paper_path
from visualizer.ui.own_keys import keep_keys
from visualizer.ui.theme_colours import DARK

WHEEL_FACTOR: Final = 0.8
KEY_STEP: Final = 0.12
SETTLE_MS: Final = 35
TRACKS_SHARE: Final = 8.0
SMALLER: Final = 0.92
STILL_KEYS: Final = {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Plus, Qt.Key.Key_Minus,
    Qt.Key.Key_Equal, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Home,
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A picture of a part of the map."""

    pixmap: QPixmap
    view: MapView

    def target(self, view: MapView) -> QRectF:
        """Return where it belongs in another view."""
        left, right, low, high = self.view.edges_km
        x0, y0 = view.px(left, high)
        x1, y1 = view.px(right, low)
        return QRectF(x0, y0, x1 - x0, y1 - y0)


def _is_own(event: QKeyEvent) -> bool:
    """Tell whether a key is the map's while it has the focus: arrows, plus, minus, Home and Enter."""
    strong = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return Qt.Key(event.key()) in STILL_KEYS and not event.modifiers() & strong


class MapCanvas(QWidget):
    """The map.

    Signals
    -------
    view_changed() : another part is seen, or at another scale
    hovered(object) : x and y on the paper (km) under the mouse, or None
    chosen(float, float, bool) : a click there (km); True for a double click
    menu_wanted(object, float, float) : a menu at a place of the screen for a place on the paper
    """

    view_changed = Signal()
    hovered = Signal(object)
    chosen = Signal(float, float, bool)
    menu_wanted = Signal(object, float, float)

    def __init__(self, projection: Projection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = MapView.whole(projection, 300.0, 300.0)
        self.ground: dict[str, Picture] = {}
        self.light: Picture | None = None
        self.layers = Layers()
        self.areas: Sequence[Area] = ()
        self.sites: Sequence[SiteOnMap] = ()
        self.crafts: Sequence[CraftOnMap] = ()
        self.dir_sun: FloatArray | None = None
        self._still: Picture | None = None
        # Where something is written on it.
        self._written: list[Box] = []
        self._tracks: Picture | None = None
        self._tracks_ms = 0.0
        self._since_tracks = QElapsedTimer()
        self._since_tracks.start()
        self._pressed: QPointF | None = None
        self._last: QPointF | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._renew)
        keep_keys(self, _is_own)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        em = self.fontMetrics().height()
        self.setMinimumSize(10 * em, 8 * em)
        self.setCursor(Qt.CursorShape.CrossCursor)

    # -- what is shown ------------------------------------------------------------------------------------

    def set_projection(self, projection: Projection) -> None:
        """Show another map, all of it."""
        self.ground, self.light, self._still, self._tracks = {}, None, None, None
        self.set_view(MapView.whole(projection, float(self.width()), float(self.height())))

    def set_view(self, view: MapView) -> None:
        """See another part."""
        if view != self.view:
            self.view = view
            if self._still is not None:
                self._settle.start(SETTLE_MS)
            self.update()
            self.view_changed.emit()

    def set_ground(self, name: str, image: QImage, view: MapView) -> None:
        """Have a picture of the ground: `overview` of all, or `detail` of a part."""
        if view.projection == self.view.projection:
            self.ground[name] = Picture(QPixmap.fromImage(image), view)
            self.update()

    def set_light(self, image: QImage, view: MapView) -> None:
        """Have a picture of night and shadows."""
        if view.projection == self.view.projection:
            # Made as large as it is shown: once here, not whenever it is painted.
            smooth = Qt.TransformationMode.SmoothTransformation
            large = image.scaled(self._size_px(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self.light = Picture(QPixmap.fromImage(large), view)
            self.update()

    def _size_px(self) -> QSize:
        ratio = self.devicePixelRatioF()
        return QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    def renew(self) -> None:
        """Paint anew what stands still: layers, areas or sites changed."""
        self._still = None
        self.update()

    def set_moving(self, crafts: Sequence[CraftOnMap], dir_sun: FloatArray | None) -> None:
        """Have craft at other places."""
        self.crafts, self.dir_sun = crafts, dir_sun
        if self._tracks is not None and not self._settle.isActive():
            # Tracks of many revolutions are painted less often, so that they take an eighth of the time at most.
            rest = max(0.0, TRACKS_SHARE * self._tracks_ms - self._since_tracks.elapsed())
            self._settle.start(round(rest))
        self.update()

    def map_font(self) -> QFont:
        """Return the font of names: a little smaller than the window's."""
        font = QFont(self.font())
        font.setPointSizeF(SMALLER * font.pointSizeF())
        return font

    # -- painting -----------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the pictures, then tracks and craft."""
        painter = QPainter(self)
        self.paint_map(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(theme.FOCUS), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            middle = self.rect().center()
            painter.drawLine(middle - QPoint(5, 0), middle + QPoint(5, 0))
            painter.drawLine(middle - QPoint(0, 5), middle + QPoint(0, 5))
        painter.end()

    def paint_map(self, painter: QPainter) -> None:
        """Paint the map as it is seen; for the window and for files."""
        painter.fillRect(self.rect(), QColor(DARK["BACKGROUND"]))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        paper = paper_path(self.view)
        painter.setClipPath(paper)
        is_covered = "detail" in self.ground and self.ground["detail"].view == self.view
        for name in ("detail",) if is_covered else ("overview", "detail"):
            if name in self.ground:
                self._put(painter, self.ground[name])
        if self.light is not None and self.layers.has_light:
            self._put(painter, self.light)
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(paper, QPen(QColor(DARK["LINE"]), 1.6))
        if self._still is None:
            self._renew_still()
        if self._tracks is None:
            self._renew_tracks()
        for picture in (self._still, self._tracks):
            if picture is not None:
                self._put(painter, picture)
        painter.save()
        sun = self.dir_sun if self.layers.has_light else None
        is_settled = self._still is not None and self._still.view == self.view
        paint_crafts(painter, self.view, self.crafts, sun, self.map_font(), self._written if is_settled else ())
        painter.restore()

    def _put(self, painter: QPainter, picture: Picture) -> None:
        if picture.view == self.view:
            painter.drawPixmap(self.rect(), picture.pixmap)
        else:
            painter.drawPixmap(picture.target(self.view), picture.pixmap, QRectF(picture.pixmap.rect()))

    def _renew(self) -> None:
        """Paint anew what lags behind the view or the clock."""
        if self._still is None or self._still.view != self.view:
            self._renew_still()
        self._renew_tracks()
        self.update()

    def _renew_still(self) -> None:
        font = self.map_font()

        def paint(painter: QPainter) -> None:
            self._written = paint_still(painter, self.view, self.layers, self.areas, self.sites, font)

        self._still = self._painted(paint)

    def _renew_tracks(self) -> None:
        self._since_tracks.start()
        self._tracks = self._painted(lambda painter: paint_tracks(painter, self.view, self.crafts))
        self._tracks_ms = float(self._since_tracks.elapsed())

    def _painted(self, paint: Callable[[QPainter], None]) -> Picture:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self._size_px())
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.scale(ratio, ratio)
        paint(painter)
        painter.end()
        return Picture(pixmap, self.view)

    # -- the user -----------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another size shows more or less."""
        super().resizeEvent(event)
        self._still = self._tracks = None
        self.set_view(self.view.resized(float(self.width()), float(self.height())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: zoom about the mouse."""
        turn = event.angleDelta().y() / 120.0
        if turn:
            self.set_view(self.view.zoomed(WHEEL_FACTOR**turn, event.position().x(), event.position().y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: the beginning of a click or a drag."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: push the paper, or tell what lies under the mouse."""
        if self._last is not None and self._pressed is not None:
            is_drag = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if is_drag or self.cursor().shape() == Qt.CursorShape.ClosedHandCursor:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                moved, self._last = event.position() - self._last, event.position()
                self.set_view(self.view.panned(moved.x(), moved.y()))
        self.hovered.emit(self.view.km(event.position().x(), event.position().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click, if nothing was pushed."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        was_drag = self.cursor().shape() == Qt.CursorShape.ClosedHandCursor
        self.setCursor(Qt.CursorShape.CrossCursor)
        if self._pressed is not None and not was_drag:
            self._choose(event.position(), is_double=False)
        self._pressed = self._last = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: something of its own is meant."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position(), is_double=True)

    def _choose(self, place: QPointF, *, is_double: bool) -> None:
        self.chosen.emit(*self.view.km(place.x(), place.y()), is_double)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: what can be done with this place; by key, with the middle."""
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        place = event.pos() if is_mouse else self.rect().center()
        self.menu_wanted.emit(self.mapToGlobal(place), *self.view.km(float(place.x()), float(place.y())))

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: nothing lies under the mouse."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: push, zoom, go there."""
        key, middle = Qt.Key(event.key()), QPointF(0.5 * self.width(), 0.5 * self.height())
        pushes = {Qt.Key.Key_Left: (1, 0), Qt.Key.Key_Right: (-1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        if key in pushes:
            right, down = pushes[key]
            self.set_view(self.view.panned(right * KEY_STEP * self.width(), down * KEY_STEP * self.height()))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(WHEEL_FACTOR)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1.0 / WHEEL_FACTOR)
        elif key == Qt.Key.Key_Home:
            self.show_whole()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(middle, is_double=True)
        else:
            event.ignore()

    def zoom(self, factor: float) -> None:
        """See `factor` times as many km in a pixel about the middle."""
        self.set_view(self.view.zoomed(factor, 0.5 * self.width(), 0.5 * self.height()))

    def show_whole(self) -> None:
        """See all of the map."""
        self.set_view(MapView.whole(self.view.projection, float(self.width()), float(self.height())))
