"""The last burn, flown again for other durations."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.geometry import moon_altitude_km
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.missions.what_if import LONGEST_S, last_burn


@pytest.fixture(scope="module")
def mission():
    return load_mission("luna-25")


def test_the_planned_84_s_give_the_planned_orbit(mission):
    orbit = last_burn(mission, 84.0)
    assert orbit.perilune_km == pytest.approx(18.0, abs=3.0)
    assert orbit.apolune_km == pytest.approx(100.0, abs=4.0)
    assert orbit.impact is None


def test_the_flown_127_s_give_the_flown_impact(mission):
    fall = last_burn(mission, LONGEST_S)
    assert fall.perilune_km < 0.0
    assert fall.impact is not None
    assert fall.impact.tdb_s == pytest.approx(mission.event("impact").tdb_s, abs=0.05)
    assert fall.impact.lat_deg == pytest.approx(-57.865, abs=0.003)
    assert fall.impact.lon_deg == pytest.approx(61.360, abs=0.006)
    assert fall.trajectory.span_tdb_s[1] == pytest.approx(fall.impact.tdb_s, abs=1e-6)


def test_no_burn_keeps_the_orbit(mission):
    stay = last_burn(mission, 0.0)
    assert stay.impact is None
    assert len(stay.trajectory.arcs) == 1
    start = mission.event("last-burn").tdb_s
    mine, theirs = (t.state_km(start - 0.0, 301) for t in (stay.trajectory, mission.trajectory))
    np.testing.assert_allclose(mine[0], theirs[0], atol=1e-6)


def test_each_second_more_lowers_the_perilune(mission):
    heights = [last_burn(mission, duration).perilune_km for duration in (30.0, 60.0, 90.0, 120.0)]
    assert np.all(np.diff(heights) < -15.0)


def test_the_lowest_point_flown_is_near_the_perilune_promised(mission):
    orbit = last_burn(mission, 60.0)
    epochs = np.linspace(*orbit.trajectory.span_tdb_s, 400)
    lowest = float(np.min(moon_altitude_km(orbit.trajectory.state_km(epochs, 301)[0])))
    assert lowest == pytest.approx(orbit.perilune_km, abs=4.0)


@pytest.mark.parametrize("duration_s", [-1.0, 127.5, float("nan")])
def test_durations_outside_the_slider_are_refused(mission, duration_s):
    with pytest.raises(CommandError, match="0 to 127 s"):
        last_burn(mission, duration_s)
