"""What every flight that is solved from the facts of its document must keep, measured on the shipped files."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.trajectory import Provenance
from visualizer.missions.catalogue import document_path, load_mission
from visualizer.missions.document import read_document, read_toml
from visualizer.missions.evidence import evidence
from visualizer.missions.user_catalogue import bundled_mission_ids
from visualizer.resources import asset_path

MISSIONS = [one for one in bundled_mission_ids() if read_document(document_path(one)).flight is not None]
LARGEST_BYTES = 3_000_000


@pytest.fixture(scope="module", params=MISSIONS)
def mission(request):
    return load_mission(request.param)


def test_arcs_meet_to_a_metre_and_a_millimetre_per_second(mission):
    for before, after in pairwise(mission.trajectory.arcs):
        assert after.start_tdb_s == pytest.approx(before.end_tdb_s, abs=1e-3)
        place = after.position_km[0] - before.position_km[-1]
        speed = after.velocity_km_s[0] - before.velocity_km_s[-1]
        if after.centre_id != before.centre_id:
            moved = bundled_ephemeris().state_km(after.centre_id, before.centre_id, after.start_tdb_s)
            place, speed = place + moved[0], speed + moved[1]
        assert np.linalg.norm(place) < 1e-3
        if after.kind != "surface":
            assert np.linalg.norm(speed) < 1e-6


def test_every_fact_is_met_or_has_its_reason(mission):
    for row in evidence(mission):
        if row.confidence_ratio is not None and abs(row.confidence_ratio) > 3.0:
            assert "conflict" in row.note, f"{mission.id}: {row.id} is {row.confidence_ratio:.1f} sigma off"


def test_every_solved_event_lies_in_the_flight(mission):
    first, last = mission.trajectory.span_tdb_s
    for event in mission.events:
        if event.kind != "image":
            assert first - 1.0 <= event.tdb_s <= last + 1.0, event.id


def test_nothing_flown_goes_below_the_ground(mission):
    for arc in mission.trajectory.arcs:
        lowest = 1737.4 - 9.0 if arc.centre_id == 301 else 6356.0
        assert np.min(np.linalg.norm(arc.position_km, axis=1)) > lowest, arc.name


def test_it_says_that_it_is_reconstructed(mission):
    kinds = {arc.provenance for arc in mission.trajectory.arcs}
    assert kinds <= {Provenance.RECONSTRUCTED, Provenance.SYNTHETIC}


def test_its_uncertainty_is_that_of_facts_alone(mission):
    sigma = mission.trajectory.sigma
    assert sigma is not None
    assert np.all(sigma.radial_along_cross_km > 0.0)
    coasts = [
        arc for arc in mission.trajectory.arcs if arc.kind == "coast" and arc.provenance is not Provenance.SYNTHETIC
    ]
    middles = np.array([0.5 * (arc.start_tdb_s + arc.end_tdb_s) for arc in coasts])
    assert np.all(np.max(sigma.at(middles), axis=1) > 1.0)
    assert np.max(sigma.at(middles)) > 20.0


def test_its_ensemble_spreads_as_its_table_says(mission):
    ensemble, sigma = mission.trajectory.ensemble, mission.trajectory.sigma
    assert ensemble is not None
    assert len(ensemble.offsets_km) == 26
    ratio = np.std(ensemble.offsets_km, axis=0) / sigma.radial_along_cross_km
    assert 0.7 < np.median(ratio) < 1.35


def test_its_table_tells_what_the_guesses_hold(mission):
    table = read_toml(asset_path(f"trajectories/{mission.document.trajectory}.toml"))
    standings = {row["standing"] for row in table["unknowns"]}
    assert standings <= {"observable", "prior-dominated"}
    assert table["largest_gap_km"] < 1e-3
    files = [
        asset_path(f"trajectories/{mission.document.trajectory}{end}") for end in (".bsp", ".toml", "-ensemble.npz")
    ]
    assert sum(file.stat().st_size for file in files) < LARGEST_BYTES
