"""Paths to the Moon's ground end where the craft comes down, whenever they are looked at."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.arrays import norm
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.sky import sky_at
from visualizer.missions.catalogue import load_mission
from visualizer.model.ground_paths import GROUND_S, contacts_tdb_s, sections_of
from visualizer.model.near_path import near_trail
from visualizer.model.trails import mission_trails, trail_states

DAY_S = 86_400.0


def drawn_km(state, tdb_s):
    """Return where a path is drawn at an epoch of it, relative to the Earth, ICRF axes."""
    line = state.line
    place = np.array([np.interp(tdb_s, line.tdb_s, column) for column in line.position_km.T])
    rot = np.eye(3) if state.rot_line_from_icrf is None else state.rot_line_from_icrf
    return state.anchor_pos_km + rot.T @ place


def near_states(mission, tdb_s):
    moon = sky_at(tdb_s).moon_pos_km
    return moon, trail_states(mission, 0, tdb_s, moon, moon + np.array([0.0, 0.0, -1745.0]))


def shown_at(states, tdb_s):
    return [state for state in states if state.start_tdb_s - 0.01 <= tdb_s <= state.end_tdb_s + 0.01]


@pytest.mark.parametrize("mission_id", ["chandrayaan-3", "slim", "im-1", "luna-25"])
@pytest.mark.parametrize("after_s", [-1_200.0, -40.0, 0.0, 60.0, 600.0, 9 * DAY_S])
def test_a_way_down_ends_at_its_site(mission_id, after_s):
    mission = load_mission(mission_id)
    contact = next(t for t, is_down in contacts_tdb_s(mission.trajectory) if is_down)
    now = contact + after_s
    moon, states = near_states(mission, now)
    site = rot_moon_me_from_icrf(contact) @ mission.trajectory.state_km(contact, 301)[0]
    wanted = moon + rot_moon_me_from_icrf(now).T @ site
    (down,) = [state for state in shown_at(states, contact) if state.line.id.endswith("/ground/0")]
    assert norm(drawn_km(down, contact) - wanted) < 1e-3
    if after_s <= 0.0:
        # And the craft is on it now.
        here = moon + mission.trajectory.state_km(now, 301)[0]
        assert min(norm(drawn_km(state, now) - here) for state in shown_at(states, now)) < 6e-3


def test_a_straight_way_down_is_drawn_straight():
    mission = load_mission("chandrayaan-3")
    contact = contacts_tdb_s(mission.trajectory)[0][0]
    moon, states = near_states(mission, contact + 600.0)
    down = next(state for state in states if state.line.id.endswith("/ground/0"))
    top, middle, foot = (drawn_km(down, contact - t) - moon for t in (20.0, 10.0, 0.0))
    up = foot / norm(foot)
    assert norm((top - foot) - up * (up @ (top - foot))) < 2e-3
    assert norm((middle - foot) - up * (up @ (middle - foot))) < 2e-3


def test_the_minute_beside_a_landing_craft_is_as_the_ground_sees_it():
    mission = load_mission("chandrayaan-3")
    contact = contacts_tdb_s(mission.trajectory)[0][0]
    now = contact - 15.0
    moon = sky_at(now).moon_pos_km
    craft = moon + mission.trajectory.state_km(now, 301)[0]
    near = near_trail(mission, 0, now, craft, craft)
    foot = drawn_km(near, contact) - moon
    site = rot_moon_me_from_icrf(now).T @ rot_moon_me_from_icrf(contact) @ mission.trajectory.state_km(contact, 301)[0]
    assert norm(foot - site) < 2e-3


def test_luna_24_comes_down_and_goes_up_again():
    mission = load_mission("luna-24")
    (down, is_down), (up, is_up_down) = contacts_tdb_s(mission.trajectory)
    assert is_down
    assert not is_up_down
    assert up - down == pytest.approx(22.8 * 3600.0, abs=3600.0)
    trails = mission_trails(mission)
    stay = next(s for s in trails.stays if s.enters_tdb_s < down < s.leaves_tdb_s)
    sections = sections_of(stay.enters_tdb_s, stay.leaves_tdb_s, trails.grounds)
    assert [(s.ground is not None, s.held_tdb_s is not None) for s in sections] == [
        (False, True), (True, False), (True, False), (False, False),
    ]  # fmt: skip
    assert sections[1].end_tdb_s - sections[1].start_tdb_s == pytest.approx(GROUND_S, abs=1.0)


def test_an_orbiter_has_no_way_to_the_ground():
    assert mission_trails(load_mission("kplo")).grounds == ()


def test_from_afar_a_way_down_turns_with_the_ground_once_it_is_past():
    mission = load_mission("chandrayaan-3")
    contact = contacts_tdb_s(mission.trajectory)[0][0]
    for since_s, is_cut in ((-600.0, False), (600.0, True)):
        moon = sky_at(contact + since_s).moon_pos_km
        states = trail_states(mission, 0, contact + since_s, moon, moon + np.array([8_300.0, 0.0, 0.0]))
        assert any(state.line.id.endswith("/ground/0") for state in states) == is_cut
