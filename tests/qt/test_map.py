"""The map in the window: key, wheel, drag, clicks, clock, layers, files, and nothing left behind."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from qt.acts import left_click, press, wait_for

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.flight_state import flight_state
from visualizer.model.frame_state import build_frame_state
from visualizer.model.map_names import meet
from visualizer.model.map_view import MapView
from visualizer.ui.chart_files import write_and_say
from visualizer.ui.map_graticule import paint_degrees
from visualizer.ui.map_paint import Layers, _paint_sites, _site_marks, paint_still
from visualizer.ui.map_readout import apart_km, area_at, coordinates_text, is_inside, light_words
from visualizer.ui.theme import apply_theme

pytestmark = pytest.mark.qt
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(window, session):
    """Return the map, shown by its key, with ground, light and tracks."""
    session.clock.seek(tdb_s_from_utc_text("2023-08-19T11:50:00"))
    press(window, "M")
    made = window.panels.widgets["map"]
    assert settled(made)
    assert wait_for(lambda: bool(made._tracks), 30.0)
    return made


def settled(panel):
    def is_done():
        view, ground, light = panel.canvas.view, panel.canvas.ground, panel.canvas.light
        return "detail" in ground and ground["detail"].view == view and light is not None and light.view == view

    return wait_for(is_done, 60.0)


def place_px(panel, lat_deg, lon_deg):
    view = panel.canvas.view
    return view.px(*(float(v) for v in view.projection.plane_km(np.deg2rad(lat_deg), np.deg2rad(lon_deg))))


def point(panel, lat_deg, lon_deg):
    return QPointF(*place_px(panel, lat_deg, lon_deg)).toPoint()


def wheel(canvas, where, turn):
    event = QWheelEvent(
        QPointF(where), canvas.mapToGlobal(QPointF(where)), QPoint(), QPoint(0, turn),
        Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_the_key_shows_the_south_pole_with_ground_and_night(panel):
    assert panel.canvas.view.projection.key == "south"
    image = panel.canvas.grab().toImage()
    x, y = (round(v) for v in place_px(panel, -60.0, 150.0))
    day = image.pixelColor(x, y).lightness()
    x, y = (round(v) for v in place_px(panel, -62.0, -40.0))
    assert day > image.pixelColor(x, y).lightness() + 20


def test_the_wheel_zooms_about_the_mouse(panel):
    where = point(panel, -69.5, 43.5)
    whole, before = panel.canvas.view, panel.canvas.view.km(where.x(), where.y())
    for _ in range(6):
        wheel(panel.canvas, where, 120)
    assert panel.canvas.view.km_per_px < 0.3 * whole.km_per_px
    assert panel.canvas.view.km(where.x(), where.y()) == pytest.approx(before, abs=1e-6)


def test_dragging_pushes_the_paper_and_goes_nowhere(panel, session):
    panel.canvas.zoom(0.2)
    focus, view = session.camera.focus, panel.canvas.view
    start = QPoint(100, 80)
    QTest.mousePress(panel.canvas, LEFT, NONE, start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(panel.canvas, start + QPoint(60, 30) * share)
    QTest.mouseRelease(panel.canvas, LEFT, NONE, start + QPoint(60, 30))
    moved = panel.canvas.view
    assert moved.x_km == pytest.approx(view.x_km - 60.0 * view.km_per_px)
    assert moved.y_km == pytest.approx(view.y_km + 30.0 * view.km_per_px)
    assert session.camera.focus == focus


def test_a_click_turns_the_picture_there(panel, session):
    where = point(panel, -75.0, 100.0)
    left_click(panel.canvas, where.x(), where.y())
    kind, _, numbers = session.camera.focus.partition(":")
    lat, lon = (float(part) for part in numbers.split(","))
    assert kind == "place"
    assert apart_km((lat, lon), (-75.0, 100.0)) < 1.5 * panel.canvas.view.km_per_px
    state = build_frame_state(session.request(), session.clock.epoch_tdb_s)
    assert np.all(np.isfinite(state.camera.pos_wrt_earth_icrf_km))


def test_a_click_beside_the_paper_goes_nowhere(panel, session):
    focus = session.camera.focus
    left_click(panel.canvas, 2, 2)
    assert session.camera.focus == focus


def test_a_double_click_goes_to_the_site_or_the_feature_there(panel, session):
    panel.show_place(-57.865, 61.36, 0.5)
    QTest.mouseDClick(panel.canvas, LEFT, NONE, point(panel, -57.865, 61.36))
    assert session.camera.focus == "site:luna-25/impact-crater"
    panel.show_place(-76.64, 24.69, 1.0)
    QTest.mouseDClick(panel.canvas, LEFT, NONE, point(panel, -76.64, 24.69))
    assert session.camera.focus == "feature:Schomberger"


def test_the_craft_is_where_the_flight_is_and_its_track_ends_there(panel, session):
    (craft,) = [one for one in panel.canvas.crafts if one.name == "Luna-25"]
    state = flight_state(session.active.trajectory, session.clock.epoch_tdb_s)
    assert craft.lat_deg == pytest.approx(np.rad2deg(float(state.lat_rad)))
    assert craft.lon_deg == pytest.approx(np.rad2deg(float(state.lon_rad)))
    assert craft.track.lat_rad[craft.past.stop - 1] == pytest.approx(float(state.lat_rad))
    assert craft.track.lat_rad[craft.future.start] == pytest.approx(float(state.lat_rad))
    assert craft.sigma_deg is not None
    planned = [one for one in panel.canvas.crafts if not one.is_main]
    assert [one.name for one in planned] == ["Luna-25: landing of 21 August"]


def test_the_map_follows_the_clock(panel, session):
    before = panel.canvas.crafts[0].lat_deg
    session.clock.seek(session.clock.epoch_tdb_s - 600.0)
    panel.refresh(None)
    assert abs(panel.canvas.crafts[0].lat_deg - before) > 10.0
    session.clock.seek(session.active.trajectory.span_tdb_s[0] + 86_400.0)
    panel.refresh(None)
    assert all(not np.isfinite(one.lat_deg) for one in panel.canvas.crafts)


def test_the_light_is_made_anew_only_when_it_moved_a_pixel(panel, session):
    lit = panel.background.lit
    session.clock.seek(session.clock.epoch_tdb_s + 1.0)
    panel.refresh(None)
    assert panel.background.lit is lit
    session.clock.seek(session.clock.epoch_tdb_s - 86_400.0)
    QTest.qWait(600)
    panel.refresh(None)
    assert panel.background.lit is not lit
    assert settled(panel)


def test_more_revolutions_show_more_of_the_track(panel):
    (short,) = [one.past for one in panel.canvas.crafts if one.name == "Luna-25"]
    panel.reach.setCurrentIndex(panel.reach.findData(6))
    (long,) = [one.past for one in panel.canvas.crafts if one.name == "Luna-25"]
    assert long.stop - long.start > 4 * (short.stop - short.start)


def test_under_the_mouse_it_says_where_how_high_how_lit_and_what(panel):
    QTest.mouseMove(panel.canvas, point(panel, -76.64, 24.69))
    said = panel.readout.text()
    assert "° S" in said
    assert " m · Sun " in said
    assert "Schomberger" in said
    panel.show_place(-69.545, 43.544, 0.4)
    QTest.mouseMove(panel.canvas, point(panel, -69.5, 43.5))
    assert "Luna-25, main site" in panel.readout.text()
    assert "not: it is drawn along" in panel.readout.text()


def test_layers_are_switched(panel):
    with_names = panel.canvas.grab().toImage()
    panel.layer_actions["has_names"].trigger()
    panel.layer_actions["has_graticule"].trigger()
    assert panel.canvas.grab().toImage() != with_names
    panel.layer_actions["has_light"].trigger()
    image = panel.canvas.grab().toImage()
    x, y = (round(v) for v in place_px(panel, -62.0, -40.0))
    assert image.pixelColor(x, y).lightness() > 60


def test_the_whole_moon_is_shown_and_left_again(panel, session):
    panel.maps.setCurrentIndex(1)
    assert panel.canvas.view.projection.key == "global"
    assert settled(panel)
    where = point(panel, 20.0, -30.0)
    left_click(panel.canvas, where.x(), where.y())
    lat, lon = (float(part) for part in session.camera.focus.partition(":")[2].split(","))
    assert apart_km((lat, lon), (20.0, -30.0)) < 1.5 * panel.canvas.view.km_per_px
    panel.show_map("south")
    assert panel.canvas.view.is_whole


def test_keys_push_zoom_and_go_there(panel, session):
    panel.canvas.setFocus()
    now, distance, view = session.clock.epoch_tdb_s, session.camera.distance_km, panel.canvas.view
    for key in (*[Qt.Key.Key_Plus] * 6, Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(panel.canvas, key)
    assert panel.canvas.view.km_per_px < view.km_per_px
    assert panel.canvas.view.x_km < 0.0 < panel.canvas.view.y_km
    assert (session.clock.epoch_tdb_s, session.camera.distance_km) == (now, distance)
    QTest.keyClick(panel.canvas, Qt.Key.Key_Return)
    assert session.camera.focus.partition(":")[0] in ("place", "feature", "site")
    QTest.keyClick(panel.canvas, Qt.Key.Key_Home)
    assert panel.canvas.view.is_whole
    assert session.clock.epoch_tdb_s == now


def test_a_place_is_copied_from_the_menu(panel, qapp):
    where = point(panel, -80.0, 20.0)
    panel.canvas.menu_wanted.emit(panel.canvas.mapToGlobal(where), *panel.canvas.view.km(where.x(), where.y()))
    menu = panel.findChild(QMenu, "map-menu")
    menu.actions()[0].trigger()
    menu.close()
    assert QGuiApplication.clipboard().text().startswith(("79.", "80."))
    assert coordinates_text(-57.865, 61.36) == "57.8650° S, 61.3600° E"
    assert coordinates_text(10.0, 350.0) == "10.0000° N, 10.0000° W"


def test_the_map_is_written(panel, window, tmp_path):
    panel.ask_export()
    dialog = panel.findChild(QFileDialog, "export-map")
    dialog.fileSelected.emit(str(tmp_path / "map.png"))
    dialog.close()
    assert QImage(str(tmp_path / "map.png")).width() == 2 * panel.canvas.width()
    assert [entry.name for entry in tmp_path.iterdir()] == ["map.png"]
    with pytest.raises(CommandError, match=r"\.png"):
        panel.export(tmp_path / "map.jpg")
    write_and_say(tmp_path / "no" / "map.png", panel.export, window.say)
    assert "writing" in window.hint.text()


def test_other_missions_bring_their_sites_and_tracks(panel, session):
    session.add_missions([load_mission("im-2")])
    session.set_shown("im-2", True)
    assert {one.mission_id for one in panel.canvas.sites} == {"luna-25", "im-2"}
    assert wait_for(lambda: "im-2" in panel._tracks, 30.0)


def test_areas_know_what_lies_in_them(panel):
    areas = {area.id: area for area in panel.canvas.areas}
    assert is_inside(areas["artemis-haworth"], (-86.8, 335.0))
    assert not is_inside(areas["artemis-haworth"], (-86.8, 300.0))
    assert not is_inside(areas["luna-25-main"], (-69.545, 44.6))
    assert area_at(panel.canvas.areas, (-85.5, 32.0), 0.1).id == "artemis-mons-mouton"
    assert area_at(panel.canvas.areas, (-60.0, 32.0), 1.0) is None
    words = [light_words(0.0, 0.1), light_words(1.0, 0.1), light_words(1.0, -0.1), light_words(0.25, 0.0)]
    assert words == ["in sunlight", "in shadow", "night", "75 % of the Sun"]


def test_nothing_of_the_map_outlives_the_window(panel, window):
    kept = weakref.ref(panel.canvas)
    panel.canvas.zoom(0.3)
    window.close()
    assert panel._is_stopped
    window.panels.widgets.clear()
    window.panels.docks["map"].setWidget(None)
    panel.deleteLater()
    QApplication.sendPostedEvents(None, 52)
    del panel
    gc.collect()
    assert kept() is None or not shiboken6.isValid(kept())


@pytest.mark.parametrize("width", [230, 300, 430, 700])
def test_degrees_keep_off_sites_and_off_one_another(panel, width):
    canvas = panel.canvas
    view = MapView.whole(canvas.view.projection, float(width), 0.7 * width)
    font, image = canvas.map_font(), QImage(width, width, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    sites = _site_marks(view, canvas.sites)
    sites += _paint_sites(painter, view, canvas.sites, font, sites)
    degrees = paint_degrees(painter, view, font, sites)
    written = paint_still(painter, view, Layers(), (), canvas.sites, font)
    painter.end()
    assert len(sites) > 3
    assert 4 <= len(degrees) < len(written)
    assert set(degrees) <= set(written)
    for number, one in enumerate(degrees):
        assert not any(meet(one, other) for other in sites)
        half = 0.5 * (one[3] - one[1])
        assert not any(meet((one[0], one[1] - half, one[2], one[3] + half), other) for other in degrees[:number])


def test_the_words_of_the_maps_row_are_read_whole_at_every_size_of_text(panel, window, qapp):
    window.resize(1000, 800)
    for percent in (100, 150, 200):
        apply_theme(qapp, "dark", percent)
        for widget in (panel, panel.row):
            widget.retheme() if widget is panel else widget.place()
        QTest.qWait(1)
        for box in (panel.maps, panel.reach, panel.more):
            assert box.width() >= box.sizeHint().width(), percent
            assert panel.row.rect().contains(box.geometry()) or box.width() > panel.row.width(), percent
    apply_theme(qapp)
