"""Colours, fonts and the style sheet: dark, because the subject is; text has a contrast of 4.5:1 or more.

Window layer. Sizes are in font heights or logical pixels, so that system font and scale factor decide.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

BACKGROUND: Final = "#11141b"
PANEL: Final = "#171b24"
RAISED: Final = "#222835"
LINE: Final = "#323a4a"
TEXT: Final = "#e7eaf1"
MUTED: Final = "#a3adbf"
ACCENT: Final = "#ffb454"
FOCUS: Final = "#6cb6ff"
SELECTED: Final = "#2b4a70"
ERROR: Final = "#ff8f8f"
GAP: Final = "#3a3d44"
BURN: Final = "#ff9d3c"

PHASE_COLOURS: Final = {
    "ascent": "#6a3f31",
    "parking": "#2f4d70",
    "injection": "#70501d",
    "transfer": "#33416a",
    "insertion": "#5e3f73",
    "orbit": "#22594f",
    "fall": "#74303b",
}
PHASE_FALLBACK: Final = "#3b4252"

EVENT_COLOURS: Final = {
    "launch": "#9fd0ff",
    "separation": "#9fd0ff",
    "burn": BURN,
    "orbit": "#7fd6b6",
    "image": "#d9c7ff",
    "contact": "#c6cdd9",
    "loss": ERROR,
    "impact": ERROR,
    "plan": "#a3adbf",
}

_SHEET: Final = f"""
QWidget {{ color: {TEXT}; background: {PANEL}; }}
QMainWindow, QMainWindow::separator {{ background: {BACKGROUND}; }}
QMainWindow::separator {{ width: 4px; height: 4px; }}
QMenuBar {{ background: {BACKGROUND}; padding: 1px 4px; }}
QMenuBar::item {{ background: transparent; padding: 4px 9px; border-radius: 4px; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {SELECTED}; }}
QMenu {{ background: {RAISED}; border: 1px solid {LINE}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 24px; border-radius: 4px; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 8px; }}
QDockWidget {{ font-weight: 600; }}
QDockWidget::title {{ background: {BACKGROUND}; padding: 5px 8px; text-align: left; }}
QToolTip {{ color: {TEXT}; background: {RAISED}; border: 1px solid {LINE}; padding: 4px; }}
QPushButton, QToolButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 5px; padding: 4px 9px; }}
QPushButton:hover, QToolButton:hover {{ background: #2d3546; }}
QPushButton:pressed, QToolButton:pressed, QToolButton:checked {{ background: {SELECTED}; }}
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus, QAbstractItemView:focus {{
    border: 1px solid {FOCUS}; }}
QLineEdit, QComboBox {{ background: {BACKGROUND}; border: 1px solid {LINE}; border-radius: 5px; padding: 4px 7px;
    selection-background-color: {SELECTED}; }}
QLineEdit[bad="true"] {{ border: 1px solid {ERROR}; }}
QComboBox QAbstractItemView {{ background: {RAISED}; selection-background-color: {SELECTED}; }}
QAbstractItemView {{ background: {PANEL}; border: 1px solid transparent; outline: 0;
    alternate-background-color: #1b202b; }}
QListView::item {{ padding: 0 4px; }}
QTableView::item {{ padding: 2px 5px; }}
QAbstractItemView::item:hover {{ background: {RAISED}; }}
QAbstractItemView::item:selected {{ background: {SELECTED}; color: {TEXT}; }}
QHeaderView::section {{ background: {BACKGROUND}; color: {MUTED}; border: 0; padding: 5px 6px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; }}
QScrollBar::handle {{ background: {LINE}; border-radius: 4px; min-height: 24px; min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QLabel {{ background: transparent; }}
QLabel[role="heading"] {{ color: {MUTED}; font-weight: 600; }}
QLabel[role="muted"] {{ color: {MUTED}; }}
QLabel[role="error"] {{ color: {ERROR}; }}
QLabel[role="hint"] {{ background: rgba(17, 20, 27, 225); border: 1px solid {LINE}; border-radius: 8px;
    padding: 8px 14px; }}
QDialog {{ border: 1px solid {LINE}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QScrollArea {{ border: 0; }}
QProgressBar {{ background: {BACKGROUND}; border: 1px solid {LINE}; border-radius: 5px; text-align: center; }}
QProgressBar::chunk {{ background: {SELECTED}; border-radius: 4px; }}
"""


def apply_theme(application: QApplication) -> None:
    """Give the application its palette and style sheet."""
    application.setStyle("Fusion")
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, PANEL),
        (roles.Base, BACKGROUND),
        (roles.AlternateBase, RAISED),
        (roles.Button, RAISED),
        (roles.ToolTipBase, RAISED),
        (roles.Highlight, SELECTED),
        (roles.WindowText, TEXT),
        (roles.Text, TEXT),
        (roles.ButtonText, TEXT),
        (roles.ToolTipText, TEXT),
        (roles.HighlightedText, TEXT),
        (roles.PlaceholderText, MUTED),
        (roles.Link, FOCUS),
    ):
        palette.setColor(role, QColor(colour))
    application.setPalette(palette)
    application.setStyleSheet(_SHEET)


def digits_font(points_more: float = 0.0) -> QFont:
    """Return the system's fixed-width font in the system's size: digits that do not jitter."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(QApplication.font().pointSizeF() + points_more)
    return font


def contrast_ratio(first: str, second: str) -> float:
    """Return the WCAG 2 contrast ratio of two `#rrggbb` colours, 1 to 21."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
