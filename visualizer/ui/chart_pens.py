"""Colours and pens of charts, in the window and in files: solid as flown, dashed as planned, dotted where synthetic."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from visualizer.core.trajectory import Provenance
from visualizer.model.chart_lines import ChartLine
from visualizer.ui.mission_colour import colour_of

LINE_PX: Final = 1.6
BAND_ALPHA: Final = 48
COMPANION_ALPHA: Final = 130
STYLES: Final = {Provenance.PLANNED: Qt.PenStyle.DashLine, Provenance.SYNTHETIC: Qt.PenStyle.DotLine}


def pen_of(line: ChartLine, width: float = LINE_PX) -> QPen:
    """Return the pen of a line, as wide at any scale."""
    colour = colour_of(line.mission_index, COMPANION_ALPHA if line.is_companion else 255)
    pen = QPen(colour, width, STYLES.get(line.provenance, Qt.PenStyle.SolidLine))
    pen.setCosmetic(True)
    return pen
