"""Missions on one clock: by the calendar, or with a moment that they share laid on the same instant.

Model. The clock is always the active mission's; every other mission is at its own epoch, an offset away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from visualizer.errors import CommandError
from visualizer.missions.alignment import ANCHORS, CALENDAR, NAMES, anchor_tdb_s, nearest_anchor
from visualizer.missions.branch_missions import branch_mission
from visualizer.model.aligned import Alignment, alignment_of
from visualizer.model.clock import flights_tdb_s

if TYPE_CHECKING:
    from visualizer.missions.catalogue import Mission
    from visualizer.model.session import Session


class Lineup:
    """How a session's missions are laid side by side.

    Attributes
    ----------
    anchor : of `missions.alignment.ANCHORS`
    remark : why it is by the calendar now, or why no longer, if that was not asked for; else empty
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.anchor = CALENDAR
        self.remark = ""
        # The alignment that waits for a mission with its moment, and the time since that moment then.
        self._waiting: tuple[str, float] | None = None
        self._made: tuple[tuple[object, ...], Alignment] | None = None

    @property
    def alignment(self) -> Alignment:
        """Return each mission's offset, for a request."""
        session = self._session
        key = (self.anchor, session.active_id, *session.missions)
        if self._made is None or self._made[0] != key:
            self._made = key, alignment_of(session.missions.values(), session.active, self.anchor)
        return self._made[1]

    def offset_s(self, mission_id: str) -> float | None:
        """Return a mission's own epoch less the clock's; None where it lacks the moment."""
        return self.alignment.offset_s(mission_id)

    def own_tdb_s(self, mission_id: str) -> float | None:
        """Return a mission's own epoch now; None where it lacks the moment."""
        offset = self.offset_s(mission_id)
        return None if offset is None else self._session.clock.epoch_tdb_s + offset

    def align(self, anchor: str) -> None:
        """Lay missions side by side; the clock stays where it is on the active mission's flight.

        Raises
        ------
        CommandError
            If there is no such kind of moment, or the active mission does not have it.
        """
        session = self._session
        alignment_of((), session.active, anchor)
        self.anchor, self.remark, self._waiting = anchor, "", None
        session.fit_clock()
        session.changed.emit("alignment")

    def align_here(self) -> str:
        """Lay missions side by side by the active one's moment nearest to now, and return which that is.

        Raises
        ------
        CommandError
            If the active mission has none of the moments.
        """
        session = self._session
        anchor = nearest_anchor(session.active, session.clock.epoch_tdb_s)
        if anchor == CALENDAR:
            raise CommandError(f"aligning: {session.active.name} has none of the moments that missions share")
        self.align(anchor)
        return anchor

    def epoch_after(self, mission_id: str) -> float | None:
        """Return the epoch for another mission's clock that shows the same instant; by the calendar where it cannot.

        An alignment that a mission has no moment for waits, and comes back with the next mission that has it.
        Called before that mission becomes the active one; None means that the epoch stays as it is.
        """
        self.remark = ""
        session, mission = self._session, self._session.missions[mission_id]
        if self._waiting is not None:
            return self._epoch_again(mission, *self._waiting)
        if self.anchor == CALENDAR:
            return None
        own, words = self.own_tdb_s(mission_id), NAMES[self.anchor]
        if own is None:
            zero = anchor_tdb_s(session.active, self.anchor) or 0.0
            self._waiting = self.anchor, session.clock.epoch_tdb_s - zero
            self.remark = (
                f"{mission.name} has no {words}: by the calendar until a mission that has one is the active one"
            )
            self.anchor = CALENDAR
        return own

    def _epoch_again(self, mission: Mission, anchor: str, since_s: float) -> float | None:
        """Lay missions side by side again if a mission has the moment, as long after it as they were."""
        zero = anchor_tdb_s(mission, anchor)
        if zero is None:
            return None
        self.anchor, self._waiting = anchor, None
        self.remark = f"{mission.name}: missions are side by side {ANCHORS[anchor]} again"
        return zero + since_s

    def span_tdb_s(self, missions: list[Mission]) -> tuple[float, float]:
        """Return the first and last epoch on the clock at which one of some missions, or a branch, flies."""
        moved = [(flights_tdb_s([one]), self.offset_s(one.id)) for one in missions]
        spans = [(first - by, last - by) for (first, last), by in moved if by is not None]
        return min(first for first, _ in spans), max(last for _, last in spans)

    def branch(self, mission_id: str) -> Mission:
        """Return the branch `<mission>/<branch>` of a loaded mission, as a mission of its own."""
        parent_id, _, branch_id = mission_id.partition("/")
        if parent_id not in self._session.missions or not branch_id:
            raise CommandError(f"mission {mission_id!r}: not loaded")
        parent = self._session.missions[parent_id]
        return branch_mission(parent, parent.branch(branch_id))

    def lacking(self) -> list[str]:
        """Return the names of the shown missions that lack the moment, and so are not drawn."""
        return [self._session.missions[i].name for i in self._session.shown_ids if self.offset_s(i) is None]

    def choices(self) -> list[str]:
        """Return the kinds of moments that the active mission has, the calendar first."""
        return [anchor for anchor in ANCHORS if anchor_tdb_s(self._session.active, anchor) is not None]
