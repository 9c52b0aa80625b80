"""The window: one large picture, the timeline below, two slim panels beside.

Window layer. It wires widgets to the session and owns the frame loop; over the picture it lays but a passing hint.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QLayout, QMainWindow, QVBoxLayout, QWidget

from visualizer import __version__
from visualizer.errors import PeriluneError
from visualizer.missions.catalogue import Mission
from visualizer.model.frame_state import FrameState
from visualizer.model.scene_trails import prepare_paths
from visualizer.model.session import Session
from visualizer.scene.quality import AUTOMATIC, TIERS, quality_of_id
from visualizer.ui.actions import Actions
from visualizer.ui.appearance import scale_picture_words
from visualizer.ui.canvas_input import FOCUS_DISTANCE_KM, CanvasInput
from visualizer.ui.canvas_port import CanvasFactory
from visualizer.ui.drawing_jobs import DrawingJobs
from visualizer.ui.dressing import Dresser
from visualizer.ui.frame_loop import FrameLoop
from visualizer.ui.help_dialogs import PageDialog, keys_html
from visualizer.ui.hint import FIRST_HINT, HINT_MS, Hint
from visualizer.ui.icons import application_icon
from visualizer.ui.maps_dialog import MapsDialog
from visualizer.ui.mission_loading import load_missions
from visualizer.ui.missions_panel import MissionsPanel
from visualizer.ui.numbers import Numbers
from visualizer.ui.opening import FileDesk
from visualizer.ui.own_missions import OwnMissions
from visualizer.ui.own_window import give_own_window
from visualizer.ui.panel_docks import PanelDocks
from visualizer.ui.panel_frame import PanelFrame
from visualizer.ui.panes import CraftCameras
from visualizer.ui.settings import Settings
from visualizer.ui.telemetry_panel import TelemetryPanel
from visualizer.ui.timeline import Timeline
from visualizer.ui.transport import Transport
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

log = logging.getLogger(__name__)
LAYOUT_VERSION: Final = 2


class MainWindow(QMainWindow):
    """The program's window.

    Parameters
    ----------
    session : what is shown
    canvas_factory : makes the picture's widget from a function that returns the frame state
    settings : what was remembered

    Signals
    -------
    closing(object) : the settings to keep, as the window closes
    """

    closing = Signal(object)

    def __init__(self, session: Session, canvas_factory: CanvasFactory, settings: Settings | None = None) -> None:
        super().__init__()
        self.session = session
        self._settings = settings or Settings()
        self.theme_name, self.text_percent = self._settings.theme, self._settings.text_percent
        self._state: FrameState | None = None
        self._quality, self._is_closed = AUTOMATIC, False
        self.setWindowTitle("Perilune")
        self.setWindowIcon(application_icon())
        self.canvas = canvas_factory(self._frame_state)
        self.setCentralWidget(self.canvas.native)
        self.canvas.native.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas.native.setMinimumSize(240, 160)
        self.hint = Hint(self.canvas.native)
        self.actions_ = Actions(self, session, self, self.say)
        self.timeline = Timeline(session, self)
        self.timeline.is_apart = give_own_window(self.canvas.native)
        self.transport = Transport(session, self.actions_.run, self)
        self.missions = MissionsPanel(session, self)
        self.telemetry = TelemetryPanel(self)
        self.numbers = Numbers(session, self.transport, self.telemetry, self)
        self._docks = self._build_docks()
        self.files = FileDesk(self)
        self.own_missions = OwnMissions(self)
        self._input = CanvasInput(session, self.canvas, self)
        self.craft_cameras = CraftCameras(session, self.canvas.native)
        self.drawing = DrawingJobs(session, self, self.say, self.close_unasked)
        self._loader = Runner(self)
        self._unsampled: list[Mission] = []
        self._loader.done.connect(self._on_loaded)
        self.loop = FrameLoop(session, lambda: self.canvas.request_redraw(), self.refresh_panels, self)
        for chooser in (self.timeline, self.missions):
            chooser.event_chosen.connect(lambda _id: self.canvas.native.setFocus())
        session.changed.connect(self._on_session_changed)
        self.dresser = Dresser(self)
        self._restore()
        self.refresh_panels()
        self.canvas.native.setFocus()
        self.loop.wake()

    # -- building -----------------------------------------------------------------------------------------

    def _build_docks(self) -> dict[str, QDockWidget]:
        area = Qt.DockWidgetArea
        self.setCorner(Qt.Corner.BottomLeftCorner, area.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, area.BottomDockWidgetArea)
        docks = {
            "missions": self._dock("Missions", PanelFrame(self.missions, self), area.LeftDockWidgetArea),
            "telemetry": self._dock("Telemetry", self.telemetry, area.RightDockWidgetArea),
            "timeline": self._dock("Timeline", self._bottom(), area.BottomDockWidgetArea),
        }
        self.panels = PanelDocks(self, self)
        self.panels.changed.connect(self._on_panels_changed)
        # Panels open above the timeline and below the telemetry.
        for beside, area_of_it in (("timeline", area.BottomDockWidgetArea), ("telemetry", area.RightDockWidgetArea)):
            first = next((d for d in self.panels.docks.values() if self.dockWidgetArea(d) == area_of_it), None)
            if first is not None:
                pair = (first, docks[beside]) if beside == "timeline" else (docks[beside], first)
                self.splitDockWidget(*pair, Qt.Orientation.Vertical)
        self.panels.stack()
        timeline = docks["timeline"]
        timeline.setTitleBarWidget(QWidget(timeline))
        timeline.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resizeDocks([docks["missions"], docks["telemetry"]], [em * 21, em * 22], Qt.Orientation.Horizontal)
        return docks

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(tr(title), self)
        dock.setObjectName(title.lower())
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _bottom(self) -> QWidget:
        bottom = QWidget(self)
        column = QVBoxLayout(bottom)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # Bottom docks share what height is left; this one keeps its own.
        column.setSizeConstraint(QLayout.SizeConstraint.SetMinAndMaxSize)
        column.addWidget(self.transport)
        column.addWidget(self.timeline)
        return bottom

    # -- the picture --------------------------------------------------------------------------------------

    def _frame_state(self) -> FrameState:
        """Return what is to be drawn now; a camera that lost its target goes back to the Moon."""
        try:
            self._state = self.session.frame_state()
        except PeriluneError as error:
            log.info("camera lost its target: %s", error)
            self.session.choose_view("moon", at_once=True)
            self._state = self.session.frame_state()
        if not self._is_closed and hasattr(self, "loop"):
            self.loop.note_frame()
            self.numbers.note(self._state)
        return self._state

    def refresh_panels(self) -> None:
        """Bring every number up to date; called by the frame loop."""
        self.numbers.show()
        self.missions.show_time(self.session.clock.epoch_tdb_s)
        self.panels.refresh(self._state)
        self.craft_cameras.refresh(self._state)

    def _on_session_changed(self, what: str) -> None:
        if what == "active":
            self.refresh_panels()

    def say(self, text: str) -> None:
        """Say something over the picture for a while."""
        self.hint.say(text)

    # -- commands (see window_commands) -------------------------------------------------------------------

    def last_state(self) -> FrameState:
        """Return what was drawn last."""
        return self._state or self._frame_state()

    @property
    def quality_id(self) -> str:
        """The tier that was chosen, or 'automatic'."""
        return self._quality

    def toggle_panel(self, panel_id: str) -> None:
        """Show or hide a panel of the table."""
        self.panels.toggle(panel_id)

    def has_panel(self, panel_id: str) -> bool:
        """Whether a panel of the table is open."""
        return hasattr(self, "panels") and self.panels.is_shown(panel_id)

    def show_panel(self, panel_id: str) -> Any:
        """Show a panel of the table and return its widget."""
        return self.panels.show(panel_id)

    def _on_panels_changed(self) -> None:
        if not self._is_closed:
            self.actions_.refresh()
            self.loop.note_frame()

    def run(self, command_id: str) -> None:
        """Run a command, as its key would."""
        self.actions_.run(command_id)

    def go_to(self, tdb_s: float, focus: str = "") -> None:
        """Pause and go to a moment; with a focus, look at that."""
        self.session.clock.pause()
        self.session.clock.seek(tdb_s)
        if focus:
            self.session.focus_on(focus, FOCUS_DISTANCE_KM.get(focus.partition(":")[0], 1_000.0))

    def redraw(self) -> None:
        """Ask for a new picture."""
        self.loop.mark_dirty()

    def toggle_panels(self) -> None:
        """Show or hide the side panels."""
        should_show = not self.has_panels()
        for name in ("missions", "telemetry"):
            self._docks[name].setVisible(should_show)
        self.loop.mark_dirty()

    def has_panels(self) -> bool:
        """Whether a side panel is seen."""
        return not hasattr(self, "_docks") or any(not self._docks[n].isHidden() for n in ("missions", "telemetry"))

    def toggle_full_screen(self) -> None:
        """Fill the screen, or not."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def is_full_screen(self) -> bool:
        """Whether the window fills the screen."""
        return self.isFullScreen()

    def edit_date(self) -> None:
        """Put the cursor into the date field."""
        self.transport.edit_date()

    def zoom_timeline(self, factor: float) -> None:
        """Zoom the timeline about the playhead."""
        self.timeline.zoom(factor)

    def show_whole_timeline(self) -> None:
        """Show the whole flight."""
        self.timeline.show_all()

    def save_picture(self) -> None:
        """Open the dialog for a picture."""
        self.drawing.open(is_film=False)

    def save_film(self) -> None:
        """Open the dialog for a film."""
        self.drawing.open(is_film=True)

    def choose_quality(self, quality_id: str) -> None:
        """Draw in a tier of quality, or let a self-test choose it; it is remembered."""
        self._quality = quality_id
        self.canvas.set_quality(quality_of_id(quality_id))
        self.actions_.refresh()

    def has_quality(self, quality_id: str) -> bool:
        """Whether this tier was chosen."""
        return self._quality == quality_id

    def show_maps(self) -> None:
        """Show the dialog of measured maps."""
        dialog = MapsDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.changed.connect(self._on_maps_changed)
        dialog.show()

    def _on_maps_changed(self) -> None:
        self.canvas.reload()
        self.loop.mark_dirty()

    def show_keys(self) -> None:
        """Show the page of keys."""
        PageDialog("Keys", keys_html(), self).show()

    def show_about(self) -> None:
        """Say what the program is."""
        from visualizer.ui.about import about_html

        PageDialog(tr("About Perilune {version}").format(version=__version__), about_html(), self).show()

    # -- opening and closing ------------------------------------------------------------------------------

    def _restore(self) -> None:
        settings = self._settings
        room = self.screen().availableSize()
        self.resize(min(1440, round(0.96 * room.width())), min(900, round(0.92 * room.height())))
        self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode("ascii", "replace")))
        self.restore_layout()
        if settings.mission_id in (session := self.session).missions:
            session.activate(settings.mission_id)
        if settings.tdb_s is not None:
            session.clock.seek(settings.tdb_s)
        try:
            session.choose_view(settings.view_id, at_once=True)
        except PeriluneError:
            session.choose_view("moon", at_once=True)
        if settings.tdb_s is not None:
            # Views of single moments went there.
            session.clock.seek(settings.tdb_s)
        session.clock.history.clear()
        if settings.strips != "default":
            self.timeline.keeper.set_ids(tuple(settings.strips.split(",")))
        session.clock.is_slowing = settings.is_slowing
        scale_picture_words(self)
        if settings.quality in {tier.id for tier in TIERS} - {AUTOMATIC}:
            self.choose_quality(settings.quality)

    def restore_layout(self) -> None:
        """Place docks and bars as remembered; again after a bar was added to a window that was not shown yet."""
        self.restoreState(QByteArray.fromBase64(self._settings.layout.encode("ascii", "replace")), LAYOUT_VERSION)
        self._docks["timeline"].show()

    def load_later(self, mission_ids: list[str]) -> None:
        """Load more missions in a worker, once the first picture is there; then what panels need to open at once."""
        self.canvas.on_first_frame.append(lambda: self._loader.start(lambda: load_missions(mission_ids)))

    def _on_loaded(self, loaded: tuple[list[Mission], list[str]]) -> None:
        missions, failures = loaded
        self.session.add_missions(missions)
        self._unsampled += missions
        if self._unsampled:
            # Paths are sampled before they are first shown; one mission at a time, so that closing never waits long.
            one = self._unsampled.pop(0)
            self._loader.start(lambda: (self.panels.load_all(), prepare_paths([one]), ([], []))[2])
        for line in failures:
            self.say(line)

    def show_first_hint(self) -> None:
        """Name the main keys, once in a life."""
        if not self._settings.is_hint_seen:
            QTimer.singleShot(600, self, lambda: self.hint.say(FIRST_HINT, HINT_MS))

    def settings(self) -> Settings:
        """Return what is worth remembering now."""
        return Settings(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode("ascii"),
            layout=bytes(self.saveState(LAYOUT_VERSION).toBase64().data()).decode("ascii"),
            tdb_s=self.session.clock.epoch_tdb_s,
            view_id=self.session.view_id,
            mission_id=self.session.active_id,
            is_hint_seen=True,
            quality=self._quality,
            theme=self.theme_name,
            text_percent=self.text_percent,
            strips=",".join(self.timeline.keeper.ids),
            is_slowing=self.session.clock.is_slowing,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: ask if something is being drawn; then stop timers and workers, and let go of the session."""
        if self.drawing.is_running():
            event.ignore()
            self.drawing.ask()
            return
        if not self._is_closed:
            self._is_closed = True
            self.closing.emit(self.settings())
            self._let_go()
        super().closeEvent(event)

    def close_unasked(self) -> None:
        """Close now; what is being drawn into a file is given up, and no question stays open."""
        self.drawing.give_up()
        self.close()

    def _let_go(self) -> None:
        self.loop.stop()
        self.numbers.stop()
        self.hint.stop()
        self._loader.stop()
        self.panels.stop()
        self.craft_cameras.stop()
        stops: tuple[Callable[[], None], ...] = (
            self.timeline.disconnect_session,
            self.transport.disconnect_session,
            self.missions.disconnect_session,
            self.actions_.disconnect_session,
        )
        for stop in stops:
            stop()
        self.session.changed.disconnect(self._on_session_changed)
