"""Small pictures of a story's shots, drawn by a process of their own and kept as long as the window. Window layer."""

from __future__ import annotations

import json
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from PySide6.QtGui import QPixmap

from visualizer.export.starting import program_words
from visualizer.model.story import Story, story_to_table, write_story

# After the last change: typing is not to start a process for each letter.
SETTLED_MS: Final = 700
STOP_MS: Final = 4_000


class StoryPictures(QObject):
    """Draws what is missing, one process at a time.

    Signals
    -------
    arrived() : a picture is there
    """

    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._known: dict[str, QPixmap] = {}
        self._tried: set[str] = set()
        self._story: Story | None = None
        self._drawn: list[str] = []
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(lambda _code, _status: self._begin())
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLED_MS)
        self._settle.timeout.connect(self._begin)

    def want(self, story: Story) -> None:
        """Have pictures of these shots."""
        self._story = story
        self._settle.start()

    def picture(self, story: Story, shot: int) -> QPixmap | None:
        """Return the picture of a shot, None while it is not drawn."""
        return self._known.get(shot_key(story, shot))

    @property
    def is_busy(self) -> bool:
        """Whether pictures are being drawn or about to be."""
        return self._settle.isActive() or self._process.state() != QProcess.ProcessState.NotRunning

    def _begin(self) -> None:
        if self._story is None or self._process.state() != QProcess.ProcessState.NotRunning:
            return
        keys = [shot_key(self._story, n) for n in range(len(self._story.shots))]
        missing = [n for n, key in enumerate(keys) if key not in self._known and key not in self._tried]
        if not missing:
            return
        # What cannot be drawn, because a time or a name is wrong, is not tried again until it is changed.
        self._tried.update(keys[n] for n in missing)
        self._drawn = keys
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="perilune-")
        folder = Path(self._folder.name)
        write_story(folder / "story.toml", self._story)
        words = [*program_words(), "story-pictures", str(folder / "story.toml"), str(folder)]
        words += ["--shots", ",".join(map(str, missing))]
        self._process.start(words[0], words[1:])

    def _on_output(self) -> None:
        lines = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace").splitlines()
        for number in (int(line.split()[1]) for line in lines if line.startswith("picture ")):
            assert self._folder is not None
            picture = QPixmap(str(Path(self._folder.name) / f"{number}.png"))
            if not picture.isNull():
                self._known[self._drawn[number]] = picture
                self.arrived.emit()

    def close(self) -> None:
        """End the process and throw the pictures away."""
        self._story = None
        self._settle.stop()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(STOP_MS)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def shot_key(story: Story, shot: int) -> str:
    """Return what the picture of a shot depends on: itself, and those before it where it goes on from them."""
    first = shot
    while first > 0 and story.shots[first].start is None:
        first -= 1
    table = story_to_table(story.model_copy(update={"shots": story.shots[first : shot + 1]}))
    return sha256(json.dumps(table["shots"], sort_keys=True).encode()).hexdigest()
