"""Events: known times on Kepler's orbits, nothing missed against dense sampling, gaps, joins, places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kepler_flights import EARTH, MADRID, MOON, ORBITS, START, flight, kepler, period_s, times

from visualizer.core.arrays import dot, norm, rotate
from visualizer.core.constants import GM_EARTH_KM3_S2, MOON_INFLUENCE_KM, RADIUS_MOON_KM
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.events import Kind, Place, find_events, kinds_of_words
from visualizer.core.events.moments import EarthTurn
from visualizer.core.geometry import earth_geodetic, elevation_rad
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.relief import ReliefMap
from visualizer.core.shadow import is_occulted, sunlit_fraction
from visualizer.core.stations import STATIONS, station_named
from visualizer.core.trajectory import Arc, Provenance
from visualizer.errors import CommandError, EpochRangeError

# ---------------------------------------------------------------- known times


@settings(max_examples=15, deadline=None)
@given(st.floats(1800.0, 12000.0), st.floats(0.002, 0.8), st.floats(0.0, 180.0), st.floats(0.05, 0.45))
def test_apsides_of_an_ellipse_come_when_kepler_says(axis_km, ecc, incl_deg, phase):
    period = period_s(axis_km)
    passage = START + phase * period
    steps = np.linspace(0.0, 6.0 * period, 3000)
    orbit = flight(kepler(START + steps, axis_km=axis_km, ecc=ecc, incl_deg=incl_deg, passage=passage))
    found = find_events(orbit, kinds=(Kind.PERILUNE, Kind.APOLUNE))
    low, high = times(found, Kind.PERILUNE), times(found, Kind.APOLUNE)
    assert low == pytest.approx(passage + period * np.arange(6), abs=0.01)
    assert np.mod((high - passage) / period, 1.0) == pytest.approx(0.5, abs=0.01 / period)
    assert len(high) == 6
    height = next(event for event in found if event.kind is Kind.PERILUNE).value
    assert height == pytest.approx(axis_km * (1.0 - ecc) - RADIUS_MOON_KM, abs=1e-3)


def test_a_circle_has_no_apsides():
    orbit = flight(kepler(START + np.arange(0.0, 40_000.0, 60.0), ecc=0.0))
    assert find_events(orbit, kinds=(Kind.PERILUNE, Kind.APOLUNE)) == []


def test_perigee_and_apogee_about_the_earth():
    period = period_s(26_600.0, GM_EARTH_KM3_S2)
    epochs = np.concatenate([START + np.linspace(0.0, 4.0 * period, 8000)])
    orbit = flight(kepler(epochs, axis_km=26_600.0, ecc=0.74, passage=START + 0.3 * period, centre=EARTH))
    found = find_events(orbit, kinds=(Kind.PERIGEE, Kind.APOGEE, Kind.PERILUNE))
    assert times(found, Kind.PERIGEE) == pytest.approx(START + (0.3 + np.arange(4)) * period, abs=0.01)
    assert len(found) == 8


def test_impact_comes_when_kepler_says():
    axis, ecc = 1750.0, 0.05
    epochs = START + np.linspace(0.0, 0.5 * period_s(axis), 200) + 0.5 * period_s(axis)
    orbit = flight(kepler(epochs, axis_km=axis, ecc=ecc))
    (impact,) = find_events(orbit, kinds=[Kind.IMPACT])
    anomaly = np.arccos((1.0 - RADIUS_MOON_KM / axis) / ecc)
    when = START + period_s(axis) * (1.0 - (anomaly - ecc * np.sin(anomaly)) / (2.0 * np.pi))
    assert impact.tdb_s == pytest.approx(when, abs=0.01)
    flat = ReliefMap(np.full((8, 16), 20000 + 2000, dtype=np.uint16))
    on_relief = find_events(orbit, kinds=[Kind.IMPACT], relief=flat)
    assert len(on_relief) == 2
    assert on_relief[0].tdb_s < impact.tdb_s


def test_sphere_of_influence_is_crossed_in_and_out():
    steps = np.arange(-200_000.0, 200_000.0, 600.0)
    pos = np.stack([0.9 * steps, np.full(len(steps), 30_000.0), 0.0 * steps], axis=-1)
    vel = np.tile([0.9, 0.0, 0.0], (len(steps), 1))
    line = flight(Arc("line", MOON, START + steps, pos, vel, Provenance.SYNTHETIC))
    found = find_events(line, kinds=kinds_of_words(["influence"]))
    half = np.sqrt(MOON_INFLUENCE_KM**2 - 30_000.0**2) / 0.9
    assert [event.kind for event in found] == [Kind.INFLUENCE_ENTRY, Kind.INFLUENCE_EXIT]
    assert times(found) == pytest.approx([START - half, START + half], abs=0.01)


# ---------------------------------------------------------------- nothing missed


def runs_of(flags, epochs):
    """Return the first and last epoch of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int))).reshape(-1, 2)
    return [(epochs[a], epochs[b - 1]) for a, b in edges]


def same_runs(events, flags, epochs, step_s):
    """Assert that sampled runs and found intervals are the same; an interval shorter than a step has no sample."""
    runs = runs_of(flags, epochs)
    mine = [(event.tdb_s, event.end_tdb_s) for event in events]
    seen = [(a, b) for a, b in mine if np.any((epochs >= a) & (epochs <= b))]
    assert len(seen) == len(runs)
    for (a, b), (first, last) in zip(seen, runs, strict=True):
        assert first - step_s <= a <= first + 1e-3
        assert last - 1e-3 <= b <= last + step_s


@pytest.mark.parametrize("orbit", ORBITS)
def test_no_shadow_and_no_occultation_is_missed(orbit):
    step = 4.0
    epochs = START + np.arange(0.0, 2.5 * 86400.0, step)
    craft = flight(kepler(START - 60.0 + np.arange(0.0, 2.6 * 86400.0, 20.0), **orbit))
    bodies = bundled_ephemeris()
    pos = craft.state_km(epochs, MOON)[0]
    light = sunlit_fraction(pos, bodies.position_km(10, MOON, epochs), RADIUS_MOON_KM)
    span = (epochs[0], epochs[-1])
    found = find_events(craft, span, (Kind.PENUMBRA, Kind.UMBRA, Kind.OCCULTATION), stations=[MADRID])
    by_moon = [event for event in found if event.body == "Moon"]
    same_runs([e for e in by_moon if e.kind is Kind.PENUMBRA], light < 1.0, epochs, step)
    same_runs([e for e in by_moon if e.kind is Kind.UMBRA], light <= 0.0, epochs, step)
    turn = EarthTurn(*span)
    station = np.einsum("nji,j->ni", turn.rot_itrs_from_icrf(epochs), MADRID.pos_fixed_km)
    hidden = is_occulted(station - bodies.position_km(MOON, EARTH, epochs), pos, RADIUS_MOON_KM)
    same_runs([e for e in found if e.kind is Kind.OCCULTATION], hidden, epochs, step)


@pytest.mark.parametrize("axis_km", [6578.0, 7200.0, 42164.0])
def test_no_pass_of_a_satellite_of_the_earth_is_missed(axis_km):
    step = 5.0
    epochs = START + np.arange(0.0, 2.0 * 86400.0, step)
    craft = flight(kepler(START - 60.0 + np.arange(0.0, 2.1 * 86400.0, 20.0), axis_km=axis_km, ecc=0.001, centre=EARTH))
    pos = rotate(EarthTurn(epochs[0], epochs[-1]).rot_itrs_from_icrf(epochs), craft.state_km(epochs, EARTH)[0])
    elevation = elevation_rad(pos - MADRID.pos_fixed_km, MADRID.up_unit)
    found = find_events(craft, (epochs[0], epochs[-1]), [Kind.STATION_PASS], stations=[MADRID])
    same_runs(found, elevation > MADRID.mask_rad, epochs, step)
    for event in found:
        inside = (epochs >= event.tdb_s) & (epochs <= event.end_tdb_s)
        assert event.value >= np.degrees(elevation[inside].max(initial=MADRID.mask_rad)) - 1e-6
        assert event.value <= np.degrees(elevation[inside].max(initial=MADRID.mask_rad)) + 2.0


# ---------------------------------------------------------------- edges, joins, gaps


def test_an_eclipse_cut_by_the_search_says_so():
    craft = flight(kepler(START + np.arange(0.0, 30_000.0, 30.0), **ORBITS[1]))
    whole = [e for e in find_events(craft, kinds=[Kind.UMBRA]) if not e.starts_before and not e.ends_after]
    middle = 0.5 * (whole[0].tdb_s + whole[0].end_tdb_s)
    late, *_ = find_events(craft, (middle, craft.span_tdb_s[1]), [Kind.UMBRA])
    assert late.starts_before
    assert late.tdb_s == middle
    assert "already so when the search begins" in late.words
    *_, early = find_events(craft, (craft.span_tdb_s[0], middle), [Kind.UMBRA])
    assert early.ends_after
    assert "still so when the search ends" in early.words


def test_gaps_cut_intervals_and_hide_nothing_else():
    epochs = START + np.arange(0.0, 30_000.0, 30.0)
    whole = flight(kepler(epochs, **ORBITS[1]))
    target = find_events(whole, kinds=[Kind.UMBRA])[1]
    inside = (epochs > target.tdb_s + 100.0) & (epochs < target.tdb_s + 400.0)
    first, last = np.flatnonzero(inside)[[0, -1]]
    holed = flight(kepler(epochs[: first + 1], **ORBITS[1]), kepler(epochs[last:], **ORBITS[1]))
    parts = [
        e for e in find_events(holed, kinds=[Kind.UMBRA]) if e.tdb_s < target.end_tdb_s and e.end_tdb_s > target.tdb_s
    ]
    assert [(e.starts_before, e.ends_after) for e in parts] == [(False, True), (True, False)]
    assert "when a gap begins" in parts[0].words
    assert "when a gap ends" in parts[1].words
    assert parts[0].tdb_s == pytest.approx(target.tdb_s, abs=0.01)
    assert parts[1].end_tdb_s == pytest.approx(target.end_tdb_s, abs=0.01)


@pytest.mark.parametrize("shift_s", [0.0, 0.03, -0.03, 100.0])
def test_an_apsis_at_a_join_of_arcs_is_found_once(shift_s):
    passage = START + 5000.0
    join = passage + shift_s
    halves = (np.linspace(START, join, 200), np.linspace(join, START + 9000.0, 200))
    found = find_events(flight(*(kepler(h, passage=passage) for h in halves)), kinds=[Kind.PERILUNE])
    assert times(found) == pytest.approx([passage], abs=0.01)


def test_a_span_outside_the_flight_is_refused():
    craft = flight(kepler(START + np.arange(0.0, 3000.0, 30.0)))
    for span in ((START - 10.0, START + 100.0), (START + 100.0, START + 100.0), (START, START + 1e5)):
        with pytest.raises(EpochRangeError, match="the flight is known from"):
            find_events(craft, span)


def test_a_flight_of_two_nodes_is_searched():
    craft = flight(kepler(START + np.array([0.0, 20.0])))
    assert all(event.end_tdb_s is not None for event in find_events(craft, stations=[MADRID]))


# ---------------------------------------------------------------- places


def test_closest_approach_is_the_least_distance():
    place = Place("here", MOON, np.radians(20.0), np.radians(50.0))
    craft = flight(kepler(START + np.arange(0.0, 86400.0, 20.0), **ORBITS[0]))
    found = find_events(craft, kinds=[Kind.CLOSEST_APPROACH], sites=[place])
    epochs = np.arange(START, START + 86300.0, 1.0)
    slant = norm(rotate(rot_moon_me_from_icrf(epochs), craft.state_km(epochs, MOON)[0]) - place.pos_fixed_km)
    best = min(found, key=lambda event: event.value)
    assert "of all" in best.words
    assert best.value == pytest.approx(slant.min(), abs=1e-3)
    assert abs(best.tdb_s - epochs[np.argmin(slant)]) <= 1.0
    assert best.place == "here"


def test_the_sun_rises_and_sets_once_a_month_at_a_site():
    craft = flight(kepler(START + np.arange(0.0, 30.0 * 86400.0, 600.0), axis_km=9000.0))
    place = Place("equator", MOON, 0.0, 0.3)
    found = find_events(craft, kinds=kinds_of_words(["site-light"]), sites=[place])
    assert sorted(event.kind for event in found)[:2] == [Kind.SITE_SUNRISE, Kind.SITE_SUNSET]
    sun = rotate(rot_moon_me_from_icrf(times(found)), bundled_ephemeris().position_km(10, MOON, times(found)))
    assert np.abs(dot(sun - place.pos_fixed_km, place.up_unit) / norm(sun)).max() < 1e-9
    rise = next(event for event in found if event.kind is Kind.SITE_SUNRISE)
    assert rise.value == pytest.approx(90.0, abs=3.0)


def test_stations_stand_where_they_are_published():
    canberra = station_named("CANBERRA")
    assert canberra.place.pos_fixed_km == pytest.approx([-4460.894917, 2682.361507, -3674.748152], abs=2e-6)
    kalyazin = station_named("kalyazin").place.pos_fixed_km
    assert kalyazin == pytest.approx([2731.190445, 2126.198279, 5339.535645], abs=1e-3)
    assert station_named("bear-lakes").antenna.startswith("RT-64")
    assert {station.name for station in STATIONS} >= {"Ussuriysk", "Byalalu", "Goldstone", "Madrid"}
    assert all(station.source for station in STATIONS)
    height = earth_geodetic(canberra.place.pos_fixed_km)[2]
    assert height == pytest.approx(0.688867, abs=1e-6)
    with pytest.raises(CommandError, match="Bear Lakes, Ussuriysk"):
        station_named("Moscow")


# ---------------------------------------------------------------- the built-in mission and the command


def test_a_quarter_of_a_year_of_low_orbit_misses_no_pass():
    """How long a year takes is told by `perilune bench --data`."""
    epochs = START + np.arange(0.0, 91.0 * 86400.0, 120.0)
    craft = flight(kepler(epochs, ecc=0.004, incl_deg=88.0))
    found = find_events(craft, stations=[MADRID], sites=[Place("pole", MOON, -1.55, 0.0)])
    passes = sum(event.kind is Kind.PERILUNE for event in found)
    assert passes == pytest.approx(91.0 * 86400.0 / period_s(1837.4), abs=1.5)
