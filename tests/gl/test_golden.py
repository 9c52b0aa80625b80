"""Pictures as they were judged good by eye; regenerate with PERILUNE_GOLDEN=write after judging anew."""

from __future__ import annotations

import pytest
from helpers.pictures import compare

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.frame_state import Options
from visualizer.model.session import Session

pytestmark = pytest.mark.gl

BARE = Options(has_labels=False, has_trails=False, has_hud=False)


@pytest.fixture(scope="module")
def painter():
    from visualizer.export.offscreen import OffscreenPainter

    with OffscreenPainter((240, 136), 2) as painter:
        yield painter


@pytest.mark.parametrize(
    ("view", "utc"),
    [
        ("moon", "2023-08-18T05:00:00"),
        ("earth", "2023-08-11T00:16:00"),
        ("system", "2023-08-13T05:30:00"),
        ("south-pole", "2023-08-19T11:00:00"),
        ("site", "2023-08-19T11:50:00"),
        ("follow", "2023-08-18T05:00:00"),
        ("photo-earth", "2023-08-13T05:30:00"),
        ("photo-moon", "2023-08-13T05:30:00"),
        ("zeeman", "2023-08-17T05:23:00"),
        ("craft", "2023-08-19T11:53:00"),
    ],
)
def test_a_view_looks_as_it_did(painter, view, utc):
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(utc))
    session.options = BARE
    session.choose_view(view, at_once=True)
    assert compare(view, painter.paint(session.frame_state()), mean_limit=1.5, worst_limit=48.0) == ""


def test_a_changed_picture_is_noticed(painter, tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.pictures.FAILURES", tmp_path / "failures")
    monkeypatch.delenv("PERILUNE_GOLDEN", raising=False)
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    session.options = BARE
    session.choose_view("moon", at_once=True)
    session.orbit_camera(0.15, 0.0)
    assert "mean error" in compare("moon", painter.paint(session.frame_state()), 1.5, 48.0)
    assert (tmp_path / "failures" / "moon-difference.png").is_file()
