"""What is written is read back: within a metre and a millimetre a second, with its gaps, words and covariances."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.samples import gapped_flight, orbit_arc
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.errors import CommandError
from visualizer.formats.conversion import to_flight
from visualizer.formats.detect import format_of, read_trajectory_file
from visualizer.formats.flight import Flight, cut
from visualizer.formats.write import write_flight
from visualizer.missions.catalogue import load_mission

READABLE = ("oem", "xml", "bsp", "e", "csv", "xyzv")
KINDS = {"oem": "oem", "xml": "xml", "bsp": "spk", "e": "stk", "csv": "csv", "xyzv": "xyzv"}


def read_back(flight, path, **options):
    write_flight(flight, path, **options)
    (recording,) = read_trajectory_file(path)
    return to_flight(recording, Provenance.SYNTHETIC)


def worst_differences(flight, again):
    """Return the greatest differences in position (m) and velocity (mm/s), inside every arc."""
    far = fast = 0.0
    for arc in flight.trajectory.arcs:
        t = np.linspace(arc.start_tdb_s, arc.end_tdb_s, 300)[1:-1]
        (p, v), (q, w) = flight.trajectory.state_km(t, 301), again.trajectory.state_km(t, 301)
        far = max(far, 1e3 * np.max(np.linalg.norm(p - q, axis=1)))
        fast = max(fast, 1e6 * np.max(np.linalg.norm(v - w, axis=1)))
    return far, fast


@pytest.mark.parametrize("ending", READABLE)
def test_a_flight_with_a_gap_comes_back(tmp_path, ending):
    flight = gapped_flight()
    again = read_back(flight, tmp_path / f"flight.{ending}")
    assert format_of(tmp_path / f"flight.{ending}") == KINDS[ending]
    far_m, fast_mm_s = worst_differences(flight, again)
    assert far_m < 1.0
    assert fast_mm_s < 1.0
    np.testing.assert_allclose(again.trajectory.gaps_tdb_s, flight.trajectory.gaps_tdb_s, atol=1e-6)


@pytest.mark.parametrize("ending", READABLE)
def test_words_and_provenance_survive(tmp_path, ending):
    flight = gapped_flight()
    again = read_back(flight, tmp_path / f"flight.{ending}")
    assert (again.name, again.object_id) == (flight.name, flight.object_id)
    assert flight.metadata.items() <= again.metadata.items()
    assert set(flight.comments) <= set(again.comments)
    for before, after in zip(flight.trajectory.arcs, again.trajectory.arcs, strict=True):
        assert (before.name, before.kind, before.provenance) == (after.name, after.kind, after.provenance)


@pytest.mark.parametrize("ending", ["oem", "xml"])
def test_covariances_survive_in_oem(tmp_path, ending):
    flight = gapped_flight()
    (covariance,) = read_back(flight, tmp_path / f"flight.{ending}").covariances
    assert covariance.axes == "RTN"
    assert covariance.tdb_s == pytest.approx(flight.covariances[0].tdb_s, abs=1e-6)
    np.testing.assert_allclose(covariance.matrix, flight.covariances[0].matrix, rtol=1e-14)


@pytest.mark.parametrize("ending", READABLE)
def test_luna_25_comes_back(tmp_path, ending):
    mission = load_mission("luna-25")
    flight = Flight(mission.name, "-157600", mission.trajectory)
    far_m, fast_mm_s = worst_differences(flight, read_back(flight, tmp_path / f"luna.{ending}"))
    assert far_m < 1e-3
    assert fast_mm_s < 1e-1


@pytest.mark.parametrize("ending", READABLE)
def test_a_second_trip_changes_nothing_more(tmp_path, ending):
    first = read_back(gapped_flight(), tmp_path / f"one.{ending}")
    second = read_back(first, tmp_path / f"two.{ending}")
    assert first.metadata.items() <= second.metadata.items()
    assert max(worst_differences(first, second)) < 1e-3


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    step_s=st.floats(1.0, 200.0),
    ratios=st.lists(st.floats(0.6, 1.7), min_size=3, max_size=25),
    gap_s=st.floats(0.01, 1e6),
    eccentricity=st.floats(0.0, 0.05),
    first_s=st.floats(-9e8, 4e8),
    name=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20),
)
@pytest.mark.parametrize("ending", READABLE)
def test_any_spacing_any_epoch_any_name_comes_back(
    tmp_path, ending, step_s, ratios, gap_s, eccentricity, first_s, name
):
    from formats.samples import START_TDB_S, kepler_states

    arcs, start = [], START_TDB_S + first_s
    for number in range(2):
        tdb_s = start + np.concatenate([[0.0], np.cumsum(step_s * np.array(ratios))])
        arcs.append(
            Arc(f"arc {number}", 301, tdb_s, *kepler_states(tdb_s, eccentricity=eccentricity), Provenance.FITTED)
        )
        start = float(tdb_s[-1]) + gap_s
    flight = Flight(name.strip() or "x", "-5", Trajectory(name, tuple(arcs)))
    again = read_back(flight, tmp_path / f"any.{ending}", is_forced=True)
    assert len(again.trajectory.gaps_tdb_s) == 1
    far_m, fast_mm_s = worst_differences(flight, again)
    assert far_m < 1.0
    assert fast_mm_s < 1.0
    assert again.name == " ".join(flight.name.split())


def test_czml_holds_the_positions_and_leaves_the_gap_out(tmp_path):
    flight = gapped_flight()
    write_flight(flight, tmp_path / "flight.czml")
    document, packet = json.loads((tmp_path / "flight.czml").read_text())
    assert document["version"] == "1.0"
    assert len(packet["availability"]) == 2
    assert len(packet["position"]) == 3
    assert packet["properties"]["ORIGINATOR"] == {"string": "TESTS"}
    numbers = np.array(packet["position"][0]["cartesian"]).reshape(-1, 4)
    place, _ = flight.trajectory.state_km(flight.trajectory.arcs[0].tdb_s[7], 399)
    np.testing.assert_allclose(numbers[7, 1:], 1e3 * place, atol=1e-3)
    assert packet["position"][0]["epoch"].endswith("Z")


def test_a_part_of_a_flight_is_what_was_asked_for(tmp_path):
    flight = gapped_flight()
    start = flight.trajectory.span_tdb_s[0]
    part = cut(flight, start + 100.0, start + 4000.0, 30.0)
    assert part.trajectory.span_tdb_s == (start + 100.0, start + 4000.0)
    for arc in part.trajectory.arcs:
        assert all(b - a <= 30.0 + 1e-6 for a, b in pairwise(arc.tdb_s))
    assert worst_differences(part, flight)[0] < 1.0
    with pytest.raises(CommandError, match="not known anywhere"):
        cut(flight, start - 500.0, start - 400.0, None)


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path):
    path = tmp_path / "flight.oem"
    path.write_text("mine")
    with pytest.raises(CommandError, match="--force"):
        write_flight(gapped_flight(), path)
    broken = Flight("x", "", Trajectory("x", (Arc("a", 999, *three_states(), Provenance.FITTED),)))
    with pytest.raises(KeyError):
        write_flight(broken, path, is_forced=True)
    assert path.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["flight.oem"]
    with pytest.raises(CommandError, match="ending"):
        write_flight(gapped_flight(), tmp_path / "flight.doc")
    with pytest.raises(CommandError, match="no folder"):
        write_flight(gapped_flight(), tmp_path / "none" / "flight.oem")


def three_states():
    arc = orbit_arc(count=3)
    return arc.tdb_s.copy(), arc.position_km.copy(), arc.velocity_km_s.copy()
