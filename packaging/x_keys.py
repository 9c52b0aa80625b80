"""Press real keys in another program's window on an X display, by the XTEST extension. Standard library only.

What `xdotool` would do, so that the smoke test needs nothing that a machine may lack.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import time
from types import TracebackType

REVERT_TO_PARENT = 2
CURRENT_TIME = 0
IS_VIEWABLE = 2


class WindowAttributes(ctypes.Structure):
    """What Xlib's `XWindowAttributes` has, in its order."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border_width", "depth")),
        ("visual", ctypes.c_void_p), ("root", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")),
        ("backing_planes", ctypes.c_ulong), ("backing_pixel", ctypes.c_ulong), ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong), ("map_installed", ctypes.c_int), ("map_state", ctypes.c_int),
        ("all_event_masks", ctypes.c_long), ("your_event_mask", ctypes.c_long),
        ("do_not_propagate_mask", ctypes.c_long), ("override_redirect", ctypes.c_int), ("screen", ctypes.c_void_p),
    )  # fmt: skip


class Keyboard:
    """The keyboard of an X display; use it as a context.

    Raises
    ------
    OSError
        If the display, libX11 or libXtst is not there.
    """

    def __init__(self, display: str) -> None:
        self._x11, self._xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x11.XStringToKeysym.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        if not self._display:
            raise OSError(f"the display {display} cannot be opened")

    def __enter__(self) -> Keyboard:
        """Enter."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the display."""
        self._x11.XCloseDisplay(self._display)

    def window_named(self, name: str, patience_s: float) -> int:
        """Return the window with this title, waiting until it is seen; 0 if it does not come.

        One that has the title but is not seen is passed over: a key for it would be lost.
        """
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            found = self._below(self._x11.XDefaultRootWindow(self._display), name)
            if found:
                return found
            time.sleep(0.1)
        return 0

    def _below(self, window: int, name: str) -> int:
        for child in self._children(window):
            if self._title(child) == name and self._is_viewable(child):
                return child
            deeper = self._below(child, name)
            if deeper:
                return deeper
        return 0

    def _children(self, window: int) -> list[int]:
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        found = ctypes.POINTER(ctypes.c_ulong)()
        asked = self._x11.XQueryTree(
            self._display, ctypes.c_ulong(window), ctypes.byref(root), ctypes.byref(parent), ctypes.byref(found),
            ctypes.byref(count),
        )  # fmt: skip
        children = [int(found[i]) for i in range(count.value)] if asked else []
        if found:
            self._x11.XFree(found)
        return children

    def _title(self, window: int) -> str:
        text = ctypes.c_char_p()
        if not self._x11.XFetchName(self._display, ctypes.c_ulong(window), ctypes.byref(text)) or not text.value:
            return ""
        title = text.value.decode("utf-8", "replace")
        self._x11.XFree(text)
        return title

    def _is_viewable(self, window: int) -> bool:
        facts = WindowAttributes()
        asked = self._x11.XGetWindowAttributes(self._display, ctypes.c_ulong(window), ctypes.byref(facts))
        return bool(asked) and facts.map_state == IS_VIEWABLE

    def focus(self, window: int, limit_s: float = 20.0) -> None:
        """Let keys go to a window, once it is seen; a bare display has no window manager that would.

        Raises
        ------
        TimeoutError
            If it is not seen in time: X ends a program that gives keys to a hidden window.
        """
        end = time.monotonic() + limit_s
        while not self._is_viewable(window):
            if time.monotonic() > end:
                raise TimeoutError(f"the window was not seen within {limit_s:g} s")
            time.sleep(0.05)
        self._x11.XRaiseWindow(self._display, ctypes.c_ulong(window))
        self._x11.XSetInputFocus(self._display, ctypes.c_ulong(window), REVERT_TO_PARENT, CURRENT_TIME)
        self._x11.XSync(self._display, False)

    def press(self, *names: str) -> None:
        """Press keys together, such as `Control_L` and `q`, and let them go again."""
        codes = [self._x11.XKeysymToKeycode(self._display, self._x11.XStringToKeysym(n.encode())) for n in names]
        for is_down, order in ((True, codes), (False, codes[::-1])):
            for code in order:
                self._xtst.XTestFakeKeyEvent(self._display, ctypes.c_uint(code & 0xFF), is_down, CURRENT_TIME)
        self._x11.XSync(self._display, False)
        time.sleep(0.2)
