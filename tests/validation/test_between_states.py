"""Between the states that are shipped every flight is as smooth as the states themselves say."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.arrays import norm
from visualizer.missions.catalogue import bundled_mission_ids, load_mission
from visualizer.missions.tracking.shipping import is_apart


def cubic_km(arc, share):
    """Return what position and velocity at both ends of each step say of the place between them, (n, 3) km."""
    step = np.diff(arc.tdb_s)[:, np.newaxis]
    here, there = arc.position_km[:-1], arc.position_km[1:]
    v_here, v_there = arc.velocity_km_s[:-1] * step, arc.velocity_km_s[1:] * step
    t, u = share, 1.0 - share
    return here * u * u * (1 + 2 * t) + there * t * t * (3 - 2 * t) + v_here * t * u * u - v_there * t * t * u


@pytest.mark.parametrize("mission_id", bundled_mission_ids())
def test_a_flight_does_not_swing_between_its_states(mission_id):
    mission = load_mission(mission_id)
    for trajectory in (mission.trajectory, *(branch.trajectory for branch in mission.branches)):
        for arc in trajectory.arcs:
            step = np.diff(arc.tdb_s)
            chord = norm(np.diff(arc.position_km, axis=0))
            for share in (0.25, 0.5, 0.75):
                place, _ = trajectory.state_km(arc.tdb_s[:-1] + share * step, arc.centre_id)
                assert np.all(norm(place - cubic_km(arc, share)) < 0.05 * chord + 0.05), (arc.name, share)


def test_of_two_states_where_legs_meet_one_is_left():
    assert is_apart(np.array([0.0, 60.0, 120.0, 120.01, 180.0])).tolist() == [True, True, True, False, True]
    assert is_apart(np.array([0.0, 0.01, 60.0, 120.0])).tolist() == [True, False, True, True]
    assert is_apart(np.array([0.0, 60.0, 119.99, 120.0])).tolist() == [True, True, False, True]
    assert is_apart(np.array([0.0, 0.4, 0.8, 1.2])).all()
