"""What a scene holds beside a snapshot: panes, pinned measures, what-if flights, the storyboard; each from its owner.

Model. A part that cannot be shown is one line; the rest of the scene is shown all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from visualizer.errors import PeriluneError
from visualizer.model import pane_table
from visualizer.model.ghosts import Ghost, ghost_of_text
from visualizer.model.measuring import measure_of_text
from visualizer.model.scene_file import Scene
from visualizer.model.session import Session
from visualizer.model.story import story_from_table, story_to_table
from visualizer.model.story_board import board_of


@dataclass(frozen=True, slots=True)
class ScenePart:
    """One part.

    Attributes
    ----------
    name : its field in `Scene`
    read : returns its value off a session; empty where there is nothing worth keeping
    show : shows a value; raises `PeriluneError` where it cannot
    """

    name: str
    read: Callable[[Session], Any]
    show: Callable[[Session, Any], None]


def _show_panes(session: Session, table: dict[str, Any]) -> None:
    pane_table.from_table(session.panes, table, set(session.missions))


def _show_measures(session: Session, texts: tuple[str, ...]) -> None:
    measures = tuple(replace(measure_of_text(text), is_pinned=True) for text in texts)
    session.lay_over(replace(session.added, measures=measures))


def _story_table(session: Session) -> dict[str, Any]:
    board = board_of(session)
    return story_to_table(board.story()) if board.shots else {}


def _what_if(session: Session) -> tuple[str, ...]:
    return tuple(ghost_text(ghost) for ghost in session.added.ghosts)


def ghost_text(ghost: Ghost) -> str:
    """Return a what-if flight as `luna-25/last-burn=84`: the length of its burn, s."""
    first = ghost.trajectory.arcs[0]
    seconds = first.end_tdb_s - first.start_tdb_s if first.kind == "burn" else 0.0
    return f"{ghost.id}={round(seconds, 3):g}"


def ghosts_of(scene: Scene, session: Session) -> Callable[[], tuple[Ghost, ...]]:
    """Return what flies a scene's what-if burns: for a worker, as each takes a moment.

    Raises
    ------
    CommandError
        When called: of a burn that is not there.
    """
    missions, active_id, texts = dict(session.missions), session.active_id, scene.what_if
    return lambda: tuple(ghost_of_text(text, missions, active_id) for text in texts)


PARTS: tuple[ScenePart, ...] = (
    ScenePart("panes", lambda s: pane_table.to_table(s.panes), _show_panes),
    ScenePart("measures", lambda s: tuple(m.text for m in s.measures), _show_measures),
    ScenePart("story", _story_table, lambda s, table: board_of(s).load(story_from_table(table))),
)


def parts_of(session: Session) -> dict[str, Any]:
    """Return the parts that a session has, by field of `Scene`."""
    values = [(part.name, part.read(session)) for part in PARTS]
    return {name: value for name, value in [*values, ("what_if", _what_if(session))] if value}


def show_parts(session: Session, scene: Scene, what: str) -> list[str]:
    """Show the parts of a scene, but for its what-if flights; return a line for each that cannot be shown."""
    lines = []
    for part in PARTS:
        value = getattr(scene, part.name)
        if value:
            try:
                part.show(session, value)
            except PeriluneError as error:
                lines.append(f"{what}: {part.name}: {error}")
    return lines
