"""A list of what is wrong with a file: stays until it is closed, can be copied. Window layer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from visualizer.errors import MistakesError
from visualizer.ui.words import tr


class MistakesDialog(QDialog):
    """Tells each mistake in its line; the window stays usable beside it."""

    def __init__(self, error: MistakesError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("{name} cannot be opened").format(name=error.path.name))
        words = tr("{n} mistakes in {path}; nothing of it is shown:")
        heading = QLabel(words.format(n=len(error.mistakes), path=error.path), self)
        heading.setWordWrap(True)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Mistakes"))
        self.text.setPlainText("\n".join(line.removeprefix(f"{error.path}, ") for line in error.lines()))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy_button = buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText("\n".join(error.lines())))
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (heading, self.text, buttons):
            column.addWidget(widget)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(56 * em, 20 * em)
        self.text.setFocus()
