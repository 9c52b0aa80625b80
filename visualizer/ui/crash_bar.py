"""A quiet bar above the picture after an unexpected end: restore, start fresh, or look at the report. Window layer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from visualizer.errors import PeriluneError
from visualizer.model.session import Session
from visualizer.model.session_scene import apply_snapshot, snapshot_of
from visualizer.ui.notice_bar import TopBar
from visualizer.ui.survival import Remains, SessionKeeper, clear
from visualizer.ui.theme import digits_font
from visualizer.ui.words import tr


class CrashBar(TopBar):
    """Offers the session that ended unexpectedly; goes away when an answer was given."""

    def __init__(self, window: Any, keeper: SessionKeeper, remains: Remains) -> None:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(remains.ended_s))
        words = QLabel(tr("Perilune ended unexpectedly ({when}).").format(when=when))
        super().__init__(window, tr("Last session"), "crash-bar", words)
        self._keeper, self._remains = keeper, remains
        self.restore, _ = self.add_button("Restore the session", self._on_restore)
        self.fresh, _ = self.add_button("Start fresh", self._on_fresh)
        self.report, report_shown = self.add_button("Show the report", self._on_report)
        # Nothing was written about it where the program was stopped from outside.
        report_shown.setVisible(remains.report is not None)
        room = QLabel(self)
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(room)
        self.place()

    def _on_restore(self) -> None:
        try:
            self._keeper.show(self._remains.scene)
        except PeriluneError as error:
            self._window.say(str(error))
            return
        self.leave()

    def _on_fresh(self) -> None:
        session: Session = self._window.session
        first = next(iter(session.missions))
        apply_snapshot(session, snapshot_of(Session([session.missions[first]])), at_once=True)
        self.leave()

    def _on_report(self) -> None:
        if self._remains.report is not None:
            ReportDialog(self._remains.report, self._window).show()

    def leave(self) -> None:
        """Go away; what the session left is cleared, its report stays until then."""
        clear(self._remains.scene)
        super().leave()


class ReportDialog(QDialog):
    """A report, to read and copy."""

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Report of {name}").format(name=path.name))
        text = QPlainTextEdit(self)
        text.setReadOnly(True)
        text.setFont(digits_font())
        text.setAccessibleName(tr("Report"))
        try:
            text.setPlainText(path.read_text(encoding="utf-8", errors="replace")[-200_000:])
        except OSError as error:
            text.setPlainText(f"{path}: {error.strerror or error}")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addWidget(buttons)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(70 * em, 34 * em)


def survive(window: Any, has_targets: bool = False, keep_settings: Callable[[], None] | None = None) -> SessionKeeper:
    """Keep a window's session; bring the last one back unless files are to be opened; offer one that broke off.

    Parameters
    ----------
    keep_settings : writes the window's settings; called whenever the session was written down
    """
    keeper = SessionKeeper(window)
    keeper.keep_settings = keep_settings
    remains = keeper.remains()
    if not has_targets:
        keeper.restore_last(lambda words: window.hint.say(words, 9_000))
    if remains is not None:
        CrashBar(window, keeper, remains)
    return keeper
