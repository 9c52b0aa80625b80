"""The comparison: worked out, sorted, turned over, copied and saved by hand, on the clock that the menu chooses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from helpers.cut_words import cut
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from qt.acts import dressed, left_click, press, wait_for

from visualizer.missions.alignment import ANCHORS, anchor_tdb_s
from visualizer.missions.catalogue import load_mission
from visualizer.missions.comparison import COLUMNS
from visualizer.model.now_table import NOW_ROWS
from visualizer.model.opening import request_from_scene
from visualizer.model.session import Session
from visualizer.ui.appearance import change_text
from visualizer.ui.export_dialog import ExportDialog

pytestmark = pytest.mark.qt
NAMES = ("luna-25", "chandrayaan-3", "artemis-2")
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def missions():
    return [load_mission(name) for name in NAMES]


@pytest.fixture
def session(missions):
    return Session(list(missions))


@pytest.fixture
def panel(window):
    press(window, "X")
    made = window.panels.widgets["comparison"]
    assert wait_for(lambda: made.model.rowCount() == len(made.listed_ids), PATIENCE_S)
    QTest.qWait(10)
    return made


def column_of(panel, key):
    return [column.key for column in panel.model.table.columns].index(key)


def click_header(header, section):
    x = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    y = header.height() // 2
    place = (x, y) if header.orientation() == Qt.Orientation.Horizontal else (header.width() // 2, x)
    left_click(header.viewport(), *place)


def clipboard_rows():
    return [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]


def test_its_key_shows_figures_of_every_drawn_mission(panel, window):
    assert panel.model.table.ids == NAMES
    assert panel.model.columnCount() == len(COLUMNS)
    assert window.actions_.by_id["window.toggle_comparison"].isChecked()
    press(window, "X")
    assert not panel.isVisible()


def test_a_click_on_a_figure_sorts_by_it_and_another_turns_the_order(panel):
    column = column_of(panel, "delta_v_m_s")
    header = panel.table.horizontalHeader()
    panel.table.horizontalScrollBar().setValue(panel.table.columnViewportPosition(column))
    click_header(header, column)
    values = [figures[column].value for figures in panel.model.table.figures]
    assert values == sorted(values)
    assert "▲" in panel.model.headerData(column, Qt.Orientation.Horizontal)
    click_header(header, column)
    assert [figures[column].value for figures in panel.model.table.figures] == values[::-1]
    assert panel.descending.isChecked()


def test_missions_without_a_figure_come_last_either_way(panel):
    for is_descending in (False, True):
        panel.sort_by("landing_lat_deg", is_descending=is_descending)
        assert panel.model.table.ids[-1] == "artemis-2"


def test_the_list_of_figures_sorts_by_keyboard(panel):
    panel.sorting.setFocus()
    panel.sorting.setCurrentIndex(panel.sorting.findData("days") - 1)
    QTest.keyClick(panel.sorting, Qt.Key.Key_Down)
    assert panel.model.sort_key == "days"
    assert panel.model.table.ids == ("luna-25", "artemis-2", "chandrayaan-3")


def test_turned_over_the_figures_are_lines_and_sort_as_well(panel):
    QTest.mouseClick(panel.transposed, Qt.MouseButton.LeftButton)
    assert (panel.model.rowCount(), panel.model.columnCount()) == (len(COLUMNS), len(NAMES))
    click_header(panel.table.verticalHeader(), column_of(panel, "launch_mass_kg"))
    assert panel.model.table.ids == ("luna-25", "chandrayaan-3", "artemis-2")
    assert panel.model.sort_key == "launch_mass_kg"


def test_a_dash_says_why_and_marks_say_how(panel):
    model = panel.model
    row = model.table.ids.index("artemis-2")
    index = model.index(row, column_of(panel, "landing_lat_deg"))
    assert index.data() == "–"
    assert "no landing or impact" in index.data(Qt.ItemDataRole.ToolTipRole)
    row = model.table.ids.index("luna-25")
    index = model.index(row, column_of(panel, "landing_lat_deg"))
    assert index.data() == "-57.865 r"
    assert "reconstructed" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "r reconstructed" in panel.note.full_text


def test_selected_cells_are_copied_and_the_windows_key_does_not_copy_the_time(panel):
    table = panel.table
    table.setFocus()
    table.setCurrentIndex(panel.model.index(0, 2))
    QTest.keyClick(table, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    wanted = [[panel.model.index(row, column).data() for column in (2, 3)] for row in (0, 1)]
    assert clipboard_rows() == wanted


def test_all_cells_are_selected_and_copied_by_keys(panel):
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = clipboard_rows()
    assert len(rows) == len(NAMES)
    assert all(len(row) == len(COLUMNS) for row in rows)


def test_the_button_copies_the_table_with_its_headings(panel):
    QTest.mouseClick(panel.copying, Qt.MouseButton.LeftButton)
    rows = clipboard_rows()
    assert rows[0][1:] == [column.heading for column in COLUMNS]
    assert [row[0] for row in rows[1:]] == list(panel.model.table.names)


def test_the_table_is_written_as_csv_and_markdown(panel, tmp_path):
    panel.save_to(tmp_path / "missions.csv")
    lines = list(csv.reader((tmp_path / "missions.csv").read_text(encoding="utf-8").splitlines()))
    assert lines[0] == ["figure", "unit", *(head for name in NAMES for head in (name, f"{name} known"))]
    delta_v = next(line for line in lines if line[0] == "Delta-v of solved burns")
    assert float(delta_v[2]) == pytest.approx(4175.0, abs=1.0)
    assert delta_v[3] == "reconstructed"
    panel.save_to(tmp_path / "missions.md")
    text = (tmp_path / "missions.md").read_text(encoding="utf-8")
    assert text.startswith("|  | Luna-25 | Chandrayaan-3 | Artemis II |")
    assert "r reconstructed" in text


def test_what_cannot_be_written_is_said(panel, window, tmp_path):
    panel.save_to(tmp_path / "no" / "missions.csv")
    assert "writing" in window.hint.text()


def test_save_asks_for_a_file(panel, tmp_path):
    QTest.mouseClick(panel.saving, Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(tmp_path / "chosen.csv"))
    assert (tmp_path / "chosen.csv").read_text(encoding="utf-8").startswith("figure,unit,luna-25")
    dialog.close()


def test_plans_can_be_listed_and_drawn(panel, session):
    panel.listed.menu().aboutToShow.emit()
    plan = next(a for a in panel.listed.menu().actions() if "21 August" in a.text())
    plan.trigger()
    assert wait_for(lambda: "luna-25/planned" in panel.model.table.ids, PATIENCE_S)
    panel.drawn.menu().aboutToShow.emit()
    plan = next(a for a in panel.drawn.menu().actions() if "21 August" in a.text())
    plan.trigger()
    assert "luna-25/planned" in session.shown_ids
    assert "luna-25/planned" in session.missions


def test_a_double_click_on_a_name_makes_it_the_active_mission(panel, session):
    header = panel.table.verticalHeader()
    place = QPoint(header.width() // 2, header.sectionViewportPosition(1) + header.sectionSize(1) // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert session.active_id == "chandrayaan-3"


# ---------------------------------------------------------------- the clock


def test_keys_lay_missions_side_by_side_and_the_list_follows(panel, window, session):
    for number, anchor in enumerate(ANCHORS):
        press(window, f"Ctrl+Alt+{number}")
        assert session.lineup.anchor == anchor
        assert panel.anchors.currentData() == anchor
        assert [a for a in ANCHORS if window.actions_.by_id[f"compare.align_{a}"].isChecked()] == [anchor]
    assert "Artemis II" in panel.note.full_text


def test_the_list_of_moments_acts_and_greys_what_the_active_mission_lacks(panel, window, session):
    panel.anchors.setFocus()
    QTest.keyClick(panel.anchors, Qt.Key.Key_Down)
    assert session.lineup.anchor == "launch"
    session.activate("artemis-2")
    model = panel.anchors.model()
    enabled = {panel.anchors.itemData(i): bool(model.item(i).flags() & Qt.ItemFlag.ItemIsEnabled) for i in range(6)}
    assert enabled == {
        "calendar": True, "launch": True, "tli": True, "loi": True, "descent": False, "landing": False,
    }  # fmt: skip


def test_the_moment_is_a_figure_of_the_table(panel, window):
    press(window, "Ctrl+Alt+5")
    assert wait_for(lambda: panel.model.columnCount() == len(COLUMNS) + 1, PATIENCE_S)
    assert panel.model.table.columns[0].key == "moment"


def test_an_active_mission_without_the_moment_puts_all_by_the_calendar_and_says_so(panel, window, session):
    press(window, "Ctrl+Alt+5")
    session.activate("artemis-2")
    assert session.lineup.anchor == "calendar"
    assert "no landing or impact" in panel.note.full_text
    assert "no landing or impact" in window.hint.text()
    assert window.actions_.by_id["compare.align_calendar"].isChecked()


def test_what_cannot_be_aligned_is_said(window, session):
    session.activate("artemis-2")
    press(window, "Ctrl+Alt+5")
    assert "Artemis II has no such moment" in window.hint.text()
    assert session.lineup.anchor == "calendar"


def test_now_has_a_column_for_each_mission_on_the_aligned_clock(panel, window, session):
    press(window, "Ctrl+Alt+5")
    session.clock.seek(anchor_tdb_s(session.active, "landing") - 600.0)
    panel.tabs.setCurrentWidget(panel.now)
    window.canvas.request_redraw()
    window.refresh_panels()
    names = panel.now_model.table.names
    assert names == ("Luna-25", "Chandrayaan-3", "Artemis II")
    rows = dict(zip((row.title for row in NOW_ROWS), panel.now_model.table.texts, strict=True))
    assert rows["Over"] == ("Moon", "Moon", "–")
    assert rows["Phase"] == ("Last burn and fall", "Powered descent", "–")
    assert all(float(text) < 100.0 for text in rows["Altitude"][:2])


def test_now_shows_differences_and_is_copied(panel, window, session):
    panel.tabs.setCurrentWidget(panel.now)
    press(window, "Ctrl+Alt+4")
    session.clock.seek(anchor_tdb_s(session.active, "descent") + 60.0)
    window.canvas.request_redraw()
    window.refresh_panels()
    rows = [row.title for row in NOW_ROWS]
    altitude = rows.index("Altitude")
    plain = [float(text.replace(",", "")) for text in panel.now_model.table.texts[altitude][:2]]
    QTest.mouseClick(panel.differences, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.differences.height() // 2))
    assert panel.differences.isChecked()
    text = panel.now_model.table.texts[altitude][1]
    assert text[0] in "+-"
    assert float(text.replace(",", "")) == pytest.approx(plain[1] - plain[0], abs=2e-3)
    QTest.mouseClick(panel.copying, Qt.MouseButton.LeftButton)
    assert clipboard_rows()[0] == ["", "Luna-25", "Chandrayaan-3", "Artemis II"]


def test_next_and_previous_mission_and_which_are_drawn(window, session):
    press(window, "Ctrl+PgDown")
    assert session.active_id == "chandrayaan-3"
    press(window, "Ctrl+PgUp")
    assert session.active_id == "luna-25"
    press(window, "Ctrl+Alt+O")
    assert session.shown_ids == ["luna-25"]
    press(window, "Ctrl+PgDown")
    assert "only one is shown" in window.hint.text()
    press(window, "Ctrl+Alt+A")
    assert session.shown_ids == list(NAMES)


def test_the_nearest_moment_is_chosen(window, session):
    session.clock.seek(anchor_tdb_s(session.active, "loi") + 3600.0)
    press(window, "Ctrl+Alt+6")
    assert session.lineup.anchor == "loi"


def test_what_fails_in_the_worker_is_said(window, session):
    from visualizer.ui.compare_panel import ComparePanel

    def broken(_missions):
        raise ValueError("no figures today")

    made = ComparePanel(window, window, broken)
    assert wait_for(lambda: "no figures today" in made.note.full_text, PATIENCE_S)
    made.stop()
    made.deleteLater()


def test_every_control_has_a_name_and_takes_the_focus(panel):
    controls = (
        panel.anchors, panel.sorting, panel.descending, panel.transposed, panel.listed, panel.drawn, panel.copying,
        panel.saving, panel.differences, panel.table, panel.now,
    )  # fmt: skip
    for control in controls:
        assert control.accessibleName() or control.text()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_list_of_missions_says_which_lack_the_moment(window):
    press(window, "Ctrl+Alt+5")
    tips = {window.missions.missions.item(i).text(): window.missions.missions.item(i).toolTip() for i in range(3)}
    assert tips["Artemis II"] == "Not drawn: it has no landing or impact"
    assert sum("Not drawn" in tip for tip in tips.values()) == 1


def test_a_picture_of_several_missions_is_drawn_from_a_scene_that_holds_their_alignment(window, session, tmp_path):
    press(window, "Ctrl+Alt+5")
    session.clock.seek(anchor_tdb_s(session.active, "landing") - 60.0)
    dialog = ExportDialog(session, is_film=False, folder=tmp_path, parent=window)
    words = dialog.arguments()
    assert words[0] == "render"
    request, tdb_s = request_from_scene(Path(words[1]))[1:]
    assert tdb_s == pytest.approx(session.clock.epoch_tdb_s, abs=1e-3)
    assert request.alignment.anchor == "landing"
    assert [mission.id for mission in request.missions] == ["luna-25", "chandrayaan-3", "artemis-2"]
    dialog.close()
    dialog.deleteLater()


@pytest.fixture
def larger_text(window):
    """Return a function that makes text larger by steps; the usual size comes back."""

    def enlarge(steps):
        change_text(window, steps)
        dressed(window)
        QTest.qWait(50)

    window.resize(1366, 768)
    yield enlarge
    change_text(window, 0)
    dressed(window)


def rows_seen(table):
    """Return how many rows show their words without scrolling."""
    line_px = table.fontMetrics().height()
    middles = [table.rowViewportPosition(row) + table.rowHeight(row) / 2 for row in range(table.model().rowCount())]
    return sum(middle + line_px / 2 <= table.viewport().height() for middle in middles)


@pytest.mark.parametrize("steps", [0, 2, 3], ids=["100", "125", "150"])
@pytest.mark.parametrize("is_open_before", [True, False], ids=["grown", "opened"])
def test_a_small_screen_shows_missions_below_the_headings(window, larger_text, steps, is_open_before):
    if is_open_before:
        # It was seen in the usual size: all of it is measured anew.
        window.show_panel("comparison")
        QTest.qWait(50)
        window.toggle_panel("comparison")
    larger_text(steps)
    shown = window.show_panel("comparison")
    assert wait_for(lambda: shown.model.rowCount() == len(NAMES), PATIENCE_S)
    QTest.qWait(50)
    assert (window.width(), window.height()) == (1366, 768)
    assert rows_seen(shown.table) == len(NAMES)
    assert cut(window.panels.docks["comparison"]) == []
    for button in (shown.copying, shown.saving):
        right = button.mapTo(shown, button.rect().bottomRight())
        assert shown.rect().contains(right), button.text()
    header = shown.table.horizontalHeader()
    metrics = header.fontMetrics()
    for column in range(4):
        words = shown.model.headerData(column, Qt.Orientation.Horizontal)
        assert header.sectionSize(column) >= metrics.horizontalAdvance(words), words
