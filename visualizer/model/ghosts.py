"""Flights that never were, drawn beside those that were: a burn of another length, with its path and its place now.

Model, pure. A ghost belongs to a mission and flies on that mission's own epochs; it is synthetic, so it is drawn in
dots, and whole, whatever the clock says, because its shape is what is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import MOON
from visualizer.core.trajectory import Trajectory
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Branch, Mission
from visualizer.missions.what_if_burns import burn_case, find_burn
from visualizer.missions.what_if_flights import BurnFamily, fly_burn
from visualizer.model.overlays import Note
from visualizer.model.rotating import rotating_trails
from visualizer.model.trails import TrailState, mission_trails, states_of_trails

# Stands for "no shown mission" in paths and labels, and has a colour of its own.
GHOST_INDEX: Final = -2


@dataclass(frozen=True, eq=False, slots=True)
class Ghost:
    """A flight that never was.

    Attributes
    ----------
    id : unique among the ghosts, such as `luna-25/last-burn`; `ghost:<id>` is a camera's focus
    mission_id : whose burn was varied
    title : what its label says
    flight : the mission along it: its trajectory begins where the burn begins
    end_words : what the label at its end says, empty for none
    """

    id: str
    mission_id: str
    title: str
    flight: Mission
    end_words: str = ""

    @property
    def trajectory(self) -> Trajectory:
        """Its path."""
        return self.flight.trajectory

    def state_now(self, tdb_s: float, moon_pos_km: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return where it is: relative to the Earth, and position and velocity about its own centre; ICRF, km, km/s.

        Before its start and after its end it stands where it begins or ends, beside the body as that is now.
        """
        first, last = self.trajectory.span_tdb_s
        then = min(max(tdb_s, first), last)
        centre = self.trajectory.arc_at(then).centre_id
        position, velocity = self.trajectory.state_km(then, centre)
        return position + (moon_pos_km if centre == MOON.naif_id else 0.0), position, velocity


def make_ghost(mission: Mission, family: BurnFamily, member: int) -> Ghost:
    """Return a member of a family of burns as a ghost."""
    case, seconds = family.case, family.seconds[member]
    title = f"What if: {seconds:.4g} s"
    branch = Branch(f"what-if-{case.burn_id}", title, "what-if", "", family.trajectory(member))
    ending = family.outcomes[member].ending
    words = "" if ending is None else "would hit here" if ending.body_id == MOON.naif_id else "would enter the air here"
    return Ghost(f"{mission.id}/{case.burn_id}", mission.id, title, mission.along(branch), words)


def ghost_of_text(text: str, missions: dict[str, Mission], active_id: str) -> Ghost:
    """Return a ghost from words: `19aug=84`, `last-burn=84` or `chandrayaan-3/loi=1200`.

    Raises
    ------
    CommandError
        If the words are no burn and length, the burn is not there or cannot be varied, or the length is out of range.
    """
    name, is_set, length = text.partition("=")
    try:
        seconds = float(length)
    except ValueError:
        seconds = float("nan")
    if not is_set or not name.strip() or not np.isfinite(seconds):
        raise CommandError(f"what-if {text!r}: write BURN=SECONDS or MISSION/BURN=SECONDS, such as 19aug=84")
    mission_id, has_mission, burn = name.strip().rpartition("/")
    mission = missions.get(mission_id if has_mission else active_id)
    if mission is None:
        raise CommandError(f"what-if {text!r}: the mission {mission_id!r} is not shown")
    case = burn_case(mission, find_burn(mission, burn))
    return make_ghost(mission, fly_burn(case, np.array([seconds])), 0)


def ghost_trails(
    ghost: Ghost, tdb_s: float, moon_pos_km: FloatArray, camera_pos_km: FloatArray, *, is_turning: bool = False
) -> tuple[TrailState, ...]:
    """Return what to draw of a ghost's path: all of it, as bright as what is past.

    Parameters
    ----------
    moon_pos_km, camera_pos_km : relative to the Earth, ICRF axes
    is_turning : whether paths are drawn in the axes that turn with the Moon
    """
    first, last = ghost.trajectory.span_tdb_s
    if is_turning:
        states: tuple[TrailState, ...] = rotating_trails(ghost.flight, 0, tdb_s)
    else:
        trails = mission_trails(ghost.flight)
        states = states_of_trails(trails, (first, last), 0, tdb_s, moon_pos_km, camera_pos_km, with_ground=False)
    return tuple(
        state._replace(
            start_tdb_s=first, end_tdb_s=last, now_tdb_s=last, dawn_s=0.0, dusk_s=0.0, mission_index=GHOST_INDEX
        )
        for state in states
    )


def ghost_notes(ghost: Ghost, tdb_s: float, moon_pos_km: FloatArray) -> list[Note]:
    """Return the ghost's label at the clock's time, and one at its end if that says something."""
    first, last = ghost.trajectory.span_tdb_s
    end = ghost.state_now(last, moon_pos_km)[0]
    if tdb_s >= last:
        return [Note(f"{ghost.title} {ghost.end_words}".strip(), end, "ghost")]
    words = ghost.title if tdb_s >= first else f"{ghost.title}, from here"
    notes = [Note(words, ghost.state_now(tdb_s, moon_pos_km)[0], "ghost")]
    return notes + ([Note(f"{ghost.title} {ghost.end_words}", end, "ghost")] if ghost.end_words else [])
