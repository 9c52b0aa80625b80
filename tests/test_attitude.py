"""Attitude by rule: along the solved thrust, panels to the Sun, upright on the ground, never a jump."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from visualizer.core.arrays import norm
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.relief import bundled_relief
from visualizer.core.sky import sky_at
from visualizer.errors import FileFormatError
from visualizer.formats.glb import read_glb
from visualizer.missions.catalogue import Mission, load_mission
from visualizer.missions.flight_state import FlightState, flight_state
from visualizer.missions.user_catalogue import bundled_mission_ids
from visualizer.model import craft_models
from visualizer.model.attitude import Attitude, attitude_at, height_of_origin_m, strict_stretches
from visualizer.model.attitude_rules import facing, hinged
from visualizer.model.craft_models import Holding, craft_table
from visualizer.model.craft_state import craft_state
from visualizer.resources import asset_path

MISSIONS = bundled_mission_ids()
FASTEST_DEG_S = 9.0


@cache
def mission_of(mission_id: str) -> Mission:
    return load_mission(mission_id)


def held(mission: Mission, tdb_s: float) -> tuple[Attitude, FlightState, Holding]:
    sky = sky_at(tdb_s)
    flight = flight_state(mission.trajectory, tdb_s, sky=sky)
    holding = craft_table(mission.id).stage_at(mission, tdb_s).holding
    return attitude_at(mission, flight, sky, holding), flight, holding


def thrust_direction(burn, flight: FlightState) -> np.ndarray:
    """Return the solved thrust's direction, worked out here anew from pitch and yaw."""
    about_moon = bool(flight.is_about_moon)
    pos = flight.pos_moon_km if about_moon else flight.pos_earth_km
    vel = flight.vel_moon_km_s if about_moon else flight.vel_earth_km_s
    along, normal = vel / norm(vel), np.cross(pos, vel)
    normal /= norm(normal)
    outward = np.cross(along, normal)
    pitch, yaw = np.radians(burn.pitch_deg), np.radians(burn.yaw_deg)
    return np.cos(yaw) * (np.cos(pitch) * along + np.sin(pitch) * outward) + np.sin(yaw) * normal


def angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


@pytest.mark.parametrize("mission_id", MISSIONS)
def test_the_nozzle_points_against_the_solved_thrust_all_through_a_burn(mission_id):
    mission = mission_of(mission_id)
    descents = [s for s in strict_stretches(mission) if s.kind == "descent"]
    for burn in mission.burns:
        # A powered descent that stands as one burn has only a mean direction: there the path is followed.
        if any(s.start_tdb_s < burn.end_tdb_s - 1.0 and burn.start_tdb_s < s.end_tdb_s for s in descents):
            continue
        # A craft that lifts off stands upright at ignition, with no way of its own to count angles from.
        lifts_off = any(a.kind == "surface" and a.end_tdb_s > burn.start_tdb_s - 1.0 > a.start_tdb_s
                        for a in mission.trajectory.arcs)  # fmt: skip
        for share in (0.3, 1.0) if lifts_off else (0.0, 0.3, 1.0):
            now = burn.start_tdb_s + share * burn.duration_s
            attitude, flight, _ = held(mission, now)
            nozzle = -attitude.rot_body_from_icrf[2]
            assert angle_deg(nozzle, -thrust_direction(burn, flight)) < 0.05, burn.id


@pytest.mark.parametrize("mission_id", MISSIONS)
def test_panels_face_the_sun_in_cruise_within_a_degree(mission_id):
    mission = mission_of(mission_id)
    cruises = [p for p in mission.phases if p.kind == "transfer"]
    seen = 0
    for phase in cruises:
        for share in np.linspace(0.05, 0.95, 7):
            now = phase.start_tdb_s + share * (phase.end_tdb_s - phase.start_tdb_s)
            if any(a < now < b for a, b in mission.trajectory.gaps_tdb_s):
                continue
            attitude, flight, holding = held(mission, now)
            if attitude.kind == "sun":
                seen += 1
                to_sun = sky_at(now).sun_pos_km - flight.pos_earth_km
                assert angle_deg(attitude.rot_body_from_icrf.T @ holding.sun_axis, to_sun) < 1.0
    assert seen > 0 or not cruises


@pytest.mark.parametrize("mission_id", MISSIONS)
def test_no_attitude_jumps(mission_id):
    mission = mission_of(mission_id)
    first, last = mission.trajectory.span_tdb_s
    edges = {e for s in strict_stretches(mission) for e in (s.start_tdb_s, s.end_tdb_s)}
    edges |= {p.start_tdb_s for p in mission.phases}
    gaps = mission.trajectory.gaps_tdb_s
    for edge in sorted(edges):
        for now in edge + np.array([-95.0, -60.0, -15.0, -1e-3, 0.5, 6.0, 19.9, 60.0, 89.9]):
            step_s = 0.02
            if not first < now < now + step_s < last or any(a - step_s <= now <= b for a, b in gaps):
                continue
            before, after = held(mission, now)[0], held(mission, now + step_s)[0]
            turn = before.rot_body_from_icrf @ after.rot_body_from_icrf.T
            # The angle from the sine's side: the cosine is blind to small turns.
            skew = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
            angle = np.degrees(np.arctan2(np.linalg.norm(skew) / 2.0, (np.trace(turn) - 1.0) / 2.0))
            is_tipping = after.kind == "tilted"
            assert angle < (50.0 if is_tipping else FASTEST_DEG_S) * step_s + 1e-5, (edge - first, now - edge)


def feet_over_ground_m(rot_body_from_icrf, place_km, rot_me_from_icrf):
    """Return how far eight feet, 2 m from the middle, are above the drawn ground, (8,)."""
    angle = np.linspace(0.0, 2.0 * np.pi, 9)[:-1]
    feet = 0.002 * np.stack([np.cos(angle), np.sin(angle), np.zeros(8)], axis=-1)
    me = (place_km + feet @ rot_body_from_icrf) @ rot_me_from_icrf.T
    radius = np.linalg.norm(me, axis=1)
    ground = bundled_relief().height_of_directions_km(me / radius[:, np.newaxis])
    above = radius - RADIUS_MOON_KM - ground
    return 1e3 * (above - above.mean())


@pytest.mark.parametrize("mission_id", MISSIONS)
def test_a_lander_touches_down_upright(mission_id):
    """As the ground stands there, which is not steep."""
    mission = mission_of(mission_id)
    for stretch in strict_stretches(mission):
        if stretch.kind != "surface":
            continue
        for now in (stretch.start_tdb_s - 0.05, stretch.start_tdb_s + 0.05):
            attitude, flight, _ = held(mission, now)
            assert angle_deg(attitude.rot_body_from_icrf[2], flight.pos_moon_km) < 8.0
            feet_m = feet_over_ground_m(attitude.rot_body_from_icrf, flight.pos_moon_km, sky_at(now).rot_me_from_icrf)
            assert np.abs(feet_m).max() < 0.03


def test_a_braking_lander_pushes_against_its_way():
    mission = mission_of("chandrayaan-3")
    attitude, flight, _ = held(mission, tdb_s_from_utc_text("2023-08-23T12:16:00"))
    assert attitude.kind == "descent"
    # Gravity is held as well: the push leans upward from straight back, but by less than thirty degrees.
    assert angle_deg(attitude.rot_body_from_icrf[2], -flight.vel_moon_km_s) < 30.0
    assert attitude.rot_body_from_icrf[2] @ flight.pos_moon_km > 0.0


def test_a_standing_craft_turns_with_the_moon_not_with_the_sun():
    mission = mission_of("chandrayaan-3")
    landed = next(s for s in strict_stretches(mission) if s.kind == "surface").start_tdb_s
    fixed = []
    for days in (0.1, 6.0):
        now = landed + 86400.0 * days
        fixed.append(held(mission, now)[0].rot_body_from_icrf @ sky_at(now).rot_me_from_icrf.T)
    assert fixed[0] == pytest.approx(fixed[1], abs=1e-4)


def test_feet_stand_on_the_ground_and_the_lift_comes_gently():
    mission = mission_of("chandrayaan-3")
    landed = next(s for s in strict_stretches(mission) if s.kind == "surface").start_tdb_s
    assert height_of_origin_m(mission, landed + 100.0, 1.16, 1.16) == 1.16
    assert height_of_origin_m(mission, landed - 60.0, 1.16, 1.16) == 0.0
    heights = [height_of_origin_m(mission, t, 1.16, 1.16) for t in landed + np.arange(-21.0, 6.0, 0.25)]
    assert np.abs(np.diff(heights)).max() < 0.05


def test_axes_are_laid_exactly_and_nearly():
    rot = facing(np.array([1.0, 0, 0]), np.array([0, 2.0, 0]), np.array([0, 0, 1.0]), np.array([1.0, 1.0, 0]))
    assert rot @ rot.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(rot) == pytest.approx(1.0)
    assert rot @ [0, 1, 0] == pytest.approx([1, 0, 0])
    assert rot @ [1, 0, 0] == pytest.approx([0, 0, 1])
    parallel = facing(np.array([0, 0, 1.0]), np.array([0, 0, 1.0]), np.array([1.0, 0, 0]), np.array([0, 0, 1.0]))
    assert np.linalg.det(parallel) == pytest.approx(1.0)


def test_a_wing_turns_about_its_hinge_to_the_sun():
    axis, cells, sun = np.array([0, 1.0, 0]), np.array([-1.0, 0, 0]), np.array([0.6, 0.5, 0.3])
    turned = hinged(axis, cells, sun) @ cells
    flat = sun * [1, 0, 1]
    assert turned == pytest.approx(flat / np.linalg.norm(flat))


def test_every_named_model_is_there_and_every_stage_ends_at_an_event():
    for mission_id, table in craft_models._tables().items():
        for stage in table.stages:
            for part in stage.parts:
                model = read_glb(asset_path(f"models/{part.model}.glb"))
                assert len(model.index) > 100
        assert table.stages[-1].until == ""
        if mission_id in MISSIONS:
            events = {event.id for event in mission_of(mission_id).events}
            assert {stage.until for stage in table.stages[:-1]} <= events, mission_id
    assert set(MISSIONS) <= set(craft_models._tables())


def test_every_burn_has_nozzles_that_are_on_the_craft():
    for mission_id in MISSIONS:
        mission = mission_of(mission_id)
        for burn in mission.burns:
            now = 0.5 * (burn.start_tdb_s + burn.end_tdb_s)
            sky = sky_at(now)
            craft = craft_state(mission, flight_state(mission.trajectory, now, sky=sky), sky)
            assert craft.thrust_n == burn.thrust_n
            names = {n.name for p in craft.parts for n in read_glb(asset_path(f"models/{p.model}.glb")).nozzles}
            is_launcher = craft.nozzles == "none"
            assert is_launcher or any(name.startswith(craft.nozzles) for name in names), (mission_id, burn.id)


def test_a_flight_without_a_model_is_drawn_plain_and_says_so():
    table = craft_table("a-flight-of-my-own")
    assert table.stages[0].is_schematic
    assert table.stages[0].parts[0].model == "plain"


def test_luna_25_leaves_its_upper_stage_at_separation():
    mission = mission_of("luna-25")
    table, separation = craft_table("luna-25"), mission.event("separation").tdb_s
    assert [p.model for p in table.stage_at(mission, separation - 1.0).parts] == ["luna-25", "fregat"]
    assert [p.model for p in table.stage_at(mission, separation + 1.0).parts] == ["luna-25"]


def test_a_damaged_model_is_told(tmp_path):
    path = tmp_path / "plain.glb"
    path.write_bytes(asset_path("models/plain.glb").read_bytes()[:5000])
    with pytest.raises(FileFormatError, match="cut short"):
        read_glb(path)
