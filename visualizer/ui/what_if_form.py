"""The what-if panel's widgets and how they stand; what they do is in `what_if_panel`. Window layer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from visualizer.missions.what_if_burns import BurnCase
from visualizer.missions.what_if_words import apsis_help, apsis_names
from visualizer.ui.form_parts import em_column, fill_scrolling, narrow_size, tool_button
from visualizer.ui.what_if_chart import BurnChart, BurnSlider
from visualizer.ui.words import tr

LINES_SEEN: Final = 20
LINES_LEAST: Final = 6


def undo_step(event: QKeyEvent) -> int:
    """Return -1 for the key that undoes, 1 for the one that redoes, else 0."""
    if event.matches(QKeySequence.StandardKey.Undo):
        return -1
    return 1 if event.matches(QKeySequence.StandardKey.Redo) else 0


class WhatIfForm(QWidget):
    """Chooser, chart, slider, typed length, words and buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()

    def _build(self) -> None:
        self.chooser = QComboBox(self)
        self.chooser.setAccessibleName(tr("Burn"))
        self.chooser.setToolTip(tr("Which burn of which mission is flown for other lengths"))
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(12)
        self.chooser.setMaxVisibleItems(12)
        self.chart = BurnChart(self)
        self.slider = BurnSlider(self)
        self.slider.setAccessibleName(tr("Length of the burn"))
        self.seconds = QDoubleSpinBox(self)
        self.seconds.setAccessibleName(tr("Length of the burn in seconds"))
        self.seconds.setSuffix(tr(" s"))
        self.seconds.setDecimals(1)
        self.seconds.setKeyboardTracking(False)
        self.seconds.setAccelerated(True)
        self.marks = QHBoxLayout()
        self.undo_button = self.tool("↶", tr("Undo"), tr("Back to the length before (Ctrl+Z in this panel)"))
        self.redo_button = self.tool("↷", tr("Redo"), tr("Forward again (Ctrl+Shift+Z in this panel)"))
        self.low, self.high, self.speed = (self._value() for _ in range(3))
        self.low_name, self.high_name = QLabel(self), QLabel(self)
        self.outcome, self.look, self.against, self.notes = (self._words() for _ in range(4))
        self.look.setProperty("role", "muted")
        self.notes.setProperty("role", "muted")
        self.outcome.setAccessibleName(tr("What happens"))
        self.is_shown = QCheckBox(tr("In the picture"), self)
        self.is_shown.setChecked(True)
        self.is_shown.setToolTip(tr("Draw this flight in dots beside the real one"))
        self.burn_button = self.tool(tr("Burn"), tr("Go to the burn"), tr("Go to the moment when the burn begins"))
        self.end_button = self.tool(tr("End"), tr("Go to its end"), tr("Go to where this flight ends, or is lowest"))
        self.follow_button = self.tool(tr("Follow"), tr("Follow it"), tr("Look at this craft that never was"))
        self.copy_button = self.tool(tr("Copy"), tr("Copy the words"), tr("Copy numbers and words as text"))
        self._lay_out()

    def tool(self, text: str, name: str, tip: str) -> QToolButton:
        """Return a button that the keyboard reaches."""
        return tool_button(self, text, name, tip)

    def _value(self) -> QLabel:
        label = QLabel("–", self)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _words(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self) -> None:
        inside = QWidget(self)
        column = em_column(inside, self.fontMetrics().horizontalAdvance("m"))
        typed, acts = QHBoxLayout(), QHBoxLayout()
        typed.addWidget(self.seconds, 1)
        for widget in (self.undo_button, self.redo_button, self.copy_button):
            typed.addWidget(widget)
        for widget in (self.burn_button, self.end_button, self.follow_button):
            acts.addWidget(widget)
        acts.addStretch(1)
        numbers = QGridLayout()
        numbers.setVerticalSpacing(0)
        pairs = ((self.low_name, self.low), (self.high_name, self.high), (QLabel(tr("Delta-v"), self), self.speed))
        for place, (name, value) in enumerate(pairs):
            name.setProperty("role", "muted")
            numbers.addWidget(name, 0, place)
            numbers.addWidget(value, 1, place)
        for widget in (self.chooser, self.chart, self.slider):
            column.addWidget(widget)
        column.addLayout(typed)
        column.addLayout(self.marks)
        column.addWidget(self.outcome)
        column.addLayout(numbers)
        column.addLayout(acts)
        for widget in (self.is_shown, self.against, self.look, self.notes):
            column.addWidget(widget)
        column.addStretch(1)
        fill_scrolling(self, inside)

    def sizeHint(self) -> QSize:
        """Qt: chart, slider, words and numbers are seen without scrolling."""
        return super().sizeHint().expandedTo(narrow_size(self, LINES_SEEN))

    def minimumSizeHint(self) -> QSize:
        """Qt: what is inside scrolls where there is less room."""
        return narrow_size(self, LINES_LEAST)

    def set_usable(self, is_usable: bool) -> None:
        """Let what belongs to a flown burn be used, or not."""
        for widget in (self.slider, self.seconds, self.chart, self.burn_button, self.end_button, self.follow_button):
            widget.setEnabled(is_usable)

    def clear_words(self) -> None:
        """Say nothing."""
        for label in (self.low, self.high, self.speed):
            label.setText("–")
        for label in (self.against, self.look, self.notes):
            label.setText("")

    def show_case(self, case: BurnCase) -> None:
        """Name what belongs to a burn."""
        low, high = apsis_names(case)
        for name, label, value in ((low, self.low_name, self.low), (high, self.high_name, self.high)):
            label.setText(tr("Osc. {apsis}").format(apsis=tr(name)))
            for widget in (label, value):
                widget.setToolTip(tr(apsis_help(case)))

    def text(self, seconds: float) -> str:
        """Return all that is said, for the clipboard."""
        head = f"{self.chooser.currentText()}, {seconds:.4g} s"
        pairs = ((self.low_name.text(), self.low), (self.high_name.text(), self.high), (tr("Delta-v"), self.speed))
        numbers = [f"{name}: {value.text()}" for name, value in pairs]
        words = [label.text() for label in (self.outcome, self.against, self.look, self.notes) if label.text()]
        return "\n".join([head, *numbers, *words])

    def copy_words(self, seconds: float) -> str:
        """Copy all that is said, and return what to tell the user."""
        QGuiApplication.clipboard().setText(self.text(seconds))
        return tr("Copied")
