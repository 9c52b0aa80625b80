"""A seeded random walk over the real window: keys, clicks, drags, wheels, typing, for as long as it is told.

`python tests/helpers/walk.py --seconds 600 --seed 1` prints one JSON object: how many actions of which kind, errors,
how long the event loop was blocked and by what (wall and CPU time, the picture's drawing apart), and how memory grew.
Textures of another tier, ground near a site and open panels make steps of hundreds of megabytes that come and go; what
leaks raises the floor below them. So the least memory of a long walk's second half is compared with that of its first,
the warm-up left out.
It needs a display and writes into the home that it is given (the tests give an empty one).
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import random
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QLineEdit, QMenu, QWidget

from helpers.loop_watch import LoopWatch, kept_s
from visualizer.ui.app import create_application, open_window
from visualizer.ui.settings import Settings
from visualizer.ui.window_commands import WINDOW_COMMANDS

ACTION_MS = 15
# How often memory is looked at, and the part of the walk that is left out.
SAMPLES = 80
WARM_UP_SHARE = 0.1
# What would end the walk, leave the window, or draw for minutes.
NEVER = {"window.quit", "window.toggle_full_screen"}
TYPED = (
    "tycho", "shack", "loi", "2023-08-19 11:10", "T+8d 12h", "impact-5min", "zzz", "chandrayaan", "next ev", "'; drop",
    "ø", "-1", "", "1e99", "луна", "place:-70,43",
)  # fmt: skip


class Walk(QObject):
    """Does one thing after another to a window."""

    def __init__(self, window: QWidget, seed: int, seconds: float) -> None:
        super().__init__(window)
        self.window, self.random = window, random.Random(seed)
        self.done: Counter[str] = Counter()
        self.errors: list[str] = []
        self.begun_s, self.seconds = kept_s(), seconds
        self.watch = LoopWatch(window.canvas)
        self.memory_mb: list[float] = []
        self._next_memory_s = 0.0
        QTimer.singleShot(ACTION_MS, self, self._on_timer)

    @property
    def _doing(self) -> str:
        return self.watch.doing

    @_doing.setter
    def _doing(self, what: str) -> None:
        self.watch.doing = what

    def _note_memory(self, passed_s: float) -> None:
        self.memory_mb.append(memory_mb())
        self._next_memory_s = passed_s + self.seconds / SAMPLES

    def _on_timer(self) -> None:
        passed = kept_s() - self.begun_s
        if passed > self._next_memory_s:
            self.watch.unwatched(lambda: self._note_memory(passed))
        if passed > self.seconds:
            self.watch.stop()
            QTimer.singleShot(0, self.end)
            return
        # Before the act: one that waits in a loop of its own (a drag, a menu) is ended by those that follow.
        QTimer.singleShot(ACTION_MS, self, self._on_timer)
        act = self.random.choices(ACTS, weights=[weight for _, weight in WEIGHED])[0]
        self.done[act.__name__] += 1
        act(self)

    def end(self) -> None:
        """Close what is open, then the window."""
        for _ in range(10):
            top = QApplication.activeModalWidget() or QApplication.activePopupWidget()
            if top is None:
                break
            top.close()
        close = getattr(self.window, "close_unasked", self.window.close)
        close()

    # -- acts ---------------------------------------------------------------------------------------------

    def target(self) -> QWidget:
        """Return what has the focus, or a dialog or menu that wants it."""
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        return QApplication.focusWidget() or top or self.window

    def shortcut(self) -> None:
        """Press the key of a random command."""
        actions = [a for a in self.window.actions() if a.shortcuts() and a.objectName() not in NEVER]
        action = self.random.choice(actions)
        self._doing = action.objectName()
        keys = action.shortcuts()[0][0]
        QTest.keyClick(self.target(), keys.key(), keys.keyboardModifiers())

    def command(self) -> None:
        """Run a command without a key, as the palette would."""
        rows = [c for c in WINDOW_COMMANDS if not c.keys and c.id not in NEVER]
        command = self.random.choice(rows)
        self._doing = command.id
        self.window.actions_.run(command.id)

    def plain_key(self) -> None:
        """Press a key that moves or chooses."""
        keys = (Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return,
                Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Backtab)  # fmt: skip
        key = self.random.choice(keys)
        target = self.target()
        self._doing = f"{type(target).__name__} {key.name}"
        QTest.keyClick(target, key)

    def escape(self) -> None:
        """Leave a dialog, a menu, a field."""
        self._doing = "escape"
        modal = QApplication.activeModalWidget()
        if isinstance(modal, QFileDialog):
            modal.reject()
            return
        QTest.keyClick(self.target(), Qt.Key.Key_Escape)

    def type_words(self) -> None:
        """Type into a field, or open the palette for it."""
        target = self.target()
        self._doing = f"typing into {type(target).__name__}"
        if isinstance(target, (QLineEdit, QComboBox)):
            QTest.keyClicks(target, self.random.choice(TYPED))

    def click(self) -> None:
        """Click on a random widget."""
        widget, place = self._somewhere()
        if widget is None or (isinstance(widget.window(), QMenu) and self.random.random() < 0.5):
            return
        self._doing = f"click {type(widget).__name__} {widget.objectName() or widget.accessibleName()}"
        button = self.random.choices((Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton), weights=(9, 1))[0]
        QTest.mouseClick(widget, button, self._modifiers(), place)

    def double_click(self) -> None:
        """Click twice."""
        widget, place = self._somewhere()
        if widget is not None:
            self._doing = f"double click {type(widget).__name__}"
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def drag(self) -> None:
        """Press, move in steps, let go."""
        widget, place = self._somewhere()
        if widget is None:
            return
        self._doing = f"drag {type(widget).__name__}"
        button, modifiers = Qt.MouseButton.LeftButton, self._modifiers()
        QTest.mousePress(widget, button, modifiers, place)
        for _ in range(self.random.randint(1, 6)):
            place += QPoint(self.random.randint(-60, 60), self.random.randint(-30, 30))
            QTest.mouseMove(widget, place)
        QTest.mouseRelease(widget, button, modifiers, place)

    def wheel(self) -> None:
        """Turn the wheel."""
        widget, place = self._somewhere()
        if widget is None:
            return
        self._doing = f"wheel {type(widget).__name__}"
        turn = QPoint(0, self.random.choice((-240, -120, 120, 240)))
        event = QWheelEvent(
            QPointF(place), QPointF(widget.mapToGlobal(place)), QPoint(), turn, Qt.MouseButton.NoButton,
            self._modifiers(), Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def resize(self) -> None:
        """Give the window another size."""
        self._doing = "resize"
        self.window.resize(self.random.randint(900, 1500), self.random.randint(600, 950))

    def _somewhere(self) -> tuple[QWidget | None, QPoint]:
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        dialogs = [d for d in self.window.findChildren(QDialog) if d.isVisible()]
        if top is None and dialogs and self.random.random() < 0.4:
            top = self.random.choice(dialogs)
        owner = top or self.window
        seen = [
            w for w in owner.findChildren(QWidget) if w.isVisible() and w.isEnabled() and w.width() * w.height() > 9
        ]
        if not seen:
            return None, QPoint()
        widget = self.random.choice(seen)
        return widget, QPoint(self.random.randrange(widget.width()), self.random.randrange(widget.height()))

    def _modifiers(self) -> Qt.KeyboardModifier:
        choices = (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
            Qt.KeyboardModifier.ControlModifier,
        )
        return self.random.choices(choices, weights=(8, 1, 1))[0]


WEIGHED: tuple[tuple[Callable[[Walk], None], int], ...] = (
    (Walk.shortcut, 10), (Walk.plain_key, 6), (Walk.click, 10), (Walk.drag, 5), (Walk.wheel, 5), (Walk.escape, 5),
    (Walk.type_words, 3), (Walk.command, 1), (Walk.double_click, 2), (Walk.resize, 1),
)  # fmt: skip
ACTS = tuple(act for act, _ in WEIGHED)


def memory_mb() -> float:
    """Return the memory that the process holds, MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def floors_mb(samples_mb: list[float]) -> tuple[float, float]:
    """Return the least memory of both halves of a walk, its warm-up left out."""
    seen = samples_mb[round(WARM_UP_SHARE * len(samples_mb)) :]
    middle = len(seen) // 2
    return min(seen[:middle] or samples_mb), min(seen[middle:] or samples_mb)


def catch_errors(errors: list[str]) -> None:
    """Collect exceptions out of slots, what Qt complains about, warnings and loud records of the log."""

    def on_message(kind: QtMsgType, _context: object, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            errors.append(f"Qt: {message}")

    def on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        errors.append("".join(traceback.format_exception(kind, error, trace))[-2000:])

    sys.excepthook = on_exception
    qInstallMessageHandler(on_message)
    warnings.showwarning = lambda message, kind, file, line, *_: errors.append(f"{file}:{line} {message}")
    loud = logging.Handler(logging.WARNING)
    loud.emit = lambda record: errors.append(f"{record.name}: {record.getMessage()}")  # type: ignore[method-assign]
    logging.getLogger().addHandler(loud)


def main() -> int:
    """Walk; return 0 if nothing was raised."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    application = create_application()
    application.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    window = open_window(Settings(is_hint_seen=True))
    errors: list[str] = []
    catch_errors(errors)
    walks: list[Walk] = []
    window.canvas.on_failure.append(lambda error: errors.append(repr(error)))
    window.canvas.on_first_frame.append(lambda: walks.append(Walk(window, wanted.seed, wanted.seconds)))
    window.show()
    application.exec()
    window.canvas.close()
    (walk,) = walks
    report(walk, errors)
    return 1 if errors else 0


def report(walk: Walk, errors: list[str]) -> None:
    """Print what was done and found."""
    blocks = walk.watch.blocks
    first_mb, last_mb = floors_mb(walk.memory_mb)
    found = {
        "actions": sum(walk.done.values()), "of_each": dict(walk.done), "errors": errors,
        "longest_block_ms": round(max((b.wall_ms for b in blocks), default=0.0), 1),
        "longest_kept_ms": round(max((b.kept_ms for b in blocks), default=0.0), 1),
        "longest_own_ms": round(max((b.own_wall_ms for b in blocks), default=0.0), 1),
        "longest_own_cpu_ms": round(max((b.own_cpu_ms for b in blocks), default=0.0), 1),
        "turns": walk.watch.turns, "longest": walk.watch.longest(),
        "memory_mb": [round(mb) for mb in walk.memory_mb], "floors_mb": [round(first_mb, 1), round(last_mb, 1)],
        "growth": round(last_mb / first_mb - 1.0, 4),
    }  # fmt: skip
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
