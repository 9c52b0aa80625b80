"""The dialog of measured maps: fetches from a server on this machine, cancels, uses, removes."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from test_maps import source  # noqa: F401

from visualizer import resources
from visualizer.maps import store
from visualizer.ui.maps_dialog import MapsDialog

pytestmark = pytest.mark.qt


@pytest.fixture
def dialog(qapp):
    dialog = MapsDialog()
    dialog.show()
    yield dialog
    dialog.close()
    dialog.deleteLater()


def wait(dialog):
    for _ in range(400):
        if not dialog.is_running:
            return
        QTest.qWait(50)
    pytest.fail("it goes on and on")


@pytest.mark.usefixtures("source")
def test_fetch_use_and_remove(dialog):
    told = []
    dialog.changed.connect(lambda: told.append(resources.is_overridden("moon/")))
    assert not dialog.use.isEnabled()
    assert not dialog.remove.isEnabled()
    dialog.fetch.click()
    assert not dialog.fetch.isEnabled()
    assert dialog.close_button.text() == "Cancel"
    wait(dialog)
    assert dialog.use.isChecked()
    assert "on disk" in dialog.note.text()
    dialog.use.click()
    dialog.use.click()
    dialog.remove.click()
    assert told == [True, False, True, False]
    assert store.installed() is None
    assert "removed" in dialog.note.text()


@pytest.mark.usefixtures("source")
def test_cancel_keeps_what_came(dialog):
    dialog.begin()
    dialog.close_button.click()
    wait(dialog)
    assert store.installed() is None
    assert "next time" in dialog.note.text()
    dialog.begin()
    wait(dialog)
    assert store.installed() is not None


def test_a_failure_is_told_in_the_dialog(dialog, source):  # noqa: F811
    del source.files["colour.tif"]
    dialog.begin()
    wait(dialog)
    assert "404" in dialog.note.text()
    assert dialog.fetch.isEnabled()


@pytest.mark.usefixtures("source")
def test_closing_while_it_fetches_leaves_nothing_running(dialog):
    dialog.begin()
    dialog.close()
    assert not dialog.is_running
    assert store.installed() is None or store.installed().is_used
