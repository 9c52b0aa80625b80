"""The quick ways for one epoch, which pictures take, tell the same as those for many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.bodies import EARTH, MERCURY, MOON, SUN
from visualizer.core.ephemeris import EMB_ID, SSB_ID, bundled_ephemeris
from visualizer.core.epochs import utc_text_at_one, utc_text_from_tdb_s
from visualizer.core.moon_axes import rot_moon_me_from_icrf, rot_moon_me_from_icrf_at_one
from visualizer.errors import EpochError, EpochRangeError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.flight_state import flight_state
from visualizer.model.trails import is_flying
from visualizer.scene.cap_mesh import CapGrid, place_cap

EPOCHS = st.floats(-9.4e8, 1.26e9)


@given(EPOCHS)
def test_the_moons_axes(tdb_s):
    assert np.abs(rot_moon_me_from_icrf_at_one(tdb_s) - rot_moon_me_from_icrf(tdb_s)).max() < 1e-14


@given(EPOCHS)
def test_positions_to_the_last_digit(tdb_s):
    bodies = bundled_ephemeris()
    for pair in ((MOON.naif_id, EMB_ID), (SUN.naif_id, SSB_ID), (MERCURY.naif_id, SSB_ID), (MOON.naif_id, SUN.naif_id)):
        assert np.array_equal(bodies.position_at_one_km(*pair, tdb_s), bodies.state_km(*pair, tdb_s)[0])


def test_no_position_outside_the_ephemeris():
    with pytest.raises(EpochRangeError):
        bundled_ephemeris().position_at_one_km(MOON.naif_id, EMB_ID, 1e10)


@given(EPOCHS)
def test_words_for_an_epoch(tdb_s):
    # Within 1e-8 s of a half second either of two seconds is the nearest.
    texts = {utc_text_from_tdb_s(tdb_s + edge, separator=" ") for edge in (-2e-7, 0.0, 2e-7)}
    assert utc_text_at_one(tdb_s) in texts


def test_the_leap_second_of_2016_is_told():
    # TT is 68.184 s ahead of UTC in it.
    leap = 536_500_800.0 + 68.184
    assert [utc_text_at_one(leap + after)[-8:] for after in (-1.0, 0.0, 1.0)] == ["23:59:59", "23:59:60", "00:00:00"]


@pytest.mark.parametrize("tdb_s", [np.nan, np.inf, -1e12, 1e12])
def test_what_is_not_an_epoch_has_no_words(tdb_s):
    with pytest.raises(EpochError):
        utc_text_at_one(tdb_s)


@given(st.floats(-5.7, 5.6), st.floats(-1.2, 1.2))
def test_a_globes_mesh_lies_on_it_up_to_its_limb(lg_height, tilt):
    """Rings are those of a height near by: they lie elsewhere on the sphere, but on it, and end at the horizon."""
    radius, grid = 1737.4, CapGrid(rings=56, spokes=144, beyond=1)
    height = 10.0**lg_height
    up = np.array([np.cos(tilt), 0.0, np.sin(tilt)])
    camera = (radius + height) * up
    cap = place_cap(camera, -up, 0.5, radius, grid)
    aside, above = cap.rings_km.T
    from_centre = np.hypot(aside, above + radius + height)
    assert np.abs(from_centre - radius).max() < 1e-9 * (radius + height)
    # The line of sight past the outermost ring misses the sphere, or cuts it by next to nothing.
    seen = np.max(np.arctan2(aside, -above))
    assert seen == pytest.approx(np.arcsin(radius / (radius + height)), abs=2e-6)


@pytest.mark.parametrize("mission_id", ["luna-25", "kplo", "artemis-2"])
def test_a_flights_state_to_the_last_digit(mission_id):
    trajectory = load_mission(mission_id).trajectory
    first, last = trajectory.span_tdb_s
    for tdb_s in np.linspace(first + 60.0, last - 60.0, 60):
        if is_flying(trajectory, tdb_s):
            flight, (position, velocity) = flight_state(trajectory, tdb_s), trajectory.state_km(tdb_s, EARTH.naif_id)
            assert np.array_equal(flight.pos_earth_km, position)
            assert np.array_equal(flight.vel_earth_km_s, velocity)
