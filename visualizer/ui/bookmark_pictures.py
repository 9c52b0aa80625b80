"""Small pictures of bookmarks, drawn by a process of their own and kept in the user's cache. Window layer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

import platformdirs
from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from PySide6.QtGui import QPixmap

from visualizer import __version__
from visualizer.export.starting import program_words
from visualizer.model.bookmarks import Bookmark
from visualizer.model.link import link_of

# After the last change: a list that is filled again and again starts one process.
SETTLED_MS: Final = 700
STOP_MS: Final = 4_000
# So many pictures are kept; older ones are drawn again where they are wanted.
KEPT_MOST: Final = 400


def default_folder() -> Path:
    """Return where this user's pictures are kept."""
    return Path(platformdirs.user_cache_dir("perilune", appauthor=False)) / "bookmarks"


def key_of(one: Bookmark) -> str:
    """Return what the picture of a bookmark depends on: what it shows, and the program that draws it."""
    return sha256(f"{__version__} {link_of(one)}".encode()).hexdigest()[:24]


class BookmarkPictures(QObject):
    """Draws what is missing, one process at a time.

    Signals
    -------
    arrived() : a picture is there
    """

    arrived = Signal()

    def __init__(self, parent: QObject | None = None, folder: Path | None = None) -> None:
        super().__init__(parent)
        self._folder = folder or default_folder()
        self._known: dict[str, QPixmap] = {}
        self._wanted: dict[str, str] = {}
        self._tried: set[str] = set()
        self._asked: set[str] = set()
        self._list: Path | None = None
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLED_MS)
        self._settle.timeout.connect(self._begin)

    def want(self, bookmarks: Iterable[Bookmark]) -> None:
        """Have pictures of these, the first ones first."""
        self._wanted = {key_of(one): link_of(one) for one in bookmarks}
        self._settle.start()

    def picture(self, one: Bookmark) -> QPixmap | None:
        """Return the picture of a bookmark, None while it is not drawn."""
        key = key_of(one)
        if key not in self._known:
            kept = QPixmap(str(self._folder / f"{key}.png"))
            if kept.isNull():
                return None
            self._known[key] = kept
        return self._known[key]

    @property
    def is_busy(self) -> bool:
        """Whether pictures are being drawn or about to be."""
        return self._settle.isActive() or self._process.state() != QProcess.ProcessState.NotRunning

    def _begin(self) -> None:
        if self._process.state() != QProcess.ProcessState.NotRunning:
            return
        missing = {
            key: link
            for key, link in self._wanted.items()
            if key not in self._known and key not in self._tried and not (self._folder / f"{key}.png").exists()
        }
        if not missing:
            return
        try:
            self._write(missing)
        except OSError:
            # Without a place for them there are no pictures; the list works as well.
            return
        self._asked = set(missing)
        words = [*program_words(), "link-pictures", str(self._list), str(self._folder)]
        self._process.start(words[0], words[1:])

    def _write(self, missing: dict[str, str]) -> None:
        """Write down what is to be drawn, and throw the oldest pictures away where there are too many."""
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = sorted(self._folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
        for path in kept[: max(0, len(kept) - KEPT_MOST)]:
            path.unlink(missing_ok=True)
        if self._list is None:
            with tempfile.NamedTemporaryFile(prefix="perilune-", suffix=".txt", delete=False) as file:
                self._list = Path(file.name)
        self._list.write_text("".join(f"{key} {link}\n" for key, link in missing.items()), encoding="utf-8")

    def _on_output(self) -> None:
        while self._process.canReadLine():
            words = bytes(self._process.readLine().data()).decode(errors="replace").split()
            if words[:1] == ["picture"]:
                self.arrived.emit()

    def _on_finished(self) -> None:
        self._on_output()
        # What could not be drawn, because its mission is not kept, is not tried again.
        self._tried.update(self._asked)
        self._begin()

    def close(self) -> None:
        """End the process."""
        self._settle.stop()
        self._wanted = {}
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(STOP_MS)
        if self._list is not None:
            self._list.unlink(missing_ok=True)
            self._list = None
