"""The command palette by real keys: it opens, finds, goes there, and leaves the rest of the keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from qt.acts import dressed, left_click, press, wait_for

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.model.bookmarks import BookmarkStore
from visualizer.ui.palette import Palette

pytestmark = pytest.mark.qt


def opened(window) -> Palette:
    press(window, "Ctrl+K")
    palette = window.findChild(Palette)
    assert wait_for(lambda: palette.is_ready, 20.0)
    return palette


def typed(window, text: str) -> Palette:
    palette = opened(window)
    QTest.keyClicks(palette.field, text)
    return palette


def enter(palette: Palette) -> None:
    QTest.keyClick(palette.field, Qt.Key.Key_Return)


def test_it_opens_with_the_cursor_in_the_field_and_leaves_by_escape(window):
    palette = opened(window)
    assert palette.isVisible()
    assert palette.field.hasFocus()
    assert palette.rows.rowCount() > 5
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert window.canvas.native.hasFocus()


def test_a_crater_is_flown_to(window, session):
    enter(typed(window, "shackleton"))
    assert session.camera.focus == "feature:Shackleton"
    assert session.camera.axes == "site"
    assert "Shackleton" in {label.text for label in session.frame_state().labels}


@pytest.mark.parametrize(
    ("text", "key"),
    [("mars", "toward:body:mars"), ("sun", "toward:body:sun")],
)
def test_a_planet_stands_over_the_limb(window, session, text, key):
    enter(typed(window, text))
    assert session.camera.axes == key
    session.frame_state()


def test_a_command_is_run_and_stands_first_the_next_time(window, session):
    assert not session.options.has_graticule
    enter(typed(window, "graticule"))
    assert session.options.has_graticule
    palette = opened(window)
    assert palette.rows.entries[0].key == "command:view.toggle_graticule"


def test_text_at_100_is_not_larger_text(window):
    window.run("window.larger_text")
    enter(typed(window, "text at 100"))
    dressed(window)
    assert window.text_percent == 100


def test_events_sites_and_missions_are_gone_to(window, session):
    enter(typed(window, "luna-25 impact"))
    assert session.clock.epoch_tdb_s == pytest.approx(session.active.event("impact").tdb_s)
    enter(typed(window, "vostochny pad"))
    assert session.camera.focus == "site:luna-25/vostochny"


@pytest.mark.parametrize(
    ("text", "utc"), [("2023-08-19 11:10", "2023-08-19T11:10:00"), ("2023-08-17T05:23:00Z", "2023-08-17T05:23:00")]
)
def test_a_typed_time_is_gone_to(window, session, text, utc):
    enter(typed(window, text))
    assert session.clock.epoch_tdb_s == pytest.approx(tdb_s_from_utc_text(utc))
    assert not session.clock.is_playing


def test_a_typed_place_is_flown_to(window, session):
    enter(typed(window, "57.865 S 61.36 E"))
    assert session.camera.focus == "place:-57.865,61.36"


def test_a_link_is_opened_and_a_broken_one_is_one_line(window, session):
    enter(typed(window, "perilune:?t=20230817T052300&m=luna-25&v=earth&o=graticule"))
    assert session.view_id == "earth"
    assert session.options.has_graticule
    assert session.clock.epoch_tdb_s == pytest.approx(tdb_s_from_utc_text("2023-08-17T05:23:00"))
    enter(typed(window, "perilune:?t=soon&m=luna-25"))
    assert "a link looks like perilune:" in window.hint.text()


def test_arrows_choose_and_letters_do_not_reach_the_window(window, session):
    rate, epoch = session.clock.rate, session.clock.epoch_tdb_s
    palette = typed(window, "lj ")
    palette.field.clear()
    QTest.keyClicks(palette.field, "tycho")
    first = palette.rows.entries[0].key
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 1
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == len(palette.rows.entries) - 1
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.rows.entries[palette.list.currentIndex().row()].key == first == "feature:Tycho"
    assert (session.clock.rate, session.clock.epoch_tdb_s, session.clock.is_playing) == (rate, epoch, False)


def test_a_click_chooses_too(window, session):
    palette = typed(window, "copernicus")
    place = palette.list.visualRect(palette.rows.index(0, 0)).center()
    left_click(palette.list.viewport(), place.x(), place.y())
    assert session.camera.focus == "feature:Copernicus"
    assert not palette.isVisible()


def test_rows_are_read_aloud_with_kind_and_detail(window):
    palette = typed(window, "shackleton")
    index = palette.rows.index(0, 0)
    assert palette.rows.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Shackleton, Crater, 21 km"
    assert palette.field.accessibleName()
    assert palette.field.accessibleDescription() == "Shackleton, Crater, 21 km"
    assert palette.list.accessibleName()


def test_what_is_not_found_is_said_and_enter_does_nothing(window, session):
    before = session.camera
    palette = typed(window, "zzzzqqqq")
    assert palette.rows.entries == []
    assert "Nothing" in palette.note.text()
    enter(palette)
    assert palette.isVisible()
    assert session.camera == before


def test_it_stays_inside_small_windows(window):
    window.resize(640, 480)
    palette = opened(window)
    assert window.rect().contains(palette.geometry())
    window.resize(1300, 850)
    assert window.rect().contains(palette.geometry())


def test_bookmarks_are_found(window, session):
    session.choose_view("earth", at_once=True)
    press(window, "Ctrl+D")
    (made,) = BookmarkStore().load()
    BookmarkStore().rename(made.id, "Évening over Asia")
    session.choose_view("moon", at_once=True)
    palette = typed(window, "evening over")
    assert palette.rows.entries[0].kind == "Bookmark"
    enter(palette)
    assert session.view_id == "earth"
