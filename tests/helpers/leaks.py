"""What a test left running: threads, top-level widgets, active timers."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator


def new_threads(before: set[threading.Thread], patience_s: float = 10.0) -> list[str]:
    """Return the names of threads that were not there before and do not end in a moment."""
    deadline = time.monotonic() + patience_s
    while True:
        extra = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
        if not extra or time.monotonic() > deadline:
            return [thread.name for thread in extra]
        extra[0].join(0.05)


def qt_objects() -> dict[int, str]:
    """Return what of Qt is alive after the garbage is gone: top-level widgets, active timers, running threads."""
    import shiboken6

    settle()
    return {shiboken6.getCppPointer(thing)[0]: describe(thing) for thing in living()}


def settle() -> None:
    """Let Qt carry out `deleteLater`, then collect garbage."""
    from PySide6.QtCore import QCoreApplication, QEvent

    application = QCoreApplication.instance()
    if application is not None:
        application.processEvents()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


def living() -> Iterator[object]:
    """Yield top-level widgets, active timers and running threads of Qt."""
    import shiboken6
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication

    yield from QApplication.topLevelWidgets()
    for thing in gc.get_objects():
        if not issubclass(type(thing), (QTimer, QThread)) or not shiboken6.isValid(thing):
            continue
        if thing.isActive() if isinstance(thing, QTimer) else thing.isRunning():
            yield thing


def describe(thing: object) -> str:
    """Return a thing of Qt in a few words."""
    name = thing.objectName() if hasattr(thing, "objectName") else ""
    return f"{type(thing).__name__} {name!r}"
