"""The ensemble: flights as likely as the shown one, and the uncertainty that they agree with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import (
    Arc,
    Ensemble,
    Provenance,
    Trajectory,
    beside_on_arc_km,
    offsets_on_arc_km,
)
from visualizer.errors import FileFormatError
from visualizer.missions.branch_missions import load_flight
from visualizer.missions.catalogue import _read_ensemble as read_ensemble
from visualizer.missions.catalogue import load_mission

START = 7.4e8
RATE = 2 * np.pi / 7080.0
FLOOR_MOON_KM = np.array([0.5, 1.5, 0.5])


def circle() -> Trajectory:
    epochs = START + 60.0 * np.arange(120)
    angle = RATE * (epochs - START)
    zero = np.zeros(len(epochs))
    position = 1840.0 * np.stack([np.cos(angle), np.sin(angle), zero], axis=-1)
    velocity = 1840.0 * RATE * np.stack([-np.sin(angle), np.cos(angle), zero], axis=-1)
    return Trajectory("x", (Arc("a", 301, epochs, position, velocity, Provenance.RECONSTRUCTED),))


@given(st.floats(-50, 50), st.floats(-2000, 2000), st.floats(-500, 500))
def test_offsets_along_the_arc_go_there_and_back(radial, along, across):
    position, velocity = np.array([1500.0, -900.0, 400.0]), np.array([0.3, 1.2, -0.9])
    offsets = np.array([radial, along, across])
    there = beside_on_arc_km(position, velocity, offsets)
    assert np.allclose(offsets_on_arc_km(position, velocity, there), offsets, atol=1e-8)
    assert np.linalg.norm(there) == pytest.approx(np.linalg.norm(position) + radial, abs=1e-8)


def test_a_member_ahead_is_on_the_same_orbit():
    trajectory = circle()
    ahead_s = 300.0
    offsets = np.zeros((2, 2, 3))
    offsets[1, :, 1] = 1840.0 * RATE * ahead_s
    ensemble = Ensemble(trajectory, np.array([START, START + 7000.0]), offsets)
    epochs = START + np.array([0.0, 1000.0, 5000.0])
    places = ensemble.positions_km(epochs, 301)
    assert places.shape == (2, 3, 3)
    assert np.allclose(places[0], trajectory.state_km(epochs, 301)[0], atol=1e-9)
    assert np.allclose(places[1], trajectory.state_km(epochs + ahead_s, 301)[0], atol=1e-5)
    assert ensemble.positions_km(START + 5.0, 301).shape == (2, 3)


def test_another_centre_moves_all_members_alike():
    trajectory = circle()
    ensemble = Ensemble(trajectory, np.array([START, START + 7000.0]), np.ones((4, 2, 3)))
    epochs = START + np.linspace(0.0, 6000.0, 5)
    apart = ensemble.positions_km(epochs, 399) - ensemble.positions_km(epochs, 301)
    expected = trajectory.state_km(epochs, 399)[0] - trajectory.state_km(epochs, 301)[0]
    assert np.allclose(apart, expected, atol=1e-6)


def test_a_flight_without_members_has_none():
    assert circle().ensemble is None


def test_a_damaged_file_is_named(tmp_path):
    path = tmp_path / "x-ensemble.npz"
    path.write_bytes(b"not an archive")
    with pytest.raises(FileFormatError, match="not an ensemble"):
        read_ensemble(path)


@pytest.fixture(scope="module")
def luna():
    return load_mission("luna-25").trajectory


def test_luna_25_has_26_members_at_the_epochs_of_its_uncertainty(luna):
    ensemble = luna.ensemble
    assert ensemble is not None
    assert ensemble.offsets_km.shape == (26, len(luna.sigma.tdb_s), 3)
    assert np.abs(ensemble.tdb_s - luna.sigma.tdb_s).max() < 0.06
    assert np.all(np.isfinite(ensemble.offsets_km))
    assert luna.ensemble is ensemble


@pytest.mark.parametrize(
    ("start", "end"), [("2023-08-16T09:10", "2023-08-18T06:00"), ("2023-08-14T06:00", "2023-08-15T12:00")]
)
def test_the_spread_agrees_with_the_uncertainty(luna, start, end):
    ensemble = luna.ensemble
    inside = (ensemble.tdb_s > tdb_s_from_utc_text(start)) & (ensemble.tdb_s < tdb_s_from_utc_text(end))
    spread = np.sqrt(np.mean(ensemble.offsets_km[:, inside] ** 2, axis=0))
    sigma = luna.sigma.radial_along_cross_km[inside]
    # Thirteen mirrored pairs tell a sigma to about a fifth.
    ratio = np.median(spread / sigma, axis=0)
    assert np.all((ratio > 0.55) & (ratio < 1.5)), ratio


def test_the_parking_orbit_is_known_to_some_kilometres_in_height(luna):
    when = tdb_s_from_utc_text("2023-08-10T23:50:00")
    radial, along, _ = luna.sigma_km(when)
    assert radial < 20.0
    assert along > 100.0
    radius = np.linalg.norm(luna.ensemble.positions_km(when, 399), axis=-1)
    assert np.abs(radius - np.linalg.norm(luna.state_km(when, 399)[0])).max() < 60.0


def test_every_member_hits_the_ground_near_the_crater(luna):
    offsets = luna.ensemble.offsets_at(luna.span_tdb_s[1])
    # They fall along nearly the same line, sooner or later by half a minute.
    assert np.abs(offsets[:, 2]).max() < 5.0
    assert np.abs(offsets[:, 1]).max() < 150.0


@pytest.mark.parametrize(
    "mission_id", ["chandrayaan-3", "kplo", "artemis-2", "chandrayaan-2/orbiter", "lcross/centaur"]
)
def test_a_fitted_flight_has_26_members_spread_as_its_uncertainty_says(mission_id):
    trajectory = load_flight(mission_id).trajectory
    ensemble = trajectory.ensemble
    assert len(ensemble.offsets_km) == 26
    first, last = trajectory.span_tdb_s
    epochs = np.linspace(max(first, ensemble.tdb_s[0]), min(last, ensemble.tdb_s[-1]), 200)[1:-1]
    offsets = ensemble.offsets_at(epochs)
    assert np.allclose(offsets.std(axis=0), trajectory.sigma.at(epochs), rtol=1e-9)
    assert np.allclose(offsets.mean(axis=0), 0.0, atol=1e-9)
    assert np.array_equal(offsets, load_flight(mission_id).trajectory.ensemble.offsets_at(epochs))
