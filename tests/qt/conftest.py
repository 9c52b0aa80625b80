"""A window with a stub in place of the picture, on the shipped mission."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import FrameState
from visualizer.model.session import Session
from visualizer.ui.main_window import MainWindow
from visualizer.ui.theme import apply_theme


class StubCanvas:
    """Counts what a real canvas would draw; asks for the frame state as that does."""

    def __init__(self, source: Callable[[], FrameState]) -> None:
        self._source = source
        self.native = QWidget()
        self.on_first_frame: list[Callable[[], None]] = []
        self.on_failure: list[Callable[[Exception], None]] = []
        self.states: list[FrameState] = []
        self.pickable: str | None = None

    def request_redraw(self) -> None:
        """Draw at once."""
        self.states.append(self._source())

    def pick(self, x_px: float, y_px: float) -> str | None:
        """Return what the test put there."""
        return self.pickable

    def set_text_scale(self, scale: float) -> None:
        """Remember the size of words."""
        self.text_scale = scale

    def set_quality(self, wanted) -> None:
        """Remember the tier."""
        self.quality = wanted

    def reload(self) -> None:
        """Nothing to read."""

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def session() -> Session:
    """Return a session of Luna-25, paused at the first moment worth seeing."""
    return Session([load_mission("luna-25")])


@pytest.fixture
def window(qapp: QApplication, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Return an open window whose timer is wound by hand; closed and deleted afterwards."""
    apply_theme(qapp)
    errors: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: errors.append(error))
    made = MainWindow(session, StubCanvas)
    made.resize(1300, 850)
    made.show()
    QTest.qWaitForWindowExposed(made)
    made.activateWindow()
    made.canvas.native.setFocus()
    made.loop.stop_timer()
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    assert errors == []
