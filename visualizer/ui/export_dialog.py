"""The dialog for pictures and films: what, where, how large; progress, pause and cancel. Window layer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError, PeriluneError
from visualizer.export.partial import MANIFEST, kept_hash, work_path
from visualizer.missions.alignment import CALENDAR
from visualizer.missions.catalogue import mission_ids
from visualizer.model.session import Session
from visualizer.ui.export_fields import BOARD, FLIGHT, FilmFields, PictureFields
from visualizer.ui.export_job import ExportJob, camera_text
from visualizer.ui.words import tr

if TYPE_CHECKING:
    from visualizer.export.job import FilmJob
    from visualizer.model.story import Story

NOTE_LINES: Final = 3


class ExportDialog(QDialog):
    """Asks and shows how far it is; the window stays usable.

    Parameters
    ----------
    session : what is drawn: the present camera, options and time
    is_film : a film instead of a picture of now
    folder : where the file is put unless the user says otherwise
    story : returns the storyboard, for a film of it; None where there is none

    Signals
    -------
    written(str) : the file is there
    """

    written = Signal(str)

    def __init__(
        self,
        session: Session,
        is_film: bool,
        folder: Path,
        parent: QWidget | None = None,
        story: Callable[[], Story] | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._is_film = session, is_film
        self._story = story or _board_story(session)
        self.setWindowTitle(tr("Save film") if is_film else tr("Save picture"))
        self._job = ExportJob(self)
        self._job.progressed.connect(self._on_progressed)
        self._job.paced.connect(self._on_paced)
        self._job.ended.connect(self._on_ended)
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self.path = QLineEdit(str(_unused(folder / f"{session.active_id}{'.mp4' if is_film else '.png'}")), self)
        self.path.setAccessibleName(tr("File"))
        self._film = FilmFields(session, self._story is not None, self) if is_film else None
        self._fields = self._film or PictureFields(self)
        self._share_fields()
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(tr("Progress"))
        self._bar.hide()
        self._note = QLabel(self)
        self._said = ""
        self._begin = QPushButton(tr("Draw"), self)
        self._pause = QPushButton(tr("Pause"), self)
        self._keep = QPushButton(tr("Save job …"), self)
        self._resume = QPushButton(tr("Go on with unfinished"), self)
        self._cancel = QPushButton(tr("Close"), self)
        self._begin.setDefault(True)
        self._lay_out()
        self._keep_room()
        self.path.textEdited.connect(lambda _text: self._forget())
        self._begin.clicked.connect(self.begin)
        self._pause.clicked.connect(self._on_pause)
        self._keep.clicked.connect(self._on_keep)
        self._resume.clicked.connect(self.resume)
        self._forget()
        self._cancel.clicked.connect(self._on_cancel)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 42)

    def _share_fields(self) -> None:
        """Let what is asked for be read from the dialog itself."""
        self.size, self.supersample, self.transparent = (
            self._fields.size_box, self._fields.supersample, self._fields.transparent,
        )  # fmt: skip
        if self._film is not None:
            film = self._film
            self.what, self.format, self.start, self.end = film.what, film.format, film.start, film.end
            self.seconds, self.fps = film.seconds, film.fps
            self.format.currentIndexChanged.connect(lambda _index: self._fit_ending())
            self.what.currentIndexChanged.connect(lambda _index: self._forget())

    def _lay_out(self) -> None:
        form = QFormLayout()
        browse = QPushButton(tr("Choose …"), self)
        browse.clicked.connect(self._browse)
        file_row = QHBoxLayout()
        file_row.addWidget(self.path, 1)
        file_row.addWidget(browse)
        form.addRow(tr("File"), file_row)
        self._fields.add_rows(form)
        buttons = QHBoxLayout()
        buttons.addWidget(self._keep)
        buttons.addWidget(self._resume)
        self._keep.setVisible(self._is_film)
        self._resume.setVisible(self._is_film)
        buttons.addStretch(1)
        for button in (self._begin, self._pause, self._cancel):
            buttons.addWidget(button)
        self._pause.setVisible(self._is_film)
        self._pause.setEnabled(False)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._bar)
        column.addWidget(self._note)
        column.addLayout(buttons)

    def _keep_room(self) -> None:
        """Give bar, words and buttons their room from the start, so that nothing moves when work begins."""
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._note.setFixedHeight(NOTE_LINES * self.fontMetrics().lineSpacing())
        for button, words in ((self._cancel, ("Close", "Cancel")), (self._pause, ("Go on", "Pause"))):
            widths = []
            for word in words:
                button.setText(tr(word))
                widths.append(button.sizeHint().width())
            button.setText(tr(words[0]) if button is self._cancel else tr(words[1]))
            button.setMinimumWidth(max(*widths, self._begin.sizeHint().width()))
        self._begin.setMinimumWidth(self._cancel.minimumWidth())

    def _say(self, text: str) -> None:
        """Say how it stands; long paths may break after each folder."""
        self._said = text
        self._note.setText(text.replace("/", "/\u200b").replace("\\", "\\\u200b"))
        self._note.setToolTip(text)

    def _forget(self) -> None:
        """What was said is about another file; one that is half-done is told of."""
        if self._job.is_running:
            return
        is_kept = self._is_film and bool(kept_hash(self.target))
        self._resume.setEnabled(is_kept)
        self._say(tr("An unfinished film is kept beside this file: go on with it, or draw anew.") if is_kept else "")

    @property
    def target(self) -> Path:
        """The file that is asked for."""
        return Path(self.path.text().strip())

    def _fit_ending(self) -> None:
        """Give the file's name the ending of the chosen format."""
        assert self._film is not None
        suffix = self._film.suffix()
        target = self.target
        bare = target.with_suffix("") if target.suffix.lower() in (".mp4", ".webm", ".gif") else target
        self.path.setText(str(bare.with_name(bare.name + suffix) if bare.name else bare))
        self._forget()

    def _browse(self) -> None:
        kind = tr("Film (*.mp4 *.webm *.gif)") if self._is_film else tr("Picture (*.png)")
        path, _ = QFileDialog.getSaveFileName(
            self, self.windowTitle(), self.path.text(), kind, options=QFileDialog.Option.DontConfirmOverwrite
        )
        if path:
            self.path.setText(path)
            self._forget()

    # -- what is drawn ------------------------------------------------------------------------------------

    def arguments(self) -> list[str]:
        """Return the command line that draws what is asked for.

        Raises
        ------
        PeriluneError
            If a film of the storyboard is asked for and that is not whole.
        """
        if self._film is None and self._is_more_than_one():
            words = ["render", str(self._scene_file())]
        elif self._film is None:
            words = ["render", self._session.active_id, "--at", utc_text_from_tdb_s(self._session.clock.epoch_tdb_s, 3)]
            words += ["--view", self._session.view_id]
            words += ["--camera", camera_text(self._session.request())]
        else:
            words = ["animate", *self._film_words()]
        return [*words, *self._fields.words(), "-o", self.path.text().strip()]

    def _is_more_than_one(self) -> bool:
        """Whether there are several missions or panes, or missions of different times side by side."""
        session = self._session
        return len(session.shown_ids) > 1 or session.lineup.anchor != CALENDAR or bool(session.request().others)

    def _scene_file(self) -> Path:
        """Write what several panes or missions show into a scene file of this dialog's own."""
        from visualizer.model.opening import scene_of
        from visualizer.model.scene_file import write_scene
        from visualizer.model.scene_parts import parts_of
        from visualizer.model.session_scene import snapshot_of

        self._scratch = self._scratch or tempfile.TemporaryDirectory(prefix="perilune-")
        place = Path(self._scratch.name) / "panes.perilune"
        flights = getattr(getattr(self.parent(), "files", None), "flights", ())
        write_scene(place, scene_of(snapshot_of(self._session), flights, **parts_of(self._session)))
        return place

    def _film_words(self) -> list[str]:
        from visualizer.model.story import story_to_table
        from visualizer.model.toml_text import toml_text

        assert self._film is not None
        session, chosen = self._session, self._film.what_id()
        if chosen == FLIGHT:
            if session.active_id.partition("/")[0] not in mission_ids():
                words = tr("{name} is in this window only: open its file again, keep it among your missions, then draw")
                raise CommandError(words.format(name=session.active.name))
            words = [session.active_id, "--from", self.start.text(), "--to", self.end.text()]
            words += ["--seconds", str(self.seconds.value()), "--view", session.view_id]
            others = [i for i in session.shown_ids if i != session.active_id]
            words += [word for one in others for word in ("--with", one)]
            words += [] if session.lineup.anchor == CALENDAR else ["--align", session.lineup.anchor]
            return [*words, "--camera", camera_text(session.request())]
        if chosen == BOARD and self._story is not None:
            self._scratch = self._scratch or tempfile.TemporaryDirectory(prefix="perilune-")
            place = Path(self._scratch.name) / "storyboard.toml"
            place.write_text(toml_text(story_to_table(self._story())), encoding="utf-8")
            return [str(place)]
        return [chosen]

    def begin(self) -> None:
        """Start drawing; a job that was drawn in part goes on, a file that is there is not replaced."""
        if self.target.exists() and not work_path(self.target).exists():
            self.path.setText(str(_unused(self.target)))
        try:
            self._start(self.arguments())
        except PeriluneError as error:
            self._say(str(error))

    def resume(self) -> None:
        """Go on with the unfinished film that is kept beside the file, whatever is asked for here."""
        self._start(["animate", "--job", str(work_path(self.target) / MANIFEST), "-o", str(self.target)])

    def _start(self, words: list[str]) -> None:
        self._resume.setEnabled(False)
        self._begin.setEnabled(False)
        self._pause.setEnabled(True)
        self._keep.setEnabled(False)
        self._cancel.setText(tr("Cancel"))
        self._bar.setRange(0, 0)
        self._bar.show()
        self._say(tr("Drawing …"))
        self._job.start(words)

    def _on_progressed(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _on_paced(self, per_s: float, left_s: float) -> None:
        if not self._job.is_paused:
            left = f"{left_s / 60:.0f} min" if left_s >= 90.0 else f"{left_s:.0f} s"
            self._say(tr("Drawing … {rate} frames a second, {left} left").format(rate=f"{per_s:.1f}", left=left))

    def _on_pause(self) -> None:
        is_paused = not self._job.is_paused
        self._job.pause(is_paused)
        self._pause.setText(tr("Go on") if is_paused else tr("Pause"))
        self._say(tr("Paused; what is finished is kept.") if is_paused else tr("Drawing …"))

    def _on_keep(self) -> None:
        """Write the job into a file that the command line runs as well."""
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save job"), str(self.target.with_suffix(".json")), tr("Job (*.json)")
        )
        if path:
            self.save_job(Path(path))

    def save_job(self, path: Path) -> None:
        """Write what is asked for as a job; say where, or why not."""
        from visualizer.export.job import write_job

        try:
            write_job(path, self._film_job(), str(self.target))
        except (PeriluneError, OSError, ValueError) as error:
            self._say(str(error))
        else:
            self._say(tr("Job written; draw it with: perilune animate --job {path}").format(path=path))

    def _film_job(self) -> FilmJob:
        from visualizer.export.job import FilmJob

        assert self._film is not None
        width, height = preset_size(self._film.size_text())
        return FilmJob(
            self._asked_story(), (width, height), self.fps.value(), self._film.format_id(), self.supersample.value(),
            self.transparent.isChecked() and self.transparent.isEnabled(),
        )  # fmt: skip

    def _asked_story(self) -> Story:
        from visualizer.model.story_flight import flight_story
        from visualizer.model.story_shelf import ready_made_story

        assert self._film is not None
        session, chosen = self._session, self._film.what_id()
        if chosen == BOARD and self._story is not None:
            return self._story()
        if chosen != FLIGHT:
            return ready_made_story(chosen)
        span, seconds = (self.start.text(), self.end.text()), float(self.seconds.value())
        ids = tuple(sorted(session.shown_ids, key=lambda mission_id: mission_id != session.active_id))
        anchor = session.lineup.anchor
        return flight_story(session.active.name, ids, span, seconds, session.camera, session.options, anchor)

    def _on_ended(self, reason: str) -> None:
        self._bar.hide()
        self._begin.setEnabled(True)
        self._pause.setEnabled(False)
        self._pause.setText(tr("Pause"))
        self._keep.setEnabled(True)
        self._cancel.setText(tr("Close"))
        path = self.path.text().strip()
        self._say(reason or tr("Written: {path}").format(path=path))
        if not reason:
            self.written.emit(path)

    @property
    def note(self) -> str:
        """What is said about the job."""
        return self._said

    @property
    def is_running(self) -> bool:
        """Whether something is being drawn."""
        return self._job.is_running

    def _on_cancel(self) -> None:
        if self._job.is_running:
            self._job.cancel()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: closing cancels."""
        self._job.cancel()
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None
        super().closeEvent(event)


def preset_size(text: str) -> tuple[int, int]:
    """Read `1920x1080`; raise `ValueError` where it is something else."""
    width, cross, height = text.lower().partition("x")
    if not (cross and width.strip().isdigit() and height.strip().isdigit()):
        raise ValueError(tr("Size {text}: write it as 1920x1080").format(text=text))
    return int(width), int(height)


def _board_story(session: Session) -> Callable[[], Story] | None:
    """Return what gives the session's storyboard, None while it has no shots."""
    from visualizer.model.story_board import board_of

    board = board_of(session)
    return board.story if board.shots else None


def _unused(path: Path) -> Path:
    """Return the path, numbered if a file of that name exists."""
    numbered = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, 10_000))
    return path if not path.exists() else next(p for p in numbered if not p.exists())
