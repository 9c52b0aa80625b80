"""From 100 m to 400,000 km: the ground stays where geometry has it, has no holes, and hides what is under it only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.relief import bundled_relief
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import CameraPose
from visualizer.model.frame_state import Options
from visualizer.model.rotation import look_rotation
from visualizer.model.session import Session
from visualizer.model.trail_line import TrailLine
from visualizer.model.trails import TrailState
from visualizer.scene.render_space import RenderSpace

pytestmark = pytest.mark.gl

SIZE = (320, 240)
RADIUS_KM = 1737.4
LOWEST_KM = RADIUS_KM - 9.2
NOTHING = (1.0, 0.0, 1.0)
BARE = Options(has_labels=False, has_trails=True, has_hud=False, has_stars=False)
# Height and field of view (deg): from afar through a telescope.
HEIGHTS = {0.1: 40.0, 18.0: 40.0, 100.0: 40.0, 1e4: 16.0, 4e5: 0.42}
heights = pytest.mark.parametrize("height_km", HEIGHTS)


@pytest.fixture(scope="module")
def painter():
    from visualizer.export.offscreen import OffscreenPainter

    with OffscreenPainter(SIZE, 2) as painter:
        yield painter


@pytest.fixture(scope="module")
def state():
    """Return a frame with the Sun 30 degrees above the ground below the cameras."""
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-18T05:00:00"))
    session.options = BARE
    state = session.frame_state()
    moon = state.body(301)
    sun = 1.496e8 * (moon.rot_fixed_from_icrf.T @ (0.5 * UP + np.sqrt(0.75) * EAST))
    bodies = [replace(b, pos_km=moon.pos_km + sun) if b.body.naif_id == 10 else b for b in state.bodies]
    return replace(state, bodies=tuple(bodies), crafts=(), trails=())


def direction(lat_deg: float, lon_deg: float):
    """Return a place on the Moon as a unit vector, Moon-fixed axes."""
    lat, lon = np.deg2rad([lat_deg, lon_deg])
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


UP = direction(-57.865, 61.360)
EAST = np.cross([0.0, 0.0, 1.0], UP) / np.linalg.norm(np.cross([0.0, 0.0, 1.0], UP))
NORTH = np.cross(UP, EAST)


def ground_km() -> float:
    """Return how far the ground below the cameras is from the Moon's centre."""
    return RADIUS_KM + float(bundled_relief().height_of_directions_km(UP))


def seen(state, place_km, height_km, dip_deg=90.0, trails=()):
    """Return the frame from a place (Moon-fixed axes), looking so far below level, northwards."""
    moon = state.body(301)
    dip = np.deg2rad(dip_deg)
    ahead = np.cos(dip) * NORTH - np.sin(dip) * UP
    rot = look_rotation(moon.rot_fixed_from_icrf.T @ ahead, moon.rot_fixed_from_icrf.T @ (NORTH + 0.01 * UP))
    position = moon.pos_km + moon.rot_fixed_from_icrf.T @ place_km
    return replace(state, camera=CameraPose(position, rot, np.deg2rad(HEIGHTS[height_km])), trails=tuple(trails))


def smooth(picture):
    """Return a picture's brightness, bottom row first, so smooth that slopes can be read off neighbours."""
    weights = np.exp(-0.5 * (np.arange(-8, 9) / 2.5) ** 2)
    found = picture[::-1].astype(float).mean(axis=-1)
    for axis in (0, 1):
        found = np.apply_along_axis(np.convolve, axis, found, weights / weights.sum(), "same")
    return found[60:180, 100:220]


def shift_px(before, after):
    """Return by how much the middle of a picture has moved, (2,) px to the right and up, by least squares."""
    first, second = smooth(before), smooth(after)
    by_y, by_x = np.gradient(0.5 * (first + second))
    slopes = np.stack([by_x.ravel(), by_y.ravel()], axis=-1)
    return -np.linalg.lstsq(slopes, (second - first).ravel(), rcond=None)[0]


@heights
def test_the_ground_moves_as_geometry_says(painter, state, height_km):
    """Four steps of a fraction of a pixel each: no place on the ground is off by a quarter of one."""
    straight_down = UP * (ground_km() + height_km)
    pixel_km = RenderSpace(seen(state, straight_down, height_km).camera, SIZE).pixel_rad * height_km
    before = painter.paint(seen(state, straight_down, height_km))
    assert before.std() > 2.0
    for step in (0.21, 0.43, 0.67, 0.9):
        aside = straight_down + pixel_km * step * (0.8 * EAST + 0.6 * NORTH)
        moved = shift_px(before, painter.paint(seen(state, aside, height_km)))
        assert np.abs(moved + step * np.array([0.8, 0.6])).max() < 0.25


# From afar the whole disc is in the picture already.
@pytest.mark.parametrize(
    ("height_km", "dip_deg"),
    [(height_km, dip_deg) for height_km in HEIGHTS for dip_deg in (90.0, 25.0) if height_km < 1e3 or dip_deg == 90.0],
)
def test_the_ground_has_no_holes(painter, state, height_km, dip_deg):
    """Every sight line that meets even the deepest ground is drawn on."""
    place = UP * (ground_km() + height_km)
    frame = seen(state, place, height_km, dip_deg)
    drawn = painter.raw(frame, NOTHING)
    height, width = drawn.shape[:2]
    space = RenderSpace(frame.camera, (width, height))
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    rays = np.stack([(2 * x / width - 1) / space.focal[0], (2 * y / height - 1) / space.focal[1], -np.ones_like(x)], -1)
    rays = rays / np.linalg.norm(rays, axis=-1, keepdims=True) @ frame.camera.rot_view_from_icrf
    offset = space.offset_km(frame.body(301).pos_km)
    along = rays @ offset
    nearest = np.sqrt(np.maximum(offset @ offset - along**2, 0.0))
    # Half a pixel of a soft limb belongs to what is behind.
    is_ground = (along > 0.0) & (nearest < LOWEST_KM - 2.0 * space.pixel_rad * np.linalg.norm(offset))
    is_empty = (drawn[..., 0] > 250) & (drawn[..., 1] < 5) & (drawn[..., 2] > 250)
    assert is_ground.mean() > 0.3
    assert np.count_nonzero(is_ground & is_empty) == 0


@heights
def test_what_is_over_the_ground_is_seen_whole_and_what_is_under_it_not_at_all(painter, state, height_km):
    place = UP * (ground_km() + height_km)
    frame = seen(state, place, height_km)
    space = RenderSpace(frame.camera, SIZE)
    pixel_km = space.pixel_rad * height_km
    moon = state.body(301)
    # A path along the drawn ground through the picture's middle, by a few pixels above and below it.
    out = np.linspace(-70.0, 70.0, 60)[:, np.newaxis] * pixel_km
    ways = UP + out / RADIUS_KM * (0.8 * EAST + 0.6 * NORTH)
    ways /= np.linalg.norm(ways, axis=-1, keepdims=True)
    heights_km = RADIUS_KM + bundled_relief().height_of_directions_km(ways)
    without = painter.paint(frame).astype(int)
    changed = {}
    for side in (4.0, -4.0):
        points = (heights_km + side * pixel_km)[:, np.newaxis] * ways @ moon.rot_fixed_from_icrf
        epochs = state.tdb_s + np.linspace(-100.0, 0.0, len(out))
        line = TrailLine(f"probe/{height_km}/{side}", 301, epochs, points, np.zeros(len(out)))
        trail = TrailState(line, moon.pos_km, epochs[0], epochs[-1], epochs[-1])
        with_path = painter.paint(replace(frame, trails=(trail,))).astype(int)
        changed[side] = np.abs(with_path - without).sum(axis=-1).max(axis=0)
    columns = slice(SIZE[0] // 2 - 50, SIZE[0] // 2 + 50)
    assert changed[4.0][columns].min() > 24
    assert changed[-4.0].max() == 0
