"""Lines and veils against geometry: graticule, terminator, ground track, view cone, shadow cones, uncertainty."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from visualizer.core.arrays import norm, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.geometry import earth_geodetic, spherical_subpoint
from visualizer.core.planet_light import planet_magnitude
from visualizer.core.relief import bundled_relief
from visualizer.core.shadow import sunlit_fraction
from visualizer.core.sky import sky_at
from visualizer.core.trajectory import track_axes
from visualizer.missions.catalogue import load_mission
from visualizer.missions.flight_state import flight_state
from visualizer.model.commands import OPTION_NAMES
from visualizer.model.frame_state import Options
from visualizer.model.globe_lines import LIFT_KM, coasts, graticule, graticule_labels, terminator_km
from visualizer.model.ground_track import ground_track_km, revolution_s, track_epochs, view_cone_km
from visualizer.model.session import Session
from visualizer.model.shadow_cones import shadow_radius_km, shadow_veil, umbra_length_km
from visualizer.model.shapes import joined
from visualizer.model.uncertainty import is_within_sigma, member_lines, sigma_body, sigma_tube
from visualizer.scene.hud import INSIDE_NOTE, NIGHT_NOTE, hud_lines, notes
from visualizer.scene.render_space import RenderSpace

IN_ORBIT = tdb_s_from_utc_text("2023-08-18T05:00:00")
IN_TRANSFER = tdb_s_from_utc_text("2023-08-13T05:30:00")


@pytest.fixture(scope="module")
def luna_25():
    return load_mission("luna-25")


def test_graticule_of_the_earth_lies_on_the_ellipsoid_at_whole_degrees():
    points, starts = graticule(EARTH.naif_id)
    lat, lon, height = earth_geodetic(points)
    assert height == pytest.approx(np.full(len(points), LIFT_KM[EARTH.naif_id]), abs=1e-6)
    assert len(starts) == 24 + 11
    for line_lat, line_lon in zip(
        np.split(np.rad2deg(lat), starts[1:]), np.split(np.rad2deg(lon), starts[1:]), strict=True
    ):
        inner = np.abs(line_lat) < 89.9
        is_meridian = np.ptp(np.mod(line_lon[inner] + 1.0, 360.0)) < 1e-6
        value = line_lon[inner][0] if is_meridian else line_lat[0]
        assert is_meridian or np.ptp(line_lat) < 1e-6
        assert abs(value / 15.0 - round(value / 15.0)) < 1e-6


def test_graticule_of_the_moon_lies_on_the_relief():
    points, _ = graticule(MOON.naif_id)
    lat, lon = spherical_subpoint(points)
    ground = 1737.4 + bundled_relief().height_km(lat, lon)
    assert norm(points) == pytest.approx(ground + LIFT_KM[MOON.naif_id], abs=1e-6)


def test_graticule_labels_say_where_they_stand():
    camera = np.array([20_000.0, 9_000.0, 6_000.0])
    labels = graticule_labels(EARTH.naif_id, camera)
    for words, place in labels:
        lat, lon, _ = (np.rad2deg(v) if i < 2 else v for i, v in enumerate(earth_geodetic(place)))
        number, _, side = words.partition("° ")
        if side in ("N", "S"):
            assert lat == pytest.approx(float(number) * (1 if side == "N" else -1), abs=1e-6)
        elif side in ("E", "W"):
            assert lon == pytest.approx(float(number) * (1 if side == "E" else -1), abs=1e-6)
    assert {"15° N", "30° E", "45° S"} <= {words for words, _ in labels}
    assert graticule_labels(EARTH.naif_id, camera * 100.0) == []


@pytest.mark.parametrize("body_id", [EARTH.naif_id, MOON.naif_id])
def test_the_sun_stands_on_the_horizon_of_the_terminator(body_id):
    sun = unit(np.array([0.7, -0.5, 0.31]))
    points = terminator_km(body_id, sun)
    if body_id == EARTH.naif_id:
        lat, lon, _ = earth_geodetic(points)
    else:
        lat, lon = spherical_subpoint(points)
    normal = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)
    assert np.abs(normal @ sun).max() < (2e-5 if body_id == EARTH.naif_id else 1e-9)
    assert points[0] == pytest.approx(points[-1], abs=1e-6)


def test_coasts_pass_where_atlases_have_them():
    """Cape Verde, Land's End, Cape Comorin, Cape York, Cape Race: within 40 km, since the water map blunts capes."""
    points, starts = coasts()
    assert starts[0] == 0
    assert len(points) > 5000
    direction = unit(points)
    for lat_deg, lon_deg in ((14.74, -17.53), (50.07, -5.72), (8.08, 77.55), (-10.69, 142.53), (46.66, -53.07)):
        lat, lon = np.deg2rad([lat_deg, lon_deg])
        place = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        assert np.arccos(np.clip(direction @ place, -1, 1)).min() * 6371.0 < 40.0


@pytest.mark.parametrize(("epoch", "body_id"), [(IN_ORBIT, MOON.naif_id), (IN_TRANSFER, EARTH.naif_id)])
def test_the_ground_track_is_the_sub_point(luna_25, epoch, body_id):
    times = epoch + np.linspace(-3000.0, 3000.0, 7)
    points = ground_track_km(luna_25.trajectory, body_id, times)
    state = flight_state(luna_25.trajectory, times, about="moon" if body_id == MOON.naif_id else "earth")
    lat, lon = earth_geodetic(points)[:2] if body_id == EARTH.naif_id else spherical_subpoint(points)
    assert np.abs(lat - state.lat_rad).max() < 1e-8
    assert np.abs(np.angle(np.exp(1j * (lon - state.lon_rad)))).max() < 1e-8


def test_the_track_covers_a_revolution_on_either_side(luna_25):
    period = revolution_s(luna_25.trajectory, IN_ORBIT, MOON.naif_id)
    assert 6900.0 < period < 7300.0
    past, coming = track_epochs(IN_ORBIT, luna_25.trajectory.span_tdb_s, period)
    assert (past[-1], coming[0]) == (IN_ORBIT, IN_ORBIT)
    assert coming[-1] - past[0] == pytest.approx(2.0 * period)


def test_the_view_cone_has_its_angle_and_ends_on_the_ground():
    craft = np.array([1200.0, -900.0, 1100.0]) * (1850.0 / np.linalg.norm([1200.0, -900.0, 1100.0]))
    edge = view_cone_km(craft, 1737.4, np.deg2rad(30.0))
    assert norm(edge) == pytest.approx(1737.4, abs=1e-6)
    angle = np.arccos(np.clip(unit(edge - craft) @ -unit(craft), -1, 1))
    assert angle == pytest.approx(np.deg2rad(15.0), abs=1e-9)
    wide = view_cone_km(craft, 1737.4, np.deg2rad(170.0))
    assert norm(wide - craft) == pytest.approx(np.sqrt(1850.0**2 - 1737.4**2), rel=1e-6)


def test_the_umbra_ends_where_the_sun_is_just_covered():
    sun = np.array([-149_597_870.7, 0.0, 0.0])
    length = umbra_length_km(EARTH.radius_km, 149_597_870.7)
    assert 1.380e6 < length < 1.390e6  # Earth's umbra, as textbooks have it
    assert 3.7e5 < umbra_length_km(MOON.radius_km, 149_597_870.7) < 3.8e5
    for share, fraction in ((0.999, 0.0), (1.001, 1e-9)):
        seen = float(sunlit_fraction(np.array([length * share, 0.0, 0.0]), sun, EARTH.radius_km))
        assert (seen > 0.0) == (fraction > 0.0)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_shadow_surfaces_part_light_from_shadow(sign):
    """Just inside the umbra no Sun is seen and just outside some; just outside the penumbra all of it."""
    sun = np.array([-147_000_000.0, 20_000_000.0, 5_000_000.0])
    veil = shadow_veil("Earth", np.zeros(3), EARTH.radius_km, sun, sign)
    points = veil.points_km[4:-2].reshape(-1, 3)[::37]
    normals = veil.normals[4:-2].reshape(-1, 3)[::37]
    inside = sunlit_fraction(points - 2.0 * normals, sun, EARTH.radius_km)
    outside = sunlit_fraction(points + 2.0 * normals, sun, EARTH.radius_km)
    if sign < 0:
        assert inside.max() == 0.0
        assert outside.min() > 0.0
    else:
        assert inside.max() < 1.0
        assert outside.min() == 1.0


def test_shadow_radius_grows_or_shrinks_along_the_axis():
    behind = np.array([0.0, 100_000.0, 384_400.0])
    umbra = shadow_radius_km(EARTH.radius_km, 149_597_870.7, behind, -1.0)
    penumbra = shadow_radius_km(EARTH.radius_km, 149_597_870.7, behind, 1.0)
    assert umbra[2] == pytest.approx(4600.0, abs=30.0)
    assert penumbra[2] == pytest.approx(8190.0, abs=40.0)
    assert np.all(np.diff(umbra) < 0)
    assert np.all(np.diff(penumbra) > 0)


def test_the_uncertainty_is_drawn_to_scale(luna_25):
    flown = luna_25.trajectory
    position, velocity = flown.state_km(IN_ORBIT, MOON.naif_id)
    sigma = flown.sigma_km(IN_ORBIT)
    axes = track_axes(position, velocity)
    body = sigma_body("x", flown, IN_ORBIT, MOON.naif_id, np.zeros(3), 0)
    reach = np.abs((body.points_km.reshape(-1, 3) - position) @ axes.T).max(axis=0)
    assert reach[1] == pytest.approx(sigma[1], rel=0.02)
    assert reach[2] == pytest.approx(sigma[2], rel=0.02)
    tube = sigma_tube("x", flown, IN_ORBIT + np.array([-60.0, 0.0, 60.0]), MOON.naif_id, np.zeros(3), 0)
    ring = (tube.points_km[1] - position) @ axes.T
    assert np.abs(ring).max(axis=0) == pytest.approx([sigma[0], 0.0, sigma[2]], abs=1e-6)
    bare = replace(flown, sigma=None, read_members=None)
    assert sigma_body("x", bare, IN_ORBIT, MOON.naif_id, np.zeros(3), 0) is None
    assert sigma_tube("x", bare, np.array([IN_ORBIT]), MOON.naif_id, np.zeros(3), 0) is None
    assert member_lines("x", bare, np.array([IN_ORBIT]), MOON.naif_id, np.zeros(3), 0) is None


def test_members_of_the_ensemble_are_drawn_where_they_are(luna_25):
    epochs = IN_ORBIT + np.linspace(-60.0, 60.0, 5)
    made_up = np.random.default_rng(3).normal(0.0, 5.0, (4, 2, 3))
    flown = replace(luna_25.trajectory, read_members=lambda: (epochs[[0, -1]], made_up))
    line = member_lines("x", flown, epochs, MOON.naif_id, np.zeros(3), 0)
    assert line.points_km.shape == (20, 3)
    assert line.starts.tolist() == [0, 5, 10, 15]
    position, _ = flown.state_km(epochs[0], MOON.naif_id)
    assert norm(line.points_km[0] - position) == pytest.approx(np.linalg.norm(made_up[0, 0]), rel=5e-3)


def test_joined_lines_begin_where_they_should():
    points, starts = joined([np.zeros((3, 3)), np.ones((2, 3))])
    assert len(points) == 5
    assert starts.tolist() == [0, 3]


def test_each_option_has_a_command_and_adds_what_it_says(luna_25):
    assert {f"has_{name.replace('-', '_')}" for name in OPTION_NAMES} == {f.name for f in fields(Options)}
    session = Session([luna_25], IN_ORBIT)
    assert session.frame_state().lines == ()
    roles = {
        "has_graticule": {"graticule"}, "has_coast": {"coast"}, "has_terminator": {"terminator"},
        "has_ground_track": {"track-past", "track-coming"}, "has_view_cone": {"view"},
        "has_constellations": {"constellation"}, "has_shadow_cones": {"umbra", "penumbra"},
    }  # fmt: skip
    for option, wanted in roles.items():
        session.options = replace(Options(), **{option: True})
        state = session.frame_state()
        assert {shape.role for shape in (*state.lines, *state.veils)} == wanted
    session.options = Options(has_uncertainty=True)
    assert "sigma" in {veil.role for veil in session.frame_state().veils}


def test_from_inside_the_uncertainty_words_stand_for_it(luna_25):
    session = Session([luna_25], IN_ORBIT)
    session.options = Options(has_uncertainty=True)
    session.choose_view("follow", at_once=True)
    state = session.frame_state()
    assert {veil.role for veil in state.veils} == set()
    assert "member" not in {line.role for line in state.lines}
    assert INSIDE_NOTE in notes(state, RenderSpace(state.camera, (640, 360)))
    session.choose_view("moon", at_once=True)
    state = session.frame_state()
    assert INSIDE_NOTE not in notes(state, RenderSpace(state.camera, (640, 360)))


def test_near_means_within_the_tube_not_only_its_ball(luna_25):
    flown = luna_25.trajectory
    position, velocity = flown.state_km(IN_ORBIT, MOON.naif_id)
    axes, sigma = track_axes(position, velocity), flown.sigma_km(IN_ORBIT)
    assert is_within_sigma(flown, IN_ORBIT, MOON.naif_id, sigma[1] * axes[1])
    assert is_within_sigma(flown, IN_ORBIT, MOON.naif_id, 0.9 * sigma[0] * axes[0])
    assert not is_within_sigma(flown, IN_ORBIT, MOON.naif_id, -3000.0 * axes[1])
    assert not is_within_sigma(flown, IN_ORBIT, MOON.naif_id, 1.3 * sigma[0] * axes[0])
    assert not is_within_sigma(flown, IN_ORBIT, MOON.naif_id, 1.3 * sigma[2] * axes[2])
    assert not is_within_sigma(replace(flown, sigma=None, read_members=None), IN_ORBIT, MOON.naif_id, np.zeros(3))


@pytest.mark.parametrize(
    ("utc", "naif_id", "magnitude"),
    [
        ("2023-11-03T05:00:00", 5, -2.9),  # Jupiter's opposition
        ("2022-12-08T05:00:00", 4, -1.9),  # Mars's opposition
        ("2023-07-07T00:00:00", 2, -4.5),  # Venus near its greatest brilliancy
        ("2023-04-11T22:00:00", 1, 0.1),  # Mercury's greatest elongation
    ],
)
def test_planets_are_as_bright_as_almanacs_have_them(utc, naif_id, magnitude):
    sky = sky_at(tdb_s_from_utc_text(utc), with_planets=True)
    place = sky.planet_pos_km[naif_id]
    assert planet_magnitude(naif_id, place, place - sky.sun_pos_km) == pytest.approx(magnitude, abs=0.25)


def test_words_speak_of_the_drawn_ground_near_it_and_of_its_night_from_farther_up(luna_25):
    high, low = Session([luna_25], IN_ORBIT), Session([luna_25], tdb_s_from_utc_text("2023-08-19T11:57:00"))
    assert any("above the Moon" in text for text, _ in hud_lines(high.frame_state()))
    assert any("above the drawn ground" in text for text, _ in hud_lines(low.frame_state()))
    for utc, is_night in (("2023-08-17T05:20:00", False), ("2023-08-17T06:15:00", True)):
        session = Session([luna_25], tdb_s_from_utc_text(utc))
        session.choose_view("follow", at_once=True)
        state = session.frame_state()
        assert (NIGHT_NOTE in notes(state, RenderSpace(state.camera, (640, 360)))) is is_night
