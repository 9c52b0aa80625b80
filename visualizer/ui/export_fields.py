"""Fields of the dialog for pictures and films: what, size, smoothness, format. Window layer."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.export.formats import FORMATS, PRESETS
from visualizer.model.session import Session
from visualizer.ui.words import tr

FLIGHT, BOARD = "", "storyboard"
SUPERSAMPLE_MOST: Final = 4
SECONDS_MOST: Final = 600


class PictureFields(QWidget):
    """Size, smoothness and background of a picture; the widget itself stays out of sight."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.size_box = QComboBox(parent)
        self.size_box.setEditable(True)
        # Full HD is what most screens show.
        for preset in sorted(PRESETS.values(), key=lambda preset: preset.id != "1080p"):
            self.size_box.addItem(f"{preset.size_px[0]}x{preset.size_px[1]} ({tr(preset.id)})")
        self.size_box.setToolTip(tr("A usual size, or any width and height as 1600x900"))
        self.supersample = QSpinBox(parent)
        self.supersample.setRange(1, SUPERSAMPLE_MOST)
        self.supersample.setValue(self.usual_supersample)
        self.supersample.setToolTip(tr("Pixels each side averaged into one: more is smoother and slower"))
        self.transparent = QCheckBox(tr("Nothing behind: transparent, without stars"), parent)
        for widget, name in ((self.size_box, "Size, pixels"), (self.supersample, "Supersampling")):
            widget.setAccessibleName(tr(name))

    @property
    def usual_supersample(self) -> int:
        """How smooth pictures are unless the user says otherwise."""
        return 2

    def add_rows(self, form: QFormLayout) -> None:
        """Put the fields into a form."""
        form.addRow(tr("Size, pixels"), self.size_box)
        form.addRow(tr("Supersampling"), self.supersample)
        form.addRow(tr("Background"), self.transparent)

    def size_text(self) -> str:
        """Return the size as the command line takes it."""
        return self.size_box.currentText().partition("(")[0].strip()

    def words(self) -> list[str]:
        """Return the words of the command line that these fields mean."""
        words = ["--size", self.size_text(), "--supersample", str(self.supersample.value())]
        return [*words, "--transparent"] if self.transparent.isChecked() and self.transparent.isEnabled() else words


class FilmFields(PictureFields):
    """What a film shows and as what it is written.

    Parameters
    ----------
    session : whose flight is shown unless a story is chosen
    has_board : whether the storyboard has shots
    """

    def __init__(self, session: Session, has_board: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._has_board = has_board
        self.what, self.format = QComboBox(parent), QComboBox(parent)
        self.what.addItem(tr("The flight between two times"), FLIGHT)
        if has_board:
            self.what.addItem(tr("The storyboard"), BOARD)
            self.what.setCurrentIndex(1)
        self._add_stories()
        for made in FORMATS.values():
            self.format.addItem(tr(made.title), made.id)
        clock = session.clock
        now = clock.epoch_tdb_s
        self.start = QLineEdit(utc_text_from_tdb_s(now), parent)
        self.end = QLineEdit(utc_text_from_tdb_s(min(now + 7200.0, clock.end_tdb_s)), parent)
        self.seconds, self.fps = QSpinBox(parent), QSpinBox(parent)
        self.seconds.setRange(1, SECONDS_MOST)
        self.seconds.setValue(20)
        self.fps.setRange(1, 120)
        self.fps.setValue(30)
        self.what.currentIndexChanged.connect(lambda _index: self._fit())
        self.format.currentIndexChanged.connect(lambda _index: self._fit())
        self._fit()

    @property
    def usual_supersample(self) -> int:
        """How smooth films are unless the user says otherwise: every frame costs."""
        return 1

    def _add_stories(self) -> None:
        from visualizer.model.story_shelf import ready_made_ids, ready_made_story

        for story_id in ready_made_ids():
            story = ready_made_story(story_id)
            words = tr("Story: {title}, {seconds} s").format(title=story.title, seconds=f"{story.seconds:g}")
            self.what.addItem(words, story_id)

    def add_rows(self, form: QFormLayout) -> None:
        """Put the fields into a form."""
        form.addRow(tr("What"), self.what)
        form.addRow(tr("From, UTC"), self.start)
        form.addRow(tr("To, UTC"), self.end)
        form.addRow(tr("Length, s"), self.seconds)
        form.addRow(tr("Format"), self.format)
        form.addRow(tr("Frames per second"), self.fps)
        for widget, name in ((self.what, "What"), (self.start, "From, UTC"), (self.end, "To, UTC"),
                             (self.seconds, "Length, s"), (self.format, "Format"),
                             (self.fps, "Frames per second")):  # fmt: skip
            widget.setAccessibleName(tr(name))
        super().add_rows(form)

    def _fit(self) -> None:
        """Let only fields be changed that mean something now."""
        is_flight = self.what_id() == FLIGHT
        for widget in (self.start, self.end, self.seconds):
            widget.setEnabled(is_flight)
        self.transparent.setEnabled(self.format_id() == "png")

    def what_id(self) -> str:
        """Return the id of the story that is chosen, `FLIGHT` or `BOARD`."""
        return str(self.what.currentData())

    def format_id(self) -> str:
        """Return the id of the format that is chosen."""
        return str(self.format.currentData())

    def suffix(self) -> str:
        """Return the ending of the format's files."""
        return FORMATS[self.format_id()].suffix

    def words(self) -> list[str]:
        """Return the words of the command line that these fields mean."""
        return [*super().words(), "--fps", str(self.fps.value()), "--format", self.format_id()]
