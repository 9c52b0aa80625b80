"""Colours, fonts and who has which style sheet: dark unless the user wants light; text has a contrast of 4.5:1 or more.

Window layer. Sizes are in font heights or logical pixels, so that system font and scale factor decide. The names below
are the colours of the theme in use: read them when painting (`theme.TEXT`), do not keep them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from visualizer.ui.theme_colours import DARK, LIGHT
from visualizer.ui.theme_sheet import LOOK, colour_sheet, shape_sheet

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


def is_dark() -> bool:
    """Whether the dark theme is in use."""
    return _luminance(PANEL) < 0.2


def resolved(name: str) -> str:
    """Return 'dark' or 'light' for a choice; 'system' is what the desktop prefers, dark where it is silent."""
    if name != SYSTEM:
        return name if name in THEMES else "dark"
    return "light" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"


def apply_theme(application: QApplication, name: str = "dark", text_percent: int = 100) -> None:
    """Give the application its colours, and text of a part of the system's size; all windows have them at once.

    Windows that are open for work take them part by part instead (`dressing.Dresser`).
    """
    has_other_size = take_theme(application, name, text_percent)
    for part in parts_of(application.topLevelWidgets()):
        if has_other_size or not is_dressed(part):
            dress(part)


def take_theme(application: QApplication, name: str, text_percent: int) -> bool:
    """Make a theme the one in use, and text as large as wanted; return whether that is another size than before.

    Widgets read the colours of this module whenever they paint. What the style sheet colours is dressed after this.
    """
    globals().update(THEMES[resolved(name)])
    if not application.property(HAS_STYLE):
        application.setStyle("Fusion")
        application.setStyleSheet(shape_sheet())
        application.setProperty(HAS_STYLE, True)
    has_other_size = _scale_text(application, text_percent)
    palette = _palette()
    if application.palette() != palette:
        application.setPalette(palette)
    return has_other_size


def _palette() -> QPalette:
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
    return palette


def parts_of(windows: Iterable[QWidget]) -> list[QWidget]:
    """Return what takes the theme in one piece: main windows, all that lies in one, windows that belong to none."""
    own = [window for window in windows if window.parentWidget() is None]
    inside = [c for w in own if isinstance(w, QMainWindow) for c in w.children() if isinstance(c, QWidget)]
    return [*own, *inside]


def dress(part: QWidget) -> None:
    """Give a part its colours of the theme in use; menus, lists and tool tips that it opens have them too."""
    if isinstance(part, QMainWindow):
        # A sheet would go through all its parts once more.
        part.setProperty(LOOK, _name())
        part.style().polish(part)
        part.update()
    else:
        part.setStyleSheet(_sheet(_name()))


def is_dressed(part: QWidget) -> bool:
    """Whether a part has the colours of the theme in use."""
    if isinstance(part, QMainWindow):
        return bool(part.property(LOOK) == _name())
    return part.styleSheet() == _sheet(_name())


def _name() -> str:
    return "dark" if is_dark() else "light"


@cache
def _sheet(name: str) -> str:
    return colour_sheet(THEMES[name])


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
