"""Flights of different times in one scene: from a mission's own epoch to the epoch that the scene shows.

Model, pure. Bodies, Sun and stars are those of the scene's epoch. A flight of another time is put there in the axes of
its own epoch that make sense where it is:

* `earth`: Earth-fixed axes. They turn evenly, so by one offset in time a path keeps its shape and only swings about the
  Earth's axis: pads and ground tracks stay where they were on the ground.
* `moon`: Moon-fixed (mean-Earth) axes, likewise: orbits keep their height and shape, and a lander stands at its site.
* `rotating`: axes that turn with the Moon, for transfers: near the Earth distances from the Earth are kept, near the
  Moon distances from the Moon; between them the path is stretched along the line from the Earth to the Moon, whose
  length changes by 12 % in a month.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import EARTH
from visualizer.core.constants import MOON_INFLUENCE_KM, RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM
from visualizer.core.shadow import sunlit_fraction
from visualizer.core.sky import Sky
from visualizer.errors import CommandError
from visualizer.missions.alignment import ANCHORS, CALENDAR, NAMES, anchor_tdb_s, offset_s
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import FlightState
from visualizer.model.camera import CameraState
from visualizer.model.craft_state import CraftLook, CraftState
from visualizer.model.rotating import AXES as TURNING_AXES
from visualizer.model.rotating import rotating_axes, stretched_km, stretching
from visualizer.model.time_words import signed_clock

OWN, EARTH_FIXED, MOON_FIXED, TURNING = "own", "earth", "moon", "rotating"
FRAME_WORDS: Final = {
    OWN: "in space",
    EARTH_FIXED: "in Earth-fixed axes",
    MOON_FIXED: "in Moon-fixed axes",
    TURNING: "in axes that turn with the Moon",
}
# A camera is near a body within the first; beside a craft within the second, where its path has to pass through it.
NEAR_KM: Final = 150_000.0
BESIDE_KM: Final = 20_000.0
NAMES_TOLD: Final = 3
NEAR_EARTH_KM: Final = MOON_INFLUENCE_KM
UNTURNED: Final = np.eye(3)


@dataclass(frozen=True, slots=True)
class Alignment:
    """How missions are laid side by side: which moment of each falls on the same instant of the clock.

    Attributes
    ----------
    anchor : of `missions.alignment.ANCHORS`
    zero_tdb_s : that moment on the clock, which is the active mission's
    clock_of : that mission's name
    offsets_s : for each known mission its id and its own epoch less the clock's; None where it lacks the moment
    """

    anchor: str = CALENDAR
    zero_tdb_s: float = 0.0
    clock_of: str = ""
    offsets_s: tuple[tuple[str, float | None], ...] = ()

    @property
    def is_calendar(self) -> bool:
        """Whether every mission is at the clock's own epoch."""
        return self.anchor == CALENDAR

    def offset_s(self, mission_id: str) -> float | None:
        """Return a mission's own epoch less the clock's; None where it lacks the moment, or is not known."""
        if self.is_calendar:
            return 0.0
        return next((offset for known_id, offset in self.offsets_s if known_id == mission_id), None)


BY_CALENDAR: Final = Alignment()


def alignment_of(missions: Iterable[Mission], active: Mission, anchor: str) -> Alignment:
    """Lay missions side by side.

    Parameters
    ----------
    missions : whose offsets are wanted
    active : whose clock is kept
    anchor : of `missions.alignment.ANCHORS`

    Raises
    ------
    CommandError
        If there is no such kind of moment, or the active mission does not have it.
    """
    zero = anchor_tdb_s(active, anchor)
    if zero is None:
        raise CommandError(f"aligning {ANCHORS[anchor]}: {active.name} has no such moment; make another mission active")
    if anchor == CALENDAR:
        return BY_CALENDAR
    offsets = tuple((one.id, 0.0 if one is active else offset_s(one, active, anchor)) for one in missions)
    return Alignment(anchor, zero, active.name, offsets)


def named(names: Sequence[str]) -> str:
    """Write names in a line: three of them, and how many more there are."""
    more = f" and {len(names) - NAMES_TOLD} more" if len(names) > NAMES_TOLD else ""
    return ", ".join(names[:NAMES_TOLD]) + more


@dataclass(frozen=True, slots=True)
class AlignmentState:
    """What a frame says of its alignment.

    Attributes
    ----------
    anchor : of `alignment.ANCHORS`
    frame : 'own', 'earth', 'moon' or 'rotating'
    since_s : from the moment of alignment to now
    clock_of : name of the mission whose date, Sun, Earth and Moon are shown
    absent : names of the missions that lack the moment, and so are not drawn
    """

    anchor: str
    frame: str
    since_s: float
    clock_of: str
    absent: tuple[str, ...] = ()

    @property
    def clock_text(self) -> str:
        """The time from the moment of alignment, as `Landing or impact −00:12:30`."""
        name = NAMES[self.anchor]
        return f"{name[0].upper()}{name[1:]} {signed_clock(self.since_s)}"

    def notes(self) -> list[str]:
        """Return what the picture has to say: whose light it is, how missions lie side by side, who is left out.

        The first line is the lowest one; each is short, so that small pictures have room for it.
        """
        lines = [
            f"Sun, Earth, Moon and stars at the time of {self.clock_of}",
            f"Each {FRAME_WORDS[self.frame]} of its own time",
            f"Missions together {ANCHORS[self.anchor]}",
        ]
        return lines + ([f"Not drawn, without that moment: {named(self.absent)}"] if self.absent else [])


def frame_of_camera(camera: CameraState, flights: dict[str, FlightState], missions: Iterable[Mission] = ()) -> str:
    """Return which axes make sense for what a camera looks at.

    Parameters
    ----------
    camera : what it looks at, in which axes, from how far
    flights : each mission's craft at its own epoch, by id
    missions : whose sites it may look at
    """
    if camera.axes == TURNING_AXES:
        return TURNING
    kind, _, name = camera.focus.partition(":")
    to_earth = to_moon = np.inf
    if kind == "craft" and name in flights:
        to_earth, to_moon = float(flights[name].range_earth_km), float(flights[name].range_moon_km)
    elif kind == "earth" or (kind == "site" and _is_on_earth(name, missions)):
        to_earth = 0.0
    elif kind in ("moon", "site", "feature", "place"):
        to_moon = 0.0
    away = camera.distance_km
    if to_moon + away < NEAR_KM:
        return MOON_FIXED
    return EARTH_FIXED if to_earth + away < NEAR_KM or (kind == "craft" and away < BESIDE_KM) else TURNING


def _is_on_earth(name: str, missions: Iterable[Mission]) -> bool:
    mission_id, _, site_id = name.rpartition("/")
    sites = (site for mission in missions if mission.id == mission_id for site in mission.sites)
    return any(site.id == site_id and site.body_id == EARTH.naif_id for site in sites)


@dataclass(frozen=True, eq=False)
class Mapping:
    """From one mission's own epoch to the scene's.

    Attributes
    ----------
    scene, own : bodies at the scene's and at the mission's own epoch
    frame : of `FRAME_WORDS`; 'own' leaves everything where it is
    """

    scene: Sky
    own: Sky
    frame: str
    _rots: dict[str, FloatArray] = field(default_factory=dict, init=False, repr=False)

    def zone(self, pos_earth_km: FloatArray) -> str:
        """Return the frame that holds at a place of the own epoch: close to a body it is that body's."""
        if self.frame in (OWN, TURNING):
            return self.frame
        if float(norm(pos_earth_km - self.own.moon_pos_km)) < MOON_INFLUENCE_KM:
            return MOON_FIXED
        return EARTH_FIXED if float(norm(pos_earth_km)) < NEAR_EARTH_KM else self.frame

    def rot_scene_from_own(self, zone: str) -> FloatArray:
        """Return what turns ICRF components of the own epoch into those of the scene, (3, 3)."""
        if zone not in self._rots:
            self._rots[zone] = self._rot(zone)
        return self._rots[zone]

    def _rot(self, zone: str) -> FloatArray:
        if zone == EARTH_FIXED:
            return np.asarray(self.scene.rot_itrs_from_icrf.T @ self.own.rot_itrs_from_icrf)
        if zone == MOON_FIXED:
            return np.asarray(self.scene.rot_me_from_icrf.T @ self.own.rot_me_from_icrf)
        if zone == TURNING:
            now, then = (rotating_axes(float(sky.tdb_s))[0] for sky in (self.scene, self.own))
            return np.asarray(now.T @ then)
        return np.eye(3)

    def position_km(self, pos_earth_km: FloatArray, zone: str) -> FloatArray:
        """Return where a place of the own epoch, relative to the Earth, is drawn; (..., 3) km, ICRF axes."""
        if zone == OWN:
            return pos_earth_km
        rot = self.rot_scene_from_own(zone)
        if zone == EARTH_FIXED:
            return rotate(rot, pos_earth_km)
        if zone == MOON_FIXED:
            return np.asarray(self.scene.moon_pos_km + rotate(rot, pos_earth_km - self.own.moon_pos_km))
        return self._turning_km(pos_earth_km)

    def _turning_km(self, pos_earth_km: FloatArray) -> FloatArray:
        now, distance_km = rotating_axes(float(self.scene.tdb_s))
        then, own_distance_km = rotating_axes(float(self.own.tdb_s))
        place = rotate(then, pos_earth_km)
        share = stretching(place, own_distance_km)
        return rotate(now.T, stretched_km(place, share, own_distance_km, float(distance_km)))


@dataclass(frozen=True, eq=False)
class Placed:
    """A craft of its own epoch as the scene holds it.

    Attributes
    ----------
    tdb_s : its own epoch
    own : its state then
    drawn : the same put into the scene: places and velocities relative to the Earth and Moon that are drawn
    rot_scene_from_own : (3, 3) what its axes are turned by; identity by the calendar
    zone : of `FRAME_WORDS`
    """

    tdb_s: float
    own: FlightState
    drawn: FlightState
    rot_scene_from_own: FloatArray
    zone: str

    @property
    def is_moved(self) -> bool:
        """Whether it is drawn elsewhere than where it was."""
        return self.zone != OWN


def placed(flight: FlightState, mapping: Mapping | None) -> Placed:
    """Put a flight's state of its own epoch into the scene; without a mapping it stays as it is."""
    tdb_s = float(flight.tdb_s)
    if mapping is None or mapping.frame == OWN:
        return Placed(tdb_s, flight, flight, UNTURNED, OWN)
    zone, scene = mapping.zone(flight.pos_earth_km), mapping.scene
    rot, place = mapping.rot_scene_from_own(zone), mapping.position_km(flight.pos_earth_km, zone)
    if zone == MOON_FIXED:
        past_moon = rotate(rot, flight.vel_moon_km_s)
        past_earth = past_moon + scene.moon_vel_km_s
    else:
        past_earth = rotate(rot, flight.vel_earth_km_s)
        past_moon = past_earth - scene.moon_vel_km_s
    drawn = flight.drawn_at(scene.tdb_s, (place, past_earth), (place - scene.moon_pos_km, past_moon))
    return Placed(tdb_s, flight, drawn, rot, zone)


def placed_craft(craft: CraftState, place: Placed, scene: Sky) -> CraftState:
    """Return a craft of its own epoch as it is drawn: moved and turned, in the light of the scene."""
    if not place.is_moved:
        return craft
    rot = place.rot_scene_from_own
    position = place.drawn.pos_earth_km + rotate(rot, craft.pos_km - place.own.pos_earth_km)
    from_moon = position - scene.moon_pos_km

    def look() -> CraftLook:
        by_moon = sunlit_fraction(from_moon, scene.sun_pos_km - scene.moon_pos_km, RADIUS_MOON_KM)
        by_earth = sunlit_fraction(position, scene.sun_pos_km, RADIUS_EARTH_EQUATOR_KM)
        turned = craft.rot_body_from_icrf @ rot.T
        return replace(craft.look, rot_body_from_icrf=turned, sunlit_fraction=float(min(by_moon, by_earth)))

    return replace(craft, pos_km=position, find_look=look)
