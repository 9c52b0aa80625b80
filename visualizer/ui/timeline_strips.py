"""Finds what the timeline's strips show: a worker works on the cells that are seen first, and stops when told.

Window layer. One cell at a time: after each the next is chosen by what the timeline shows then, so that a new zoom or
another mission is answered at once and nothing is worked on that nobody looks at.
"""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from visualizer.core.bodies import MOON
from visualizer.errors import PeriluneError
from visualizer.missions.catalogue import Mission, Site
from visualizer.missions.found_events import places_of
from visualizer.model.session import Session
from visualizer.model.time_strips import STRIPS, Cell, Source, StripStore, craft_source, site_source, strip_of_id
from visualizer.ui.workers import Runner

log = logging.getLogger(__name__)

DEFAULT_IDS: Final = ("sun", "earth", "eclipse", "stations")
# A while after the first picture; and many cells make one repaint.
FIRST_WAIT_MS: Final = 1_200
TELL_MS: Final = 120
ENDS: Final = ("impact", "landing")


class StripKeeper(QObject):
    """Which strips are shown, of which site, and what was found for them.

    Attributes
    ----------
    ids : of the strips shown, in order
    store : what was found

    Signals
    -------
    changed() : more was found, or other strips or another site were chosen
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.ids: tuple[str, ...] = DEFAULT_IDS
        self.store = StripStore()
        self._sites: dict[str, str] = {}
        self._sources: dict[str, Source] = {}
        self._window = (0.0, 0.0)
        # Held until the timeline was painted once: the first picture comes first.
        self._is_held, self._is_busy, self._is_stopped = True, False, False
        self._runner = Runner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._wait, self._tell = QTimer(self), QTimer(self)
        for timer, wait_ms in ((self._wait, FIRST_WAIT_MS), (self._tell, TELL_MS)):
            timer.setSingleShot(True)
            timer.setInterval(wait_ms)
        self._wait.timeout.connect(self._next)
        self._tell.timeout.connect(self.changed)

    # -- what is shown ------------------------------------------------------------------------------------

    @property
    def site(self) -> Site | None:
        """The site that light and visibility are told for: the chosen one, else where the flight ends."""
        return site_of(self._session.active, self._sites.get(self._session.active_id, ""))

    def choose_site(self, site_id: str) -> None:
        """Take another site of the active mission."""
        self._sites[self._session.active_id] = site_id
        self.renew()

    def set_ids(self, ids: tuple[str, ...]) -> None:
        """Show these strips, in the order of the table; names that are none are left out."""
        self.ids = tuple(spec.id for spec in STRIPS if spec.id in ids)
        self.renew()

    def toggle(self, strip_id: str) -> None:
        """Show a strip or not."""
        self.set_ids(tuple(i for i in self.ids if i != strip_id) if strip_id in self.ids else (*self.ids, strip_id))

    def source_of(self, strip_id: str) -> Source | None:
        """Return where a strip's cells come from; None for a site's where the mission has none."""
        return self._sources.get("site" if strip_of_id(strip_id).is_of_site else "craft")

    def renew(self) -> None:
        """Take up the active mission, its site and the clock's span."""
        mission, site, clock = self._session.active, self.site, self._session.clock
        wanted = {strip_of_id(i).is_of_site for i in self.ids}
        self._sources = {}
        if False in wanted:
            self._sources["craft"] = craft_source(mission.id, mission.trajectory)
        if True in wanted and site is not None:
            place = places_of(mission, [site.id], [])[0]
            span = (clock.start_tdb_s, clock.end_tdb_s)
            self._sources["site"] = site_source((mission.id, site.id, span), place, *span)
        self.changed.emit()
        self._begin()

    # -- working ------------------------------------------------------------------------------------------

    def look(self, start_tdb_s: float, end_tdb_s: float) -> None:
        """Say which time is seen; what it lacks is found, once the window stands."""
        self._window = (start_tdb_s, end_tdb_s)
        self._begin()

    def is_too_wide(self, source: Source) -> bool:
        """Whether too much is seen to be worked out for one of the strips."""
        return source.is_too_wide(*self._window)

    def hold(self, is_held: bool) -> None:
        """Work on nothing new for a while: a scrub needs the processor."""
        self._is_held = is_held
        self._begin()

    def stop(self) -> None:
        """Stop for good; for a closing window."""
        self._is_stopped = True
        self._wait.stop()
        self._tell.stop()
        self._runner.stop()

    def _begin(self) -> None:
        if not (self._is_busy or self._is_held or self._is_stopped or self._wait.isActive()) and self._has_work():
            self._wait.start()

    def _has_work(self) -> bool:
        return self.store.next_cell(list(self._sources.values()), *self._window) is not None

    def _next(self) -> None:
        wanted = self.store.next_cell(list(self._sources.values()), *self._window)
        self._is_busy = wanted is not None and not self._is_held and not self._is_stopped
        if self._is_busy and wanted is not None:
            self._wait.setInterval(0)
            source, index = wanted
            self._runner.start(lambda: (source, index, _found(source, index)))

    def _on_done(self, result: object) -> None:
        assert isinstance(result, tuple)
        source, index, cell = result
        self.store.put(source, index, cell)
        if not self._tell.isActive():
            self._tell.start()
        self._next()

    def _on_failed(self, error: object) -> None:
        self._is_busy = False
        self._sources = {}
        if isinstance(error, BaseException):
            raise error


def _found(source: Source, index: int) -> Cell:
    """Find a cell; one that the data do not reach (no ephemeris there) stays empty."""
    start, end = source.bounds(index)
    try:
        return source.find(start, end)
    except PeriluneError as error:
        log.info("strips of %s: %s", source.key, error)
        return Cell(start, end)


def site_of(mission: Mission, site_id: str) -> Site | None:
    """Return a site by its id, else where the flight ended or was to end, else the first on the Moon, or at all."""
    by_id = next((site for site in mission.sites if site.id == site_id), None)
    on_moon = [site for site in mission.sites if site.body_id == MOON.naif_id]
    ends = [site for kind in ENDS for site in mission.sites if site.kind == kind]
    return next((site for site in (by_id, *ends, *on_moon, *mission.sites) if site is not None), None)
