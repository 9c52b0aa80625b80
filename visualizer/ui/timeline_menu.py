"""The timeline's menu: what can be done at a place, with the selection, and which strips are shown. Window layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.catalogue import Event, Mission
from visualizer.model.time_strips import STRIPS
from visualizer.ui.timeline_acts import go_to_event, look_at_site, site_of_event
from visualizer.ui.timeline_strips import ENDS
from visualizer.ui.words import tr

if TYPE_CHECKING:
    from visualizer.ui.timeline import Timeline


def timeline_menu(timeline: Timeline, x_px: float, y_px: float, chosen: tuple[Mission, Event] | None) -> QMenu:
    """Return the menu for a place, with the event that is there if there is one."""
    menu = QMenu(timeline)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    if chosen is not None:
        _add_event(menu, timeline, *chosen)
    _add_place(menu, timeline, x_px, y_px)
    _add_selection(menu, timeline)
    _add_strips(menu, timeline)
    return menu


def _line(menu: QMenu, text: str, act: Callable[[], object], *, is_enabled: bool = True) -> None:
    line = menu.addAction(text)
    line.triggered.connect(lambda _checked=False: act())
    line.setEnabled(is_enabled)


def _key(timeline: Timeline, digit: int) -> str:
    """Return the key of a line where it works: without the timeline's focus, digits choose views."""
    return f"\t{digit}" if timeline.hasFocus() else ""


def _add_event(menu: QMenu, timeline: Timeline, mission: Mission, event: Event) -> None:
    session = timeline.session
    title = event.title.replace("&", "&&")
    _line(menu, tr("&Go to “{title}”").format(title=title), lambda: go_to_event(session, mission, event))
    _line(menu, tr("Go there and look at the &craft"), lambda: go_to_event(session, mission, event, "craft"))
    site = site_of_event(mission, event) or next((s for s in mission.sites if s.kind in ENDS), None)
    if site is not None:
        _line(menu, tr("Go there and look at the &site"), lambda: _go_and_look(timeline, mission, event))
    menu.addSeparator()


def _go_and_look(timeline: Timeline, mission: Mission, event: Event) -> None:
    go_to_event(timeline.session, mission, event)
    site = site_of_event(mission, event) or next((s for s in mission.sites if s.kind in ENDS), None)
    look_at_site(timeline.session, mission, site)


def _add_place(menu: QMenu, timeline: Timeline, x_px: float, y_px: float) -> None:
    layout, session = timeline.layout_, timeline.session
    tdb_s = timeline.scale.tdb_s(min(max(x_px, layout.gutter_px), layout.right_px))
    row, phase = layout.row_at(y_px), timeline.phase_at(x_px, y_px)
    mission = None if row is None else timeline.content.missions[row]
    if mission is not None and mission.id != session.active_id:
        name = mission.name.replace("&", "&&")
        _line(menu, tr("&Make {name} the active mission").format(name=name), lambda: session.turn_to(mission.id))
    if phase is not None and row is not None:
        shift = timeline.content.shift_s(row)
        first, last = phase.start_tdb_s + shift, phase.end_tdb_s + shift
        title = phase.title.replace("&", "&&")
        _line(menu, tr("&Fit “{title}”").format(title=title), lambda: timeline.fit(first, last))
        _line(menu, tr("&Loop over “{title}”").format(title=title), lambda: session.clock.set_loop(first, last))
    _line(menu, tr("Show the &whole flight") + _key(timeline, 0), timeline.show_all)
    _line(menu, tr("Copy this &time"), lambda: QGuiApplication.clipboard().setText(utc_text_from_tdb_s(tdb_s)))
    menu.addSeparator()


def _add_selection(menu: QMenu, timeline: Timeline) -> None:
    clock = timeline.session.clock
    if clock.loop_tdb_s is None:
        return
    first, last = clock.loop_tdb_s
    _line(menu, tr("L&oop off") if clock.is_looping else tr("L&oop over the selection"), clock.toggle_loop)
    _line(menu, tr("F&it the selection"), lambda: timeline.fit(first, last))
    _line(menu, tr("&Drop the selection"), clock.clear_loop)
    menu.addSeparator()


def _add_strips(menu: QMenu, timeline: Timeline) -> None:
    keeper = timeline.keeper
    for number, spec in enumerate(STRIPS, 1):
        line = menu.addAction(f"&{number}  {tr(spec.help)}{_key(timeline, number)}")
        line.setCheckable(True)
        line.setChecked(spec.id in keeper.ids)
        line.triggered.connect(lambda _checked=False, strip_id=spec.id: keeper.toggle(strip_id))
    sites = timeline.session.active.sites
    if not sites:
        return
    chosen, submenu = keeper.site, menu.addMenu(tr("Site of the st&rips"))
    group = QActionGroup(submenu)
    for site in sites:
        line = submenu.addAction(site.title.replace("&", "&&"))
        line.setCheckable(True)
        line.setChecked(chosen is not None and site.id == chosen.id)
        group.addAction(line)
        line.triggered.connect(lambda _checked=False, site_id=site.id: keeper.choose_site(site_id))
