"""From a storyboard to frames: which moment, seen how, with which words; frame n depends on n alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError, PeriluneError
from visualizer.missions.branch_missions import load_flight
from visualizer.missions.catalogue import Mission
from visualizer.missions.mission_colours import numbers_of
from visualizer.model.aligned import BY_CALENDAR, Alignment, alignment_of
from visualizer.model.camera import FOV_MAX_RAD, CameraState
from visualizer.model.clock import flights_tdb_s
from visualizer.model.frame_state import CaptionState, FrameState, Options, SceneRequest, build_frame_state
from visualizer.model.option_names import with_names
from visualizer.model.session import Session
from visualizer.model.story import CameraKey, Shot, Story, overlaps_s
from visualizer.model.story_camera import CameraPath
from visualizer.model.story_captions import CaptionCue, filled, opacity
from visualizer.model.story_pace import eased, pace_of
from visualizer.model.time_entry import tdb_s_from_words

# Shares of the picture that are too faint to be drawn.
FAINTEST: Final = 1e-3
# Width over height of the narrowest picture in which a camera's field of view is its height.
NARROWEST: Final = 1.1


@dataclass(frozen=True, slots=True)
class Layer:
    """One shot's part in a frame.

    Attributes
    ----------
    tdb_s : mission time, TDB seconds past J2000
    request : what is drawn
    captions : words over it
    weight : share in the picture; what is missing to 1 over all layers is black
    """

    tdb_s: float
    request: SceneRequest
    captions: tuple[CaptionCue, ...]
    weight: float

    def state(self) -> FrameState:
        """Return what is drawn, with its words filled in."""
        state = build_frame_state(self.request, self.tdb_s)
        active = self.request.missions[0]
        words = tuple(CaptionState(filled(c.text, state, active), c.place, c.opacity) for c in self.captions)
        return replace(state, captions=tuple(w for w in words if w.text.strip()))


@dataclass(frozen=True)
class ReadyShot:
    """A shot whose missions are loaded and whose times are epochs.

    Attributes
    ----------
    shot : as it was written
    missions : shown, the active one first
    begin_s, seconds : place and length in the film
    span_tdb_s : mission time of the first and the last frame
    pace : from a share of the film's time to a share of the span
    camera : where the camera is when
    options : what is switched on
    alignment : how missions are laid side by side
    colours : number of each mission's colour, the same in every shot
    widening : by how much the picture is wider than the camera says, so that narrow films cut nothing off
    """

    shot: Shot
    missions: tuple[Mission, ...]
    begin_s: float
    span_tdb_s: tuple[float, float]
    pace: Callable[[float], float]
    camera: CameraPath
    options: Options
    alignment: Alignment = BY_CALENDAR
    widening: float = 1.0
    colours: tuple[int, ...] = ()

    @property
    def end_s(self) -> float:
        """Where it ends in the film."""
        return self.begin_s + self.shot.seconds

    def share(self, at_s: float, frame_s: float) -> float:
        """Return how far it has come at a time in the film: 0 at its first frame and 1 at its last."""
        return float(np.clip((at_s - self.begin_s) / max(self.shot.seconds - frame_s, 1e-9), 0.0, 1.0))

    def epoch_tdb_s(self, share: float) -> float:
        """Return the mission time that it shows when it has come so far."""
        first, last = self.span_tdb_s
        return first + (last - first) * self.pace(share)

    def layer(self, share: float, weight: float = 1.0, at_s: float | None = None) -> Layer:
        """Return its part in a frame.

        Parameters
        ----------
        share : how far the shot has come
        weight : share in the picture
        at_s : seconds of film since it began, for captions; those that go with the share unless said
        """
        at_s = share * self.shot.seconds if at_s is None else at_s
        cues = (
            CaptionCue(c.text, opacity(at_s, c.begin, self.shot.seconds if c.end is None else c.end, c.fade), c.place)
            for c in self.shot.captions
        )
        return Layer(
            tdb_s=self.epoch_tdb_s(share),
            request=self.request(share),
            captions=tuple(cue for cue in cues if cue.opacity > FAINTEST),
            weight=weight,
        )

    def request(self, share: float) -> SceneRequest:
        """Return what is drawn at a share of the shot."""
        moment = self.camera.moment(share)
        return SceneRequest(
            missions=self.missions, camera=widened(moment.camera, self.widening), options=self.options,
            camera_from=widened(moment.camera_from, self.widening) if moment.camera_from else None,
            flight_fraction=moment.fraction,
            alignment=self.alignment, colours=self.colours,
        )  # fmt: skip


@dataclass(frozen=True)
class StoryFilm:
    """A storyboard ready to be drawn.

    Attributes
    ----------
    story : as it was written
    shots : in order
    fps : frames per second
    """

    story: Story
    shots: tuple[ReadyShot, ...]
    fps: int

    @property
    def n_frames(self) -> int:
        """How many frames there are, at least two."""
        return max(2, round(self.story.seconds * self.fps))

    def layers(self, frame: int) -> tuple[Layer, ...]:
        """Return what frame `frame` is made of: one layer, or two during a cross-fade; none where it is black."""
        at_s = frame / self.fps
        light = self._light(at_s, frame)
        found = []
        for index, ready in enumerate(self.shots):
            weight = self._weight(index, at_s) * light
            if weight > FAINTEST:
                found.append(ready.layer(ready.share(at_s, 1.0 / self.fps), weight, at_s - ready.begin_s))
        return tuple(found)

    def span_tdb_s(self, frames: range) -> tuple[float, float]:
        """Return the first and the last epoch that some frames show."""
        epochs = []
        for ready in self.shots:
            first, last = max(ready.begin_s, frames.start / self.fps), min(ready.end_s, (frames.stop - 1) / self.fps)
            if first <= last:
                epochs += [ready.epoch_tdb_s(ready.share(at_s, 1.0 / self.fps)) for at_s in (first, last)]
        return min(epochs), max(epochs)

    def shot_at(self, frame: int) -> int:
        """Return the number of the shot that a frame belongs to; of the later one where two meet."""
        at_s = frame / self.fps + 1e-9
        return max(index for index, ready in enumerate(self.shots) if ready.begin_s <= at_s)

    def _light(self, at_s: float, frame: int) -> float:
        """Return how far the film has come up from black, or gone down to it."""
        story, left_s = self.story, (self.n_frames - 1 - frame) / self.fps
        up = at_s / story.fade_in if story.fade_in else 1.0
        down = left_s / story.fade_out if story.fade_out else 1.0
        return eased(float(np.clip(min(up, down), 0.0, 1.0)))

    def _weight(self, index: int, at_s: float) -> float:
        """Return a shot's share in the picture from its transitions."""
        ready, is_last = self.shots[index], index == len(self.shots) - 1
        # A cut falls on the later shot; the last frame of the film may be rounded past its end.
        if at_s < ready.begin_s - 1e-9 or (not is_last and at_s >= ready.end_s - 1e-9):
            return 0.0
        came = _ramp(at_s - ready.begin_s, self.shots[index - 1].shot) if index else 1.0
        goes = _ramp(ready.end_s - at_s, ready.shot) if not is_last else 1.0
        return min(came, goes)


def _ramp(since_s: float, shot: Shot) -> float:
    """Return how far a picture has come at a distance from the seam that a shot's transition makes."""
    if shot.transition == "cut":
        return 1.0
    half = 0.5 if shot.transition == "fade" else 1.0
    return eased(float(np.clip(since_s / (half * shot.transition_seconds), 0.0, 1.0)))


def widened(state: CameraState, factor: float) -> CameraState:
    """Return a camera whose picture shows `factor` times as much each way."""
    if factor <= 1.0:
        return state
    fov = 2.0 * float(np.arctan(factor * np.tan(0.5 * state.fov_rad)))
    return replace(state, fov_rad=max(state.fov_rad, min(fov, float(FOV_MAX_RAD))))


def ready_story(
    story: Story, fps: int | None = None, missions: Iterable[Mission] = (), aspect: float | None = None
) -> StoryFilm:
    """Load what a storyboard shows and turn its times into epochs.

    Parameters
    ----------
    story : as it was read
    fps : frames per second; the story's own unless said
    missions : already loaded ones, which need not be loaded again
    aspect : width of the picture over its height; in narrow ones the camera sees more above and below

    Raises
    ------
    CommandError
        If a mission, a branch, a time, an event or what a camera looks at does not exist; names the shot.
    """
    known = {mission.id: mission for mission in missions}
    found: list[ReadyShot] = []
    begin_s = 0.0
    for number, (shot, (shared_s, _)) in enumerate(zip(story.shots, overlaps_s(story.shots), strict=True), 1):
        begin_s -= shared_s
        try:
            found.append(_ready_shot(shot, begin_s, found[-1] if found else None, known))
        except (PeriluneError, KeyError) as error:
            raise CommandError(f"{story.title!r}, shot {number}: {error}") from None
        begin_s += shot.seconds
    factor = max(1.0, NARROWEST / aspect) if aspect else 1.0
    ready = (replace(one, widening=factor, colours=numbers_of(one.missions)) for one in found)
    return StoryFilm(story, tuple(ready), fps or story.fps)


def _ready_shot(shot: Shot, begin_s: float, before: ReadyShot | None, known: dict[str, Mission]) -> ReadyShot:
    ids = sorted(shot.missions, key=lambda mission_id: mission_id != shot.active_id)
    for mission_id in ids:
        if mission_id not in known:
            known[mission_id] = load_flight(mission_id)
    missions = tuple(_with_branches(known[mission_id], shot.branches) for mission_id in ids)
    for branch in shot.branches or ():
        mission_id, _, branch_id = branch.partition("/")
        if mission_id not in ids:
            raise CommandError(f"branch {branch!r}: its mission is not among those shown")
        known[mission_id].branch(branch_id)
    alignment = alignment_of(missions, missions[0], shot.align)
    span = _span(shot, missions, before, alignment)
    events = [missions[0].event(name).tdb_s for name in shot.slow_near] or [e.tdb_s for e in missions[0].events]
    width = span[1] - span[0]
    places = [(tdb_s - span[0]) / width for tdb_s in events if span[0] <= tdb_s <= span[1]] if width > 0.0 else []
    ready = ReadyShot(
        shot, missions, begin_s, span, pace_of(shot.pace, places), _path(shot, missions, span),
        with_names(Options(), shot.show, shot.hide), alignment,
    )  # fmt: skip
    _try(ready)
    return ready


def _with_branches(mission: Mission, wanted: tuple[str, ...] | None) -> Mission:
    if wanted is None:
        return mission
    return replace(mission, branches=tuple(b for b in mission.branches if f"{mission.id}/{b.id}" in wanted))


def _span(
    shot: Shot, missions: tuple[Mission, ...], before: ReadyShot | None, alignment: Alignment
) -> tuple[float, float]:
    active = missions[0]
    now = before.span_tdb_s[1] if before else None
    if shot.start is None and now is None:
        raise CommandError("it needs a time to begin with (from)")
    start = tdb_s_from_words(shot.start, active, now) if shot.start is not None else now
    assert start is not None
    end = tdb_s_from_words(shot.end, active, start) if shot.end is not None else start
    if end < start:
        raise CommandError(f"to {shot.end}: before from {shot.start or 'where the shot before ended'}")
    moved = [(flights_tdb_s([mission]), alignment.offset_s(mission.id)) for mission in missions]
    pairs = [(flight, by) for flight, by in moved if by is not None]
    spans = [active.trajectory.span_tdb_s, *((first - by, last - by) for (first, last), by in pairs)]
    # A second of grace: times are written rounded.
    fitting = [(first, last) for first, last in spans if first - 1.0 <= start and end <= last + 1.0]
    if not fitting:
        words = " to ".join(utc_text_from_tdb_s(t, separator=" ") for t in spans[0])
        asked = f"{shot.start} to {shot.end}" if shot.end else shot.start
        raise CommandError(f"{asked}: outside the flight of {active.name}, {words}")
    first, last = fitting[0]
    return min(max(start, first), last), min(max(end, first), last)


def _path(shot: Shot, missions: tuple[Mission, ...], span: tuple[float, float]) -> CameraPath:
    keys = shot.camera or (CameraKey(view=shot.view or "moon"),)
    states = tuple(_camera(key, missions, span[0] + (span[1] - span[0]) * key.at) for key in keys)
    return CameraPath(tuple(key.at for key in keys), states)


def _camera(key: CameraKey, missions: tuple[Mission, ...], tdb_s: float) -> CameraState:
    if key.view is not None:
        session = Session(list(missions), tdb_s)
        session.choose_view(key.view, at_once=True)
        return session.camera
    angles = (np.deg2rad(value or 0.0) for value in (key.azimuth_deg, key.elevation_deg, key.fov_deg))
    azimuth, elevation, fov = (float(angle) for angle in angles)
    distance_km = float(key.distance_km or 0.0)
    return CameraState(str(key.focus), str(key.axes), azimuth, elevation, distance_km, fov, key.look)


def _try(ready: ReadyShot) -> None:
    """Work out the frames at both ends and at the keys, so that what is missing is told before anything is drawn."""
    for share in sorted({0.0, 1.0, *ready.camera.at}):
        layer = ready.layer(share, 1.0)
        build_frame_state(layer.request, layer.tdb_s)


def key_of_camera(state: CameraState, at: float = 0.0) -> CameraKey:
    """Return a camera as a key of a shot."""
    return CameraKey(
        at=at, focus=state.focus, axes=state.axes, look="ahead" if state.look == "ahead" else "focus",
        azimuth_deg=float(np.rad2deg(state.azimuth_rad)), elevation_deg=float(np.rad2deg(state.elevation_rad)),
        distance_km=state.distance_km, fov_deg=float(np.rad2deg(state.fov_rad)),
    )  # fmt: skip
