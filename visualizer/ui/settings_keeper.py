"""Keeps the window's settings while it is open: some seconds after a change they are on disk. Window layer.

The session is written down by `survival`; what is no part of a scene (theme, size of text, panels, the window's shape)
is looked at here. Files are written in a worker: a slow disk never holds up the window.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from visualizer.ui.settings import Settings, save_settings
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

LOOK_MS: Final = 3_000


class SettingsKeeper(QObject):
    """Writes a window's settings when they are others than were written last.

    Parameters
    ----------
    window : has `settings()`, and the signal `closing` with the last ones
    path : of the file
    kept : what was read from it
    tell : told in one line, once, that settings cannot be kept
    """

    def __init__(self, window: Any, path: Path, kept: Settings, tell: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window, self._path, self._kept, self._tell = window, path, kept, tell
        self._is_told = False
        self._runner = Runner(self)
        self._runner.failed.connect(self._on_failed)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        window.closing.connect(self.end)

    def look(self) -> None:
        """Keep settings that changed; the time, which runs, is no reason to write."""
        now = self._window.settings()
        if replace(now, tdb_s=self._kept.tdb_s) != self._kept:
            self.keep(now)

    def keep(self, settings: Settings | None = None) -> None:
        """Write settings, the window's own unless given, if they are others than were written last."""
        wanted = settings or self._window.settings()
        if wanted != self._kept:
            self._kept = wanted
            self._runner.start(partial(save_settings, self._path, wanted))

    def end(self, settings: Settings) -> None:
        """Write the last settings before the window is gone."""
        self._timer.stop()
        self._runner.stop()
        try:
            save_settings(self._path, settings)
        except OSError as error:
            self._complain(error)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        if not self._is_told:
            self._tell(self._complain(error))

    def _complain(self, error: OSError) -> str:
        """Say on stderr, once, that settings are not kept; return the words."""
        reason = error.strerror or error
        words = tr("Settings will not be kept: {folder} cannot be written ({reason}); allow writing there").format(
            folder=self._path.parent, reason=reason
        )
        if not self._is_told:
            print(f"perilune: {words}", file=sys.stderr)
        self._is_told = True
        return words
