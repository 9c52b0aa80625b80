"""The storyboard: shots added, changed, moved and taken back by what a user does; played, saved, drawn small."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from qt.acts import wait_for

from visualizer.model.frame_state import build_frame_state
from visualizer.model.story import read_story
from visualizer.model.story_shelf import ready_made_story
from visualizer.ui.story_panel import StoryPanel

pytestmark = pytest.mark.qt


class Desk:
    """What the panel asks of its window."""

    def __init__(self, session):
        self.session, self.drawn, self.said, self.ran = session, 0, [], []
        self.canvas = SimpleNamespace(native=QWidget())

    def redraw(self):
        """Draw as a canvas would: by asking for the frame."""
        self.drawn += 1
        self.state = self.session.frame_state()

    def say(self, text):
        """Keep what is said."""
        self.said.append(text)

    def run(self, command_id):
        """Keep what is run."""
        self.ran.append(command_id)


@pytest.fixture
def panel(qapp, session, monkeypatch):
    """Return the panel, shown, with a desk; pictures are drawn only where a test wants them."""
    monkeypatch.setattr("visualizer.ui.story_pictures.SETTLED_MS", 10**8)
    made = StoryPanel(Desk(session))
    made.pictures._settle.setInterval(10**8)
    made.resize(900, 420)
    made.show()
    yield made
    made.stop()
    made.close()
    made._desk.canvas.native.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def press(panel, name):
    QTest.mouseClick(panel.buttons[name], Qt.MouseButton.LeftButton)


def titles(panel):
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def test_an_empty_board_says_what_to_do(panel):
    assert "Press +" in panel.note.text()
    assert not panel.buttons["play"].isEnabled()
    assert not panel.form.isEnabled()


def test_a_shot_is_what_is_seen_now(panel, session):
    session.toggle_option("has_graticule")
    session.orbit_camera(0.2, 0.1)
    press(panel, "add")
    (shot,) = panel.board.shots
    assert shot.missions == ("luna-25",)
    assert shot.show == ("graticule",)
    assert shot.camera[0].focus == session.camera.focus
    ready = panel.board.story()
    assert ready.seconds == 6.0
    assert panel.length.text() == "6 s"


def test_shots_are_moved_deleted_and_brought_back_by_keys(panel, session):
    for view in ("moon", "earth", "system"):
        session.choose_view(view, at_once=True)
        press(panel, "add")
        panel.board.change(panel.list.currentRow(), title=view)
    assert [text.split(", ")[0] for text in titles(panel)] == ["1. moon", "2. earth", "3. system"]
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [shot.title for shot in panel.board.shots] == ["moon", "system", "earth"]
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert [shot.title for shot in panel.board.shots] == ["moon", "earth"]
    QTest.keyClick(panel.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [shot.title for shot in panel.board.shots] == ["moon", "system", "earth"]
    press(panel, "redo")
    assert [shot.title for shot in panel.board.shots] == ["moon", "earth"]


def test_fields_change_the_shot_and_mistakes_leave_it(panel):
    press(panel, "add")
    form = panel.form
    form.seconds.setValue(9.5)
    form.transition.setCurrentIndex(form.transition.findData("fade"))
    form.start.setText("impact-47min")
    QTest.keyClick(form.start, Qt.Key.Key_Return)
    form.end.setText("impact")
    QTest.keyClick(form.end, Qt.Key.Key_Return)
    (shot,) = panel.board.shots
    assert (shot.seconds, shot.transition, shot.start, shot.end) == (9.5, "fade", "impact-47min", "impact")
    press(panel, "undo")
    assert panel.board.shots[0].end != "impact"
    assert form.end.text() == panel.board.shots[0].end


def test_captions_are_added_typed_and_refused(panel):
    press(panel, "add")
    form = panel.form
    QTest.mouseClick(form.add_caption, Qt.MouseButton.LeftButton)
    form.captions.item(0, 0).setText("The Moon / {date}")
    form.captions.item(0, 1).setText("1.5")
    (caption,) = panel.board.shots[0].captions
    assert (caption.text, caption.begin, caption.end) == ("The Moon\n{date}", 1.5, None)
    form.captions.item(0, 0).setText("{weather}")
    assert "no field {weather}" in panel.note.text()
    assert panel.board.shots[0].captions == (caption,)
    assert form.captions.item(0, 0).text() == "The Moon / {date}"
    form.captions.setCurrentCell(0, 0)
    QTest.mouseClick(form.remove_caption, Qt.MouseButton.LeftButton)
    assert panel.board.shots[0].captions == ()


def test_a_shot_flies_to_the_view_that_is_taken(panel, session):
    press(panel, "add")
    session.choose_view("earth", at_once=True)
    QTest.mouseClick(panel.form.key_button, Qt.MouseButton.LeftButton)
    keys = panel.board.shots[0].camera
    assert [(key.at, key.focus) for key in keys] == [(0.0, "moon"), (1.0, "earth")]
    QTest.mouseClick(panel.form.camera_button, Qt.MouseButton.LeftButton)
    assert [key.focus for key in panel.board.shots[0].camera] == ["earth"]


def test_the_preview_plays_in_the_window_s_picture_and_stops(panel, session):
    session.choose_view("earth", at_once=True)
    press(panel, "add")
    panel.board.change(0, seconds=0.5)
    session.choose_view("moon", at_once=True)
    now = session.clock.epoch_tdb_s
    desk = panel._desk
    press(panel, "play")
    assert wait_for(lambda: desk.drawn > 2, 20.0)
    assert session.preview is not None
    earth = desk.state.camera.pos_wrt_earth_icrf_km
    assert float((earth**2).sum() ** 0.5) < 60_000.0
    assert wait_for(lambda: not panel.preview.is_playing, 20.0)
    assert session.preview is None
    assert session.clock.epoch_tdb_s == now
    again = build_frame_state(session.request(), now).camera.pos_wrt_earth_icrf_km
    assert (session.frame_state().camera.pos_wrt_earth_icrf_km == again).all()


def test_the_preview_comes_up_from_black_and_leaves_the_picture_bright(panel):
    panel.load(ready_made_story("last-orbit"))
    assert panel.board.story().fade_in > 0.0
    seen = []
    panel.preview.moved.connect(lambda at_s, _shot: seen.append((at_s, panel.curtain.light)))
    press(panel, "play")
    assert wait_for(lambda: bool(seen) and seen[-1][0] > panel.board.story().fade_in, 30.0)
    dark = [light for at_s, light in seen if at_s < 0.2 * panel.board.story().fade_in]
    assert all(light < 0.5 for light in dark)
    assert seen[-1][1] == 1.0
    press(panel, "play")
    assert not panel.curtain.isVisibleTo(panel.curtain.parentWidget())


def test_the_preview_is_stopped_by_the_same_button(panel):
    panel.load(ready_made_story("last-orbit"))
    press(panel, "play")
    assert wait_for(lambda: panel._desk.drawn > 2, 30.0)
    press(panel, "play")
    assert not panel.preview.is_playing
    assert panel.buttons["play"].text() == "▶"


def test_a_story_is_saved_and_read_again(panel, tmp_path):
    panel.load(ready_made_story("last-orbit"))
    assert panel.list.count() == 5
    panel.title.setText("Mine")
    QTest.keyClick(panel.title, Qt.Key.Key_Return)
    panel.save(tmp_path / "a.toml")
    story = read_story(tmp_path / "a.toml")
    assert story.title == "Mine"
    assert story.shots == ready_made_story("last-orbit").shots
    press(panel, "film")
    assert panel._desk.ran == ["window.save_film"]


def test_enter_goes_to_the_shot_in_the_window(panel, session):
    panel.load(ready_made_story("last-orbit"))
    panel.choose(2)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    mission = session.missions["luna-25"]
    assert session.clock.epoch_tdb_s == pytest.approx(mission.event("cutoff").tdb_s)


@pytest.mark.gl
def test_small_pictures_arrive(panel, session):
    press(panel, "add")
    panel.pictures._settle.setInterval(10)
    panel.pictures.want(panel.board.story())
    assert wait_for(lambda: not panel.list.item(0).icon().isNull(), 60.0)
    # A change of words alone draws no other picture than the one that is there; another view does.
    assert not panel.pictures.is_busy or wait_for(lambda: not panel.pictures.is_busy, 60.0)
