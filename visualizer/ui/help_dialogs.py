"""The page of keys and the page about the program, made from the command table. Window layer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from visualizer import __version__
from visualizer.ui import theme
from visualizer.ui.window_commands import keys_by_menu

MOUSE: Final = (
    ("Drag", "Turn the camera about what it looks at"),
    ("Wheel", "Come nearer, go farther"),
    ("Double click", "Look at what is under the cursor"),
    ("Drag on the timeline", "Scrub; with Shift ten times finer"),
    ("Wheel on the timeline", "Zoom about the cursor; sideways or with Shift: move along"),
    ("Click on an event", "Go there"),
    ("Double click on a phase", "Fit it; beside the phases: the whole flight"),
)
ABOUT: Final = f"""<h2>Perilune {__version__}</h2>
<p>See where lunar missions flew, and how well that is known.</p>
<p>Earth, Moon, Sun and planets stand where JPL's DE440 puts them; the Moon is turned by DE421's libration, the
Earth by IAU 2006/2000A with IERS tables. No tracking data of Luna-25 were published: its path is
<b>reconstructed</b> from published times, orbits and places by this program's own solver. The panel Evidence (E)
lists every fact, its source, and what the path says about it.</p>
<p>The Moon's fine relief is partly synthetic; spacecraft have their true size unless you
enlarge them (Shift+L), and then the picture says by how much.</p>"""


def keys_html() -> str:
    """Return the page of keys."""
    parts = []
    for menu, rows in keys_by_menu().items():
        parts.append(_section(menu, [(keys, f"{title}. {text}") for keys, title, text in rows]))
    parts.append(_section("Mouse", list(MOUSE)))
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
        text = QLabel(html, self)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setContentsMargins(16, 8, 16, 8)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea(self)
        scroll.setWidget(text)
        scroll.setWidgetResizable(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(scroll, 1)
        column.addWidget(buttons)
        metrics = self.fontMetrics()
        self.resize(metrics.horizontalAdvance("m") * 48, metrics.height() * 36)
