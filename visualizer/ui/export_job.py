"""Pictures and films are drawn by a process of their own, so that the window never waits.

Window layer. The process is the program's own command line; its progress is read line by line, and ending it
leaves nothing half-written behind.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from visualizer.export.partial import partial_path
from visualizer.model.frame_state import SceneRequest

STOP_MS = 4_000


def program_words() -> list[str]:
    """Return how this program is started: frozen, or by this Python."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "visualizer"]


def camera_text(request: SceneRequest) -> str:
    """Return camera and options as the one word that the command line takes."""
    return json.dumps({"camera": asdict(request.camera), "options": asdict(request.options)})


class ExportJob(QObject):
    """One picture or film on its way.

    Signals
    -------
    progressed(int, int) : frames done, frames in all
    ended(str) : empty when the file is there, else why not
    """

    progressed = Signal(int, int)
    ended = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._is_cancelled = False
        self._target: Path | None = None

    @property
    def is_running(self) -> bool:
        """Whether it still draws."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self, arguments: list[str], program: list[str] | None = None) -> None:
        """Begin; `arguments` are those of `perilune render` or `perilune animate`."""
        self._target = Path(arguments[arguments.index("-o") + 1]) if "-o" in arguments else None
        words = [*(program or program_words()), *arguments, "--progress-lines"]
        self._process.start(words[0], words[1:])

    def cancel(self) -> None:
        """Stop and wait until what was begun is cleaned up."""
        self._is_cancelled = True
        if self.is_running:
            self._process.terminate()
            if not self._process.waitForFinished(STOP_MS):
                self._process.kill()
                self._process.waitForFinished(STOP_MS)
            # A process that was caught at a bad moment, or had to be killed, cannot clean up after itself.
            if self._target is not None:
                partial_path(self._target).unlink(missing_ok=True)

    def _on_output(self) -> None:
        lines = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace").split("\n")
        steps = [line.split() for line in lines if line.startswith("progress ")]
        if steps and len(steps[-1]) == 3:
            self.progressed.emit(int(steps[-1][1]), int(steps[-1][2]))

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
