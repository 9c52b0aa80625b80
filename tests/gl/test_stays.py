"""Paths about the Moon that share a buffer look as if each was drawn alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.cli.bench_trails import made_up_flight
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import Options
from visualizer.model.session import Session
from visualizer.model.trails import TrailState
from visualizer.scene.visuals import trail_stays, trails

SIZE = (480, 360)
BARE = Options(has_labels=False, has_hud=False, has_stars=False)
NOW_TDB_S = tdb_s_from_utc_text("2023-08-18T12:00:00")


@pytest.fixture(scope="module")
def session():
    found = Session([load_mission(name) for name in ("luna-25", "chandrayaan-3", "kplo")], NOW_TDB_S)
    found.options = BARE
    found.choose_view("moon", at_once=True)
    return found


@pytest.fixture
def each_alone(monkeypatch):
    def switch():
        monkeypatch.setattr(trails, "can_share", lambda _: False)

    return switch


def drawn(painter, state, *more):
    """Return a picture, drawn by buffers that know nothing before it but more frames."""
    painter._view._kept.clear()
    for earlier in more:
        painter.paint(earlier)
    return painter.paint(state).astype(int)


def shared_stays(state):
    return [trail for trail in state.trails if trail_stays.can_share(trail)]


@pytest.mark.parametrize("view_id", ["moon", "system", "south-pole"])
def test_together_they_look_as_alone(painter, session, each_alone, view_id):
    session.choose_view(view_id, at_once=True)
    state = session.frame_state()
    assert len(shared_stays(state)) >= 3
    together = drawn(painter, state)
    each_alone()
    apart = np.abs(drawn(painter, state) - together).max(axis=-1)
    # Where paths of several missions cross, another may lie on top.
    assert np.count_nonzero(apart > 4) <= 12, np.argwhere(apart > 4)
    bare = drawn(painter, replace(state, trails=tuple(t for t in state.trails if not trail_stays.can_share(t))))
    assert np.abs(bare - together).max() > 30


def test_what_was_drawn_before_leaves_nothing_behind(painter, session):
    session.choose_view("moon", at_once=True)
    later = session.frame_state()
    fewer = replace(later, trails=later.trails[:1])
    session.clock.seek(NOW_TDB_S - 4 * 86_400.0)
    earlier = session.frame_state()
    session.clock.seek(NOW_TDB_S)
    recoloured = replace(later, trails=tuple(t._replace(mission_index=t.mission_index + 5) for t in later.trails))
    assert np.array_equal(drawn(painter, later, earlier, fewer, recoloured), drawn(painter, later))


def test_a_full_buffer_is_made_room_in(painter, session, monkeypatch):
    session.choose_view("moon", at_once=True)
    state = session.frame_state()
    wanted = drawn(painter, state)
    monkeypatch.setattr(trail_stays, "LEAST_ROOM", 16)
    monkeypatch.setattr(trail_stays, "USUAL_ROOM", 64)
    session.clock.seek(NOW_TDB_S - 4 * 86_400.0)
    earlier = session.frame_state()
    session.clock.seek(NOW_TDB_S)
    assert np.array_equal(drawn(painter, state, earlier), wanted)


def test_more_paths_than_have_room_are_all_drawn(painter, session, each_alone):
    session.choose_view("moon", at_once=True)
    state = session.frame_state()
    lines = [made_up_flight(number, NOW_TDB_S).stays[0].line for number in range(3)]
    moon, span = state.body(301).pos_km, (NOW_TDB_S - 9_000.0, NOW_TDB_S + 9_000.0)
    many = [
        TrailState(replace(line, id=f"{line.id}/{copy}"), moon, *span, NOW_TDB_S, "flight", copy)
        for line in lines
        for copy in range(10)
    ]
    assert len(many) > trail_stays.MOST_PATHS
    together = drawn(painter, replace(state, trails=tuple(many)))
    each_alone()
    assert np.abs(drawn(painter, replace(state, trails=tuple(many))) - together).max() <= 4


def test_ghosts_and_paths_beside_a_craft_are_drawn_alone(session):
    stay = shared_stays(session.frame_state())[0]
    assert not trail_stays.can_share(stay._replace(mission_index=trail_stays.GHOST_INDEX))
    assert not trail_stays.can_share(stay._replace(is_close=True))
    turned = stay._replace(rot_line_from_icrf=np.eye(3))
    assert not trail_stays.is_beside(turned, [(stay._replace(line=replace(stay.line)), (1.0, 1.0, 1.0))])


@pytest.mark.parametrize("view_id", ["moon", "south-pole"])
def test_what_turns_with_the_ground_looks_together_as_alone(painter, each_alone, view_id):
    now = tdb_s_from_utc_text("2023-09-01T00:00:00")
    session = Session([load_mission(name) for name in ("chandrayaan-3", "luna-24", "luna-25")], now)
    session.options = BARE
    session.choose_view(view_id, at_once=True)
    state = session.frame_state()
    turned = [trail for trail in state.trails if trail.rot_line_from_icrf is not None]
    assert {trail.line.id.split("/")[1] for trail in turned} >= {"moon", "ground"}
    # They are kept in the same axes, so that they go into one draw.
    painted = [(trail, (1.0, 1.0, 1.0)) for trail in state.trails]
    _, _, together, alone = trails.sorted_out(painted)
    assert len(together) == len(turned) >= 4
    assert all(trail.rot_line_from_icrf is None for trail, _ in alone)
    picture = drawn(painter, state)
    each_alone()
    apart = np.abs(drawn(painter, state) - picture).max(axis=-1)
    # They are drawn before others that they cross now.
    assert np.count_nonzero(apart > 4) <= 24, np.argwhere(apart > 4)
    bare = drawn(painter, replace(state, trails=tuple(t for t in state.trails if t.rot_line_from_icrf is None)))
    assert np.abs(bare - picture).max() > 30
