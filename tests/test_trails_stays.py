"""Paths that come to the Moon, stay, pass and leave again."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.missions.catalogue import load_mission
from visualizer.model.trail_line import PLANNED, TrailLine, kind_code
from visualizer.model.trails import MissionTrails, mission_trails, moon_stay, sample_trails, states_of_trails
from visualizer.scene.visuals.trail_levels import STRAY_PX, STRAYS_KM, ChunkedLine

DAY_S = 86_400.0


def visit(turns: float, speed_km_s: float = 1.0) -> Trajectory:
    """Return a flight that comes from 90,000 km, goes round the Moon, and leaves as far."""
    times, places, at = [], [], 0.0
    reach = np.linspace(90_000.0, 2_000.0, 200)
    for radius in reach:
        times.append(at)
        places.append([radius, 0.0, 0.0])
        at += (reach[0] - reach[1]) / speed_km_s
    for angle in np.linspace(0.0, 2.0 * np.pi * turns, max(int(120 * turns), 8))[1:]:
        times.append(at)
        places.append([2_000.0 * np.cos(angle), 2_000.0 * np.sin(angle), 0.0])
        at += 60.0
    out = np.array(places[-1]) / 2_000.0
    for radius in reach[::-1][1:]:
        times.append(at)
        places.append((out * radius).tolist())
        at += (reach[0] - reach[1]) / speed_km_s
    tdb_s, position = np.array(times) + 7.45e8, np.array(places)
    velocity = np.gradient(position, tdb_s, axis=0)
    return Trajectory("visit", (Arc("all", 301, tdb_s, position, velocity, Provenance.RECONSTRUCTED),))


def test_a_flyby_is_one_curve_about_the_earth_from_afar():
    flight = visit(0.5)
    trails = sample_trails("x", flight)
    assert [stay.is_flyby for stay in trails.stays] == [True]
    assert len(trails.earth_pieces) == 1
    assert trails.meetings()[0][0] == "Moon at fly-by"
    moon, far = np.array([380_000.0, 0.0, 0.0]), np.array([0.0, 0.0, 900_000.0])
    states = states_of_trails(trails, flight.span_tdb_s, 0, flight.span_tdb_s[0], moon, far)
    assert [(s.line.anchor_id, s.start_tdb_s, s.end_tdb_s) for s in states] == [(399, *flight.span_tdb_s)]


def test_a_flight_that_orbits_and_returns_shows_its_way_back():
    flight = visit(6.0)
    trails = sample_trails("x", flight)
    (stay,) = trails.stays
    assert not stay.is_flyby
    assert float(stay.turns[-1]) == pytest.approx(6.0, abs=0.1)
    moon, far = np.array([380_000.0, 0.0, 0.0]), np.array([0.0, 0.0, 900_000.0])
    states = states_of_trails(trails, flight.span_tdb_s, 0, flight.span_tdb_s[0], moon, far)
    assert [s.line.anchor_id for s in states] == [399, 399, 301]
    covered = sorted((s.start_tdb_s, s.end_tdb_s) for s in states)
    assert covered[0][0] == flight.span_tdb_s[0]
    assert covered[-1][1] == flight.span_tdb_s[1]
    assert all(a[1] == pytest.approx(b[0]) for a, b in pairwise(covered))


def test_near_the_moon_a_stay_comes_up_and_goes_down():
    flight = visit(6.0)
    trails = sample_trails("x", flight)
    moon = np.array([380_000.0, 0.0, 0.0])
    middle = 0.5 * sum(flight.span_tdb_s)
    (state,) = states_of_trails(trails, flight.span_tdb_s, 0, middle, moon, moon + 5_000.0)
    assert state.line.anchor_id == 301
    assert state.dawn_s > 0.0
    assert state.dusk_s > 0.0
    assert np.linalg.norm(state.line.position_km, axis=1).max() < 66_000.0


def test_many_revolutions_are_drawn_around_now_only():
    angle = np.linspace(0.0, 2.0 * np.pi * 100.0, 12_001)
    times = np.linspace(0.0, 100.0 * 7_000.0, len(angle))
    places = 1838.0 * np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=-1)
    stay = moon_stay(TrailLine("x/moon/0", 301, times, places, np.zeros(len(times))), times[0], times[-1])
    trails = MissionTrails((), (stay,))
    (state,) = states_of_trails(trails, (0.0, times[-1]), 0, times[6_000], np.zeros(3), np.array([9e3, 0.0, 0.0]))
    assert state.start_tdb_s == pytest.approx(20.0 * 7_000.0, rel=1e-3)
    assert state.end_tdb_s == pytest.approx(62.0 * 7_000.0, rel=1e-3)


def test_artemis_comes_back_to_the_earth():
    mission = load_mission("artemis-2")
    trails = mission_trails(mission)
    assert [stay.is_flyby for stay in trails.stays] == [True]
    assert trails.earth_pieces[-1].end_tdb_s == pytest.approx(mission.trajectory.span_tdb_s[1], abs=1.0)
    assert np.linalg.norm(trails.about_earth.position_km[-1]) < 7_000.0


def test_planned_and_synthetic_are_told_apart():
    times = np.array([0.0, 1.0, 2.0])
    codes = {
        provenance: kind_code(Arc("a", 301, times, np.eye(3), np.eye(3), provenance, "burn"))
        for provenance in Provenance
    }
    assert codes[Provenance.MEASURED] == codes[Provenance.FITTED] == codes[Provenance.RECONSTRUCTED] == 1.0
    assert len({codes[Provenance.PLANNED], codes[Provenance.SYNTHETIC], 1.0}) == 3


def test_chunks_choose_fineness_by_distance_and_leave_out_what_cannot_be_seen():
    line = mission_trails(load_mission("luna-25")).about_moon
    chunks = ChunkedLine.of(line)
    span = (float(line.tdb_s[0]), float(line.tdb_s[-1]))
    camera, pixel_rad = np.array([0.0, 0.0, 8_000.0]), 1e-3
    levels = chunks.levels(camera, np.array([0.0, 0.0, -1.0]), 0.6, pixel_rad, span[0], span)
    for i in np.flatnonzero(levels >= 0):
        points = line.position_km[chunks.edges[i] : chunks.edges[i + 1] + 1]
        nearest = np.linalg.norm(points - camera, axis=1).min()
        assert STRAYS_KM[levels[i]] <= STRAY_PX * pixel_rad * nearest
    assert np.all(chunks.levels(camera, np.array([0.0, 0.0, 1.0]), 0.1, pixel_rad, span[0], span)[-5:] == -1)
    late = chunks.levels(camera, np.array([0.0, 0.0, -1.0]), 0.6, pixel_rad, span[0], (span[1] - 60.0, span[1]))
    assert np.count_nonzero(late >= 0) <= 2
    far = np.array([0.0, 0.0, 9e5])
    assert (
        np.count_nonzero(chunks.levels(far * 20, np.array([0.0, 0.0, -1.0]), 0.6, pixel_rad, span[1], span) >= 0) == 1
    )
    assert np.all(
        chunks.levels(far * 20, np.array([0.0, 0.0, -1.0]), 0.6, pixel_rad, span[1], span, is_extra=True) == -1
    )


def test_a_planned_orbit_is_drawn_for_a_revolution_so_that_dashes_do_not_fill_each_other():
    angle = np.linspace(0.0, 2.0 * np.pi * 20.0, 2_401)
    times = np.linspace(0.0, 20.0 * 7_000.0, len(angle))
    places = 1838.0 * np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=-1)
    stay = moon_stay(TrailLine("x/moon/0", 301, times, places, np.full(len(times), PLANNED)), times[0], times[-1])
    trails = MissionTrails((), (stay,))
    (state,) = states_of_trails(trails, (0.0, times[-1]), 0, times[1_200], np.zeros(3), np.array([9e3, 0.0, 0.0]))
    assert state.end_tdb_s - state.start_tdb_s == pytest.approx(1.5 * 7_000.0, rel=1e-3)


def test_a_pass_far_off_is_no_flyby_and_is_drawn_about_the_moon_only_while_it_lasts():
    trails = mission_trails(load_mission("kplo"))
    far, held = trails.stays
    assert (far.is_flyby, far.is_far, held.is_far) == (True, True, False)
    assert [words for words, _ in trails.meetings()] == ["Moon at arrival"]
    span, moon = (trails.about_earth.tdb_s[0], held.leaves_tdb_s), np.array([380_000.0, 0.0, 0.0])
    for now, shown in ((far.nearest_tdb_s, {far.line.id, held.line.id}), (held.leaves_tdb_s, {held.line.id})):
        assert {state.line.id for state in states_of_trails(trails, span, 0, now, moon, moon)} == shown


def test_who_falls_onto_the_moon_arrives_when_it_hits_the_ground():
    mission = load_mission("lcross")
    trails = mission_trails(mission)
    assert [words for words, _ in trails.meetings()] == ["Moon at fly-by", "Moon at arrival"]
    assert trails.meetings()[1][1] == pytest.approx(mission.event("impact").tdb_s, abs=1.0)
    assert trails.earth_pieces[-1].end_tdb_s == pytest.approx(mission.trajectory.span_tdb_s[1], abs=1.0)


@pytest.mark.parametrize("away_km", [1_900.0, 8_300.0, 60_000.0])
def test_what_is_left_out_behind_a_globe_is_hidden_by_it(away_km):
    angle = np.linspace(0.0, 2.0 * np.pi * 3.0, 900)
    place = 1_838.0 * np.stack([np.cos(angle), np.sin(angle) * 0.6, np.sin(angle) * 0.8], axis=-1)
    line = TrailLine("x/moon/0", 301, 7.0e8 + 20.0 * np.arange(900.0), place, np.zeros(900))
    chunks, solid_km = ChunkedLine.of(line), 1_727.4
    rng, hidden_share = np.random.default_rng(11), []
    for _ in range(60):
        camera = rng.normal(size=3)
        camera *= away_km / np.linalg.norm(camera)
        hidden = np.flatnonzero(chunks.is_hidden(camera, solid_km))
        hidden_share.append(len(hidden) / len(chunks.radius_km))
        # The choice stays while the camera moves by a hundredth of its distance.
        moved = camera + 0.01 * (away_km - 1_838.0) * rng.normal(size=3) / 3.0
        for chunk in hidden:
            for point in place[chunks.edges[chunk] : chunks.edges[chunk + 1] + 1]:
                sight = moved + np.linspace(0.0, 1.0, 400)[:, np.newaxis] * (point - moved)
                assert np.linalg.norm(sight, axis=1).min() < solid_km + 5.0
    assert np.mean(hidden_share) > 0.08
    assert not chunks.is_hidden(np.array([0.0, 0.0, 100.0]), solid_km).any()
