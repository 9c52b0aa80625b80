"""Pictures and films are drawn by a process of their own, so that the window never waits.

Window layer. The process is the program's own command line; its progress is read line by line, and ending it
leaves nothing half-written behind.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

from visualizer.export.partial import partial_path, remove_work, set_paused
from visualizer.export.starting import program_words
from visualizer.model.frame_state import SceneRequest

STOP_MS = 4_000


def camera_text(request: SceneRequest) -> str:
    """Return camera and options as the one word that the command line takes."""
    return json.dumps({"camera": asdict(request.camera), "options": asdict(request.options)})


class ExportJob(QObject):
    """One picture or film on its way.

    Signals
    -------
    progressed(int, int) : frames done, frames in all
    paced(float, float) : frames per second lately, and the seconds that are left
    ended(str) : empty when the file is there, else why not
    """

    progressed = Signal(int, int)
    paced = Signal(float, float)
    ended = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._is_cancelled = False
        self._is_paused = False
        self._target: Path | None = None
        self._said = b""

    @property
    def is_running(self) -> bool:
        """Whether it still draws."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def is_paused(self) -> bool:
        """Whether it waits to go on."""
        return self._is_paused and self.is_running

    def start(self, arguments: list[str], program: list[str] | None = None) -> None:
        """Begin; `arguments` are those of `perilune render` or `perilune animate`."""
        self._is_cancelled, self._said = False, b""
        self._target = Path(arguments[arguments.index("-o") + 1]) if "-o" in arguments else None
        self.pause(False)
        words = [*(program or program_words()), *arguments, "--progress", "json"]
        self._process.start(words[0], words[1:])

    def pause(self, is_paused: bool) -> None:
        """Let a film wait, or go on."""
        self._is_paused = is_paused
        if self._target is not None:
            set_paused(self._target, is_paused)

    def cancel(self) -> None:
        """Stop and wait until what was begun is cleaned up."""
        self._is_cancelled = True
        if self.is_running:
            self._process.terminate()
            if not self._process.waitForFinished(STOP_MS):
                self._process.kill()
                self._process.waitForFinished(STOP_MS)
            # What is finished is kept for another try, which nobody wants here; and a process that was caught at a
            # bad moment, or had to be killed, cannot clean up after itself.
            if self._target is not None:
                remove_work(self._target)
                partial_path(self._target).unlink(missing_ok=True)

    def _on_output(self) -> None:
        whole, _, self._said = (self._said + bytes(self._process.readAllStandardOutput().data())).rpartition(b"\n")
        steps = [event for event in map(_event, whole.split(b"\n")) if event.get("event") == "progress"]
        if steps:
            step = steps[-1]
            self.progressed.emit(int(step["done"]), int(step["frames"]))
            if step.get("per_s") and step.get("left_s") is not None:
                self.paced.emit(float(step["per_s"]), float(step["left_s"]))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.ended.emit(f"the drawing process did not start: {self._process.errorString()}")

    def _on_finished(self, code: int, _status: object) -> None:
        if self._is_cancelled:
            self.ended.emit("cancelled; nothing was written")
        elif code == 0:
            self.ended.emit("")
        else:
            words = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
            self.ended.emit(words.splitlines()[-1].removeprefix("perilune: ") if words else f"failed (code {code})")


def _event(line: bytes) -> dict[str, Any]:
    """Return what a line of progress says; nothing where it says something else."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
