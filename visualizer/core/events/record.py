"""What a found event is, and the kinds there are. Core."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from visualizer.errors import CommandError


class Kind(StrEnum):
    """What can be found: the word that people type and files hold.

    The number that goes with each: height of apsides (km); longitude of nodes, latitude of extremes and of the ground's
    sunrise (deg); slant range of an approach (km); speed at the sphere of influence and at impact (km/s); least part of
    the Sun in view in a penumbra (1); length of umbra and occultation (s); greatest elevation of a pass, azimuth of the
    Sun at a site (deg); change of velocity of a burn (m/s).
    """

    PERILUNE = "perilune"
    APOLUNE = "apolune"
    PERIGEE = "perigee"
    APOGEE = "apogee"
    ASCENDING_NODE = "ascending-node"
    DESCENDING_NODE = "descending-node"
    LATITUDE_MAXIMUM = "latitude-maximum"
    LATITUDE_MINIMUM = "latitude-minimum"
    CLOSEST_APPROACH = "closest-approach"
    INFLUENCE_ENTRY = "influence-entry"
    INFLUENCE_EXIT = "influence-exit"
    PENUMBRA = "penumbra"
    UMBRA = "umbra"
    OCCULTATION = "occultation"
    STATION_PASS = "station-pass"
    GROUND_SUNRISE = "ground-sunrise"
    GROUND_SUNSET = "ground-sunset"
    SITE_SUNRISE = "site-sunrise"
    SITE_SUNSET = "site-sunset"
    BURN = "burn"
    IMPACT = "impact"


GROUPS: Final[dict[str, tuple[Kind, ...]]] = {
    "apsis": (Kind.PERILUNE, Kind.APOLUNE, Kind.PERIGEE, Kind.APOGEE),
    "node": (Kind.ASCENDING_NODE, Kind.DESCENDING_NODE),
    "latitude": (Kind.LATITUDE_MAXIMUM, Kind.LATITUDE_MINIMUM),
    "influence": (Kind.INFLUENCE_ENTRY, Kind.INFLUENCE_EXIT),
    "eclipse": (Kind.PENUMBRA, Kind.UMBRA),
    "ground-light": (Kind.GROUND_SUNRISE, Kind.GROUND_SUNSET),
    "site-light": (Kind.SITE_SUNRISE, Kind.SITE_SUNSET),
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment or during an interval.

    Attributes
    ----------
    kind : what happens
    tdb_s : TDB seconds past J2000, of the moment or of the interval's start
    value : the number that goes with it, in `unit`
    unit : 'km', 'km/s', 'm/s', 'deg', 's' or '1'
    body : name of the body it is about; for shadows and occultations the body in the way
    words : a sentence for people
    end_tdb_s : end of an interval, None for moments
    place : name of the station, site or feature, or an empty text
    starts_before, ends_after : the interval goes on beyond what was searched, on that side
    """

    kind: Kind
    tdb_s: float
    value: float
    unit: str
    body: str
    words: str
    end_tdb_s: float | None = None
    place: str = ""
    starts_before: bool = False
    ends_after: bool = False


def kinds_of_words(words: Iterable[str]) -> frozenset[Kind]:
    """Return the kinds that words name; no words at all are all kinds.

    Raises
    ------
    CommandError
        If a word names neither a kind nor a group; says which there are.
    """
    chosen: set[Kind] = set()
    for word in words:
        plain = word.strip().lower().replace("_", "-")
        if plain in GROUPS:
            chosen.update(GROUPS[plain])
        elif plain in set(Kind):
            chosen.add(Kind(plain))
        else:
            raise CommandError(f"kind {word!r}: there are {', '.join(Kind)}; and groups {', '.join(GROUPS)}")
    return frozenset(chosen or Kind)
