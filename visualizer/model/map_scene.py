"""What a map shows at a moment: craft with their tracks, sites, the Sun. Model, pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import MOON
from visualizer.core.constants import MOON_INFLUENCE_KM
from visualizer.core.geometry import spherical_subpoint
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.sky import sky_at
from visualizer.core.trajectory import Trajectory
from visualizer.errors import EpochRangeError
from visualizer.missions.catalogue import Mission, Site
from visualizer.model.colours import number_at
from visualizer.model.ground_track import revolution_s
from visualizer.model.map_areas import around_deg
from visualizer.model.map_tracks import MapTrack, flights_on_map, moon_track

NOTHING: Final = slice(0, 0)
AHEAD_S: Final = 10.0
SITE_KINDS: Final = ("landing", "impact", "reserve")


@dataclass(frozen=True)
class CraftOnMap:
    """A craft over the Moon now.

    Attributes
    ----------
    name, mission_index : words, number of the colour
    lat_deg, lon_deg : below it; NaN where the flight is not there now
    track, past, future : its track, and which points of it are shown
    sigma_deg : (n, 2) latitude and longitude of one sigma about the place, or None
    is_main : whether it is a mission's own flight
    """

    name: str
    mission_index: int
    lat_deg: float
    lon_deg: float
    track: MapTrack
    past: slice
    future: slice
    sigma_deg: FloatArray | None = None
    is_main: bool = True


@dataclass(frozen=True)
class SiteOnMap:
    """A site of a shown mission."""

    site: Site
    mission_id: str
    mission_index: int


def sun_direction(tdb_s: float) -> FloatArray:
    """Return the unit vector from the Moon to the Sun, (3,), Moon-fixed mean-Earth axes."""
    sky = sky_at(tdb_s)
    to_sun = sky.rot_me_from_icrf @ (sky.sun_pos_km - sky.moon_pos_km)
    return np.asarray(to_sun / norm(to_sun))


def tracks_of(missions: Sequence[Mission], is_wanted: Callable[[], bool] = lambda: True) -> dict[str, MapTrack]:
    """Return the tracks of missions and their branches by id; for a worker."""
    found = {}
    for mission in missions:
        for flight_id, _, trajectory in flights_on_map(mission):
            if is_wanted():
                found[flight_id] = moon_track(trajectory)
    return found


def sites_of(missions: Sequence[Mission], colours: Sequence[int] = ()) -> list[SiteOnMap]:
    """Return where missions landed or fell on the Moon, or were to."""
    return [
        SiteOnMap(site, mission.id, number_at(colours, index))
        for index, mission in enumerate(missions)
        for site in mission.sites
        if site.body_id == MOON.naif_id and site.kind in SITE_KINDS and site.box_deg is None
    ]


def crafts_of(
    missions: Sequence[Mission],
    tracks: Mapping[str, MapTrack],
    own_tdb_s: Callable[[str], float | None],
    revolutions: float,
    colours: Sequence[int] = (),
) -> list[CraftOnMap]:
    """Return the craft that are over the Moon, or whose track is shown.

    Parameters
    ----------
    tracks : by flight id; flights without one are left out
    own_tdb_s : gives a mission's own epoch now, None where it is not on the clock
    revolutions : how far back and ahead tracks are shown
    colours : number of each mission's colour; their order where none are given
    """
    crafts = []
    for index, mission in enumerate(missions):
        now = own_tdb_s(mission.id)
        if now is None:
            continue
        for flight_id, name, trajectory in flights_on_map(mission):
            if flight_id in tracks:
                craft = _craft(name, number_at(colours, index), trajectory, tracks[flight_id], now, revolutions)
                crafts.append(replace(craft, is_main=flight_id == mission.id))
    return [craft for craft in crafts if craft.past != craft.future or np.isfinite(craft.lat_deg)]


def _craft(
    name: str, index: int, trajectory: Trajectory, track: MapTrack, now: float, revolutions: float
) -> CraftOnMap:
    nowhere = CraftOnMap(name, index, np.nan, np.nan, track, NOTHING, NOTHING)
    first, last = trajectory.span_tdb_s
    if not first <= now <= last:
        return nowhere
    try:
        position, velocity = trajectory.state_km(now, MOON.naif_id)
    except EpochRangeError:
        return nowhere
    if float(norm(position)) > MOON_INFLUENCE_KM:
        return nowhere
    reach = revolutions * revolution_s(trajectory, now, MOON.naif_id)
    axes = rot_moon_me_from_icrf(now)
    lat, lon = (float(np.rad2deg(angle)) for angle in spherical_subpoint(rotate(axes, position)))
    # The line reaches the craft itself: the nearest points of the track lie up to a few degrees away.
    shown = with_point(track.cut(now - reach, now + reach), now, np.deg2rad(lat), np.deg2rad(lon))
    at = int(np.searchsorted(shown.tdb_s, now))
    past, future = slice(0, at + 1), slice(at, len(shown.tdb_s))
    sigma = _sigma_deg(trajectory, now, position, velocity, axes, (lat, lon))
    return CraftOnMap(name, index, lat, lon, shown, past, future, sigma)


def with_point(track: MapTrack, tdb_s: float, lat_rad: float, lon_rad: float) -> MapTrack:
    """Return a track with one more point; it joins its neighbours if they were joined."""
    at = int(np.searchsorted(track.tdb_s, tdb_s))
    if at < len(track.tdb_s) and track.tdb_s[at] == tdb_s:
        return track
    before = max(at - 1, 0)
    if not len(track.tdb_s):
        return track
    return MapTrack(
        np.insert(track.tdb_s, at, tdb_s),
        np.insert(track.lat_rad, at, lat_rad),
        np.insert(track.lon_rad, at, lon_rad),
        np.insert(track.across_km, at, track.across_km[before]),
        np.insert(track.kind, at, track.kind[before]),
        np.insert(track.is_joined, at, bool(track.is_joined[before]) and 0 < at < len(track.tdb_s)),
    )


def _sigma_deg(
    trajectory: Trajectory, now: float, position: FloatArray, velocity: FloatArray, axes: FloatArray,
    place_deg: tuple[float, float],
) -> FloatArray | None:  # fmt: skip
    """Return the edge of one sigma on the ground below, (n, 2) deg, or None where it is not known."""
    _, along, across = trajectory.sigma_km(now) * MOON.radius_km / float(norm(position))
    if not (np.isfinite(along) and np.isfinite(across)):
        return None
    ahead = rotate(axes, position + AHEAD_S * velocity)
    lat, lon = np.deg2rad(place_deg)
    lat_b, lon_b = spherical_subpoint(ahead)
    azimuth = np.arctan2(
        np.sin(lon_b - lon) * np.cos(lat_b),
        np.cos(lat) * np.sin(lat_b) - np.sin(lat) * np.cos(lat_b) * np.cos(lon_b - lon),
    )
    turn = np.linspace(0.0, 2.0 * np.pi, 49)
    offsets = np.stack([along * np.cos(turn), across * np.sin(turn)], axis=1)
    return around_deg(place_deg, offsets, float(np.rad2deg(azimuth)))
