"""The left panel: which missions are drawn and which is meant, its events and its sites.

Window layer. Choosing a line with the mouse, Return or Enter acts on the session.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QSpacerItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.alignment import NAMES
from visualizer.missions.catalogue import Mission, Site
from visualizer.missions.mission_colours import number_of
from visualizer.model.session import Session
from visualizer.model.time_entry import elapsed_text
from visualizer.ui import theme
from visualizer.ui.mission_colour import colour_of
from visualizer.ui.telemetry_text import angle_text
from visualizer.ui.words import tr

SITE_DISTANCE_KM: Final = {"launch": 500.0, "feature": 600.0}
# Rows beyond these do not make a list higher at the cost of the others.
COUNTED_ROWS: Final = 10
FRAME_PX: Final = 8
ROLE: Final = int(Qt.ItemDataRole.UserRole)


class _RowDelegate(QStyledItemDelegate):
    """Rows of one and a half lines, whatever the style thinks."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: the row's size."""
        return QSize(super().sizeHint(option, index).width(), round(1.55 * option.fontMetrics.height()))


class _RowList(QListWidget):
    """A list that keeps its current row in sight when it gets another size."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: scroll as far as is needed."""
        super().resizeEvent(event)
        if self.currentItem() is not None:
            self.scrollToItem(self.currentItem())


class MissionsPanel(QWidget):
    """Missions, events and sites.

    Signals
    -------
    event_chosen(str) : an event's line was chosen
    """

    event_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.missions = self._list(tr("Missions drawn"))
        self.events = self._list(tr("Events"))
        self.sites = self._list(tr("Sites"))
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 6)
        column.setSpacing(2)
        column.addWidget(self.missions)
        for title, widget in ((tr("Events"), self.events), (tr("Sites"), self.sites)):
            heading = QLabel(title, self)
            heading.setProperty("role", "heading")
            heading.setContentsMargins(4, 8, 0, 2)
            column.addWidget(heading)
            column.addWidget(widget)
        # What lists do not need.
        column.addSpacerItem(QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding))
        self._fill_missions()
        self._fill_active()
        self._connect()
        self._measure()

    def _measure(self) -> None:
        em = self.fontMetrics().horizontalAdvance("m")
        self.setMinimumWidth(em * 15)
        # A mark of its colour before each mission that is drawn.
        self.missions.setIconSize(QSize(round(0.4 * em), round(1.1 * em)))
        for widget in (self.missions, self.events, self.sites):
            # In a low window lists scroll rather than push the timeline out.
            widget.setMinimumHeight(round(2.3 * self.fontMetrics().height()))
        self._share_room()

    def _list(self, name: str) -> QListWidget:
        widget = _RowList(self)
        # By whole rows, a list that nearly fits would stand a row lower than it must.
        widget.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        widget.setAccessibleName(name)
        widget.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        widget.setTextElideMode(Qt.TextElideMode.ElideRight)
        widget.setItemDelegate(_RowDelegate(widget))
        widget.setUniformItemSizes(True)
        return widget

    def _connect(self) -> None:
        self.missions.itemChanged.connect(self._on_mission_checked)
        self.missions.itemActivated.connect(lambda item: self._session.turn_to(item.data(ROLE)))
        self.missions.itemClicked.connect(self._on_mission_clicked)
        self.events.itemClicked.connect(self._on_event_chosen)
        self.events.itemActivated.connect(self._on_event_chosen)
        self.sites.itemActivated.connect(self._on_site_chosen)
        self.sites.itemDoubleClicked.connect(self._on_site_chosen)
        self._session.changed.connect(self._on_session_changed)

    def disconnect_session(self) -> None:
        """Stop listening; for a closing window."""
        self._session.changed.disconnect(self._on_session_changed)

    # -- filling ------------------------------------------------------------------------------------------

    def _fill_missions(self) -> None:
        missions = self._session.missions
        with QSignalBlocker(self.missions):
            # A list of the same missions is not made anew: a click that ticks one is still on its way to its line.
            if [self.missions.item(row).data(ROLE) for row in range(self.missions.count())] != list(missions):
                self.missions.clear()
                for mission_id in missions:
                    item = QListWidgetItem()
                    item.setData(ROLE, mission_id)
                    self.missions.addItem(item)
            for row, mission in enumerate(missions.values()):
                self._fill_mission(self.missions.item(row), mission)
        self._share_room()
        self._show_active()

    def _share_room(self) -> None:
        """Give each list room by its rows: none more than they fill, and long ones no more than some rows count."""
        for widget in (self.missions, self.events, self.sites):
            rows = widget.count()
            widget.setMaximumHeight(max(widget.minimumHeight(), widget.sizeHintForRow(0) * rows + FRAME_PX))
            self._column.setStretchFactor(widget, min(max(rows, 1), COUNTED_ROWS))

    def _show_active(self) -> None:
        """Scroll to the active mission where another one became that, or lists got another size."""
        row = list(self._session.missions).index(self._session.active_id)
        self.missions.scrollToItem(self.missions.item(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: what is meant stays in sight."""
        super().resizeEvent(event)
        self._show_active()

    def _fill_mission(self, item: QListWidgetItem, mission: Mission) -> None:
        item.setText(mission.name)
        is_shown = mission.id in self._session.seen_ids
        item.setCheckState(Qt.CheckState.Checked if is_shown else Qt.CheckState.Unchecked)
        font = item.font()
        font.setBold(mission.id == self._session.active_id)
        item.setFont(font)
        colour = colour_of(number_of(mission)) if is_shown else QColor(Qt.GlobalColor.transparent)
        item.setData(Qt.ItemDataRole.DecorationRole, colour)
        item.setToolTip(tr("Tick to draw it; click to make it the one that is meant"))
        is_apart = self._session.lineup.offset_s(mission.id) is None
        item.setForeground(QColor(theme.MUTED if is_apart else theme.TEXT))
        if is_apart:
            words = tr("Not drawn: it has no {moment}")
            item.setToolTip(words.format(moment=tr(NAMES[self._session.lineup.anchor])))

    def _fill_active(self) -> None:
        mission = self._session.active
        start = mission.launch_tdb_s
        self.events.clear()
        for event in sorted(mission.events, key=lambda e: e.tdb_s):
            item = QListWidgetItem(event.title)
            item.setData(ROLE, event.id)
            when = f"{utc_text_from_tdb_s(event.tdb_s, separator=' ')} UTC, {elapsed_text(event.tdb_s - start)}"
            item.setToolTip(f"<b>{event.title}</b><br>{when}<br>{event.sentence}")
            item.setForeground(QColor(theme.EVENT_COLOURS.get(event.kind, theme.TEXT)))
            self.events.addItem(item)
        self.sites.clear()
        for site in mission.sites:
            item = QListWidgetItem(site.title)
            item.setData(ROLE, site.id)
            place = f"{angle_text(site.lat_deg, 'N', 'S')}, {angle_text(site.lon_deg, 'E', 'W')}"
            act = tr("Double click to fly there")
            item.setToolTip(f"<b>{site.title}</b><br>{place}<br>{act}")
            self.sites.addItem(item)
        self._share_room()
        self.show_time(self._session.clock.epoch_tdb_s)

    def retheme(self) -> None:
        """Give events the colours of the theme in use, lists the size of its text."""
        self._measure()
        self._fill_missions()
        self._fill_active()

    def show_time(self, tdb_s: float) -> None:
        """Mark the event that was last; called by the frame loop."""
        events = sorted(self._session.active.events, key=lambda e: e.tdb_s)
        row = sum(event.tdb_s <= tdb_s + 0.5 for event in events) - 1
        if row != self.events.currentRow() and not self.events.hasFocus():
            self.events.setCurrentRow(row)

    # -- acting -------------------------------------------------------------------------------------------

    def _on_session_changed(self, what: str) -> None:
        if what in ("missions", "active", "alignment"):
            self._fill_missions()
        if what == "active":
            self._fill_active()

    def _on_mission_checked(self, item: QListWidgetItem) -> None:
        self._session.set_shown(item.data(ROLE), item.checkState() == Qt.CheckState.Checked)

    def _on_mission_clicked(self, item: QListWidgetItem) -> None:
        if item.data(ROLE) in self._session.seen_ids and item.data(ROLE) != self._session.active_id:
            self._session.turn_to(item.data(ROLE))

    def _on_event_chosen(self, item: QListWidgetItem) -> None:
        event = next(e for e in self._session.active.events if e.id == item.data(ROLE))
        self._session.clock.pause()
        self._session.clock.seek(event.tdb_s)
        self.event_chosen.emit(event.id)

    def _on_site_chosen(self, item: QListWidgetItem) -> None:
        site = next(s for s in self._session.active.sites if s.id == item.data(ROLE))
        self._session.focus_on(f"site:{self._session.active_id}/{site.id}", site_distance_km(site))


def site_distance_km(site: Site) -> float:
    """Return from how far a site is looked at: its ellipse or crater fills a good part of the view."""
    if site.radius_km:
        return max(6.0 * site.radius_km, 30.0)
    return SITE_DISTANCE_KM.get(site.kind, 120.0)
