"""A spacecraft in one frame: where it is, which models it is made of, how it points, what burns.

Model. Everything the scene needs to draw a craft, in float64 and frozen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from visualizer.core.arrays import FloatArray, length
from visualizer.core.lazy import lazy_property
from visualizer.core.sky import Sky
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import FlightState
from visualizer.model.attitude import attitude_at, height_of_origin_m
from visualizer.model.attitude_rules import hinged
from visualizer.model.craft_models import CraftTable, Part, Stage, craft_table

ASSUMED_THRUST_N = 2000.0


@dataclass(frozen=True, eq=False, slots=True)
class PartState:
    """One model of a craft: its file's name, how it is turned, and its origin along +z, body axes, m."""

    model: str
    up_m: float
    rot_body_from_part: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class CraftLook:
    """How a spacecraft looks; its attitude follows a rule, none is published.

    Attributes
    ----------
    rot_body_from_icrf : body axes; +z is the way the engine pushes
    attitude : the rule, in words
    parts : its models
    sunlit_fraction : of the Sun's disc that it sees
    """

    rot_body_from_icrf: FloatArray
    attitude: str
    parts: tuple[PartState, ...]
    sunlit_fraction: float


@dataclass(frozen=True, eq=False)
class CraftState:
    """A spacecraft now.

    Attributes
    ----------
    pos_km : of the model's origin
    find_look : works out how it looks, which most pictures need not know: it is a mark in them
    nozzles, thrust_n : which nozzles burn and how strongly; 0 where nothing burns
    is_schematic : no likeness is meant
    note : what the picture says of it beside that, or empty
    """

    mission_id: str
    name: str
    pos_km: FloatArray
    find_look: Callable[[], CraftLook]
    nozzles: str = "main"
    thrust_n: float = 0.0
    is_schematic: bool = False
    note: str = ""

    @lazy_property
    def look(self) -> CraftLook:
        """How it looks, worked out when it is first asked for."""
        return self.find_look()

    @property
    def rot_body_from_icrf(self) -> FloatArray:
        """Body axes, (3, 3); +z is the way the engine pushes."""
        return self.look.rot_body_from_icrf

    @property
    def attitude(self) -> str:
        """The rule by which it points, in words."""
        return self.look.attitude

    @property
    def parts(self) -> tuple[PartState, ...]:
        """Its models."""
        return self.look.parts

    @property
    def sunlit_fraction(self) -> float:
        """How much of the Sun's disc it sees."""
        return self.look.sunlit_fraction

    @property
    def is_burning(self) -> bool:
        """Whether an engine pushes it."""
        return self.thrust_n > 0.0


def craft_state(mission: Mission, flight: FlightState, sky: Sky) -> CraftState:
    """Return a mission's craft at the epoch of its flight's state."""
    tdb_s = float(flight.tdb_s)
    table = craft_table(mission.id)
    stage = table.stage_at(mission, tdb_s)
    lift_km = 1e-3 * height_of_origin_m(mission, tdb_s, stage.foot_m, stage.rest_m)
    position = flight.pos_earth_km
    if lift_km:
        position = position + flight.pos_moon_km * (lift_km / length(flight.pos_moon_km))
    nozzles, thrust_n = _burning(mission, table, stage, tdb_s)
    return CraftState(
        mission_id=mission.id,
        name=mission.name,
        pos_km=position,
        find_look=partial(_look, mission, flight, sky, stage),
        nozzles=nozzles,
        thrust_n=thrust_n,
        is_schematic=stage.is_schematic,
        note=stage.note,
    )


def _look(mission: Mission, flight: FlightState, sky: Sky, stage: Stage) -> CraftLook:
    attitude = attitude_at(mission, flight, sky, stage.holding)
    rot = attitude.rot_body_from_icrf
    to_sun_body = rot @ (sky.sun_pos_km - flight.pos_earth_km)
    parts = tuple(_part(part, stage, to_sun_body) for part in stage.parts)
    return CraftLook(rot, attitude.words, parts, float(flight.sunlit_fraction))


def _part(part: Part, stage: Stage, to_sun_body: FloatArray) -> PartState:
    turn = np.eye(3)
    if part.hinge is not None:
        turn = hinged(np.array(part.hinge), stage.holding.sun_axis, to_sun_body)
    return PartState(part.model, part.up_m, turn)


def _burning(mission: Mission, table: CraftTable, stage: Stage, tdb_s: float) -> tuple[str, float]:
    """Return which nozzles burn and their thrust; burns without a solution have an assumed one."""
    for burn in mission.burns:
        if burn.start_tdb_s <= tdb_s <= burn.end_tdb_s:
            return table.engines.get(burn.engine, stage.nozzles), burn.thrust_n
    if mission.trajectory.arc_at(tdb_s).kind == "burn":
        return stage.nozzles, ASSUMED_THRUST_N
    return stage.nozzles, 0.0
