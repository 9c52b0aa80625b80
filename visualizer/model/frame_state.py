"""One frame: everything a picture needs, worked out in float64 and frozen.

`build_frame_state` is the only way from the session to the picture, for the window and for files alike.
Positions are relative to the Earth's centre, ICRF axes, km; the scene subtracts the camera.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from visualizer.core import bodies as b
from visualizer.core.arrays import FloatArray, rotate_back
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.horizon import bundled_horizon
from visualizer.core.relief import bundled_relief
from visualizer.core.sky import PLANETS, Sky, sky_at
from visualizer.missions.catalogue import Mission, Site
from visualizer.missions.flight_state import FlightState, flight_state
from visualizer.model.around import Around
from visualizer.model.camera import CameraPose, CameraState, blended_pose, camera_pose
from visualizer.model.craft_state import CraftState, craft_state
from visualizer.model.features import bundled_features
from visualizer.model.moon_orbit import moon_orbit_state
from visualizer.model.near_path import near_trail
from visualizer.model.overlays import Overlays, Scene, build_overlays
from visualizer.model.rotating import AXES as ROTATING_AXES
from visualizer.model.rotating import rotating_trail
from visualizer.model.shapes import LineState, VeilState
from visualizer.model.telemetry import Telemetry, build_telemetry
from visualizer.model.trails import TrailState, is_near_moon, mission_trails, trail_states

ORBIT_SEEN_KM = 150_000.0
# Below, the light on the ground under a craft is told.
GROUND_LIGHT_KM = 100.0
ARRIVAL_SLACK_S = 6 * 3600.0
NOTE_PRIORITY = {"note": 40.0, "graticule": 5.0, "constellation": 4.0}
SITE_PRIORITY = {"impact": 75.0, "landing": 72.0, "launch": 70.0}


@dataclass(frozen=True, slots=True)
class Options:
    """What the user switched on; the clouds are made, not observed."""

    has_labels: bool = True
    has_features: bool = False
    has_trails: bool = True
    has_hud: bool = True
    has_stars: bool = True
    has_clouds: bool = True
    has_coast: bool = False
    has_graticule: bool = False
    has_terminator: bool = False
    has_ground_track: bool = False
    has_view_cone: bool = False
    has_shadow_cones: bool = False
    has_constellations: bool = False
    has_uncertainty: bool = False
    has_large_craft: bool = False


@dataclass(frozen=True, slots=True)
class SceneRequest:
    """What is asked for, apart from the epoch; frozen, so that a worker can hold it.

    Attributes
    ----------
    missions : shown, the active one first
    camera : where to look from
    flight_from, flight_fraction : a flight between views in progress: the pose it left, 0 to 1
    """

    missions: tuple[Mission, ...]
    camera: CameraState
    options: Options = field(default_factory=Options)
    flight_from: CameraPose | None = None
    flight_fraction: float = 1.0


@dataclass(frozen=True, slots=True)
class BodyState:
    """A body now: `rot_fixed_from_icrf` is its body-fixed axes (planets: ICRF)."""

    body: b.Body
    pos_km: FloatArray
    rot_fixed_from_icrf: FloatArray


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place. Kinds: body, craft, site, feature, ghost, graticule, constellation, note.

    Higher priority wins a collision; `mission_index` is a craft's mission among the shown ones, or -1.
    """

    text: str
    pos_km: FloatArray
    kind: str
    priority: float
    surface_normal: FloatArray | None = None
    mission_index: int = -1


@dataclass(frozen=True, slots=True)
class FrameState:
    """A frame: what is where, what is said, seen from where."""

    tdb_s: float
    utc_text: str
    camera: CameraPose
    bodies: tuple[BodyState, ...]
    crafts: tuple[CraftState, ...]
    trails: tuple[TrailState, ...]
    labels: tuple[Label, ...]
    telemetry: Telemetry | None
    options: Options
    lines: tuple[LineState, ...] = ()
    veils: tuple[VeilState, ...] = ()

    def body(self, naif_id: int) -> BodyState:
        """Return one body's state."""
        return next(state for state in self.bodies if state.body.naif_id == naif_id)


def build_frame_state(request: SceneRequest, tdb_s: float) -> FrameState:
    """Work out one frame.

    Parameters
    ----------
    request : what is shown and from where
    tdb_s : TDB seconds past J2000; missions whose flight does not cover it show only their path

    Notes
    -----
    2 ms median on one core at most: `perilune bench` measures it.
    """
    sky = sky_at(tdb_s, with_planets=True)
    flying = [m for m in request.missions if m.trajectory.span_tdb_s[0] <= tdb_s <= m.trajectory.span_tdb_s[1]]
    flights = {m.id: flight_state(m.trajectory, tdb_s, sky=sky) for m in flying}
    around = Around(sky, {m.id: m for m in request.missions}, flights)
    pose = _pose(request, around)
    crafts = tuple(craft_state(m, flights[m.id], sky) for m in flying)
    options = request.options
    numbered = tuple((i, m, flights[m.id]) for i, m in enumerate(request.missions) if m.id in flights)
    overlays = build_overlays(options, Scene(sky, pose, numbered, tdb_s, request.camera.axes == ROTATING_AXES))
    active = request.missions[0] if request.missions else None
    return FrameState(
        tdb_s=tdb_s,
        utc_text=utc_text_from_tdb_s(tdb_s, separator=" "),
        camera=pose,
        bodies=_bodies(sky),
        crafts=crafts,
        trails=_trails(request, sky, pose, crafts, tdb_s) if options.has_trails else (),
        labels=_labels(request, around, crafts, pose, overlays) if options.has_labels else (),
        telemetry=_telemetry(active, flights, crafts, sky),
        options=options,
        lines=overlays.lines,
        veils=overlays.veils,
    )


def _pose(request: SceneRequest, around: Around) -> CameraPose:
    pose = camera_pose(request.camera, around)
    if request.flight_from is None or request.flight_fraction >= 1.0:
        return pose
    centre = around.focus_position_km(request.camera.focus)
    return blended_pose(request.flight_from, pose, centre, request.flight_fraction, around)


def _bodies(sky: Sky) -> tuple[BodyState, ...]:
    identity = np.eye(3)
    return (
        BodyState(b.SUN, sky.sun_pos_km, identity),
        BodyState(b.EARTH, np.zeros(3), sky.rot_itrs_from_icrf),
        BodyState(b.MOON, sky.moon_pos_km, sky.rot_me_from_icrf),
        *(BodyState(p, sky.planet_pos_km[p.naif_id], identity) for p in PLANETS),
    )


def _trails(
    request: SceneRequest, sky: Sky, pose: CameraPose, crafts: tuple[CraftState, ...], tdb_s: float
) -> tuple[TrailState, ...]:
    if request.camera.axes == ROTATING_AXES:
        return tuple(rotating_trail(mission, index, tdb_s) for index, mission in enumerate(request.missions))
    camera, moon = pose.pos_wrt_earth_icrf_km, sky.moon_pos_km
    is_far = not is_near_moon(camera, moon) and float(np.linalg.norm(camera)) > ORBIT_SEEN_KM
    trails = [moon_orbit_state(tdb_s)] if is_far else []
    places = {craft.mission_id: craft.pos_km for craft in crafts}
    for index, mission in enumerate(request.missions):
        states = trail_states(mission, index, tdb_s, moon, camera)
        place = places.get(mission.id)
        near = near_trail(mission, index, tdb_s, place, camera) if place is not None else None
        if near is not None:
            gap = (near.start_tdb_s, near.end_tdb_s)
            states = (*(replace(s, gap_tdb_s=gap, is_close=True) for s in states), near)
        trails += states
        trails += [t for b in mission.branches for t in trail_states(mission.along(b), index, tdb_s, moon, camera)]
    return tuple(trails)


def _telemetry(
    mission: Mission | None,
    flights: dict[str, FlightState],
    crafts: tuple[CraftState, ...],
    sky: Sky,
) -> Telemetry | None:
    flight = flights.get(mission.id) if mission else None
    if mission is None or flight is None:
        return None
    relief = None
    if bool(flight.is_about_moon) and float(flight.altitude_km) < 20_000.0:
        relief = float(bundled_relief().height_km(float(flight.lat_rad), float(flight.lon_rad)))
    attitude = next((craft.attitude for craft in crafts if craft.mission_id == mission.id), "")
    lit = _ground_lit(flight, sky) if relief is not None and float(flight.altitude_km) < GROUND_LIGHT_KM else None
    return build_telemetry(mission, flight, relief, attitude, lit)


def _ground_lit(flight: FlightState, sky: Sky) -> float:
    """Return how much of the Sun's disc is seen over the relief from the ground below a craft."""
    up = position_on_sphere_km(float(flight.lat_rad), float(flight.lon_rad), 1.0)
    to_sun = sky.rot_me_from_icrf @ (sky.sun_pos_km - sky.moon_pos_km)
    return float(bundled_horizon().lit_fraction(up, to_sun / np.linalg.norm(to_sun)))


def _labels(
    request: SceneRequest, around: Around, crafts: tuple[CraftState, ...], pose: CameraPose, overlays: Overlays
) -> tuple[Label, ...]:
    sky = around.sky
    number = {mission.id: index for index, mission in enumerate(request.missions)}
    labels = [
        Label(c.name, c.pos_km, "craft", 100.0 - number[c.mission_id], mission_index=number[c.mission_id])
        for c in crafts
    ]
    labels += [Label(n.text, n.pos_km, n.kind, NOTE_PRIORITY[n.kind], n.surface_normal) for n in overlays.notes]
    labels += [
        Label("Earth", np.zeros(3), "body", 90.0),
        Label("Moon", sky.moon_pos_km, "body", 90.0),
        Label("Sun", sky.sun_pos_km, "body", 80.0),
        *(Label(p.name, sky.planet_pos_km[p.naif_id], "body", 50.0) for p in PLANETS),
    ]
    is_turning = request.camera.axes == ROTATING_AXES
    for mission in request.missions:
        labels += [] if is_turning else _meeting_labels(mission, around, pose)
        labels += _branch_labels(mission, float(sky.tdb_s))
        for site in mission.sites:
            if site.kind == "feature" and not request.options.has_features:
                continue
            position = around.site_position_km(site)
            centre = np.zeros(3) if site.body_id == b.EARTH.naif_id else sky.moon_pos_km
            labels.append(
                Label(short_title(site), position, "site", SITE_PRIORITY.get(site.kind, 60.0), position - centre)
            )
    if request.options.has_features:
        labels += _feature_labels(sky, pose)
    return tuple(labels)


def _meeting_labels(mission: Mission, around: Around, pose: CameraPose) -> list[Label]:
    """Mark where the Moon was when the craft came, passed or left: from afar the path leads there, not to it now."""
    if is_near_moon(pose.pos_wrt_earth_icrf_km, around.sky.moon_pos_km):
        return []
    labels = []
    for words, tdb_s in mission_trails(mission).meetings():
        if abs(float(around.sky.tdb_s) - tdb_s) >= ARRIVAL_SLACK_S:
            place = bundled_ephemeris().position_km(b.MOON.naif_id, b.EARTH.naif_id, tdb_s)
            day = utc_text_from_tdb_s(tdb_s, separator=" ")[:10]
            labels.append(Label(f"{words}, {day}", place, "ghost", 65.0))
    return labels


def _branch_labels(mission: Mission, tdb_s: float) -> list[Label]:
    """Mark where the mission's other flights are now: as planned, or a second craft."""
    labels = []
    for branch in mission.branches:
        first, last = branch.trajectory.span_tdb_s
        if first <= tdb_s <= last:
            words = f"planned: {branch.title}" if branch.kind == "planned" else branch.title
            place = branch.trajectory.state_km(tdb_s, b.EARTH.naif_id)[0]
            labels.append(Label(words, place, "ghost", 68.0))
    return labels


def short_title(site: Site) -> str:
    """Return a site's name as far as a label has room for it."""
    return site.title.partition(",")[0]


def _feature_labels(sky: Sky, pose: CameraPose) -> list[Label]:
    offset = pose.pos_wrt_earth_icrf_km - sky.moon_pos_km
    if float(np.linalg.norm(offset)) > 40_000.0:
        return []
    table = bundled_features()
    chosen = table.to_label(sky.rot_me_from_icrf @ offset, pose.fov_rad, 24)
    directions = rotate_back(sky.rot_me_from_icrf, table.dir_me_unit[chosen])
    return [
        Label(table.names[i], sky.moon_pos_km + d * RADIUS_MOON_KM, "feature", 20.0 - k * 0.1, d)
        for k, (i, d) in enumerate(zip(chosen, directions, strict=True))
    ]
