"""Every command has a key or a menu, every key reaches the session, and no key means two things."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence
from qt.acts import press

from visualizer.model.commands import SESSION_COMMANDS
from visualizer.model.session_scene import apply_snapshot
from visualizer.model.snapshot import Snapshot
from visualizer.ui.window_commands import WINDOW_COMMANDS

pytestmark = pytest.mark.qt
ALL = (*SESSION_COMMANDS, *WINDOW_COMMANDS)
KEYS = [(command.id, key) for command in ALL for key in command.keys]


def test_command_ids_and_keys_are_unique_and_every_command_explains_itself():
    ids = [command.id for command in ALL]
    keys = [QKeySequence(key).toString() for _, key in KEYS]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)
    assert all(command.title and command.help.endswith(".") for command in ALL)
    assert all(command.menu for command in ALL)


def test_every_key_triggers_its_command_and_no_other(window):
    seen: list[str] = []
    for command_id, action in window.actions_.by_id.items():
        action.triggered.disconnect()
        action.triggered.connect(lambda _checked=False, command_id=command_id: seen.append(command_id))
    found = {}
    for _, key in KEYS:
        seen.clear()
        press(window, key)
        found[key] = tuple(seen)
    assert found == {key: (command_id,) for command_id, key in KEYS}


def test_view_keys_choose_views_and_check_their_menu_entry(window, session):
    for key, view_id in (
        ("1", "system"),
        ("2", "earth"),
        ("4", "follow"),
        ("5", "craft"),
        ("6", "site"),
        ("3", "moon"),
    ):
        press(window, key)
        assert session.view_id == view_id
        assert window.actions_.by_id[f"view.show_{view_id}"].isChecked()


def test_space_plays_and_pauses(window, session):
    press(window, "Space")
    assert session.clock.is_playing
    press(window, "Space")
    assert not session.clock.is_playing


def test_arrows_step_a_minute_and_with_shift_a_second(window, session):
    start = session.clock.epoch_tdb_s
    press(window, "Right")
    press(window, "Shift+Left")
    assert session.clock.epoch_tdb_s == pytest.approx(start + 59.0)


def test_page_keys_go_from_event_to_event(window, session):
    press(window, "PgDown")
    later = [e.tdb_s for e in session.active.events if e.tdb_s == session.clock.epoch_tdb_s]
    assert later
    press(window, "PgUp")
    assert session.clock.epoch_tdb_s < later[0]


def test_what_cannot_be_done_is_said_and_not_raised(window, session):
    press(window, "End")
    press(window, "PgDown")
    assert "no later event" in window.hint.text()
    assert window.hint.isVisible()


def test_toggles_show_their_state_in_the_menu(window, session):
    press(window, "T")
    assert not session.options.has_labels
    assert not window.actions_.by_id["view.toggle_labels"].isChecked()


def test_what_is_switched_on_and_cannot_be_seen_is_explained(window, session):
    press(window, "T")
    press(window, "F")
    assert session.options.has_features
    assert "key T shows them" in window.hint.text()
    press(window, "F")
    press(window, "T")
    window.hint.say("")
    press(window, "F")
    assert window.hint.text() == ""
    press(window, "F")
    session.choose_view("system", at_once=True)
    window.canvas.request_redraw()
    press(window, "F")
    assert "within 40,000 km" in window.hint.text()
    session.clock.seek(session.clock.end_tdb_s)
    press(window, "Shift+K")
    assert "no mission that is drawn flies" in window.hint.text()


def test_a_bookmark_that_goes_where_names_are_seen_says_nothing_of_them(window, session):
    session.choose_view("system", at_once=True)
    window.loop.tick()
    window.say("before")
    apply_snapshot(
        session, Snapshot(time="2023-08-18T05:00:00", missions=("luna-25",), view="moon", show=("features",))
    )
    assert session.options.has_features
    assert window.hint.text() == "before"


def test_focused_list_keeps_its_own_keys(window, session):
    before = session.clock.epoch_tdb_s
    rate = session.clock.rate
    window.missions.events.setFocus()
    window.missions.events.setCurrentRow(2)
    press(window, "Down")
    assert window.missions.events.currentRow() == 3
    assert (session.clock.epoch_tdb_s, session.clock.rate) == (before, rate)


def test_every_menu_is_filled(window):
    menus = {action.text().replace("&", ""): action.menu() for action in window.menuBar().actions()}
    assert list(menus) == ["File", "View", "Time", "Compare", "Export", "Help"]
    assert all(menu.menuAction().isVisible() == bool(menu.actions()) for menu in menus.values())


def inside(menu) -> list[str]:
    """Return the commands of a menu and of the menus in it."""
    found = []
    for action in menu.actions():
        found += inside(action.menu()) if action.menu() else [action.objectName()]
    return found


def test_no_menu_is_long_and_every_command_stands_in_its_own(window):
    menus = {action.text().replace("&", ""): action.menu() for action in window.menuBar().actions()}
    for title, menu in menus.items():
        assert len([a for a in menu.actions() if not a.isSeparator()]) <= 20, title
        assert {c.id for c in ALL if c.menu == title} <= set(inside(menu))
