"""The dialog for measured maps of the Moon: which there are, how large, fetching with progress, removing.

Window layer. Nothing is fetched until the user presses the button; a broken download goes on where it stopped.
"""

from __future__ import annotations

from threading import Event
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from visualizer.errors import PeriluneError
from visualizer.maps import sets, store
from visualizer.maps.installing import install_set
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

PER_MILLE: Final = 1000
INTRODUCTION: Final = (
    "The Moon that comes with Perilune is made by recipe from names, places, sizes and published laws. Measured maps "
    "of NASA's Lunar Reconnaissance Orbiter can take its place. They are fetched from svs.gsfc.nasa.gov when you press "
    "the button, and kept on this computer for you alone."
)


class _Steps(QObject):
    """Carries progress out of the worker's thread."""

    told = Signal(str, float)


class MapsDialog(QDialog):
    """Fetches, uses and removes measured maps; the window stays usable.

    Signals
    -------
    changed() : other maps are to be drawn from now on
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Measured maps of the Moon"))
        self._stop = Event()
        self._runner = Runner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._steps = _Steps(self)
        self._steps.told.connect(self._on_told)
        self.is_running = False
        self.choices = QButtonGroup(self)
        self.use = QCheckBox(tr("Draw the Moon from the measured maps"), self)
        self.fetch, self.remove = QPushButton(tr("Fetch"), self), QPushButton(tr("Remove from this computer"), self)
        self.close_button = QPushButton(tr("Close"), self)
        self.bar, self.note = QProgressBar(self), QLabel(self)
        self._lay_out()
        self.use.clicked.connect(self._on_use)
        self.fetch.clicked.connect(self.begin)
        self.remove.clicked.connect(self._on_remove)
        self.close_button.clicked.connect(self._on_close_pressed)
        self.show_state()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        text = QLabel(tr(INTRODUCTION), self)
        text.setWordWrap(True)
        column.addWidget(text)
        words = tr("{title}: about {size:.0f} MB to fetch")
        for number, one in enumerate(sets.SETS):
            button = QRadioButton(words.format(title=one.title, size=one.about_bytes / 1e6), self)
            self.choices.addButton(button, number)
            column.addWidget(button)
        self.choices.button(0).setChecked(True)
        self.bar.setRange(0, PER_MILLE)
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        credit = QLabel(sets.CREDIT, self)
        credit.setWordWrap(True)
        for widget in (self.use, self.bar, self.note, credit):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(self.remove)
        row.addStretch(1)
        row.addWidget(self.fetch)
        row.addWidget(self.close_button)
        column.addLayout(row)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 40)

    def show_state(self, words: str = "") -> None:
        """Show what is here and what can be done."""
        here = store.installed()
        self.use.setEnabled(here is not None and not self.is_running)
        self.use.setChecked(here is not None and here.is_used)
        self.remove.setEnabled(here is not None and not self.is_running)
        self.fetch.setEnabled(not self.is_running)
        for button in self.choices.buttons():
            button.setEnabled(not self.is_running)
        self.bar.setVisible(self.is_running)
        self.close_button.setText(tr("Cancel") if self.is_running else tr("Close"))
        if not self.is_running:
            self.note.setText(words or _state_words(here))

    def begin(self) -> None:
        """Fetch the chosen set."""
        map_set = sets.SETS[self.choices.checkedId()]
        self._stop.clear()
        self.is_running = True
        self.bar.setValue(0)
        self.show_state()
        self._runner.start(lambda: install_set(map_set, self._steps.told.emit, self._stop.is_set))

    def _on_told(self, words: str, share: float) -> None:
        if self.is_running:
            self.note.setText(words)
            self.bar.setValue(round(PER_MILLE * share))

    def _on_done(self, there: object) -> None:
        self.is_running = False
        self.show_state("" if there else tr("Cancelled; what came so far is kept for the next time."))
        if there:
            self.changed.emit()

    def _on_failed(self, error: object) -> None:
        self.is_running = False
        if not isinstance(error, PeriluneError):
            self.show_state()
            raise error if isinstance(error, Exception) else RuntimeError(str(error))
        self.show_state(str(error))

    def _on_use(self, is_wanted: bool) -> None:
        store.choose(is_wanted)
        self.show_state()
        self.changed.emit()

    def _on_remove(self) -> None:
        size = store.remove()
        self.show_state(f"{size / 1e6:.0f} MB removed.")
        self.changed.emit()

    def _on_close_pressed(self) -> None:
        if self.is_running:
            self._stop.set()
            self.note.setText(tr("Stopping …"))
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: stop what runs; what came so far is kept."""
        self._stop.set()
        self._runner.stop()
        self.is_running = False
        super().closeEvent(event)


def _state_words(here: store.Installed | None) -> str:
    if here is None:
        return tr("No measured maps are on this computer.")
    return tr("Here: {title}; {size:.0f} MB on disk.").format(title=here.set.title, size=here.bytes / 1e6)
