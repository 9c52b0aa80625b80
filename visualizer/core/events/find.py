"""Find every event of the kinds asked for. Core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol

from visualizer.core.bodies import EARTH, MOON
from visualizer.core.ephemeris import Ephemeris, bundled_ephemeris
from visualizer.core.events.burns import Burns
from visualizer.core.events.contacts import Approaches, Occultations, Passes
from visualizer.core.events.impact import impact_finders
from visualizer.core.events.light import eclipses, ground_light, site_light
from visualizer.core.events.orbit import orbit_finders
from visualizer.core.events.places import Place
from visualizer.core.events.record import Event, Kind
from visualizer.core.events.search import Channel, Search, checked_span
from visualizer.core.relief import ReliefMap
from visualizer.core.trajectory import Trajectory

SUN_ON_GROUND: Final = frozenset({Kind.GROUND_SUNRISE, Kind.GROUND_SUNSET})
SUN_ON_SITE: Final = frozenset({Kind.SITE_SUNRISE, Kind.SITE_SUNSET})
SHADOWS: Final = frozenset({Kind.PENUMBRA, Kind.UMBRA})


class Finder(Protocol):
    """What finds some kinds of events: names the functions it needs sampled, then finds."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is sampled for it, together with what others need."""

    def find(self, search: Search) -> Iterator[Event]:
        """Yield events."""


def find_events(
    trajectory: Trajectory,
    span_tdb_s: tuple[float, float] | None = None,
    kinds: Iterable[Kind] | None = None,
    *,
    stations: Sequence[Place] = (),
    sites: Sequence[Place] = (),
    relief: ReliefMap | None = None,
    ephemeris: Ephemeris | None = None,
    progress: Callable[[float], None] = lambda _part: None,
) -> list[Event]:
    """Return the events of a flight in order of time.

    Parameters
    ----------
    trajectory : the flight
    span_tdb_s : first and last epoch, TDB seconds past J2000; the whole flight by default
    kinds : what to look for; everything by default
    stations : whose passes and occultations are wanted
    sites : whose closest approaches, sunrises and sunsets are wanted
    relief : heights of the Moon's surface, if impact on them is wanted too
    ephemeris : where bodies are; the bundled one by default
    progress : told the part done, 0 to 1

    Raises
    ------
    EpochRangeError
        If the span is not inside the flight.

    Notes
    -----
    Positions are geometric: no light time, no aberration. Times of zeros are refined to a tenth of a millisecond on
    the trajectory. A year of low lunar orbit, all kinds and seven stations, takes some seconds.
    """
    wanted = frozenset(Kind if kinds is None else kinds)
    search = Search(trajectory, checked_span(trajectory, span_tdb_s), ephemeris or bundled_ephemeris())
    finders = list(_finders(wanted, stations, sites, relief))
    search.prepare(channel for finder in finders for channel in finder.channels)
    events: list[Event] = []
    for done, finder in enumerate(finders):
        progress(done / len(finders))
        events += (event for event in finder.find(search) if event.kind in wanted)
    progress(1.0)
    return sorted(events, key=lambda event: event.tdb_s)


def _finders(
    wanted: frozenset[Kind], stations: Sequence[Place], sites: Sequence[Place], relief: ReliefMap | None
) -> Iterator[Finder]:
    for kinds, finder in orbit_finders():
        if kinds & wanted:
            yield finder
    for body in (EARTH, MOON):
        if wanted & SHADOWS:
            yield eclipses(body)
        if wanted & SUN_ON_GROUND:
            yield ground_light(body)
    if Kind.IMPACT in wanted:
        yield from impact_finders(relief)
    if Kind.BURN in wanted:
        yield Burns()
    yield from _finders_of_places(wanted, stations, sites)


def _finders_of_places(wanted: frozenset[Kind], stations: Sequence[Place], sites: Sequence[Place]) -> Iterator[Finder]:
    for station in stations:
        if Kind.STATION_PASS in wanted:
            yield Passes(station)
        if Kind.OCCULTATION in wanted:
            yield Occultations(station)
    for site in sites:
        if Kind.CLOSEST_APPROACH in wanted:
            yield Approaches(site)
        if wanted & SUN_ON_SITE:
            yield site_light(site)
