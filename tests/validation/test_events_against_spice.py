"""Outside truth: SPICE's geometry finder on the kernels that the app ships, for the built-in mission.

SPICE searches the same trajectory by its own means: its own interpolation, its own rotation of the Moon, its own
shapes. The Earth's rotation is not in it (astropy checks that elsewhere), so the ground station goes to SPICE as a
kernel of positions.
"""

from __future__ import annotations

import numpy as np
import pytest
import spiceypy
from scipy.optimize import brentq
from spiceypy.utils.support_types import SPICEDOUBLE_CELL

from visualizer.core.arrays import rotate_back
from visualizer.core.constants import RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM, RADIUS_SUN_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.events import Kind, find_events
from visualizer.core.stations import station_named
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.formats.spk import write_spk13
from visualizer.missions.catalogue import load_mission
from visualizer.missions.found_events import feature_named
from visualizer.resources import asset_path

CRAFT, STATION, SITE = "-157600", 399901, 301901
KERNELS = ("trajectories/luna-25.bsp", "ephemeris/de440_1970_2040.bsp", "orientation/moon_pa_de421_1970_2040.bpc")
TIME_S, SHADOW_S = 0.1, 1.0
STEP_S = 240.0
FRAMES = f"""KPL/FK
\\begindata
FRAME_MOON_PA_DE421 = 31006
FRAME_31006_NAME = 'MOON_PA_DE421'
FRAME_31006_CLASS = 2
FRAME_31006_CLASS_ID = 31006
FRAME_31006_CENTER = 301
FRAME_MOON_ME_DE421 = 31007
FRAME_31007_NAME = 'MOON_ME_DE421'
FRAME_31007_CLASS = 4
FRAME_31007_CLASS_ID = 31007
FRAME_31007_CENTER = 301
TKFRAME_31007_SPEC = 'ANGLES'
TKFRAME_31007_RELATIVE = 'MOON_PA_DE421'
TKFRAME_31007_ANGLES = ( 67.92 78.56 0.30 )
TKFRAME_31007_AXES = ( 3, 2, 1 )
TKFRAME_31007_UNITS = 'ARCSECONDS'
BODY301_RADII = ( {RADIUS_MOON_KM} {RADIUS_MOON_KM} {RADIUS_MOON_KM} )
BODY399_RADII = ( {RADIUS_EARTH_EQUATOR_KM} {RADIUS_EARTH_EQUATOR_KM} {RADIUS_EARTH_EQUATOR_KM} )
BODY10_RADII = ( {RADIUS_SUN_KM} {RADIUS_SUN_KM} {RADIUS_SUN_KM} )
BODY399_POLE_RA = ( 0. -0.641 0. )
BODY399_POLE_DEC = ( 90. -0.557 0. )
BODY399_PM = ( 190.147 360.9856235 0. )
BODY10_POLE_RA = ( 286.13 0. 0. )
BODY10_POLE_DEC = ( 63.87 0. 0. )
BODY10_PM = ( 84.176 14.18440 0. )
"""
MISSION = load_mission("luna-25")
GOLDSTONE = station_named("goldstone").place
ZEEMAN = feature_named("Zeeman")
IN_ORBIT = (tdb_s_from_utc_text("2023-08-16T09:30:00"), MISSION.trajectory.span_tdb_s[1] - 60.0)
CRUISE = (tdb_s_from_utc_text("2023-08-11T01:00:00"), tdb_s_from_utc_text("2023-08-16T08:30:00"))
NEAR_EARTH = (tdb_s_from_utc_text("2023-08-10T23:24:00"), tdb_s_from_utc_text("2023-08-11T01:00:00"))


def station_icrf_km(epochs):
    """Return the ground station about the Earth, by the full series for each epoch."""
    return rotate_back(rot_itrs_from_icrf(epochs), GOLDSTONE.pos_fixed_km)


@pytest.fixture(scope="module")
def spice(tmp_path_factory):
    """SPICE with the app's kernels, a ground station and a place on the Moon, emptied afterwards."""
    folder = tmp_path_factory.mktemp("kernels")
    text, places = folder / "frames.tf", folder / "places.bsp"
    text.write_text(FRAMES, encoding="ascii")
    first, last = MISSION.trajectory.span_tdb_s
    for path in (
        "trajectories/luna-25.bsp",
        "ephemeris/de440_1970_2040.bsp",
        "orientation/moon_pa_de421_1970_2040.bpc",
    ):
        spiceypy.furnsh(str(asset_path(path)))
    spiceypy.furnsh(str(text))
    handle = spiceypy.spkopn(str(places), "places", 0)
    epochs = np.arange(first - 600.0, last + 600.0, 120.0)
    states = np.hstack([station_icrf_km(epochs), (station_icrf_km(epochs + 0.5) - station_icrf_km(epochs - 0.5))])
    spiceypy.spkw13(handle, STATION, 399, "J2000", epochs[0], epochs[-1], "station", 7, len(epochs), states, epochs)
    ends = np.array([first - 600.0, last + 600.0])
    still = np.tile(np.concatenate([ZEEMAN.pos_fixed_km, np.zeros(3)]), (2, 1))
    spiceypy.spkw13(handle, SITE, 301, "MOON_ME_DE421", ends[0], ends[1], "site", 1, 2, still, ends)
    spiceypy.spkcls(handle)
    spiceypy.furnsh(str(places))
    yield spiceypy
    spiceypy.kclear()


def window(span):
    cell = spiceypy.cell_double(2)
    spiceypy.wninsd(*span, cell)
    return cell


def edges(cell):
    """Return a window's intervals, (n, 2)."""
    return np.array([spiceypy.wnfetd(cell, i) for i in range(spiceypy.wncard(cell))]).reshape(-1, 2)


def search(finder, span, *arguments):
    """Run one of SPICE's searches and return its intervals."""
    result = SPICEDOUBLE_CELL(4000)
    finder(*arguments, 2000, window(span), result)
    return edges(result)


def distances(span, observer, relate, value=0.0):
    return search(spiceypy.gfdist, span, CRAFT, "NONE", observer, relate, value, 0.0, STEP_S)[:, 0]


def latitudes(span, relate, value=0.0):
    about = (CRAFT, "MOON_ME_DE421", "NONE", "MOON", "LATITUDINAL", "LATITUDE")
    return search(spiceypy.gfposc, span, *about, relate, value, 0.0, STEP_S)[:, 0]


def covered(span, kind, front, frame, back, back_shape, back_frame, observer):
    shapes = (front, "ELLIPSOID", frame, back, back_shape, back_frame)
    result = SPICEDOUBLE_CELL(4000)
    spiceypy.gfoclt(kind, *shapes, "NONE", observer, 60.0, window(span), result)
    return edges(result)


def ours(span, *kinds, **places):
    found = find_events(MISSION.trajectory, span, kinds, **places)
    return {kind: [event for event in found if event.kind is kind] for kind in kinds}


def starts(events):
    return np.array([event.tdb_s for event in events])


def both_edges(events):
    return np.array([(event.tdb_s, event.end_tdb_s) for event in events]).reshape(-1, 2)


def agree(mine, theirs, tolerance_s):
    assert len(theirs) > 0
    assert mine.shape == theirs.shape
    assert np.abs(mine - theirs).max() < tolerance_s


def test_perilune_and_apolune(spice):
    found = ours(IN_ORBIT, Kind.PERILUNE, Kind.APOLUNE)
    agree(starts(found[Kind.PERILUNE]), distances(IN_ORBIT, "MOON", "LOCMIN"), TIME_S)
    agree(starts(found[Kind.APOLUNE]), distances(IN_ORBIT, "MOON", "LOCMAX"), TIME_S)


def test_perigee_in_the_parking_orbit(spice):
    found = ours(NEAR_EARTH, Kind.PERIGEE)
    agree(starts(found[Kind.PERIGEE]), distances(NEAR_EARTH, "EARTH", "LOCMIN"), TIME_S)


def test_sphere_of_influence(spice):
    (entry,) = ours(CRUISE, Kind.INFLUENCE_ENTRY)[Kind.INFLUENCE_ENTRY]
    agree(np.array([entry.tdb_s]), distances(CRUISE, "MOON", "=", 66000.0), TIME_S)


def test_impact_on_the_sphere(spice):
    """Too near the end of the kernel for SPICE's search, which looks a second around: its positions are bisected."""
    last = MISSION.trajectory.span_tdb_s[1]
    (found,) = ours((IN_ORBIT[0], last), Kind.IMPACT)[Kind.IMPACT]

    def height(tdb_s):
        return np.linalg.norm(spice.spkpos(CRAFT, tdb_s, "MOON_ME_DE421", "NONE", "MOON")[0]) - RADIUS_MOON_KM

    assert abs(found.tdb_s - brentq(height, last - 600.0, last)) < TIME_S


def test_latitude_extremes(spice):
    found = ours(IN_ORBIT, Kind.LATITUDE_MAXIMUM, Kind.LATITUDE_MINIMUM)
    agree(starts(found[Kind.LATITUDE_MAXIMUM]), latitudes(IN_ORBIT, "LOCMAX"), TIME_S)
    agree(starts(found[Kind.LATITUDE_MINIMUM]), latitudes(IN_ORBIT, "LOCMIN"), TIME_S)


def test_nodes(spice):
    found = ours(IN_ORBIT, Kind.ASCENDING_NODE, Kind.DESCENDING_NODE)
    mine = np.sort(np.concatenate([starts(events) for events in found.values()]))
    agree(mine, latitudes(IN_ORBIT, "="), TIME_S)


def test_occultations_seen_from_goldstone(spice):
    found = ours(IN_ORBIT, Kind.OCCULTATION, stations=[GOLDSTONE])[Kind.OCCULTATION]
    moon = ("MOON", "MOON_ME_DE421", CRAFT, "POINT", " ", str(STATION))
    agree(both_edges(found), covered(IN_ORBIT, "ANY", *moon), TIME_S)


def test_eclipse_by_the_earth(spice):
    found = ours(NEAR_EARTH, Kind.PENUMBRA, Kind.UMBRA)
    earth = ("EARTH", "IAU_EARTH", "SUN", "ELLIPSOID", "IAU_SUN", CRAFT)
    agree(both_edges(found[Kind.PENUMBRA]), covered(NEAR_EARTH, "ANY", *earth), SHADOW_S)
    agree(both_edges(found[Kind.UMBRA]), covered(NEAR_EARTH, "FULL", *earth), SHADOW_S)


def noon_orbit(days):
    """Return a low orbit whose plane holds the Sun, so that the Moon's shadow is crossed in the middle."""
    start = tdb_s_from_utc_text("2022-11-07T12:00:00")
    epochs = start + np.arange(0.0, days * 86400.0, 60.0)
    sun = bundled_ephemeris().position_km(10, 301, start)
    toward = sun / np.linalg.norm(sun)
    ahead = np.cross(np.cross(toward, [0.1, 0.3, 1.0]), toward)
    ahead = ahead / np.linalg.norm(ahead)
    radius, rate = 1900.0, np.sqrt(4902.8 / 1900.0**3)
    angle = rate * (epochs - start)[:, np.newaxis]
    pos = radius * (np.cos(angle) * toward + np.sin(angle) * ahead)
    vel = radius * rate * (np.cos(angle) * ahead - np.sin(angle) * toward)
    return Trajectory("noon", (Arc("noon", 301, epochs, pos, vel, Provenance.SYNTHETIC),))


def test_eclipses_by_moon_and_earth_in_a_low_orbit(spice, tmp_path):
    """The Moon went through the Earth's shadow on 8 November 2022, and the orbiter with it."""
    flight = noon_orbit(1.5)
    write_spk13(tmp_path / "noon.bsp", -157999, flight.arcs, [])
    spice.furnsh(str(tmp_path / "noon.bsp"))
    span = (flight.span_tdb_s[0] + 60.0, flight.span_tdb_s[1] - 60.0)
    found = find_events(flight, span, (Kind.PENUMBRA, Kind.UMBRA))
    for name, axes in (("Moon", "MOON_ME_DE421"), ("Earth", "IAU_EARTH")):
        for kind, words in ((Kind.PENUMBRA, "ANY"), (Kind.UMBRA, "FULL")):
            mine = both_edges([event for event in found if event.kind is kind and event.body == name])
            shapes = (name.upper(), axes, "SUN", "ELLIPSOID", "IAU_SUN", "-157999")
            agree(mine, covered(span, words, *shapes), SHADOW_S)
    spice.unload(str(tmp_path / "noon.bsp"))


def test_passes_over_goldstone(spice):
    span = (CRUISE[0], CRUISE[0] + 3.0 * 86400.0)
    found = ours(span, Kind.STATION_PASS, stations=[GOLDSTONE])[Kind.STATION_PASS]

    @spice.utils.callbacks.SpiceUDFUNS
    def elevation(tdb_s):
        up = rotate_back(rot_itrs_from_icrf(tdb_s), GOLDSTONE.up_unit)
        return np.pi / 2.0 - spice.vsep(spice.spkpos(CRAFT, tdb_s, "J2000", "NONE", str(STATION))[0], up)

    @spice.utils.callbacks.SpiceUDFUNB
    def is_setting(function, tdb_s):
        return spice.uddc(function, tdb_s, 1.0)

    theirs = search(spice.gfuds, span, elevation, is_setting, ">", GOLDSTONE.mask_rad, 0.0, 3600.0)
    agree(both_edges(found), theirs, TIME_S)


def test_ground_turns_dark_and_light(spice):
    found = ours(IN_ORBIT, Kind.GROUND_SUNRISE, Kind.GROUND_SUNSET)
    mine = np.sort(np.concatenate([starts(events) for events in found.values()]))
    pair = (CRAFT, "POINT", " ", "SUN", "POINT", " ", "NONE", "MOON")
    theirs = search(spiceypy.gfsep, IN_ORBIT, *pair, "=", np.pi / 2.0, 0.0, STEP_S)[:, 0]
    agree(mine, theirs, TIME_S)


def test_closest_approaches_to_a_feature(spice):
    found = ours(IN_ORBIT, Kind.CLOSEST_APPROACH, sites=[ZEEMAN])[Kind.CLOSEST_APPROACH]
    theirs = distances(IN_ORBIT, str(SITE), "LOCMIN")
    mine = starts(found)
    assert len(mine) > 20
    assert max(np.abs(theirs - t).min() for t in mine) < TIME_S
    best = min(found, key=lambda event: event.value)
    (lowest,) = distances(IN_ORBIT, str(SITE), "ABSMIN")
    assert abs(best.tdb_s - lowest) < TIME_S


def test_sunrise_at_a_site(spice):
    place = feature_named("pontecoulant g")
    found = ours(IN_ORBIT, Kind.SITE_SUNRISE, sites=[place])[Kind.SITE_SUNRISE]
    asked = ("ELLIPSOID", "INCIDENCE", "MOON", "SUN", "MOON_ME_DE421", "NONE", "EARTH", place.pos_fixed_km)
    result = SPICEDOUBLE_CELL(400)
    spiceypy.gfilum(*asked, "=", np.pi / 2.0, 0.0, 3600.0, 200, window(IN_ORBIT), result)
    agree(starts(found), edges(result)[:, 0], SHADOW_S)
