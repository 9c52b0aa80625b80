"""Who is in a frame at its epoch: states, craft and numbers of each mission, worked out once for all its pictures.

Model. Missions laid side by side otherwise than by the calendar have epochs of their own; `Cast` puts them into one
picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH
from visualizer.core.earth_axes import rot_itrs_from_icrf_at_one
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.horizon import bundled_horizon
from visualizer.core.relief import bundled_relief, relief_if_loaded
from visualizer.core.sky import Sky, sky_at
from visualizer.missions.catalogue import Branch, Mission
from visualizer.missions.flight_state import FlightState, flight_state
from visualizer.model.aligned import OWN, TURNING, AlignmentState, Mapping, Placed, frame_of_camera, placed
from visualizer.model.company import Company, Member, company_of
from visualizer.model.craft_state import CraftState, craft_state
from visualizer.model.ground_paths import rot_me_at
from visualizer.model.rotating import AXES as ROTATING_AXES
from visualizer.model.scene_trails import Shown
from visualizer.model.telemetry import Ground, Telemetry

if TYPE_CHECKING:
    from visualizer.model.frame_state import SceneRequest

# Below, the light on the ground under a craft is told.
GROUND_LIGHT_KM = 100.0


class Moment:
    """What all pictures of a frame have in common: worked out once, when it is first asked for."""

    def __init__(self, request: SceneRequest, tdb_s: float) -> None:
        self.tdb_s = tdb_s
        self.sky = _sky_at_one(tdb_s, with_planets=True)
        self._alignment = request.alignment
        self._skies: dict[float, Sky] = {0.0: self.sky}
        self._mappings: dict[tuple[str, str], Mapping] = {}
        self._flights: dict[str, FlightState] = {}
        self._crafts: dict[str, CraftState] = {}
        self._telemetry: dict[tuple[str, bool], Telemetry] = {}

    def is_drawn(self, mission: Mission) -> bool:
        """Tell whether a mission has the moment by which all are laid side by side."""
        return self._alignment.offset_s(mission.id) is not None

    def own_tdb_s(self, mission: Mission) -> float:
        """Return a drawn mission's own epoch."""
        return self.tdb_s + (self._alignment.offset_s(mission.id) or 0.0)

    def own_sky(self, mission: Mission) -> Sky:
        """Return the bodies at a drawn mission's own epoch."""
        offset = self._alignment.offset_s(mission.id) or 0.0
        if offset not in self._skies:
            self._skies[offset] = _sky_at_one(self.tdb_s + offset, with_planets=False)
        return self._skies[offset]

    def mapping(self, mission: Mission, frame: str) -> Mapping | None:
        """Return how a drawn mission is put into the scene, or None where its epoch is the scene's."""
        if not self._alignment.offset_s(mission.id):
            return None
        key = (mission.id, frame)
        if key not in self._mappings:
            self._mappings[key] = Mapping(self.sky, self.own_sky(mission), frame)
        return self._mappings[key]

    def is_known(self, mission: Mission) -> bool:
        """Tell whether a mission is drawn and its flight covers its epoch."""
        if not self.is_drawn(mission):
            return False
        return mission.trajectory.covers(self.own_tdb_s(mission))

    def flight(self, mission: Mission) -> FlightState:
        """Return the state of a mission that flies, at its own epoch."""
        if mission.id not in self._flights:
            now, sky = self.own_tdb_s(mission), self.own_sky(mission)
            self._flights[mission.id] = flight_state(mission.trajectory, now, sky=sky)
        return self._flights[mission.id]

    def craft(self, mission: Mission) -> CraftState:
        """Return the craft of a mission that flies, at its own epoch."""
        if mission.id not in self._crafts:
            self._crafts[mission.id] = craft_state(mission, self.flight(mission), self.own_sky(mission))
        return self._crafts[mission.id]

    def telemetry(self, mission: Mission | None, is_patient: bool) -> Telemetry | None:
        """Return the numbers of a mission, or None where it does not fly."""
        if mission is None or not self.is_known(mission):
            return None
        key = (mission.id, is_patient)
        if key not in self._telemetry:
            flight, craft = self.flight(mission), self.craft(mission)
            self._telemetry[key] = _telemetry(mission, flight, craft, self.own_sky(mission), is_patient)
        return self._telemetry[key]

    def telemetries(self, missions: tuple[Mission, ...], is_patient: bool) -> tuple[Telemetry, ...]:
        """Return the numbers of every mission in flight; what is told of the ground is told of the first alone."""
        found = [self.telemetry(mission, is_patient) for mission in missions[:1]]
        flying = [m for m in missions[1:] if self.is_known(m)]
        found += [Telemetry(m, self.flight(m), craft=self.craft(m)) for m in flying]
        return tuple(one for one in found if one is not None)


@dataclass(frozen=True, eq=False, slots=True)
class Cast:
    """Who is in a picture, and how missions of other times are put there."""

    moment: Moment
    company: Company
    frame: str
    places: dict[str, Placed]

    @classmethod
    def of(cls, request: SceneRequest, moment: Moment) -> Cast:
        company = company_of(request.missions, request.alignment)
        flying = [member.mission for member in company.members if member.flies(moment.tdb_s)]
        flights = {mission.id: moment.flight(mission) for mission in flying}
        frame = TURNING if request.camera.axes == ROTATING_AXES else OWN
        if not request.alignment.is_calendar:
            drawn = [member.mission for member in company.members]
            frame = frame_of_camera(request.camera, flights, drawn)
        places = {m.id: placed(flights[m.id], moment.mapping(m, frame)) for m in flying}
        return cls(moment, company, frame, places)

    def shown(self, member: Member) -> Shown:
        """Return what paths are made of."""
        mission = member.mission
        return Shown(
            mission, member.index, self.moment.tdb_s + member.offset_s, self.places.get(mission.id),
            self.moment.mapping(mission, self.frame) if member.offset_s else None, member.branches, member.begins_tdb_s,
        )  # fmt: skip

    def branch_place_km(self, member: Member, branch: Branch) -> FloatArray | None:
        """Return where a branch is drawn now, relative to the Earth, or None where it does not fly."""
        now = member.own_tdb_s(self.moment.tdb_s)
        first, last = branch.trajectory.span_tdb_s
        if not first <= now <= last:
            return None
        place = branch.trajectory.state_km(now, EARTH.naif_id)[0]
        mapping = self.moment.mapping(member.mission, self.frame)
        return place if mapping is None else mapping.position_km(place, mapping.zone(place))

    def alignment(self, request: SceneRequest) -> AlignmentState | None:
        """Return what the picture says of its alignment, or None by the calendar."""
        asked = request.alignment
        if asked.is_calendar:
            return None
        absent = tuple(m.name for m in request.missions if not self.moment.is_drawn(m))
        since = self.moment.tdb_s - asked.zero_tdb_s
        return AlignmentState(asked.anchor, self.frame, since, asked.clock_of, absent)


def _sky_at_one(tdb_s: float, *, with_planets: bool) -> Sky:
    """Return the bodies at one epoch, their axes in the quick ways."""
    return sky_at(
        tdb_s, with_planets=with_planets,
        rot_itrs_from_icrf_at=rot_itrs_from_icrf_at_one, rot_me_from_icrf_at=lambda epoch: rot_me_at(float(epoch)),
    )  # fmt: skip


def _telemetry(mission: Mission, flight: FlightState, craft: CraftState, sky: Sky, is_patient: bool) -> Telemetry:
    ground, altitude_km = None, float(flight.altitude_km)
    relief = bundled_relief() if is_patient else relief_if_loaded()
    if relief is not None and bool(flight.is_about_moon) and altitude_km < 20_000.0:
        height = partial(relief.height_km, float(flight.lat_rad), float(flight.lon_rad))
        lit = partial(_ground_lit, flight, sky) if altitude_km < GROUND_LIGHT_KM else None
        ground = Ground(lambda: float(height()), lit)
    return Telemetry(mission, flight, ground, craft)


def _ground_lit(flight: FlightState, sky: Sky) -> float:
    """Return how much of the Sun's disc is seen over the relief from the ground below a craft."""
    up = position_on_sphere_km(float(flight.lat_rad), float(flight.lon_rad), 1.0)
    to_sun = sky.rot_me_from_icrf @ (sky.sun_pos_km - sky.moon_pos_km)
    return float(bundled_horizon().lit_fraction(up, to_sun / np.linalg.norm(to_sun)))
