"""The storyboard that is being edited: shots added, moved, changed, with undo; no toolkit.

A board may be empty, a story may not; `story()` gives the story once there is a shot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from psygnal import Signal
from pydantic import ValidationError

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError
from visualizer.model.mistakes import first_mistake
from visualizer.model.option_names import differing_names
from visualizer.model.session import Session
from visualizer.model.story import Shot, Story
from visualizer.model.story_frames import key_of_camera

UNDO_MOST: Final = 200
NEW_SHOT_S: Final = 6.0
UNTITLED: Final = "Untitled"


@dataclass(frozen=True)
class BoardState:
    """What undo goes back to: the whole board is a value."""

    title: str = UNTITLED
    shots: tuple[Shot, ...] = ()
    fps: int = 30
    size: str = "1920x1080"
    summary: str = ""
    fade_in: float = 0.0
    fade_out: float = 0.0


class Storyboard:
    """A storyboard and its history.

    Signals
    -------
    changed() : after anything changed, undo and redo included
    """

    changed = Signal()

    def __init__(self) -> None:
        self._states: list[BoardState] = [BoardState()]
        self._place = 0

    @property
    def state(self) -> BoardState:
        """The board now."""
        return self._states[self._place]

    @property
    def shots(self) -> tuple[Shot, ...]:
        """Its shots."""
        return self.state.shots

    def story(self) -> Story:
        """Return the story.

        Raises
        ------
        CommandError
            If there is no shot, or shots do not fit together.
        """
        state = self.state
        try:
            return Story(
                title=state.title or UNTITLED, summary=state.summary, fps=state.fps, size=state.size,
                fade_in=state.fade_in, fade_out=state.fade_out, shots=state.shots,
            )  # fmt: skip
        except ValidationError as error:
            raise CommandError(f"storyboard: {first_mistake(error, Story)[0]}") from None

    def load(self, story: Story) -> None:
        """Put a story onto the board; undo brings back what was there."""
        self._push(
            BoardState(story.title, story.shots, story.fps, story.size, story.summary, story.fade_in, story.fade_out)
        )

    def rename(self, title: str) -> None:
        """Give the story another title."""
        self._push(replace(self.state, title=title.strip() or UNTITLED))

    def add(self, shot: Shot, place: int | None = None) -> int:
        """Put a shot in, at the end unless said; return its place."""
        place = len(self.shots) if place is None else place
        self._put(self.shots[:place] + (shot,) + self.shots[place:])
        return place

    def remove(self, place: int) -> None:
        """Take a shot out."""
        self._put(self.shots[:place] + self.shots[place + 1 :])

    def move(self, place: int, step: int) -> int:
        """Move a shot; return its new place."""
        there = min(max(place + step, 0), len(self.shots) - 1)
        rest = list(self.shots[:place] + self.shots[place + 1 :])
        rest.insert(there, self.shots[place])
        self._put(tuple(rest))
        return there

    def change(self, place: int, **keys: Any) -> None:
        """Change keys of a shot, by their names in `Shot`.

        Raises
        ------
        CommandError
            If the shot would be no shot; nothing is changed then.
        """
        table = self.shots[place].model_dump(exclude_defaults=True) | keys
        try:
            shot = Shot.model_validate(table)
        except ValidationError as error:
            raise CommandError(first_mistake(error, Shot)[0]) from None
        self._put(self.shots[:place] + (shot,) + self.shots[place + 1 :])

    def _put(self, shots: tuple[Shot, ...]) -> None:
        self._push(replace(self.state, shots=shots))

    def _push(self, state: BoardState) -> None:
        if state == self.state:
            return
        self._states = [*self._states[: self._place + 1], state][-UNDO_MOST:]
        self._place = len(self._states) - 1
        self.changed.emit()

    def can(self, step: int) -> bool:
        """Tell whether there is something to undo (-1) or to redo (+1)."""
        return 0 <= self._place + step < len(self._states)

    def go(self, step: int) -> None:
        """Undo (-1) or redo (+1)."""
        if self.can(step):
            self._place += step
            self.changed.emit()


_BOARDS: WeakKeyDictionary[Session, Storyboard] = WeakKeyDictionary()


def board_of(session: Session) -> Storyboard:
    """Return the storyboard of a session, made when it is first asked for."""
    if session not in _BOARDS:
        _BOARDS[session] = Storyboard()
    return _BOARDS[session]


def shot_of_session(session: Session, seconds: float = NEW_SHOT_S) -> Shot:
    """Return a shot of what is seen now: missions, camera, options; mission time runs on at the clock's rate."""
    now, last = session.clock.epoch_tdb_s, session.clock.end_tdb_s
    end = min(now + seconds * session.clock.rate, last)
    shown, hidden = differing_names(session.options)
    ids = sorted(session.shown_ids, key=lambda mission_id: mission_id != session.active_id)
    return Shot.model_validate(
        {
            "title": f"{session.active.name}, {utc_text_from_tdb_s(now, separator=' ')}",
            "seconds": seconds, "missions": tuple(ids), "align": session.lineup.anchor,
            "from": utc_text_from_tdb_s(now, 3), "to": utc_text_from_tdb_s(max(end, now), 3),
            "camera": (key_of_camera(session.camera),), "show": shown, "hide": hidden,
        }
    )  # fmt: skip
