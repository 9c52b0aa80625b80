"""The style sheets: what has which shape, the same for ever, and what has which colour, anew for each theme.

Window layer. The application has the sheet of shapes, the parts of a window that of colours (`dressing`). A sheet of
the application that changes is worked out for every widget as many times as it has ancestors; that of a part twice.
What is nearer to a widget wins over what is farther, whatever is named there: what one sheet says about a property of
all widgets, it must say about the exceptions too.
"""

from __future__ import annotations

from typing import Any, Final

from visualizer.resources import asset_path
from visualizer.ui.theme_colours import DARK, LIGHT

# Which theme the main window itself has: it is no part of itself.
LOOK: Final = "look"

_SHAPES: Final = """
QMainWindow::separator { width: 4px; height: 4px; }
QMenuBar { padding: 1px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; }
QMenu { border: 1px solid; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::separator { height: 1px; margin: 4px 8px; }
QDockWidget { font-weight: 600; }
QDockWidget::title { padding: 5px 8px; text-align: left; }
QToolTip { border: 1px solid; padding: 4px; }
QPushButton, QToolButton { border: 1px solid; border-radius: 5px; padding: 4px 9px; }
QLineEdit, QComboBox { border: 1px solid; border-radius: 5px; padding: 4px 7px; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: 0; width: 1.5em; }
QComboBox::down-arrow { width: 0.8em; height: 0.8em; }
QAbstractItemView { border: 1px solid; outline: 0; }
QListView::item { padding: 0 4px; }
QListView#names::item { padding: 2px 6px; }
QTableView::item { padding: 2px 5px; }
QHeaderView::section { border: 0; padding: 5px 6px; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { border-radius: 4px; min-height: 24px; min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="hint"] { border: 1px solid; border-radius: 8px; padding: 8px 14px; }
QFrame[role="card"] { border: 1px solid; border-top: 0; }
QFrame[role="card"] QToolButton { padding: 1px 6px; }
QWidget[role="corner"] QToolButton { padding: 2px 9px; }
QCheckBox::indicator, QAbstractItemView::indicator, QRadioButton::indicator { width: 0.5em; height: 0.5em; padding: 2px;
    border: 1px solid; border-radius: 3px; background-clip: content; }
QRadioButton::indicator { border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-radius: 4px; }
QAbstractSpinBox { min-height: 1.5em; }
QTextEdit { border: 1px solid; }
QTabBar:focus { border-bottom: 1px solid; }
QSlider { border: 1px solid; border-radius: 4px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; }
QSlider::handle:horizontal { width: 12px; margin: -5px 0; border: 1px solid; border-radius: 7px; }
QToolBar { border: 0; padding: 3px 6px; spacing: 6px; }
QFrame[role="palette"] { border: 1px solid; border-radius: 8px; }
QDialog { border: 1px solid; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QScrollArea { border: 0; }
QProgressBar { border: 1px solid; border-radius: 5px; text-align: center; }
QProgressBar::chunk { border-radius: 4px; }
"""


def shape_sheet() -> str:
    """Return the application's sheet: shapes, and the ground of main windows by their property `LOOK`."""
    grounds = (
        f'QMainWindow[{LOOK}="{name}"], QMainWindow[{LOOK}="{name}"]::separator'
        f" {{ background: {colours['BACKGROUND']}; }}\n"
        for name, colours in (("dark", DARK), ("light", LIGHT))
    )
    return _SHAPES + "".join(grounds)


def colour_sheet(colours: dict[str, Any]) -> str:
    """Return the sheet of a part of a window in the colours of a theme."""
    return _COLOURS.format_map({**colours, "ARROW": asset_path(colours["ARROW"]).as_posix()})


_COLOURS: Final = """
QWidget {{ color: {TEXT}; background: {PANEL}; }}
QMenuBar {{ background: {BACKGROUND}; }}
QMenuBar::item {{ background: transparent; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {SELECTED}; }}
QMenu {{ background: {RAISED}; border-color: {LINE}; }}
QMenu::separator {{ background: {LINE}; }}
QDockWidget::title {{ background: {BACKGROUND}; }}
QToolTip {{ color: {TEXT}; background: {RAISED}; border-color: {LINE}; }}
QPushButton, QToolButton {{ background: {RAISED}; border-color: {LINE}; }}
QPushButton:hover, QToolButton:hover {{ background: {HOVER}; }}
QPushButton:pressed, QToolButton:pressed, QToolButton:checked {{ background: {SELECTED}; }}
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus, QAbstractItemView:focus {{
    border-color: {FOCUS}; }}
QLineEdit, QComboBox {{ background: {BACKGROUND}; border-color: {LINE}; selection-background-color: {SELECTED}; }}
QLineEdit[bad="true"] {{ border-color: {ERROR}; }}
QComboBox::down-arrow {{ image: url("{ARROW}"); }}
QComboBox QAbstractItemView {{ background: {RAISED}; selection-background-color: {SELECTED}; }}
QAbstractItemView {{ background: {PANEL}; border-color: transparent; alternate-background-color: {ALTERNATE}; }}
QListView#names {{ background: {RAISED}; border-color: {LINE}; }}
QAbstractItemView::item:hover {{ background: {RAISED}; }}
QAbstractItemView::item:selected {{ background: {SELECTED}; color: {TEXT}; }}
QHeaderView::section {{ background: {BACKGROUND}; color: {MUTED}; }}
QScrollBar:vertical, QScrollBar:horizontal {{ background: transparent; }}
QScrollBar::handle {{ background: {LINE}; }}
QLabel {{ background: transparent; }}
QLabel[role="heading"], QLabel[role="muted"] {{ color: {MUTED}; }}
QLabel[role="error"] {{ color: {ERROR}; }}
QLabel[role="hint"], QFrame[role="card"] {{ background: {VEIL}; border-color: {LINE}; }}
QCheckBox::indicator, QAbstractItemView::indicator, QRadioButton::indicator {{ border-color: {MUTED};
    background: {BACKGROUND}; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked, QRadioButton::indicator:checked {{
    background: {ACCENT}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {LINE}; }}
QCheckBox:focus, QRadioButton:focus {{ background: {SELECTED}; }}
QAbstractSpinBox {{ selection-background-color: {SELECTED}; }}
QAbstractSpinBox:focus {{ background: {SELECTED}; }}
QTextEdit {{ border-color: {LINE}; }}
QTextEdit:focus, QTabBar:focus {{ border-color: {FOCUS}; }}
QSlider {{ background: transparent; border-color: transparent; }}
QSlider:focus {{ border-color: {FOCUS}; }}
QSlider::groove:horizontal {{ background: {LINE}; }}
QSlider::sub-page:horizontal {{ background: {ACCENT}; }}
QSlider::handle:horizontal {{ background: {TEXT}; border-color: {BACKGROUND}; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: {MUTED}; }}
QToolBar {{ background: {RAISED}; }}
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled, QLineEdit:disabled {{ color: {MUTED};
    background: {PANEL}; }}
QFrame[role="palette"] {{ background: {RAISED}; border-color: {LINE}; }}
QFrame[role="palette"] QListView {{ background: {RAISED}; }}
QDialog {{ border-color: {LINE}; }}
QProgressBar {{ background: {BACKGROUND}; border-color: {LINE}; }}
QProgressBar::chunk {{ background: {SELECTED}; }}
"""
