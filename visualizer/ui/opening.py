"""Opening and saving: files by dialog, drop or command line, scenes, links.

Window layer. `FileDesk` belongs to one window. What takes time is read in a worker; a scene is shown once everything
that it needs is there, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit

from visualizer.errors import CommandError, MistakesError, PeriluneError
from visualizer.missions.catalogue import Mission
from visualizer.model.bookmarks import Bookmark, BookmarkStore
from visualizer.model.link import is_link, link_of, snapshot_of_link
from visualizer.model.pane_table import mission_ids_of
from visualizer.model.scene_file import (
    ENDING,
    FlightFile,
    Scene,
    looks_like_scene,
    relative_flights,
    scene_of,
    write_scene,
)
from visualizer.model.session import Session
from visualizer.model.session_scene import apply_snapshot, snapshot_of
from visualizer.model.snapshot import Snapshot
from visualizer.ui.mistakes_dialog import MistakesDialog
from visualizer.ui.recent import Recent
from visualizer.ui.recent_menu import RecentMenu
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

if TYPE_CHECKING:
    from visualizer.model.ghosts import Ghost
    from visualizer.ui.import_dialog import ImportDialog
    from visualizer.ui.import_work import Imported

FILTERS: Final = (
    "All that can be opened (*.perilune *.toml *.bsp *.oem *.xml *.e *.csv *.txt *.xyzv *.dat)",
    "Scenes (*.perilune)",
    "All files (*)",
)
DROPPED_MAX: Final = 50
LONG_MS: Final = 9_000


class _Errand(Runner):
    """A runner with what is to be done with its result; `then` is None while it is free."""

    def __init__(self, parent: QObject, fail: Callable[[Exception], None]) -> None:
        super().__init__(parent)
        self._fail = fail
        self.then: Callable[[Any, Path], None] | None = None
        self.path = Path()
        self.done.connect(self._on_result)
        self.failed.connect(self._on_error)

    def _on_result(self, result: object) -> None:
        then, self.then = self.then, None
        if then is not None:
            then(result, self.path)

    def _on_error(self, error: Exception) -> None:
        self.then = None
        self._fail(error)


class FileDesk(QObject):
    """Opens and saves for a window.

    Attributes
    ----------
    flights : files of the flights that were taken in for this session only
    bookmarks : of the scene that was opened last
    recent : files opened lately
    dialogs : import dialogs that are open
    menu : the menu of files opened lately

    Signals
    -------
    bookmarks_changed() : another scene brought other bookmarks
    """

    bookmarks_changed = Signal()

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._window = window
        self.flights: list[FlightFile] = []
        self.bookmarks: tuple[Bookmark, ...] = ()
        self.recent = Recent()
        self.dialogs: list[ImportDialog] = []
        self._errands: list[_Errand] = []
        self.menu: RecentMenu | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self._date_field: QLineEdit = self._window.transport.date_field
        self._date_field.installEventFilter(self)
        window.closing.connect(lambda _settings: self.stop())
        for action in window.menuBar().actions():
            if "window.open_files" in [one.objectName() for one in action.menu().actions()]:
                self.menu = RecentMenu(self.recent, self.open_paths, window.say, action.menu())

    def stop(self) -> None:
        """End the workers; for a closing window."""
        for dialog in list(self.dialogs):
            dialog.reject()
        for errand in self._errands:
            errand.stop()
            errand.then = None

    # -- asking -------------------------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for files and open them."""
        dialog = QFileDialog(self._window, tr("Open"), str(self._folder()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([tr(one) for one in FILTERS])
        dialog.filesSelected.connect(lambda names: self.open_paths([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_save(self) -> None:
        """Ask for a file and write the scene into it."""
        dialog = QFileDialog(self._window, tr("Save the scene"), str(self._folder() / f"scene{ENDING}"), tr(FILTERS[1]))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDING[1:])
        dialog.fileSelected.connect(lambda name: self._told(lambda: self.save(Path(name))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder(self) -> Path:
        lately = [Path(name).parent for name in self.recent.list_of("files")]
        return next((folder for folder in lately if folder.is_dir()), Path.home())

    # -- opening ------------------------------------------------------------------------------------------

    def open_paths(self, paths: Iterable[Path]) -> None:
        """Open files: scenes and mission documents at once, trajectories after asking what to take of them."""
        from visualizer.model.opening import open_path

        found = list(dict.fromkeys(paths))[:DROPPED_MAX]
        quick = [path for path in found if _is_quick(path)]
        others = [path for path in found if path not in quick]
        for path in quick:
            there = list(self._window.session.missions)
            self._work(lambda path=path, there=there: open_path(path, there), self._on_opened, path)
        if others:
            self._ask_import(others)

    def _ask_import(self, paths: list[Path]) -> None:
        from visualizer.ui.import_dialog import ImportDialog

        dialog = ImportDialog(paths, lambda: list(self._window.session.missions.values()), self._window)
        self.dialogs.append(dialog)
        dialog.imported.connect(lambda imported: self._on_imported(imported, paths))
        dialog.finished.connect(lambda _code: self._forget(dialog))
        dialog.show()

    def _forget(self, dialog: ImportDialog) -> None:
        if dialog in self.dialogs:
            self.dialogs.remove(dialog)
        dialog.deleteLater()

    def _on_opened(self, opened: object, path: Path) -> None:
        from visualizer.model.opening import OpenedMission, OpenedScene

        if isinstance(opened, OpenedScene):
            self._told(lambda: self.show_scene(opened.scene, opened.missions, str(path)))
        elif isinstance(opened, OpenedMission):
            self._take_in([opened.mission])
        self.recent.add("files", str(path.absolute()))

    def _on_imported(self, imported: Imported, paths: list[Path]) -> None:
        self.flights += imported.flights
        self._take_in(list(imported.missions))
        for path in reversed(paths):
            self.recent.add("files", str(path.absolute()))

    def _take_in(self, missions: list[Mission]) -> None:
        session = self._window.session
        session.add_missions(missions)
        for mission in missions:
            session.set_shown(mission.id, True)
        session.turn_to(missions[0].id)
        words = tr("Opened: {names}").format(names=", ".join(mission.name for mission in missions))
        self._window.hint.say("; ".join(part for part in (words, session.remark) if part), LONG_MS)

    def open_link(self, text: str) -> None:
        """Show what a link says; raise `CommandError` where it is none."""
        self.show_snapshot(snapshot_of_link(text), "link")

    def show_snapshot(self, snapshot: Snapshot, what: str, then: Callable[[], None] = lambda: None) -> None:
        """Show a snapshot; missions that are not loaded are loaded first, in a worker."""
        there = list(self._window.session.missions)
        if all(mission_id in there for mission_id in snapshot.missions):
            self._apply(snapshot, (), what)
            then()
            return

        def on_loaded(missions: object, _path: Path) -> None:
            self._told(lambda: self._apply(snapshot, missions, what))
            then()

        self._work(lambda: _missing(snapshot, there), on_loaded, Path(what))

    def show_scene(
        self, scene: Scene, missions: Iterable[Mission] = (), what: str = "scene", *, at_once: bool = False
    ) -> None:
        """Show a scene with its parts; raise `CommandError` where it cannot be shown."""
        known = {one.id for one in self.flights}
        self._apply(scene, missions, what, at_once=at_once)
        self.flights += [_absolute(one, what) for one in scene.flights if one.id not in known]
        own = {one.id for one in BookmarkStore().load()}
        self.bookmarks = tuple(one for one in scene.bookmarks if one.id not in own)
        self.bookmarks_changed.emit()
        from visualizer.model.scene_parts import ghosts_of, show_parts

        session = self._window.session
        for line in show_parts(session, scene, what):
            self._window.hint.say(line, LONG_MS)
        if scene.what_if:
            self._work(ghosts_of(scene, session), lambda ghosts, _path: _lay_over(session, ghosts), Path(what))

    def show_session(self, scene: Scene, path: Path) -> None:
        """Show a session that was written down: at once where its missions are loaded, else when they are."""
        there = list(self._window.session.missions)
        wanted = (*scene.missions, *mission_ids_of(scene.panes))
        if not scene.flights and all(mission_id in there for mission_id in wanted):
            self.show_scene(scene, (), str(path), at_once=True)
            return

        def on_loaded(missions: Any, _path: Path) -> None:
            self._told(lambda: self.show_scene(scene, missions, str(path), at_once=True))

        def load() -> None:
            self._work(lambda: _needed(scene, there, path), on_loaded, path)

        # The first picture of a window that opens does not wait for them.
        load() if self._window.isVisible() else self._window.canvas.on_first_frame.append(load)

    def _apply(self, snapshot: Snapshot, missions: Any, what: str, *, at_once: bool = False) -> None:
        self._window.session.add_missions(list(missions))
        if moved := apply_snapshot(self._window.session, snapshot, what, at_once=at_once):
            self._window.hint.say(moved, LONG_MS)

    def _work(self, act: Callable[[], object], then: Callable[[Any, Path], None], path: Path) -> None:
        errand = next((one for one in self._errands if one.then is None), None)
        if errand is None:
            # It lives as long as the desk: one that went as its result came would wait for a thread that waits for it.
            errand = _Errand(self, self._fail)
            self._errands.append(errand)
        errand.then, errand.path = then, path
        errand.start(act)

    def _told(self, act: Callable[[], None]) -> None:
        try:
            act()
        except PeriluneError as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, PeriluneError):
            raise error
        if isinstance(error, MistakesError):
            MistakesDialog(error, self._window).show()
        else:
            self._window.hint.say(str(error), LONG_MS)

    # -- saving -------------------------------------------------------------------------------------------

    def scene(self) -> Scene:
        """Return what the window shows, as a scene."""
        from visualizer.model.scene_parts import parts_of

        parts = {"bookmarks": self.bookmarks, **parts_of(self._window.session)}
        return scene_of(snapshot_of(self._window.session), self.flights, **parts)

    def save(self, path: Path) -> None:
        """Write the scene into a file, with the bookmarks of its missions; `CommandError` where that cannot be."""
        path = path if path.suffix else path.with_suffix(ENDING)
        scene = self.scene()
        own = (one for one in BookmarkStore().load() if set(one.missions) <= set(scene.missions))
        bookmarks = tuple({one.id: one for one in (*scene.bookmarks, *own)}.values())
        flights = relative_flights(scene.flights, path.parent)
        write_scene(path, scene.model_copy(update={"flights": flights, "bookmarks": bookmarks}))
        self.recent.add("files", str(path.absolute()))
        self._window.say(tr("Written: {path}").format(path=path))

    def copy_link(self) -> None:
        """Copy what is seen as a link."""
        snapshot = snapshot_of(self._window.session)
        own = {one.id for one in self.flights} & set(snapshot.missions)
        if own:
            raise CommandError(
                f"link: {sorted(own)[0]!r} is in no catalogue, so no link can name it; save a scene instead"
            )
        QGuiApplication.clipboard().setText(link_of(snapshot))
        self._window.say(tr("Link copied"))

    # -- drops --------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: take files and links that are dropped on the window, and links pasted into the date field."""
        if watched is self._date_field:
            return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._took_link(event)
        if isinstance(event, (QDragEnterEvent, QDragMoveEvent)):
            if _paths_in(event.mimeData()) or _link_in(event.mimeData()):
                event.acceptProposedAction()
                return True
        elif isinstance(event, QDropEvent):
            paths, link = _paths_in(event.mimeData()), _link_in(event.mimeData())
            if paths or link:
                event.acceptProposedAction()
                self._told(lambda: self.open_paths(paths) if paths else self.open_link(link))
                return True
        return False

    def _took_link(self, event: QKeyEvent) -> bool:
        """Open a link that stands in the date field when Enter is pressed."""
        text = self._date_field.text()
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not is_link(text):
            return False
        self._told(lambda: self.open_link(text))
        self._date_field.setModified(False)
        self._window.canvas.native.setFocus()
        return True


# What reads files is imported when it is needed first: a window that opens does not wait for it.


def _missing(snapshot: Snapshot, there: list[str]) -> list[Mission]:
    from visualizer.model.opening import missing_missions

    return missing_missions(snapshot, there)


def _needed(scene: Scene, there: list[str], path: Path) -> list[Mission]:
    from visualizer.model.opening import missions_of

    return missions_of(scene, there, path)


def _lay_over(session: Session, ghosts: tuple[Ghost, ...]) -> None:
    session.lay_over(replace(session.added, ghosts=ghosts))


def _is_quick(path: Path) -> bool:
    if path.suffix.lower() in (ENDING, ".toml") or path.is_dir():
        return True
    try:
        with path.open("rb") as file:
            return looks_like_scene(file.read(4_096))
    except OSError:
        return False


def _paths_in(data: Any) -> list[Path]:
    urls: list[QUrl] = data.urls() if data.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def _link_in(data: Any) -> str:
    text = data.text().strip() if data.hasText() else ""
    return text if text.lower().startswith("perilune:?") else ""


def _absolute(one: FlightFile, scene_path: str) -> FlightFile:
    file = Path(one.file)
    return one if file.is_absolute() else one.model_copy(update={"file": str(Path(scene_path).parent / file)})


def file_desk(window: Any) -> FileDesk:
    """Return a window's file desk, made at first."""
    there = window.findChild(FileDesk)
    return there if isinstance(there, FileDesk) else FileDesk(window)


def open_targets(window: Any, targets: Iterable[str]) -> None:
    """Open files and links, as the command line names them."""
    words = list(targets)
    desk = file_desk(window)
    for link in [one for one in words if is_link(one)]:
        try:
            desk.open_link(link)
        except PeriluneError as error:
            window.hint.say(str(error), LONG_MS)
    paths = [Path(one) for one in words if not is_link(one)]
    if paths:
        desk.open_paths(paths)
