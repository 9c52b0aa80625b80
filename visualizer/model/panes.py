"""Panes: one, two or four pictures of the same moment, and small ones from the craft to the Moon and to the Earth.

The session's own camera, view and missions are always those of the active pane, so that keys, menus and panels act on
it; this module holds what the others show and swaps it in. Nothing here knows pixels or widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from visualizer.errors import CommandError
from visualizer.missions.mission_colours import numbers_of
from visualizer.model.additions import NOTHING_ADDED
from visualizer.model.camera import FITTED_FOV, FOV_LEAST_RAD, FOV_MOST_RAD, CameraState
from visualizer.model.frame_state import FrameState, Options, SceneRequest
from visualizer.model.pane_layout import CORNERS, COUNTS, Pane
from visualizer.model.pane_shown import Missions, Shown, is_bound
from visualizer.model.seen import Target, target_of
from visualizer.model.views import view_of_id, view_title

if TYPE_CHECKING:
    from visualizer.model.session import Session

MOST: Final = max(COUNTS)
# How long a flight between views takes.
FLIGHT_WALL_S: Final = 0.9
# What panes show that were never set up, in this order, but for what is shown already.
FIRST_VIEWS: Final = ("moon", "system", "south-pole", "follow", "earth")
TARGET_TITLES: Final[dict[Target, str]] = {"moon": "Moon", "earth": "Earth"}
CAMERA_OPTIONS: Final = Options(has_labels=False, has_trails=False, has_hud=True)


class Panes:
    """The panes of a session.

    Attributes
    ----------
    count : 1, 2 or 4
    active : number of the pane that keys and menus act on, in reading order from 0
    is_linked : whether turning and zooming one camera turns and zooms all
    corner : where the small pictures are
    em_px, card_px, text_scale : of small pictures, logical pixels; the window says how large its letters are
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.count = 1
        self.active = 0
        self.is_linked = False
        self.corner = CORNERS[0]
        self.em_px, self.card_px, self.text_scale = 16.0, (0.0, 0.0), 1.0
        self._shown: list[Shown] = []
        # Fields of view of the small pictures that are open; None where it follows the body's size.
        self._fovs: dict[Target, float | None] = {}
        # Missions of the panes that have none of their own, while the active one has.
        self._common: Missions | None = None
        # Missions that any pane showed when panes changed last.
        self._told: set[str] = set()
        # Small pictures of the last frame with their fields of view.
        self._small: tuple[tuple[Pane, float], ...] = ()

    # -- panes --------------------------------------------------------------------------------------------

    def split(self, count: int) -> None:
        """Show one, two or four panes; what a pane showed before comes back with it."""
        if count not in COUNTS:
            raise CommandError(f"panes: {count}; one of {', '.join(map(str, COUNTS))}")
        self._keep()
        while len(self._shown) < count:
            self._shown.append(self._new())
        if self.active >= count:
            last = count - 1
            self._shown[last], self._shown[self.active] = self._shown[self.active], self._shown[last]
            self.active = last
        self.count = count
        if count == 1:
            self._join()
        self._tell()

    def _join(self) -> None:
        """Let a pane that is left alone show what all of them shared, and what it had of its own."""
        shown = self._shown[self.active]
        if shown.missions is None:
            return
        (active, own), common = shown.missions, self.common[1]
        shown.missions, self._common = None, (active, (*common, *(i for i in own if i not in common)))
        self._session.take_missions(*self._common)

    def _new(self) -> Shown:
        seen = {shown.view_id for shown in self._shown}
        view_id = next((view for view in FIRST_VIEWS if view not in seen), "moon")
        return Shown(view_id, self._session.starting_camera(view_id))

    def activate(self, index: int) -> None:
        """Make a pane the one that keys, menus and panels act on."""
        if not 0 <= index < self.count:
            raise CommandError(f"pane {index + 1}: there are {self.count}")
        if index != self.active:
            self._keep()
            self.active = index
            self._show(self._shown[index])
            self._tell()

    def switch(self, step: int) -> None:
        """Go to the next (+1) or previous (-1) pane, around."""
        self.activate((self.active + step) % self.count)

    def _keep(self) -> None:
        """Write down what the active pane shows."""
        now = self._session.shown()
        if self.has_own_missions:
            now.missions = self._missions()
        else:
            self._common = self._missions()
        self._shown[self.active : self.active + 1] = [now]

    def _show(self, shown: Shown) -> None:
        """Let the session show what a pane shows."""
        self._session.take_shown(shown)
        wanted = shown.missions or self._common
        if wanted is not None and wanted != self._missions():
            self._session.take_missions(*wanted)

    def _tell(self) -> None:
        self._session.changed.emit("panes")
        seen = set(self._session.seen_ids)
        if seen != self._told:
            self._told = seen
            self._session.fit_clock()
            self._session.changed.emit("missions")

    # -- missions of its own ------------------------------------------------------------------------------

    def _missions(self) -> Missions:
        return self._session.active_id, tuple(self._session.shown_ids)

    @property
    def has_own_missions(self) -> bool:
        """Whether the active pane has missions of its own."""
        return bool(self._shown) and self._shown[self.active].missions is not None

    @property
    def common(self) -> Missions:
        """The active and the shown missions of panes that have none of their own."""
        return self._common if self.has_own_missions and self._common is not None else self._missions()

    def toggle_own_missions(self) -> None:
        """Let the active pane have missions of its own, or those of the window again."""
        self._keep()
        shown = self._shown[self.active]
        shown.missions = None if shown.missions is not None else self._missions()
        self._show(shown)
        self._tell()

    def split_by_mission(self) -> None:
        """Show each of the shown missions in a pane of its own, all alike; of more than four, the last has the rest.

        Raises
        ------
        CommandError
            If only one is shown.
        """
        session, common = self._session, self.common
        ids = sorted(common[1], key=lambda i: i != session.active_id)
        if len(ids) < 2:
            raise CommandError("panes by mission: only one is shown; tick another one in the list of missions")
        view_id = session.view_id if view_of_id(session.view_id).moment is None else "moon"
        parts = [(i,) for i in ids] if len(ids) <= MOST else [*((i,) for i in ids[: MOST - 1]), tuple(ids[MOST - 1 :])]
        made = [Shown(view_id, session.starting_camera(view_id, part[0]), (part[0], part)) for part in parts]
        self.count = 2 if len(ids) == 2 else 4
        # Of three missions, the fourth pane shows all.
        made += [Shown("system", session.starting_camera("system"))] * (self.count - len(made))
        self._shown, self.active, self._common = made, 0, common
        self._show(made[0])
        self._tell()
        if len(ids) > MOST:
            rest = len(parts[-1])
            session.say(f"{len(ids)} missions are shown: pane {MOST} has {rest} of them; one pane shows all again")

    def mission_ids(self) -> set[str]:
        """Return the missions of all panes but the active one."""
        return {i for shown in self._others() for i in (shown.missions or self.common)[1]}

    def showing(self, mission_id: str) -> int | None:
        """Return the number of a pane beside the active one that shows a mission of its own, or None."""
        owners = [i for i, shown in enumerate(self._shown[: self.count]) if i != self.active and shown.missions]
        return next((i for i in owners if mission_id in (self._shown[i].missions or ("", ()))[1]), None)

    def leave_out(self, mission_id: str) -> None:
        """Show a mission no longer in the panes beside the active one; one that has no other shows the shared ones."""
        active, ids = self.common
        left = tuple(i for i in ids if i != mission_id) or ids
        if self.has_own_missions:
            self._common = (active if active in left else left[0], left)
        for shown in self._others():
            own = shown.missions
            rest = tuple(i for i in own[1] if i != mission_id) if own else ()
            if own and mission_id in own[1]:
                shown.missions = (own[0] if own[0] in rest else rest[0], rest) if rest else None
            if is_bound(shown.camera, mission_id):
                first = (shown.missions or self.common)[0]
                shown.camera, shown.flight_from = self._session.starting_camera(shown.view_id, first), None

    def follow_active(self, old_id: str) -> None:
        """Bind cameras that were bound to the mission that was active to the one that is now."""
        for shown in self._others():
            if shown.missions is None and not self.has_own_missions and is_bound(shown.camera, old_id):
                shown.camera, shown.flight_from = self._session.starting_camera(shown.view_id), None

    # -- cameras ------------------------------------------------------------------------------------------

    def _others(self) -> list[Shown]:
        """Return what the panes beside the active one show."""
        return [shown for i, shown in enumerate(self._shown[: self.count]) if i != self.active]

    def toggle_link(self) -> None:
        """Turn and zoom all cameras together, or each alone."""
        self.is_linked = not self.is_linked
        self._tell()

    def orbit(self, index: int, azimuth_rad: float, elevation_rad: float) -> None:
        """Turn the camera of a pane; all of them where they are linked."""
        if self.is_linked or index == self.active:
            self._session.orbit_camera(azimuth_rad, elevation_rad)
        else:
            self._move([self._shown[index]], lambda camera: camera.orbited(azimuth_rad, elevation_rad))
            self._session.changed.emit("camera")

    def zoom(self, index: int, factor: float) -> None:
        """Move the camera of a pane nearer (below 1) or farther; all of them where they are linked."""
        if self.is_linked or index == self.active:
            self._session.zoom_camera(factor)
        else:
            self._move([self._shown[index]], lambda camera: camera.zoomed_at_focus(factor))
            self._session.changed.emit("camera")

    def orbit_linked(self, azimuth_rad: float, elevation_rad: float) -> None:
        """Turn the other panes' cameras with the active one's, if they are linked."""
        if self.is_linked:
            self._move(self._others(), lambda camera: camera.orbited(azimuth_rad, elevation_rad))

    def zoom_linked(self, factor: float) -> None:
        """Zoom the other panes' cameras with the active one's, if they are linked."""
        if self.is_linked:
            self._move(self._others(), lambda camera: camera.zoomed_at_focus(factor))

    @staticmethod
    def _move(panes: list[Shown], moved: Callable[[CameraState], CameraState]) -> None:
        for shown in panes:
            shown.camera, shown.flight_from = moved(shown.camera), None

    def advance(self, wall_s: float) -> bool:
        """Let wall time pass for flights between views of the other panes; True while there is one."""
        flying = [shown for shown in self._others() if shown.flight_from is not None]
        for shown in flying:
            shown.flight_wall_s += wall_s
            if shown.flight_wall_s >= FLIGHT_WALL_S:
                shown.flight_from = None
        return bool(flying)

    # -- small pictures from the craft --------------------------------------------------------------------

    @property
    def targets(self) -> tuple[Target, ...]:
        """What the open small pictures look at."""
        return tuple(self._fovs)

    def toggle_target(self, target: Target) -> None:
        """Open or close the small picture from the craft to the Moon or the Earth."""
        if target in self._fovs:
            del self._fovs[target]
        else:
            self._fovs = {t: self._fovs.get(t) for t in TARGET_TITLES if t == target or t in self._fovs}
        self._tell()

    def set_targets(self, fovs: dict[Target, float | None]) -> None:
        """Open these small pictures and no others, each with its field of view; None follows the body's size."""
        self._fovs = {t: None for t in TARGET_TITLES if t in fovs}
        for target, fov in fovs.items():
            self.set_fov(target, fov)
        self._tell()

    def set_fov(self, target: Target, fov_rad: float | None) -> None:
        """Choose the field of view of a small picture; None lets it follow the body's size."""
        if target in self._fovs:
            limited = None if fov_rad is None else float(np.clip(fov_rad, FOV_LEAST_RAD, FOV_MOST_RAD))
            if limited != self._fovs[target]:
                self._fovs[target] = limited
                self._session.changed.emit("camera")

    def zoom_target(self, target: Target, factor: float) -> None:
        """Narrow (below 1) or widen the field of view of a small picture from what it is now."""
        now = next((fov for pane, fov in self._small if target_of(pane.id) == target), None)
        if now is not None:
            self.set_fov(target, now * factor)

    def chosen_fov(self, target: Target) -> float | None:
        """Return the field of view that was chosen, None where it follows the body's size."""
        return self._fovs.get(target)

    def next_corner(self) -> None:
        """Move the small pictures to the next corner, clockwise."""
        self.corner = CORNERS[(CORNERS.index(self.corner) + 1) % len(CORNERS)]
        self._tell()

    # -- frames -------------------------------------------------------------------------------------------

    def complete(self, request: SceneRequest) -> SceneRequest:
        """Return the active pane's request with those of the frame's other pictures."""
        small = self._camera_requests(request)
        if self.count == 1:
            return replace(request, others=small) if small else request
        panes = enumerate(self._shown[: self.count])
        others = tuple(self._request(shown, i, request) for i, shown in panes if i != self.active)
        pane = self._pane(self.active, self._session.view_id, request)
        return replace(request, pane=replace(pane, is_active=True), others=others + small)

    def _pane(self, index: int, view_id: str, request: SceneRequest) -> Pane:
        title = view_title(view_id, request.camera, request.missions)
        if self._shown[index].missions and len(request.missions) > 1:
            title += f" +{len(request.missions) - 1}"
        return Pane(f"pane-{index + 1}", index, self.count, title)

    def _request(self, shown: Shown, index: int, main: SceneRequest) -> SceneRequest:
        active, ids = shown.missions or self.common
        known = self._session.missions
        missions = tuple(known[i] for i in sorted(ids, key=lambda i: i != active))
        request = replace(
            main, missions=missions, camera=shown.camera, flight_from=shown.flight_from,
            flight_fraction=min(1.0, shown.flight_wall_s / FLIGHT_WALL_S),
            colours=numbers_of(missions),
        )  # fmt: skip
        return replace(request, pane=self._pane(index, shown.view_id, request))

    def _camera_requests(self, main: SceneRequest) -> tuple[SceneRequest, ...]:
        """Return what the small pictures show; a frame leaves them out while the craft does not fly."""
        if not main.missions or not self._fovs:
            return ()
        mission, found = main.missions[0], []
        options = replace(
            CAMERA_OPTIONS, has_stars=main.options.has_stars, has_clouds=main.options.has_clouds,
            has_hud=main.options.has_hud,
        )  # fmt: skip
        for target, fov in self._fovs.items():
            camera = CameraState(f"craft:{mission.id}", f"toward:{target}", 0.0, 0.0, 0.0, fov or FITTED_FOV, "ahead")
            pane = Pane(
                f"camera-{target}", title=f"{mission.name} to {TARGET_TITLES[target]}", corner=self.corner,
                em_px=self.em_px, card_px=self.card_px, text_scale=self.text_scale,
            )  # fmt: skip
            request = replace(main, missions=(mission,), camera=camera, colours=main.colours[:1])
            found.append(replace(request, options=options, flight_from=None, pane=pane, added=NOTHING_ADDED))
        return tuple(found)

    def note(self, state: FrameState) -> None:
        """Remember a frame: where its cameras were, for flights between views, and which small pictures it had."""
        self._small = tuple((other.pane, other.camera.fov_rad) for other in state.others if other.pane.corner)
        for other in state.others:
            if not other.pane.corner and other.pane.index < len(self._shown):
                self._shown[other.pane.index].last_pose = other.camera

    def layout(self) -> list[Pane]:
        """Return the pictures of the last frame in the order in which they are drawn: panes, then small ones."""
        return [Pane(f"pane-{i + 1}", i, self.count) for i in range(self.count)] + [pane for pane, _ in self._small]

    # -- remembering --------------------------------------------------------------------------------------

    def arrangement(self) -> list[Shown]:
        """Return what the panes show, in reading order."""
        self._keep()
        return self._shown[: self.count]

    def arrange(self, shown: Iterable[Shown], active: int, common: Missions | None = None) -> None:
        """Show other panes than now, as many as are given; `common` missions are the session's unless given."""
        made = list(shown)
        if len(made) not in COUNTS or not 0 <= active < len(made):
            raise CommandError(f"panes: {len(made)} with number {active + 1} active; there can be 1, 2 or 4")
        self._common = common or self.common
        self._shown, self.count, self.active = made, len(made), active
        self._show(made[active])
        self._tell()
