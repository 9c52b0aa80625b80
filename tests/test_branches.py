"""Branches: other flights of a mission, in its document, in the catalogue, in the picture and on the command line."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from typer.testing import CliRunner

from visualizer.cli.main import app
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Provenance
from visualizer.errors import FileFormatError, MissionError
from visualizer.missions.catalogue import document_path, load_mission
from visualizer.missions.document import read_document
from visualizer.missions.measures import distance_on_moon_km
from visualizer.missions.powered.ground import fixed_from_icrf
from visualizer.model.frame_state import build_frame_state
from visualizer.model.session import Session
from visualizer.resources import asset_path


@pytest.fixture(scope="module")
def mission():
    return load_mission("luna-25")


@pytest.fixture(scope="module")
def planned(mission):
    return mission.branch("planned")


def test_an_unknown_branch_names_those_there_are(mission):
    with pytest.raises(MissionError, match="no branch 'x'; there are planned"):
        mission.branch("x")


def test_the_plan_leaves_the_flight_where_the_last_burn_begins(mission, planned):
    start = planned.trajectory.span_tdb_s[0]
    assert start == mission.event("last-burn").tdb_s
    for a, b in zip(planned.trajectory.state_km(start, 301), mission.trajectory.state_km(start, 301), strict=True):
        assert np.linalg.norm(a - b) < 1e-6
    cutoff = mission.event("planned-cutoff").tdb_s
    apart = planned.trajectory.state_km(cutoff, 301)[0] - mission.trajectory.state_km(cutoff, 301)[0]
    assert np.linalg.norm(apart) < 1e-3


def test_the_plan_joins_and_is_marked_as_planned(planned):
    arcs = planned.trajectory.arcs
    assert {arc.provenance for arc in arcs} == {Provenance.PLANNED}
    for before, after in pairwise(arcs):
        assert after.start_tdb_s == pytest.approx(before.end_tdb_s, abs=1e-6)
        assert np.linalg.norm(before.position_km[-1] - after.position_km[0]) < 1e-3
        assert np.linalg.norm(before.velocity_km_s[-1] - after.velocity_km_s[0]) < 1e-6


def test_the_plan_lands_on_the_main_site_on_21_august(mission, planned):
    touchdown = next(event for event in planned.events if event.id == "touchdown").tdb_s
    assert tdb_s_from_utc_text("2023-08-21T00:00:00") < touchdown < tdb_s_from_utc_text("2023-08-22T00:00:00")
    place, speed = fixed_from_icrf(
        np.array([touchdown]), *(p[None] for p in planned.trajectory.state_km(touchdown, 301))
    )
    lat, lon = (
        np.rad2deg(np.arcsin(place[0, 2] / np.linalg.norm(place))),
        np.rad2deg(np.arctan2(place[0, 1], place[0, 0])),
    )
    site = next(one for one in mission.sites if one.id == "main-site")
    assert distance_on_moon_km((float(lat), float(lon)), (site.lat_deg, site.lon_deg)) < 1e-3
    assert np.linalg.norm(speed) < 1e-6
    assert "minute" in planned.sentence
    assert "not a fact" in planned.sentence


def test_the_planned_orbit_is_that_of_the_facts(planned):
    arc = next(one for one in planned.trajectory.arcs if one.name == "orbit before landing")
    heights = np.linalg.norm(arc.position_km, axis=1) - 1737.4
    assert 14.0 < heights.min() < 20.0
    assert 95.0 < heights.max() < 110.0


def test_a_companion_is_known_as_one():
    branch = load_mission("artemis-iii-iv").branch("orion")
    assert branch.kind == "companion"
    assert branch.events == ()


def test_a_mission_along_its_branch(mission, planned):
    along = mission.along(planned)
    assert along.trajectory is planned.trajectory
    assert along.id == "luna-25/planned"
    assert [event.id for event in along.events][-1] == "touchdown"
    assert along.sites == mission.sites


def test_the_plan_is_drawn_dashed_with_a_ghost(mission, planned):
    session = Session([mission])
    session.choose_view("moon", at_once=True)
    state = build_frame_state(session.request(), tdb_s_from_utc_text("2023-08-20T12:00:00"))
    trails = [trail for trail in state.trails if trail.line.id.startswith("luna-25/planned/")]
    assert trails
    assert all(np.all(trail.line.kind >= 10.0) for trail in trails)
    ghosts = [label for label in state.labels if label.text == f"planned: {planned.title}"]
    assert len(ghosts) == 1
    place = planned.trajectory.state_km(state.tdb_s, 399)[0]
    assert np.linalg.norm(ghosts[0].pos_km - place) < 1e-6
    assert state.telemetry is None
    before = build_frame_state(session.request(), tdb_s_from_utc_text("2023-08-18T12:00:00"))
    assert not any(label.text.startswith("planned:") for label in before.labels)


def test_the_commands_know_branches(tmp_path):
    run = CliRunner().invoke
    listed = json.loads(run(app, ["missions", "--json"]).stdout)
    assert [b["id"] for m in listed if m["id"] == "luna-25" for b in m["branches"]] == ["planned"]
    rows = json.loads(run(app, ["state", "luna-25", "touchdown-1min", "--branch", "planned", "--json"]).stdout)
    assert rows[0]["provenance"] == "planned"
    assert rows[0]["altitude_km"] < 2.0
    path = tmp_path / "plan.oem"
    assert run(app, ["export", "luna-25", "--branch", "planned", "-o", str(path)]).exit_code == 0
    text = path.read_text()
    assert "provenance: planned" in text
    assert "-157600" not in text


def test_two_branches_with_one_id_are_refused(tmp_path):
    text = document_path("luna-25").read_text(encoding="utf-8")
    start = text.index("[[branches]]")
    path = tmp_path / "twice.toml"
    path.write_text(text + "\n" + text[start:], encoding="utf-8")
    with pytest.raises(FileFormatError, match="branches: id 'planned' appears twice"):
        read_document(path)


def test_a_phase_of_a_branch_names_its_own_events(tmp_path):
    text = document_path("luna-25").read_text(encoding="utf-8")
    path = tmp_path / "lost.toml"
    path.write_text(text.replace('start = "planned-burn"\nend = "braking"', 'start = "planned-burn"\nend = "lift-off"'))
    with pytest.raises(FileFormatError, match="'lift-off', which is not there"):
        read_document(path)


def test_all_trajectories_are_small():
    total = sum(path.stat().st_size for path in asset_path("trajectories").iterdir())
    assert total < 30e6
