"""Pictures and films leave the window by a process of their own: written, refused, cancelled, nothing half-written."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from qt.acts import wait_for

from visualizer.ui.export_dialog import ExportDialog

pytestmark = [pytest.mark.qt, pytest.mark.gl]


@pytest.fixture
def open_dialog(qapp, session, tmp_path):
    """Return what opens the dialog; it is deleted afterwards."""
    dialogs = []

    def make(*, is_film: bool) -> ExportDialog:
        dialogs.append(ExportDialog(session, is_film, tmp_path))
        dialogs[-1].size.setEditText("160x120")
        return dialogs[-1]

    yield make
    for dialog in dialogs:
        dialog.close()
        dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_picture_is_written_once_and_not_over_itself(open_dialog, tmp_path):
    dialog = open_dialog(is_film=False)
    dialog.begin()
    assert wait_for(lambda: not dialog.is_running, 60.0)
    assert "Written" in dialog.note
    assert [path.name for path in tmp_path.iterdir()] == ["luna-25.png"]
    dialog.begin()
    assert wait_for(lambda: not dialog.is_running, 60.0)
    assert "it exists" in dialog.note


def test_a_cancelled_film_leaves_nothing(open_dialog, tmp_path):
    dialog = open_dialog(is_film=True)
    dialog.seconds.setValue(600)
    dialog.begin()
    assert wait_for(lambda: any(tmp_path.iterdir()), 60.0)
    dialog.close()
    assert not dialog.is_running
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_is_told_in_the_dialog(open_dialog):
    dialog = open_dialog(is_film=True)
    dialog.end.setText("1999-01-01")
    dialog.begin()
    assert wait_for(lambda: not dialog.is_running, 60.0)
    assert "outside the flight" in dialog.note
