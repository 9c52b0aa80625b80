"""Words that have room, and windows that fit their screen: long texts, tabs, large text, the current event in sight."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar
from qt.acts import dressed, press, wait_for

from visualizer.scene.palette import MISSION_COLOURS
from visualizer.ui.appearance import use_appearance
from visualizer.ui.evidence_columns import lines_in
from visualizer.ui.evidence_model import cells_of
from visualizer.ui.mission_colour import WORD_CONTRAST, colour_of
from visualizer.ui.theme import contrast_ratio
from visualizer.ui.theme_colours import LIGHT

pytestmark = pytest.mark.qt


def with_text(window, percent: int) -> None:
    window.text_percent = percent
    use_appearance(window)
    dressed(window)
    QApplication.processEvents()


@pytest.fixture
def large(window):
    """Give the window back in its usual size of text."""
    yield window
    with_text(window, 100)


def test_a_long_attitude_takes_a_second_line_and_moves_no_number(window, session):
    session.clock.seek(session.active.event("insertion-1").tdb_s + 30.0)
    window.loop.mark_dirty()
    window.canvas.request_redraw()
    window.refresh_panels()
    QApplication.processEvents()
    label = window.telemetry._values[-1]
    assert label.full_text == "engine along the solved thrust"
    assert label.text().replace("\n", " ") == label.full_text
    assert label.height() >= 2 * label.fontMetrics().lineSpacing()


def test_what_happens_now_takes_two_lines_before_it_is_cut(window):
    message = window.transport._message
    window.transport._say("Impact: " + "the hour is derived " * 4, "muted")
    QApplication.processEvents()
    assert message.text().count("\n") == 1
    assert message.height() >= 2 * message.fontMetrics().lineSpacing()
    before = window.transport.height()
    window.transport._say("Lunar orbit", "muted")
    QApplication.processEvents()
    assert (message.text(), window.transport.height()) == ("Lunar orbit", before)


def test_tabs_of_panels_have_whole_names_and_tips(window):
    window.resize(1600, 900)
    for panel_id in ("mission", "map", "what_if", "measure"):
        window.show_panel(panel_id)
    QTest.qWait(50)
    bar = next(b for b in window.findChildren(QTabBar) if any(b.tabText(i) == "Measure" for i in range(b.count())))
    assert [bar.tabText(i) for i in range(bar.count())] == ["Mission", "Map", "What if", "Measure"]
    assert all(bar.tabRect(i).width() > bar.fontMetrics().horizontalAdvance(bar.tabText(i)) for i in range(4))
    assert bar.tabRect(3).right() <= bar.width()
    assert "About the mission" in bar.tabToolTip(0)


@pytest.mark.parametrize("percent", [150, 175])
def test_with_panels_open_and_large_text_the_window_fits_a_low_screen(large, percent):
    window = large
    window.resize(1366, 740)
    with_text(window, percent)
    for panel_id in ("mission", "what_if", "evidence", "charts", "storyboard"):
        window.show_panel(panel_id)
        QTest.qWait(20)
    assert window.minimumSizeHint().height() <= 730
    assert window.size().height() == 740
    assert window.timeline.mapTo(window, window.timeline.rect().bottomLeft()).y() <= 740


def test_the_note_of_the_size_of_text_has_room_for_itself(large):
    press(large, "Ctrl+Alt+=")
    with_text(large, 150)
    large.say("Text at 150 %")
    with_text(large, 175)
    hint = large.hint
    assert wait_for(lambda: hint.width() >= hint.sizeHint().width(), 2.0)
    assert hint.height() >= hint.sizeHint().height()


@pytest.mark.parametrize("number", range(len(MISSION_COLOURS)))
def test_a_missions_colour_keeps_its_hue_on_a_light_ground(window, number):
    dark = colour_of(number)
    window.run("window.choose_theme_light")
    dressed(window)
    light, words = colour_of(number), colour_of(number, contrast=WORD_CONTRAST)
    window.run("window.choose_theme_dark")
    dressed(window)
    if number != len(MISSION_COLOURS) - 1:
        apart = abs(light.hsvHue() - dark.hsvHue()) % 360
        assert min(apart, 360 - apart) <= 4
        # Dark gold, no brown.
        assert light.hsvSaturation() >= dark.hsvSaturation()
    assert 3.0 <= contrast_ratio(light.name(), LIGHT["BACKGROUND"]) < 3.5
    assert contrast_ratio(words.name(), LIGHT["BACKGROUND"]) >= 4.5
    assert colour_of(number) == dark == QColor.fromRgb(*(round(255 * c) for c in MISSION_COLOURS[number]))


def test_charts_in_a_low_panel_keep_dates_and_values_in_sight(window):
    window.resize(1600, 900)
    window.show_panel("storyboard")
    window.show_panel("charts")
    charts = window.panels.widgets["charts"]
    assert wait_for(lambda: charts.view is not None, 10.0)
    window.run("window.choose_theme_light")
    dressed(window)
    QTest.qWait(100)
    frame = window.panels.docks["charts"].widget()
    window.run("window.choose_theme_dark")
    dressed(window)
    assert frame.height() > charts.minimumSizeHint().height()
    assert frame.verticalScrollBar().maximum() == 0
    assert charts.readout.geometry().bottom() <= frame.viewport().height()


def test_facts_have_the_room_that_sources_leave_and_further_lines_where_there_is_none(window):
    window.resize(1600, 900)
    panel = window.show_panel("evidence")
    panel.refresh(None)
    assert wait_for(lambda: bool(panel.model.lines), 30.0)
    QTest.qWait(50)
    table, metrics = panel.table, QFontMetrics(panel.table.font())
    facts = {i: cells_of(line.evidence)[0] for i, line in enumerate(panel.model.lines) if not isinstance(line, str)}
    widest = max(facts, key=lambda i: len(facts[i]))
    assert table.columnWidth(0) > 24 * metrics.horizontalAdvance("m")
    for number, text in facts.items():
        lines = lines_in(text, metrics, table.columnWidth(0) - metrics.horizontalAdvance("m"))
        assert table.rowHeight(number) >= min(lines, 3) * metrics.lineSpacing()
    window.resize(1000, 700)
    QTest.qWait(50)
    assert table.columnWidth(0) >= 14 * metrics.horizontalAdvance("m")
    assert table.rowHeight(widest) > table.rowHeight(0)


def test_the_current_event_stays_in_sight(window, session):
    events = window.missions.events
    window.resize(1300, 850)
    session.clock.seek(session.active.event("impact").tdb_s)
    window.refresh_panels()
    window.show_panel("evidence")
    for height in (900, 700, 640):
        window.resize(1300, height)
        QTest.qWait(30)
        row = events.visualItemRect(events.currentItem())
        assert events.currentItem().text() == "Impact"
        assert 0 <= row.top() < row.bottom() <= events.viewport().height()
    window.missions.retheme()
    assert events.currentItem().text() == "Impact"
