"""Maps of the Moon in step with the clock: about the south pole, and all of it.

Window layer. The ground and the light are worked out in workers, the light twice a second at most while time runs;
what comes too late for the view or the minute is thrown away.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualizer.errors import CommandError, PeriluneError
from visualizer.missions.catalogue import Mission
from visualizer.model.features import bundled_features
from visualizer.model.frame_state import FrameState
from visualizer.model.map_areas import Area, planned_areas
from visualizer.model.map_projection import PROJECTIONS
from visualizer.model.map_scene import SiteOnMap, crafts_of, sites_of, sun_direction, tracks_of
from visualizer.model.map_tracks import MapTrack
from visualizer.model.places import looking_distance_km
from visualizer.ui.chart_files import ask_and_write
from visualizer.ui.flow_row import FlowRow
from visualizer.ui.form_parts import act_button
from visualizer.ui.map_background import MapBackground
from visualizer.ui.map_canvas import MapCanvas
from visualizer.ui.map_paint import Layers
from visualizer.ui.map_readout import area_at, coordinates_text, feature_at, readout_html, site_at
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

if TYPE_CHECKING:
    from visualizer.ui.desk import Desk

REVOLUTIONS: Final = (1, 3, 6)
LAYERS: Final = (
    ("has_light", "Night and shadows"),
    ("has_names", "Names"),
    ("has_areas", "Planned areas"),
    ("has_graticule", "Graticule"),
)
FILE_SCALE: Final = 2.0
NEAREST_KM, FARTHEST_KM = 12.0, 6_000.0


class MapPanel(QWidget):
    """The map with its controls."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, desk.session
        self._missions: tuple[Mission, ...] = ()
        self._colours: tuple[int, ...] = ()
        self._tracks: dict[str, MapTrack] = {}
        self._order = 0
        self._is_stopped = False
        self._place_km: tuple[float, float] | None = None
        self.canvas = MapCanvas(PROJECTIONS["south"], self)
        self.canvas.setAccessibleName(tr("Map of the Moon"))
        self.canvas.areas = planned_areas()
        self.background = MapBackground(self.canvas, self._session.clock, self)
        self.background.failed.connect(self._on_failed)
        self._track = Runner(self)
        self._track.done.connect(self._on_tracks)
        self._track.failed.connect(self._on_failed)
        self._lay_out()
        self.canvas.hovered.connect(self._on_hovered)
        self.canvas.chosen.connect(self._on_chosen)
        self.canvas.menu_wanted.connect(self._show_menu)
        self._session.changed.connect(self._on_session_changed)
        self._take_missions()

    # -- building -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.maps = QComboBox(self)
        self.maps.setAccessibleName(tr("Map"))
        for key, projection in PROJECTIONS.items():
            self.maps.addItem(tr(projection.title), key)
        self.maps.currentIndexChanged.connect(lambda _index: self.show_map(str(self.maps.currentData())))
        self.reach = QComboBox(self)
        self.reach.setAccessibleName(tr("How far ground tracks reach"))
        self.reach.setToolTip(tr("How far ground tracks reach, back and ahead"))
        for count in REVOLUTIONS:
            words = tr("1 revolution") if count == 1 else tr("{n} revolutions").format(n=count)
            self.reach.addItem(words, count)
        self.reach.currentIndexChanged.connect(lambda _index: self._show_now())
        self.readout = QLabel(self)
        self.readout.setTextFormat(Qt.TextFormat.RichText)
        self.readout.setWordWrap(True)
        self.readout.setContentsMargins(8, 2, 8, 3)
        self.readout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.readout.setAccessibleName(tr("What lies under the mouse"))
        for box in (self.maps, self.reach):
            # Their words are read whole: the row goes on in a further line where they need it.
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        row = self.row = FlowRow(self)
        self.more = self._more_button()
        buttons = [
            act_button(row, "+", tr("Nearer"), lambda: self.canvas.zoom(0.6)),
            act_button(row, "−", tr("Farther"), lambda: self.canvas.zoom(1.0 / 0.6)),
            act_button(row, tr("Fit"), tr("See the whole map"), self.canvas.show_whole),
            self.more,
        ]
        for widget in (self.maps, self.reach, self.more):
            widget.setParent(row)
        row.set_groups([[self.maps], [self.reach], buttons])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(row)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.readout)
        self.retheme()

    def _more_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setText(tr("More"))
        button.setAccessibleName(tr("Layers of the map, export"))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        self.layer_actions: dict[str, QAction] = {}
        for name, words in LAYERS:
            action = menu.addAction(tr(words))
            action.setCheckable(True)
            action.setChecked(True)
            action.toggled.connect(lambda _is_on: self._on_layers())
            self.layer_actions[name] = action
        menu.addSeparator()
        menu.addAction(tr("Export…"), self.ask_export)
        button.setMenu(menu)
        return button

    def retheme(self) -> None:
        """Give what is read out two lines in the size of text in use."""
        self.readout.setMinimumHeight(round(2.4 * self.fontMetrics().height()))
        self.row.place()

    # -- what is shown ------------------------------------------------------------------------------------

    def show_map(self, key: str) -> None:
        """Show the map `south` or `global`."""
        if self.maps.currentData() != key:
            self.maps.setCurrentIndex(self.maps.findData(key))
            return
        if self.canvas.view.projection.key == key:
            return
        self.canvas.set_projection(PROJECTIONS[key])

    def show_place(self, lat_deg: float, lon_deg: float, km_per_px: float) -> None:
        """Put a place into the middle of the map that shows it, at a scale."""
        is_south = lat_deg <= -55.0 and self.canvas.view.projection.key == "south"
        self.show_map("south" if is_south else "global")
        view = self.canvas.view
        x, y = view.projection.plane_km(np.deg2rad(lat_deg), np.deg2rad(lon_deg))
        self.canvas.set_view(view.centred(float(x), float(y), km_per_px))

    def _on_layers(self) -> None:
        self.canvas.layers = Layers(**{name: action.isChecked() for name, action in self.layer_actions.items()})
        self.canvas.renew()
        self.background.want()

    def _take_missions(self) -> None:
        request = self._session.request()
        missions = request.missions
        if (missions, request.colours) == (self._missions, self._colours):
            return
        self._missions, self._colours = missions, request.colours
        self.canvas.sites = sites_of(missions, self._colours)
        self.canvas.renew()
        missing = [one for one in missions if one.id not in self._tracks]
        if missing:
            self._order += 1
            order = self._order
            self._track.start(lambda: tracks_of(missing, lambda: order == self._order))

    def _on_tracks(self, tracks: dict[str, MapTrack]) -> None:
        self._tracks |= tracks
        self._show_now()

    def _on_session_changed(self, what: str) -> None:
        if what in ("missions", "active"):
            self._take_missions()
        if what in ("missions", "active", "alignment"):
            self._show_now()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what became due while it was hidden."""
        super().showEvent(event)
        self.background.want()

    def refresh(self, _state: FrameState | None) -> None:
        """Follow the clock."""
        self._show_now()
        self.background.follow()

    def _on_failed(self, error: Exception) -> None:
        self.readout.setText(tr("The map could not be worked out: {why}").format(why=error))

    def _show_now(self) -> None:
        sun = sun_direction(self._session.clock.epoch_tdb_s)
        own = self._session.lineup.own_tdb_s
        crafts = crafts_of(self._missions, self._tracks, own, float(self.reach.currentData()), self._colours)
        self.canvas.set_moving(crafts, sun)
        self._show_readout()

    # -- the user -----------------------------------------------------------------------------------------

    def _on_hovered(self, place_km: tuple[float, float] | None) -> None:
        self._place_km = place_km
        self._show_readout()

    def place_deg(self, x_km: float, y_km: float) -> tuple[float, float] | None:
        """Return latitude and longitude at a place of the paper, or None beside it."""
        projection = self.canvas.view.projection
        if not bool(projection.is_on_paper(np.asarray(x_km), np.asarray(y_km))):
            return None
        lat, lon = projection.place_rad(np.asarray(x_km), np.asarray(y_km))
        return float(np.rad2deg(lat)), float(np.rad2deg(lon))

    def _show_readout(self) -> None:
        place = self.place_deg(*self._place_km) if self._place_km is not None else None
        if place is None or self.canvas.dir_sun is None:
            self.readout.setText(tr("Hills are shaded from the upper left; click a place to go there in the picture."))
            return
        site, area = self._site_at(place), self._area_at(place)
        self.readout.setText(readout_html(place, self.canvas.dir_sun, site, area))

    def _site_at(self, place_deg: tuple[float, float]) -> SiteOnMap | None:
        return site_at(self.canvas.sites, place_deg, 8.0 * self.canvas.view.km_per_px)

    def _area_at(self, place_deg: tuple[float, float]) -> Area | None:
        if not self.canvas.layers.has_areas:
            return None
        return area_at(self.canvas.areas, place_deg, 6.0 * self.canvas.view.km_per_px)

    def _on_chosen(self, x_km: float, y_km: float, is_double: bool) -> None:
        place = self.place_deg(x_km, y_km)
        if place is not None:
            self.look_at(place, is_double=is_double)

    def look_at(self, place_deg: tuple[float, float], *, is_double: bool = False) -> None:
        """Turn the picture to a place; with `is_double` to the site or feature there, if there is one."""
        focus, distance = f"place:{place_deg[0]:.5f},{place_deg[1]:.5f}", self._distance_km()
        if is_double:
            site = self._site_at(place_deg)
            index = feature_at(bundled_features(), place_deg, self.canvas.view)
            if site is not None:
                focus, distance = f"site:{site.mission_id}/{site.site.id}", min(distance, 120.0)
            elif index is not None:
                focus = f"feature:{bundled_features().names[index]}"
                distance = looking_distance_km(focus)
        try:
            self._session.focus_on(focus, distance)
        except PeriluneError as error:
            self._desk.say(str(error))

    def _distance_km(self) -> float:
        view = self.canvas.view
        return float(np.clip(0.7 * view.height_px * view.km_per_px, NEAREST_KM, FARTHEST_KM))

    def copy_place(self, place_deg: tuple[float, float]) -> None:
        """Copy a place as `57.8650° S, 61.3600° E`."""
        text = coordinates_text(*place_deg)
        QGuiApplication.clipboard().setText(text)
        self._desk.say(tr("Copied: {text}").format(text=text))

    def _show_menu(self, at: QPoint, x_km: float, y_km: float) -> None:
        place = self.place_deg(x_km, y_km)
        if place is None:
            return
        menu = QMenu(self)
        menu.setObjectName("map-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy {place}").format(place=coordinates_text(*place)), lambda: self.copy_place(place))
        menu.addAction(tr("Look there in the picture"), lambda: self.look_at(place))
        menu.addAction(tr("Export…"), self.ask_export)
        menu.popup(at)

    # -- files --------------------------------------------------------------------------------------------

    def export(self, path: Path) -> None:
        """Write what is seen to a PNG file; raise `CommandError` where that cannot be done."""
        if path.suffix.lower() != ".png":
            raise CommandError(f"writing {path}: a map is written as .png")
        size = self.canvas.size() * FILE_SCALE
        image = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.scale(FILE_SCALE, FILE_SCALE)
        self.canvas.paint_map(painter)
        painter.end()
        part = path.with_name(f".{path.name}.part")
        if not image.save(str(part), "PNG"):
            part.unlink(missing_ok=True)
            raise CommandError(f"writing {path}: the folder does not exist, or nothing can be written there")
        part.replace(path)

    def ask_export(self) -> None:
        """Ask for a file and write the map into it."""
        ask_and_write(self, tr("Export map"), "map", (".png",), self.export, self._desk.say)

    def stop(self) -> None:
        """End the workers and let go of the session; for a closing window."""
        self._is_stopped = True
        self._order += 1
        self.background.stop()
        self._track.stop()
        self._session.changed.disconnect(self._on_session_changed)
