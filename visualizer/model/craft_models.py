"""Which models a mission's craft is made of and when, and how it holds itself: `assets/models/models.toml`.

Model. The table names stages that end at events of the mission document; the last one lasts. A mission that is not in
the table is drawn as a plain craft, and the picture says that it is schematic.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from visualizer.core.arrays import FloatArray, unit
from visualizer.errors import AssetError
from visualizer.formats.glb import GlbModel, read_glb
from visualizer.missions.branch_missions import craft_id_of
from visualizer.missions.catalogue import Mission
from visualizer.resources import asset_path

TABLE = "models/models.toml"


@dataclass(frozen=True, slots=True)
class Part:
    """One model of a stage.

    Attributes
    ----------
    model : file below `assets/models/` without its ending
    up_m : its origin along the craft's +z
    hinge : axis about which it turns its `cells` to the Sun, or None
    """

    model: str
    up_m: float = 0.0
    hinge: tuple[float, float, float] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Holding:
    """How a craft holds itself; axes are of the body, +z away from the engine.

    Attributes
    ----------
    sun_axis : the panels' normal
    orbit_rule : 'sun' or 'nadir', in lunar orbit
    camera_axis : looks at the ground under 'nadir'
    tilt_deg : after landing, about the body's x
    """

    sun_axis: FloatArray
    orbit_rule: str
    camera_axis: FloatArray
    tilt_deg: float


@dataclass(frozen=True, slots=True)
class Stage:
    """What is drawn for a while.

    Attributes
    ----------
    until : id of the event that ends it, or empty
    parts : its models
    nozzles : name of the nozzles that burn where the engine's own name is not in `engines`
    foot_m : from the origin down to the footpads
    rest_m : height of the origin where the craft lies tilted
    is_schematic : no likeness is meant
    note : what the picture says of it, or empty
    """

    until: str
    parts: tuple[Part, ...]
    holding: Holding
    nozzles: str = "main"
    foot_m: float = 0.0
    rest_m: float = 0.0
    is_schematic: bool = False
    note: str = ""

    @property
    def radius_m(self) -> float:
        """Radius of the sphere about the origin that holds all parts."""
        return max((model_radius_m(part.model) + abs(part.up_m) for part in self.parts), default=0.0)


@dataclass(frozen=True, slots=True)
class CraftTable:
    """A mission's stages in order of time, and which nozzles an engine of the document has."""

    stages: tuple[Stage, ...]
    engines: dict[str, str] = field(default_factory=dict)

    def stage_at(self, mission: Mission, tdb_s: float) -> Stage:
        """Return what is drawn at an epoch; a stage that ends at an event that the mission lacks is passed over."""
        ends = {event.id: event.tdb_s for event in mission.events}
        for stage in self.stages:
            if not stage.until or tdb_s < ends.get(stage.until, -np.inf):
                return stage
        return self.stages[-1]


@cache
def read_model(name: str) -> GlbModel:
    """Return a bundled model, read once."""
    return read_glb(asset_path(f"models/{name}.glb"))


@cache
def model_radius_m(name: str) -> float:
    """Return the radius of the sphere about a model's origin that holds it."""
    return float(np.linalg.norm(read_model(name).position_m, axis=1).max())


def craft_table(mission_id: str) -> CraftTable:
    """Return a mission's stages; a plain craft for missions that are not in the table."""
    found = _tables()
    return found.get(craft_id_of(mission_id)) or found["plain"]


@cache
def _tables() -> dict[str, CraftTable]:
    try:
        rows = tomllib.loads(asset_path(TABLE).read_text(encoding="utf-8"))
        return {mission_id: _table(entry) for mission_id, entry in rows.items()}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise AssetError(f"bundled file assets/{TABLE} is damaged ({error}); install Perilune again") from error


def _table(entry: dict[str, Any]) -> CraftTable:
    base = {key: value for key, value in entry.items() if key not in ("stages", "engines")}
    return CraftTable(tuple(_stage(base | stage) for stage in entry["stages"]), dict(entry.get("engines", {})))


def _stage(entry: dict[str, Any]) -> Stage:
    parts = tuple(
        Part(str(p["model"]), float(p.get("up_m", 0.0)), tuple(p["hinge"]) if "hinge" in p else None)
        for p in entry["parts"]
    )
    holding = Holding(
        sun_axis=unit(np.array(entry.get("sun_axis", [1.0, 0.0, 0.0]), dtype=np.float64)),
        orbit_rule=str(entry.get("orbit_rule", "sun")),
        camera_axis=unit(np.array(entry.get("camera_axis", [1.0, 0.0, 0.0]), dtype=np.float64)),
        tilt_deg=float(entry.get("tilt_deg", 0.0)),
    )
    return Stage(
        until=str(entry.get("until", "")),
        parts=parts,
        holding=holding,
        nozzles=str(entry.get("nozzles", "main")),
        foot_m=float(entry.get("foot_m", 0.0)),
        rest_m=float(entry.get("rest_m", entry.get("foot_m", 0.0))),
        is_schematic=bool(entry.get("is_schematic", False)),
        note=str(entry.get("note", "")),
    )
