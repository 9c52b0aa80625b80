"""The numbers beside the picture: grouped, in fixed-width digits, selectable.

Window layer. Labels are made once and only their text changes, so nothing moves while time runs.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from visualizer.model.telemetry import Telemetry
from visualizer.ui import theme
from visualizer.ui.elided_label import ElidedLabel
from visualizer.ui.known_words import known_tip
from visualizer.ui.telemetry_text import Reading, readings
from visualizer.ui.words import tr


class TelemetryPanel(QWidget):
    """Telemetry of the active mission."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self._title.setWordWrap(True)
        self._phase = QLabel(self)
        self._phase.setProperty("role", "muted")
        self._phase.setWordWrap(True)
        self._inner = QWidget(self)
        self._grid = QGridLayout(self._inner)
        self._grid.setContentsMargins(10, 2, 10, 10)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._values: list[ElidedLabel] = []
        self._headings: list[QLabel] = []
        self._shown: list[Reading] = []
        scroll = QScrollArea(self)
        scroll.setWidget(self._inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        for label in (self._title, self._phase):
            label.setContentsMargins(10, 0, 10, 0)
            column.addWidget(label)
        column.addWidget(scroll, 1)
        self.retheme()

    def retheme(self) -> None:
        """Follow another size of text."""
        for value in self._values:
            value.setFont(theme.digits_font())
            value.say(value.full_text)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 20)

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
        row, group = 0, ""
        for line in lines:
            if line.group != group:
                group = line.group
                self._headings.append(self._heading(group, row, is_first=row == 0))
                row += 1
            name = QLabel(tr(line.name), self._inner)
            name.setProperty("role", "muted")
            tip = known_tip() if line.name == "Source" else tr(line.help)
            name.setToolTip(tip)
            value = ElidedLabel(self._inner, tip)
            value.setFont(theme.digits_font())
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
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
