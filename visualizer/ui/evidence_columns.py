"""How wide the columns of the evidence are, and how high its rows: by what stands in them. Window layer.

Facts and sources share what the numbers leave; a fact that is longer than its share goes on in further lines.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTableView

from visualizer.ui.evidence_model import BAR_COLUMN, EvidenceModel, cells_of

FACT, PUBLISHED, SOURCE = 0, 1, 6
# Room about a text in its cell, and the widest that published words may be, in widths of an m: in a table that is so
# wide, and in a narrower one, where they stand in more lines.
PAD_EMS: Final = 1.4
WIDEST_EMS: Final = 18.0
WIDE_EMS: Final = 100.0
DATE_EMS: Final = 12.5
# A fact has this part of what it shares with its source, where both are long, and so many lines at most.
FACT_SHARE: Final = 0.62
LINES_MOST: Final = 3
LINE_SHARE: Final = 1.5
# Of facts before they are known, and no less later.
FIRST_EMS: Final = 15.0
# Of the bar of sigmas with its number.
BAR_EMS: Final = 10.0


def fit(table: QTableView, model: EvidenceModel) -> None:
    """Give columns and rows the sizes that their texts need, as far as there is room."""
    metrics = table.fontMetrics()
    em = metrics.horizontalAdvance("m")
    cells = [cells_of(row.evidence) for row in model.seen()]
    pad = round(PAD_EMS * em)
    wanted = [
        max([metrics.horizontalAdvance(row[column]) for row in cells], default=0) + pad
        for column in range(model.columnCount())
    ]
    for column in range(PUBLISHED, SOURCE):
        bar = round(BAR_EMS * em) if column == BAR_COLUMN else 0
        least = max(table.horizontalHeader().sectionSizeHint(column), bar)
        most = WIDEST_EMS if table.viewport().width() > WIDE_EMS * em else DATE_EMS
        table.setColumnWidth(column, max(least, min(wanted[column], round(most * em))))
    shared = table.viewport().width() - sum(table.columnWidth(c) for c in range(PUBLISHED, SOURCE))
    fact = min(wanted[FACT], max(round(FACT_SHARE * shared), shared - wanted[SOURCE]))
    # In a narrow table the last columns are scrolled to.
    table.setColumnWidth(FACT, max(fact, min(wanted[FACT], round(FIRST_EMS * em))) if cells else round(FIRST_EMS * em))
    _fit_rows(table, model, metrics, pad)


def _fit_rows(table: QTableView, model: EvidenceModel, metrics: QFontMetrics, pad_px: int) -> None:
    one = round(LINE_SHARE * metrics.height())
    for number, line in enumerate(model.lines):
        lines = 1
        if not isinstance(line, str):
            texts = cells_of(line.evidence)
            lines = max(
                lines_in(texts[column], metrics, table.columnWidth(column) - pad_px) for column in (FACT, PUBLISHED)
            )
        table.setRowHeight(number, one + (min(lines, LINES_MOST) - 1) * metrics.lineSpacing())


def lines_in(text: str, metrics: QFontMetrics, width_px: int) -> int:
    """Return in how many lines a text stands in a width."""
    box = metrics.boundingRect(QRect(0, 0, max(width_px, 1), 1 << 16), int(Qt.TextFlag.TextWordWrap), text)
    return max(1, round(box.height() / metrics.lineSpacing()))
