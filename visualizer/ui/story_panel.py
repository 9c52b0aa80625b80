"""The storyboard's panel: shots with small pictures, their fields, a preview in the window's picture. Window layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualizer.errors import CommandError, PeriluneError
from visualizer.model.session import Session
from visualizer.model.story import Story, read_story, write_story
from visualizer.model.story_board import board_of, shot_of_session
from visualizer.model.story_frames import key_of_camera
from visualizer.model.story_shelf import ready_made_ids, ready_made_story
from visualizer.ui.curtain import Curtain
from visualizer.ui.form_parts import least_height
from visualizer.ui.story_form import ShotForm
from visualizer.ui.story_pictures import StoryPictures
from visualizer.ui.story_preview import StoryPreview
from visualizer.ui.words import tr

PICTURE_EMS: Final = 9.0
FILES: Final = "Storyboard (*.toml)"


class StoryPanel(QWidget):
    """Edits the session's storyboard."""

    def __init__(self, desk: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, _session_of(desk)
        self.board = board_of(self._session)
        self.title = QLineEdit(self)
        self.length, self.note = QLabel(self), QLabel(self)
        self.list = QListWidget(self)
        self.form = ShotForm(self)
        self.buttons: dict[str, QToolButton] = {}
        self.pictures = StoryPictures(self)
        self.curtain = Curtain(desk.canvas.native)
        self.preview = StoryPreview(self._session, desk.redraw, self.curtain.let_through, self)
        self._chosen = -1
        self._lay_out()
        self._connect()
        self.fill()

    def _lay_out(self) -> None:
        em = self.fontMetrics().horizontalAdvance("m")
        self.list.setIconSize(QSize(round(PICTURE_EMS * em), round(PICTURE_EMS * em * 9 / 16)))
        self.list.setAccessibleName(tr("Shots"))
        self.list.setWordWrap(True)
        self.title.setAccessibleName(tr("Title of the story"))
        self.note.setWordWrap(True)
        top = QHBoxLayout()
        for name, words, help_, act in self._acts():
            top.addWidget(self._button(name, words, help_, act))
        top.addStretch(1)
        left = QVBoxLayout()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.length)
        left.addLayout(head)
        left.addLayout(top)
        left.addWidget(self.list, 1)
        left.addWidget(self.note)
        scroll = QScrollArea(self)
        scroll.setWidget(self.form)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 6)
        row.addLayout(left, 1)
        row.addWidget(scroll, 1)

    def heightForWidth(self, width_px: int) -> int:
        """Qt: no higher than it must be; what is inside scrolls by itself."""
        return least_height(self, width_px)

    def _acts(self) -> tuple[tuple[str, str, str, Callable[[], object]], ...]:
        return (
            ("play", "▶", "Play the story here, from the chosen shot on; again: stop", self.toggle_preview),
            ("add", "+", "Add a shot of what is seen now (Ins)", self.add),
            ("up", "▲", "Move the shot up (Alt+Up)", lambda: self.move_by(-1)),
            ("down", "▼", "Move the shot down (Alt+Down)", lambda: self.move_by(1)),
            ("delete", "✕", "Take the shot away (Del); Undo brings it back", self.delete),
            ("undo", "↶", "Undo the last change of the storyboard (Ctrl+Z)", lambda: self.board.go(-1)),
            ("redo", "↷", "Redo (Ctrl+Shift+Z)", lambda: self.board.go(1)),
            ("ready", "Open …", "Open a ready-made story, or one of your own", self.show_stories),
            ("save", "Save …", "Save the storyboard into a file", self.ask_save),
            ("film", "Film …", "Draw a film of the storyboard", lambda: self._desk.run("window.save_film")),
        )

    def _button(self, name: str, words: str, help_: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setText(tr(words))
        button.setToolTip(tr(help_))
        button.setAccessibleName(tr(help_))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda _checked=False: self._told(act))
        self.buttons[name] = button
        return button

    def _connect(self) -> None:
        self.board.changed.connect(self.fill)
        self.title.editingFinished.connect(lambda: self.board.rename(self.title.text()))
        self.list.currentRowChanged.connect(self._on_chosen)
        self.list.itemActivated.connect(lambda _item: self._told(self.go_there))
        self.list.installEventFilter(self)
        self.form.changed.connect(lambda keys: self._told(lambda: self.board.change(self._chosen, **keys)))
        self.form.camera_taken.connect(self._take_camera)
        self.pictures.arrived.connect(self._show_pictures)
        self.preview.moved.connect(self._on_moved)
        self.preview.ended.connect(self._on_ended)

    # -- what is shown ------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Show the board as it is now."""
        shots = self.board.shots
        self._chosen = min(max(self._chosen, 0), len(shots) - 1)
        with QSignalBlocker(self.list):
            self.list.clear()
            for number, shot in enumerate(shots, 1):
                self.list.addItem(
                    QListWidgetItem(f"{number}. {shot.title or shot.view or tr('Shot')}, {shot.seconds:g} s")
                )
            self.list.setCurrentRow(self._chosen)
        self.title.setText(self.board.state.title)
        self.form.show_shot(shots[self._chosen] if shots else None)
        self._tell_state()
        self._show_pictures()

    def _tell_state(self) -> None:
        story, words = self._story()
        self.length.setText(f"{story.seconds:g} s" if story else "")
        empty = tr("Press + to add a shot of what you see now, or Open … for a ready-made story")
        self.note.setText(words if self.board.shots else empty)
        for name in ("play", "save", "film"):
            self.buttons[name].setEnabled(story is not None)
        for name in ("up", "down", "delete"):
            self.buttons[name].setEnabled(bool(self.board.shots))
        self.buttons["undo"].setEnabled(self.board.can(-1))
        self.buttons["redo"].setEnabled(self.board.can(1))
        if story is not None:
            self.pictures.want(story)

    def _story(self) -> tuple[Story | None, str]:
        try:
            return self.board.story(), ""
        except CommandError as error:
            return None, str(error)

    def _show_pictures(self) -> None:
        story, _ = self._story()
        for row in range(self.list.count() if story is not None else 0):
            picture = self.pictures.picture(story, row) if story is not None else None
            item = self.list.item(row)
            if picture is not None and item is not None:
                item.setIcon(QIcon(picture))

    def refresh(self, _state: object) -> None:
        """Nothing here depends on the time."""

    def stop(self) -> None:
        """Stop listening, playing and drawing; for a closing window."""
        self.board.changed.disconnect(self.fill)
        self.preview.close()
        self.pictures.close()

    def _told(self, act: Callable[[], object]) -> None:
        """Do something; what cannot be is said below the list."""
        try:
            act()
        except PeriluneError as error:
            # The fields go back to what the shot is.
            shots = self.board.shots
            self.form.show_shot(shots[self._chosen] if shots else None)
            self.note.setText(str(error))

    # -- what is done -------------------------------------------------------------------------------------

    def _on_chosen(self, row: int) -> None:
        self._chosen = row
        shots = self.board.shots
        self.form.show_shot(shots[row] if 0 <= row < len(shots) else None)

    def choose(self, row: int) -> None:
        """Choose a shot."""
        self._chosen = row
        self.list.setCurrentRow(row)

    def add(self) -> None:
        """Add a shot of what is seen now, after the chosen one."""
        place = self._chosen + 1 if self.board.shots else 0
        self._chosen = place
        self.board.add(shot_of_session(self._session), place)

    def delete(self) -> None:
        """Take the chosen shot away."""
        if self.board.shots:
            self.board.remove(self._chosen)

    def move_by(self, step: int) -> None:
        """Move the chosen shot."""
        if self.board.shots:
            place, self._chosen = self._chosen, min(max(self._chosen + step, 0), len(self.board.shots) - 1)
            self.board.move(place, step)

    def _take_camera(self, is_end: bool) -> None:
        camera = self._session.camera
        keys = self.board.shots[self._chosen].camera if is_end else ()
        if is_end and keys:
            # The keys before keep their order and share what comes before the end.
            kept = [key.model_copy(update={"at": n / len(keys)}) for n, key in enumerate(keys)]
            found = (*kept, key_of_camera(camera, 1.0))
        else:
            found = (key_of_camera(camera),)
        changes: dict[str, Any] = {"camera": tuple(key.model_dump(exclude_none=True) for key in found), "view": None}
        if not is_end:
            # The shot becomes what is seen now, but for its time and its words.
            seen = shot_of_session(self._session)
            changes |= {"missions": seen.missions, "active": None, "align": seen.align}
            changes |= {"show": seen.show, "hide": seen.hide}
        self._told(lambda: self.board.change(self._chosen, **changes))

    def go_there(self) -> None:
        """Go to the begin of the chosen shot in the window itself."""
        from visualizer.model.story_frames import ready_story

        story = self.board.story()
        ready = ready_story(story, missions=self._session.missions.values()).shots[self._chosen]
        layer = ready.layer(0.0)
        for mission in ready.missions:
            if mission.id in self._session.missions:
                self._session.set_shown(mission.id, True)
        if ready.missions[0].id in self._session.missions:
            self._session.activate(ready.missions[0].id)
        self._session.clock.seek(layer.tdb_s)
        self._session.fly_to(layer.request.camera)

    def toggle_preview(self) -> None:
        """Play from the chosen shot on, or stop."""
        if self.preview.is_playing:
            self.preview.stop()
        else:
            self.preview.play(self.board.story(), max(self._chosen, 0))
            self.buttons["play"].setText("■")

    def _on_moved(self, at_s: float, shot: int) -> None:
        self.note.setText(tr("{at} of {length}").format(at=f"{at_s:.1f} s", length=self.length.text()))
        if self.list.currentRow() != shot:
            with QSignalBlocker(self.list):
                self.list.setCurrentRow(shot)

    def _on_ended(self, reason: str) -> None:
        self.buttons["play"].setText("▶")
        with QSignalBlocker(self.list):
            self.list.setCurrentRow(self._chosen)
        self.note.setText(reason)

    def show_stories(self) -> None:
        """Open the menu of ready-made stories and files."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for story_id in ready_made_ids():
            action = menu.addAction(ready_made_story(story_id).title)
            action.triggered.connect(lambda _checked=False, i=story_id: self.load(ready_made_story(i)))
        menu.addSeparator()
        menu.addAction(tr("Open …")).triggered.connect(lambda _checked=False: self.ask_open())
        button = self.buttons["ready"]
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def load(self, story: Story) -> None:
        """Put a story onto the board; undo brings back what was there."""
        self._chosen = 0
        self.board.load(story)

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Open storyboard"), str(Path.home()), tr(FILES))
        if path:
            self._told(lambda: self.load(read_story(Path(path))))

    def ask_save(self) -> None:
        """Ask for a file and save the storyboard into it."""
        story = self.board.story()
        place = Path.home() / f"{story.title}.toml"
        path, _ = QFileDialog.getSaveFileName(self, tr("Save storyboard"), str(place), tr(FILES))
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Save the storyboard."""
        write_story(path, self.board.story())
        self._desk.say(tr("Saved: {path}").format(path=path))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: keys of the list."""
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            act = self._act_of(event)
            if act is not None:
                self._told(act)
                return True
        return super().eventFilter(watched, event)

    def _act_of(self, event: QKeyEvent) -> Callable[[], object] | None:
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.matches(QKeySequence.StandardKey.Undo):
            return lambda: self.board.go(-1)
        if event.matches(QKeySequence.StandardKey.Redo):
            return lambda: self.board.go(1)
        keys: dict[tuple[int, bool], Callable[[], object]] = {
            (Qt.Key.Key_Delete, False): self.delete,
            (Qt.Key.Key_Insert, False): self.add,
            (Qt.Key.Key_Up, True): lambda: self.move_by(-1),
            (Qt.Key.Key_Down, True): lambda: self.move_by(1),
            (Qt.Key.Key_Space, False): self.toggle_preview,
        }
        return keys.get((event.key(), is_alt))


def _session_of(desk: Any) -> Session:
    session = desk.session
    assert isinstance(session, Session)
    return session
