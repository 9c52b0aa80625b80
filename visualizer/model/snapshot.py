"""What is seen at a moment, in words that people can write: time, missions, view or camera, what is switched on.

A snapshot is what a bookmark, a scene file and a text link have in common. Degrees and kilometres; times are UTC.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.errors import CommandError, EpochError
from visualizer.missions.alignment import ANCHORS, CALENDAR
from visualizer.model.camera import FOV_MAX_RAD, FOV_MIN_RAD, CameraState
from visualizer.model.option_names import check_option_names
from visualizer.model.places import ground_place_deg
from visualizer.model.views import VIEWS

DISTANCE_MAX_KM: Final = 5e8
ID_MAX: Final = 120
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?")
AXES: Final = ("icrf", "ecliptic", "sun", "moon-fixed", "earth-fixed", "orbit", "earth-moon", "rotating", "site",
               "site-earth")  # fmt: skip
BODIES: Final = ("earth", "moon", "system")
KINDS: Final = ("craft", "site", "feature", "place", "body", "ghost")


class Part(BaseModel):
    """A table; keys that are not known are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _utc(value: object) -> object:
    """Take TOML's own dates as well as texts."""
    if isinstance(value, (datetime, date)):
        return value.isoformat().replace("+00:00", "Z")
    return value


def _known_time(text: str) -> str:
    try:
        tdb_s_from_utc_text(text)
    except EpochError as error:
        raise ValueError(str(error).removeprefix("time ")) from None
    return text


def check_focus(focus: str) -> str:
    """Return a focus; raise `ValueError` where nothing can be called so."""
    kind, colon, name = focus.partition(":")
    if not (focus in BODIES or (colon and kind in KINDS and name)):
        forms = ", ".join([*BODIES, *(f"{kind}:NAME" for kind in KINDS)])
        raise ValueError(f"focus {focus!r}: unknown; one of {forms}")
    try:
        ground_place_deg(focus)
    except CommandError as error:
        raise ValueError(str(error)) from None
    return focus


def check_axes(axes: str) -> str:
    """Return camera axes; raise `ValueError` where there are none of that name."""
    if axes.startswith("toward:"):
        check_focus(axes.partition(":")[2])
    elif axes not in AXES:
        raise ValueError(f"axes {axes!r}: unknown; one of {', '.join(AXES)}, toward:FOCUS")
    return axes


def _view(view_id: str) -> str:
    if view_id not in (known := [view.id for view in VIEWS]):
        raise ValueError(f"view {view_id!r}: unknown; one of {', '.join(known)}")
    return view_id


def _mission_id(text: str) -> str:
    if not _ID.fullmatch(text) or len(text) > ID_MAX:
        raise ValueError(f"{text[:40]!r} is no id of a mission; ids look like luna-25")
    return text


def _anchor(anchor: str) -> str:
    if anchor not in ANCHORS:
        raise ValueError(f"align {anchor!r}: unknown; one of {', '.join(ANCHORS)}")
    return anchor


Time = Annotated[str, BeforeValidator(_utc), AfterValidator(_known_time)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
MissionId = Annotated[str, AfterValidator(_mission_id)]


class Camera(Part):
    """Every number of a `CameraState`, angles in degrees."""

    focus: Annotated[str, AfterValidator(check_focus)]
    axes: Annotated[str, AfterValidator(check_axes)]
    azimuth_deg: float = Field(default=0.0, ge=-720.0, le=720.0)
    elevation_deg: float = Field(default=0.0, ge=-90.0, le=90.0)
    distance_km: float = Field(ge=0.0, le=DISTANCE_MAX_KM)
    fov_deg: float = Field(default=40.0, ge=math.degrees(FOV_MIN_RAD) * 0.999, le=math.degrees(FOV_MAX_RAD) * 1.001)
    look: Literal["focus", "ahead"] = "focus"

    def state(self) -> CameraState:
        """Return it as the session holds it."""
        azimuth, elevation, fov = (math.radians(v) for v in (self.azimuth_deg, self.elevation_deg, self.fov_deg))
        return CameraState(self.focus, self.axes, azimuth, elevation, self.distance_km, fov, self.look)


def camera_of(state: CameraState) -> Camera:
    """Return a camera state in words: angles to a hundred-thousandth of a degree, distances to nine figures."""
    angles = (round(math.degrees(v), 5) for v in (state.azimuth_rad, state.elevation_rad))
    azimuth, elevation = angles
    return Camera(
        focus=state.focus, axes=state.axes, azimuth_deg=azimuth, elevation_deg=max(-90.0, min(90.0, elevation)),
        distance_km=float(f"{state.distance_km:.9g}"), fov_deg=float(f"{math.degrees(state.fov_rad):.7g}"),
        look="ahead" if state.look == "ahead" else "focus",
    )  # fmt: skip


class Snapshot(Part):
    """What is seen at a moment.

    Attributes
    ----------
    time : UTC, ISO 8601
    missions : ids of those shown
    active : whose clock, events and telemetry are meant; the first unless said
    view : a named view, and
    camera : where the camera is, if it left that view's place
    align : by which moment missions are laid beside one another
    show, hide : options that differ from what is usual, as of `perilune render`
    """

    time: Time
    missions: tuple[MissionId, ...] = Field(min_length=1, max_length=200)
    active: MissionId | None = None
    view: Annotated[str, AfterValidator(_view)] | None = None
    camera: Camera | None = None
    align: Annotated[str, AfterValidator(_anchor)] = CALENDAR
    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_possible(self) -> Snapshot:
        if len(set(self.missions)) < len(self.missions):
            raise ValueError("missions: one of them stands there twice")
        if self.active is not None and self.active not in self.missions:
            raise ValueError(f"active {self.active!r}: is not among its missions")
        for name, options in (("show", self.show), ("hide", self.hide)):
            try:
                check_option_names(options)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return self

    @property
    def active_id(self) -> str:
        """The mission that is meant."""
        return self.active or self.missions[0]

    @property
    def tdb_s(self) -> float:
        """The moment, TDB seconds past J2000."""
        return tdb_s_from_utc_text(self.time)


def table_of(part: BaseModel) -> dict[str, Any]:
    """Return a part as a table for TOML: what is as it would be anyway is left out."""
    made: dict[str, Any] = part.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)
    return made


def time_text(tdb_s: float) -> str:
    """Write a moment for a snapshot: UTC to the millisecond, without zeros that say nothing."""
    return utc_text_from_tdb_s(tdb_s, 3).removesuffix(".000")
