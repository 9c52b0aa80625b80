"""A session that survives: it is written down every half minute and after changes, and comes back at the next start.

Window layer. Every window has files of its own, named by its process, in the user's state folder: a lock, the session
as a scene, and what the interpreter said if it died. A window that closes writes `last.perilune` and removes them; what
is left without a living owner belongs to a session that ended unexpectedly.
"""

from __future__ import annotations

import faulthandler
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs
from PySide6.QtCore import QLockFile, QObject, QTimer

from visualizer.errors import CommandError, PeriluneError
from visualizer.missions.catalogue import mission_ids
from visualizer.model.scene_file import Scene, read_scene, scene_text
from visualizer.model.toml_text import write_whole
from visualizer.ui.opening import FileDesk, file_desk

EVERY_MS: Final = 30_000
AFTER_CHANGE_MS: Final = 2_500
LAST: Final = "last.perilune"


@dataclass(frozen=True, slots=True)
class Remains:
    """What a session left that ended unexpectedly.

    Attributes
    ----------
    scene : its file; ended_s : when that was written last, s since 1970
    report : what was written about the end, or None
    """

    scene: Path
    ended_s: float
    report: Path | None


def default_folder() -> Path:
    """Return where sessions are written down for this user."""
    return Path(platformdirs.user_state_dir("perilune", appauthor=False)) / "sessions"


def log_folder() -> Path:
    """Return where crash reports are written."""
    return Path(platformdirs.user_log_dir("perilune", appauthor=False))


class SessionKeeper(QObject):
    """Writes a window's session down.

    Attributes
    ----------
    folder : of all windows' files
    name : of this window's files
    keep_settings : called when the session was written down, for what is kept elsewhere
    """

    def __init__(self, window: Any, folder: Path | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._desk: FileDesk = file_desk(window)
        self.folder = folder or default_folder()
        self.name = f"{os.getpid()}-{time.time_ns() // 1_000_000:x}"
        self._written = ""
        self.keep_settings: Callable[[], None] | None = None
        self._lock: QLockFile | None = None
        self._fault: Any = None
        self._has_fault_handler = False
        self._every, self._soon = QTimer(self), QTimer(self)
        self._every.setInterval(EVERY_MS)
        self._soon.setInterval(AFTER_CHANGE_MS)
        self._soon.setSingleShot(True)
        for timer in (self._every, self._soon):
            timer.timeout.connect(self.write)
        window.closing.connect(lambda _settings: self.end())
        window.session.changed.connect(self._on_changed)
        self._begin()

    # -- writing ------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            # A folder that cannot be made: the session lives without a net.
            return
        self._lock = QLockFile(str(self._file("lock")))
        self._lock.setStaleLockTime(0)
        self._lock.tryLock(0)
        with suppress(OSError, RuntimeError, ValueError):
            self._fault = self._file("fault").open("w", encoding="utf-8")
            if not faulthandler.is_enabled():
                faulthandler.enable(self._fault)
                self._has_fault_handler = True
        self._every.start()

    def _file(self, ending: str) -> Path:
        return self.folder / f"{self.name}.{ending}"

    def _on_changed(self, _what: str) -> None:
        if not self._soon.isActive() and self._every.isActive():
            self._soon.start()

    def write(self) -> None:
        """Write the session down if it is another one than was written last."""
        with suppress(CommandError):
            text = scene_text(self._desk.scene())
            if text != self._written:
                write_whole(self._file("perilune"), text, "session")
                self._written = text
                if self.keep_settings is not None:
                    self.keep_settings()

    def end(self) -> None:
        """Write the last session and take this window's files away; for a closing window."""
        self._every.stop()
        self._soon.stop()
        self._window.session.changed.disconnect(self._on_changed)
        with suppress(CommandError):
            write_whole(self.folder / LAST, scene_text(self._desk.scene()), "session")
        if self._has_fault_handler:
            faulthandler.disable()
        if self._fault is not None:
            self._fault.close()
        for ending in ("perilune", "fault"):
            with suppress(OSError):
                self._file(ending).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.unlock()

    # -- coming back --------------------------------------------------------------------------------------

    def restore_last(self, tell: Callable[[str], None]) -> None:
        """Show what the last window showed that was closed; a file that is damaged is set aside with a notice."""
        path = self.folder / LAST
        if not path.is_file():
            return
        try:
            self.show(path)
        except PeriluneError as error:
            kept = path.with_suffix(".perilune.bak")
            with suppress(OSError):
                path.replace(kept)
            tell(f"The last session could not be read ({error}); it is kept as {kept}")

    def show(self, path: Path) -> None:
        """Show a session that was written down; missions that are gone are left out.

        Raises
        ------
        PeriluneError
            If its file is damaged.
        """
        scene = without_lost_missions(read_scene(path), [*mission_ids(), *self._window.session.missions])
        if scene is not None:
            self._desk.show_session(scene, path)

    def remains(self) -> Remains | None:
        """Return the newest session that ended unexpectedly; older ones are cleared away."""
        dead = [path for path in self.folder.glob("*-*.perilune") if path.stem != self.name and not _is_alive(path)]
        dead.sort(key=_written_s)
        for path in dead[:-1]:
            clear(path)
        return Remains(dead[-1], _written_s(dead[-1]), report_of(dead[-1])) if dead else None


def without_lost_missions(scene: Scene, known: list[str]) -> Scene | None:
    """Return a scene without missions that there are no longer; None where none is left."""
    own = {one.id for one in scene.flights if Path(one.file).is_file()}
    left = tuple(i for i in scene.missions if i in own or i in known or i.partition("/")[0] in known)
    if len(left) == len(scene.missions):
        return scene
    if not left:
        return None
    changes: dict[str, Any] = {"missions": left, "active": None, "camera": None, "view": "moon"}
    changes["flights"] = tuple(one for one in scene.flights if one.id in left)
    return scene.model_copy(update=changes)


def clear(scene: Path) -> None:
    """Take away what a session left."""
    for ending in (".perilune", ".fault", ".lock"):
        with suppress(OSError):
            scene.with_suffix(ending).unlink(missing_ok=True)


def _is_alive(scene: Path) -> bool:
    """Tell whether the process that writes a session down still lives."""
    lock = QLockFile(str(scene.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return True
    lock.unlock()
    return False


def _written_s(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def report_of(scene: Path) -> Path | None:
    """Return what was written about the end of a session: by the interpreter as it died, or by the crash path."""
    fault = scene.with_suffix(".fault")
    with suppress(OSError):
        if fault.stat().st_size > 0:
            return fault
    begun_s = _written_s(fault)
    reports = [path for path in log_folder().glob("crash-*.txt") if _written_s(path) >= begun_s > 0.0]
    return max(reports, key=_written_s, default=None)
