"""Strips under the timeline: against samples taken one by one, and against one search over the whole flight."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.events import Kind, find_events
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.horizon import bundled_horizon, flat_horizon
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.shadow import is_occulted, sunlit_fraction
from visualizer.core.stations import STATIONS
from visualizer.missions.catalogue import load_mission
from visualizer.missions.found_events import places_of
from visualizer.model.time_strips import (
    STRIPS,
    Cell,
    Source,
    StripStore,
    craft_cell,
    craft_source,
    joined,
    site_cell,
    site_source,
    strip_of_id,
    without,
)

STEP_S = 60.0
EDGE_S = 1.0


@pytest.fixture(scope="module")
def flight():
    return load_mission("luna-25").trajectory


@pytest.fixture(scope="module")
def day(flight):
    """Return a day of low lunar orbit: its cell, and epochs all along."""
    start = load_mission("luna-25").event("lunar-orbit").tdb_s + 2.0 * 86_400.0
    return craft_cell(flight, start, start + 86_400.0), np.arange(start + 30.0, start + 86_400.0, STEP_S)


def inside(table: np.ndarray, tdb_s: np.ndarray) -> np.ndarray:
    return (
        np.any((table[:, :1] <= tdb_s) & (tdb_s <= table[:, 1:]), axis=0) if len(table) else np.zeros(len(tdb_s), bool)
    )


def near_an_edge(table: np.ndarray, tdb_s: np.ndarray) -> np.ndarray:
    edges = table.ravel()
    return np.any(np.abs(edges[:, np.newaxis] - tdb_s) < EDGE_S, axis=0) if len(edges) else np.zeros(len(tdb_s), bool)


def agree(table: np.ndarray, tdb_s: np.ndarray, expected: np.ndarray) -> bool:
    return bool(np.all((inside(table, tdb_s) == expected) | near_an_edge(table, tdb_s)))


# -- of the craft -----------------------------------------------------------------------------------------


def test_the_earth_is_hidden_when_the_moon_stands_in_the_sight_line(flight, day):
    cell, tdb_s = day
    craft = flight.state_km(tdb_s, MOON.naif_id)[0]
    earth = bundled_ephemeris().position_km(EARTH.naif_id, MOON.naif_id, tdb_s)
    expected = is_occulted(craft, earth, MOON.radius_km)
    assert 0.1 < expected.mean() < 0.6
    assert agree(cell.bands["hidden"], tdb_s, expected)


@pytest.mark.parametrize("body", [EARTH, MOON])
def test_umbra_and_penumbra_are_those_of_the_discs(body):
    mission = load_mission("chandrayaan-3")
    flown = mission.trajectory
    start = (
        flown.span_tdb_s[0] + 9.0 * 86_400.0 if body is EARTH else mission.event("lunar-orbit").tdb_s + 10 * 86_400.0
    )
    cell, tdb_s = craft_cell(flown, start, start + 86_400.0), np.arange(start + 30.0, start + 86_400.0, STEP_S)
    craft = flown.state_km(tdb_s, body.naif_id)[0]
    sun = bundled_ephemeris().position_km(SUN.naif_id, body.naif_id, tdb_s)
    light = sunlit_fraction(craft, sun, body.radius_km)
    name = body.name.lower()
    assert (light < 1.0).any()
    assert agree(cell.bands[f"penumbra-{name}"], tdb_s, light < 1.0)
    assert agree(cell.bands[f"umbra-{name}"], tdb_s, light <= 0.0)


def test_passes_are_above_the_mask_and_not_behind_the_moon(flight, day):
    cell, tdb_s = day
    moon = bundled_ephemeris().position_km(MOON.naif_id, EARTH.naif_id, tdb_s)
    craft = flight.state_km(tdb_s, EARTH.naif_id)[0]
    rot = rot_itrs_from_icrf(tdb_s)
    seen = 0
    for station in STATIONS:
        place = station.place
        pos = np.einsum("nji,j->ni", rot, place.pos_fixed_km)
        sight = np.einsum("nij,nj->ni", rot, craft - pos)
        sine = sight @ place.up_unit / np.linalg.norm(sight, axis=1)
        expected = (sine > np.sin(place.mask_rad)) & ~is_occulted(pos - moon, craft - moon, MOON.radius_km)
        assert agree(cell.bands[f"pass:{station.name}"], tdb_s, expected), station.name
        seen += int(expected.any())
    assert seen >= 5


def test_cells_joined_are_what_the_finder_finds_in_one_search(flight):
    source, store = craft_source("luna-25", flight), StripStore()
    for index in range(source.count):
        store.put(source, index, source.find(*source.bounds(index)))
    first, last = flight.span_tdb_s
    events = find_events(flight, kinds=[Kind.PENUMBRA, Kind.UMBRA])
    for kind in (Kind.PENUMBRA, Kind.UMBRA):
        for body in (EARTH, MOON):
            found = [(e.tdb_s, e.end_tdb_s) for e in events if e.kind == kind and e.body == body.name]
            table = store.bands(source, f"{kind}-{body.name.lower()}", first, last)
            assert len(table) == len(found), (kind, body)
            assert table == pytest.approx(np.array(found).reshape(-1, 2), abs=1e-2)
    station = next(s for s in STATIONS if s.name == "Madrid")
    transfer_end = load_mission("luna-25").event("insertion-1").tdb_s - 3_600.0
    passes = find_events(flight, (first, transfer_end), kinds=[Kind.STATION_PASS], stations=[station.place])
    table = store.bands(source, "pass:Madrid", first, transfer_end)
    assert table[: len(passes), 0] == pytest.approx([e.tdb_s for e in passes], abs=1e-2)


# -- of a site --------------------------------------------------------------------------------------------


def test_sunrise_and_sunset_on_level_ground_are_those_of_the_finder():
    mission = load_mission("chandrayaan-3")
    place = places_of(mission, ["landing-site"], [])[0]
    first, last = mission.trajectory.span_tdb_s
    source, store = site_source("site", place, first, last, flat_horizon()), StripStore()
    for index in range(source.count):
        store.put(source, index, source.find(*source.bounds(index)))
    events = find_events(mission.trajectory, kinds=[Kind.SITE_SUNRISE, Kind.SITE_SUNSET], sites=[place])
    edges = store.bands(source, "lit", first, last).ravel()
    edges = edges[(edges > first + 1.0) & (edges < last - 1.0)]
    assert len(events) == len(edges) >= 3
    # The coded level horizon lies up to a twentieth of a degree off zero: six minutes of the Moon's slow Sun.
    assert edges == pytest.approx([event.tdb_s for event in events], abs=900.0)


@pytest.mark.parametrize("site_id", ["main-site", "impact-crater", "reserve-2"])
def test_a_site_is_lit_while_the_sun_stands_over_the_hills(site_id):
    mission = load_mission("luna-25")
    place = places_of(mission, [site_id], [])[0]
    start = mission.trajectory.span_tdb_s[0]
    cell = site_cell(place, start, start + 14.0 * 86_400.0)
    tdb_s = np.arange(start, start + 14.0 * 86_400.0, 977.0)
    up = place.up_unit
    sun = bundled_ephemeris().position_km(SUN.naif_id, MOON.naif_id, tdb_s)
    sight = np.einsum("nij,nj->ni", rot_moon_me_from_icrf(tdb_s), sun) - place.pos_fixed_km
    sight /= np.linalg.norm(sight, axis=1)[:, np.newaxis]
    expected = bundled_horizon().lit_fraction(np.broadcast_to(up, sight.shape), sight) > 0.5
    assert 0.05 < expected.mean() < 0.95
    assert agree(cell.bands["lit"], tdb_s, expected)
    elevation = np.arcsin(sight @ up)
    told = np.interp(tdb_s, cell.curves["sun"][:, 0], cell.curves["sun"][:, 1])
    assert told == pytest.approx(elevation, abs=1e-5)


def test_the_earth_stands_low_in_the_north_of_a_southern_site_and_hardly_moves():
    mission = load_mission("luna-25")
    cell = site_cell(places_of(mission, ["main-site"], [])[0], *mission.trajectory.span_tdb_s)
    heights = np.degrees(cell.curves["other"][:, 1])
    assert 5.0 < heights.min() < heights.max() < 30.0
    assert len(cell.bands["up"]) == 1


def test_a_launch_pad_has_days_and_sees_the_moon_rise():
    mission = load_mission("luna-25")
    place = places_of(mission, ["vostochny"], [])[0]
    start = mission.trajectory.span_tdb_s[0]
    cell = site_cell(place, start, start + 4.0 * 86_400.0)
    lengths_h = np.diff(cell.bands["lit"], axis=1).ravel()[1:-1] / 3_600.0
    assert lengths_h == pytest.approx(14.5, abs=0.4)
    moon = bundled_ephemeris().position_km(MOON.naif_id, EARTH.naif_id, cell.curves["other"][:, 0])
    rot = rot_itrs_from_icrf(cell.curves["other"][:, 0])
    sight = np.einsum("nij,nj->ni", rot, moon) - place.pos_fixed_km
    up = position_on_sphere_km(place.lat_rad, place.lon_rad, 1.0)
    sine = sight @ up / np.linalg.norm(sight, axis=1)
    assert np.sin(cell.curves["other"][:, 1]) == pytest.approx(sine, abs=1e-9)


# -- intervals and cells ----------------------------------------------------------------------------------

TABLES = st.lists(st.floats(0.0, 1000.0), max_size=12).map(
    lambda edges: np.array(sorted(set(edges))[: len(set(edges)) // 2 * 2]).reshape(-1, 2)
)


@given(TABLES, TABLES, st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=20))
def test_what_is_taken_away_is_gone_and_the_rest_stays(table, removed, places):
    left, at = without(table, removed), np.array(places)
    edges = np.concatenate([table.ravel(), removed.ravel()])
    clear = np.array([not np.any(np.abs(edges - t) < 1e-9) for t in at])
    expected = inside(table, at) & ~inside(removed, at)
    assert np.array_equal(inside(left, at)[clear], expected[clear])


@given(TABLES, st.lists(st.floats(1.0, 999.0), max_size=6))
def test_intervals_cut_at_cells_are_whole_again_when_joined(table, cuts):
    edges = [0.0, *sorted(set(cuts)), 1000.0]
    parts = []
    for start, end in pairwise(edges):
        part = np.clip(table, start, end)
        parts.append(part[part[:, 1] > part[:, 0]])
    whole, places = joined(parts), np.linspace(0.5, 999.5, 400)
    gaps = np.diff(table.ravel())[1::2]
    if not np.any(gaps < 2e-3):
        assert np.array_equal(inside(whole, places), inside(table, places))
        assert len(whole) <= len(table)


def counting(log: list[int]) -> Source:
    def find(start: float, end: float) -> Cell:
        log.append(round(start / 10.0))
        return Cell(start, end, {"even": np.array([[start, start + 5.0]])})

    return Source("count", 0.0, 95.0, 10.0, find)


def test_what_is_seen_is_found_first_and_from_its_middle_outwards():
    log: list[int] = []
    source, store = counting(log), StripStore()
    while (wanted := store.next_cell([source], 40.0, 69.0)) is not None:
        store.put(*wanted, source.find(*source.bounds(wanted[1])))
    assert sorted(log[:3]) == [4, 5, 6]
    assert log[0] == 5
    assert sorted(log) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert store.unknown(source, 0.0, 95.0) == [(0.0, 10.0)]
    assert store.bands(source, "even", 40.0, 49.0).tolist() == [[40.0, 45.0]]
    assert store.interval_at(source, "even", 42.0) == (40.0, 45.0)
    assert store.interval_at(source, "even", 47.0) is None
    assert store.is_inside(source, "even", 42.0)
    assert not store.is_inside(source, "even", 47.0)


@given(st.floats(0.0, 95.0))
def test_every_moment_of_a_source_lies_in_a_cell(tdb_s):
    source = counting([])
    cells = list(source.seen(tdb_s, tdb_s))
    assert len(cells) == 1
    start, end = source.bounds(cells[0])
    assert start <= tdb_s <= end
    assert not list(source.seen(-2.0, -1.0))
    assert not list(source.seen(96.0, 99.0))


def test_years_at_a_pad_on_the_earth_are_not_worked_out_until_the_window_is_narrower():
    place = STATIONS[0].place
    source, store = site_source("pad", place, 0.0, 4.0 * 365.0 * 86_400.0), StripStore()
    assert store.next_cell([source], 0.0, 365.0 * 86_400.0) is None
    assert source.is_too_wide(0.0, 365.0 * 86_400.0)
    assert store.next_cell([source], 0.0, 30.0 * 86_400.0) is not None


def test_a_window_beyond_the_flight_wants_nothing():
    store = StripStore()
    assert store.next_cell([counting([])], 500.0, 510.0) is None


def test_every_strip_has_a_title_and_a_sentence():
    assert [strip_of_id(spec.id) for spec in STRIPS] == list(STRIPS)
    assert all(spec.title and spec.help for spec in STRIPS)
