"""The Moon in the picture: shadows by geometry, the Earth's shadow, ground without holes."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from visualizer.bake import moon_horizon
from visualizer.core.arrays import unit
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import direction_of_lat_lon
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.ground_detail import TEXEL_KM, detail_km
from visualizer.core.horizon import HorizonMaps, bundled_horizon, decoded_rad, flat_horizon
from visualizer.core.relief import bundled_relief, drawn_height_km
from visualizer.core.shadow import sunlit_fraction
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import CameraPose
from visualizer.model.frame_state import Options, build_frame_state
from visualizer.model.rotation import look_rotation
from visualizer.model.session import Session
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.moon_ground import NO_RELIEF_PIXEL_KM, TEXELS_SEEN

pytestmark = pytest.mark.gl

SIZE = (640, 360)
BARE = Options(has_labels=False, has_trails=False, has_hud=False, has_stars=False)
PEAK_KM, PEAK_WIDTH_KM, STEP_KM, HALF_PX = 4.0, 5.0, 0.5, 200


@pytest.fixture
def state():
    return state_at("2023-08-18T05:00:00")


def state_at(utc):
    """Return a frame with nothing but bodies."""
    session = Session([load_mission("luna-25")])
    session.options = BARE
    # Past the flight, where the session's clock does not go.
    return replace(build_frame_state(session.request(), tdb_s_from_utc_text(utc)), crafts=())


def seen_from(state, fixed_km, toward_fixed_km, up_fixed, fov_deg):
    """Return the frame seen from a place beside the Moon, Moon-fixed axes."""
    moon = state.body(301)
    back = moon.rot_fixed_from_icrf.T
    rotation = look_rotation(back @ (toward_fixed_km - fixed_km), back @ up_fixed)
    return replace(state, camera=CameraPose(moon.pos_km + back @ fixed_km, rotation, np.deg2rad(fov_deg)))


def with_sun(state, dir_fixed):
    """Return the frame with the Sun in another direction from the Moon, Moon-fixed axes."""
    moon = state.body(301)
    sun = moon.pos_km + moon.rot_fixed_from_icrf.T @ np.asarray(dir_fixed) * 1.496e8
    return replace(state, bodies=tuple(replace(b, pos_km=sun) if b.body.naif_id == 10 else b for b in state.bodies))


def light_at(state, painter, places_km):
    """Return the brightness of the pixels that show places, Moon-fixed axes, (n,)."""
    picture = painter.paint(state)[::-1].astype(float).mean(axis=-1)
    moon = state.body(301)
    pixel, _ = RenderSpace(state.camera, SIZE).to_pixels(moon.pos_km + places_km @ moon.rot_fixed_from_icrf)
    x, y = np.floor(pixel).astype(int).T
    return picture[y, x]


def test_a_mountains_shadow_in_the_picture_is_as_long_as_geometry_says(state, monkeypatch):
    """From the maker of horizon maps to pixels: a peak at the pole, the Sun 8 degrees high."""
    from visualizer.export.offscreen import OffscreenPainter

    centres = (np.arange(2 * HALF_PX) - HALF_PX + 0.5) * STEP_KM
    height = PEAK_KM * np.exp(-(centres[None, :] ** 2 + centres[:, None] ** 2) / (2 * PEAK_WIDTH_KM**2))
    strip = moon_horizon.polar_strip(height.astype(np.float32), STEP_KM, 0, 2)
    maps = HorizonMaps(flat_horizon().cube, strip.reshape(-1, HALF_PX, HALF_PX), HALF_PX * STEP_KM)
    elevation = np.deg2rad(8.0)
    state = with_sun(state, [np.cos(elevation), 0.0, -np.sin(elevation)])
    camera = np.array([0.0, 0.0, -RADIUS_MOON_KM - 300.0])
    state = seen_from(state, camera, np.zeros(3), np.array([1.0, 0.0, 0.0]), 23.0)
    away = np.arange(12.0, 58.0, 0.5)
    places = direction_of_lat_lon(-90.0 + np.rad2deg(2 * np.arctan(away / (2 * RADIUS_MOON_KM))), 180.0)
    ground = np.array([drawn_height_km(float(np.rad2deg(np.arcsin(p[2]))), 180.0) for p in places])
    places = places * (RADIUS_MOON_KM + ground)[:, np.newaxis]
    # Level ground, so that nothing but the mountain's shadow is dark.
    level = np.full((6, 8, 8, 3), 128, dtype=np.uint8)
    monkeypatch.setattr("visualizer.scene.visuals.textures.cube_levels", lambda name: (level,))
    monkeypatch.setattr("visualizer.scene.visuals.moon.octaves_seen", lambda *_: 0)
    pictures = []
    for one in (maps, flat_horizon()):
        ready: Future[HorizonMaps] = Future()
        ready.set_result(one)
        monkeypatch.setattr("visualizer.scene.visuals.moon.start_moon", lambda ready=ready: ready)
        with OffscreenPainter(SIZE, 1) as painter:
            pictures.append(light_at(state, painter, places))

    # Half the light is three quarters of the brightness on the screen.
    darkened = pictures[0] < 0.75 * pictures[1]
    end = away[np.flatnonzero(darkened)[-1]]
    arc = 2.0 * np.arctan(away / (2.0 * RADIUS_MOON_KM))
    top = RADIUS_MOON_KM + PEAK_KM
    seen = np.arctan2(top * np.cos(arc) - RADIUS_MOON_KM, top * np.sin(arc))
    expected = away[np.argmin(np.abs(seen - (elevation - arc)))]
    assert end == pytest.approx(expected, rel=0.05)


def test_the_half_shadow_has_no_steps(state, monkeypatch):
    """A horizon that rises evenly across the Sun's way: its light fades evenly, though maps have five codes there."""
    from visualizer.export.offscreen import OffscreenPainter

    size, edge_km = 128, 128.0
    rising = np.clip(np.arange(size) - size // 2 + 134, 0, 255)
    strip = np.broadcast_to(rising.astype(np.uint8)[:, np.newaxis], (16, size, size))
    maps = HorizonMaps(flat_horizon().cube, np.ascontiguousarray(strip), edge_km)
    elevation = float(decoded_rad(np.array(134.0)))
    # Toward longitude 90 the Sun, toward longitude 180 the rising horizon.
    state = with_sun(state, [0.0, np.cos(elevation), -np.sin(elevation)])
    camera = np.array([0.0, 0.0, -RADIUS_MOON_KM - 60.0])
    state = seen_from(state, camera, np.array([0.0, 0.0, -RADIUS_MOON_KM]), np.array([1.0, 0.0, 0.0]), 23.0)
    level = np.full((6, 8, 8, 3), 128, dtype=np.uint8)
    monkeypatch.setattr("visualizer.scene.visuals.textures.cube_levels", lambda name: (level,))
    monkeypatch.setattr("visualizer.scene.visuals.moon.octaves_seen", lambda *_: 0)
    ready: Future[HorizonMaps] = Future()
    ready.set_result(maps)
    monkeypatch.setattr("visualizer.scene.visuals.moon.start_moon", lambda: ready)
    away = np.arange(-5.0, 5.0, 0.02)
    places = np.stack([-away, np.zeros_like(away), np.full_like(away, -1.0) * RADIUS_MOON_KM], axis=-1)
    with OffscreenPainter(SIZE, 1) as painter:
        light = light_at(state, painter, places)
    assert light[0] > 2.0 * light[-1]
    steps = np.abs(np.diff(light[np.concatenate([[True], np.diff(light) != 0.0])]))
    assert steps.max() < 0.1 * (light.max() - light.min())


def test_what_the_maps_say_is_dark_is_dark_in_the_picture(painter, state):
    """The south pole from above: pixels against the reader of the same maps."""
    state = with_sun(state, direction_of_lat_lon(-1.4, 75.0))
    camera = np.array([0.0, 0.0, -RADIUS_MOON_KM - 700.0])
    state = seen_from(state, camera, np.zeros(3), np.array([1.0, 0.0, 0.0]), 30.0)
    rng = np.random.default_rng(4)
    lat, lon = rng.uniform(-89.5, -86.5, 1500), rng.uniform(0.0, 360.0, 1500)
    up = direction_of_lat_lon(lat, lon)
    lit = bundled_horizon().lit_fraction(up, direction_of_lat_lon(-1.4, 75.0))
    heights = np.array([drawn_height_km(float(a), float(b)) for a, b in zip(lat, lon, strict=True)])
    light = light_at(state, painter, up * (RADIUS_MOON_KM + heights)[:, np.newaxis])
    assert (lit == 0.0).sum() > 200
    assert (lit == 1.0).sum() > 100
    # A pixel is as wide as a texel of the map, so along shadows' edges some differ.
    assert np.mean(light[lit == 0.0] < 60.0) > 0.93
    assert np.median(light[lit == 1.0]) > 2.0 * np.median(light[lit == 0.0])


def test_the_terminator_is_where_the_sun_sets(painter, state):
    """Along the equator at half Moon, the middle of the twilight lies a quarter of the way round."""
    state = with_sun(state, [0.0, 1.0, 0.0])
    state = seen_from(state, np.array([9000.0, 0.0, 0.0]), np.zeros(3), np.array([0.0, 0.0, 1.0]), 30.0)
    lat, lon = np.meshgrid(np.arange(-40.0, 40.0, 1.0), np.array([-12.0, 14.0]))
    dark, bright = light_at(state, painter, RADIUS_MOON_KM * direction_of_lat_lon(lat, lon).reshape(-1, 3)).reshape(
        2, -1
    )
    assert np.median(bright) > 3.0 * np.median(dark)
    near = np.arange(-8.0, 9.0, 0.5)
    rows = [
        light_at(state, painter, RADIUS_MOON_KM * direction_of_lat_lon(np.full(len(near), float(a)), near))
        for a in range(-30, 31, 6)
    ]
    profile = np.median(rows, axis=0)
    begins = near[np.argmax(profile > profile[0] + 0.12 * (profile[-1] - profile[0]))]
    assert -1.5 < begins < 4.0


def test_the_earths_shadow_reddens_the_moon(painter):
    """Total eclipse of 2025-03-14, greatest at 06:58 UTC, and the full Moon three hours before."""
    colours = {}
    for utc in ("2025-03-14T03:00:00", "2025-03-14T06:58:00"):
        state = state_at(utc)
        moon = state.body(301)
        to_earth = moon.rot_fixed_from_icrf @ -moon.pos_km
        place = to_earth / np.linalg.norm(to_earth) * 9000.0
        picture = painter.paint(seen_from(state, place, np.zeros(3), np.array([0.0, 0.0, 1.0]), 30.0))
        colours[utc[11:13]] = picture[140:220, 280:360].astype(float).mean(axis=(0, 1))
    full, eclipsed = colours["03"], colours["06"]
    assert full[0] / full[2] < 1.15
    assert eclipsed[0] > 2.0 * eclipsed[2]
    assert 10.0 < eclipsed[0] < 0.6 * full[0]


def test_the_edge_of_the_earths_shadow_lies_where_geometry_puts_it(painter):
    """Half-way into totality: lit and dark pixels against the discs of Sun and Earth."""
    state = state_at("2025-03-14T05:28:00")
    moon = state.body(301)
    to_earth = moon.rot_fixed_from_icrf @ -moon.pos_km
    state = seen_from(state, to_earth / np.linalg.norm(to_earth) * 9000.0, np.zeros(3), np.array([0.0, 0.0, 1.0]), 30.0)
    lat, lon = np.meshgrid(np.arange(-50.0, 51.0, 4.0), np.arange(-50.0, 51.0, 4.0))
    up = direction_of_lat_lon(lat.ravel(), lon.ravel())
    places = moon.pos_km + RADIUS_MOON_KM * up @ moon.rot_fixed_from_icrf
    left = sunlit_fraction(places, state.body(10).pos_km, 6378.137)
    light = light_at(state, painter, RADIUS_MOON_KM * up)
    assert (left < 0.01).sum() > 50
    assert (left > 0.5).sum() > 20
    assert light[left < 0.005].max() < 60.0
    assert light[left > 0.5].min() > 80.0


@pytest.mark.parametrize(("height_km", "tilt_deg"), [(0.1, 40), (18.0, 50), (100.0, 60), (900.0, 85)])
def test_no_hole_in_the_ground(painter, state, height_km, tilt_deg):
    """Looking down at sunlit ground, no pixel is black sky."""
    lat, lon = -24.0, 12.0
    up = direction_of_lat_lon(lat, lon)
    state = with_sun(state, direction_of_lat_lon(-10.0, 40.0))
    north = np.array([0.0, 0.0, 1.0]) - up * up[2]
    north /= np.linalg.norm(north)
    tilt = np.deg2rad(tilt_deg)
    camera = up * (RADIUS_MOON_KM + drawn_height_km(lat, lon) + height_km)
    look = np.cos(tilt) * north - np.sin(tilt) * up
    picture = painter.paint(seen_from(state, camera, camera + look, north if tilt_deg > 80 else up, 40.0))
    assert picture.max(axis=-1).min() > 0


def test_relief_stands_over_the_limb(painter, state):
    """From low orbit the horizon is not a circle: mountains rise over it by pixels."""
    lat, lon = -50.0, 12.0
    up = direction_of_lat_lon(lat, lon)
    state = with_sun(state, direction_of_lat_lon(-20.0, 60.0))
    north = np.array([0.0, 0.0, 1.0]) - up * up[2]
    camera = up * (RADIUS_MOON_KM + drawn_height_km(lat, lon) + 8.0)
    look = -north / np.linalg.norm(north) - 0.1 * up
    picture = painter.paint(seen_from(state, camera, camera + look, up, 40.0)).max(axis=-1)
    edge = np.argmax(picture > 12, axis=0).astype(float)
    smooth = np.polyval(np.polyfit(np.arange(len(edge)), edge, 2), np.arange(len(edge)))
    assert (edge - smooth).std() > 0.7


@pytest.mark.parametrize(
    ("lat", "lon"), [(-24.0, 12.0), (5.0, 100.0), (70.0, -30.0), (-75.0, 140.0), (-10.0, -80.0), (3.0, 170.0)]
)
def test_fine_craters_are_lit_as_their_heights_say(painter, state, lat, lon):
    """On every face of the cube: the picture's brightness goes with the slope of the detail toward the Sun."""
    up = direction_of_lat_lon(lat, lon)
    east = np.cross([0.0, 0.0, 1.0], up)
    east /= np.linalg.norm(east)
    north = np.cross(up, east)
    sun = 0.8 * up + 0.42 * east - 0.42 * north
    state = with_sun(state, sun / np.linalg.norm(sun))
    camera = up * (RADIUS_MOON_KM + drawn_height_km(lat, lon) + 6.0)
    state = seen_from(state, camera, np.zeros(3), north, 30.0)
    rng = np.random.default_rng(5)
    x, y = rng.uniform(-1.8, 1.8, 3000), rng.uniform(-1.0, 1.0, 3000)

    def place(dx, dy):
        direction = up + ((x + dx)[:, np.newaxis] * east + (y + dy)[:, np.newaxis] * north) / RADIUS_MOON_KM
        return direction / np.linalg.norm(direction, axis=1, keepdims=True)

    step = 0.008
    slope_east = (detail_km(place(step, 0.0)) - detail_km(place(-step, 0.0))) / (2 * step)
    slope_north = (detail_km(place(0.0, step)) - detail_km(place(0.0, -step))) / (2 * step)
    heights = bundled_relief().height_of_directions_km(place(0.0, 0.0))
    light = light_at(state, painter, place(0.0, 0.0) * (RADIUS_MOON_KM + heights)[:, np.newaxis])
    toward_sun = -(slope_east - slope_north)
    assert np.corrcoef(toward_sun, light)[0, 1] > 0.3


def test_nothing_pops_as_the_camera_comes_nearer(painter, state):
    """Where the sphere gives way to ground, and where octaves of detail begin, pictures go over into each other."""
    up = direction_of_lat_lon(-24.0, 12.0)
    state = with_sun(state, direction_of_lat_lon(-10.0, 50.0))
    pixel_rad = 2.0 * np.tan(np.deg2rad(20.0)) / SIZE[1]
    heights = [NO_RELIEF_PIXEL_KM / pixel_rad + 1200.0 - RADIUS_MOON_KM]
    heights += [TEXELS_SEEN * texel / pixel_rad for texel in TEXEL_KM[:4]]
    for height in heights:
        pictures = []
        for factor in (1.0001, 0.9999):
            ground = drawn_height_km(-24.0, 12.0) if height < 1000.0 else 0.0
            camera = up * (RADIUS_MOON_KM + ground + height * factor)
            pictures.append(painter.paint(seen_from(state, camera, np.zeros(3), np.array([0.0, 0.0, 1.0]), 40.0)))
        difference = np.abs(pictures[0].astype(int) - pictures[1])
        assert difference.mean() < 1.0
        assert np.percentile(difference, 99.9) < 60.0


def test_a_window_that_does_not_wait_comes_to_the_same_picture(painter, state):
    from visualizer.export.offscreen import OffscreenPainter

    up = direction_of_lat_lon(-80.0, 20.0)
    camera = up * (RADIUS_MOON_KM + drawn_height_km(-80.0, 20.0) + 20.0)
    state = seen_from(state, camera, camera + np.array([0.3, 0.5, 0.2]) - 0.3 * up, up, 40.0)
    wanted = painter.paint(state)
    with OffscreenPainter(SIZE, 1) as hasty:
        hasty._view._is_patient = False
        count = 0
        while count < 200:
            count += 1
            picture = hasty.paint(state)
            if hasty._view.is_whole:
                break
    assert 1 < count < 200
    assert np.abs(picture.astype(int) - wanted).mean() < 0.5


def test_shadows_of_two_pictures_in_each_frame_become_whole():
    """Their cameras see different ground; the second picture is drawn while the thread still stands back."""
    from visualizer.export.offscreen import OffscreenPainter
    from visualizer.scene.stand_back import DRAWING
    from visualizer.scene.visuals.moon_shadows import MoonShadows
    from visualizer.scene.visuals.textures import start_moon

    sun = unit(np.array([1.0, 0.2, 0.1]))
    cameras = np.array([0.0, 5e3, 0.0]), np.array([0.0, 0.0, -9e3])
    with OffscreenPainter((64, 64), 1):
        shadows = MoonShadows(start_moon().result(), False)
        are_whole, end_s = [False], time.monotonic() + 20.0
        while not all(are_whole) and time.monotonic() < end_s:
            are_whole = []
            with DRAWING:
                for camera in cameras:
                    shadows.update(sun, camera)
                    are_whole.append(shadows.is_whole)
            time.sleep(0.01)
    assert all(are_whole)


def test_shadows_that_did_for_a_small_moon_become_fine_for_a_large_one():
    """From one place, first in a small picture and then in a large one."""
    from visualizer.export.offscreen import OffscreenPainter
    from visualizer.scene.visuals.moon_shadows import MoonShadows
    from visualizer.scene.visuals.textures import start_moon

    sun, camera = unit(np.array([1.0, 0.2, 0.02])), np.array([0.0, 2e5, 1e3])
    with OffscreenPainter((64, 64), 1):
        shadows = MoonShadows(start_moon().result(), False)
        for radius_px in (20.0, 800.0):
            end_s = time.monotonic() + 20.0
            shadows.update(sun, camera, radius_px)
            while not shadows.is_whole and time.monotonic() < end_s:
                time.sleep(0.005)
                shadows.update(sun, camera, radius_px)
            assert shadows.is_whole
            wanted = shadows._wanted(sun, camera)
            assert np.any(shadows._is_coarse & wanted) == (radius_px < 100.0)
