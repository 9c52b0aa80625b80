"""One frame: everything a picture needs, worked out in float64 and frozen.

`build_frame_state` is the only way from the session to the picture, for the window and for files alike.
Positions are relative to the Earth's centre, ICRF axes, km; the scene subtracts the camera.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from visualizer.core import bodies as b
from visualizer.core.arrays import FloatArray, length
from visualizer.core.epochs import utc_text_at_one
from visualizer.core.sky import PLANETS, Sky
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission
from visualizer.model.additions import NOTHING_ADDED, Added, Additions, Setting, build_additions, ghost_places
from visualizer.model.aligned import BY_CALENDAR, TURNING, Alignment, AlignmentState, placed_craft
from visualizer.model.around import Around
from visualizer.model.camera import (
    FITTED_FOV,
    CameraPose,
    CameraState,
    blended_pose,
    camera_pose,
    diameter_rad,
    fov_that_holds,
)
from visualizer.model.colours import number_at
from visualizer.model.craft_state import CraftState
from visualizer.model.frame_cast import Cast, Moment
from visualizer.model.labels import Label, labels_of
from visualizer.model.moon_orbit import moon_orbit_state
from visualizer.model.overlays import Scene, build_overlays
from visualizer.model.pane_layout import Pane
from visualizer.model.scene_trails import paths_of
from visualizer.model.shapes import LineState, VeilState
from visualizer.model.telemetry import Telemetry
from visualizer.model.trails import EARTH_KM, TrailState, is_near_moon
from visualizer.model.views import initial_camera, view_title

ORBIT_SEEN_KM = 150_000.0
UNTURNED = np.eye(3)


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
    camera_from : what the flight left, where that moves too (between the camera keys of a shot)
    is_patient : whether heights of the ground are waited for, or told once they are loaded (a window)
    pane : where this picture lies, if it is one of several
    others : the other pictures of the frame, at the same epoch; they have none of their own
    alignment : how missions are laid side by side, and so each one's own epoch; the same for all pictures of a frame
    added : what the user lays over the scene: flights that never were, measures
    colours : number of each mission's colour; their order where none are given
    """

    missions: tuple[Mission, ...]
    camera: CameraState
    options: Options = field(default_factory=Options)
    flight_from: CameraPose | None = None
    flight_fraction: float = 1.0
    camera_from: CameraState | None = None
    is_patient: bool = True
    pane: Pane = field(default_factory=Pane)
    others: tuple[SceneRequest, ...] = ()
    alignment: Alignment = BY_CALENDAR
    added: Additions = NOTHING_ADDED
    colours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyState:
    """A body now: `rot_fixed_from_icrf` is its body-fixed axes (planets: ICRF)."""

    body: b.Body
    pos_km: FloatArray
    rot_fixed_from_icrf: FloatArray


@dataclass(frozen=True, slots=True)
class CaptionState:
    """Words of a storyboard over the picture; places are those of `model.story`, opacity is 0 to 1."""

    text: str
    place: str
    opacity: float


@dataclass(frozen=True, slots=True)
class FrameState:
    """A frame: what is where, what is said, seen from where; `others` are its other pictures, if it has several.

    `telemetry` is the active mission's; `tell_all` works out the numbers of every craft that flies now;
    `said` has a line for each pinned measure. While a hand moves the time (`is_hurried`), the picture is wanted soon
    rather than sharp.
    """

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
    captions: tuple[CaptionState, ...] = ()
    pane: Pane = field(default_factory=Pane)
    others: tuple[FrameState, ...] = ()
    tell_all: Callable[[], tuple[Telemetry, ...]] = tuple
    alignment: AlignmentState | None = None
    said: tuple[str, ...] = ()
    is_hurried: bool = False

    @property
    def telemetries(self) -> tuple[Telemetry, ...]:
        """The numbers of every craft that flies now, in the order of the missions."""
        return self.tell_all()

    def body(self, naif_id: int) -> BodyState:
        """Return one body's state."""
        for state in self.bodies:
            if state.body.naif_id == naif_id:
                return state
        raise KeyError(naif_id)


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
    return _picture(request, Moment(request, tdb_s))


def _picture(request: SceneRequest, moment: Moment) -> FrameState:
    sky, tdb_s = moment.sky, moment.tdb_s
    cast = Cast.of(request, moment)
    missions = cast.company.by_id
    ghosts = ghost_places(request.added, missions, tdb_s, sky.moon_pos_km)
    around = Around(sky, missions, {i: p.drawn for i, p in cast.places.items()}, ghosts)
    pose = _pose(request, around)
    numbered = zip(request.missions, request.colours or range(len(request.missions)), strict=True)
    flying = [(colour, m, cast.places[m.id]) for m, colour in numbered if m.id in cast.places]
    crafts = tuple(placed_craft(moment.craft(m), place, sky) for _, m, place in flying)
    options = request.options
    overlays = build_overlays(options, Scene(sky, pose, tuple(flying), tdb_s, cast.frame == TURNING))
    added = _added(request, cast, pose)
    if added.lines or added.notes:
        overlays = replace(overlays, lines=(*overlays.lines, *added.lines), notes=(*overlays.notes, *added.notes))
    active = request.missions[0] if request.missions else None
    return FrameState(
        tdb_s=tdb_s,
        utc_text=utc_text_at_one(tdb_s),
        camera=pose,
        bodies=_bodies(sky),
        crafts=crafts,
        trails=(*_trails(request, cast, pose), *added.trails) if options.has_trails else (),
        labels=labels_of(request, around, crafts, pose, overlays, cast) if options.has_labels else (),
        telemetry=moment.telemetry(active, request.is_patient),
        options=options,
        lines=overlays.lines,
        veils=overlays.veils,
        pane=request.pane,
        others=tuple(found for other in request.others if (found := _other_picture(other, moment)) is not None),
        tell_all=lambda: moment.telemetries(request.missions, request.is_patient),
        alignment=cast.alignment(request),
        said=added.words,
    )


def _added(request: SceneRequest, cast: Cast, pose: CameraPose) -> Added:
    """Build what the user laid over the scene; missions of other times have no part in it."""
    if request.added == NOTHING_ADDED:
        return Added()
    moment = cast.moment
    missions = {m.id: m for m in request.missions}
    moved = frozenset(i for i, m in missions.items() if not moment.is_drawn(m) or moment.mapping(m, cast.frame))
    setting = Setting(
        moment.sky, pose.pos_wrt_earth_icrf_km, missions, moved, cast.frame == TURNING, request.is_patient
    )
    return build_additions(request.added, setting)


def _other_picture(request: SceneRequest, moment: Moment) -> FrameState | None:
    """Work out one of a frame's other pictures, as far as what it looks at is there now."""
    try:
        return _picture(request, moment)
    except CommandError:
        # Small pictures from a craft wait for it; panes look at the Moon meanwhile.
        if request.pane.corner:
            return None
        moon = initial_camera("moon", "", None, False)
        pane = replace(request.pane, title=view_title("moon", moon, request.missions))
        return _picture(replace(request, camera=moon, flight_from=None, camera_from=None, pane=pane), moment)


def _pose(request: SceneRequest, around: Around) -> CameraPose:
    pose = camera_pose(request.camera, around)
    if request.camera.fov_rad == FITTED_FOV:
        pose = replace(pose, fov_rad=_fitted_fov(request.camera, pose, around.sky))
    left = request.flight_from
    if left is None and request.camera_from is not None:
        left = camera_pose(request.camera_from, around)
    if left is None or request.flight_fraction >= 1.0:
        return pose
    centre = around.focus_position_km(request.camera.focus)
    return blended_pose(left, pose, centre, request.flight_fraction, around)


def _fitted_fov(camera: CameraState, pose: CameraPose, sky: Sky) -> float:
    """Return the field of view that holds the body that a camera looks toward."""
    body = b.EARTH if camera.axes == "toward:earth" else b.MOON
    away_km = float(np.linalg.norm(sky.body_pos_km(body.naif_id) - pose.pos_wrt_earth_icrf_km))
    return fov_that_holds(diameter_rad(away_km, body.radius_km))


def _bodies(sky: Sky) -> tuple[BodyState, ...]:
    return (
        BodyState(b.SUN, sky.sun_pos_km, UNTURNED),
        BodyState(b.EARTH, EARTH_KM, sky.rot_itrs_from_icrf),
        BodyState(b.MOON, sky.moon_pos_km, sky.rot_me_from_icrf),
        *(BodyState(p, sky.planet_pos_km[p.naif_id], UNTURNED) for p in PLANETS),
    )


def _trails(request: SceneRequest, cast: Cast, pose: CameraPose) -> tuple[TrailState, ...]:
    camera, moon, tdb_s = pose.pos_wrt_earth_icrf_km, cast.moment.sky.moon_pos_km, cast.moment.tdb_s
    is_far = not is_near_moon(camera, moon) and length(camera) > ORBIT_SEEN_KM
    trails = [moon_orbit_state(tdb_s)] if is_far and cast.frame != TURNING else []
    for member in cast.company.members:
        # Seen from aboard, a craft's own path is a pillar before its window.
        if not request.camera.is_aboard(member.mission.id):
            paths, index = paths_of(cast.shown(member), cast.frame, tdb_s, moon, camera), member.index
            trails += [path_of(path, number_at(request.colours, index), is_extra=index > 0) for path in paths]
    return tuple(trails)


def path_of(path: TrailState, colour: int, *, is_extra: bool) -> TrailState:
    """Return a path with the number of its mission's colour."""
    if path.mission_index == colour and path.is_extra == is_extra:
        return path
    # As `_replace`, without its search by name: a dozen times for each frame.
    return TrailState(*path[:6], colour, *path[7:-1], is_extra)
