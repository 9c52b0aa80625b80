"""Files by dialog and drop: what was found, each error in its line, what is taken in; scenes, links, recent files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from qt.acts import SCENE, press, wait_for

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Provenance
from visualizer.formats.flight import Flight, cut
from visualizer.formats.write import write_flight
from visualizer.missions import importing
from visualizer.missions.catalogue import load_mission
from visualizer.missions.user_catalogue import user_mission_ids
from visualizer.model.scene_file import read_scene
from visualizer.ui.import_dialog import ImportDialog
from visualizer.ui.mistakes_dialog import MistakesDialog

pytestmark = pytest.mark.qt
LIMIT_S = 60.0


@pytest.fixture(scope="module")
def oem_text(tmp_path_factory) -> str:
    """Return three hours of Luna-25 in lunar orbit as an OEM that says nothing about how it is known."""
    mission = load_mission("luna-25")
    start = tdb_s_from_utc_text("2023-08-17T00:00:00")
    flight = cut(Flight("LUNA 25", "2023-118A", mission.trajectory), start, start + 3 * 3600.0, 60.0)
    path = tmp_path_factory.mktemp("oem") / "a.oem"
    write_flight(flight, path)
    lines = [line for line in path.read_text().splitlines() if "provenance:" not in line]
    return "\n".join(lines) + "\n"


@pytest.fixture
def oem(tmp_path, oem_text) -> Path:
    path = tmp_path / "tracked.oem"
    path.write_text(oem_text)
    return path


def drop(window, mime: QMimeData) -> bool:
    """Drag something over the window and let it fall; return whether it was taken."""
    actions, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), actions, mime, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    fall = QDropEvent(QPointF(300, 300), actions, mime, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(window, fall)
    return fall.isAccepted()


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def dialog_of(window) -> ImportDialog:
    dialog = window.files.dialogs[-1]
    assert wait_for(lambda: not dialog.is_reading, LIMIT_S)
    return dialog


def add(window, dialog) -> None:
    QTest.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    assert wait_for(lambda: not window.files.dialogs, LIMIT_S)
    window.activateWindow()
    window.canvas.native.setFocus()
    assert wait_for(window.isActiveWindow, 5.0)


def test_a_dropped_file_is_looked_into_and_becomes_a_mission_of_the_session(window, session, oem):
    assert drop(window, files(oem))
    dialog = dialog_of(window)
    (choice,) = dialog.choices()
    facts = choice.found.facts()
    assert facts["Format"] == "CCSDS OEM"
    assert facts["From"] == "2023-08-17 00:00:00 UTC"
    assert facts["Centre"] == "Moon"
    assert facts["States"].startswith("181 in 1 arc")
    assert facts["Gaps"] == "none"
    assert "CCSDS OEM" in dialog.facts.text()
    add(window, dialog)
    made = session.active
    assert made.id == "luna-25-2" or made.id.startswith("luna-25")
    assert session.active_id in session.shown_ids
    assert user_mission_ids() == ()
    assert "reconstructed" not in made.document.outcome
    session.frame_state()


def test_name_and_how_it_is_known_are_the_users(window, session, oem):
    window.files.open_paths([oem])
    dialog = dialog_of(window)
    dialog.table.setFocus()
    dialog.title.selectAll()
    QTest.keyClicks(dialog.title, "My flight")
    dialog.known.setCurrentIndex(dialog.known.findData("measured"))
    dialog.known.activated.emit(dialog.known.currentIndex())
    assert dialog.table.currentItem().text(0) == "My flight"
    assert dialog.table.currentItem().text(1) == "measured"
    dialog.colour.setCurrentIndex(dialog.colour.findData(7))
    dialog.colour.activated.emit(dialog.colour.currentIndex())
    add(window, dialog)
    assert session.request().colours[0] == 7
    assert session.active.name == "My flight"
    assert {arc.provenance for arc in session.active.trajectory.arcs} == {Provenance.MEASURED}


def test_what_is_kept_is_there_the_next_time_and_known_as_such(window, session, oem):
    window.files.open_paths([oem])
    dialog = dialog_of(window)
    QTest.mouseClick(dialog.keep_box, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.keep_box.height() // 2))
    assert dialog.keep_box.isChecked()
    add(window, dialog)
    assert user_mission_ids() == (session.active_id,)
    window.files.open_paths([oem])
    again = dialog_of(window)
    assert "already" in again.facts.text()
    assert len(again.choices()) == 1
    kept = session.active_id
    session.activate("luna-25")
    QTest.mouseClick(again.keep_box, Qt.MouseButton.LeftButton, pos=QPoint(8, again.keep_box.height() // 2))
    add(window, again)
    assert (session.active_id, user_mission_ids()) == (kept, (kept,))


def test_each_error_stands_in_its_line(window, session, oem, tmp_path):
    broken, other = tmp_path / "broken.csv", tmp_path / "other.oem"
    broken.write_text("time,x,y\n1,2,3\n")
    other.write_text(oem.read_text().replace("2023-08-17T01:00", "2023-08-17T25:00", 1))
    assert drop(window, files(broken, oem, other, tmp_path / "none.oem"))
    dialog = dialog_of(window)
    assert [item.text(0).partition(":")[0] for item in dialog._items() if item.data(0, Qt.ItemDataRole.UserRole)]
    errors = dialog.errors()
    assert len(errors) == 3
    assert "does not say its unit" in errors[0]
    assert "line" in errors[1]
    assert "no such file" in errors[2]
    assert len(dialog.choices()) == 1
    assert "could not be read: 3" in dialog.note.text()
    dialog.table.setCurrentItem(dialog._items()[0])
    assert "does not say its unit" in dialog.facts.text()
    assert not dialog.title.isEnabled()
    dialog.reject()
    assert wait_for(lambda: not window.files.dialogs, 5.0)
    assert list(session.missions) == ["luna-25"]


def test_a_file_that_leaves_things_out_is_read_again_with_what_the_user_says(window, tmp_path, oem):
    rows = [line.split() for line in oem.read_text().splitlines() if line.startswith("2023")]
    plain = tmp_path / "plain.csv"
    plain.write_text("utc,x_km,y_km,z_km\n" + "\n".join(",".join(row[:4]) for row in rows) + "\n")
    window.files.open_paths([plain])
    dialog = dialog_of(window)
    assert dialog.choices() == []
    dialog.centre.setCurrentIndex(dialog.centre.findText("Centre: moon"))
    dialog.axes.setCurrentIndex(dialog.axes.findText("Axes: icrf"))
    QTest.mouseClick(dialog.again, Qt.MouseButton.LeftButton)
    assert wait_for(lambda: not dialog.is_reading, LIMIT_S)
    assert len(dialog.choices()) == 1
    assert "positions only" in dialog.facts.text()
    dialog.reject()


def test_reading_can_be_cancelled(window, session, oem, monkeypatch):
    begun, ended = threading.Event(), []

    def slow(_path, _hints, watcher):
        begun.set()
        for share in range(100_000):
            if not watcher(share / 100_000):
                ended.append("cancelled")
                raise importing.FileFormatError(oem, "cancelled")
            threading.Event().wait(0.01)
        raise AssertionError("nobody cancelled")

    monkeypatch.setattr("visualizer.ui.import_work.look_into", slow)
    window.files.open_paths([oem])
    dialog = window.files.dialogs[-1]
    assert begun.wait(10.0)
    assert wait_for(lambda: dialog.bar.isVisible() and "Reading tracked.oem" in dialog.note.text(), 10.0)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert wait_for(lambda: not window.files.dialogs, 5.0)
    assert ended == ["cancelled"]
    assert list(session.missions) == ["luna-25"]


def test_the_watcher_ends_a_real_read(oem):
    with pytest.raises(importing.PeriluneError, match="cancelled"):
        importing.look_into(oem, watcher=lambda share: share < 0.5)
    seen: list[float] = []
    importing.look_into(oem, watcher=lambda share: not seen.append(share))
    assert seen == sorted(seen)
    assert 0.0 < seen[0] <= seen[-1] <= 1.0


def test_a_dropped_scene_is_shown(window, session, tmp_path):
    path = tmp_path / "a.perilune"
    path.write_text(SCENE)
    assert drop(window, files(path))
    assert wait_for(lambda: session.view_id == "earth", 10.0)
    assert session.options.has_graticule
    assert session.clock.epoch_tdb_s == pytest.approx(tdb_s_from_utc_text("2023-08-17T05:23:00"))


def test_a_scene_whose_time_is_outside_of_its_flights_is_told(window, session, tmp_path):
    (tmp_path / "late.perilune").write_text(SCENE.replace("2023-08-17T05:23:00", "2024-08-17T05:23:00"))
    window.files.open_paths([tmp_path / "late.perilune"])
    assert wait_for(lambda: session.view_id == "earth", 10.0)
    assert (
        "flies at its time, 2024-08-17 05:23:00 UTC; shown is the nearest, 2023-08-24 12:00:00 UTC"
        in window.hint.text()
    )


def test_a_scene_brings_the_missions_that_it_needs(window, session, tmp_path):
    path = tmp_path / "a.perilune"
    path.write_text(SCENE.replace('["luna-25"]', '["slim", "luna-25"]').replace("2023-08-17T05:23", "2024-01-19T15:00"))
    window.files.open_paths([path])
    assert wait_for(lambda: session.active_id == "slim", 20.0)
    assert session.shown_ids == ["slim", "luna-25"]


def test_a_broken_scene_is_one_line_and_changes_nothing(window, session, tmp_path):
    before = session.clock.epoch_tdb_s
    path = tmp_path / "a.perilune"
    path.write_text(SCENE.replace("view", "veiw"))
    window.files.open_paths([path])
    assert wait_for(lambda: "did you mean 'view'?" in window.hint.text(), 10.0)
    assert session.clock.epoch_tdb_s == before


def test_every_mistake_of_a_scene_is_told_in_a_list_that_stays(window, session, tmp_path):
    path = tmp_path / "x.perilune"
    path.write_text(SCENE.replace("view =", "viev =") + "[camera]\nelevetion_deg = 3\n")
    assert drop(window, files(path))
    assert wait_for(lambda: window.findChild(MistakesDialog) is not None, 20.0)
    dialog = window.findChild(MistakesDialog)
    QTest.mouseClick(window.canvas.native, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    lines = dialog.text.toPlainText().splitlines()
    assert len(lines) == 5
    assert all(line.startswith("line ") for line in lines)
    assert [line for line in lines if "did you mean" in line] == lines[:2]
    assert all("is missing" in line for line in lines[2:])
    QTest.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied == [f"{path}, {line}" for line in lines]
    assert session.view_id == "moon"
    dialog.close()


def test_every_wrong_state_of_a_file_stands_in_its_line(window, oem, tmp_path):
    broken = tmp_path / "broken.oem"
    text = oem.read_text().splitlines()
    rows = [number for number, line in enumerate(text) if line.startswith("2023")]
    words = text[rows[2]].split()
    text[rows[2]] = " ".join([words[0], "abc", *words[2:]])
    text[rows[5]], text[rows[6]] = text[rows[6]], text[rows[5]]
    broken.write_text("\n".join(text) + "\n")
    window.files.open_paths([broken])
    dialog = dialog_of(window)
    assert [f"line {rows[2] + 1}," in dialog.errors()[0], "'abc'" in dialog.errors()[0]] == [True, True]
    assert f"line {rows[6] + 1}," in dialog.errors()[1]
    assert len(dialog.errors()) == 2
    assert "could not be read: 1" in dialog.note.text()
    dialog.reject()


def test_a_dropped_link_is_opened_and_other_texts_are_not_taken(window, session):
    mime = QMimeData()
    mime.setText("perilune:?t=20230817T052300&m=luna-25&v=earth")
    assert drop(window, mime)
    assert session.view_id == "earth"
    other = QMimeData()
    other.setText("hello")
    assert not drop(window, other)


def test_a_link_pasted_into_the_date_field_is_opened(window, session):
    press(window, "Ctrl+L")
    field = window.transport.date_field
    QGuiApplication.clipboard().setText("perilune:?t=20230817T052300&m=luna-25&v=earth")
    field.selectAll()
    field.paste()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.view_id == "earth"
    assert session.clock.epoch_tdb_s == pytest.approx(tdb_s_from_utc_text("2023-08-17T05:23:00"))
    window.refresh_panels()
    assert field.text().startswith("2023-08-17 05:23:00")


def test_scenes_are_saved_with_the_flights_that_they_need(window, session, oem, tmp_path):
    window.files.open_paths([oem])
    add(window, dialog_of(window))
    own = session.active_id
    press(window, "Ctrl+Alt+S")
    dialog = window.findChild(QFileDialog)
    dialog.selectFile(str(tmp_path / "mine"))
    dialog.accept()
    path = tmp_path / "mine.perilune"
    assert wait_for(path.is_file, 5.0)
    scene = read_scene(path)
    assert [(one.id, one.file) for one in scene.flights] == [(own, "tracked.oem")]
    assert own in scene.missions
    session.activate("luna-25")
    session.set_shown(own, False)
    window.files.open_paths([path])
    assert wait_for(lambda: session.active_id == own, 20.0)


def test_links_are_copied_and_flights_of_this_session_have_none(window, session, oem):
    press(window, "Ctrl+Shift+L")
    assert QGuiApplication.clipboard().text().startswith("perilune:?t=")
    window.files.open_paths([oem])
    add(window, dialog_of(window))
    QGuiApplication.clipboard().clear()
    press(window, "Ctrl+Shift+L")
    assert "is in no catalogue" in window.hint.text()
    assert QGuiApplication.clipboard().text() == ""


def test_the_menu_of_recent_files_opens_them_again_and_forgets_those_that_are_gone(window, session, tmp_path):
    path, gone = tmp_path / "a.perilune", tmp_path / "b.perilune"
    path.write_text(SCENE)
    window.files.recent.add("files", str(gone))
    window.files.open_paths([path])
    assert wait_for(lambda: session.view_id == "earth", 10.0)
    session.choose_view("moon", at_once=True)
    menu = window.files.menu
    menu.fill()
    assert [action.toolTip() for action in menu.actions()[:2]] == [str(path), str(gone)]
    menu.actions()[1].trigger()
    assert "not there any more" in window.hint.text()
    menu.actions()[0].trigger()
    assert wait_for(lambda: session.view_id == "earth", 10.0)
    menu.fill()
    assert str(gone) not in [action.toolTip() for action in menu.actions()]


def test_ctrl_o_asks_for_files(window, tmp_path):
    path = tmp_path / "a.perilune"
    path.write_text(SCENE)
    press(window, "Ctrl+O")
    dialog = window.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_mission_documents_need_their_trajectory(window, session, project_root, tmp_path):
    document = tmp_path / "mine.toml"
    text = (project_root / "assets/missions/slim.toml").read_text()
    document.write_text(
        text.replace('id = "slim"', 'id = "slim-b"', 1).replace('trajectory = "slim"', 'trajectory = "t"', 1)
    )
    window.files.open_paths([document])
    assert wait_for(lambda: "t.bsp and t.toml are not beside it" in window.hint.text(), 10.0)
    for ending in ("bsp", "toml"):
        (tmp_path / f"t.{ending}").write_bytes((project_root / f"assets/trajectories/slim.{ending}").read_bytes())
    window.files.open_paths([document])
    assert wait_for(lambda: session.active_id == "slim-b", 20.0)


def test_a_window_can_close_while_files_are_read(window, oem):
    window.files.open_paths([oem])
    window.close()
    assert window.files.dialogs == []


def test_missions_that_are_imported_elsewhere_come_in_when_the_window_is_looked_at_again(window, session, oem):
    kept = importing.look_into(oem)
    (found,) = kept.flights
    importing.keep(found, kept.sha256, "From a shell")
    assert "from-a-shell" not in session.missions
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert wait_for(lambda: "from-a-shell" in session.missions, LIMIT_S)
    assert "New among your missions: From a shell" in window.hint.text()
    assert session.shown_ids == ["luna-25"]
