"""A window of its own for the picture, inside of the program's, where the processor draws. Window layer.

Qt puts a window with an OpenGL picture in it together anew for each picture: all of it is blended over the picture
and copied to the screen. A graphics card does that in no time; a processor takes 13 ms for it, and 7 ms for the
picture alone. Only under X11, where windows within windows are sure to be clipped and moved as one.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QExposeEvent, QGuiApplication, QOpenGLContext, QPaintEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget

from visualizer.scene import gl as door


def give_own_window(picture: QWidget) -> bool:
    """Give the picture a window of its own if that is quicker here; return whether it has one.

    Parameters
    ----------
    picture : was not shown yet; its context, or one that shares with it, is current
    """
    if not isinstance(picture, QOpenGLWidget) or QGuiApplication.platformName() != "xcb":
        return False
    if QOpenGLContext.currentContext() is None or not door.read_facts().is_software:
        return False
    _make_native(picture)
    _Uncovered(picture.window())
    return True


def stand_above(widget: QWidget, picture: QWidget) -> None:
    """Let a widget over the picture have the mouse and show its changes: the window below would take both."""
    if picture.testAttribute(Qt.WidgetAttribute.WA_NativeWindow):
        _make_native(widget)


class _Uncovered(QObject):
    """Has the parts of a window painted anew that something else covered.

    WORKAROUND: beside a window of its own inside, Qt 6.11 leaves there what covered them where no compositor keeps the
    windows' pictures: a menu that was closed stayed in sight.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's handle, which there is once it is shown, and tell the window what was uncovered."""
        # What comes while the window ends must not touch it any more.
        kind = event.type()
        if kind == QEvent.Type.Show and watched is self._window:
            handle = self._window.windowHandle()
            handle.removeEventFilter(self)
            handle.installEventFilter(self)
        elif isinstance(event, (QExposeEvent, QPaintEvent)) and watched is not self._window:
            self._window.update(event.region())
        return False


def _make_native(widget: QWidget) -> None:
    # Windows of their own for neighbours and parents would have to be clipped against each other, and flicker.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontCreateNativeWidgetSiblings)
    widget.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
    widget.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
