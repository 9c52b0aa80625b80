"""A storyboard played in the window's own picture, at the pace of the film. Window layer.

Frames that the window is too slow for are left out, so that the preview lasts as long as the film. Cross-fades are
seen as cuts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from visualizer.model.frame_state import FrameState
from visualizer.model.session import Session
from visualizer.model.story import Story
from visualizer.model.story_frames import StoryFilm, ready_story
from visualizer.ui.workers import Runner

TICK_MS: Final = 33


class StoryPreview(QObject):
    """Plays a story.

    Parameters
    ----------
    session : whose picture shows it
    redraw : asks for a new picture
    dim : lets so much of the picture's light through, 0 to 1

    Signals
    -------
    moved(float, int) : seconds into the film, and the number of the shot that is seen
    ended(str) : it is over; why, if it could not be played
    """

    moved = Signal(float, int)
    ended = Signal(str)

    def __init__(
        self, session: Session, redraw: Callable[[], None], dim: Callable[[float], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._redraw, self._dim = session, redraw, dim
        self._runner = Runner(self)
        self._runner.done.connect(self._on_ready)
        self._runner.failed.connect(lambda error: self.stop(str(error)))
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._clock = QElapsedTimer()
        self._film: StoryFilm | None = None
        self._is_wanted = False
        self._begin_s = 0.0
        self._frame = 0
        self._from_shot = 0

    @property
    def is_playing(self) -> bool:
        """Whether it plays, or is about to."""
        return self._is_wanted

    def play(self, story: Story, from_shot: int = 0) -> None:
        """Play from the begin of a shot on; flights are loaded off the window's thread."""
        self._is_wanted, self._from_shot = True, from_shot
        missions = tuple(self._session.missions.values())
        self._runner.start(lambda: ready_story(story, missions=missions))

    def _on_ready(self, film: object) -> None:
        if not self._is_wanted or not isinstance(film, StoryFilm):
            return
        self._film = film
        self._begin_s = film.shots[min(self._from_shot, len(film.shots) - 1)].begin_s
        self._session.clock.pause()
        self._session.preview = self.frame_state
        self._clock.start()
        self._timer.start()
        self.tick()

    def tick(self) -> None:
        """Go on to the frame that is due now."""
        if self._film is None:
            return
        at_s = self._begin_s + self._clock.elapsed() / 1000.0
        frame = round(at_s * self._film.fps)
        if frame >= self._film.n_frames:
            self.stop()
            return
        self._frame = frame
        self._dim(sum(layer.weight for layer in self._film.layers(frame)))
        self.moved.emit(at_s, self._film.shot_at(frame))
        self._redraw()

    def frame_state(self) -> FrameState:
        """Return the frame that is due: during a cross-fade its stronger picture."""
        assert self._film is not None
        layers = self._film.layers(self._frame)
        if layers:
            return max(layers, key=lambda layer: layer.weight).state()
        shot = self._film.shots[self._film.shot_at(self._frame)]
        return shot.layer(shot.share(self._frame / self._film.fps, 1.0 / self._film.fps)).state()

    def stop(self, reason: str = "") -> None:
        """Stop, and let the window show now again."""
        if not self._is_wanted:
            return
        self._is_wanted = False
        self._timer.stop()
        self._film = None
        self._session.preview = None
        self._dim(1.0)
        self._redraw()
        self.ended.emit(reason)

    def close(self) -> None:
        """End for good; for a closing window."""
        self.stop()
        self._runner.stop()
