"""The evidence panel, by keys and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from qt.acts import press, wait_for

from visualizer.missions.catalogue import load_mission
from visualizer.model.session import Session


@pytest.fixture
def session() -> Session:
    """Return a session of two missions."""
    return Session([load_mission("luna-25"), load_mission("slim")], shown_ids=["luna-25"])


@pytest.fixture
def panel(window):
    """Return the open panel with its facts."""
    press(window, "E")
    made = window.panels.widgets["evidence"]
    made.refresh(None)
    assert wait_for(lambda: bool(made.model.lines), 30.0)
    return made


def line_of(panel, fact_id):
    """Return the number of a fact's line."""
    return next(i for i, x in enumerate(panel.model.lines) if not isinstance(x, str) and x.evidence.id == fact_id)


def click(panel, fact_id):
    """Click on a fact."""
    index = panel.model.index(line_of(panel, fact_id), 0)
    panel.table.scrollTo(index)
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=panel.table.visualRect(index).center())


def test_facts_stand_under_their_phases_with_a_summary(panel, session):
    headings = [line for line in panel.model.lines if isinstance(line, str)]
    assert headings == list(panel.model.book.phases())
    assert panel.table.columnSpan(0, 0) == panel.model.columnCount()
    assert f"{len(session.active.document.facts)} published facts" in panel._note.text()
    assert len(panel.model.seen()) == len(session.active.document.facts)


def test_a_click_goes_to_the_moment_and_the_view_and_shows_the_source(panel, session):
    click(panel, "impact-latitude")
    assert session.camera.focus == "site:luna-25/impact-crater"
    assert session.clock.epoch_tdb_s == pytest.approx(session.active.event("impact").tdb_s, abs=20.0)
    text = panel.details.toPlainText()
    assert "impact crater, latitude" in text
    assert "lroc.im-ldi.com" in text


def test_the_keyboard_goes_through_facts_and_enter_goes_there(panel, session):
    panel.table.setFocus()
    panel.table.selectRow(line_of(panel, "tcm-1-start"))
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.table.currentIndex().row() == line_of(panel, "tcm-1-duration")
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert session.clock.epoch_tdb_s == pytest.approx(session.active.event("tcm-1").tdb_s)
    assert session.camera.focus == "craft:luna-25"


def test_filter_conflicts_and_grouping(panel):
    QTest.keyClicks(panel.filter, "zeeman picture:")
    assert {row.evidence.id for row in panel.model.seen()} == {"zeeman-along", "zeeman-cross", "zeeman-distance"}
    panel.filter.clear()
    panel.only_conflicts.setFocus()
    QTest.keyClick(panel.only_conflicts, Qt.Key.Key_Space)
    seen = {row.evidence.id for row in panel.model.seen()}
    assert {"mass", "mass-aviation-week", "transit-wrong"} <= seen
    assert "parking-perigee" not in seen
    panel.grouped.setChecked(False)
    assert not any(isinstance(line, str) for line in panel.model.lines)


def test_a_conflict_stands_side_by_side(panel):
    click(panel, "mass-aviation-week")
    text = panel.details.toPlainText()
    for words in ("Conflict, side by side", "Kept", "Set aside", "1800", "1750", "The solver was given it"):
        assert words in text


def test_sorting_by_sigmas_puts_the_worst_first_within_a_phase(panel):
    panel.grouped.setChecked(False)
    panel.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    sizes = [abs(r.evidence.sigmas_apart) for r in panel.model.seen() if r.evidence.sigmas_apart is not None]
    assert sizes == sorted(sizes, reverse=True)
    panel.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert [r.evidence.id for r in panel.model.seen()] == [row.id for row in panel.model.rows]


def test_another_mission_can_be_chosen_and_stays_chosen(panel, session):
    panel.chooser.setCurrentIndex(panel.chooser.findData("slim"))
    panel.chooser.activated.emit(panel.chooser.currentIndex())
    assert wait_for(lambda: panel.model.book is not None and panel.model.book.mission_id == "slim", 30.0)
    assert session.active_id == "luna-25"
    panel.refresh(None)
    assert panel.mission().id == "slim"
    panel.go_to(next(i for i, row in enumerate(panel.model.rows) if row.id == "loi-time"))
    assert session.active_id == "slim"


def test_what_is_seen_is_copied_and_saved(panel, tmp_path):
    panel.filter.setText("zeeman")
    panel.copy_csv()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + len(panel.model.seen())
    panel.copy_markdown()
    assert QGuiApplication.clipboard().text().startswith("# Luna-25: evidence")
    panel.save(tmp_path / "x.md")
    assert (tmp_path / "x.md").read_text(encoding="utf-8").startswith("# Luna-25")
    panel.save(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines() == lines
    panel.save(tmp_path / "nowhere" / "x.csv")
    assert not (tmp_path / "nowhere").exists()


def test_an_address_is_copied_and_never_opened(panel):
    click(panel, "impact-latitude")
    panel.copy_addresses()
    assert QGuiApplication.clipboard().text() == "https://lroc.im-ldi.com/images/1311"
    QGuiApplication.clipboard().setText("")
    assert not panel.details.openLinks()
    assert not panel.details.openExternalLinks()
    panel.details.anchorClicked.emit(QUrl("https://lroc.im-ldi.com/images/1311"))
    assert QGuiApplication.clipboard().text() == "https://lroc.im-ldi.com/images/1311"


def test_every_control_has_a_name_and_the_table_paints(panel):
    for widget in (panel.chooser, panel.filter, panel.table, panel.details, panel.menu_button):
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not panel.table.grab().isNull()
