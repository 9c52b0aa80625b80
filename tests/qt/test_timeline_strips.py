"""Strips of the timeline: found by a worker, told in words, painted; what a scrub paints anew."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qt.acts import wait_for
from qt.timeline_acts import LEFT, NONE, axis_point, drag

from visualizer.missions.catalogue import load_mission
from visualizer.model.time_strips import STRIPS, Cell
from visualizer.ui.timeline_strip_paint import coverage, strip_words, value_text
from visualizer.ui.timeline_strips import site_of

pytestmark = pytest.mark.qt


def find_all(timeline) -> None:
    """Work every cell of the shown strips out now, as the worker would."""
    keeper = timeline.keeper
    sources = [s for s in {id(s): s for s in map(keeper.source_of, keeper.ids)}.values() if s is not None]
    for source in sources:
        for index in range(source.count):
            keeper.store.put(source, index, source.find(*source.bounds(index)))
    keeper.changed.emit()


def test_strips_are_found_by_the_worker_and_told_in_words(window, session):
    timeline, keeper = window.timeline, window.timeline.keeper
    session.clock.seek(session.active.event("zeeman").tdb_s)
    now = session.clock.epoch_tdb_s
    known = [keeper.source_of(i) for i in keeper.ids]
    assert wait_for(lambda: all(keeper.store.is_known(source, now) for source in known), 60.0)
    assert value_text(keeper, "sun", now).endswith("°")
    assert value_text(keeper, "earth", now) in ("yes", "no")
    assert value_text(keeper, "eclipse", now) == "no"
    y = timeline.layout_.strip(0).center().y()
    tip = timeline.tip_at(timeline.scale.x_px(now), y)
    assert keeper.site.title in tip


def test_what_the_strips_say_is_what_the_telemetry_says(window, session):
    timeline, keeper = window.timeline, window.timeline.keeper
    find_all(timeline)
    orbit = next(p for p in session.active.phases if p.id == "orbit")
    for tdb_s in np.linspace(orbit.start_tdb_s + 1_000.0, orbit.end_tdb_s - 1_000.0, 40):
        session.clock.seek(float(tdb_s))
        telemetry = session.frame_state().telemetry
        is_seen = value_text(keeper, "earth", float(tdb_s)) == "yes"
        assert is_seen == telemetry.is_earth_visible


def test_an_eclipse_and_a_pass_are_named_with_their_length(window, session):
    keeper = window.timeline.keeper
    find_all(window.timeline)
    craft = keeper.source_of("eclipse")
    shadow = keeper.store.bands(craft, "umbra-earth", craft.start_tdb_s, craft.end_tdb_s)[0]
    assert "umbra of the Earth, for" in strip_words(keeper, "eclipse", float(shadow.mean()))
    passes = keeper.store.bands(craft, "pass:Bear Lakes", craft.start_tdb_s, craft.end_tdb_s)
    assert "Bear Lakes" in strip_words(keeper, "stations", float(passes[3].mean()))
    assert strip_words(keeper, "stations", craft.end_tdb_s + 1e6) == "Outside the flight"


def test_nothing_is_worked_on_while_scrubbing(window, session):
    timeline, keeper = window.timeline, window.timeline.keeper
    QTest.mousePress(timeline, LEFT, NONE, axis_point(timeline, 500))
    assert timeline.is_scrubbing
    QTest.qWait(1_600)
    before = len(keeper.store._cells)
    QTest.qWait(300)
    assert len(keeper.store._cells) == before == 0
    QTest.mouseRelease(timeline, LEFT, NONE, axis_point(timeline, 500))
    assert wait_for(lambda: len(keeper.store._cells) > 0, 30.0)


def test_a_scrub_repaints_only_the_playhead(window, session):
    timeline = window.timeline
    timeline.grab()
    kept = timeline._static
    for x in (400, 500, 600):
        drag(timeline, axis_point(timeline, x), axis_point(timeline, x + 50))
        QApplication.processEvents()
    assert timeline._static is kept


def test_every_strip_is_painted_in_its_own_colours(window):
    timeline = window.timeline
    timeline.keeper.set_ids(tuple(spec.id for spec in STRIPS))
    find_all(timeline)
    picture = timeline.grab().toImage()
    ratio, layout = picture.devicePixelRatio(), timeline.layout_
    for number in range(layout.strips):
        box = layout.strip(number)
        xs = np.linspace(layout.gutter_px + 2.0, layout.right_px - 2.0, 300)
        ys = np.arange(box.top() + 1.0, box.bottom())
        seen = {picture.pixelColor(round(x * ratio), round(y * ratio)).name() for x in xs for y in ys}
        assert len(seen) >= 3, STRIPS[number].id


def test_coverage_is_the_share_of_each_pixel():
    table = np.array([[0.0, 10.0], [15.0, 20.0], [42.0, 42.1]])
    found = coverage(table, 0.0, 10.0, 6)
    assert found[:3] == pytest.approx([1.0, 0.5, 0.0])
    assert found[3] == 0.0
    assert 0.0 < found[4] < 0.5


def test_the_default_site_is_where_the_flight_ended():
    assert site_of(load_mission("luna-25"), "").id == "impact-crater"
    assert site_of(load_mission("luna-25"), "main-site").id == "main-site"
    assert site_of(load_mission("chandrayaan-3"), "").kind == "landing"


def test_a_cell_that_cannot_be_found_stays_empty(window):
    keeper = window.timeline.keeper
    source = keeper.source_of("earth")
    keeper.store.put(source, 0, Cell(*source.bounds(0)))
    assert keeper.store.bands(source, "hidden", *source.bounds(0)).shape == (0, 2)


def test_a_scrub_asks_for_its_picture_at_once_and_for_one_only(window, session):
    timeline, drawn = window.timeline, window.canvas.states
    window.loop.tick()
    QTest.mousePress(timeline, LEFT, NONE, axis_point(timeline, 400))
    count = len(drawn)
    for x in (450, 500, 550):
        place = QPointF(axis_point(timeline, x))
        event = QMouseEvent(QEvent.Type.MouseMove, place, timeline.mapToGlobal(place), LEFT, LEFT, NONE)
        QApplication.sendEvent(timeline, event)
        assert drawn[-1].tdb_s == session.clock.epoch_tdb_s
        window.loop.tick()
    assert len(drawn) - count == 3
    QTest.mouseRelease(timeline, LEFT, NONE, axis_point(timeline, 550))
    assert not session.clock.is_scrubbed
