"""Settings are kept some seconds after a change, without a closing window; where they cannot be, the window says so."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from qt.acts import dressed, wait_for

from visualizer.ui import settings_keeper
from visualizer.ui.appearance import change_text, choose_theme
from visualizer.ui.settings import Settings, load_settings
from visualizer.ui.settings_keeper import SettingsKeeper

pytestmark = pytest.mark.qt


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "window.json"


@pytest.fixture
def told():
    return []


@pytest.fixture
def keeper(window, path, told, monkeypatch):
    monkeypatch.setattr(settings_keeper, "LOOK_MS", 50)
    return SettingsKeeper(window, path, window.settings(), told.append)


def test_theme_text_and_panels_are_kept_while_the_window_is_open(window, keeper, path):
    choose_theme(window, "light")
    change_text(window, 1)
    window.toggle_panel("evidence")
    dressed(window)
    last = window.settings()
    assert wait_for(lambda: path.exists() and load_settings(path)[0].layout == last.layout, 10.0)
    kept = load_settings(path)[0]
    assert (kept.theme, kept.text_percent) == ("light", last.text_percent)
    assert last.text_percent > 100
    choose_theme(window, "dark")
    change_text(window, 0)
    dressed(window)


def test_nothing_is_written_while_nothing_but_the_time_changes(window, keeper, path, session):
    """The window's layout comes to rest first."""
    assert wait_for(lambda: path.exists() and replace(window.settings(), tdb_s=None) == kept_without_time(path), 10.0)
    QTest.qWait(300)
    written = path.stat().st_mtime_ns
    for _ in range(3):
        session.clock.seek(session.clock.epoch_tdb_s + 60.0)
        QTest.qWait(100)
    keeper._runner._pool.waitForDone()
    assert path.stat().st_mtime_ns == written
    keeper.keep()
    keeper._runner._pool.waitForDone()
    assert load_settings(path)[0].tdb_s == session.clock.epoch_tdb_s


def kept_without_time(path) -> Settings:
    return replace(load_settings(path)[0], tdb_s=None)


def test_files_are_written_in_a_thread_of_their_own(window, keeper, monkeypatch):
    threads = []
    monkeypatch.setattr(settings_keeper, "save_settings", lambda *_: threads.append(threading.get_ident()))
    keeper.keep(Settings(theme="light"))
    assert wait_for(lambda: bool(threads), 10.0)
    assert threads[0] != threading.get_ident()


def test_a_closing_window_has_the_last_word(window, keeper, path):
    window.theme_name = "light"
    window.close()
    assert load_settings(path)[0].theme == "light"
    assert not keeper._timer.isActive()


def test_a_folder_that_cannot_be_written_is_told_once(window, keeper, path, told, capsys):
    path.parent.write_text("a file in the folder's place")
    keeper.keep(Settings(theme="light"))
    assert wait_for(lambda: bool(told), 10.0)
    keeper.keep(Settings(theme="system"))
    keeper._runner._pool.waitForDone()
    window.close()
    assert len(told) == 1
    assert told[0].startswith("Settings will not be kept: ")
    assert str(path.parent) in told[0]
    assert capsys.readouterr().err == f"perilune: {told[0]}\n"


def test_settings_that_failed_once_are_kept_when_the_window_closes(window, keeper, path, told):
    path.parent.write_text("a file in the folder's place")
    window.theme_name = "light"
    assert wait_for(lambda: bool(told), 10.0)
    path.parent.unlink()
    window.close()
    assert load_settings(path)[0].theme == "light"
