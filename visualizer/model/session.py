"""The session: what the app shows now. Widgets send commands here and listen; nothing here knows a widget."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from psygnal import Signal

from visualizer.core.bodies import EARTH, MOON
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Event, Mission
from visualizer.model.camera import CameraPose, CameraState
from visualizer.model.clock import Clock
from visualizer.model.frame_state import FrameState, Options, SceneRequest, build_frame_state
from visualizer.model.views import Moment, initial_camera, view_of_id

FLIGHT_WALL_S = 0.9
LOW_KM = 3000.0
EVENT_SLACK_S = 0.5


class Session:
    """Missions, clock, camera and options of one window.

    Attributes
    ----------
    missions : loaded, by id
    shown_ids : drawn, in order of loading; all of them unless told otherwise
    active_id : whose telemetry, events and views are meant
    clock : mission time
    view_id : the named view last chosen
    camera : the camera's state
    options : what is switched on

    Signals
    -------
    changed(str) : what changed: 'missions', 'active', 'view', 'camera', 'options'
    """

    changed = Signal(str)

    def __init__(
        self, missions: list[Mission], epoch_tdb_s: float | None = None, shown_ids: list[str] | None = None
    ) -> None:
        if not missions:
            raise CommandError("session: no mission to show")
        self.missions = {mission.id: mission for mission in missions}
        self.shown_ids = shown_ids or [mission.id for mission in missions]
        self.active_id = self.shown_ids[0]
        start, end = self.active.trajectory.span_tdb_s
        self.clock = Clock(start, end, first_sight_tdb_s(self.active) if epoch_tdb_s is None else epoch_tdb_s)
        self.options = Options()
        self.view_id = "moon"
        self._flight_from: CameraPose | None = None
        self._flight_wall_s = 0.0
        self._last_pose: CameraPose | None = None
        self.camera = self._initial("moon")

    @property
    def active(self) -> Mission:
        """The active mission."""
        return self.missions[self.active_id]

    def request(self) -> SceneRequest:
        """Return what is to be drawn now, frozen; the active mission first."""
        shown = sorted(self.shown_ids, key=lambda i: i != self.active_id)
        fraction = min(1.0, self._flight_wall_s / FLIGHT_WALL_S)
        return SceneRequest(
            missions=tuple(self.missions[i] for i in shown),
            camera=self.camera,
            options=self.options,
            flight_from=self._flight_from,
            flight_fraction=fraction,
        )

    def frame_state(self) -> FrameState:
        """Build the frame for now."""
        state = build_frame_state(self.request(), self.clock.epoch_tdb_s)
        self._last_pose = state.camera
        return state

    # -- time ---------------------------------------------------------------------------------------------

    def advance(self, wall_s: float) -> bool:
        """Let wall time pass for the clock and for a flight between views; True if a new frame is due."""
        is_moving = self.clock.is_playing
        self.clock.advance(wall_s)
        if self._flight_from is not None:
            is_moving = True
            self._flight_wall_s += wall_s
            if self._flight_wall_s >= FLIGHT_WALL_S:
                self._flight_from = None
        return is_moving

    def step_event(self, direction: int) -> Event:
        """Go to the next (+1) or previous (-1) event of the active mission.

        Raises
        ------
        CommandError
            If there is none on that side.
        """
        now = self.clock.epoch_tdb_s
        events = sorted(self.active.events, key=lambda event: event.tdb_s)
        if direction > 0:
            later = [e for e in events if e.tdb_s > now + EVENT_SLACK_S]
        else:
            later = [e for e in reversed(events) if e.tdb_s < now - EVENT_SLACK_S]
        if not later:
            raise CommandError(f"{self.active.name}: no {'later' if direction > 0 else 'earlier'} event")
        self.clock.pause()
        self.clock.seek(later[0].tdb_s)
        return later[0]

    # -- view ---------------------------------------------------------------------------------------------

    def _initial(self, view_id: str) -> CameraState:
        mission = self.active
        ends = sorted((s for s in mission.sites if s.kind in ("impact", "landing")), key=lambda s: s.kind != "impact")
        return initial_camera(view_id, mission.id, ends[0].id if ends else None, self._is_low())

    def _is_low(self) -> bool:
        first, last = self.active.trajectory.span_tdb_s
        now = min(max(self.clock.epoch_tdb_s, first), last)
        return any(
            float(np.linalg.norm(self.active.trajectory.state_km(now, body.naif_id)[0])) < body.radius_km + LOW_KM
            for body in (EARTH, MOON)
        )

    def choose_view(self, view_id: str, *, at_once: bool = False) -> None:
        """Fly to a named view (or jump there); one that belongs to a moment goes to that moment too.

        Raises
        ------
        CommandError
            If there is no such view, or the mission that it belongs to is not loaded.
        """
        moment = view_of_id(view_id).moment
        if moment is not None:
            self._go_to(view_id, moment)
        state = self._initial(view_id)
        self.view_id = view_id
        self.fly_to(state, at_once=at_once)
        self.changed.emit("view")

    def _go_to(self, view_id: str, moment: Moment) -> None:
        if moment.mission_id not in self.missions:
            raise CommandError(f"view {view_id!r}: it belongs to the mission {moment.mission_id}, which is not loaded")
        self.activate(moment.mission_id)
        self.clock.pause()
        self.clock.seek(self.active.event(moment.event_id).tdb_s)

    def fly_to(self, state: CameraState, *, at_once: bool = False) -> None:
        """Fly from where the camera is to another camera state in 0.9 s."""
        self._flight_from = None if at_once else self._last_pose
        self._flight_wall_s = 0.0
        self.camera = state
        self.changed.emit("camera")

    def focus_on(self, focus: str, distance_km: float) -> None:
        """Fly to look at something else from the same side."""
        axes = "orbit" if focus.startswith("craft:") else "site" if focus.startswith("site:") else "sun"
        self.fly_to(CameraState(focus, axes, self.camera.azimuth_rad, 0.35, distance_km, self.camera.fov_rad))

    def orbit_camera(self, azimuth_rad: float, elevation_rad: float) -> None:
        """Turn the camera about its focus."""
        self._flight_from = None
        self.camera = self.camera.orbited(azimuth_rad, elevation_rad)
        self.changed.emit("camera")

    def zoom_camera(self, factor: float) -> None:
        """Move the camera nearer (below 1) or farther; it stops short of what it looks at."""
        self._flight_from = None
        nearest = {"earth": 6380.0, "moon": 1738.0, "system": 10_000.0}.get(self.camera.focus, 0.005)
        self.camera = self.camera.zoomed(factor, nearest)
        self.changed.emit("camera")

    # -- what is shown ------------------------------------------------------------------------------------

    def toggle_option(self, name: str) -> None:
        """Switch one of `Options` on or off."""
        if name not in {f.name for f in fields(Options)}:
            raise CommandError(f"option {name!r}: unknown")
        self.options = replace(self.options, **{name: not getattr(self.options, name)})
        self.changed.emit("options")

    def set_shown(self, mission_id: str, is_shown: bool) -> None:
        """Draw a mission or not; at least one stays."""
        if is_shown and mission_id not in self.shown_ids:
            self.shown_ids.append(mission_id)
        if not is_shown and mission_id in self.shown_ids and len(self.shown_ids) > 1:
            self.shown_ids.remove(mission_id)
            if self.active_id == mission_id:
                self.activate(self.shown_ids[0])
        self.changed.emit("missions")

    def activate(self, mission_id: str) -> None:
        """Make a mission the one whose clock, telemetry, events and views are meant; it is shown from then on."""
        if mission_id not in self.missions:
            raise CommandError(f"mission {mission_id!r}: not loaded")
        if mission_id == self.active_id:
            return
        self.active_id = mission_id
        if mission_id not in self.shown_ids:
            self.shown_ids.append(mission_id)
        start, end = self.active.trajectory.span_tdb_s
        now = self.clock.epoch_tdb_s
        self.clock.set_span(start, end)
        if not start <= now <= end:
            self.clock.seek(first_sight_tdb_s(self.active))
        self.changed.emit("active")
        self.choose_view(self.view_id if view_of_id(self.view_id).moment is None else "moon", at_once=True)


def first_sight_tdb_s(mission: Mission) -> float:
    """Return the first moment worth seeing: ten minutes into the first lunar orbit, or the start."""
    for phase in mission.phases:
        if phase.kind == "orbit":
            return phase.start_tdb_s + 600.0
    return mission.trajectory.span_tdb_s[0]
