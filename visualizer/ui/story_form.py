"""The fields of one shot of a storyboard. Window layer.

A field that is left with something that cannot be says so below, and the shot stays as it was.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QWidget,
)

from visualizer.model.story import PACES, PLACES, TRANSITIONS, Shot
from visualizer.ui.words import tr

COLUMNS: Final = ("Words", "From, s", "To, s", "Place")
PACE_WORDS: Final = {"linear": "evenly", "eased": "slow at both ends", "slow-near-events": "slow near events"}


class ShotForm(QWidget):
    """Shows a shot and tells what of it is changed.

    Signals
    -------
    changed(object) : keys of `Shot` and their new values
    camera_taken(bool) : the present camera is wanted: as the only key, or (True) as one more key at the end
    """

    changed = Signal(object)
    camera_taken = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shot: Shot | None = None
        self.title, self.start, self.end = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        self.seconds, self.transition_s = QDoubleSpinBox(self), QDoubleSpinBox(self)
        self.pace, self.transition = QComboBox(self), QComboBox(self)
        self.captions = QTableWidget(0, len(COLUMNS), self)
        self._make_fields()
        self._lay_out()
        self._connect()
        self.show_shot(None)

    def _make_fields(self) -> None:
        for box, least, most, step in ((self.seconds, 0.5, 600.0, 0.5), (self.transition_s, 0.1, 30.0, 0.1)):
            box.setRange(least, most)
            box.setSingleStep(step)
            box.setDecimals(1)
            box.setKeyboardTracking(False)
        for pace in PACES:
            self.pace.addItem(tr(PACE_WORDS[pace]), pace)
        for transition in TRANSITIONS:
            self.transition.addItem(tr(transition), transition)
        self.start.setPlaceholderText(tr("where the shot before ended"))
        self.end.setPlaceholderText(tr("the same moment"))
        for edit in (self.start, self.end):
            edit.setToolTip(tr("2023-08-19T11:10:00, T+8d 12h, impact-5min; +2h is meant from there"))
        self.captions.setHorizontalHeaderLabels([tr(word) for word in COLUMNS])
        self.captions.verticalHeader().hide()
        self.captions.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.captions.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.captions.setTabKeyNavigation(False)
        self.captions.setToolTip(tr("{event}, {clock}, {date}, {met}, {mission}, {provenance}, {credit} are filled in"))
        for widget, name in ((self.title, "Title of the shot"), (self.seconds, "Seconds of film"),
                             (self.start, "From"), (self.end, "To"), (self.pace, "Time passes"),
                             (self.transition, "Transition to the next shot"),
                             (self.transition_s, "Seconds of the transition"),
                             (self.captions, "Captions")):  # fmt: skip
            widget.setAccessibleName(tr(name))

    def _lay_out(self) -> None:
        self.camera_button = QPushButton(tr("Take this view"), self)
        self.key_button = QPushButton(tr("Fly to this view"), self)
        self.camera_button.setToolTip(
            tr("The shot shows what is seen now: camera, missions and options; its time stays")
        )
        self.key_button.setToolTip(tr("At its end the shot is seen from where the camera is now"))
        self.add_caption, self.remove_caption = QToolButton(self), QToolButton(self)
        for button, words, name in ((self.add_caption, "+", "Add a caption"),
                                    (self.remove_caption, "✕", "Take the caption away")):  # fmt: skip
            button.setText(words)
            button.setToolTip(tr(name))
            button.setAccessibleName(tr(name))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        form = QFormLayout(self)
        form.setContentsMargins(6, 4, 6, 4)
        form.addRow(tr("Title"), self.title)
        form.addRow(tr("Seconds"), self._row(self.seconds, self.pace))
        form.addRow(tr("From, to"), self._row(self.start, self.end))
        form.addRow(tr("Camera"), self._row(self.camera_button, self.key_button))
        form.addRow(tr("Then"), self._row(self.transition, self.transition_s))
        form.addRow(tr("Captions"), self._row(self.captions, self.add_caption, self.remove_caption))

    def _row(self, *widgets: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        for widget in widgets:
            row.addWidget(widget, 0 if isinstance(widget, QToolButton) else 1)
        return row

    def _connect(self) -> None:
        for edit, key in ((self.title, "title"), (self.start, "start"), (self.end, "end")):
            edit.editingFinished.connect(lambda edit=edit, key=key: self._tell_text(edit, key))
        self.seconds.valueChanged.connect(lambda value: self._tell(seconds=float(value)))
        self.transition_s.valueChanged.connect(lambda value: self._tell(transition_seconds=float(value)))
        self.pace.currentIndexChanged.connect(lambda _index: self._tell_pace())
        self.transition.currentIndexChanged.connect(lambda _i: self._tell(transition=self.transition.currentData()))
        self.captions.itemChanged.connect(lambda _item: self._tell_captions())
        self.add_caption.clicked.connect(self._add_caption)
        self.remove_caption.clicked.connect(self._remove_caption)
        self.camera_button.clicked.connect(lambda: self.camera_taken.emit(False))
        self.key_button.clicked.connect(lambda: self.camera_taken.emit(True))

    def show_shot(self, shot: Shot | None) -> None:
        """Show a shot, or none."""
        self._shot = shot
        self.setEnabled(shot is not None)
        blocked = [QSignalBlocker(w) for w in (self.seconds, self.transition_s, self.pace, self.transition,
                                               self.captions)]  # fmt: skip
        self.title.setText(shot.title if shot else "")
        self.start.setText((shot.start or "") if shot else "")
        self.end.setText((shot.end or "") if shot else "")
        if shot is not None:
            self.seconds.setValue(shot.seconds)
            self.transition_s.setValue(shot.transition_seconds)
            self.pace.setCurrentIndex(self.pace.findData(shot.pace))
            self.transition.setCurrentIndex(self.transition.findData(shot.transition))
        self._fill_captions(shot)
        for blocker in blocked:
            blocker.unblock()

    def _fill_captions(self, shot: Shot | None) -> None:
        rows = shot.captions if shot else ()
        self.captions.setRowCount(len(rows))
        for number, caption in enumerate(rows):
            texts = (caption.text.replace("\n", " / "), f"{caption.begin:g}",
                     "" if caption.end is None else f"{caption.end:g}", caption.place)  # fmt: skip
            for column, text in enumerate(texts):
                self.captions.setItem(number, column, QTableWidgetItem(text))

    def _tell(self, **keys: Any) -> None:
        if self._shot is not None:
            self.changed.emit(keys)

    def _tell_text(self, edit: QLineEdit, key: str) -> None:
        text = edit.text().strip()
        known = (getattr(self._shot, key) or "") if self._shot is not None else ""
        if text != known:
            self._tell(**{key: text if key == "title" else text or None})

    def _tell_pace(self) -> None:
        pace = self.pace.currentData()
        self._tell(pace=pace) if pace == "slow-near-events" else self._tell(pace=pace, slow_near=())

    def _cell(self, row: int, column: int) -> str:
        item = self.captions.item(row, column)
        return item.text().strip() if item is not None else ""

    def _tell_captions(self) -> None:
        rows = range(self.captions.rowCount())
        self._tell(captions=tuple(self._caption(row) for row in rows))

    def _caption(self, row: int) -> dict[str, Any]:
        shot = self._shot
        known = shot.captions[row] if shot is not None and row < len(shot.captions) else None
        words: dict[str, Any] = {"text": "\n".join(line.strip() for line in self._cell(row, 0).split(" / "))}
        words |= {"begin": self._cell(row, 1) or 0.0, "end": self._cell(row, 2) or None}
        place = self._cell(row, 3)
        return words | {"place": place if place else PLACES[2], "fade": known.fade if known else 0.6}

    def _add_caption(self) -> None:
        if self._shot is not None:
            captions = [caption.model_dump() for caption in self._shot.captions]
            self._tell(captions=(*captions, {"text": "{event}"}))

    def _remove_caption(self) -> None:
        row = self.captions.currentRow()
        if self._shot is not None and 0 <= row < len(self._shot.captions):
            kept = [caption.model_dump() for n, caption in enumerate(self._shot.captions) if n != row]
            self._tell(captions=tuple(kept))
