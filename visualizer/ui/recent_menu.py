"""The menu of files opened lately, below File > Open. Window layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu

from visualizer.ui.recent import Recent
from visualizer.ui.words import tr

OPENER: str = "window.open_files"


class RecentMenu(QMenu):
    """Opens a file again; one that is gone leaves the list.

    Parameters
    ----------
    recent : the lists
    open_paths : opens files
    say : says a line in the window
    menu : into which this one is put
    """

    def __init__(
        self, recent: Recent, open_paths: Callable[[list[Path]], None], say: Callable[[str], None], menu: QMenu
    ) -> None:
        super().__init__(tr("Open recent"), menu)
        self._recent, self._open_paths, self._say = recent, open_paths, say
        self.setToolTipsVisible(True)
        names = [action.objectName() for action in menu.actions()]
        below = names.index(OPENER) + 1 if OPENER in names else len(names)
        after = menu.actions()[below:]
        menu.insertMenu(after[0], self) if after else menu.addMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Bring the menu up to date."""
        self.clear()
        for number, name in enumerate(self._recent.list_of("files"), 1):
            path = Path(name)
            action = self.addAction(f"&{number % 10}  {path.name}")
            action.setToolTip(name)
            action.setStatusTip(name)
            action.triggered.connect(lambda _checked=False, path=path: self.open(path))
        self.setEnabled(not self.isEmpty())
        if not self.isEmpty():
            self.addSeparator()
            self.addAction(tr("Forget these")).triggered.connect(lambda: self._recent.clear("files"))

    def open(self, path: Path) -> None:
        """Open a file of the list."""
        if path.exists():
            self._open_paths([path])
        else:
            self._recent.remove("files", str(path))
            self._say(tr("{path}: is not there any more").format(path=path))
