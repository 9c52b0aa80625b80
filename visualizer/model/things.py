"""What can be measured from and to: craft, bodies, sites, named features, ground stations, places on a globe.

Model, pure. A thing is named by a text that can be saved: `craft:luna-25`, `craft:luna-25/planned`, `earth`, `moon`,
`body:mars`, `site:luna-25/impact-crater`, `feature:Tycho`, `station:Bear Lakes`, `place:-57.865,61.36` on the Moon,
`earth-place:51.9,128.3`, `ghost:luna-25/last-burn`. Where a camera's focus has that name, it means the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, cross, rotate, rotate_back
from visualizer.core.bodies import EARTH, MOON, SUN, Body
from visualizer.core.constants import EARTH_ROTATION_RAD_S, RADIUS_MOON_KM
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.geometry import earth_position_itrs_km, position_on_sphere_km
from visualizer.core.moon_axes import ROT_ME_FROM_PA, moon_rotation_rate_rad_s
from visualizer.core.relief import drawn_height_km, relief_if_loaded
from visualizer.core.sky import PLANETS, Sky
from visualizer.core.stations import STATIONS, station_named
from visualizer.core.trajectory import Trajectory
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission, Site
from visualizer.model.features import bundled_features
from visualizer.model.ghosts import Ghost
from visualizer.model.places import feature_place_deg, place_deg, place_words

# Beside this camera's name nothing is drawn to: it is only looked from.
CAMERA: Final = "camera"
GROUPS: Final = ("Craft", "Bodies", "Sites", "Ground stations", "Features of the Moon", "Places")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be measured: its name as saved, its name as read, and which group it is in."""

    key: str
    title: str
    group: str


@dataclass(frozen=True, eq=False)
class ThingState:
    """Where a thing is and how it moves, at one epoch or many.

    Attributes
    ----------
    pos_km, vel_km_s : (..., 3) relative to the Earth's centre, ICRF axes; NaN where it does not exist
    body_id : SPICE id of the body that it stands on, or of the body whose centre it is; None for what flies
    is_centre : whether it is a body's centre
    lat_rad, lon_rad : where it stands, as its body counts them; NaN for what does not stand anywhere
    """

    pos_km: FloatArray
    vel_km_s: FloatArray
    body_id: int | None = None
    is_centre: bool = False
    lat_rad: float = float("nan")
    lon_rad: float = float("nan")

    @property
    def stands_on(self) -> int | None:
        """SPICE id of the body whose ground it stands on, or None."""
        return None if self.is_centre else self.body_id


@dataclass(frozen=True, eq=False)
class Stage:
    """What things are looked up in: bodies at some epochs, missions and ghosts by id.

    `is_patient`: whether heights of the Moon's ground are waited for, or taken once they are loaded.
    """

    sky: Sky
    missions: Mapping[str, Mission]
    ghosts: Mapping[str, Ghost]
    is_patient: bool = True


def all_things(missions: Iterable[Mission], ghosts: Iterable[Ghost] = ()) -> list[Thing]:
    """Return everything that can be chosen by name, group by group; the features are thousands."""
    missions, ghosts = list(missions), list(ghosts)
    found = [Thing(f"craft:{m.id}", m.name, "Craft") for m in missions]
    found += [Thing(f"craft:{m.id}/{b.id}", f"{m.name}: {b.title}", "Craft") for m in missions for b in m.branches]
    found += [Thing(f"ghost:{g.id}", f"{g.flight.name}", "Craft") for g in ghosts]
    found += [Thing("earth", "Earth", "Bodies"), Thing("moon", "Moon", "Bodies"), Thing("body:sun", "Sun", "Bodies")]
    found += [Thing(f"body:{p.name.lower()}", p.name, "Bodies") for p in PLANETS]
    found += [Thing(f"site:{m.id}/{s.id}", f"{s.title} ({m.name})", "Sites") for m in missions for s in m.sites]
    found += [Thing(f"station:{s.name}", f"{s.name}, {s.antenna}", "Ground stations") for s in STATIONS]
    found += [Thing(f"feature:{name}", name, "Features of the Moon") for name in bundled_features().names]
    return found


def title_of(key: str, missions: Mapping[str, Mission], ghosts: Mapping[str, Ghost] | None = None) -> str:
    """Return what a thing is called.

    Raises
    ------
    CommandError
        If there is no such thing.
    """
    kind, _, name = key.partition(":")
    if key in (CAMERA, "earth", "moon"):
        return "the camera" if key == CAMERA else key.capitalize()
    if kind == "craft":
        mission, branch_id = _mission(key, name, missions)
        return f"{mission.name}: {mission.branch(branch_id).title}" if branch_id else mission.name
    if kind == "ghost":
        return _ghost(key, name, ghosts or {}).title
    if kind == "site":
        return _site(key, name, missions).title.partition(",")[0]
    if kind == "place":
        return place_words(*place_deg(name))
    if kind == "earth-place":
        return f"{place_words(*place_deg(name))} on the Earth"
    if kind == "station":
        return station_named(name).name
    if kind == "feature":
        feature_place_deg(name)
        return name
    return _body(key, name).name


def state_of(key: str, stage: Stage) -> ThingState:
    """Return where a thing is at the stage's epochs.

    Raises
    ------
    CommandError
        If there is no such thing, or it is the camera, which only a picture knows.
    """
    kind, _, name = key.partition(":")
    if kind == "craft":
        mission, branch_id = _mission(key, name, stage.missions)
        flight = mission.branch(branch_id).trajectory if branch_id else mission.trajectory
        return ThingState(*flown(flight, stage.sky.tdb_s))
    if kind == "ghost":
        return ThingState(*flown(_ghost(key, name, stage.ghosts).trajectory, stage.sky.tdb_s))
    if kind == "site":
        return _at_site(_site(key, name, stage.missions), stage)
    if kind == "station":
        station = station_named(name)
        return _on_earth(station.lat_deg, station.lon_deg, station.height_m * 1e-3, stage.sky)
    if kind == "earth-place":
        return _on_earth(*place_deg(name), 0.0, stage.sky)
    if kind in ("feature", "place"):
        return _on_moon(*(feature_place_deg(name) if kind == "feature" else place_deg(name)), None, stage)
    return _centre(_body(key, name), stage.sky)


def flown(flight: Trajectory, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return position and velocity relative to the Earth, (..., 3) each; NaN outside the flight and in its gaps."""
    epochs = np.atleast_1d(np.asarray(tdb_s, dtype=np.float64))
    position, velocity = (np.full((len(epochs), 3), np.nan) for _ in range(2))
    is_known = _covered(flight, epochs)
    if np.any(is_known):
        position[is_known], velocity[is_known] = flight.state_km(epochs[is_known], EARTH.naif_id)
    shape = (*np.shape(tdb_s), 3)
    return position.reshape(shape), velocity.reshape(shape)


def _covered(flight: Trajectory, epochs: FloatArray) -> BoolArray:
    first, last = flight.span_tdb_s
    covered = (epochs >= first) & (epochs <= last)
    for start, end in flight.gaps_tdb_s:
        covered &= (epochs <= start) | (epochs >= end)
    return np.asarray(covered)


def _mission(key: str, name: str, missions: Mapping[str, Mission]) -> tuple[Mission, str]:
    if name in missions:
        return missions[name], ""
    mission_id, _, branch_id = name.partition("/")
    mission = missions.get(mission_id)
    if mission is None or (branch_id and branch_id not in {branch.id for branch in mission.branches}):
        raise CommandError(f"measuring {key!r}: no such craft is loaded")
    return mission, branch_id


def _ghost(key: str, name: str, ghosts: Mapping[str, Ghost]) -> Ghost:
    if name not in ghosts:
        raise CommandError(f"measuring {key!r}: no such what-if is shown")
    return ghosts[name]


def _site(key: str, name: str, missions: Mapping[str, Mission]) -> Site:
    mission_id, _, site_id = name.rpartition("/")
    mission = missions.get(mission_id)
    for site in mission.sites if mission else ():
        if site.id == site_id:
            return site
    raise CommandError(f"measuring {key!r}: no such site is loaded")


def _body(key: str, name: str) -> Body:
    for body in (EARTH, MOON, SUN, *PLANETS):
        if (name or key) == body.name.lower():
            return body
    raise CommandError(f"measuring {key!r}: no such thing")


def _centre(body: Body, sky: Sky) -> ThingState:
    if body is EARTH:
        zero = np.zeros((*np.shape(sky.tdb_s), 3))
        return ThingState(zero, zero, EARTH.naif_id, is_centre=True)
    position, velocity = bundled_ephemeris().state_km(body.naif_id, EARTH.naif_id, sky.tdb_s)
    return ThingState(position, velocity, body.naif_id, is_centre=True)


def _at_site(site: Site, stage: Stage) -> ThingState:
    if site.body_id == EARTH.naif_id:
        return _on_earth(site.lat_deg, site.lon_deg, site.height_m * 1e-3, stage.sky)
    return _on_moon(site.lat_deg, site.lon_deg, site.height_m * 1e-3 or None, stage)


def _on_earth(lat_deg: float, lon_deg: float, height_km: float, sky: Sky) -> ThingState:
    lat, lon = float(np.deg2rad(lat_deg)), float(np.deg2rad(lon_deg))
    fixed = earth_position_itrs_km(lat, lon, height_km)
    swept = cross(np.array([0.0, 0.0, EARTH_ROTATION_RAD_S]), fixed)
    rot = sky.rot_itrs_from_icrf
    return ThingState(rotate_back(rot, fixed), rotate_back(rot, swept), EARTH.naif_id, False, lat, lon)


def _on_moon(lat_deg: float, lon_deg: float, height_km: float | None, stage: Stage) -> ThingState:
    """Return a place on the Moon; without a published height it stands on the drawn ground."""
    lat, lon = float(np.deg2rad(lat_deg)), float(np.deg2rad(lon_deg))
    if height_km is None:
        height_km = drawn_height_km(lat_deg, lon_deg) if stage.is_patient or relief_if_loaded() is not None else 0.0
    sky = stage.sky
    fixed = position_on_sphere_km(lat, lon, RADIUS_MOON_KM + height_km)
    spin = rotate(ROT_ME_FROM_PA, moon_rotation_rate_rad_s(sky.tdb_s))
    rot = sky.rot_me_from_icrf
    position = sky.moon_pos_km + rotate_back(rot, fixed)
    velocity = sky.moon_vel_km_s + rotate_back(rot, cross(spin, np.broadcast_to(fixed, spin.shape)))
    return ThingState(position, velocity, MOON.naif_id, False, lat, lon)
