"""Start the program: application, theme, settings, crash path, window; and the order of shutting down.

Window layer. Shutdown: the window stops its timers and workers and gives its settings, then the canvas gives
its context back, then the application ends.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from visualizer import __version__
from visualizer.errors import GraphicsError, PeriluneError
from visualizer.missions.catalogue import load_mission, mission_ids
from visualizer.model.session import Session
from visualizer.ui.crash_bar import survive
from visualizer.ui.icons import application_icon
from visualizer.ui.main_window import MainWindow
from visualizer.ui.memory import return_freed_memory
from visualizer.ui.notice_bar import NoticeBar
from visualizer.ui.opening import open_targets
from visualizer.ui.settings import Settings, default_path, load_settings
from visualizer.ui.settings_keeper import SettingsKeeper
from visualizer.ui.stop_signals import StopSignals
from visualizer.ui.theme import apply_theme
from visualizer.ui.words import tr

Report = Callable[[BaseException], Path]
BENCH_VARIABLE = "PERILUNE_BENCH_START"
FIRST_MISSION = "luna-25"


def create_application() -> QApplication:
    """Make the application (or return the one there is), with theme and fractional scale factors.

    Raises
    ------
    GraphicsError
        If Qt's display plugin lacks a system library; names it.
    """
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    _require_display_plugin()
    return_freed_memory()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("perilune")
    application.setApplicationDisplayName("Perilune")
    application.setApplicationVersion(__version__)
    apply_theme(application)
    application.setWindowIcon(application_icon())
    return application


def _require_display_plugin() -> None:
    """Load Qt's X11 plugin by hand: Qt itself would abort the process without a word that helps."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux") or platform not in ("", "xcb") or "DISPLAY" not in os.environ:
        return
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    plugin = plugins / "platforms" / "libqxcb.so"
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        missing = str(error).partition(":")[0]
        hint = "Debian, Ubuntu: apt install libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libegl1"
        raise GraphicsError(f"opening the window: the system library {missing} is missing; {hint}") from None


def run_window(report: Report, targets: Sequence[str] = ()) -> int:
    """Open the window and stay until it closes.

    Parameters
    ----------
    report : writes a crash report and returns its path
    targets : files and links to open

    Returns
    -------
    int
        The exit code.
    """
    application = create_application()
    is_bench = bool(os.environ.get(BENCH_VARIABLE))
    path = default_path()
    settings, notice = (Settings(), "") if is_bench else load_settings(path)
    apply_theme(application, settings.theme, settings.text_percent)
    window = open_window(settings)
    _install_crash_path(window, report)
    failures: list[Exception] = []
    window.canvas.on_failure.append(lambda error: _stop_drawing(application, failures, error))
    if is_bench:
        window.canvas.on_first_frame.append(lambda: _tell_start(application))
    else:
        keeper = SettingsKeeper(window, path, settings, lambda words: _notice(window, words))
        survive(window, bool(targets), keeper.keep)
        if targets:
            # Not while the picture is being painted.
            later = partial(QTimer.singleShot, 0, window, lambda: open_targets(window, targets))
            window.canvas.on_first_frame.append(later)
        if not settings.is_hint_seen:
            window.show_first_hint()
            keeper.keep(replace(settings, is_hint_seen=True))
        if notice:
            NoticeBar(window, notice)
    stopped: list[int] = []
    signals = StopSignals(lambda number: _stop(window, stopped, number), window)
    window.show()
    code = application.exec()
    signals.stop()
    window.canvas.close()
    if failures:
        raise failures[0]
    return 130 if stopped else code


def _stop(window: MainWindow, stopped: list[int], number: int) -> None:
    """Close at once, saving time and view; what is being drawn into a file is given up."""
    stopped.append(number)
    window.close_unasked()


def open_window(settings: Settings) -> MainWindow:
    """Load the mission that is seen first and make the window with the real picture; the others come after it."""
    from visualizer.scene.window_canvas import create_window_canvas

    ids = sorted(mission_ids(), key=lambda mission_id: mission_id != FIRST_MISSION)
    first = [ids[0], *(mission_id for mission_id in ids[1:] if mission_id == settings.mission_id)]
    session = Session([load_mission(mission_id) for mission_id in first], shown_ids=ids[:1])
    window = MainWindow(session, partial(create_window_canvas, is_paced=True), settings)
    # Modules, missions and widgets stay to the end: to look through them for garbage would keep all else for 75 ms.
    window.canvas.on_first_frame.append(gc.freeze)
    window.load_later([mission_id for mission_id in ids if mission_id not in first])
    return window


def _stop_drawing(application: QApplication, failures: list[Exception], error: Exception) -> None:
    if not failures:
        failures.append(error)
        QTimer.singleShot(0, application, lambda: application.exit(2))


def _notice(window: MainWindow, words: str) -> None:
    NoticeBar(window, words)


def _install_crash_path(window: MainWindow, report: Report) -> None:
    """Send exceptions out of slots to a line in the window, and bugs to a report file as well."""

    def on_exception(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(130)
        elif isinstance(error, PeriluneError):
            window.say(str(error))
        else:
            path = report(error)
            print(f"perilune: unexpected {kind.__name__}: {error}; the report is in {path}", file=sys.stderr)
            words = tr("Something went wrong: {error}").format(error=error)
            box = QMessageBox(QMessageBox.Icon.Warning, "Perilune", words, parent=window)
            box.setInformativeText(tr("The program goes on. A report is in {path}").format(path=path))
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()

    sys.excepthook = on_exception


def _tell_start(application: QApplication) -> None:
    print(f"first-picture {process_age_s():.3f}", flush=True)
    QTimer.singleShot(0, application, application.quit)


def process_age_s() -> float:
    """Return for how long this process has lived, s (10 ms resolution on Linux; elsewhere since `bench` began it)."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        uptime = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
        return uptime - float(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError, AttributeError):
        begun = float(os.environ.get("PERILUNE_BENCH_BEGUN", "nan"))
        return time.time() - begun
