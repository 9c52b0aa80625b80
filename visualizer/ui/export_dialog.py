"""The dialog for pictures and films: where, how large, from when to when; progress and cancel. Window layer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.model.session import Session
from visualizer.ui.export_job import ExportJob, camera_text

SIZES: Final = ("1920x1080", "1280x720", "3840x2160", "2160x2160", "1080x1920")
NOTE_LINES: Final = 3


class ExportDialog(QDialog):
    """Asks and shows how far it is; the window stays usable.

    Parameters
    ----------
    session : what is drawn: the present camera, options and time
    is_film : a film between two times instead of a picture of now
    folder : where the file is put unless the user says otherwise

    Signals
    -------
    written(str) : the file is there
    """

    written = Signal(str)

    def __init__(self, session: Session, is_film: bool, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._is_film = session, is_film
        self.setWindowTitle("Save film" if is_film else "Save picture")
        self._job = ExportJob(self)
        self._job.progressed.connect(self._on_progressed)
        self._job.ended.connect(self._on_ended)
        self.path = QLineEdit(str(_unused(folder / f"{session.active_id}{'.mp4' if is_film else '.png'}")), self)
        self.size = QComboBox(self)
        self.size.setEditable(True)
        self.size.addItems(SIZES)
        self._bar = QProgressBar(self)
        self._bar.hide()
        self._note = QLabel(self)
        self._said = ""
        self._begin = QPushButton("Draw", self)
        self._cancel = QPushButton("Close", self)
        self._begin.setDefault(True)
        self._lay_out()
        self._keep_room()
        self.path.textEdited.connect(lambda _text: self._forget())
        self._begin.clicked.connect(self.begin)
        self._cancel.clicked.connect(self._on_cancel)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 38)

    def _lay_out(self) -> None:
        form = QFormLayout()
        browse = QPushButton("Choose …", self)
        browse.clicked.connect(self._browse)
        file_row = QHBoxLayout()
        file_row.addWidget(self.path, 1)
        file_row.addWidget(browse)
        form.addRow("File", file_row)
        form.addRow("Size, pixels", self.size)
        if self._is_film:
            self._add_film_rows(form)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._begin)
        buttons.addWidget(self._cancel)
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
        self._cancel.setText("Cancel")
        width = self._cancel.sizeHint().width()
        self._cancel.setText("Close")
        for button in (self._begin, self._cancel):
            button.setMinimumWidth(max(width, self._begin.sizeHint().width(), self._cancel.sizeHint().width()))

    def _say(self, text: str) -> None:
        """Say how it stands; long paths may break after each folder."""
        self._said = text
        self._note.setText(text.replace("/", "/\u200b").replace("\\", "\\\u200b"))
        self._note.setToolTip(text)

    def _forget(self) -> None:
        """What was said is about another file."""
        if not self._job.is_running:
            self._say("")

    def _add_film_rows(self, form: QFormLayout) -> None:
        clock = self._session.clock
        now = clock.epoch_tdb_s
        self.start = QLineEdit(utc_text_from_tdb_s(now), self)
        self.end = QLineEdit(utc_text_from_tdb_s(min(now + 7200.0, clock.end_tdb_s)), self)
        self.seconds, self.fps = QSpinBox(self), QSpinBox(self)
        self.seconds.setRange(1, 600)
        self.seconds.setValue(20)
        self.fps.setRange(1, 120)
        self.fps.setValue(30)
        form.addRow("From, UTC", self.start)
        form.addRow("To, UTC", self.end)
        form.addRow("Length, s", self.seconds)
        form.addRow("Frames per second", self.fps)

    def _browse(self) -> None:
        kind = "Film (*.mp4)" if self._is_film else "Picture (*.png)"
        path, _ = QFileDialog.getSaveFileName(
            self, self.windowTitle(), self.path.text(), kind, options=QFileDialog.Option.DontConfirmOverwrite
        )
        if path:
            self.path.setText(path)
            self._forget()

    def arguments(self) -> list[str]:
        """Return the command line that draws what is asked for."""
        session = self._session
        words = ["animate" if self._is_film else "render", session.active_id]
        if self._is_film:
            words += ["--from", self.start.text(), "--to", self.end.text()]
            words += ["--seconds", str(self.seconds.value()), "--fps", str(self.fps.value())]
        else:
            words += ["--at", utc_text_from_tdb_s(session.clock.epoch_tdb_s, 3)]
        words += ["--view", session.view_id, "--size", self.size.currentText().strip()]
        return [*words, "--camera", camera_text(session.request()), "-o", self.path.text().strip()]

    def begin(self) -> None:
        """Start drawing."""
        self._begin.setEnabled(False)
        self._cancel.setText("Cancel")
        self._bar.setRange(0, 0)
        self._bar.show()
        self._say("Drawing …")
        self._job.start(self.arguments())

    def _on_progressed(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _on_ended(self, reason: str) -> None:
        self._bar.hide()
        self._begin.setEnabled(True)
        self._cancel.setText("Close")
        path = self.path.text().strip()
        self._say(reason or f"Written: {path}")
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
        super().closeEvent(event)


def _unused(path: Path) -> Path:
    """Return the path, numbered if a file of that name exists."""
    numbered = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, 10_000))
    return path if not path.exists() else next(p for p in numbered if not p.exists())
