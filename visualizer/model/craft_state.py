"""A spacecraft in one frame: where it is, which models it is made of, how it points, what burns.

Model. Everything the scene needs to draw a craft, in float64 and frozen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
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
class CraftState:
    """A spacecraft now; its attitude follows a rule, none is published.

    Attributes
    ----------
    pos_km : of the model's origin
    rot_body_from_icrf : body axes; +z is the way the engine pushes
    attitude : the rule, in words
    parts : its models
    nozzles, thrust_n : which nozzles burn and how strongly; 0 where nothing burns
    is_schematic : no likeness is meant
    note : what the picture says of it beside that, or empty
    """

    mission_id: str
    name: str
    pos_km: FloatArray
    rot_body_from_icrf: FloatArray
    is_burning: bool
    sunlit_fraction: float
    earth_range_km: float
    attitude: str = ""
    parts: tuple[PartState, ...] = ()
    nozzles: str = "main"
    thrust_n: float = 0.0
    is_schematic: bool = False
    note: str = ""


def craft_state(mission: Mission, flight: FlightState, sky: Sky) -> CraftState:
    """Return a mission's craft at the epoch of its flight's state."""
    tdb_s = float(flight.tdb_s)
    table = craft_table(mission.id)
    stage = table.stage_at(mission, tdb_s)
    attitude = attitude_at(mission, flight, sky, stage.holding)
    rot = attitude.rot_body_from_icrf
    to_sun_body = rot @ (sky.sun_pos_km - flight.pos_earth_km)
    lift_km = 1e-3 * height_of_origin_m(mission, tdb_s, stage.foot_m, stage.rest_m)
    position = flight.pos_earth_km
    if lift_km:
        position = position + flight.pos_moon_km * (lift_km / float(np.linalg.norm(flight.pos_moon_km)))
    nozzles, thrust_n = _burning(mission, table, stage, tdb_s)
    return CraftState(
        mission_id=mission.id,
        name=mission.name,
        pos_km=position,
        rot_body_from_icrf=rot,
        is_burning=thrust_n > 0.0,
        sunlit_fraction=float(flight.sunlit_fraction),
        earth_range_km=float(flight.range_earth_km),
        attitude=attitude.words,
        parts=tuple(_part(part, stage, to_sun_body) for part in stage.parts),
        nozzles=nozzles,
        thrust_n=thrust_n,
        is_schematic=stage.is_schematic,
        note=stage.note,
    )


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
