"""What the shipped flight of Luna-25 must reach, measured on the shipped files."""

from __future__ import annotations

import tomllib
from functools import partial

import numpy as np
import pytest
from helpers.joins import assert_joined

from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Engine, Force, Gravity, flow_from_thrust_kg_s
from visualizer.core.geometry import earth_geodetic
from visualizer.core.propagation import even_fractions, propagate
from visualizer.missions import measures
from visualizer.missions.catalogue import load_mission
from visualizer.missions.evidence import evidence
from visualizer.resources import asset_path


@pytest.fixture(scope="module")
def mission():
    return load_mission("luna-25")


@pytest.fixture(scope="module")
def rows(mission):
    return {row.id: row for row in evidence(mission)}


def test_impact_is_where_and_when_it_was(mission, rows):
    assert rows["impact-miss"].modelled < 0.1
    tdb_s = mission.event("impact").tdb_s
    assert tdb_s_from_utc_text("2023-08-19T11:57:00") <= tdb_s <= tdb_s_from_utc_text("2023-08-19T11:58:30")
    assert measures.last_place_deg(mission)[2] == pytest.approx(1737.04, abs=1e-3)
    assert mission.trajectory.span_tdb_s[1] == pytest.approx(tdb_s, abs=1e-6)


def test_orbit_of_16_august(rows):
    assert abs(rows["orbit-perilune"].residual) < 1.5
    assert abs(rows["orbit-apolune"].residual) < 1.5
    assert abs(rows["orbit-inclination"].residual) < 0.15
    assert abs(rows["orbit-node"].residual) < 0.6


def test_zeeman_is_below_at_05_23(rows):
    assert rows["zeeman-distance"].modelled < 30.0
    assert abs(rows["zeeman-along"].residual) < 30.0


def test_range_on_13_august(rows):
    assert abs(rows["range-13-august"].residual) < 2000.0


def test_the_planned_burn_gives_the_planned_orbit(rows):
    assert abs(rows["planned-perilune"].residual) < 3.0
    assert abs(rows["planned-apolune"].residual) < 4.0


def test_parking_orbit_and_launch(rows):
    assert abs(rows["parking-perigee"].residual) < 9.0
    assert abs(rows["parking-apogee"].residual) < 9.0
    assert abs(rows["parking-inclination"].residual) < 0.1
    assert abs(rows["launch-plane"].residual) < 0.2


def test_every_row_says_what_an_evidence_table_needs(mission, rows):
    assert set(rows) == {fact.id for fact in mission.document.facts}
    for row in rows.values():
        assert row.source
        assert row.what
        if row.used_in_fit:
            assert row.residual is not None, row.id
            assert abs(row.confidence_ratio) < 3.0, row.id
    assert any(not row.used_in_fit and row.residual is not None for row in rows.values())


def test_joins_are_continuous(mission):
    assert_joined(mission.trajectory)


def forces_of(mission, arc):
    """Return the force that made an arc, from the solution's table."""
    with asset_path("trajectories/luna-25.toml").open("rb") as file:
        words = next(entry["force_model"] for entry in tomllib.load(file)["arcs"] if entry["name"] == arc.name)
    degree = int(words.split("x")[0].split()[-1]) if "LP165P" in words else 0
    gravity = Gravity(301, (399, 10), degree) if arc.centre_id == 301 else Gravity(399, (301, 10))
    if arc.kind != "burn":
        return Force(gravity), 1.0
    burn = next(one for one in mission.burns if abs(one.start_tdb_s - arc.start_tdb_s) < 1e-3)
    thrust = np.array([burn.thrust_n])
    aim = np.deg2rad([[burn.pitch_deg, burn.yaw_deg]])
    engine = Engine(thrust, flow_from_thrust_kg_s(thrust, burn.specific_impulse_s), "velocity", aim)
    return Force(gravity, engine), burn.mass_before_kg


def test_interpolation_between_nodes_is_within_a_metre_of_the_forces(mission):
    """Fly from some nodes on by half a step and by the whole arc of each burn, and compare."""
    for arc in mission.trajectory.arcs[1:]:
        force, mass_kg = forces_of(mission, arc)
        picks = [0] if arc.kind == "burn" else range(0, len(arc.tdb_s) - 1, max(1, len(arc.tdb_s) // 25))
        for i in picks:
            begin = float(arc.tdb_s[i])
            end = arc.end_tdb_s if arc.kind == "burn" else 0.5 * float(arc.tdb_s[i] + arc.tdb_s[i + 1])
            state = np.r_[arc.position_km[i], arc.velocity_km_s[i], mass_kg][None]
            flown = propagate(force, begin, end, even_fractions(20 if arc.kind == "burn" else 4), state).last[0]
            position, velocity = arc.table.evaluate(end)
            assert np.linalg.norm(position - flown[:3]) < 1e-3, (arc.name, i)
            assert np.linalg.norm(velocity - flown[3:6]) < 1e-6, (arc.name, i)


def test_interpolation_inside_burns_follows_the_forces(mission):
    for arc in mission.trajectory.arcs:
        if arc.kind != "burn":
            continue
        force, mass_kg = forces_of(mission, arc)
        state = np.r_[arc.position_km[0], arc.velocity_km_s[0], mass_kg][None]
        for share in (0.37, 0.81):
            epoch = arc.start_tdb_s + share * (arc.end_tdb_s - arc.start_tdb_s)
            flown = propagate(force, arc.start_tdb_s, epoch, even_fractions(20), state).last[0]
            assert np.linalg.norm(arc.table.evaluate(epoch)[0] - flown[:3]) < 1e-3, arc.name


def test_the_ascent_starts_on_the_pad_and_stays_above_the_ground(mission):
    arc = mission.trajectory.arcs[0]
    epochs = np.linspace(arc.start_tdb_s, arc.end_tdb_s, 500)
    places = np.einsum("nij,nj->ni", rot_itrs_from_icrf(epochs), mission.trajectory.state_km(epochs, 399)[0])
    lat, lon, height_km = earth_geodetic(places)
    assert np.rad2deg(lat[0]) == pytest.approx(51.884, abs=1e-6)
    assert np.rad2deg(lon[0]) == pytest.approx(128.334, abs=1e-6)
    assert height_km[0] == pytest.approx(0.28, abs=1e-6)
    assert np.all(np.diff(height_km) > 0.0)
    assert np.all(np.diff(lon) > 0.0)


def test_uncertainty_is_honest(mission):
    sigma = mission.trajectory.sigma
    assert sigma is not None
    assert np.all(np.diff(sigma.tdb_s) > 0.0)
    assert np.all(sigma.radial_along_cross_km > 0.0)
    transfer = mission.trajectory.sigma_km(tdb_s_from_utc_text("2023-08-13T05:30:00"))
    assert np.max(transfer) > 500.0
    orbit = mission.trajectory.sigma_km(tdb_s_from_utc_text("2023-08-17T12:00:00"))
    assert orbit[1] > 10.0
    assert orbit[0] < 10.0


def test_the_kernel_opens_in_spice_and_agrees(mission):
    import spiceypy

    path = str(asset_path("trajectories/luna-25.bsp"))
    spiceypy.furnsh(path)
    spiceypy.furnsh(str(asset_path("ephemeris/de440_1970_2040.bsp")))
    try:
        first, last = mission.trajectory.span_tdb_s
        worst = 0.0
        for epoch in np.linspace(first + 1.0, last - 1.0, 300):
            arc = mission.trajectory.arc_at(epoch)
            state, _ = spiceypy.spkgeo(-157600, epoch, "J2000", arc.centre_id)
            position, _ = arc.table.evaluate(epoch)
            worst = max(worst, float(np.linalg.norm(state[:3] - position)))
        assert worst < 1e-3
    finally:
        spiceypy.kclear()


@pytest.mark.slow
def test_the_solver_finds_the_shipped_flight_again(mission, tmp_path, monkeypatch):
    from visualizer.missions.reconstruction import reconstruct, solver, write_solution

    # What is compared does not depend on how many members the ensemble has; each costs as much as the next.
    monkeypatch.setattr(solver, "draw_members", partial(solver.draw_members, count=6))
    solution = reconstruct("luna-25", lambda words, share: None)
    write_solution(solution, tmp_path)
    with asset_path("trajectories/luna-25.toml").open("rb") as file:
        shipped = tomllib.load(file)
    assert solution.chi_square == pytest.approx(shipped["chi_square"], abs=0.05)
    epochs = np.linspace(*mission.trajectory.span_tdb_s, 400)[1:-1]
    apart = solution.trajectory.state_km(epochs, 399)[0] - mission.trajectory.state_km(epochs, 399)[0]
    limit = np.max(mission.trajectory.sigma_km(epochs), axis=1)
    assert np.all(np.linalg.norm(apart, axis=1) < 0.2 * limit + 1.0)
