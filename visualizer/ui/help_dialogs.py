"""The page of keys and the page about the program, made from the command table. Window layer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from visualizer.ui import theme
from visualizer.ui.window_commands import keys_by_menu
from visualizer.ui.words import tr

MOUSE: Final = (
    ("Drag", "Turn the camera about what it looks at"),
    ("Wheel", "Come nearer, go farther"),
    ("Double click", "Look at what is under the cursor"),
    ("Drag on the timeline", "Scrub; with Shift ten times finer"),
    ("Wheel on the timeline", "Zoom about the cursor; sideways or with Shift: move along"),
    ("Click on an event", "Go there"),
    ("Double click on a phase", "Fit it; beside the phases: the whole flight"),
)


def keys_html() -> str:
    """Return the page of keys."""
    parts = []
    for menu, rows in keys_by_menu().items():
        parts.append(_section(tr(menu), [(keys, f"{tr(title)}. {tr(text)}") for keys, title, text in rows]))
    parts.append(_section(tr("Mouse"), [(tr(what), tr(text)) for what, text in MOUSE]))
    return "".join(parts)


def _section(title: str, rows: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><td style="color:{theme.ACCENT}; padding: 2px 18px 2px 0; white-space: nowrap">{keys}</td>'
        f'<td style="padding: 2px 0">{text}</td></tr>'
        for keys, text in rows
    )
    return f"<h3>{title}</h3><table>{lines}</table>"


class PageDialog(QDialog):
    """A page of text with a Close button; does not block the window."""

    def __init__(self, title: str, html: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # A browser lays its page out once; a label in a scroll area does it for every width that is tried.
        text = QTextBrowser(self)
        text.setAccessibleName(title)
        text.setOpenLinks(False)
        text.document().setDocumentMargin(1.2 * self.fontMetrics().height())
        text.setHtml(html)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(text, 1)
        column.addWidget(buttons)
        metrics = self.fontMetrics()
        self.resize(metrics.horizontalAdvance("m") * 48, metrics.height() * 36)
