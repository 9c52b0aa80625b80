"""The session: what the app shows now. Widgets send commands here and listen; nothing here knows a widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace

import numpy as np
from psygnal import Signal

from visualizer.core.bodies import EARTH, MOON
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError
from visualizer.missions.alignment import CALENDAR
from visualizer.missions.catalogue import Event, Mission
from visualizer.missions.mission_colours import numbers_of
from visualizer.model.additions import NOTHING_ADDED, Additions
from visualizer.model.beside_craft import on_lit_side, standing_clear
from visualizer.model.camera import CameraPose, CameraState
from visualizer.model.clock import Clock
from visualizer.model.frame_state import FrameState, Options, SceneRequest, build_frame_state
from visualizer.model.lineup import Lineup
from visualizer.model.measuring import Measure
from visualizer.model.pane_shown import Shown
from visualizer.model.panes import FLIGHT_WALL_S, Panes
from visualizer.model.places import is_place
from visualizer.model.site_sight import seeing_end
from visualizer.model.slow_down import slow_down_of
from visualizer.model.trails import is_flying
from visualizer.model.views import Moment, initial_camera, view_of_id
from visualizer.model.wide_views import holding_earth, standing_back

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
    remark : what was done that was not asked for, such as where the clock went with another mission, or empty
    added : flights that never were and measures, laid over the scene
    panes : the other pictures of the window; what is above is always what the active pane shows
    lineup : how missions are laid side by side: by the calendar, or by a moment that they share

    Signals
    -------
    changed(str) : what changed: 'missions', 'active', 'view', 'camera', 'options', 'panes', 'alignment', 'added',
        'remark'
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
        self.panes = Panes(self)
        self.lineup = Lineup(self)
        self.added = NOTHING_ADDED
        self.remark = ""
        start, end = self.active.trajectory.span_tdb_s
        self.clock = Clock(start, end, first_sight_tdb_s(self.active) if epoch_tdb_s is None else epoch_tdb_s)
        self.fit_clock()
        self.options = Options()
        self.view_id = "moon"
        # What is seen in place of now while a storyboard is played.
        self.preview: Callable[[], FrameState] | None = None
        self._flight_from: CameraPose | None = None
        self._flight_wall_s = 0.0
        self._last_pose: CameraPose | None = None
        self.camera = self._initial("moon")

    @property
    def active(self) -> Mission:
        """The active mission."""
        return self.missions[self.active_id]

    @property
    def seen_ids(self) -> list[str]:
        """Missions that any pane shows: those of the active pane first, then of the others in order of loading."""
        others = self.panes.mission_ids().difference(self.shown_ids)
        return [*self.shown_ids, *(i for i in self.missions if i in others)]

    def request(self) -> SceneRequest:
        """Return what is to be drawn now, frozen; the active mission first."""
        shown = sorted(self.shown_ids, key=lambda i: i != self.active_id)
        fraction = min(1.0, self._flight_wall_s / FLIGHT_WALL_S)
        request = SceneRequest(
            missions=tuple(self.missions[i] for i in shown),
            camera=self.camera,
            options=self.options,
            flight_from=self._flight_from,
            flight_fraction=fraction,
            is_patient=False,
            added=self.added,
            alignment=self.lineup.alignment,
            colours=numbers_of(self.missions[i] for i in shown),
        )
        return self.panes.complete(request)

    def frame_state(self) -> FrameState:
        """Build the frame for now."""
        state = self.preview() if self.preview else build_frame_state(self.request(), self.clock.epoch_tdb_s)
        if self.clock.is_scrubbed:
            state = replace(state, is_hurried=True)
        self._last_pose = state.camera
        self.panes.note(state)
        return state

    # -- what is laid over it -----------------------------------------------------------------------------

    @property
    def measures(self) -> list[Measure]:
        """The pinned measures, in the order of pinning."""
        return list(self.added.measures)

    def lay_over(self, added: Additions) -> None:
        """Lay other ghosts and measures over the scene; a camera that follows a ghost that goes looks at the Moon."""
        if added == self.added:
            return
        ghosts = {f"ghost:{ghost.id}" for ghost in added.ghosts}
        self.added = added
        self.fit_clock()
        if self.camera.focus.startswith("ghost:") and self.camera.focus not in ghosts:
            self.choose_view("moon")
        self.changed.emit("added")

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
        return self.panes.advance(wall_s) or is_moving

    def fit_clock(self) -> None:
        """Let the clock span all shown flights with their branches; the active one's flight and burns are its marks."""
        shown = [self.missions[i] for i in {*self.seen_ids, self.active_id}]
        first, last = self.lineup.span_tdb_s(shown)
        # What never was may end later than what was.
        ends = [
            ghost.trajectory.span_tdb_s[1] for ghost in self.added.ghosts if not self.lineup.offset_s(ghost.mission_id)
        ]
        self.clock.set_span(first, max([last, *ends]), self.active.trajectory.span_tdb_s)
        self.clock.slow_down = slow_down_of(self.active)

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

    def _initial(self, view_id: str, mission_id: str = "") -> CameraState:
        mission = self.missions[mission_id] if mission_id else self.active
        ends = sorted((s for s in mission.sites if s.kind in ("impact", "landing")), key=lambda s: s.kind != "impact")
        camera = initial_camera(view_id, mission.id, ends[0].id if ends else None, self._is_low())
        camera = seeing_end(camera, mission, self.clock.epoch_tdb_s)
        camera = holding_earth(camera, mission, self.clock.epoch_tdb_s)
        camera = standing_clear(camera, mission, self.clock.epoch_tdb_s)
        camera = on_lit_side(camera, mission, self.clock.epoch_tdb_s)
        return standing_back(camera, mission.trajectory, self.clock.epoch_tdb_s)

    def starting_camera(self, view_id: str, mission_id: str = "") -> CameraState:
        """Return where a named view would begin now, for the active or another mission."""
        return self._initial(view_id, mission_id)

    def _is_low(self) -> bool:
        first, last = self.active.trajectory.span_tdb_s
        now = min(max(self.clock.epoch_tdb_s, first), last)
        return is_flying(self.active.trajectory, now) and any(
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
        axes = "orbit" if focus.startswith("craft:") else "site" if is_place(focus) else "sun"
        self.fly_to(CameraState(focus, axes, self.camera.azimuth_rad, 0.35, distance_km, self.camera.fov_rad))

    def orbit_camera(self, azimuth_rad: float, elevation_rad: float) -> None:
        """Turn the camera about its focus."""
        self._flight_from = None
        self.camera = self.camera.orbited(azimuth_rad, elevation_rad)
        self.panes.orbit_linked(azimuth_rad, elevation_rad)
        self.changed.emit("camera")

    def zoom_camera(self, factor: float) -> None:
        """Move the camera nearer (below 1) or farther; it stops short of what it looks at."""
        self._flight_from = None
        self.camera = self.camera.zoomed_at_focus(factor)
        self.panes.zoom_linked(factor)
        self.changed.emit("camera")

    # -- panes --------------------------------------------------------------------------------------------

    def shown(self) -> Shown:
        """Return what the active pane shows, without its missions."""
        return Shown(self.view_id, self.camera, None, self._flight_from, self._flight_wall_s, self._last_pose)

    def take_shown(self, shown: Shown) -> None:
        """Show what another pane shows."""
        self.view_id, self.camera = shown.view_id, shown.camera
        self._flight_from, self._flight_wall_s = shown.flight_from, shown.flight_wall_s
        self._last_pose = shown.last_pose
        self.changed.emit("view")

    def take_missions(self, active_id: str, shown_ids: Iterable[str]) -> None:
        """Show other missions; the time stays where it is, on the flights as they are laid side by side."""
        now = self.lineup.epoch_after(active_id)
        self.active_id, self.shown_ids = active_id, list(shown_ids)
        self.fit_clock()
        if now is not None:
            self.clock.seek(now)
        self.changed.emit("missions")
        self.changed.emit("active")
        self.changed.emit("alignment")

    # -- what is shown ------------------------------------------------------------------------------------

    def toggle_option(self, name: str) -> None:
        """Switch one of `Options` on or off."""
        if name not in {f.name for f in fields(Options)}:
            raise CommandError(f"option {name!r}: unknown")
        self.options = replace(self.options, **{name: not getattr(self.options, name)})
        self.changed.emit("options")

    def set_shown(self, mission_id: str, is_shown: bool) -> None:
        """Draw a mission or not, or a branch `<mission>/<branch>` as a mission of its own; at least one stays."""
        if is_shown and mission_id not in self.shown_ids:
            self._take_in(mission_id)
            self.shown_ids.append(mission_id)
        if not is_shown and mission_id in self.shown_ids and len(self.shown_ids) > 1:
            self.shown_ids.remove(mission_id)
            if self.active_id == mission_id:
                self.activate(self.shown_ids[0])
        if not is_shown:
            self.panes.leave_out(mission_id)
        self.fit_clock()
        self.changed.emit("missions")

    def show_all(self) -> None:
        """Draw every loaded mission."""
        self._show([*self.shown_ids, *(i for i in self.missions if i not in self.shown_ids)])

    def show_only_active(self) -> None:
        """Draw the active mission alone."""
        self._show([self.active_id])

    def _show(self, ids: list[str]) -> None:
        self.shown_ids = ids
        self.fit_clock()
        self.changed.emit("missions")

    def step_active(self, direction: int) -> None:
        """Make the next (+1) or previous (-1) of the shown missions the active one, around.

        Raises
        ------
        CommandError
            If only one is shown.
        """
        seen = self.seen_ids
        if len(seen) < 2:
            raise CommandError("next mission: only one is shown; tick another one in the list of missions")
        if set(seen) != set(self.shown_ids):
            # Those that other panes have of their own change places with the active pane's: an order that stays.
            seen = [i for i in self.missions if i in seen]
        self.turn_to(seen[(seen.index(self.active_id) + direction) % len(seen)])

    def _take_in(self, mission_id: str) -> None:
        """Let a branch of a loaded mission be a mission; `CommandError` where there is none."""
        if mission_id not in self.missions:
            self.add_missions([self.lineup.branch(mission_id)])

    def add_missions(self, missions: list[Mission]) -> None:
        """Take more missions in, without drawing them; one that is there already stays as it is."""
        new = {mission.id: mission for mission in missions if mission.id not in self.missions}
        if new:
            self.missions = {**self.missions, **new}
            self.changed.emit("missions")

    def activate(self, mission_id: str) -> None:
        """Make a mission the one whose clock, telemetry, events and views are meant; it is shown from then on.

        Where another pane shows it and the active pane does not, that pane becomes the active one.
        """
        self._take_in(mission_id)
        pane = None if mission_id in self.shown_ids else self.panes.showing(mission_id)
        if pane is not None:
            self.panes.activate(pane)
        if mission_id == self.active_id:
            return
        moved = self.lineup.epoch_after(mission_id)
        old_id, self.active_id = self.active_id, mission_id
        if mission_id not in self.shown_ids:
            self.shown_ids.append(mission_id)
        start, end = self.active.trajectory.span_tdb_s
        now = self.clock.epoch_tdb_s if moved is None else moved
        self.fit_clock()
        if moved is not None or not start <= now <= end:
            self.clock.seek(now if moved is not None else first_sight_tdb_s(self.active))
        self.panes.follow_active(old_id)
        self.changed.emit("active")
        self.changed.emit("alignment")
        self.choose_view(self.view_id if view_of_id(self.view_id).moment is None else "moon", at_once=True)

    def turn_to(self, mission_id: str) -> None:
        """Make a mission the active one, and say so where the clock had to go to its flight."""
        before = self.clock.epoch_tdb_s
        is_by_calendar = self.lineup.anchor == CALENDAR
        self.activate(mission_id)
        now, self.remark = self.clock.epoch_tdb_s, ""
        if is_by_calendar and self.lineup.anchor == CALENDAR and now != before:
            old, new = (utc_text_from_tdb_s(epoch, separator=" ")[:16] for epoch in (before, now))
            self.say(f"{self.active.name} does not fly on {old}: the time is now {new} UTC (Ctrl+Z goes back)")

    def say(self, remark: str) -> None:
        """Tell the user something that goes with what was just done."""
        self.remark = remark
        self.changed.emit("remark")


def first_sight_tdb_s(mission: Mission) -> float:
    """Return the first moment worth seeing: ten minutes into the first lunar orbit, or the start."""
    for phase in mission.phases:
        if phase.kind == "orbit":
            return phase.start_tdb_s + 600.0
    return mission.trajectory.span_tdb_s[0]
