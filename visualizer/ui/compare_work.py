"""Figures of missions, worked out off the window's thread, once for each. Window layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from visualizer.missions.branch_missions import branch_mission
from visualizer.missions.catalogue import Mission
from visualizer.missions.comparison_table import Comparison, joined, with_moments
from visualizer.model.session import Session
from visualizer.ui.workers import Runner

Work = Callable[[list[Mission]], Comparison]


class FigureWork(QObject):
    """Knows figures, and has those worked out that are wanted.

    Attributes
    ----------
    is_busy : whether something is being worked out

    Signals
    -------
    done() : what was wanted is known
    failed(str) : why it could not be worked out
    """

    done = Signal()
    failed = Signal(str)

    def __init__(self, session: Session, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._work = session, work
        self._known: dict[str, Comparison] = {}
        self._branches: dict[str, Mission] = {}
        self._order = 0
        self.is_busy = False
        self._runner = Runner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)

    def want(self, ids: Sequence[str]) -> bool:
        """Have the figures of these missions worked out; False where they are known already."""
        wanted = [mission_id for mission_id in ids if mission_id not in self._known]
        if not wanted:
            return False
        self._order += 1
        order, missions = self._order, [self.mission(mission_id) for mission_id in wanted]
        self.is_busy = True
        self._runner.start(lambda: self._worked_out(order, missions))
        return True

    def _worked_out(self, order: int, missions: list[Mission]) -> list[Comparison]:
        """In the worker: one mission after the other, until something else is wanted."""
        found = []
        for mission in missions:
            if order != self._order:
                break
            found.append(self._work([mission]))
        return found

    def mission(self, mission_id: str) -> Mission:
        """Return a loaded mission, or a branch of one as a mission."""
        if mission_id in self._session.missions:
            return self._session.missions[mission_id]
        if mission_id not in self._branches:
            parent_id, _, branch_id = mission_id.partition("/")
            parent = self._session.missions[parent_id]
            self._branches[mission_id] = branch_mission(parent, parent.branch(branch_id))
        return self._branches[mission_id]

    def table(self, ids: Sequence[str]) -> Comparison:
        """Return the figures of these missions, as far as they are known, with the moments of alignment."""
        known = [mission_id for mission_id in ids if mission_id in self._known]
        figures = joined(self._known[mission_id] for mission_id in known)
        return with_moments(figures, [self.mission(i) for i in known], self._session.lineup.anchor)

    def _on_done(self, found: list[Comparison]) -> None:
        self.is_busy = False
        self._known |= {one.ids[0]: one for one in found}
        self.done.emit()

    def _on_failed(self, error: Exception) -> None:
        self.is_busy = False
        self.failed.emit(str(error))

    def stop(self) -> None:
        """Give up what is being worked out, and wait for the worker."""
        self._order += 1
        self._runner.stop()
