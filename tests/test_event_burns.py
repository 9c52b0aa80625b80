"""Kicks that look like burns, and coasting that does not."""

from __future__ import annotations

import numpy as np
import pytest
from kepler_flights import EARTH, MADRID, MOON, START, flight, kepler

from visualizer.core.constants import GM_MOON_KM3_S2
from visualizer.core.elements import (
    elements_from_state,
)
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.events import Kind, Place, find_events
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.trajectory import Arc, Provenance
from visualizer.missions.catalogue import load_mission
from visualizer.missions.found_events import events_of_mission

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
