"""Storyboards: shots with a span of mission time, a camera, captions and a transition; read and written by hand.

A storyboard is a TOML file of its own (`docs/storyboard.md`) or the table `[story]` of a scene file. Everything a film
shows follows from it; `model.story_frames` works frames out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from visualizer.errors import CommandError, FileFormatError, error_of
from visualizer.missions.alignment import ANCHORS
from visualizer.model.mistakes import all_mistakes, first_mistake
from visualizer.model.option_names import check_option_names
from visualizer.model.story_captions import check_fields
from visualizer.model.toml_text import line_of, tables_from_text, toml_text, write_whole
from visualizer.model.views import VIEWS

Place = Literal["title", "upper", "lower", "lower-left"]
Transition = Literal["cut", "fade", "cross-fade"]
Pace = Literal["linear", "eased", "slow-near-events"]
PLACES: Final[tuple[str, ...]] = get_args(Place)
TRANSITIONS: Final[tuple[str, ...]] = get_args(Transition)
PACES: Final[tuple[str, ...]] = get_args(Pace)
FPS_LEAST, FPS_MOST = 24, 60
SHOT_MOST_S: Final = 86_400.0
CAMERA_KEYS: Final = ("focus", "axes", "azimuth_deg", "elevation_deg", "distance_km", "fov_deg")
Seconds = Annotated[float, Field(ge=0.0, le=SHOT_MOST_S, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """A table of a storyboard; keys that are not known are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Caption(Part):
    """Words over the picture.

    Attributes
    ----------
    text : may hold {clock}, {date}, {met}, {event}, {mission}, {provenance}, {credit} and line breaks
    begin, end : seconds into the shot; without an end it stays until the shot's end
    fade : seconds of coming and of going
    place : 'title' (large, in the middle), 'upper', 'lower' or 'lower-left'
    """

    text: str = Field(min_length=1)
    begin: Seconds = 0.0
    end: Seconds | None = None
    fade: Seconds = 0.6
    place: Place = "lower"

    @model_validator(mode="after")
    def _is_possible(self) -> Caption:
        check_fields(self.text)
        if self.end is not None and self.end <= self.begin:
            raise ValueError(f"end {self.end:g}: must come after begin {self.begin:g}")
        return self


class CameraKey(Part):
    """Where the camera is at a moment of a shot: a named view, or every number of a `CameraState`.

    Attributes
    ----------
    at : moment, 0 (the shot's begin) to 1 (its end)
    view : id of a named view; else
    focus, axes, look : as in `CameraState`
    azimuth_deg, elevation_deg, distance_km, fov_deg : degrees, km
    """

    at: float = Field(default=0.0, ge=0.0, le=1.0)
    view: str | None = None
    focus: str | None = None
    axes: str | None = None
    azimuth_deg: Number | None = None
    elevation_deg: float | None = Field(default=None, ge=-90.0, le=90.0)
    distance_km: float | None = Field(default=None, ge=0.0, le=5e8)
    fov_deg: float | None = Field(default=None, ge=0.05, le=120.0)
    look: Literal["focus", "ahead"] = "focus"

    @model_validator(mode="after")
    def _is_whole(self) -> CameraKey:
        missing = [name for name in CAMERA_KEYS if getattr(self, name) is None]
        if self.view is not None:
            check_view(self.view)
            if len(missing) < len(CAMERA_KEYS):
                raise ValueError("a camera key has a view or numbers of its own, not both")
        elif missing:
            raise ValueError(f"a camera key needs a view or {', '.join(CAMERA_KEYS)}; {missing[0]} is missing")
        return self


class Shot(Part):
    """A stretch of film.

    Attributes
    ----------
    title : for lists; not drawn
    seconds : of film
    missions : ids of what is shown, the active one among them
    active : whose clock, events and telemetry are meant; the first mission unless said
    start, end : `from` and `to` in the file: mission time in any form that `model.time_entry` reads; `from` is where
        the shot before ended unless said, `to` the same moment as `from`; `+2h` is meant from there
    pace : how mission time passes: 'linear', 'eased' (slow at both ends), 'slow-near-events'
    slow_near : ids of the events that are meant by it; all of the active mission's if empty
    view, camera : a named view, or keys between which the camera moves
    branches : ids of other flights that are shown, as `luna-25/planned`; all of them unless said
    align : the moment by which missions are laid beside one another; 'calendar' unless said
    show, hide : options, as of `perilune render`
    captions : words
    transition, transition_seconds : to the next shot; a cross-fade takes its time from both
    """

    title: str = ""
    seconds: float = Field(gt=0.0, le=SHOT_MOST_S)
    missions: tuple[str, ...] = Field(min_length=1)
    active: str | None = None
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")
    pace: Pace = "linear"
    slow_near: tuple[str, ...] = ()
    view: str | None = None
    camera: tuple[CameraKey, ...] = ()
    branches: tuple[str, ...] | None = None
    align: str = "calendar"
    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    captions: tuple[Caption, ...] = ()
    transition: Transition = "cut"
    transition_seconds: float = Field(default=1.0, gt=0.0, le=30.0)

    @model_validator(mode="after")
    def _is_possible(self) -> Shot:
        if self.active is not None and self.active not in self.missions:
            raise ValueError(f"active {self.active!r}: is not among its missions")
        if self.view is not None:
            check_view(self.view)
            if self.camera:
                raise ValueError("a shot has a view or camera keys, not both")
        if [key.at for key in self.camera] != sorted({key.at for key in self.camera}):
            raise ValueError("camera keys must stand in order of `at`, each at a moment of its own")
        if self.align not in ANCHORS:
            raise ValueError(f"align {self.align!r}: unknown; one of {', '.join(ANCHORS)}")
        if self.slow_near and self.pace != "slow-near-events":
            raise ValueError("slow_near: only with pace = 'slow-near-events'")
        check_option_names((*self.show, *self.hide))
        for number, caption in enumerate(self.captions, 1):
            if caption.begin >= self.seconds:
                raise ValueError(f"caption {number} begins at {caption.begin:g} s of a shot of {self.seconds:g} s")
        return self

    @property
    def active_id(self) -> str:
        """The mission that is meant by clock, events and telemetry."""
        return self.active or self.missions[0]


class Story(Part):
    """A storyboard.

    Attributes
    ----------
    title, summary : words for lists and for the file's own metadata
    fps, size : frames per second and picture size unless the export says otherwise
    fade_in, fade_out : seconds from and to black at both ends
    shots : at least one
    """

    title: str = Field(min_length=1)
    summary: str = ""
    fps: int = Field(default=30, ge=FPS_LEAST, le=FPS_MOST)
    size: str = Field(default="1920x1080", pattern=r"^[1-9]\d{1,4}x[1-9]\d{1,4}$")
    fade_in: Seconds = 0.0
    fade_out: Seconds = 0.0
    shots: tuple[Shot, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Story:
        if not self.shots:
            raise ValueError("there are no shots; a story needs at least one table [[shots]]")
        for number, (begin, end) in enumerate(overlaps_s(self.shots), 1):
            if begin + end > self.shots[number - 1].seconds + 1e-9:
                raise ValueError(f"shot {number}: its cross-fades take {begin + end:g} s, longer than the shot")
        if self.fade_in + self.fade_out > self.seconds:
            raise ValueError("fade_in and fade_out take longer than the film")
        return self

    @property
    def seconds(self) -> float:
        """Length of the film: that of its shots less what cross-fades share."""
        return sum(shot.seconds for shot in self.shots) - sum(begin for begin, _ in overlaps_s(self.shots))

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        width, height = self.size.split("x")
        return int(width), int(height)


def overlaps_s(shots: tuple[Shot, ...]) -> list[tuple[float, float]]:
    """Return for each shot how many seconds it shares with the one before and with the one after."""
    shared = [shot.transition_seconds if shot.transition == "cross-fade" else 0.0 for shot in shots[:-1]]
    return list(zip([0.0, *shared], [*shared, 0.0], strict=True))


def check_view(view_id: str) -> None:
    """Raise `ValueError` where there is no such view."""
    known = [view.id for view in VIEWS]
    if view_id not in known:
        raise ValueError(f"view {view_id!r}: unknown; one of {', '.join(known)}")


def story_from_table(table: Mapping[str, Any], place: str = "story") -> Story:
    """Return the storyboard that a table holds.

    Parameters
    ----------
    table : as TOML gives it
    place : where it stands, for complaints

    Raises
    ------
    CommandError
        Of the first mistake, with its place.
    """
    try:
        return Story.model_validate(table)
    except ValidationError as error:
        raise CommandError(f"{place}: {first_mistake(error, Story)[0]}") from None


def read_story(path: Path) -> Story:
    """Read a storyboard from a TOML file.

    Raises
    ------
    FileFormatError
        If it cannot be read, is not TOML or no storyboard (with the line).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError as error:
        raise FileFormatError(path, f"is not UTF-8 text ({error.reason})") from None
    try:
        return Story.model_validate(tables_from_text(text, path))
    except ValidationError as error:
        found = all_mistakes(error, Story)
        raise error_of(path, [FileFormatError(path, words, line_of(text, place)) for words, place in found]) from None


def write_story(path: Path, story: Story) -> None:
    """Write a storyboard as TOML, all or nothing; raise `CommandError` where the folder cannot be written."""
    write_whole(path, toml_text(story_to_table(story)), "storyboard")


def story_to_table(story: Story) -> dict[str, Any]:
    """Return a storyboard as a table for TOML: what is as it would be anyway is left out."""
    table: dict[str, Any] = story.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return table
