"""Colours, fonts and the style sheet: dark unless the user wants light; text has a contrast of 4.5:1 or more.

Window layer. Sizes are in font heights or logical pixels, so that system font and scale factor decide. The names below
are the colours of the theme in use: read them when painting (`theme.TEXT`), do not keep them.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from visualizer.ui.theme_colours import DARK, LIGHT

SYSTEM: Final = "system"
THEMES: Final = {"dark": DARK, "light": LIGHT}
TEXT_PERCENTS: Final = (80, 90, 100, 110, 125, 150, 175, 200)
SYSTEM_SIZE: Final = "perilune-system-text-pt"
HAS_STYLE: Final = "perilune-has-style"

# A new colour is given to both themes in `theme_colours`, and named here.
BACKGROUND: str = DARK["BACKGROUND"]
PANEL: str = DARK["PANEL"]
RAISED: str = DARK["RAISED"]
LINE: str = DARK["LINE"]
TEXT: str = DARK["TEXT"]
MUTED: str = DARK["MUTED"]
ACCENT: str = DARK["ACCENT"]
FOCUS: str = DARK["FOCUS"]
SELECTED: str = DARK["SELECTED"]
ERROR: str = DARK["ERROR"]
GAP: str = DARK["GAP"]
WITHIN: str = DARK["WITHIN"]
BURN: str = DARK["BURN"]
PHASE_COLOURS: dict[str, str] = DARK["PHASE_COLOURS"]
PHASE_FALLBACK: str = DARK["PHASE_FALLBACK"]
BAND_TEXT: str = DARK["BAND_TEXT"]
AREA: str = DARK["AREA"]
HATCH: str = DARK["HATCH"]
PLAYHEAD: str = DARK["PLAYHEAD"]
SUNLIGHT: str = DARK["SUNLIGHT"]
NIGHT: str = DARK["NIGHT"]
EARTH_SEEN: str = DARK["EARTH_SEEN"]
PENUMBRA: str = DARK["PENUMBRA"]
UMBRA: str = DARK["UMBRA"]
STATION_COLOURS: tuple[str, ...] = DARK["STATION_COLOURS"]
EVENT_COLOURS: dict[str, str] = DARK["EVENT_COLOURS"]
HOVER: str = DARK["HOVER"]
ALTERNATE: str = DARK["ALTERNATE"]
VEIL: str = DARK["VEIL"]


def _sheet() -> str:
    return f"""
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
QPushButton:hover, QToolButton:hover {{ background: {HOVER}; }}
QPushButton:pressed, QToolButton:pressed, QToolButton:checked {{ background: {SELECTED}; }}
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus, QAbstractItemView:focus {{
    border: 1px solid {FOCUS}; }}
QLineEdit, QComboBox {{ background: {BACKGROUND}; border: 1px solid {LINE}; border-radius: 5px; padding: 4px 7px;
    selection-background-color: {SELECTED}; }}
QComboBox {{ combobox-popup: 0; }}
QLineEdit[bad="true"] {{ border: 1px solid {ERROR}; }}
QComboBox QAbstractItemView {{ background: {RAISED}; selection-background-color: {SELECTED}; }}
QAbstractItemView {{ background: {PANEL}; border: 1px solid transparent; outline: 0;
    alternate-background-color: {ALTERNATE}; }}
QListView::item {{ padding: 0 4px; }}
QListView#names {{ background: {RAISED}; border: 1px solid {LINE}; }}
QListView#names::item {{ padding: 2px 6px; }}
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
QLabel[role="hint"] {{ background: {VEIL}; border: 1px solid {LINE}; border-radius: 8px;
    padding: 8px 14px; }}
QFrame[role="card"] {{ background: {VEIL}; border: 1px solid {LINE}; border-top: 0; }}
QFrame[role="card"] QToolButton {{ padding: 1px 6px; }}
QCheckBox::indicator, QAbstractItemView::indicator, QRadioButton::indicator {{ width: 7px; height: 7px; padding: 2px;
    border: 1px solid {MUTED}; border-radius: 3px; background: {BACKGROUND}; background-clip: content; }}
QRadioButton::indicator {{ border-radius: 6px; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked, QRadioButton::indicator:checked {{
    background: {ACCENT}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border: 1px solid {LINE}; }}
QCheckBox:focus, QRadioButton:focus {{ background: {SELECTED}; border-radius: 4px; }}
QAbstractSpinBox {{ min-height: 1.5em; selection-background-color: {SELECTED}; }}
QAbstractSpinBox:focus {{ background: {SELECTED}; }}
QTextEdit {{ border: 1px solid {LINE}; }}
QTextEdit:focus {{ border: 1px solid {FOCUS}; }}
QTabBar:focus {{ border-bottom: 1px solid {FOCUS}; }}
QSlider {{ background: transparent; border: 1px solid transparent; border-radius: 4px; }}
QSlider:focus {{ border: 1px solid {FOCUS}; }}
QSlider::groove:horizontal {{ height: 4px; background: {LINE}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ height: 4px; background: {ACCENT}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 12px; margin: -5px 0; background: {TEXT}; border: 1px solid {BACKGROUND};
    border-radius: 7px; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: {MUTED}; }}
QToolBar {{ background: {RAISED}; border: 0; padding: 3px 6px; spacing: 6px; }}
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled, QLineEdit:disabled {{ color: {MUTED};
    background: {PANEL}; }}
QFrame[role="palette"] {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 8px; }}
QFrame[role="palette"] QListView {{ background: {RAISED}; }}
QDialog {{ border: 1px solid {LINE}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QScrollArea {{ border: 0; }}
QProgressBar {{ background: {BACKGROUND}; border: 1px solid {LINE}; border-radius: 5px; text-align: center; }}
QProgressBar::chunk {{ background: {SELECTED}; border-radius: 4px; }}
"""


def is_dark() -> bool:
    """Whether the dark theme is in use."""
    return _luminance(PANEL) < 0.2


def resolved(name: str) -> str:
    """Return 'dark' or 'light' for a choice; 'system' is what the desktop prefers, dark where it is silent."""
    if name != SYSTEM:
        return name if name in THEMES else "dark"
    return "light" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"


def apply_theme(application: QApplication, name: str = "dark", text_percent: int = 100) -> None:
    """Give the application its colours and style sheet, and text of a part of the system's size.

    Widgets read the colours of this module whenever they paint, so that all change at once.
    """
    globals().update(THEMES[resolved(name)])
    has_other_size = _scale_text(application, text_percent)
    if not application.property(HAS_STYLE):
        application.setStyle("Fusion")
        application.setProperty(HAS_STYLE, True)
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
    # Each of these goes through all widgets, which takes half a second once all panels were open; what stays as it is
    # need not. The sheet keeps fonts: it follows a new size.
    if application.palette() != palette:
        application.setPalette(palette)
    sheet = _sheet()
    if has_other_size or application.styleSheet() != sheet:
        application.setStyleSheet(sheet)


def _scale_text(application: QApplication, percent: int) -> bool:
    """Give text a part of the system's size; return whether that is another one than before."""
    font = application.font()
    system_pt = application.property(SYSTEM_SIZE)
    if system_pt is None:
        system_pt = font.pointSizeF()
        application.setProperty(SYSTEM_SIZE, system_pt)
    wanted_pt = system_pt * min(max(percent, TEXT_PERCENTS[0]), TEXT_PERCENTS[-1]) / 100.0
    if abs(font.pointSizeF() - wanted_pt) <= 1e-3:
        return False
    font.setPointSizeF(wanted_pt)
    application.setFont(font)
    return True


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
