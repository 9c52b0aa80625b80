"""What tests do to a timeline: show missions, drag, open its menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from qt.acts import wait_for

from visualizer.missions.catalogue import load_mission

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, ALT, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def show(window, *ids: str) -> None:
    """Load missions and draw them."""
    window.session.add_missions([load_mission(i) for i in ids])
    for i in ids:
        window.session.set_shown(i, True)
    QApplication.processEvents()


def drag(timeline, start: QPoint, end: QPoint, button=LEFT, modifiers=NONE) -> None:
    """Press, move in three steps, let go."""
    QTest.mousePress(timeline, button, modifiers, start)
    for share in (0.3, 0.7, 1.0):
        place = QPointF(start) + share * (QPointF(end) - QPointF(start))
        event = QMouseEvent(QEvent.Type.MouseMove, place, timeline.mapToGlobal(place), button, button, modifiers)
        QApplication.sendEvent(timeline, event)
    QTest.mouseRelease(timeline, button, modifiers, end)


def axis_point(timeline, x: float) -> QPoint:
    return QPoint(round(x), timeline.height() - 4)


def open_menu(window) -> QMenu:
    assert wait_for(lambda: QApplication.activePopupWidget() is not None, 2.0)
    return QApplication.activePopupWidget()


def line_of(menu: QMenu, words: str):
    return next(action for action in menu.actions() if words in action.text().replace("&", ""))
