"""A session comes back: after closing, after a crash, beside another window; damage is set aside with a notice."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from qt.acts import SCENE, wait_for
from qt.conftest import StubCanvas

from visualizer.model.scene_file import read_scene, scene_from_text
from visualizer.ui.crash_bar import CrashBar, ReportDialog, survive
from visualizer.ui.hint import FIRST_HINT
from visualizer.ui.main_window import MainWindow
from visualizer.ui.notice_bar import NoticeBar
from visualizer.ui.settings import load_settings
from visualizer.ui.survival import LAST, SessionKeeper, default_folder, log_folder, without_lost_missions

pytestmark = pytest.mark.qt


def names() -> list[str]:
    return sorted(path.name for path in default_folder().iterdir())


def die(text: str = "", fault: str = "") -> None:
    """Let a process hold a lock and die, as after a crash, beside what it wrote down."""
    folder = default_folder()
    folder.mkdir(parents=True, exist_ok=True)
    code = (
        "import os, sys; from PySide6.QtCore import QLockFile; l = QLockFile(sys.argv[1]); l.setStaleLockTime(0);"
        "l.tryLock(0); os._exit(3)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder / "99-dead.lock")], check=False, timeout=60)
    assert (folder / "99-dead.lock").exists()
    (folder / "99-dead.fault").write_text(fault)
    (folder / "99-dead.perilune").write_text(text)


def test_a_session_is_written_down_after_changes_and_at_the_end(window, session):
    keeper = SessionKeeper(window)
    session.choose_view("earth", at_once=True)
    assert keeper._soon.isActive()
    keeper.write()
    own = default_folder() / f"{keeper.name}.perilune"
    assert read_scene(own).view == "earth"
    before = own.stat().st_mtime_ns
    keeper.write()
    assert own.stat().st_mtime_ns == before
    session.toggle_option("has_graticule")
    window.close()
    assert names() == [LAST]
    assert read_scene(default_folder() / LAST).show == ("graticule",)


def test_it_comes_back_at_the_next_start(window, session):
    default_folder().mkdir(parents=True)
    (default_folder() / LAST).write_text(SCENE.replace('["luna-25"]', '["slim", "luna-25"]'))
    survive(window)
    assert wait_for(lambda: session.view_id == "earth", 20.0)
    assert session.shown_ids == ["slim", "luna-25"]
    assert session.options.has_graticule
    assert window.findChild(CrashBar) is None


def test_files_to_open_come_before_the_last_session(window, session):
    default_folder().mkdir(parents=True)
    (default_folder() / LAST).write_text(SCENE)
    survive(window, has_targets=True)
    assert session.view_id == "moon"


def test_a_damaged_last_session_is_set_aside_with_a_notice(window, session):
    default_folder().mkdir(parents=True)
    (default_folder() / LAST).write_text("[[")
    survive(window)
    assert "last.perilune.bak" in window.hint.text()
    assert session.view_id == "moon"


def test_after_a_crash_a_quiet_bar_offers_the_session(window, session):
    die(SCENE)
    survive(window)
    bar = window.findChild(CrashBar)
    assert bar.isVisible()
    assert "ended unexpectedly" in bar.words.text()
    assert not bar.report.isVisible()
    assert session.view_id == "moon"
    QTest.mouseClick(bar.restore, Qt.MouseButton.LeftButton)
    assert session.view_id == "earth"
    assert not [name for name in names() if "dead" in name]
    QTest.qWait(1)
    assert window.findChild(CrashBar) is None


@pytest.mark.parametrize("is_known", [False, True])
def test_the_bar_has_its_place_in_a_saved_layout(window, session, qapp, is_known):
    """As a window opens that was maximized: smaller first than the layout it remembers."""
    die(SCENE)
    if is_known:
        survive(window)
    window.resize(window.minimumSizeHint())
    QTest.qWait(1)
    window.showMaximized()
    QTest.qWait(1)
    opened = MainWindow(session, StubCanvas, window.settings())
    survive(opened)
    opened.show()
    QTest.qWaitForWindowExposed(opened)
    opened.loop.stop_timer()
    # Qt discards what was restored only a while after the last change of size.
    QTest.qWait(300)
    bar = opened.findChild(CrashBar)
    assert opened.toolBarArea(bar) == Qt.ToolBarArea.TopToolBarArea
    assert bar.width() == opened.width()
    assert bar.y() >= opened.menuBar().geometry().bottom()
    assert all(one.isVisible() and bar.rect().contains(one.geometry()) for one in (bar.words, bar.restore, bar.fresh))
    opened.close()
    opened.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_notice_stays_until_it_is_closed_and_the_offer_beside_it(window, tmp_path):
    die(SCENE)
    survive(window)
    (tmp_path / "window.json").write_text("{")
    settings, notice = load_settings(tmp_path / "window.json")
    assert settings.is_hint_seen
    bar = NoticeBar(window, notice)
    QTest.keyClick(window.canvas.native, Qt.Key.Key_2)
    QTest.mouseClick(window.canvas.native, Qt.MouseButton.LeftButton)
    QTest.qWait(1)
    assert bar.isVisible()
    assert bar.width() == window.width()
    assert bar.geometry().intersected(window.findChild(CrashBar).geometry()).isEmpty()
    assert notice.startswith(bar.words.text().rstrip("…"))
    assert len(bar.words.text()) > 40
    bar.close_button.setFocus()
    QTest.keyClick(bar.close_button, Qt.Key.Key_Space)
    QTest.qWait(1)
    assert window.findChild(NoticeBar) is None
    assert window.findChild(CrashBar).isVisible()


def test_start_fresh_forgets_it(window, session):
    die(SCENE)
    session.toggle_option("has_graticule")
    survive(window)
    QTest.mouseClick(window.findChild(CrashBar).fresh, Qt.MouseButton.LeftButton)
    assert not session.options.has_graticule
    assert not [name for name in names() if "dead" in name]


def test_the_report_is_shown(window):
    die(SCENE, "Fatal Python error: Segmentation fault\n")
    survive(window)
    bar = window.findChild(CrashBar)
    assert bar.report.isVisible()
    QTest.mouseClick(bar.report, Qt.MouseButton.LeftButton)
    dialog = window.findChild(ReportDialog)
    assert "Segmentation fault" in dialog.findChild(QPlainTextEdit).toPlainText()
    dialog.close()


def test_a_crash_report_written_since_is_the_one_shown(window):
    die(SCENE)
    log_folder().mkdir(parents=True, exist_ok=True)
    report = log_folder() / "crash-20991231-235959.txt"
    report.write_text("Traceback: here")
    survive(window)
    assert window.findChild(CrashBar)._remains.report == report


def test_a_broken_session_of_a_crash_is_one_line(window, session):
    die("perilune = 1\ntime = ")
    survive(window)
    bar = window.findChild(CrashBar)
    QTest.mouseClick(bar.restore, Qt.MouseButton.LeftButton)
    assert "99-dead.perilune" in window.hint.text()
    assert bar.isVisible()


def test_two_windows_leave_each_other_alone(window, session):
    first = SessionKeeper(window)
    first.write()
    second = SessionKeeper(window)
    assert second.remains() is None
    second.write()
    assert {f"{first.name}.perilune", f"{second.name}.perilune"} <= set(names())


def test_settings_are_kept_with_the_session(window, session):
    kept = []
    keeper = survive(window, keep_settings=lambda: kept.append(window.settings()))
    keeper.write()
    keeper.write()
    assert len(kept) == 1
    assert kept[0].is_hint_seen


def test_the_first_hint_has_five_lines():
    assert len(FIRST_HINT.split("<br>")) == 5


def test_a_folder_that_cannot_be_written_is_no_obstacle(window, tmp_path):
    (tmp_path / "file").write_text("")
    keeper = SessionKeeper(window, tmp_path / "file" / "sessions")
    keeper.write()
    assert keeper.remains() is None


def test_missions_that_are_gone_are_left_out():
    scene = scene_from_text(SCENE.replace('["luna-25"]', '["gone", "luna-25"]'))
    left = without_lost_missions(scene, ["luna-25", "slim"])
    assert left.missions == ("luna-25",)
    assert without_lost_missions(scene, ["slim"]) is None
    assert without_lost_missions(left, ["luna-25"]) is left


def test_a_process_that_lives_is_not_dead(window):
    keeper = SessionKeeper(window)
    assert f"{os.getpid()}-" in keeper.name
    assert (default_folder() / f"{keeper.name}.lock").exists()
