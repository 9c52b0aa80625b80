"""Missions of different times in one scene: where they are put, against direct computation in each one's own axes."""

from __future__ import annotations

import numpy as np
import pytest
from aligned_sessions import DAY_S, HOUR_S, craft_of, session_of

from visualizer.core.arrays import norm, rotate, rotate_back
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.sky import sky_at
from visualizer.errors import CommandError
from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.flight_state import flight_state
from visualizer.model.aligned import (
    BY_CALENDAR,
    EARTH_FIXED,
    MOON_FIXED,
    TURNING,
    Mapping,
    alignment_of,
)
from visualizer.model.session import Session


def mapping_of(scene_tdb_s, own_tdb_s, frame):
    return Mapping(sky_at(scene_tdb_s), sky_at(own_tdb_s), frame)


# ---------------------------------------------------------------- where a craft is put


def test_by_the_calendar_nothing_moves(flights):
    session = Session([flights["luna-25"], flights["chandrayaan-3"]])
    assert session.request().alignment == BY_CALENDAR
    state = session.frame_state()
    assert state.alignment is None
    for craft in state.crafts:
        position, _ = flights[craft.mission_id].trajectory.state_km(state.tdb_s, 399)
        assert np.array_equal(craft.pos_km, position)


@pytest.mark.parametrize("frame", [EARTH_FIXED, MOON_FIXED, TURNING])
def test_no_offset_in_time_is_no_change_of_place(flights, frame):
    now = anchor_tdb_s(flights["luna-25"], "loi") - DAY_S
    position, _ = flights["luna-25"].trajectory.state_km(now, 399)
    moved = mapping_of(now, now, frame).position_km(position, frame)
    assert norm(moved - position) < 1e-6


def test_the_active_mission_stays_exactly_where_it_is(flights):
    session = session_of(flights, ("luna-25", "im-1", "slim"), "landing", since_s=-1800.0)
    craft = craft_of(session.frame_state(), "luna-25")
    assert np.array_equal(craft.pos_km, flights["luna-25"].trajectory.state_km(session.clock.epoch_tdb_s, 399)[0])


@pytest.mark.parametrize("name", ["chandrayaan-3", "im-1", "im-2", "luna-25/planned"])
def test_a_lander_stands_at_its_site_when_it_lands(flights, name):
    active = "chandrayaan-3" if name != "chandrayaan-3" else "im-1"
    session = session_of(flights, (active, name), "landing", since_s=1.0)
    state = session.frame_state()
    mission = flights[name]
    own = session.lineup.own_tdb_s(name)
    fixed = rotate(rot_moon_me_from_icrf(own), mission.trajectory.state_km(own, 301)[0])
    moon = state.body(301)
    there = moon.pos_km + rotate_back(moon.rot_fixed_from_icrf, fixed)
    craft = craft_of(state, name)
    # Its origin is a few metres above its feet; what is pinned is the place on the ground.
    up = (there - moon.pos_km) / norm(there - moon.pos_km)
    offset = craft.pos_km - there
    assert norm(offset - (offset @ up) * up) < 1e-6
    assert -0.001 < offset @ up < 0.010
    site = next(one for one in mission.sites if one.kind == "landing" and one.id != "target")
    label = next(lab for lab in state.labels if lab.kind == "site" and lab.text == site.title.partition(",")[0])
    across = craft.pos_km - label.pos_km
    assert norm(across - (across @ up) * up) < 0.001


@pytest.mark.parametrize("anchor", ["loi", "descent", "landing"])
def test_over_the_moon_each_craft_is_over_its_own_ground(flights, anchor):
    session = session_of(flights, ("luna-25", "chandrayaan-3", "im-1", "im-2"), anchor, since_s=-600.0)
    state = session.frame_state()
    moon = state.body(301)
    assert state.alignment.frame == MOON_FIXED
    for craft in state.crafts:
        own = session.lineup.own_tdb_s(craft.mission_id)
        true = rotate(rot_moon_me_from_icrf(own), flights[craft.mission_id].trajectory.state_km(own, 301)[0])
        assert norm(rotate(moon.rot_fixed_from_icrf, craft.pos_km - moon.pos_km) - true) < 1e-6


def test_at_launch_each_craft_is_over_its_own_pad(flights):
    session = session_of(flights, ("luna-25", "chandrayaan-3", "im-2"), "launch", view="earth", since_s=60.0)
    state = session.frame_state()
    assert state.alignment.frame == EARTH_FIXED
    for craft in state.crafts:
        mission = flights[craft.mission_id]
        own = session.lineup.own_tdb_s(craft.mission_id)
        true = rotate(rot_itrs_from_icrf(own), mission.trajectory.state_km(own, 399)[0])
        assert norm(rotate(state.body(399).rot_fixed_from_icrf, craft.pos_km) - true) < 1e-6


@pytest.mark.parametrize("zone", [EARTH_FIXED, MOON_FIXED])
def test_a_path_keeps_its_shape_in_body_fixed_axes(flights, zone):
    mission, scene = flights["im-1"], anchor_tdb_s(flights["luna-25"], "landing")
    own = anchor_tdb_s(mission, "landing") - 2.0 * DAY_S
    epochs = own + np.linspace(0.0, 6.0 * HOUR_S, 25)
    position, _ = mission.trajectory.state_km(epochs, 399)
    drawn = mapping_of(scene, own, zone).position_km(position, zone)
    true = norm(position[1:] - position[:-1])
    assert np.abs(norm(drawn[1:] - drawn[:-1]) - true).max() < 1e-6


def test_an_offset_turns_the_axes_of_a_body_hardly_with_time(flights):
    """Paths are turned as a whole by the rotation of now: over hours and days it stays the same one."""
    scene = anchor_tdb_s(flights["luna-25"], "landing")
    offset = anchor_tdb_s(flights["im-2"], "landing") - scene
    for zone, allowed_deg, over_s in ((MOON_FIXED, 0.05, 3.0 * DAY_S), (EARTH_FIXED, 0.001, DAY_S)):
        first = mapping_of(scene, scene + offset, zone).rot_scene_from_own(zone)
        later = mapping_of(scene + over_s, scene + over_s + offset, zone).rot_scene_from_own(zone)
        angle = np.rad2deg(np.arccos(np.clip(0.5 * (np.trace(first.T @ later) - 1.0), -1.0, 1.0)))
        assert angle < allowed_deg


# ---------------------------------------------------------------- the turning axes


def turning_axes(tdb_s):
    position, velocity = bundled_ephemeris().state_km(301, 399, tdb_s)
    x = position / norm(position)
    z = np.cross(position, velocity)
    z /= norm(z)
    return np.stack([x, np.cross(z, x), z]), norm(position)


def test_in_turning_axes_heights_over_both_bodies_are_kept(flights):
    scene = anchor_tdb_s(flights["luna-25"], "tli")
    mission = flights["artemis-2"]
    start = anchor_tdb_s(mission, "tli")
    for own in np.linspace(start + 60.0, anchor_tdb_s(mission, "loi") + DAY_S, 40):
        mapping = mapping_of(scene, own, TURNING)
        position, _ = mission.trajectory.state_km(own, 399)
        drawn = mapping.position_km(position, TURNING)
        from_earth, from_moon = norm(position), norm(position - mapping.own.moon_pos_km)
        if from_moon < 60_000.0:
            assert norm(drawn - mapping.scene.moon_pos_km) == pytest.approx(from_moon, abs=1e-6)
        elif from_earth < 60_000.0:
            assert norm(drawn) == pytest.approx(from_earth, abs=1e-6)
        else:
            stretch = abs(norm(mapping.scene.moon_pos_km) - norm(mapping.own.moon_pos_km))
            assert abs(norm(drawn) - from_earth) < stretch + 1e-6


def test_in_turning_axes_directions_are_those_of_the_own_epoch(flights):
    scene, mission = anchor_tdb_s(flights["luna-25"], "tli"), flights["im-1"]
    own = anchor_tdb_s(mission, "tli") + 1.5 * DAY_S
    position, _ = mission.trajectory.state_km(own, 399)
    drawn = mapping_of(scene, own, TURNING).position_km(position, TURNING)
    then, now = turning_axes(own), turning_axes(scene)
    # Across the line from the Earth to the Moon nothing is stretched.
    assert (now[0] @ drawn)[1:] == pytest.approx((then[0] @ position)[1:], abs=1e-6)


def test_paths_in_turning_axes_go_through_their_craft(flights):
    names = ("luna-25", "chandrayaan-3", "im-1", "im-2")
    session = session_of(flights, names, "tli", view="system", since_s=2.0 * DAY_S)
    state = session.frame_state()
    assert state.alignment.frame == TURNING
    for craft in state.crafts:
        own = session.lineup.own_tdb_s(craft.mission_id)
        trail = next(
            t for t in state.trails
            if t.line.id.startswith(f"{craft.mission_id}/rotating/") and t.start_tdb_s <= own <= t.end_tdb_s
        )  # fmt: skip
        drawn = trail.anchor_pos_km + rotate_back(trail.rot_line_from_icrf, trail.line.position_km)
        after = int(np.searchsorted(trail.line.tdb_s, trail.now_tdb_s))
        first, last = trail.line.tdb_s[after - 1 : after + 1]
        share = (trail.now_tdb_s - first) / (last - first)
        here = drawn[after - 1] * (1.0 - share) + drawn[after] * share
        # A chord of an hour at most strays from the path by some kilometres.
        assert norm(here - craft.pos_km) < 30.0, craft.mission_id


def test_paths_about_the_moon_go_through_their_craft(flights):
    session = session_of(flights, ("luna-25", "chandrayaan-3", "im-1"), "descent", since_s=-3.0 * HOUR_S)
    state = session.frame_state()
    for craft in state.crafts:
        trails = [t for t in state.trails if t.line.id.startswith(f"{craft.mission_id}/moon")]
        gaps = []
        for trail in trails:
            rot = np.eye(3) if trail.rot_line_from_icrf is None else trail.rot_line_from_icrf
            drawn = trail.anchor_pos_km + rotate_back(rot, trail.line.position_km)
            gaps.append(norm(drawn - craft.pos_km).min())
        assert min(gaps) < 40.0, craft.mission_id


# ---------------------------------------------------------------- attitude, light, what is told


def test_a_craft_is_turned_with_its_ground(flights):
    session = session_of(flights, ("im-2", "chandrayaan-3"), "landing", since_s=30.0)
    state = session.frame_state()
    craft, moon = craft_of(state, "chandrayaan-3"), state.body(301)
    up = (craft.pos_km - moon.pos_km) / norm(craft.pos_km - moon.pos_km)
    # The ground at its site slopes by three degrees.
    assert craft.rot_body_from_icrf[2] @ up > 0.998
    assert np.abs(craft.rot_body_from_icrf @ craft.rot_body_from_icrf.T - np.eye(3)).max() < 1e-12


def test_light_is_that_of_the_active_mission(flights):
    session = session_of(flights, ("luna-25", "slim"), "landing", since_s=-1.0)
    state = session.frame_state()
    assert np.array_equal(state.body(10).pos_km, sky_at(state.tdb_s).sun_pos_km)
    craft, moon, sun = craft_of(state, "slim"), state.body(301), state.body(10)
    up = (craft.pos_km - moon.pos_km) / norm(craft.pos_km - moon.pos_km)
    to_sun = (sun.pos_km - craft.pos_km) / norm(sun.pos_km - craft.pos_km)
    assert (craft.sunlit_fraction > 0.5) == (up @ to_sun > 0.0)
    assert any("Luna-25" in line for line in state.alignment.notes())


def test_every_shown_craft_has_its_numbers_at_its_own_epoch(flights):
    names = ("luna-25", "chandrayaan-3", "im-1")
    session = session_of(flights, names, "landing", since_s=-900.0)
    state = session.frame_state()
    assert [t.mission_id for t in state.telemetries] == list(names)
    for telemetry in state.telemetries:
        own = session.lineup.own_tdb_s(telemetry.mission_id)
        true = flight_state(flights[telemetry.mission_id].trajectory, own)
        assert telemetry.altitude_km == pytest.approx(float(true.altitude_km))
        assert telemetry.lat_deg == pytest.approx(float(np.rad2deg(true.lat_rad)))
        assert telemetry.range_earth_km == pytest.approx(float(true.range_earth_km))
    assert state.telemetries[0] == state.telemetry


def test_missions_without_the_moment_are_named_and_not_drawn(flights):
    session = session_of(flights, ("luna-25", "artemis-2", "slim"), "landing", since_s=-60.0)
    state = session.frame_state()
    assert {craft.mission_id for craft in state.crafts} == {"luna-25", "slim"}
    assert not any(trail.line.id.startswith("artemis-2") for trail in state.trails)
    assert state.alignment.absent == ("Artemis II",)
    assert any("Artemis II" in line for line in state.alignment.notes())


def test_an_active_mission_without_the_moment_is_refused(flights):
    with pytest.raises(CommandError, match="Artemis II has no such moment"):
        alignment_of([flights["luna-25"]], flights["artemis-2"], "landing")


def test_a_plan_lies_beside_the_flight(flights):
    session = session_of(flights, ("luna-25", "luna-25/planned"), "landing", since_s=-600.0)
    state = session.frame_state()
    craft, moon = craft_of(state, "luna-25/planned"), state.body(301)
    assert norm(craft.pos_km - moon.pos_km) < 1737.4 + 30.0
    # The plan is drawn once: as a mission, not as a branch of the flight too.
    ids = [trail.line.id for trail in state.trails]
    assert len(set(ids)) == len(ids)
    assert not any(label.text.startswith("planned:") for label in state.labels)


def test_a_plan_at_the_same_time_begins_where_it_leaves_the_flight(flights):
    session = session_of(flights, ("luna-25", "luna-25/planned"), "launch", since_s=5.0 * DAY_S)
    assert [craft.mission_id for craft in session.frame_state().crafts] == ["luna-25"]
    branching = flights["luna-25"].branch("planned").trajectory.span_tdb_s[0]
    for trail in session.frame_state().trails:
        if trail.line.id.startswith("luna-25/planned"):
            assert trail.start_tdb_s >= branching
    session.clock.seek(branching + 300.0)
    assert [craft.mission_id for craft in session.frame_state().crafts] == ["luna-25", "luna-25/planned"]
