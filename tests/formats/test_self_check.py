"""After an import the usual mistakes are named: each is made here on a flight that moves as gravity says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from formats.samples import orbit_arc, transfer_flight
from visualizer.core.arrays import rotate
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.moon_axes import rotation_x
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.formats.conversion import OBLIQUITY_RAD
from visualizer.missions.catalogue import load_mission
from visualizer.missions.self_check import self_check


@cache
def good():
    return transfer_flight(hours=30.0).trajectory.arcs[0]


def changed(tdb_s=None, position=None, velocity=None, centre=399):
    arc = good()
    parts = [own.copy() if new is None else new for own, new in
             ((arc.tdb_s, tdb_s), (arc.position_km, position), (arc.velocity_km_s, velocity))]  # fmt: skip
    return Trajectory("changed", (Arc("changed", centre, *parts, Provenance.PLANNED),))


def ids(trajectory, known=()):
    return {finding.id for finding in self_check(trajectory, known)}


def test_a_good_flight_has_no_findings():
    assert self_check(changed()) == []


def test_luna_25_has_no_findings():
    assert self_check(load_mission("luna-25").trajectory) == []


@pytest.mark.parametrize("lag_s", [69.184, -69.184])
def test_a_wrong_time_scale(lag_s):
    (finding,) = [f for f in self_check(changed(tdb_s=good().tdb_s + lag_s)) if f.id == "scale"]
    assert "UTC" in finding.sentence
    assert "--scale" in finding.sentence


@pytest.mark.parametrize("sign, option", [(1.0, "--axes ecliptic"), (-1.0, "--axes icrf")])
def test_ecliptic_and_equatorial_axes_confused(sign, option):
    rot = rotation_x(sign * OBLIQUITY_RAD)
    arc = good()
    findings = self_check(changed(position=arc.position_km @ rot.T, velocity=arc.velocity_km_s @ rot.T))
    assert any(f.id == "axes" and option in f.sentence for f in findings)


def test_a_wrong_centre():
    findings = self_check(changed(centre=301))
    assert any(f.id == "centre" and "--center earth" in f.sentence for f in findings)


@pytest.mark.parametrize("factor", [1e3, 1e-3])
def test_metres_and_kilometres_confused(factor):
    arc = good()
    findings = self_check(changed(position=factor * arc.position_km, velocity=factor * arc.velocity_km_s))
    assert any(f.id == "unit" for f in findings)


def test_axes_that_turn_with_the_earth_taken_for_icrf():
    arc = good()
    keep = np.linalg.norm(arc.position_km, axis=1) > 0
    rot = rot_itrs_from_icrf(arc.tdb_s[keep])
    later, sooner = (
        rotate(rot_itrs_from_icrf(arc.tdb_s + h), arc.position_km + h * arc.velocity_km_s) for h in (0.5, -0.5)
    )
    findings = self_check(changed(position=rotate(rot, arc.position_km), velocity=later - sooner))
    assert any(f.id == "axes" and "earth-fixed" in f.sentence for f in findings)


def test_a_damaged_state_is_told_from_a_burn_between_two_states():
    position = good().position_km.copy()
    position[100, 1] += 5.0
    (finding,) = [f for f in self_check(changed(position=position)) if f.id in ("jump", "damaged")]
    assert finding.id == "damaged"
    assert "km other than its velocity explains, and back in the next step" in finding.sentence
    position = good().position_km.copy()
    position[101:, 1] += 5.0
    (finding,) = [f for f in self_check(changed(position=position)) if f.id in ("jump", "damaged")]
    assert finding.id == "jump"


@pytest.mark.parametrize("phase", [0.0, 0.1, 0.35, 0.5, 0.65, 0.9, 1.0])
@pytest.mark.parametrize("seconds", [10.0, 45.0, 100.0])
def test_a_burn_is_no_damage_wherever_it_lies_among_the_states(phase, seconds):
    """A push of 50 m/s that is spread over a time, begun at any part of a step."""
    flight = good()
    begin = flight.tdb_s[100] + phase * (flight.tdb_s[101] - flight.tdb_s[100])
    since = np.clip(flight.tdb_s - begin, 0.0, None)
    push = np.where(since < seconds, 0.5 * since**2 / seconds, since - 0.5 * seconds)
    gained = np.clip(since / seconds, 0.0, 1.0)
    # Shortly after it gravity has not yet turned the added way; the states past that are left out.
    along = np.array([0.0, 0.05, 0.0])
    part = slice(60, 108)
    arc = changed(
        tdb_s=flight.tdb_s[part],
        position=(flight.position_km + push[:, None] * along)[part],
        velocity=(flight.velocity_km_s + gained[:, None] * along)[part],
    )
    assert not [finding.sentence for finding in self_check(arc) if finding.id == "damaged"]


def test_a_flight_sampled_through_its_burns_is_not_refused():
    mission = load_mission("luna-25")
    for step in (60.0, 300.0):
        whole = mission.trajectory
        epochs = np.arange(whole.span_tdb_s[0] + 1.0, whole.span_tdb_s[1] - 1.0, step)
        for centre in (301, 399):
            place, speed = whole.state_km(epochs, centre)
            near = np.linalg.norm(whole.state_km(epochs, 301)[0], axis=1) < 66_000.0
            chosen = near if centre == 301 else ~near
            arc = Arc("x", centre, epochs[chosen], place[chosen], speed[chosen], Provenance.SYNTHETIC)
            assert not [f.sentence for f in self_check(Trajectory("x", (arc,))) if f.id == "damaged"]


def test_two_segments_that_do_not_meet():
    first, second = orbit_arc(count=30), orbit_arc(first_s=60.0 * 29, count=30, semi_major_km=1960.0)
    assert "jump" in ids(Trajectory("two", (first, second)))


def test_inside_the_moon():
    assert "inside" in ids(Trajectory("deep", (orbit_arc(count=120, semi_major_km=1760.0, eccentricity=0.05),)))


def test_a_lag_beside_a_flight_that_is_known():
    mission = load_mission("luna-25")
    arc = next(a for a in mission.trajectory.arcs if a.name == "lunar orbit")
    late = Arc("late", 301, arc.tdb_s - 69.184, arc.position_km.copy(), arc.velocity_km_s.copy(), arc.provenance)
    findings = self_check(Trajectory("late", (late,)), [mission.trajectory])
    assert any(f.id == "scale" and "Luna-25" in f.sentence and "69.1 s ahead" in f.sentence for f in findings)
    assert "scale" not in ids(Trajectory("same", (arc,)), [mission.trajectory])
