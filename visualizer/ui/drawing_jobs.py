"""Dialogs that draw into files, and the question before a window closes over one that is at work. Window layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from visualizer.model.session import Session
from visualizer.ui.export_dialog import ExportDialog
from visualizer.ui.words import tr


class DrawingJobs(QObject):
    """What a window is drawing into files.

    Parameters
    ----------
    window : whose dialogs they are
    say : says a line over the picture
    close : closes the window, unasked
    """

    def __init__(
        self, session: Session, window: QWidget, say: Callable[[str], None], close: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._say, self._close = session, window, say, close
        self._question: QMessageBox | None = None

    def open(self, *, is_film: bool) -> None:
        """Open the dialog for a picture or a film of what is seen now."""
        self._session.clock.pause()
        dialog = ExportDialog(self._session, is_film, Path.home(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.written.connect(lambda path: self._say(tr("Written: {path}").format(path=path)))
        dialog.show()

    def is_running(self) -> bool:
        """Whether anything is being drawn."""
        return any(dialog.is_running for dialog in self._window.findChildren(ExportDialog))

    def give_up(self) -> None:
        """Close question and dialogs; what is being drawn is thrown away."""
        if self._question is not None:
            self._question.done(QMessageBox.StandardButton.Cancel)
        for dialog in self._window.findChildren(ExportDialog):
            dialog.close()

    def ask(self) -> None:
        """Ask in a box that is waited for by nobody, so that a signal can still close the window."""
        if self._question is not None:
            self._question.raise_()
            return
        buttons = QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel
        text = tr("A file is still being drawn. Close and throw it away?")
        self._question = QMessageBox(QMessageBox.Icon.Question, "Perilune", text, buttons, self._window)
        self._question.setDefaultButton(QMessageBox.StandardButton.Cancel)
        self._question.finished.connect(self._on_answer)
        self._question.open()

    def _on_answer(self, answer: int) -> None:
        box, self._question = self._question, None
        if box is not None:
            box.deleteLater()
        if answer == QMessageBox.StandardButton.Close:
            self._close()
