"""The ground and the light under a map, worked out in workers as the view and the minute change.

Window layer. First comes the part that is seen, then all of the map coarsely, so that something is there wherever one
goes. The light comes twice a second at most; what comes too late for the view is thrown away.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.model.clock import Clock
from visualizer.model.map_ground import Gray, ground_files, ground_gray, light_rgba
from visualizer.model.map_scene import sun_direction
from visualizer.model.map_view import MapView
from visualizer.ui.map_canvas import MapCanvas
from visualizer.ui.workers import Runner

SETTLE_MS: Final = 140
LIGHT_MS: Final = 500
OVERVIEW_PX: Final = 700.0
# Pixels of the screen for one of the light, at rest and while time runs.
LIGHT_PX, LIGHT_PX_PLAYING = 1.5, 3.0


class MapBackground(QObject):
    """Keeps a map's pictures up to date.

    Signals
    -------
    failed(object) : the exception that a worker raised
    """

    failed = Signal(object)

    def __init__(self, canvas: MapCanvas, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas, self._clock = canvas, clock
        self._files = ground_files()
        self._detail_view: MapView | None = None
        self.lit: tuple[MapView, FloatArray] | None = None
        self._is_stopped = False
        self._ground, self._light = Runner(self), Runner(self)
        self._ground.done.connect(self._on_ground)
        self._light.done.connect(self._on_light)
        for runner in (self._ground, self._light):
            runner.failed.connect(self.failed)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._since_light = QElapsedTimer()
        canvas.view_changed.connect(self.want)

    def want(self) -> None:
        """Work out what is due, once the view rests."""
        if not self._is_stopped:
            self._settle.start()

    def follow(self) -> None:
        """Follow the clock; draw the ground anew if other maps took its place."""
        files = ground_files()
        if files != self._files:
            self._files = files
            self._canvas.ground, self._detail_view, self.lit = {}, None, None
        if self._detail_view != self._canvas.view and not self._settle.isActive():
            self.want()
        self._want_light()

    def _on_settled(self) -> None:
        if self._is_stopped or not self._canvas.isVisible():
            return
        view, ground = self._canvas.view, self._canvas.ground
        if view != self._detail_view:
            self._detail_view = view
            every = 1.0 / max(1.0, min(self._canvas.devicePixelRatioF(), 2.0))
            self._ground.start(lambda: ("detail", view, ground_gray(view, every, lambda: view == self._canvas.view)))
        elif "overview" not in ground and "detail" in ground:
            wide, high = view.projection.half_km
            whole = MapView.whole(view.projection, OVERVIEW_PX, OVERVIEW_PX * high / wide)
            self._ground.start(lambda: ("overview", whole, ground_gray(whole)))
        self._want_light()

    def _on_ground(self, answer: tuple[str, MapView, Gray | None]) -> None:
        name, view, gray = answer
        if gray is not None:
            self._canvas.set_ground(name, gray_image(gray), view)
            if view.is_whole:
                self._canvas.set_ground("overview", gray_image(gray), view)
        if view != self._canvas.view or "overview" not in self._canvas.ground:
            self.want()

    def _want_light(self) -> None:
        """Have the light worked out, if it moved by half a pixel, and not more often than twice a second."""
        canvas = self._canvas
        if self._is_stopped or not canvas.isVisible() or not canvas.layers.has_light:
            return
        view, sun = canvas.view, sun_direction(self._clock.epoch_tdb_s)
        if self.lit is not None and self.lit[0] == view:
            moved_km = float(np.linalg.norm(sun - self.lit[1])) * RADIUS_MOON_KM
            if moved_km < 0.5 * view.km_per_px:
                return
        if self._since_light.isValid() and self._since_light.elapsed() < LIGHT_MS:
            self._settle.start()
            return
        self._since_light.start()
        self.lit = (view, sun)
        every = LIGHT_PX_PLAYING if self._clock.is_playing else LIGHT_PX
        self._light.start(lambda: (view, light_rgba(view, sun, every, lambda: view == canvas.view)))

    def _on_light(self, answer: tuple[MapView, Gray | None]) -> None:
        view, rgba = answer
        if rgba is not None:
            self._canvas.set_light(rgba_image(rgba), view)
        else:
            self.lit = None

    def stop(self) -> None:
        """End the workers."""
        self._is_stopped = True
        self._settle.stop()
        self._ground.stop()
        self._light.stop()


def gray_image(gray: Gray) -> QImage:
    """Return a picture of gray values, (rows, columns) uint8."""
    rows, columns = gray.shape
    return QImage(np.ascontiguousarray(gray).data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()


def rgba_image(rgba: Gray) -> QImage:
    """Return a picture with transparency, (rows, columns, 4) uint8."""
    rows, columns, _ = rgba.shape
    return QImage(np.ascontiguousarray(rgba).data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()
