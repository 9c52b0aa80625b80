"""The panel of bookmarks by real keys and clicks."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from qt.acts import left_click, press, wait_for

from visualizer.model.bookmarks import Bookmark, BookmarkStore, default_path
from visualizer.model.scene_file import read_scene
from visualizer.ui import bookmark_pictures
from visualizer.ui.bookmark_pictures import BookmarkPictures, default_folder, key_of

pytestmark = pytest.mark.qt


@pytest.fixture
def panel(window):
    press(window, "Ctrl+B")
    return window.panels.widgets["bookmarks"]


def titles(panel) -> list[str]:
    """Return the titles of the user's own."""
    own = [panel.list.item(row) for row in range(panel.list.count())]
    return [item.text() for item in own if item.flags() & Qt.ItemFlag.ItemIsEditable]


def editor_of(panel) -> QLineEdit:
    """Return the field in which a title is changed now."""
    editor = panel.window().focusWidget()
    assert isinstance(editor, QLineEdit)
    return editor


def add(window, panel, title: str) -> None:
    press(window, "Ctrl+D")
    editor = editor_of(panel)
    editor.selectAll()
    QTest.keyClicks(editor, title)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.qWait(1)


def test_ctrl_d_without_the_panel_keeps_what_is_seen(window, session):
    session.choose_view("earth", at_once=True)
    session.toggle_option("has_graticule")
    press(window, "Ctrl+D")
    (kept,) = BookmarkStore().load()
    assert (kept.view, kept.show, kept.missions) == ("earth", ("graticule",), ("luna-25",))
    assert kept.title.startswith("Luna-25: ")
    assert "Earth" in kept.title
    assert "Bookmark added" in window.hint.text()


def test_adding_renaming_moving_deleting_and_undoing(window, panel):
    for title in ("one", "two", "three"):
        add(window, panel, title)
    assert titles(panel) == ["one", "two", "three"]
    assert [one.title for one in BookmarkStore().load()] == ["one", "two", "three"]
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert titles(panel) == ["one", "three", "two"]
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert titles(panel) == ["one", "two"]
    QTest.keyClick(panel.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert titles(panel) == ["one", "three", "two"]
    QTest.keyClick(panel.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert titles(panel) == ["one", "two", "three"]


def test_escape_leaves_the_title_as_it_was(window, panel):
    add(window, panel, "one")
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_F2)
    editor = editor_of(panel)
    QTest.keyClicks(editor, "other")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert titles(panel) == ["one"]


def row_of(panel, title: str) -> int:
    return next(row for row in range(panel.list.count()) if panel.list.item(row).text() == title)


def test_a_click_and_enter_go_there(window, session, panel):
    item = panel.list.item(row_of(panel, "Photograph of Zeeman"))
    panel.list.scrollToItem(item)
    place = panel.list.visualItemRect(item).center()
    left_click(panel.list.viewport(), place.x(), place.y())
    assert session.view_id == "zeeman"
    assert session.clock.epoch_tdb_s == pytest.approx(session.active.event("zeeman").tdb_s, abs=2e-3)
    panel.list.setCurrentRow(row_of(panel, "Luna-25: Impact"))
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert session.view_id == "site"


def test_ready_made_ones_cannot_be_changed(window, panel):
    panel.list.setCurrentRow(row_of(panel, "Photograph of Zeeman"))
    assert not panel.buttons["delete"].isEnabled()
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert "Photograph of Zeeman" in [panel.list.item(row).text() for row in range(panel.list.count())]
    assert BookmarkStore().load() == []


def test_a_bookmark_of_a_mission_that_is_gone_is_one_line(window, session, panel):
    before = session.clock.epoch_tdb_s
    BookmarkStore().add(Bookmark(title="gone", time="2023-08-19T11:10:00", missions=("apollo-99",)))
    panel.fill()
    panel.list.setCurrentRow(row_of(panel, "gone"))
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert wait_for(lambda: "apollo-99" in window.hint.text(), 10.0)
    assert session.clock.epoch_tdb_s == before


def test_a_damaged_file_is_set_aside_with_a_notice(window):
    default_path().parent.mkdir(parents=True, exist_ok=True)
    default_path().write_text("[[", encoding="utf-8")
    press(window, "Ctrl+B")
    assert "bookmarks.toml.bak" in window.hint.text()


def test_buttons_have_names_for_screen_readers(panel):
    assert all(button.accessibleName() and button.toolTip() for button in panel.buttons.values())
    assert panel.list.accessibleName()


def test_the_bookmarks_of_a_scene_stand_beside_the_users_and_travel_with_it(window, session, panel, tmp_path):
    add(window, panel, "mine")
    path = tmp_path / "a.perilune"
    window.files.save(path)
    assert [one.title for one in read_scene(path).bookmarks] == ["mine"]
    (mine,) = BookmarkStore().load()
    BookmarkStore().delete(mine.id)
    window.files.open_paths([path])
    assert wait_for(lambda: "Of the scene" in all_rows(panel), 10.0)
    assert titles(panel) == []
    panel.list.setCurrentRow(row_of(panel, "mine"))
    assert not panel.buttons["delete"].isEnabled()
    window.files.save(tmp_path / "b.perilune")
    assert [one.title for one in read_scene(tmp_path / "b.perilune").bookmarks] == ["mine"]


def all_rows(panel) -> list[str]:
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def test_small_pictures_are_drawn_once_and_kept(window, panel, tmp_path, monkeypatch):
    """A script stands for the process that draws: it paints what it is asked for and counts how often."""
    script = tmp_path / "draw.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom PIL import Image\n"
        "lines = Path(sys.argv[2]).read_text().splitlines()\n"
        "for line in lines:\n"
        "    name, link = line.split(' ', 1)\n"
        "    assert link.startswith('perilune:')\n"
        "    Image.new('RGB', (16, 9), 'red').save(Path(sys.argv[3]) / (name + '.png'))\n"
        "    print('picture', name, flush=True)\n"
        "Path(sys.argv[0] + '.runs').open('a').write(f'{len(lines)} ')\n"
    )
    monkeypatch.setattr(bookmark_pictures, "program_words", lambda: [sys.executable, str(script)])
    add(window, panel, "A red one")
    (one,) = BookmarkStore().load()
    row = next(panel.list.item(n) for n in range(panel.list.count()) if panel.list.item(n).text() == "A red one")
    picture_role = int(Qt.ItemDataRole.UserRole) + 2
    assert wait_for(lambda: row.data(picture_role) is not None, 20.0)
    assert row.data(picture_role).width() == 16
    assert (default_folder() / f"{key_of(one)}.png").is_file()
    assert wait_for(lambda: not panel._pictures.is_busy, 20.0)
    again = BookmarkPictures(panel)
    again.want([one])
    assert again.picture(one) is not None
    assert wait_for(lambda: not again.is_busy, 20.0)
    assert len((tmp_path / "draw.py.runs").read_text().split()) == 1
    again.close()
