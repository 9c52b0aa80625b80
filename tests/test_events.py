"""Events: known times on Kepler's orbits, nothing missed against dense sampling, gaps, joins, burns, the command."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from visualizer.cli.main import app
from visualizer.core.arrays import dot, norm, rotate
from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_KM3_S2, MOON_INFLUENCE_KM, RADIUS_MOON_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.elements import (
    Elements,
    elements_from_state,
    state_from_elements,
    true_from_mean_anomaly_rad,
)
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.events import Kind, Place, find_events, kinds_of_words
from visualizer.core.events.moments import EarthTurn
from visualizer.core.events.roots import crossings, least_value, refine_zeros
from visualizer.core.events.search import Search
from visualizer.core.events.states import FlightStates
from visualizer.core.geometry import earth_geodetic, elevation_rad
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.relief import ReliefMap
from visualizer.core.shadow import is_occulted, sunlit_fraction
from visualizer.core.stations import STATIONS, station_named
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.errors import CommandError, EpochRangeError, MissionError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.found_events import events_of_mission, feature_named

START = 7.4e8
MOON, EARTH = 301, 399
MADRID = station_named("Madrid").place


def kepler(
    epochs, *, axis_km=1837.4, ecc=0.05, incl_deg=70.0, node_deg=30.0, peri_deg=40.0, passage=START, centre=MOON, **arc
):
    """Return an arc of an ellipse that goes through its nearest point at the epoch `passage`."""
    gm = GM_MOON_KM3_S2 if centre == MOON else GM_EARTH_KM3_S2
    mean = np.sqrt(gm / axis_km**3) * (epochs - passage)
    columns = (axis_km, ecc, np.radians(incl_deg), np.radians(node_deg), np.radians(peri_deg))
    whole = [np.full(len(epochs), column) for column in columns]
    true = true_from_mean_anomaly_rad(np.mod(mean, 2.0 * np.pi), whole[1])
    pos, vel = state_from_elements(Elements(*whole, true, gm))
    return Arc(arc.get("name", "orbit"), centre, epochs, pos, vel, Provenance.SYNTHETIC)


def flight(*arcs):
    return Trajectory("test", arcs)


def period_s(axis_km, gm=GM_MOON_KM3_S2):
    return 2.0 * np.pi * np.sqrt(axis_km**3 / gm)


def times(events, kind=None):
    return np.array([event.tdb_s for event in events if kind in (None, event.kind)])


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


ORBITS = [
    {"axis_km": 1800.0, "ecc": 0.001, "incl_deg": 90.0, "node_deg": 200.0},
    {"axis_km": 2300.0, "ecc": 0.2, "incl_deg": 40.0, "node_deg": 310.0},
    {"axis_km": 6000.0, "ecc": 0.6, "incl_deg": 65.0, "node_deg": 100.0},
    {"axis_km": 9000.0, "ecc": 0.78, "incl_deg": 120.0, "node_deg": 20.0},
]


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


def test_a_graze_between_samples_is_found():
    """A dip of a few seconds leaves no trace in the signs of samples minutes apart."""
    for depth in (1e-4, 1e-7, 1e-10):
        graze = START + 1234.5

        def dip(t, depth=depth, graze=graze):
            return 1.0 - np.cos(1e-3 * (t - graze)) - depth

        epochs = START + np.arange(0.0, 5000.0, 250.0)
        at, rising = crossings(dip, epochs, dip(epochs))
        half = np.arccos(1.0 - depth) / 1e-3
        assert at == pytest.approx([graze - half, graze + half], abs=0.01)
        assert rising.tolist() == [False, True]


def test_a_graze_in_the_first_step_is_found():
    def dip(t):
        return 1.0 - np.cos(1e-3 * (t - START - 40.0)) - 1e-5

    epochs = START + np.arange(0.0, 5000.0, 250.0)
    assert len(crossings(dip, epochs, dip(epochs))[0]) == 2


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-0.9, 0.9), min_size=1, max_size=30), st.floats(0.3, 3.0))
def test_zeros_are_refined_all_at_once(roots, power):
    root = START + 300.0 * np.array(roots)
    low, high = np.full(len(root), START - 300.0), np.full(len(root), START + 300.0)

    def curve(t, r):
        return np.sign(t - r) * np.abs((t - r) / 300.0) ** power

    # Every bracket has its own curve: the shift makes the function the same for all.
    shifted = refine_zeros(lambda t: curve(t, START), low - root + START, high - root + START,
                           curve(low, root), curve(high, root))  # fmt: skip
    assert np.abs(shifted - START).max() < 1e-3


def test_a_jump_over_zero_is_located():
    (at,) = refine_zeros(
        lambda t: np.where(t < START + 7.7, -1.0, 1.0),
        np.array([START]),
        np.array([START + 60.0]),
        -np.ones(1),
        np.ones(1),
    )
    assert at == pytest.approx(START + 7.7, abs=1e-3)


def test_least_values():
    at = least_value(lambda t: np.abs(t - START - 12.0), np.full(3, START), START + np.array([30.0, 50.0, 10.0]))
    assert at == pytest.approx(START + np.array([12.0, 12.0, 10.0]), abs=1e-3)


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


def test_earth_turn_agrees_with_the_full_series():
    turn = EarthTurn(START, START + 40.0 * 86400.0)
    epochs = np.random.default_rng(4).uniform(START, START + 40.0 * 86400.0, 300)
    assert np.abs(turn.rot_itrs_from_icrf(epochs) - rot_itrs_from_icrf(epochs)).max() < 1e-8


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


# ---------------------------------------------------------------- burns


def burned(speed_km_s, *, centre=MOON, at=20_000.0, gap_s=0.0):
    """Return a flight whose second arc starts with a kick along the velocity."""
    first = kepler(START + np.arange(0.0, at + 1.0, 100.0), ecc=0.02, axis_km=2000.0, centre=centre)
    pos, vel = first.position_km[-1], first.velocity_km_s[-1]
    elements = elements_from_state(pos, vel * (1.0 + speed_km_s / np.linalg.norm(vel)), GM_MOON_KM3_S2)
    axis, ecc = float(elements.semi_major_axis_km), float(elements.eccentricity)
    angles = (elements.inclination_rad, elements.node_rad, elements.periapsis_rad)
    degrees = dict(zip(("incl_deg", "node_deg", "peri_deg"), np.degrees(angles).tolist(), strict=True))
    passage = START + at - float(elements.time_from_periapsis_s)
    epochs = START + at + gap_s + np.arange(0.0, 20_000.0, 100.0)
    return first, kepler(epochs, axis_km=axis, ecc=ecc, passage=passage, **degrees)


def test_a_kick_where_arcs_meet_looks_like_a_burn():
    (burn,) = find_events(flight(*burned(0.004)), kinds=[Kind.BURN])
    assert burn.tdb_s == pytest.approx(START + 20_000.0, abs=1e-6)
    assert burn.value == pytest.approx(4.0, abs=0.1)
    assert burn.unit == "m/s"


def test_a_kick_inside_one_arc_looks_like_a_burn():
    first, second = burned(0.01)
    columns = [np.concatenate([getattr(first, n)[:-1], getattr(second, n)])
               for n in ("tdb_s", "position_km", "velocity_km_s")]  # fmt: skip
    (burn,) = find_events(flight(Arc("tracked", MOON, *columns, Provenance.MEASURED)), kinds=[Kind.BURN])
    assert burn.tdb_s <= START + 20_000.0 <= burn.end_tdb_s
    assert burn.end_tdb_s - burn.tdb_s < 500.0
    assert burn.value == pytest.approx(10.0, abs=1.0)


def test_a_kick_in_a_gap_is_seen_from_its_two_sides():
    (burn,) = find_events(flight(*burned(0.02, gap_s=5000.0)), kinds=[Kind.BURN])
    assert "in a gap" in burn.words
    assert (burn.tdb_s, burn.end_tdb_s) == (START + 20_000.0, START + 25_000.0)
    assert burn.value == pytest.approx(20.0, abs=3.0)


def test_geocentric_data_of_a_lunar_orbiter_coast():
    """Tables about the Earth are common; the Moon's pull is looked at about the Moon all the same."""
    arc = kepler(START + np.arange(0.0, 86400.0, 120.0), axis_km=1900.0)
    shift, drift = bundled_ephemeris().state_km(MOON, EARTH, arc.tdb_s)
    moved = Arc("geocentric", EARTH, arc.tdb_s.copy(), arc.position_km + shift, arc.velocity_km_s + drift,
                Provenance.MEASURED)  # fmt: skip
    assert find_events(flight(moved), kinds=[Kind.BURN]) == []
    assert len(find_events(flight(moved), kinds=[Kind.PERILUNE])) == len(
        find_events(flight(arc), kinds=[Kind.PERILUNE])
    )


def test_a_craft_at_rest_on_the_moon_has_few_events():
    place = Place("camp", MOON, -0.5, 0.4)
    epochs = START + np.arange(0.0, 3.0 * 86400.0, 300.0)
    rot = rot_moon_me_from_icrf(epochs)
    pos = np.einsum("nji,j->ni", rot, place.pos_fixed_km)
    later = np.einsum("nji,j->ni", rot_moon_me_from_icrf(epochs + 1.0), place.pos_fixed_km)
    sooner = np.einsum("nji,j->ni", rot_moon_me_from_icrf(epochs - 1.0), place.pos_fixed_km)
    rest = flight(Arc("rest", MOON, epochs, pos, 0.5 * (later - sooner), Provenance.MEASURED))
    found = find_events(rest, stations=[MADRID], sites=[Place("hill", MOON, -0.5, 0.41)])
    assert len(found) < 12
    assert sum(e.kind is Kind.STATION_PASS for e in found) in (3, 4)


@pytest.mark.parametrize("axis_km", [1800.0, 5000.0])
def test_coasting_does_not_look_like_a_burn(axis_km):
    epochs = START + np.arange(0.0, 3.0 * 86400.0, 100.0)
    arcs = [kepler(part, axis_km=axis_km) for part in (epochs[:900], epochs[899:1500], epochs[1540:])]
    assert find_events(flight(*arcs), kinds=[Kind.BURN]) == []


# ---------------------------------------------------------------- the built-in mission and the command


def test_the_burns_of_luna_25_are_seen():
    mission = load_mission("luna-25")
    found = events_of_mission(mission, kinds=["burn"])
    for arc in (arc for arc in mission.trajectory.arcs if arc.kind == "burn"):
        near = [e for e in found if e.tdb_s <= arc.start_tdb_s + 1.0 and e.end_tdb_s >= arc.end_tdb_s - 1.0]
        assert near, arc.name
        assert near[0].end_tdb_s - near[0].tdb_s < arc.end_tdb_s - arc.start_tdb_s + 120.0
    assert len(found) <= 1 + sum(arc.kind == "burn" for arc in mission.trajectory.arcs)


def test_a_quarter_of_a_year_of_low_orbit_misses_no_pass():
    """How long a year takes is told by `perilune bench --data`."""
    epochs = START + np.arange(0.0, 91.0 * 86400.0, 120.0)
    craft = flight(kepler(epochs, ecc=0.004, incl_deg=88.0))
    found = find_events(craft, stations=[MADRID], sites=[Place("pole", MOON, -1.55, 0.0)])
    passes = sum(event.kind is Kind.PERILUNE for event in found)
    assert passes == pytest.approx(91.0 * 86400.0 / period_s(1837.4), abs=1.5)


def test_states_are_those_of_the_trajectory():
    for craft in (load_mission("luna-25").trajectory, flight(kepler(START + np.array([0.0, 20.0, 30.0])))):
        epochs = np.sort(np.random.default_rng(3).uniform(*craft.span_tdb_s, 5000))
        epochs = np.concatenate([epochs, [arc.start_tdb_s for arc in craft.arcs], craft.span_tdb_s])
        for centre in (MOON, EARTH):
            fast = FlightStates(craft, bundled_ephemeris()).about(centre, epochs)
            plain = craft.state_km(epochs, centre)
            assert np.abs(fast[0] - plain[0]).max() < 2e-9
            assert np.abs(fast[1] - plain[1]).max() < 1e-12


def test_samples_are_shared_and_steps_are_bounded():
    craft = flight(kepler(START + np.arange(0.0, 86400.0, 30.0), **ORBITS[3]))
    search = Search(craft, craft.span_tdb_s)
    (piece,) = search.pieces
    pos, vel = craft.state_km(piece.tdb_s, MOON)
    pace = norm(vel) / norm(pos)
    assert np.max(np.diff(piece.tdb_s) * np.maximum(pace[1:], pace[:-1])) <= 0.26
    seen = []
    search.prepare([lambda m: seen.append(m) or m.range_moon_km, lambda m: seen.append(m) or m.range_moon_km])
    assert len({id(moments) for moments in seen}) == len(seen) // 2


def run(*words):
    return CliRunner().invoke(app, ["events", "luna-25", *words], prog_name="perilune")


def test_the_command_lists_events_for_machines():
    rows = json.loads(run("--kind", "eclipse", "--kind", "impact", "--json").stdout)
    assert {row["kind"] for row in rows} == {"penumbra", "umbra", "impact"}
    for row in rows:
        assert set(row) >= {"kind", "utc", "tdb_s", "end_utc", "value", "unit", "body", "text"}
        assert (row["end_utc"] is None) == (row["kind"] == "impact")
    assert [row["tdb_s"] for row in rows] == sorted(row["tdb_s"] for row in rows)


def test_the_command_lists_events_for_people():
    span = ("--from", "2023-08-17", "--to", "2023-08-17T06:00:00")
    lines = run("--kind", "perilune", *span).stdout.splitlines()
    assert lines[0].split()[:2] == ["UTC", "until"]
    assert len(lines) == 4
    passes = run("--kind", "station-pass", "--station", "goldstone").stdout
    assert "Goldstone" in passes
    assert "Madrid" not in passes
    near = run("--kind", "closest-approach", "--feature", "zeeman", "--site", "main-site", *span).stdout
    assert "Zeeman" in near
    assert "Planned landing site" in near
    assert "nothing" in run("--kind", "apogee", *span).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "eclipses"), "perilune, apolune"),
        (("--station", "moscow"), "Bear Lakes, Ussuriysk"),
        (("--site", "tycho"), "vostochny, main-site"),
        (("--feature", "Tychoo"), "Tycho"),
        (("--from", "2024-01-01"), "outside the flight"),
        (("--from", "2023-08-17", "--to", "2023-08-16"), "--from"),
    ],
)
def test_wrong_names_are_one_line(words, said):
    result = run(*words)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert said in result.stderr


def test_features_are_found_without_accents():
    assert feature_named("PONTECOULANT g").name == "Pontécoulant G"
    with pytest.raises(MissionError, match="nothing of a like name"):
        feature_named("qqqqqq")
