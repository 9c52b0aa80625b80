"""Docks for the table of panels: made when first shown, refreshed while seen, stopped at the end. Window layer."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

from visualizer.model.frame_state import FrameState
from visualizer.ui.panel_frame import PanelFrame
from visualizer.ui.panels import PANELS, Area, Desk, PanelSpec
from visualizer.ui.words import tr

AREAS: Final = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
# The part of the window's height or width that the picture keeps when a panel opens.
PICTURE_SHARE: Final = 0.35
# With large text in a low window it keeps less: a panel below has this many lines, its title among them.
LEAST_PICTURE_SHARE: Final = 0.25
USEFUL_LINES: Final = 13
FEATURES: Final = (
    QDockWidget.DockWidgetFeature.DockWidgetMovable
    | QDockWidget.DockWidgetFeature.DockWidgetFloatable
    | QDockWidget.DockWidgetFeature.DockWidgetClosable
)


class PanelDocks(QObject):
    """The docks of a window's panels.

    Signals
    -------
    changed() : a dock was shown or hidden
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, desk: Desk, specs: tuple[PanelSpec, ...] = PANELS) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._specs = {spec.id: spec for spec in specs}
        self.docks: dict[str, QDockWidget] = {}
        self.widgets: dict[str, Any] = {}
        self._is_stopped = False
        # How wide a column was before its first panel opened.
        self._width_before: dict[Area, int] = {}
        for spec in specs:
            self._add(spec)

    def _add(self, spec: PanelSpec) -> None:
        dock = QDockWidget(tr(spec.short or spec.title), self._window)
        dock.setAccessibleName(tr(spec.title))
        dock.setObjectName(spec.id)
        dock.setFeatures(FEATURES)
        dock.setWidget(QWidget(dock))
        self._window.addDockWidget(AREAS[spec.area], dock)
        dock.hide()
        dock.visibilityChanged.connect(lambda is_visible: self._on_seen(spec, is_visible))
        self.docks[spec.id] = dock

    def stack(self) -> None:
        """Put the panels of an area behind one another; last, since what is split from a stack would join it."""
        missions = self._window.findChild(QDockWidget, "missions")
        # The list of missions needs its height: what opens on its side lies behind it.
        first: dict[str, QDockWidget] = {"left": missions} if missions is not None else {}
        for panel_id, dock in self.docks.items():
            below = first.setdefault(self._specs[panel_id].area, dock)
            if below is not dock:
                self._window.tabifyDockWidget(below, dock)

    def _name_tabs(self) -> None:
        """Let tabs have their whole names, with arrows where they have no room, and in tips what they are short for."""
        titles = {tr(spec.short or spec.title): f"{tr(spec.title)}: {tr(spec.help)}" for spec in self._specs.values()}
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)
            for index in range(bar.count()):
                bar.setTabToolTip(index, titles.get(bar.tabText(index), bar.tabText(index)))

    def _on_seen(self, spec: PanelSpec, is_visible: bool) -> None:
        if self._is_stopped:
            return
        if is_visible and spec.id not in self.widgets:
            self._fill(spec)
        # What a panel lays over the picture goes away with it, but not when it only lies behind another one.
        act = "taken_out" if is_visible else "put_away" if self.docks[spec.id].isHidden() else ""
        getattr(self.widgets.get(spec.id), act, _nothing)()
        if act == "put_away":
            # The dock has not left its column yet.
            QTimer.singleShot(0, self, lambda: self._narrow(spec.area))
        QTimer.singleShot(0, self, self._name_tabs)
        self.changed.emit()

    def _fill(self, spec: PanelSpec) -> None:
        dock = self.docks[spec.id]
        empty, widget = dock.widget(), spec.make(self._desk, dock)
        dock.setWidget(PanelFrame(widget, dock, is_below=spec.area == "bottom"))
        empty.deleteLater()
        self.widgets[spec.id] = widget

    def _in_column(self, area: Area) -> list[QDockWidget]:
        """Return the docks that are seen in a column beside the picture, panels and others."""
        docks = self._window.findChildren(QDockWidget)
        here = (d for d in docks if self._window.dockWidgetArea(d) == AREAS[area])
        return [dock for dock in here if not dock.isHidden() and not dock.isFloating()]

    def _narrow(self, area: Area) -> None:
        """Give the picture back what the panels of a column took from it, once all of them are closed."""
        docks = self._in_column(area)
        if self._is_stopped or not docks or any(dock in self.docks.values() for dock in docks):
            return
        before = self._width_before.pop(area, 0)
        if before:
            self._window.resizeDocks(docks[:1], [before], Qt.Orientation.Horizontal)

    def is_shown(self, panel_id: str) -> bool:
        """Whether a panel's dock is open, seen or behind a neighbour's tab."""
        return not self.docks[panel_id].isHidden()

    def show(self, panel_id: str) -> Any:
        """Show a panel in front of its neighbours and return its widget."""
        spec, dock = self._specs[panel_id], self.docks[panel_id]
        was_hidden = dock.isHidden()
        beside = self._in_column(spec.area)
        if was_hidden and beside and not any(other in self.docks.values() for other in beside):
            self._width_before[spec.area] = beside[0].width()
        if panel_id not in self.widgets:
            self._fill(spec)
        dock.show()
        dock.raise_()
        if was_hidden and not dock.isFloating():
            orientation = Qt.Orientation.Vertical if spec.area == "bottom" else Qt.Orientation.Horizontal
            em = self._window.fontMetrics().horizontalAdvance("m")
            self._window.resizeDocks([dock], [min(round(spec.size_em * em), self._room(dock, spec))], orientation)
            if spec.height_em:
                self._window.resizeDocks([dock], [round(spec.height_em * em)], Qt.Orientation.Vertical)
        return self.widgets[panel_id]

    def _room(self, dock: QDockWidget, spec: PanelSpec) -> int:
        """Return how large a panel may be at first, pixels: the picture keeps a good part of the window."""
        picture = self._window.centralWidget()
        if spec.area != "bottom":
            return max(1, dock.width() + picture.width() - round(PICTURE_SHARE * self._window.width()))
        beside = sum(d.height() for d in self._window.findChildren(QDockWidget) if d.objectName() == "timeline")
        bars = self._window.menuWidget().height() if self._window.menuWidget() else 0
        height = self._window.height()
        first, most = (round((1.0 - s) * height) - beside - bars for s in (PICTURE_SHARE, LEAST_PICTURE_SHARE))
        return max(1, first, min(USEFUL_LINES * self._window.fontMetrics().height(), most))

    def toggle(self, panel_id: str) -> None:
        """Hide a panel that is seen, show one that is not."""
        dock = self.docks[panel_id]
        if dock.isHidden() or dock.visibleRegion().isEmpty():
            self.show(panel_id)
        else:
            dock.hide()

    def refresh(self, state: FrameState | None) -> None:
        """Bring the panels that are seen up to date."""
        for panel_id, widget in self.widgets.items():
            if not self.docks[panel_id].isHidden() and widget.isVisible():
                widget.refresh(state)

    def load_all(self) -> None:
        """Load the modules of all panels; for a worker: a panel opens faster then."""
        for spec in self._specs.values():
            spec.load()

    def stop(self) -> None:
        """End their workers; for a closing window."""
        self._is_stopped = True
        for widget in self.widgets.values():
            widget.stop()


def _nothing() -> None:
    """What a panel does that lays nothing over the picture."""
