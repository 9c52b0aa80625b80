"""Panes as a table for scene files and settings: what each shows, which is active, what the craft's cameras see.

Angles are degrees. A window with one pane and no small picture has nothing to say.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationError, model_validator

from visualizer.errors import CommandError
from visualizer.model.camera import FOV_LEAST_RAD, FOV_MOST_RAD
from visualizer.model.mistakes import first_mistake
from visualizer.model.pane_layout import CORNERS, COUNTS
from visualizer.model.pane_shown import Missions, Shown
from visualizer.model.panes import Panes
from visualizer.model.seen import Target
from visualizer.model.snapshot import Camera, Part, camera_of, table_of
from visualizer.model.views import view_of_id

LEAST_DEG, MOST_DEG = math.degrees(FOV_LEAST_RAD), math.degrees(FOV_MOST_RAD)
MISSIONS_MOST: Final = 200


def _corner(corner: str) -> str:
    if corner not in CORNERS:
        raise ValueError(f"corner {corner!r}: unknown; one of {', '.join(CORNERS)}")
    return corner


def _view(view_id: str) -> str:
    try:
        return view_of_id(view_id).id
    except CommandError as error:
        raise ValueError(str(error)) from None


class PaneTable(Part):
    """One pane: its view and where its camera is; its missions, the active one first, where it has its own."""

    view: Annotated[str, AfterValidator(_view)]
    camera: Camera
    missions: tuple[str, ...] = Field(default=(), max_length=MISSIONS_MOST)


class CameraTable(Part):
    """A small picture from the craft; without a field of view it follows the body's size."""

    target: Target
    fov_deg: float | None = Field(default=None, ge=LEAST_DEG * 0.999, le=MOST_DEG * 1.001)


class PanesTable(Part):
    """All of it.

    Attributes
    ----------
    pane : in reading order: one, two or four
    missions : of panes that have none of their own, the active one first, where the active pane has its own
    active : number of the one that keys act on, from 1
    linked : whether cameras turn and zoom together
    corner, cameras : of the small pictures
    """

    pane: tuple[PaneTable, ...] = ()
    missions: tuple[str, ...] = Field(default=(), max_length=MISSIONS_MOST)
    active: int = Field(default=1, ge=1, le=max(COUNTS))
    linked: bool = False
    corner: Annotated[str, AfterValidator(_corner)] = CORNERS[0]
    cameras: tuple[CameraTable, ...] = Field(default=(), max_length=2)

    @model_validator(mode="after")
    def _is_possible(self) -> PanesTable:
        if self.pane and len(self.pane) not in COUNTS:
            raise ValueError(f"there are {len(self.pane)} panes; there can be 1, 2 or 4")
        if self.active > max(len(self.pane), 1):
            raise ValueError(f"active = {self.active}: there are {max(len(self.pane), 1)} panes")
        return self


def to_table(panes: Panes) -> dict[str, Any]:
    """Return what panes show as a table; empty where there is one pane and no small picture."""
    shown = panes.arrangement() if panes.count > 1 else []
    made = PanesTable(
        pane=tuple(_pane_table(one) for one in shown),
        missions=_ids(panes.common) if shown and panes.has_own_missions else (),
        active=panes.active + 1 if shown else 1,
        linked=panes.is_linked,
        corner=panes.corner,
        cameras=tuple(_camera_table(target, panes.chosen_fov(target)) for target in panes.targets),
    )
    return table_of(made)


def _pane_table(shown: Shown) -> PaneTable:
    return PaneTable(view=shown.view_id, camera=camera_of(shown.camera), missions=_ids(shown.missions))


def _ids(missions: Missions | None) -> tuple[str, ...]:
    """Return missions as a list, the active one first."""
    if missions is None:
        return ()
    active, ids = missions
    return active, *(i for i in ids if i != active)


def _camera_table(target: Target, fov_rad: float | None) -> CameraTable:
    return CameraTable(target=target, fov_deg=None if fov_rad is None else float(f"{math.degrees(fov_rad):.7g}"))


def checked_table(table: dict[str, Any]) -> PanesTable:
    """Return a table that people wrote.

    Raises
    ------
    CommandError
        With the first mistake in it.
    """
    try:
        return PanesTable.model_validate(table)
    except ValidationError as error:
        raise CommandError(first_mistake(error, PanesTable)[0]) from None


def mission_ids_of(table: dict[str, Any] | None) -> tuple[str, ...]:
    """Return the missions that a table names, none where it is wrong: `from_table` says how."""
    try:
        asked = checked_table(table or {})
    except CommandError:
        return ()
    return tuple(dict.fromkeys(i for ids in (asked.missions, *(pane.missions for pane in asked.pane)) for i in ids))


def from_table(panes: Panes, table: dict[str, Any], known: set[str]) -> None:
    """Show what a table says; nothing changes where it is wrong.

    Parameters
    ----------
    known : ids of the missions that are loaded

    Raises
    ------
    CommandError
        If the table is wrong or names a mission that is not loaded.
    """
    asked = checked_table(table)
    missing = [mission_id for mission_id in mission_ids_of(table) if mission_id not in known]
    if missing:
        raise CommandError(f"mission {missing[0]!r} is not loaded")
    if asked.pane:
        panes.arrange((_shown(pane) for pane in asked.pane), asked.active - 1, _missions(asked.missions))
    else:
        panes.split(1)
    panes.is_linked, panes.corner = asked.linked, asked.corner
    panes.set_targets({c.target: None if c.fov_deg is None else math.radians(c.fov_deg) for c in asked.cameras})


def _shown(pane: PaneTable) -> Shown:
    return Shown(pane.view, pane.camera.state(), _missions(pane.missions))


def _missions(ids: tuple[str, ...]) -> Missions | None:
    return (ids[0], ids) if ids else None
