"""The drawn ground: heights, fine detail, patches that meet, precision near and far."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import direction_of_lat_lon
from visualizer.core.ground_detail import (
    OCTAVES,
    SITES_DEG,
    TEXEL_KM,
    TILE_PX,
    detail_km,
    detail_tile,
    face_plane_km,
    octaves_for,
    sample_tile,
)
from visualizer.core.relief import bundled_relief, drawn_height_km
from visualizer.model.rotation import look_rotation
from visualizer.scene import terrain
from visualizer.scene.terrain import Eye, Terrain

HALF_RAD = (0.68, 0.42)


def eye_at(lat_deg, lon_deg, height_km, tilt_deg):
    """Return a camera so high above the drawn ground, looking north and `tilt_deg` down."""
    up = direction_of_lat_lon(lat_deg, lon_deg)
    east = np.cross([0.0, 0.0, 1.0], up)
    north = np.cross(up, east / np.linalg.norm(east))
    ground = drawn_height_km(lat_deg, lon_deg)
    tilt = np.deg2rad(tilt_deg)
    rotation = look_rotation(np.cos(tilt) * north - np.sin(tilt) * up, up if tilt_deg < 80 else north)
    return Eye(up * (RADIUS_MOON_KM + ground + height_km), rotation, HALF_RAD)


@pytest.fixture(scope="module")
def ground():
    return Terrain(bundled_relief().height_of_directions_km)


def slid(patch, ends_km, camera_km, is_coarse):
    """Return a patch's grid as the vertex shader places it, (17, 17, 3) or (9, 9, 3), float64."""
    grid = grid_of(patch, is_coarse)
    position = grid[..., :3] + patch.middle_km
    away = np.linalg.norm(position - camera_km, axis=-1)
    share = np.clip((away / ends_km - 0.85) / 0.15, 0.0, 1.0)
    return position + share[..., np.newaxis] * grid[..., 3:6]


def grid_of(patch, is_coarse=False):
    """Return a patch's vertices without its skirt, (17, 17, 12) or (9, 9, 12)."""
    side = terrain.SIDE // 2 + 1 if is_coarse else terrain.SIDE
    return (patch.coarse if is_coarse else patch.vertices)[: side**2].reshape(side, side, -1).astype(float)


def positions_km(patch):
    """Return where a patch's vertices are, Moon-fixed axes, (17, 17, 3)."""
    return grid_of(patch)[..., :3] + patch.middle_km


@pytest.mark.parametrize("is_coarse", [False, True])
@pytest.mark.parametrize(("height_km", "tilt_deg"), [(0.1, 12), (18.0, 20), (100.0, 25), (1000.0, 60), (3000.0, 89)])
def test_patches_of_different_levels_meet(ground, height_km, tilt_deg, is_coarse):
    """Every point of every patch's edge lies on the neighbour's edge: no crack, however the levels differ."""
    eye = eye_at(-30.0, 60.0, height_km, tilt_deg)
    patches, is_whole = ground.chosen(eye)
    assert is_whole
    edges = []
    sent = terrain.gathered(patches, eye.camera_km, eye.camera_km, np.zeros(2), is_coarse)["a_ground"][:, 1]
    for patch, ends_km in zip(patches, sent.reshape(len(patches), -1)[:, 0], strict=True):
        grid = slid(patch, ends_km, eye.camera_km, is_coarse)
        for line in (grid[0], grid[-1], grid[:, 0], grid[:, -1]):
            edges.append(line - eye.camera_km)
    segments = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in edges])
    ends = np.concatenate([np.full(len(edges[0]) - 1, i // 4) for i in range(len(edges))])
    worst = 0.0
    for i in range(0, len(edges), 5):
        line = edges[i]
        for point in line[1::5]:
            gap = distance_to_segments_km(point, segments[ends != i // 4])
            # Points on the picture's border have no neighbour: only near ones are judged.
            if gap < 0.3 * np.linalg.norm(line[1] - line[0]):
                worst = max(worst, gap / np.linalg.norm(point))
    assert worst < 1e-5


def distance_to_segments_km(point, segments):
    """Return how far a point is from the nearest of segments, (n, 2, 3)."""
    first, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    share = np.clip(np.sum((point - first) * along, axis=1) / np.sum(along * along, axis=1), 0.0, 1.0)
    return np.linalg.norm(first + share[:, np.newaxis] * along - point, axis=1).min()


def test_neighbours_on_the_same_level_share_their_edges(ground):
    left, right = terrain.make_patches([(2, 6, 20, 30), (2, 6, 21, 30)], bundled_relief().height_of_directions_km)
    assert np.allclose(positions_km(left)[:, -1], positions_km(right)[:, 0], atol=1e-5)
    assert np.allclose(grid_of(left)[:, -1, 3:6], grid_of(right)[:, 0, 3:6], atol=1e-5)


@pytest.mark.parametrize(("height_km", "distance_km"), [(0.1, 0), (18.0, 0), (100.0, 0), (0, 10_000.0), (0, 400_000.0)])
def test_float32_moves_no_vertex_by_a_quarter_of_a_pixel(ground, height_km, distance_km):
    eye = eye_at(-57.0, 62.0, height_km or distance_km - RADIUS_MOON_KM, 25 if height_km else 89)
    patches, _ = ground.chosen(eye)
    # The buffer may stay while the camera goes on by half its height.
    origin = eye.camera_km + 0.3 * min(eye_height_km(eye), 100.0) * np.array([0.6, 0.0, 0.8])
    sent = terrain.gathered(patches, eye.camera_km, origin, np.zeros(2))["a_position_km"]
    sent = sent.reshape(len(patches), -1, 3)[:, : terrain.SIDE**2].reshape(-1, 3)
    relative = sent - (eye.camera_km - origin).astype(np.float32)
    relief = bundled_relief()
    up = np.concatenate([positions_km(p) / np.linalg.norm(positions_km(p), axis=-1, keepdims=True) for p in patches])
    octaves = [octaves_for(terrain.width_km(p.level) / terrain.SQUARES) for p in patches]
    height = [relief.height_of_directions_km(u, k) for u, k in zip(np.split(up, len(patches)), octaves, strict=True)]
    exact = (up * (RADIUS_MOON_KM + np.concatenate(height))[..., np.newaxis]).reshape(-1, 3) - eye.camera_km
    view, seen = exact @ eye.rot_view_from_fixed.T, relative @ eye.rot_view_from_fixed.T.astype(np.float32)
    ahead = view[:, 2] < -0.3 * np.linalg.norm(view, axis=1)
    pixel_rad = 2.0 * np.tan(HALF_RAD[1]) / 720.0
    error = np.abs(seen[ahead, :2] / -seen[ahead, 2:] - view[ahead, :2] / -view[ahead, 2:]) / pixel_rad
    assert error.max() < 0.25


def eye_height_km(eye):
    return float(np.linalg.norm(eye.camera_km)) - RADIUS_MOON_KM


def test_the_mesh_near_the_camera_is_the_ground_that_telemetry_measures(ground):
    eye = eye_at(-30.2, 60.3, 0.1, 25)
    patches, _ = ground.chosen(eye)
    position = np.concatenate([positions_km(p).reshape(-1, 3) for p in patches])
    near = position[np.linalg.norm(position - eye.camera_km, axis=1) < 0.3]
    radius = np.linalg.norm(near, axis=1)
    measured = bundled_relief().height_of_directions_km(near / radius[:, np.newaxis])
    assert len(near) > 100
    assert np.abs(radius - RADIUS_MOON_KM - measured).max() < 0.0005


@pytest.mark.parametrize("share", [0.0, 0.01, 1.0])
def test_published_heights_stand(share):
    """At Luna-25's impact and as far around as a craft stands, the ground is at -360 m and without made-up detail."""
    lat = -57.865 + share * np.rad2deg(0.0035 / RADIUS_MOON_KM)
    up = direction_of_lat_lon(lat, 61.360)
    assert abs(float(detail_km(up))) == 0.0
    if share == 0.0:
        assert float(bundled_relief().height_of_directions_km(up)) == pytest.approx(-0.360, abs=1e-6)


def test_ground_about_sites_has_detail_and_is_gentle():
    """Seen from low above, a site is no blank; a craft that comes down beside it is no lower than the ground there."""
    angle = np.linspace(0.0, 2.0 * np.pi, 200)
    for lat_deg, lon_deg in SITES_DEG:
        lat, lon = np.deg2rad([lat_deg, lon_deg])
        north, east = 0.03 * np.sin(angle), 0.03 * np.cos(angle)
        around = (lat + north / RADIUS_MOON_KM, lon + east / (RADIUS_MOON_KM * np.cos(lat)))
        found = detail_km(direction_of_lat_lon(*np.rad2deg(around)))
        assert 0.0001 < np.abs(found).max() < 0.002


def test_detail_is_the_same_every_time_and_repeats_without_a_seam():
    tile = detail_tile()
    again = detail_tile.__wrapped__()
    assert np.array_equal(tile, again)
    steps = np.abs(np.diff(np.concatenate([tile, tile[:1]]), axis=0))
    assert steps[-1].max() <= steps[:-1].max()
    rows = np.arange(5.0)
    assert np.allclose(sample_tile(rows, rows), sample_tile(rows + 3 * TILE_PX, rows - TILE_PX), atol=1e-5)
    assert np.allclose(sample_tile(rows, rows), tile[np.arange(5), np.arange(5)], atol=1e-6)


def test_detail_stays_below_the_maps_and_gentle():
    rng = np.random.default_rng(2)
    places = rng.standard_normal((20_000, 3))
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    height = detail_km(places)
    assert np.abs(height).max() < 0.9
    assert 0.01 < height.std() < 0.2
    assert 3.0 < np.rad2deg(np.arctan(np.hypot(*np.gradient(detail_tile())).mean())) < 9.0


def test_detail_ends_where_faces_meet():
    edge = direction_of_lat_lon(10.0, np.array([44.9999, 45.0001]))
    assert np.abs(detail_km(edge)).max() < 1e-6
    i_face, x, y = face_plane_km(edge)
    assert i_face.tolist() == [0, 2]
    assert np.allclose(np.maximum(np.abs(x), np.abs(y)), RADIUS_MOON_KM * np.pi / 4, atol=0.01)


def test_finer_meshes_hold_more_octaves():
    assert octaves_for(1000.0) == 0
    assert octaves_for(0.01) >= 3
    assert octaves_for(1e-6) == OCTAVES == len(TEXEL_KM)


def test_few_patches_at_a_time_come_to_the_same_picture():
    eye = eye_at(12.0, -50.0, 30.0, 20)
    whole, _ = Terrain(bundled_relief().height_of_directions_km).chosen(eye)
    slow = Terrain(bundled_relief().height_of_directions_km)
    for _ in range(200):
        patches, is_whole = slow.chosen(eye, 12)
        if is_whole:
            break
    assert is_whole
    assert len(patches) == len(whole)
    assert all(np.array_equal(a.middle_km, b.middle_km) for a, b in zip(patches, whole, strict=True))


def test_what_a_thread_makes_comes_to_the_same_picture():
    eye = eye_at(12.0, -50.0, 30.0, 20)
    whole, _ = Terrain(bundled_relief().height_of_directions_km).chosen(eye)
    may_go_on, calls = threading.Event(), []

    def slow_height_km(up, octaves):
        if threading.current_thread() is not threading.main_thread():
            may_go_on.wait(20.0)
        calls.append(threading.current_thread().name)
        return bundled_relief().height_of_directions_km(up, octaves)

    slow = Terrain(slow_height_km)
    first, is_whole = slow.there(eye)
    assert not is_whole
    assert slow.is_waiting
    # While patches are being made the picture stays as it is, and nothing of it is made here.
    made_here = len(calls)
    assert slow.there(eye) == (first, False)
    assert len(calls) == made_here
    may_go_on.set()
    end = time.monotonic() + 30.0
    while not is_whole and time.monotonic() < end:
        time.sleep(0.01)
        patches, is_whole = slow.there(eye)
    assert len(patches) == len(whole) > len(first)
    assert all(np.array_equal(a.middle_km, b.middle_km) for a, b in zip(patches, whole, strict=True))


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg", "height_km"), [(-57.9, 61.4, 0.007), (-84.0, 20.0, 1.0), (12.0, 5.0, 0.1)]
)
def test_ground_that_is_left_out_lies_behind_nearer_ground(monkeypatch, lat_deg, lon_deg, height_km):
    eye = eye_at(lat_deg, lon_deg, height_km, 8)
    whole = Terrain(bundled_relief().height_of_directions_km)
    kept, _ = whole.chosen(eye)
    monkeypatch.setattr(terrain, "SEES_ALL_KM", -RADIUS_MOON_KM)
    every, _ = whole.chosen(eye)
    middles = {tuple(patch.middle_km) for patch in kept}
    hidden = [patch for patch in every if tuple(patch.middle_km) not in middles]
    assert len(kept) + len(hidden) == len(every)
    assert len(hidden) > 0.2 * len(every)
    # Along the line of sight to any of its vertices the ground is somewhere above the line.
    share = np.concatenate([np.geomspace(1e-5, 0.5, 1500), np.linspace(0.5, 0.995, 500)])
    for patch in hidden[::15]:
        for place in positions_km(patch)[::8, ::8].reshape(-1, 3):
            line = eye.camera_km + share[:, np.newaxis] * (place - eye.camera_km)
            away = np.linalg.norm(line, axis=1)
            ground = bundled_relief().height_of_directions_km(line / away[:, np.newaxis])
            assert (RADIUS_MOON_KM + ground - away).max() > 0.0


def test_a_smooth_globe_hides_nothing_before_its_horizon():
    flat = Terrain(lambda up, octaves: np.zeros(up.shape[:-1]))
    eye = eye_at(0.0, 0.0, 0.0, 8)
    eye = Eye(eye.camera_km * (RADIUS_MOON_KM + 2.0) / np.linalg.norm(eye.camera_km), eye.rot_view_from_fixed, HALF_RAD)
    patches, _ = flat.chosen(eye)
    # On a globe without heights a camera 2 km up sees 83 km far.
    away = [np.linalg.norm(positions_km(p) - eye.camera_km, axis=-1).min() for p in patches]
    assert 75.0 < max(away) < 110.0


def test_the_global_map_is_continuous_around_and_at_the_poles():
    relief = bundled_relief()
    west, east = relief.height_km(0.3, -np.pi + 1e-9), relief.height_km(0.3, np.pi - 1e-9)
    assert float(west) == pytest.approx(float(east), abs=1e-4)
    around = relief.map_height_km(direction_of_lat_lon(-67.99, np.linspace(0.0, 360.0, 100_000)))
    assert np.abs(np.diff(around)).max() < 0.1
