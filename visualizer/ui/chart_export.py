"""Charts into files: PNG, SVG, or CSV with every point that was drawn. Window layer; no window is needed.

A file appears whole or not at all: it is written beside its place and moved there.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QImage, QPainter

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError
from visualizer.model.chart_lines import Chart, TimeAxis
from visualizer.resources import asset_path
from visualizer.ui.chart_paint import FONT, ChartSheet, paint_sheet

SHEET_PX: Final = (1600, 1000)
ENDINGS: Final = (".png", ".svg", ".csv")
HOUR_S: Final = 3600.0
_kept: list[QGuiApplication] = []


def write_charts(path: Path, sheet: ChartSheet, *, scale: float = 1.0) -> None:
    """Write a sheet of charts; what the file is follows from its ending.

    Parameters
    ----------
    path : ends in .png, .svg or .csv
    scale : pixels of a PNG for each of the sheet's 1600 x 1000

    Raises
    ------
    CommandError
        If the ending is another, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise CommandError(f"writing {path}: a chart is written as {', '.join(ENDINGS)}")
    part = path.with_name(f".{path.stem}.part{ending}")
    try:
        if ending == ".csv":
            part.write_text(charts_csv(sheet.charts, sheet.axis), encoding="utf-8")
        else:
            _have_fonts()
            _write_svg(part, sheet) if ending == ".svg" else _write_png(part, sheet, scale)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandError(f"writing {path}: {error.strerror or error}") from error


def _have_fonts() -> None:
    """Have an application, if need be one that shows nothing, and in it the font that comes with the program."""
    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _kept.append(QGuiApplication(["perilune"]))
    if FONT not in QFontDatabase.families():
        QFontDatabase.addApplicationFont(str(asset_path("fonts/DejaVuSans.ttf")))


def _write_png(path: Path, sheet: ChartSheet, scale: float) -> None:
    width, height = SHEET_PX
    image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_sheet(painter, width, height, sheet)
    painter.end()
    if not image.save(str(path), "PNG"):
        raise OSError("the folder does not exist, or nothing can be written there")


def _write_svg(path: Path, sheet: ChartSheet) -> None:
    from PySide6.QtSvg import QSvgGenerator

    if not path.parent.is_dir():
        raise OSError("the folder does not exist")
    width, height = SHEET_PX
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(QSize(width, height))
    generator.setViewBox(QRect(0, 0, width, height))
    generator.setTitle(sheet.title)
    painter = QPainter()
    if not painter.begin(generator):
        raise OSError("nothing can be written there")
    paint_sheet(painter, width, height, sheet)
    painter.end()


def charts_csv(charts: Sequence[Chart], axis: TimeAxis) -> str:
    """Return every point of charts as CSV: who, what, how it is known, when, how much, one sigma."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["mission", "quantity", "unit", "provenance", "utc", "hours", "value", "sigma"])
    for chart in charts:
        for line in chart.lines:
            zero = axis.zeros_tdb_s[line.mission_id]
            for x_s, value, sigma in zip(line.x_s, line.value, line.sigma, strict=True):
                utc = utc_text_from_tdb_s(float(x_s) + zero)
                rows.writerow(
                    [line.name, chart.quantity.key, chart.quantity.unit, line.provenance.value, utc,
                     f"{x_s / HOUR_S:.6f}", _number(value), _number(sigma)]
                )  # fmt: skip
    return text.getvalue()


def _number(value: float) -> str:
    return "" if value != value else f"{value:.9g}"
