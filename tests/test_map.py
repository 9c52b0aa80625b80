"""Maps without a window: projections and back, views, ground, light, tracks, areas, names."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.geometry import position_on_sphere_km, spherical_subpoint
from visualizer.core.horizon import bundled_horizon, south_plane_km
from visualizer.core.relief import bundled_relief
from visualizer.core.trajectory import Provenance
from visualizer.missions.catalogue import load_mission
from visualizer.missions.flight_state import flight_state
from visualizer.model.features import bundled_features
from visualizer.model.map_areas import around_deg, planned_areas
from visualizer.model.map_ground import dark_share, grid_size, ground_gray, light_rgba
from visualizer.model.map_names import free_box, meet, names_on_map
from visualizer.model.map_projection import PROJECTIONS, SOUTH_LIMIT_RAD, directions, great_circle, pieces_on_paper
from visualizer.model.map_scene import sun_direction, with_point
from visualizer.model.map_tracks import moon_track
from visualizer.model.map_view import MapView, graticule_step_deg, scale_bar

SOUTH, GLOBAL = PROJECTIONS["south"], PROJECTIONS["global"]
LONS = st.floats(-np.pi + 1e-9, np.pi - 1e-9)


@pytest.fixture(scope="module")
def luna():
    return load_mission("luna-25")


# ---------------------------------------------------------------- projections


@given(st.floats(-np.pi / 2, SOUTH_LIMIT_RAD), LONS)
def test_the_polar_map_comes_back_exactly(lat, lon):
    back_lat, back_lon = SOUTH.place_rad(*SOUTH.plane_km(lat, lon))
    assert float(back_lat) == pytest.approx(lat, abs=1e-14)
    if lat > -np.pi / 2 + 1e-6:
        assert float(back_lon) == pytest.approx(lon, abs=1e-9)


@given(st.floats(-np.pi / 2, np.pi / 2), LONS)
def test_the_map_of_the_whole_moon_comes_back_exactly(lat, lon):
    back_lat, back_lon = GLOBAL.place_rad(*GLOBAL.plane_km(lat, lon))
    assert float(back_lat) == pytest.approx(lat, abs=1e-15)
    assert float(back_lon) == pytest.approx(lon, abs=1e-14)


@given(st.floats(-np.pi / 2, SOUTH_LIMIT_RAD), LONS)
def test_the_polar_map_is_the_plane_of_the_horizon_maps(lat, lon):
    x, y = south_plane_km(position_on_sphere_km(lat, lon, 1.0))
    assert [float(v) for v in SOUTH.plane_km(lat, lon)] == pytest.approx([float(x), float(y)], abs=1e-6)


def test_the_pole_is_in_the_middle_zero_up_and_east_clockwise():
    lat = np.deg2rad(-80.0)
    assert SOUTH.plane_km(-np.pi / 2, 1.0) == pytest.approx((0.0, 0.0), abs=1e-12)
    up, right, down = (SOUTH.plane_km(lat, np.deg2rad(lon)) for lon in (0.0, 90.0, 180.0))
    assert up[1] > 300.0
    assert up[0] == pytest.approx(0.0, abs=1e-9)
    assert right[0] > 300.0
    assert down[1] < -300.0


@given(st.floats(np.deg2rad(-89.0), SOUTH_LIMIT_RAD - 1e-3), LONS, st.floats(0.0, 2.0 * np.pi))
def test_the_polar_map_keeps_angles_and_tells_its_scale(lat, lon, turn):
    step = 1e-6
    there = (lat + step * np.cos(turn), lon + step * np.sin(turn) / np.cos(lat))
    (x0, y0), (x1, y1) = SOUTH.plane_km(lat, lon), SOUTH.plane_km(*there)
    grown = np.hypot(x1 - x0, y1 - y0) / (step * RADIUS_MOON_KM)
    assert grown == pytest.approx(float(SOUTH.scale(lat)[0]), rel=1e-3)


def test_scale_of_the_whole_moon_is_true_at_the_equator_only():
    assert [float(v) for v in GLOBAL.scale(np.array(0.0))] == [1.0, 1.0]
    assert [float(v) for v in GLOBAL.scale(np.deg2rad(60.0))] == pytest.approx([2.0, 1.0])


def test_a_path_is_cut_at_the_edges_of_the_paper():
    lon = np.deg2rad(np.arange(170.0, 190.0))
    pieces = pieces_on_paper(GLOBAL, np.zeros(len(lon)), lon)
    assert [piece.stop - piece.start for piece, _, _ in pieces] == [10, 10]
    assert all(np.max(np.abs(np.diff(x))) < 100.0 for _, x, _ in pieces)
    lat = np.deg2rad(np.linspace(-40.0, -70.0, 31))
    ((piece, _, y),) = pieces_on_paper(SOUTH, lat, np.zeros(31))
    assert np.rad2deg(lat[piece.start]) == pytest.approx(-55.0, abs=1.01)
    assert np.all(y <= SOUTH.rim_km)
    pole = np.array([0.0, 0.0, 1.0])
    assert pieces_on_paper(SOUTH, *spherical_subpoint(great_circle(pole))) == []


# ---------------------------------------------------------------- views


@given(st.sampled_from([SOUTH, GLOBAL]), st.lists(st.tuples(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0)), max_size=5))
def test_zooming_in_keeps_the_place_under_the_mouse(projection, places):
    view = MapView.whole(projection, 400.0, 300.0)
    for across, up in places:
        x_px, y_px = view.px(across * projection.half_km[0], up * projection.half_km[1])
        zoomed = view.zoomed(0.7, x_px, y_px)
        assert zoomed.px(*view.km(x_px, y_px)) == pytest.approx((x_px, y_px), abs=1e-6)
        view = zoomed
    assert view.zoomed(1e6, 10.0, 10.0) == MapView.whole(projection, 400.0, 300.0)


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_the_paper_cannot_be_pushed_out_of_sight(right, down):
    view = MapView.whole(SOUTH, 400.0, 300.0).zoomed(0.3, 200.0, 150.0).panned(right, down)
    left, edge, low, high = view.edges_km
    assert left < SOUTH.rim_km
    assert edge > -SOUTH.rim_km
    assert low < SOUTH.rim_km
    assert high > -SOUTH.rim_km
    assert np.hypot(view.x_km, view.y_km) < 1.5 * SOUTH.rim_km


@given(st.floats(0.02, 30.0), st.floats(20.0, 400.0))
def test_the_scale_bar_is_round_and_has_room(km_per_px, room):
    length, width = scale_bar(km_per_px, room)
    assert 0.39 * room < width <= room * (1.0 + 1e-9)
    assert f"{length:.0e}"[0] in "125"
    assert length == pytest.approx(width * km_per_px)
    assert graticule_step_deg(km_per_px) >= graticule_step_deg(0.5 * km_per_px)


def test_a_view_of_everything_stays_one_as_the_window_grows():
    view = MapView.whole(GLOBAL, 300.0, 200.0).resized(900.0, 400.0)
    assert view == MapView.whole(GLOBAL, 900.0, 400.0)
    part = view.zoomed(0.2, 100.0, 100.0)
    assert part.resized(500.0, 300.0).km_per_px == part.km_per_px


# ---------------------------------------------------------------- ground and light


def test_the_ground_shows_hills_lit_from_the_upper_left():
    """A crater's south-eastern wall, which faces the light, is brighter than the north-western one."""
    view = MapView.whole(SOUTH, 300.0, 300.0)
    table = bundled_features()
    lat, lon = spherical_subpoint(table.dir_me_unit[table.names.index("Schomberger")])
    x, y = SOUTH.plane_km(lat, lon)
    close = view.centred(float(x), float(y), 0.6)
    gray = ground_gray(close).astype(float)
    radius = 0.5 * 85.0 / 0.6
    away = [-0.75 * radius / np.sqrt(2.0), 0.75 * radius / np.sqrt(2.0)]
    upper_left, lower_right = (
        gray[round(150 + d) - 9 : round(150 + d) + 9, round(150 + d) - 9 : round(150 + d) + 9].mean() for d in away
    )
    assert lower_right > upper_left + 8.0


def test_the_ground_is_black_beside_the_paper_and_given_up_when_not_wanted():
    view = MapView.whole(SOUTH, 120.0, 90.0)
    gray = ground_gray(view)
    assert gray.shape == (90, 120) == grid_size(view, 1.0)[::-1]
    assert gray[0, 0] == 0
    assert gray[45, 60] > 20
    assert ground_gray(view, 1.0, lambda: False) is None
    assert light_rgba(view, np.array([1.0, 0.0, 0.0]), 1.0, lambda: False) is None


def test_coarse_and_fine_heights_tell_of_the_same_ground():
    """The overview's shading correlates with that of a picture four times as fine."""
    view = MapView.whole(SOUTH, 160.0, 160.0)
    coarse, fine = ground_gray(view, 1.0).astype(float), ground_gray(view, 0.25).astype(float)
    mean = fine.reshape(160, 4, 160, 4).mean(axis=(1, 3))
    inside = coarse > 0
    assert np.corrcoef(coarse[inside], mean[inside])[0, 1] > 0.6


@pytest.mark.parametrize("lon_deg", [10.0, 200.0])
def test_light_follows_the_sun(lon_deg):
    sun = position_on_sphere_km(0.0, np.deg2rad(lon_deg), 1.0)
    view = MapView.whole(GLOBAL, 180.0, 90.0)
    alpha = light_rgba(view, sun, 1.0)[..., 3]

    def at(lon):
        x, y = view.px(*(float(v) for v in GLOBAL.plane_km(0.0, np.deg2rad(lon))))
        return alpha[round(y), round(x)]

    assert at(lon_deg) == 0
    assert at(lon_deg + 180.0) > 100
    assert at(lon_deg + 70.0) == 0


def test_what_is_dark_is_what_the_horizon_maps_say():
    sun = position_on_sphere_km(np.deg2rad(1.5), np.deg2rad(40.0), 1.0)
    rng = np.random.default_rng(4)
    lat, lon = np.deg2rad(rng.uniform(-90.0, -84.0, 400)), rng.uniform(-np.pi, np.pi, 400)
    up = position_on_sphere_km(lat, lon, 1.0)
    dark, elevation = dark_share(up, sun)
    lit = bundled_horizon().lit_fraction(up, sun)
    low = (elevation > np.deg2rad(-2.4)) & (elevation < np.deg2rad(30.0))
    assert np.allclose(dark[low], 1.0 - lit[low])
    assert np.all(dark[elevation < np.deg2rad(-2.5)] == 1.0)
    assert 0.1 < np.mean((dark > 0.9) & (elevation > 0.0)) < 1.0


def test_the_ground_under_a_pixel_is_the_relief_there():
    view = MapView.whole(SOUTH, 200.0, 200.0).centred(100.0, 50.0, 0.4)
    x, y = view.km(30.0, 170.0)
    up = directions(SOUTH, np.array(x), np.array(y))
    lat, lon = SOUTH.place_rad(np.array(x), np.array(y))
    height = bundled_relief().map_height_km(position_on_sphere_km(lat, lon, 1.0)[np.newaxis])
    assert bundled_relief().map_height_km(up[np.newaxis]) == pytest.approx(height)


# ---------------------------------------------------------------- tracks


def test_a_track_lies_below_the_craft(luna):
    track = moon_track(luna.trajectory)
    assert np.all(np.diff(track.tdb_s) > 0.0)
    some = np.linspace(0, len(track.tdb_s) - 1, 60).astype(int)
    state = flight_state(luna.trajectory, track.tdb_s[some], about="moon")
    assert track.lat_rad[some] == pytest.approx(state.lat_rad)
    apart = position_on_sphere_km(track.lat_rad, track.lon_rad, 1.0)
    bend = np.arccos(np.clip(np.sum(apart[1:] * apart[:-1], axis=1), -1.0, 1.0))
    assert np.rad2deg(bend[track.is_joined[:-1]].max()) < 6.0


def test_a_track_is_cut_by_how_it_is_known():
    track = moon_track(load_mission("chandrayaan-3").trajectory)
    runs = track.runs(slice(0, len(track.tdb_s)))
    kinds = [kind for _, kind in runs]
    assert set(kinds) <= set(Provenance)
    assert len(kinds) >= 2
    for (first, kind), (second, after) in pairwise(runs):
        assert first.stop >= second.start
        if kind == after:
            assert not track.is_joined[first.stop - 1]
    assert track.runs(slice(5, 6)) == []
    begin, end = track.tdb_s[10], track.tdb_s[50]
    assert track.part(begin, end) == slice(10, 50)


def test_a_cut_track_with_the_craft_in_it_leads_through_the_craft(luna):
    track = moon_track(luna.trajectory)
    now = 0.5 * (track.tdb_s[700] + track.tdb_s[701])
    state = flight_state(luna.trajectory, now)
    short = track.cut(now - 3600.0, now + 1800.0)
    assert len(short.tdb_s) < 200
    assert short.tdb_s[0] <= now - 3600.0
    whole = with_point(short, now, float(state.lat_rad), float(state.lon_rad))
    at = int(np.searchsorted(whole.tdb_s, now))
    assert whole.lat_rad[at] == float(state.lat_rad)
    assert whole.is_joined[at - 1]
    assert whole.is_joined[at]
    assert [run for run, _ in whole.runs(slice(0, len(whole.tdb_s)))] == [slice(0, len(whole.tdb_s))]


def test_a_flight_past_the_earth_only_has_no_track(luna):
    early = [arc for arc in luna.trajectory.arcs if arc.centre_id == 399][:4]
    from visualizer.core.trajectory import Trajectory

    assert len(moon_track(Trajectory("early", tuple(early))).tdb_s) == 0


# ---------------------------------------------------------------- areas and names


def test_every_area_has_a_source_and_its_size():
    areas = planned_areas()
    assert len({area.id for area in areas}) == len(areas)
    assert sum(area.mission_id == "luna-25" for area in areas) == 3
    assert sum(area.id.startswith("artemis-") for area in areas) == 9
    assert {"chandrayaan-3", "im-1", "im-2", "lcross"} <= {area.mission_id for area in areas}
    assert all(area.source and area.note for area in areas)


def test_the_ellipse_of_luna_25_is_30_by_15_km_about_its_site(luna):
    area = next(area for area in planned_areas() if area.id == "luna-25-main")
    site = next(site for site in luna.sites if site.id == "main-site")
    assert (area.lat_deg, area.lon_deg) == (site.lat_deg, site.lon_deg)
    edge = position_on_sphere_km(*np.deg2rad(area.outline_deg).T, 1.0)
    middle = position_on_sphere_km(np.deg2rad(area.lat_deg), np.deg2rad(area.lon_deg), 1.0)
    away = np.arccos(np.clip(edge @ middle, -1.0, 1.0)) * RADIUS_MOON_KM
    assert away.max() == pytest.approx(15.0, rel=1e-4)
    assert away.min() == pytest.approx(7.5, rel=1e-3)


def test_the_ellipse_of_luna_25_lies_along_its_planned_flight(luna):
    area = next(area for area in planned_areas() if area.id == "luna-25-main")
    track = moon_track(luna.branch("planned").trajectory)
    lat, lon = track.lat_rad, track.lon_rad
    assert np.rad2deg(lat[-1]) == pytest.approx(area.lat_deg, abs=0.01)
    begin = np.flatnonzero(lat > np.deg2rad(-68.5))[-1]
    heading = np.arctan2(np.sin(lon[-1] - lon[begin]) * np.cos(lat[-1]),
                         np.cos(lat[begin]) * np.sin(lat[-1])
                         - np.sin(lat[begin]) * np.cos(lat[-1]) * np.cos(lon[-1] - lon[begin]))  # fmt: skip
    tip = around_deg((area.lat_deg, area.lon_deg), np.array([[15.0, 0.0]]), float(np.rad2deg(heading)))[0]
    off = (area.outline_deg - tip) * (1.0, np.cos(lat[-1]))
    assert np.min(np.hypot(*off.T)) < 0.05


@given(st.floats(-89.9, 89.9), st.floats(-180.0, 180.0), st.floats(0.01, 200.0), st.floats(0.0, 360.0))
def test_places_beside_a_place_are_as_far_as_they_should_be(lat, lon, away, azimuth):
    ((there_lat, there_lon),) = around_deg((lat, lon), np.array([[away, 0.0]]), azimuth)
    a, b = (position_on_sphere_km(*np.deg2rad(p), RADIUS_MOON_KM) for p in ((lat, lon), (there_lat, there_lon)))
    assert np.linalg.norm(a - b) == pytest.approx(2.0 * RADIUS_MOON_KM * np.sin(0.5 * away / RADIUS_MOON_KM), rel=1e-4)
    if abs(lat) < 80.0 and (azimuth < 60.0 or azimuth > 300.0):
        assert there_lat > lat


@pytest.mark.parametrize(("lat", "lon", "scale"), [(-90.0, 0.0, 7.0), (-86.0, 20.0, 1.0), (-69.5, 43.0, 0.3)])
def test_names_do_not_meet_and_the_largest_come_first(lat, lon, scale):
    x, y = (float(v) for v in SOUTH.plane_km(np.deg2rad(lat), np.deg2rad(lon)))
    view = MapView.whole(SOUTH, 700.0, 500.0).centred(x, y, scale)
    taken = [(300.0, 200.0, 420.0, 260.0)]
    names = names_on_map(bundled_features(), view, lambda text: (7.0 * len(text), 15.0), taken)
    assert len(names) >= 3
    boxes = [(n.x_px, n.y_px, n.x_px + n.width_px, n.y_px + n.height_px) for n in names] + taken
    assert not any(meet(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert [n.index for n in names] == sorted(n.index for n in names)
    assert all(min(box) >= 0.0 and box[2] <= 700.0 and box[3] <= 500.0 for box in boxes)


def test_more_names_appear_nearer():
    table, near = bundled_features(), SOUTH.plane_km(np.deg2rad(-70.0), np.deg2rad(44.0))
    found = []
    for scale in (4.0, 0.4):
        view = MapView.whole(SOUTH, 600.0, 600.0).centred(*(float(v) for v in near), scale)
        found.append({n.text for n in names_on_map(table, view, lambda text: (7.0 * len(text), 15.0))})
    assert "Boguslawsky D" in found[1]
    assert "Boguslawsky D" not in found[0]


def test_the_sun_of_the_minute_lights_luna_25_s_impact():
    sun = sun_direction(tdb_s_from_utc_text("2023-08-19T11:58:00"))
    up = position_on_sphere_km(np.deg2rad(-57.865), np.deg2rad(61.36), 1.0)
    _, elevation = dark_share(up[np.newaxis], sun)
    assert 0.0 < np.rad2deg(elevation[0]) < 12.0


def test_a_text_stands_where_it_meets_nothing_else():
    view = MapView.whole(SOUTH, 400.0, 400.0)
    right = free_box(view, (200.0, 200.0), 14.0, (60.0, 14.0), [])
    assert right == (214.0, 193.0, 274.0, 207.0)
    left = free_box(view, (200.0, 200.0), 14.0, (60.0, 14.0), [right])
    assert left is not None
    assert left[2] == 186.0
    taken = [right]
    while (box := free_box(view, (200.0, 200.0), 14.0, (60.0, 14.0), taken)) is not None:
        assert not any(meet(box, other) for other in taken)
        taken.append(box)
    assert len(taken) >= 4
    assert free_box(view, (395.0, 200.0), 14.0, (60.0, 14.0), []) == (321.0, 193.0, 381.0, 207.0)
