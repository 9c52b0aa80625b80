"""The numbers beside the picture: grouped, in fixed-width digits, selectable.

Window layer. Labels are made once and only their text changes, so nothing moves while time runs.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from visualizer.model.telemetry import Telemetry
from visualizer.ui import theme
from visualizer.ui.elided_label import ElidedLabel
from visualizer.ui.known_words import known_tip
from visualizer.ui.panel_frame import least_height_px
from visualizer.ui.telemetry_text import Reading, readings
from visualizer.ui.words import tr

# Words that may take a second line; they stand last, so that nothing else moves.
LONG: Final = "Attitude"


class TelemetryPanel(QWidget):
    """Telemetry of the active mission."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inner = QWidget(self)
        self._title, self._phase = QLabel(self._inner), QLabel(self._inner)
        self._phase.setProperty("role", "muted")
        self._grid = QGridLayout(self._inner)
        self._grid.setContentsMargins(10, 6, 10, 10)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._values: list[ElidedLabel] = []
        self._headings: list[QLabel] = []
        self._shown: list[Reading] = []
        self._scroll = scroll = QScrollArea(self)
        scroll.setWidget(self._inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for row, label in enumerate((self._title, self._phase)):
            label.setWordWrap(True)
            self._grid.addWidget(label, row, 0, 1, 2)
        column.addWidget(scroll, 1)
        self.retheme()

    def retheme(self) -> None:
        """Follow another size of text."""
        for value in self._values:
            _measure(value)
            value.say(value.full_text)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 20)
        self._measure_height()

    def _measure_height(self) -> None:
        least = least_height_px(self)
        if self._scroll.minimumHeight() != least:
            self._scroll.setMinimumHeight(least)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: in a low window numbers are scrolled to."""
        super().resizeEvent(event)
        self._measure_height()

    @property
    def values(self) -> dict[str, str]:
        """What is shown, by group and name: `Earth/Range`."""
        return {f"{r.group}/{r.name}": r.value for r in self._shown}

    def show_telemetry(self, name: str, telemetry: Telemetry | None) -> None:
        """Show one moment's numbers; dashes where the mission does not fly."""
        self._title.setText(f"<b>{name}</b>")
        if telemetry is None:
            self._phase.setText(tr("not in flight at this time"))
            for value in self._values:
                value.say("–")
            return
        self._phase.setText(telemetry.phase or " ")
        self._shown = readings(telemetry)
        if not self._values:
            self._build(self._shown)
        for label, reading in zip(self._values, self._shown, strict=True):
            if label.full_text != reading.value and not label.hasSelectedText():
                label.say(reading.value)
        self._headings[0].setText(tr(self._shown[0].group))

    def _build(self, lines: list[Reading]) -> None:
        row, group = self._grid.rowCount(), ""
        for line in lines:
            if line.group != group:
                group = line.group
                self._headings.append(self._heading(group, row, is_first=not self._headings))
                row += 1
            name = QLabel(tr(line.name), self._inner)
            name.setProperty("role", "muted")
            tip = known_tip() if line.name == "Source" else tr(line.help)
            name.setToolTip(tip)
            value = ElidedLabel(self._inner, tip, lines=2 if line.name == LONG else 1)
            _measure(value)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if line.name == LONG:
                name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(value, row, 1)
            self._values.append(value)
            row += 1
        self._grid.setRowStretch(row, 1)

    def _heading(self, text: str, row: int, *, is_first: bool) -> QLabel:
        heading = QLabel(tr(text), self._inner)
        heading.setProperty("role", "heading")
        heading.setContentsMargins(0, 4 if is_first else 10, 0, 1)
        self._grid.addWidget(heading, row, 0, 1, 2)
        return heading


def _measure(value: ElidedLabel) -> None:
    """Give a value the theme's digits, and the height of its lines, so that nothing moves with its words."""
    value.setFont(theme.digits_font())
    value.setMinimumHeight(value.lines * value.fontMetrics().lineSpacing())
