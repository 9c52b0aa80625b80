"""The events of a mission: which stations, sites and features to look from, and what is found.

Missions. Names become places here; the finding itself is `core.events`.
"""

from __future__ import annotations

import csv
import math
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache

from visualizer.core.bodies import MOON
from visualizer.core.events import Event, Kind, Place, find_events, kinds_of_words
from visualizer.core.relief import bundled_relief
from visualizer.core.stations import STATIONS, station_named
from visualizer.errors import MissionError
from visualizer.missions.catalogue import Mission, Site
from visualizer.resources import asset_path

SUGGESTIONS = 8


def events_of_mission(
    mission: Mission,
    *,
    kinds: Iterable[str] = (),
    span_tdb_s: tuple[float, float] | None = None,
    stations: Sequence[str] = (),
    sites: Sequence[str] = (),
    features: Sequence[str] = (),
) -> list[Event]:
    """Return the events of a mission in order of time.

    Parameters
    ----------
    kinds : words for kinds or groups of kinds; none: everything
    span_tdb_s : first and last epoch; the whole flight by default
    stations : names; none: all seven
    sites : ids of the mission's sites; none, and no features either: all those on the Moon
    features : names from the gazetteer of the Moon, with or without accents

    Raises
    ------
    CommandError, MissionError
        If a name is not known; says which there are.
    EpochRangeError
        If the span is not inside the flight.
    """
    wanted = kinds_of_words(kinds)
    chosen = [station_named(name) for name in stations] or list(STATIONS)
    return find_events(
        mission.trajectory,
        span_tdb_s,
        wanted,
        stations=[station.place for station in chosen],
        sites=places_of(mission, sites, features),
        relief=bundled_relief() if Kind.IMPACT in wanted else None,
    )


def places_of(mission: Mission, sites: Sequence[str], features: Sequence[str]) -> list[Place]:
    """Return sites of a mission and features of the Moon as places; all its sites on the Moon if none are named."""
    if not sites and not features:
        return [_place_of_site(site) for site in mission.sites if site.body_id == MOON.naif_id]
    return [_place_of_site(_site(mission, name)) for name in sites] + [feature_named(name) for name in features]


def feature_named(name: str) -> Place:
    """Return a feature of the Moon as a place on the 1737.4 km sphere.

    Raises
    ------
    MissionError
        If the gazetteer has none of that name; says what comes near.
    """
    table, plain = _gazetteer(), _plain(name)
    if plain not in table:
        near = get_close_matches(plain, table, SUGGESTIONS, 0.5)
        near += [key for key in table if plain and key.startswith(plain)][:SUGGESTIONS]
        likes = ", ".join(table[key].name for key in dict.fromkeys(near)) or "nothing of a like name"
        raise MissionError(f"feature {name!r}: not among the {len(table):,} of the Moon's gazetteer; there are {likes}")
    return table[plain]


@cache
def _gazetteer() -> dict[str, Place]:
    with asset_path("moon/features.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {_plain(row["name"]): _on_moon(row["name"], row["lat_deg"], row["lon_east_deg"]) for row in rows}


def _plain(name: str) -> str:
    """Return a name without accents, capitals and stray blanks."""
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join("".join(letters).split()).casefold()


def _on_moon(name: str, lat_deg: str, lon_deg: str) -> Place:
    return Place(name, MOON.naif_id, math.radians(float(lat_deg)), math.radians(float(lon_deg)))


def _site(mission: Mission, site_id: str) -> Site:
    for site in mission.sites:
        if site.id == site_id.strip().lower():
            return site
    ids = ", ".join(site.id for site in mission.sites) or "none"
    raise MissionError(f"{mission.id}: no site {site_id!r}; there are {ids}")


def _place_of_site(site: Site) -> Place:
    lat, lon = math.radians(site.lat_deg), math.radians(site.lon_deg)
    return Place(site.title, site.body_id, lat, lon, site.height_m * 1e-3)
