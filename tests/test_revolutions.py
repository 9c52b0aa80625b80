"""How often a craft circled the Moon, counted on the shipped flight."""

from __future__ import annotations

import pytest

from visualizer.missions.catalogue import load_mission
from visualizer.missions.measures import mean_period_min
from visualizer.missions.tracking.measuring import measured


def test_revolutions_are_the_time_over_the_mean_period() -> None:
    mission = load_mission("luna-25")
    first, last = (mission.event(one).tdb_s for one in ("lunar-orbit", "correction"))
    expected = (last - first) / (60.0 * mean_period_min(mission))
    assert measured(mission, "revolutions:lunar-orbit:correction") == pytest.approx(expected, rel=5e-3)


def test_revolutions_stop_with_the_flight() -> None:
    mission = load_mission("luna-25")
    assert measured(mission, "revolutions:cutoff:impact") < 0.5
