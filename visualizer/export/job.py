"""A film's job: everything that determines its frames, as a file, and its hash.

The same job gives the same bytes of every frame on the same renderer. What is half-done belongs to a job by its hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from visualizer import __version__
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError, ExportError, FileFormatError
from visualizer.export.formats import FORMATS, FilmFormat
from visualizer.missions.catalogue import Mission
from visualizer.missions.mission_card import known_shortly
from visualizer.missions.mission_colours import number_of
from visualizer.model.story import Story, story_from_table, story_to_table
from visualizer.model.story_frames import StoryFilm, ready_story
from visualizer.resources import asset_path

JOB_FORM: Final = 1
KEYS: Final = ("perilune_job", "story", "size", "fps", "format", "supersample", "transparent", "frames", "target")
SEGMENT_S: Final = 2.0
FULL_HD_PX: Final = 1920 * 1080
SUPERSAMPLE_MOST: Final = 4


@dataclass(frozen=True)
class FilmJob:
    """What is drawn, and as what it is written.

    Attributes
    ----------
    story : the storyboard
    size_px : width and height
    fps : frames per second
    format_id : one of `formats.FORMATS`
    supersample : how many pixels each side are averaged into one
    is_transparent : PNG pictures only: nothing where nothing is
    frames : the first, and the one after the last; None for all
    missions : already loaded, so that they need not be loaded again
    """

    story: Story
    size_px: tuple[int, int]
    fps: int
    format_id: str = "mp4"
    supersample: int = 1
    is_transparent: bool = False
    frames: tuple[int, int] | None = None
    missions: tuple[Mission, ...] = ()

    def __post_init__(self) -> None:
        width, height = self.size_px
        if not self.format.has_frame_files and (width % 2 or height % 2):
            raise ExportError(f"film of {width}x{height}: width and height must be even")
        if max(width, height) > self.format.side_most_px:
            raise ExportError(
                f"{self.format.title} of {width}x{height}: {self.format.side_most_px} pixels a side at most; "
                "PNG pictures may be larger"
            )
        if self.is_transparent and self.format_id != "png":
            raise ExportError("a transparent background: only PNG pictures can have one")
        if not 1 <= self.supersample <= SUPERSAMPLE_MOST:
            raise ExportError(f"supersampling {self.supersample}: must lie between 1 and {SUPERSAMPLE_MOST}")
        if self.fps > self.format.fps_most:
            raise ExportError(f"{self.format.title} of {self.fps} frames per second: {self.format.fps_most} at most")

    @property
    def format(self) -> FilmFormat:
        """What it is written as."""
        return FORMATS[self.format_id]

    @cached_property
    def film(self) -> StoryFilm:
        """The storyboard ready to be drawn."""
        return ready_story(self.story, self.fps, self.missions, self.size_px[0] / self.size_px[1])

    @cached_property
    def range(self) -> range:
        """The numbers of the frames that are wanted.

        Raises
        ------
        ExportError
            If there are none.
        """
        n_frames = self.film.n_frames
        first, after = self.frames or (0, n_frames)
        if not 0 <= first < after <= n_frames:
            raise ExportError(
                f"frames {first}:{after}: the film has {n_frames}; give two numbers in order, 0:{n_frames}"
            )
        return range(first, after)

    @property
    def segments(self) -> tuple[range, ...]:
        """The pieces in which it is drawn and kept."""
        step, wanted = self.segment_frames, self.range
        return tuple(range(i, min(i + step, wanted.stop)) for i in range(wanted.start, wanted.stop, step))

    @property
    def segment_frames(self) -> int:
        """How many frames a piece has: those of two seconds, fewer above Full HD; one where frames are files."""
        if self.format.has_frame_files:
            return 1
        width, height = self.size_px
        # What takes longer to draw is kept more often.
        seconds = SEGMENT_S * min(1.0, (FULL_HD_PX / (width * height)) ** 0.5)
        return max(1, round(seconds * self.fps))

    def table(self) -> dict[str, Any]:
        """Return the job as a table for JSON."""
        return {
            "perilune_job": JOB_FORM,
            "story": story_to_table(self.story),
            "size": f"{self.size_px[0]}x{self.size_px[1]}",
            "fps": self.fps,
            "format": self.format_id,
            "supersample": self.supersample,
            "transparent": self.is_transparent,
            "frames": list(self.frames) if self.frames else None,
        }

    @cached_property
    def hash(self) -> str:
        """Sixteen hexadecimal digits of everything that determines the frames: the job, the program, its data."""
        whole = replace(self, frames=(self.range.start, self.range.stop)).table()
        known = {"job": whole, "version": __version__, "flights": self._flights(), "assets": _assets_digest(),
                 "piece": self.segment_frames}  # fmt: skip
        return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]

    def _flights(self) -> list[str]:
        """Return a digest of each flight that is shown; the user's own may change under the same name."""
        shown = {mission.id: mission for ready in self.film.shots for mission in ready.missions}
        return [f"{i} {_flight_digest(mission)} {number_of(mission)}" for i, mission in sorted(shown.items())]

    def facts(self) -> dict[str, str]:
        """Return what a file says of itself: title, missions, epochs, version and hash."""
        shots = self.film.shots
        shown = {mission.name: known_shortly(mission.trajectory) for ready in shots for mission in ready.missions}
        names = ", ".join(f"{name} ({known})" for name, known in shown.items())
        span = " to ".join(f"{utc_text_from_tdb_s(t, separator=' ')} UTC" for t in self.film.span_tdb_s(self.range))
        words = f"Missions, and how their paths are known: {names}. Time shown: {span}. Bodies from"
        return {
            "title": self.story.title,
            "comment": f"{words} JPL DE440 and DE421. Perilune {__version__}, job {self.hash}.",
        }


def _flight_digest(mission: Mission) -> str:
    digest = sha256()
    for trajectory in (mission.trajectory, *(branch.trajectory for branch in mission.branches)):
        for arc in trajectory.arcs:
            for values in (arc.tdb_s, arc.position_km, arc.velocity_km_s):
                digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()[:16]


def _assets_digest() -> str:
    return sha256(asset_path("MANIFEST.toml").read_bytes()).hexdigest()[:16]


def write_job(path: Path, job: FilmJob, target: str = "") -> None:
    """Write a job as JSON, with the name of the file that it is to make."""
    table = job.table() | ({"target": target} if target else {})
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_job(path: Path, missions: Iterable[Mission] = ()) -> tuple[FilmJob, str]:
    """Return a job from a file, and the name of the file that it is to make (empty if none).

    Raises
    ------
    FileFormatError
        If it cannot be read or is no job of this version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError as error:
        raise FileFormatError(path, f"is not UTF-8 text ({error.reason})") from None
    return job_from_text(text, path, missions)


def job_from_text(text: str, path: Path, missions: Iterable[Mission] = ()) -> tuple[FilmJob, str]:
    """Return a job from its text, as `read_job`; `path` is for complaints."""
    try:
        table = json.loads(text)
    except ValueError as error:
        raise FileFormatError(path, f"not JSON: {error}") from None
    if isinstance(table, dict) and "job" in table:
        # What lies in a work folder: the job with its hash beside it.
        table = table["job"]
    if not isinstance(table, dict) or table.get("perilune_job") != JOB_FORM:
        raise FileFormatError(path, f"not a job of a film (perilune_job = {JOB_FORM})")
    unknown = [key for key in table if key not in KEYS]
    if unknown:
        raise FileFormatError(path, f"{unknown[0]}: there is no such key; there are {', '.join(KEYS)}")
    try:
        return _job_from_table(table, tuple(missions)), str(table.get("target", ""))
    except (CommandError, ExportError) as error:
        raise FileFormatError(path, str(error)) from None
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(path, f"not a job that this version reads ({error!r})") from None


def _job_from_table(table: dict[str, Any], missions: tuple[Mission, ...]) -> FilmJob:
    width, height = (int(side) for side in table["size"].split("x"))
    frames = table.get("frames")
    return FilmJob(
        story=story_from_table(table["story"]), size_px=(width, height), fps=int(table["fps"]),
        format_id=str(table.get("format", "mp4")), supersample=int(table.get("supersample", 1)),
        is_transparent=bool(table.get("transparent", False)),
        frames=(int(frames[0]), int(frames[1])) if frames else None, missions=missions,
    )  # fmt: skip
