"""From command records to menus and shortcuts: one QAction each.

Window layer. What a user cannot do now (`PeriluneError`) is said in the window; anything else goes to the crash
path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QMainWindow,
    QMenu,
)

from visualizer.errors import PeriluneError
from visualizer.model.commands import SESSION_COMMANDS, VIEW_COMMANDS, Command
from visualizer.model.option_remarks import switched_on, why_unseen
from visualizer.model.session import Session
from visualizer.ui.panels import PANELS
from visualizer.ui.window_commands import WINDOW_COMMANDS, WindowActs
from visualizer.ui.words import tr

MENUS: Final = ("File", "View", "Time", "Compare", "Export", "Help")
# Commands that stand together in a menu of their own: its place and title, and how their ids begin. Those of a menu
# that are not named here stand in it themselves.
SUBMENUS: Final = (
    ("View", "Photographs", ("view.show_photo_", "view.show_zeeman")),
    ("View", "Camera", ("view.zoom_", "view.turn_", "view.reset_camera")),
    ("View", "Shown in the picture", ("view.toggle_",)),
    ("View", "Panes", ("view.split_", "view.pane_")),
    ("View", "Cameras of the craft", ("view.camera_",)),
    ("View", "Panels", ("window.toggle_panels", *(f"window.toggle_{spec.id}" for spec in PANELS))),
    ("View", "Theme and text", ("window.choose_theme_", "window.larger_", "window.smaller_", "window.normal_")),
    ("View", "Quality of the picture", ("window.choose_quality_",)),
    ("Time", "Step", ("time.step_", "time.go_to_")),
    ("Time", "Timeline", ("window.zoom_timeline_", "window.show_whole_timeline")),
    ("Compare", "Lay side by side", ("compare.align_",)),
)
# Which letter of a menu's name opens it with Alt, where it is not the first: Alt+E is a command.
_LETTER: Final = {"Export": 1}
_LOCAL_KEYS: Final = {
    QAbstractButton: {Qt.Key.Key_Space},
    QComboBox: {Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Down},
    QAbstractSlider: {
        Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right,
        Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    },
    QAbstractItemView: {
        Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right,
        Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    },
}  # fmt: skip


class Actions(QObject):
    """All actions of a window.

    Attributes
    ----------
    by_id : the QAction of each command
    """

    def __init__(self, window: QMainWindow, session: Session, acts: WindowActs, say: Callable[[str], None]) -> None:
        super().__init__(window)
        self._session, self._say = session, say
        self._options, self._is_running = session.options, False
        self.by_id: dict[str, QAction] = {}
        self._checks: list[tuple[QAction, Callable[[], bool]]] = []
        self._view_group = QActionGroup(self)
        self._groups: dict[str, QActionGroup] = {}
        for command in SESSION_COMMANDS:
            self._add(window, command, session)
        for command in WINDOW_COMMANDS:
            self._add(window, command, acts)
        self._group_views()
        self._build_menus(window)
        self.refresh()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        session.changed.connect(self._on_session_changed)
        session.clock.play_changed.connect(self.refresh)

    def disconnect_session(self) -> None:
        """Stop listening; for a closing window."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._session.changed.disconnect(self._on_session_changed)
        self._session.clock.play_changed.disconnect(self.refresh)

    def _add(self, window: QMainWindow, command: Command[Any], context: object) -> None:
        action = QAction(tr(command.title), window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setStatusTip(tr(command.help))
        action.setToolTip(tr(command.help))
        action.triggered.connect(lambda _checked=False: self._run(command, context))
        if command.is_checked is not None:
            is_checked = command.is_checked
            action.setCheckable(True)
            self._checks.append((action, lambda: is_checked(context)))
        if command.group:
            if command.group not in self._groups:
                self._groups[command.group] = QActionGroup(self)
            self._groups[command.group].addAction(action)
        window.addAction(action)
        self.by_id[command.id] = action

    def _group_views(self) -> None:
        for command in VIEW_COMMANDS:
            action, view_id = self.by_id[command.id], command.id.removeprefix("view.show_").replace("_", "-")
            action.setCheckable(True)
            self._view_group.addAction(action)
            self._checks.append((action, lambda view_id=view_id: self._session.view_id == view_id))

    def _build_menus(self, window: QMainWindow) -> None:
        menus: dict[str, QMenu] = {name: window.menuBar().addMenu(_with_letter(name)) for name in MENUS}
        last: dict[str, str] = {}
        inner: dict[str, QMenu] = {}
        for command in (*SESSION_COMMANDS, *WINDOW_COMMANDS):
            if not command.menu:
                continue
            title = submenu_of(command)
            if title and title not in inner:
                inner[title] = menus[command.menu].addMenu(tr(title))
                last[command.menu] = title
            elif not title:
                group = _group_of(command.id)
                if last.setdefault(command.menu, group) != group:
                    menus[command.menu].addSeparator()
                    last[command.menu] = group
            (inner[title] if title else menus[command.menu]).addAction(self.by_id[command.id])
        for menu in menus.values():
            menu.menuAction().setVisible(not menu.isEmpty())

    def run(self, command_id: str) -> None:
        """Run a command by its id, as its key would."""
        self.by_id[command_id].trigger()

    def _run(self, command: Command[Any], context: object) -> None:
        self._is_running = True
        try:
            command.run(context)
        except PeriluneError as error:
            self._say(str(error))
        finally:
            self._is_running = False
        self.refresh()

    def _on_session_changed(self, what: str) -> None:
        if what in ("view", "options", "alignment", "panes"):
            self.refresh()
        if what == "options":
            self._say_what_is_unseen()
        if what == "alignment" and self._session.lineup.remark:
            self._say(self._session.lineup.remark)
        if what == "remark":
            self._say(self._session.remark)

    def _say_what_is_unseen(self) -> None:
        """Say why what the user has just switched on shows nothing; a bookmark or a scene goes to where it is seen."""
        before, self._options = self._options, self._session.options
        if not self._is_running:
            return
        for name in switched_on(before, self._options)[:1]:
            words = why_unseen(self._session, name)
            if words:
                self._say(words)

    def refresh(self) -> None:
        """Bring check marks up to date."""
        for action, is_checked in self._checks:
            action.setChecked(is_checked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: a focused list, button or box keeps the keys it lives on."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            for kind, keys in _LOCAL_KEYS.items():
                if isinstance(watched, kind) and Qt.Key(event.key()) in keys and not _has_modifier(event):
                    event.accept()
                    return True
        return False


def submenu_of(command: Command[Any]) -> str:
    """Return the title of the submenu that a command stands in; empty where it stands in its menu itself."""
    here = (title for menu, title, starts in SUBMENUS if menu == command.menu and command.id.startswith(starts))
    return next(here, "")


def _with_letter(menu: str) -> str:
    """Return a menu's title with the letter marked that opens it."""
    title, at = tr(menu), _LETTER.get(menu, 0)
    return f"{title[:at]}&{title[at:]}"


def _has_modifier(event: QKeyEvent) -> bool:
    strong = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(event.modifiers() & strong)


def _group_of(command_id: str) -> str:
    area, _, act = command_id.partition(".")
    return (
        f"{area}.{act.partition('_')[0]}"
        if area == "view"
        else f"{area}.{act.partition('_')[0] in ('step', 'go', 'align')}"
    )
