"""Pictures and films leave the window by a process of their own: written, refused, cancelled, nothing half-written."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from qt.acts import wait_for
from typer.testing import CliRunner

from visualizer.cli.main import app
from visualizer.export.work import WorkFolder
from visualizer.missions.catalogue import load_mission
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
    assert wait_for(lambda: not dialog.is_running, 120.0)
    assert "Written" in dialog.note
    first = (tmp_path / "luna-25.png").read_bytes()
    dialog.begin()
    assert wait_for(lambda: not dialog.is_running, 120.0)
    assert "luna-25-2.png" in dialog.note
    assert sorted(path.name for path in tmp_path.iterdir()) == ["luna-25-2.png", "luna-25.png"]
    assert (tmp_path / "luna-25.png").read_bytes() == first


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
    assert wait_for(lambda: not dialog.is_running, 120.0)
    assert "outside the flight" in dialog.note


def test_a_picture_can_be_transparent_and_smooth(open_dialog, tmp_path):
    dialog = open_dialog(is_film=False)
    dialog.transparent.setChecked(True)
    dialog.supersample.setValue(3)
    words = dialog.arguments()
    assert "--transparent" in words
    assert words[words.index("--supersample") + 1] == "3"


def test_a_film_is_written_as_what_is_chosen(open_dialog, tmp_path):
    dialog = open_dialog(is_film=True)
    dialog.format.setCurrentIndex(dialog.format.findData("webm"))
    dialog.seconds.setValue(1)
    dialog.fps.setValue(4)
    seen = []
    dialog._job.progressed.connect(lambda done, total: seen.append((done, total)))
    QTest.mouseClick(dialog._begin, Qt.MouseButton.LeftButton)
    assert not dialog._begin.isEnabled()
    assert wait_for(lambda: not dialog.is_running, 90.0)
    assert [path.name for path in tmp_path.iterdir()] == ["luna-25.webm"]
    assert seen[-1] == (4, 4)


def test_only_fields_that_mean_something_can_be_changed(open_dialog):
    dialog = open_dialog(is_film=True)
    assert dialog.start.isEnabled()
    assert not dialog.transparent.isEnabled()
    dialog.what.setCurrentIndex(dialog.what.findData("last-orbit"))
    dialog.format.setCurrentIndex(dialog.format.findData("png"))
    assert not dialog.start.isEnabled()
    assert dialog.transparent.isEnabled()
    assert dialog.path.text().endswith("luna-25")
    assert dialog.arguments()[:2] == ["animate", "last-orbit"]


def test_a_film_pauses_goes_on_and_is_cancelled(open_dialog, tmp_path):
    dialog = open_dialog(is_film=True)
    dialog.seconds.setValue(600)
    dialog.begin()
    done = []
    dialog._job.progressed.connect(lambda now, _total: done.append(now))
    assert wait_for(lambda: len(done) > 2, 90.0)
    QTest.mouseClick(dialog._pause, Qt.MouseButton.LeftButton)
    assert "Paused" in dialog.note
    QTest.qWait(800)
    stood = len(done)
    QTest.qWait(700)
    assert len(done) == stood
    QTest.mouseClick(dialog._pause, Qt.MouseButton.LeftButton)
    assert wait_for(lambda: len(done) > stood + 1, 30.0)
    QTest.mouseClick(dialog._cancel, Qt.MouseButton.LeftButton)
    assert "cancelled" in dialog.note
    assert list(tmp_path.iterdir()) == []


def test_a_job_of_the_window_is_drawn_by_the_command_line(open_dialog, tmp_path):
    dialog = open_dialog(is_film=True)
    dialog.seconds.setValue(1)
    dialog.fps.setValue(2)
    dialog.save_job(tmp_path / "job.json")
    assert "perilune animate --job" in dialog.note
    done = CliRunner().invoke(app, ["animate", "--job", str(tmp_path / "job.json")], prog_name="perilune")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "luna-25.mp4").stat().st_size > 500


def test_a_size_that_is_none_is_told(open_dialog, tmp_path):
    dialog = open_dialog(is_film=True)
    dialog.size.setEditText("large")
    dialog.save_job(tmp_path / "job.json")
    assert "1920x1080" in dialog.note
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_film_is_gone_on_with(open_dialog, tmp_path, session):
    dialog = open_dialog(is_film=True)
    assert not dialog._resume.isEnabled()
    dialog.seconds.setValue(1)
    dialog.fps.setValue(2)
    work = WorkFolder(tmp_path / "luna-25.mp4", dialog._film_job())
    work.open()
    QTest.keyClicks(dialog.path, "x")
    QTest.keyClick(dialog.path, Qt.Key.Key_Backspace)
    assert dialog._resume.isEnabled()
    assert "unfinished" in dialog.note
    dialog.resume()
    assert wait_for(lambda: not dialog.is_running, 90.0)
    assert [path.name for path in tmp_path.iterdir()] == ["luna-25.mp4"]


def test_missions_that_are_shown_beside_are_drawn_as_well(open_dialog, session, tmp_path):
    session.add_missions([load_mission("slim")])
    session.set_shown("slim", True)
    film = open_dialog(is_film=True)
    words = film.arguments()
    assert words[words.index("--with") + 1] == "slim"
    assert film._asked_story().shots[0].missions == ("luna-25", "slim")
