"""Earth, Sun, paths and overlays in pictures, against geometry and against astropy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import EarthLocation
from astropy.time import Time
from astropy.utils import iers
from helpers.pictures import compare

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import CameraPose
from visualizer.model.frame_state import Options
from visualizer.model.rotation import look_rotation
from visualizer.model.session import Session
from visualizer.model.trail_line import PLANNED, TrailLine
from visualizer.model.trails import TrailState
from visualizer.scene.render_space import RenderSpace

pytestmark = pytest.mark.gl

SIZE = (640, 360)
UTC = "2023-08-18T05:00:00"
BARE = Options(has_labels=False, has_trails=False, has_hud=False, has_stars=False, has_clouds=False)


@pytest.fixture
def state():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(UTC))
    session.options = BARE
    return replace(session.frame_state(), crafts=())


def picture(painter, state, **options):
    """Return a frame's pixels as numbers, bottom row first; options are those of `Options`."""
    if options:
        session = Session([load_mission("luna-25")], state.tdb_s)
        session.options = replace(BARE, **options)
        extra = session.frame_state()
        state = replace(state, options=session.options, lines=extra.lines, veils=extra.veils)
    return painter.paint(state)[::-1].astype(float)


def seen_from(state, position_km, target_km, fov_deg=40.0, up=(0.0, 0.0, 1.0)):
    """Return the frame seen from a place (relative to the Earth), looking at another."""
    rotation = look_rotation(np.asarray(target_km) - position_km, np.array(up))
    return replace(state, camera=CameraPose(np.asarray(position_km), rotation, np.deg2rad(fov_deg)))


def icrf_km(lat_deg, lon_deg):
    """Return a place on the ground as astropy has it, relative to the Earth, km (GCRS axes are the ICRF's)."""
    place = EarthLocation.from_geodetic(lon_deg * units.deg, lat_deg * units.deg)
    with iers.conf.set_temp("auto_download", False):
        gcrs = place.get_gcrs(Time(UTC, scale="utc"))
    return gcrs.cartesian.xyz.to_value(units.km)


def test_a_cape_is_at_the_pixel_where_astropy_has_it(painter, state):
    """Cape Comorin, India's southern tip, in daylight: the coast line passes it, sea lies south of it, land north."""
    cape = icrf_km(8.08, 77.55)
    state = seen_from(state, cape * 1.6, cape, fov_deg=20.0)
    plain, with_coast = picture(painter, state), picture(painter, state, has_coast=True)
    space = RenderSpace(state.camera, SIZE)
    (x, y), _ = space.to_pixels(cape)
    changed = np.abs(with_coast - plain).sum(axis=-1)
    rows, columns = np.nonzero(changed > 60)
    assert np.hypot(columns + 0.5 - x, rows + 0.5 - y).min() < 3.0

    def colour_at(lat_deg, lon_deg):
        pixel, _ = space.to_pixels(icrf_km(lat_deg, lon_deg))
        column, row = np.round(pixel).astype(int)
        return plain[row - 1 : row + 2, column - 1 : column + 2].mean(axis=(0, 1))

    land, sea = colour_at(9.2, 77.6), colour_at(7.0, 77.5)
    assert land[1] / land[2] > 1.15 * sea[1] / sea[2]


def test_polar_axis_and_prime_meridian_are_right_for_the_minute(state):
    earth = state.body(399)
    for lat_deg, lon_deg in ((90.0, 0.0), (0.0, 0.0), (-35.0, 149.0)):
        wanted = icrf_km(lat_deg, lon_deg)
        lat, lon = np.deg2rad([lat_deg, lon_deg])
        normal = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        fixed = normal * np.array([1.0, 1.0, 1.0 - 1 / 298.257223563]) ** 2
        fixed *= 6378.137 / np.sqrt(normal @ fixed)
        assert np.linalg.norm(earth.rot_fixed_from_icrf.T @ fixed - wanted) < 0.05


def test_the_air_is_red_below_and_blue_above_at_the_terminator(painter, state):
    sun = state.body(10).pos_km / np.linalg.norm(state.body(10).pos_km)
    side = np.cross(sun, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    # Two degrees into the night, 400 km up, looking at the limb toward where the Sun has just set.
    angle, dip = np.deg2rad(2.0), np.arccos(6378.0 / 6778.0)
    limb = np.cos(angle) * side - np.sin(angle) * sun
    camera = 6778.0 * (np.cos(dip) * limb - np.sin(dip) * (np.cos(angle) * sun + np.sin(angle) * side))
    state = seen_from(state, camera, 6400.0 * limb, fov_deg=10.0, up=tuple(camera))
    light = picture(painter, state)
    column = light[:, SIZE[0] // 2 - 4 : SIZE[0] // 2 + 4].mean(axis=1)
    lit = np.flatnonzero(column.sum(axis=-1) > 30.0)
    low, high = column[lit[len(lit) // 4]], column[lit[len(lit) * 2 // 3]]
    assert low[0] > 1.1 * low[2]
    assert high[2] > 1.3 * high[0]


def test_the_air_is_a_thin_rim_at_any_distance(painter, state):
    sun = state.body(10).pos_km / np.linalg.norm(state.body(10).pos_km)
    side = np.cross(sun, [0.0, 0.0, 1.0])
    for distance_km in (30_000.0, 120_000.0, 500_000.0):
        eye = (sun + 0.9 * side / np.linalg.norm(side)) / np.linalg.norm(sun + 0.9 * side)
        light = picture(painter, seen_from(state, eye * distance_km, np.zeros(3))).mean(axis=-1)
        pixel = RenderSpace(seen_from(state, eye * distance_km, np.zeros(3)).camera, SIZE).pixel_rad
        radius_px = np.tan(np.arcsin(6378.137 / distance_km)) / pixel
        row, column = np.indices(light.shape)
        away = np.hypot(row + 0.5 - SIZE[1] / 2, column + 0.5 - SIZE[0] / 2) - radius_px
        air_px = 60.0 / distance_km / pixel
        assert light[(away > air_px + 2.0) & (away < air_px + 40.0)].max() < 2.0
        assert light[np.abs(away) < 2.0].max() > 60.0


def test_the_night_side_is_dark_but_not_void(painter, state):
    """05 UTC: the eastern United States are dark."""
    coast = icrf_km(38.0, -82.0)
    light = picture(painter, seen_from(state, coast * 3.0, coast, fov_deg=30.0)).mean(axis=-1)
    middle = light[SIZE[1] // 2 - 20 : SIZE[1] // 2 + 20, SIZE[0] // 2 - 20 : SIZE[0] // 2 + 20]
    assert 0.2 < middle.mean() < 8.0
    assert middle.max() < 20.0


def test_the_sky_is_bright_by_day_from_the_ground_and_black_from_above(painter, state):
    sun = state.body(10).pos_km / np.linalg.norm(state.body(10).pos_km)
    side = np.cross(sun, [0.0, 0.0, 1.0])
    up = (0.7 * sun + 0.7 * side / np.linalg.norm(side)) / np.linalg.norm(0.7 * sun + 0.7 * side / np.linalg.norm(side))
    level = np.cross(up, sun)
    seen = {}
    for height_km in (8.0, 30.0, 75.0, 300.0):
        eye = up * (6378.2 + height_km)
        light = picture(painter, seen_from(state, eye, eye + level + 0.8 * up, fov_deg=20.0, up=tuple(up)))
        seen[height_km] = light[150:210, 290:350].mean(axis=(0, 1))
    assert seen[8.0][2] > 60.0
    assert seen[8.0][2] > 1.3 * seen[8.0][0]
    assert seen[8.0].sum() > 2.0 * seen[30.0].sum()
    assert seen[30.0].sum() > seen[75.0].sum()
    assert seen[300.0].max() < 2.0


def test_clouds_can_be_left_out(painter, state):
    sun = state.body(10).pos_km / np.linalg.norm(state.body(10).pos_km)
    state = seen_from(state, sun * 30_000.0, np.zeros(3))
    clear, cloudy = picture(painter, state), picture(painter, state, has_clouds=True)
    assert np.abs(cloudy - clear).mean() > 2.5
    assert cloudy.mean() > clear.mean()


def test_the_sun_has_its_size_and_its_glare_ends_with_it(painter, state):
    sun, moon = state.body(10).pos_km, state.body(301).pos_km
    toward = (sun - moon) / np.linalg.norm(sun - moon)
    aside = np.cross(toward, [0.0, 0.0, 1.0])
    aside /= np.linalg.norm(aside)
    free = seen_from(state, moon + aside * 40_000.0, sun, fov_deg=4.0)
    light = picture(painter, free)
    disc = np.count_nonzero(light.min(axis=-1) > 250.0)
    wanted_px = (
        695_700.0 / np.linalg.norm(sun - free.camera.pos_wrt_earth_icrf_km) / RenderSpace(free.camera, SIZE).pixel_rad
    )
    assert np.sqrt(disc / np.pi) == pytest.approx(wanted_px, rel=0.12)
    hidden = seen_from(state, moon - toward * 9_000.0, moon, fov_deg=40.0)
    row, column = np.indices(SIZE[::-1])
    radius_px = np.tan(np.arcsin(1740.0 / 9_000.0)) / RenderSpace(hidden.camera, SIZE).pixel_rad
    away = np.hypot(row + 0.5 - SIZE[1] / 2, column + 0.5 - SIZE[0] / 2) - radius_px
    assert picture(painter, hidden)[(away > 3.0) & (away < 30.0)].max() < 3.0


def test_lines_on_the_ground_stay_on_their_globe(painter, state):
    moon = state.body(301).pos_km
    state = seen_from(state, moon + np.array([6_000.0, 5_000.0, 3_000.0]), moon)
    plain = picture(painter, state)
    drawn = np.abs(picture(painter, state, has_graticule=True) - plain).sum(axis=-1)
    radius_px = (
        np.tan(np.arcsin(1737.4 / np.linalg.norm([6.0, 5.0, 3.0]) / 1000.0)) / RenderSpace(state.camera, SIZE).pixel_rad
    )
    row, column = np.indices(drawn.shape)
    away = np.hypot(row + 0.5 - SIZE[1] / 2, column + 0.5 - SIZE[0] / 2)
    assert drawn[away < radius_px - 2].max() > 20
    assert drawn[away > radius_px + 4].max() == 0


def test_the_shadow_of_the_earth_points_away_from_the_sun(painter, state):
    sun = state.body(10).pos_km / np.linalg.norm(state.body(10).pos_km)
    side = np.cross(sun, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    state = seen_from(state, side * 90_000.0, np.zeros(3))
    drawn = np.abs(picture(painter, state, has_shadow_cones=True) - picture(painter, state)).sum(axis=-1)
    space = RenderSpace(state.camera, SIZE)
    for along_km, is_drawn in ((-25_000.0, True), (25_000.0, False)):
        column, row = np.round(space.to_pixels(sun * along_km)[0]).astype(int)
        assert (drawn[row - 3 : row + 4, column - 3 : column + 4].max() > 6) == is_drawn


def planned_line(state, moon, name="planned"):
    """Return a straight path past the Moon's night side that is planned, and its state."""
    across = np.linspace(-40_000.0, 40_000.0, 4001)
    away = state.body(10).pos_km / np.linalg.norm(state.body(10).pos_km) * -8_000.0
    places = across[:, np.newaxis] * np.array([0.0, 0.0, 1.0]) + away
    times = state.tdb_s + np.linspace(-80_000.0, 0.0, 4001)
    line = TrailLine(name, 301, times, places, np.full(4001, PLANNED))
    return TrailState(line, moon, times[0], times[-1], times[-1])


@pytest.mark.parametrize("distance_km", [12_000.0, 30_000.0, 70_000.0])
def test_dashes_have_the_same_length_at_any_distance(painter, state, distance_km):
    moon = state.body(301).pos_km
    trail = planned_line(state, moon)
    middle = moon + trail.line.position_km[2000]
    side = np.cross(trail.line.position_km[2000], [0.0, 0.0, 1.0])
    state = seen_from(state, middle + side / np.linalg.norm(side) * distance_km, middle, up=(1.0, 0.0, 0.1))
    difference = (picture(painter, replace(state, trails=(trail,))) - picture(painter, state)).sum(axis=-1)
    pixel, _ = RenderSpace(state.camera, SIZE).to_pixels(moon + trail.line.position_km)
    inside = ((pixel > 20) & (pixel < np.array(SIZE) - 20)).all(axis=1)
    at = np.floor(pixel[inside]).astype(int)
    is_drawn = difference[at[:, 1], at[:, 0]] > 0.15 * difference.max()
    length_px = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(pixel[inside], axis=0), axis=1))])
    starts = length_px[1:][np.diff(is_drawn.astype(int)) == 1]
    assert len(starts) > 8
    # Half a logical pixel per pixel here: 15 to 30 logical pixels.
    assert 7.0 <= np.median(np.diff(starts)) <= 16.0
    assert 0.3 < is_drawn.mean() < 0.9


def test_paths_drawn_together_look_as_each_alone(painter, state):
    epochs = state.tdb_s + np.linspace(-3e5, 3e5, 2000)
    turn = np.linspace(0.0, 5.0, 2000)
    trails = []
    for number, reach in enumerate((90_000.0, 160_000.0)):
        places = reach * np.stack([np.cos(turn + number), np.sin(turn + number), 0.2 * np.sin(3 * turn)], axis=-1)
        line = TrailLine(f"together/{number}", 399, epochs, places, np.zeros(2000))
        trails.append(TrailState(line, np.zeros(3), epochs[0], epochs[-1], state.tdb_s, "flight", number))
    state = seen_from(state, np.array([1e5, -2e5, 7e5]), np.zeros(3))
    plain = picture(painter, state)
    together = picture(painter, replace(state, trails=tuple(trails))) - plain
    alone = sum(picture(painter, replace(state, trails=(trail,))) - plain for trail in trails[:1])
    # The first has the first mission's colour either way; where the second is not, the pictures agree.
    only_first = np.abs(picture(painter, replace(state, trails=(trails[1],))) - plain).sum(axis=-1) == 0
    assert alone.max() > 60
    assert np.abs(together - alone)[only_first].mean() < 0.05


@pytest.mark.parametrize(
    ("name", "azimuth_deg", "options"),
    [
        ("earth-night", 150.0, {"has_clouds": True}),
        ("earth-lines", -20.0, {"has_coast": True, "has_graticule": True, "has_terminator": True}),
    ],
)
def test_the_earth_looks_as_it_did(painter, name, azimuth_deg, options):
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-11T00:16:00"))
    session.options = replace(BARE, **options)
    session.choose_view("earth", at_once=True)
    session.camera = replace(session.camera, azimuth_rad=np.deg2rad(azimuth_deg))
    pixels = painter.paint(session.frame_state())
    assert compare(name, pixels, mean_limit=1.5, worst_limit=60.0) == ""
