"""Manners of every panel: controls have names, the keyboard reaches them, nothing is cut at any size of text."""

from __future__ import annotations

import pytest
from helpers.cut_words import cut, name_of
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QHeaderView,
    QScrollBar,
    QTabBar,
    QWidget,
)  # fmt: skip
from qt.acts import dressed, wait_for

from visualizer.ui.appearance import change_text, choose_theme, use_appearance
from visualizer.ui.panels import PANELS

PANEL_IDS = [spec.id for spec in PANELS]


def focusable(root: QWidget) -> list[QWidget]:
    """Return the widgets that the keyboard can reach."""
    return [
        w
        for w in root.findChildren(QWidget)
        if w.isVisibleTo(root) and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def is_inner(widget: QWidget) -> bool:
    """Whether Qt made it inside another control, which has the name."""
    parent = widget.parentWidget()
    is_part = isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_")
    is_part |= isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget
    return is_part or isinstance(parent, QComboBox) or isinstance(widget, QTabBar)


def settle() -> None:
    """Let layouts come to rest."""
    for _ in range(4):
        QApplication.processEvents()


def wanting_names(root: QWidget) -> list[str]:
    """Return the focusable controls without a name."""
    return [
        f"{type(w).__name__} {w.objectName()!r} in {type(w.parentWidget()).__name__}"
        for w in focusable(root)
        if not is_inner(w) and not any(c.isalnum() for c in name_of(w))
    ]


@pytest.mark.parametrize("panel_id", PANEL_IDS)
def test_every_control_of_a_panel_has_a_name(window, panel_id):
    window.show_panel(panel_id)
    settle()
    assert focusable(window.panels.docks[panel_id])
    assert wanting_names(window.panels.docks[panel_id]) == []


def test_every_control_of_the_window_has_a_name(window):
    settle()
    assert wanting_names(window) == []


@pytest.mark.parametrize("panel_id", PANEL_IDS)
def test_tab_goes_through_a_panel_and_out_of_it(window, panel_id):
    window.show_panel(panel_id)
    settle()
    dock = window.panels.docks[panel_id]
    first = next(w for w in focusable(dock) if not is_inner(w))
    first.setFocus()
    seen: list[QWidget] = []
    for _ in range(150):
        here = QApplication.focusWidget()
        seen.append(here)
        if here is None or not dock.isAncestorOf(here):
            break
        QTest.keyClick(here, Qt.Key.Key_Tab)
    assert seen[-1] is not None
    assert not dock.isAncestorOf(seen[-1]), f"Tab stays in {type(seen[-1]).__name__} {name_of(seen[-1])}"


@pytest.fixture
def text_size(window):
    """Return a function that sets the size of text as the View menu does; the usual size comes back."""

    def choose(percent: int) -> None:
        window.text_percent = percent
        use_appearance(window)
        dressed(window)
        settle()

    yield choose
    choose(100)


def resized(window: QWidget, width: int, height: int) -> None:
    """Give the window a size and wait until the screen has given it: docks share their room anew only then."""
    window.resize(width, height)
    handle = window.windowHandle()
    assert wait_for(lambda: (handle.width(), handle.height()) == (width, height), 1.0)
    QTest.qWait(20)
    settle()


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_no_label_or_button_is_cut(window, text_size, percent):
    resized(window, 1920, 1150)
    text_size(percent)
    found = {"window": cut(window)}
    for panel_id in PANEL_IDS:
        window.show_panel(panel_id)
        settle()
        found[panel_id] = cut(window.panels.docks[panel_id])
        window.panels.docks[panel_id].hide()
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_digits_and_words_in_the_picture_follow_the_size_of_text(window, session, qapp):
    measure = window.show_panel("measure")
    window.refresh_panels()
    choose_theme(window, "dark")
    change_text(window, 2)
    dressed(window)
    try:
        labels = [*window.telemetry._values, *measure._values]
        assert {label.font().pointSizeF() for label in labels} == {qapp.font().pointSizeF()}
        assert window.transport.date_field.font().pointSizeF() == qapp.font().pointSizeF()
        assert window.canvas.text_scale == session.panes.text_scale == 1.25
    finally:
        change_text(window, 0)
        dressed(window)


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
@pytest.mark.parametrize("panel_id", PANEL_IDS)
def test_a_panel_leaves_a_third_of_the_height_to_the_picture(window, size, panel_id):
    window.resize(*size)
    settle()
    window.show_panel(panel_id)
    settle()
    assert (window.width(), window.height()) == size
    assert window.canvas.native.height() >= size[1] / 3
    assert window.canvas.native.width() >= size[0] / 3


def test_panels_fit_a_small_screen_with_large_text_and_give_their_room_back(window, text_size):
    text_size(150)
    resized(window, 1366, 768)
    before = window.canvas.native.size()
    for panel_id in PANEL_IDS:
        window.show_panel(panel_id)
        settle()
        assert (window.width(), window.height()) == (1366, 768), panel_id
        window.toggle_panel(panel_id)
        assert wait_for(lambda: window.canvas.native.size() == before, 1.0), panel_id


@pytest.mark.parametrize("panel_id", ["evidence", "what_if", "measure", "storyboard"])
def test_what_scrolls_by_itself_is_not_scrolled_once_more(window, panel_id):
    window.resize(1280, 720)
    settle()
    panel = window.show_panel(panel_id)
    settle()
    assert not window.panels.docks[panel_id].widget().verticalScrollBar().isVisible()
    assert panel.height() <= window.panels.docks[panel_id].height()


@pytest.mark.parametrize("panel_id", PANEL_IDS)
def test_docks_move_float_and_close(window, panel_id):
    window.show_panel(panel_id)
    features = window.panels.docks[panel_id].features()
    for feature in ("Movable", "Floatable", "Closable"):
        assert features & getattr(QDockWidget.DockWidgetFeature, f"DockWidget{feature}")


@pytest.mark.parametrize("panel_id", PANEL_IDS)
def test_lists_and_tables_can_be_reached(window, panel_id):
    window.show_panel(panel_id)
    settle()
    views = [v for v in window.panels.docks[panel_id].findChildren(QAbstractItemView) if v.isVisible()]
    own = [v for v in views if not isinstance(v, QHeaderView) and v.isEnabled()]
    assert [v.accessibleName() for v in own if not v.focusPolicy() & Qt.FocusPolicy.TabFocus] == []


@pytest.mark.parametrize("command_id", ["show_keys", "show_about", "save_picture", "save_film", "show_maps"])
def test_escape_leaves_a_dialog_and_the_picture_has_the_focus_again(window, command_id):
    window.run(f"window.{command_id}")
    settle()
    (dialog,) = [d for d in window.findChildren(QDialog) if d.isVisible()]
    assert wanting_names(dialog) == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    settle()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [d for d in window.findChildren(QDialog) if d.isVisible()] == []


def test_strips_and_slowing_down_come_back_as_they_were_left(window, session):
    assert window.settings().strips == "sun,earth,eclipse,stations"
    window.timeline.keeper.toggle("stations")
    session.clock.toggle_slow_down()
    kept = window.settings()
    session.clock.toggle_slow_down()
    again = type(window)(session, type(window.canvas), kept)
    try:
        assert again.timeline.keeper.ids == again.timeline.content.strip_ids == ("sun", "earth", "eclipse")
        assert session.clock.is_slowing
    finally:
        again.close()
        again.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_docks_come_back_as_they_were_left(window, session):
    dock = window.panels.docks["evidence"]
    window.show_panel("evidence")
    window.show_panel("map")
    dock.setFloating(True)
    settle()
    kept = window.settings()
    again = type(window)(session, type(window.canvas), kept)
    try:
        again.show()
        settle()
        assert again.panels.docks["evidence"].isFloating()
        assert {i for i in PANEL_IDS if again.has_panel(i)} == {"evidence", "map"}
    finally:
        again.close()
        again.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
