"""The user's own missions: those that were imported elsewhere while the window is open are taken in. Window layer.

Whenever the window becomes the active one, the time of the user's folder is looked at, which takes no file's content.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject

from visualizer.missions.catalogue import Mission
from visualizer.missions.user_catalogue import folder, user_mission_ids
from visualizer.model.scene_trails import prepare_paths
from visualizer.ui.mission_loading import load_missions
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner


class OwnMissions(QObject):
    """Adds missions to a window's list that came into the user's folder after it opened."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._window = window
        self._seen_ns = _changed_ns()
        self._known = set(user_mission_ids())
        self._runner = Runner(self)
        self._runner.done.connect(self._on_loaded)
        window.installEventFilter(self)
        window.closing.connect(lambda _settings: self._runner.stop())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the window becomes active."""
        if event.type() == QEvent.Type.WindowActivate and watched is self._window:
            self.look()
        return False

    def look(self) -> None:
        """Look for missions that are new; they are loaded in a worker."""
        changed = _changed_ns()
        if changed == self._seen_ns:
            return
        self._seen_ns = changed
        # Those that are still being loaded are asked for again: only the newest answer comes.
        new = [i for i in user_mission_ids() if i not in self._known and i not in self._window.session.missions]
        if new:
            self._runner.start(lambda: _loaded(new))

    def _on_loaded(self, loaded: tuple[list[Mission], list[str]]) -> None:
        missions, failures = loaded
        self._window.session.add_missions(missions)
        if missions:
            names = ", ".join(mission.name for mission in missions)
            self._window.say(tr("New among your missions: {names}; tick it in the list to draw it").format(names=names))
        for line in failures:
            self._window.say(line)


def _loaded(mission_ids: list[str]) -> tuple[list[Mission], list[str]]:
    """Load missions, with their paths: sampling these takes a second for the longest."""
    missions, failures = load_missions(mission_ids)
    prepare_paths(missions)
    return missions, failures


def _changed_ns() -> int:
    """Return when a mission was last put into the user's folder or taken out of it."""
    try:
        return folder().stat().st_mtime_ns
    except OSError:
        return 0
